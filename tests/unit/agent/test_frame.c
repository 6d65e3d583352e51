/* The headers of frames: agent/decode/frame.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/lib/frames.h"

static const struct build hello = {.bytes = "hello", .len = 5};

static struct frame
parse(const struct build *b)
{
	struct frame f;

	assert_int_equal(frame_parse(FRAME_LINK_ETHERNET, b->bytes, b->len, &f), FRAME_OK);
	return f;
}

static void
assert_payload(const struct frame *f, const char *text)
{
	assert_int_equal(cursor_left(&f->payload), strlen(text));
	assert_memory_equal(f->payload.at, text, strlen(text));
}

static void
reads_an_ethertype(void **state)
{
	struct build b = build_ethernet(0x88cc);
	struct frame f;

	(void)state;
	put(&b, "hello", 5);
	f = parse(&b);
	assert_int_equal(f.place.carrier, FRAME_ETHERTYPE);
	assert_int_equal(f.place.number, 0x88cc);
	assert_memory_equal(f.source.bytes, build_source, 6);
	assert_memory_equal(f.destination.bytes, build_group, 6);
	assert_int_equal(f.vlan, 0);
	assert_payload(&f, "hello");
}

static void
takes_the_innermost_of_stacked_tags(void **state)
{
	struct build b = build_ethernet(0x88a8);
	struct frame f;

	(void)state;
	put16(&b, 0x2005); /* priority 1, VLAN 5 */
	put16(&b, 0x8100);
	put16(&b, 0x0064);
	put16(&b, 0x88cc);
	put(&b, "hello", 5);
	f = parse(&b);
	assert_int_equal(f.vlan, 100);
	assert_payload(&f, "hello");
}

static void
refuses_a_tower_of_tags(void **state)
{
	struct build b = build_ethernet(0x8100);
	struct frame f;

	(void)state;
	for (int i = 0; i < 5; i++) {
		put16(&b, 1);
		put16(&b, 0x8100);
	}
	assert_int_equal(frame_parse(FRAME_LINK_ETHERNET, b.bytes, b.len, &f), FRAME_MALFORMED);
}

static void
cuts_padding_off_where_a_length_tells(void **state)
{
	struct build b = build_udp4(5353, 5353, &hello);
	struct frame f;

	(void)state;
	put(&b, "padding", 7);
	f = parse(&b);
	assert_int_equal(f.place.carrier, FRAME_UDP);
	assert_int_equal(f.place.number, 5353);
	assert_int_equal(f.hop_limit, 255);
	assert_payload(&f, "hello");
}

static void
steps_over_ipv4_options(void **state)
{
	struct build plain = build_udp4(1, 67, &hello), b = {.len = 0};
	struct frame f;

	(void)state;
	put(&b, plain.bytes, 34);
	put32(&b, 0x94040000); /* router alert */
	put(&b, plain.bytes + 34, plain.len - 34);
	b.bytes[14] = 0x46;
	b.bytes[17] = (uint8_t)(b.bytes[17] + 4);
	f = parse(&b);
	assert_int_equal(f.place.number, 67);
	assert_int_equal(f.source_port, 1);
	assert_payload(&f, "hello");
}

static void
refuses_fragments(void **state)
{
	struct build b = build_udp4(1, 5353, &hello);
	struct frame f;

	(void)state;
	b.bytes[20] = 0x20; /* more fragments */
	assert_int_equal(frame_parse(FRAME_LINK_ETHERNET, b.bytes, b.len, &f), FRAME_FRAGMENT);
	b.bytes[20] = 0x00;
	b.bytes[21] = 0x01; /* an offset */
	assert_int_equal(frame_parse(FRAME_LINK_ETHERNET, b.bytes, b.len, &f), FRAME_FRAGMENT);
	b.bytes[20] = 0x40; /* do not fragment */
	b.bytes[21] = 0x00;
	assert_int_equal(frame_parse(FRAME_LINK_ETHERNET, b.bytes, b.len, &f), FRAME_OK);
}

static void
walks_ipv6_extension_headers(void **state)
{
	static const uint8_t extensions[] = {
	    60, 0, 1, 4, 0, 0, 0, 0, /* hop by hop, then destination options */
	    44, 1, 1, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	    0,                       /* two words, then a fragment header */
	    17, 0, 0, 0, 0, 0, 0, 9, /* an atomic one, then UDP */
	};
	struct build payload = {.len = 0}, b;
	struct frame f;

	(void)state;
	put(&payload, extensions, sizeof(extensions));
	put16(&payload, 5353);
	put16(&payload, 5353);
	put16(&payload, 8 + 5);
	put16(&payload, 0);
	put(&payload, "hello", 5);
	b = build_ipv6(0, &payload);
	f = parse(&b);
	assert_int_equal(f.place.carrier, FRAME_UDP);
	assert_int_equal(f.from.family, ADDRESS_IPV6);
	assert_payload(&f, "hello");
	b.bytes[14 + 40 + 8 + 16 + 3] = 1; /* more fragments */
	assert_int_equal(frame_parse(FRAME_LINK_ETHERNET, b.bytes, b.len, &f), FRAME_FRAGMENT);
}

static void
refuses_endless_extension_headers(void **state)
{
	struct build payload = {.len = 0}, b;
	struct frame f;

	(void)state;
	for (int i = 0; i < 20; i++) {
		put32(&payload, 0x3c000104);
		put32(&payload, 0);
	}
	b = build_ipv6(60, &payload);
	assert_int_equal(frame_parse(FRAME_LINK_ETHERNET, b.bytes, b.len, &f), FRAME_MALFORMED);
}

