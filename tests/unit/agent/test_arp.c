/* ARP: agent/decode/arp.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/lib/frames.h"

static struct build
arp(unsigned operation, const uint8_t ip[4])
{
	static const uint8_t target[10] = {2, 0, 0, 0, 0, 9, 10, 1, 2, 9};
	struct build b = build_ethernet(0x0806);

	put16(&b, 1);
	put16(&b, 0x0800);
	put16(&b, 0x0604);
	put16(&b, operation);
	put(&b, build_source, 6);
	put(&b, ip, 4);
	put(&b, target, sizeof(target));
	return b;
}

static const uint8_t host[4] = {10, 1, 2, 3};

static void
tells_who_answered(void **state)
{
	struct build b = arp(2, host);
	struct sighting s = decode_good(&b);
	struct address ip = address_v4(host);

	(void)state;
	assert_string_equal(s.source, "arp");
	assert_memory_equal(s.mac.bytes, build_source, 6);
	assert_true(address_equal(&s.ip, &ip));
	assert_fact(&s, "answered", "1");
}

static void
tells_who_asked_but_not_that_it_answered(void **state)
{
	struct build b = arp(1, host);
	struct sighting s = decode_good(&b);

	(void)state;
	assert_int_equal(s.text_len, 0);
	assert_int_equal(s.ip.family, ADDRESS_IPV4);
}

static void
takes_no_address_from_a_probe(void **state)
{
	static const uint8_t nobody[4] = {0};
	struct build b = arp(1, nobody);
	struct sighting s = decode_good(&b);

	(void)state;
	assert_int_equal(s.ip.family, ADDRESS_NONE);
	assert_memory_equal(s.mac.bytes, build_source, 6);
}

static void
leaves_other_kinds_alone(void **state)
{
	struct build b = arp(3, host); /* reverse ARP */

	(void)state;
	assert_refused(&b, DECODE_NOT_MINE);
	b = arp(2, host);
	b.bytes[17] = 0x06; /* another protocol than IPv4 */
	assert_refused(&b, DECODE_NOT_MINE);
	b = arp(2, host);
	b.bytes[15] = 24; /* IEEE 1394 */
	assert_refused(&b, DECODE_NOT_MINE);
}

static void
refuses_what_contradicts_itself(void **state)
{
	static const uint8_t group[4] = {224, 0, 0, 1};
	struct build b = arp(2, host);

	(void)state;
	b.bytes[18] = 7; /* length of a hardware address */
	assert_refused(&b, DECODE_MALFORMED);
	b = arp(2, host);
	b.bytes[22] = 0x03; /* a group as sender */
	assert_refused(&b, DECODE_MALFORMED);
	b = arp(2, group);
	assert_refused(&b, DECODE_MALFORMED);
}

static void
reads_it_in_a_snap_frame(void **state)
{
	static const uint8_t snap[] = {0xaa, 0xaa, 3, 0, 0, 0, 8, 6};
	struct build plain = arp(2, host), b = build_ethernet(sizeof(snap) + 28);
	struct sighting s;

	(void)state;
	put(&b, snap, sizeof(snap));
	put(&b, plain.bytes + 14, 28);
	b.bytes[23] = 6; /* IEEE 802 */
	s = decode_good(&b);
	assert_fact(&s, "answered", "1");
}

static void
refuses_every_shorter_frame(void **state)
{
	struct build b = arp(2, host);

	(void)state;
	assert_int_equal(refuse_truncations(&b), b.len);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tells_who_answered),
	    cmocka_unit_test(tells_who_asked_but_not_that_it_answered),
	    cmocka_unit_test(takes_no_address_from_a_probe),
	    cmocka_unit_test(leaves_other_kinds_alone),
	    cmocka_unit_test(refuses_what_contradicts_itself),
	    cmocka_unit_test(reads_it_in_a_snap_frame),
	    cmocka_unit_test(refuses_every_shorter_frame),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
