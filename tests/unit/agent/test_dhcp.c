/* DHCP: agent/decode/dhcp.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/lib/frames.h"

static const uint8_t client[16] = {2, 0, 0, 0, 0, 9};

static struct build
head(unsigned operation, uint32_t own)
{
	struct build b = {.len = 0};

	put8(&b, operation);
	put8(&b, 1);
	put8(&b, 6);
	put8(&b, 0);
	put32(&b, 0x12345678);
	put32(&b, 0);
	put32(&b, own);
	put32(&b, 0);
	put32(&b, 0);
	put32(&b, 0);
	put(&b, client, sizeof(client));
	for (int i = 0; i < 64 + 128; i++)
		put8(&b, 0);
	put32(&b, 0x63825363);
	return b;
}

static void
option(struct build *b, unsigned code, const void *value, size_t len)
{
	put8(b, code);
	put8(b, (unsigned)len);
	put(b, value, len);
}

#define OPTION(b, code, literal) option(b, code, literal, sizeof(literal) - 1)

static struct build
discover(void)
{
	struct build b = head(1, 0);

	OPTION(&b, 53, "\1");
	put8(&b, 0);
	OPTION(&b, 12, "pc-17");
	OPTION(&b, 55, "\1\3\6\x0f\xfc");
	OPTION(&b, 60, "MSFT 5.0");
	OPTION(&b, 61, "\1\2\0\0\0\0\x09");
	OPTION(&b, 81, "\0\0\0pc-17.school.example");
	put8(&b, 255);
	return b;
}

static void
reads_what_a_client_says(void **state)
{
	struct build payload = discover(), b = build_udp4(68, 67, &payload);
	struct sighting s = decode_good(&b);

	(void)state;
	assert_string_equal(s.source, "dhcp");
	assert_memory_equal(
	    s.mac.bytes, client, 6); /* the one it names, also through a relay */
	assert_int_equal(s.ip.family, ADDRESS_NONE);
	assert_fact(&s, "host_name", "pc-17");
	assert_fact(&s, "parameters", "1,3,6,15,252");
	assert_fact(&s, "vendor_class", "MSFT 5.0");
	assert_fact(&s, "client_id", "01020000000009");
	assert_fact(&s, "fqdn", "pc-17.school.example");
	assert_int_equal(fact_count(&s), 5);
}

static void
takes_the_address_that_a_client_has(void **state)
{
	struct build payload = head(1, 0x0a010209), b;
	struct sighting s;

	(void)state;
	OPTION(&payload, 81, "\4\0\0\5pc-18\6school\0");
	b = build_udp4(68, 67, &payload);
	s = decode_good(&b);
	assert_int_equal(s.ip.bytes[3], 9);
	assert_fact(&s, "fqdn", "pc-18.school");
}

static void
reads_that_somebody_is_a_server(void **state)
{
	struct build payload = head(2, 0), b;
	struct sighting s;

	(void)state;
	OPTION(&payload, 53, "\2");
	OPTION(&payload, 3, "\x0a\1\2\1");
	OPTION(&payload, 6, "\x0a\1\2\1\x0a\1\2\2");
	OPTION(&payload, 15, "school.example");
	OPTION(&payload, 12, "pc-17"); /* the client's, not the server's */
	put8(&payload, 255);
	b = build_udp4(67, 68, &payload);
	s = decode_good(&b);
	assert_memory_equal(s.mac.bytes, build_source, 6);
	assert_fact(&s, "server", "1");
	assert_fact(&s, "router", "10.1.2.1");
	assert_string_equal(fact(&s, "dns", 1), "10.1.2.2");
	assert_fact(&s, "domain", "school.example");
	assert_null(fact(&s, "host_name", 0));
}

static void
leaves_bootp_alone(void **state)
{
	struct build payload = head(1, 0), b;

	(void)state;
	payload.bytes[236] = 0; /* the cookie */
	b = build_udp4(68, 67, &payload);
	assert_refused(&b, DECODE_NOT_MINE);
}

static void
refuses_wrong_operations_and_lengths(void **state)
{
	struct build payload = head(3, 0), b = build_udp4(68, 67, &payload);

	(void)state;
	assert_refused(&b, DECODE_MALFORMED);
	payload = head(1, 0);
	payload.bytes[2] = 17; /* longer than its field */
	b = build_udp4(68, 67, &payload);
	assert_refused(&b, DECODE_MALFORMED);
	payload = head(2, 0);
	OPTION(&payload, 6, "\x0a\1\2\1\x0a"); /* an address and a quarter */
	b = build_udp4(67, 68, &payload);
	assert_refused(&b, DECODE_MALFORMED);
}

static void
refuses_every_shorter_frame(void **state)
{
	struct build payload = discover(), b = build_udp4(68, 67, &payload);
	size_t good = 0;

	(void)state;
	assert_int_equal(refuse_truncations(&b), b.len);
	while (payload.len > 0) {
		struct sighting before, s;

		payload.len--;
		b = build_udp4(68, 67, &payload);
		memset(&s, 0xa5, sizeof(s));
		memset(&before, 0xa5, sizeof(before));
		if (decode_exact(&b, b.len, &s) == DECODE_OK) {
			assert_true(sighting_sane(&s));
			good++;
		} else {
			assert_memory_equal(&before, &s, sizeof(s));
		}
	}
	assert_int_equal(good, 8); /* between the options, whose end some forget to mark */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_what_a_client_says),
	    cmocka_unit_test(takes_the_address_that_a_client_has),
	    cmocka_unit_test(reads_that_somebody_is_a_server),
	    cmocka_unit_test(leaves_bootp_alone),
	    cmocka_unit_test(refuses_wrong_operations_and_lengths),
	    cmocka_unit_test(refuses_every_shorter_frame),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
