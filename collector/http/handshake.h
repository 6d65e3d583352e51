/*
 * TLS handshakes that wait for their client. libmicrohttpd (0.9.75, epoll) takes a
 * connection for readable as long as its handshake is not done, and asks GnuTLS
 * again at once: one silent client would take a whole processor, and every handshake
 * one for as long as its client's answer is on the way. So a handshake that finds nothing to
 * read suspends its connection; one thread waits for all of them, and for their time.
 * Private to this room.
 */
#ifndef PARTA_COLLECTOR_HTTP_HANDSHAKE_H
#define PARTA_COLLECTOR_HTTP_HANDSHAKE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

struct MHD_Connection;
struct handshakes; /* of a server */

/* Of a connection; lives as long as that does. */
struct handshake {
	struct handshakes *all;
	struct MHD_Connection *connection;
	int fd;
	uint64_t until_ms; /* then it is cut */
	bool done;         /* by the connection's thread alone */
	bool waits;        /* suspended, and among those that wait; under their lock */
	TAILQ_ENTRY(handshake) among;
};

/* Starts the thread. The caller owns *ret. 0 or a negative errno. */
int handshakes_new(struct handshakes **ret);
/* Cuts those that are late; about once a second. */
void handshakes_tick(struct handshakes *all, uint64_t now_ms);
/* Cuts those that wait and ends the thread: none is suspended any more. Before
 * MHD_stop_daemon(), which may not find a suspended connection. */
void handshakes_stop(struct handshakes *all);
/* After MHD_stop_daemon(). Accepts NULL. */
void handshakes_free(struct handshakes *all);

/* A connection has come, in its thread: its handshake is to wait with the others. Nothing
 * happens to one without TLS. */
void handshake_begin(
    struct handshake *handshake, struct handshakes *all, struct MHD_Connection *connection);

#endif
