/* The connectivity machine: see ladder.h. Thresholds after RFC 2680 and RFC 3357: loss is an
 * opinion about a run of probes, never about one packet. */
#include "agent/probe/ladder.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/check.h"
#include "common/text.h"

static const char *const rung_names[] = {
    [RUNG_CARRIER] = "carrier",
    [RUNG_ADDRESS] = "address",
    [RUNG_GATEWAY] = "gateway",
    [RUNG_ISP] = "isp",
    [RUNG_INTERNET] = "internet",
    [RUNG_DNS_LOCAL] = "dns_local",
    [RUNG_DNS_PUBLIC] = "dns_public",
    [RUNG_PORTAL] = "portal",
    [RUNG_TLS] = "tls",
    [RUNG_COLLECTOR] = "collector",
};

static const char *const class_names[] = {
    [OUTAGE_UNSPECIFIED] = "unspecified",
    [OUTAGE_LAN_LINK] = "lan_link",
    [OUTAGE_LAN_ADDRESS] = "lan_address",
    [OUTAGE_GATEWAY] = "gateway",
    [OUTAGE_ISP_ACCESS] = "isp_access",
    [OUTAGE_ISP_CORE] = "isp_core",
    [OUTAGE_DNS_LOCAL] = "dns_local",
    [OUTAGE_DNS_ALL] = "dns_all",
    [OUTAGE_PORTAL] = "portal",
    [OUTAGE_TLS_INTERCEPT] = "tls_intercept",
    [OUTAGE_DESTINATION] = "destination",
    [OUTAGE_COLLECTOR_ONLY] = "collector_only",
    [OUTAGE_AGENT_DOWN] = "agent_down",
    [OUTAGE_POWER] = "power",
};

static const char *const state_names[] = {
    [CONNECTIVITY_UNSPECIFIED] = "unspecified",
    [CONNECTIVITY_UP] = "up",
    [CONNECTIVITY_DEGRADED] = "degraded",
    [CONNECTIVITY_DOWN] = "down",
    [CONNECTIVITY_UNKNOWN] = "unknown",
};

const char *
ladder_rung_name(enum ladder_rung rung)
{
	return rung_names[rung];
}

int
ladder_rung_of(const char *name, enum ladder_rung *ret)
{
	for (size_t i = 0; i < RUNG_COUNT; i++)
		if (strcmp(name, rung_names[i]) == 0) {
			*ret = (enum ladder_rung)i;
			return 0;
		}
	return -ENOENT;
}

const char *outage_class_name(enum outage_class class)
{
	return class_names[class];
}

const char *
connectivity_state_name(enum connectivity_state state)
{
	return state_names[state];
}

void
ladder_init(struct ladder *l, uint64_t now_ms)
{
	memset(l, 0, sizeof(*l));
	l->state = CONNECTIVITY_UNKNOWN;
	l->state_since_ms = now_ms;
	l->window_from_ms = now_ms;
	ladder_look_on(l, false);
}

void
ladder_look_on(struct ladder *l, bool live)
{
	l->live = live;
	l->degraded_hold_ms = live ? LADDER_DOWN_HOLD_MS : LADDER_DEGRADED_HOLD_MS;
}

int
ladder_add(struct ladder *l, enum ladder_rung rung, const char *name)
{
	struct ladder_target *t = &l->targets[l->n_targets];

	if (l->n_targets == LADDER_TARGETS_MAX)
		return -ENOSPC;
	t->rung = rung;
	(void)text_copy(t->name, sizeof(t->name), name);
	return (int)l->n_targets++;
}

