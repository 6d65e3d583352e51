/* Who is asked next, and when: agent/sensor/pacing.c, on simulated networks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agent/sensor/pacing.h"

enum { HOSTS_MAX = 65536, EVENTS_MAX = 65536 };

/* A network: who lives, how long a reply takes, what a switch lets through in a second, and
 * what gets lost by chance. */
struct network {
	uint32_t every_nth_is_silent; /* 0: everybody answers */
	uint32_t only_every_nth;      /* 0: not so; else only these live */
	uint64_t rtt_us;
	uint32_t storm_per_s;   /* broadcasts a second that pass, 0 all */
	uint32_t lose_one_in;   /* requests, 0 none */
	uint32_t speaks_one_in; /* of those that live, from heard_after_us on; 0 none */
	uint64_t heard_after_us;
};

struct run {
	struct sweep_result result;
	uint32_t most_in_a_second;
	uint32_t most_in_10_ms;
	uint64_t gap_least_us;
	uint32_t rate, spared;
	uint32_t told_rate, told; /* that losses slowed it: last to, how often */
};

static struct sweep_plan
plan_for(const char *range)
{
	struct sweep_plan plan = {.n_ranges = 1};

	assert_int_equal(address_range_parse(range, &plan.ranges[0]), 0);
	return plan;
}

static bool
lives(const struct network *n, uint32_t host)
{
	if (n->only_every_nth)
		return host % n->only_every_nth == 0;
	return !n->every_nth_is_silent || host % n->every_nth_is_silent != 0;
}

struct simulation {
	const struct network *network;
	struct pacing *pacing;
	uint64_t now_us;
	struct {
		uint64_t at_us;
		struct address ip;
	} replies[EVENTS_MAX]; /* in order of time: the round trip is constant */
	uint32_t first, n;
	uint64_t second_us;
	uint32_t passed, random;
	uint64_t asked_us[HOSTS_MAX];
	uint64_t sent_us[EVENTS_MAX * 4];
	uint32_t n_sent, spared;
	bool all_heard;
	uint64_t gap_least_us;
};

static uint32_t
chance(struct simulation *s)
{
	s->random = s->random * 1664525u + 1013904223u;
	return s->random >> 8;
}

static bool
speaks(const struct network *n, uint32_t host)
{
	return n->speaks_one_in && lives(n, host) && host % n->speaks_one_in == 0;
}

/* All at once, each by a protocol of its own. */
static void
hear(struct simulation *s, const struct sweep_plan *plan)
{
	if (s->all_heard || s->now_us < s->network->heard_after_us)
		return;
	s->all_heard = true;
	for (uint32_t i = 0; i < address_range_count(&plan->ranges[0]); i++) {
		struct address ip = address_range_at(&plan->ranges[0], i);

		if (speaks(s->network, (uint32_t)ip.bytes[2] << 8 | ip.bytes[3]))
			pacing_heard(s->pacing, &ip);
	}
}

static void
on_asked(struct simulation *s, const struct address *ip, bool alone)
{
	uint32_t host = (uint32_t)ip->bytes[2] << 8 | ip->bytes[3];
	const struct network *n = s->network;
	bool passes = true;

	if (s->asked_us[host] && s->now_us - s->asked_us[host] < s->gap_least_us)
		s->gap_least_us = s->now_us - s->asked_us[host];
	s->asked_us[host] = s->now_us;
	alone &= s->all_heard && speaks(n, host);
	if (alone) {
		pacing_spared(s->pacing, s->now_us);
		s->spared++;
	} else {
		assert_true(s->n_sent < EVENTS_MAX * 4);
		s->sent_us[s->n_sent++] = s->now_us;
	}
	if (n->storm_per_s && !alone) {
		if (s->now_us - s->second_us >= 1000000) {
			s->second_us = s->now_us;
			s->passed = 0;
		}
		passes = s->passed++ < n->storm_per_s;
	}
	if (n->lose_one_in && chance(s) % n->lose_one_in == 0)
		passes = false;
	if (!passes || !lives(n, host))
		return;
	s->replies[s->n % EVENTS_MAX].at_us = s->now_us + n->rtt_us;
	s->replies[s->n++ % EVENTS_MAX].ip = *ip;
}

