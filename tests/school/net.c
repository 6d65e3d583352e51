/*
 * What the kernel would do for one host, done for all: ARP (RFC 826), ICMP echo
 * (RFC 792), UDP to the protocols and "port unreachable" where nobody listens, TCP
 * to its own file. Checksums of arriving datagrams are not looked at, because a
 * veth pair carries unfinished ones; fragments that arrive are not put together,
 * because nothing that asks a school sends any.
 */
#include "tests/school/net.h"

#include <net/ethernet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "common/cursor.h"
#include "tests/school/checksum.h"
#include "tests/school/school.h"
#include "tests/school/tcp.h"
#include "tests/school/wire.h"

enum {
	ARP_REQUEST = 1,
	ARP_REPLY = 2,
	ICMP_ECHO_REPLY = 0,
	ICMP_UNREACHABLE = 3,
	ICMP_ECHO = 8
};
enum {
	IP_HEADER = 20,
	UDP_HEADER = 8,
	FRAGMENT_BYTES = 1480,
	DATAGRAM_MAX = 65535,
	TCP_REPEAT_US = 200000
};

struct ipv4 {
	uint32_t from, to;
	uint8_t protocol;
	const uint8_t *header;
	size_t header_len;
};

static bool
lost(struct school *s, const struct host *h)
{
	if (h->loss_permille == 0 || school_random(s) % 1000 >= h->loss_permille)
		return false;
	s->counters.loss_drops++;
	return true;
}

static void
frame_send(struct school *s, struct host *h, const struct mac *to, uint16_t type,
    struct packet *p, int64_t delay_us)
{
	uint8_t header[ETH_HLEN];

	memcpy(header, to->bytes, 6);
	memcpy(header + 6, h->mac.bytes, 6);
	header[12] = (uint8_t)(type >> 8);
	header[13] = (uint8_t)type;
	packet_push(p, header, sizeof(header));
	while (packet_len(p) < ETH_ZLEN)
		packet_append_u8(p, 0);
	if (p->failed || wire_send(s->wire, packet_start(p), packet_len(p),
			     delay_us > 0 ? school_now_us() + delay_us : 0, h) < 0)
		s->counters.send_failures++;
	else
		s->counters.frames_out++;
}

void
school_send_frame(struct school *s, struct host *h, const struct mac *to, uint16_t type,
    struct packet *p, int64_t delay_us)
{
	if (!lost(s, h))
		frame_send(s, h, to, type, p, delay_us);
	else if (h->outstanding > 0)
		h->outstanding--;
}

static void
push_ip_header(struct packet *p, const struct route *to, uint8_t protocol, uint16_t id,
    size_t offset, bool more)
{
	size_t total = packet_len(p) + IP_HEADER;
	unsigned fragment = (unsigned)(offset / 8) | (more ? 0x2000u : 0);
	uint8_t h[IP_HEADER] = {0x45, 0, (uint8_t)(total >> 8), (uint8_t)total,
	    (uint8_t)(id >> 8), (uint8_t)id, (uint8_t)(fragment >> 8), (uint8_t)fragment,
	    to->ttl, protocol, 0, 0};
	uint16_t sum;
	int i;

	for (i = 0; i < 4; i++) {
		h[12 + i] = (uint8_t)(to->from_ip >> (24 - 8 * i));
		h[16 + i] = (uint8_t)(to->to_ip >> (24 - 8 * i));
	}
	sum = checksum_end(checksum_add(0, h, sizeof(h)));
	h[10] = (uint8_t)(sum >> 8);
	h[11] = (uint8_t)sum;
	packet_push(p, h, sizeof(h));
}

/* Datagrams longer than a frame go in pieces, each a packet of its own. */
static void
send_fragments(struct school *s, struct host *h, const struct route *to, uint8_t protocol,
    uint16_t id, const struct packet *whole, int64_t delay_us)
{
	struct packet part;
	size_t at, n, len = packet_len(whole);

	for (at = 0; at < len; at += n) {
		n = len - at > FRAGMENT_BYTES ? FRAGMENT_BYTES : len - at;
		packet_reset(&part);
		packet_append(&part, whole->bytes + whole->from + at, n);
		push_ip_header(&part, to, protocol, id, at, at + n < len);
		school_send_frame(s, h, &to->to_mac, ETHERTYPE_IP, &part, delay_us);
	}
}

void
school_send_ip(struct school *s, struct host *h, const struct route *to, uint8_t protocol,
    struct packet *p, int64_t delay_us)
{
	uint16_t id = (uint16_t)school_random(s);

	if (p->failed) {
		s->counters.send_failures++;
		return;
	}
	if (packet_len(p) > FRAGMENT_BYTES) {
		send_fragments(s, h, to, protocol, id, p, delay_us);
		return;
	}
	push_ip_header(p, to, protocol, id, 0, false);
	if (protocol != IPPROTO_TCP)
		school_send_frame(s, h, &to->to_mac, ETHERTYPE_IP, p, delay_us);
	else /* a lost segment is sent again by the host's TCP */
		frame_send(s, h, &to->to_mac, ETHERTYPE_IP, p,
		    delay_us + (lost(s, h) ? TCP_REPEAT_US : 0));
}

