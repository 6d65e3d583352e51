/*
 * Frame headers: see frame.h. Deliberately not done: checksums (the card or the
 * kernel has judged them, and frames from our own kernel carry unfinished ones),
 * reassembly, tunnels, and TCP.
 */
#include "agent/decode/frame.h"

#include <string.h>

#include "common/check.h"

enum {
	ETHERTYPE_IPV4 = 0x0800,
	ETHERTYPE_IPV6 = 0x86dd,
	ETHERTYPE_LEAST = 0x0600, /* less is a length (IEEE 802.3 3.2.6) */
	LLC_SNAP = 0xaa,
	LLC_UNNUMBERED_INFORMATION = 0x03,
	TAGS_MAX = 4,
	EXTENSIONS_MAX = 8,
	PROTOCOL_HOP_BY_HOP = 0,
	PROTOCOL_UDP = 17,
	PROTOCOL_ROUTING = 43,
	PROTOCOL_FRAGMENT = 44,
	PROTOCOL_AUTHENTICATION = 51,
	PROTOCOL_ICMPV6 = 58,
	PROTOCOL_DESTINATION = 60,
};

static struct mac
take_mac(struct cursor *c)
{
	struct mac mac = {{0}};
	const uint8_t *bytes = cursor_take(c, sizeof(mac.bytes));

	if (bytes)
		memcpy(mac.bytes, bytes, sizeof(mac.bytes));
	return mac;
}

static enum frame_verdict
read_udp(struct cursor *c, struct frame *f)
{
	uint16_t to, len;

	f->source_port = cursor_be16(c);
	to = cursor_be16(c);
	len = cursor_be16(c);
	(void)cursor_be16(c); /* checksum */
	if (!cursor_ok(c) || len < 8)
		return FRAME_MALFORMED;
	f->place = (struct frame_place){FRAME_UDP, to};
	f->payload = cursor_cut(c, len - 8u);
	return cursor_ok(c) ? FRAME_OK : FRAME_MALFORMED;
}

static enum frame_verdict
read_icmpv6(struct cursor *c, struct frame *f)
{
	if (cursor_left(c) < 4)
		return FRAME_MALFORMED;
	f->place = (struct frame_place){FRAME_ICMPV6, 0};
	f->payload = *c;
	return FRAME_OK;
}

static enum frame_verdict
read_protocol(struct cursor *c, uint8_t protocol, struct frame *f)
{
	if (protocol == PROTOCOL_UDP)
		return read_udp(c, f);
	f->place = (struct frame_place){FRAME_IP, protocol};
	f->payload = *c;
	return FRAME_OK;
}

static enum frame_verdict
read_ipv4(struct cursor *c, struct frame *f)
{
	uint8_t first = cursor_u8(c);
	size_t header = (first & 15u) * 4u, total;
	const uint8_t *from, *to;
	uint16_t fragment;
	uint8_t protocol;
	struct cursor body;

	(void)cursor_u8(c); /* type of service */
	total = cursor_be16(c);
	(void)cursor_be16(c); /* identification */
	fragment = cursor_be16(c);
	f->hop_limit = cursor_u8(c);
	protocol = cursor_u8(c);
	(void)cursor_be16(c); /* checksum */
	from = cursor_take(c, 4);
	to = cursor_take(c, 4);
	if (!from || !to || first >> 4 != 4 || header < 20 || total < header)
		return FRAME_MALFORMED;
	f->from = address_v4(from);
	f->to = address_v4(to);
	body = cursor_cut(c, total - 20);
	(void)cursor_take(&body, header - 20); /* options */
	if (!cursor_ok(c) || !cursor_ok(&body))
		return FRAME_MALFORMED;
	if (fragment & 0x3fff) /* more fragments, or an offset */
		return FRAME_FRAGMENT;
	return read_protocol(&body, protocol, f);
}

