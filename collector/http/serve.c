/*
 * One request from its head to the end of its reply. A client's certificate is
 * judged when its connection brings the first request and the verdict stays with
 * the connection: a judgement on each request would cost twenty times the request.
 * Ranges and compression are left out: no client of ours asks for them.
 */
#include "collector/http/serve.h"

#include <errno.h>
#include <gnutls/gnutls.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "collector/http/forwarded.h"
#include "collector/http/metrics.h"
#include "collector/http/site.h"
#include "collector/http/stream.h"
#include "common/check.h"
#include "common/cleanup.h"
#include "common/clock.h"
#include "common/text.h"

enum {
	DRAIN_BYTES_MAX = 4 * 1024 * 1024, /* of a refused body, so that its sender hears why */
	STREAM_BLOCK_BYTES = 128 * 1024,
	PIECE_BYTES = 32 * 1024,
	FORWARDED_LINES_MAX = 8,
};

/* ---------------------------------------------------------------- its beginning */

/* A header that came more than once: some proxies add a line of their own. */
struct lines {
	const char *name, *text[FORWARDED_LINES_MAX];
	size_t count;
};

static enum MHD_Result
line_take(void *arg, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct lines *lines = arg;

	(void)kind;
	if (value && strcasecmp(name, lines->name) == 0)
		lines->text[lines->count++ % FORWARDED_LINES_MAX] = value;
	return MHD_YES;
}

/* Who asks: whoever is connected, or whom a proxy that we believe names. The last line first.
 */
static void
client_find(const struct http_config *config, struct http_request *request)
{
	struct lines lines = {.name = "X-Forwarded-For"};

	if (!forwarded_trusts(&request->client, config->proxies, config->proxies_count))
		return;
	(void)MHD_get_connection_values(
	    request->call->connection, MHD_HEADER_KIND, line_take, &lines);
	for (size_t i = 0; i < lines.count && i < FORWARDED_LINES_MAX; i++) {
		const char *line = lines.text[(lines.count - 1 - i) % FORWARDED_LINES_MAX];

		if (forwarded_client(
			line, config->proxies, config->proxies_count, &request->client) < 0 ||
		    !forwarded_trusts(&request->client, config->proxies, config->proxies_count))
			return;
	}
}

static struct http_call *
call_new(struct http_server *server, struct MHD_Connection *connection, struct peer *peer)
{
	struct http_call *call = calloc(1, sizeof(*call));

	if (!call)
		return NULL;
	call->server = server;
	call->connection = connection;
	call->peer = peer;
	call->began_ms = clock_boot_ms();
	call->request.call = call;
	call->request.services = server->config.services;
	call->request.client = peer->client;
	client_find(&server->config, &call->request);
	call->body = bytes_new(0);
	(void)pthread_mutex_lock(&server->lock);
	server->calls++;
	(void)pthread_mutex_unlock(&server->lock);
	return call;
}

static void
call_refuse(struct http_call *call, unsigned status, const char *code, const char *reason,
    unsigned retry_after_s, enum metric metric)
{
	metric_add(metric, 1);
	call->server->config.hooks.explain(&call->request, status, code, reason, &call->reply);
	call->reply.status = status;
	call->reply.retry_after_s = retry_after_s;
	call->refused = true;
	call_drop_body(call);
}

static void
body_too_large(struct http_call *call)
{
	call_refuse(call, MHD_HTTP_CONTENT_TOO_LARGE, "too_large",
	    "the body is larger than is taken here", 0, METRIC_REFUSED_TOO_LARGE);
}

/* ---------------------------------------------------------------- replying */

static ssize_t
stream_read(void *arg, uint64_t at, char *buffer, size_t size)
{
	struct http_call *call = arg;
	const struct http_reply *reply = &call->reply;
	size_t from = (size_t)(at % reply->block_len);
	size_t len = reply->block_len - from;

	if (len > size)
		len = size;
	if (len > reply->stream_bytes - at)
		len = (size_t)(reply->stream_bytes - at);
	memcpy(buffer, reply->block + from, len);
	if (call->request.sent && !call->request.sent(&call->request, len))
		return MHD_CONTENT_READER_END_WITH_ERROR;
	return (ssize_t)len;
}

