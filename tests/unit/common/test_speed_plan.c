/* Which runs a throughput test takes, by what the runs before found. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/speed/plan.h"

static struct speed_plan
plan_for(double target_mbps, bool has_other_server)
{
	return (struct speed_plan){
	    .target_mbps = target_mbps, .has_other_server = has_other_server};
}

/* The plan goes on with a step of that kind, which finds a verdict at a rate. */
static struct speed_step
take(struct speed_plan *plan, enum speed_step_kind kind, enum speed_verdict verdict,
    double ip_mbps)
{
	struct speed_finding finding = {.measured = verdict != SPEED_UNSPECIFIED,
	    .judgement = {.verdict = verdict, .confidence = 0.99},
	    .ip_mbps = ip_mbps,
	    .size_bytes = (uint64_t)(ip_mbps / 8 * 2e6)};

	assert_true(speed_plan_next(plan, &finding.step));
	assert_string_equal(speed_step_name(finding.step.kind), speed_step_name(kind));
	speed_plan_note(plan, &finding);
	return finding.step;
}

static void
assert_over(const struct speed_plan *plan, enum speed_verdict verdict)
{
	struct speed_step step;

	assert_false(speed_plan_next(plan, &step));
	assert_string_equal(
	    speed_verdict_name(speed_plan_conclude(plan).verdict), speed_verdict_name(verdict));
}

static void
a_pass_needs_no_second_run(void **state)
{
	struct speed_plan plan = plan_for(100, true);
	struct speed_step step = take(&plan, SPEED_STEP_VERIFY, SPEED_PASS, 105);

	(void)state;
	assert_int_equal(step.streams, 4);
	assert_true(step.cap_mbps > 109.9 && step.cap_mbps < 110.1);
	assert_over(&plan, SPEED_PASS);
	assert_int_equal(speed_plan_decisive(&plan), 0);
}

static void
a_slow_line_has_one_stream_first(void **state)
{
	struct speed_plan plan = plan_for(10, false);

	(void)state;
	assert_int_equal(take(&plan, SPEED_STEP_VERIFY, SPEED_FAIL_ISP, 6).streams, 1);
	assert_int_equal(take(&plan, SPEED_STEP_STREAMS, SPEED_FAIL_ISP, 6).streams, 2);
	assert_int_equal(take(&plan, SPEED_STEP_LONG, SPEED_PASS, 10).streams, 4);
	assert_over(&plan, SPEED_PASS);
}

static void
a_fail_is_the_providers_after_all_of_them(void **state)
{
	struct speed_plan plan = plan_for(100, true);
	struct speed_step step = take(&plan, SPEED_STEP_VERIFY, SPEED_FAIL_ISP, 80);

	(void)state;
	assert_false(step.other_server);
	assert_int_equal(speed_plan_conclude(&plan).verdict, SPEED_INCONCLUSIVE);
	step = take(&plan, SPEED_STEP_STREAMS, SPEED_FAIL_ISP, 81);
	assert_int_equal(step.streams, 8);
	assert_false(step.other_server);
	step = take(&plan, SPEED_STEP_SERVER, SPEED_FAIL_ISP, 79);
	assert_true(step.other_server);
	assert_string_equal(speed_cause_name(speed_plan_conclude(&plan).cause), "unconfirmed");
	step = take(&plan, SPEED_STEP_LONG, SPEED_FAIL_ISP, 80);
	assert_int_equal(step.streams, 16);
	assert_false(step.other_server); /* the first did better */
	assert_over(&plan, SPEED_FAIL_ISP);
	assert_int_equal(speed_plan_decisive(&plan), 3);
}

static void
the_better_server_has_the_last_word(void **state)
{
	struct speed_plan plan = plan_for(100, true);

	(void)state;
	(void)take(&plan, SPEED_STEP_VERIFY, SPEED_FAIL_ISP, 60);
	(void)take(&plan, SPEED_STEP_STREAMS, SPEED_FAIL_ISP, 61);
	(void)take(&plan, SPEED_STEP_SERVER, SPEED_FAIL_ISP, 85);
	assert_true(take(&plan, SPEED_STEP_LONG, SPEED_INCONCLUSIVE, 95).other_server);
	assert_over(&plan, SPEED_INCONCLUSIVE);
}

static void
any_run_that_passes_clears_the_provider(void **state)
{
	static const enum speed_step_kind kinds[] = {
	    SPEED_STEP_VERIFY, SPEED_STEP_STREAMS, SPEED_STEP_SERVER, SPEED_STEP_LONG};

	(void)state;
	for (size_t passes = 0; passes < 4; passes++) {
		struct speed_plan plan = plan_for(100, true);

		for (size_t i = 0; i < passes; i++)
			(void)take(&plan, kinds[i], SPEED_FAIL_ISP, 80);
		(void)take(&plan, kinds[passes], SPEED_PASS, 101);
		assert_over(&plan, SPEED_PASS);
		assert_int_equal(speed_plan_decisive(&plan), (int)passes);
	}
}

