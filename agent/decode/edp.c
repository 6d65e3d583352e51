/*
 * Extreme Discovery Protocol, as Extreme's switches and lldpd tell it: a header with the
 * sender's MAC, then TLVs that each begin with a mark and count their own head. Deliberately
 * not read: the checksum, ring and standby messages (EAPS, ESRP), edge connections.
 */
#include "agent/decode/decode.h"

#include "agent/decode/value.h"
#include "common/text.h"

enum {
	VERSION = 1,
	MARK = 0x99,
	TLV_NULL = 0,
	TLV_DISPLAY = 1,
	TLV_INFO = 2,
	TLV_VLAN = 5,
};

/* Slot and port count from 0; both are printed from 1, as the switch does. */
static void
read_info(struct cursor *value, struct sighting *s)
{
	uint16_t slot = cursor_be16(value), port = cursor_be16(value);
	const uint8_t *version;

	(void)cursor_take(value, 2 + 6); /* virtual chassis, reserved */
	version = cursor_take(value, 4);
	if (!version)
		return;
	(void)sighting_add_format(s, "port", "%u/%u", slot + 1u, port + 1u);
	(void)sighting_add_format(
	    s, "version", "%u.%u.%u.%u", version[0], version[1], version[2], version[3]);
}

static void
read_vlan(struct cursor *value, struct sighting *s)
{
	uint16_t vlan;
	struct cursor ip;
	char name[64];
	size_t len;

	(void)cursor_be16(value); /* flags, reserved */
	vlan = cursor_be16(value);
	(void)cursor_be32(value); /* reserved */
	ip = cursor_cut(value, 4);
	len = cursor_left(value);
	if (!cursor_ok(value))
		return;
	len = text_clean(name, sizeof(name), cursor_take(value, len), len);
	(void)sighting_add_format(s, "vlan", len ? "%u:%s" : "%u", vlan, name);
	value_ipv4(&ip, "address", s);
}

/* False when it breaks off. The end is marked by a TLV without a value. */
static bool
read_tlv(struct cursor *c, bool *ret_end, struct sighting *s)
{
	uint8_t mark = cursor_u8(c), type = cursor_u8(c);
	uint16_t len = cursor_be16(c);
	struct cursor value;

	if (!cursor_ok(c) || mark != MARK || len < 4)
		return false;
	value = cursor_cut(c, len - 4u);
	*ret_end = type == TLV_NULL;
	if (type == TLV_DISPLAY)
		value_text(&value, "name", s);
	else if (type == TLV_INFO)
		read_info(&value, s);
	else if (type == TLV_VLAN)
		read_vlan(&value, s);
	return cursor_ok(c) && cursor_ok(&value);
}

static enum decode_verdict
edp_decode(const struct frame *frame, struct sighting *ret)
{
	struct sighting s = decode_begin(&decoder_edp, frame);
	struct cursor c = frame->payload, body;
	uint8_t version = cursor_u8(&c);
	uint16_t len, kind;
	bool end = false;
	struct mac mac;

	(void)cursor_u8(&c); /* reserved */
	len = cursor_be16(&c);
	(void)cursor_be32(&c); /* checksum, sequence number */
	kind = cursor_be16(&c);
	if (!value_take_mac(&c, &mac) || version != VERSION || len < 16)
		return DECODE_MALFORMED;
	if (kind != 0) /* of the identifier: 0 a MAC */
		return DECODE_NOT_MINE;
	if (value_is_station(&mac)) {
		char text[MAC_TEXT_SIZE];

		mac_format(&mac, text);
		(void)sighting_add_format(&s, "chassis_id", "mac:%s", text);
	}
	body = cursor_cut(&c, len - 16u);
	while (cursor_left(&body) && !end)
		if (!read_tlv(&body, &end, &s))
			return DECODE_MALFORMED;
	if (!cursor_ok(&body))
		return DECODE_MALFORMED;
	*ret = s;
	return DECODE_OK;
}

const struct decoder decoder_edp = {
    .name = "edp",
    .filter = "ether[12:2] <= 1500 and ether[14:4] = 0xaaaa0300 and ether[18:4] = 0xe02b00bb",
    .places = {{FRAME_SNAP, 0x00e02b00bb}},
    .decode = edp_decode,
};