static void
deliver(struct simulation *s)
{
	while (s->first < s->n && s->replies[s->first % EVENTS_MAX].at_us <= s->now_us) {
		(void)pacing_answered(
		    s->pacing, &s->replies[s->first % EVENTS_MAX].ip, s->now_us);
		s->first++;
	}
}

static uint32_t
most_within(const struct simulation *s, uint64_t us)
{
	uint32_t most = 0;

	for (uint32_t i = 0, k = 0; i < s->n_sent; i++) {
		while (s->sent_us[i] - s->sent_us[k] >= us)
			k++;
		most = i - k + 1 > most ? i - k + 1 : most;
	}
	return most;
}

static struct run
simulate(const struct sweep_plan *plan, const struct network *network)
{
	struct simulation *s = calloc(1, sizeof(*s));
	struct run run = {.told = 0};

	assert_non_null(s);
	s->network = network;
	s->now_us = 5000000;
	s->random = 1;
	s->gap_least_us = UINT64_MAX;
	assert_int_equal(pacing_new(plan, 12345, s->now_us, &s->pacing), 0);
	for (int steps = 0;; steps++) {
		struct address ip;
		bool alone;
		uint64_t wait_us = 0;
		enum pacing_step step;

		hear(s, plan);
		step = pacing_next(s->pacing, s->now_us, &ip, &alone, &wait_us);

		assert_true(steps < 1000000);
		run.told += pacing_slowed(s->pacing, &run.told_rate);
		if (step == PACING_DONE)
			break;
		if (step == PACING_ASK) {
			on_asked(s, &ip, alone);
			continue;
		}
		assert_true(wait_us > 0);
		s->now_us += wait_us;
		if (s->first < s->n && s->replies[s->first % EVENTS_MAX].at_us < s->now_us)
			s->now_us = s->replies[s->first % EVENTS_MAX].at_us;
		deliver(s);
	}
	pacing_result(s->pacing, s->now_us, &run.result);
	run.rate = pacing_rate(s->pacing);
	run.spared = s->spared;
	run.most_in_a_second = most_within(s, 1000000);
	run.most_in_10_ms = most_within(s, 10000);
	run.gap_least_us = s->gap_least_us;
	pacing_free(s->pacing);
	free(s);
	return run;
}

static void
finds_everybody_politely(void **state)
{
	struct sweep_plan plan = plan_for("10.1.0.0/22");
	struct network network = {.every_nth_is_silent = 46, .rtt_us = 800};
	struct run run = simulate(&plan, &network);

	(void)state;
	assert_int_equal(run.result.asked, 1024);
	assert_int_equal(run.result.answered, 1024 - 23);
	assert_int_equal(run.result.requests_sent, 1024 + 2 * 23);
	assert_true(run.most_in_a_second <= 250);
	assert_true(run.gap_least_us >= 1000000 - 1000);
	assert_true(run.result.duration_ms < 7000);
}

static void
asks_each_address_once_when_all_answer(void **state)
{
	struct sweep_plan plan = plan_for("10.1.0.0/24");
	struct network network = {.rtt_us = 300};
	struct run run = simulate(&plan, &network);

	(void)state;
	assert_int_equal(run.result.requests_sent, 256);
	assert_int_equal(run.result.answered, 256);
	assert_true(run.result.duration_ms < 1100);
}

static void
asks_the_silent_three_times(void **state)
{
	struct sweep_plan plan = plan_for("10.1.0.0/26");
	struct network network = {.only_every_nth = 1000, .rtt_us = 300};
	struct run run = simulate(&plan, &network);

	(void)state;
	assert_int_equal(run.result.answered, 1); /* number 0 */
	assert_int_equal(run.result.requests_sent, 1 + 3 * 63);
}

