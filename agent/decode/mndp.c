/*
 * MikroTik Neighbor Discovery Protocol, as RouterOS and mactelnetd speak it: TLVs behind a
 * header; four zero bytes ask everybody to speak. Deliberately not read: up time, compression.
 */
#include "agent/decode/decode.h"

#include "agent/decode/value.h"
#include "common/check.h"

/* clang-format off */
static const struct value_row tlvs[] = {
	{  1,  6, "mac",         value_mac },
	{  5,  1, "name",        value_text },
	{  7,  1, "version",     value_text },
	{  8,  1, "platform",    value_text },
	{ 11,  1, "software_id", value_text },
	{ 12,  1, "board",       value_text },
	{ 15, 16, "address",     value_ipv6 },
	{ 16,  1, "port",        value_text },
	{ 17,  4, "address",     value_ipv4 },
};
/* clang-format on */

static bool
read_tlv(struct cursor *c, struct sighting *s)
{
	uint16_t type = cursor_be16(c);
	struct cursor value = cursor_cut(c, cursor_be16(c));

	if (cursor_ok(c))
		value_read_rows(tlvs, COUNT_OF(tlvs), type, &value, s);
	return cursor_ok(c);
}

static enum decode_verdict
mndp_decode(const struct frame *frame, struct sighting *ret)
{
	struct sighting s = decode_begin(&decoder_mndp, frame);
	struct cursor c = frame->payload;

	(void)cursor_be32(&c); /* header, sequence number */
	if (!cursor_ok(&c))
		return DECODE_MALFORMED;
	while (cursor_left(&c))
		if (!read_tlv(&c, &s))
			return DECODE_MALFORMED;
	*ret = s;
	return DECODE_OK;
}

const struct decoder decoder_mndp = {
    .name = "mndp",
    .filter = "udp port 5678",
    .places = {{FRAME_UDP, 5678}},
    .decode = mndp_decode,
};
