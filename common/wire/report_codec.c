/*
 * Messages of parta.v1 to bytes and back, and bodies of them: protobuf's wire
 * format (developers.google.com/protocol-buffers/docs/encoding), varint-framed,
 * in zstd frames (RFC 8878). The bytes are walked by the message's description
 * before protobuf-c sees them, so a lie about a length or a depth costs a walk
 * and no memory; what is unknown is stepped over and kept. Whether a report is
 * plausible is not looked at here.
 */
#include "common/wire/report_codec.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include <protobuf-c/protobuf-c.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "common/cleanup.h"
#include "common/cursor.h"
#include "common/wire/limits.h"

enum {
	VARINT_BYTES_MAX = 10,
	FIELD_NUMBER_MAX = (1 << 29) - 1,
	DEFLATE_LEVEL = 3,
	DEFLATE_CHUNK_BYTES = 16 * 1024,
	INFLATE_CHUNK_BYTES = 64 * 1024,
	SPARE_BYTES_MAX = 1024 * 1024, /* of a context that is kept */
	INFLATE_WINDOW_LOG_MAX = 23,   /* WIRE_INFLATED_BYTES_MAX */
};

/* ---- walking ---- */

static uint64_t
cursor_varint(struct cursor *c)
{
	uint64_t value = 0;

	for (unsigned shift = 0; shift < 7 * VARINT_BYTES_MAX; shift += 7) {
		uint8_t b = cursor_u8(c);

		value |= (uint64_t)(b & 0x7f) << shift;
		if (!(b & 0x80))
			return value;
	}
	cursor_fail(c);
	return 0;
}

/* How many bytes the character at c has by its first byte, and the least code point it may
 * hold. */
static size_t
utf8_len(uint8_t first, uint32_t *ret_least)
{
	if (first < 0x80) {
		*ret_least = 1; /* a NUL would cut the text short in C and in PostgreSQL */
		return 1;
	}
	if (first >= 0xc2 && first < 0xe0) {
		*ret_least = 0x80;
		return 2;
	}
	if (first >= 0xe0 && first < 0xf0) {
		*ret_least = 0x800;
		return 3;
	}
	if (first >= 0xf0 && first < 0xf5) {
		*ret_least = 0x10000;
		return 4;
	}
	return 0;
}

static bool
is_utf8(struct cursor c)
{
	static const uint8_t first_bits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};

	while (cursor_left(&c) > 0) {
		uint8_t first = cursor_u8(&c);
		uint32_t least = 0, point;
		size_t len = utf8_len(first, &least);

		if (len == 0)
			return false;
		point = first & first_bits[len];
		for (size_t i = 1; i < len; i++) {
			uint8_t next = cursor_u8(&c);

			if ((next & 0xc0) != 0x80)
				return false;
			point = point << 6 | (next & 0x3f);
		}
		if (point < least || point > 0x10ffff || (point >= 0xd800 && point < 0xe000))
			return false;
	}
	return true;
}

static bool walk_sound(const ProtobufCMessageDescriptor *type, struct cursor c, unsigned depth);

static bool
value_sound(const ProtobufCFieldDescriptor *field, struct cursor value, unsigned depth)
{
	if (!field)
		return true;
	if (field->type == PROTOBUF_C_TYPE_STRING)
		return is_utf8(value);
	if (field->type == PROTOBUF_C_TYPE_MESSAGE)
		return walk_sound(field->descriptor, value, depth + 1);
	return true;
}

static bool
walk_sound(const ProtobufCMessageDescriptor *type, struct cursor c, unsigned depth)
{
	if (depth > WIRE_DEPTH_MAX)
		return false;
	while (cursor_left(&c) > 0) {
		uint64_t tag = cursor_varint(&c);
		uint64_t number = tag >> 3, len;
		const ProtobufCFieldDescriptor *field;

		if (number == 0 || number > FIELD_NUMBER_MAX)
			return false;
		switch (tag & 7) {
		case PROTOBUF_C_WIRE_TYPE_VARINT:
			(void)cursor_varint(&c);
			break;
		case PROTOBUF_C_WIRE_TYPE_64BIT:
			(void)cursor_take(&c, 8);
			break;
		case PROTOBUF_C_WIRE_TYPE_32BIT:
			(void)cursor_take(&c, 4);
			break;
		case PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED:
			len = cursor_varint(&c);
			if (len > cursor_left(&c))
				return false;
			field = protobuf_c_message_descriptor_get_field(type, (unsigned)number);
			if (!value_sound(field, cursor_cut(&c, (size_t)len), depth))
				return false;
			break;
		default: /* groups are not proto3 */
			return false;
		}
	}
	return cursor_ok(&c);
}

