/* The alert engine on a clock of numbers: stories told as facts that change, and what becomes
 * of them; then random walks under laws that hold whatever happens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/alert/engine.h"
#include "common/check.h"

enum {
	EPOCH_MS = 1000000000,
	PASS_S = 5,
	STEPS_MAX = 32,
	FACTS_MAX = 64,
};

enum flag {
	GROWS = 1,    /* the value counts the seconds since this step */
	OLD = 2,      /* at: told then, and never again */
	LESSON = 4,   /* lessons now */
	SILENCED = 8, /* a person does not want to be told */
	MOOT = 16,
	GONE = 32, /* no fact any more */
	OFF = 64,  /* for its provider (7, of ten schools) */
	SUSPECT = 128,
	RESTART = 256, /* the engine is made anew from what was kept, and listens since then */
};

/* At a second a fact changes, and holds from then on. */
struct step {
	int at_s;
	int school;
	enum alert_kind kind;
	const char *subject;
	double value;
	unsigned flags;
};

struct story {
	const char *name;
	struct step steps[STEPS_MAX];
	int until_s;
	const char *told; /* "second school kind events; ..." */
};

struct held {
	struct step step;
	int since_s;
};

struct world {
	struct engine *engine;
	struct held facts[FACTS_MAX];
	size_t n_facts;
	int watching_s;
	struct alert kept[FACTS_MAX];
	size_t n_kept;
	char told[4096];
};

static const struct {
	enum alert_event event;
	const char *word;
} words[] = {
    {ALERT_EVENT_PENDING, "pending"},
    {ALERT_EVENT_WITHDRAWN, "withdrawn"},
    {ALERT_EVENT_RAISED, "raised"},
    {ALERT_EVENT_STALE, "stale"},
    {ALERT_EVENT_FRESH, "fresh"},
    {ALERT_EVENT_RESOLVED, "resolved"},
    {ALERT_EVENT_TOLD, "told"},
    {ALERT_EVENT_ESCALATED, "escalated"},
    {ALERT_EVENT_GROUPED, "grouped"},
    {ALERT_EVENT_UNGROUPED, "ungrouped"},
    {ALERT_EVENT_UPDATED, "updated"},
};

/* Keeps what the database would. */
static void
keep(struct alert kept[], size_t *n, size_t max, const struct alert *a)
{
	size_t i = 0;

	while (i < *n && (kept[i].kind != a->kind || kept[i].school_id != a->school_id ||
			     strcmp(kept[i].subject, a->subject) != 0))
		i++;
	assert_true(i < max);
	kept[i] = *a;
	kept[i].clear_ms = 0;
	kept[i].silenced = kept[i].waits = kept[i].lesson = false;
	kept[i].provider = 0;
	*n += i == *n;
}

static struct engine *
revive(const struct alert kept[], size_t n)
{
	struct engine *engine = NULL;

	assert_int_equal(engine_new(&engine), 0);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(engine_put(engine, &kept[i]), 0);
	return engine;
}

static void
hold(struct world *w, const struct step *step)
{
	size_t i = 0;

	if (step->flags & RESTART) {
		engine_free(w->engine);
		w->engine = revive(w->kept, w->n_kept);
		w->watching_s = step->at_s;
		return;
	}
	while (i < w->n_facts && (w->facts[i].step.kind != step->kind ||
				     w->facts[i].step.school != step->school ||
				     strcmp(w->facts[i].step.subject, step->subject) != 0))
		i++;
	assert_true(i < FACTS_MAX);
	w->facts[i] = (struct held){*step, step->at_s};
	w->n_facts += i == w->n_facts;
}

static size_t
facts_now(const struct world *w, int now_s, struct alert_fact ret[])
{
	size_t n = 0;

	for (size_t i = 0; i < w->n_facts; i++) {
		const struct step *s = &w->facts[i].step;
		int at_s = s->flags & OLD ? w->facts[i].since_s : now_s;

		if (s->flags & GONE)
			continue;
		ret[n] = (struct alert_fact){
		    .kind = s->kind,
		    .school_id = s->school,
		    .value = s->flags & GROWS ? now_s - w->facts[i].since_s : s->value,
		    .at_ms = EPOCH_MS + (int64_t)at_s * 1000,
		    .since_ms = EPOCH_MS + (int64_t)w->facts[i].since_s * 1000,
		    .lesson = s->flags & LESSON,
		    .silenced = s->flags & SILENCED,
		    .moot = s->flags & MOOT,
		    .reach = s->flags & OFF       ? ALERT_REACH_OFF
			     : s->flags & SUSPECT ? ALERT_REACH_SUSPECT
						  : ALERT_REACH_ON,
		    .provider = s->flags & (OFF | SUSPECT) ? 7 : 0,
		    .provider_schools = 10,
		};
		(void)snprintf(ret[n].subject, sizeof(ret[n].subject), "%s", s->subject);
		n++;
	}
	return n;
}

