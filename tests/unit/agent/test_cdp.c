/* CDP: agent/decode/cdp.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/lib/frames.h"

static void
tlv(struct build *b, unsigned type, const void *value, size_t len)
{
	put16(b, type);
	put16(b, (unsigned)len + 4);
	put(b, value, len);
}

#define TLV(b, type, literal) tlv(b, type, literal, sizeof(literal) - 1)

/* In an LLC frame whose length is right. */
static struct build
wrap(const struct build *payload)
{
	static const uint8_t snap[] = {0xaa, 0xaa, 3, 0, 0, 0x0c, 0x20, 0};
	struct build b = build_ethernet((unsigned)(sizeof(snap) + payload->len));

	put(&b, snap, sizeof(snap));
	put(&b, payload->bytes, payload->len);
	return b;
}

static struct build
head(void)
{
	struct build b = {.len = 0};

	put32(&b, 0x02b40000);
	return b;
}

static struct build
full(void)
{
	struct build b = head();

	TLV(&b, 1, "sw-1.example");
	TLV(&b, 2, "\0\0\0\1\1\1\xcc\0\4\x0a\1\2\7");
	TLV(&b, 3, "Fa0/13");
	TLV(&b, 4, "\0\0\0\x28");
	TLV(&b, 5, "Software 12.2");
	TLV(&b, 6, "Model 3560");
	TLV(&b, 0x0a, "\0\7");
	TLV(&b, 0x14, "sw-1");
	TLV(&b, 0x16,
	    "\0\0\0\2\1\1\xcc\0\4\x0a\1\2\x08"
	    "\2\x08\xaa\xaa\3\0\0\0\x86\xdd\0\x10\xfd\0\0\0\0\0\0\0\0\0\0\0\0\0\0\5");
	TLV(&b, 0x17, "\0room 5");
	TLV(&b, 0x99, "unknown");
	return b;
}

static void
reads_all_it_knows(void **state)
{
	struct build payload = full(), b = wrap(&payload);
	struct sighting s = decode_good(&b);

	(void)state;
	assert_string_equal(s.source, "cdp");
	assert_fact(&s, "device_id", "sw-1.example");
	assert_fact(&s, "port_id", "Fa0/13");
	assert_fact(&s, "capabilities", "switch,igmp");
	assert_fact(&s, "software", "Software 12.2");
	assert_fact(&s, "platform", "Model 3560");
	assert_fact(&s, "native_vlan", "7");
	assert_fact(&s, "sys_name", "sw-1");
	assert_fact(&s, "location", "room 5");
	assert_fact(&s, "address", "10.1.2.7");
	assert_string_equal(fact(&s, "address", 1), "10.1.2.8");
	assert_string_equal(fact(&s, "address", 2), "fd00::5");
	assert_int_equal(s.ip.bytes[3], 7);
	assert_int_equal(fact_count(&s), 11);
}

static void
refuses_a_tlv_shorter_than_its_head(void **state)
{
	struct build payload = head(), b;

	(void)state;
	put32(&payload, 0x00010003);
	b = wrap(&payload);
	assert_refused(&b, DECODE_MALFORMED);
}

static void
refuses_other_versions_and_emptiness(void **state)
{
	struct build payload = full(), b;

	(void)state;
	payload.bytes[0] = 3;
	b = wrap(&payload);
	assert_refused(&b, DECODE_MALFORMED);
	payload = head();
	b = wrap(&payload);
	assert_refused(&b, DECODE_MALFORMED);
}

static void
refuses_addresses_that_are_cut_short(void **state)
{
	struct build payload = head(), b;

	(void)state;
	TLV(&payload, 2, "\0\0\0\2\1\1\xcc\0\4\x0a\1\2\7\1\1\xcc\0\4\x0a");
	b = wrap(&payload);
	assert_refused(&b, DECODE_MALFORMED);
}

/* Shorter payloads in frames that are right: all but those that end between TLVs. */
static void
refuses_every_shorter_payload(void **state)
{
	struct build payload = full(), b = wrap(&payload);
	size_t good = 0;

	(void)state;
	assert_int_equal(refuse_truncations(&b), b.len);
	while (payload.len > 0) {
		struct sighting s;

		payload.len--;
		b = wrap(&payload);
		if (decode_exact(&b, b.len, &s) != DECODE_OK) {
			assert_refused(&b, DECODE_MALFORMED);
			continue;
		}
		assert_true(sighting_sane(&s));
		good++;
	}
	assert_int_equal(good, 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_all_it_knows),
	    cmocka_unit_test(refuses_a_tlv_shorter_than_its_head),
	    cmocka_unit_test(refuses_other_versions_and_emptiness),
	    cmocka_unit_test(refuses_addresses_that_are_cut_short),
	    cmocka_unit_test(refuses_every_shorter_payload),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
