/* DHCPv6: agent/decode/dhcp6.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/lib/frames.h"

static void
option(struct build *b, unsigned code, const void *value, size_t len)
{
	put16(b, code);
	put16(b, (unsigned)len);
	put(b, value, len);
}

#define OPTION(b, code, literal) option(b, code, literal, sizeof(literal) - 1)

static struct build
message(unsigned type)
{
	struct build b = {.len = 0};

	put8(&b, type);
	put(&b, "\1\2\3", 3);
	return b;
}

static struct build
solicit(void)
{
	struct build b = message(1);

	OPTION(&b, 1, "\0\1\0\1\x1c\x3b\x9a\x00\x00\x1d\xd8\x11\x22\x33"); /* DUID-LLT */
	OPTION(&b, 3, "\0\0\0\1\0\0\0\0\0\0\0\0");
	OPTION(&b, 6, "\0\x11\0\x17\0\x18\0\x20");
	OPTION(&b, 16, "\0\0\1\x37\0\x08MSFT 5.0");
	OPTION(&b, 39, "\0\5pc-17\6school\0");
	OPTION(&b, 61, "\0\7");
	OPTION(&b, 112, "https://maker.example/mud.json");
	return b;
}

static void
check_client(const struct sighting *s)
{
	assert_string_equal(s->source, "dhcp6");
	assert_fact(s, "duid", "000100011c3b9a00001dd8112233");
	assert_fact(s, "mac", "00:1d:d8:11:22:33");
	assert_fact(s, "fingerprint", "17,23,24,32");
	assert_fact(s, "enterprise", "311");
	assert_fact(s, "vendor", "MSFT 5.0");
	assert_fact(s, "fqdn", "pc-17.school");
	assert_fact(s, "architecture", "7");
	assert_fact(s, "mud_url", "https://maker.example/mud.json");
	assert_int_equal(fact_count(s), 8);
}

static void
reads_what_a_client_says(void **state)
{
	struct build payload = solicit(), b = build_udp6(546, 547, &payload);
	struct sighting s = decode_good(&b);

	(void)state;
	check_client(&s);
	assert_memory_equal(s.mac.bytes, build_source, 6);
	assert_int_equal(s.ip.bytes[0], 0xfe);
}

/* What a relay at 2001:db8::1 heard from fe80::7. */
static struct build
relayed(const struct build *inner, bool with_mac)
{
	static const uint8_t link[16] = {0x20, 1, 0xd, 0xb8, [15] = 1};
	static const uint8_t peer[16] = {0xfe, 0x80, [15] = 7};
	struct build b = {.len = 0};

	put8(&b, 12);
	put8(&b, 0);
	put(&b, link, sizeof(link));
	put(&b, peer, sizeof(peer));
	OPTION(&b, 18, "eth7");
	option(&b, 9, inner->bytes, inner->len);
	if (with_mac)
		OPTION(&b, 79, "\0\1\x00\x1d\xd8\x44\x55\x66");
	return b;
}

static void
tells_a_client_from_the_relays_that_speak_for_it(void **state)
{
	static const uint8_t mac[] = {0x00, 0x1d, 0xd8, 0x44, 0x55, 0x66};
	struct build payload = solicit(), once = relayed(&payload, true), b;
	struct build twice = relayed(&once, false);
	struct sighting s;

	(void)state;
	b = build_udp6(547, 547, &once);
	s = decode_good(&b);
	check_client(&s);
	assert_memory_equal(s.mac.bytes, mac, 6);
	assert_int_equal(s.ip.bytes[15], 7);
	b = build_udp6(547, 547, &twice);
	s = decode_good(&b);
	check_client(&s);
	assert_memory_equal(s.mac.bytes, mac, 6);
	once = relayed(&payload, false);
	b = build_udp6(547, 547, &once);
	s = decode_good(&b);
	assert_true(mac_is_zero(&s.mac)); /* the frame's is the relay's */
	assert_int_equal(s.ip.bytes[15], 7);
}

static void
follows_no_endless_chain_of_relays(void **state)
{
	struct build payload = message(1), b;

	(void)state;
	for (int i = 0; i < 9; i++)
		payload = relayed(&payload, false);
	b = build_udp6(547, 547, &payload);
	assert_refused(&b, DECODE_MALFORMED);
}

