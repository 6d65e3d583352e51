/* The decision table: see filter_judge.h. Rows D are names, T connections, S TLS, H pages, Q
 * throttling. */
#include "agent/probe/filter_judge.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "common/check.h"
#include "common/text.h"

struct seen {
	const struct filter_observation *o;
	const struct filter_list *list;
	const struct filter_control *control;
	bool healthy;
};

static const char *const expect_names[] = {"unspecified", "block", "allow", "info"};
static const char *const outcome_names[] = {
    "unspecified", "pass", "leak", "overblock", "excluded"};
static const char *const verdict_names[] = {
    [FILTER_VERDICT_UNSPECIFIED] = "unspecified",
    [FILTER_ALLOWED] = "allowed",
    [FILTER_BLOCKED_DNS] = "blocked_dns",
    [FILTER_BLOCKED_TCP] = "blocked_tcp",
    [FILTER_BLOCKED_TLS] = "blocked_tls",
    [FILTER_BLOCKED_HTTP] = "blocked_http",
    [FILTER_BLOCKED_PAGE] = "blocked_page",
    [FILTER_REDIRECTED] = "redirected",
    [FILTER_THROTTLED] = "throttled",
    [FILTER_SITE_DOWN] = "site_down",
    [FILTER_ANOMALY] = "anomaly",
    [FILTER_NOT_MEASURED] = "not_measured",
};

const char *
filter_expect_name(enum filter_expect expect)
{
	return expect_names[expect];
}

const char *
filter_outcome_name(enum filter_outcome outcome)
{
	return outcome_names[outcome];
}

const char *
filter_verdict_name(enum filter_verdict verdict)
{
	return verdict_names[verdict];
}

bool
filter_url_host(const char *url, char *ret, size_t size, bool *ret_https)
{
	bool https = strncmp(url, "https://", 8) == 0;
	const char *host = url + (https ? 8 : 7), *port;
	size_t len;

	if (!https && strncmp(url, "http://", 7) != 0)
		return false;
	len = strcspn(host, ":/?#");
	port = host + len;
	if (len == 0 || len >= size || memchr(host, '@', strcspn(host, "/?#")))
		return false;
	if (*port == ':' && strcspn(port + 1, "/?#") > 0) {
		size_t digits = strcspn(port + 1, "/?#");

		if (!(digits == 2 && !memcmp(port + 1, "80", 2)) &&
		    !(digits == 3 && !memcmp(port + 1, "443", 3)))
			return false;
	}
	memcpy(ret, host, len);
	ret[len] = '\0';
	*ret_https = https;
	return true;
}

/* ------------------------------------------------- what the rules ask */

static bool
named(const char *text, const char *const list[], size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (text_match(list[i], text))
			return true;
	return false;
}

static bool
reached(const struct seen *s, enum filter_stage stage)
{
	return s->o->reached >= stage;
}

static bool
control_resolves(const struct seen *s)
{
	return s->control->known && s->control->n_addresses > 0;
}

static bool
control_works(const struct seen *s)
{
	return s->control->known && s->control->reachable;
}

static bool
control_fails(const struct seen *s)
{
	return s->control->known && !s->control->reachable;
}

static bool
shares_address(const struct seen *s)
{
	for (size_t i = 0; i < s->o->dns.n_addresses; i++)
		for (size_t k = 0; k < s->control->n_addresses; k++)
			if (address_equal(&s->o->dns.addresses[i], &s->control->addresses[k]))
				return true;
	return false;
}

static bool
has_bogon(const struct seen *s)
{
	for (size_t i = 0; i < s->o->dns.n_addresses; i++)
		if (address_is_private(&s->o->dns.addresses[i]))
			return true;
	return false;
}

static bool
unresolved(const struct seen *s)
{
	return s->o->dns.rcode != 0 || s->o->dns.n_addresses == 0;
}

