/* collector/store/series: numbers of series that are known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "collector/store/series.h"

static const uint8_t one[16] = {1}, two[16] = {2};

static void
knows_what_it_learned_and_nothing_else(void **state)
{
	struct series_table *table = NULL;

	(void)state;
	assert_int_equal(series_table_new(&table), 0);
	series_learn(table, one, "rtt_ms", "x", 7);
	series_learn(table, two, "rtt_ms", "x", 8);
	series_learn(table, one, "rtt_ms", "", 9);
	assert_int_equal(series_find(table, one, "rtt_ms", "x"), 7);
	assert_int_equal(series_find(table, two, "rtt_ms", "x"), 8);
	assert_int_equal(series_find(table, one, "rtt_ms", ""), 9);
	/* The border between the two texts counts. */
	assert_int_equal(series_find(table, one, "rtt_msx", ""), 0);
	assert_int_equal(series_find(table, one, "rtt_m", "sx"), 0);
	series_table_free(table);
}

static void
a_number_once_learned_stays(void **state)
{
	struct series_table *table = NULL;

	(void)state;
	assert_int_equal(series_table_new(&table), 0);
	series_learn(table, one, "a", "b", 1);
	series_learn(table, one, "a", "b", 2);
	series_learn(table, one, "c", "d", 0);
	assert_int_equal(series_find(table, one, "a", "b"), 1);
	assert_int_equal(series_find(table, one, "c", "d"), 0);
	series_table_free(table);
}

static void
forgets_everything_rather_than_grow(void **state)
{
	struct series_table *table = NULL;
	char subject[16];

	(void)state;
	assert_int_equal(series_table_new(&table), 0);
	for (int i = 1; i <= SERIES_KNOWN_MAX + 1; i++) {
		(void)snprintf(subject, sizeof(subject), "%d", i);
		series_learn(table, one, "m", subject, i);
	}
	assert_int_equal(series_find(table, one, "m", "1"), 0);
	assert_int_equal(series_find(table, one, "m", subject), SERIES_KNOWN_MAX + 1);
	series_table_free(table);
	series_table_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(knows_what_it_learned_and_nothing_else),
	    cmocka_unit_test(a_number_once_learned_stays),
	    cmocka_unit_test(forgets_everything_rather_than_grow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
