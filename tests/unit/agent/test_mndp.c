/* Discovery of MikroTik and Ubiquiti: agent/decode/mndp.c, ubnt.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/lib/frames.h"

static void
tlv16(struct build *b, unsigned type, const void *value, size_t len)
{
	put16(b, type);
	put16(b, (unsigned)len);
	put(b, value, len);
}

static void
tlv8(struct build *b, unsigned type, const void *value, size_t len)
{
	put8(b, type);
	put16(b, (unsigned)len);
	put(b, value, len);
}

#define TLV16(b, type, literal) tlv16(b, type, literal, sizeof(literal) - 1)
#define TLV8(b, type, literal)  tlv8(b, type, literal, sizeof(literal) - 1)

static struct build
mndp(void)
{
	struct build b = {.len = 0};

	put32(&b, 9);
	tlv16(&b, 1, build_source, 6);
	TLV16(&b, 5, "router-1");
	TLV16(&b, 7, "7.11 (stable)");
	TLV16(&b, 8, "MikroTik");
	TLV16(&b, 10, "\x10\x20\0\0");
	TLV16(&b, 11, "ABCD-EFGH");
	TLV16(&b, 12, "RB951Ui-2HnD");
	TLV16(&b, 15, "\x20\1\xd\xb8\0\0\0\0\0\0\0\0\0\0\0\1");
	TLV16(&b, 16, "bridge/ether2");
	TLV16(&b, 17, "\x0a\1\2\1");
	return b;
}

static void
reads_what_a_mikrotik_says(void **state)
{
	struct build payload = mndp(), b = build_udp4(5678, 5678, &payload);
	struct sighting s = decode_good(&b);

	(void)state;
	assert_string_equal(s.source, "mndp");
	assert_fact(&s, "mac", "02:00:5e:10:20:30");
	assert_fact(&s, "name", "router-1");
	assert_fact(&s, "version", "7.11 (stable)");
	assert_fact(&s, "platform", "MikroTik");
	assert_fact(&s, "software_id", "ABCD-EFGH");
	assert_fact(&s, "board", "RB951Ui-2HnD");
	assert_fact(&s, "port", "bridge/ether2");
	assert_fact(&s, "address", "2001:db8::1");
	assert_string_equal(fact(&s, "address", 1), "10.1.2.1");
	assert_int_equal(fact_count(&s), 9);
}

static void
hears_who_asks_for_mikrotiks(void **state)
{
	struct build payload = {.len = 4}, b = build_udp4(5678, 5678, &payload);
	struct sighting s = decode_good(&b);

	(void)state;
	assert_int_equal(fact_count(&s), 0);
}

static struct build
ubnt(unsigned version)
{
	struct build b = {.len = 0};

	put8(&b, version);
	put8(&b, version == 1 ? 0 : 6);
	put16(&b, 0);
	tlv8(&b, 1, build_source, 6);
	put8(&b, 2);
	put16(&b, 10);
	put(&b, build_source, 6);
	put(&b, "\x0a\1\2\4", 4);
	TLV8(&b, 3, "BZ.qca956x.v4.3.20");
	TLV8(&b, 0x0a, "\0\0\1\0");
	TLV8(&b, 0x0b, "ap-hall");
	TLV8(&b, 0x0c, "U7LR");
	TLV8(&b, version == 1 ? 0x14 : 0x15, "UAP-AC-LR");
	TLV8(&b, 0x16, "4.3.20");
	b.bytes[3] = (uint8_t)(b.len - 4);
	return b;
}

static void
reads_what_a_ubiquiti_says(void **state)
{
	(void)state;
	for (unsigned version = 1; version <= 2; version++) {
		struct build payload = ubnt(version), b = build_udp4(10001, 40000, &payload);
		struct sighting s = decode_good(&b);

		assert_string_equal(s.source, "ubnt");
		assert_fact(&s, "mac", "02:00:5e:10:20:30");
		assert_fact(&s, "address", "10.1.2.4");
		assert_fact(&s, "firmware", "BZ.qca956x.v4.3.20");
		assert_fact(&s, "name", "ap-hall");
		assert_fact(&s, "platform", "U7LR");
		assert_fact(&s, "model", "UAP-AC-LR");
		assert_fact(&s, "version", "4.3.20");
		assert_int_equal(fact_count(&s), 7);
	}
}

static void
leaves_what_others_send_to_the_same_port(void **state)
{
	struct build payload = {.bytes = "hello", .len = 5};
	struct build b = build_udp4(40000, 10001, &payload);

	(void)state;
	assert_refused(&b, DECODE_NOT_MINE);
}

/* A payload cut behind a TLV reads; everywhere else it does not. */
static void
refuse_shorter(struct build payload, unsigned port, size_t good)
{
	struct build b = build_udp4(port, port, &payload);

	assert_int_equal(refuse_truncations(&b), b.len);
	while (payload.len > 0) {
		struct sighting s;

		payload.len--;
		b = build_udp4(port, port, &payload);
		if (decode_exact(&b, b.len, &s) == DECODE_OK) {
			assert_true(sighting_sane(&s));
			good--;
		}
	}
	assert_int_equal(good, 0);
}

static void
refuses_every_shorter_frame(void **state)
{
	(void)state;
	refuse_shorter(mndp(), 5678, 10);
	refuse_shorter(ubnt(1), 10001, 0); /* its head tells the length */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_what_a_mikrotik_says),
	    cmocka_unit_test(hears_who_asks_for_mikrotiks),
	    cmocka_unit_test(reads_what_a_ubiquiti_says),
	    cmocka_unit_test(leaves_what_others_send_to_the_same_port),
	    cmocka_unit_test(refuses_every_shorter_frame),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
