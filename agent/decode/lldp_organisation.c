/*
 * LLDP's TLVs of organisations: see lldp_organisation.h. Deliberately not read: data center
 * bridging, edge virtual bridging, energy efficiency, measured power.
 */
#include "agent/decode/lldp_organisation.h"

#include <string.h>

#include "agent/decode/value.h"
#include "common/check.h"
#include "common/text.h"

/* The words of the bits that are set, bit 0 first. */
static void
add_bits(
    struct sighting *s, const char *key, uint32_t bits, const char *const words[], size_t n)
{
	char text[128] = "";
	size_t len = 0;

	for (size_t i = 0; i < n; i++)
		if (bits & 1u << i)
			len += (size_t)snprintf(
			    text + len, sizeof(text) - len, "%s%s", len ? "," : "", words[i]);
	(void)sighting_add(s, key, text, len);
}

/* ---- IEEE 802.1 */

/* D.2.2: a port and protocol VLAN that is in use. */
static void
read_protocol_vlan(struct cursor *value, const char *key, struct sighting *s)
{
	uint8_t flags = cursor_u8(value);
	uint16_t vlan = cursor_be16(value);

	if (cursor_ok(value) && flags & 4 && vlan)
		(void)sighting_add_format(s, key, "%u", vlan);
}

/* D.2.3: a VLAN with its name. */
static void
read_vlan_name(struct cursor *value, const char *key, struct sighting *s)
{
	uint16_t vlan = cursor_be16(value);
	struct cursor name = cursor_cut(value, cursor_u8(value));
	char text[64];
	size_t len = cursor_left(&name);

	if (!cursor_ok(&name))
		return;
	(void)text_clean(text, sizeof(text), cursor_take(&name, len), len);
	(void)sighting_add_format(s, key, "%u:%s", vlan, text);
}

/* D.2.4: the first bytes of a protocol that the port may speak. */
static void
read_protocol(struct cursor *value, const char *key, struct sighting *s)
{
	struct cursor bytes = cursor_cut(value, cursor_u8(value));

	if (!cursor_ok(&bytes))
		cursor_fail(value);
	value_hex(&bytes, key, s);
}

/* D.2.7, and 79.3.3 of 802.3 before it: bit 1 says that it is aggregated now. */
static void
read_aggregation(struct cursor *value, const char *key, struct sighting *s)
{
	uint8_t status = cursor_u8(value);
	uint32_t port = cursor_be32(value);

	if (cursor_ok(value) && status & 2)
		(void)sighting_add_format(s, key, "%u", port);
}

/* ---- IEEE 802.3 */

/* 79.3.1: autonegotiation, what it advertises (IANA-MAU-MIB ifMauAutoNegCapAdvertisedBits), and
 * the operational medium attachment unit (dot3MauType). */
static void
read_mau(struct cursor *value, const char *key, struct sighting *s)
{
	uint8_t status = cursor_u8(value);
	uint16_t advertised = cursor_be16(value), type = cursor_be16(value);

	if (!cursor_ok(value))
		return;
	if (status & 1)
		(void)sighting_add(
		    s, "autonegotiation", status & 2 ? "on" : "off", status & 2 ? 2 : 3);
	if (status & 1 && advertised)
		(void)sighting_add_format(s, "advertised", "%04x", advertised);
	(void)sighting_add_format(s, key, "%u", type);
}

/* 79.3.2: who powers whom, of what class; from 802.3at on also how much, in tenths of a watt.
 */
static void
read_power(struct cursor *value, const char *key, struct sighting *s)
{
	uint8_t support = cursor_u8(value), class;
	uint16_t requested, allocated;

	(void)cursor_u8(value); /* pairs */
	class = cursor_u8(value);
	if (!cursor_ok(value))
		return;
	(void)sighting_add(s, key, support & 1 ? "source" : "device", 6);
	if (support & 2)
		(void)sighting_add(
		    s, "power_state", support & 4 ? "on" : "off", support & 4 ? 2 : 3);
	if (class >= 1 &&
	    class <= 5) /* RFC 3621 pethPsePortPowerClassifications counts from 1 */
		(void)sighting_add_format(s, "power_class", "%u", class - 1u);
	if (cursor_left(value) < 5)
		return;
	(void)cursor_u8(value); /* type, source, priority */
	requested = cursor_be16(value);
	allocated = cursor_be16(value);
	if (requested)
		(void)sighting_add_format(s, "power_requested_mw", "%u", requested * 100u);
	if (allocated)
		(void)sighting_add_format(s, "power_allocated_mw", "%u", allocated * 100u);
}

/* ---- LLDP-MED */

/* 10.2.2: which MED TLVs it can send, and what kind of device it is. */
static void
read_med_class(struct cursor *value, const char *key, struct sighting *s)
{
	static const char *const words[] = {
	    "capabilities", "policy", "location", "power_source", "power_device", "inventory"};
	uint16_t able = cursor_be16(value);
	uint8_t class = cursor_u8(value);

	if (!cursor_ok(value))
		return;
	add_bits(s, "med_capabilities", able, words, COUNT_OF(words));
	(void)sighting_add_format(s, key, "%u", class);
}

/* 10.2.3: an application's VLAN, its priorities, and whether that is known at all. */
static void
read_med_policy(struct cursor *value, const char *key, struct sighting *s)
{
	static const char *const applications[] = {NULL, "voice", "voice_signalling",
	    "guest_voice", "guest_voice_signalling", "softphone_voice", "video_conferencing",
	    "streaming_video", "video_signalling"};
	uint8_t application = cursor_u8(value);
	uint32_t bits = (uint32_t)cursor_u8(value) << 16;

	bits |= cursor_be16(value);
	if (!cursor_ok(value) || application == 0 || application >= COUNT_OF(applications))
		return;
	if (bits & 1u << 23)
		(void)sighting_add_format(s, key, "%s:unknown", applications[application]);
	else
		(void)sighting_add_format(s, key, "%s:vlan=%u,tagged=%u,priority=%u,dscp=%u",
		    applications[application], bits >> 9 & 0xfffu, bits >> 22 & 1u,
		    bits >> 6 & 7u, bits & 63u);
}