static uint64_t
later(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static uint64_t
earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* A probe that left then was answered: its miss and those before are over. */
static void
forgive(struct ladder_target *t, uint64_t sent_ms)
{
	unsigned kept = t->misses < LADDER_MISSES_KEPT ? t->misses : LADDER_MISSES_KEPT;
	unsigned left = 0;

	for (unsigned i = 0; i < kept; i++)
		if (t->miss_ms[i] > sent_ms)
			t->miss_ms[left++] = t->miss_ms[i];
	if (left == kept)
		return; /* it left before the first of them */
	t->misses = left;
	t->first_miss_ms = left ? t->miss_ms[0] : 0;
}

/* The rung whose return ends an outage of a class. */
static enum ladder_rung rung_of(enum outage_class class)
{
	if (class == OUTAGE_DNS_LOCAL || class == OUTAGE_DNS_ALL)
		return RUNG_DNS_LOCAL;
	if (class == OUTAGE_PORTAL)
		return RUNG_PORTAL;
	if (class == OUTAGE_TLS_INTERCEPT)
		return RUNG_TLS;
	return class == OUTAGE_COLLECTOR_ONLY ? RUNG_COLLECTOR : RUNG_INTERNET;
}

/* Is it part of an outage that was told? Then it takes a run of answers to come back. */
static bool
is_told(const struct ladder *l, const struct ladder_target *t)
{
	if (!t->down || l->open.class == OUTAGE_UNSPECIFIED)
		return false;
	return l->open.state == CONNECTIVITY_DOWN || rung_of(l->open.class) == t->rung;
}

/* A probe that left at sent_ms was answered, which tells of at_ms. */
static void
note_answer(const struct ladder *l, struct ladder_target *t, uint64_t sent_ms, uint64_t at_ms)
{
	if (t->hits++ == 0)
		t->first_hit_ms = at_ms;
	if (!is_told(l, t)) {
		t->passed_ms = later(t->passed_ms, sent_ms);
		forgive(t, sent_ms);
		t->down = t->misses >= LADDER_RUN;
	} else if (t->hits >= LADDER_RUN) {
		t->down = false;
		t->misses = 0;
		t->passed_ms = later(t->passed_ms, at_ms);
		t->recovered_ms = t->first_hit_ms;
	}
}

static void
note_hit(const struct ladder *l, struct ladder_target *t, uint64_t sent_ms, uint32_t rtt_us)
{
	unsigned misses = t->misses;
	bool told = is_told(l, t);

	t->received++;
	t->heard_ms = later(t->heard_ms, sent_ms + rtt_us / 1000);
	if (sent_ms > t->answered_ms)
		t->answered_ms = sent_ms;
	if (t->n_rtts < LADDER_RTTS_MAX)
		t->rtts_us[t->n_rtts++] = rtt_us;
	note_answer(l, t, sent_ms, sent_ms);
	if (misses > 0 && t->misses == 0 && !told)
		t->micro_outages++;
}

static void
note_miss(
    const struct ladder *l, struct ladder_target *t, uint64_t sent_ms, const char *observed)
{
	unsigned at = t->misses;

	if (is_told(l, t) ? t->hits > 0 && sent_ms < t->heard_ms : sent_ms < t->passed_ms)
		return; /* what left later was answered; or its own answer may yet come */
	if (t->misses == 0)
		t->first_miss_ms = sent_ms;
	if (at >= LADDER_MISSES_KEPT) {
		memmove(t->miss_ms, t->miss_ms + 1, sizeof(t->miss_ms) - sizeof(t->miss_ms[0]));
		at = LADDER_MISSES_KEPT - 1;
	}
	t->miss_ms[at] = sent_ms;
	t->misses++;
	t->hits = 0;
	(void)text_copy(t->observed, sizeof(t->observed), observed);
	if (t->misses >= LADDER_RUN)
		t->down = true;
}

static void
note_late(struct ladder *l, struct ladder_target *t, uint64_t sent_ms, uint64_t late_ms)
{
	t->late++;
	t->heard_ms = later(t->heard_ms, sent_ms + late_ms);
	if (late_ms > LADDER_LATE_MAX_MS)
		return;
	if (t->rung == RUNG_INTERNET && l->open.class == OUTAGE_UNSPECIFIED &&
	    sent_ms > l->ended_ms) {
		if (late_ms > l->late_ms)
			l->late_ms = late_ms;
		l->late_told_ms = sent_ms + late_ms;
	}
	note_answer(l, t, sent_ms, sent_ms + late_ms);
}

void
ladder_note(struct ladder *l, int target, enum ladder_outcome outcome, uint64_t sent_ms,
    uint32_t rtt_us, const char *observed)
{
	struct ladder_target *t;

	CHECK(target >= 0 && (size_t)target < l->n_targets);
	t = &l->targets[target];
	if (sent_ms > t->told_ms)
		t->told_ms = sent_ms;
	if (outcome == LADDER_LATE) {
		note_late(l, t, sent_ms, rtt_us / 1000);
		return;
	}
	t->known = true;
	t->sent++;
	if (outcome == LADDER_HIT)
		note_hit(l, t, sent_ms, rtt_us);
	else
		note_miss(l, t, sent_ms, observed);
}

/* What one rung's targets say together. */
struct opinion {
	size_t known, down;
	uint64_t first_miss_ms; /* of those that are down, since when none of them answers */
	uint64_t heard_ms;      /* the newest answer of those that are down, when it came */
	uint64_t told_ms;       /* the newest of what they told */
	uint64_t answered_ms;   /* the newest answer */
};

/* The first miss since then; UINT64_MAX: none. */
static uint64_t
miss_since(const struct ladder_target *t, uint64_t since_ms)
{
	unsigned kept = t->misses < LADDER_MISSES_KEPT ? t->misses : LADDER_MISSES_KEPT;

	if (t->first_miss_ms > since_ms)
		return t->first_miss_ms;
	for (unsigned i = 0; i < kept; i++)
		if (t->miss_ms[i] > since_ms)
			return t->miss_ms[i];
	return UINT64_MAX;
}

static struct opinion
ask(const struct ladder *l, enum ladder_rung rung)
{
	struct opinion o = {.first_miss_ms = UINT64_MAX};
	uint64_t passed_ms = 0;

	for (size_t i = 0; i < l->n_targets; i++) {
		const struct ladder_target *t = &l->targets[i];

		if (t->rung != rung || !t->known)
			continue;
		o.known++;
		o.down += t->down;
		o.told_ms = later(o.told_ms, t->told_ms);
		o.answered_ms = later(o.answered_ms, t->answered_ms);
		if (t->misses)
			passed_ms = later(passed_ms, t->passed_ms);
		if (t->down)
			o.heard_ms = later(o.heard_ms, t->heard_ms);
	}
	for (size_t i = 0; o.down > 0 && i < l->n_targets; i++)
		if (l->targets[i].rung == rung && l->targets[i].down)
			o.first_miss_ms =
			    earlier(o.first_miss_ms, miss_since(&l->targets[i], passed_ms));
	if (o.down > 0 && o.first_miss_ms == UINT64_MAX)
		o.first_miss_ms = passed_ms; /* of one that wavers */
	return o;
}

static bool
broken(const struct opinion *o)
{
	return o->known > 0 && 2 * o->down > o->known;
}

static bool
works(const struct opinion *o)
{
	return o->known > 0 && o->down < o->known;
}

struct verdict {
	enum outage_class class; /* OUTAGE_UNSPECIFIED: all is well */
	enum connectivity_state state;
	uint64_t onset_ms;
	uint64_t heard_ms; /* when the last answer came of the targets that say so */
	bool silent;       /* they are all that there are of their rung */
};

static struct verdict
verdict_of(enum outage_class class, enum connectivity_state state, const struct opinion *o)
{
	struct verdict v = {.class = class,
	    .state = state,
	    .onset_ms = o->first_miss_ms,
	    .heard_ms = o->heard_ms,
	    .silent = o->down == o->known};

	return v;
}

/* The Internet does not answer: the lowest rung that does not either is where it broke. */
static struct verdict
broken_below(const struct ladder *l, const struct opinion *internet, uint64_t now_ms)
{
	struct opinion carrier = ask(l, RUNG_CARRIER), address = ask(l, RUNG_ADDRESS);
	struct opinion gateway = ask(l, RUNG_GATEWAY), isp = ask(l, RUNG_ISP);
	struct opinion portal = ask(l, RUNG_PORTAL), earliest = *internet;
	enum outage_class class = OUTAGE_ISP_ACCESS;

	if (broken(&carrier))
		class = OUTAGE_LAN_LINK, earliest = carrier;
	else if (broken(&address))
		class = OUTAGE_LAN_ADDRESS, earliest = address;
	else if (broken(&gateway))
		class = OUTAGE_GATEWAY, earliest = gateway;
	else if (broken(&portal) && now_ms <= portal.told_ms + LADDER_FOREIGN_FRESH_MS)
		class = OUTAGE_PORTAL, earliest = portal;
	else if (works(&isp) && isp.answered_ms >= internet->first_miss_ms)
		class = OUTAGE_ISP_CORE; /* it answers since */
	if (internet->down && internet->first_miss_ms < earliest.first_miss_ms)
		earliest = *internet;
	return verdict_of(class, CONNECTIVITY_DOWN, &earliest);
}

/* It answered what left since then: whatever is said of a lower rung, there is a way. */
static bool
passes_since(const struct opinion *internet, const struct opinion *lower)
{
	return works(internet) && internet->answered_ms >= lower->first_miss_ms;
}

static struct verdict
judge(const struct ladder *l, uint64_t now_ms)
{
	struct opinion internet = ask(l, RUNG_INTERNET), carrier = ask(l, RUNG_CARRIER);
	struct opinion address = ask(l, RUNG_ADDRESS), local = ask(l, RUNG_DNS_LOCAL);
	struct opinion public = ask(l, RUNG_DNS_PUBLIC), portal = ask(l, RUNG_PORTAL);
	struct opinion tls = ask(l, RUNG_TLS), collector = ask(l, RUNG_COLLECTOR);
	struct opinion none = {.first_miss_ms = 0};

	if (broken(&internet) || (broken(&carrier) && !passes_since(&internet, &carrier)) ||
	    (broken(&address) && !passes_since(&internet, &address)))
		return broken_below(l, &internet, now_ms);
	if (internet.known == 0)
		return verdict_of(OUTAGE_UNSPECIFIED, CONNECTIVITY_UNKNOWN, &none);
	if (broken(&portal)) /* pings pass, people do not */
		return verdict_of(OUTAGE_PORTAL, CONNECTIVITY_DOWN, &portal);
	if (broken(&local) && broken(&public))
		return verdict_of(OUTAGE_DNS_ALL, CONNECTIVITY_DEGRADED, &local);
	if (broken(&local))
		return verdict_of(OUTAGE_DNS_LOCAL, CONNECTIVITY_DEGRADED, &local);
	if (broken(&tls))
		return verdict_of(OUTAGE_TLS_INTERCEPT, CONNECTIVITY_DEGRADED, &tls);
	if (broken(&collector))
		return verdict_of(OUTAGE_COLLECTOR_ONLY, CONNECTIVITY_DEGRADED, &collector);
	if (internet.down)
		return verdict_of(OUTAGE_DESTINATION, CONNECTIVITY_DEGRADED, &internet);
	return verdict_of(OUTAGE_UNSPECIFIED, CONNECTIVITY_UP, &none);
}

/* ------------------------------------------------- evidence */

static struct outage_evidence *
evidence_add(struct outage *o, const char *rung, const char *target, const char *observed,
    uint64_t at_ms)
{
	struct outage_evidence *e = &o->evidence[o->n_evidence];

	if (o->n_evidence == CONNECTIVITY_EVIDENCE_MAX)
		return NULL;
	(void)text_copy(e->rung, sizeof(e->rung), rung);
	(void)text_copy(e->target, sizeof(e->target), target);
	(void)text_copy(e->observed, sizeof(e->observed), observed);
	e->at_ms = (int64_t)at_ms;
	o->n_evidence++;
	return e;
}

/* What the targets say, before what witnesses said. */
static void
gather_evidence(const struct ladder *l, struct outage *o)
{
	struct outage before = *o;

	o->n_evidence = 0;
	for (size_t i = 0; i < l->n_targets; i++) {
		const struct ladder_target *t = &l->targets[i];

		if (t->known)
			(void)evidence_add(o, ladder_rung_name(t->rung), t->name,
			    t->down ? t->observed : "answers",
			    t->down ? t->first_miss_ms : t->told_ms);
	}
	for (size_t i = 0; i < before.n_evidence; i++) {
		enum ladder_rung rung;

		if (ladder_rung_of(before.evidence[i].rung, &rung) < 0)
			(void)evidence_add(o, before.evidence[i].rung,
			    before.evidence[i].target, before.evidence[i].observed,
			    (uint64_t)before.evidence[i].at_ms);
	}
}

size_t
ladder_witness(struct ladder *l, const char *rung, const char *target, const char *observed,
    uint64_t at_ms, struct outage *ret)
{
	if (l->open.class == OUTAGE_UNSPECIFIED ||
	    !evidence_add(&l->open, rung, target, observed, at_ms))
		return 0;
	*ret = l->open;
	return 1;
}

/* ------------------------------------------------- from verdicts to outages */

static void
declare(struct ladder *l, const struct verdict *v)
{
	memset(&l->open, 0, sizeof(l->open));
	memcpy(l->open.outage_id, l->next_id, sizeof(l->open.outage_id));
	l->open.class = v->class;
	l->open.state = v->state;
	l->open.onset_ms = (int64_t)v->onset_ms;
	gather_evidence(l, &l->open);
}

/* How far up the ladder a class of a broken way stands: of two, the lower names an outage. */
static int height(enum outage_class class)
{
	return class == OUTAGE_PORTAL ? 2 * OUTAGE_GATEWAY + 1 : 2 * (int)class;
}

/* What could not be reached while the way was broken was not away by itself. */
static void
forget_until(struct ladder *l, uint64_t end_ms)
{
	l->ended_ms = end_ms;
	for (size_t i = 0; i < l->n_targets; i++) {
		struct ladder_target *t = &l->targets[i];

		t->passed_ms = later(t->passed_ms, end_ms);
		forgive(t, end_ms);
		t->down = t->misses >= LADDER_RUN;
	}
}

static void
finish(struct ladder *l, int64_t end_ms, struct outage *ret)
{
	l->open.end_ms = end_ms > l->open.onset_ms ? end_ms : l->open.onset_ms + 1;
	*ret = l->open;
	if (l->open.state == CONNECTIVITY_DOWN)
		forget_until(l, (uint64_t)l->open.end_ms);
	memset(&l->open, 0, sizeof(l->open));
}

/* The last return since the onset of a target of the rung (RUNG_COUNT: of any), not counting so
 * many that came later; 0: none returned. */
static uint64_t
return_of(const struct ladder *l, enum ladder_rung rung, size_t later)
{
	uint64_t returns[LADDER_TARGETS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < l->n_targets; i++) {
		const struct ladder_target *t = &l->targets[i];
		size_t at = n;

		if ((rung != RUNG_COUNT && t->rung != rung) || t->down ||
		    (int64_t)t->recovered_ms <= l->open.onset_ms)
			continue;
		for (; at > 0 && returns[at - 1] < t->recovered_ms; at--)
			returns[at] = returns[at - 1];
		returns[at] = t->recovered_ms;
		n++;
	}
	if (n == 0)
		return 0;
	return returns[later < n ? later : n - 1];
}

/* An outage of most targets ends when most are back, though all came back in one step. */
static int64_t
end_of(const struct ladder *l, uint64_t now_ms)
{
	enum ladder_rung rung = rung_of(l->open.class);
	struct opinion o = ask(l, rung);
	bool most = l->open.class != OUTAGE_DESTINATION && 2 * o.down <= o.known;
	uint64_t end_ms = return_of(l, rung, most ? o.known / 2 - o.down : 0);

	if (end_ms == 0)
		end_ms = return_of(l, RUNG_COUNT, 0);
	return (int64_t)(end_ms ? end_ms : now_ms);
}

/*
 * Has this verdict held long enough to be said? On a busy line what was asked first may
 * yet be answered, for as long as answers were late in the last minute: then it must be
 * overdue by that, or nothing at all may have come for a while.
 */
static bool
ripe(struct ladder *l, const struct verdict *v, uint64_t now_ms)
{
	bool way = v->state == CONNECTIVITY_DOWN && v->class != OUTAGE_PORTAL;
	uint64_t hold_ms = way ? LADDER_DOWN_HOLD_MS : l->degraded_hold_ms;
	bool silent = way && v->silent;

	if (now_ms > l->late_told_ms + LADDER_LATE_FORGET_MS)
		l->late_ms = 0;
	if (now_ms < v->onset_ms + hold_ms)
		return false;
	return !l->late_ms || (silent && now_ms >= v->heard_ms + LADDER_SILENCE_MS) ||
	       now_ms >= v->onset_ms + l->late_ms + (silent ? LADDER_OVERDUE_MS : hold_ms);
}

static void
set_state(struct ladder *l, enum connectivity_state state, uint64_t now_ms)
{
	if (l->state == state)
		return;
	l->state = state;
	l->state_since_ms = now_ms;
}

/* The open outage lasts, but more is known of where it broke. */
static size_t
refine(struct ladder *l, const struct verdict *v, struct outage *ret)
{
	if (v->class == l->open.class)
		return 0;
	l->open.class = v->class;
	gather_evidence(l, &l->open);
	*ret = l->open;
	return 1;
}

/* Something is wrong while an outage is open. Returns whether it is the same one still. */
static bool
lasts(const struct ladder *l, const struct verdict *v)
{
	enum ladder_rung rung = rung_of(l->open.class);

	if (v->state == CONNECTIVITY_DEGRADED && l->open.state == CONNECTIVITY_DEGRADED)
		return rung_of(v->class) == rung || ask(l, rung).down > 0;
	return v->state == l->open.state;
}

static bool
names_better(const struct ladder *l, const struct verdict *v)
{
	if (v->state == CONNECTIVITY_DEGRADED)
		return rung_of(v->class) == rung_of(l->open.class) &&
		       v->class > l->open.class; /* all DNS, not the school's alone */
	return height(v->class) < height(l->open.class);
}

size_t
ladder_step(struct ladder *l, uint64_t now_ms, struct outage ret[static LADDER_CHANGES_MAX])
{
	struct verdict v = judge(l, now_ms);
	bool open = l->open.class != OUTAGE_UNSPECIFIED;
	size_t n = 0;

	if (v.class == OUTAGE_UNSPECIFIED) {
		if (open)
			finish(l, end_of(l, now_ms), &ret[n++]);
		set_state(l, v.state, now_ms);
		return n;
	}
	if (open && lasts(l, &v))
		return names_better(l, &v) ? refine(l, &v, ret) : 0;
	if (open && v.state == CONNECTIVITY_DEGRADED) { /* it is over, but not all is well */
		finish(l, end_of(l, now_ms), &ret[n++]);
		set_state(l, CONNECTIVITY_UP, now_ms);
		return n;
	}
	if (!ripe(l, &v, now_ms))
		return n;
	if (open) /* a degradation grew into an outage */
		finish(l, (int64_t)v.onset_ms, &ret[n++]);
	declare(l, &v);
	set_state(l, v.state, now_ms);
	ret[n++] = l->open;
	return n;
}

/* ------------------------------------------------- how often */

static bool
wavers(const struct ladder_target *t)
{
	return (t->misses && !t->down) || (t->hits && t->down);
}

bool
ladder_doubts(const struct ladder *l)
{
	struct opinion internet = ask(l, RUNG_INTERNET);

	for (size_t i = 0; i < l->n_targets; i++) {
		const struct ladder_target *t = &l->targets[i];

		if (t->rung > RUNG_INTERNET)
			continue;
		if (wavers(t))
			return true;
		if (t->down && l->state != CONNECTIVITY_DOWN &&
		    (broken(&internet) || t->misses < 2 * LADDER_RUN))
			return true;
	}
	return false;
}

/* The way is in doubt, and it is not that its answers are merely late. */
static bool
way_is_silent(const struct ladder *l, uint64_t now_ms)
{
	uint64_t heard_ms = 0;

	for (size_t i = 0; i < l->n_targets; i++)
		if (l->targets[i].rung == RUNG_INTERNET)
			heard_ms = later(heard_ms, l->targets[i].heard_ms);
	return ladder_doubts(l) && (!l->late_ms || now_ms >= heard_ms + LADDER_OVERDUE_MS);
}

/* An upper rung that misses is asked often until it is told, or well beyond when it should be.
 */
static bool
is_pressed(const struct ladder *l, const struct ladder_target *t)
{
	return wavers(t) || (t->down && !is_told(l, t) && t->misses < 4 * LADDER_RUN);
}

/* What one upper rung does not answer, another may be the cause of. */
static bool
upper_rungs_doubt(const struct ladder *l)
{
	for (size_t i = 0; i < l->n_targets; i++)
		if (l->targets[i].rung > RUNG_INTERNET && is_pressed(l, &l->targets[i]))
			return true;
	return false;
}

/* On a busy line each of them hurries itself alone. */
static bool
in_doubt(const struct ladder *l, const struct ladder_target *t, uint64_t now_ms)
{
	if (t->rung <= RUNG_INTERNET)
		return ladder_doubts(l);
	return is_pressed(l, t) || (!l->late_ms && upper_rungs_doubt(l)) ||
	       way_is_silent(l, now_ms);
}

/* How often a rung is asked, in milliseconds: usually, while it is in doubt, while the line is
 * down, and usually when somebody looks on. The Internet's targets take turns, so that together
 * they are asked once a period. */
static const struct pace {
	uint16_t usual, doubt, down, live;
} paces[] = {
    [RUNG_CARRIER] = {500, 200, 500, 500},
    [RUNG_ADDRESS] = {500, 200, 500, 500},
    [RUNG_GATEWAY] = {5000, 200, 500, 1000},
    [RUNG_ISP] = {5000, 200, 500, 1000},
    [RUNG_INTERNET] = {900, 200, 500, 900},
    [RUNG_DNS_LOCAL] = {5000, 500, 5000, 700},
    [RUNG_DNS_PUBLIC] = {30000, 500, 5000, 700},
    [RUNG_PORTAL] = {15000, 500, 5000, 700},
    [RUNG_TLS] = {30000, 500, 5000, 700},
    [RUNG_COLLECTOR] = {10000, 500, 5000, 700},
};

/* Of those that are asked at all; at least 1. */
static size_t
internet_count(const struct ladder *l)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n_targets; i++)
		n += l->targets[i].rung == RUNG_INTERNET && l->targets[i].known;
	return n ? n : 1;
}

