/* Reports there and back, and everything that a stranger may send in their place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <protobuf-c/protobuf-c.h>
#include <zstd.h>

#include "common/check.h"
#include "common/wire/limits.h"
#include "common/wire/report_codec.h"
#include "parta/v1/report.pb-c.h"

#define REPORT (&parta__v1__report__descriptor)

static uint8_t memory[256 * 1024];

static struct bytes
packed(const ProtobufCMessage *message)
{
	struct bytes b = bytes_new(WIRE_REPORT_BYTES_MAX);

	assert_int_equal(wire_pack(message, &b), 0);
	return b;
}

/* An inventory of one device with one piece of evidence whose value is given. */
static struct bytes
inventory_saying(char *value)
{
	uint8_t id[16] = {1, 2, 3}, mac[6] = {0x02, 0, 0, 0, 0, 9};
	ProtobufCBinaryData macs[] = {{sizeof(mac), mac}};
	Parta__V1__Evidence evidence = PARTA__V1__EVIDENCE__INIT, *pieces[] = {&evidence};
	Parta__V1__Device device = PARTA__V1__DEVICE__INIT, *devices[] = {&device};
	Parta__V1__Inventory inventory = PARTA__V1__INVENTORY__INIT;
	Parta__V1__Report report = PARTA__V1__REPORT__INIT;

	evidence.source = (char[]){"snmp"};
	evidence.key = (char[]){"sys_descr"};
	evidence.value = value;
	device.n_mac = 1;
	device.mac = macs;
	device.n_evidence = 1;
	device.evidence = pieces;
	inventory.n_devices = 1;
	inventory.devices = devices;
	report.agent_id = (ProtobufCBinaryData){sizeof(id), id};
	report.seq = UINT64_MAX;
	report.created_ms = -1;
	report.body_case = PARTA__V1__REPORT__BODY_INVENTORY;
	report.inventory = &inventory;
	return packed(&report.base);
}

static int
unpack(const void *bytes, size_t len, Parta__V1__Report **ret)
{
	struct arena arena = arena_over(memory, sizeof(memory));
	ProtobufCMessage *message = NULL;
	int r = wire_unpack(REPORT, &arena, bytes, len, &message);

	if (r < 0) {
		assert_null(message);
		assert_int_equal(arena.used, 0);
		return r;
	}
	*ret = (Parta__V1__Report *)message;
	return 0;
}

static void
assert_refused(const void *bytes, size_t len)
{
	Parta__V1__Report *report = NULL;

	assert_int_equal(unpack(bytes, len, &report), -EBADMSG);
	assert_null(report);
}

static void
reads_back_what_it_wrote(void **state)
{
	struct bytes b = inventory_saying((char[]){"Принтер 3-го этажа"});
	Parta__V1__Report *report = NULL;

	(void)state;
	assert_int_equal(unpack(b.data, b.len, &report), 0);
	assert_true(report->seq == UINT64_MAX);
	assert_int_equal(report->created_ms, -1);
	assert_int_equal(report->agent_id.len, 16);
	assert_int_equal(report->body_case, PARTA__V1__REPORT__BODY_INVENTORY);
	assert_int_equal(report->inventory->n_devices, 1);
	assert_int_equal(report->inventory->devices[0]->mac[0].data[5], 9);
	assert_string_equal(
	    report->inventory->devices[0]->evidence[0]->value, "Принтер 3-го этажа");
	bytes_clear(&b);
}

static void
reads_nothing_as_an_empty_report(void **state)
{
	Parta__V1__Report *report = NULL;

	(void)state;
	assert_int_equal(unpack("", 0, &report), 0);
	assert_int_equal(report->seq, 0);
	assert_int_equal(report->body_case, PARTA__V1__REPORT__BODY__NOT_SET);
}

/* Fields of a newer agent: varint, 64 bit, text, 32 bit, numbers that nobody has given out yet.
 */
