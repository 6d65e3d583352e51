/*
 * HTTP/1.1 (RFC 9112) over TLS 1.2 and 1.3 by libmicrohttpd's epoll threads: what
 * listens, what it shows, when it ends. What becomes of a request is in serve.c.
 */
#include "collector/http/server.h"

#include <errno.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "collector/http/identity.h"
#include "collector/http/listen.h"
#include "collector/http/metrics.h"
#include "collector/http/serve.h"
#include "collector/http/stream.h"
#include "common/check.h"
#include "common/cleanup.h"
#include "common/clock.h"
#include "common/log.h"

enum {
	STOP_WAIT_MS = 3000,
};

/* ---------------------------------------------------------------- connections */

static struct address
client_address(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	struct address address = {0};
	uint16_t port;

	if (info)
		(void)address_from_sockaddr(info->client_addr, &address, &port);
	return address_unmapped(&address);
}

static enum MHD_Result
serve(void *arg, struct MHD_Connection *connection, const char *path, const char *method,
    const char *version, const char *bytes, size_t *len, void **at)
{
	struct http_call *call = *at;
	bool go_on = call_serve(arg, connection, path, method, bytes, len, &call);

	(void)version;
	*at = call;
	return go_on ? MHD_YES : MHD_NO;
}

static void
over(void *arg, struct MHD_Connection *connection, void **at,
    enum MHD_RequestTerminationCode code)
{
	(void)arg;
	(void)connection;
	if (*at)
		call_over(TAKE(*at, NULL), code == MHD_REQUEST_TERMINATED_COMPLETED_OK);
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
	handshake_begin(&peer->handshake, server->handshakes, connection);
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

/* Percent encoding (RFC 3986, 2.1) is undone; an encoded NUL ends no text early, so it cannot
 * make a path of a longer one. */
static size_t
unescape(void *arg, struct MHD_Connection *connection, char *text)
{
	size_t len = MHD_http_unescape(text);

	(void)arg, (void)connection;
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\0')
			text[i] = '\1';
	}
	return len;
}

/* ---------------------------------------------------------------- starting */

static struct MHD_Daemon *
daemon_start(struct http_server *server)
{
	const struct http_config *config = &server->config;
	bool plain = config->listener == HTTP_PLAIN;
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | (plain ? 0 : MHD_USE_TLS) |
			 MHD_ALLOW_SUSPEND_RESUME | MHD_USE_TURBO | MHD_USE_ERROR_LOG;
	/* libmicrohttpd wants a pool of at least two; without the option it runs one thread. */
	struct MHD_OptionItem pool[] = {
	    {config->threads > 1 ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END,
		config->threads, NULL},
	    {MHD_OPTION_END, 0, NULL},
	};
	struct MHD_OptionItem secure[] = {
	    {plain ? MHD_OPTION_END : MHD_OPTION_HTTPS_PRIORITIES, 0,
		(void *)(uintptr_t)IDENTITY_PRIORITIES},
	    {MHD_OPTION_HTTPS_CERT_CALLBACK, 0, (void *)(uintptr_t)identity_show},
	    {MHD_OPTION_END, 0, NULL},
	};
	struct MHD_OptionItem trust[] = {
	    {config->authority_pem ? MHD_OPTION_HTTPS_MEM_TRUST : MHD_OPTION_END, 0,
		(void *)(uintptr_t)config->authority_pem},
	    {MHD_OPTION_END, 0, NULL},
	};

	return MHD_start_daemon(flags, 0, NULL, NULL, serve, server, MHD_OPTION_EXTERNAL_LOGGER,
	    complain, NULL, MHD_OPTION_LISTEN_SOCKET, server->listen_fd,
	    MHD_OPTION_UNESCAPE_CALLBACK, unescape, NULL, MHD_OPTION_NOTIFY_COMPLETED, over,
	    server, MHD_OPTION_NOTIFY_CONNECTION, connection_change, server,
	    MHD_OPTION_CONNECTION_LIMIT, config->connections_max,
	    MHD_OPTION_PER_IP_CONNECTION_LIMIT, config->client_connections_max,
	    MHD_OPTION_CONNECTION_TIMEOUT, config->idle_s, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
	    config->connection_memory_bytes, MHD_OPTION_ARRAY, pool, MHD_OPTION_ARRAY, secure,
	    MHD_OPTION_ARRAY, trust, MHD_OPTION_END);
}

static void
server_free(struct http_server *server)
{
	handshakes_free(server->handshakes);
	if (server->listen_fd >= 0)
		(void)close(server->listen_fd);
	(void)pthread_cond_destroy(&server->moved);
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

	CHECK(identity_known());
	if (!server)
		return -ENOMEM;
	server->config = *config;
	server->listen_fd = -1;
	server->per_s = config->requests_per_s;
	server->burst = config->requests_burst;
	server->answer_within_ms = 30000;
	TAILQ_INIT(&server->waiting);
	TAILQ_INIT(&server->streams);
	(void)pthread_mutex_init(&server->lock, NULL);
	(void)pthread_cond_init(&server->idle, NULL);
	(void)pthread_cond_init(&server->moved, NULL);
	server->limit = calloc(1, sizeof(*server->limit));
	r = server->limit ? listen_open(config->address, &server->listen_fd, &server->port)
			  : -ENOMEM;
	if (r == 0)
		r = handshakes_new(&server->handshakes);
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

void
server_tick(struct http_server *server)
{
	(void)pthread_mutex_lock(&server->lock);
	calls_give_up(server, clock_boot_ms());
	(void)pthread_mutex_unlock(&server->lock);
	handshakes_tick(server->handshakes, clock_boot_ms());
}

void
server_quiesce(struct http_server *server)
{
	struct http_call *call, *next;

	atomic_store(&server->draining, true);
	(void)MHD_quiesce_daemon(server->daemon);
	(void)pthread_mutex_lock(&server->lock);
	for (call = TAILQ_FIRST(&server->streams); call; call = next) {
		next = TAILQ_NEXT(call, waiting);
		stream_cut(call);
	}
	(void)pthread_mutex_unlock(&server->lock);
}

static void
wait_until_idle(struct http_server *server)
{
	struct timespec until = clock_deadline(STOP_WAIT_MS);

	while (server->calls > 0) {
		if (pthread_cond_clockwait(
			&server->idle, &server->lock, CLOCK_MONOTONIC, &until) != 0)
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
	calls_give_up(server, UINT64_MAX);
	wait_until_idle(server);
	(void)pthread_mutex_unlock(&server->lock);
	handshakes_stop(server->handshakes);
	MHD_stop_daemon(server->daemon);
	server_free(server);
}
