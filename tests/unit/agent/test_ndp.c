/* IPv6 neighbours: agent/decode/ndp.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/lib/frames.h"

enum { ICMPV6 = 58 };

static const uint8_t target[16] = {0xfd, [15] = 7}, link_option[] = {2, 0, 0, 0, 0, 9};

static struct build
message(unsigned type, uint32_t second, size_t rest)
{
	struct build b = {.len = 0};

	put8(&b, type);
	put8(&b, 0);
	put16(&b, 0);
	put32(&b, second);
	while (rest--)
		put8(&b, 0);
	return b;
}

static void
put_link(struct build *b, unsigned option)
{
	put8(b, option);
	put8(b, 1);
	put(b, link_option, sizeof(link_option));
}

static struct build
advertisement(void)
{
	struct build b = message(136, 0xe0000000, 0);

	put(&b, target, sizeof(target));
	put_link(&b, 2);
	return b;
}

static void
tells_whose_address_a_neighbour_advertises(void **state)
{
	struct build payload = advertisement(), b = build_ipv6(ICMPV6, &payload);
	struct sighting s = decode_good(&b);

	(void)state;
	assert_string_equal(s.source, "ndp");
	assert_memory_equal(s.ip.bytes, target, 16);
	assert_memory_equal(s.mac.bytes, link_option, 6);
	assert_fact(&s, "router", "1");
}

static void
tells_who_solicits(void **state)
{
	struct build payload = message(135, 0, 0), b;
	struct sighting s;

	(void)state;
	put(&payload, target, sizeof(target));
	put_link(&payload, 1);
	b = build_ipv6(ICMPV6, &payload);
	s = decode_good(&b);
	assert_int_equal(s.ip.bytes[0], 0xfe); /* the sender's, not the one it looks for */
	assert_memory_equal(s.mac.bytes, link_option, 6);
	assert_int_equal(s.text_len, 0);
	memset(b.bytes + 14 + 8, 0, 16); /* from nobody: it tries the address out */
	s = decode_good(&b);
	assert_memory_equal(s.ip.bytes, target, 16);
}

static struct build
router(void)
{
	struct build b = message(134, 0x40000708, 8);

	put_link(&b, 1);
	put8(&b, 3); /* a prefix, four units long */
	put8(&b, 4);
	put8(&b, 64);
	put8(&b, 0xc0);
	for (int i = 0; i < 12; i++)
		put8(&b, 0);
	put(&b, "\xfd\0\0\1\0\0\0\0\0\0\0\0\0\0\0", 16);
	return b;
}

static void
tells_a_router_and_its_prefixes(void **state)
{
	struct build payload = router(), b = build_ipv6(ICMPV6, &payload);
	struct sighting s = decode_good(&b);

	(void)state;
	assert_fact(&s, "router", "1");
	assert_fact(&s, "prefix", "fd00:1::/64");
	payload.bytes[6] = payload.bytes[7] = 0; /* a router for no time is none */
	b = build_ipv6(ICMPV6, &payload);
	s = decode_good(&b);
	assert_null(fact(&s, "router", 0));
}

static void
refuses_what_came_from_beyond_the_link(void **state)
{
	struct build payload = advertisement(), b = build_ipv6(ICMPV6, &payload);

	(void)state;
	b.bytes[14 + 7] = 254;
	assert_refused(&b, DECODE_MALFORMED);
}

static void
refuses_options_without_length(void **state)
{
	struct build payload = advertisement(), b;

	(void)state;
	payload.bytes[25] = 0;
	b = build_ipv6(ICMPV6, &payload);
	assert_refused(&b, DECODE_MALFORMED);
}

static void
leaves_other_messages_alone(void **state)
{
	struct build payload = message(128, 0, 16), b = build_ipv6(ICMPV6, &payload);

	(void)state;
	assert_refused(&b, DECODE_NOT_MINE);
}

static void
refuses_every_shorter_frame(void **state)
{
	struct build payload = router(), b = build_ipv6(ICMPV6, &payload);
	size_t good = 0;

	(void)state;
	assert_int_equal(refuse_truncations(&b), b.len);
	while (payload.len > 0) {
		struct sighting s;

		payload.len--;
		b = build_ipv6(ICMPV6, &payload);
		if (decode_exact(&b, b.len, &s) == DECODE_OK) {
			assert_true(sighting_sane(&s));
			good++;
		} else {
			assert_refused(&b, DECODE_MALFORMED);
		}
	}
	assert_int_equal(good, 2); /* between the options */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tells_whose_address_a_neighbour_advertises),
	    cmocka_unit_test(tells_who_solicits),
	    cmocka_unit_test(tells_a_router_and_its_prefixes),
	    cmocka_unit_test(refuses_what_came_from_beyond_the_link),
	    cmocka_unit_test(refuses_options_without_length),
	    cmocka_unit_test(leaves_other_messages_alone),
	    cmocka_unit_test(refuses_every_shorter_frame),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