static uint64_t
interval_ms(const struct ladder *l, const struct ladder_target *t, bool doubt)
{
	const struct pace *pace = &paces[t->rung];

	if (doubt)
		return pace->doubt;
	if (t->rung > RUNG_INTERNET && l->live)
		return pace->live;
	if (l->state == CONNECTIVITY_DOWN || (t->rung > RUNG_INTERNET && t->down))
		return pace->down;
	if (l->live && t->down)
		return pace->down;
	if (l->live || (l->late_ms && t->rung == RUNG_INTERNET))
		return pace->live;
	return t->rung == RUNG_INTERNET ? pace->usual * internet_count(l) : pace->usual;
}

/* The next moment that stands at offset_ms in its period, which is less than that. */
static uint64_t
slot(uint64_t now_ms, uint64_t period_ms, uint64_t offset_ms)
{
	uint64_t within = now_ms % period_ms;

	return now_ms - within + offset_ms + (within < offset_ms ? 0 : period_ms);
}

bool
ladder_due(const struct ladder *l, int target, uint64_t now_ms, uint64_t *next_ms)
{
	const struct ladder_target *t = &l->targets[target];
	size_t turns = t->rung == RUNG_INTERNET ? internet_count(l) : LADDER_TARGETS_MAX;
	uint64_t wait_ms = paces[t->rung].doubt;
	bool doubt;

	if (*next_ms > now_ms && *next_ms <= now_ms + wait_ms)
		return false; /* no doubt hurries it more */
	doubt = in_doubt(l, t, now_ms);
	wait_ms = interval_ms(l, t, doubt);
	if (*next_ms > now_ms && *next_ms <= now_ms + wait_ms)
		return false; /* beyond that, a doubt hurries what was planned */
	*next_ms = doubt ? now_ms + wait_ms
			 : slot(now_ms, wait_ms, (size_t)target % turns * wait_ms / turns);
	return true;
}

