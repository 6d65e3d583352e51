/*
 * Frames of the WebSocket protocol (RFC 6455, section 5) at a server: what a client sends is
 * taken apart as it comes, what a server sends gets its head. Payloads of data are passed over
 * and not unmasked: whoever measures only counts them. Pure.
 */
#ifndef PARTA_COLLECTOR_HTTP_WEBSOCKET_H
#define PARTA_COLLECTOR_HTTP_WEBSOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum websocket_opcode {
	WEBSOCKET_TEXT = 1,
	WEBSOCKET_BINARY = 2,
	WEBSOCKET_CLOSE = 8,
	WEBSOCKET_PING = 9,
	WEBSOCKET_PONG = 10,
};

enum {
	WEBSOCKET_CONTROL_MAX = 125,
	WEBSOCKET_MESSAGE_MAX = 1 << 24,
	WEBSOCKET_HEAD_MAX = 14,     /* of a client's frame */
	WEBSOCKET_OWN_HEAD_MAX = 10, /* of a server's */
};

enum websocket_event {
	WEBSOCKET_MORE,    /* all was taken */
	WEBSOCKET_DATA,    /* data_len bytes of a message of that opcode */
	WEBSOCKET_CONTROL, /* a whole control frame: opcode, control, control_len */
	WEBSOCKET_BROKEN,  /* no frame that a client may send: the connection is to end */
};

/* Zeroed memory waits for the first frame. */
struct websocket {
	uint8_t opcode; /* of the event */
	size_t data_len;
	uint8_t control[WEBSOCKET_CONTROL_MAX];
	size_t control_len;

	uint8_t head[WEBSOCKET_HEAD_MAX]; /* from here on its own */
	size_t head_len;
	bool in_frame;
	uint8_t frame_opcode, message_opcode; /* 0: no message is under way */
	uint64_t frame_left, message_bytes;
};

/* Takes bytes from *at on, up to the next event, and moves *at and *len behind them. */
enum websocket_event websocket_take(struct websocket *ws, const uint8_t **at, size_t *len);

/* The head of a whole, unmasked message of len bytes; returns how long it is. */
size_t websocket_head(
    enum websocket_opcode opcode, uint64_t len, uint8_t ret[static WEBSOCKET_OWN_HEAD_MAX]);

#endif
