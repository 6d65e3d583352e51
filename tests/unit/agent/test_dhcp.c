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
	OPTION(&payload, 12, "pc-17");      /* the client's, not the server's */
	OPTION(&payload, 54, "\x0a\1\2\3"); /* where build_udp4() sends from */
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
takes_nobody_for_a_server_who_passes_its_answer_on(void **state)
{
	struct build payload = head(2, 0), b;
	struct sighting s;

	(void)state;
	OPTION(&payload, 54, "\x0a\1\2\x63");
	b = build_udp4(67, 68, &payload);
	s = decode_good(&b);
	assert_null(fact(&s, "server", 0));
}

/* 10.9.0.1 passes on what the client with this MAC said. */
static void
tells_a_client_from_the_relay_that_speaks_for_it(void **state)
{
	struct build payload = discover(), b;
	struct sighting s;

	(void)state;
	memcpy(payload.bytes + 24, "\x0a\x09\0\1", 4);
	b = build_udp4(67, 67, &payload);
	s = decode_good(&b);
	assert_memory_equal(s.mac.bytes, client, 6);
	assert_int_equal(s.ip.family, ADDRESS_NONE);
	assert_fact(&s, "relay", "10.9.0.1");
	payload.bytes[1] = 32; /* its hardware is InfiniBand: nothing in the frame is its own */
	b = build_udp4(67, 67, &payload);
	s = decode_good(&b);
	assert_true(mac_is_zero(&s.mac));
	assert_int_equal(s.ip.family, ADDRESS_NONE);
}

static void
reads_what_starts_from_the_network(void **state)
{
	struct build payload = head(1, 0), b;
	struct sighting s;

	(void)state;
	OPTION(&payload, 61, "\xff\0\0\0\1\0\3\0\1\2\0\0\0\0\x09");
	OPTION(&payload, 77, "iPXE");
	OPTION(&payload, 93, "\0\7\0\x09");
	OPTION(&payload, 94, "\1\3\x10");
	OPTION(
	    &payload, 97, "\0\x44\x33\x22\x11\x66\x55\x88\x77\x99\xaa\xbb\xcc\xdd\xee\xff\0");
	OPTION(&payload, 50, "\x0a\1\2\x32");
	OPTION(&payload, 161, "https://maker.example/mud.json");
	b = build_udp4(68, 67, &payload);
	s = decode_good(&b);
	assert_fact(&s, "client_id",
	    "ff00000001000300010200000000"
	    "09");
	assert_fact(&s, "duid", "00030001020000000009");
	assert_fact(&s, "user_class", "iPXE");
	assert_fact(&s, "architecture", "7,9");
	assert_fact(&s, "boot_interface", "010310");
	assert_fact(&s, "uuid", "11223344-5566-7788-99aa-bbccddeeff00");
	assert_fact(&s, "requested", "10.1.2.50");
	assert_fact(&s, "mud_url", "https://maker.example/mud.json");
}

static void
forgets_a_wrong_option_alone(void **state)
{
	struct build payload = head(2, 0), b;
	struct sighting s;

	(void)state;
	OPTION(&payload, 6, "\x0a\1\2\1\x0a"); /* an address and a quarter */
	OPTION(&payload, 15, "school.example");
	b = build_udp4(67, 68, &payload);
	s = decode_good(&b);
	assert_null(fact(&s, "dns", 0));
	assert_fact(&s, "domain", "school.example");
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
	put8(&payload, 6); /* an option that is longer than the packet */
	put8(&payload, 9);
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
	    cmocka_unit_test(takes_nobody_for_a_server_who_passes_its_answer_on),
	    cmocka_unit_test(tells_a_client_from_the_relay_that_speaks_for_it),
	    cmocka_unit_test(reads_what_starts_from_the_network),
	    cmocka_unit_test(forgets_a_wrong_option_alone),
	    cmocka_unit_test(leaves_bootp_alone),
	    cmocka_unit_test(refuses_wrong_operations_and_lengths),
	    cmocka_unit_test(refuses_every_shorter_frame),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
