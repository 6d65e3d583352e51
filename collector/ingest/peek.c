/*
 * Walks the top level of a Report's encoding (protobuf wire format: varint, 64-bit,
 * length-delimited, 32-bit). Stops at the first thing it does not understand and
 * keeps what it had found. Unpacks nothing.
 */
#include "collector/ingest/peek.h"

#include <string.h>

#include "common/cursor.h"

enum { FIELD_BOOT_ID = 2, FIELD_SEQ = 3, VARINT_BYTES_MAX = 10 };

static uint64_t
varint(struct cursor *c)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < VARINT_BYTES_MAX; i++) {
		uint8_t byte = cursor_u8(c);

		value |= (uint64_t)(byte & 0x7f) << (7 * i);
		if (!(byte & 0x80))
			return value;
	}
	cursor_fail(c);
	return 0;
}

static void
delimited(struct cursor *c, uint64_t field, struct peeked *ret)
{
	uint64_t len = varint(c);
	const uint8_t *bytes = len <= cursor_left(c) ? cursor_take(c, (size_t)len) : NULL;

	if (!bytes) {
		cursor_fail(c);
		return;
	}
	if (field == FIELD_BOOT_ID && len == sizeof(ret->boot_id)) {
		memcpy(ret->boot_id, bytes, sizeof(ret->boot_id));
		ret->has_boot_id = true;
	}
}

struct peeked
peek_report(const uint8_t *bytes, size_t len)
{
	struct peeked found = {0};
	struct cursor c = cursor_over(bytes, len);

	while (cursor_left(&c)) {
		uint64_t tag = varint(&c), value;

		switch (tag & 7) {
		case 0:
			value = varint(&c);
			if (cursor_ok(&c) && tag >> 3 == FIELD_SEQ)
				found.seq = value;
			break;
		case 1:
			(void)cursor_take(&c, 8);
			break;
		case 2:
			delimited(&c, tag >> 3, &found);
			break;
		case 5:
			(void)cursor_take(&c, 4);
			break;
		default:
			cursor_fail(&c);
		}
	}
	return found;
}
