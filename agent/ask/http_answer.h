/* An HTTP/1.x answer (RFC 9112), read from what came so far, and the request that asks for it.
 * Pure. */
#ifndef PARTA_AGENT_ASK_HTTP_ANSWER_H
#define PARTA_AGENT_ASK_HTTP_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/ask/ask.h"

struct http_answer {
	unsigned status;
	const char *head; /* the header lines; not terminated */
	size_t head_len;
	uint8_t *body; /* chunks put together */
	size_t body_len;
	bool complete; /* the body is whole; else it was cut */
};

struct http_span {
	const char *at;
	size_t len; /* 0: not there */
};

/*
 * 1 and *ret when the answer is there: whole, or cut because nothing more will come. 0 when
 * more must come; -EPROTO when it is no HTTP. Works in place: a chunked body is put together
 * where it lies. *ret points into bytes.
 */
int http_answer_read(uint8_t *bytes, size_t len, bool ended, struct http_answer *ret);

/* The value of the first header of that name, blanks cut. */
struct http_span http_answer_header(const struct http_answer *answer, const char *name);

/* Puts a GET, or a POST of a body with its type, to ask->place into ask->out. */
void http_ask_get(struct ask *ask, const char *accept);
void http_ask_post(struct ask *ask, const char *type, const void *body, size_t len);

#endif
