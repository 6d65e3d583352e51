#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "agent/probe/ladder.h"
#include "common/check.h"

/*
 * A line that is cut and mended on a clock of numbers. Each story says which
 * rungs fail between which moments; the world below probes as connectivity.c
 * does: each second, or each 200 ms in doubt, with an answer after 5 ms or a
 * miss after 800.
 */
struct cut {
	enum ladder_rung rung;
	int which; /* of the rung's targets, -1 all */
	uint64_t from_ms, to_ms;
};

struct world {
	struct ladder ladder;
	const struct cut *cuts;
	size_t n_cuts;
	struct {
		int target;
		enum ladder_rung rung;
		int which;
		uint64_t next_ms;
	} probes[16];
	size_t n_probes;
	struct {
		size_t probe;
		uint64_t sent_ms, told_ms;
		bool hit;
	} flying[256];
	struct outage told[32];
	size_t n_told;
	uint64_t declared_ms[32];
};

static bool
is_cut(const struct world *w, enum ladder_rung rung, int which, uint64_t at_ms)
{
	for (size_t i = 0; i < w->n_cuts; i++) {
		const struct cut *c = &w->cuts[i];

		if (c->rung == rung && (c->which < 0 || c->which == which) &&
		    at_ms >= c->from_ms && at_ms < c->to_ms)
			return true;
	}
	return false;
}

static void
add(struct world *w, enum ladder_rung rung, int which)
{
	w->probes[w->n_probes].target = ladder_add(&w->ladder, rung, "target");
	w->probes[w->n_probes].rung = rung;
	w->probes[w->n_probes].which = which;
	w->probes[w->n_probes].next_ms = w->n_probes * 97;
	w->n_probes++;
}

static void
send_probe(struct world *w, size_t probe, uint64_t now_ms)
{
	for (size_t i = 0; i < COUNT_OF(w->flying); i++) {
		if (w->flying[i].told_ms)
			continue;
		w->flying[i].probe = probe;
		w->flying[i].sent_ms = now_ms;
		w->flying[i].hit =
		    !is_cut(w, w->probes[probe].rung, w->probes[probe].which, now_ms);
		w->flying[i].told_ms = now_ms + (w->flying[i].hit ? 5 : 800);
		if (w->probes[probe].rung <= RUNG_ADDRESS)
			w->flying[i].told_ms = now_ms + 1;
		return;
	}
	fail();
}

static void
tell(struct world *w, uint64_t now_ms)
{
	for (size_t i = 0; i < COUNT_OF(w->flying); i++) {
		if (!w->flying[i].told_ms || w->flying[i].told_ms > now_ms)
			continue;
		ladder_note(&w->ladder, w->probes[w->flying[i].probe].target,
		    w->flying[i].hit ? LADDER_HIT : LADDER_MISS, w->flying[i].sent_ms, 5000,
		    "timeout");
		w->flying[i].told_ms = 0;
	}
}

static void
step(struct world *w, uint64_t now_ms)
{
	struct outage changed[LADDER_CHANGES_MAX];
	size_t n = ladder_step(&w->ladder, now_ms, changed);

	for (size_t i = 0; i < n; i++) {
		assert_true(w->n_told < COUNT_OF(w->told));
		w->declared_ms[w->n_told] = now_ms;
		w->told[w->n_told++] = changed[i];
		w->ladder.next_id[0]++;
	}
}

static void
live(struct world *w, const struct cut *cuts, size_t n_cuts, uint64_t until_ms)
{
	memset(w, 0, sizeof(*w));
	w->cuts = cuts;
	w->n_cuts = n_cuts;
	ladder_init(&w->ladder, 0);
	w->ladder.next_id[0] = 1;
	add(w, RUNG_CARRIER, 0);
	add(w, RUNG_ADDRESS, 0);
	add(w, RUNG_GATEWAY, 0);
	for (int i = 0; i < 3; i++)
		add(w, RUNG_INTERNET, i);
	add(w, RUNG_DNS_LOCAL, 0);
	add(w, RUNG_DNS_PUBLIC, 0);
	add(w, RUNG_COLLECTOR, 0);
	for (uint64_t now_ms = 0; now_ms < until_ms; now_ms += 10) {
		bool doubt = ladder_doubts(&w->ladder);

		tell(w, now_ms);
		for (size_t i = 0; i < w->n_probes; i++) {
			uint64_t wait_ms = doubt                                ? 200
					   : w->probes[i].rung == RUNG_INTERNET ? 3000
										: 1000;

			if (w->probes[i].next_ms > now_ms + wait_ms)
				w->probes[i].next_ms = now_ms;
			if (w->probes[i].next_ms > now_ms)
				continue;
			w->probes[i].next_ms =
			    doubt ? now_ms + wait_ms : ladder_slot(now_ms, wait_ms, i * 1000);
			send_probe(w, i, now_ms);
		}
		step(w, now_ms);
	}
}

