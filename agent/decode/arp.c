/*
 * Address Resolution Protocol for IPv4 over Ethernet (RFC 826, RFC 5227): who
 * sent it, by which address. Deliberately not read: the target (it is what the
 * sender believes), reverse and inverse ARP, other hardware.
 */
#include "agent/decode/decode.h"

#include <string.h>

enum {
	ARP_ETHERNET = 1,
	ARP_IEEE_802 = 6, /* RFC 1042: the same addresses, in SNAP frames */
	ARP_REQUEST = 1,
	ARP_REPLY = 2,
};

static enum decode_verdict
arp_decode(const struct frame *frame, struct sighting *ret)
{
	struct sighting s = decode_begin(&decoder_arp, frame);
	struct cursor c = frame->payload;
	uint16_t hardware = cursor_be16(&c), protocol = cursor_be16(&c);
	uint8_t hardware_len = cursor_u8(&c), protocol_len = cursor_u8(&c);
	uint16_t operation = cursor_be16(&c);
	const uint8_t *mac, *ip;

	if (!cursor_ok(&c))
		return DECODE_MALFORMED;
	if ((hardware != ARP_ETHERNET && hardware != ARP_IEEE_802) || protocol != 0x0800)
		return DECODE_NOT_MINE;
	if (operation != ARP_REQUEST && operation != ARP_REPLY)
		return DECODE_NOT_MINE;
	if (hardware_len != sizeof(s.mac.bytes) || protocol_len != 4)
		return DECODE_MALFORMED;
	mac = cursor_take(&c, 6);
	ip = cursor_take(&c, 4);
	(void)cursor_take(&c, 10); /* the target */
	if (!mac || !ip || !cursor_ok(&c))
		return DECODE_MALFORMED;

	memcpy(s.mac.bytes, mac, sizeof(s.mac.bytes));
	if (mac_is_zero(&s.mac) || mac_is_multicast(&s.mac))
		return DECODE_MALFORMED;
	s.ip = address_v4(ip);
	if (address_is_multicast(&s.ip) || ip[0] == 255)
		return DECODE_MALFORMED;
	if (!address_is_host(&s.ip)) /* RFC 5227: none in a probe before an address is taken */
		s.ip = (struct address){.family = ADDRESS_NONE};
	if (operation == ARP_REPLY)
		(void)sighting_add_format(&s, "answered", "1");
	*ret = s;
	return DECODE_OK;
}

const struct decoder decoder_arp = {
    .name = "arp",
    .filter =
	"arp or (ether[12:2] <= 1500 and ether[14:4] = 0xaaaa0300 and ether[18:4] = 0x806)",
    .places = {{FRAME_ETHERTYPE, 0x0806}},
    .decode = arp_decode,
};