static void
note(struct world *w, int now_s, const struct alert_change *change)
{
	size_t len = strlen(w->told);

	len += (size_t)snprintf(w->told + len, sizeof(w->told) - len, "%s%d %d%s%s %s",
	    len ? "; " : "", now_s, (int)change->alert.school_id,
	    change->alert.subject[0] ? "/" : "", change->alert.subject,
	    alert_rules[change->alert.kind].kind);
	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (change->events & words[i].event)
			len += (size_t)snprintf(
			    w->told + len, sizeof(w->told) - len, " %s", words[i].word);
	CHECK(len < sizeof(w->told));
}

static void
pass(struct world *w, int now_s)
{
	struct alert_fact facts[FACTS_MAX];
	size_t n = facts_now(w, now_s, facts), count = 0;
	struct engine_pass p = {
	    .now_ms = EPOCH_MS + (int64_t)now_s * 1000,
	    .watching_ms = EPOCH_MS + (int64_t)w->watching_s * 1000,
	    .slow = true,
	};
	const struct alert_change *changes = NULL;

	assert_int_equal(engine_judge(w->engine, &p, facts, n, &changes, &count), 0);
	for (size_t i = 0; i < count; i++) {
		note(w, now_s, &changes[i]);
		keep(w->kept, &w->n_kept, FACTS_MAX, &changes[i].alert);
	}
}