static struct MHD_Response *
reply_response(struct http_call *call)
{
	struct http_reply *reply = &call->reply;
	const void *body = reply->lent ? reply->lent : reply->body;

	if (call->stream)
		return MHD_create_response_from_callback(
		    MHD_SIZE_UNKNOWN, PIECE_BYTES, stream_pull, call, NULL);
	if (reply->block)
		return MHD_create_response_from_callback(
		    reply->stream_bytes, STREAM_BLOCK_BYTES, stream_read, call, NULL);
	return MHD_create_response_from_buffer(
	    reply->body_len, (void *)(uintptr_t)body, MHD_RESPMEM_PERSISTENT);
}

/* Memory of all replies that clients have yet to take is bounded: beyond it a reply becomes 503
 * without words. */
static void
reply_count(struct http_call *call)
{
	struct http_server *server = call->server;
	struct http_reply *reply = &call->reply;
	uint64_t all;

	if (!reply->body || call->reply_counted)
		return;
	all = atomic_fetch_add(&server->replies_bytes, reply->body_len) + reply->body_len;
	call->reply_counted = true;
	if (all <= server->config.replies_bytes_max)
		return;
	metric_add(METRIC_REFUSED_MEMORY, 1);
	call_drop_reply(call);
	*reply = (struct http_reply){
	    .status = MHD_HTTP_SERVICE_UNAVAILABLE, .retry_after_s = 5, .close = true};
}

static void
header_add(struct MHD_Response *response, const char *name, const char *value)
{
	if (value && value[0])
		(void)MHD_add_response_header(response, name, value);
}

static void
reply_headers(struct MHD_Response *response, const struct http_reply *reply, bool close)
{
	char seconds[16] = "";

	if (reply->retry_after_s)
		(void)snprintf(seconds, sizeof(seconds), "%u", reply->retry_after_s);
	header_add(response, MHD_HTTP_HEADER_CONTENT_TYPE, reply->content_type);
	header_add(response, MHD_HTTP_HEADER_RETRY_AFTER, seconds);
	header_add(response, MHD_HTTP_HEADER_ETAG, reply->etag);
	header_add(response, MHD_HTTP_HEADER_ALLOW, reply->allow);
	header_add(
	    response, MHD_HTTP_HEADER_CACHE_CONTROL, reply->cache ? reply->cache : "no-store");
	for (size_t i = 0; i < HTTP_FIELDS_MAX && reply->fields[i].name; i++)
		header_add(response, reply->fields[i].name, reply->fields[i].value);
	if (close)
		header_add(response, MHD_HTTP_HEADER_CONNECTION, "close");
}

static enum MHD_Result
call_reply(struct http_call *call)
{
	const struct http_always *always = call->server->config.always;
	struct MHD_Response *response;
	enum MHD_Result result;

	reply_count(call);
	response = reply_response(call);
	if (!response)
		return MHD_NO;
	reply_headers(
	    response, &call->reply, call->reply.close || atomic_load(&call->server->draining));
	for (; always && always->name; always++)
		header_add(response, always->name, always->value);
	metric_add((enum metric)(METRIC_REQUESTS_AGENTS + call->server->config.listener), 1);
	result = MHD_queue_response(call->connection, call->reply.status, response);
	MHD_destroy_response(response);
	return result;
}

/* ---------------------------------------------------------------- the head of a request */

static void
peer_judge(struct http_server *server, struct peer *peer, struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info;
	const gnutls_datum_t *chain;
	unsigned len = 0;

	peer->judged = true;
	if (!server->config.authority_pem)
		return;
	info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
	chain = info ? gnutls_certificate_get_peers(info->tls_session, &len) : NULL;
	if (!chain || len == 0)
		return;
	metric_add(METRIC_HANDSHAKES_AGENTS, 1);
	peer->certificate.present = true;
	server->config.hooks.judge(
	    server->config.hooks.arg, chain[0].data, chain[0].size, &peer->certificate);
}

/* 0, or how many seconds to wait. */
static unsigned
rate_wait_s(struct http_server *server, const struct http_call *call)
{
	const struct http_certificate *certificate = &call->peer->certificate;
	const struct address *client = &call->request.client;
	uint64_t key = certificate->trusted
			   ? limit_key(certificate->key_sha256, sizeof(certificate->key_sha256))
			   : limit_key(client, sizeof(*client));
	uint64_t wait_ms;

	(void)pthread_mutex_lock(&server->lock);
	wait_ms =
	    limit_take(server->limit, key, server->per_s, server->burst, 1, clock_boot_ms());
	(void)pthread_mutex_unlock(&server->lock);
	return (unsigned)((wait_ms + 999) / 1000);
}

