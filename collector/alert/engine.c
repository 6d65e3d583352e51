/*
 * The alert engine; see engine.h. Alerts and facts are kept sorted by school,
 * kind and subject, so that one walk joins them and a school's alerts stand
 * together. A pass judges each alert by its fact, counts the schools of each
 * provider that are off, and then decides who is told. Nobody is told of what a
 * school that is off brings with it.
 */
#include "collector/alert/engine.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/check.h"

enum {
	HOUR_MS = 3600 * 1000,
	/* Schools that one fault cuts off fall silent within a heartbeat of each other. */
	PROVIDER_WAIT_MS = 45 * 1000,
	/* Schools that went off at other times have other causes. */
	PROVIDER_AT_ONCE_MS = 600 * 1000,
	PROVIDER_FADE_MS = 120 * 1000,
};

/* clang-format off */
#define RULE(name, ...) [ALERT_##name] = {.kind = #name, __VA_ARGS__},
const struct alert_rule alert_rules[ALERT_KINDS_COUNT] = {ALERT_KINDS(RULE)};
#undef RULE
/* clang-format on */

struct provider {
	int32_t id;
	uint32_t schools, off, lately, suspect, members; /* lately: of those that are off */
	int64_t fading_ms;                               /* too few are off since; 0 not */
};

struct engine {
	struct alert *alerts;
	size_t count, size;
	struct alert_change *changes;
	size_t n_changes, changes_size;
	struct provider *providers;
	size_t n_providers, providers_size;
};

int
alert_kind_of(const char *kind, enum alert_kind *ret)
{
	for (size_t i = 0; i < ALERT_KINDS_COUNT; i++) {
		if (strcmp(alert_rules[i].kind, kind) == 0) {
			*ret = (enum alert_kind)i;
			return 0;
		}
	}
	return -ENOENT;
}

int
engine_new(struct engine **ret)
{
	struct engine *engine = calloc(1, sizeof(*engine));

	if (!engine)
		return -ENOMEM;
	*ret = engine;
	return 0;
}

void
engine_free(struct engine *engine)
{
	if (!engine)
		return;
	free(engine->alerts);
	free(engine->changes);
	free(engine->providers);
	free(engine);
}

/* Room for one more. */
static int
grow(void **array, size_t *size, size_t count, size_t one)
{
	size_t more = *size ? *size * 2 : 64;
	void *larger;

	if (count < *size)
		return 0;
	larger = reallocarray(*array, more, one);
	if (!larger)
		return -ENOMEM;
	*array = larger;
	*size = more;
	return 0;
}

/* ---------------------------------------------------------------- order */

static int
key_compare(int32_t school_a, enum alert_kind kind_a, const char *subject_a, int32_t school_b,
    enum alert_kind kind_b, const char *subject_b)
{
	if (school_a != school_b)
		return school_a < school_b ? -1 : 1;
	if (kind_a != kind_b)
		return kind_a < kind_b ? -1 : 1;
	return strcmp(subject_a, subject_b);
}

static int
alert_compare(const void *a, const void *b)
{
	const struct alert *x = a, *y = b;

	return key_compare(
	    x->school_id, x->kind, x->subject, y->school_id, y->kind, y->subject);
}

static int
fact_compare(const void *a, const void *b)
{
	const struct alert_fact *x = a, *y = b;

	return key_compare(
	    x->school_id, x->kind, x->subject, y->school_id, y->kind, y->subject);
}

static int
fact_of_alert(const struct alert_fact *fact, const struct alert *alert)
{
	return key_compare(fact->school_id, fact->kind, fact->subject, alert->school_id,
	    alert->kind, alert->subject);
}

int
engine_put(struct engine *engine, const struct alert *alert)
{
	void *array = engine->alerts;
	int r = grow(&array, &engine->size, engine->count, sizeof(*alert));

	engine->alerts = array;
	if (r < 0)
		return r;
	engine->alerts[engine->count++] = *alert;
	return 0;
}

/* ---------------------------------------------------------------- one alert */