static const struct story stories[] = {
    {"an agent falls silent and comes back: told once, ended once",
	{{0, 1, ALERT_agent_silent, "a", 0, GROWS}, {200, 1, ALERT_agent_silent, "a", 0, 0}},
	400, "75 1/a agent_silent raised told; 210 1/a agent_silent resolved"},
    {"a heartbeat that is late is no silence",
	{{0, 1, ALERT_agent_silent, "a", 0, GROWS}, {70, 1, ALERT_agent_silent, "a", 0, GROWS},
	    {140, 1, ALERT_agent_silent, "a", 0, 0}},
	400, ""},
    {"who has just begun to listen calls nobody silent",
	{{0, 1, ALERT_agent_silent, "a", 0, GROWS}, {60, 0, 0, "", 0, RESTART}}, 200,
	"75 1/a agent_silent pending; 135 1/a agent_silent raised told"},
    {"a restart forgets nothing: told before, not told again, and its end is",
	{{0, 1, ALERT_agent_silent, "a", 0, GROWS}, {100, 0, 0, "", 0, RESTART},
	    {300, 1, ALERT_agent_silent, "a", 0, 0}, {302, 0, 0, "", 0, RESTART}},
	400, "75 1/a agent_silent raised told; 315 1/a agent_silent resolved"},
    {"a drop must last to be one",
	{{0, 1, ALERT_connectivity_drop, "", 1, 0}, {6, 1, ALERT_connectivity_drop, "", 0, 0}},
	100, "0 1 connectivity_drop pending; 10 1 connectivity_drop withdrawn"},
    {"its end must last too",
	{{0, 1, ALERT_connectivity_drop, "", 1, 0}, {50, 1, ALERT_connectivity_drop, "", 0, 0},
	    {60, 1, ALERT_connectivity_drop, "", 1, 0},
	    {90, 1, ALERT_connectivity_drop, "", 0, 0}},
	200,
	"0 1 connectivity_drop pending; 10 1 connectivity_drop raised told; 105 1 "
	"connectivity_drop resolved"},
    {"facts that are too old make it stale, never resolved",
	{{0, 1, ALERT_connectivity_drop, "", 1, 0},
	    {100, 1, ALERT_connectivity_drop, "", 1, OLD},
	    {900, 1, ALERT_connectivity_drop, "", 1, 0},
	    {950, 1, ALERT_connectivity_drop, "", 0, 0}},
	1200,
	"0 1 connectivity_drop pending; 10 1 connectivity_drop raised told; 405 1 "
	"connectivity_drop stale; 900 1 connectivity_drop fresh; 965 1 connectivity_drop "
	"resolved"},
    {"good facts that are too old end nothing either",
	{{0, 1, ALERT_connectivity_drop, "", 1, 0},
	    {100, 1, ALERT_connectivity_drop, "", 1, OLD},
	    {600, 1, ALERT_connectivity_drop, "", 0, GONE}},
	9000,
	"0 1 connectivity_drop pending; 10 1 connectivity_drop raised told; 405 1 "
	"connectivity_drop stale"},
    {"no fact at all is no end",
	{{0, 1, ALERT_filter_leak, "", 2, 0}, {60, 1, ALERT_filter_leak, "", 0, GONE}}, 999,
	"0 1 filter_leak raised told; 60 1 filter_leak stale"},
    {"what had not begun is forgotten when nothing more is heard",
	{{0, 1, ALERT_connectivity_drop, "", 1, 0},
	    {5, 1, ALERT_connectivity_drop, "", 1, GONE}},
	100, "0 1 connectivity_drop pending; 5 1 connectivity_drop withdrawn"},
    {"an agent that was revoked is no trouble any more",
	{{0, 1, ALERT_agent_silent, "a", 0, GROWS}, {100, 1, ALERT_agent_silent, "a", 0, MOOT}},
	200, "75 1/a agent_silent raised told; 100 1/a agent_silent resolved"},
    {"between the two thresholds nothing changes",
	{{0, 1, ALERT_line_below_norm, "down", 5, 0},
	    {50, 1, ALERT_line_below_norm, "down", 9, 0},
	    {100, 1, ALERT_line_below_norm, "down", 5, 0},
	    {150, 1, ALERT_line_below_norm, "down", 2, 0}},
	300, "50 1/down line_below_norm raised told; 150 1/down line_below_norm resolved"},
    {"a school that is off mutes what follows from it",
	{{0, 1, ALERT_agent_silent, "a", 0, GROWS}, {100, 1, ALERT_filter_leak, "", 1, 0},
	    {100, 1, ALERT_line_below_norm, "down", 50, 0},
	    {100, 2, ALERT_filter_leak, "", 1, 0}},
	150,
	"75 1/a agent_silent raised told; 100 1/down line_below_norm raised; 100 1 filter_leak "
	"raised; 100 2 filter_leak raised told"},
    {"what still is when the school is back is told then",
	{{0, 1, ALERT_agent_silent, "a", 0, GROWS}, {100, 1, ALERT_filter_leak, "", 1, 0},
	    {120, 1, ALERT_agent_silent, "a", 0, 0}},
	300,
	"75 1/a agent_silent raised told; 100 1 filter_leak raised; 130 1/a agent_silent "
	"resolved; 130 1 filter_leak told"},
    {"an outage that is told explains the silence after it",
	{{0, 1, ALERT_connectivity_drop, "", 1, 0}, {20, 1, ALERT_agent_silent, "a", 0, GROWS},
	    {20, 1, ALERT_connectivity_drop, "", 1, OLD},
	    {700, 1, ALERT_agent_silent, "a", 0, 0},
	    {710, 1, ALERT_connectivity_drop, "", 0, 0}},
	900,
	"0 1 connectivity_drop pending; 10 1 connectivity_drop raised told; 95 1/a "
	"agent_silent raised; 325 1 connectivity_drop stale; 710 1/a agent_silent resolved; "
	"710 1 connectivity_drop fresh; 725 1 connectivity_drop resolved"},
    {"silence and outage at once are told as one",
	{{0, 1, ALERT_agent_silent, "a", 0, GROWS}, {65, 1, ALERT_connectivity_drop, "", 1, 0}},
	100,
	"65 1 connectivity_drop pending; 75 1 connectivity_drop raised; 75 1/a agent_silent "
	"raised told"},
    {"a person's silence keeps quiet, and what outlives it is told",
	{{0, 1, ALERT_agent_silent, "a", 0, GROWS | SILENCED},
	    {200, 1, ALERT_agent_silent, "a", 200, 0}},
	250, "75 1/a agent_silent raised; 200 1/a agent_silent told"},
    {"what ends under a silence was never told",
	{{0, 1, ALERT_filter_leak, "", 1, SILENCED},
	    {50, 1, ALERT_filter_leak, "", 0, SILENCED}, {90, 1, ALERT_filter_leak, "", 0, 0}},
	200, "0 1 filter_leak raised; 50 1 filter_leak resolved"},
    {"lessons begin while it lasts",
	{{0, 1, ALERT_filter_leak, "", 1, 0}, {50, 1, ALERT_filter_leak, "", 1, LESSON},
	    {90, 1, ALERT_filter_leak, "", 1, 0}, {120, 1, ALERT_filter_leak, "", 1, LESSON}},
	200, "0 1 filter_leak raised told; 50 1 filter_leak escalated"},
    {"a device that is switched off after lessons is not gone",
	{{0, 1, ALERT_device_gone, "d", 150, 0}, {50, 1, ALERT_device_gone, "d", 0, 0},
	    {100, 1, ALERT_device_gone, "d", 150, 0},
	    {150, 1, ALERT_device_gone, "d", 160, LESSON}},
	200,
	"0 1/d device_gone pending; 50 1/d device_gone withdrawn; 100 1/d device_gone "
	"pending; 150 1/d device_gone raised told"},
    {"three of ten are three troubles, four are one of the provider",
	{{0, 1, ALERT_agent_silent, "a", 100, OFF}, {0, 2, ALERT_agent_silent, "b", 100, OFF},
	    {0, 3, ALERT_agent_silent, "c", 100, OFF},
	    {300, 4, ALERT_agent_silent, "d", 100, OFF},
	    {300, 5, ALERT_agent_silent, "e", 100, OFF}},
	400,
	"0 1/a agent_silent pending; 0 2/b agent_silent pending; 0 3/c agent_silent pending; "
	"75 1/a agent_silent raised told; 75 2/b agent_silent raised told; 75 3/c agent_silent "
	"raised told; 300 4/d agent_silent raised grouped; 300 5/e agent_silent raised "
	"grouped"},
    {"schools of a provider fall silent one after another, and one message tells it",
	{{0, 1, ALERT_agent_silent, "a", 0, GROWS | SUSPECT},
	    {10, 2, ALERT_agent_silent, "b", 0, GROWS | SUSPECT},
	    {15, 3, ALERT_agent_silent, "c", 0, GROWS | SUSPECT},
	    {20, 4, ALERT_agent_silent, "d", 0, GROWS | SUSPECT},
	    {75, 1, ALERT_agent_silent, "a", 80, OFF},
	    {85, 2, ALERT_agent_silent, "b", 80, OFF},
	    {90, 3, ALERT_agent_silent, "c", 80, OFF},
	    {95, 4, ALERT_agent_silent, "d", 80, OFF}},
	200,
	"75 1/a agent_silent raised; 85 2/b agent_silent raised; 90 3/c agent_silent raised; "
	"95 4/d agent_silent raised grouped; 95 1/a agent_silent grouped; 95 2/b agent_silent "
	"grouped; 95 3/c agent_silent grouped"},
    {"suspects that are well again hold nobody up for long",
	{{0, 1, ALERT_agent_silent, "a", 0, GROWS | SUSPECT},
	    {0, 2, ALERT_agent_silent, "b", 40, SUSPECT},
	    {0, 3, ALERT_agent_silent, "c", 40, SUSPECT},
	    {0, 4, ALERT_agent_silent, "d", 40, SUSPECT},
	    {75, 1, ALERT_agent_silent, "a", 80, OFF}},
	200, "75 1/a agent_silent raised; 120 1/a agent_silent told"},
    {"when a provider is back, who is still off is told alone",
	{{0, 1, ALERT_agent_silent, "a", 80, OFF}, {0, 2, ALERT_agent_silent, "b", 80, OFF},
	    {0, 3, ALERT_agent_silent, "c", 80, OFF}, {0, 4, ALERT_agent_silent, "d", 80, OFF},
	    {100, 2, ALERT_agent_silent, "b", 0, 0}, {100, 3, ALERT_agent_silent, "c", 0, 0},
	    {100, 4, ALERT_agent_silent, "d", 0, 0}},
	400,
	"0 1/a agent_silent pending; 0 2/b agent_silent pending; 0 3/c agent_silent pending; "
	"0 4/d agent_silent pending; 75 1/a agent_silent raised grouped; 75 2/b agent_silent "
	"raised grouped; 75 3/c agent_silent raised grouped; 75 4/d agent_silent raised "
	"grouped; 110 2/b agent_silent resolved; 110 3/c agent_silent resolved; 110 4/d "
	"agent_silent resolved; 220 1/a agent_silent told ungrouped"},
    {"schools that went off at other times are no trouble of their provider",
	{{0, 1, ALERT_agent_silent, "a", 80, OFF}, {700, 2, ALERT_agent_silent, "b", 80, OFF},
	    {1400, 3, ALERT_agent_silent, "c", 80, OFF},
	    {2100, 4, ALERT_agent_silent, "d", 80, OFF}},
	2200,
	"0 1/a agent_silent pending; 75 1/a agent_silent raised told; 700 2/b agent_silent "
	"raised told; 1400 3/c agent_silent raised told; 2100 4/d agent_silent raised told"},
    {"what flaps is held, and ends when it is quiet",
	{{0, 1, ALERT_filter_leak, "", 1, 0}, {60, 1, ALERT_filter_leak, "", 0, 0},
	    {120, 1, ALERT_filter_leak, "", 1, 0}, {180, 1, ALERT_filter_leak, "", 0, 0},
	    {240, 1, ALERT_filter_leak, "", 1, 0}, {300, 1, ALERT_filter_leak, "", 0, 0},
	    {360, 1, ALERT_filter_leak, "", 1, 0}, {420, 1, ALERT_filter_leak, "", 0, 0}},
	3000,
	"0 1 filter_leak raised told; 60 1 filter_leak resolved; 120 1 filter_leak raised "
	"told; 180 1 filter_leak resolved; 240 1 filter_leak raised told; 2220 1 filter_leak "
	"resolved"},
    {"an earlier onset that comes later is taken", {{50, 1, ALERT_connectivity_drop, "", 1, 0}},
	100, "50 1 connectivity_drop pending; 60 1 connectivity_drop raised told"},
};