static void
is_fast_when_replies_keep_up(void **state)
{
	struct sweep_plan plan = plan_for("10.1.0.0/22");
	struct network network = {.every_nth_is_silent = 46, .rtt_us = 500};
	struct run run;

	(void)state;
	plan.fast = true;
	run = simulate(&plan, &network);
	assert_int_equal(run.result.answered, 1024 - 23);
	assert_true(run.result.duration_ms < 1400);
	network.only_every_nth = 1000000; /* nobody but number 0 */
	run = simulate(&plan, &network);
	assert_true(run.result.duration_ms < 1500);
}

static void
never_has_more_under_way_than_a_ring_holds(void **state)
{
	struct sweep_plan plan = plan_for("10.1.0.0/22");
	struct network network = {.rtt_us = 400000}; /* all replies late and at once */
	struct run run;

	(void)state;
	plan.fast = true;
	run = simulate(&plan, &network);
	assert_int_equal(run.result.answered, 1024);
	assert_true(run.most_in_10_ms <= 96);
}

static void
finds_everybody_behind_a_storm_control_above_its_rate(void **state)
{
	struct sweep_plan plan = plan_for("10.1.0.0/22");
	struct network network = {.every_nth_is_silent = 46, .rtt_us = 800, .storm_per_s = 256};
	struct run run = simulate(&plan, &network);

	(void)state;
	assert_int_equal(run.result.answered, 1024 - 23);
	assert_true(run.result.duration_ms < 8000);
	assert_int_equal(run.rate, 250);
	assert_int_equal(run.told, 0);
}

static void
slows_down_behind_a_stricter_storm_control(void **state)
{
	struct sweep_plan plan = plan_for("10.1.0.0/22");
	struct network network = {.every_nth_is_silent = 46, .rtt_us = 800, .storm_per_s = 100};
	struct run run = simulate(&plan, &network);

	(void)state;
	assert_int_equal(run.result.answered, 1024 - 23);
	assert_true(run.rate <= 125);
	assert_int_equal(run.told_rate, run.rate);
}

static void
is_complete_behind_a_storm_control_even_when_fast(void **state)
{
	struct sweep_plan plan = plan_for("10.1.0.0/22");
	struct network network = {.every_nth_is_silent = 46, .rtt_us = 500, .storm_per_s = 256};
	struct run run;

	(void)state;
	plan.fast = true;
	run = simulate(&plan, &network);
	assert_int_equal(run.result.answered, 1024 - 23);
	assert_true(run.rate <= 250);
	assert_true(run.told >= 1);
	assert_int_equal(run.told_rate, run.rate);
	assert_true(run.result.duration_ms < 8000);
}

static void
spares_who_was_heard_the_broadcast(void **state)
{
	struct sweep_plan plan = plan_for("10.1.0.0/22");
	struct network network = {.every_nth_is_silent = 46, .rtt_us = 800, .speaks_one_in = 2};
	struct run run = simulate(&plan, &network);

	(void)state;
	assert_int_equal(run.result.answered, 1024 - 23);
	assert_int_equal(run.spared, 1024 / 2 - 23);
	assert_int_equal(run.result.requests_sent, 1024 + 2 * 23);
	assert_true(run.most_in_a_second <= 250);
	assert_true(run.result.duration_ms < 5000); /* 6.3 s with all of the broadcasts */
	assert_int_equal(run.told, 0);
}

static void
asks_those_alone_that_were_heard_after_a_storm_control_dropped_them(void **state)
{
	struct sweep_plan plan = plan_for("10.1.0.0/22");
	struct network network = {.every_nth_is_silent = 46,
	    .rtt_us = 2000,
	    .storm_per_s = 256,
	    .speaks_one_in = 2,
	    .heard_after_us = 5000000 + 300000};
	struct run run;

	(void)state;
	plan.fast = true;
	run = simulate(&plan, &network);
	assert_int_equal(run.result.answered, 1024 - 23);
	assert_in_range(run.spared, 300, 512);
	assert_true(run.result.duration_ms < 4000);
}

