/*
 * BER (X.690) as SNMP uses it (RFC 3417 section 8): definite lengths and tags of
 * one byte. Reading refuses what is ruined; indefinite lengths are not read.
 */
#include "tests/school/ber.h"

#include <errno.h>
#include <stdlib.h>

struct cursor
ber_next(struct cursor *c, uint8_t *ret_tag)
{
	size_t len;
	unsigned n;

	*ret_tag = cursor_u8(c);
	len = cursor_u8(c);
	if (len & 0x80) {
		n = (unsigned)(len & 0x7f);
		if (n == 0 || n > 4)
			cursor_fail(c);
		for (len = 0; n > 0 && cursor_ok(c); n--)
			len = len << 8 | cursor_u8(c);
	}
	return cursor_cut(c, len);
}

struct cursor
ber_expect(struct cursor *c, uint8_t tag)
{
	uint8_t found;
	struct cursor part = ber_next(c, &found);

	if (found != tag) {
		cursor_fail(c);
		cursor_fail(&part);
	}
	return part;
}

int64_t
ber_integer(struct cursor *c)
{
	struct cursor part = ber_expect(c, BER_INTEGER);
	uint64_t value = 0;

	if (cursor_left(&part) == 0 || cursor_left(&part) > 8) {
		cursor_fail(c);
		return 0;
	}
	if (part.at[0] & 0x80)
		value = UINT64_MAX;
	while (cursor_left(&part) > 0)
		value = value << 8 | cursor_u8(&part);
	return (int64_t)value;
}

void
ber_oid(struct cursor *c, struct oid *ret)
{
	struct cursor part = ber_expect(c, BER_OID);
	uint32_t value = 0;
	uint8_t byte;

	ret->len = 0;
	while (cursor_left(&part) > 0) {
		byte = cursor_u8(&part);
		value = value << 7 | (byte & 0x7f);
		if (byte & 0x80)
			continue;
		if (ret->len == 0) {
			ret->part[ret->len++] = value < 80 ? value / 40 : 2;
			value -= 40 * ret->part[0];
		}
		if (ret->len == BER_OID_LEN_MAX) {
			cursor_fail(c);
			return;
		}
		ret->part[ret->len++] = value;
		value = 0;
	}
	if (ret->len == 0)
		cursor_fail(c);
}

static size_t
encode_base128(uint8_t *ret, uint32_t value)
{
	size_t n = 1, i;
	uint32_t rest;

	for (rest = value >> 7; rest; rest >>= 7)
		n++;
	for (i = n; i-- > 0; value >>= 7)
		ret[i] = (uint8_t)((value & 0x7f) | (i + 1 < n ? 0x80 : 0));
	return n;
}

size_t
ber_encode_oid(uint8_t ret[static BER_OID_BYTES_MAX], const uint32_t *part, size_t len)
{
	size_t n, i;

	n = encode_base128(ret, part[0] * 40 + (len > 1 ? part[1] : 0));
	for (i = 2; i < len; i++)
		n += encode_base128(ret + n, part[i]);
	return n;
}

size_t
ber_encode_signed(uint8_t ret[static 9], int64_t value)
{
	size_t n = 1, i;

	while (n < 8 && (value >> (8 * n - 1)) != 0 && (value >> (8 * n - 1)) != -1)
		n++;
	for (i = 0; i < n; i++)
		ret[i] = (uint8_t)((uint64_t)value >> (8 * (n - 1 - i)));
	return n;
}

size_t
ber_encode_unsigned(uint8_t ret[static 9], uint64_t value)
{
	size_t n = 1, i;

	while (n < 8 && value >> (8 * n - 1) != 0)
		n++;
	if (n == 8 && value >> 63) {
		ret[0] = 0;
		for (i = 0; i < 8; i++)
			ret[i + 1] = (uint8_t)(value >> (8 * (7 - i)));
		return 9;
	}
	for (i = 0; i < n; i++)
		ret[i] = (uint8_t)(value >> (8 * (n - 1 - i)));
	return n;
}

size_t
ber_encode_header(uint8_t ret[static 4], uint8_t tag, size_t content_len)
{
	ret[0] = tag;
	if (content_len < 0x80) {
		ret[1] = (uint8_t)content_len;
		return 2;
	}
	if (content_len < 0x100) {
		ret[1] = 0x81;
		ret[2] = (uint8_t)content_len;
		return 3;
	}
	ret[1] = 0x82;
	ret[2] = (uint8_t)(content_len >> 8);
	ret[3] = (uint8_t)content_len;
	return 4;
}

void
ber_push_header(struct packet *p, uint8_t tag, size_t content_len)
{
	uint8_t header[4];

	packet_push(p, header, ber_encode_header(header, tag, content_len));
}

void
ber_push_integer(struct packet *p, int64_t value)
{
	uint8_t bytes[9];
	size_t n = ber_encode_signed(bytes, value);

	packet_push(p, bytes, n);
	ber_push_header(p, BER_INTEGER, n);
}

void
ber_push_octets(struct packet *p, const void *bytes, size_t len)
{
	packet_push(p, bytes, len);
	ber_push_header(p, BER_OCTETS, len);
}

int
oid_parse(const char *text, struct oid *ret)
{
	struct oid oid = {0};
	unsigned long value;
	char *end;

	if (*text == '.')
		text++;
	for (;;) {
		if (*text < '0' || *text > '9' || oid.len == BER_OID_LEN_MAX)
			return -EINVAL;
		errno = 0;
		value = strtoul(text, &end, 10);
		if (errno || value > UINT32_MAX)
			return -EINVAL;
		oid.part[oid.len++] = (uint32_t)value;
		if (*end == '\0')
			break;
		if (*end != '.')
			return -EINVAL;
		text = end + 1;
	}
	if (oid.len < 2 || oid.part[0] > 2)
		return -EINVAL;
	*ret = oid;
	return 0;
}

int
oid_compare(const uint32_t *a, size_t a_len, const uint32_t *b, size_t b_len)
{
	size_t i, n = a_len < b_len ? a_len : b_len;

	for (i = 0; i < n; i++) {
		if (a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
	}
	return (a_len > b_len) - (a_len < b_len);
}
