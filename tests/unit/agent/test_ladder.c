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
 * rungs fail between which moments, and how long answers take; the world below
 * probes as connectivity.c does: when the ladder says so, with a miss after 800 ms
 * and, if the answer comes all the same, a late word.
 */
enum { ANSWER_MS = 800, TICK_MS = 100, FLYING_MAX = 512, TOLD_MAX = 64, HOUR_MS = 3600 * 1000 };

struct cut {
	enum ladder_rung rung;
	int which; /* of the rung's targets, -1 all */
	uint64_t from_ms, to_ms;
};

struct flight {
	size_t probe;
	uint64_t sent_ms, told_ms;
	uint64_t answer_ms; /* 0 never */
	enum ladder_outcome outcome;
};

struct world {
	struct ladder ladder;
	const struct cut *cuts;
	size_t n_cuts;
	/* How long the Internet's answer to a probe takes, 0: lost; NULL: 5 ms. */
	uint64_t (*delay_ms)(struct world *w, uint64_t now_ms);
	uint64_t random, queue_ms, now_ms;
	uint64_t access_cut_ms; /* nothing comes after it, whenever it left; 0: never */
	struct {
		int target;
		enum ladder_rung rung;
		int which;
		uint64_t next_ms;
	} probes[16];
	size_t n_probes;
	struct flight flying[FLYING_MAX];
	size_t n_flying;
	struct outage told[TOLD_MAX];
	size_t n_told;
	uint64_t declared_ms[TOLD_MAX];
	uint64_t sent;
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
	w->n_probes++;
}

static void
send_probe(struct world *w, size_t probe, uint64_t now_ms)
{
	struct flight *f = &w->flying[w->n_flying++];
	enum ladder_rung rung = w->probes[probe].rung;
	uint64_t delay_ms = rung <= RUNG_ADDRESS ? 1 : 5;

	assert_true(w->n_flying < FLYING_MAX);
	w->sent++;
	if (w->delay_ms && rung > RUNG_GATEWAY && rung != RUNG_TLS) /* which waits */
		delay_ms = w->delay_ms(w, now_ms);
	if (is_cut(w, rung, w->probes[probe].which, now_ms))
		delay_ms = 0;
	if (w->access_cut_ms && now_ms + delay_ms > w->access_cut_ms && rung > RUNG_GATEWAY)
		delay_ms = 0;
	*f = (struct flight){.probe = probe, .sent_ms = now_ms};
	f->answer_ms = delay_ms ? now_ms + delay_ms : 0;
	f->outcome = delay_ms && delay_ms <= ANSWER_MS ? LADDER_HIT : LADDER_MISS;
	f->told_ms = f->outcome == LADDER_HIT ? f->answer_ms : now_ms + ANSWER_MS;
	if (rung <= RUNG_ADDRESS) /* it need not be waited for */
		f->told_ms = now_ms + 1;
}

