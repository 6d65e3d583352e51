/*
 * TCP without state: a segment for a closed port is answered with a reset
 * (RFC 9293 3.10.7.1), or with nothing where a firewall stands.
 */
#include "tests/school/tcp.h"

#include <netinet/in.h>

#include "common/cursor.h"
#include "tests/school/checksum.h"

enum { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_PSH = 8, TCP_ACK = 16, TCP_HEADER = 20 };

struct segment {
	uint16_t from_port, to_port;
	uint32_t sequence, acknowledged;
	uint8_t flags;
	size_t data_len;
};

static bool
segment_read(const struct datagram *d, struct segment *ret)
{
	struct cursor c = cursor_over(d->data, d->len);
	size_t header;

	ret->from_port = cursor_be16(&c);
	ret->to_port = cursor_be16(&c);
	ret->sequence = cursor_be32(&c);
	ret->acknowledged = cursor_be32(&c);
	header = (size_t)(cursor_u8(&c) >> 4) * 4;
	ret->flags = cursor_u8(&c);
	if (!cursor_ok(&c) || header < TCP_HEADER || header > d->len)
		return false;
	ret->data_len = d->len - header;
	return true;
}

static void
send_segment(struct school *s, struct host *h, const struct datagram *d,
    const struct segment *x, uint32_t sequence, uint32_t acknowledged, uint8_t flags)
{
	struct route back = route_back(h, d);
	struct packet p;
	uint16_t sum;

	packet_reset(&p);
	packet_append_be16(&p, x->to_port);
	packet_append_be16(&p, x->from_port);
	packet_append_be32(&p, sequence);
	packet_append_be32(&p, acknowledged);
	packet_append_u8(&p, TCP_HEADER / 4 << 4);
	packet_append_u8(&p, flags);
	packet_append_be16(&p, 0);
	packet_append_be32(&p, 0);
	sum = checksum_end(
	    checksum_add(checksum_pseudo(back.from_ip, back.to_ip, IPPROTO_TCP, packet_len(&p)),
		packet_start(&p), packet_len(&p)));
	p.bytes[p.from + 16] = (uint8_t)(sum >> 8);
	p.bytes[p.from + 17] = (uint8_t)sum;
	school_send_ip(s, h, &back, IPPROTO_TCP, &p, h->latency_us / 8);
}

void
tcp_segment(struct school *s, struct host *h, const struct datagram *d)
{
	struct segment x;
	uint32_t next;

	if (!segment_read(d, &x))
		return;
	s->counters.tcp_segments++;
	if (x.to_port == 515 || x.to_port == 631 || (x.to_port >= 9100 && x.to_port <= 9107))
		s->counters.printing_ports++;
	if (h->drop_tcp || (x.flags & TCP_RST))
		return;
	next =
	    x.sequence + (uint32_t)x.data_len + !!(x.flags & TCP_SYN) + !!(x.flags & TCP_FIN);
	if (x.flags & TCP_ACK)
		send_segment(s, h, d, &x, x.acknowledged, 0, TCP_RST);
	else
		send_segment(s, h, d, &x, 0, next, TCP_RST | TCP_ACK);
}
