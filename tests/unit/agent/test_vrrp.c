/* Routers that share an address: agent/decode/vrrp.c, hsrp.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/lib/frames.h"

static const uint8_t vrrp_mac[6] = {0, 0, 0x5e, 0, 1, 51};
static const uint8_t hsrp_mac[6] = {0, 0, 0x0c, 7, 0xac, 1};

/* An IP packet of protocol 112 from 10.1.2.3, from the group's MAC. */
static struct build
build_vrrp(const void *payload, size_t len)
{
	struct build udp = {.len = 0}, b;

	put(&udp, payload, len);
	b = build_udp4(0, 0, &udp);
	memcpy(b.bytes + 6, vrrp_mac, 6);
	b.bytes[14 + 9] = 112;
	memmove(b.bytes + 34, b.bytes + 42, b.len - 42);
	b.len -= 8;
	b.bytes[14 + 3] = (uint8_t)(b.len - 14);
	return b;
}

#define VRRP(literal) build_vrrp(literal, sizeof(literal) - 1)

static void
reads_both_versions_of_vrrp(void **state)
{
	static const uint8_t version3[] = {
	    0x31, 51, 100, 1, 0, 100, 0, 0, 0xfe, 0x80, [23] = 1};
	struct build b = VRRP("\x21\x33\xff\2\0\1\0\0\x0a\1\2\xfe\x0a\1\2\xfd\0\0\0\0\0\0\0\0");
	struct build inner = {.len = 0};
	struct sighting s = decode_good(&b);

	(void)state;
	assert_string_equal(s.source, "vrrp");
	assert_true(mac_is_zero(&s.mac)); /* the group's is nobody's */
	assert_int_equal(s.ip.bytes[3], 3);
	assert_fact(&s, "protocol", "vrrp");
	assert_fact(&s, "group", "51");
	assert_fact(&s, "priority", "255");
	assert_fact(&s, "virtual_address", "10.1.2.254");
	assert_string_equal(fact(&s, "virtual_address", 1), "10.1.2.253");
	assert_int_equal(fact_count(&s), 5);
	put(&inner, version3, sizeof(version3));
	b = build_ipv6(112, &inner);
	s = decode_good(&b);
	assert_fact(&s, "virtual_address", "fe80::1");
	assert_memory_equal(s.mac.bytes, build_source, 6);
}

static void
tells_carp_from_vrrp(void **state)
{
	uint8_t carp[36] = {0x21, 7, 0, 7, 0, 1};
	struct build b = build_vrrp(carp, sizeof(carp));
	struct sighting s = decode_good(&b);

	(void)state;
	assert_fact(&s, "protocol", "carp");
	assert_fact(&s, "group", "7");
	assert_int_equal(fact_count(&s), 2);
}

static void
refuses_what_came_from_beyond_the_link(void **state)
{
	struct build b = VRRP("\x21\x33\xff\1\0\1\0\0\x0a\1\2\xfe\0\0\0\0\0\0\0\0");

	(void)state;
	b.bytes[14 + 8] = 64; /* TTL */
	assert_refused(&b, DECODE_MALFORMED);
	b = VRRP("\x41\x33\xff\1\0\1\0\0\x0a\1\2\xfe");
	assert_refused(&b, DECODE_NOT_MINE);
	b = VRRP("\x21\x33\xff\2\0\1\0\0\x0a\1\2\xfe"); /* an address less than it says */
	assert_refused(&b, DECODE_MALFORMED);
	b = VRRP("\x21\x33\xff");
	assert_refused(&b, DECODE_MALFORMED);
}

static struct build
hsrp(const void *bytes, size_t len)
{
	struct build payload = {.len = 0}, b;

	put(&payload, bytes, len);
	b = build_udp4(1985, 1985, &payload);
	memcpy(b.bytes + 6, hsrp_mac, 6);
	return b;
}

#define HSRP(literal) hsrp(literal, sizeof(literal) - 1)

static void
reads_both_versions_of_hsrp(void **state)
{
	struct build b = HSRP("\0\0\x10\3\x0a\x78\1\0cisco\0\0\0\x0a\1\2\xfe");
	struct sighting s = decode_good(&b);

	(void)state;
	assert_string_equal(s.source, "hsrp");
	assert_true(mac_is_zero(&s.mac));
	assert_int_equal(s.ip.bytes[3], 3);
	assert_fact(&s, "group", "1");
	assert_fact(&s, "priority", "120");
	assert_fact(&s, "virtual_address", "10.1.2.254");
	b = HSRP("\1\x28\2\0\6\4\0\1\2\0\x5e\x10\x20\x30\0\0\0\x64\0\0\x0b\xb8\0\0\x27\x10"
		 "\x0a\1\2\xfe\0\0\0\0\0\0\0\0\0\0\0\0"
		 "\3\2xx");
	s = decode_good(&b);
	assert_memory_equal(s.mac.bytes, build_source, 6); /* it names its own */
	assert_fact(&s, "group", "1");
	assert_fact(&s, "priority", "100");
	assert_fact(&s, "virtual_address", "10.1.2.254");
	b = HSRP("\0\3\0\x0a\0\2\1\0\0\0\0\0\0\0\0\0"); /* it advertises itself */
	s = decode_good(&b);
	assert_int_equal(fact_count(&s), 0);
}

static void
refuses_a_short_hello(void **state)
{
	struct build b = HSRP("\0\0\x10\3\x0a\x78\1\0cisco\0\0\0\x0a\1\2");

	(void)state;
	assert_refused(&b, DECODE_MALFORMED);
	b = HSRP("\1\x05\2\0\6\4\0");
	assert_refused(&b, DECODE_MALFORMED);
	b = HSRP("");
	assert_refused(&b, DECODE_MALFORMED);
	b = HSRP("\0\0\x10\3\x0a\x78\1\0cisco\0\0\0\x0a\1\2\xfe");
	assert_int_equal(refuse_truncations(&b), b.len);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_both_versions_of_vrrp),
	    cmocka_unit_test(tells_carp_from_vrrp),
	    cmocka_unit_test(refuses_what_came_from_beyond_the_link),
	    cmocka_unit_test(reads_both_versions_of_hsrp),
	    cmocka_unit_test(refuses_a_short_hello),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
