/* Counting what a stream carries: see speed_stream.h. No byte counts because it was handed to a
 * socket. */
#include "agent/probe/speed_stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/clock.h"
#include "common/loop.h"

enum { REST_US_MIN = 2000, CREDIT_US = 50000 };

static const double tls_most = 1.1;
static const double payload_to_trust_bytes = 1e6;

/* xorshift64 (Marsaglia, 2003): nothing on the way can compress it. */
static uint8_t *
block_make(void)
{
	uint8_t *block = malloc(SPEED_BLOCK_BYTES);
	uint64_t x = 0x2545f4914f6cdd1du;

	for (size_t i = 0; block && i < SPEED_BLOCK_BYTES; i += sizeof(x)) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		memcpy(block + i, &x, sizeof(x));
	}
	return block;
}

/* What may be read now; negative: more than that was. Little is saved up, or a line that was
 * slow at first would be filled afterwards. */
static double
credit(struct speed_flow *flow)
{
	double per_us = (double)flow->share_bps * flow->n_streams / 8e6;
	uint64_t now_us = clock_boot_us();

	flow->credit_bytes += per_us * (double)(now_us - flow->credit_us);
	flow->credit_us = now_us;
	if (flow->credit_bytes > per_us * CREDIT_US)
		flow->credit_bytes = per_us * CREDIT_US;
	return flow->credit_bytes;
}

static void
rest(struct speed_flow *flow)
{
	double per_us = (double)flow->share_bps * flow->n_streams / 8e6;
	double us = -flow->credit_bytes / per_us;

	(void)loop_timer_set_us(flow->rest, us > REST_US_MIN ? (uint64_t)us : REST_US_MIN);
}

/* Streams take turns to be the first that reads on. */
static void
on_rest(void *arg)
{
	struct speed_flow *flow = arg;
	bool resting = false;

	flow->turn++;
	for (unsigned i = 0; i < flow->n_streams; i++) {
		struct speed_stream *s = &flow->streams[(flow->turn + i) % flow->n_streams];

		if (!s->resting || !s->work || flow->stopping)
			continue;
		s->resting = credit(flow) < 0;
		if (!s->resting)
			flow->access.backend->carrier->resume(s);
		resting |= s->resting;
	}
	if (resting)
		rest(flow);
}

int
speed_flow_make(struct speed_flow *flow)
{
	const char *url =
	    flow->upload ? flow->access.place->upload : flow->access.place->download;

	flow->wire.tls = !strncasecmp(url, "https:", 6);
	flow->credit_us = clock_boot_us();
	if (!flow->upload)
		return loop_timer(flow->access.loop, on_rest, flow, &flow->rest);
	flow->block = block_make();
	return flow->block ? 0 : -ENOMEM;
}

void
speed_flow_clear(struct speed_flow *flow)
{
	loop_event_free(flow->rest);
	flow->rest = NULL;
	free(flow->block);
	flow->block = NULL;
}

bool
speed_stream_took(struct speed_stream *s, size_t len)
{
	struct speed_flow *flow = s->flow;

	s->read += len;
	if (flow->share_bps == 0)
		return false;
	s->resting = credit(flow) < (double)len;
	flow->credit_bytes -= (double)len;
	if (s->resting)
		rest(flow);
	return s->resting;
}

uint64_t
speed_stream_counted(const struct speed_stream *s)
{
	return s->counted + s->current;
}