/* The one outage of a story: its class, onset and end within a second of the truth, declared
 * within four. */
static void
assert_story(struct world *w, enum outage_class class, enum connectivity_state state,
    uint64_t from_ms, uint64_t to_ms, uint64_t declared_within_ms)
{
	/* One target alone is asked every three seconds, all together every second. */
	uint64_t within_ms = class == OUTAGE_DESTINATION ? 3000 : 1000;
	const struct outage *last;

	assert_true(w->n_told >= 2);
	last = &w->told[w->n_told - 1];
	assert_int_equal(last->class, class);
	assert_int_equal(last->state, state);
	assert_in_range(last->onset_ms, from_ms - 1, from_ms + within_ms);
	assert_in_range(last->end_ms, to_ms - 1, to_ms + within_ms);
	assert_in_range(w->declared_ms[0], from_ms, from_ms + declared_within_ms);
	assert_memory_equal(w->told[0].outage_id, last->outage_id, 16);
	assert_int_equal(w->told[0].end_ms, 0);
	assert_true(w->told[0].n_evidence > 0);
	assert_int_equal(w->ladder.state, CONNECTIVITY_UP);
}

static void
a_cut_behind_the_gateway_is_the_providers(void **state)
{
	static const struct cut cuts[] = {{RUNG_INTERNET, -1, 60000, 80000},
	    {RUNG_DNS_LOCAL, -1, 60000, 80000}, {RUNG_DNS_PUBLIC, -1, 60000, 80000},
	    {RUNG_COLLECTOR, -1, 60000, 80000}};
	static struct world w;

	(void)state;
	live(&w, cuts, COUNT_OF(cuts), 200000);
	assert_int_equal(w.n_told, 2);
	assert_story(&w, OUTAGE_ISP_ACCESS, CONNECTIVITY_DOWN, 60000, 80000, 4000);
}

static void
the_lowest_broken_rung_names_the_class(void **state)
{
	static const struct {
		enum ladder_rung broken;
		enum outage_class class;
	} cases[] = {{RUNG_CARRIER, OUTAGE_LAN_LINK}, {RUNG_ADDRESS, OUTAGE_LAN_ADDRESS},
	    {RUNG_GATEWAY, OUTAGE_GATEWAY}};
	static struct world w;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct cut cuts[] = {{cases[i].broken, -1, 60000, 80000},
		    {RUNG_GATEWAY, -1, 60000, 80000}, {RUNG_INTERNET, -1, 60000, 80000},
		    {RUNG_DNS_LOCAL, -1, 60000, 80000}, {RUNG_COLLECTOR, -1, 60000, 80000}};

		live(&w, cuts, COUNT_OF(cuts), 200000);
		assert_story(&w, cases[i].class, CONNECTIVITY_DOWN, 60000, 80000, 4000);
	}
}

static void
short_cuts_are_counted_but_are_no_outages(void **state)
{
	static const uint64_t lengths_ms[] = {500, 1500};
	static struct world w;
	struct connectivity_window windows[CONNECTIVITY_WINDOWS_MAX];
	uint32_t micro = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(lengths_ms); i++) {
		const struct cut cuts[] = {{RUNG_INTERNET, -1, 60000, 60000 + lengths_ms[i]}};

		live(&w, cuts, COUNT_OF(cuts), 100000);
		assert_int_equal(w.n_told, 0);
		for (size_t n =
			 ladder_windows(&w.ladder, 100000, windows, CONNECTIVITY_WINDOWS_MAX);
		     n > 0; n--)
			micro += windows[n - 1].micro_outages;
	}
	assert_true(micro > 0);
}

static void
one_target_of_three_is_not_the_internet(void **state)
{
	static const struct cut cuts[] = {{RUNG_INTERNET, 1, 60000, 200000}};
	static struct world w;

	(void)state;
	live(&w, cuts, COUNT_OF(cuts), 300000);
	assert_story(&w, OUTAGE_DESTINATION, CONNECTIVITY_DEGRADED, 60000, 200000,
	    LADDER_DEGRADED_HOLD_MS + 4000);
}

