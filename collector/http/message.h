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
struct route;

/* What handlers work with; each belongs to the room of its name. */
struct http_services {
	struct ingest *ingest;
	struct enrol *enrol;
	struct measure *measure;
	struct health *health;
	struct site *site;
	struct access *access;
	struct live *live;
	const struct page_facts *facts;
};

enum http_listener { HTTP_AGENTS, HTTP_PAGE, HTTP_MEASURE, HTTP_PLAIN /* without TLS */ };

/* Who may use a route. */
enum http_role {
	HTTP_ANYONE,
	HTTP_AGENT,    /* a certificate in force of a known agent that is not revoked */
	HTTP_RENEWING, /* the same, but its time may be over */
	HTTP_PERSON, /* whoever has a session; judged by the route's handler, which may wait */
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
	const struct route *route;
	const char *method, *path;
	struct address client;
	struct http_agent agent; /* with HTTP_AGENT and HTTP_RENEWING */
	uint8_t key_sha256[32];  /* likewise */
	const uint8_t *body;     /* whole, unless a sink took it */
	size_t body_len;
	/* Set by a route's opening step: takes the body as it comes; false: it is too large. */
	bool (*sink)(struct http_request *request, const uint8_t *bytes, size_t len);
	/* Set by a handler of a streamed reply: so much more of it left; false: it is cut. */
	bool (*sent)(struct http_request *request, size_t len);
	/* Set by a handler: called once when the reply has left or the connection is lost. */
	void (*over)(struct http_request *request, bool whole);
	void *work; /* the handler's own */
};

/* Of the request; NULL when absent. They live as long as the request. */
const char *http_header(const struct http_request *request, const char *name);
const char *http_query(const struct http_request *request, const char *name);
/* All parameters of the query in their order; one without '=' has the value "". fn returns
 * false to end it. */
void http_query_each(const struct http_request *request,
    bool (*fn)(void *arg, const char *name, const char *value), void *arg);
/* The socket of its connection, for socket options alone; it lives as long as the request. */
int http_socket(const struct http_request *request);
/* The value of a cookie into ret: 0, or as cookie_find(). */
int http_cookie(const struct http_request *request, const char *name, char *ret, size_t size);

/* A header of a reply beyond those that have a field of their own. */
enum { HTTP_FIELDS_MAX = 3, HTTP_FIELD_SIZE = 256 };
struct http_field {
	const char *name; /* static text */
	char value[HTTP_FIELD_SIZE];
};

struct http_reply {
	unsigned status;
	const char *content_type; /* static text, NULL none */
	uint8_t *body;            /* from malloc, the server frees it */
	size_t body_len;
	const uint8_t *lent; /* in place of `body`: outlives the server, never freed */
	const char *cache;   /* Cache-Control, static text; NULL "no-store" */
	struct http_field fields[HTTP_FIELDS_MAX];
	char object[128]; /* what an action acted on, for the access log; not sent */
	bool streamed;    /* the handler replied by http_begin(): nothing else here counts */
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
typedef enum http_progress http_handler(struct http_request *request, struct http_reply *ret);

/* A route's opening step, once the head is there: false refuses with *ret. */
typedef bool http_opening(struct http_request *request, struct http_reply *ret);

/* Adds a header (Set-Cookie, Content-Disposition, Location). 0; -EINVAL for a value with
 * control characters or too long, or when all fields are taken: then nothing is added. */
int http_field_add(struct http_reply *reply, const char *name, const char *value);

/* Answers a request that a handler kept: once, from any thread. The body goes over. It may come
 * too late: then it is dropped. */
void http_answer(struct http_call *call, struct http_reply *reply);

/*
 * A kept request is this thread's from now on: its deadline is off, and its headers, query and
 * body may be read until it is answered. False: the deadline was first, and the call is not to
 * be touched again.
 */
bool http_claim(struct http_call *call);

/*
 * A reply whose body comes in pieces, in place of http_answer(): for exports and for
 * server-sent events. All three are for one thread at a time, any thread, after http_claim().
 *
 * http_begin() sends the head (status and headers of *head; it has no body). The call is kept
 * until http_end(), which must follow. 0 or -ENOMEM: then the call waits for http_answer() as
 * before. Of the request only `call`, `client` and what is static may be read after it: the
 * rest goes when the client does.
 *
 * http_send() takes the next bytes. At most HTTP_STREAM_BYTES lie between the two ends; when
 * they are full it waits until the client has taken some, wait_ms for each piece. 0; -EPIPE the
 * client is gone or the server ends; -EAGAIN the client is too slow. With wait_ms 0 it never
 * waits, and after -EAGAIN none of the bytes were taken.
 *
 * http_end() ends the body and gives the call up. whole false: the client sees a broken reply.
 */
enum { HTTP_STREAM_BYTES = 64 * 1024 };
int http_begin(struct http_call *call, struct http_reply *head);
int http_send(struct http_call *call, const void *bytes, size_t len, unsigned wait_ms);
void http_end(struct http_call *call, bool whole);

#endif
