/* collector/print: one set of rows, for people and for programs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/print.h"
#include "common/cleanup.h"

static const struct print_column columns[] = {
    {.key = "school"}, {.key = "verdict"}, {.key = "median_mbps", .is_number = true}};
static const char *const fields[][3] = {
    {"A", "pass", "97.5"},
    {"Школа, \"1\"", "no_data", NULL},
};

static const char *
field(void *arg, size_t row, size_t column)
{
	(void)arg;
	return fields[row][column];
}

static const char *
words(void *arg, size_t row, size_t column)
{
	if (column == 1)
		return row ? "нет данных" : "соответствует норме";
	return field(arg, row, column);
}

static const struct print_rows rows = {
    .columns = columns,
    .n_columns = 3,
    .n_rows = 2,
    .field = field,
    .words = words,
};
static const struct print_rows none = {
    .columns = columns,
    .n_columns = 3,
    .field = field,
    .words = words,
};

static void
json_is_an_object_a_line_with_numbers_as_numbers(void **state)
{
	CLEANUP(free_at) char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	(void)state;
	assert_int_equal(print_json(&rows, out), 0);
	(void)fclose(out);
	assert_string_equal(text,
	    "{\"school\":\"A\",\"verdict\":\"pass\",\"median_mbps\":97.5}\n"
	    "{\"school\":\"Школа, \\\"1\\\"\",\"verdict\":\"no_data\",\"median_mbps\":null}\n");
}

static void
csv_quotes_what_must_be_quoted(void **state)
{
	CLEANUP(free_at) char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	(void)state;
	assert_int_equal(print_csv(&rows, out), 0);
	(void)fclose(out);
	assert_string_equal(text,
	    "school,verdict,median_mbps\r\nA,pass,97.5\r\n\"Школа, \"\"1\"\"\",no_data,\r\n");
}

static void
a_table_stands_straight_in_either_language(void **state)
{
	CLEANUP(free_at) char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	(void)state;
	assert_int_equal(print_table(&rows, LANGUAGE_RU, out), 0);
	(void)fclose(out);
	assert_string_equal(text, "школа       вывод                медиана, Мбит/с\n"
				  "----------  -------------------  ---------------\n"
				  "A           соответствует норме             97.5\n"
				  "Школа, \"1\"  нет данных                         -\n");
}

static void
no_rows_are_said_in_words(void **state)
{
	CLEANUP(free_at) char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	(void)state;
	assert_int_equal(print_table(&none, LANGUAGE_EN, out), 0);
	assert_int_equal(print_table(&none, LANGUAGE_RU, out), 0);
	assert_int_equal(print_json(&none, out), 0);
	assert_int_equal(print_csv(&none, out), 0);
	(void)fclose(out);
	assert_string_equal(text, "no data\nнет данных\nschool,verdict,median_mbps\r\n");
}

static void
a_full_disk_is_told(void **state)
{
	FILE *full = fopen("/dev/full", "we");

	(void)state;
	if (!full)
		skip();
	assert_true(print_json(&rows, full) < 0);
	(void)fclose(full);
}

static void
notes_are_folded_between_words(void **state)
{
	CLEANUP(free_at) char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	char longest[600];

	(void)state;
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	print_note(
	    "слово слово слово слово слово слово слово слово слово слово слово слово слово "
	    "слово слово слово конец",
	    out);
	print_note(longest, out);
	print_note("", out);
	(void)fclose(out);
	assert_non_null(strstr(text, "слово\nконец\n"));
}

static void
a_workbook_is_a_zip_with_a_sheet(void **state)
{
	char path[] = "/tmp/parta-print-XXXXXX";
	int fd = mkstemp(path);
	static const char *const notes[] = {"note"};
	char head[4] = "";
	FILE *file;

	(void)state;
	assert_true(fd >= 0);
	(void)close(fd);
	assert_int_equal(print_xlsx(&rows, LANGUAGE_RU, "Скорость", notes, 1, path), 0);
	file = fopen(path, "re");
	assert_non_null(file);
	assert_int_equal(fread(head, 1, 4, file), 4);
	assert_memory_equal(head, "PK\3\4", 4);
	(void)fclose(file);
	(void)unlink(path);
	assert_true(print_xlsx(&rows, LANGUAGE_EN, "x", notes, 1, "/nonexistent/x.xlsx") < 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(json_is_an_object_a_line_with_numbers_as_numbers),
	    cmocka_unit_test(csv_quotes_what_must_be_quoted),
	    cmocka_unit_test(a_table_stands_straight_in_either_language),
	    cmocka_unit_test(no_rows_are_said_in_words),
	    cmocka_unit_test(a_full_disk_is_told),
	    cmocka_unit_test(notes_are_folded_between_words),
	    cmocka_unit_test(a_workbook_is_a_zip_with_a_sheet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