static const uint8_t newer[] = {0xd0, 0x0f, 0x2a, 0xd9, 0x0f, 1, 2, 3, 4, 5, 6, 7, 8, 0xe2,
    0x0f, 3, 'n', 'e', 'w', 0xed, 0x0f, 9, 9, 9, 9};

static void
keeps_what_it_does_not_know(void **state)
{
	Parta__V1__Report head = PARTA__V1__REPORT__INIT, *report = NULL;
	struct bytes b, again;

	(void)state;
	head.seq = 7;
	b = packed(&head.base);
	/* The inventory, with an unknown text inside it, and unknown fields beside it. */
	assert_int_equal(
	    bytes_add(
		&b, (const uint8_t[]){0x82, 0x01, 7, 0x10, 1, 0xc2, 0x3e, 2, 0xff, 0}, 10),
	    0);
	assert_int_equal(bytes_add(&b, newer, sizeof(newer)), 0);

	assert_int_equal(unpack(b.data, b.len, &report), 0);
	assert_int_equal(report->seq, 7);
	assert_int_equal(report->inventory->part, 1);
	assert_int_equal(report->base.n_unknown_fields, 4);
	assert_int_equal(report->inventory->base.n_unknown_fields, 1);
	again = packed(&report->base);
	assert_int_equal(again.len, b.len);
	assert_memory_equal(again.data, b.data, b.len);
	bytes_clear(&again);
	bytes_clear(&b);
}

static void
refuses_every_shorter_report(void **state)
{
	struct bytes b = inventory_saying((char[]){"value"});
	Parta__V1__Report *report = NULL;
	/* The body is one field, the last: cut inside it, a report is no report. */
	size_t body = b.len;

	(void)state;
	for (size_t i = 0; i + 1 < b.len; i++)
		if (b.data[i] == 0x82 && b.data[i + 1] == 0x01) {
			body = i;
			break;
		}
	assert_true(body < b.len);
	assert_int_equal(unpack(b.data, body, &report), 0);
	for (size_t len = body + 1; len < b.len; len++) {
		uint8_t *exact = malloc(len); /* so that a read past the end is seen */

		assert_non_null(exact);
		memcpy(exact, b.data, len);
		assert_refused(exact, len);
		free(exact);
	}
	bytes_clear(&b);
}

static void
refuses_lengths_past_the_end(void **state)
{
	static const uint8_t far[] = {
	    0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01};
	static const uint8_t near[] = {0x0a, 2, 1};
	static const uint8_t inside[] = {0x3a, 4, 0x0a, 3, 'a', 'b'};

	(void)state;
	assert_refused(far, sizeof(far));
	assert_refused(near, sizeof(near));
	assert_refused(inside, sizeof(inside));
}

static void
refuses_what_is_not_protobuf(void **state)
{
	static const uint8_t group[] = {0x0b, 0x0c}, type_6[] = {0x0e}, type_7[] = {0x0f};
	static const uint8_t number_0[] = {0x00, 0x00};
	static const uint8_t endless[] = {
	    0x18, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00};
	static const uint8_t wrong_type[] = {0x08, 0x01}; /* agent_id as a number */
	static const uint8_t number_too_large[] = {0x80, 0x80, 0x80, 0x80, 0x10, 0x00};

	(void)state;
	assert_refused(group, sizeof(group));
	assert_refused(type_6, sizeof(type_6));
	assert_refused(type_7, sizeof(type_7));
	assert_refused(number_0, sizeof(number_0));
	assert_refused(endless, sizeof(endless));
	assert_refused(wrong_type, sizeof(wrong_type));
	assert_refused(number_too_large, sizeof(number_too_large));
}

