/*
 * A request and its reply, as handlers see them. Nothing here knows the library
 * that carries them.
 */
#ifndef PARTA_COLLECTOR_HTTP_MESSAGE_H
#define PARTA_COLLECTOR_HTTP_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/address.h"

struct http_call; /* one request under way, in the server */

/* What handlers work with; each belongs to the room of its name. */
struct http_services {
	struct ingest *ingest;
	struct enrol *enrol;
	struct measure *measure;
	struct health *health;
};

enum http_listener { HTTP_AGENTS, HTTP_ENROL, HTTP_MEASURE };

/* Who may use a route. */
enum http_role {
	HTTP_ANYONE,
	HTTP_AGENT,    /* a certificate in force of a known agent that is not revoked */
	HTTP_RENEWING, /* the same, but its time may be over */
};

/* What a client's certificate says, judged once for each connection. */
struct http_certificate {
	bool present;
	bool trusted; /* issued by our authority for an agent */
	int64_t begins_ms, ends_ms;
	uint8_t key_sha256[32]; /* of its SubjectPublicKeyInfo */
};

struct http_agent {
	uint8_t id[16];
	char school_code[32];
};

struct http_request {
	struct http_call *call;
	const struct http_services *services;
	struct address client;
	struct http_agent agent; /* with HTTP_AGENT and HTTP_RENEWING */
	uint8_t key_sha256[32];  /* likewise */
	const uint8_t *body;     /* whole, unless a sink took it */
	size_t body_len;
	/* Set by a route's opening step: takes the body as it comes; false: it is too large. */
	bool (*sink)(struct http_request *request, const uint8_t *bytes, size_t len);
	/* Set by a handler: called once when the reply has left or the connection is lost. */
	void (*over)(struct http_request *request, bool whole);
	void *work;          /* the handler's own */
	uint64_t sent_bytes; /* of a streamed reply, so far */
};

/* Of the request; NULL when absent. They live as long as the request. */
const char *http_header(const struct http_request *request, const char *name);
const char *http_query(const struct http_request *request, const char *name);

struct http_reply {
	unsigned status;
	const char *content_type; /* static text, NULL none */
	uint8_t *body;            /* from malloc, the server frees it */
	size_t body_len;
	unsigned retry_after_s; /* 0 none */
	char etag[96];          /* with its quotes; "" none */
	const char *allow;      /* methods, with status 405 */
	bool close;             /* end the connection after it */
	/* A streamed body in place of `body`: a borrowed block, repeated. */
	const uint8_t *block;
	size_t block_len;
	uint64_t stream_bytes;
};

enum http_progress {
	HTTP_NOW,   /* *ret is the reply */
	HTTP_LATER, /* the handler keeps request->call and gives it to http_answer() */
};

/* A route's work once its request is whole. */
typedef enum http_progress (*http_handler_fn)(
    struct http_request *request, struct http_reply *ret);

/* A route's opening step, once the head is there: false refuses with *ret. */
typedef bool (*http_opening_fn)(struct http_request *request, struct http_reply *ret);

/* Answers a request that a handler kept: once, from any thread. The body goes over. It may come
 * too late: then it is dropped. */
void http_answer(struct http_call *call, struct http_reply *reply);

#endif
