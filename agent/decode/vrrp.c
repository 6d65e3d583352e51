/*
 * Routers that share an address: VRRP versions 2 and 3 (RFC 3768, RFC 9568), and CARP, which
 * goes by the same protocol number. Their frames come from the group's own virtual MAC, so it
 * is the IP source that tells who speaks. Deliberately not read: authentication, intervals.
 */
#include "agent/decode/decode.h"

#include <string.h>

#include "agent/decode/value.h"

enum {
	PROTOCOL = 112,
	ADVERTISEMENT = 1,
	CARP_VERSION = 2,
	CARP_BYTES = 36,
	CARP_COUNTER_WORDS = 7,
	HOP_LIMIT = 255,
};

/* 7.3: 00-00-5e-00-01-<group>, 00-00-5e-00-02-<group> for IPv6. */
static bool
is_virtual(const struct mac *mac)
{
	static const uint8_t prefix[] = {0x00, 0x00, 0x5e, 0x00};

	return memcmp(mac->bytes, prefix, sizeof(prefix)) == 0;
}

/* CARP counts words of its counter where VRRP counts addresses, and has a length of its own. */
static bool
is_carp(uint8_t version, uint8_t count, size_t len)
{
	return version == CARP_VERSION && count == CARP_COUNTER_WORDS && len == CARP_BYTES;
}

static enum decode_verdict
vrrp_decode(const struct frame *frame, struct sighting *ret)
{
	struct sighting s = decode_begin(&decoder_vrrp, frame);
	struct cursor c = frame->payload, addresses;
	bool ipv6 = frame->from.family == ADDRESS_IPV6;
	size_t len = cursor_left(&c);
	uint8_t first = cursor_u8(&c), group = cursor_u8(&c), priority = cursor_u8(&c);
	uint8_t count = cursor_u8(&c);

	(void)cursor_be32(&c); /* interval or authentication, checksum */
	if (!cursor_ok(&c) || frame->hop_limit != HOP_LIMIT)
		return DECODE_MALFORMED; /* 5.1.1.3: it came from beyond the link */
	if ((first & 15) != ADVERTISEMENT || first >> 4 < 2 || first >> 4 > 3)
		return DECODE_NOT_MINE;
	if (is_virtual(&s.mac))
		memset(&s.mac, 0, sizeof(s.mac));
	(void)sighting_add_format(&s, "group", "%u", group);
	if (is_carp(first >> 4, count, len)) {
		(void)sighting_add_format(&s, "protocol", "carp");
		*ret = s;
		return DECODE_OK;
	}
	(void)sighting_add_format(&s, "protocol", "vrrp");
	(void)sighting_add_format(&s, "priority", "%u", priority);
	addresses = cursor_cut(&c, count * (ipv6 ? 16u : 4u));
	if (!cursor_ok(&c) || count == 0)
		return DECODE_MALFORMED;
	(ipv6 ? value_ipv6 : value_ipv4)(&addresses, "virtual_address", &s);
	*ret = s;
	return DECODE_OK;
}

const struct decoder decoder_vrrp = {
    .name = "vrrp",
    .filter = "ip proto 112 or ip6 proto 112",
    .places = {{FRAME_IP, PROTOCOL}},
    .decode = vrrp_decode,
};