/* Notes a beginning or an end; too many within an hour and it flaps. */
static void
transition(struct alert *a, int64_t now_ms)
{
	unsigned recent = 0;

	memmove(a->transitions, a->transitions + 1,
	    sizeof(a->transitions) - sizeof(a->transitions[0]));
	a->transitions[ALERT_TRANSITIONS_MAX - 1] = now_ms;
	for (size_t i = 0; i < ALERT_TRANSITIONS_MAX; i++)
		recent += a->transitions[i] > 0 && a->transitions[i] > now_ms - HOUR_MS;
	if (recent > ALERT_FLAPS && a->state != ALERT_OK)
		a->flapping = true;
}

static unsigned
resolve(struct alert *a, int64_t ended_ms, int64_t now_ms)
{
	a->state = ALERT_OK;
	a->ended_ms = ended_ms;
	transition(a, now_ms);
	return ALERT_EVENT_RESOLVED;
}

/* What an alert is before it begins; what flapped before is remembered. */
static void
begin(struct alert *a, const struct alert_fact *fact, int64_t now_ms)
{
	a->state = ALERT_PENDING;
	a->pending_ms = now_ms;
	a->since_ms = fact->since_ms > 0 && fact->since_ms < now_ms ? fact->since_ms : now_ms;
	a->raised_ms = a->ended_ms = a->clear_ms = 0;
	a->told = a->told_lesson = a->grouped = a->flapping = a->waits = false;
}

static bool
may_raise(const struct alert *a, const struct alert_rule *rule, const struct alert_fact *fact,
    const struct engine_pass *pass)
{
	if (pass->now_ms - a->pending_ms < (int64_t)rule->raise_hold_s * 1000)
		return false;
	if ((rule->traits & ALERT_LESSON_ONLY) && !fact->lesson)
		return false;
	return !(rule->traits & ALERT_BY_SILENCE) ||
	       (double)(pass->now_ms - pass->watching_ms) >= rule->raise * 1000;
}

static unsigned
step_quiet(struct alert *a, const struct alert_fact *fact, const struct engine_pass *pass)
{
	const struct alert_rule *rule = &alert_rules[a->kind];
	bool fresh_one = a->state == ALERT_OK;

	if (!(fact->value >= rule->raise)) {
		a->state = ALERT_OK;
		return fresh_one ? 0 : ALERT_EVENT_WITHDRAWN;
	}
	if (fresh_one)
		begin(a, fact, pass->now_ms);
	if (!may_raise(a, rule, fact, pass))
		return fresh_one ? ALERT_EVENT_PENDING : 0;
	a->state = ALERT_FIRING;
	a->severity = fact->lesson ? rule->lesson : rule->off_lesson;
	a->raised_ms = pass->now_ms;
	transition(a, pass->now_ms);
	return ALERT_EVENT_RAISED;
}

static unsigned
step_firing(struct alert *a, const struct alert_fact *fact, const struct engine_pass *pass)
{
	const struct alert_rule *rule = &alert_rules[a->kind];
	int64_t hold_ms =
	    (int64_t)(a->flapping ? ALERT_FLAP_HOLD_S : rule->clear_hold_s) * 1000;

	if (!(fact->value < rule->clear)) {
		a->clear_ms = 0;
		if (fact->since_ms <= 0 || fact->since_ms >= a->since_ms)
			return 0;
		a->since_ms = fact->since_ms;
		return ALERT_EVENT_UPDATED;
	}
	if (a->clear_ms == 0)
		a->clear_ms = pass->now_ms;
	if (pass->now_ms - a->clear_ms < hold_ms)
		return 0;
	return resolve(a,
	    fact->since_ms > a->since_ms && fact->since_ms < a->clear_ms ? fact->since_ms
									 : a->clear_ms,
	    pass->now_ms);
}

static bool
is_fresh(const struct alert_rule *rule, const struct alert_fact *fact, int64_t now_ms)
{
	return fact && fact->at_ms > 0 &&
	       (rule->fresh_s == 0 || now_ms - fact->at_ms <= (int64_t)rule->fresh_s * 1000);
}