static void
reads_a_uuid_for_an_identifier(void **state)
{
	struct build payload = message(11), b;
	struct sighting s;

	(void)state;
	OPTION(&payload, 1,
	    "\0\4\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee\xff\x01");
	b = build_udp6(546, 547, &payload);
	s = decode_good(&b);
	assert_fact(&s, "uuid", "11223344-5566-7788-99aa-bbccddeeff01");
	payload = message(11);
	OPTION(&payload, 1, "\0\2\0\0\0\x09serial-7"); /* DUID-EN */
	b = build_udp6(546, 547, &payload);
	s = decode_good(&b);
	assert_fact(&s, "duid", "00020000000973657269616c2d37");
	assert_int_equal(fact_count(&s), 1);
}

static void
reads_that_somebody_is_a_server(void **state)
{
	struct build payload = message(7), b;
	struct sighting s;

	(void)state;
	OPTION(&payload, 1, "\0\3\0\1\x00\x1d\xd8\x11\x22\x33"); /* the client's */
	OPTION(&payload, 2, "\0\3\0\1\x00\x1d\xd8\x00\x00\x01");
	OPTION(&payload, 23, "\x20\1\xd\xb8\0\0\0\0\0\0\0\0\0\0\0\x35");
	OPTION(&payload, 24, "\6school\7example\0");
	b = build_udp6(547, 546, &payload);
	s = decode_good(&b);
	assert_fact(&s, "server", "1");
	assert_fact(&s, "duid", "00030001001dd8000001");
	assert_fact(&s, "mac", "00:1d:d8:00:00:01");
	assert_fact(&s, "dns", "2001:db8::35");
	assert_fact(&s, "domain", "school.example");
	assert_int_equal(fact_count(&s), 5);
}

static void
leaves_answers_to_relays_and_other_messages(void **state)
{
	struct build payload = message(7), b;
	struct sighting s;

	(void)state;
	payload = relayed(&payload, false);
	payload.bytes[0] = 13;
	b = build_udp6(547, 547, &payload);
	s = decode_good(&b);
	assert_int_equal(fact_count(&s), 0);
	payload = message(14); /* a lease query */
	b = build_udp6(547, 547, &payload);
	assert_refused(&b, DECODE_NOT_MINE);
}

static void
forgets_a_wrong_option_alone(void **state)
{
	struct build payload = message(1), b;
	struct sighting s;

	(void)state;
	OPTION(&payload, 6, "\0\x11\0");           /* a code and a half */
	OPTION(&payload, 16, "\0\0\0\x09\0\x09x"); /* longer than the option */
	OPTION(&payload, 39, "\0\x09pc");
	OPTION(&payload, 61, "\0\7");
	b = build_udp6(546, 547, &payload);
	s = decode_good(&b);
	assert_fact(&s, "architecture", "7");
	assert_int_equal(fact_count(&s), 1);
}

static void
refuses_every_shorter_frame(void **state)
{
	struct build payload = solicit(), b;
	size_t good = 0;

	(void)state;
	payload = relayed(&payload, true);
	b = build_udp6(547, 547, &payload);
	assert_int_equal(refuse_truncations(&b), b.len);
	payload = solicit();
	while (payload.len > 0) {
		struct sighting s;

		payload.len--;
		b = build_udp6(546, 547, &payload);
		if (decode_exact(&b, b.len, &s) == DECODE_OK) {
			assert_true(sighting_sane(&s));
			good++;
		}
	}
	assert_int_equal(good, 7); /* between its options */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_what_a_client_says),
	    cmocka_unit_test(tells_a_client_from_the_relays_that_speak_for_it),
	    cmocka_unit_test(follows_no_endless_chain_of_relays),
	    cmocka_unit_test(reads_a_uuid_for_an_identifier),
	    cmocka_unit_test(reads_that_somebody_is_a_server),
	    cmocka_unit_test(leaves_answers_to_relays_and_other_messages),
	    cmocka_unit_test(forgets_a_wrong_option_alone),
	    cmocka_unit_test(refuses_every_shorter_frame),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