static bool
has_header(const struct seen *s, const char *name)
{
	const char *at = s->o->http.headers;
	size_t len = strlen(name);

	while (*at) {
		size_t line = strcspn(at, "\n");

		if (line >= len && strncasecmp(at, name, len) == 0)
			return true;
		at += line;
		at += *at == '\n';
	}
	return false;
}

static bool
location_host(const struct seen *s, char *ret, size_t size)
{
	bool https;

	return s->o->http.location[0] &&
	       filter_url_host(s->o->http.location, ret, size, &https);
}

/* ------------------------------------------------- the rules */

static bool
r0(const struct seen *s)
{
	return !s->healthy;
}

static bool
d1(const struct seen *s)
{
	char text[ADDRESS_TEXT_SIZE];

	for (size_t i = 0; i < s->o->dns.n_addresses; i++) {
		address_format(&s->o->dns.addresses[i], text);
		if (named(text, s->list->block_addresses, s->list->n_block_addresses))
			return true;
	}
	for (size_t i = 0; i < s->o->dns.n_cnames; i++)
		if (named(s->o->dns.cnames[i], s->list->block_hosts, s->list->n_block_hosts))
			return true;
	return false;
}

static bool
d2(const struct seen *s)
{
	return s->o->dns.ede >= 15 &&
	       s->o->dns.ede <= 18; /* RFC 8914: Blocked, Censored, Filtered, Prohibited */
}

static bool
d3(const struct seen *s)
{
	return has_bogon(s) && !shares_address(s);
}

static bool
d4(const struct seen *s)
{
	return has_bogon(s) && shares_address(s) && !control_works(s);
}

static bool
d5(const struct seen *s)
{
	return unresolved(s) && control_resolves(s);
}

static bool
d6(const struct seen *s)
{
	return unresolved(s) && s->control->known;
}

static bool
d7(const struct seen *s)
{
	return unresolved(s);
}

static bool
d8(const struct seen *s)
{
	return s->control->known && s->control->n_addresses == 0;
}

static bool
d10(const struct seen *s)
{
	return reached(s, FILTER_STAGE_TLS) && control_resolves(s) && !shares_address(s) &&
	       s->o->tls.error && s->o->tls.n_chain > 0 && !s->o->tls.trusted_public &&
	       !s->o->http.status;
}

static bool
t_refused(const struct seen *s)
{
	return s->o->tcp.error == ECONNREFUSED && control_works(s);
}

static bool
t_unreachable(const struct seen *s)
{
	int e = s->o->tcp.error;

	return (e == EHOSTUNREACH || e == ENETUNREACH || e == EACCES || e == EPERM) &&
	       control_works(s);
}

static bool
t_silent(const struct seen *s)
{
	return s->o->tcp.error && control_works(s);
}

static bool
t_down(const struct seen *s)
{
	return s->o->tcp.error && control_fails(s);
}

static bool
t_unknown(const struct seen *s)
{
	return s->o->tcp.error != 0;
}

static bool
tls_failed(const struct seen *s)
{
	return reached(s, FILTER_STAGE_TLS) && s->o->tls.error && s->o->tls.n_chain == 0;
}

static bool
s1(const struct seen *s)
{
	return tls_failed(s) && s->o->tls.os_errno == ECONNRESET && control_works(s);
}

static bool
s2(const struct seen *s)
{
	return tls_failed(s) && s->o->tls.os_errno == ETIMEDOUT && control_works(s);
}

static bool
s3(const struct seen *s)
{
	return tls_failed(s) && control_works(s);
}

static bool
s5(const struct seen *s)
{
	return s->o->tls.n_chain > 0 && !s->o->tls.trusted_public && s->control->n_chain > 0 &&
	       memcmp(s->o->tls.chain_sha256[0], s->control->chain_sha256[0], 32) == 0;
}

static bool
s6(const struct seen *s)
{
	return tls_failed(s) && control_fails(s);
}