static void
refuses_texts_that_are_not_utf8(void **state)
{
	static const char *const bad[] = {
	    "\x80",
	    "\xff",
	    "\xc3",
	    "\xc3(",
	    "\xc0\xaf",
	    "\xe0\x80\xaf",
	    "\xed\xa0\x80",
	    "\xf4\x90\x80\x80",
	    "\xf0\x80\x80\x80",
	    "\xf8\x88\x80\x80\x80",
	    "abc\xd0",
	    "\xcf\xf0\xe8\xed\xf2\xe5\xf0",
	};
	static const char *const good[] = {"", "plain", "кириллица", "日本", "\xf0\x9f\x96\xa8",
	    "\xed\x9f\xbf", "\xf4\x8f\xbf\xbf"};
	char value[32];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct bytes b;

		memcpy(value, bad[i], strlen(bad[i]) + 1);
		b = inventory_saying(value);
		assert_refused(b.data, b.len);
		bytes_clear(&b);
	}
	for (size_t i = 0; i < COUNT_OF(good); i++) {
		Parta__V1__Report *report = NULL;
		struct bytes b;

		memcpy(value, good[i], strlen(good[i]) + 1);
		b = inventory_saying(value);
		assert_int_equal(unpack(b.data, b.len, &report), 0);
		assert_string_equal(report->inventory->devices[0]->evidence[0]->value, good[i]);
		bytes_clear(&b);
	}
}

static void
refuses_a_nul_inside_a_text(void **state)
{
	static const uint8_t version[] = {0x2a, 3, 'a', 0, 'b'};

	(void)state;
	assert_refused(version, sizeof(version));
}

/* A message that holds itself: no message of ours does, so that depth can be tried at all. */
struct nest {
	ProtobufCMessage base;
	struct nest *inner;
};

extern const ProtobufCMessageDescriptor nest_descriptor;
static const ProtobufCFieldDescriptor nest_fields[] = {
    {.name = "inner",
	.id = 1,
	.label = PROTOBUF_C_LABEL_OPTIONAL,
	.type = PROTOBUF_C_TYPE_MESSAGE,
	.offset = offsetof(struct nest, inner),
	.descriptor = &nest_descriptor},
};
static const unsigned nest_by_name[] = {0};
static const ProtobufCIntRange nest_ranges[] = {{1, 0}, {0, 1}};
const ProtobufCMessageDescriptor nest_descriptor = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "nest",
    .short_name = "nest",
    .c_name = "nest",
    .package_name = "",
    .sizeof_message = sizeof(struct nest),
    .n_fields = 1,
    .fields = nest_fields,
    .fields_sorted_by_name = nest_by_name,
    .n_field_ranges = 1,
    .field_ranges = nest_ranges,
};

/* `depth` messages, one in another: the innermost is empty. */
static size_t
nest_write(uint8_t at[static 64], unsigned depth)
{
	size_t len = 2 * (size_t)(depth - 1);

	for (size_t i = 0; i < len; i += 2) {
		at[i] = 0x0a;
		at[i + 1] = (uint8_t)(len - i - 2);
	}
	return len;
}

static void
refuses_what_is_nested_too_deep(void **state)
{
	uint8_t bytes[64];

	(void)state;
	for (unsigned depth = 1; depth <= 32; depth++) {
		struct arena arena = arena_over(memory, sizeof(memory));
		ProtobufCMessage *message = NULL;
		size_t len = nest_write(bytes, depth);

		assert_int_equal(wire_unpack(&nest_descriptor, &arena, bytes, len, &message),
		    depth <= WIRE_DEPTH_MAX ? 0 : -EBADMSG);
	}
}

static void
refuses_a_report_that_outgrows_the_arena(void **state)
{
	struct bytes b = bytes_new(WIRE_REPORT_BYTES_MAX);
	Parta__V1__Report *report = NULL;

	(void)state;
	for (size_t i = 0; i < 20000;
	     i++) /* an empty measurement: 2 bytes on the wire, some fifty here */
		assert_int_equal(bytes_add(&b, "\x3a\x00", 2), 0);
	assert_int_equal(unpack(b.data, b.len, &report), -EFBIG);
	bytes_clear(&b);
}

