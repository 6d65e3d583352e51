#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "collector/http/metrics.h"
#include "common/bytes.h"

static void
what_was_counted_is_written(void **state)
{
	struct bytes text = bytes_new(64 * 1024);

	(void)state;
	metric_add(METRIC_REPORTS_STORED, 3);
	metric_add(METRIC_REPORTS_STORED, 2);
	metric_set(METRIC_QUEUE_BYTES, 77);
	assert_int_equal(metrics_write(&text), 0);
	assert_non_null(
	    strstr((char *)text.data, "\nparta_reports_total{outcome=\"stored\"} 5\n"));
	assert_non_null(strstr((char *)text.data, "\nparta_queue_bytes 77\n"));
	bytes_clear(&text);
}

/* The exposition format allows a name to be described once, with its rows together. */
static void
each_name_is_described_once(void **state)
{
	struct bytes text = bytes_new(64 * 1024);
	char *seen[METRIC_COUNT];
	size_t count = 0;

	(void)state;
	assert_int_equal(metrics_write(&text), 0);
	for (char *at = (char *)text.data; (at = strstr(at, "# TYPE ")); at++) {
		char *name = strndup(at + 7, strcspn(at + 7, " "));

		for (size_t i = 0; i < count; i++)
			assert_string_not_equal(seen[i], name);
		assert_true(count < METRIC_COUNT);
		seen[count++] = name;
	}
	assert_true(count > 10);
	while (count > 0)
		free(seen[--count]);
	bytes_clear(&text);
}

static void
a_text_without_room_fails(void **state)
{
	struct bytes text = bytes_new(100);

	(void)state;
	assert_true(metrics_write(&text) < 0);
	bytes_clear(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_was_counted_is_written),
	    cmocka_unit_test(each_name_is_described_once),
	    cmocka_unit_test(a_text_without_room_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
