/*
 * LLDP announcements (IEEE 802.1AB-2016): the mandatory TLVs, what the device says
 * of itself, its management address, and the LLDP-MED inventory of telephones
 * (ANSI/TIA-1057). Frames to the nearest bridge are sent to all, as where a hub or a
 * dumb switch lies between; what a switch hears is in its LLDP-MIB.
 */
#include <string.h>

#include "tests/school/school.h"

enum {
	TLV_CHASSIS_ID = 1,
	TLV_PORT_ID = 2,
	TLV_TTL = 3,
	TLV_PORT_DESCRIPTION = 4,
	TLV_NAME = 5,
	TLV_DESCRIPTION = 6,
	TLV_CAPABILITIES = 7,
	TLV_ADDRESS = 8,
	TLV_ORGANISATION = 127,
};

enum {
	ETHERTYPE_LLDP = 0x88cc,
	TTL_S = 120,
	MED_FIRMWARE = 6,
	MED_SERIAL = 8,
	MED_VENDOR = 9,
	MED_MODEL = 10
};

static const struct mac nearest_bridge = {{0x01, 0x80, 0xc2, 0x00, 0x00, 0x0e}};

static void
add_tlv(struct packet *p, unsigned type, const void *lead, size_t lead_len, const char *text)
{
	size_t len = text ? strnlen(text, 255) : 0;

	packet_append_be16(p, type << 9 | (unsigned)(lead_len + len));
	packet_append(p, lead, lead_len);
	packet_append(p, text, len);
}

static unsigned
capability_bits(const char *words)
{
	static const struct {
		const char *word;
		unsigned bit;
	} known[] = {
	    {"bridge", 4}, {"wlan", 8}, {"router", 16}, {"phone", 32}, {"station", 128}};
	unsigned bits = 0;
	size_t i;

	for (i = 0; words && i < sizeof(known) / sizeof(known[0]); i++) {
		if (strstr(words, known[i].word))
			bits |= known[i].bit;
	}
	return bits;
}

static void
add_med(struct packet *p, unsigned subtype, const char *text)
{
	const uint8_t lead[4] = {0x00, 0x12, 0xbb, (uint8_t)subtype};

	if (text)
		add_tlv(p, TLV_ORGANISATION, lead, sizeof(lead), text);
}

static void
add_inventory(struct packet *p, const struct host *h)
{
	/* Capabilities first: inventory, endpoint class III. */
	static const uint8_t capabilities[7] = {0x00, 0x12, 0xbb, 1, 0x00, 0x21, 3};

	if (!h->med_vendor && !h->med_model && !h->med_serial)
		return;
	add_tlv(p, TLV_ORGANISATION, capabilities, sizeof(capabilities), NULL);
	add_med(p, MED_FIRMWARE, h->med_firmware);
	add_med(p, MED_SERIAL, h->med_serial);
	add_med(p, MED_VENDOR, h->med_vendor);
	add_med(p, MED_MODEL, h->med_model);
}

static void
lldp_announce(struct school *s, struct host *h)
{
	static const uint8_t mac_subtype = 3;
	const unsigned bits = capability_bits(h->lldp_capabilities);
	const uint8_t capabilities[4] = {0, (uint8_t)bits, 0, (uint8_t)bits};
	const uint8_t ttl[2] = {0, TTL_S};
	uint8_t chassis[7] = {4}, address[12] = {5, 1};
	struct packet p;

	if (!h->lldp_announces)
		return;
	packet_reset(&p);
	memcpy(chassis + 1, h->mac.bytes, 6);
	add_tlv(&p, TLV_CHASSIS_ID, chassis, sizeof(chassis), NULL);
	chassis[0] = mac_subtype;
	add_tlv(&p, TLV_PORT_ID, chassis, sizeof(chassis), NULL);
	add_tlv(&p, TLV_TTL, ttl, sizeof(ttl), NULL);
	add_tlv(&p, TLV_PORT_DESCRIPTION, NULL, 0, "port 1");
	if (h->name)
		add_tlv(&p, TLV_NAME, NULL, 0, h->name);
	if (h->descr)
		add_tlv(&p, TLV_DESCRIPTION, NULL, 0, h->descr);
	add_tlv(&p, TLV_CAPABILITIES, capabilities, sizeof(capabilities), NULL);
	/* Address of family IPv4, interface numbered by ifIndex 1, no OID. */
	memcpy(address + 2, h->ip.bytes, 4);
	address[6] = 2;
	address[10] = 1;
	add_tlv(&p, TLV_ADDRESS, address, sizeof(address), NULL);
	add_inventory(&p, h);
	packet_append_be16(&p, 0);
	s->counters.lldp_sent++;
	school_send_frame(s, h, &nearest_bridge, ETHERTYPE_LLDP, &p, 0);
}

const struct protocol protocol_lldp = {"lldp", 0, NULL, lldp_announce};