static const struct {
	const char *code;
	enum metric metric;
} admission_metrics[] = {
    {"no_certificate", METRIC_REFUSED_NO_CERTIFICATE},
    {"foreign_certificate", METRIC_REFUSED_FOREIGN_CERTIFICATE},
    {"expired", METRIC_REFUSED_EXPIRED},
    {"revoked", METRIC_REFUSED_REVOKED},
};

static enum metric
admission_metric(const char *code)
{
	for (size_t i = 0; i < COUNT_OF(admission_metrics); i++) {
		if (strcmp(admission_metrics[i].code, code) == 0)
			return admission_metrics[i].metric;
	}
	return METRIC_REFUSED_UNKNOWN_AGENT;
}

/* False when the call is refused. */
static bool
call_admit(struct http_call *call)
{
	const struct http_hooks *hooks = &call->server->config.hooks;
	const char *code = "refused", *reason = "";
	unsigned wait_s = rate_wait_s(call->server, call), status;

	if (wait_s) {
		call_refuse(call, MHD_HTTP_TOO_MANY_REQUESTS, "too_often",
		    "this client asks more often than it may", wait_s,
		    METRIC_REFUSED_TOO_OFTEN);
		return false;
	}
	if (call->route->role == HTTP_ANYONE || call->route->role == HTTP_PERSON)
		return true;
	status = hooks->admit(hooks->arg, call->route->role, &call->peer->certificate,
	    &call->request.agent, &code, &reason);
	if (status) {
		call_refuse(call, status, code, reason, 0, admission_metric(code));
		return false;
	}
	memcpy(call->request.key_sha256, call->peer->certificate.key_sha256,
	    sizeof(call->request.key_sha256));
	return true;
}

/* The Content-Length, 0 without a body, UINT64_MAX when it is not told beforehand. */
static uint64_t
body_announced(const struct http_call *call)
{
	const char *length = http_header(&call->request, MHD_HTTP_HEADER_CONTENT_LENGTH);
	int64_t value = 0;

	if (http_header(&call->request, MHD_HTTP_HEADER_TRANSFER_ENCODING))
		return UINT64_MAX;
	if (length && text_i64(length, 0, INT64_MAX, &value) < 0)
		return UINT64_MAX - 1;
	return (uint64_t)value;
}

static const struct route *
call_route(const struct http_config *config, const char *method, const char *path)
{
	const struct route *route =
	    route_find(config->routes, config->routes_count, config->listener, method, path);

	if (!route && config->listener == HTTP_PAGE &&
	    strcmp(method, MHD_HTTP_METHOD_GET) == 0 && site_has(config->services->site, path))
		return &site_route;
	return route;
}

static void
call_open(struct http_call *call, const char *method, const char *path)
{
	const struct http_config *config = &call->server->config;
	uint64_t announced = body_announced(call);
	const char *methods;

	call->request.method = method;
	call->request.path = path;
	call->route = call->request.route = call_route(config, method, path);
	if (!call->route) {
		methods =
		    route_methods(config->routes, config->routes_count, config->listener, path);
		call_refuse(call, methods ? MHD_HTTP_METHOD_NOT_ALLOWED : MHD_HTTP_NOT_FOUND,
		    "no_route",
		    methods ? "this path takes another method"
			    : "there is no such path on this listener",
		    0, METRIC_REFUSED_NO_ROUTE);
		call->reply.allow = methods;
		return;
	}
	if (!call_admit(call))
		return;
	if (announced != UINT64_MAX && announced > call->route->body_bytes_max) {
		body_too_large(call);
		return;
	}
	if (call->route->open && !call->route->open(&call->request, &call->reply))
		call->refused = true;
}

/*
 * A refused request whose body still comes: a small one is read and thrown away, since a close
 * under a sender's hands would lose our answer; one that asked first, or a large one, is
 * answered at once and its connection ends.
 */
static enum MHD_Result
call_opened(struct http_call *call)
{
	uint64_t announced = body_announced(call);

	if (!call->refused || announced == 0)
		return MHD_YES;
	if (announced != UINT64_MAX && announced <= DRAIN_BYTES_MAX &&
	    !http_header(&call->request, MHD_HTTP_HEADER_EXPECT))
		return MHD_YES;
	if (announced == UINT64_MAX && !http_header(&call->request, MHD_HTTP_HEADER_EXPECT))
		return MHD_YES;
	call->state = CALL_ANSWERED;
	call->reply.close = true;
	return call_reply(call);
}

