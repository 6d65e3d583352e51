#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "collector/page/sheet.h"

static int
take(void *arg, const void *bytes, size_t len)
{
	size_t *total = arg;

	if (*total == 0)
		assert_memory_equal(bytes, "PK", 2);
	*total += len;
	return 0;
}

static void
a_book_is_a_packed_file(void **state)
{
	struct sheet *sheet;
	size_t total = 0;

	(void)state;
	assert_int_equal(sheet_open("schools", NULL, &sheet), 0);
	assert_int_equal(sheet_title(sheet, 0, "School"), 0);
	assert_int_equal(sheet_row(sheet), 0);
	assert_int_equal(sheet_cell(sheet, 0, LIST_TEXT, "=1+1"), 0);
	assert_int_equal(sheet_cell(sheet, 1, LIST_TIME, "2025-09-01 08:30:00"), 0);
	assert_int_equal(sheet_cell(sheet, 2, LIST_NUMBER, "1.5"), 0);
	assert_int_equal(sheet_close(sheet), 0);
	assert_int_equal(sheet_read(sheet, take, &total), 0);
	assert_true(total > 1000);
	sheet_free(sheet);
}

static void
a_book_does_not_fill_the_disk(void **state)
{
	static char text[31000];
	struct sheet *sheet;
	size_t cells = 0;
	int r = 0;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	assert_int_equal(sheet_open("schools", NULL, &sheet), 0);
	while (r == 0 && cells < 10000) {
		r = cells % 64 == 0 ? sheet_row(sheet) : 0;
		if (r == 0)
			r = sheet_cell(sheet, cells++ % 64, LIST_TEXT, text);
	}
	assert_int_equal(r, -E2BIG);
	assert_in_range(cells, SHEET_BYTES_MAX / 32000, SHEET_BYTES_MAX / 31000 + 1);
	sheet_free(sheet);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_book_is_a_packed_file),
	    cmocka_unit_test(a_book_does_not_fill_the_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
