/* The packets that we send ourselves: agent/sensor/packet.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "agent/decode/decode.h"
#include "agent/sensor/packet.h"

static const struct mac own = {{2, 0, 0, 0, 0, 1}}, other = {{2, 0, 0, 0, 0, 2}};
static const struct packet_echo asked = {
    .id = 0x1234, .sequence = 0x0102, .cookie = UINT64_C(0x1122334455667788)};

static struct address
v4(uint8_t last)
{
	return address_v4((const uint8_t[]){10, 1, 2, last});
}

static void
builds_a_request_that_our_own_decoder_reads(void **state)
{
	uint8_t frame[PACKET_ARP_BYTES];
	struct address me = v4(1), you = v4(9);
	struct sighting s;
	int decoder;

	(void)state;
	packet_arp_request(frame, &own, &me, &you, NULL);
	assert_int_equal(
	    decode_frame(FRAME_LINK_ETHERNET, frame, sizeof(frame), &s, &decoder), DECODE_OK);
	assert_true(mac_equal(&s.mac, &own));
	assert_true(address_equal(&s.ip, &me));
	assert_int_equal(s.text_len, 0); /* a request, no answer */
	assert_memory_equal(frame, "\xff\xff\xff\xff\xff\xff", 6);
	assert_memory_equal(frame + 38, you.bytes, 4);
}

static void
asks_one_alone_when_it_is_told_whom(void **state)
{
	uint8_t frame[PACKET_ARP_BYTES];
	struct address nobody = {.family = ADDRESS_NONE}, you = v4(9);

	(void)state;
	packet_arp_request(frame, &own, &nobody, &you, &other);
	assert_memory_equal(frame, other.bytes, 6);
	assert_memory_equal(frame + 28, "\0\0\0\0", 4); /* RFC 5227 */
}

