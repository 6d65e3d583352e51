/*
 * HTTP/1.1 (RFC 9112) over TLS 1.2 and 1.3 by libmicrohttpd's epoll threads. A
 * client's certificate is judged when its connection brings the first request and
 * the verdict stays with the connection: a judgement on each request would cost
 * twenty times the request. libmicrohttpd never times out a suspended connection,
 * so kept requests have a deadline of their own here. HTTP/2, ranges, compression
 * and cookies are left out: no client of ours asks for them.
 */
#include "collector/http/server.h"

#include <errno.h>
#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <unistd.h>

#include "collector/http/limit.h"
#include "collector/http/listen.h"
#include "collector/http/metrics.h"
#include "collector/http/router.h"
#include "common/bytes.h"
#include "common/check.h"
#include "common/cleanup.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/text.h"

/* Only forward-secret suites with authenticated encryption; the cheapest of them first. */
#define PRIORITIES                                                                             \
	"NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-CIPHER-ALL:+AES-128-GCM:+CHACHA20-"       \
	"POLY1305:"                                                                            \
	"+AES-256-GCM:-MAC-ALL:+AEAD:-KX-ALL:+ECDHE-ECDSA:%SERVER_PRECEDENCE"

enum {
	DRAIN_BYTES_MAX = 4 * 1024 * 1024, /* of a refused body, so that its sender hears why */
	STREAM_BLOCK_BYTES = 128 * 1024,
	STOP_WAIT_MS = 3000,
	CHAIN_MAX = 4,
};

/* A connection. */
struct peer {
	bool judged;
	struct http_certificate certificate;
	struct address client;
};

enum call_state {
	CALL_BODY,     /* its body is coming */
	CALL_WORKING,  /* its handler has it */
	CALL_WAITING,  /* suspended until http_answer() or the deadline */
	CALL_ANSWERED, /* its reply is there */
};

struct http_call {
	struct http_request request;
	struct http_server *server;
	struct MHD_Connection *connection;
	const struct route *route;
	struct peer *peer;
	struct bytes body;
	uint64_t began_ms, deadline_ms;
	uint64_t received_bytes;
	enum call_state state; /* under the server's lock once a handler kept it */
	bool refused;          /* the body that still comes is thrown away */
	bool kept;             /* a handler owes an http_answer() */
	bool gone;             /* the connection is over */
	struct http_reply reply;
	TAILQ_ENTRY(http_call) waiting;
};

struct http_server {
	struct http_config config;
	struct MHD_Daemon *daemon;
	int listen_fd;
	uint16_t port;
	_Atomic bool draining;
	_Atomic uint64_t bodies_bytes;
	pthread_mutex_t lock; /* of all below */
	pthread_cond_t idle;
	size_t calls;
	TAILQ_HEAD(, http_call) waiting;
	uint64_t answer_within_ms;
	double per_s, burst;
	struct limit *limit;
};

/* ---------------------------------------------------------------- the identity */

/* What a handshake shows. Old ones stay until the program ends: a handshake may hold them, and
 * a new one comes less than once in half a year. */
struct identity {
	gnutls_pcert_st chain[CHAIN_MAX];
	unsigned chain_len;
	gnutls_privkey_t key;
	struct identity *before;
};

static _Atomic(struct identity *) identity_now;

static int
identity_show(gnutls_session_t session, const gnutls_datum_t *authorities,
    int authorities_count, const gnutls_pk_algorithm_t *algorithms, int algorithms_count,
    gnutls_pcert_st **ret_chain, unsigned *ret_len, gnutls_privkey_t *ret_key)
{
	struct identity *identity = atomic_load(&identity_now);

	(void)session, (void)authorities, (void)authorities_count;
	(void)algorithms, (void)algorithms_count;
	*ret_chain = identity->chain;
	*ret_len = identity->chain_len;
	*ret_key = identity->key;
	return 0;
}

static void
identity_free(struct identity *identity)
{
	for (unsigned i = 0; i < identity->chain_len; i++)
		gnutls_pcert_deinit(&identity->chain[i]);
	if (identity->key)
		gnutls_privkey_deinit(identity->key);
	free(identity);
}