static bool
s7(const struct seen *s)
{
	return tls_failed(s) ||
	       (s->o->tls.n_chain > 0 && !s->o->tls.trusted_public && !s->o->http.status);
}

static bool
h1(const struct seen *s)
{
	unsigned status = s->o->http.status;

	return status == 451 || has_header(s, "X-Squid-Error") ||
	       ((status == 403 || status == 407 || status == 503) && has_header(s, "Via") &&
		   control_works(s));
}

static bool
h2_host(const struct seen *s)
{
	char host[256];

	return location_host(s, host, sizeof(host)) &&
	       named(host, s->list->block_hosts, s->list->n_block_hosts);
}

static bool
h2_private(const struct seen *s)
{
	struct address address;
	char host[256];

	return location_host(s, host, sizeof(host)) && address_parse(host, &address) == 0 &&
	       address_is_private(&address);
}

static bool
h4(const struct seen *s)
{
	return s->o->http.fingerprint[0] && s->o->http.body_bytes <= 64 * 1024;
}

static bool
h5(const struct seen *s)
{
	return s->o->http.status && s->control->has_body_sha256 &&
	       text_match("canary", s->o->entry->category) &&
	       memcmp(s->o->http.body_sha256, s->control->body_sha256, 32) != 0;
}

static bool
q1(const struct seen *s)
{
	return s->o->http.error && s->o->http.os_errno == ETIMEDOUT &&
	       s->o->http.body_bytes >= 10000 && s->o->http.body_bytes <= 32768 &&
	       control_works(s);
}

static bool
h8(const struct seen *s)
{
	return s->o->http.error && !s->o->http.status && control_works(s);
}

static bool
h9(const struct seen *s)
{
	return s->o->http.error && !s->o->http.status;
}

static bool
h6(const struct seen *s)
{
	return s->o->http.status && s->control->status &&
	       s->o->http.status / 100 != s->control->status / 100;
}

static bool
h7(const struct seen *s)
{
	uint64_t here = s->o->http.body_bytes, there = s->control->body_bytes;

	return s->o->reached == FILTER_STAGE_HTTP_BODY && s->control->title[0] &&
	       s->o->http.status == s->control->status &&
	       strcmp(s->o->http.title, s->control->title) != 0 && here < 65536 &&
	       here * 10 < there * 7;
}

static bool
ok(const struct seen *s)
{
	(void)s;
	return true;
}

