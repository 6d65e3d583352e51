/*
 * A stream as HTTP requests: see speed_http.h. A download asks for more than the
 * test will take and is cut; an upload that may be chunked ends when the test does
 * and brings the server's own count. A finished request counts by its payload.
 */
#include "agent/probe/speed_http.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "agent/probe/speed_stream.h"
#include "common/transfer.h"

enum { RECEIVE_BUFFER_BYTES = 256 * 1024, SEND_BUFFER_BYTES = 64 * 1024 };

static void
on_socket(void *arg, int fd)
{
	speed_stream_connected(arg, fd);
}

static bool
on_body(void *arg, const void *bytes, size_t len)
{
	struct speed_stream *s = arg;

	(void)bytes;
	if (speed_stream_took(s, len))
		transfer_pause(s->work);
	return true;
}

static size_t
on_send(void *arg, void *buffer, size_t size)
{
	struct speed_stream *s = arg;
	const struct speed_http *http = s->flow->access.backend->http;
	uint64_t left = http->upload_bytes - s->handed;

	if (s->flow->stopping && http->chunked)
		return 0;
	return speed_stream_fill(s, buffer, size < left ? size : (size_t)left);
}

static void
on_done(void *arg, const struct transfer_result *result)
{
	struct speed_stream *s = arg;
	const struct speed_http *http = s->flow->access.backend->http;
	bool good = result->error == 0 && result->status >= 200 && result->status < 300;
	struct speed_counted counted;
	char words[256];
	struct speed_end end = {
	    .error = result->error < 0                                ? result->error
		     : good                                           ? 0
		     : result->status == 401 || result->status == 403 ? -EACCES
								      : -EPROTO,
	    .refused = result->status == 429 || result->status == 503,
	    .words = result->error < 0 ? result->words : words,
	};

	(void)snprintf(
	    words, sizeof(words), "the server answered with status %ld", result->status);
	if (result->status >= 300)
		s->current = 0; /* an error page is no throughput */
	else if (!s->flow->upload)
		s->current = s->read;
	else if (good)
		s->current = s->handed;
	if (good && s->flow->upload && http->counted &&
	    http->counted(result->body, result->body_len, &counted) == 0)
		end.counted = &counted;
	speed_stream_end(s, &end);
}

static int
url_make(const struct speed_stream *s, struct bytes *ret)
{
	struct speed_flow *flow = s->flow;
	const struct speed_http *http = flow->access.backend->http;
	const struct speed_ask ask = {
	    .bytes = http->download_bytes,
	    .rate_bps = flow->share_bps,
	    .need_mbps = flow->need_mbps,
	    .nonce = flow->nonce++,
	};

	return flow->upload ? http->upload_url(flow->access.place, &ask, ret)
			    : http->download_url(flow->access.place, &ask, ret);
}

static int
start(struct speed_stream *s)
{
	const struct speed_access *access = &s->flow->access;
	const struct speed_http *http = access->backend->http;
	struct transfer_request request = speed_request(access);
	struct bytes url = bytes_new(SPEED_URL_SIZE + 256);
	struct transfer *transfer;
	int r = url_make(s, &url);

	request.url = (const char *)url.data;
	request.fresh_connection = !s->used;
	request.on_socket = on_socket;
	request.on_done = on_done;
	request.arg = s;
	request.receive_buffer_bytes = RECEIVE_BUFFER_BYTES;
	if (s->flow->upload) {
		request.method = "POST";
		request.on_send = on_send;
		request.body_len = http->chunked ? 0 : (size_t)http->upload_bytes;
		request.send_buffer_bytes = SEND_BUFFER_BYTES;
	} else {
		request.on_body = on_body;
	}
	if (r == 0)
		r = transfer_start(access->transfers, &request, &transfer);
	if (r == 0)
		s->work = transfer;
	bytes_clear(&url);
	return r;
}

static bool
ends(const struct speed_stream *s)
{
	return s->flow->upload && s->flow->access.backend->http->chunked;
}

static void
cancel(struct speed_stream *s)
{
	transfer_cancel(s->work);
}

static void
resume(struct speed_stream *s)
{
	transfer_resume(s->work);
}

const struct speed_carrier speed_http_carrier = {
    .start = start, .ends = ends, .cancel = cancel, .resume = resume};