int
server_identity(const char *chain_pem, const char *key_pem)
{
	gnutls_datum_t chain = {
	    (unsigned char *)(uintptr_t)chain_pem, (unsigned)strlen(chain_pem)};
	gnutls_datum_t key = {(unsigned char *)(uintptr_t)key_pem, (unsigned)strlen(key_pem)};
	struct identity *identity = calloc(1, sizeof(*identity));
	unsigned len = CHAIN_MAX;

	if (!identity)
		return -ENOMEM;
	if (gnutls_pcert_list_import_x509_raw(
		identity->chain, &len, &chain, GNUTLS_X509_FMT_PEM, 0) < 0) {
		free(identity);
		return -EINVAL;
	}
	identity->chain_len = len;
	if (gnutls_privkey_init(&identity->key) < 0 ||
	    gnutls_privkey_import_x509_raw(identity->key, &key, GNUTLS_X509_FMT_PEM, NULL, 0) <
		0) {
		identity_free(identity);
		return -EINVAL;
	}
	identity->before = atomic_load(&identity_now);
	atomic_store(&identity_now, identity);
	return 0;
}

/* ---------------------------------------------------------------- what handlers may ask */

const char *
http_header(const struct http_request *request, const char *name)
{
	return MHD_lookup_connection_value(request->call->connection, MHD_HEADER_KIND, name);
}

const char *
http_query(const struct http_request *request, const char *name)
{
	return MHD_lookup_connection_value(
	    request->call->connection, MHD_GET_ARGUMENT_KIND, name);
}

/* ---------------------------------------------------------------- the life of a call */

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
	call->body = bytes_new(0);
	(void)pthread_mutex_lock(&server->lock);
	server->calls++;
	(void)pthread_mutex_unlock(&server->lock);
	return call;
}

static void
body_release(struct http_call *call)
{
	(void)atomic_fetch_sub(&call->server->bodies_bytes, call->body.len);
	metric_add(METRIC_BODY_BYTES, -(int64_t)call->body.len);
	bytes_clear(&call->body);
}

/* Under the lock. The connection and the handler each hold a call; the last one frees it. */
static void
call_release(struct http_call *call)
{
	if (!call->gone || call->kept)
		return;
	if (--call->server->calls == 0)
		(void)pthread_cond_broadcast(&call->server->idle);
	body_release(call);
	free(call->reply.body);
	free(call);
}

static void
call_refuse(struct http_call *call, unsigned status, const char *code, const char *reason,
    unsigned retry_after_s, enum metric metric)
{
	metric_add(metric, 1);
	call->server->config.hooks.explain(status, code, reason, &call->reply);
	call->reply.status = status;
	call->reply.retry_after_s = retry_after_s;
	call->refused = true;
	body_release(call);
}

static void
body_too_large(struct http_call *call)
{
	call_refuse(call, MHD_HTTP_CONTENT_TOO_LARGE, "too_large",
	    "the body is larger than is taken here", 0, METRIC_REFUSED_TOO_LARGE);
}

/* Under the lock. */
static void
call_answer(struct http_call *call, struct http_reply *reply)
{
	bool waited = call->state == CALL_WAITING;

	call->reply = *reply;
	call->state = CALL_ANSWERED;
	if (waited) {
		TAILQ_REMOVE(&call->server->waiting, call, waiting);
		MHD_resume_connection(call->connection);
	}
}

void
http_answer(struct http_call *call, struct http_reply *reply)
{
	struct http_server *server = call->server;

	(void)pthread_mutex_lock(&server->lock);
	if (call->state == CALL_ANSWERED)
		free(reply->body); /* its deadline was first */
	else
		call_answer(call, reply);
	call->kept = false;
	call_release(call);
	(void)pthread_mutex_unlock(&server->lock);
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
	call->request.sent_bytes = at + len;
	return (ssize_t)len;
}

static struct MHD_Response *
reply_response(struct http_call *call)
{
	struct http_reply *reply = &call->reply;
	struct MHD_Response *response;

	if (reply->block)
		return MHD_create_response_from_callback(
		    reply->stream_bytes, STREAM_BLOCK_BYTES, stream_read, call, NULL);
	response = MHD_create_response_from_buffer(
	    reply->body_len, reply->body, MHD_RESPMEM_MUST_FREE);
	if (response)
		reply->body = NULL;
	return response;
}

static void
reply_headers(struct MHD_Response *response, const struct http_reply *reply, bool close)
{
	char seconds[16];

	if (reply->content_type)
		(void)MHD_add_response_header(
		    response, MHD_HTTP_HEADER_CONTENT_TYPE, reply->content_type);
	if (reply->retry_after_s) {
		(void)snprintf(seconds, sizeof(seconds), "%u", reply->retry_after_s);
		(void)MHD_add_response_header(response, MHD_HTTP_HEADER_RETRY_AFTER, seconds);
	}
	if (reply->etag[0])
		(void)MHD_add_response_header(response, MHD_HTTP_HEADER_ETAG, reply->etag);
	if (reply->allow)
		(void)MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, reply->allow);
	(void)MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
	if (close)
		(void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
}

