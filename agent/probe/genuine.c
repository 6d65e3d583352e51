/* The questions' I/O: see genuine.h. The answer to a question is the SHA-256 of its number, so
 * that a page that repeats what it was asked for is not taken for the collector. */
#include "agent/probe/genuine.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

#include "common/address.h"
#include "common/clock.h"
#include "common/digest.h"
#include "common/text.h"
#include "common/transfer.h"

enum { ASK_TIMEOUT_MS = 3000, NONCE_BYTES = 16, URL_SIZE = 400, BODY_MAX = 64 * 1024 };

struct question {
	struct genuine *owner;
	enum genuine_kind kind;
	struct transfer *transfer; /* NULL: none is under way */
	uint64_t sent_ms;
	char expected[2 * DIGEST_BYTES + 1];
};

struct genuine {
	struct genuine_settings settings;
	char host[256], ca_file[400], http_url[URL_SIZE], http_host[256], tls_url[URL_SIZE];
	bool proven, closing;
	struct question questions[GENUINE_KINDS];
};

static void
tell(const struct question *q, enum genuine_answer answer, const char *observed)
{
	const struct genuine_settings *s = &q->owner->settings;

	s->on_answer(s->arg, q->kind, answer, q->sent_ms, observed);
}

static void
on_http(void *arg, const struct transfer_result *result)
{
	struct question *q = arg;
	char observed[GENUINE_OBSERVED_SIZE], location[URL_SIZE] = "";
	struct genuine_reply reply = {.status = result->status,
	    .location = location,
	    .host = q->owner->http_host,
	    .body = result->body,
	    .body_len = result->body_len,
	    .expected = q->expected,
	    .proven = q->owner->proven};
	enum genuine_answer answer;

	q->transfer = NULL;
	if (q->owner->closing || result->error < 0)
		return;
	if (transfer_header(result, "Location", location, sizeof(location)) < 0)
		location[0] = '\0';
	answer = genuine_judge_http(&reply, observed);
	if (answer == GENUINE_OWN)
		q->owner->proven = true;
	tell(q, answer, observed);
}

static void
on_handshake(void *arg, const struct transfer_result *result)
{
	struct question *q = arg;
	char observed[GENUINE_OBSERVED_SIZE];

	q->transfer = NULL;
	if (q->owner->closing || result->error < 0)
		return;
	tell(q, genuine_judge_tls(result->tls_verify, result->issuer, observed), observed);
}

static int
ask_http(struct genuine *g, struct question *q, const struct address *collector)
{
	uint8_t nonce[NONCE_BYTES], digest[DIGEST_BYTES];
	char number[2 * NONCE_BYTES + 1], url[URL_SIZE + 64];
	bool known =
	    strcasecmp(g->http_host, g->host) == 0 && collector->family != ADDRESS_NONE;
	struct transfer_request request = {.url = url,
	    .fresh_connection = true,
	    .http11 = true,
	    .connect_to = known ? collector : NULL,
	    .connect_timeout_ms = ASK_TIMEOUT_MS,
	    .timeout_ms = ASK_TIMEOUT_MS,
	    .body_max_bytes = BODY_MAX,
	    .on_done = on_http,
	    .arg = q};
	int r;

	(void)!getrandom(nonce, sizeof(nonce), 0);
	text_hex(number, nonce, sizeof(nonce));
	(void)snprintf(url, sizeof(url), "%s?n=%s", g->http_url, number);
	r = digest_of(number, strlen(number), digest);
	if (r < 0)
		return r;
	text_hex(q->expected, digest, sizeof(digest));
	return transfer_start(g->settings.transfers, &request, &q->transfer);
}

/* Nobody is judged by libcurl: what is looked at is who vouches for them. */
static int
ask_tls(struct genuine *g, struct question *q, const struct address *collector)
{
	struct transfer_request request = {.url = g->tls_url,
	    .ca_file = g->ca_file,
	    .insecure = true,
	    .want_chain = true,
	    .fresh_connection = true,
	    .connect_only = true,
	    .connect_to = collector,
	    .connect_timeout_ms = ASK_TIMEOUT_MS,
	    .timeout_ms = ASK_TIMEOUT_MS,
	    .on_done = on_handshake,
	    .arg = q};

	if (!*g->ca_file || collector->family == ADDRESS_NONE)
		return 0;
	return transfer_start(g->settings.transfers, &request, &q->transfer);
}

void
genuine_ask(struct genuine *genuine, enum genuine_kind kind, const struct address *collector)
{
	struct question *q = &genuine->questions[kind];

	if (q->transfer)
		return;
	q->sent_ms = clock_boot_ms();
	if ((kind == GENUINE_HTTP ? ask_http(genuine, q, collector)
				  : ask_tls(genuine, q, collector)) < 0)
		q->transfer = NULL;
}

static void
url_host(const char *url, char *ret, size_t size)
{
	const char *at = strstr(url, "://");
	size_t len;

	at = at ? at + 3 : url;
	at += *at == '[';
	len = strcspn(at, strchr(url, '[') ? "]" : ":/?#");
	(void)snprintf(ret, size, "%.*s", (int)len, at);
}

int
genuine_new(const struct genuine_settings *settings, struct genuine **ret)
{
	struct genuine *g = calloc(1, sizeof(*g));
	bool six = strchr(settings->host, ':');
	char host[260];

	if (!g)
		return -ENOMEM;
	g->settings = *settings;
	(void)text_copy(g->host, sizeof(g->host), settings->host);
	(void)text_copy(
	    g->ca_file, sizeof(g->ca_file), settings->ca_file ? settings->ca_file : "");
	(void)snprintf(host, sizeof(host), six ? "[%s]" : "%s", g->host);
	(void)snprintf(
	    g->tls_url, sizeof(g->tls_url), "https://%s:%u/", host, (unsigned)settings->port);
	if (settings->portal_url && *settings->portal_url)
		(void)text_copy(g->http_url, sizeof(g->http_url), settings->portal_url);
	else
		(void)snprintf(g->http_url, sizeof(g->http_url), "http://%s/v1/nonce", host);
	g->proven = settings->portal_url && *settings->portal_url;
	url_host(g->http_url, g->http_host, sizeof(g->http_host));
	for (size_t i = 0; i < GENUINE_KINDS; i++) {
		g->questions[i].owner = g;
		g->questions[i].kind = (enum genuine_kind)i;
	}
	*ret = g;
	return 0;
}

void
genuine_free(struct genuine *genuine)
{
	if (!genuine)
		return;
	genuine->closing = true;
	for (size_t i = 0; i < GENUINE_KINDS; i++)
		if (genuine->questions[i].transfer)
			transfer_cancel(genuine->questions[i].transfer);
	free(genuine);
}

const char *
genuine_target(const struct genuine *genuine, enum genuine_kind kind)
{
	return kind == GENUINE_HTTP ? genuine->http_url : genuine->tls_url;
}