static void
reads_snap_and_llc(void **state)
{
	static const uint8_t cisco[] = {0xaa, 0xaa, 3, 0, 0, 0x0c, 0x20, 0};
	static const uint8_t arp[] = {0xaa, 0xaa, 3, 0, 0, 0, 8, 6};
	static const uint8_t stp[] = {0x42, 0x42, 3};
	struct build b = build_ethernet(sizeof(cisco) + 5);
	struct frame f;

	(void)state;
	put(&b, cisco, sizeof(cisco));
	put(&b, "hellopadding", 12);
	f = parse(&b);
	assert_int_equal(f.place.carrier, FRAME_SNAP);
	assert_true(f.place.number == 0x00000c2000);
	assert_payload(&f, "hello");

	b = build_ethernet(sizeof(arp) + 5);
	put(&b, arp, sizeof(arp));
	put(&b, "hello", 5);
	f = parse(&b);
	assert_int_equal(f.place.carrier, FRAME_ETHERTYPE);
	assert_int_equal(f.place.number, 0x0806);

	b = build_ethernet(sizeof(stp) + 5);
	put(&b, stp, sizeof(stp));
	put(&b, "hello", 5);
	f = parse(&b);
	assert_int_equal(f.place.carrier, FRAME_LLC);
	assert_int_equal(f.place.number, 0x42);
	assert_payload(&f, "hello");
}

static void
refuses_lengths_that_contradict(void **state)
{
	struct build b = build_udp4(1, 5353, &hello);
	struct frame f;

	(void)state;
	b.bytes[39] = 7; /* UDP shorter than its header */
	assert_int_equal(frame_parse(FRAME_LINK_ETHERNET, b.bytes, b.len, &f), FRAME_MALFORMED);
	b.bytes[39] = 200; /* or longer than its datagram */
	assert_int_equal(frame_parse(FRAME_LINK_ETHERNET, b.bytes, b.len, &f), FRAME_MALFORMED);
	b = build_udp4(1, 5353, &hello);
	b.bytes[14] = 0x44; /* IPv4 shorter than its header */
	assert_int_equal(frame_parse(FRAME_LINK_ETHERNET, b.bytes, b.len, &f), FRAME_MALFORMED);
	b.bytes[14] = 0x65; /* not IPv4 */
	assert_int_equal(frame_parse(FRAME_LINK_ETHERNET, b.bytes, b.len, &f), FRAME_MALFORMED);
}

static void
reads_cooked_and_raw_links(void **state)
{
	struct build udp = build_udp4(1, 5353, &hello), b = {.len = 0};
	struct frame f;

	(void)state;
	assert_int_equal(
	    frame_parse(FRAME_LINK_RAW_IP, udp.bytes + 14, udp.len - 14, &f), FRAME_OK);
	assert_true(mac_is_zero(&f.source));
	assert_payload(&f, "hello");

	put16(&b, 1); /* broadcast to us */
	put16(&b, 1); /* ARPHRD_ETHER */
	put16(&b, 6);
	put(&b, build_source, 6);
	put16(&b, 0);
	put16(&b, 0x0800);
	put(&b, udp.bytes + 14, udp.len - 14);
	assert_int_equal(frame_parse(FRAME_LINK_COOKED, b.bytes, b.len, &f), FRAME_OK);
	assert_memory_equal(f.source.bytes, build_source, 6);
	assert_payload(&f, "hello");

	b.len = 0;
	put16(&b, 0x0800);
	put16(&b, 0);
	put32(&b, 3);
	put16(&b, 1);
	put8(&b, 1);
	put8(&b, 6);
	put(&b, build_source, 6);
	put16(&b, 0);
	put(&b, udp.bytes + 14, udp.len - 14);
	assert_int_equal(frame_parse(FRAME_LINK_COOKED2, b.bytes, b.len, &f), FRAME_OK);
	assert_memory_equal(f.source.bytes, build_source, 6);
	assert_payload(&f, "hello");
	for (size_t len = 0; len < b.len; len++)
		assert_int_not_equal(
		    frame_parse(FRAME_LINK_COOKED2, b.bytes, len, &f), FRAME_OK);
}

static void
refuses_every_shorter_datagram(void **state)
{
	struct build b = build_udp4(1, 5353, &hello);
	struct frame before, after;

	(void)state;
	memset(&before, 0x5a, sizeof(before));
	memset(&after, 0x5a, sizeof(after));
	for (size_t len = 0; len < b.len; len++) {
		assert_int_equal(
		    frame_parse(FRAME_LINK_ETHERNET, b.bytes, len, &after), FRAME_MALFORMED);
		assert_memory_equal(&before, &after, sizeof(after));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_an_ethertype),
	    cmocka_unit_test(takes_the_innermost_of_stacked_tags),
	    cmocka_unit_test(refuses_a_tower_of_tags),
	    cmocka_unit_test(cuts_padding_off_where_a_length_tells),
	    cmocka_unit_test(steps_over_ipv4_options),
	    cmocka_unit_test(refuses_fragments),
	    cmocka_unit_test(walks_ipv6_extension_headers),
	    cmocka_unit_test(refuses_endless_extension_headers),
	    cmocka_unit_test(reads_snap_and_llc),
	    cmocka_unit_test(refuses_lengths_that_contradict),
	    cmocka_unit_test(reads_cooked_and_raw_links),
	    cmocka_unit_test(refuses_every_shorter_datagram),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
