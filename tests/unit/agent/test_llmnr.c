/* LLMNR: agent/decode/llmnr.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/lib/frames.h"

static void
name(struct build *b, const char *label)
{
	put8(b, (unsigned)strlen(label));
	put_text(b, label);
	put8(b, 0);
}

/* One question, and as many answers as are put behind it. */
static struct build
message(unsigned flags, unsigned type, unsigned answers)
{
	struct build b = {.len = 0};

	put16(&b, 0x1234);
	put16(&b, flags);
	put16(&b, 1);
	put16(&b, answers);
	put32(&b, 0);
	name(&b, "PC-17");
	put16(&b, type);
	put16(&b, 1);
	return b;
}

static struct build
answer(void)
{
	struct build b = message(0x8000, 1, 1);

	name(&b, "PC-17");
	put(&b, "\0\1\0\1\0\0\0\x1e\0\4\x0a\1\2\3", 14);
	return b;
}

static void
reads_the_name_of_who_answers(void **state)
{
	struct build payload = answer(), b = build_udp4(5355, 50000, &payload);
	struct sighting s = decode_good(&b);

	(void)state;
	assert_string_equal(s.source, "llmnr");
	assert_fact(&s, "name", "PC-17");
	assert_int_equal(fact_count(&s), 1);
	assert_int_equal(s.ip.bytes[3], 3);
}

static void
reads_the_name_that_an_address_stands_for(void **state)
{
	struct build payload = message(0x8000, 12, 1), b;
	struct sighting s;

	(void)state;
	put(&payload, "\x07in-addr\4arpa\0", 14);
	put(&payload, "\0\x0c\0\1\0\0\0\x1e\0\7\5PC-18\0", 17);
	b = build_udp4(5355, 50000, &payload);
	s = decode_good(&b);
	assert_fact(&s, "name", "PC-18");
}

/* RFC 4795 4.1: a host asks for its own name with type ANY; for another's with A. */
static void
tells_a_claim_from_a_question(void **state)
{
	struct build payload = message(0, 255, 0), b = build_udp4(50000, 5355, &payload);
	struct sighting s = decode_good(&b);

	(void)state;
	assert_fact(&s, "name", "PC-17");
	payload = message(0, 1, 0);
	b = build_udp4(50000, 5355, &payload);
	s = decode_good(&b);
	assert_int_equal(fact_count(&s), 0);
	assert_memory_equal(s.mac.bytes, build_source, 6);
}

static void
leaves_failures_and_conflicts(void **state)
{
	struct build payload = answer(), b;

	(void)state;
	payload.bytes[3] = 3;
	b = build_udp4(5355, 50000, &payload);
	assert_refused(&b, DECODE_NOT_MINE);
	payload.bytes[2] = 0x84;
	payload.bytes[3] = 0;
	b = build_udp4(5355, 50000, &payload);
	assert_refused(&b, DECODE_NOT_MINE);
}

static void
refuses_every_shorter_frame(void **state)
{
	struct build payload = answer(), b = build_udp4(5355, 50000, &payload);

	(void)state;
	assert_int_equal(refuse_truncations(&b), b.len);
	while (payload.len > 0) {
		payload.len--;
		b = build_udp4(5355, 50000, &payload);
		assert_refused(&b, DECODE_MALFORMED);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_the_name_of_who_answers),
	    cmocka_unit_test(reads_the_name_that_an_address_stands_for),
	    cmocka_unit_test(tells_a_claim_from_a_question),
	    cmocka_unit_test(leaves_failures_and_conflicts),
	    cmocka_unit_test(refuses_every_shorter_frame),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
