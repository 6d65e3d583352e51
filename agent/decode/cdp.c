/*
 * Cisco Discovery Protocol, versions 1 and 2, as Cisco's "CDP packet format" and
 * what switches send tell it: a header, then TLVs whose length counts their own head.
 * Deliberately not read: the checksum (odd lengths are summed in two ways), power, VTP, voice
 * VLANs.
 */
#include "agent/decode/decode.h"

#include <string.h>

#include "agent/decode/value.h"
#include "common/check.h"

/* The first byte says how the text is coded. */
static void
read_location(struct cursor *value, const char *key, struct sighting *s)
{
	(void)cursor_u8(value);
	value_text(value, key, s);
}

static void
read_capabilities(struct cursor *value, const char *key, struct sighting *s)
{
	static const char *const words[] = {"router", "bridge", "source_bridge", "switch",
	    "station", "igmp", "repeater", "telephone"};
	uint32_t bits = cursor_be32(value);
	char text[96] = "";
	size_t len = 0;

	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (bits & 1u << i)
			len += (size_t)snprintf(
			    text + len, sizeof(text) - len, "%s%s", len ? "," : "", words[i]);
	(void)sighting_add(s, key, text, len);
}

/* One of the list: protocol by NLPID or by 802.2 header, then the address. */
static struct address
take_address(struct cursor *list)
{
	static const uint8_t ipv4[] = {0xcc};
	static const uint8_t ipv6[] = {0xaa, 0xaa, 3, 0, 0, 0, 0x86, 0xdd};
	struct address none = {.family = ADDRESS_NONE};
	uint8_t kind = cursor_u8(list);
	struct cursor protocol = cursor_cut(list, cursor_u8(list));
	struct cursor bytes = cursor_cut(list, cursor_be16(list));

	if (!cursor_ok(list))
		return none;
	if (kind == 1 && protocol.left == sizeof(ipv4) && bytes.left == 4 &&
	    memcmp(protocol.at, ipv4, sizeof(ipv4)) == 0)
		return address_v4(bytes.at);
	if (kind == 2 && protocol.left == sizeof(ipv6) && bytes.left == 16 &&
	    memcmp(protocol.at, ipv6, sizeof(ipv6)) == 0)
		return address_v6(bytes.at);
	return none;
}

static void
read_addresses(struct cursor *value, const char *key, struct sighting *s)
{
	uint32_t count = cursor_be32(value);

	for (; count > 0 && cursor_left(value); count--) {
		struct address ip = take_address(value);

		if (ip.family == ADDRESS_NONE || address_is_unspecified(&ip))
			continue;
		(void)sighting_add_address(s, key, &ip);
		if (s->ip.family == ADDRESS_NONE)
			s->ip = ip;
	}
}

/* clang-format off */
static const struct tlv {
	uint16_t type, min; /* bytes of value */
	const char *key;
	value_read *read;
} tlvs[] = {
	{ 0x0001, 1, "device_id",     value_text },
	{ 0x0002, 4, "address",       read_addresses },
	{ 0x0003, 1, "port_id",       value_text },
	{ 0x0004, 4, "capabilities",  read_capabilities },
	{ 0x0005, 1, "software",      value_text },
	{ 0x0006, 1, "platform",      value_text },
	{ 0x000a, 2, "native_vlan",   value_be16 },
	{ 0x0014, 1, "sys_name",      value_text },
	{ 0x0016, 4, "address",       read_addresses },
	{ 0x0017, 2, "location",      read_location },
};
/* clang-format on */

static bool
read_tlv(struct cursor *c, struct sighting *s)
{
	uint16_t type = cursor_be16(c), len = cursor_be16(c);
	struct cursor value;

	if (len < 4)
		return false;
	value = cursor_cut(c, len - 4u);
	if (!cursor_ok(c))
		return false;
	for (size_t i = 0; i < COUNT_OF(tlvs); i++) {
		if (tlvs[i].type != type)
			continue;
		if (cursor_left(&value) < tlvs[i].min)
			return cursor_left(&value) == 0; /* nothing said is nothing wrong */
		tlvs[i].read(&value, tlvs[i].key, s);
	}
	return cursor_ok(&value);
}

static enum decode_verdict
cdp_decode(const struct frame *frame, struct sighting *ret)
{
	struct sighting s = decode_begin(&decoder_cdp, frame);
	struct cursor c = frame->payload;
	uint8_t version = cursor_u8(&c);

	(void)cursor_u8(&c);   /* how long it holds, s */
	(void)cursor_be16(&c); /* checksum */
	if (!cursor_ok(&c) || version < 1 || version > 2)
		return DECODE_MALFORMED;
	if (!cursor_left(&c))
		return DECODE_MALFORMED;
	while (cursor_left(&c))
		if (!read_tlv(&c, &s))
			return DECODE_MALFORMED;
	*ret = s;
	return DECODE_OK;
}

const struct decoder decoder_cdp = {
    .name = "cdp",
    .filter = "ether[12:2] <= 1500 and ether[14:4] = 0xaaaa0300 and ether[18:4] = 0xc2000",
    .places = {{FRAME_SNAP, 0x00000c2000}},
    .decode = cdp_decode,
};
