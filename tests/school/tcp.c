/*
 * A small TCP (RFC 9293): connections to the few services of the school are taken,
 * one request is answered at a time, and the peer closes or the service does. A
 * segment for a closed port is answered with a reset, or with nothing where a
 * firewall stands. Not done: windows, options, own retransmission timers (a peer
 * that repeats its request is answered again), segments out of order.
 */
#include "tests/school/tcp.h"

#include <netinet/in.h>
#include <string.h>

#include "common/cursor.h"
#include "tests/school/checksum.h"

enum { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_PSH = 8, TCP_ACK = 16, TCP_HEADER = 20 };
enum { CONNECTIONS_MAX = 256, SEGMENT_BYTES = 1400, REQUEST_MAX = 2048 };

struct segment {
	uint16_t from_port, to_port;
	uint32_t sequence, acknowledged;
	uint8_t flags;
	const uint8_t *data;
	size_t data_len;
};

struct connection {
	const struct tcp_service *service; /* NULL: free */
	struct host *host;
	uint32_t peer_ip;
	uint16_t peer_port;
	uint32_t next_in, next_out; /* sequence numbers: expected of the peer, ours to come */
	bool greeted, closing;
	int64_t used_us;
	size_t n; /* of a request that is not complete */
	char request[REQUEST_MAX];
};

static struct connection connections[CONNECTIONS_MAX];

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
	ret->data = d->data + header;
	ret->data_len = d->len - header;
	return true;
}

static void
send_segment(struct school *s, struct host *h, const struct datagram *d,
    const struct segment *x, uint32_t sequence, uint32_t acknowledged, unsigned flags,
    const void *data, size_t len)
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
	packet_append_be16(&p, flags & TCP_RST ? 0 : 8192);
	packet_append_be32(&p, 0);
	packet_append(&p, data, len);
	sum = checksum_end(
	    checksum_add(checksum_pseudo(back.from_ip, back.to_ip, IPPROTO_TCP, packet_len(&p)),
		packet_start(&p), packet_len(&p)));
	p.bytes[p.from + 16] = (uint8_t)(sum >> 8);
	p.bytes[p.from + 17] = (uint8_t)sum;
	school_send_ip(s, h, &back, IPPROTO_TCP, &p, h->latency_us / 8);
}

static struct connection *
find_connection(const struct host *h, const struct datagram *d, const struct segment *x)
{
	size_t i;

	for (i = 0; i < CONNECTIONS_MAX; i++) {
		if (connections[i].service && connections[i].host == h &&
		    connections[i].peer_ip == d->from_ip &&
		    connections[i].peer_port == x->from_port &&
		    connections[i].service->port == x->to_port)
			return &connections[i];
	}
	return NULL;
}

/* A free place, or the one that was idle longest. */
static struct connection *
take_place(void)
{
	struct connection *oldest = &connections[0];
	size_t i;

	for (i = 0; i < CONNECTIONS_MAX; i++) {
		if (!connections[i].service)
			return &connections[i];
		if (connections[i].used_us < oldest->used_us)
			oldest = &connections[i];
	}
	return oldest;
}

static const struct tcp_service *
service_on(const struct host *h, uint16_t port)
{
	size_t i;

	for (i = 0; tcp_services[i]; i++) {
		if (tcp_services[i]->port == port && tcp_services[i]->listens(h))
			return tcp_services[i];
	}
	return NULL;
}

static void
refuse(struct school *s, struct host *h, const struct datagram *d, const struct segment *x)
{
	uint32_t next = x->sequence + (uint32_t)x->data_len + !!(x->flags & TCP_SYN) +
			!!(x->flags & TCP_FIN);

	if (h->drop_tcp || (x->flags & TCP_RST))
		return;
	if (x->flags & TCP_ACK)
		send_segment(s, h, d, x, x->acknowledged, 0, TCP_RST, NULL, 0);
	else
		send_segment(s, h, d, x, 0, next, TCP_RST | TCP_ACK, NULL, 0);
}

