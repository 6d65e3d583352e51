#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "common/classify/class.h"
#include "common/words.h"

static void
russian_is_told_by_the_first_two_letters_alone(void **state)
{
	(void)state;
	assert_int_equal(words_language_of("ru"), LANGUAGE_RU);
	assert_int_equal(words_language_of("ru_RU.UTF-8"), LANGUAGE_RU);
	assert_int_equal(words_language_of("ru.UTF-8"), LANGUAGE_RU);
	assert_int_equal(words_language_of("run"), LANGUAGE_EN);
	assert_int_equal(words_language_of("r"), LANGUAGE_EN);
	assert_int_equal(words_language_of("C.UTF-8"), LANGUAGE_EN);
	assert_int_equal(words_language_of(""), LANGUAGE_EN);
	assert_int_equal(words_language_of(NULL), LANGUAGE_EN);
}

static void
lc_all_stands_above_lang_and_an_empty_one_is_passed_over(void **state)
{
	(void)state;
	assert_int_equal(setenv("LC_ALL", "", 1), 0);
	assert_int_equal(unsetenv("LC_MESSAGES"), 0);
	assert_int_equal(setenv("LANG", "ru_RU.UTF-8", 1), 0);
	assert_int_equal(words_language(), LANGUAGE_RU);
	assert_int_equal(setenv("LC_ALL", "C", 1), 0);
	assert_int_equal(words_language(), LANGUAGE_EN);
	assert_int_equal(unsetenv("LC_ALL"), 0);
	assert_int_equal(unsetenv("LANG"), 0);
	assert_int_equal(words_language(), LANGUAGE_EN);
}

static void
a_key_has_words_in_both_languages(void **state)
{
	(void)state;
	assert_string_equal(words_of(LANGUAGE_RU, "mfp"), "МФУ");
	assert_string_equal(words_of(LANGUAGE_EN, "mfp"), "multifunction printer");
}

static void
a_scope_is_asked_first_and_the_bare_key_stands_in(void **state)
{
	(void)state;
	assert_string_equal(words_of(LANGUAGE_EN, "filter.pass"), "as expected");
	assert_string_equal(words_of(LANGUAGE_EN, "speed.pass"), "meets the norm");
}

static void
a_key_without_a_row_is_its_own_words(void **state)
{
	(void)state;
	assert_string_equal(words_of(LANGUAGE_RU, "no_such_key"), "no_such_key");
	assert_string_equal(words_of(LANGUAGE_RU, "class.no_such_key"), "no_such_key");
	assert_string_equal(words_of(LANGUAGE_RU, ""), "");
}

static void
every_class_has_words_in_both_languages(void **state)
{
	/* clang-format off */
	static const char *const keys[] = {
#define X(key, family) #key,
		CLASSES(X)
#undef X
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (words_of(LANGUAGE_RU, keys[i]) == keys[i])
			fail_msg("no words for class '%s'", keys[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(russian_is_told_by_the_first_two_letters_alone),
	    cmocka_unit_test(lc_all_stands_above_lang_and_an_empty_one_is_passed_over),
	    cmocka_unit_test(a_key_has_words_in_both_languages),
	    cmocka_unit_test(a_scope_is_asked_first_and_the_bare_key_stands_in),
	    cmocka_unit_test(a_key_without_a_row_is_its_own_words),
	    cmocka_unit_test(every_class_has_words_in_both_languages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