/* ---- messages ---- */

int
wire_pack(const struct ProtobufCMessage *message, struct bytes *ret)
{
	size_t len = protobuf_c_message_get_packed_size(message);
	uint8_t *at;
	int r = bytes_room(ret, len, &at);

	if (r < 0)
		return r;
	bytes_grew(ret, protobuf_c_message_pack(message, at));
	return 0;
}

struct taking {
	struct arena *arena;
	bool full;
};

static void *
codec_take(void *arg, size_t n)
{
	struct taking *taking = arg;
	void *taken = arena_take(taking->arena, n);

	if (!taken)
		taking->full = true;
	return taken;
}

static void
codec_leave(void *arg, void *taken)
{
	(void)arg; /* the arena goes as a whole */
	(void)taken;
}

int
wire_unpack(const struct ProtobufCMessageDescriptor *type, struct arena *arena,
    const void *bytes, size_t len, struct ProtobufCMessage **ret)
{
	struct taking taking = {.arena = arena};
	ProtobufCAllocator allocator = {codec_take, codec_leave, &taking};
	size_t used = arena->used;
	ProtobufCMessage *message;

	if (!walk_sound(type, cursor_over(bytes, len), 1))
		return -EBADMSG;
	message = protobuf_c_message_unpack(type, &allocator, len, bytes);
	if (!message) {
		arena->used = used;
		return taking.full ? -EFBIG : -EBADMSG;
	}
	*ret = message;
	return 0;
}

/* ---- bodies ---- */

int
wire_frame(struct bytes *body, const void *report, size_t len)
{
	uint8_t *at;
	size_t n = 0, left = len;
	int r;

	if (len > WIRE_REPORT_BYTES_MAX)
		return -EFBIG;
	r = bytes_room(body, VARINT_BYTES_MAX + len, &at);
	if (r < 0)
		return r;
	for (; left >= 0x80; left >>= 7)
		at[n++] = (uint8_t)(left | 0x80);
	at[n++] = (uint8_t)left;
	if (len > 0)
		memcpy(at + n, report, len);
	bytes_grew(body, n + len);
	return 0;
}

int
wire_next(const uint8_t **at, size_t *left, const uint8_t **ret, size_t *ret_len)
{
	struct cursor c = cursor_over(*at, *left);
	uint64_t len;

	if (*left == 0)
		return -ENODATA;
	len = cursor_varint(&c);
	if (!cursor_ok(&c) || len > cursor_left(&c) || len > WIRE_REPORT_BYTES_MAX)
		return -EBADMSG;
	*ret = cursor_take(&c, (size_t)len);
	*ret_len = (size_t)len;
	*at = c.at;
	*left = c.left;
	return 0;
}

/*
 * Making a context asks the processor what it can do, and under a hypervisor that
 * question alone costs more than inflating a report. So one of each kind is kept
 * for whoever comes next, unless it grew large.
 */
static _Atomic(ZSTD_CCtx *) spare_compressor;
static _Atomic(ZSTD_DCtx *) spare_decompressor;

static ZSTD_CCtx *
compressor_take(void)
{
	ZSTD_CCtx *zstd = atomic_exchange(&spare_compressor, NULL);

	return zstd ? zstd : ZSTD_createCCtx();
}

static void
compressor_give(ZSTD_CCtx **zstd)
{
	if (*zstd && ZSTD_sizeof_CCtx(*zstd) <= SPARE_BYTES_MAX &&
	    !ZSTD_isError(ZSTD_CCtx_reset(*zstd, ZSTD_reset_session_and_parameters)))
		*zstd = atomic_exchange(&spare_compressor, *zstd);
	(void)ZSTD_freeCCtx(*zstd);
}

static ZSTD_DCtx *
decompressor_take(void)
{
	ZSTD_DCtx *zstd = atomic_exchange(&spare_decompressor, NULL);

	return zstd ? zstd : ZSTD_createDCtx();
}

static void
decompressor_give(ZSTD_DCtx **zstd)
{
	if (*zstd && ZSTD_sizeof_DCtx(*zstd) <= SPARE_BYTES_MAX &&
	    !ZSTD_isError(ZSTD_DCtx_reset(*zstd, ZSTD_reset_session_and_parameters)))
		*zstd = atomic_exchange(&spare_decompressor, *zstd);
	(void)ZSTD_freeDCtx(*zstd);
}

/* Takes back what was added since ret had len bytes. */
static void
give_back(struct bytes *ret, size_t len)
{
	if (ret->data && ret->len > len)
		ret->data[len] = 0;
	ret->len = len;
}

