#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <sys/socket.h>

#include "common/address.h"
#include "common/check.h"

static struct address
address(const char *text)
{
	struct address a = {0};

	assert_int_equal(address_parse(text, &a), 0);
	return a;
}

static void
addresses_print_as_they_were_parsed(void **state)
{
	static const char *const texts[] = {
	    "192.0.2.1", "0.0.0.0", "2001:db8::1", "::", "fe80::1"};
	char back[ADDRESS_TEXT_SIZE];
	struct address a;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		a = address(texts[i]);
		address_format(&a, back);
		assert_string_equal(back, texts[i]);
	}
	assert_int_equal(address_parse("192.0.2.256", &a), -EINVAL);
	assert_int_equal(address_parse("192.0.2", &a), -EINVAL);
	assert_int_equal(address_parse("", &a), -EINVAL);
}

static void
a_range_forgets_host_bits_and_counts(void **state)
{
	struct address_range r;
	struct address a;
	char text[ADDRESS_RANGE_TEXT_SIZE];

	(void)state;
	assert_int_equal(address_range_parse("10.20.7.9/22", &r), 0);
	address_range_format(&r, text);
	assert_string_equal(text, "10.20.4.0/22");
	assert_int_equal(address_range_count(&r), 1024);
	a = address_range_at(&r, 1023);
	address_format(&a, text);
	assert_string_equal(text, "10.20.7.255");
	assert_true(address_in_range(&a, &r));
	a = address("10.20.8.0");
	assert_false(address_in_range(&a, &r));
	assert_int_equal(address_range_parse("192.0.2.7", &r), 0);
	assert_int_equal(address_range_count(&r), 1);
	assert_int_equal(address_range_parse("10.0.0.0/33", &r), -EINVAL);
	assert_int_equal(address_range_parse("10.0.0.0/", &r), -EINVAL);
	assert_int_equal(address_range_parse("2001:db8::5/64", &r), 0);
	a = address("2001:db8::ffff");
	assert_true(address_in_range(&a, &r));
}

static void
private_and_public_are_told_apart(void **state)
{
	static const struct {
		const char *text;
		bool private;
	} cases[] = {
	    {"10.1.1.1", true},
	    {"172.31.0.1", true},
	    {"172.32.0.1", false},
	    {"192.168.0.1", true},
	    {"100.64.0.1", true},
	    {"127.0.0.1", true},
	    {"8.8.8.8", false},
	    {"fd00::1", true},
	    {"2001:db8::1", false},
	    {"0.0.0.0", true},
	    {"169.254.1.1", true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct address a = address(cases[i].text);

		assert_int_equal(address_is_private(&a), cases[i].private);
	}
}

static void
macs_of_every_spelling_are_read(void **state)
{
	static const char *const texts[] = {
	    "00:1a:2B:3c:4d:5e", "00-1a-2b-3c-4d-5e", "001a.2b3c.4d5e", "001a2b3c4d5e"};
	struct mac m;
	char back[MAC_TEXT_SIZE];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		assert_int_equal(mac_parse(texts[i], &m), 0);
		mac_format(&m, back);
		assert_string_equal(back, "00:1a:2b:3c:4d:5e");
	}
	assert_int_equal(mac_parse("00:1a:2b:3c:4d", &m), -EINVAL);
	assert_int_equal(mac_parse("00:1a:2b:3c:4d:5e:6f", &m), -EINVAL);
	assert_int_equal(mac_parse("00:1a:2b:3c:4d:xx", &m), -EINVAL);
	assert_int_equal(mac_parse("02:00:00:00:00:01", &m), 0);
	assert_true(mac_is_local(&m));
	assert_false(mac_is_multicast(&m));
}

static void
socket_addresses_go_both_ways(void **state)
{
	static const char *const texts[] = {"192.0.2.1", "2001:db8::1"};
	struct sockaddr_storage storage;
	struct address back;
	uint16_t port;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		struct address a = address(texts[i]);

		assert_true(address_to_sockaddr(&a, 8443, &storage) > 0);
		assert_int_equal(
		    address_from_sockaddr((struct sockaddr *)&storage, &back, &port), 0);
		assert_true(address_equal(&a, &back));
		assert_int_equal(port, 8443);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(addresses_print_as_they_were_parsed),
	    cmocka_unit_test(a_range_forgets_host_bits_and_counts),
	    cmocka_unit_test(private_and_public_are_told_apart),
	    cmocka_unit_test(macs_of_every_spelling_are_read),
	    cmocka_unit_test(socket_addresses_go_both_ways),
	};

	return cmocka_run_group_tests_name("common/address", tests, NULL, NULL);
}