void
school_send(struct school *s, struct host *h, const struct route *to, struct packet *p,
    int64_t delay_us)
{
	size_t len = packet_len(p) + UDP_HEADER;
	uint8_t u[UDP_HEADER] = {(uint8_t)(to->from_port >> 8), (uint8_t)to->from_port,
	    (uint8_t)(to->to_port >> 8), (uint8_t)to->to_port, (uint8_t)(len >> 8),
	    (uint8_t)len, 0, 0};
	uint16_t sum;

	packet_push(p, u, sizeof(u));
	sum = checksum_end(checksum_add(
	    checksum_pseudo(to->from_ip, to->to_ip, IPPROTO_UDP, len), packet_start(p), len));
	if (sum == 0)
		sum = 0xffff;
	p->bytes[p->from + 6] = (uint8_t)(sum >> 8);
	p->bytes[p->from + 7] = (uint8_t)sum;
	school_send_ip(s, h, to, IPPROTO_UDP, p, delay_us);
}

void
school_send_serial(struct school *s, struct host *h, const struct route *to, struct packet *p,
    uint32_t variables)
{
	int64_t now = school_now_us(),
		work = h->latency_us + (int64_t)variables * h->per_variable_us;

	if (h->jitter_us > 0)
		work += school_random(s) % h->jitter_us;
	if (h->queue > 0 && h->outstanding > h->queue) {
		s->counters.queue_drops++;
		return;
	}
	h->outstanding++;
	if (h->outstanding > s->counters.snmp_outstanding_max)
		s->counters.snmp_outstanding_max = h->outstanding;
	if (h->busy_until_us < now)
		h->busy_until_us = now;
	h->busy_until_us += work;
	school_send(s, h, to, p, h->busy_until_us - now);
}

struct route
route_back(const struct host *h, const struct datagram *d)
{
	return (struct route){.to_mac = d->from_mac,
	    .from_ip = d->group ? host_ip(h) : d->to_ip,
	    .to_ip = d->from_ip,
	    .from_port = d->to_port,
	    .to_port = d->from_port,
	    .ttl = 64};
}

/* An access switch lets only so many broadcasts a second through. */
static bool
storm_drops(struct school *s)
{
	static int64_t second;
	static uint32_t passed;
	int64_t now = school_now_us() / 1000000;

	s->counters.broadcasts_in++;
	if (s->scenario.storm_per_s == 0)
		return false;
	if (now != second) {
		second = now;
		passed = 0;
	}
	if (passed++ < s->scenario.storm_per_s)
		return false;
	s->counters.storm_drops++;
	return true;
}

static uint32_t
read_mac_and_ip(struct cursor *c, struct mac *ret_mac)
{
	const uint8_t *mac = cursor_take(c, 6);

	if (mac)
		memcpy(ret_mac->bytes, mac, 6);
	return cursor_be32(c);
}

static void
arp_frame(struct school *s, const struct mac *to, struct cursor c)
{
	struct mac asker = {0}, ignored;
	uint32_t fixed = cursor_be32(&c), asker_ip, target_ip;
	uint16_t sizes = cursor_be16(&c), operation = cursor_be16(&c);
	struct packet p;
	struct host *h;

	asker_ip = read_mac_and_ip(&c, &asker);
	target_ip = read_mac_and_ip(&c, &ignored);
	if (!cursor_ok(&c) || fixed != 0x00010800 || sizes != 0x0604 ||
	    operation != ARP_REQUEST)
		return;
	s->counters.arp_requests++;
	if (!mac_is_multicast(to))
		s->counters.arp_unicast++;
	h = school_host(s, target_ip);
	if (!h || h->down || h->no_arp || asker_ip == target_ip || lost(s, h) ||
	    (!mac_is_multicast(to) && !mac_equal(to, &h->mac)))
		return;
	packet_reset(&p);
	packet_append_be32(&p, 0x00010800);
	packet_append_be16(&p, 0x0604);
	packet_append_be16(&p, ARP_REPLY);
	packet_append(&p, h->mac.bytes, 6);
	packet_append_be32(&p, target_ip);
	packet_append(&p, asker.bytes, 6);
	packet_append_be32(&p, asker_ip);
	s->counters.arp_replies++;
	school_send_frame(s, h, &asker, ETHERTYPE_ARP, &p, h->latency_us / 8);
}

static void
send_icmp(struct school *s, struct host *h, const struct datagram *d, uint8_t type,
    uint8_t code, const void *rest, size_t rest_len, int64_t delay_us)
{
	struct route back = route_back(h, d);
	struct packet p;
	uint16_t sum;

	packet_reset(&p);
	packet_append_u8(&p, type);
	packet_append_u8(&p, code);
	packet_append_be16(&p, 0);
	packet_append(&p, rest, rest_len);
	sum = checksum_end(checksum_add(0, packet_start(&p), packet_len(&p)));
	p.bytes[p.from + 2] = (uint8_t)(sum >> 8);
	p.bytes[p.from + 3] = (uint8_t)sum;
	school_send_ip(s, h, &back, IPPROTO_ICMP, &p, delay_us);
}

