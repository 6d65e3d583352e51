/* The opening handshake of a WebSocket client (RFC 6455, 4.1): what is asked, and what the
 * answer has to be. Bytes in, bytes out. */
#ifndef PARTA_AGENT_PROBE_WEBSOCKET_HELLO_H
#define PARTA_AGENT_PROBE_WEBSOCKET_HELLO_H

#include <stddef.h>
#include <stdint.h>

#include "common/bytes.h"

enum { WEBSOCKET_KEY_SIZE = 25, WEBSOCKET_HELLO_MAX = 16 * 1024 };

/* The key: 16 random bytes in base64. */
void websocket_key(const uint8_t random[static 16], char ret[static WEBSOCKET_KEY_SIZE]);

/* The request for a URL of http or https. 0, -EINVAL (a URL that cannot be asked for), -EFBIG,
 * -ENOMEM. */
int websocket_ask(const char *url, const char *protocol, const char *key, struct bytes *ret);

/*
 * Reads the answer in text, len bytes so far. How long its head is, when it is whole and the
 * server agreed, with that protocol; -EAGAIN not whole yet; -EPROTO not a WebSocket, or of
 * another protocol; *ret_status: of HTTP, 0 while it is unknown.
 */
int websocket_answer(
    const char *text, size_t len, const char *protocol, const char *key, unsigned *ret_status);

#endif
