/*
 * Spanning tree (IEEE 802.1D-2004 clause 9, 802.1Q-2018 clause 14; Cisco's PVST+
 * carries the same in SNAP frames): a bridge, its own address, and the root it believes in.
 * Deliberately not read: timers, MST instances, topology changes.
 */
#include "agent/decode/decode.h"

#include <string.h>

enum {
	BPDU_CONFIGURATION = 0x00,
	BPDU_RAPID = 0x02,
	BPDU_TOPOLOGY_CHANGE = 0x80,
};

static struct mac
take_bridge(struct cursor *c)
{
	struct mac mac = {{0}};
	const uint8_t *bytes;

	(void)cursor_be16(c); /* priority */
	bytes = cursor_take(c, sizeof(mac.bytes));
	if (bytes)
		memcpy(mac.bytes, bytes, sizeof(mac.bytes));
	return mac;
}

static void
add_mac(struct sighting *s, const char *key, const struct mac *mac)
{
	char text[MAC_TEXT_SIZE];

	mac_format(mac, text);
	(void)sighting_add(s, key, text, strlen(text));
}

static enum decode_verdict
stp_decode(const struct frame *frame, struct sighting *ret)
{
	struct sighting s = decode_begin(&decoder_stp, frame);
	struct cursor c = frame->payload;
	uint16_t protocol = cursor_be16(&c), port;
	uint8_t type;
	struct mac root, bridge;
	uint32_t cost;

	(void)cursor_u8(&c); /* version: 0, 2 and 3 agree on what is read here */
	type = cursor_u8(&c);
	if (!cursor_ok(&c))
		return DECODE_MALFORMED;
	if (protocol != 0 || (type != BPDU_CONFIGURATION && type != BPDU_RAPID))
		return DECODE_NOT_MINE;
	(void)cursor_u8(&c); /* flags */
	root = take_bridge(&c);
	cost = cursor_be32(&c);
	bridge = take_bridge(&c);
	port = cursor_be16(&c);
	(void)cursor_take(&c, 8); /* timers */
	if (!cursor_ok(&c) || mac_is_multicast(&bridge))
		return DECODE_MALFORMED;
	add_mac(&s, "bridge", &bridge);
	add_mac(&s, "root", &root);
	(void)sighting_add_format(&s, "root_cost", "%u", cost);
	(void)sighting_add_format(&s, "port", "%u", port & 0x0fffu);
	*ret = s;
	return DECODE_OK;
}

const struct decoder decoder_stp = {
    .name = "stp",
    .filter =
	"stp or (ether[12:2] <= 1500 and ether[14:4] = 0xaaaa0300 and ether[18:4] = 0xc010b)",
    .places = {{FRAME_LLC, 0x42}, {FRAME_SNAP, 0x00000c010b}},
    .decode = stp_decode,
};
