/* The patterns of device rules: what fits, what is captured, what is refused, what it may cost.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "common/check.h"
#include "common/classify/pattern.h"

/* Both ways to match: as it stands, and cut once for many texts. */
static bool
fits(const char *pattern, const char *text, struct captures *captures)
{
	struct alternative cut[8];
	struct captures of_cut = *captures;
	size_t count = pattern_split(pattern, cut, COUNT_OF(cut));
	bool whole;

	assert_in_range(count, 1, COUNT_OF(cut));
	whole = pattern_match(pattern, text, captures);
	if (pattern_match_any(cut, count, text, pattern_pairs(text), &of_cut) != whole)
		fail_msg("'%s' and '%s': cut it fits otherwise", pattern, text);
	assert_int_equal(of_cut.count, captures->count);
	return whole;
}

static void
texts_fit_as_they_should(void **state)
{
	static const struct {
		const char *pattern, *text;
		bool fits;
	} cases[] = {
	    {"abc", "abc", true},
	    {"abc", "ABC", true},
	    {"abc", "abcd", false},
	    {"abc", "ab", false},
	    {"", "", true},
	    {"*", "", true},
	    {"*", "anything", true},
	    {"a*c", "ac", true},
	    {"a*c", "abcabc", true},
	    {"a*c", "abcab", false},
	    {"*a*b*c*", "xxaxxbxxcxx", true},
	    {"*a*b*c*", "xxaxxcxxbxx", false},
	    {"a?c", "abc", true},
	    {"a?c", "ac", false},
	    {"a[0-9]", "a7", true},
	    {"a[0-9]", "ax", false},
	    {"a[x-z0]", "aY", true},
	    {"a[]", "ax", false},
	    {"a|b", "b", true},
	    {"a|b", "c", false},
	    {"a\\|b", "a|b", true},
	    {"a\\*", "a*", true},
	    {"a\\*", "ab", false},
	    {"*сервер*", "школьный сервер 1", true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct captures captures = {.count = 0};

		if (fits(cases[i].pattern, cases[i].text, &captures) != cases[i].fits)
			fail_msg("'%s' and '%s'", cases[i].pattern, cases[i].text);
	}
}

static void
captures_take_what_they_are_made_for(void **state)
{
	static const struct {
		const char *pattern, *text, *value; /* NULL: does not fit */
	} cases[] = {
	    {"RouterOS {v}", "RouterOS RB750Gr3", "RB750Gr3"},
	    {"RouterOS {v}", "RouterOS cAP ac", NULL},
	    {"RouterOS {v:*}", "RouterOS cAP ac", "cAP ac"},
	    {"*, Version {v},*", "X, Version 12.2(55)SE, fc", "12.2(55)SE"},
	    {"({v}),", "(C2960-M),", "C2960-M"},
	    {"*SN:{v},*", "A,SN:X1,FN:2", "X1"},
	    {"{v:*} series*", "PA-200 series series", "PA-200"},
	    {"* {v:9}", "Device 1.2", "1.2"},
	    {"* {v:9}", "Device v1.2", NULL},
	    {"* {v:V}", "Device 12", NULL},
	    {"* {v:V} *", "Device 12 4.5 x", "4.5"},
	    {"* {v:N}", "Device 4.5", NULL},
	    {"* {v:N}", "Device 204", "204"},
	    {"{v:A} *", "GS-24 switch", "GS-24"},
	    {"{v:A} *", "24-Port switch", NULL},
	    {"{v:A} *", "Switch 24", NULL},
	    {"x{v}", "x", NULL},
	    {"x{v:*}", "x", NULL},
	    {"a|b{v}", "bc", "c"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct captures captures = {.count = 0};
		bool fitted = fits(cases[i].pattern, cases[i].text, &captures);
		const struct capture *found = captures_find(&captures, "v");

		if (fitted != (cases[i].value != NULL))
			fail_msg("'%s' and '%s'", cases[i].pattern, cases[i].text);
		if (!fitted)
			continue;
		assert_non_null(found);
		assert_int_equal(found->value_len, strlen(cases[i].value));
		assert_memory_equal(found->value, cases[i].value, found->value_len);
	}
}

/* What lacks two bytes beside each other is passed over. */
static void
alternatives_tell_what_they_need(void **state)
{
	struct alternative cut[4];

	(void)state;
	assert_int_equal(pattern_split("ab|*[cd]e{f}g?h\\|i|*", cut, 1), 3);
	assert_int_equal(pattern_split("ab|*[cd]e{f}g?h\\|i|*", cut, COUNT_OF(cut)), 3);
	assert_true(cut[0].pairs == pattern_pairs("AB"));
	assert_true(cut[1].pairs == (pattern_pairs("h|") | pattern_pairs("|i")));
	assert_true(cut[2].pairs == 0);
	assert_true(pattern_pairs("") == 0);
	assert_true(pattern_pairs("x") == 0);
}

static void
a_miss_leaves_the_captures_alone(void **state)
{
	struct captures captures = {.count = 0};

	(void)state;
	assert_false(fits("{v}-{w}!", "ab-cd", &captures));
	assert_int_equal(captures.count, 0);
	assert_true(fits("{v}", "ab", &captures));
	assert_int_equal(captures.count, 1);
	assert_false(fits("x{w}", "ab", &captures));
	assert_int_equal(captures.count, 1);
	assert_null(captures_find(&captures, "w"));
}

static void
more_captures_than_there_is_room_for_still_fit(void **state)
{
	struct captures captures = {.count = 0};

	(void)state;
	assert_true(pattern_match(
	    "{a} {b} {c} {d} {e} {f} {g} {h} {i} {j}", "1 2 3 4 5 6 7 8 9 0", &captures));
	assert_int_equal(captures.count, CAPTURES_MAX);
}

/* Without the budget this one would outlive the school. */
static void
a_costly_text_does_not_fit_and_does_not_hang(void **state)
{
	char text[2001];
	struct captures captures = {.count = 0};

	(void)state;
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_false(fits("{a}{b}{c}{d}{e}{f}{g}x", text, &captures));
	assert_false(fits("*a*a*a*a*a*a*a*a*b", text, &captures));
	assert_int_equal(captures.count, 0);
}

static void
faults_are_named(void **state)
{
	static const char *const good[] = {
	    "a", "*", "{a}", "{a:*}", "{a:9}|b", "[ab]", "\\{", "a\\|"};
	static const char *const bad[] = {"", "|", "a|", "a||b", "{", "{}", "{a", "{A}", "{a:}",
	    "{a:x}", "{a:*", "[a", "a\\", "[a|b]"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(good); i++)
		assert_null(pattern_fault(good[i]));
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		if (!pattern_fault(bad[i]))
			fail_msg("'%s' passes", bad[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(texts_fit_as_they_should),
	    cmocka_unit_test(captures_take_what_they_are_made_for),
	    cmocka_unit_test(alternatives_tell_what_they_need),
	    cmocka_unit_test(a_miss_leaves_the_captures_alone),
	    cmocka_unit_test(more_captures_than_there_is_room_for_still_fit),
	    cmocka_unit_test(a_costly_text_does_not_fit_and_does_not_hang),
	    cmocka_unit_test(faults_are_named),
	};

	return cmocka_run_group_tests_name("pattern", tests, NULL, NULL);
}
