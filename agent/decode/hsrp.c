/*
 * Cisco's Hot Standby Router Protocol: version 1 (RFC 2281), and version 2, which is made of
 * TLVs and names the speaker's own MAC. The active router's frames come from the group's
 * virtual MAC. Deliberately not read: timers, authentication.
 */
#include "agent/decode/decode.h"

#include <string.h>

#include "agent/decode/value.h"

enum {
	OPERATION_ADVERTISE = 3, /* version 1 */
	TLV_GROUP_STATE = 1,
	GROUP_STATE_BYTES = 40,
};

static bool
is_virtual(const struct mac *mac)
{
	static const uint8_t version1[] = {0x00, 0x00, 0x0c, 0x07, 0xac};
	static const uint8_t version2[] = {0x00, 0x00, 0x0c, 0x9f};
	static const uint8_t ipv6[] = {0x00, 0x05, 0x73, 0xa0};

	return memcmp(mac->bytes, version1, sizeof(version1)) == 0 ||
	       memcmp(mac->bytes, version2, sizeof(version2)) == 0 ||
	       memcmp(mac->bytes, ipv6, sizeof(ipv6)) == 0;
}

/* RFC 2281 5: one message is one group. */
static bool
read_version1(struct cursor *c, struct sighting *s)
{
	uint8_t operation, priority, group;
	struct cursor address;

	(void)cursor_u8(c); /* version */
	operation = cursor_u8(c);
	(void)cursor_take(c, 1 + 1 + 1); /* state, hello time, hold time */
	if (operation >= OPERATION_ADVERTISE)
		return cursor_ok(c);
	priority = cursor_u8(c);
	group = cursor_u8(c);
	(void)cursor_take(c, 1 + 8); /* reserved, authentication */
	address = cursor_cut(c, 4);
	if (!cursor_ok(c))
		return false;
	(void)sighting_add_format(s, "group", "%u", group);
	(void)sighting_add_format(s, "priority", "%u", priority);
	value_ipv4(&address, "virtual_address", s);
	return true;
}

static bool
read_group_state(struct cursor *c, struct sighting *s)
{
	struct cursor address;
	uint32_t priority;
	uint16_t group;
	uint8_t family;
	struct mac mac;

	(void)cursor_take(c, 1 + 1 + 1); /* version, operation, state */
	family = cursor_u8(c);
	group = cursor_be16(c);
	(void)value_take_mac(c, &mac);
	priority = cursor_be32(c);
	(void)cursor_be32(c); /* hello time */
	(void)cursor_be32(c); /* hold time */
	address = cursor_cut(c, family == 6 ? 16 : 4);
	if (!cursor_ok(&address))
		return false;
	if (value_is_station(&mac) && !is_virtual(&mac))
		s->mac = mac;
	(void)sighting_add_format(s, "group", "%u", group);
	(void)sighting_add_format(s, "priority", "%u", priority);
	(family == 6 ? value_ipv6 : value_ipv4)(&address, "virtual_address", s);
	return true;
}

static bool
read_version2(struct cursor *c, struct sighting *s)
{
	while (cursor_left(c)) {
		uint8_t type = cursor_u8(c);
		struct cursor value = cursor_cut(c, cursor_u8(c));

		if (!cursor_ok(c) ||
		    (type == TLV_GROUP_STATE && (cursor_left(&value) < GROUP_STATE_BYTES ||
						    !read_group_state(&value, s))))
			return false;
	}
	return true;
}

static enum decode_verdict
hsrp_decode(const struct frame *frame, struct sighting *ret)
{
	struct sighting s = decode_begin(&decoder_hsrp, frame);
	struct cursor c = frame->payload;

	if (!cursor_left(&c))
		return DECODE_MALFORMED;
	if (is_virtual(&s.mac))
		memset(&s.mac, 0, sizeof(s.mac));
	if (!(*c.at == 0 ? read_version1 : read_version2)(&c, &s))
		return DECODE_MALFORMED;
	*ret = s;
	return DECODE_OK;
}

const struct decoder decoder_hsrp = {
    .name = "hsrp",
    .filter = "udp port 1985 or udp port 2029",
    .places = {{FRAME_UDP, 1985}, {FRAME_UDP, 2029}},
    .decode = hsrp_decode,
};
