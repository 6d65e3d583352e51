#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "collector/access/password.h"
#include "collector/access/session.h"
#include "collector/http/message.h"

static const char token[] = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

static void
tokens_are_64_digits_and_never_the_same(void **state)
{
	char a[SESSION_TEXT_SIZE], b[SESSION_TEXT_SIZE];

	(void)state;
	assert_int_equal(session_make(a), 0);
	assert_int_equal(session_make(b), 0);
	assert_true(session_is_token(a) && session_is_token(b));
	assert_string_not_equal(a, b);
}

static void
what_is_no_token_is_refused(void **state)
{
	static const char *const others[] = {"", "abc",
	    "00112233445566778899AABBCCDDEEFF00112233445566778899aabbccddeeff",
	    "00112233445566778899aabbccddeeff00112233445566778899aabbccddeef",
	    "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff0",
	    "00112233445566778899aabbccddeeff00112233445566778899aabbccddeefg"};

	(void)state;
	assert_true(session_is_token(token));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_false(session_is_token(others[i]));
}

static void
the_shadow_and_the_csrf_token_do_not_show_each_other(void **state)
{
	char shadow[SESSION_SHADOW_SIZE], csrf[SESSION_TEXT_SIZE];

	(void)state;
	assert_int_equal(session_shadow(token, shadow), 0);
	assert_int_equal(session_csrf(token, csrf), 0);
	/* printf %s TOKEN | sha256sum; printf 'csrf %s' TOKEN | sha256sum */
	assert_string_equal(
	    shadow, "\\x2a8abfa8cb9906290437854193ca6bca41d4d4e26d1d454bd66a35158095e737");
	assert_string_equal(
	    csrf, "bfe57f5b94a107bc2396ed774b8b657708b87bbab61412c94f344923fa80fbfa");
}

static void
equal_means_every_character(void **state)
{
	char other[sizeof(token)];

	(void)state;
	assert_true(session_equal(token, token));
	assert_true(session_equal("", ""));
	assert_false(session_equal(token, ""));
	assert_false(session_equal("", token));
	for (size_t i = 0; i < sizeof(token) - 1; i++) {
		memcpy(other, token, sizeof(token));
		other[i] ^= 1;
		assert_false(session_equal(token, other));
	}
	memcpy(other, token, sizeof(token));
	other[63] = '\0';
	assert_false(session_equal(token, other));
}

static void
a_header_cannot_be_split(void **state)
{
	struct http_reply reply = {0};
	char longest[HTTP_FIELD_SIZE], longer[HTTP_FIELD_SIZE + 1];

	(void)state;
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	assert_true(http_field_add(&reply, "Location", "/x\r\nSet-Cookie: a=b") < 0);
	assert_true(http_field_add(&reply, "Location", longer) < 0);
	assert_int_equal(http_field_add(&reply, "Location", longest), 0);
	assert_int_equal(session_cookie(&reply, token), 0);
	assert_non_null(strstr(reply.fields[1].value, token));
	assert_int_equal(session_cookie(&reply, NULL), 0);
	assert_true(http_field_add(&reply, "Location", "/") < 0);
}

static void
passwords_are_judged_and_checked(void **state)
{
	char hash[PASSWORD_HASH_SIZE], again[PASSWORD_HASH_SIZE], made[PASSWORD_MADE_SIZE];
	char longest[PASSWORD_LONGEST + 2];

	(void)state;
	memset(longest, 'x', sizeof(longest) - 1);
	longest[0] = 'y';
	longest[sizeof(longest) - 1] = '\0';
	assert_string_equal(password_judge("123456789", "anna"), "password_short");
	assert_string_equal(password_judge("пароль", "anna"), "password_short");
	assert_null(password_judge("парольпаро", "anna"));
	assert_string_equal(password_judge("aaaaaaaaaaaa", "anna"), "password_plain");
	assert_string_equal(password_judge("anna.petrova", "anna.petrova"), "password_plain");
	assert_string_equal(password_judge(longest, "anna"), "password_long");
	longest[PASSWORD_LONGEST] = '\0';
	assert_null(password_judge(longest, "anna"));

	assert_int_equal(password_hash("correct horse", hash), 0);
	assert_int_equal(password_hash("correct horse", again), 0);
	assert_string_not_equal(hash, again);
	assert_int_equal(strncmp(hash, "$argon2id$v=19$m=19456,t=2,p=1$", 31), 0);
	assert_true(password_check(hash, "correct horse"));
	assert_false(password_check(hash, "correct horsf"));
	assert_false(password_check("nonsense", "correct horse"));
	assert_false(password_check(NULL, "correct horse"));
	assert_int_equal(password_make(made), 0);
	assert_int_equal(strlen(made), PASSWORD_MADE_SIZE - 1);
	assert_null(password_judge(made, "anna"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tokens_are_64_digits_and_never_the_same),
	    cmocka_unit_test(what_is_no_token_is_refused),
	    cmocka_unit_test(the_shadow_and_the_csrf_token_do_not_show_each_other),
	    cmocka_unit_test(equal_means_every_character),
	    cmocka_unit_test(a_header_cannot_be_split),
	    cmocka_unit_test(passwords_are_judged_and_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
