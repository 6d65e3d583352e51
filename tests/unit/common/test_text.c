#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "common/check.h"
#include "common/text.h"

static void
assert_clean(const char *wire, size_t len, const char *expected)
{
	char got[64];
	size_t n = text_clean(got, sizeof(got), wire, len);

	assert_string_equal(got, expected);
	assert_int_equal(n, strlen(expected));
	assert_true(text_is_clean(got, n));
}

static void
wire_text_becomes_clean(void **state)
{
	(void)state;
	assert_clean("HP LaserJet", 11, "HP LaserJet");
	assert_clean("  padded \r\n", 11, "padded");
	assert_clean("ends\0here", 9, "ends");
	assert_clean("a\x01"
		     "b",
	    3,
	    "a\xef\xbf\xbd"
	    "b");
	assert_clean("two\nlines", 9, "two lines");
	assert_clean("two \r\n\t lines", 13, "two lines");
	assert_clean("S5720\r\nHuawei \r\n VRP", 21, "S5720 Huawei VRP");
	assert_clean("a\tb", 3, "a b");
	assert_clean("\xd0\x9a\xd0\xb0\xd0\xb1", 6, "Каб");
	assert_clean("\xca\xe0\xe1\xe8\xed\xe5\xf2", 7, "Кабинет"); /* Windows-1251 */
	assert_clean("\xc0\x80", 2, "\xef\xbf\xbd\xef\xbf\xbd");
	assert_clean(
	    "\xed\xa0\x80x", 4, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdx"); /* a surrogate */
	assert_clean("", 0, "");
}

static void
a_cut_never_splits_a_character(void **state)
{
	char got[5];

	(void)state;
	assert_int_equal(text_clean(got, sizeof(got), "ЖЖЖ", 6), 4);
	assert_string_equal(got, "ЖЖ");
	assert_int_equal(text_copy(got, 4, "ЖЖ"), 2);
	assert_string_equal(got, "Ж");
}

static void
any_bytes_become_clean(void **state)
{
	uint32_t seed = 1;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		unsigned char wire[24];
		char got[32];
		size_t n;

		for (size_t i = 0; i < sizeof(wire); i++) {
			seed = seed * 1664525u + 1013904223u;
			wire[i] = (unsigned char)(seed >> 24);
		}
		n = text_clean(got, sizeof(got), wire, sizeof(wire));
		assert_true(n < sizeof(got));
		assert_true(text_is_clean(got, n));
	}
}

static void
hexadecimal_and_uuids_go_both_ways(void **state)
{
	static const uint8_t uuid[16] = {
	    0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0, 1, 2, 3, 4, 5, 6, 7};
	uint8_t back[16];
	char text[37];

	(void)state;
	text_uuid(text, uuid);
	assert_string_equal(text, "01234567-89ab-cdef-0001-020304050607");
	assert_int_equal(text_uuid_parse(text, back), 0);
	assert_memory_equal(back, uuid, 16);
	assert_int_equal(text_uuid_parse("01234567-89ab-cdef-0001-02030405060", back), -EINVAL);
	assert_int_equal(
	    text_uuid_parse("01234567x89ab-cdef-0001-020304050607", back), -EINVAL);
	assert_int_equal(text_unhex(back, sizeof(back), "00Ff"), 2);
	assert_int_equal(back[1], 0xff);
	assert_int_equal(text_unhex(back, sizeof(back), "0g"), -EINVAL);
	assert_int_equal(text_unhex(back, 1, "0001"), -EINVAL);
}

static void
patterns_match_whole_texts(void **state)
{
	static const struct {
		const char *pattern, *text;
		bool matches;
	} cases[] = {
	    {"", "", true},
	    {"*", "", true},
	    {"a*c", "abbbC", true},
	    {"a*c", "abbbCd", false},
	    {"a?c", "abc", true},
	    {"a?c", "ac", false},
	    {"x|y*", "yes", true},
	    {"x|y*", "no", false},
	    {"*a*b*c*", "__a__b__c__", true},
	    {"*ab", "aab", true},
	    {"a|", "", true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_int_equal(text_match(cases[i].pattern, cases[i].text), cases[i].matches);
}

static void
numbers_are_whole_and_bounded(void **state)
{
	int64_t n = 7;
	double d = 7;

	(void)state;
	assert_int_equal(text_i64("42", 0, 100, &n), 0);
	assert_int_equal(n, 42);
	assert_int_equal(text_i64("42x", 0, 100, &n), -EINVAL);
	assert_int_equal(text_i64(" 42", 0, 100, &n), -EINVAL);
	assert_int_equal(text_i64("", 0, 100, &n), -EINVAL);
	assert_int_equal(text_i64("101", 0, 100, &n), -ERANGE);
	assert_int_equal(text_i64("99999999999999999999", 0, INT64_MAX, &n), -ERANGE);
	assert_int_equal(n, 42);
	assert_int_equal(text_f64("1.5", 0, 2, &d), 0);
	assert_true(d > 1.4 && d < 1.6);
	assert_int_equal(text_f64("nan", 0, 2, &d), -EINVAL);
	assert_int_equal(text_f64("2.5", 0, 2, &d), -ERANGE);
}

static void
width_counts_columns(void **state)
{
	(void)state;
	assert_int_equal(text_width("школа"), 5);
	assert_int_equal(text_width("abc"), 3);
	assert_int_equal(text_width("漢字"), 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(wire_text_becomes_clean),
	    cmocka_unit_test(a_cut_never_splits_a_character),
	    cmocka_unit_test(any_bytes_become_clean),
	    cmocka_unit_test(hexadecimal_and_uuids_go_both_ways),
	    cmocka_unit_test(patterns_match_whole_texts),
	    cmocka_unit_test(numbers_are_whole_and_bounded),
	    cmocka_unit_test(width_counts_columns),
	};

	return cmocka_run_group_tests_name("common/text", tests, NULL, NULL);
}
