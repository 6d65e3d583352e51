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

static void
note_hit(struct ladder_target *t, uint64_t sent_ms, uint32_t rtt_us)
{
	t->received++;
	if (t->n_rtts < LADDER_RTTS_MAX)
		t->rtts_us[t->n_rtts++] = rtt_us;
	if (t->hits++ == 0)
		t->first_hit_ms = sent_ms;
	if (t->misses && !t->down)
		t->micro_outages++;
	t->misses = 0;
	if (t->hits >= LADDER_RUN)
		t->down = false;
}

static void
note_miss(struct ladder_target *t, uint64_t sent_ms, const char *observed)
{
	if (t->misses++ == 0 && !t->down)
		t->first_miss_ms = sent_ms;
	t->hits = 0;
	(void)text_copy(t->observed, sizeof(t->observed), observed);
	if (t->misses >= LADDER_RUN)
		t->down = true;
}

void
ladder_note(struct ladder *l, int target, enum ladder_outcome outcome, uint64_t sent_ms,
    uint32_t rtt_us, const char *observed)
{
	struct ladder_target *t;

	CHECK(target >= 0 && (size_t)target < l->n_targets);
	t = &l->targets[target];
	if (outcome == LADDER_LATE) { /* its miss was counted; late is not lost */
		t->late++;
		return;
	}
	t->known = true;
	t->sent++;
	if (outcome == LADDER_HIT)
		note_hit(t, sent_ms, rtt_us);
	else
		note_miss(t, sent_ms, observed);
}

/* What one rung's targets say together. */
struct opinion {
	size_t known, down;
	uint64_t first_miss_ms; /* the earliest of those that are down */
	uint64_t first_hit_ms;  /* the earliest of those that are up */
};