static void
each_story_is_told_as_it_should_be(void **state)
{
	size_t bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(stories); i++) {
		const struct story *story = &stories[i];
		struct world w = {.watching_s = story->until_s > 0 ? -1000 : 0};
		const struct step *step = story->steps;

		/* A story in which values stand still begins with the collector. */
		if (!(story->steps[0].flags & (GROWS | SILENCED)) &&
		    story->steps[0].kind == ALERT_agent_silent)
			w.watching_s = 0;
		w.engine = revive(NULL, 0);
		for (int now = 0; now <= story->until_s; now += PASS_S) {
			for (; step < story->steps + STEPS_MAX && step->subject &&
			       step->at_s <= now;
			     step++)
				hold(&w, step);
			pass(&w, now);
		}
		engine_free(w.engine);
		if (strcmp(w.told, story->told) != 0) {
			print_error(
			    "%s:\n  %s\ninstead of\n  %s\n", story->name, w.told, story->told);
			bad++;
		}
	}
	assert_int_equal(bad, 0);
}

static void
an_onset_known_better_is_taken(void **state)
{
	struct engine *engine = revive(NULL, 0);
	struct alert_fact fact = {.kind = ALERT_filter_leak,
	    .school_id = 1,
	    .value = 1,
	    .at_ms = EPOCH_MS,
	    .since_ms = EPOCH_MS - 1000};
	struct engine_pass p = {.now_ms = EPOCH_MS, .slow = true};
	const struct alert_change *changes = NULL;
	size_t count = 0;

	(void)state;
	assert_int_equal(engine_judge(engine, &p, &fact, 1, &changes, &count), 0);
	assert_int_equal(count, 1);
	assert_int_equal(changes[0].alert.since_ms, EPOCH_MS - 1000);
	fact.since_ms = EPOCH_MS - 9000;
	assert_int_equal(engine_judge(engine, &p, &fact, 1, &changes, &count), 0);
	assert_int_equal(count, 1);
	assert_int_equal(changes[0].events, ALERT_EVENT_UPDATED);
	assert_int_equal(changes[0].alert.since_ms, EPOCH_MS - 9000);
	engine_free(engine);
}

