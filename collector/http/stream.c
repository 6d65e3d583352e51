/*
 * A reply whose body comes in pieces. The producer's thread fills a block of fixed
 * size, libmicrohttpd's thread empties it; whoever finds nothing to do waits: the
 * producer on a condition, the connection suspended.
 */
#include "collector/http/stream.h"

#include <errno.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>

#include "collector/http/call.h"
#include "common/clock.h"

/* Under the lock. */
static void
stream_wake(struct http_call *call)
{
	if (call->stream_parked && !call->gone)
		MHD_resume_connection(call->connection);
	call->stream_parked = false;
}

/* Under the lock. */
static ssize_t
stream_take(struct http_call *call, char *buffer, size_t size)
{
	size_t len = call->stream_len < size ? call->stream_len : size;

	memcpy(buffer, call->stream, len);
	memmove(call->stream, call->stream + len, call->stream_len - len);
	call->stream_len -= len;
	(void)pthread_cond_broadcast(&call->server->moved);
	return (ssize_t)len;
}

ssize_t
stream_pull(void *arg, uint64_t at, char *buffer, size_t size)
{
	struct http_call *call = arg;
	ssize_t result = 0;

	(void)at;
	(void)pthread_mutex_lock(&call->server->lock);
	if (call->stream_len > 0)
		result = stream_take(call, buffer, size);
	else if (call->stream_ended)
		result = call->stream_whole ? MHD_CONTENT_READER_END_OF_STREAM
					    : MHD_CONTENT_READER_END_WITH_ERROR;
	else {
		call->stream_parked = true;
		MHD_suspend_connection(call->connection);
	}
	(void)pthread_mutex_unlock(&call->server->lock);
	return result;
}

void
stream_cut(struct http_call *call)
{
	if (!call->stream || call->stream_cut)
		return;
	TAILQ_REMOVE(&call->server->streams, call, waiting);
	call->stream_cut = true;
	if (!call->stream_ended) {
		call->stream_ended = true;
		call->stream_whole = false;
		call->stream_len = 0;
	}
	stream_wake(call);
	(void)pthread_cond_broadcast(&call->server->moved);
}

int
http_begin(struct http_call *call, struct http_reply *head)
{
	struct http_server *server = call->server;
	uint8_t *block = malloc(HTTP_STREAM_BYTES);

	if (!block)
		return -ENOMEM;
	(void)pthread_mutex_lock(&server->lock);
	call->stream = block;
	TAILQ_INSERT_TAIL(&server->streams, call, waiting);
	call_answer(call, head);
	if (atomic_load(&server->draining))
		stream_cut(call);
	(void)pthread_mutex_unlock(&server->lock);
	return 0;
}

/* Under the lock: waits until some bytes were taken. False: none were in time. */
static bool
stream_wait(struct http_call *call, unsigned wait_ms)
{
	struct timespec until = clock_deadline(wait_ms);
	size_t len = call->stream_len;

	while (!call->stream_cut && call->stream_len == len) {
		if (pthread_cond_clockwait(&call->server->moved, &call->server->lock,
			CLOCK_MONOTONIC, &until) != 0)
			return false;
	}
	return true;
}

/* Under the lock. */
static int
stream_put(struct http_call *call, const uint8_t *bytes, size_t len, unsigned wait_ms)
{
	if (wait_ms == 0 && len > HTTP_STREAM_BYTES - call->stream_len)
		return call->stream_cut ? -EPIPE : -EAGAIN;
	while (len > 0 && !call->stream_cut) {
		size_t room = HTTP_STREAM_BYTES - call->stream_len;
		size_t some = len < room ? len : room;

		memcpy(call->stream + call->stream_len, bytes, some);
		call->stream_len += some;
		bytes += some;
		len -= some;
		if (some > 0)
			stream_wake(call);
		if (len > 0 && !stream_wait(call, wait_ms))
			return -EAGAIN;
	}
	return call->stream_cut ? -EPIPE : 0;
}

int
http_send(struct http_call *call, const void *bytes, size_t len, unsigned wait_ms)
{
	int r;

	(void)pthread_mutex_lock(&call->server->lock);
	r = stream_put(call, bytes, len, wait_ms);
	(void)pthread_mutex_unlock(&call->server->lock);
	return r;
}

void
http_end(struct http_call *call, bool whole)
{
	struct http_server *server = call->server;

	(void)pthread_mutex_lock(&server->lock);
	if (!call->stream_ended) {
		call->stream_ended = true;
		call->stream_whole = whole;
		if (!whole)
			call->stream_len = 0;
		stream_wake(call);
	}
	call->kept = false;
	call_release(call);
	(void)pthread_mutex_unlock(&server->lock);
}
