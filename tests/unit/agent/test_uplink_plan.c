#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>

#include "agent/uplink/uplink_plan.h"
#include "common/check.h"
#include "common/wire/limits.h"

#define HALF UINT32_C(0x80000000)

static const struct uplink_facts nothing_waits = {0};
static const struct uplink_facts reports_wait = {.reports = 500};

static struct uplink_plan
started(uint64_t now_ms)
{
	struct uplink_plan plan;

	uplink_plan_start(&plan, now_ms);
	return plan;
}

/* As started(), the first heartbeat done. */
static struct uplink_plan
beating(uint64_t now_ms)
{
	struct uplink_plan plan = started(now_ms);

	uplink_told(&plan, UPLINK_BEAT, UPLINK_TAKEN, -1, now_ms, HALF);
	return plan;
}

static void
a_heartbeat_goes_first_and_every_thirty_seconds(void **state)
{
	struct uplink_plan plan = started(1000);
	uint64_t wait_ms = 0;

	(void)state;
	assert_int_equal(uplink_next(&plan, &reports_wait, 1000, &wait_ms), UPLINK_BEAT);
	uplink_told(&plan, UPLINK_BEAT, UPLINK_TAKEN, -1, 1000, HALF);
	assert_int_equal(uplink_next(&plan, &nothing_waits, 1000, &wait_ms), UPLINK_REST);
	assert_int_equal(wait_ms, WIRE_HEARTBEAT_S * 1000);
	assert_int_equal(uplink_next(&plan, &reports_wait, 1000, &wait_ms), UPLINK_SEND);
	assert_int_equal(
	    uplink_next(&plan, &reports_wait, 1000 + WIRE_HEARTBEAT_S * 1000, &wait_ms),
	    UPLINK_BEAT);
}

static void
a_heartbeat_goes_on_while_reports_back_off(void **state)
{
	struct uplink_plan plan = beating(0);
	uint64_t wait_ms = 0;

	(void)state;
	for (int i = 0; i < 20; i++)
		uplink_told(&plan, UPLINK_SEND, UPLINK_LATER, -1, 1, UINT32_MAX);
	assert_int_equal(uplink_next(&plan, &reports_wait, 2, &wait_ms), UPLINK_REST);
	assert_int_equal(wait_ms, WIRE_HEARTBEAT_S * 1000 - 2);
}

static void
back_off_doubles_within_its_bounds_and_is_half_chance(void **state)
{
	(void)state;
	assert_int_equal(uplink_backoff_ms(1, 1000, 300000, 0), 500);
	assert_int_equal(uplink_backoff_ms(1, 1000, 300000, HALF), 750);
	assert_int_equal(uplink_backoff_ms(2, 1000, 300000, 0), 1000);
	assert_int_equal(uplink_backoff_ms(5, 1000, 300000, 0), 8000);
	assert_int_equal(uplink_backoff_ms(60000, 1000, 300000, 0), 150000);
	assert_true(uplink_backoff_ms(60000, 1000, 300000, UINT32_MAX) <= 300000);
	assert_int_equal(uplink_backoff_ms(0, 1000, 300000, 0), 500);
}

static void
retry_after_is_waited_for_and_nothing_cuts_it_short(void **state)
{
	struct uplink_plan plan = beating(0);
	uint64_t wait_ms = 0;

	(void)state;
	uplink_told(&plan, UPLINK_SEND, UPLINK_LATER, 20, 0, 0);
	assert_int_equal(plan.send_at_ms, 20000);
	uplink_hint(&plan, 100, HALF);
	uplink_told(&plan, UPLINK_BEAT, UPLINK_TAKEN, -1, 200, HALF);
	assert_int_equal(uplink_next(&plan, &reports_wait, 19999, &wait_ms), UPLINK_REST);
	assert_int_equal(uplink_next(&plan, &reports_wait, 20000, &wait_ms), UPLINK_SEND);
	uplink_told(&plan, UPLINK_SEND, UPLINK_LATER, 20, 0, UINT32_MAX);
	assert_in_range(plan.send_at_ms, 20001, 22500);
	uplink_told(&plan, UPLINK_SEND, UPLINK_LATER, 1000000, 0, 0);
	assert_int_equal(plan.send_at_ms, 3600 * 1000);
	uplink_told(&plan, UPLINK_BEAT, UPLINK_LATER, 120, 0, 0);
	assert_int_equal(plan.beat_at_ms, 120000);
}

static void
a_line_that_works_again_ends_our_own_back_off(void **state)
{
	struct uplink_plan plan = beating(0);

	(void)state;
	for (int i = 0; i < 10; i++)
		uplink_told(&plan, UPLINK_SEND, UPLINK_LATER, -1, 0, 0);
	assert_true(plan.send_at_ms > 100000);
	uplink_hint(&plan, 5000, HALF);
	assert_in_range(plan.send_at_ms, 5000, 7000);
	assert_in_range(plan.beat_at_ms, 5000, 7000);

	for (int i = 0; i < 10; i++)
		uplink_told(&plan, UPLINK_SEND, UPLINK_LATER, -1, 0, 0);
	uplink_told(&plan, UPLINK_BEAT, UPLINK_TAKEN, -1, 9000, HALF);
	assert_in_range(plan.send_at_ms, 9000, 11000);
}