static enum MHD_Result
call_reply(struct http_call *call)
{
	struct MHD_Response *response = reply_response(call);
	enum MHD_Result result;

	if (!response)
		return MHD_NO;
	reply_headers(
	    response, &call->reply, call->reply.close || atomic_load(&call->server->draining));
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
rate_wait_s(struct http_server *server, const struct peer *peer)
{
	uint64_t key =
	    peer->certificate.trusted
		? limit_key(peer->certificate.key_sha256, sizeof(peer->certificate.key_sha256))
		: limit_key(&peer->client, sizeof(peer->client));
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
	unsigned wait_s = rate_wait_s(call->server, call->peer), status;

	if (wait_s) {
		call_refuse(call, MHD_HTTP_TOO_MANY_REQUESTS, "too_often",
		    "this client asks more often than it may", wait_s,
		    METRIC_REFUSED_TOO_OFTEN);
		return false;
	}
	if (call->route->role == HTTP_ANYONE)
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

static void
call_open(struct http_call *call, const char *method, const char *path)
{
	enum http_listener listener = call->server->config.listener;
	const char *methods;
	uint64_t announced = body_announced(call);

	call->route = route_find(routes, routes_count, listener, method, path);
	if (!call->route) {
		methods = route_methods(routes, routes_count, listener, path);
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

static enum MHD_Result
serve(void *arg, struct MHD_Connection *connection, const char *path, const char *method,
    const char *version, const char *bytes, size_t *len, void **at)
{
	struct http_server *server = arg;
	struct http_call *call = *at;
	struct peer *peer;
	enum MHD_Result result;

	(void)version;
	if (!call) {
		peer = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)
			   ->socket_context;
		if (!peer)
			return MHD_NO;
		if (!peer->judged)
			peer_judge(server, peer, connection);
		*at = call = call_new(server, connection, peer);
		if (!call)
			return MHD_NO;
		call_open(call, method, path);
		return call_opened(call);
	}
	if (*len > 0) {
		result = call_take(call, bytes, *len);
		*len = 0;
		return result;
	}
	return call->state == CALL_BODY ? call_finish(call) : call_reply(call);
}

static void
over(void *arg, struct MHD_Connection *connection, void **at,
    enum MHD_RequestTerminationCode code)
{
	struct http_server *server = arg;
	struct http_call *call = *at;

	(void)connection;
	if (!call)
		return;
	if (call->request.over)
		call->request.over(&call->request, code == MHD_REQUEST_TERMINATED_COMPLETED_OK);
	*at = NULL;
	(void)pthread_mutex_lock(&server->lock);
	call->gone = true;
	call_release(call);
	(void)pthread_mutex_unlock(&server->lock);
}

/* ---------------------------------------------------------------- connections */

static struct address
client_address(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	struct address address = {0};
	uint16_t port;

	if (info)
		(void)address_from_sockaddr(info->client_addr, &address, &port);
	if (address.family == ADDRESS_IPV6 &&
	    memcmp(address.bytes, mapped, sizeof(mapped)) == 0)
		return address_v4(address.bytes + sizeof(mapped));
	return address;
}

static void
connection_change(void *arg, struct MHD_Connection *connection, void **at,
    enum MHD_ConnectionNotificationCode code)
{
	struct http_server *server = arg;
	enum metric gauge = (enum metric)(METRIC_CONNECTIONS_AGENTS + server->config.listener);
	struct peer *peer;

	if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
		if (*at)
			metric_add(gauge, -1);
		free(TAKE(*at, NULL));
		return;
	}
	peer = calloc(1, sizeof(*peer));
	if (!peer)
		return;
	peer->client = client_address(connection);
	metric_add(gauge, 1);
	*at = peer;
}

__attribute__((format(printf, 2, 0))) static void
complain(void *arg, const char *format, va_list values)
{
	char text[256];

	(void)arg;
	(void)vsnprintf(text, sizeof(text), format, values);
	text[strcspn(text, "\n")] = '\0';
	log_debug("http: %s", text);
}

/* ---------------------------------------------------------------- starting */

static struct MHD_Daemon *
daemon_start(struct http_server *server)
{
	const struct http_config *config = &server->config;
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_TLS |
			 MHD_ALLOW_SUSPEND_RESUME | MHD_USE_TURBO | MHD_USE_ERROR_LOG;
	/* libmicrohttpd wants a pool of at least two; without the option it runs one thread. */
	struct MHD_OptionItem pool[] = {
	    {config->threads > 1 ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END,
		config->threads, NULL},
	    {MHD_OPTION_END, 0, NULL},
	};
	struct MHD_OptionItem trust[] = {
	    {config->authority_pem ? MHD_OPTION_HTTPS_MEM_TRUST : MHD_OPTION_END, 0,
		(void *)(uintptr_t)config->authority_pem},
	    {MHD_OPTION_END, 0, NULL},
	};

	return MHD_start_daemon(flags, 0, NULL, NULL, serve, server, MHD_OPTION_EXTERNAL_LOGGER,
	    complain, NULL, MHD_OPTION_LISTEN_SOCKET, server->listen_fd,
	    MHD_OPTION_HTTPS_PRIORITIES, PRIORITIES, MHD_OPTION_HTTPS_CERT_CALLBACK,
	    identity_show, MHD_OPTION_NOTIFY_COMPLETED, over, server,
	    MHD_OPTION_NOTIFY_CONNECTION, connection_change, server,
	    MHD_OPTION_CONNECTION_LIMIT, config->connections_max,
	    MHD_OPTION_PER_IP_CONNECTION_LIMIT, config->client_connections_max,
	    MHD_OPTION_CONNECTION_TIMEOUT, config->idle_s, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
	    config->connection_memory_bytes, MHD_OPTION_ARRAY, pool, MHD_OPTION_ARRAY, trust,
	    MHD_OPTION_END);
}

static void
server_free(struct http_server *server)
{
	if (server->listen_fd >= 0)
		(void)close(server->listen_fd);
	(void)pthread_cond_destroy(&server->idle);
	(void)pthread_mutex_destroy(&server->lock);
	free(server->limit);
	free(server);
}

int
server_start(const struct http_config *config, struct http_server **ret)
{
	struct http_server *server = calloc(1, sizeof(*server));
	int r;

	CHECK(atomic_load(&identity_now));
	if (!server)
		return -ENOMEM;
	server->config = *config;
	server->listen_fd = -1;
	server->per_s = config->requests_per_s;
	server->burst = config->requests_burst;
	server->answer_within_ms = 30000;
	TAILQ_INIT(&server->waiting);
	(void)pthread_mutex_init(&server->lock, NULL);
	(void)pthread_cond_init(&server->idle, NULL);
	server->limit = calloc(1, sizeof(*server->limit));
	r = server->limit ? listen_open(config->address, &server->listen_fd, &server->port)
			  : -ENOMEM;
	if (r == 0) {
		server->daemon = daemon_start(server);
		r = server->daemon ? 0 : -EIO;
	}
	if (r < 0) {
		server_free(server);
		return r;
	}
	*ret = server;
	return 0;
}

uint16_t
server_port(const struct http_server *server)
{
	return server->port;
}

void
server_limits(struct http_server *server, double per_s, double burst, uint64_t answer_within_ms)
{
	(void)pthread_mutex_lock(&server->lock);
	server->per_s = per_s;
	server->burst = burst;
	server->answer_within_ms = answer_within_ms;
	(void)pthread_mutex_unlock(&server->lock);
}

/* ---------------------------------------------------------------- time and the end */

/* Under the lock. */
static void
waiting_give_up(struct http_server *server, uint64_t now_ms)
{
	struct http_call *call;
	struct http_reply reply;

	while ((call = TAILQ_FIRST(&server->waiting)) && call->deadline_ms <= now_ms) {
		memset(&reply, 0, sizeof(reply));
		server->config.hooks.explain(MHD_HTTP_SERVICE_UNAVAILABLE, "late",
		    "the database did not take this in time", &reply);
		reply.status = MHD_HTTP_SERVICE_UNAVAILABLE;
		reply.retry_after_s = 10;
		metric_add(METRIC_REFUSED_DEADLINE, 1);
		call_answer(call, &reply);
	}
}

void
server_tick(struct http_server *server)
{
	(void)pthread_mutex_lock(&server->lock);
	waiting_give_up(server, clock_boot_ms());
	(void)pthread_mutex_unlock(&server->lock);
}

void
server_quiesce(struct http_server *server)
{
	atomic_store(&server->draining, true);
	(void)MHD_quiesce_daemon(server->daemon);
}

static void
wait_until_idle(struct http_server *server)
{
	int64_t until_ms = clock_wall_ms() + STOP_WAIT_MS;
	struct timespec until = {
	    .tv_sec = until_ms / 1000, .tv_nsec = until_ms % 1000 * 1000000};

	while (server->calls > 0) {
		if (pthread_cond_timedwait(&server->idle, &server->lock, &until) != 0)
			return;
	}
}

void
server_stop(struct http_server *server)
{
	if (!server)
		return;
	if (!atomic_load(&server->draining))
		server_quiesce(server);
	(void)pthread_mutex_lock(&server->lock);
	waiting_give_up(server, UINT64_MAX);
	wait_until_idle(server);
	(void)pthread_mutex_unlock(&server->lock);
	MHD_stop_daemon(server->daemon);
	server_free(server);
}