static void
names_and_the_collector_have_classes_of_their_own(void **state)
{
	static const struct cut local[] = {{RUNG_DNS_LOCAL, -1, 60000, 200000}};
	static const struct cut all[] = {
	    {RUNG_DNS_LOCAL, -1, 60000, 200000}, {RUNG_DNS_PUBLIC, -1, 60000, 200000}};
	static const struct cut collector[] = {{RUNG_COLLECTOR, -1, 60000, 200000}};
	static struct world w;

	(void)state;
	live(&w, local, COUNT_OF(local), 300000);
	assert_story(&w, OUTAGE_DNS_LOCAL, CONNECTIVITY_DEGRADED, 60000, 200000,
	    LADDER_DEGRADED_HOLD_MS + 4000);
	live(&w, all, COUNT_OF(all), 300000);
	assert_int_equal(w.told[w.n_told - 1].class, OUTAGE_DNS_ALL);
	live(&w, collector, COUNT_OF(collector), 300000);
	assert_story(&w, OUTAGE_COLLECTOR_ONLY, CONNECTIVITY_DEGRADED, 60000, 200000,
	    LADDER_DEGRADED_HOLD_MS + 4000);
}

static void
two_cuts_are_two_outages(void **state)
{
	static const struct cut cuts[] = {
	    {RUNG_INTERNET, -1, 60000, 70000}, {RUNG_INTERNET, -1, 100000, 110000}};
	static struct world w;

	(void)state;
	live(&w, cuts, COUNT_OF(cuts), 200000);
	assert_int_equal(w.n_told, 4);
	assert_memory_not_equal(w.told[0].outage_id, w.told[2].outage_id, 16);
	assert_in_range(w.told[3].onset_ms, 99999, 101000);
}

static void
without_targets_nothing_is_claimed(void **state)
{
	struct ladder l;
	struct outage changed[LADDER_CHANGES_MAX];
	int gateway;

	(void)state;
	ladder_init(&l, 0);
	gateway = ladder_add(&l, RUNG_GATEWAY, "192.0.2.1");
	ladder_note(&l, gateway, LADDER_HIT, 10, 100, "");
	assert_int_equal(ladder_step(&l, 20, changed), 0);
	assert_int_equal(l.state, CONNECTIVITY_UNKNOWN);
}

static void
a_window_counts_late_apart_from_lost(void **state)
{
	struct connectivity_window w[4];
	struct ladder l;
	int target;

	(void)state;
	ladder_init(&l, 1000);
	target = ladder_add(&l, RUNG_INTERNET, "192.0.2.1");
	ladder_note(&l, target, LADDER_HIT, 1000, 3000, "");
	ladder_note(&l, target, LADDER_HIT, 2000, 1000, "");
	ladder_note(&l, target, LADDER_HIT, 3000, 9000, "");
	ladder_note(&l, target, LADDER_MISS, 4000, 0, "timeout");
	ladder_note(&l, target, LADDER_LATE, 4000, 0, "");
	assert_int_equal(ladder_look(&l, 31000, w, 4), 1);
	assert_int_equal(w[0].to_ms, 31000);
	assert_int_equal(ladder_windows(&l, 61000, w, 4), 1);
	assert_int_equal(w[0].sent, 4);
	assert_int_equal(w[0].received, 3);
	assert_int_equal(w[0].late, 1);
	assert_int_equal((int)w[0].rtt_median_ms, 3);
	assert_int_equal((int)w[0].rtt_max_ms, 9);
	assert_int_equal(w[0].from_ms, 1000);
	assert_int_equal(ladder_windows(&l, 62000, w, 4), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_cut_behind_the_gateway_is_the_providers),
	    cmocka_unit_test(the_lowest_broken_rung_names_the_class),
	    cmocka_unit_test(short_cuts_are_counted_but_are_no_outages),
	    cmocka_unit_test(one_target_of_three_is_not_the_internet),
	    cmocka_unit_test(names_and_the_collector_have_classes_of_their_own),
	    cmocka_unit_test(two_cuts_are_two_outages),
	    cmocka_unit_test(without_targets_nothing_is_claimed),
	    cmocka_unit_test(a_window_counts_late_apart_from_lost),
	};

	return cmocka_run_group_tests_name("agent/probe/ladder", tests, NULL, NULL);
}