/* ---------------------------------------------------------------- its body */

static void
body_keep(struct http_call *call, const void *bytes, size_t len)
{
	struct http_server *server = call->server;
	int r;

	if (call->received_bytes > call->route->body_bytes_max) {
		body_too_large(call);
		return;
	}
	if (atomic_load(&server->bodies_bytes) + len > server->config.bodies_bytes_max) {
		call_refuse(call, MHD_HTTP_SERVICE_UNAVAILABLE, "busy",
		    "too many bodies are coming at once", 5, METRIC_REFUSED_MEMORY);
		return;
	}
	call->body.limit = (size_t)call->route->body_bytes_max;
	r = bytes_add(&call->body, bytes, len);
	if (r < 0) {
		call_refuse(call, MHD_HTTP_SERVICE_UNAVAILABLE, "busy",
		    "there is no memory for this body", 5, METRIC_REFUSED_MEMORY);
		return;
	}
	(void)atomic_fetch_add(&server->bodies_bytes, len);
	metric_add(METRIC_BODY_BYTES, (int64_t)len);
}

/* MHD_NO ends the connection. */
static enum MHD_Result
call_take(struct http_call *call, const char *bytes, size_t len)
{
	call->received_bytes += len;
	if (clock_boot_ms() - call->began_ms > call->server->config.body_within_ms) {
		metric_add(METRIC_REFUSED_SLOW, 1);
		return MHD_NO;
	}
	if (call->refused)
		return call->received_bytes <= DRAIN_BYTES_MAX ? MHD_YES : MHD_NO;
	if (!call->request.sink)
		body_keep(call, bytes, len);
	else if (!call->request.sink(&call->request, (const uint8_t *)bytes, len))
		body_too_large(call);
	return MHD_YES;
}

/* ---------------------------------------------------------------- its handler */

/* The handler keeps the call, and may have answered it already. */
static enum MHD_Result
call_wait(struct http_call *call)
{
	struct http_server *server = call->server;
	bool answered;

	(void)pthread_mutex_lock(&server->lock);
	answered = call->state == CALL_ANSWERED;
	if (!answered) {
		call->state = CALL_WAITING;
		call->deadline_ms = clock_boot_ms() + server->answer_within_ms;
		MHD_suspend_connection(call->connection);
		if (!call->claimed)
			TAILQ_INSERT_TAIL(&server->waiting, call, waiting);
	}
	(void)pthread_mutex_unlock(&server->lock);
	return answered ? call_reply(call) : MHD_YES;
}

static enum MHD_Result
call_finish(struct http_call *call)
{
	if (call->refused) {
		call->state = CALL_ANSWERED;
		return call_reply(call);
	}
	call->request.body = call->body.data;
	call->request.body_len = call->body.len;
	call->state = CALL_WORKING;
	call->kept = true;
	if (call->route->handle(&call->request, &call->reply) == HTTP_LATER)
		return call_wait(call);
	call->kept = false;
	call->state = CALL_ANSWERED;
	return call_reply(call);
}

bool
call_serve(struct http_server *server, struct MHD_Connection *connection, const char *path,
    const char *method, const char *bytes, size_t *len, struct http_call **at)
{
	struct http_call *call = *at;
	struct peer *peer;
	enum MHD_Result result;

	if (!call) {
		peer = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)
			   ->socket_context;
		if (!peer)
			return false;
		if (!peer->judged)
			peer_judge(server, peer, connection);
		*at = call = call_new(server, connection, peer);
		if (!call)
			return false;
		call_open(call, method, path);
		return call_opened(call) == MHD_YES;
	}
	if (*len > 0) {
		result = call_take(call, bytes, *len);
		*len = 0;
		return result == MHD_YES;
	}
	return (call->state == CALL_BODY ? call_finish(call) : call_reply(call)) == MHD_YES;
}

void
call_over(struct http_call *call, bool whole)
{
	struct http_server *server = call->server;

	if (call->request.over)
		call->request.over(&call->request, whole);
	(void)pthread_mutex_lock(&server->lock);
	call->gone = true;
	stream_cut(call);
	call_release(call);
	(void)pthread_mutex_unlock(&server->lock);
}
