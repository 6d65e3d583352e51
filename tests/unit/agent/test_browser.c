/* Browser announcements: agent/decode/browser.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/lib/frames.h"

/* RFC 1001 14.1 */
static void
name(struct build *b, const char *text, unsigned suffix)
{
	size_t len = strlen(text);

	put8(b, 32);
	for (size_t i = 0; i < 16; i++) {
		unsigned byte = i == 15 ? suffix : i < len ? (uint8_t)text[i] : ' ';

		put8(b, 'A' + (byte >> 4));
		put8(b, 'A' + (byte & 15));
	}
	put8(b, 0);
}

static void
put_le16(struct build *b, unsigned value)
{
	put8(b, value);
	put8(b, value >> 8);
}

/* A transaction of SMB to a mailslot. */
static void
mailslot(struct build *b, const char *slot, const struct build *data)
{
	size_t name_len = strlen(slot) + 1;

	put(b, "\xffSMB\x25", 5);
	for (int i = 5; i < 32; i++)
		put8(b, 0);
	put8(b, 17);
	for (int i = 0; i < 11; i++)
		put_le16(b, 0);
	put_le16(b, (unsigned)data->len);
	put_le16(b, (unsigned)(32 + 1 + 34 + 2 + name_len));
	put_le16(b, 3);
	for (int i = 0; i < 3; i++)
		put_le16(b, 1);
	put_le16(b, (unsigned)(name_len + data->len));
	put(b, slot, name_len);
	put(b, data->bytes, data->len);
}

static struct build
datagram(unsigned kind, const char *from, const char *to, unsigned suffix)
{
	struct build b = {.len = 0};

	put8(&b, kind);
	put8(&b, 0x0a);
	put16(&b, 1);
	put(&b, "\x0a\1\2\3", 4);
	put16(&b, 138);
	put16(&b, 200);
	put16(&b, 0);
	name(&b, from, 0x20);
	name(&b, to, suffix);
	return b;
}

static struct build
announcement(unsigned code)
{
	struct build data = {.len = 0};

	put8(&data, code);
	put8(&data, 0);
	put(&data, "\x80\xfc\x0a\0", 4);
	put(&data, "PC-17\0\0\0\0\0\0\0\0\0\0", 16);
	put8(&data, 6);
	put8(&data, 1);
	put_le16(&data, 0x1003);
	put_le16(&data, 0x0005);
	put_le16(&data, 0x010f);
	put_le16(&data, 0xaa55);
	put(&data, "Teacher's desk", 15);
	return data;
}

static void
reads_what_a_host_announces(void **state)
{
	static const unsigned codes[] = {1, 15};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct build data = announcement(codes[i]), b;
		struct build payload = datagram(0x11, "PC-17", "SCHOOL", i ? 0x1e : 0x1d);
		struct sighting s;

		mailslot(&payload, "\\MAILSLOT\\BROWSE", &data);
		b = build_udp4(138, 138, &payload);
		s = decode_good(&b);
		assert_string_equal(s.source, "browser");
		assert_fact(&s, "name", "PC-17");
		assert_fact(&s, "workgroup", "SCHOOL");
		assert_fact(&s, "os_version", "6.1");
		assert_fact(&s, "server_type",
		    "workstation,server,nt,potential_browser,master_browser");
		assert_fact(&s, "comment", "Teacher's desk");
		assert_int_equal(fact_count(&s), 5);
	}
}

/* A domain announcement, an election and a logon say no more than who sends. */
static void
reads_only_the_sender_of_other_datagrams(void **state)
{
	struct build data = announcement(12), payload, b;
	struct sighting s;

	(void)state;
	payload = datagram(0x11, "PC-17", "\1\2__MSBROWSE__\2", 1);
	mailslot(&payload, "\\MAILSLOT\\BROWSE", &data);
	b = build_udp4(138, 138, &payload);
	s = decode_good(&b);
	assert_fact(&s, "name", "PC-17");
	assert_int_equal(fact_count(&s), 1);
	data = announcement(1);
	payload = datagram(0x11, "PC-17", "SCHOOL", 0x1c);
	mailslot(&payload, "\\MAILSLOT\\NETLOGN", &data);
	b = build_udp4(138, 138, &payload);
	s = decode_good(&b);
	assert_int_equal(fact_count(&s), 1);
}

static void
leaves_errors_and_later_pieces(void **state)
{
	struct build payload = datagram(0x13, "PC-17", "SCHOOL", 0x1d);
	struct build b = build_udp4(138, 138, &payload);

	(void)state;
	assert_refused(&b, DECODE_NOT_MINE);
	payload = datagram(0x11, "PC-17", "SCHOOL", 0x1d);
	payload.bytes[13] = 1;
	b = build_udp4(138, 138, &payload);
	assert_refused(&b, DECODE_NOT_MINE);
	payload.bytes[13] = 0;
	payload.bytes[15] = 'Z'; /* no half byte */
	b = build_udp4(138, 138, &payload);
	assert_refused(&b, DECODE_MALFORMED);
}

static void
refuses_every_shorter_frame(void **state)
{
	struct build data = announcement(1), payload, b;
	size_t good = 0;

	(void)state;
	payload = datagram(0x11, "PC-17", "SCHOOL", 0x1d);
	mailslot(&payload, "\\MAILSLOT\\BROWSE", &data);
	b = build_udp4(138, 138, &payload);
	assert_int_equal(refuse_truncations(&b), b.len);
	while (payload.len > 0) {
		struct sighting s;

		payload.len--;
		b = build_udp4(138, 138, &payload);
		if (decode_exact(&b, b.len, &s) != DECODE_OK)
			continue;
		assert_true(sighting_sane(&s));
		assert_int_equal(fact_count(&s), 1); /* its sender alone */
		good++;
	}
	assert_true(good > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_what_a_host_announces),
	    cmocka_unit_test(reads_only_the_sender_of_other_datagrams),
	    cmocka_unit_test(leaves_errors_and_later_pieces),
	    cmocka_unit_test(refuses_every_shorter_frame),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
