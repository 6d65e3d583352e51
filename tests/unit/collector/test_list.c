#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "collector/page/list.h"
#include "common/check.h"

static const struct list_row row = {
    .name = "things",
    .view = "thing",
    .sort = "-onset,school",
    .period = "onset",
    .until = "end",
};

static struct list things = {
    .row = &row,
    .count = 9,
    .columns =
	{
	    {.key = "school", .sql_type = "text", .type = LIST_TEXT},
	    {.key = "class", .sql_type = "text", .words = "device_class", .type = LIST_WORD},
	    {.key = "device_id", .sql_type = "uuid", .type = LIST_TEXT},
	    {.key = "count", .sql_type = "bigint", .type = LIST_NUMBER},
	    {.key = "onset", .sql_type = "timestamp with time zone", .type = LIST_TIME},
	    {.key = "end", .sql_type = "timestamp with time zone", .type = LIST_TIME},
	    {.key = "macs", .sql_type = "text[]", .type = LIST_LIST},
	    {.key = "corrected", .sql_type = "boolean", .type = LIST_BOOLEAN},
	    {.key = "evidence", .sql_type = "jsonb", .type = LIST_JSON},
	},
};

static struct list_ask ask;
static struct list_error error;

static int
ask_for(const struct list_arg *args, size_t count)
{
	memset(&ask, 0, sizeof(ask));
	memset(&error, 0, sizeof(error));
	return list_read(&things, args, count, LANGUAGE_RU, &ask, &error);
}

#define ASK(...)                                                                               \
	ask_for((const struct list_arg[]){__VA_ARGS__},                                        \
	    COUNT_OF(((const struct list_arg[]){__VA_ARGS__})))

static void
nothing_asked_is_the_first_page(void **state)
{
	char sql[LIST_SQL_SIZE];

	(void)state;
	assert_int_equal(ask_for(NULL, 0), 0);
	assert_int_equal(list_rows_sql(&ask, sql), 0);
	assert_string_equal(sql,
	    "SELECT row_to_json(r) FROM (SELECT \"school\", \"class\", \"device_id\", "
	    "\"count\", \"onset\", \"end\", \"macs\", \"corrected\", \"evidence\" FROM "
	    "api.thing WHERE true ORDER BY \"onset\" DESC NULLS LAST, \"school\" COLLATE "
	    "core.natural_order NULLS LAST "
	    "LIMIT 100 OFFSET 0) AS r");
	assert_int_equal(list_total_sql(&ask, sql), 0);
	assert_string_equal(sql, "SELECT count(*) FROM api.thing WHERE true");
	assert_int_equal(ask.format, LIST_AS_JSON);
	assert_int_equal(ask.language, LANGUAGE_RU);
}

static void
a_column_takes_any_of_its_values(void **state)
{
	(void)state;
	assert_int_equal(ASK({"class", "switch"}, {"count", "3"}, {"class", "router"}), 0);
	assert_string_equal(ask.where,
	    "true AND (\"class\" = $1::text OR \"class\" = $2::text) AND (\"count\" = "
	    "$3::bigint)");
	assert_int_equal(ask.n_values, 3);
	assert_string_equal(ask.values[0], "switch");
	assert_string_equal(ask.values[1], "router");
	assert_string_equal(ask.values[2], "3");
}

static void
an_empty_value_means_that_nothing_is_there(void **state)
{
	(void)state;
	assert_int_equal(ASK({"end", ""}, {"macs", ""}, {"macs", "aa"}), 0);
	assert_string_equal(ask.where,
	    "true AND (COALESCE(\"end\"::text, '') = '') AND (COALESCE(cardinality(\"macs\"), "
	    "0) = 0 OR $1::text = ANY (\"macs\"))");
}

static void
a_value_is_never_written_into_the_sql(void **state)
{
	static const char evil[] = "x'); DROP TABLE core.school; --";
	char sql[LIST_SQL_SIZE];

	(void)state;
	assert_int_equal(ASK({"school", evil}, {"q", evil}), 0);
	assert_int_equal(list_rows_sql(&ask, sql), 0);
	assert_null(strstr(sql, "DROP"));
	assert_int_equal(list_export_sql(&ask, sql), 0);
	assert_null(strstr(sql, "DROP"));
	assert_string_equal(ask.values[0], evil);
}

