#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <limits.h>

#include "collector/access/throttle.h"

enum { NOW = 100 * 3600 * 1000 };

static uint64_t
wait_of(enum throttle_kind kind, unsigned failures, int64_t gone_ms)
{
	struct throttle throttle = {failures, NOW - gone_ms};

	return throttle_wait_ms(kind, &throttle, NOW);
}

static void
the_first_failures_are_free(void **state)
{
	(void)state;
	for (unsigned i = 0; i < THROTTLE_LOGIN_FREE; i++)
		assert_int_equal(wait_of(THROTTLE_LOGIN, i, 0), 0);
	for (unsigned i = 0; i < THROTTLE_ADDRESS_FREE; i++)
		assert_int_equal(wait_of(THROTTLE_ADDRESS, i, 0), 0);
}

static void
then_each_doubles_the_wait_up_to_a_limit(void **state)
{
	(void)state;
	assert_int_equal(wait_of(THROTTLE_LOGIN, THROTTLE_LOGIN_FREE, 0), THROTTLE_FIRST_MS);
	assert_int_equal(
	    wait_of(THROTTLE_LOGIN, THROTTLE_LOGIN_FREE + 1, 0), 2 * THROTTLE_FIRST_MS);
	assert_int_equal(
	    wait_of(THROTTLE_LOGIN, THROTTLE_LOGIN_FREE + 2, 0), 4 * THROTTLE_FIRST_MS);
	assert_int_equal(wait_of(THROTTLE_LOGIN, 60, 0), THROTTLE_LOGIN_LONGEST_MS);
	assert_int_equal(wait_of(THROTTLE_LOGIN, UINT_MAX, 0), THROTTLE_LOGIN_LONGEST_MS);
	assert_int_equal(
	    wait_of(THROTTLE_ADDRESS, THROTTLE_ADDRESS_FREE, 0), THROTTLE_FIRST_MS);
	assert_int_equal(wait_of(THROTTLE_ADDRESS, 60, 0), THROTTLE_ADDRESS_LONGEST_MS);
}

static void
time_gone_by_counts(void **state)
{
	(void)state;
	assert_int_equal(wait_of(THROTTLE_LOGIN, THROTTLE_LOGIN_FREE, 500), 1500);
	assert_int_equal(wait_of(THROTTLE_LOGIN, THROTTLE_LOGIN_FREE, THROTTLE_FIRST_MS), 0);
	assert_int_equal(wait_of(THROTTLE_LOGIN, 60, THROTTLE_LOGIN_LONGEST_MS - 1), 1);
	assert_int_equal(wait_of(THROTTLE_LOGIN, 60, THROTTLE_LOGIN_LONGEST_MS), 0);
}

static void
a_clock_set_back_is_no_way_in(void **state)
{
	(void)state;
	assert_int_equal(wait_of(THROTTLE_LOGIN, 60, -5000), THROTTLE_LOGIN_LONGEST_MS);
}

static void
an_hour_of_quiet_forgets_all(void **state)
{
	struct throttle throttle = {60, NOW - THROTTLE_FORGET_MS};

	(void)state;
	assert_int_equal(throttle_wait_ms(THROTTLE_ADDRESS, &throttle, NOW), 0);
	assert_int_equal(throttle_failed(&throttle, NOW), 1);
	throttle.failed_ms++;
	assert_int_equal(throttle_failed(&throttle, NOW), 61);
	throttle.failures = INT_MAX;
	assert_int_equal(throttle_failed(&throttle, NOW), INT_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_first_failures_are_free),
	    cmocka_unit_test(then_each_doubles_the_wait_up_to_a_limit),
	    cmocka_unit_test(time_gone_by_counts),
	    cmocka_unit_test(a_clock_set_back_is_no_way_in),
	    cmocka_unit_test(an_hour_of_quiet_forgets_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