/* Steps over one extension header; false when `protocol` is not one. */
static bool
skip_extension(struct cursor *c, uint8_t *protocol, bool *fragment)
{
	uint8_t next = *protocol, words;
	uint16_t where;

	switch (next) {
	case PROTOCOL_HOP_BY_HOP:
	case PROTOCOL_ROUTING:
	case PROTOCOL_DESTINATION:
		*protocol = cursor_u8(c);
		words = cursor_u8(c);
		(void)cursor_take(c, words * 8u + 6u);
		return true;
	case PROTOCOL_AUTHENTICATION: /* RFC 4302: counted in words of 4 bytes, minus 2 */
		*protocol = cursor_u8(c);
		words = cursor_u8(c);
		(void)cursor_take(c, words * 4u + 6u);
		return true;
	case PROTOCOL_FRAGMENT:
		*protocol = cursor_u8(c);
		(void)cursor_u8(c);
		where = cursor_be16(c);
		(void)cursor_be32(c);
		*fragment |= (where & 0xfff9) != 0; /* RFC 6946: an atomic one is whole */
		return true;
	default:
		return false;
	}
}

static enum frame_verdict
read_ipv6(struct cursor *c, struct frame *f)
{
	uint32_t first = cursor_be32(c);
	uint16_t len = cursor_be16(c);
	uint8_t protocol = cursor_u8(c);
	const uint8_t *from, *to;
	bool fragment = false;
	struct cursor body;
	int extensions = 0;

	f->hop_limit = cursor_u8(c);
	from = cursor_take(c, 16);
	to = cursor_take(c, 16);
	if (!from || !to || first >> 28 != 6)
		return FRAME_MALFORMED;
	f->from = address_v6(from);
	f->to = address_v6(to);
	body = cursor_cut(c, len);
	while (!fragment && skip_extension(&body, &protocol, &fragment))
		if (++extensions > EXTENSIONS_MAX)
			return FRAME_MALFORMED;
	if (!cursor_ok(c) || !cursor_ok(&body))
		return FRAME_MALFORMED;
	if (fragment)
		return FRAME_FRAGMENT;
	return protocol == PROTOCOL_ICMPV6 ? read_icmpv6(&body, f)
					   : read_protocol(&body, protocol, f);
}

static enum frame_verdict
read_ethertype(struct cursor *c, uint16_t type, struct frame *f)
{
	if (type == ETHERTYPE_IPV4)
		return read_ipv4(c, f);
	if (type == ETHERTYPE_IPV6)
		return read_ipv6(c, f);
	f->place = (struct frame_place){FRAME_ETHERTYPE, type};
	f->payload = *c;
	return FRAME_OK;
}

/* IEEE 802.2, with the sub-network access protocol of IEEE 802 10.5. */
static enum frame_verdict
read_llc(struct cursor *c, struct frame *f)
{
	uint8_t to = cursor_u8(c), from = cursor_u8(c), control = cursor_u8(c);
	uint64_t organisation;
	uint16_t protocol;

	if (!cursor_ok(c))
		return FRAME_MALFORMED;
	if (control != LLC_UNNUMBERED_INFORMATION)
		return FRAME_UNKNOWN;
	if (to != LLC_SNAP || from != LLC_SNAP) {
		f->place = (struct frame_place){FRAME_LLC, to};
		f->payload = *c;
		return FRAME_OK;
	}
	organisation = (uint64_t)cursor_u8(c) << 16;
	organisation |= cursor_be16(c);
	protocol = cursor_be16(c);
	if (!cursor_ok(c))
		return FRAME_MALFORMED;
	if (organisation == 0) /* RFC 1042 */
		return read_ethertype(c, protocol, f);
	f->place = (struct frame_place){FRAME_SNAP, organisation << 16 | protocol};
	f->payload = *c;
	return FRAME_OK;
}

static bool
is_tag(uint16_t type)
{
	return type == 0x8100 || type == 0x88a8 ||
	       type == 0x9100; /* C-tag, S-tag, and before 802.1ad */
}