static size_t
smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

static int
deflate_into(ZSTD_CCtx *zstd, ZSTD_inBuffer *in, struct bytes *ret)
{
	size_t more;

	do {
		ZSTD_outBuffer out = {
		    .size = smaller(DEFLATE_CHUNK_BYTES, ret->limit - ret->len)};
		uint8_t *at;
		int r;

		if (out.size == 0)
			return -EFBIG;
		r = bytes_room(ret, out.size, &at);
		if (r < 0)
			return r;
		out.dst = at;
		more = ZSTD_compressStream2(zstd, &out, in, ZSTD_e_end);
		if (ZSTD_isError(more))
			return -ENOMEM; /* with sound parameters nothing else is left to fail */
		bytes_grew(ret, out.pos);
	} while (more > 0);
	return 0;
}

int
wire_deflate(const void *bytes, size_t len, struct bytes *ret)
{
	CLEANUP(compressor_give) ZSTD_CCtx *zstd = compressor_take();
	ZSTD_inBuffer in = {bytes, len, 0};
	size_t before = ret->len;
	int r;

	if (!zstd ||
	    ZSTD_isError(
		ZSTD_CCtx_setParameter(zstd, ZSTD_c_compressionLevel, DEFLATE_LEVEL)) ||
	    ZSTD_isError(ZSTD_CCtx_setParameter(zstd, ZSTD_c_checksumFlag, 1)) ||
	    ZSTD_isError(ZSTD_CCtx_setPledgedSrcSize(zstd, len)))
		return -ENOMEM;
	r = deflate_into(zstd, &in, ret);
	if (r < 0)
		give_back(ret, before);
	return r;
}

static int
inflate_error(ZSTD_ErrorCode code)
{
	if (code == ZSTD_error_memory_allocation)
		return -ENOMEM;
	if (code == ZSTD_error_frameParameter_windowTooLarge)
		return -EFBIG;
	return -EBADMSG;
}

/* One step of inflation; at the limit a spare byte tells whether there is more to come. Returns
 * 1 when the output was full, so that there may be more, 0 when not, or a negative errno. */
static int
inflate_step(
    ZSTD_DCtx *zstd, ZSTD_inBuffer *in, size_t limit_left, struct bytes *ret, size_t *ret_more)
{
	uint8_t spare, *at = &spare;
	ZSTD_outBuffer out = {.size = smaller(INFLATE_CHUNK_BYTES, limit_left)};
	size_t more;
	int r = out.size > 0 ? bytes_room(ret, out.size, &at) : 0;

	if (r < 0)
		return r;
	out.dst = at;
	if (limit_left == 0)
		out.size = sizeof(spare);
	more = ZSTD_decompressStream(zstd, &out, in);
	if (ZSTD_isError(more))
		return inflate_error(ZSTD_getErrorCode(more));
	if (out.pos > limit_left)
		return -EFBIG;
	bytes_grew(ret, out.pos);
	*ret_more = more;
	return out.pos == out.size ? 1 : 0;
}

static int
inflate_all(ZSTD_DCtx *zstd, ZSTD_inBuffer *in, size_t limit, struct bytes *ret)
{
	size_t before = ret->len, more = 1;
	int r;

	do {
		r = inflate_step(zstd, in, limit - (ret->len - before), ret, &more);
	} while (r >= 0 && (in->pos < in->size || (r > 0 && more > 0)));
	if (r < 0)
		return r;
	return more == 0 ? 0 : -EBADMSG; /* else the last frame is cut short */
}

int
wire_inflate(const void *bytes, size_t len, size_t limit, struct bytes *ret)
{
	CLEANUP(decompressor_give) ZSTD_DCtx *zstd = NULL;
	ZSTD_inBuffer in = {bytes, len, 0};
	unsigned long long claimed = ZSTD_getFrameContentSize(bytes, len);
	size_t before = ret->len;
	int r;

	if (claimed == ZSTD_CONTENTSIZE_ERROR)
		return -EBADMSG;
	if (claimed != ZSTD_CONTENTSIZE_UNKNOWN && claimed > limit)
		return -EFBIG;
	zstd = decompressor_take();
	if (!zstd || ZSTD_isError(ZSTD_DCtx_setParameter(
			 zstd, ZSTD_d_windowLogMax, INFLATE_WINDOW_LOG_MAX)))
		return -ENOMEM;
	r = inflate_all(zstd, &in, limit, ret);
	if (r < 0)
		give_back(ret, before);
	return r;
}
