/* The list of decoders: agent/decode/decode.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <pcap/pcap.h>

#include "common/classify/evidence.h"
#include "tests/lib/frames.h"

static void
names_each_decoder_and_each_place_once(void **state)
{
	(void)state;
	for (int i = 0; i < DECODER_COUNT; i++) {
		assert_true(strlen(decoders[i]->name) < SIGHTING_SOURCE_BYTES);
		assert_true(decoders[i]->places[0].carrier != FRAME_NOWHERE);
		for (int k = 0; k < i; k++) {
			assert_string_not_equal(decoders[i]->name, decoders[k]->name);
			assert_false(
			    decoders[i]->places[0].carrier == decoders[k]->places[0].carrier &&
			    decoders[i]->places[0].number == decoders[k]->places[0].number);
		}
	}
}

static void
lists_what_every_decoder_says_as_evidence(void **state)
{
#define X(source, key, meaning) #source,
	static const char *const sources[] = {EVIDENCE_KEYS(X)};
#undef X
	(void)state;
	for (int i = 0; i < DECODER_COUNT; i++) {
		bool listed = false;

		for (size_t k = 0; k < sizeof(sources) / sizeof(sources[0]); k++)
			listed |= strcmp(decoders[i]->name, sources[k]) == 0;
		assert_true(listed);
	}
}

static bool
passes(const struct bpf_program *program, const struct build *b)
{
	struct pcap_pkthdr header = {.caplen = (bpf_u_int32)b->len, .len = (bpf_u_int32)b->len};

	return pcap_offline_filter(program, &header, b->bytes);
}

static void
builds_a_filter_that_takes_what_decoders_read_and_no_more(void **state)
{
	struct build hello = {.bytes = "hello", .len = 5}, b = build_ethernet(0x88cc);
	pcap_t *pcap = pcap_open_dead(DLT_EN10MB, 1600);
	struct bpf_program program;
	char filter[8192];
	static const unsigned ports[] = {
	    5353, 1900, 3702, 67, 68, 137, 138, 1985, 5355, 5678, 9131, 10001, 37020, 37810};

	(void)state;
	assert_non_null(pcap);
	assert_true(decode_filter(filter, sizeof(filter)) > 0);
	assert_int_equal(pcap_compile(pcap, &program, filter, 1, PCAP_NETMASK_UNKNOWN), 0);
	assert_true(passes(&program, &b));
	b = build_ethernet(0x0806);
	put(&b, "0123456789012345678901234567", 28);
	assert_true(passes(&program, &b));
	for (size_t i = 0; i < sizeof(ports) / sizeof(ports[0]); i++) {
		b = build_udp4(40000, ports[i], &hello);
		assert_true(passes(&program, &b));
	}
	b = build_udp6(40000, 547, &hello);
	assert_true(passes(&program, &b));
	b = build_ipv6(112, &hello);
	assert_true(passes(&program, &b));
	b = build_snap(0x00e02b, 0x00bb, &hello);
	assert_true(passes(&program, &b));
	b = build_udp4(40000, 53, &hello);
	assert_false(passes(&program, &b));
	b = build_ethernet(0x88e5);
	assert_false(passes(&program, &b));
	pcap_freecode(&program);
	pcap_close(pcap);
}

static void
says_when_a_filter_has_no_room(void **state)
{
	char filter[8192];
	int len = decode_filter(filter, sizeof(filter));

	(void)state;
	assert_int_equal(decode_filter(filter, (size_t)len), -ENOSPC);
	assert_int_equal(decode_filter(filter, 0), -ENOSPC);
	assert_int_equal(decode_filter(filter, (size_t)len + 1), len);
}

static void
gives_an_answer_to_the_decoder_of_its_source_port(void **state)
{
	struct build hello = {.bytes = "hello", .len = 5};
	struct build b = build_udp4(1900, 50000, &hello);
	struct sighting s;
	int decoder = -2;

	(void)state;
	assert_int_equal(
	    decode_frame(FRAME_LINK_ETHERNET, b.bytes, b.len, &s, &decoder), DECODE_NOT_MINE);
	assert_int_equal(decoder, DECODER_AT_ssdp);
	b = build_udp4(50001, 50000, &hello);
	assert_int_equal(
	    decode_frame(FRAME_LINK_ETHERNET, b.bytes, b.len, &s, &decoder), DECODE_NOT_MINE);
	assert_int_equal(decoder, -1);
}

static const uint8_t client_mac[6] = {0x00, 0x1d, 0xd8, 1, 2, 3};

/* ARP in whose body another answers than the one that sent the frame: a proxy. */
static struct build
arp_of(const uint8_t mac[6])
{
	struct build b = build_ethernet(0x0806);

	put(&b, "\0\1\x08\0\6\4\0\2", 8);
	put(&b, mac, 6);
	put(&b, "\x0a\1\2\x09", 4);
	put(&b, build_source, 6);
	put(&b, "\x0a\1\2\3", 4);
	return b;
}

