/*
 * The listeners: what each one asks of its clients, what it lets them take, and how
 * they end. Who may come in is judged by the rooms below.
 */
#include <stdio.h>
#include <string.h>

#include "collector/access/access.h"
#include "collector/access/reply.h"
#include "collector/http/ndt7.h"
#include "collector/http/server.h"
#include "collector/ingest/admission.h"
#include "collector/ingest/answer.h"
#include "collector/ingest/authority.h"
#include "collector/ingest/clerk.h"
#include "collector/ingest/ingest.h"
#include "collector/ingest/roll.h"
#include "collector/page/live.h"
#include "collector/parts.h"
#include "collector/routes.h"
#include "common/check.h"
#include "common/cleanup.h"
#include "common/clock.h"
#include "common/log.h"

enum {
	AGENTS_IDLE_S = 150, /* a heartbeat comes every 30 s */
	OTHERS_IDLE_S = 30,
	OTHERS_A_CLIENT = 128,
	MEASURE_MEMORY_BYTES = 256 * 1024,
	AGENTS_MEMORY_BYTES = 16 * 1024, /* there may be very many of them */
	PAGE_MEMORY_BYTES = 32 * 1024,
	PLAIN_MEMORY_BYTES = 8 * 1024,
	BODIES_BYTES_MAX = 64 * 1024 * 1024,
	REPLIES_BYTES_MAX = 64 * 1024 * 1024,
	BODY_WITHIN_MS = 60000,
};

static const size_t memory_bytes[] = {
    [HTTP_AGENTS] = AGENTS_MEMORY_BYTES,
    [HTTP_PAGE] = PAGE_MEMORY_BYTES,
    [HTTP_MEASURE] = MEASURE_MEMORY_BYTES,
    [HTTP_PLAIN] = PLAIN_MEMORY_BYTES,
};

static void
judge(void *arg, const uint8_t *der, size_t len, struct http_certificate *ret)
{
	struct collector *c = arg;

	authority_judge(c->authority, der, len, ret);
}

static unsigned
admit(void *arg, enum http_role role, const struct http_certificate *certificate,
    struct http_agent *ret, const char **ret_code, const char **ret_reason)
{
	struct collector *c = arg;
	struct roll_entry entry;
	bool known =
	    certificate->trusted && roll_find(c->roll, certificate->key_sha256, &entry);
	unsigned status = admission_judge(
	    role, certificate, known ? &entry : NULL, clock_wall_ms(), ret_code, ret_reason);

	if (status == 0) {
		memcpy(ret->id, entry.agent_id, sizeof(ret->id));
		memcpy(ret->school_code, entry.school_code, sizeof(ret->school_code));
	}
	return status;
}

/* Agents are told in messages of the wire, browsers in JSON. */
static void
explain(const struct http_request *request, unsigned status, const char *code,
    const char *reason, struct http_reply *ret)
{
	if (request->path && strncmp(request->path, "/api/", 5) == 0)
		reply_refuse(ret, status, code, reason);
	else
		answer_refusal(status, code, reason, ret);
}

static bool
ready(void *arg)
{
	struct collector *c = arg;

	return ingest_ready(c->ingest);
}

/* The option's values were checked when it was read. */
static void
proxies_read(struct collector *c)
{
	const struct option_list *list = &c->settings.page_behind_proxy;

	for (size_t i = 0; i < list->count; i++)
		CHECK(address_range_parse(list->text[i], &c->proxies[i]) == 0);
}

/* What stands on every reply of the page: the list, and what an option adds. */
static void
always_make(struct collector *c)
{
	size_t count = 0;

	for (; page_headers[count].name; count++) {
		CHECK(count + 2 < PAGE_ALWAYS_MAX);
		c->page_always[count] = page_headers[count];
	}
	(void)snprintf(
	    c->hsts, sizeof(c->hsts), "max-age=%lld", (long long)c->settings.page_hsts_s);
	if (c->settings.page_hsts_s > 0)
		c->page_always[count++] =
		    (struct http_always){"Strict-Transport-Security", c->hsts};
	c->page_always[count] = (struct http_always){NULL, NULL};
}