static unsigned
step_unknown(struct alert *a)
{
	a->clear_ms = 0;
	if (a->state == ALERT_PENDING) {
		a->state = ALERT_OK;
		return ALERT_EVENT_WITHDRAWN;
	}
	if (a->state != ALERT_FIRING)
		return 0;
	a->state = ALERT_STALE;
	return ALERT_EVENT_STALE;
}

/* Judges an alert by its fact (NULL: there is none). */
static unsigned
step(struct alert *a, const struct alert_fact *fact, const struct engine_pass *pass)
{
	unsigned events = 0;

	if (fact) {
		a->silenced = fact->silenced;
		a->lesson = fact->lesson;
		a->provider = fact->provider;
	}
	if (fact && fact->moot && a->state != ALERT_OK) {
		if (a->state != ALERT_PENDING)
			return resolve(a, pass->now_ms, pass->now_ms);
		a->state = ALERT_OK;
		return ALERT_EVENT_WITHDRAWN;
	}
	if (!is_fresh(&alert_rules[a->kind], fact, pass->now_ms) || fact->moot)
		return step_unknown(a);
	a->value = fact->value;
	if (a->state == ALERT_STALE) {
		a->state = ALERT_FIRING;
		events = ALERT_EVENT_FRESH;
	}
	return events | (a->state == ALERT_FIRING ? step_firing(a, fact, pass)
						  : step_quiet(a, fact, pass));
}

/* ---------------------------------------------------------------- changes */

static int
change(struct engine *engine, const struct alert *a, unsigned events)
{
	void *array = engine->changes;
	int r;

	if (events == 0)
		return 0;
	for (size_t i = engine->n_changes; i > 0; i--) {
		struct alert_change *last = &engine->changes[i - 1];

		if (alert_compare(&last->alert, a) != 0)
			continue;
		last->alert = *a;
		last->events |= events;
		return 0;
	}
	r = grow(&array, &engine->changes_size, engine->n_changes, sizeof(engine->changes[0]));
	engine->changes = array;
	if (r < 0)
		return r;
	engine->changes[engine->n_changes++] =
	    (struct alert_change){.alert = *a, .events = events};
	return 0;
}

/* Begins what facts say and nobody knew, behind those that are sorted. */
static int
add_new(struct engine *engine, const struct alert_fact *fact, const struct engine_pass *pass)
{
	struct alert a = {.kind = fact->kind, .school_id = fact->school_id};
	unsigned events;

	memcpy(a.subject, fact->subject, sizeof(a.subject));
	events = step(&a, fact, pass);
	if (a.state == ALERT_OK)
		return 0;
	return engine_put(engine, &a) < 0 ? -ENOMEM : change(engine, &a, events);
}

/* What was known, each by its fact if there is one. */
static int
judge_known(struct engine *engine, const struct engine_pass *pass,
    const struct alert_fact facts[], size_t count)
{
	int r = 0;

	for (size_t i = 0, f = 0; r == 0 && i < engine->count; i++) {
		struct alert *a = &engine->alerts[i];

		while (f < count && fact_of_alert(&facts[f], a) < 0)
			f++;
		if (!(alert_rules[a->kind].traits & ALERT_SLOW) || pass->slow)
			r = change(engine, a,
			    step(a,
				f < count && fact_of_alert(&facts[f], a) == 0 ? &facts[f]
									      : NULL,
				pass));
	}
	return r;
}

/* Facts of which nothing was known; what they begin goes behind the sorted ones. */
static int
judge_new(struct engine *engine, const struct engine_pass *pass,
    const struct alert_fact facts[], size_t count)
{
	size_t known = engine->count;
	int r = 0;

	for (size_t i = 0, f = 0; r == 0 && f < count; f++) {
		while (i < known && fact_of_alert(&facts[f], &engine->alerts[i]) > 0)
			i++;
		if (i == known || fact_of_alert(&facts[f], &engine->alerts[i]) != 0)
			r = add_new(engine, &facts[f], pass);
	}
	return r;
}