static void
a_server_with_no_room_gives_way_to_another(void **state)
{
	struct speed_plan plan = plan_for(100, true), alone = plan_for(100, false);

	(void)state;
	(void)take(&plan, SPEED_STEP_VERIFY, SPEED_LIMITED_SERVER, 20);
	(void)take(&plan, SPEED_STEP_SERVER, SPEED_FAIL_ISP, 80);
	assert_true(take(&plan, SPEED_STEP_LONG, SPEED_FAIL_ISP, 80).other_server);
	assert_over(&plan, SPEED_FAIL_ISP);
	(void)take(&alone, SPEED_STEP_VERIFY, SPEED_LIMITED_SERVER, 20);
	assert_over(&alone, SPEED_LIMITED_SERVER);
}

static void
another_server_that_is_away_confirms_nothing_and_hinders_nothing(void **state)
{
	struct speed_plan plan = plan_for(100, true), at_once = plan_for(100, true);

	(void)state;
	(void)take(&plan, SPEED_STEP_VERIFY, SPEED_FAIL_ISP, 80);
	(void)take(&plan, SPEED_STEP_STREAMS, SPEED_FAIL_ISP, 80);
	(void)take(&plan, SPEED_STEP_SERVER, SPEED_UNSPECIFIED, 0);
	assert_false(take(&plan, SPEED_STEP_LONG, SPEED_FAIL_ISP, 80).other_server);
	assert_over(&plan, SPEED_FAIL_ISP);
	(void)take(&at_once, SPEED_STEP_VERIFY, SPEED_UNSPECIFIED, 0);
	(void)take(&at_once, SPEED_STEP_SERVER, SPEED_UNSPECIFIED, 0);
	assert_over(&at_once, SPEED_INCONCLUSIVE);
	assert_int_equal(speed_plan_decisive(&at_once), -1);
}

static void
what_is_near_ends_it(void **state)
{
	static const enum speed_verdict near[] = {
	    SPEED_LIMITED_AGENT, SPEED_LIMITED_LAN, SPEED_INCONCLUSIVE};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct speed_plan plan = plan_for(100, true);

		(void)take(&plan, SPEED_STEP_VERIFY, near[i], 80);
		assert_over(&plan, near[i]);
	}
}

static void
a_spent_budget_leaves_a_fail_unconfirmed(void **state)
{
	struct speed_plan plan = plan_for(100, false);

	(void)state;
	plan.budget_bytes = 100000000; /* the last ten seconds at 80 Mbit/s take as much */
	(void)take(&plan, SPEED_STEP_VERIFY, SPEED_FAIL_ISP, 80);
	(void)take(&plan, SPEED_STEP_STREAMS, SPEED_FAIL_ISP, 80);
	assert_over(&plan, SPEED_INCONCLUSIVE);
	plan.budget_bytes = 150000000;
	(void)take(&plan, SPEED_STEP_LONG, SPEED_FAIL_ISP, 80);
	assert_over(&plan, SPEED_FAIL_ISP);
}

static void
capacity_is_one_run_but_for_a_fail(void **state)
{
	struct speed_plan plan = plan_for(100, false), aimless = plan_for(0, true);
	struct speed_plan confirmed = plan_for(100, true);
	struct speed_step step;

	(void)state;
	plan.capacity = confirmed.capacity = true;
	step = take(&plan, SPEED_STEP_CAPACITY, SPEED_FAIL_ISP, 80);
	assert_true(step.cap_mbps <= 0);
	assert_over(&plan, SPEED_FAIL_ISP);
	(void)take(&confirmed, SPEED_STEP_CAPACITY, SPEED_FAIL_ISP, 80);
	(void)take(&confirmed, SPEED_STEP_SERVER, SPEED_FAIL_ISP, 80);
	(void)take(&confirmed, SPEED_STEP_LONG, SPEED_FAIL_ISP, 80);
	assert_over(&confirmed, SPEED_FAIL_ISP);
	(void)take(&aimless, SPEED_STEP_CAPACITY, SPEED_INCONCLUSIVE, 80);
	assert_over(&aimless, SPEED_INCONCLUSIVE);
}

/* As of ndt7: the second run would only say again what the first said. */
static void
one_stream_is_not_asked_for_twice(void **state)
{
	struct speed_plan alone = plan_for(100, false), two = plan_for(100, true);
	struct speed_step step;

	(void)state;
	alone.streams_first = two.streams_first = alone.streams_max = two.streams_max = 1;
	step = take(&alone, SPEED_STEP_VERIFY, SPEED_FAIL_ISP, 80);
	assert_int_equal(step.streams, 1);
	step = take(&alone, SPEED_STEP_LONG, SPEED_FAIL_ISP, 80);
	assert_int_equal(step.streams, 1);
	assert_true(step.cap_mbps < 110.1); /* no more than one stream had before */
	assert_over(&alone, SPEED_FAIL_ISP);
	(void)take(&two, SPEED_STEP_VERIFY, SPEED_FAIL_ISP, 80);
	assert_true(take(&two, SPEED_STEP_SERVER, SPEED_FAIL_ISP, 80).other_server);
	(void)take(&two, SPEED_STEP_LONG, SPEED_FAIL_ISP, 80);
	assert_over(&two, SPEED_FAIL_ISP);
}

