/*
 * The one request that a host script makes, HTTP/1.1 (RFC 9112): its head, read
 * from bytes. Pure.
 */
#ifndef PARTA_AGENT_HOST_HOST_REQUEST_H
#define PARTA_AGENT_HOST_HOST_REQUEST_H

#include <stddef.h>
#include <stdint.h>

enum {
	HOST_HEAD_BYTES_MAX = 4096,
	HOST_BODY_BYTES_MAX = 256 * 1024,
	HOST_NONCE_BYTES = 16,
	HOST_SIGNATURE_BYTES = 32,
};

struct host_request {
	size_t head_bytes, body_bytes;
	int64_t time_s;                  /* X-Parta-Time, Unix time by the sender's clock */
	uint8_t nonce[HOST_NONCE_BYTES]; /* X-Parta-Nonce, 32 hexadecimal digits */
	uint8_t signature[HOST_SIGNATURE_BYTES]; /* X-Parta-Signature, 64 hexadecimal digits */
};

/*
 * 0 and *ret, whose body_bytes are yet to come. -EAGAIN: the head is not complete.
 * -ENOENT: another path or method. -EFBIG: the head or the body is longer than we take.
 * -EACCES: it is not signed. -EBADMSG: it is no such request.
 */
int host_request_read(const char *bytes, size_t len, struct host_request *ret);

#endif