static int
by_value(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

	return (left > right) - (left < right);
}

static void
fill_rtts(struct ladder_target *t, struct connectivity_window *w)
{
	size_t middle = t->n_rtts / 2;

	w->rtt_min_ms = w->rtt_median_ms = w->rtt_max_ms = -1;
	if (t->n_rtts == 0)
		return;
	qsort(t->rtts_us, t->n_rtts, sizeof(t->rtts_us[0]), by_value);
	w->rtt_min_ms = t->rtts_us[0] / 1000.0;
	w->rtt_median_ms = t->rtts_us[middle] / 1000.0;
	w->rtt_max_ms = t->rtts_us[t->n_rtts - 1] / 1000.0;
}

size_t
ladder_look(struct ladder *l, uint64_t now_ms, struct connectivity_window ret[], size_t max)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n_targets; i++) {
		struct ladder_target *t = &l->targets[i];
		struct connectivity_window *w = &ret[n];

		if ((t->sent || t->late) && n < max) {
			memset(w, 0, sizeof(*w));
			(void)text_copy(w->rung, sizeof(w->rung), ladder_rung_name(t->rung));
			(void)text_copy(w->target, sizeof(w->target), t->name);
			w->from_ms = (int64_t)l->window_from_ms;
			w->to_ms = (int64_t)now_ms;
			w->sent = t->sent;
			w->received = t->received;
			w->late = t->late;
			w->micro_outages = t->micro_outages;
			fill_rtts(t, w);
			n++;
		}
	}
	return n;
}

size_t
ladder_windows(struct ladder *l, uint64_t now_ms, struct connectivity_window ret[], size_t max)
{
	size_t n = ladder_look(l, now_ms, ret, max);

	for (size_t i = 0; i < l->n_targets; i++) {
		struct ladder_target *t = &l->targets[i];

		t->sent = t->received = t->late = t->micro_outages = 0;
		t->n_rtts = 0;
	}
	l->window_from_ms = now_ms;
	return n;
}
