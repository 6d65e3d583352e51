#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "common/token.h"

static struct token
sample(void)
{
	struct token token;

	for (uint8_t i = 0; i < 32; i++) {
		token.secret[i] = (uint8_t)(i * 7 + 1);
		token.authority_sha256[i] = (uint8_t)(255 - i);
	}
	return token;
}

static void
known_bytes_have_the_text_of_rfc_4648(void **state)
{
	struct token token = {{0}, {0}};
	char text[TOKEN_TEXT_SIZE];

	(void)state;
	memset(token.authority_sha256, 0xff, 32);
	token_format(&token, text);
	assert_string_equal(text, "parta1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA."
				  "__________________________________________8");
}

static void
what_was_written_is_read_back(void **state)
{
	struct token token = sample(), back;
	char text[TOKEN_TEXT_SIZE];

	(void)state;
	token_format(&token, text);
	assert_int_equal(strlen(text), TOKEN_TEXT_SIZE - 1);
	assert_int_equal(token_parse(text, &back), 0);
	assert_memory_equal(&token, &back, sizeof(token));
}

static void
every_shorter_text_is_refused(void **state)
{
	struct token token = sample(), back;
	char text[TOKEN_TEXT_SIZE];

	(void)state;
	token_format(&token, text);
	for (size_t len = TOKEN_TEXT_SIZE - 1; len-- > 0;) {
		text[len] = '\0';
		assert_int_equal(token_parse(text, &back), -EINVAL);
	}
}

static void
foreign_letters_and_loose_bits_are_refused(void **state)
{
	struct token token = sample(), back;
	char good[TOKEN_TEXT_SIZE], bad[TOKEN_TEXT_SIZE];

	(void)state;
	token_format(&token, good);
	for (size_t i = 0; i < TOKEN_TEXT_SIZE - 1; i++) {
		memcpy(bad, good, sizeof(bad));
		bad[i] = '+';
		assert_int_equal(token_parse(bad, &back), -EINVAL);
	}
	memcpy(bad, good, sizeof(bad));
	bad[TOKEN_TEXT_SIZE - 2] = '9'; /* the last character carries two spare bits */
	assert_int_equal(token_parse(bad, &back), -EINVAL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(known_bytes_have_the_text_of_rfc_4648),
	    cmocka_unit_test(what_was_written_is_read_back),
	    cmocka_unit_test(every_shorter_text_is_refused),
	    cmocka_unit_test(foreign_letters_and_loose_bits_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