static void
packs_nothing_beyond_the_limit(void **state)
{
	Parta__V1__Report report = PARTA__V1__REPORT__INIT;
	struct bytes b = bytes_new(4);

	(void)state;
	report.seq = 1;
	report.agent_version = (char[]){"1.2.3"};
	assert_int_equal(wire_pack(&report.base, &b), -EFBIG);
	assert_int_equal(b.len, 0);
	bytes_clear(&b);
}

static void
frames_and_finds_them_in_order(void **state)
{
	static const size_t sizes[] = {0, 1, 127, 128, 16383, 16384, 70000};
	struct bytes body = bytes_new(WIRE_INFLATED_BYTES_MAX);
	uint8_t *report = calloc(1, 70000);
	const uint8_t *at, *got;
	size_t left, len;

	(void)state;
	assert_non_null(report);
	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		memset(report, (int)i, sizes[i]);
		assert_int_equal(wire_frame(&body, report, sizes[i]), 0);
	}
	at = body.data;
	left = body.len;
	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		assert_int_equal(wire_next(&at, &left, &got, &len), 0);
		assert_int_equal(len, sizes[i]);
		for (size_t k = 0; k < len; k++)
			assert_int_equal(got[k], i);
	}
	assert_int_equal(wire_next(&at, &left, &got, &len), -ENODATA);
	free(report);
	bytes_clear(&body);
}

static void
refuses_every_shorter_frame(void **state)
{
	struct bytes body = bytes_new(WIRE_BODY_BYTES_MAX);
	uint8_t report[300] = {0};

	(void)state;
	assert_int_equal(wire_frame(&body, report, sizeof(report)), 0);
	for (size_t cut = 1; cut < body.len; cut++) {
		const uint8_t *at = body.data, *got = NULL;
		size_t left = cut, len = 77;

		assert_int_equal(wire_next(&at, &left, &got, &len), -EBADMSG);
		assert_null(got);
		assert_int_equal(len, 77);
		assert_int_equal(left, cut);
		assert_ptr_equal(at, body.data);
	}
	bytes_clear(&body);
}

static void
frames_no_report_beyond_its_limit(void **state)
{
	static uint8_t large[WIRE_REPORT_BYTES_MAX + 1];
	struct bytes body = bytes_new(WIRE_INFLATED_BYTES_MAX);
	/* 1 MiB and one byte, as a varint */
	static const uint8_t claim[] = {0x81, 0x80, 0x40};
	const uint8_t *at, *got;
	size_t left, len;

	(void)state;
	assert_int_equal(wire_frame(&body, large, sizeof(large)), -EFBIG);
	assert_int_equal(body.len, 0);
	assert_int_equal(bytes_add(&body, claim, sizeof(claim)), 0);
	assert_int_equal(bytes_add(&body, large, sizeof(large)), 0);
	at = body.data;
	left = body.len;
	assert_int_equal(wire_next(&at, &left, &got, &len), -EBADMSG);
	bytes_clear(&body);
}

/* Bytes that do not compress. */
static void
fill_noise(uint8_t *at, size_t len)
{
	uint64_t x = 88172645463325252u;

	for (size_t i = 0; i < len; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		at[i] = (uint8_t)(x >> 32);
	}
}

static void
inflates_what_it_deflated(void **state)
{
	static uint8_t plain[300000];
	struct bytes small = bytes_new(WIRE_BODY_BYTES_MAX),
		     back = bytes_new(WIRE_INFLATED_BYTES_MAX);

	(void)state;
	fill_noise(plain, sizeof(plain) / 2);
	assert_int_equal(bytes_add_text(&small, "before"), 0);
	assert_int_equal(wire_deflate(plain, sizeof(plain), &small), 0);
	assert_true(small.len < sizeof(plain) * 6 / 10);
	assert_memory_equal(small.data, "before", 6);
	assert_int_equal(wire_inflate(small.data + 6, small.len - 6, sizeof(plain), &back), 0);
	assert_int_equal(back.len, sizeof(plain));
	assert_memory_equal(back.data, plain, sizeof(plain));
	bytes_clear(&small);
	bytes_clear(&back);
}

