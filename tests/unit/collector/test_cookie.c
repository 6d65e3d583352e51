#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "collector/http/cookie.h"

static char value[16];

static int
find(const char *header)
{
	return cookie_find(header, "__Host-s", value, sizeof(value));
}

static void
a_cookie_is_found_wherever_it_stands(void **state)
{
	static const char *const headers[] = {"__Host-s=abc", "a=1; __Host-s=abc",
	    "__Host-s=abc; b=2", "a=1;__Host-s=abc;b=2", " \t__Host-s=abc \t",
	    ";;__Host-s=abc;", "x__Host-s=no; __Host-s=abc", "__Host-sx=no; __Host-s=abc",
	    "__host-s=no; __Host-s=abc"};

	(void)state;
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		assert_int_equal(find(headers[i]), 0);
		assert_string_equal(value, "abc");
	}
	assert_int_equal(find("__Host-s=a=b"), 0);
	assert_string_equal(value, "a=b");
	assert_int_equal(find("__Host-s="), 0);
	assert_string_equal(value, "");
}

static void
what_is_not_there_is_not_found(void **state)
{
	static const char *const headers[] = {"", ";", "=", "a=__Host-s=abc", "__Host-s",
	    "__Host-s ;a=1", "__Host-s =abc", "\xff\xfe"};

	(void)state;
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
		assert_int_equal(find(headers[i]), -ENOENT);
}

static void
a_second_one_makes_both_worthless(void **state)
{
	(void)state;
	assert_int_equal(find("__Host-s=abc; __Host-s=def"), -EINVAL);
	assert_int_equal(find("__Host-s=abc; a=1; __Host-s=abc"), -EINVAL);
}

static void
a_value_is_bounded_and_of_cookie_characters(void **state)
{
	(void)state;
	assert_int_equal(find("__Host-s=123456789012345"), 0);
	assert_int_equal(find("__Host-s=1234567890123456"), -E2BIG);
	assert_int_equal(find("__Host-s=a b"), -EINVAL);
	assert_int_equal(find("__Host-s=\"abc\""), -EINVAL);
	assert_int_equal(find("__Host-s=a,b"), -EINVAL);
	assert_int_equal(find("__Host-s=\xd0\xb0"), -EINVAL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_cookie_is_found_wherever_it_stands),
	    cmocka_unit_test(what_is_not_there_is_not_found),
	    cmocka_unit_test(a_second_one_makes_both_worthless),
	    cmocka_unit_test(a_value_is_bounded_and_of_cookie_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