static void
a_search_covers_texts_lists_and_words(void **state)
{
	(void)state;
	assert_int_equal(ASK({"q", "50%_a\\"}), 0);
	assert_string_equal(ask.values[0], "%50\\%\\_a\\\\%");
	assert_non_null(strstr(ask.where, "\"device_id\"::text ILIKE $1"));
	assert_non_null(strstr(ask.where, "array_to_string(\"macs\", ' ') ILIKE $1"));
	assert_non_null(strstr(ask.where, "w.dictionary = 'device_class'"));
	assert_null(strstr(ask.where, "\"count\""));
	assert_int_equal(ASK({"q", ""}), 0);
	assert_string_equal(ask.where, "true");
}

static void
a_list_may_have_a_finder_of_its_own(void **state)
{
	static const struct list_row found = {
	    "things", "thing", "school", NULL, NULL, "device_id", RIGHT_READ};
	struct list list = things;

	(void)state;
	list.row = &found;
	assert_int_equal(
	    list_read(&list, &(struct list_arg){"q", "x"}, 1, LANGUAGE_EN, &ask, &error), 0);
	assert_string_equal(
	    ask.where, "true AND \"device_id\" IN (SELECT core.find_things($1))");
}

static void
a_period_is_days_that_touch(void **state)
{
	(void)state;
	assert_int_equal(ASK({"from", "2025-09-01"}, {"to", "2025-09-30"}), 0);
	assert_string_equal(ask.where,
	    "true AND COALESCE(\"end\", 'infinity') >= $1::date::timestamp AT TIME ZONE 'UTC' "
	    "AND \"onset\" < ($2::date + 1)::timestamp AT TIME ZONE 'UTC' AND \"onset\" < "
	    "$2::date + interval '2 days'");
}

static void
an_order_is_made_of_columns_and_tells_rows_apart(void **state)
{
	(void)state;
	assert_int_equal(ASK({"sort", "-count,school"}), 0);
	assert_string_equal(ask.order,
	    "\"count\" DESC NULLS LAST, \"school\" COLLATE core.natural_order NULLS "
	    "LAST, \"onset\" DESC NULLS LAST");
	assert_int_equal(ASK({"sort", "class"}), 0);
	assert_string_equal(ask.order,
	    "\"rank of class\" NULLS LAST, \"onset\" DESC NULLS LAST, \"school\" COLLATE "
	    "core.natural_order NULLS LAST");
	assert_non_null(strstr(ask.ranks, "ORDER BY w.ru COLLATE"));
	assert_non_null(strstr(ask.ranks, "w.dictionary = 'device_class'"));
	assert_int_equal(ASK({"sort", "count"}, {"lang", "en"}), 0);
	assert_null(strstr(ask.ranks, "device_class"));
	assert_int_equal(ASK({"sort", "count,count,count,count,count"}), -EINVAL);
	assert_int_equal(ASK({"sort", "macs"}), -EINVAL);
	assert_int_equal(ASK({"sort", "--count"}), -EINVAL);
	assert_int_equal(ASK({"sort", "count;"}), -EINVAL);
	assert_string_equal(error.ru, "«sort»: сортировки по «count;» нет");
}

