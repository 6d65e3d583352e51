/* EDP: agent/decode/edp.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/lib/frames.h"

static void
tlv(struct build *b, unsigned type, const void *value, size_t len)
{
	put8(b, 0x99);
	put8(b, type);
	put16(b, (unsigned)len + 4);
	put(b, value, len);
}

#define TLV(b, type, literal) tlv(b, type, literal, sizeof(literal) - 1)

static struct build
full(void)
{
	struct build b = {.len = 0};

	put(&b, "\1\0\0\0\0\0\0\7\0\0", 10);
	put(&b, build_source, 6);
	TLV(&b, 2, "\0\0\0\x0b\0\0\0\0\0\0\0\0\x0f\7\2\4\xff\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
	TLV(&b, 1, "sw-core");
	TLV(&b, 5, "\x80\0\0\x0a\0\0\0\0\x0a\1\2\7users");
	TLV(&b, 5, "\0\0\0\x14\0\0\0\0\0\0\0\0");
	TLV(&b, 8, "unknown");
	TLV(&b, 0, "");
	b.bytes[3] = (uint8_t)b.len;
	return b;
}

static void
reads_all_it_knows(void **state)
{
	struct build payload = full(), b = build_snap(0x00e02b, 0x00bb, &payload);
	struct sighting s = decode_good(&b);

	(void)state;
	assert_string_equal(s.source, "edp");
	assert_memory_equal(s.mac.bytes, build_source, 6);
	assert_fact(&s, "chassis_id", "mac:02:00:5e:10:20:30");
	assert_fact(&s, "port", "1/12");
	assert_fact(&s, "version", "15.7.2.4");
	assert_fact(&s, "name", "sw-core");
	assert_fact(&s, "vlan", "10:users");
	assert_string_equal(fact(&s, "vlan", 1), "20");
	assert_fact(&s, "address", "10.1.2.7");
	assert_int_equal(fact_count(&s), 7);
}

static void
refuses_other_versions_and_marks(void **state)
{
	struct build payload = full(), b;

	(void)state;
	payload.bytes[0] = 2;
	b = build_snap(0x00e02b, 0x00bb, &payload);
	assert_refused(&b, DECODE_MALFORMED);
	payload = full();
	payload.bytes[16] = 0x98;
	b = build_snap(0x00e02b, 0x00bb, &payload);
	assert_refused(&b, DECODE_MALFORMED);
	payload = full();
	payload.bytes[19] = 3; /* shorter than its head */
	b = build_snap(0x00e02b, 0x00bb, &payload);
	assert_refused(&b, DECODE_MALFORMED);
	payload = full();
	payload.bytes[9] = 1; /* identified by something else */
	b = build_snap(0x00e02b, 0x00bb, &payload);
	assert_refused(&b, DECODE_NOT_MINE);
}

static void
refuses_every_shorter_frame(void **state)
{
	struct build payload = full(), b = build_snap(0x00e02b, 0x00bb, &payload);

	(void)state;
	assert_int_equal(refuse_truncations(&b), b.len);
	while (payload.len > 0) {
		payload.len--;
		b = build_snap(0x00e02b, 0x00bb, &payload);
		assert_refused(&b, DECODE_MALFORMED);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_all_it_knows),
	    cmocka_unit_test(refuses_other_versions_and_marks),
	    cmocka_unit_test(refuses_every_shorter_frame),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
