/*
 * ndt7 (m-lab/ndt-server, spec/ndt7-protocol.md): one WebSocket, binary messages as
 * load, and the server's TCP_INFO in text messages between them: of an upload the
 * server's own count. A server is named by its URL, or found by M-Lab's locator
 * (m-lab/locate, v2), which allows 40 requests in 12 hours for an address and asks
 * programs for at most four a day: it is asked once a test and not again when it says
 * no, and by the service only when its settings name it, every six hours at most.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agent/probe/ndt7_message.h"
#include "agent/probe/speed_backend.h"
#include "agent/probe/speed_stream.h"
#include "agent/probe/websocket.h"
#include "common/transfer.h"

static const char protocol[] = "net.measurementlab.ndt.v7";
static const char locator_path[] = "/v2/nearest/ndt/ndt7";
static const char metadata[] =
    "client_name=parta&client_version=" PARTA_VERSION "&client_os=linux";

enum {
	MESSAGE_FIRST_BYTES = 1 << 13, /* the sender's rule of the specification, 2.3 */
	MESSAGE_MAX_BYTES = 1 << 20,
	MESSAGE_SHARE = 16,
	IO_TIMEOUT_MS = 7000,
};

struct ndt7 {
	struct speed_stream *stream;
	struct websocket *socket;
	size_t message_bytes;
	struct ndt7_measurement series[NDT7_MEASUREMENTS_MAX];
	size_t n_series;
};

/* ---- where ---- */

static bool
is_locator(const struct speed_server *server)
{
	size_t len = strlen(server->url), tail = sizeof(locator_path) - 1;

	return len > tail && !strcmp(server->url + len - tail, locator_path);
}

static int
question(const struct speed_server *server, struct bytes *ret_url)
{
	char url[SPEED_URL_SIZE];

	if (!is_locator(server))
		return -ENOENT;
	return speed_url_make(server, "", url) < 0
		   ? -EFBIG
		   : speed_url_ask(ret_url, url, "%s", metadata);
}

static int
places(const struct speed_server *server, const void *answer, size_t len,
    struct speed_place ret[static SPEED_PLACES_MAX], size_t *ret_count)
{
	char url[SPEED_URL_SIZE];
	int r;

	if (answer)
		return ndt7_located(answer, len, ret, ret_count);
	r = speed_url_make(server, "/ndt/v7/download", url);
	if (r == 0)
		r = ndt7_url(url, ret->download);
	if (r == 0)
		r = speed_url_make(server, "/ndt/v7/upload", url);
	if (r == 0)
		r = ndt7_url(url, ret->upload);
	if (r < 0)
		return r;
	memcpy(ret->ping, ret->download, sizeof(ret->ping));
	*ret_count = 1;
	return 0;
}

/* ---- a stream ---- */

/* Ends the work and tells the stream. */
static void
end(struct ndt7 *n, int error, bool refused, const char *words)
{
	struct speed_stream *s = n->stream;
	struct speed_counted counted;
	struct speed_end result = {.error = error, .refused = refused, .words = words};
	double overhead = s->flow->wire.tls ? SPEED_TLS_USUAL : 1;

	if (!s->flow->upload)
		s->current = s->read;
	else if (ndt7_counted(n->series, n->n_series, 1 / overhead, &counted) == 0)
		result.counted = &counted;
	s->work = NULL;
	speed_stream_end(s, &result);
	websocket_free(n->socket);
	free(n);
}

static void
on_open(void *arg, int fd)
{
	struct ndt7 *n = arg;

	speed_stream_connected(n->stream, fd);
}

static bool
on_binary(void *arg, size_t len)
{
	struct ndt7 *n = arg;

	return !speed_stream_took(n->stream, len);
}

static void
on_text(void *arg, const char *text, size_t len)
{
	struct ndt7 *n = arg;
	struct ndt7_measurement m;

	if (ndt7_measurement_read(text, len, &m) < 0)
		return;
	n->stream->told_rtt_us = m.rtt_us;
	n->stream->told_busy_us = m.busy_us;
	n->stream->told_rwnd_us = m.rwnd_limited_us;
	n->stream->told_sndbuf_us = m.sndbuf_limited_us;
	if (n->n_series < NDT7_MEASUREMENTS_MAX)
		n->series[n->n_series++] = m;
}

/* Messages grow with what was sent, so that a slow line is not stuck in one of them. */
static const void *
on_room(void *arg, size_t *ret_len)
{
	struct ndt7 *n = arg;
	struct speed_stream *s = n->stream;

	if (!s->flow->upload || s->flow->stopping)
		return NULL;
	if (n->message_bytes < MESSAGE_MAX_BYTES &&
	    n->message_bytes <= s->handed / MESSAGE_SHARE)
		n->message_bytes *= 2;
	s->handed += n->message_bytes;
	*ret_len = n->message_bytes;
	return s->flow->block;
}

static void
on_close(void *arg, int error, unsigned status, const char *words)
{
	end(arg, error, status == 429 || status == 503, words);
}

static int
start(struct speed_stream *s)
{
	const struct speed_access *access = &s->flow->access;
	struct transfer_request request = speed_request(access);
	struct bytes url = bytes_new(SPEED_URL_SIZE + 256);
	struct ndt7 *n = calloc(1, sizeof(*n));
	struct websocket_settings settings = {
	    .loop = access->loop,
	    .transfers = access->transfers,
	    .protocol = protocol,
	    .on_open = on_open,
	    .on_binary = on_binary,
	    .on_text = on_text,
	    .on_room = on_room,
	    .on_close = on_close,
	    .arg = n,
	};
	int r = n ? 0 : -ENOMEM;

	if (r == 0)
		r = speed_url_ask(&url,
		    s->flow->upload ? access->place->upload : access->place->download, "%s",
		    metadata);
	if (r == 0) {
		n->stream = s;
		n->message_bytes = MESSAGE_FIRST_BYTES;
		request.url = (const char *)url.data;
		request.connect_timeout_ms = IO_TIMEOUT_MS;
		request.timeout_ms = IO_TIMEOUT_MS;
		r = websocket_open(&request, &settings, &n->socket);
	}
	bytes_clear(&url);
	if (r < 0) {
		free(n);
		return r;
	}
	s->work = n;
	return 0;
}

static bool
ends(const struct speed_stream *s)
{
	(void)s;
	return false;
}

static void
cancel(struct speed_stream *s)
{
	end(s->work, -ECANCELED, false, NULL);
}

static void
resume(struct speed_stream *s)
{
	const struct ndt7 *n = s->work;

	websocket_resume(n->socket);
}

static const struct speed_carrier carrier = {
    .once = true, .start = start, .ends = ends, .cancel = cancel, .resume = resume};

const struct speed_backend speed_ndt7 = {
    .name = "ndt7",
    .usual_server = "https://locate.measurementlab.net/v2/nearest/ndt/ndt7",
    .usual_every_s = 6 * 3600,
    .streams_first = 1,
    .streams_max = 1,
    .handshakes = true,
    .question = question,
    .places = places,
    .carrier = &carrier,
};
