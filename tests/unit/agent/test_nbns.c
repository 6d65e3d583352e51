/* NetBIOS names: agent/decode/nbns.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/lib/frames.h"

static void
pad_name(uint8_t ret[16], const char *name, uint8_t suffix)
{
	memset(ret, ' ', 15);
	memcpy(ret, name, strlen(name));
	ret[15] = suffix;
}

static void
put_name(struct build *b, const char *name, uint8_t suffix)
{
	uint8_t plain[16];

	pad_name(plain, name, suffix);
	put8(b, 32);
	for (size_t i = 0; i < sizeof(plain); i++) {
		put8(b, 'A' + (plain[i] >> 4));
		put8(b, 'A' + (plain[i] & 15u));
	}
	put8(b, 0);
}

/* "I am this": a question with the name, and a record that points at it. */
static struct build
registration(const char *name, uint8_t suffix, unsigned flags)
{
	struct build b = {.len = 0};

	put16(&b, 1);
	put16(&b, 0x2910);
	put16(&b, 1);
	put16(&b, 0);
	put16(&b, 0);
	put16(&b, 1);
	put_name(&b, name, suffix);
	put16(&b, 0x20);
	put16(&b, 1);
	put16(&b, 0xc00c);
	put16(&b, 0x20);
	put16(&b, 1);
	put32(&b, 300000);
	put16(&b, 6);
	put16(&b, flags);
	put32(&b, 0x0a010203);
	return b;
}

static void
reads_what_a_host_registers(void **state)
{
	static const struct {
		uint8_t suffix;
		unsigned flags;
		const char *key;
	} kinds[] = {
	    {0x00, 0, "name"},
	    {0x20, 0, "server"},
	    {0x00, 0x8000, "domain"},
	    {0x1c, 0x8000, "controller_of"},
	    {0x1b, 0, "master_of"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct build payload = registration("CLASS-7", kinds[i].suffix, kinds[i].flags);
		struct build b = build_udp4(137, 137, &payload);
		struct sighting s = decode_good(&b);

		assert_string_equal(s.source, "nbns");
		assert_fact(&s, kinds[i].key, "CLASS-7");
		assert_int_equal(fact_count(&s), 1);
	}
}

static struct build
node_status(void)
{
	static const struct {
		const char *name;
		uint8_t suffix;
		unsigned flags;
	} names[] = {{"PC-1", 0, 0x0400}, {"SCHOOL", 0, 0x8400}, {"PC-1", 0x20, 0x0400},
	    {"IVANOV", 3, 0x0400}};
	struct build b = {.len = 0};

	put16(&b, 1);
	put16(&b, 0x8400);
	put16(&b, 0);
	put16(&b, 1);
	put32(&b, 0);
	put_name(&b, "*", 0);
	put16(&b, 0x21);
	put16(&b, 1);
	put32(&b, 0);
	put16(&b, 1 + 4 * 18 + 46);
	put8(&b, 4);
	for (size_t i = 0; i < 4; i++) {
		uint8_t plain[16];

		pad_name(plain, names[i].name, names[i].suffix);
		put(&b, plain, sizeof(plain));
		put16(&b, names[i].flags);
	}
	put(&b, "\2\0\0\0\0\x09", 6);
	for (int i = 0; i < 40; i++)
		put8(&b, 0);
	return b;
}

static void
reads_a_node_status_without_the_user_s_name(void **state)
{
	struct build payload = node_status(), b = build_udp4(137, 40000, &payload);
	struct sighting s = decode_good(&b);

	(void)state;
	assert_fact(&s, "name", "PC-1");
	assert_fact(&s, "domain", "SCHOOL");
	assert_fact(&s, "server", "PC-1");
	assert_fact(&s, "mac", "02:00:00:00:00:09");
	assert_int_equal(fact_count(&s), 4);
}

static void
leaves_questions_and_refusals_alone(void **state)
{
	struct build payload = registration("CLASS-7", 0, 0), b;

	(void)state;
	payload.bytes[2] = 0x01; /* a query by broadcast */
	b = build_udp4(137, 137, &payload);
	assert_refused(&b, DECODE_NOT_MINE);
	payload = node_status();
	payload.bytes[3] = 3; /* no such name */
	b = build_udp4(137, 137, &payload);
	assert_refused(&b, DECODE_NOT_MINE);
}

static void
ignores_names_that_are_not_coded_as_such(void **state)
{
	struct build payload = registration("CLASS-7", 0, 0), b;
	struct sighting s;

	(void)state;
	payload.bytes[14] = 'Z';
	b = build_udp4(137, 137, &payload);
	s = decode_good(&b);
	assert_int_equal(fact_count(&s), 0);
}

static void
refuses_every_shorter_message(void **state)
{
	struct build payload = node_status(), b = build_udp4(137, 137, &payload);

	(void)state;
	assert_int_equal(refuse_truncations(&b), b.len);
	while (payload.len > 0) {
		payload.len--;
		b = build_udp4(137, 137, &payload);
		assert_refused(&b, DECODE_MALFORMED);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_what_a_host_registers),
	    cmocka_unit_test(reads_a_node_status_without_the_user_s_name),
	    cmocka_unit_test(leaves_questions_and_refusals_alone),
	    cmocka_unit_test(ignores_names_that_are_not_coded_as_such),
	    cmocka_unit_test(refuses_every_shorter_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