static void
inflates_nothing_to_nothing(void **state)
{
	struct bytes small = bytes_new(100), back = bytes_new(100);

	(void)state;
	assert_int_equal(wire_deflate("", 0, &small), 0);
	assert_int_equal(wire_inflate(small.data, small.len, 100, &back), 0);
	assert_int_equal(back.len, 0);
	assert_int_equal(wire_inflate("", 0, 100, &back), -EBADMSG);
	bytes_clear(&small);
	bytes_clear(&back);
}

static void
refuses_every_shorter_body(void **state)
{
	static uint8_t plain[5000];
	struct bytes small = bytes_new(WIRE_BODY_BYTES_MAX),
		     back = bytes_new(WIRE_INFLATED_BYTES_MAX);

	(void)state;
	fill_noise(plain, 600);
	assert_int_equal(wire_deflate(plain, sizeof(plain), &small), 0);
	for (size_t len = 0; len < small.len; len++) {
		assert_int_equal(wire_inflate(small.data, len, sizeof(plain), &back), -EBADMSG);
		assert_int_equal(back.len, 0);
	}
	bytes_clear(&small);
	bytes_clear(&back);
}

static void
notices_a_ruined_body(void **state)
{
	static uint8_t plain[5000];
	struct bytes small = bytes_new(WIRE_BODY_BYTES_MAX),
		     back = bytes_new(WIRE_INFLATED_BYTES_MAX);

	(void)state;
	fill_noise(plain, sizeof(plain));
	assert_int_equal(wire_deflate(plain, sizeof(plain), &small), 0);
	small.data[small.len / 2] ^= 1; /* stored as it is: only the checksum can tell */
	assert_int_equal(wire_inflate(small.data, small.len, sizeof(plain), &back), -EBADMSG);
	bytes_clear(&small);
	bytes_clear(&back);
}

static void
refuses_a_bomb_by_its_claim(void **state)
{
	static uint8_t plain[100000];
	struct bytes small = bytes_new(WIRE_BODY_BYTES_MAX),
		     back = bytes_new(WIRE_INFLATED_BYTES_MAX);

	(void)state;
	assert_int_equal(wire_deflate(plain, sizeof(plain), &small), 0);
	assert_int_equal(wire_inflate(small.data, small.len, sizeof(plain) - 1, &back), -EFBIG);
	assert_null(back.data);
	assert_int_equal(wire_inflate(small.data, small.len, sizeof(plain), &back), 0);
	bytes_clear(&small);
	bytes_clear(&back);
}

/* `frames` frames of `len` zeros each, none of which says how long it is. */
static size_t
bomb_write(uint8_t *at, size_t size, size_t len, int window_log)
{
	static uint8_t zeros[1 << 16];
	ZSTD_CCtx *zstd = ZSTD_createCCtx();
	ZSTD_outBuffer out = {at, size, 0};

	assert_non_null(zstd);
	assert_false(ZSTD_isError(ZSTD_CCtx_setParameter(zstd, ZSTD_c_windowLog, window_log)));
	while (len > 0) {
		ZSTD_inBuffer in = {zeros, len < sizeof(zeros) ? len : sizeof(zeros), 0};

		len -= in.size;
		while (in.pos < in.size)
			assert_false(ZSTD_isError(
			    ZSTD_compressStream2(zstd, &out, &in, ZSTD_e_continue)));
	}
	assert_int_equal(ZSTD_compressStream2(zstd, &out, &(ZSTD_inBuffer){0}, ZSTD_e_end), 0);
	ZSTD_freeCCtx(zstd);
	return out.pos;
}

