#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "collector/http/forwarded.h"

static struct address_range proxies[2];
static char who[ADDRESS_TEXT_SIZE];

static int
prepare(void **state)
{
	(void)state;
	assert_int_equal(address_range_parse("10.0.0.0/24", &proxies[0]), 0);
	assert_int_equal(address_range_parse("2001:db8::1", &proxies[1]), 0);
	return 0;
}

static int
client(const char *header)
{
	struct address address;
	int r = forwarded_client(header, proxies, 2, &address);

	if (r == 0)
		address_format(&address, who);
	return r;
}

static void
the_last_address_that_is_no_proxy_of_ours_is_the_client(void **state)
{
	static const struct {
		const char *header, *client;
	} cases[] = {
	    {"192.0.2.7", "192.0.2.7"},
	    {" 192.0.2.7\t", "192.0.2.7"},
	    {"192.0.2.7, 10.0.0.5", "192.0.2.7"},
	    {"192.0.2.7,10.0.0.5,2001:db8::1", "192.0.2.7"},
	    {"6.6.6.6, 192.0.2.7, 10.0.0.5", "192.0.2.7"},
	    {"nonsense, 192.0.2.7", "192.0.2.7"},
	    {"10.0.0.5, 6.6.6.6", "6.6.6.6"},
	    {"10.0.0.5", "10.0.0.5"},
	    {"10.0.0.6, 10.0.0.5", "10.0.0.6"},
	    {"2001:db8::2", "2001:db8::2"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(client(cases[i].header), 0);
		assert_string_equal(who, cases[i].client);
	}
}

static void
what_is_no_address_names_nobody(void **state)
{
	static const char *const headers[] = {"", ",", " ", "unknown", "192.0.2.7,",
	    "192.0.2.7, x", "192.0.2.7:80", "[2001:db8::2]:80", "_hidden", "nonsense, 10.0.0.5",
	    "1111111111111111111111111111111111111111111111111111111111111111111111111111111"};

	(void)state;
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
		assert_int_equal(client(headers[i]), -EINVAL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_last_address_that_is_no_proxy_of_ours_is_the_client),
	    cmocka_unit_test(what_is_no_address_names_nobody),
	};

	return cmocka_run_group_tests(tests, prepare, NULL);
}