static int
judge_each(struct engine *engine, const struct engine_pass *pass, struct alert_fact facts[],
    size_t count)
{
	int r;

	if (engine->count > 0)
		qsort(engine->alerts, engine->count, sizeof(engine->alerts[0]), alert_compare);
	if (count > 0)
		qsort(facts, count, sizeof(facts[0]), fact_compare);
	r = judge_known(engine, pass, facts, count);
	if (r == 0)
		r = judge_new(engine, pass, facts, count);
	if (engine->count > 0)
		qsort(engine->alerts, engine->count, sizeof(engine->alerts[0]), alert_compare);
	return r;
}

/* ---------------------------------------------------------------- providers */

static struct provider *
provider_find(struct engine *engine, int32_t id)
{
	for (size_t i = 0; id != 0 && i < engine->n_providers; i++)
		if (engine->providers[i].id == id)
			return &engine->providers[i];
	return NULL;
}

static struct provider *
provider_get(struct engine *engine, int32_t id)
{
	struct provider *p = provider_find(engine, id);
	void *array = engine->providers;

	if (p || id == 0)
		return p;
	if (grow(&array, &engine->providers_size, engine->n_providers, sizeof(*p)) < 0)
		return NULL;
	engine->providers = array;
	p = &engine->providers[engine->n_providers++];
	*p = (struct provider){.id = id};
	return p;
}

/* What the facts of a school say of it together: the worst of them. */
struct standing {
	int32_t provider;
	uint32_t schools;
	enum alert_reach reach;
	int64_t since_ms; /* the latest, when it is off */
};

static struct standing
standing_of(const struct alert_fact facts[], size_t count)
{
	struct standing s = {.provider = 0};

	for (size_t i = 0; i < count; i++) {
		const struct alert_fact *f = &facts[i];

		if (f->reach > s.reach)
			s.reach = f->reach;
		if (f->reach == ALERT_REACH_OFF && f->since_ms > s.since_ms)
			s.since_ms = f->since_ms;
		if (f->provider != 0) {
			s.provider = f->provider;
			s.schools = f->provider_schools;
		}
	}
	return s;
}

/* Facts are sorted by school: each school counts once. */
static int
count_schools(struct engine *engine, const struct engine_pass *pass,
    const struct alert_fact facts[], size_t count)
{
	for (size_t i = 0; i < engine->n_providers; i++) {
		struct provider *p = &engine->providers[i];

		p->off = p->lately = p->suspect = p->members = 0;
	}
	for (size_t i = 0, next; i < count; i = next) {
		struct standing s;
		struct provider *p;

		for (next = i; next < count && facts[next].school_id == facts[i].school_id;)
			next++;
		s = standing_of(&facts[i], next - i);
		if (s.provider == 0)
			continue;
		p = provider_get(engine, s.provider);
		if (!p)
			return -ENOMEM;
		p->schools = s.schools;
		p->off += s.reach == ALERT_REACH_OFF;
		p->lately += s.reach == ALERT_REACH_OFF &&
			     pass->now_ms - s.since_ms <= PROVIDER_AT_ONCE_MS;
		p->suspect += s.reach == ALERT_REACH_SUSPECT;
	}
	for (size_t i = 0; i < engine->count; i++) {
		const struct alert *a = &engine->alerts[i];
		struct provider *p = a->grouped && a->state != ALERT_OK
					 ? provider_get(engine, a->provider)
					 : NULL;

		if (p)
			p->members++;
	}
	return 0;
}

static bool
is_many(const struct provider *p, uint32_t off)
{
	return off >= ALERT_PROVIDER_SCHOOLS && off * 100 > ALERT_PROVIDER_PCT * p->schools;
}

/* An incident of a provider is over when few of its schools are left, for a while. */
static int
fade(struct engine *engine, const struct engine_pass *pass)
{
	int r = 0;

	for (size_t i = 0; i < engine->n_providers; i++) {
		struct provider *p = &engine->providers[i];
		bool few = p->off < 2 || p->off * 100 <= ALERT_PROVIDER_FADES_PCT * p->schools;

		if (p->members == 0 || !few)
			p->fading_ms = 0;
		else if (p->fading_ms == 0)
			p->fading_ms = pass->now_ms;
	}
	for (size_t i = 0; r == 0 && i < engine->count; i++) {
		struct alert *a = &engine->alerts[i];
		struct provider *p = a->grouped && a->state != ALERT_OK
					 ? provider_find(engine, a->provider)
					 : NULL;

		if (!p || p->fading_ms == 0 || pass->now_ms - p->fading_ms < PROVIDER_FADE_MS)
			continue;
		a->grouped = false;
		p->members--;
		r = change(engine, a, ALERT_EVENT_UNGROUPED);
	}
	return r;
}