static void
too_large_halves_the_batch_and_success_lets_it_grow(void **state)
{
	struct uplink_plan plan = beating(0);
	size_t halvings = 0;

	(void)state;
	for (; plan.batch > 1; halvings++)
		uplink_told(&plan, UPLINK_SEND, UPLINK_SMALLER, -1, 7, HALF);
	assert_int_equal(1u << halvings, UPLINK_BATCH_MAX);
	uplink_told(&plan, UPLINK_SEND, UPLINK_NEVER, -1, 7, HALF);
	assert_int_equal(plan.batch, 1);
	assert_int_equal(plan.send_at_ms, 7);
	for (int i = 0; i < 20; i++)
		uplink_told(&plan, UPLINK_SEND, UPLINK_TAKEN, -1, 7, HALF);
	assert_int_equal(plan.batch, UPLINK_BATCH_MAX);
}

static void
every_status_code_has_its_fate(void **state)
{
	static const struct {
		int error;
		long status;
		enum uplink_fate fate;
	} cases[] = {
	    {0, 200, UPLINK_TAKEN},
	    {0, 304, UPLINK_TAKEN},
	    {0, 400, UPLINK_NEVER},
	    {0, 401, UPLINK_STRANGER},
	    {0, 403, UPLINK_STRANGER},
	    {0, 404, UPLINK_NEVER},
	    {0, 408, UPLINK_LATER},
	    {0, 413, UPLINK_SMALLER},
	    {0, 415, UPLINK_NEVER},
	    {0, 429, UPLINK_LATER},
	    {0, 500, UPLINK_LATER},
	    {0, 503, UPLINK_LATER},
	    {0, 0, UPLINK_LATER},
	    {-ETIMEDOUT, 0, UPLINK_LATER},
	    {-ECONNRESET, 200, UPLINK_LATER},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_int_equal(
		    uplink_fate_of(cases[i].error, cases[i].status), cases[i].fate);
}

static void
a_stranger_comes_again_seldom(void **state)
{
	struct uplink_plan plan = beating(0);

	(void)state;
	uplink_told(&plan, UPLINK_SEND, UPLINK_STRANGER, -1, 0, 0);
	assert_true(plan.send_at_ms >= UPLINK_STRANGER_MS_MIN / 2);
	for (int i = 0; i < 20; i++)
		uplink_told(&plan, UPLINK_SEND, UPLINK_STRANGER, -1, 0, UINT32_MAX);
	assert_in_range(plan.send_at_ms, UPLINK_STRANGER_MS_MAX / 2, UPLINK_STRANGER_MS_MAX);
}

static void
an_ended_certificate_is_renewed_before_all_else(void **state)
{
	const struct uplink_facts facts = {
	    .reports = 1, .policy_wanted = true, .renewal_due = true};
	struct uplink_plan plan = started(0);
	uint64_t wait_ms = 0;

	(void)state;
	assert_int_equal(uplink_next(&plan, &facts, 0, &wait_ms), UPLINK_RENEW);
	/* By a clock that stands in 2071 a fresh certificate is due at once. */
	uplink_told(&plan, UPLINK_RENEW, UPLINK_TAKEN, -1, 0, HALF);
	assert_int_not_equal(uplink_next(&plan, &facts, 3600000, &wait_ms), UPLINK_RENEW);
	assert_int_equal(uplink_next(&plan, &facts, UPLINK_RENEWED_MS, &wait_ms), UPLINK_RENEW);
	uplink_told(&plan, UPLINK_RENEW, UPLINK_LATER, -1, 0, HALF);
	assert_int_equal(uplink_next(&plan, &facts, 0, &wait_ms), UPLINK_BEAT);
	uplink_told(&plan, UPLINK_BEAT, UPLINK_TAKEN, -1, 0, HALF);
	assert_int_equal(uplink_next(&plan, &facts, 0, &wait_ms), UPLINK_POLICY);
	uplink_told(&plan, UPLINK_POLICY, UPLINK_NEVER, -1, 0, HALF);
	assert_int_equal(uplink_next(&plan, &facts, 0, &wait_ms), UPLINK_SEND);
}

static void
renewal_comes_after_two_thirds_spread_over_a_twentieth(void **state)
{
	const int64_t day_ms = 86400000, life_ms = 400 * day_ms;

	(void)state;
	assert_false(uplink_renewal_due(0, life_ms, life_ms * 2 / 3 - day_ms, 0));
	assert_true(uplink_renewal_due(0, life_ms, life_ms * 2 / 3 + day_ms, 0));
	assert_false(uplink_renewal_due(0, life_ms, life_ms * 2 / 3 + 18 * day_ms, UINT32_MAX));
	assert_true(uplink_renewal_due(0, life_ms, life_ms * 2 / 3 + 21 * day_ms, UINT32_MAX));
	assert_true(uplink_renewal_due(0, life_ms, life_ms * 5, UINT32_MAX));
	assert_false(uplink_renewal_due(5, 5, life_ms, 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_heartbeat_goes_first_and_every_thirty_seconds),
	    cmocka_unit_test(a_heartbeat_goes_on_while_reports_back_off),
	    cmocka_unit_test(back_off_doubles_within_its_bounds_and_is_half_chance),
	    cmocka_unit_test(retry_after_is_waited_for_and_nothing_cuts_it_short),
	    cmocka_unit_test(a_line_that_works_again_ends_our_own_back_off),
	    cmocka_unit_test(too_large_halves_the_batch_and_success_lets_it_grow),
	    cmocka_unit_test(every_status_code_has_its_fate),
	    cmocka_unit_test(a_stranger_comes_again_seldom),
	    cmocka_unit_test(an_ended_certificate_is_renewed_before_all_else),
	    cmocka_unit_test(renewal_comes_after_two_thirds_spread_over_a_twentieth),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
