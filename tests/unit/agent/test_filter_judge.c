#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "agent/probe/filter_judge.h"
#include "common/check.h"

static const char *const block_addresses[] = {"203.0.113.9"};
static const char *const block_hosts[] = {"block.filter.example", "*.blocked.example"};

static const struct filter_list list = {
    .block_addresses = block_addresses,
    .n_block_addresses = COUNT_OF(block_addresses),
    .block_hosts = block_hosts,
    .n_block_hosts = COUNT_OF(block_hosts),
};

static struct filter_entry entry;
static struct filter_observation o;

static struct address
address(const char *text)
{
	struct address a = {0};

	assert_int_equal(address_parse(text, &a), 0);
	return a;
}

/* A page that is open inside as outside. Each case below spoils one thing of it. */
static void
open_page(void)
{
	memset(&entry, 0, sizeof(entry));
	memset(&o, 0, sizeof(o));
	strcpy(entry.url, "https://learn.example/");
	entry.expect = FILTER_ALLOW;
	entry.max_stage = FILTER_STAGE_HTTP_BODY;
	entry.control.known = entry.control.reachable = true;
	entry.control.addresses[0] = address("198.51.100.7");
	entry.control.n_addresses = 1;
	entry.control.status = 200;
	entry.control.n_chain = 1;
	entry.control.chain_sha256[0][0] = 7;
	o.entry = &entry;
	o.reached = FILTER_STAGE_HTTP_BODY;
	o.dns.ede = -1;
	o.dns.addresses[0] = address("198.51.100.7");
	o.dns.n_addresses = 1;
	o.tls.trusted_public = true;
	o.tls.n_chain = 1;
	o.tls.chain_sha256[0][0] = 7;
	o.http.status = 200;
}

static void
assert_rule(const char *rule, enum filter_verdict verdict)
{
	filter_judge(&o, &list, true);
	assert_string_equal(o.rule_id, rule);
	assert_int_equal(o.verdict, verdict);
	assert_true(o.confidence > 0 && o.confidence <= 1);
}

static void
an_open_page_is_allowed(void **state)
{
	(void)state;
	open_page();
	assert_rule("OK", FILTER_ALLOWED);
	assert_int_equal(o.outcome, FILTER_PASS);
	assert_string_equal(o.flags, "");
	entry.expect = FILTER_BLOCK;
	assert_rule("OK", FILTER_ALLOWED);
	assert_int_equal(o.outcome, FILTER_LEAK);
}

static void
names_that_were_tampered_with(void **state)
{
	(void)state;
	open_page();
	o.dns.addresses[0] = address("203.0.113.9");
	assert_rule("D1", FILTER_BLOCKED_DNS);
	assert_int_equal(o.outcome, FILTER_OVERBLOCK);
	open_page();
	o.dns.ede = 17;
	assert_rule("D2", FILTER_BLOCKED_DNS);
	open_page();
	o.dns.addresses[0] = address("10.77.1.9");
	assert_rule("D3", FILTER_BLOCKED_DNS);
	entry.control.addresses[0] = address("10.77.1.9");
	assert_rule("OK", FILTER_ALLOWED); /* a municipal site of a private network */
	entry.control.reachable = false;
	assert_rule("D4", FILTER_SITE_DOWN);
	open_page();
	o.dns.rcode = 3;
	o.dns.n_addresses = 0;
	o.reached = FILTER_STAGE_DNS;
	assert_rule("D5", FILTER_BLOCKED_DNS);
	entry.control.n_addresses = 0;
	assert_rule("D6", FILTER_SITE_DOWN);
	entry.control.known = false;
	assert_rule("D7", FILTER_ANOMALY);
	assert_int_equal(o.outcome, FILTER_EXCLUDED);
	open_page();
	entry.control.n_addresses = 0;
	assert_rule("D8", FILTER_BLOCKED_DNS);
	open_page();
	o.dns.addresses[0] = address("198.51.100.8"); /* another edge of a content network */
	assert_rule("OK", FILTER_ALLOWED);
	assert_string_equal(o.flags, "dns_unmatched");
}

static void
connections_that_were_cut(void **state)
{
	static const struct {
		int error;
		const char *rule;
	} cases[] = {{ECONNREFUSED, "T1"}, {EHOSTUNREACH, "T2"}, {ETIMEDOUT, "T3"}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		open_page();
		o.reached = FILTER_STAGE_TCP;
		o.tcp.error = cases[i].error;
		assert_rule(cases[i].rule, FILTER_BLOCKED_TCP);
		assert_string_equal(o.layer, "tcp");
		entry.control.reachable = false;
		assert_rule("T4", FILTER_SITE_DOWN);
		entry.control.known = false;
		assert_rule("T6", FILTER_ANOMALY);
	}
}