static int
server_begin(struct collector *c, enum http_listener listener, const char *address)
{
	bool agents = listener == HTTP_AGENTS;
	unsigned others = listener == HTTP_PAGE ? PAGE_CONNECTIONS : MEASURE_CONNECTIONS;
	size_t proxies = listener == HTTP_PAGE ? c->settings.page_behind_proxy.count : 0;
	struct http_config config = {
	    .listener = listener,
	    .routes = routes,
	    .routes_count = routes_count,
	    .always = listener == HTTP_PAGE ? c->page_always : NULL,
	    .address = address,
	    .authority_pem = agents ? authority_facts(c->authority)->pem : NULL,
	    .threads = agents ? 2 : 1,
	    .connections_max = agents ? (unsigned)c->settings.connections_max : others,
	    .client_connections_max = agents || proxies ? 0 : OTHERS_A_CLIENT,
	    .proxies = c->proxies,
	    .proxies_count = proxies,
	    .connection_memory_bytes = memory_bytes[listener],
	    .idle_s = agents ? AGENTS_IDLE_S : OTHERS_IDLE_S,
	    .body_within_ms = listener == HTTP_MEASURE ? 2 * BODY_WITHIN_MS : BODY_WITHIN_MS,
	    .bodies_bytes_max = BODIES_BYTES_MAX,
	    .replies_bytes_max = REPLIES_BYTES_MAX,
	    .requests_per_s = agents ? (double)c->settings.agent_requests_per_s : 100,
	    .requests_burst = agents ? (double)c->settings.agent_requests_burst : 1000,
	    .hooks = {judge, admit, explain, c},
	    .services = &c->services,
	};
	int r;

	if (!address[0])
		return 0;
	r = server_start(&config, &c->servers[listener]);
	if (r < 0)
		return log_error(r, "could not listen on '%s'", address);
	(void)log_info(
	    "listening on '%s' port=%u", address, (unsigned)server_port(c->servers[listener]));
	return 0;
}

void
limits_apply(struct collector *c)
{
	uint64_t within_ms = (uint64_t)c->settings.answer_within_s * 1000;

	server_limits(c->servers[HTTP_AGENTS], (double)c->settings.agent_requests_per_s,
	    (double)c->settings.agent_requests_burst, within_ms);
	server_limits(c->servers[HTTP_PAGE], 100, 1000, within_ms);
}

/* The order matters: nobody new comes in, what waits is stored and answered, then all is
 * closed. */
void
listeners_stop(struct collector *c)
{
	for (size_t i = 0; i < LISTENERS; i++) {
		if (c->servers[i])
			server_quiesce(c->servers[i]);
	}
	access_stop(c->access);
	live_stop(c->live);
	ingest_stop(c->ingest);
	ndt7_stop(TAKE(c->ndt7, NULL));
	clerk_stop(c->clerk);
	for (size_t i = 0; i < LISTENERS; i++) {
		server_stop(c->servers[i]);
		c->servers[i] = NULL;
	}
}

static int
ndt7_begin(struct collector *c)
{
	const char *address = c->settings.listen_ndt7;
	int r;

	if (!address[0])
		return 0;
	r = ndt7_start(address, c->measure, &c->ndt7);
	if (r < 0)
		return log_error(r, "could not listen on '%s'", address);
	(void)log_info("listening on '%s' port=%u", address, (unsigned)ndt7_port(c->ndt7));
	return 0;
}

int
listeners_start(struct collector *c)
{
	int r;

	proxies_read(c);
	always_make(c);
	c->health = (struct health){ready, c};
	c->services = (struct http_services){.ingest = c->ingest,
	    .enrol = c->enrol,
	    .measure = c->measure,
	    .health = &c->health,
	    .site = c->site,
	    .access = c->access,
	    .live = c->live,
	    .facts = &c->facts};
	r = server_begin(c, HTTP_AGENTS, c->settings.listen_agents);
	if (r == 0)
		r = server_begin(c, HTTP_PAGE, c->settings.listen_page);
	if (r == 0)
		r = ndt7_begin(c);
	if (r == 0)
		r = server_begin(c, HTTP_MEASURE, c->settings.listen_measure);
	if (r == 0)
		r = server_begin(c, HTTP_PLAIN, c->settings.listen_plain);
	if (r < 0) {
		listeners_stop(c);
		return r;
	}
	limits_apply(c);
	return 0;
}