static void
icmp_packet(struct school *s, struct host *h, const struct datagram *d)
{
	if (d->len < 8 || d->data[0] != ICMP_ECHO || d->group)
		return;
	s->counters.echo_requests++;
	if (h->no_ping)
		return;
	s->counters.echo_replies++;
	send_icmp(s, h, d, ICMP_ECHO_REPLY, 0, d->data + 4, d->len - 4,
	    h->latency_us ? h->latency_us + school_random(s) % (h->jitter_us + 1) : 0);
}

/* RFC 1122 3.2.2.1: the header that did not fit and the first 8 bytes behind it. */
static void
send_unreachable(
    struct school *s, struct host *h, const struct datagram *d, const struct ipv4 *ip)
{
	uint8_t rest[4 + 60 + 8] = {0};

	if (d->group || h->no_ping)
		return;
	memcpy(rest + 4, ip->header, ip->header_len + 8);
	s->counters.port_unreachables++;
	send_icmp(s, h, d, ICMP_UNREACHABLE, 3, rest, 4 + ip->header_len + 8, 0);
}

static void
udp_datagram(struct school *s, struct host *h, struct datagram *d, const struct ipv4 *ip,
    struct cursor c)
{
	size_t len, i;

	d->from_port = cursor_be16(&c);
	d->to_port = cursor_be16(&c);
	len = cursor_be16(&c);
	(void)cursor_be16(&c);
	if (!cursor_ok(&c) || len < UDP_HEADER || len - UDP_HEADER > cursor_left(&c))
		return;
	d->data = c.at;
	d->len = len - UDP_HEADER;
	s->counters.datagrams++;
	for (i = 0; protocols[i]; i++) {
		if (protocols[i]->on_datagram && protocols[i]->udp_port == d->to_port &&
		    protocols[i]->on_datagram(s, h, d))
			return;
	}
	send_unreachable(s, h, d, ip);
}

static void
host_packet(struct school *s, struct host *h, struct datagram *d, const struct ipv4 *ip,
    struct cursor c)
{
	if (h->down || lost(s, h))
		return;
	d->data = c.at;
	d->len = cursor_left(&c);
	switch (ip->protocol) {
	case IPPROTO_ICMP:
		icmp_packet(s, h, d);
		break;
	case IPPROTO_UDP:
		udp_datagram(s, h, d, ip, c);
		break;
	case IPPROTO_TCP:
		if (!d->group)
			tcp_segment(s, h, d);
		break;
	default:
		break;
	}
}

static void
ip_frame(struct school *s, struct datagram *d, struct cursor c)
{
	struct ipv4 ip = {.header = c.at};
	const struct cursor whole = c;
	uint8_t first = cursor_u8(&c);
	size_t total, i;
	uint16_t fragment;
	struct host *h;

	ip.header_len = (size_t)(first & 15) * 4;
	(void)cursor_u8(&c);
	total = cursor_be16(&c);
	(void)cursor_be16(&c);
	fragment = cursor_be16(&c);
	(void)cursor_u8(&c);
	ip.protocol = cursor_u8(&c);
	(void)cursor_be16(&c);
	d->from_ip = cursor_be32(&c);
	d->to_ip = cursor_be32(&c);
	if (!cursor_ok(&c) || first >> 4 != 4 || ip.header_len < IP_HEADER ||
	    total < ip.header_len || total > whole.left || (fragment & 0x3fff) != 0)
		return;
	c = cursor_over(whole.at + ip.header_len, total - ip.header_len);
	d->group = mac_is_multicast(&d->to_mac);
	if (!d->group) {
		h = school_host(s, d->to_ip);
		if (h && mac_equal(&h->mac, &d->to_mac))
			host_packet(s, h, d, &ip, c);
		return;
	}
	for (i = 0; i < s->scenario.n_hosts; i++) {
		if (!s->scenario.hosts[i].real)
			host_packet(s, &s->scenario.hosts[i], d, &ip, c);
	}
}

void
net_frame(void *school, const uint8_t *frame, size_t len)
{
	struct school *s = school;
	struct cursor c = cursor_over(frame, len);
	struct datagram d = {0};
	uint16_t type;

	if (len < ETH_HLEN)
		return;
	s->counters.frames_in++;
	memcpy(d.to_mac.bytes, cursor_take(&c, 6), 6);
	memcpy(d.from_mac.bytes, cursor_take(&c, 6), 6);
	type = cursor_be16(&c);
	if ((d.to_mac.bytes[0] & d.to_mac.bytes[5]) == 0xff && storm_drops(s))
		return;
	if (type == ETHERTYPE_ARP)
		arp_frame(s, &d.to_mac, c);
	else if (type == ETHERTYPE_IP)
		ip_frame(s, &d, c);
}
