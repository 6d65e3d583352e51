/* Questions to everybody: agent/sensor/question.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "agent/decode/decode.h"
#include "agent/decode/dns.h"
#include "agent/sensor/packet.h"
#include "agent/sensor/question.h"

static const uint8_t id[16] = {1, 2, 3, 4, 5, 6, 0x47, 8, 0x89};

/* The n-th question to a port. */
static size_t
built(uint16_t port, size_t n, uint8_t ret[static QUESTION_BYTES_MAX])
{
	for (size_t i = 0; i < questions_count; i++)
		if (questions[i].port == port && n-- == 0)
			return questions[i].build(ret, id, false);
	return 0;
}

/* The names that a message asks for, each as PTR; joined by blanks. */
static size_t
names_of(const uint8_t *bytes, size_t len, char *ret, size_t size)
{
	struct dns_message m;
	size_t at = 0;

	assert_true(dns_open(cursor_over(bytes, len), &m));
	assert_int_equal(m.id, 0);
	assert_int_equal(m.flags, 0);
	assert_int_equal(m.answers + m.authorities + m.additionals, 0);
	for (size_t i = 0; i < m.questions; i++) {
		struct dns_name name;
		uint16_t type;

		assert_true(dns_read_question(&m, &name, &type));
		assert_int_equal(type, DNS_PTR);
		for (size_t k = 0; k < name.n; k++)
			at += (size_t)snprintf(ret + at, size - at, "%.*s%c",
			    (int)name.labels[k].len, (const char *)name.labels[k].at,
			    k + 1u < name.n ? '.' : ' ');
	}
	assert_int_equal(cursor_left(&m.rest), 0);
	return m.questions;
}

static void
asks_for_the_usual_services_twice_and_for_all_types(void **state)
{
	uint8_t bytes[QUESTION_BYTES_MAX];
	char names[2048];
	size_t len = built(5353, 1, bytes);

	(void)state;
	assert_int_equal(names_of(bytes, len, names, sizeof(names)), 1);
	assert_string_equal(names, "_services._dns-sd._udp.local ");
	assert_int_equal(bytes[len - 2], 0x80); /* a unicast answer, RFC 6762 section 5.4 */
	assert_int_equal(bytes[len - 1], 0x01);
	for (size_t i = 0; i <= 2; i += 2) {
		len = built(5353, i, bytes);
		assert_true(names_of(bytes, len, names, sizeof(names)) > 20);
		assert_non_null(strstr(names, "_ipp._tcp.local "));
		assert_non_null(strstr(names, "_googlecast._tcp.local "));
		assert_true(len <= 512); /* for those who take no more */
	}
}

static void
searches_for_all_that_speak_upnp(void **state)
{
	uint8_t bytes[QUESTION_BYTES_MAX + 1] = {0};
	size_t len = built(1900, 0, bytes);
	const char *text = (const char *)bytes;

	(void)state;
	assert_int_equal(strlen(text), len);
	assert_int_equal(strncmp(text, "M-SEARCH * HTTP/1.1\r\n", 21), 0);
	assert_non_null(strstr(text, "\r\nMAN: \"ssdp:discover\"\r\n"));
	assert_non_null(strstr(text, "\r\nMX: 2\r\n"));
	assert_non_null(strstr(text, "\r\nST: ssdp:all\r\n"));
	assert_string_equal(text + len - 4, "\r\n\r\n");
}

static void
probes_with_an_identifier_of_its_own(void **state)
{
	uint8_t bytes[QUESTION_BYTES_MAX + 1] = {0};
	size_t len = built(3702, 0, bytes);
	const char *text = (const char *)bytes;

	(void)state;
	assert_int_equal(strlen(text), len);
	assert_non_null(strstr(text, "/discovery/Probe</a:Action>"));
	assert_non_null(strstr(text, "urn:uuid:01020304-0506-4708-8900-000000000000<"));
	assert_non_null(strstr(text, "<d:Probe/>"));
	len = built(3702, 1, bytes);
	bytes[len] = '\0';
	assert_non_null(strstr(text, "<d:Types>wsdp:Device</d:Types>"));
}

static void
each_fits_a_frame_that_our_own_decoders_read(void **state)
{
	static const struct mac mac = {{2, 0, 0, 0, 0, 1}};
	const struct address me = address_v4((const uint8_t[]){10, 1, 2, 3});
	const struct address me6 = address_v6((const uint8_t[]){0xfe, 0x80, [15] = 1});
	uint8_t bytes[QUESTION_BYTES_MAX], frame[PACKET_DATAGRAM_BYTES_MAX];

	(void)state;
	for (size_t i = 0; i < questions_count; i++) {
		const struct question *q = &questions[i];
		const struct address group = address_v4(q->group);
		const struct address group6 = address_v6(q->group6);
		size_t len = q->build(bytes, id, false);
		struct sighting s;
		int decoder;
		enum decode_verdict verdict;

		len = packet_datagram(frame, &mac, &me, &group, q->port, q->ttl, bytes, len);
		assert_true(len > 60);
		assert_memory_equal(frame, "\x01\x00\x5e", 3);
		assert_int_equal(frame[3], q->group[1] & 0x7f);
		verdict = decode_frame(FRAME_LINK_ETHERNET, frame, len, &s, &decoder);
		assert_true(decoder >= 0);
		assert_int_not_equal(verdict, DECODE_MALFORMED);

		len = q->build(bytes, id, true);
		len = packet_datagram(frame, &mac, &me6, &group6, q->port, q->ttl, bytes, len);
		assert_true(len > 80);
		assert_memory_equal(frame, "\x33\x33\0\0\0", 5);
		assert_int_equal(frame[5], q->group6[15]);
		verdict = decode_frame(FRAME_LINK_ETHERNET, frame, len, &s, &decoder);
		assert_true(decoder >= 0);
		assert_int_not_equal(verdict, DECODE_MALFORMED);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(asks_for_the_usual_services_twice_and_for_all_types),
	    cmocka_unit_test(searches_for_all_that_speak_upnp),
	    cmocka_unit_test(probes_with_an_identifier_of_its_own),
	    cmocka_unit_test(each_fits_a_frame_that_our_own_decoders_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