static struct opinion
ask(const struct ladder *l, enum ladder_rung rung)
{
	struct opinion o = {.first_miss_ms = UINT64_MAX, .first_hit_ms = UINT64_MAX};

	for (size_t i = 0; i < l->n_targets; i++) {
		const struct ladder_target *t = &l->targets[i];

		if (t->rung != rung || !t->known)
			continue;
		o.known++;
		if (t->down) {
			o.down++;
			if (t->first_miss_ms < o.first_miss_ms)
				o.first_miss_ms = t->first_miss_ms;
		} else if (t->hits && t->first_hit_ms < o.first_hit_ms) {
			o.first_hit_ms = t->first_hit_ms;
		}
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
broken_below(const struct ladder *l, const struct opinion *internet)
{
	struct opinion carrier = ask(l, RUNG_CARRIER), address = ask(l, RUNG_ADDRESS);
	struct opinion gateway = ask(l, RUNG_GATEWAY), isp = ask(l, RUNG_ISP);
	struct opinion earliest = *internet;
	enum outage_class class = OUTAGE_ISP_ACCESS;

	if (broken(&carrier))
		class = OUTAGE_LAN_LINK, earliest = carrier;
	else if (broken(&address))
		class = OUTAGE_LAN_ADDRESS, earliest = address;
	else if (broken(&gateway))
		class = OUTAGE_GATEWAY, earliest = gateway;
	else if (works(&isp))
		class = OUTAGE_ISP_CORE;
	if (internet->down && internet->first_miss_ms < earliest.first_miss_ms)
		earliest = *internet;
	return verdict_of(class, CONNECTIVITY_DOWN, &earliest);
}

static struct verdict
judge(const struct ladder *l)
{
	struct opinion internet = ask(l, RUNG_INTERNET), carrier = ask(l, RUNG_CARRIER);
	struct opinion address = ask(l, RUNG_ADDRESS), local = ask(l, RUNG_DNS_LOCAL);
	struct opinion public = ask(l, RUNG_DNS_PUBLIC), collector = ask(l, RUNG_COLLECTOR);
	struct opinion none = {.first_miss_ms = 0};

	if (broken(&internet) || broken(&carrier) || broken(&address))
		return broken_below(l, &internet);
	if (internet.known == 0)
		return verdict_of(OUTAGE_UNSPECIFIED, CONNECTIVITY_UNKNOWN, &none);
	if (broken(&local) && broken(&public))
		return verdict_of(OUTAGE_DNS_ALL, CONNECTIVITY_DEGRADED, &local);
	if (broken(&local))
		return verdict_of(OUTAGE_DNS_LOCAL, CONNECTIVITY_DEGRADED, &local);
	if (broken(&collector))
		return verdict_of(OUTAGE_COLLECTOR_ONLY, CONNECTIVITY_DEGRADED, &collector);
	if (internet.down)
		return verdict_of(OUTAGE_DESTINATION, CONNECTIVITY_DEGRADED, &internet);
	return verdict_of(OUTAGE_UNSPECIFIED, CONNECTIVITY_UP, &none);
}

static void
gather_evidence(const struct ladder *l, struct outage *o)
{
	o->n_evidence = 0;
	for (size_t i = 0; i < l->n_targets && o->n_evidence < CONNECTIVITY_EVIDENCE_MAX; i++) {
		const struct ladder_target *t = &l->targets[i];
		struct outage_evidence *e = &o->evidence[o->n_evidence];

		if (!t->known)
			continue;
		(void)text_copy(e->rung, sizeof(e->rung), ladder_rung_name(t->rung));
		(void)text_copy(e->target, sizeof(e->target), t->name);
		(void)text_copy(
		    e->observed, sizeof(e->observed), t->down ? t->observed : "answers");
		e->at_ms = (int64_t)(t->down ? t->first_miss_ms : t->first_hit_ms);
		o->n_evidence++;
	}
}

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

/* The rungs whose return ends an outage of a class. */
static enum ladder_rung rung_of(enum outage_class class)
{
	if (class == OUTAGE_DNS_LOCAL || class == OUTAGE_DNS_ALL)
		return RUNG_DNS_LOCAL;
	return class == OUTAGE_COLLECTOR_ONLY ? RUNG_COLLECTOR : RUNG_INTERNET;
}

static void
finish(struct ladder *l, int64_t end_ms, struct outage *ret)
{
	l->open.end_ms = end_ms > l->open.onset_ms ? end_ms : l->open.onset_ms + 1;
	*ret = l->open;
	memset(&l->open, 0, sizeof(l->open));
}

/* The first hit since the onset: a target that never failed has been up for longer than that.
 */
static int64_t
end_of(const struct ladder *l, uint64_t now_ms)
{
	enum ladder_rung rung = rung_of(l->open.class);
	uint64_t end_ms = UINT64_MAX;

	for (size_t i = 0; i < l->n_targets; i++) {
		const struct ladder_target *t = &l->targets[i];

		if (t->rung == rung && !t->down && t->hits && t->first_hit_ms < end_ms &&
		    (int64_t)t->first_hit_ms > l->open.onset_ms)
			end_ms = t->first_hit_ms;
	}
	return (int64_t)(end_ms == UINT64_MAX ? now_ms : end_ms);
}

/* Has this verdict held long enough to be said? */
static bool
ripe(struct ladder *l, const struct verdict *v, uint64_t now_ms)
{
	uint64_t hold_ms =
	    v->state == CONNECTIVITY_DOWN ? LADDER_DOWN_HOLD_MS : LADDER_DEGRADED_HOLD_MS;

	if (v->class != l->leaning) {
		l->leaning = v->class;
		l->leaning_since_ms = v->onset_ms;
	}
	return now_ms >= l->leaning_since_ms && now_ms - l->leaning_since_ms >= hold_ms;
}

static void
set_state(struct ladder *l, enum connectivity_state state, uint64_t now_ms)
{
	if (l->state == state)
		return;
	l->state = state;
	l->state_since_ms = now_ms;
}

size_t
ladder_step(struct ladder *l, uint64_t now_ms, struct outage ret[static LADDER_CHANGES_MAX])
{
	struct verdict v = judge(l);
	bool open = l->open.class != OUTAGE_UNSPECIFIED;
	size_t n = 0;

	if (v.class == OUTAGE_UNSPECIFIED) {
		l->leaning = OUTAGE_UNSPECIFIED;
		if (open)
			finish(l, end_of(l, now_ms), &ret[n++]);
		set_state(l, v.state, now_ms);
		return n;
	}
	if (open &&
	    v.state ==
		l->open.state) { /* it lasts; a lower rung found broken names it better */
		if (v.class < l->open.class) {
			l->open.class = v.class;
			gather_evidence(l, &l->open);
			ret[n++] = l->open;
		}
		return n;
	}
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

bool
ladder_doubts(const struct ladder *l)
{
	for (size_t i = 0; i < l->n_targets; i++) {
		const struct ladder_target *t = &l->targets[i];

		if (t->rung > RUNG_INTERNET)
			continue;
		if ((t->misses && !t->down) || (t->hits && t->down))
			return true;
		if (t->down && l->state != CONNECTIVITY_DOWN && t->misses < 2 * LADDER_RUN)
			return true;
	}
	return false;
}

uint64_t
ladder_slot(uint64_t now_ms, uint64_t period_ms, uint64_t offset_ms)
{
	uint64_t offset = offset_ms % period_ms, within = now_ms % period_ms;

	return now_ms - within + offset + (within < offset ? 0 : period_ms);
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
