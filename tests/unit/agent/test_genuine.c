#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "agent/probe/genuine.h"
#include "common/check.h"

static enum genuine_answer
judge(long status, const char *location, const char *body, bool proven)
{
	char observed[GENUINE_OBSERVED_SIZE];
	const struct genuine_reply reply = {.status = status,
	    .location = location,
	    .host = "collector.example",
	    .body = body,
	    .body_len = strlen(body),
	    .expected = "5f2b",
	    .proven = proven};
	enum genuine_answer answer = genuine_judge_http(&reply, observed);

	assert_int_equal(observed[0] != '\0', answer == GENUINE_FOREIGN);
	return answer;
}

static void
the_right_answer_is_the_collectors(void **state)
{
	(void)state;
	assert_int_equal(judge(200, "", "5f2b", false), GENUINE_OWN);
	assert_int_equal(judge(200, "", "5f2b\n", false), GENUINE_OWN);
	assert_int_not_equal(judge(200, "", "5f2b and more", false), GENUINE_OWN);
	assert_int_not_equal(judge(404, "", "5f2b", false), GENUINE_OWN);
	assert_int_not_equal(judge(200, "", "", false), GENUINE_OWN);
}

static void
who_sends_us_elsewhere_is_a_portal(void **state)
{
	static const char *const away[] = {"http://login.example/?to=collector.example",
	    "https://10.0.0.1:8443/", "http://collector.example.evil/",
	    "http://[2001:db8::1]/login"};
	static const char *const home[] = {"https://collector.example/", "/login",
	    "https://COLLECTOR.example:8444/v1/nonce", "https://collector.example"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(away); i++)
		assert_int_equal(judge(302, away[i], "", false), GENUINE_FOREIGN);
	for (size_t i = 0; i < COUNT_OF(home); i++)
		assert_int_equal(judge(301, home[i], "", false), GENUINE_NO_WORD);
	assert_int_equal(judge(511, "", "", false), GENUINE_FOREIGN);
}

/* Another web server may stand on the collector's port 80. */
static void
a_page_is_a_portals_only_where_the_answer_was_right_before(void **state)
{
	(void)state;
	assert_int_equal(judge(200, "", "<html>", false), GENUINE_NO_WORD);
	assert_int_equal(judge(404, "", "<html>", false), GENUINE_NO_WORD);
	assert_int_equal(judge(200, "", "<html>", true), GENUINE_FOREIGN);
	assert_int_equal(judge(403, "", "<html>", true), GENUINE_FOREIGN);
}

static void
only_a_foreign_issuer_is_an_interception(void **state)
{
	enum { EXPIRED = 10, NOT_YET_VALID = 9, SELF_SIGNED_IN_CHAIN = 19, NO_ISSUER = 20 };
	char observed[GENUINE_OBSERVED_SIZE];

	(void)state;
	assert_int_equal(genuine_judge_tls(0, "CN = Parta", observed), GENUINE_OWN);
	assert_int_equal(genuine_judge_tls(EXPIRED, "CN = Parta", observed), GENUINE_NO_WORD);
	assert_int_equal(
	    genuine_judge_tls(NOT_YET_VALID, "CN = Parta", observed), GENUINE_NO_WORD);
	assert_int_equal(
	    genuine_judge_tls(SELF_SIGNED_IN_CHAIN, "O = X, CN = Filter CA", observed),
	    GENUINE_FOREIGN);
	assert_string_equal(observed, "certificate by Filter CA");
	assert_int_equal(genuine_judge_tls(NO_ISSUER, "O = X", observed), GENUINE_FOREIGN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_right_answer_is_the_collectors),
	    cmocka_unit_test(who_sends_us_elsewhere_is_a_portal),
	    cmocka_unit_test(a_page_is_a_portals_only_where_the_answer_was_right_before),
	    cmocka_unit_test(only_a_foreign_issuer_is_an_interception),
	};

	return cmocka_run_group_tests_name("agent/probe/genuine", tests, NULL, NULL);
}