static void
tells_who_speaks_for_another(void **state)
{
	struct build b = arp_of(client_mac);
	struct sighting said = decode_good(&b), sender;

	(void)state;
	assert_memory_equal(said.mac.bytes, client_mac, 6);
	assert_true(decode_sender(FRAME_LINK_ETHERNET, b.bytes, b.len, &said, &sender));
	assert_memory_equal(sender.mac.bytes, build_source, 6);
	assert_int_equal(sender.ip.family, ADDRESS_NONE);
	assert_int_equal(fact_count(&sender), 0);
	assert_true(sighting_sane(&sender));
	b = arp_of(build_source);
	said = decode_good(&b);
	assert_false(decode_sender(FRAME_LINK_ETHERNET, b.bytes, b.len, &said, &sender));
}

/* A hello of a virtual router: 10.1.2.3 speaks, by the group's MAC. */
static void
takes_no_virtual_router_for_a_sender(void **state)
{
	struct build hello = {.len = 0}, b;
	struct sighting said, sender;

	(void)state;
	put(&hello, "\0\0\x10\3\x0a\x78\1\0cisco\0\0\0\x0a\1\2\xfe", 20);
	b = build_udp4(1985, 1985, &hello);
	memcpy(b.bytes + 6, "\0\0\x0c\7\xac\1", 6);
	said = decode_good(&b);
	assert_true(mac_is_zero(&said.mac));
	assert_false(decode_sender(FRAME_LINK_ETHERNET, b.bytes, b.len, &said, &sender));
}

/* A datagram for one host, from 10.1.2.3 or 203.0.113.7, that a router passed on. */
static void
tells_what_came_through_a_router(void **state)
{
	struct build question = {.bytes = "\0\1\0\0\0\0\0\0\0\0\0\0", .len = 12};
	struct build b = build_udp4(50000, 5355, &question);
	struct sighting said;

	(void)state;
	memcpy(b.bytes, client_mac, 6);
	memcpy(b.bytes + 30, "\x0a\1\2\x63", 4);
	said = decode_good(&b);
	assert_memory_equal(said.mac.bytes, build_source, 6);
	b.bytes[22] = 63; /* TTL */
	said = decode_good(&b);
	assert_true(mac_is_zero(&said.mac));
	assert_int_equal(said.ip.bytes[3], 3);
	memcpy(b.bytes + 26, "\xcb\0\x71\7", 4);
	assert_refused(&b, DECODE_NOT_MINE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_each_decoder_and_each_place_once),
	    cmocka_unit_test(lists_what_every_decoder_says_as_evidence),
	    cmocka_unit_test(builds_a_filter_that_takes_what_decoders_read_and_no_more),
	    cmocka_unit_test(says_when_a_filter_has_no_room),
	    cmocka_unit_test(gives_an_answer_to_the_decoder_of_its_source_port),
	    cmocka_unit_test(tells_who_speaks_for_another),
	    cmocka_unit_test(takes_no_virtual_router_for_a_sender),
	    cmocka_unit_test(tells_what_came_through_a_router),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