static unsigned
sum_of(const uint8_t *bytes, size_t len)
{
	unsigned sum = 0;

	for (size_t i = 0; i < len; i++)
		sum += i % 2 ? bytes[i] : (unsigned)bytes[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

static void
set_sum(uint8_t *icmp, size_t len)
{
	unsigned sum;

	icmp[2] = icmp[3] = 0;
	sum = ~sum_of(icmp, len);
	icmp[2] = (uint8_t)(sum >> 8);
	icmp[3] = (uint8_t)sum;
}

/* An IPv4 header in front of `len` bytes; returns how many there are now. */
static size_t
wrap4(uint8_t *ret, uint8_t protocol, const struct address *to, const uint8_t *body, size_t len)
{
	memset(ret, 0, 20);
	ret[0] = 0x45;
	ret[3] = (uint8_t)(20 + len);
	ret[8] = 64;
	ret[9] = protocol;
	memcpy(ret + 16, to->bytes, 4);
	memcpy(ret + 20, body, len);
	return 20 + len;
}

static void
builds_an_echo_with_a_right_checksum(void **state)
{
	uint8_t echo[PACKET_ECHO_BYTES];

	(void)state;
	packet_echo_build(echo, ADDRESS_IPV4, &asked);
	assert_int_equal(echo[0], 8);
	assert_int_equal(sum_of(echo, sizeof(echo)), 0xffff);
	packet_echo_build(echo, ADDRESS_IPV6, &asked);
	assert_int_equal(echo[0], 128);
}

static size_t
reply4(uint8_t ret[64])
{
	uint8_t echo[PACKET_ECHO_BYTES];
	struct address me = v4(1);

	packet_echo_build(echo, ADDRESS_IPV4, &asked);
	echo[0] = 0;
	set_sum(echo, sizeof(echo));
	return wrap4(ret, 1, &me, echo, sizeof(echo));
}

static void
reads_a_reply(void **state)
{
	uint8_t bytes[64];
	struct packet_answer answer;

	(void)state;
	assert_true(packet_answer_read(ADDRESS_IPV4, bytes, reply4(bytes), &answer));
	assert_false(answer.error);
	assert_int_equal(answer.echo.id, asked.id);
	assert_int_equal(answer.echo.sequence, asked.sequence);
	assert_true(answer.echo.cookie == asked.cookie);
	packet_echo_build(bytes, ADDRESS_IPV6, &asked);
	bytes[0] = 129;
	assert_true(packet_answer_read(ADDRESS_IPV6, bytes, PACKET_ECHO_BYTES, &answer));
	assert_true(answer.echo.cookie == asked.cookie);
}

static void
refuses_a_reply_whose_checksum_is_wrong(void **state)
{
	uint8_t bytes[64];
	struct packet_answer answer;
	size_t len = reply4(bytes);

	(void)state;
	bytes[40] ^= 1;
	assert_false(packet_answer_read(ADDRESS_IPV4, bytes, len, &answer));
}

/* A router says that the life of our echo ended on the way, quoting `quoted` bytes of it. */
static size_t
exceeded4(uint8_t ret[128], size_t quoted)
{
	uint8_t echo[PACKET_ECHO_BYTES], icmp[96] = {11, 0};
	struct address you = v4(9), me = v4(1);

	packet_echo_build(echo, ADDRESS_IPV4, &asked);
	(void)wrap4(icmp + 8, 1, &you, echo, sizeof(echo));
	set_sum(icmp, 8 + 20 + quoted);
	return wrap4(ret, 1, &me, icmp, 8 + 20 + quoted);
}

static void
reads_an_error_that_quotes_our_echo(void **state)
{
	uint8_t bytes[128];
	struct packet_answer answer;
	struct address you = v4(9);

	(void)state;
	/* RFC 792 promises 8 bytes of it only. */
	assert_true(packet_answer_read(ADDRESS_IPV4, bytes, exceeded4(bytes, 8), &answer));
	assert_true(answer.error);
	assert_int_equal(answer.type, 11);
	assert_int_equal(answer.echo.sequence, asked.sequence);
	assert_true(address_equal(&answer.to, &you));
}

static void
ignores_errors_about_what_we_did_not_send(void **state)
{
	uint8_t bytes[128];
	struct packet_answer answer;
	size_t len = exceeded4(bytes, 8);

	(void)state;
	bytes[28 + 9] = 17; /* about a UDP packet */
	set_sum(bytes + 20, len - 20);
	assert_false(packet_answer_read(ADDRESS_IPV4, bytes, len, &answer));
	len = exceeded4(bytes, 8);
	bytes[28 + 20] = 0; /* about somebody's echo reply */
	set_sum(bytes + 20, len - 20);
	assert_false(packet_answer_read(ADDRESS_IPV4, bytes, len, &answer));
	len = reply4(bytes);
	bytes[20] = 8; /* a request is no answer */
	set_sum(bytes + 20, len - 20);
	assert_false(packet_answer_read(ADDRESS_IPV4, bytes, len, &answer));
}

static void
reads_an_icmpv6_error(void **state)
{
	uint8_t bytes[8 + 40 + PACKET_ECHO_BYTES] = {1, 3, [8] = 0x60, [14] = 58};
	struct packet_answer answer;

	(void)state;
	bytes[8 + 24] = 0xfd; /* whom we had asked */
	bytes[8 + 39] = 7;
	packet_echo_build(bytes + 48, ADDRESS_IPV6, &asked);
	assert_true(packet_answer_read(ADDRESS_IPV6, bytes, sizeof(bytes), &answer));
	assert_true(answer.error);
	assert_int_equal(answer.code, 3);
	assert_int_equal(answer.to.bytes[15], 7);
	assert_int_equal(answer.echo.id, asked.id);
}

static void
refuses_every_shorter_answer(void **state)
{
	uint8_t bytes[128];
	size_t len = exceeded4(bytes, 8);

	(void)state;
	for (size_t n = 0; n < len; n++) {
		uint8_t *exact = malloc(n ? n : 1);
		struct packet_answer before, after;

		assert_non_null(exact);
		memset(&before, 0xa5, sizeof(before));
		memset(&after, 0xa5, sizeof(after));
		memcpy(exact, bytes, n);
		if (n > 24)
			set_sum(exact + 20, n - 20);
		assert_false(packet_answer_read(ADDRESS_IPV4, exact, n, &after));
		assert_memory_equal(&before, &after, sizeof(after));
		free(exact);
	}
}

/* RFC 1071: the words and their checksum make all ones. */
static unsigned
sum(const uint8_t *bytes, size_t len, unsigned start)
{
	unsigned total = start;

	for (size_t i = 0; i < len; i++)
		total += i % 2 ? bytes[i] : (unsigned)bytes[i] << 8;
	while (total >> 16)
		total = (total & 0xffff) + (total >> 16);
	return total;
}

static void
a_datagram_to_a_group_is_whole(void **state)
{
	static const uint8_t group[4] = {239, 255, 255, 250};
	const struct address me = v4(1), to = address_v4(group);
	uint8_t frame[PACKET_DATAGRAM_BYTES_MAX];
	char text[PACKET_DATAGRAM_BYTES_MAX];

	(void)state;
	memset(text, 'x', sizeof(text));
	for (size_t len = 1; len <= 1472; len += len < 40 ? 1 : 179) {
		size_t whole = packet_datagram(frame, &own, &me, &to, 1900, 2, text, len);

		assert_int_equal(whole, len < 18 ? 60 : 42 + len);
		assert_memory_equal(
		    frame, "\x01\x00\x5e\x7f\xff\xfa\x02\0\0\0\0\x01\x08\0", 14);
		assert_int_equal(frame[14 + 8], 2);
		assert_int_equal(sum(frame + 14, 20, 0), 0xffff);
		assert_int_equal(frame[34] << 8 | frame[35], 1900);
		assert_int_equal(frame[36] << 8 | frame[37], 1900);
		assert_int_equal(frame[38] << 8 | frame[39], 8 + len);
		assert_int_equal(
		    sum(frame + 34, 8 + len, sum(frame + 26, 8, 17 + 8 + (unsigned)len)),
		    0xffff);
		assert_memory_equal(frame + 42, text, len);
	}
	assert_int_equal(packet_datagram(frame, &own, &me, &to, 1900, 2, text, 1473), 0);
}

static void
a_datagram_to_an_ipv6_group_is_whole(void **state)
{
	const struct address me = address_v6((const uint8_t[]){0xfe, 0x80, [15] = 7});
	const struct address to = address_v6((const uint8_t[]){0xff, 0x02, [15] = 0xfb});
	uint8_t frame[PACKET_DATAGRAM_BYTES_MAX];
	char text[PACKET_DATAGRAM_BYTES_MAX];

	(void)state;
	memset(text, 'x', sizeof(text));
	for (size_t len = 1; len <= 1452; len += len < 40 ? 1 : 179) {
		size_t whole = packet_datagram(frame, &own, &me, &to, 5353, 255, text, len);

		assert_int_equal(whole, 62 + len);
		assert_memory_equal(frame, "\x33\x33\0\0\0\xfb\x02\0\0\0\0\x01\x86\xdd", 14);
		assert_memory_equal(frame + 14, "\x60\0\0\0", 4);
		assert_int_equal(frame[18] << 8 | frame[19], 8 + len);
		assert_int_equal(frame[20], 17);
		assert_int_equal(frame[21], 255);
		assert_memory_equal(frame + 22, me.bytes, 16);
		assert_memory_equal(frame + 38, to.bytes, 16);
		assert_int_equal(
		    sum(frame + 54, 8 + len, sum(frame + 22, 32, 17 + 8 + (unsigned)len)),
		    0xffff);
		assert_memory_equal(frame + 62, text, len);
	}
	assert_int_equal(packet_datagram(frame, &own, &me, &to, 5353, 255, text, 1453), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_datagram_to_a_group_is_whole),
	    cmocka_unit_test(a_datagram_to_an_ipv6_group_is_whole),
	    cmocka_unit_test(builds_a_request_that_our_own_decoder_reads),
	    cmocka_unit_test(asks_one_alone_when_it_is_told_whom),
	    cmocka_unit_test(builds_an_echo_with_a_right_checksum),
	    cmocka_unit_test(reads_a_reply),
	    cmocka_unit_test(refuses_a_reply_whose_checksum_is_wrong),
	    cmocka_unit_test(reads_an_error_that_quotes_our_echo),
	    cmocka_unit_test(ignores_errors_about_what_we_did_not_send),
	    cmocka_unit_test(reads_an_icmpv6_error),
	    cmocka_unit_test(refuses_every_shorter_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
