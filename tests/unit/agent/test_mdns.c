/* mDNS and service discovery: agent/decode/mdns.c, and names of DNS: agent/decode/dns.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "agent/decode/dns.h"
#include "tests/lib/frames.h"

static struct build
header(unsigned flags, unsigned questions, unsigned answers, unsigned authorities)
{
	struct build b = {.len = 0};

	put16(&b, 0);
	put16(&b, flags);
	put16(&b, questions);
	put16(&b, answers);
	put16(&b, authorities);
	put16(&b, 0);
	return b;
}

/* "a.b.c" as labels; a '/' at the end means that a pointer follows, '|' a dot inside a label.
 */
static void
put_name(struct build *b, const char *name)
{
	for (;;) {
		size_t len = strcspn(name, "./");
		uint8_t label[64];

		put8(b, (unsigned)len);
		for (size_t i = 0; i < len; i++)
			label[i] = name[i] == '|' ? '.' : (uint8_t)name[i];
		put(b, label, len);
		if (name[len] == '/')
			return;
		if (!name[len])
			break;
		name += len + 1;
	}
	put8(b, 0);
}

static void
put_record(struct build *b, unsigned type, uint32_t ttl, const void *data, size_t len)
{
	put16(b, type);
	put16(b, 0x8001);
	put32(b, ttl);
	put16(b, (unsigned)len);
	put(b, data, len);
}

/* What a printer announces, with pointers as real responders use them. */
static struct build
announcement(void)
{
	static const uint8_t address[] = {10, 1, 2, 3};
	struct build b = header(0x8400, 0, 5, 0), data = {.len = 0};
	size_t type, instance, host;

	type = b.len;
	put_name(&b, "_ipp._tcp.local");
	put_name(&data, "Printer 2|1/");
	put16(&data, 0xc000 | (unsigned)type);
	instance = b.len + 10;
	put_record(&b, 12, 4500, data.bytes, data.len);

	put16(&b, 0xc000 | (unsigned)instance);
	data.len = 0;
	put16(&data, 0);
	put16(&data, 0);
	put16(&data, 631);
	host = b.len + 10 + 6;
	put_name(&data, "prn-1.local");
	put_record(&b, 33, 120, data.bytes, data.len);

	put16(&b, 0xc000 | (unsigned)instance);
	put_record(&b, 16, 4500,
	    "\x09txtvers=1\x0bty=Maker M5\x0dusb_MFG=Maker\x0a"
	    "usb_MDL=M5\x07UUID=u1\x05note=\x06serial",
	    61);

	put16(&b, 0xc000 | (unsigned)host);
	put_record(&b, 1, 120, address, 4);

	put_name(&b, "_services._dns-sd._udp.local");
	data.len = 0;
	put_name(&data, "_http._tcp.local");
	put_record(&b, 12, 4500, data.bytes, data.len);
	return build_udp4(5353, 5353, &b);
}

static void
reads_what_a_printer_announces(void **state)
{
	struct build b = announcement();
	struct sighting s = decode_good(&b);

	(void)state;
	assert_string_equal(s.source, "mdns");
	assert_fact(&s, "service", "_ipp._tcp");
	assert_string_equal(fact(&s, "service", 1), "_http._tcp");
	assert_fact(&s, "instance", "Printer 2.1");
	assert_fact(&s, "model", "Maker M5");
	assert_string_equal(fact(&s, "model", 1), "M5");
	assert_fact(&s, "vendor", "Maker");
	assert_fact(&s, "uuid", "u1");
	assert_fact(&s, "host_name", "prn-1");
	assert_fact(&s, "address", "10.1.2.3");
	assert_int_equal(fact_count(&s), 9);
	assert_memory_equal(s.mac.bytes, build_source, 6);
	assert_int_equal(s.ip.family, ADDRESS_IPV4);
}

static struct build
one_address(
    unsigned flags, unsigned answers, unsigned authorities, const char *name, uint8_t last)
{
	uint8_t address[] = {10, 1, 2, last};
	struct build b = header(flags, 0, answers, authorities);

	put_name(&b, name);
	put_record(&b, 1, 120, address, 4);
	return build_udp4(5353, 5353, &b);
}

static void
does_not_believe_the_known_answers_of_a_query(void **state)
{
	struct build b = one_address(0, 1, 0, "other.local", 9);
	struct sighting s = decode_good(&b);

	(void)state;
	assert_int_equal(fact_count(&s), 0);
	assert_memory_equal(s.mac.bytes, build_source, 6);
}

static void
believes_what_a_probe_proposes(void **state)
{
	struct build b = one_address(0, 0, 1, "me.local", 3);
	struct sighting s = decode_good(&b);

	(void)state;
	assert_fact(&s, "host_name", "me");
}

static void
gives_a_reflected_name_to_nobody_s_mac(void **state)
{
	struct build b = one_address(0x8400, 1, 0, "far.local", 77);
	struct sighting s = decode_good(&b);

	(void)state;
	assert_fact(&s, "host_name", "far");
	assert_true(mac_is_zero(&s.mac));
	assert_int_equal(s.ip.bytes[3], 77);
}

static void
forgets_records_that_say_goodbye(void **state)
{
	static const uint8_t address[] = {10, 1, 2, 3};
	struct build b = header(0x8400, 0, 1, 0), frame;
	struct sighting s;

	(void)state;
	put_name(&b, "me.local");
	put_record(&b, 1, 0, address, 4);
	frame = build_udp4(5353, 5353, &b);
	s = decode_good(&frame);
	assert_int_equal(fact_count(&s), 0);
}

