/*
 * Link Layer Discovery Protocol (IEEE 802.1AB-2016); the TLVs of organisations are
 * lldp_organisation.h. A fault in one of the three mandatory TLVs refuses the frame; a
 * fault in another drops that TLV alone, as 9.2.7.7 says.
 */
#include "agent/decode/decode.h"

#include <string.h>

#include "agent/decode/lldp_organisation.h"
#include "agent/decode/value.h"
#include "common/check.h"
#include "common/text.h"

enum {
	TLV_END,
	TLV_CHASSIS_ID,
	TLV_PORT_ID,
	TLV_TTL,
	TLV_PORT_DESCRIPTION,
	TLV_SYSTEM_NAME,
	TLV_SYSTEM_DESCRIPTION,
	TLV_CAPABILITIES,
	TLV_MANAGEMENT_ADDRESS,
	TLV_ORGANISATION = 127,
};

enum { FAMILY_IPV4 = 1, FAMILY_IPV6 = 2 }; /* IANA address family numbers */

/* An address as IANA numbers its family; family 0 when it is none of ours. */
static struct address
take_address(struct cursor *value, uint8_t family)
{
	struct address none = {.family = ADDRESS_NONE};
	size_t len = family == FAMILY_IPV4 ? 4 : family == FAMILY_IPV6 ? 16 : 0;
	const uint8_t *bytes = len ? cursor_take(value, len) : NULL;

	if (!bytes)
		return none;
	return len == 4 ? address_v4(bytes) : address_v6(bytes);
}

/* Tables 8-2 and 8-3 number the same things differently. */
static const char *const chassis_kinds[] = {
    NULL, "component", "alias", "port", "mac", "network", "interface", "local"};
static const char *const port_kinds[] = {
    NULL, "alias", "component", "mac", "network", "interface", "circuit", "local"};

static void
read_id(struct cursor *value, const char *key, const char *const kinds[8], struct sighting *s)
{
	uint8_t subtype = cursor_u8(value);
	const char *kind = subtype < 8 && kinds[subtype] ? kinds[subtype] : "reserved";
	char text[256] = "", mac_text[MAC_TEXT_SIZE], ip_text[ADDRESS_TEXT_SIZE];
	size_t len = cursor_left(value);
	struct address ip;
	struct mac mac;

	if (strcmp(kind, "mac") == 0 && len == sizeof(mac.bytes)) {
		memcpy(mac.bytes, cursor_take(value, len), len);
		mac_format(&mac, mac_text);
		(void)sighting_add_format(s, key, "mac:%s", mac_text);
		return;
	}
	if (strcmp(kind, "network") == 0 && len > 1) {
		ip = take_address(value, cursor_u8(value));
		address_format(&ip, ip_text);
		if (ip.family != ADDRESS_NONE && cursor_left(value) == 0)
			(void)sighting_add_format(s, key, "network:%s", ip_text);
		else
			cursor_fail(value);
		return;
	}
	(void)text_clean(text, sizeof(text), cursor_take(value, len), len);
	if (text[0])
		(void)sighting_add_format(s, key, "%s:%s", kind, text);
}

static void
read_chassis_id(struct cursor *value, const char *key, struct sighting *s)
{
	read_id(value, key, chassis_kinds, s);
}

static void
read_port_id(struct cursor *value, const char *key, struct sighting *s)
{
	read_id(value, key, port_kinds, s);
}

/* 8.5.4: zero says that the port is going down; the device was there all the same. */
static void
read_ttl(struct cursor *value, const char *key, struct sighting *s)
{
	if (cursor_be16(value) == 0 && cursor_ok(value))
		(void)sighting_add_format(s, key, "1");
}

/* Table 8-4: what it could be, then what it is. */
static void
read_capabilities(struct cursor *value, const char *key, struct sighting *s)
{
	static const char *const words[] = {"other", "repeater", "bridge", "wlan_ap", "router",
	    "telephone", "docsis", "station", "cvlan", "svlan", "tpmr"};
	uint16_t able = cursor_be16(value), enabled = cursor_be16(value);
	char text[96] = "";
	size_t len = 0;

	if (!cursor_ok(value))
		return;
	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (able & enabled & 1u << i)
			len += (size_t)snprintf(
			    text + len, sizeof(text) - len, "%s%s", len ? "," : "", words[i]);
	(void)sighting_add(s, key, text, len);
}