static void
tell(struct world *w, uint64_t now_ms)
{
	for (size_t i = 0; i < w->n_flying;) {
		struct flight *f = &w->flying[i];

		if (f->told_ms > now_ms) {
			i++;
			continue;
		}
		ladder_note(&w->ladder, w->probes[f->probe].target, f->outcome, f->sent_ms,
		    (uint32_t)(f->answer_ms ? (f->answer_ms - f->sent_ms) * 1000 : 0),
		    "timeout");
		if (f->outcome == LADDER_MISS && f->answer_ms) {
			f->outcome = LADDER_LATE;
			f->told_ms = f->answer_ms;
		} else {
			*f = w->flying[--w->n_flying];
		}
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

/* When something happens next. */
static uint64_t
next_of(const struct world *w, uint64_t now_ms)
{
	uint64_t next_ms = now_ms + (ladder_doubts(&w->ladder) ? TICK_MS : 1000);

	for (size_t i = 0; i < w->n_probes; i++)
		if (w->probes[i].next_ms < next_ms)
			next_ms = w->probes[i].next_ms;
	for (size_t i = 0; i < w->n_flying; i++)
		if (w->flying[i].told_ms < next_ms)
			next_ms = w->flying[i].told_ms;
	return next_ms > now_ms ? next_ms : now_ms + 1;
}

static void
begin(struct world *w, const struct cut *cuts, size_t n_cuts)
{
	memset(w, 0, sizeof(*w));
	w->cuts = cuts;
	w->n_cuts = n_cuts;
	w->random = 1;
	ladder_init(&w->ladder, 0);
	w->ladder.next_id[0] = 1;
}

static void
go(struct world *w, uint64_t until_ms)
{
	for (; w->now_ms < until_ms; w->now_ms = next_of(w, w->now_ms)) {
		uint64_t now_ms = w->now_ms;

		tell(w, now_ms);
		for (size_t i = 0; i < w->n_probes; i++)
			if (ladder_due(
				&w->ladder, w->probes[i].target, now_ms, &w->probes[i].next_ms))
				send_probe(w, i, now_ms);
		step(w, now_ms);
	}
}

static void
all_rungs(struct world *w)
{
	add(w, RUNG_CARRIER, 0);
	add(w, RUNG_ADDRESS, 0);
	add(w, RUNG_GATEWAY, 0);
	add(w, RUNG_ISP, 0);
	for (int i = 0; i < 3; i++)
		add(w, RUNG_INTERNET, i);
	add(w, RUNG_DNS_LOCAL, 0);
	add(w, RUNG_DNS_PUBLIC, 0);
	add(w, RUNG_COLLECTOR, 0);
}

/* What it takes to tell an outage, and one rung above. */
static void
way_rungs(struct world *w)
{
	add(w, RUNG_GATEWAY, 0);
	add(w, RUNG_ISP, 0);
	for (int i = 0; i < 3; i++)
		add(w, RUNG_INTERNET, i);
	add(w, RUNG_DNS_LOCAL, 0);
	add(w, RUNG_COLLECTOR, 0);
}

static void
live(struct world *w, const struct cut *cuts, size_t n_cuts, uint64_t until_ms)
{
	begin(w, cuts, n_cuts);
	all_rungs(w);
	go(w, until_ms);
}

/* The one outage of a story: its class, onset and end within so long after the truth, declared
 * in time. */
static void
assert_story(const struct world *w, enum outage_class class, enum connectivity_state state,
    const struct cut *truth, uint64_t within_ms, uint64_t declared_within_ms)
{
	const struct outage *last;

	assert_true(w->n_told >= 2);
	last = &w->told[w->n_told - 1];
	assert_int_equal(last->class, class);
	assert_int_equal(last->state, state);
	assert_in_range(last->onset_ms, truth->from_ms, truth->from_ms + within_ms);
	assert_in_range(last->end_ms, truth->to_ms, truth->to_ms + within_ms);
	assert_in_range(w->declared_ms[0], truth->from_ms, truth->from_ms + declared_within_ms);
	for (size_t i = 0; i < w->n_told; i++)
		assert_memory_equal(w->told[i].outage_id, last->outage_id, 16);
	assert_int_equal(w->told[0].end_ms, 0);
	assert_true(w->told[0].n_evidence > 0);
	assert_int_equal(w->ladder.state, CONNECTIVITY_UP);
}

static void
the_lowest_broken_rung_names_the_class(void **state)
{
	static const struct {
		enum ladder_rung broken;
		enum outage_class class;
	} cases[] = {{RUNG_CARRIER, OUTAGE_LAN_LINK}, {RUNG_ADDRESS, OUTAGE_LAN_ADDRESS},
	    {RUNG_GATEWAY, OUTAGE_GATEWAY}, {RUNG_ISP, OUTAGE_ISP_ACCESS},
	    {RUNG_INTERNET, OUTAGE_ISP_CORE}};
	static struct world w;

	(void)state;
	/* Whatever the phase of the probes, and however long it lasts. */
	for (uint64_t n = 0; n < 200; n++) {
		uint64_t from_ms = 60000 + n * 137, to_ms = from_ms + 4000 + n * 191;
		size_t at = n % COUNT_OF(cases);
		struct cut cuts[RUNG_COUNT];
		size_t n_cuts = 0;

		for (enum ladder_rung r = cases[at].broken; r < RUNG_COUNT; r++)
			cuts[n_cuts++] = (struct cut){r, -1, from_ms, to_ms};
		live(&w, cuts, n_cuts, to_ms + 100000);
		assert_int_equal(w.n_told, 2);
		assert_story(&w, cases[at].class, CONNECTIVITY_DOWN, cuts, 1000, 4000);
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
	for (uint64_t n = 0; n < 50; n++) {
		uint64_t from_ms = 60000 + n * 137;
		const struct cut cuts[] = {
		    {RUNG_INTERNET, -1, from_ms, from_ms + lengths_ms[n % 2]}};

		live(&w, cuts, COUNT_OF(cuts), 100000);
		assert_int_equal(w.n_told, 0);
		for (size_t i =
			 ladder_windows(&w.ladder, 100000, windows, CONNECTIVITY_WINDOWS_MAX);
		     i > 0; i--)
			micro += windows[i - 1].micro_outages;
	}
	assert_true(micro >= 25); /* each of the longer ones */
}

static void
faults_above_the_internet_have_classes_of_their_own(void **state)
{
	static const struct {
		struct cut cuts[2];
		size_t n;
		enum outage_class class;
		uint64_t usual_ms; /* how often it is asked when nobody looks on */
	} cases[] = {
	    {{{RUNG_INTERNET, 1, 60000, 200000}}, 1, OUTAGE_DESTINATION, 2700},
	    {{{RUNG_DNS_LOCAL, -1, 60000, 200000}}, 1, OUTAGE_DNS_LOCAL, 5000},
	    {{{RUNG_DNS_LOCAL, -1, 60000, 200000}, {RUNG_DNS_PUBLIC, -1, 60000, 200000}}, 2,
		OUTAGE_DNS_ALL, 5000},
	    {{{RUNG_TLS, -1, 60000, 200000}}, 1, OUTAGE_TLS_INTERCEPT, 30000},
	    {{{RUNG_COLLECTOR, -1, 60000, 200000}}, 1, OUTAGE_COLLECTOR_ONLY, 10000},
	};
	static struct world w;

	(void)state;
	for (size_t i = 0; i < 2 * COUNT_OF(cases); i++) {
		size_t at = i / 2;
		bool looks_on = i % 2;
		uint64_t within_ms = cases[at].usual_ms;

		begin(&w, cases[at].cuts, cases[at].n);
		ladder_look_on(&w.ladder, looks_on);
		all_rungs(&w);
		add(&w, RUNG_TLS, 0);
		go(&w, 300000);
		if (looks_on && within_ms > 2700)
			within_ms = 1000;
		assert_story(&w, cases[at].class, CONNECTIVITY_DEGRADED, cases[at].cuts,
		    within_ms,
		    looks_on ? within_ms + LADDER_DOWN_HOLD_MS + 300
			     : within_ms + LADDER_DEGRADED_HOLD_MS + 300);
	}
}

/* A portal lets pings pass, or it does not: it is no fault of the provider's line. */
static void
what_answers_in_the_internets_place_is_a_portal(void **state)
{
	static const struct cut cuts[] = {
	    {RUNG_PORTAL, -1, 60000, 120000}, {RUNG_INTERNET, -1, 60000, 120000}};
	static struct world w;

	(void)state;
	for (size_t n = 1; n <= COUNT_OF(cuts); n++) {
		begin(&w, cuts, n);
		ladder_look_on(&w.ladder, true);
		all_rungs(&w);
		add(&w, RUNG_PORTAL, 0);
		go(&w, 200000);
		assert_story(&w, OUTAGE_PORTAL, CONNECTIVITY_DOWN, cuts, 1000, 4000);
	}
}

/* A degradation of its own after another is another outage. */
static void
what_is_mended_ends_though_something_else_is_broken(void **state)
{
	static const struct cut cuts[] = {
	    {RUNG_DNS_LOCAL, -1, 60000, 120000}, {RUNG_COLLECTOR, -1, 90000, 180000}};
	static struct world w;

	(void)state;
	begin(&w, cuts, COUNT_OF(cuts));
	ladder_look_on(&w.ladder, true);
	all_rungs(&w);
	go(&w, 300000);
	assert_int_equal(w.n_told, 4);
	assert_int_equal(w.told[1].class, OUTAGE_DNS_LOCAL);
	assert_in_range(w.told[1].end_ms, 120000, 121000);
	assert_int_equal(w.told[3].class, OUTAGE_COLLECTOR_ONLY);
	assert_in_range(w.told[3].onset_ms, 90000, 91000);
	assert_in_range(w.told[3].end_ms, 180000, 181000);
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

/* ------------------------------------------------- when it ended */

/* A ladder of three targets whose fates a test tells one by one. */
static void
three_targets(struct ladder *l, int target[3])
{
	ladder_init(l, 0);
	for (int i = 0; i < 3; i++) {
		target[i] = ladder_add(l, RUNG_INTERNET, "target");
		ladder_note(l, target[i], LADDER_HIT, 100, 5000, "");
	}
}

/* Two of three are off for 40 s; the third lost one packet at their onset. */
static void
the_end_is_the_return_of_who_was_away(void **state)
{
	struct outage changed[LADDER_CHANGES_MAX];
	struct ladder l;
	int target[3];

	(void)state;
	three_targets(&l, target);
	for (uint64_t at_ms = 1000; at_ms < 41000; at_ms += 200) {
		ladder_note(&l, target[0], LADDER_MISS, at_ms, 0, "timeout");
		ladder_note(&l, target[1], LADDER_MISS, at_ms, 0, "timeout");
		if (at_ms == 1000)
			ladder_note(&l, target[2], LADDER_MISS, at_ms - 50, 0, "timeout");
		else
			ladder_note(&l, target[2], LADDER_HIT, at_ms - 110, 5000, "");
		(void)ladder_step(&l, at_ms + 800, changed);
	}
	assert_int_equal(l.state, CONNECTIVITY_DOWN);
	assert_int_equal(l.open.onset_ms, 1000);
	for (uint64_t at_ms = 41000; at_ms < 41600; at_ms += 200)
		ladder_note(&l, target[0], LADDER_HIT, at_ms, 5000, "");
	assert_int_equal(ladder_step(&l, 41600, changed), 1);
	assert_int_equal(changed[0].end_ms, 41000);
}

/* The probe that left 90 ms after the onset waits out the outage in a modem's queue. */
static void
a_late_answer_tells_of_when_it_came(void **state)
{
	struct outage changed[LADDER_CHANGES_MAX];
	struct ladder l;
	int target[3];

	(void)state;
	three_targets(&l, target);
	for (uint64_t at_ms = 1000; at_ms < 10000; at_ms += 200) {
		for (int i = 0; i < 3; i++)
			ladder_note(&l, target[i], LADDER_MISS, at_ms, 0, "timeout");
		(void)ladder_step(&l, at_ms + 800, changed);
	}
	assert_int_equal(l.state, CONNECTIVITY_DOWN);
	for (uint64_t n = 0; n < 3; n++)
		for (int i = 0; i < 3; i++)
			ladder_note(&l, target[i], LADDER_LATE, 1090 + n * 200,
			    (uint32_t)(9000 - n * 190) * 1000, "");
	assert_int_equal(ladder_step(&l, 10200, changed), 1);
	assert_int_equal(changed[0].onset_ms, 1000);
	assert_in_range(changed[0].end_ms, 10000, 10200);
}

/* A miss is told 800 ms after its probe, a hit at once: they are judged as they left. */
static void
fates_are_taken_in_the_order_of_their_probes(void **state)
{
	struct outage changed[LADDER_CHANGES_MAX];
	struct ladder l;
	int target[3];

	(void)state;
	three_targets(&l, target);
	for (uint64_t at_ms = 1000; at_ms < 20000; at_ms += 200) {
		for (int i = 0; i < 3; i++)
			ladder_note(&l, target[i], LADDER_MISS, at_ms, 0, "timeout");
		(void)ladder_step(&l, at_ms + 800, changed);
	}
	for (uint64_t at_ms = 20400; at_ms < 21000; at_ms += 200)
		for (int i = 0; i < 3; i++) {
			ladder_note(&l, target[i], LADDER_HIT, at_ms, 5000, "");
			ladder_note(&l, target[i], LADDER_MISS, at_ms - 600, 0, "timeout");
		}
	assert_int_equal(ladder_step(&l, 21000, changed), 1);
	assert_int_equal(changed[0].end_ms, 20400);
}

/* ------------------------------------------------- a week of a bad line */

/* xorshift64* (Vigna 2016), in thousandths. */
static uint64_t
per_mille(struct world *w)
{
	w->random ^= w->random >> 12;
	w->random ^= w->random << 25;
	w->random ^= w->random >> 27;
	return (w->random * 0x2545f4914f6cdd1dull >> 33) % 1000;
}

static uint64_t
random_loss(struct world *w, uint64_t now_ms)
{
	(void)now_ms;
	return per_mille(w) < 20 ? 0 : 15 + per_mille(w) % 20;
}

/* A queue that holds two seconds and is never empty: it grows and shrinks at random, and what
 * comes when it is nearly full is often dropped. Outside a school's hours there is none. */
static uint64_t
saturation(struct world *w, uint64_t now_ms)
{
	uint64_t r = per_mille(w);

	if (now_ms / HOUR_MS % 24 >= 8)
		return 15 + r % 20;
	if (w->queue_ms < 300)
		w->queue_ms = 300;
	w->queue_ms += r;
	w->queue_ms -= w->queue_ms > 800 ? 500 : w->queue_ms - 300;
	if (w->queue_ms > 2000)
		w->queue_ms = 2000;
	return per_mille(w) < (w->queue_ms > 1700 ? 300 : 30) ? 0 : w->queue_ms;
}

enum { WEEK_MS = 7 * 24 * HOUR_MS, CUT_EVERY_MS = 600 * 1000, CUTS = WEEK_MS / CUT_EVERY_MS };

/* The n-th cut of a week lies anywhere in its ten minutes and lasts from four seconds to half a
 * minute. */
static struct cut
week_cut(uint64_t n)
{
	uint64_t r = (n + 1) * 0x9e3779b97f4a7c15ull >> 20;
	struct cut cut = {.rung = RUNG_ISP, .which = -1};

	cut.from_ms = n * CUT_EVERY_MS + 60000 + r % 400000;
	cut.to_ms = cut.from_ms + 4000 + (r >> 20) % 26000;
	return cut;
}

/* How far from the truth what was told lies, at the worst, in milliseconds. */
struct tally {
	size_t missed, split, false_down, other;
	uint64_t declared, onset, end, late, lost;
};

static uint64_t
apart(uint64_t a, uint64_t b)
{
	return a > b ? a - b : b - a;
}

static void
judge_cut(const struct world *w, const struct cut *cut, struct tally *t)
{
	size_t n = 0;

	for (size_t i = 0; i < w->n_told; i++) {
		const struct outage *o = &w->told[i];

		if (o->state != CONNECTIVITY_DOWN) {
			t->other++;
			continue;
		}
		if ((uint64_t)o->onset_ms + 2000 < cut->from_ms ||
		    (uint64_t)o->onset_ms >= cut->to_ms) {
			t->false_down++;
			continue;
		}
		if (o->end_ms == 0 && n++ == 0 &&
		    w->declared_ms[i] - cut->from_ms > t->declared)
			t->declared = w->declared_ms[i] - cut->from_ms;
		if (apart((uint64_t)o->onset_ms, cut->from_ms) > t->onset)
			t->onset = apart((uint64_t)o->onset_ms, cut->from_ms);
		if (o->end_ms && apart((uint64_t)o->end_ms, cut->to_ms) > t->end)
			t->end = apart((uint64_t)o->end_ms, cut->to_ms);
	}
	t->missed += n == 0;
	t->split += n > 1;
}

static void
week_of_cuts(uint64_t (*delay_ms)(struct world *w, uint64_t now_ms), struct tally *t)
{
	static struct world w;
	struct cut cuts[RUNG_COUNT - RUNG_ISP] = {{.rung = RUNG_ISP}};

	memset(t, 0, sizeof(*t));
	begin(&w, cuts, COUNT_OF(cuts));
	w.delay_ms = delay_ms;
	way_rungs(&w);
	for (uint64_t n = 0; n < CUTS; n++) {
		struct cut cut = week_cut(n);

		for (enum ladder_rung rung = RUNG_ISP; rung < RUNG_COUNT; rung++) {
			cuts[rung - RUNG_ISP] = cut;
			cuts[rung - RUNG_ISP].rung = rung;
		}
		w.n_told = 0;
		go(&w, (n + 1) * CUT_EVERY_MS);
		judge_cut(&w, &cut, t);
	}
	for (size_t i = 0; i < w.ladder.n_targets; i++) {
		const struct ladder_target *target = &w.ladder.targets[i];

		t->late += target->late;
		t->lost += target->sent - target->received - target->late;
	}
	print_message(
	    "%d cuts in a week of %llu probes, %llu lost, %llu late: %zu missed, %zu "
	    "split, %zu false, %zu other; at the worst declared in %llu ms, onset off "
	    "by %llu, end by %llu\n",
	    CUTS, (unsigned long long)w.sent, (unsigned long long)t->lost,
	    (unsigned long long)t->late, t->missed, t->split, t->false_down, t->other,
	    (unsigned long long)t->declared, (unsigned long long)t->onset,
	    (unsigned long long)t->end);
}

static void
a_week_of_two_percent_loss_has_its_cuts_and_no_more(void **state)
{
	struct tally t;

	(void)state;
	week_of_cuts(random_loss, &t);
	assert_int_equal(t.missed + t.split + t.false_down + t.other, 0);
	assert_in_range(t.declared, 2000, 4000);
	assert_in_range(t.onset, 0, 1000);
	assert_in_range(t.end, 0, 1000);
	assert_true(t.lost > 10000);
}

/* That it is over shows by answers, which are late. */
static void
a_week_of_saturation_has_its_cuts_and_no_more(void **state)
{
	struct tally t;

	(void)state;
	week_of_cuts(saturation, &t);
	assert_int_equal(t.missed + t.split + t.false_down + t.other, 0);
	assert_in_range(t.declared, 2000, 4000);
	assert_in_range(t.onset, 0, 1000);
	assert_in_range(t.end, 0, 5000);
	assert_true(t.lost > 100000);
	assert_true(t.late > 1000000);
}

/* A handshake a second would fill a full line further. */
static void
upper_rungs_keep_their_pace_on_a_busy_line(void **state)
{
	static struct world w;
	uint64_t asked = 0;

	(void)state;
	begin(&w, NULL, 0);
	w.delay_ms = saturation;
	all_rungs(&w);
	add(&w, RUNG_TLS, 0);
	go(&w, 3600 * 1000);
	asked = w.ladder.targets[w.probes[w.n_probes - 1].target].sent;
	assert_in_range(asked, 100, 1000); /* every 30 s, and when it is in doubt itself */
}

/* A queue that grows to four and a half seconds. */
static uint64_t
deep_queue(struct world *w, uint64_t now_ms)
{
	return (now_ms < 45000 ? now_ms / 10 : 4500) + per_mille(w) / 5 + 1;
}

/* What waits in the queue does not come either. */
static void
total_silence_of_a_deep_queue_is_an_outage(void **state)
{
	static struct world w;

	(void)state;
	begin(&w, NULL, 0);
	w.delay_ms = deep_queue;
	w.access_cut_ms = 60000;
	all_rungs(&w);
	go(&w, 65000);
	assert_int_equal(w.n_told, 1);
	assert_int_equal(w.told[0].class, OUTAGE_ISP_ACCESS);
	assert_in_range(w.declared_ms[0], 60000, 64000);
}

/* Two of the three lost a packet before all three were cut. */
static void
the_onset_is_when_none_answers(void **state)
{
	struct outage changed[LADDER_CHANGES_MAX];
	struct ladder l;
	int target[3];

	(void)state;
	three_targets(&l, target);
	ladder_note(&l, target[0], LADDER_MISS, 1000, 0, "timeout");
	ladder_note(&l, target[1], LADDER_MISS, 1500, 0, "timeout");
	ladder_note(&l, target[2], LADDER_HIT, 2000, 5000, "");
	for (uint64_t at_ms = 2500; at_ms < 6000; at_ms += 200) {
		for (int i = 0; i < 3; i++)
			ladder_note(&l, target[i], LADDER_MISS, at_ms, 0, "timeout");
		(void)ladder_step(&l, at_ms + 800, changed);
	}
	assert_int_equal(l.state, CONNECTIVITY_DOWN);
	assert_int_equal(l.open.onset_ms, 2500);
}

/* A dead wire whose route stayed, or a route that IPv6 can do without. */
static void
what_passes_is_not_down_for_a_lower_rung(void **state)
{
	static const struct cut cuts[] = {
	    {RUNG_CARRIER, -1, 60000, 120000}, {RUNG_ADDRESS, -1, 130000, 180000}};
	static struct world w;

	(void)state;
	live(&w, cuts, COUNT_OF(cuts), 200000);
	assert_int_equal(w.n_told, 0);
}

/* The collector's turn comes first; who answers in its place is asked at once then. */
static void
one_upper_rung_in_doubt_has_all_asked(void **state)
{
	static const struct cut cuts[] = {
	    {RUNG_COLLECTOR, -1, 61000, 200000}, {RUNG_TLS, -1, 61000, 200000}};
	static struct world w;

	(void)state;
	for (uint64_t n = 0; n < 30; n++) {
		struct cut moved[] = {cuts[0], cuts[1]};

		for (size_t i = 0; i < COUNT_OF(moved); i++)
			moved[i].from_ms += n * 997;
		begin(&w, moved, COUNT_OF(moved));
		all_rungs(&w);
		add(&w, RUNG_TLS, 0);
		go(&w, 300000);
		assert_story(&w, OUTAGE_TLS_INTERCEPT, CONNECTIVITY_DEGRADED, moved, 12000,
		    12000 + LADDER_DEGRADED_HOLD_MS + 300);
	}
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
	    cmocka_unit_test(the_lowest_broken_rung_names_the_class),
	    cmocka_unit_test(short_cuts_are_counted_but_are_no_outages),
	    cmocka_unit_test(faults_above_the_internet_have_classes_of_their_own),
	    cmocka_unit_test(what_answers_in_the_internets_place_is_a_portal),
	    cmocka_unit_test(what_is_mended_ends_though_something_else_is_broken),
	    cmocka_unit_test(two_cuts_are_two_outages),
	    cmocka_unit_test(the_end_is_the_return_of_who_was_away),
	    cmocka_unit_test(a_late_answer_tells_of_when_it_came),
	    cmocka_unit_test(fates_are_taken_in_the_order_of_their_probes),
	    cmocka_unit_test(the_onset_is_when_none_answers),
	    cmocka_unit_test(what_passes_is_not_down_for_a_lower_rung),
	    cmocka_unit_test(one_upper_rung_in_doubt_has_all_asked),
	    cmocka_unit_test(a_week_of_two_percent_loss_has_its_cuts_and_no_more),
	    cmocka_unit_test(a_week_of_saturation_has_its_cuts_and_no_more),
	    cmocka_unit_test(upper_rungs_keep_their_pace_on_a_busy_line),
	    cmocka_unit_test(total_silence_of_a_deep_queue_is_an_outage),
	    cmocka_unit_test(without_targets_nothing_is_claimed),
	    cmocka_unit_test(a_window_counts_late_apart_from_lost),
	};

	return cmocka_run_group_tests_name("agent/probe/ladder", tests, NULL, NULL);
}