static void
open_connection(struct school *s, struct host *h, const struct datagram *d,
    const struct segment *x, const struct tcp_service *service)
{
	struct connection *c = find_connection(h, d, x);

	if (!c)
		c = take_place();
	*c = (struct connection){.service = service,
	    .host = h,
	    .peer_ip = d->from_ip,
	    .peer_port = x->from_port,
	    .next_in = x->sequence + 1,
	    .next_out = school_random(s),
	    .used_us = school_now_us()};
	send_segment(s, h, d, x, c->next_out++, c->next_in, TCP_SYN | TCP_ACK, NULL, 0);
}

static void
send_answer(struct school *s, struct connection *c, const struct datagram *d,
    const struct segment *x, const struct packet *answer, bool closes)
{
	size_t at = 0, len = packet_len(answer), n;
	unsigned flags;

	do {
		n = len - at > SEGMENT_BYTES ? SEGMENT_BYTES : len - at;
		flags = TCP_ACK | (n ? TCP_PSH : 0u) | (closes && at + n == len ? TCP_FIN : 0u);
		send_segment(s, c->host, d, x, c->next_out, c->next_in, flags,
		    answer->bytes + answer->from + at, n);
		c->next_out += (uint32_t)n;
		at += n;
	} while (at < len);
	if (closes) {
		c->next_out++;
		c->closing = true;
	}
}

static void
take_data(
    struct school *s, struct connection *c, const struct datagram *d, const struct segment *x)
{
	struct packet answer;
	size_t room = sizeof(c->request) - 1 - c->n,
	       n = x->data_len < room ? x->data_len : room;
	bool closes = false;

	memcpy(c->request + c->n, x->data, n);
	c->n += n;
	c->request[c->n] = '\0';
	c->next_in += (uint32_t)x->data_len;
	packet_reset(&answer);
	if (c->n == sizeof(c->request) - 1 ||
	    c->service->answer(s, c->host, c->request, &answer, &closes))
		c->n = 0;
	send_answer(s, c, d, x, &answer, closes);
}

static void
connection_segment(
    struct school *s, struct connection *c, const struct datagram *d, const struct segment *x)
{
	struct packet greeting;

	c->used_us = school_now_us();
	if (x->flags & TCP_RST) {
		c->service = NULL;
		return;
	}
	/* The third step of the handshake: some services speak first. */
	if (x->data_len == 0 && !(x->flags & TCP_FIN)) {
		if (c->service->greet && !c->greeted) {
			c->greeted = true;
			packet_reset(&greeting);
			c->service->greet(c->host, &greeting);
			send_answer(s, c, d, x, &greeting, false);
		}
		return;
	}
	if (x->sequence == c->next_in && x->data_len > 0 && !c->closing)
		take_data(s, c, d, x);
	if (x->flags & TCP_FIN) {
		c->next_in = x->sequence + (uint32_t)x->data_len + 1;
		send_segment(s, c->host, d, x, c->next_out, c->next_in,
		    c->closing ? TCP_ACK : TCP_ACK | TCP_FIN, NULL, 0);
		c->service = NULL;
	}
}

void
tcp_segment(struct school *s, struct host *h, const struct datagram *d)
{
	const struct tcp_service *service;
	struct connection *c;
	struct segment x;

	if (!segment_read(d, &x))
		return;
	s->counters.tcp_segments++;
	if (x.to_port == 515 || x.to_port == 631 || (x.to_port >= 9100 && x.to_port <= 9107))
		s->counters.printing_ports++;
	service = service_on(h, x.to_port);
	c = find_connection(h, d, &x);
	if (service && (x.flags & (TCP_SYN | TCP_ACK)) == TCP_SYN)
		open_connection(s, h, d, &x, service);
	else if (c)
		connection_segment(s, c, d, &x);
	else
		refuse(s, h, d, &x);
}
