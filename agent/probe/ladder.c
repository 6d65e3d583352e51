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
		forgive(t, sent_ms);
		t->down = t->misses >= LADDER_RUN;
	} else if (t->hits >= LADDER_RUN) {
		t->down = false;
		t->misses = 0;
		t->recovered_ms = t->first_hit_ms;
	}
}

static void
note_hit(const struct ladder *l, struct ladder_target *t, uint64_t sent_ms, uint32_t rtt_us)
{
	unsigned misses = t->misses;
	bool told = is_told(l, t);

	t->received++;
	if (sent_ms > t->answered_ms)
		t->answered_ms = sent_ms;
	if (t->n_rtts < LADDER_RTTS_MAX)
		t->rtts_us[t->n_rtts++] = rtt_us;
	note_answer(l, t, sent_ms, sent_ms);
	if (misses > 0 && t->misses == 0 && !told)
		t->micro_outages++;
}

static void
note_miss(struct ladder_target *t, uint64_t sent_ms, const char *observed)
{
	unsigned at = t->misses;

	if (t->hits > 0 && sent_ms < t->first_hit_ms)
		return; /* it left before the one that was answered */
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
		note_miss(t, sent_ms, observed);
}

/* What one rung's targets say together. */
struct opinion {
	size_t known, down;
	uint64_t first_miss_ms; /* the earliest of those that are down */
	uint64_t told_ms;       /* the newest of what they told */
	uint64_t answered_ms;   /* the newest answer */
};

static struct opinion
ask(const struct ladder *l, enum ladder_rung rung)
{
	struct opinion o = {.first_miss_ms = UINT64_MAX};

	for (size_t i = 0; i < l->n_targets; i++) {
		const struct ladder_target *t = &l->targets[i];

		if (t->rung != rung || !t->known)
			continue;
		o.known++;
		if (t->told_ms > o.told_ms)
			o.told_ms = t->told_ms;
		if (t->answered_ms > o.answered_ms)
			o.answered_ms = t->answered_ms;
		if (!t->down)
			continue;
		o.down++;
		if (t->first_miss_ms < o.first_miss_ms)
			o.first_miss_ms = t->first_miss_ms;
	}
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
};

static struct verdict
verdict_of(enum outage_class class, enum connectivity_state state, const struct opinion *o)
{
	struct verdict v = {.class = class, .state = state, .onset_ms = o->first_miss_ms};

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

static struct verdict
judge(const struct ladder *l, uint64_t now_ms)
{
	struct opinion internet = ask(l, RUNG_INTERNET), carrier = ask(l, RUNG_CARRIER);
	struct opinion address = ask(l, RUNG_ADDRESS), local = ask(l, RUNG_DNS_LOCAL);
	struct opinion public = ask(l, RUNG_DNS_PUBLIC), portal = ask(l, RUNG_PORTAL);
	struct opinion tls = ask(l, RUNG_TLS), collector = ask(l, RUNG_COLLECTOR);
	struct opinion none = {.first_miss_ms = 0};

	if (broken(&internet) || broken(&carrier) || broken(&address))
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

/* Who is slow to come back when the way is mended was not away by itself since its onset. */
static struct verdict
judge_now(const struct ladder *l, uint64_t now_ms)
{
	struct verdict v = judge(l, now_ms);

	if (v.onset_ms < l->ended_ms)
		v.onset_ms = l->ended_ms;
	return v;
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

static void
finish(struct ladder *l, int64_t end_ms, struct outage *ret)
{
	l->open.end_ms = end_ms > l->open.onset_ms ? end_ms : l->open.onset_ms + 1;
	*ret = l->open;
	if (l->open.state == CONNECTIVITY_DOWN)
		l->ended_ms = (uint64_t)l->open.end_ms;
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
 * Has this verdict held long enough to be said? On a busy line that takes longer by as
 * much as its answers were late in the last minute: what was asked first may yet be
 * answered.
 */
static bool
ripe(struct ladder *l, const struct verdict *v, uint64_t now_ms)
{
	bool way = v->state == CONNECTIVITY_DOWN && v->class != OUTAGE_PORTAL;
	uint64_t hold_ms = way ? LADDER_DOWN_HOLD_MS : l->degraded_hold_ms;

	if (now_ms > l->late_told_ms + LADDER_LATE_FORGET_MS)
		l->late_ms = 0;
	if (v->class != l->leaning || v->onset_ms > l->leaning_since_ms) {
		l->leaning = v->class;
		l->leaning_since_ms = v->onset_ms;
	}
	return now_ms >= l->leaning_since_ms + hold_ms + l->late_ms &&
	       (!l->late_ms || now_ms >= l->late_told_ms + hold_ms);
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
	struct verdict v = judge_now(l, now_ms);
	bool open = l->open.class != OUTAGE_UNSPECIFIED;
	size_t n = 0;

	if (v.class == OUTAGE_UNSPECIFIED) {
		l->leaning = OUTAGE_UNSPECIFIED;
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
    [RUNG_DNS_LOCAL] = {10000, 500, 5000, 700},
    [RUNG_DNS_PUBLIC] = {30000, 500, 5000, 700},
    [RUNG_PORTAL] = {60000, 500, 5000, 700},
    [RUNG_TLS] = {60000, 500, 5000, 700},
    [RUNG_COLLECTOR] = {30000, 500, 5000, 700},
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

	if (doubt) /* and what adds to a full queue does no good */
		return t->rung >= RUNG_ISP && l->late_ms ? 2 * pace->doubt : pace->doubt;
	if (t->rung > RUNG_INTERNET && l->live)
		return pace->live;
	if (l->state == CONNECTIVITY_DOWN || (t->rung > RUNG_INTERNET && t->down))
		return pace->down;
	if (t->rung == RUNG_DNS_PUBLIC && ask(l, RUNG_DNS_LOCAL).down > 0)
		return pace->down; /* is it the school's alone? */
	if (l->live && t->down)
		return pace->down;
	if (l->live || t->rung != RUNG_INTERNET)
		return l->live ? pace->live : pace->usual;
	return pace->usual * internet_count(l);
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
	bool doubt = ladder_doubts(l) || (t->rung > RUNG_INTERNET && wavers(t));
	uint64_t wait_ms = interval_ms(l, t, doubt);
	size_t turns = t->rung == RUNG_INTERNET ? internet_count(l) : LADDER_TARGETS_MAX;

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