/* RFC 4119 civic address: country, then typed parts of which type 0 is the language. */
static void
read_civic(struct cursor *value, const char *key, struct sighting *s)
{
	struct cursor c = cursor_cut(value, cursor_u8(value));
	const uint8_t *country;
	char text[256];
	size_t len;

	(void)cursor_u8(&c); /* whose location it is */
	country = cursor_take(&c, 2);
	if (!country) {
		cursor_fail(value);
		return;
	}
	len = text_clean(text, sizeof(text), country, 2);
	while (cursor_left(&c)) {
		uint8_t type = cursor_u8(&c);
		struct cursor part = cursor_cut(&c, cursor_u8(&c));
		size_t n = cursor_left(&part);

		if (!cursor_ok(&part) || type == 0 || len + 3 > sizeof(text))
			continue;
		memcpy(text + len, ", ", 3);
		len += 2;
		len += text_clean(text + len, sizeof(text) - len, cursor_take(&part, n), n);
	}
	(void)sighting_add(s, key, text, len);
}

/* A two's complement fixed-point number of 34 bits, 25 of them behind the point, in degrees. */
static double
degrees(uint64_t bits)
{
	int64_t number = (int64_t)(bits << 30) >> 30;

	return (double)number / (1 << 25);
}

/* RFC 6225 2.1: each coordinate with the number of its bits that count. */
static void
read_coordinates(struct cursor *value, const char *key, struct sighting *s)
{
	uint64_t latitude = (uint64_t)cursor_u8(value) << 32, longitude;

	latitude |= cursor_be32(value);
	longitude = (uint64_t)cursor_u8(value) << 32;
	longitude |= cursor_be32(value);
	if (cursor_ok(value) && latitude >> 34 && longitude >> 34)
		(void)sighting_add_format(
		    s, key, "%.5f,%.5f", degrees(latitude), degrees(longitude));
}

/* 10.2.4 */
static void
read_med_location(struct cursor *value, const char *key, struct sighting *s)
{
	enum { COORDINATES = 1, CIVIC = 2, EMERGENCY_NUMBER = 3 };

	switch (cursor_u8(value)) {
	case COORDINATES:
		read_coordinates(value, key, s);
		break;
	case CIVIC:
		read_civic(value, key, s);
		break;
	case EMERGENCY_NUMBER:
		value_text(value, key, s);
		break;
	default:
		break;
	}
}

/* 10.2.5: what a source gives, or a device wants, in tenths of a watt. */
static void
read_med_power(struct cursor *value, const char *key, struct sighting *s)
{
	uint8_t bits = cursor_u8(value);
	uint16_t power = cursor_be16(value);

	if (cursor_ok(value) && bits >> 6 < 2)
		(void)sighting_add_format(
		    s, key, "%s:%u", bits >> 6 ? "device" : "source", power * 100u);
}

/* clang-format off */
enum { OUI_8021 = 0x0080c2, OUI_8023 = 0x00120f, OUI_MED = 0x0012bb, OUI_IANA = 0x00005e };

static const struct organisation_tlv {
	uint32_t oui;
	uint8_t subtype;
	const char *key;
	value_read *read;
} tlvs[] = {
	{ OUI_8021,  1, "port_vlan",       value_be16 },
	{ OUI_8021,  2, "protocol_vlan",   read_protocol_vlan },
	{ OUI_8021,  3, "vlan_name",       read_vlan_name },
	{ OUI_8021,  4, "protocol",        read_protocol },
	{ OUI_8021,  6, "management_vlan", value_be16 },
	{ OUI_8021,  7, "aggregate",       read_aggregation },
	{ OUI_8023,  1, "mau_type",        read_mau },
	{ OUI_8023,  2, "power",           read_power },
	{ OUI_8023,  3, "aggregate",       read_aggregation },
	{ OUI_8023,  4, "max_frame",       value_be16 },
	{ OUI_MED,   1, "med_class",       read_med_class },
	{ OUI_MED,   2, "med_policy",      read_med_policy },
	{ OUI_MED,   3, "med_location",    read_med_location },
	{ OUI_MED,   4, "med_power_mw",    read_med_power },
	{ OUI_MED,   5, "med_hardware",    value_text },
	{ OUI_MED,   6, "med_firmware",    value_text },
	{ OUI_MED,   7, "med_software",    value_text },
	{ OUI_MED,   8, "med_serial",      value_text },
	{ OUI_MED,   9, "med_vendor",      value_text },
	{ OUI_MED,  10, "med_model",       value_text },
	{ OUI_MED,  11, "med_asset",       value_text },
	{ OUI_IANA,  1, "mud_url",         value_text },
};
/* clang-format on */

void
lldp_organisation_read(struct cursor *value, struct sighting *s)
{
	uint32_t oui = (uint32_t)cursor_u8(value) << 16 | cursor_be16(value);
	uint8_t subtype = cursor_u8(value);
	struct sighting kept = *s;

	for (size_t i = 0; i < COUNT_OF(tlvs); i++) {
		if (tlvs[i].oui != oui || tlvs[i].subtype != subtype)
			continue;
		tlvs[i].read(value, tlvs[i].key, s);
		if (!cursor_ok(value))
			*s = kept;
		return;
	}
}