static void
slow_facts_that_were_not_asked_for_are_not_missed(void **state)
{
	struct engine *engine = revive(NULL, 0);
	struct alert_fact fact = {
	    .kind = ALERT_filter_leak, .school_id = 1, .value = 1, .at_ms = EPOCH_MS};
	struct engine_pass p = {.now_ms = EPOCH_MS, .slow = true};
	const struct alert_change *changes = NULL;
	size_t count = 0;

	(void)state;
	assert_int_equal(engine_judge(engine, &p, &fact, 1, &changes, &count), 0);
	assert_int_equal(count, 1);
	p.slow = false;
	assert_int_equal(engine_judge(engine, &p, NULL, 0, &changes, &count), 0);
	assert_int_equal(count, 0);
	engine_free(engine);
}

/* ---------------------------------------------------------------- random walks */

enum { SCHOOLS = 12, WALK_PASSES = 4000, WALKS = 12 };

struct walk {
	uint64_t seed;
	struct engine *engine;
	struct alert kept[SCHOOLS * ALERT_KINDS_COUNT];
	size_t n_kept;
	double value[SCHOOLS][ALERT_KINDS_COUNT];
	int old_s[SCHOOLS][ALERT_KINDS_COUNT];
	int since_s[SCHOOLS][ALERT_KINDS_COUNT];
	bool silenced[SCHOOLS], lesson[SCHOOLS];
	int told[SCHOOLS][ALERT_KINDS_COUNT]; /* beginnings told less ends told */
	bool open[SCHOOLS][ALERT_KINDS_COUNT], known[SCHOOLS][ALERT_KINDS_COUNT];
	int now_s;
	unsigned edges[SCHOOLS][ALERT_KINDS_COUNT]; /* in this hour */
	unsigned seen;                              /* every event there was */
};

