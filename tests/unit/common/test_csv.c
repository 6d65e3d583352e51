/* collector/csv: what people send, and what they must not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/check.h"
#include "common/csv.h"

static struct csv csv;

static void
start(const char *text)
{
	csv_start(&csv, text, strlen(text));
}

static void
reads_rows_and_names_their_lines(void **state)
{
	(void)state;
	start("code,name\r\n\r\na, \"Школа \"\"1\"\"\" \nb,\"two\nlines\"\nc,");
	assert_int_equal(csv_next(&csv), 0);
	assert_int_equal(csv.count, 2);
	assert_string_equal(csv.field[1], "name");
	assert_int_equal(csv_next(&csv), 0);
	assert_int_equal(csv.line, 3);
	/* A quote that does not begin the field is a letter. */
	assert_string_equal(csv.field[1], "\"Школа \"\"1\"\"\"");
	assert_int_equal(csv_next(&csv), 0);
	assert_int_equal(csv.line, 4);
	assert_string_equal(csv.field[0], "b");
	assert_int_equal(csv_next(&csv), 0);
	assert_int_equal(csv.line, 6);
	assert_int_equal(csv.count, 2);
	assert_string_equal(csv.field[1], "");
	assert_int_equal(csv_next(&csv), -ENODATA);
	assert_int_equal(csv_next(&csv), -ENODATA);
}

static void
doubled_quotes_are_one(void **state)
{
	(void)state;
	start("\"say \"\"yes\"\", now\",x\n");
	assert_int_equal(csv_next(&csv), 0);
	assert_string_equal(csv.field[0], "say \"yes\", now");
	assert_string_equal(csv.field[1], "x");
}

static void
takes_what_a_spreadsheet_writes(void **state)
{
	(void)state;
	start("\xef\xbb\xbf"
	      "code;name\r\na;1,5\r\n");
	assert_int_equal(csv_next(&csv), 0);
	assert_string_equal(csv.field[0], "code");
	assert_int_equal(csv_next(&csv), 0);
	assert_int_equal(csv.count, 2);
	assert_string_equal(csv.field[1], "1,5");
	/* Windows-1251. */
	start("code\tname\na\t\xd8\xea\xee\xeb\xe0\n");
	assert_int_equal(csv_next(&csv), 0);
	assert_int_equal(csv_next(&csv), 0);
	assert_string_equal(csv.field[1], "Школа");
}

static void
refuses_what_it_cannot_trust(void **state)
{
	(void)state;
	start("a,b\nx,\"never closed\n\n");
	assert_int_equal(csv_next(&csv), 0);
	assert_int_equal(csv_next(&csv), -EBADMSG);
	assert_int_equal(csv.line, 2);
	assert_non_null(strstr(csv.error, "never closed"));
	assert_int_equal(csv_next(&csv), -ENODATA);
	start("\"a\"b,c\n");
	assert_int_equal(csv_next(&csv), -EBADMSG);
	assert_non_null(strstr(csv.error, "follows"));
}

static void
bounds_fields_and_rows(void **state)
{
	static char text[4096];

	(void)state;
	memset(text, 'x', CSV_FIELD_BYTES_MAX);
	csv_start(&csv, text, CSV_FIELD_BYTES_MAX - 1);
	assert_int_equal(csv_next(&csv), 0);
	csv_start(&csv, text, CSV_FIELD_BYTES_MAX);
	assert_int_equal(csv_next(&csv), -EBADMSG);
	text[0] = '"';
	csv_start(&csv, text, sizeof(text));
	assert_int_equal(csv_next(&csv), -EBADMSG);
	memset(text, ',', sizeof(text));
	csv_start(&csv, text, CSV_FIELDS_MAX - 1);
	assert_int_equal(csv_next(&csv), 0);
	assert_int_equal(csv.count, CSV_FIELDS_MAX);
	csv_start(&csv, text, CSV_FIELDS_MAX);
	assert_int_equal(csv_next(&csv), -EBADMSG);
}

static void
every_beginning_of_a_file_ends(void **state)
{
	static const char text[] = "a;\"b;\n\"\"\";c\r\n\"x\";;\n\n;\n";

	(void)state;
	for (size_t len = 0; len < sizeof(text); len++) {
		char *copy = malloc(len + 1);
		size_t rows = 0;

		CHECK(copy);
		memcpy(copy, text, len);
		csv_start(&csv, copy, len);
		while (csv_next(&csv) == 0)
			rows++;
		assert_true(rows <= 4);
		free(copy);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_rows_and_names_their_lines),
	    cmocka_unit_test(doubled_quotes_are_one),
	    cmocka_unit_test(takes_what_a_spreadsheet_writes),
	    cmocka_unit_test(refuses_what_it_cannot_trust),
	    cmocka_unit_test(bounds_fields_and_rows),
	    cmocka_unit_test(every_beginning_of_a_file_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