/* ---------------------------------------------------------------- telling */

/* Something of the same school is open that people know of, or will at once. */
static bool
is_muted(const struct alert school[], size_t count, const struct alert *a)
{
	unsigned by = alert_rules[a->kind].muted_by;

	for (size_t i = 0; i < count; i++) {
		const struct alert *b = &school[i];

		if (b == a || !(by & (1u << b->kind)) ||
		    (b->state != ALERT_FIRING && b->state != ALERT_STALE))
			continue;
		if (b->told || b->grouped || b->silenced || b->waits)
			return true;
	}
	return false;
}

static unsigned
tell(struct engine *engine, const struct alert school[], size_t count, struct alert *a,
    int64_t now_ms)
{
	const struct alert_rule *rule = &alert_rules[a->kind];
	struct provider *p =
	    rule->traits & ALERT_LINE ? provider_find(engine, a->provider) : NULL;

	a->waits = false;
	if (a->state != ALERT_FIRING || a->silenced)
		return 0;
	if (a->told || a->grouped) {
		if (!a->lesson || a->told_lesson)
			return 0;
		a->told_lesson = true;
		a->severity = rule->lesson;
		return ALERT_EVENT_ESCALATED;
	}
	if (is_muted(school, count, a))
		return 0;
	if (p && (p->members > 0 || is_many(p, p->lately))) {
		a->grouped = true;
		p->members++;
	} else if (p && is_many(p, p->lately + p->suspect) &&
		   now_ms - a->raised_ms < PROVIDER_WAIT_MS) {
		a->waits = true;
		return 0;
	} else {
		a->told = true;
	}
	a->told_lesson = a->lesson;
	a->severity = a->lesson ? rule->lesson : rule->off_lesson;
	return a->grouped ? ALERT_EVENT_GROUPED : ALERT_EVENT_TOLD;
}

static int
tell_each(struct engine *engine, const struct engine_pass *pass)
{
	int r = 0;

	for (size_t i = 0, next; r == 0 && i < engine->count; i = next) {
		struct alert *school = &engine->alerts[i];

		for (next = i; next < engine->count &&
			       engine->alerts[next].school_id == school->school_id;
		     next++)
			;
		for (struct alert *a = school; r == 0 && a < engine->alerts + next; a++)
			if (pass->slow || !(alert_rules[a->kind].traits & ALERT_SLOW))
				r = change(
				    engine, a, tell(engine, school, next - i, a, pass->now_ms));
	}
	return r;
}

/* What is over is remembered as long as it may come back flapping. */
static void
forget(struct engine *engine, int64_t now_ms)
{
	size_t kept = 0;

	for (size_t i = 0; i < engine->count; i++) {
		const struct alert *a = &engine->alerts[i];

		if (a->state == ALERT_OK &&
		    a->transitions[ALERT_TRANSITIONS_MAX - 1] <= now_ms - HOUR_MS)
			continue;
		engine->alerts[kept++] = *a;
	}
	engine->count = kept;
}

int
engine_judge(struct engine *engine, const struct engine_pass *pass, struct alert_fact facts[],
    size_t count, const struct alert_change **ret, size_t *ret_count)
{
	int r;

	engine->n_changes = 0;
	r = judge_each(engine, pass, facts, count);
	if (r == 0)
		r = count_schools(engine, pass, facts, count);
	if (r == 0)
		r = fade(engine, pass);
	if (r == 0)
		r = tell_each(engine, pass);
	if (r < 0)
		return r;
	forget(engine, pass->now_ms);
	*ret = engine->changes;
	*ret_count = engine->n_changes;
	return 0;
}