static void
takes_no_loss_from_who_was_spared(void **state)
{
	struct sweep_plan plan = plan_for("10.1.0.0/22");
	struct network network = {.only_every_nth = 2,
	    .rtt_us = 800,
	    .speaks_one_in = 4,
	    .heard_after_us = 5000000 + 1500000};
	struct run run = simulate(&plan, &network);

	(void)state;
	assert_int_equal(run.result.answered, 512);
	assert_int_equal(run.rate, 250);
	assert_int_equal(run.told, 0);
}

static void
bears_chance_losses_without_slowing_down(void **state)
{
	struct sweep_plan plan = plan_for("10.1.0.0/22");
	struct network network = {.every_nth_is_silent = 46, .rtt_us = 4000, .lose_one_in = 33};
	struct run run = simulate(&plan, &network);

	(void)state;
	assert_int_equal(run.result.answered, 1024 - 23);
	assert_int_equal(run.rate, 250);
	assert_true(run.result.duration_ms < 8000);
}

static void
makes_further_passes_while_they_pay(void **state)
{
	struct sweep_plan plan = plan_for("10.1.0.0/23");
	struct network network = {.rtt_us = 4000, .lose_one_in = 2};
	struct run run = simulate(&plan, &network);

	(void)state;
	assert_true(run.result.answered > 512 - 20); /* of 6 passes, one in 64 stays lost */
	assert_true(run.result.requests_sent > 900);
}

static void
keeps_to_a_slower_rate_that_is_asked_for(void **state)
{
	struct sweep_plan plan = plan_for("10.1.0.0/25");
	struct network network = {.rtt_us = 300};
	struct run run;

	(void)state;
	plan.broadcasts_per_s = 50;
	run = simulate(&plan, &network);
	assert_int_equal(run.result.answered, 128);
	assert_true(run.most_in_a_second <= 50);
}

static void
asks_an_address_of_two_ranges_once(void **state)
{
	struct sweep_plan plan = plan_for("10.1.0.0/25");
	struct network network = {.rtt_us = 300};
	struct run run;

	(void)state;
	assert_int_equal(address_range_parse("10.1.0.0/24", &plan.ranges[1]), 0);
	assert_int_equal(address_range_parse("10.1.3.7", &plan.ranges[2]), 0);
	plan.n_ranges = 3;
	run = simulate(&plan, &network);
	assert_int_equal(run.result.asked, 257);
	assert_int_equal(run.result.answered, 257);
}

static void
skips_who_is_to_be_skipped(void **state)
{
	struct sweep_plan plan = plan_for("10.1.0.0/30");
	struct sweep_result result;
	struct pacing *pacing;
	struct address ip;
	bool alone;
	uint64_t wait;

	(void)state;
	assert_int_equal(pacing_new(&plan, 7, 0, &pacing), 0);
	for (uint8_t i = 0; i < 4; i++) {
		ip = address_v4((const uint8_t[]){10, 1, 0, i});
		if (i != 2)
			pacing_skip(pacing, &ip);
	}
	ip = address_v4((const uint8_t[]){192, 0, 2, 1}); /* of no range */
	pacing_skip(pacing, &ip);
	assert_int_equal(pacing_next(pacing, 1, &ip, &alone, &wait), PACING_ASK);
	assert_int_equal(ip.bytes[3], 2);
	assert_true(alone);
	assert_true(pacing_answered(pacing, &ip, 2));
	assert_false(pacing_answered(pacing, &ip, 3));
	assert_int_equal(pacing_next(pacing, 4, &ip, &alone, &wait), PACING_DONE);
	pacing_result(pacing, 5, &result);
	assert_int_equal(result.asked, 1);
	assert_int_equal(result.answered, 1);
	pacing_free(pacing);
}