/* Adds what the kernel said of a stream between its first and last reading. */
static void
wire_add(const struct speed_stream *s, struct speed_wire *wire)
{
	bool upload = s->flow->upload;
	uint64_t tcp, segments;

	if (!s->has_last)
		return;
	if (upload) {
		uint64_t sent = s->last.bytes_sent - s->first.bytes_sent;
		uint32_t out = s->last.segments_out - s->first.segments_out;

		tcp = s->last.tcp.bytes_acked - s->first.tcp.bytes_acked;
		segments = sent > 0 ? (uint64_t)((double)tcp * out / (double)sent) : 0;
	} else {
		tcp = s->last.tcp.bytes_received - s->first.tcp.bytes_received;
		segments = s->last.segments_in - s->first.segments_in;
	}
	wire->tcp_bytes += tcp;
	wire->segments += segments;
	wire->payload_bytes += s->last_counted - s->first_counted;
	wire->timestamps = s->last.timestamps;
	wire->mss_bytes = upload ? s->last.tcp.snd_mss_bytes : s->last.tcp.rcv_mss_bytes;
	if (!upload && s->last.tcp.snd_mss_bytes < wire->mss_bytes)
		wire->mss_bytes =
		    s->last.tcp.snd_mss_bytes; /* coalesced segments look like one */
}

double
speed_flow_ip_per_payload(const struct speed_flow *flow)
{
	struct speed_wire wire = flow->wire;

	for (unsigned i = 0; i < flow->n_streams; i++)
		wire_add(&flow->streams[i], &wire);
	return speed_ip_per_payload(&wire);
}

/* TCP payload for each byte of payload: what we send has full records, what a server sends is
 * counted. */
static double
tls_factor(const struct speed_stream *s, double arrived)
{
	double factor = s->flow->wire.tls ? SPEED_TLS_USUAL : 1;

	if (s->flow->upload || (double)s->read < payload_to_trust_bytes)
		return factor;
	factor = (arrived - s->last.unread_bytes) / (double)s->read;
	return factor < 1 ? 1 : factor > tls_most ? tls_most : factor;
}

void
speed_stream_look(struct speed_stream *s)
{
	bool upload = s->flow->upload;
	uint64_t tcp, limit, payload;

	if (s->fd < 0 || speed_socket_read(s->fd, &s->last) < 0)
		return;
	s->has_last = true;
	tcp = upload ? s->last.tcp.bytes_acked - s->first.tcp.bytes_acked
		     : s->last.tcp.bytes_received - s->first.tcp.bytes_received;
	payload = (uint64_t)((double)tcp / tls_factor(s, (double)tcp));
	limit = upload ? s->handed : UINT64_MAX;
	s->current = payload < limit ? payload : limit;
	if (!upload && s->current < s->read)
		s->current = s->read;
	s->last_counted = speed_stream_counted(s);
}

int
speed_stream_start(struct speed_stream *s)
{
	s->fd = -1;
	s->resting = false;
	s->current = s->read = s->handed = 0;
	return s->flow->access.backend->carrier->start(s);
}

void
speed_stream_connected(struct speed_stream *s, int fd)
{
	struct speed_flow *flow = s->flow;

	if (flow->upload)
		speed_socket_prepare_upload(fd, flow->share_bps);
	else
		speed_socket_prepare_download(fd, flow->share_bps);
	s->fd = fd;
	s->used = true;
	flow->wire.ipv6 = speed_socket_is_ipv6(fd);
	if (!flow->congestion[0])
		speed_socket_congestion(fd, flow->congestion, sizeof(flow->congestion));
	if (!flow->interface[0]) {
		speed_socket_interface(fd, flow->interface, sizeof(flow->interface));
		speed_health_read(flow->interface, &flow->before);
	}
	if (speed_socket_read(fd, &s->first) < 0)
		s->fd = -1;
	s->first_counted = s->last_counted = speed_stream_counted(s);
}

size_t
speed_stream_fill(struct speed_stream *s, void *buffer, size_t size)
{
	size_t room = SPEED_BLOCK_BYTES - s->block_at;

	if (size > room)
		size = room;
	memcpy(buffer, s->flow->block + s->block_at, size);
	s->block_at = (s->block_at + size) % SPEED_BLOCK_BYTES;
	s->handed += size;
	return size;
}

void
speed_stream_end(struct speed_stream *s, const struct speed_end *end)
{
	wire_add(s, &s->flow->wire);
	s->has_last = false;
	s->counted += s->current;
	s->current = 0;
	s->fd = -1;
	s->work = NULL;
	s->flow->on_end(s->flow->arg, s, end);
}
