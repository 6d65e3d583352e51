/* A connection to the listener of ndt7. Private to this room. */
#ifndef PARTA_COLLECTOR_HTTP_NDT7_SESSION_H
#define PARTA_COLLECTOR_HTTP_NDT7_SESSION_H

#include <gnutls/gnutls.h>
#include <sys/queue.h>

#include "collector/http/measure_stream.h"
#include "collector/http/ndt7_head.h"
#include "collector/http/websocket.h"

enum { SESSION_OUT_BYTES = 4096, SESSION_READ_BYTES = 64 * 1024 };

enum session_state {
	SESSION_SHAKES,  /* hands, as TLS has it */
	SESSION_HEARS,   /* the head of its request comes */
	SESSION_REFUSED, /* a reply that says no leaves */
	SESSION_RUNS,
	SESSION_CLOSES, /* a close frame leaves, or has left and is to be answered */
	SESSION_OVER,
};

struct session {
	struct measure *measure;
	gnutls_session_t tls;
	int fd;
	struct address client;
	enum session_state state;
	uint64_t until_us; /* the state may last so long */
	struct stream *stream;

	uint8_t head[NDT7_HEAD_BYTES_MAX];
	size_t head_len;
	struct websocket ws;
	uint8_t pong[WEBSOCKET_CONTROL_MAX];
	size_t pong_len;
	bool measure_due, pong_due;
	bool closed, peer_closed; /* a close frame left; one came */
	uint16_t close_code;
	uint64_t began_us, next_us;
	uint64_t exit_bytes;
	char connection[512]; /* the members of ConnectionInfo */

	uint8_t out[SESSION_OUT_BYTES];
	size_t out_len, out_at;
	size_t message_bytes, message_left; /* the binary message that leaves */
	bool listens_out;
	LIST_ENTRY(session) among;
};

/* Takes fd over. NULL: it was closed. */
struct session *session_new(struct measure *measure, int fd, const struct address *client,
    gnutls_certificate_credentials_t credentials, gnutls_priority_t priorities);
void session_free(struct session *session);

/* Reads what came, into room for SESSION_READ_BYTES. */
void session_read(struct session *session, uint8_t *room);
/* Does what is due by now, and sends what its socket takes. ending: the server does. */
void session_tick(struct session *session, uint64_t now_us, bool ending);
/* Whether it waits for room in its socket. */
bool session_wants_out(const struct session *session);

#endif