static void
is_done_at_once_when_there_is_nobody_to_ask(void **state)
{
	struct sweep_plan plan = plan_for("10.1.0.9");
	struct pacing *pacing;
	struct address ip = plan.ranges[0].base;
	bool alone;
	uint64_t wait;

	(void)state;
	assert_int_equal(pacing_new(&plan, 7, 0, &pacing), 0);
	pacing_skip(pacing, &ip);
	assert_int_equal(pacing_next(pacing, 1, &ip, &alone, &wait), PACING_DONE);
	pacing_free(pacing);
}

static void
counts_only_who_was_asked(void **state)
{
	struct sweep_plan plan = plan_for("10.1.0.0/24");
	struct pacing *pacing;
	struct address ip = address_v4((const uint8_t[]){10, 1, 0, 9});

	(void)state;
	assert_int_equal(pacing_new(&plan, 7, 0, &pacing), 0);
	assert_false(pacing_answered(pacing, &ip, 1)); /* of its own accord */
	ip = address_v4((const uint8_t[]){10, 2, 0, 9});
	assert_false(pacing_answered(pacing, &ip, 1));
	pacing_free(pacing);
}

static void
refuses_plans_out_of_bounds(void **state)
{
	struct sweep_plan plan = {.n_ranges = 0};
	struct pacing *pacing = NULL;

	(void)state;
	assert_int_equal(pacing_new(&plan, 1, 0, &pacing), -EINVAL);
	plan = plan_for("10.0.0.0/15");
	assert_int_equal(pacing_new(&plan, 1, 0, &pacing), -E2BIG);
	plan = plan_for("fd00::/120");
	assert_int_equal(pacing_new(&plan, 1, 0, &pacing), -EINVAL);
	assert_null(pacing);
}

static void
visits_every_address_of_every_size(void **state)
{
	struct network network = {.rtt_us = 100};

	(void)state;
	for (uint8_t prefix = 20; prefix <= 32; prefix++) {
		struct sweep_plan plan = plan_for("10.1.0.0/20");
		struct run run;

		plan.ranges[0].prefix_len = prefix;
		plan.fast = true;
		run = simulate(&plan, &network);
		assert_int_equal(run.result.answered, 1u << (32 - prefix));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finds_everybody_politely),
	    cmocka_unit_test(asks_each_address_once_when_all_answer),
	    cmocka_unit_test(asks_the_silent_three_times),
	    cmocka_unit_test(is_fast_when_replies_keep_up),
	    cmocka_unit_test(never_has_more_under_way_than_a_ring_holds),
	    cmocka_unit_test(finds_everybody_behind_a_storm_control_above_its_rate),
	    cmocka_unit_test(slows_down_behind_a_stricter_storm_control),
	    cmocka_unit_test(is_complete_behind_a_storm_control_even_when_fast),
	    cmocka_unit_test(spares_who_was_heard_the_broadcast),
	    cmocka_unit_test(
		asks_those_alone_that_were_heard_after_a_storm_control_dropped_them),
	    cmocka_unit_test(takes_no_loss_from_who_was_spared),
	    cmocka_unit_test(bears_chance_losses_without_slowing_down),
	    cmocka_unit_test(makes_further_passes_while_they_pay),
	    cmocka_unit_test(keeps_to_a_slower_rate_that_is_asked_for),
	    cmocka_unit_test(asks_an_address_of_two_ranges_once),
	    cmocka_unit_test(skips_who_is_to_be_skipped),
	    cmocka_unit_test(is_done_at_once_when_there_is_nobody_to_ask),
	    cmocka_unit_test(counts_only_who_was_asked),
	    cmocka_unit_test(refuses_plans_out_of_bounds),
	    cmocka_unit_test(visits_every_address_of_every_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