static unsigned
draw(struct walk *w, unsigned below)
{
	w->seed = w->seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(w->seed >> 33) % below;
}

static void
wander(struct walk *w, int now_s)
{
	for (int s = 0; s < SCHOOLS; s++) {
		if (draw(w, 400) == 0)
			w->silenced[s] = !w->silenced[s];
		if (draw(w, 300) == 0)
			w->lesson[s] = !w->lesson[s];
		for (int k = 0; k < ALERT_KINDS_COUNT; k++) {
			if (draw(w, 30) == 0) {
				w->value[s][k] =
				    alert_rules[k].clear - 1 +
				    draw(w, 5) *
					(alert_rules[k].raise + 1 - alert_rules[k].clear) / 3;
				w->since_s[s][k] = now_s;
			}
			if (draw(w, 20) != 0)
				w->old_s[s][k] = now_s;
			else if (draw(w, 3) == 0)
				w->old_s[s][k] = now_s - 3 * 86400;
		}
	}
	if (draw(w, 150) == 0) /* a provider goes down */
		for (int s = 0; s < SCHOOLS / 2; s++) {
			w->value[s][ALERT_agent_silent] = 100;
			w->since_s[s][ALERT_agent_silent] = now_s;
		}
}

static size_t
walk_facts(struct walk *w, struct alert_fact facts[])
{
	size_t n = 0;

	for (int s = 0; s < SCHOOLS; s++)
		for (int k = 0; k < ALERT_KINDS_COUNT; k++) {
			bool line = alert_rules[k].traits & ALERT_LINE;

			w->known[s][k] = draw(w, 200) != 0;
			if (!w->known[s][k])
				continue;
			if (alert_rules[k].fresh_s > 0 &&
			    w->now_s - w->old_s[s][k] > (int)alert_rules[k].fresh_s)
				w->known[s][k] = false; /* told, but too old */
			facts[n++] = (struct alert_fact){
			    .kind = (enum alert_kind)k,
			    .school_id = s,
			    .value = w->value[s][k],
			    .at_ms = EPOCH_MS + (int64_t)w->old_s[s][k] * 1000,
			    .since_ms = EPOCH_MS + (int64_t)w->since_s[s][k] * 1000,
			    .lesson = w->lesson[s],
			    .silenced = w->silenced[s],
			    .reach = line && w->value[s][k] >= alert_rules[k].raise
					 ? ALERT_REACH_OFF
					 : ALERT_REACH_ON,
			    .provider = line ? 1 + s / (SCHOOLS / 2) : 0,
			    .provider_schools = SCHOOLS / 2,
			};
		}
	return n;
}

