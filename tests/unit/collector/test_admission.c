#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "collector/ingest/admission.h"

enum { BEGINS = 1000, ENDS = 2000 };

static const struct http_certificate good = {
    .present = true, .trusted = true, .begins_ms = BEGINS, .ends_ms = ENDS};
static const struct roll_entry known = {.school_code = "S1"};
static const char *code, *reason;

static unsigned
judge(enum http_role role, const struct http_certificate *certificate,
    const struct roll_entry *agent, int64_t now_ms)
{
	code = reason = "";
	return admission_judge(role, certificate, agent, now_ms, &code, &reason);
}

static void
a_known_agent_with_a_certificate_in_force_may_do_all(void **state)
{
	(void)state;
	assert_int_equal(judge(HTTP_AGENT, &good, &known, BEGINS), 0);
	assert_int_equal(judge(HTTP_AGENT, &good, &known, ENDS), 0);
	assert_int_equal(judge(HTTP_RENEWING, &good, &known, 1500), 0);
}

static void
an_expired_certificate_may_only_renew_itself(void **state)
{
	(void)state;
	assert_int_equal(judge(HTTP_AGENT, &good, &known, ENDS + 1), 401);
	assert_string_equal(code, "expired");
	assert_int_equal(judge(HTTP_RENEWING, &good, &known, ENDS + 1), 0);
	assert_int_equal(judge(HTTP_AGENT, &good, &known, BEGINS - 1), 401);
}

static void
nobody_gets_in_without_a_certificate_of_ours(void **state)
{
	struct http_certificate other = good;

	(void)state;
	other.trusted = false;
	assert_int_equal(judge(HTTP_AGENT, &other, &known, 1500), 401);
	assert_string_equal(code, "foreign_certificate");
	assert_int_equal(judge(HTTP_RENEWING, &other, &known, 1500), 401);
	other.present = false;
	assert_int_equal(judge(HTTP_AGENT, &other, NULL, 1500), 401);
	assert_string_equal(code, "no_certificate");
}

static void
a_key_that_nobody_knows_is_told_to_enrol(void **state)
{
	(void)state;
	assert_int_equal(judge(HTTP_AGENT, &good, NULL, 1500), 401);
	assert_string_equal(code, "unknown_agent");
	assert_int_equal(judge(HTTP_RENEWING, &good, NULL, 1500), 401);
}

static void
a_revoked_agent_may_not_even_renew(void **state)
{
	struct roll_entry revoked = known;

	(void)state;
	revoked.revoked = true;
	assert_int_equal(judge(HTTP_AGENT, &good, &revoked, 1500), 403);
	assert_string_equal(code, "revoked");
	assert_int_equal(judge(HTTP_RENEWING, &good, &revoked, 1500), 403);
	assert_int_equal(judge(HTTP_RENEWING, &good, &revoked, ENDS + 1), 403);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_known_agent_with_a_certificate_in_force_may_do_all),
	    cmocka_unit_test(an_expired_certificate_may_only_renew_itself),
	    cmocka_unit_test(nobody_gets_in_without_a_certificate_of_ours),
	    cmocka_unit_test(a_key_that_nobody_knows_is_told_to_enrol),
	    cmocka_unit_test(a_revoked_agent_may_not_even_renew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
