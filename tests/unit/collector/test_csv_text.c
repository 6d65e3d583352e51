#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "collector/page/csv_text.h"
#include "common/check.h"

static void
fields_are_written_as_a_spreadsheet_reads_them(void **state)
{
	static const struct {
		const char *text;
		bool is_number;
		enum language language;
		const char *written;
	} cases[] = {
	    {"plain", false, LANGUAGE_EN, "plain"},
	    {"", false, LANGUAGE_EN, ""},
	    {"a,b", false, LANGUAGE_EN, "\"a,b\""},
	    {"a;b", false, LANGUAGE_RU, "\"a;b\""},
	    {"say \"x\"", false, LANGUAGE_RU, "\"say \"\"x\"\"\""},
	    {"two\nlines", false, LANGUAGE_RU, "\"two\nlines\""},
	    {"=1+1", false, LANGUAGE_EN, "'=1+1"},
	    {"+7", false, LANGUAGE_EN, "'+7"},
	    {"-x", false, LANGUAGE_EN, "'-x"},
	    {"@SUM(A1)", false, LANGUAGE_EN, "'@SUM(A1)"},
	    {"=cmd|' /C calc'!A0;\"", false, LANGUAGE_RU, "\"'=cmd|' /C calc'!A0;\"\"\""},
	    {"97.5", true, LANGUAGE_EN, "97.5"},
	    {"97.5", true, LANGUAGE_RU, "97,5"},
	    {"-3", true, LANGUAGE_RU, "-3"},
	    {"97.5", false, LANGUAGE_RU, "97.5"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct bytes bytes = bytes_new(1024);

		assert_int_equal(csv_text_add(&bytes, cases[i].text, cases[i].is_number, true,
				     cases[i].language),
		    0);
		assert_string_equal(bytes.data ? (char *)bytes.data : "", cases[i].written);
		bytes_clear(&bytes);
	}
}

static void
separators_follow_the_language(void **state)
{
	struct bytes bytes = bytes_new(1024);

	(void)state;
	assert_int_equal(csv_text_add(&bytes, "a", false, true, LANGUAGE_RU), 0);
	assert_int_equal(csv_text_add(&bytes, "b", false, false, LANGUAGE_RU), 0);
	assert_int_equal(csv_text_add(&bytes, "c", false, false, LANGUAGE_EN), 0);
	assert_string_equal((char *)bytes.data, "a;b,c");
	bytes_clear(&bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(fields_are_written_as_a_spreadsheet_reads_them),
	    cmocka_unit_test(separators_follow_the_language),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
