/*
 * A WebSocket client (RFC 6455) on the loop: what measuring with ndt7 needs of it.
 * Binary messages are counted and not kept; text messages are handed on whole;
 * pings are answered.
 */
#ifndef PARTA_AGENT_PROBE_WEBSOCKET_H
#define PARTA_AGENT_PROBE_WEBSOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct loop;
struct transfer_request;
struct transfers;
struct websocket;

enum {
	WEBSOCKET_TEXT_MAX = 64 * 1024, /* a longer one is not handed on */
	WEBSOCKET_MESSAGE_MAX = 1 << 24,
};

struct websocket_settings {
	struct loop *loop;
	struct transfers *transfers;
	const char *protocol; /* that the server has to speak */
	/* The handshakes are done; bytes count from here. */
	void (*on_open)(void *arg, int fd);
	/* So many bytes of binary messages. False: read no more until websocket_resume(). */
	bool (*on_binary)(void *arg, size_t len);
	void (*on_text)(void *arg, const char *text, size_t len);
	/* There is room: the next binary message to send, borrowed until the next call. NULL:
	 * nothing is sent. */
	const void *(*on_room)(void *arg, size_t *ret_len);
	/* Once, and not before websocket_open() returned: closed by the server (0), or a
	 * negative errno, and words say why; status of HTTP when it answered with something
	 * else. It is the owner's to free it, also from in here. */
	void (*on_close)(void *arg, int error, unsigned status, const char *words);
	void *arg;
};

/* request: URL (http, https), TLS, address, device and time-outs; its callbacks are not used.
 * settings->protocol outlives the socket. 0 or a negative errno. */
int websocket_open(const struct transfer_request *request,
    const struct websocket_settings *settings, struct websocket **ret);
void websocket_resume(struct websocket *ws);
/* Cuts the connection: a good-bye would wait behind what is under way. on_close is not called.
 * Accepts NULL. */
void websocket_free(struct websocket *ws);

#endif