static void
refuses_a_bomb_that_claims_nothing(void **state)
{
	static uint8_t bomb[1 << 16];
	struct bytes back = bytes_new(64 * 1024 * 1024);
	size_t len = bomb_write(bomb, sizeof(bomb), WIRE_INFLATED_BYTES_MAX + 1, 20);

	(void)state;
	assert_int_equal(wire_inflate(bomb, len, WIRE_INFLATED_BYTES_MAX, &back), -EFBIG);
	assert_int_equal(back.len, 0);
	assert_true(back.size <= 2 * WIRE_INFLATED_BYTES_MAX + 65536);
	bytes_clear(&back);

	len = bomb_write(bomb, sizeof(bomb), WIRE_INFLATED_BYTES_MAX, 20);
	assert_int_equal(wire_inflate(bomb, len, WIRE_INFLATED_BYTES_MAX, &back), 0);
	assert_int_equal(back.len, WIRE_INFLATED_BYTES_MAX);
	bytes_clear(&back);
}

static void
refuses_a_bomb_of_many_frames(void **state)
{
	static uint8_t bomb[1 << 16];
	struct bytes back = bytes_new(WIRE_INFLATED_BYTES_MAX);
	size_t one = bomb_write(bomb, sizeof(bomb), 1000, 17), len = 0;

	(void)state;
	while (len + 2 * one <= sizeof(bomb)) {
		memmove(bomb + len + one, bomb + len, one);
		len += one;
	}
	assert_int_equal(wire_inflate(bomb, len, 100 * 1000, &back), -EFBIG);
	bytes_clear(&back);
}

static void
refuses_a_window_that_no_body_needs(void **state)
{
	static uint8_t bomb[1 << 16];
	struct bytes back = bytes_new(WIRE_INFLATED_BYTES_MAX);
	size_t len = bomb_write(bomb, sizeof(bomb), 4u << 20, 27);

	(void)state;
	assert_int_equal(wire_inflate(bomb, len, WIRE_INFLATED_BYTES_MAX, &back), -EFBIG);
	assert_int_equal(back.len, 0);
	bytes_clear(&back);
}

static void
deflates_nothing_beyond_the_limit(void **state)
{
	static uint8_t plain[100000];
	struct bytes small = bytes_new(50000);

	(void)state;
	fill_noise(plain, sizeof(plain));
	assert_int_equal(bytes_add_text(&small, "kept"), 0);
	assert_int_equal(wire_deflate(plain, sizeof(plain), &small), -EFBIG);
	assert_string_equal((const char *)small.data, "kept");
	assert_int_equal(small.len, 4);
	bytes_clear(&small);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_back_what_it_wrote),
	    cmocka_unit_test(reads_nothing_as_an_empty_report),
	    cmocka_unit_test(keeps_what_it_does_not_know),
	    cmocka_unit_test(refuses_every_shorter_report),
	    cmocka_unit_test(refuses_lengths_past_the_end),
	    cmocka_unit_test(refuses_what_is_not_protobuf),
	    cmocka_unit_test(refuses_texts_that_are_not_utf8),
	    cmocka_unit_test(refuses_a_nul_inside_a_text),
	    cmocka_unit_test(refuses_what_is_nested_too_deep),
	    cmocka_unit_test(refuses_a_report_that_outgrows_the_arena),
	    cmocka_unit_test(packs_nothing_beyond_the_limit),
	    cmocka_unit_test(frames_and_finds_them_in_order),
	    cmocka_unit_test(refuses_every_shorter_frame),
	    cmocka_unit_test(frames_no_report_beyond_its_limit),
	    cmocka_unit_test(inflates_what_it_deflated),
	    cmocka_unit_test(inflates_nothing_to_nothing),
	    cmocka_unit_test(refuses_every_shorter_body),
	    cmocka_unit_test(notices_a_ruined_body),
	    cmocka_unit_test(refuses_a_bomb_by_its_claim),
	    cmocka_unit_test(refuses_a_bomb_that_claims_nothing),
	    cmocka_unit_test(refuses_a_bomb_of_many_frames),
	    cmocka_unit_test(refuses_a_window_that_no_body_needs),
	    cmocka_unit_test(deflates_nothing_beyond_the_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