/* clang-format off */
static const struct rule {
	const char *id;
	bool (*holds)(const struct seen *seen);
	enum filter_verdict verdict;
	const char *layer;
	double confidence;
} rules[] = {
	{ "R0",  r0,            FILTER_NOT_MEASURED, "",     1.00 },
	{ "D1",  d1,            FILTER_BLOCKED_DNS,  "dns",  0.99 },
	{ "D2",  d2,            FILTER_BLOCKED_DNS,  "dns",  0.99 },
	{ "D4",  d4,            FILTER_SITE_DOWN,    "dns",  0.90 },
	{ "D3",  d3,            FILTER_BLOCKED_DNS,  "dns",  0.95 },
	{ "D5",  d5,            FILTER_BLOCKED_DNS,  "dns",  0.90 },
	{ "D6",  d6,            FILTER_SITE_DOWN,    "dns",  0.90 },
	{ "D7",  d7,            FILTER_ANOMALY,      "dns",  0.50 },
	{ "D8",  d8,            FILTER_BLOCKED_DNS,  "dns",  0.80 },
	{ "D10", d10,           FILTER_BLOCKED_DNS,  "dns",  0.90 },
	{ "T1",  t_refused,     FILTER_BLOCKED_TCP,  "tcp",  0.85 },
	{ "T2",  t_unreachable, FILTER_BLOCKED_TCP,  "tcp",  0.85 },
	{ "T3",  t_silent,      FILTER_BLOCKED_TCP,  "tcp",  0.75 },
	{ "T4",  t_down,        FILTER_SITE_DOWN,    "tcp",  0.80 },
	{ "T6",  t_unknown,     FILTER_ANOMALY,      "tcp",  0.50 },
	{ "S1",  s1,            FILTER_BLOCKED_TLS,  "tls",  0.80 },
	{ "S2",  s2,            FILTER_BLOCKED_TLS,  "tls",  0.70 },
	{ "S3",  s3,            FILTER_BLOCKED_TLS,  "tls",  0.85 },
	{ "S5",  s5,            FILTER_SITE_DOWN,    "tls",  0.95 },
	{ "S6",  s6,            FILTER_SITE_DOWN,    "tls",  0.80 },
	{ "H1",  h1,            FILTER_BLOCKED_PAGE, "http", 0.97 },
	{ "H2",  h2_host,       FILTER_REDIRECTED,   "http", 0.97 },
	{ "H2p", h2_private,    FILTER_REDIRECTED,   "http", 0.85 },
	{ "H4",  h4,            FILTER_BLOCKED_PAGE, "http", 0.90 },
	{ "H5",  h5,            FILTER_BLOCKED_PAGE, "http", 0.99 },
	{ "S7",  s7,            FILTER_ANOMALY,      "tls",  0.50 },
	{ "Q1",  q1,            FILTER_THROTTLED,    "http", 0.85 },
	{ "H8",  h8,            FILTER_BLOCKED_HTTP, "http", 0.80 },
	{ "H9",  h9,            FILTER_ANOMALY,      "http", 0.50 },
	{ "H6",  h6,            FILTER_ANOMALY,      "http", 0.50 },
	{ "H7",  h7,            FILTER_ANOMALY,      "http", 0.50 },
	{ "OK",  ok,            FILTER_ALLOWED,      "",     0.90 },
};
/* clang-format on */

static void
add_flag(char *flags, size_t size, const char *flag)
{
	size_t used = strlen(flags);

	(void)snprintf(flags + used, size - used, "%s%s", used ? "," : "", flag);
}

static void
fill_flags(const struct seen *s, struct filter_observation *o)
{
	o->flags[0] = '\0';
	if (!s->healthy)
		add_flag(o->flags, sizeof(o->flags), "canary_failed");
	if (o->tls.n_chain > 0 && !o->tls.trusted_public && !s5(s))
		add_flag(o->flags, sizeof(o->flags), "intercepted");
	if (o->dns.n_addresses && control_resolves(s) && !shares_address(s))
		add_flag(o->flags, sizeof(o->flags), "dns_unmatched");
	if (!s->control->known)
		add_flag(o->flags, sizeof(o->flags), "no_control");
}

enum filter_outcome
filter_outcome_of(enum filter_expect expect, enum filter_verdict verdict)
{
	bool blocked = verdict >= FILTER_BLOCKED_DNS && verdict <= FILTER_THROTTLED;

	if (expect != FILTER_BLOCK && expect != FILTER_ALLOW)
		return FILTER_EXCLUDED;
	if (verdict == FILTER_ALLOWED)
		return expect == FILTER_ALLOW ? FILTER_PASS : FILTER_LEAK;
	if (blocked)
		return expect == FILTER_BLOCK ? FILTER_PASS : FILTER_OVERBLOCK;
	return FILTER_EXCLUDED;
}

void
filter_judge(struct filter_observation *o, const struct filter_list *list, bool healthy)
{
	const struct seen seen = {
	    .o = o, .list = list, .control = &o->entry->control, .healthy = healthy};
	const struct rule *rule = rules;

	while (!rule->holds(&seen))
		rule++;
	o->verdict = rule->verdict;
	o->confidence = rule->confidence;
	(void)text_copy(o->layer, sizeof(o->layer), rule->layer);
	(void)text_copy(o->rule_id, sizeof(o->rule_id), rule->id);
	fill_flags(&seen, o);
	o->outcome = filter_outcome_of(o->entry->expect, o->verdict);
}
