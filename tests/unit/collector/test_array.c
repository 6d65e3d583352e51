/* collector/store/array: the bytes that PostgreSQL's array_recv() expects. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <math.h>
#include <string.h>

#include "collector/store/array.h"
#include "common/text.h"

static void
must_be(struct array *a, const char *hex)
{
	char text[512];
	size_t len = 0;
	const uint8_t *bytes = array_data(a, &len);

	assert_non_null(bytes);
	assert_true(2 * len < sizeof(text));
	text_hex(text, bytes, len);
	assert_string_equal(text, hex);
	array_clear(a);
}

static void
an_empty_array_has_no_dimension(void **state)
{
	struct array a = array_of(ARRAY_TEXT);

	(void)state;
	must_be(&a, "0000000000000000"
		    "00000019");
}

static void
numbers_are_big_endian_with_their_length(void **state)
{
	struct array a = array_of(ARRAY_SMALLINT), b = array_of(ARRAY_DOUBLE);

	(void)state;
	array_add_int(&a, -2);
	array_add_int(&a, 258);
	must_be(&a, "00000001000000000000001500000002"
		    "00000001"
		    "00000002fffe"
		    "000000020102");
	array_add_number(&b, 1.5);
	must_be(&b, "0000000100000000000002bd00000001"
		    "00000001"
		    "000000083ff8000000000000");
}

static void
null_has_a_length_below_zero_and_a_flag(void **state)
{
	struct array a = array_of(ARRAY_TEXT), b = array_of(ARRAY_REAL);

	(void)state;
	array_add_text(&a, "ж");
	array_add_null(&a);
	array_add_text(&a, NULL);
	must_be(&a, "00000001000000010000001900000003"
		    "00000001"
		    "00000002d0b6"
		    "ffffffff"
		    "00000000");
	/* What is no number is nothing. */
	array_add_number(&b, (double)NAN);
	must_be(&b, "0000000100000001000002bc00000001"
		    "00000001"
		    "ffffffff");
}

static void
times_count_microseconds_since_2000(void **state)
{
	struct array a = array_of(ARRAY_TIME);

	(void)state;
	array_add_time(&a, INT64_C(946684800001));
	array_add_time(&a, 0);
	must_be(&a, "0000000100000000000004a000000002"
		    "00000001"
		    "0000000800000000000003e8"
		    "00000008fffca2fec4c82000");
}

static void
addresses_have_their_family_and_length(void **state)
{
	static const uint8_t v4[4] = {192, 0, 2, 1}, mac[6] = {1, 2, 3, 4, 5, 6};
	struct array a = array_of(ARRAY_INET), b = array_of(ARRAY_MACADDR);

	(void)state;
	array_add_inet(&a, v4, 4);
	array_add_inet(&a, v4, 3);
	must_be(&a, "00000001000000010000036500000002"
		    "00000001"
		    "0000000802200004c0000201"
		    "ffffffff");
	array_add_mac(&b, mac, 6);
	array_add_mac(&b, mac, 0);
	must_be(&b, "00000001000000010000033d00000002"
		    "00000001"
		    "00000006010203040506"
		    "ffffffff");
}

static void
what_does_not_fit_fails_the_whole_array(void **state)
{
	struct array a = array_of(ARRAY_SMALLINT), b = array_of(ARRAY_TIME);
	size_t len = 0;

	(void)state;
	array_add_int(&a, 40000);
	array_add_int(&a, 1);
	assert_null(array_data(&a, &len));
	assert_int_equal(a.error, -ERANGE);
	array_add_time(&b, -1);
	assert_null(array_data(&b, &len));
	array_reset(&b);
	array_add_time(&b, INT64_C(253402300800000));
	assert_null(array_data(&b, &len));
	array_reset(&b);
	array_add_time(&b, 1);
	assert_non_null(array_data(&b, &len));
	array_clear(&a);
	array_clear(&b);
}

static void
large_counters_become_the_largest_bigint(void **state)
{
	struct array a = array_of(ARRAY_BIGINT);

	(void)state;
	array_add_count(&a, UINT64_MAX);
	must_be(&a, "00000001000000000000001400000001"
		    "00000001"
		    "000000087fffffffffffffff");
}

static void
grows_as_far_as_it_must(void **state)
{
	struct array a = array_of(ARRAY_INTEGER);
	size_t len = 0;

	(void)state;
	for (int i = 0; i < 100000; i++)
		array_add_int(&a, i);
	assert_non_null(array_data(&a, &len));
	assert_int_equal(len, ARRAY_HEAD_BYTES + 100000 * 8);
	assert_int_equal(a.count, 100000);
	array_clear(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_empty_array_has_no_dimension),
	    cmocka_unit_test(numbers_are_big_endian_with_their_length),
	    cmocka_unit_test(null_has_a_length_below_zero_and_a_flag),
	    cmocka_unit_test(times_count_microseconds_since_2000),
	    cmocka_unit_test(addresses_have_their_family_and_length),
	    cmocka_unit_test(what_does_not_fit_fails_the_whole_array),
	    cmocka_unit_test(large_counters_become_the_largest_bigint),
	    cmocka_unit_test(grows_as_far_as_it_must),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
