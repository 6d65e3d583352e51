/* Replies in pieces (http_begin() and its sisters, message.h), as libmicrohttpd asks for them.
 * Private to this room. */
#ifndef PARTA_COLLECTOR_HTTP_STREAM_H
#define PARTA_COLLECTOR_HTTP_STREAM_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct http_call;

/* The next bytes of the body of a struct http_call; a MHD_ContentReaderCallback. */
ssize_t stream_pull(void *arg, uint64_t at, char *buffer, size_t size);

/* Under the lock: the connection is over, or has to end. What was not sent is thrown away and
 * the producer learns of it. */
void stream_cut(struct http_call *call);

#endif