static void
does_not_take_a_shared_queue_for_the_printer(void **state)
{
	struct build b = header(0x8400, 0, 1, 0), frame;
	struct sighting s;

	(void)state;
	put_name(&b, "Office._ipp._tcp.local");
	put_record(&b, 16, 4500, "\x0bty=Maker M5\x0erp=printers/off\x0ausb_MDL=M5", 38);
	frame = build_udp4(5353, 5353, &b);
	s = decode_good(&frame);
	assert_null(fact(&s, "model", 0));
	assert_fact(&s, "shared_printer", "Maker M5");
}

static void
names_the_host_by_a_service_when_no_address_is_there(void **state)
{
	struct build b = header(0x8400, 0, 1, 0), data = {.len = 0}, frame;
	struct sighting s;

	(void)state;
	put_name(&b, "Tv._googlecast._tcp.local");
	put16(&data, 0);
	put16(&data, 0);
	put16(&data, 8009);
	put_name(&data, "tv-3.local");
	put_record(&b, 33, 120, data.bytes, data.len);
	frame = build_udp4(5353, 5353, &b);
	s = decode_good(&frame);
	assert_fact(&s, "host_name", "tv-3");
	assert_fact(&s, "service", "_googlecast._tcp");
}

static void
leaves_other_operations_alone(void **state)
{
	struct build b = one_address(0xa800, 1, 0, "me.local", 3); /* UPDATE */

	(void)state;
	assert_refused(&b, DECODE_NOT_MINE);
	b = one_address(0x8403, 1, 0, "me.local", 3); /* an error */
	assert_refused(&b, DECODE_NOT_MINE);
}

static void
refuses_pointers_that_do_not_go_back(void **state)
{
	static const uint16_t targets[] = {0xc00c, 0xc00d, 0xc0ff, 0xc000};

	(void)state;
	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
		struct build b = header(0x8400, 0, 1, 0), frame;

		put16(&b,
		    targets[i]); /* at 12: itself, its second half, ahead, the header's zero */
		put_record(&b, 1, 120, "\x0a\x01\x02\x03", 4);
		frame = build_udp4(5353, 5353, &b);
		assert_refused(&frame, DECODE_MALFORMED);
	}
}

static void
follows_a_chain_of_pointers_to_its_end(void **state)
{
	struct build b = {.len = 0};
	struct dns_message message;
	struct dns_name name;
	struct cursor at;

	(void)state;
	b = header(0, 0, 0, 0);
	put_name(&b, "local"); /* 12 */
	put_name(&b, "host/"); /* 19 */
	put16(&b, 0xc00c);
	put_name(&b, "printer/"); /* 26 */
	put16(&b, 0xc013);
	assert_true(dns_open(cursor_over(b.bytes, b.len), &message));
	at = cursor_over(b.bytes + 26, b.len - 26);
	assert_true(dns_read_name(&message, &at, &name));
	assert_int_equal(name.n, 3);
	assert_true(dns_label_is(&name, 0, "PRINTER"));
	assert_true(dns_label_is(&name, 1, "host"));
	assert_true(dns_label_is(&name, 2, "local"));
	assert_false(dns_label_is(&name, 3, ""));
	assert_int_equal(cursor_left(&at), 0);
}

static void
refuses_names_longer_than_255_bytes(void **state)
{
	struct build b = header(0, 0, 0, 0);
	struct dns_message message;
	struct dns_name name;
	struct cursor at;

	(void)state;
	for (int i = 0; i < 5; i++)
		put_name(&b, "012345678901234567890123456789012345678901234567890123456789/");
	put8(&b, 0);
	assert_true(dns_open(cursor_over(b.bytes, b.len), &message));
	at = message.rest;
	assert_false(dns_read_name(&message, &at, &name));
	assert_false(cursor_ok(&at));
}

static void
refuses_labels_of_a_reserved_kind(void **state)
{
	struct build b = header(0, 0, 0, 0);
	struct dns_message message;
	struct dns_name name;
	struct cursor at;

	(void)state;
	put8(&b, 0x41); /* RFC 2673, withdrawn */
	put8(&b, 0);
	assert_true(dns_open(cursor_over(b.bytes, b.len), &message));
	at = message.rest;
	assert_false(dns_read_name(&message, &at, &name));
}

static void
refuses_every_shorter_frame(void **state)
{
	struct build b = announcement();

	(void)state;
	assert_int_equal(refuse_truncations(&b), b.len);
}

/* The message alone is shorter, while the headers around it are right. */
static void
refuses_every_shorter_message(void **state)
{
	struct build whole = announcement(), message = {.len = 0};

	(void)state;
	put(&message, whole.bytes + 42, whole.len - 42);
	while (message.len > 0) {
		struct build b;

		message.len--;
		b = build_udp4(5353, 5353, &message);
		assert_refused(&b, DECODE_MALFORMED);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_what_a_printer_announces),
	    cmocka_unit_test(does_not_believe_the_known_answers_of_a_query),
	    cmocka_unit_test(believes_what_a_probe_proposes),
	    cmocka_unit_test(gives_a_reflected_name_to_nobody_s_mac),
	    cmocka_unit_test(forgets_records_that_say_goodbye),
	    cmocka_unit_test(does_not_take_a_shared_queue_for_the_printer),
	    cmocka_unit_test(names_the_host_by_a_service_when_no_address_is_there),
	    cmocka_unit_test(leaves_other_operations_alone),
	    cmocka_unit_test(refuses_pointers_that_do_not_go_back),
	    cmocka_unit_test(follows_a_chain_of_pointers_to_its_end),
	    cmocka_unit_test(refuses_names_longer_than_255_bytes),
	    cmocka_unit_test(refuses_labels_of_a_reserved_kind),
	    cmocka_unit_test(refuses_every_shorter_frame),
	    cmocka_unit_test(refuses_every_shorter_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
