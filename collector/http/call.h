/* What a struct http_call and a struct http_server are made of. Private to this
 * room. */
#ifndef PARTA_COLLECTOR_HTTP_CALL_H
#define PARTA_COLLECTOR_HTTP_CALL_H

#include <pthread.h>
#include <stdatomic.h>
#include <sys/queue.h>

#include "collector/http/handshake.h"
#include "collector/http/limit.h"
#include "collector/http/router.h"
#include "collector/http/server.h"
#include "common/bytes.h"

struct MHD_Connection;
struct MHD_Daemon;

/* A connection. */
struct peer {
	bool judged;
	struct http_certificate certificate;
	struct address client;
	struct handshake handshake;
};

enum call_state {
	CALL_BODY,     /* its body is coming */
	CALL_WORKING,  /* its handler has it */
	CALL_WAITING,  /* suspended until http_answer(), http_begin() or the deadline */
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
	bool kept;             /* a handler owes an http_answer() or an http_end() */
	bool claimed;          /* it has no deadline any more */
	bool gone;             /* the connection is over */
	struct http_reply reply;
	bool reply_counted; /* its body stands in replies_bytes */
	uint8_t *stream;    /* a body in the making: bytes that the client has yet to take */
	size_t stream_len;
	bool stream_ended, stream_whole, stream_cut;
	bool stream_parked; /* the client has taken all: suspended until there is more */
	TAILQ_ENTRY(http_call) waiting; /* among those with a deadline, or the streams */
};

struct http_server {
	struct http_config config;
	struct MHD_Daemon *daemon;
	struct handshakes *handshakes;
	int listen_fd;
	uint16_t port;
	_Atomic bool draining;
	_Atomic uint64_t bodies_bytes, replies_bytes;
	pthread_mutex_t lock; /* of all below */
	pthread_cond_t idle,
	    moved; /* no call is left; a stream's bytes were taken, or it is over */
	size_t calls;
	TAILQ_HEAD(call_list, http_call) waiting, streams;
	uint64_t answer_within_ms;
	double per_s, burst;
	struct limit *limit;
};

/* Under the lock. The reply is there: the connection goes on. */
void call_answer(struct http_call *call, struct http_reply *reply);
/* Under the lock. The connection and the handler each hold a call; the last one frees it. */
void call_release(struct http_call *call);

/* What it took of the memory that all bodies and replies share is given back. */
void call_drop_body(struct http_call *call);
void call_drop_reply(struct http_call *call);

/* Under the lock. Answers 503 to what waits beyond its time. */
void calls_give_up(struct http_server *server, uint64_t now_ms);

#endif
