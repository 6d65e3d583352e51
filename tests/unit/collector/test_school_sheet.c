#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "collector/store/school_sheet.h"
#include "common/check.h"

static struct school_sheet sheet;

static int
start(const char *text)
{
	memset(&sheet, 0, sizeof(sheet));
	return school_sheet_start(&sheet, text, strlen(text));
}

static void
columns_may_stand_in_any_order(void **state)
{
	struct registry_school school;

	(void)state;
	assert_int_equal(start("\xef\xbb\xbfname;code;pupils\r\nШкола 1;S1;\r\n"), 0);
	assert_int_equal(school_sheet_next(&sheet, &school), 0);
	assert_string_equal(school.code, "S1");
	assert_string_equal(school.name, "Школа 1");
	assert_null(school.pupils);
	assert_null(school.provider);
	assert_int_equal(school_sheet_next(&sheet, &school), -ENODATA);
}

static void
what_is_wrong_is_said_with_its_line(void **state)
{
	static const struct {
		const char *text;
		unsigned line;
		const char *error, *error_ru;
	} cases[] = {
	    {"", 0, "the file is empty", "файл пуст"},
	    {"name\nx\n", 1, "there is no column 'code'", "нет столбца «code»"},
	    {"code,colour\n", 1, "column 'colour' is not known",
		"столбец «colour» не известен"},
	    {"code,code\n", 1, "a column stands there twice", "столбец назван дважды"},
	    {"code,name\nS1\n", 2, "the row has 1 fields, the first line names 2",
		"в строке полей: 1, а в первой названо: 2"},
	    {"code,name\nS1,x\n,y\n", 3, "the code is empty", "код пуст"},
	    {"code\n\"S1\n", 2, "a quote is opened and never closed",
		"кавычка открыта и не закрыта"},
	};
	struct registry_school school;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		int r = start(cases[i].text);

		while (r == 0)
			r = school_sheet_next(&sheet, &school);
		assert_int_equal(r, -EBADMSG);
		assert_int_equal(sheet.csv.line, cases[i].line);
		assert_string_equal(sheet.error, cases[i].error);
		assert_string_equal(sheet.error_ru, cases[i].error_ru);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(columns_may_stand_in_any_order),
	    cmocka_unit_test(what_is_wrong_is_said_with_its_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
