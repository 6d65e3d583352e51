/*
 * An HTTPS listener (HTTP_PLAIN: HTTP alone): TLS, connection limits, rates, body limits,
 * suspended requests and their deadline. The only user of libmicrohttpd; another library could
 * take its place behind these functions.
 */
#ifndef PARTA_COLLECTOR_HTTP_SERVER_H
#define PARTA_COLLECTOR_HTTP_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collector/http/message.h"

struct http_server;

/* What the server asks of the rooms above it; called from its threads. */
struct http_hooks {
	/* Once a connection: what the client's certificate (DER) says. */
	void (*judge)(void *arg, const uint8_t *der, size_t len, struct http_certificate *ret);
	/* Each request: 0 and *ret for a client that may use a route of that role, else the
	 * status with which to refuse it, and why. */
	unsigned (*admit)(void *arg, enum http_role role,
	    const struct http_certificate *certificate, struct http_agent *ret,
	    const char **ret_code, const char **ret_reason);
	/* Fills a reply that refuses; request->path may be NULL. */
	void (*explain)(const struct http_request *request, unsigned status, const char *code,
	    const char *reason, struct http_reply *ret);
	void *arg;
};

/* A header that stands on every reply; a list of them ends with a name NULL. */
struct http_always {
	const char *name, *value;
};

struct http_config {
	enum http_listener listener;
	const struct route *routes; /* of all listeners; collector/routes.h */
	size_t routes_count;
	const struct http_always *always; /* NULL none */
	const char *address;              /* "[::]:8443", "10.0.0.1:8443"; port 0: any */
	const char *authority_pem; /* client certificates are asked for and this is what signs
				      them; NULL: none */
	unsigned threads;
	unsigned connections_max;
	unsigned client_connections_max; /* of one address; 0: no limit */
	size_t connection_memory_bytes;
	unsigned idle_s;            /* a connection on which nothing moves is closed */
	uint64_t body_within_ms;    /* a body that takes longer is cut off */
	uint64_t bodies_bytes_max;  /* memory of all bodies that are coming */
	uint64_t replies_bytes_max; /* memory of all replies that are leaving */
	double requests_per_s,
	    requests_burst; /* of one certificate, or of one address without */
	/* Proxies that are believed when they say for whom they ask (X-Forwarded-For);
	 * borrowed. */
	const struct address_range *proxies;
	size_t proxies_count;
	struct http_hooks hooks;
	const struct http_services *services;
};

/* The certificate chain and key (PEM) that every listener shows; replaces the one before for
 * new connections. Before the first server_start(). 0, -EINVAL or -ENOMEM. */
int server_identity(const char *chain_pem, const char *key_pem);

/* Listens. Everything in config is copied but for what hooks and services point to. 0 or a
 * negative errno: -EINVAL the address cannot be read. */
int server_start(const struct http_config *config, struct http_server **ret);
uint16_t server_port(const struct http_server *server);

/* New rates, and how long a kept request may wait. */
void server_limits(
    struct http_server *server, double per_s, double burst, uint64_t answer_within_ms);

/* Answers 503 to requests that were kept beyond their time; call it about once a second. */
void server_tick(struct http_server *server);

/* Accepts no new connection, ends each one with its next reply, and cuts replies whose body is
 * still being made. */
void server_quiesce(struct http_server *server);

/* Waits a moment for replies under way, then closes everything. Accepts NULL. Who keeps
 * requests has answered them, or answers them before it frees anything they point to. */
void server_stop(struct http_server *server);

#endif