static void
what_is_wrong_is_said_in_both_languages(void **state)
{
	char long_value[LIST_VALUE_BYTES_MAX + 2];
	static const struct {
		struct list_arg arg;
		const char *words;
	} cases[] = {
	    {{"color", "red"}, "parameter 'color' is not known"},
	    {{"count", "many"}, "parameter 'count' cannot be 'many'"},
	    {{"device_id", "7"}, "parameter 'device_id' cannot be '7'"},
	    {{"corrected", "yes"}, "parameter 'corrected' cannot be 'yes'"},
	    {{"evidence", "x"}, "column 'evidence' cannot be filtered by"},
	    {{"limit", "0"}, "parameter 'limit' is out of range: '0'"},
	    {{"limit", "1001"}, "parameter 'limit' is out of range: '1001'"},
	    {{"limit", "ten"}, "parameter 'limit' cannot be 'ten'"},
	    {{"offset", "-1"}, "parameter 'offset' is out of range: '-1'"},
	    {{"format", "xml"}, "parameter 'format' is json, csv or xlsx, not 'xml'"},
	    {{"lang", "de"}, "parameter 'lang' is ru or en, not 'de'"},
	    {{"from", "1.9.2025"}, "parameter 'from' is a day like 2025-09-01, not '1.9.2025'"},
	    {{"school", "a\nb"}, "the value of parameter 'school' is too long or no text"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		assert_int_equal(ask_for(&cases[i].arg, 1), -EINVAL);
		assert_string_equal(error.en, cases[i].words);
		assert_true(error.ru[0]);
	}
	memset(long_value, 'x', sizeof(long_value) - 1);
	long_value[sizeof(long_value) - 1] = '\0';
	assert_int_equal(ASK({"school", long_value}), -EINVAL);
	assert_int_equal(ASK({"limit", "1"}, {"limit", "2"}), -EINVAL);
}

static void
there_is_an_end_to_parameters(void **state)
{
	struct list_arg args[LIST_ARGS_MAX + 1];
	char sql[LIST_SQL_SIZE];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(args); i++)
		args[i] = (struct list_arg){"school", "S"};
	assert_int_equal(ask_for(args, LIST_ARGS_MAX), 0);
	assert_int_equal(ask.n_values, LIST_ARGS_MAX);
	assert_int_equal(list_rows_sql(&ask, sql), 0);
	assert_int_equal(ask_for(args, COUNT_OF(args)), -EINVAL);
}

static void
a_list_without_a_period_says_so(void **state)
{
	static const struct list_row plain = {
	    "plain", "plain", "school", NULL, NULL, NULL, RIGHT_READ};
	struct list list = things;

	(void)state;
	list.row = &plain;
	assert_int_equal(list_read(&list, &(struct list_arg){"to", "2025-09-01"}, 1,
			     LANGUAGE_EN, &ask, &error),
	    -EINVAL);
	assert_string_equal(error.en, "this list has no period: parameter 'to'");
}

static void
days_are_the_schools_own_where_it_has_a_zone(void **state)
{
	struct list list = things;
	char sql[LIST_SQL_SIZE];

	(void)state;
	list.columns[list.count++] =
	    (struct list_column){.key = "time_zone", .sql_type = "text", .type = LIST_TEXT};
	assert_int_equal(list_read(&list, &(struct list_arg){"from", "2025-09-01"}, 1,
			     LANGUAGE_EN, &ask, &error),
	    0);
	assert_non_null(strstr(ask.where, "AT TIME ZONE \"time_zone\""));
	assert_int_equal(list_export_sql(&ask, sql), 0);
	assert_non_null(strstr(sql, "to_char(\"onset\" AT TIME ZONE \"time_zone\", "));
}

static void
every_row_of_the_list_is_whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < lists_count; i++) {
		assert_ptr_equal(list_find(lists[i].name), &lists[i]);
		assert_non_null(lists[i].view);
		assert_true(lists[i].sort[0]);
		assert_true(!lists[i].until || lists[i].period);
	}
	assert_null(list_find("core.school"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nothing_asked_is_the_first_page),
	    cmocka_unit_test(a_column_takes_any_of_its_values),
	    cmocka_unit_test(an_empty_value_means_that_nothing_is_there),
	    cmocka_unit_test(a_value_is_never_written_into_the_sql),
	    cmocka_unit_test(a_search_covers_texts_lists_and_words),
	    cmocka_unit_test(a_list_may_have_a_finder_of_its_own),
	    cmocka_unit_test(a_period_is_days_that_touch),
	    cmocka_unit_test(an_order_is_made_of_columns_and_tells_rows_apart),
	    cmocka_unit_test(what_is_wrong_is_said_in_both_languages),
	    cmocka_unit_test(there_is_an_end_to_parameters),
	    cmocka_unit_test(a_list_without_a_period_says_so),
	    cmocka_unit_test(days_are_the_schools_own_where_it_has_a_zone),
	    cmocka_unit_test(every_row_of_the_list_is_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
