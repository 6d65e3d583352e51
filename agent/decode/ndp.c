/*
 * Neighbour Discovery for IPv6 (RFC 4861): who has which address, and who is a
 * router. Deliberately not read: redirects, route and DNS options.
 */
#include "agent/decode/decode.h"

#include <string.h>

enum {
	ROUTER_SOLICITATION = 133,
	ROUTER_ADVERTISEMENT = 134,
	NEIGHBOUR_SOLICITATION = 135,
	NEIGHBOUR_ADVERTISEMENT = 136,
	OPTION_SOURCE = 1, /* link-layer address of the sender */
	OPTION_TARGET = 2, /* of the target */
	OPTION_PREFIX = 3,
	FLAG_ROUTER = 0x80,
};

static void
read_prefix(struct cursor *option, struct sighting *s)
{
	struct address_range range = {.prefix_len = cursor_u8(option)};
	char text[ADDRESS_RANGE_TEXT_SIZE];
	const uint8_t *bytes;

	(void)cursor_u8(option);       /* flags */
	(void)cursor_take(option, 12); /* lifetimes, reserved */
	bytes = cursor_take(option, 16);
	if (!bytes || range.prefix_len > 128)
		return;
	range.base = address_v6(bytes);
	address_range_format(&range, text);
	(void)sighting_add(s, "prefix", text, strlen(text));
}

static void
read_link_address(struct cursor *option, struct sighting *s)
{
	const uint8_t *bytes = cursor_take(option, sizeof(s->mac.bytes));
	struct mac mac;

	if (!bytes)
		return;
	memcpy(mac.bytes, bytes, sizeof(mac.bytes));
	if (!mac_is_multicast(&mac) && !mac_is_zero(&mac))
		s->mac = mac;
}

/* 4.6: each is a multiple of 8 bytes. `link` is the option that tells the device's own address.
 */
static bool
read_options(struct cursor *c, uint8_t link, struct sighting *s)
{
	while (cursor_left(c)) {
		uint8_t type = cursor_u8(c), units = cursor_u8(c);
		struct cursor option;

		if (units == 0)
			return false;
		option = cursor_cut(c, units * 8u - 2u);
		if (!cursor_ok(c))
			return false;
		if (type == link)
			read_link_address(&option, s);
		else if (type == OPTION_PREFIX)
			read_prefix(&option, s);
	}
	return cursor_ok(c);
}

/* The address that a neighbour message is about. */
static bool
read_target(struct cursor *c, struct address *ret)
{
	const uint8_t *bytes = cursor_take(c, 16);

	if (!bytes)
		return false;
	*ret = address_v6(bytes);
	return !address_is_multicast(ret); /* 7.1 */
}

static bool
read_body(uint8_t type, struct cursor *c, struct sighting *s)
{
	struct address target;
	uint32_t flags;
	uint16_t lifetime_s;

	switch (type) {
	case ROUTER_SOLICITATION:
		(void)cursor_be32(c);
		return read_options(c, OPTION_SOURCE, s);
	case ROUTER_ADVERTISEMENT:
		(void)cursor_be16(c); /* hop limit, flags */
		lifetime_s = cursor_be16(c);
		(void)cursor_take(c, 8); /* timers */
		if (lifetime_s)
			(void)sighting_add_format(s, "router", "1");
		return read_options(c, OPTION_SOURCE, s);
	case NEIGHBOUR_SOLICITATION:
		(void)cursor_be32(c);
		if (!read_target(c, &target))
			return false;
		if (s->ip.family == ADDRESS_NONE) /* RFC 4862: it is about to take this one */
			s->ip = target;
		return read_options(c, OPTION_SOURCE, s);
	default:
		flags = cursor_be32(c);
		if (!read_target(c, &target))
			return false;
		s->ip = target;
		if (flags >> 24 & FLAG_ROUTER)
			(void)sighting_add_format(s, "router", "1");
		return read_options(c, OPTION_TARGET, s);
	}
}

static enum decode_verdict
ndp_decode(const struct frame *frame, struct sighting *ret)
{
	struct sighting s = decode_begin(&decoder_ndp, frame);
	struct cursor c = frame->payload;
	uint8_t type = cursor_u8(&c), code = cursor_u8(&c);

	(void)cursor_be16(&c); /* checksum */
	if (!cursor_ok(&c))
		return DECODE_MALFORMED;
	if (type < ROUTER_SOLICITATION || type > NEIGHBOUR_ADVERTISEMENT)
		return DECODE_NOT_MINE;
	if (frame->hop_limit != 255 || code != 0) /* 6.1, 7.1: it came from beyond the link */
		return DECODE_MALFORMED;
	if (!read_body(type, &c, &s) || !cursor_ok(&c))
		return DECODE_MALFORMED;
	*ret = s;
	return DECODE_OK;
}

const struct decoder decoder_ndp = {
    .name = "ndp",
    .filter = "icmp6 and ip6[40] >= 133 and ip6[40] <= 136",
    .places = {{FRAME_ICMPV6, 0}},
    .decode = ndp_decode,
};
