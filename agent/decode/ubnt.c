/*
 * Ubiquiti's discovery protocol, versions 1 and 2: a header with the length of what follows,
 * then TLVs. Deliberately not read: user names, up time, network names.
 */
#include "agent/decode/decode.h"

#include "agent/decode/value.h"
#include "common/check.h"

/* A MAC, and an address that it bears. */
static void
read_address(struct cursor *value, const char *key, struct sighting *s)
{
	struct cursor mac = cursor_cut(value, 6);

	value_mac(&mac, "mac", s);
	value_ipv4(value, key, s);
}

/* clang-format off */
static const struct value_row tlvs[] = {
	{ 0x01,  6, "mac",      value_mac },
	{ 0x02, 10, "address",  read_address },
	{ 0x03,  1, "firmware", value_text },
	{ 0x0b,  1, "name",     value_text },
	{ 0x0c,  1, "platform", value_text },
	{ 0x14,  1, "model",    value_text }, /* version 1 */
	{ 0x15,  1, "model",    value_text }, /* version 2 */
	{ 0x16,  1, "version",  value_text },
};
/* clang-format on */

static bool
read_tlv(struct cursor *c, struct sighting *s)
{
	uint8_t type = cursor_u8(c);
	struct cursor value = cursor_cut(c, cursor_be16(c));

	if (cursor_ok(c))
		value_read_rows(tlvs, COUNT_OF(tlvs), type, &value, s);
	return cursor_ok(c);
}

static enum decode_verdict
ubnt_decode(const struct frame *frame, struct sighting *ret)
{
	struct sighting s = decode_begin(&decoder_ubnt, frame);
	struct cursor c = frame->payload, body;
	uint8_t version = cursor_u8(&c);

	(void)cursor_u8(&c); /* command */
	body = cursor_cut(&c, cursor_be16(&c));
	if (version < 1 || version > 2) /* the port is anybody's */
		return DECODE_NOT_MINE;
	if (!cursor_ok(&c))
		return DECODE_MALFORMED;
	while (cursor_left(&body))
		if (!read_tlv(&body, &s))
			return DECODE_MALFORMED;
	*ret = s;
	return DECODE_OK;
}

const struct decoder decoder_ubnt = {
    .name = "ubnt",
    .filter = "udp port 10001",
    .places = {{FRAME_UDP, 10001}},
    .decode = ubnt_decode,
};