static void
a_run_that_cannot_be_cut_keeps_to_its_budget(void **state)
{
	static const struct {
		uint64_t budget_bytes;
		double least_mbps;
		uint64_t share_bps;
		unsigned seconds;
		int r;
		uint64_t ret_share_bps;
		unsigned ret_seconds;
	} rows[] = {
	    {0, 100, 0, 10, 0, 0, 10},                          /* no budget */
	    {80000000, 100, 27500000, 4, 0, 27500000, 4},       /* 110 Mbit/s take 55 MB */
	    {50000000, 100, 27500000, 4, 0, 27500000, 3},       /* 41 MB */
	    {40000000, 100, 27500000, 4, -EDQUOT, 27500000, 4}, /* not even three seconds */
	    {2000000000, 100, 0, 10, 0, 400000000, 10},         /* 1.6 Gbit/s for all of them */
	    {1000000000, 100, 0, 10, 0, 250000000, 8},          /* 1 Gbit/s */
	    {300000000, 100, 0, 10, 0, 200000000, 3},           /* 800 Mbit/s */
	    {30000000, 100, 0, 10, -EDQUOT, 0, 3}, /* 80 Mbit/s: less than is owed */
	    {30000000, 0, 0, 10, 0, 20000000, 3},  /* nothing is owed */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t share_bps = rows[i].share_bps;
		unsigned seconds = rows[i].seconds;
		int r = speed_step_within(
		    rows[i].budget_bytes, rows[i].least_mbps, 4, &share_bps, &seconds);

		assert_int_equal(r, rows[i].r);
		if (r < 0)
			continue;
		assert_int_equal(share_bps, rows[i].ret_share_bps);
		assert_int_equal(seconds, rows[i].ret_seconds);
	}
}

static void
a_fail_says_whether_another_server_confirmed_it(void **state)
{
	struct speed_plan alone = plan_for(100, false), two = plan_for(100, true);
	struct speed_plan away = plan_for(100, true);

	(void)state;
	(void)take(&alone, SPEED_STEP_VERIFY, SPEED_FAIL_ISP, 80);
	(void)take(&alone, SPEED_STEP_STREAMS, SPEED_FAIL_ISP, 80);
	assert_string_equal(speed_cause_name(speed_plan_conclude(&alone).cause), "unconfirmed");
	(void)take(&alone, SPEED_STEP_LONG, SPEED_FAIL_ISP, 80);
	assert_string_equal(speed_cause_name(speed_plan_conclude(&alone).cause), "one_server");
	(void)take(&away, SPEED_STEP_VERIFY, SPEED_FAIL_ISP, 80);
	(void)take(&away, SPEED_STEP_STREAMS, SPEED_FAIL_ISP, 80);
	(void)take(&away, SPEED_STEP_SERVER, SPEED_UNSPECIFIED, 0);
	(void)take(&away, SPEED_STEP_LONG, SPEED_FAIL_ISP, 80);
	assert_string_equal(speed_cause_name(speed_plan_conclude(&away).cause), "one_server");
	(void)take(&two, SPEED_STEP_VERIFY, SPEED_FAIL_ISP, 80);
	(void)take(&two, SPEED_STEP_STREAMS, SPEED_FAIL_ISP, 80);
	(void)take(&two, SPEED_STEP_SERVER, SPEED_FAIL_ISP, 80);
	(void)take(&two, SPEED_STEP_LONG, SPEED_FAIL_ISP, 80);
	assert_string_equal(speed_cause_name(speed_plan_conclude(&two).cause), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_pass_needs_no_second_run),
	    cmocka_unit_test(a_slow_line_has_one_stream_first),
	    cmocka_unit_test(a_fail_is_the_providers_after_all_of_them),
	    cmocka_unit_test(the_better_server_has_the_last_word),
	    cmocka_unit_test(any_run_that_passes_clears_the_provider),
	    cmocka_unit_test(a_server_with_no_room_gives_way_to_another),
	    cmocka_unit_test(another_server_that_is_away_confirms_nothing_and_hinders_nothing),
	    cmocka_unit_test(what_is_near_ends_it),
	    cmocka_unit_test(a_spent_budget_leaves_a_fail_unconfirmed),
	    cmocka_unit_test(capacity_is_one_run_but_for_a_fail),
	    cmocka_unit_test(one_stream_is_not_asked_for_twice),
	    cmocka_unit_test(a_run_that_cannot_be_cut_keeps_to_its_budget),
	    cmocka_unit_test(a_fail_says_whether_another_server_confirmed_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