static void
laws(struct walk *w, const struct alert_change *c)
{
	int s = c->alert.school_id, k = (int)c->alert.kind;

	w->seen |= c->events;
	if (c->events & ALERT_EVENT_RAISED) {
		assert_false(w->open[s][k]); /* it begins once */
		w->open[s][k] = true;
		w->edges[s][k]++;
		w->told[s][k] = 0;
	}
	if (c->events & (ALERT_EVENT_TOLD | ALERT_EVENT_GROUPED)) {
		assert_true(w->open[s][k]);
		assert_false(w->silenced[s]);
		assert_int_equal(c->alert.told + c->alert.grouped, 1);
	}
	if (c->events & ALERT_EVENT_TOLD)
		assert_int_equal(w->told[s][k]++, 0); /* and is told once */
	if (c->events & (ALERT_EVENT_STALE | ALERT_EVENT_FRESH | ALERT_EVENT_ESCALATED))
		assert_true(w->open[s][k]);
	if (c->events & ALERT_EVENT_RESOLVED) {
		assert_true(w->open[s][k]); /* what ends had begun */
		/* and never for want of facts */
		assert_true(w->known[s][k] && c->alert.value < alert_rules[k].clear);
		w->open[s][k] = false;
		w->edges[s][k]++;
	}
	if (c->events & ALERT_EVENT_WITHDRAWN)
		assert_false(w->open[s][k]);
	if (c->events & ALERT_EVENT_STALE)
		assert_int_equal(c->alert.state, ALERT_STALE);
}

static void
walk(struct walk *w)
{
	static struct alert_fact facts[SCHOOLS * ALERT_KINDS_COUNT];
	struct engine_pass p = {.slow = true};

	w->engine = revive(NULL, 0);
	for (int i = 0; i < WALK_PASSES; i++) {
		int now_s = i * PASS_S;
		const struct alert_change *changes = NULL;
		size_t count = 0, n;

		wander(w, now_s);
		w->now_s = now_s;
		n = walk_facts(w, facts);
		p.now_ms = EPOCH_MS + (int64_t)now_s * 1000;
		p.watching_ms = EPOCH_MS - 1000 * 1000;
		assert_int_equal(engine_judge(w->engine, &p, facts, n, &changes, &count), 0);
		if (draw(w, 40) == 0) { /* it could not be kept, or the program died */
			engine_free(w->engine);
			w->engine = revive(w->kept, w->n_kept);
			continue;
		}
		for (size_t c = 0; c < count; c++) {
			laws(w, &changes[c]);
			keep(w->kept, &w->n_kept, COUNT_OF(w->kept), &changes[c].alert);
		}
		if (now_s % 3600 != 0)
			continue;
		for (int s = 0; s < SCHOOLS; s++)
			for (int k = 0; k < ALERT_KINDS_COUNT; k++) {
				/* No storm: four edges, one that holds, one end; and what
				 * the hour before left. */
				assert_true(w->edges[s][k] <= 2 * (ALERT_FLAPS + 2));
				w->edges[s][k] = 0;
			}
	}
	engine_free(w->engine);
}

static void
whatever_happens_the_laws_hold(void **state)
{
	unsigned seen = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= WALKS; seed++) {
		struct walk *w = calloc(1, sizeof(*w));

		assert_non_null(w);
		w->seed = seed * 2654435761u;
		walk(w);
		seen |= w->seen;
		free(w);
	}
	/* A law that is never asked for proves nothing. (Facts here do not tell their onset.)
	 */
	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (!(seen & words[i].event) && words[i].event != ALERT_EVENT_UPDATED)
			fail_msg("nothing was ever '%s'", words[i].word);
}

static void
every_rule_is_sound(void **state)
{
	(void)state;
	for (size_t i = 0; i < ALERT_KINDS_COUNT; i++) {
		const struct alert_rule *rule = &alert_rules[i];
		enum alert_kind kind;

		assert_true(rule->clear <= rule->raise);
		assert_true(rule->off_lesson <= rule->lesson);
		assert_false(rule->muted_by & (1u << i));
		assert_int_equal(alert_kind_of(rule->kind, &kind), 0);
		assert_int_equal(kind, i);
	}
	assert_true(alert_kind_of("weather", &(enum alert_kind){0}) < 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_story_is_told_as_it_should_be),
	    cmocka_unit_test(an_onset_known_better_is_taken),
	    cmocka_unit_test(slow_facts_that_were_not_asked_for_are_not_missed),
	    cmocka_unit_test(whatever_happens_the_laws_hold),
	    cmocka_unit_test(every_rule_is_sound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
