/*
 * The handshake that opens a test of ndt7: the head of an HTTP/1.1 request (RFC 9112) that asks
 * for a WebSocket (RFC 6455, 4.2.1). Pure.
 */
#ifndef PARTA_COLLECTOR_HTTP_NDT7_HEAD_H
#define PARTA_COLLECTOR_HTTP_NDT7_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NDT7_SUBPROTOCOL "net.measurementlab.ndt.v7"

enum {
	NDT7_HEAD_BYTES_MAX = 8192,
	NDT7_QUERY_BYTES_MAX = 4096,
	NDT7_KEY_SIZE = 25, /* of Sec-WebSocket-Key, with its NUL */
	NDT7_VALUE_SIZE = 128,
};

struct ndt7_head {
	bool upload;
	char websocket_key[NDT7_KEY_SIZE];
	uint64_t
	    exit_bytes; /* acknowledged bytes that end a download early; 0: its time alone */
	/* Parameters of the query that our own paths know; "" absent. */
	char test[NDT7_VALUE_SIZE], need[NDT7_VALUE_SIZE], rate[NDT7_VALUE_SIZE],
	    key[NDT7_VALUE_SIZE];
};

/* How long the head at the beginning of those bytes is, with its empty line; 0: not whole yet.
 */
size_t ndt7_head_len(const uint8_t *bytes, size_t len);

/* Status 101 and *ret; or the status to refuse with, and why. */
unsigned ndt7_head_read(
    const uint8_t *bytes, size_t len, struct ndt7_head *ret, const char **ret_why);

#endif
