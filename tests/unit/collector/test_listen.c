#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "collector/http/listen.h"

static void
endpoints_are_read(void **state)
{
	struct address address;
	uint16_t port;

	(void)state;
	assert_int_equal(endpoint_parse("[::]:8443", &address, &port), 0);
	assert_int_equal(address.family, ADDRESS_IPV6);
	assert_int_equal(port, 8443);
	assert_int_equal(endpoint_parse("10.0.0.1:0", &address, &port), 0);
	assert_int_equal(address.family, ADDRESS_IPV4);
	assert_int_equal(port, 0);
}

static void
other_texts_are_no_endpoints(void **state)
{
	static const char *const bad[] = {"", ":", "8443", "10.0.0.1",
	    "10.0.0.1:", "10.0.0.1:65536", "10.0.0.1:-1", "10.0.0.1:8443x", "[::1:8443",
	    "host:8443", "[10.0.0.1.]:1",
	    "[0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000]:1"};
	struct address address;
	uint16_t port;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_true(endpoint_parse(bad[i], &address, &port) < 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(endpoints_are_read),
	    cmocka_unit_test(other_texts_are_no_endpoints),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