/* 8.5.9 */
static void
read_management(struct cursor *value, const char *key, struct sighting *s)
{
	struct cursor place = cursor_cut(value, cursor_u8(value));
	struct address ip = take_address(&place, cursor_u8(&place));

	(void)cursor_u8(value);                    /* how the interface is numbered */
	(void)cursor_be32(value);                  /* its number */
	(void)cursor_cut(value, cursor_u8(value)); /* object identifier */
	if (!cursor_ok(value))
		return;
	if (ip.family == ADDRESS_NONE || cursor_left(&place) || address_is_unspecified(&ip))
		return; /* of another family, or none given */
	(void)sighting_add_address(s, key, &ip);
	if (s->ip.family == ADDRESS_NONE ||
	    (s->ip.family == ADDRESS_IPV6 && ip.family == ADDRESS_IPV4))
		s->ip = ip;
}

/* clang-format off */
static const struct tlv {
	uint16_t min, max; /* bytes of value */
	const char *key;
	value_read *read;
} tlvs[] = {
	[TLV_CHASSIS_ID]         = { 2, 256, "chassis_id",         read_chassis_id },
	[TLV_PORT_ID]            = { 2, 256, "port_id",            read_port_id },
	[TLV_TTL]                = { 2, 511, "shutdown",           read_ttl },
	[TLV_PORT_DESCRIPTION]   = { 0, 511, "port_descr",         value_text },
	[TLV_SYSTEM_NAME]        = { 0, 511, "sys_name",           value_text },
	[TLV_SYSTEM_DESCRIPTION] = { 0, 511, "sys_descr",          value_text },
	[TLV_CAPABILITIES]       = { 4, 511, "capabilities",       read_capabilities },
	[TLV_MANAGEMENT_ADDRESS] = { 9, 511, "management_address", read_management },
};
/* clang-format on */

/* One TLV of a known kind; false when it is wrong. What a wrong one said is forgotten. */
static bool
read_tlv(unsigned type, struct cursor *value, struct sighting *s)
{
	const struct tlv *tlv = &tlvs[type];
	size_t len = cursor_left(value);
	struct sighting kept;

	if (len < tlv->min || len > tlv->max)
		return false;
	kept = *s;
	tlv->read(value, tlv->key, s);
	if (!cursor_ok(value))
		*s = kept;
	return cursor_ok(value);
}

static enum decode_verdict
lldp_decode(const struct frame *frame, struct sighting *ret)
{
	struct sighting s = decode_begin(&decoder_lldp, frame);
	struct cursor c = frame->payload;
	unsigned type, order = 0;

	do {
		uint16_t head = cursor_be16(&c);
		struct cursor value = cursor_cut(&c, head & 0x1ff);

		type = head >> 9;
		order++;
		if (!cursor_ok(&c))
			return DECODE_MALFORMED;
		if (order <= TLV_TTL && type != order)
			return DECODE_MALFORMED; /* 8.2: the first three in order */
		if (order > TLV_TTL && type >= TLV_CHASSIS_ID && type <= TLV_TTL)
			continue; /* once again: the first one counts */
		if (type == TLV_ORGANISATION)
			lldp_organisation_read(&value, &s);
		else if (type != TLV_END && type < COUNT_OF(tlvs) &&
			 !read_tlv(type, &value, &s) && order <= TLV_TTL)
			return DECODE_MALFORMED;
	} while (type != TLV_END && (order < TLV_TTL || cursor_left(&c)));
	*ret = s;
	return DECODE_OK;
}

const struct decoder decoder_lldp = {
    .name = "lldp",
    .filter = "ether proto 0x88cc",
    .places = {{FRAME_ETHERTYPE, 0x88cc}},
    .decode = lldp_decode,
};
