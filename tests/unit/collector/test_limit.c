#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "collector/http/limit.h"

static void
a_new_client_may_spend_its_burst_and_no_more(void **state)
{
	struct limit *limit = *state;

	for (int i = 0; i < 5; i++)
		assert_int_equal(limit_take(limit, 1, 2, 5, 1, 1000), 0);
	assert_int_equal(limit_take(limit, 1, 2, 5, 1, 1000), 501);
}

static void
the_told_wait_is_enough_and_a_shorter_one_is_not(void **state)
{
	struct limit *limit = *state;
	uint64_t wait;

	for (int i = 0; i < 5; i++)
		assert_int_equal(limit_take(limit, 1, 2, 5, 1, 0), 0);
	wait = limit_take(limit, 1, 2, 5, 1, 0);
	assert_true(wait > 0);
	assert_int_not_equal(limit_take(limit, 1, 2, 5, 1, wait - 2), 0);
	assert_int_equal(limit_take(limit, 1, 2, 5, 1, wait), 0);
}

static void
a_long_pause_does_not_save_more_than_the_burst(void **state)
{
	struct limit *limit = *state;

	assert_int_equal(limit_take(limit, 1, 2, 5, 5, 0), 0);
	assert_int_equal(limit_take(limit, 1, 2, 5, 5, 1000000), 0);
	assert_int_not_equal(limit_take(limit, 1, 2, 5, 1, 1000000), 0);
}

static void
a_refused_request_costs_nothing(void **state)
{
	struct limit *limit = *state;

	assert_int_equal(limit_take(limit, 1, 1, 2, 2, 0), 0);
	for (int i = 0; i < 100; i++)
		assert_int_not_equal(limit_take(limit, 1, 1, 2, 1, 999), 0);
	assert_int_equal(limit_take(limit, 1, 1, 2, 1, 1000), 0);
}

static void
time_that_stands_or_falls_gives_nothing(void **state)
{
	struct bucket bucket = {.tokens = 0, .at_ms = 5000};

	(void)state;
	assert_int_not_equal(bucket_take(&bucket, 10, 10, 1, 5000), 0);
	assert_int_not_equal(bucket_take(&bucket, 10, 10, 1, 1000), 0);
	assert_int_equal(bucket_take(&bucket, 10, 10, 1, 5100), 0);
}

static void
one_client_does_not_spend_anothers(void **state)
{
	struct limit *limit = *state;

	for (uint64_t key = 1; key <= 1000; key++) {
		assert_int_equal(
		    limit_take(limit, limit_key(&key, sizeof(key)), 1, 1, 1, 0), 0);
		assert_int_not_equal(
		    limit_take(limit, limit_key(&key, sizeof(key)), 1, 1, 1, 0), 0);
	}
}

static void
a_flood_of_keys_forgets_the_idle_first(void **state)
{
	struct limit *limit = *state;
	uint64_t sets = LIMIT_SLOTS / LIMIT_WAYS;

	assert_int_equal(limit_take(limit, 1, 1, 1, 1, 10), 0);
	for (uint64_t i = 1; i < LIMIT_WAYS; i++)
		assert_int_equal(limit_take(limit, 1 + i * sets, 1, 1, 1, 20 + i), 0);
	/* the set is full; the next key takes the place of the first, which begins anew */
	assert_int_equal(limit_take(limit, 1 + LIMIT_WAYS * sets, 1, 1, 1, 40), 0);
	assert_int_not_equal(limit_take(limit, 1 + 7 * sets, 1, 1, 1, 40), 0);
	assert_int_equal(limit_take(limit, 1, 1, 1, 1, 40), 0);
}

static void
a_key_is_never_zero_and_tells_bytes_apart(void **state)
{
	(void)state;
	assert_int_not_equal(limit_key("", 0), 0);
	assert_true(limit_key("a", 1) != limit_key("b", 1));
	/* FNV-1a of "foobar", from the test vectors of its authors */
	assert_true(limit_key("foobar", 6) == 0x85944171f73967e8U);
}

static int
make(void **state)
{
	*state = calloc(1, sizeof(struct limit));
	return *state ? 0 : -1;
}

static int
clear(void **state)
{
	free(*state);
	return 0;
}

#define WITH_TABLE(test) cmocka_unit_test_setup_teardown(test, make, clear)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_TABLE(a_new_client_may_spend_its_burst_and_no_more),
	    WITH_TABLE(the_told_wait_is_enough_and_a_shorter_one_is_not),
	    WITH_TABLE(a_long_pause_does_not_save_more_than_the_burst),
	    WITH_TABLE(a_refused_request_costs_nothing),
	    WITH_TABLE(one_client_does_not_spend_anothers),
	    WITH_TABLE(a_flood_of_keys_forgets_the_idle_first),
	    cmocka_unit_test(time_that_stands_or_falls_gives_nothing),
	    cmocka_unit_test(a_key_is_never_zero_and_tells_bytes_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
