/* Our own packets: see packet.h. Deliberately not done: answers to anybody's echo. */
#include "agent/sensor/packet.h"

#include <string.h>

#include "common/cursor.h"

enum {
	ICMP_REPLY = 0,
	ICMP_UNREACHABLE = 3,
	ICMP_REQUEST = 8,
	ICMP_EXCEEDED = 11,
	ICMP_PARAMETER = 12,
	ICMPV6_UNREACHABLE = 1,
	ICMPV6_TOO_BIG = 2,
	ICMPV6_EXCEEDED = 3,
	ICMPV6_PARAMETER = 4,
	ICMPV6_REQUEST = 128,
	ICMPV6_REPLY = 129,
	PROTOCOL_ICMP = 1,
	PROTOCOL_UDP = 17,
	PROTOCOL_ICMPV6 = 58,
	ETHERNET_BYTES = 14,
	ETHERNET_BYTES_MIN = 60,
	IPV4_BYTES = 20,
	IPV6_BYTES = 40,
	UDP_BYTES = 8,
};

void
packet_arp_request(uint8_t ret[static PACKET_ARP_BYTES], const struct mac *mac,
    const struct address *own_ip, const struct address *ip, const struct mac *to)
{
	static const uint8_t middle[] = {
	    0x08, 0x06,       /* EtherType */
	    0, 1, 0x08, 0x00, /* Ethernet, IPv4 */
	    6, 4, 0, 1,       /* lengths, request */
	};
	static const uint8_t everybody[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

	memset(ret, 0, PACKET_ARP_BYTES);
	memcpy(ret, to ? to->bytes : everybody, 6);
	memcpy(ret + 6, mac->bytes, 6);
	memcpy(ret + 12, middle, sizeof(middle));
	memcpy(ret + 22, mac->bytes, 6);
	memcpy(ret + 28, own_ip->bytes, 4); /* zero when there is none */
	memcpy(ret + 38, ip->bytes, 4);
}

static void
put16(uint8_t *at, unsigned value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

/* RFC 1071 */
static uint16_t
checksum(const uint8_t *bytes, size_t len)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < len; i++)
		sum += i % 2 ? bytes[i] : (uint32_t)bytes[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* RFC 768, RFC 8200 section 8.1: over both addresses, too; 0 would say that there is none. */
static uint16_t
udp_checksum(
    const struct address *from, const struct address *to, const uint8_t *udp, size_t len)
{
	uint8_t whole[36 + PACKET_DATAGRAM_BYTES_MAX] = {0};
	size_t address = address_len(from), pseudo = 2 * address + 4;
	uint16_t sum;

	memcpy(whole, from->bytes, address);
	memcpy(whole + address, to->bytes, address);
	whole[2 * address + 1] = PROTOCOL_UDP; /* the same sum as with 32-bit fields */
	put16(whole + 2 * address + 2, (unsigned)len);
	memcpy(whole + pseudo, udp, len);
	sum = checksum(whole, pseudo + len);
	return sum ? sum : 0xffff;
}

/* Headers of Ethernet and IP; returns where the datagram begins. */
static uint8_t *
headers4(uint8_t *ret, const struct address *own_ip, const struct address *group, uint8_t ttl,
    size_t udp_len)
{
	static const uint8_t begin[] = {0x45, 0, 0, 0, 0, 0, 0x40, 0}; /* never fragmented */
	uint8_t *ip = ret + ETHERNET_BYTES;

	ret[0] = 0x01; /* RFC 1112 section 6.4 */
	ret[2] = 0x5e;
	ret[3] = group->bytes[1] & 0x7f;
	memcpy(ret + 4, group->bytes + 2, 2);
	put16(ret + 12, 0x0800);
	memcpy(ip, begin, sizeof(begin));
	put16(ip + 2, (unsigned)(IPV4_BYTES + udp_len));
	ip[8] = ttl;
	ip[9] = PROTOCOL_UDP;
	memcpy(ip + 12, own_ip->bytes, 4);
	memcpy(ip + 16, group->bytes, 4);
	put16(ip + 10, checksum(ip, IPV4_BYTES));
	return ip + IPV4_BYTES;
}

static uint8_t *
headers6(uint8_t *ret, const struct address *own_ip, const struct address *group, uint8_t ttl,
    size_t udp_len)
{
	uint8_t *ip = ret + ETHERNET_BYTES;

	ret[0] = ret[1] = 0x33; /* RFC 2464 section 7 */
	memcpy(ret + 2, group->bytes + 12, 4);
	put16(ret + 12, 0x86dd);
	memset(ip, 0, IPV6_BYTES);
	ip[0] = 0x60;
	put16(ip + 4, (unsigned)udp_len);
	ip[6] = PROTOCOL_UDP;
	ip[7] = ttl;
	memcpy(ip + 8, own_ip->bytes, 16);
	memcpy(ip + 24, group->bytes, 16);
	return ip + IPV6_BYTES;
}

size_t
packet_datagram(uint8_t ret[static PACKET_DATAGRAM_BYTES_MAX], const struct mac *mac,
    const struct address *own_ip, const struct address *group, uint16_t port, uint8_t ttl,
    const void *payload, size_t len)
{
	bool v6 = group->family == ADDRESS_IPV6;
	size_t header = v6 ? IPV6_BYTES : IPV4_BYTES;
	size_t whole = ETHERNET_BYTES + header + UDP_BYTES + len;
	uint8_t *udp;

	if (whole > PACKET_DATAGRAM_BYTES_MAX)
		return 0;
	memset(ret, 0, ETHERNET_BYTES_MIN);
	udp = (v6 ? headers6 : headers4)(ret, own_ip, group, ttl, UDP_BYTES + len);
	memcpy(ret + 6, mac->bytes, 6);
	put16(udp, port);
	put16(udp + 2, port);
	put16(udp + 4, (unsigned)(UDP_BYTES + len));
	put16(udp + 6, 0);
	memcpy(udp + UDP_BYTES, payload, len);
	put16(udp + 6, udp_checksum(own_ip, group, udp, UDP_BYTES + len));
	return whole < ETHERNET_BYTES_MIN ? ETHERNET_BYTES_MIN : whole;
}

void
packet_echo_build(uint8_t ret[static PACKET_ECHO_BYTES], enum address_family family,
    const struct packet_echo *echo)
{
	memset(ret, 0, PACKET_ECHO_BYTES);
	ret[0] = family == ADDRESS_IPV6 ? ICMPV6_REQUEST : ICMP_REQUEST;
	put16(ret + 4, echo->id);
	put16(ret + 6, echo->sequence);
	memcpy(ret + 8, &echo->cookie, sizeof(echo->cookie));
	if (family == ADDRESS_IPV4)
		put16(ret + 2, checksum(ret, PACKET_ECHO_BYTES));
}

/* From behind type, code and checksum on. */
static bool
read_echo(struct cursor *c, struct packet_echo *ret)
{
	const uint8_t *cookie;

	ret->id = cursor_be16(c);
	ret->sequence = cursor_be16(c);
	if (!cursor_ok(c))
		return false;
	cookie = cursor_take(c, sizeof(ret->cookie));
	if (cookie)
		memcpy(&ret->cookie, cookie, sizeof(ret->cookie));
	return true;
}

/* The header and the first bytes of the packet that could not be delivered. */
static bool
read_quotation(enum address_family family, struct cursor *c, struct packet_answer *a)
{
	uint8_t first = cursor_u8(c), protocol;
	size_t options = 0;
	const uint8_t *to;

	if (family == ADDRESS_IPV4) {
		(void)cursor_take(c, 8);
		protocol = cursor_u8(c);
		(void)cursor_take(c, 6);
		options = (first & 15u) * 4u;
	} else {
		(void)cursor_take(c, 5);
		protocol = cursor_u8(c);
		(void)cursor_take(c, 17);
	}
	to = cursor_take(c, family == ADDRESS_IPV4 ? 4 : 16);
	if (!to || (family == ADDRESS_IPV4 && options < 20))
		return false;
	a->to = family == ADDRESS_IPV4 ? address_v4(to) : address_v6(to);
	if (family == ADDRESS_IPV4)
		(void)cursor_take(c, options - 20);
	if (protocol != (family == ADDRESS_IPV4 ? PROTOCOL_ICMP : PROTOCOL_ICMPV6))
		return false;
	if (cursor_u8(c) != (family == ADDRESS_IPV4 ? ICMP_REQUEST : ICMPV6_REQUEST))
		return false;
	(void)cursor_take(c, 3);
	return read_echo(c, &a->echo);
}

static bool
skip_header(struct cursor *c)
{
	size_t header = (cursor_u8(c) & 15u) * 4u;

	return header >= 20 && cursor_take(c, header - 1);
}

static bool
is_error(enum address_family family, uint8_t type)
{
	if (family == ADDRESS_IPV4)
		return type == ICMP_UNREACHABLE || type == ICMP_EXCEEDED ||
		       type == ICMP_PARAMETER;
	return type >= ICMPV6_UNREACHABLE && type <= ICMPV6_PARAMETER && type != ICMPV6_TOO_BIG;
}

bool
packet_answer_read(
    enum address_family family, const void *bytes, size_t len, struct packet_answer *ret)
{
	struct cursor c = cursor_over(bytes, len);
	struct packet_answer a = {0};
	bool ours;

	if (family == ADDRESS_IPV4 && (!skip_header(&c) || checksum(c.at, c.left) != 0))
		return false; /* the kernel gives raw sockets what it has not yet judged */
	a.type = cursor_u8(&c);
	a.code = cursor_u8(&c);
	(void)cursor_be16(&c); /* checksum */
	a.error = is_error(family, a.type);
	if (a.error) {
		(void)cursor_be32(&c);
		ours = read_quotation(family, &c, &a);
	} else {
		ours = a.type == (family == ADDRESS_IPV4 ? ICMP_REPLY : ICMPV6_REPLY) &&
		       read_echo(&c, &a.echo) && cursor_ok(&c);
	}
	if (ours)
		*ret = a;
	return ours;
}
