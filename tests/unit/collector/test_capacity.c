#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "collector/http/capacity.h"

enum { LIMIT_MBPS = 800, MEGABIT_BYTES = 125000 };

static int
empty(void **state)
{
	*state = calloc(1, sizeof(struct capacity));
	return *state ? 0 : -1;
}

static int
away(void **state)
{
	free(*state);
	return 0;
}

static void
what_is_promised_stays_below_the_limit(void **state)
{
	struct capacity *c = *state;

	for (uint64_t key = 1; key <= 8; key++)
		assert_non_null(capacity_take(c, key, 100, LIMIT_MBPS, 0));
	assert_null(capacity_take(c, 9, 100, LIMIT_MBPS, 0));
	assert_null(capacity_take(c, 9, 0, LIMIT_MBPS, 0));
	assert_true(capacity_promised_mbps(c, 0) == 800);
}

static void
one_that_is_too_large_leaves_room_for_a_small_one(void **state)
{
	struct capacity *c = *state;

	assert_null(capacity_take(c, 1, 801, LIMIT_MBPS, 0));
	assert_true(capacity_promised_mbps(c, 0) == 0);
	assert_non_null(capacity_take(c, 1, 800, LIMIT_MBPS, 0));
}

static void
streams_of_one_test_declare_it_once(void **state)
{
	struct capacity *c = *state;
	struct capacity_test *test = capacity_take(c, 1, 500, LIMIT_MBPS, 0);

	for (int i = 0; i < 16; i++)
		assert_ptr_equal(capacity_take(c, 1, 500, LIMIT_MBPS, 0), test);
	assert_true(capacity_promised_mbps(c, 0) == 500);
	assert_null(capacity_take(c, 1, 900, LIMIT_MBPS, 0));
	assert_ptr_equal(capacity_take(c, 1, 700, LIMIT_MBPS, 0), test);
	assert_ptr_equal(capacity_take(c, 1, 100, LIMIT_MBPS, 0), test);
	assert_true(capacity_promised_mbps(c, 0) == 700);
}

static void
a_test_keeps_its_place_between_two_streams_and_no_longer(void **state)
{
	struct capacity *c = *state;
	struct capacity_test *test = capacity_take(c, 1, 800, LIMIT_MBPS, 1000);

	capacity_leave(test, 5000);
	assert_null(capacity_take(c, 2, 1, LIMIT_MBPS, 5000 + CAPACITY_LINGER_MS - 1));
	assert_ptr_equal(capacity_take(c, 1, 800, LIMIT_MBPS, 6000), test);
	capacity_leave(test, 7000);
	assert_non_null(capacity_take(c, 2, 800, LIMIT_MBPS, 7000 + CAPACITY_LINGER_MS));
}

static void
what_declared_nothing_counts_as_it_was_in_the_last_second(void **state)
{
	struct capacity *c = *state;
	struct capacity_test *person = capacity_take(c, 1, 0, LIMIT_MBPS, 1000);
	struct capacity_test *agent = capacity_take(c, 2, 300, LIMIT_MBPS, 1000);

	capacity_carry(c, person, 400 * MEGABIT_BYTES, 1000);
	capacity_carry(c, person, 200 * MEGABIT_BYTES, 1999);
	capacity_carry(c, agent, 100 * MEGABIT_BYTES, 1999);
	assert_true(capacity_carried_mbps(c, 1999) == 0);
	assert_true(capacity_carried_mbps(c, 2000) == 700);
	assert_true(capacity_promised_mbps(c, 2999) == 900);
	assert_null(capacity_take(c, 3, 1, LIMIT_MBPS, 2500));
	assert_ptr_equal(capacity_take(c, 1, 0, LIMIT_MBPS, 2500), person);
	capacity_carry(c, person, MEGABIT_BYTES, 3000);
	assert_true(capacity_promised_mbps(c, 3000) == 300);
	assert_true(capacity_promised_mbps(c, 4000) == 301);
	assert_true(capacity_carried_mbps(c, 5000) == 0);
}

static void
more_tests_than_there_are_places_are_refused(void **state)
{
	struct capacity *c = *state;

	for (uint64_t key = 1; key <= CAPACITY_TESTS_MAX; key++)
		assert_non_null(capacity_take(c, key, 0, LIMIT_MBPS, 0));
	assert_null(capacity_take(c, CAPACITY_TESTS_MAX + 1, 0, LIMIT_MBPS, 0));
	assert_non_null(capacity_take(c, 1, 0, LIMIT_MBPS, 0));
}

static void
a_flood_of_small_tests_keeps_nobody_out(void **state)
{
	struct capacity *c = *state;

	for (uint64_t key = 1; key <= 10 * CAPACITY_TESTS_MAX; key++) {
		struct capacity_test *test = capacity_take(c, key, 0, LIMIT_MBPS, 1000);

		assert_non_null(test);
		capacity_leave(test, 1000 + key / 10);
	}
	assert_non_null(capacity_take(c, 1, 100, LIMIT_MBPS, 1300));
	assert_true(capacity_promised_mbps(c, 1300) == 100);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, empty, away)
	const struct CMUnitTest tests[] = {
	    TEST(what_is_promised_stays_below_the_limit),
	    TEST(one_that_is_too_large_leaves_room_for_a_small_one),
	    TEST(streams_of_one_test_declare_it_once),
	    TEST(a_test_keeps_its_place_between_two_streams_and_no_longer),
	    TEST(what_declared_nothing_counts_as_it_was_in_the_last_second),
	    TEST(more_tests_than_there_are_places_are_refused),
	    TEST(a_flood_of_small_tests_keeps_nobody_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