static void
handshakes_that_were_cut_or_read(void **state)
{
	static const struct {
		int os_errno;
		const char *rule;
	} cases[] = {{ECONNRESET, "S1"}, {ETIMEDOUT, "S2"}, {0, "S3"}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		open_page();
		o.reached = FILTER_STAGE_TLS;
		o.http.status = 0;
		o.tls.error = 35;
		o.tls.n_chain = 0;
		o.tls.os_errno = cases[i].os_errno;
		assert_rule(cases[i].rule, FILTER_BLOCKED_TLS);
		entry.control.reachable = false;
		assert_rule("S6", FILTER_SITE_DOWN);
	}
	open_page(); /* a proxy reads along, the page is the page */
	o.tls.error = 60;
	o.tls.trusted_public = false;
	o.tls.chain_sha256[0][0] = 8;
	assert_rule("OK", FILTER_ALLOWED);
	assert_string_equal(o.flags, "intercepted");
	open_page(); /* the site's own certificate is bad, outside as well */
	o.tls.error = 60;
	o.tls.trusted_public = false;
	assert_rule("S5", FILTER_SITE_DOWN);
}

static void
pages_in_anothers_place(void **state)
{
	(void)state;
	open_page();
	o.http.status = 403;
	strcpy(o.http.headers, "Server\nX-Squid-Error\nVia\n");
	assert_rule("H1", FILTER_BLOCKED_PAGE);
	open_page();
	o.http.status = 302;
	strcpy(o.http.location, "http://block.filter.example/why?u=1");
	assert_rule("H2", FILTER_REDIRECTED);
	strcpy(o.http.location, "http://10.0.0.1/");
	assert_rule("H2p", FILTER_REDIRECTED);
	open_page();
	strcpy(o.http.fingerprint, "statutory");
	o.http.body_bytes = 2000;
	assert_rule("H4", FILTER_BLOCKED_PAGE);
	open_page();
	o.http.status = 0;
	o.http.error = 56;
	o.http.os_errno = ECONNRESET;
	assert_rule("H8", FILTER_BLOCKED_HTTP);
	o.http.os_errno = ETIMEDOUT;
	o.http.body_bytes = 14480;
	assert_rule("Q1", FILTER_THROTTLED);
	open_page();
	o.http.status = 503;
	assert_rule("H6", FILTER_ANOMALY);
	assert_int_equal(o.outcome, FILTER_EXCLUDED);
}

static void
a_dead_uplink_says_nothing_about_the_filter(void **state)
{
	(void)state;
	open_page();
	o.dns.addresses[0] = address("203.0.113.9");
	filter_judge(&o, &list, false);
	assert_int_equal(o.verdict, FILTER_NOT_MEASURED);
	assert_int_equal(o.outcome, FILTER_EXCLUDED);
	assert_non_null(strstr(o.flags, "canary_failed"));
}

static void
only_plain_web_addresses_are_checked(void **state)
{
	static const struct {
		const char *url, *host;
	} cases[] = {{"https://a.example/x?y", "a.example"},
	    {"http://a.example:80", "a.example"}, {"https://a.example:443/", "a.example"},
	    {"https://a.example:8443/", NULL}, {"ftp://a.example/", NULL},
	    {"https://user@a.example/", NULL}, {"https:///", NULL},
	    {"file:///etc/passwd", NULL}, {"http://a.example:44/", NULL}};
	char host[64];
	bool https;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		assert_int_equal(filter_url_host(cases[i].url, host, sizeof(host), &https),
		    cases[i].host != NULL);
		if (cases[i].host)
			assert_string_equal(host, cases[i].host);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_open_page_is_allowed),
	    cmocka_unit_test(names_that_were_tampered_with),
	    cmocka_unit_test(connections_that_were_cut),
	    cmocka_unit_test(handshakes_that_were_cut_or_read),
	    cmocka_unit_test(pages_in_anothers_place),
	    cmocka_unit_test(a_dead_uplink_says_nothing_about_the_filter),
	    cmocka_unit_test(only_plain_web_addresses_are_checked),
	};

	return cmocka_run_group_tests_name("agent/probe/filter_judge", tests, NULL, NULL);
}