/* From the EtherType or length on. */
static enum frame_verdict
read_type(struct cursor *c, struct frame *f)
{
	uint16_t type = cursor_be16(c);
	struct cursor body;

	for (int tags = 0; is_tag(type); tags++) {
		if (tags == TAGS_MAX)
			return FRAME_MALFORMED;
		f->vlan = cursor_be16(c) & 0x0fff;
		type = cursor_be16(c);
	}
	if (!cursor_ok(c))
		return FRAME_MALFORMED;
	if (f->vlan == 0x0fff) /* reserved (802.1Q table 9-2), which is no VLAN */
		f->vlan = 0;
	if (type >= ETHERTYPE_LEAST)
		return read_ethertype(c, type, f);
	body = cursor_cut(c, type);
	return cursor_ok(c) ? read_llc(&body, f) : FRAME_MALFORMED;
}

static enum frame_verdict
read_ethernet(struct cursor *c, struct frame *f)
{
	f->destination = take_mac(c);
	f->source = take_mac(c);
	return read_type(c, f);
}

/* The sender's link address of a cooked capture, when it is an Ethernet one. */
static struct mac
cooked_mac(struct cursor *c, size_t len)
{
	struct mac none = {{0}};
	struct cursor field = cursor_cut(c, 8);

	return len == 6 ? take_mac(&field) : none;
}

static enum frame_verdict
read_cooked(struct cursor *c, struct frame *f)
{
	uint16_t len;

	(void)cursor_be16(c); /* which way it went */
	(void)cursor_be16(c); /* ARPHRD_ */
	len = cursor_be16(c);
	f->source = cooked_mac(c, len);
	return read_type(c, f);
}

static enum frame_verdict
read_cooked2(struct cursor *c, struct frame *f)
{
	uint16_t type = cursor_be16(c);
	uint8_t len;

	(void)cursor_be16(c); /* reserved */
	(void)cursor_be32(c); /* interface */
	(void)cursor_be16(c); /* ARPHRD_ */
	(void)cursor_u8(c);   /* which way it went */
	len = cursor_u8(c);
	f->source = cooked_mac(c, len);
	if (!cursor_ok(c))
		return FRAME_MALFORMED;
	if (is_tag(type)) {
		f->vlan = cursor_be16(c) & 0x0fff;
		return read_type(c, f);
	}
	return type >= ETHERTYPE_LEAST ? read_ethertype(c, type, f) : read_llc(c, f);
}

static enum frame_verdict
read_raw_ip(struct cursor *c, struct frame *f)
{
	if (cursor_left(c) == 0)
		return FRAME_MALFORMED;
	return c->at[0] >> 4 == 6 ? read_ipv6(c, f) : read_ipv4(c, f);
}

/* Which family stands in it differs between systems; the version says the same. */
static enum frame_verdict
read_loopback(struct cursor *c, struct frame *f)
{
	(void)cursor_be32(c);
	return read_raw_ip(c, f);
}

bool
frame_is_forwarded(const struct frame *frame)
{
	/* What systems begin with; what is sent to stay near begins with little. */
	static const uint8_t initial[] = {30, 32, 60, 64, 100, 128, 150, 200, 254, 255};
	enum { NEAR = 16 };

	if (frame->from.family == ADDRESS_NONE || mac_is_multicast(&frame->destination) ||
	    address_is_multicast(&frame->to) || frame->hop_limit <= NEAR)
		return false;
	return !memchr(initial, frame->hop_limit, sizeof(initial));
}

enum frame_verdict
frame_parse(enum frame_link link, const void *bytes, size_t len, struct frame *ret)
{
	static enum frame_verdict (*const read[])(struct cursor *, struct frame *) = {
	    [FRAME_LINK_ETHERNET] = read_ethernet,
	    [FRAME_LINK_COOKED] = read_cooked,
	    [FRAME_LINK_COOKED2] = read_cooked2,
	    [FRAME_LINK_RAW_IP] = read_raw_ip,
	    [FRAME_LINK_LOOPBACK] = read_loopback,
	};
	struct cursor c = cursor_over(bytes, len);
	struct frame f = {.place = {FRAME_NOWHERE, 0}};
	enum frame_verdict verdict;

	CHECK((size_t)link < COUNT_OF(read));
	verdict = read[link](&c, &f);
	if (verdict == FRAME_OK)
		*ret = f;
	return verdict;
}
