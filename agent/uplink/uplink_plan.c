/*
 * The uplink's decisions: see uplink_plan.h. One request is under way at a time,
 * so that one connection serves all; a heartbeat goes before reports, since it is
 * what tells a silent school from a busy one. Status codes as proto/README.md
 * gives them; Retry-After as RFC 9110 section 10.2.3.
 */
#include "agent/uplink/uplink_plan.h"

#include "common/wire/limits.h"

enum { RETRY_AFTER_MS_MAX = 3600 * 1000, HINT_SPREAD_MS = 2000, POLICY_MS_MIN = 10 * 1000 };

static uint64_t
later(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

void
uplink_plan_start(struct uplink_plan *plan, uint64_t now_ms)
{
	*plan = (struct uplink_plan){.beat_at_ms = now_ms,
	    .send_at_ms = now_ms,
	    .policy_at_ms = now_ms,
	    .renew_at_ms = now_ms,
	    .batch = UPLINK_BATCH_MAX};
}

enum uplink_act
uplink_next(const struct uplink_plan *plan, const struct uplink_facts *facts, uint64_t now_ms,
    uint64_t *ret_wait_ms)
{
	/* In the order of their weight: an ended certificate would refuse all the rest. */
	const struct {
		enum uplink_act act;
		bool wanted;
		uint64_t at_ms;
	} acts[] = {
	    {UPLINK_RENEW, facts->renewal_due, plan->renew_at_ms},
	    {UPLINK_BEAT, true, plan->beat_at_ms},
	    {UPLINK_POLICY, facts->policy_wanted, plan->policy_at_ms},
	    {UPLINK_SEND, facts->reports > 0, plan->send_at_ms},
	};
	uint64_t wait_ms = UINT64_MAX;

	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {
		if (!acts[i].wanted)
			continue;
		if (acts[i].at_ms <= now_ms)
			return acts[i].act;
		if (acts[i].at_ms - now_ms < wait_ms)
			wait_ms = acts[i].at_ms - now_ms;
	}
	*ret_wait_ms = wait_ms;
	return UPLINK_REST;
}

enum uplink_fate
uplink_fate_of(int error, long status)
{
	if (error < 0 || status < 100)
		return UPLINK_LATER;
	if ((status >= 200 && status < 300) || status == 304)
		return UPLINK_TAKEN;
	switch (status) {
	case 401:
	case 403:
		return UPLINK_STRANGER;
	case 413:
		return UPLINK_SMALLER;
	case 408:
	case 429:
		return UPLINK_LATER;
	default:
		return status >= 500 ? UPLINK_LATER : UPLINK_NEVER;
	}
}

uint64_t
uplink_backoff_ms(unsigned failures, uint64_t min_ms, uint64_t max_ms, uint32_t chance)
{
	uint64_t whole = min_ms;

	for (unsigned i = 1; i < failures && whole < max_ms; i++)
		whole *= 2;
	if (whole > max_ms)
		whole = max_ms;
	return whole / 2 + (whole / 2 * (uint64_t)chance >> 32);
}

/* How long to wait after a failure; what the collector asks for is waited for, and up to an
 * eighth more. */
static uint64_t
pause_ms(unsigned failures, enum uplink_fate fate, long retry_after_s, uint32_t chance)
{
	uint64_t asked = retry_after_s > 0 ? (uint64_t)retry_after_s * 1000 : 0;

	if (fate == UPLINK_STRANGER)
		return uplink_backoff_ms(
		    failures, UPLINK_STRANGER_MS_MIN, UPLINK_STRANGER_MS_MAX, chance);
	if (retry_after_s < 0)
		return uplink_backoff_ms(
		    failures, UPLINK_BACKOFF_MS_MIN, UPLINK_BACKOFF_MS_MAX, chance);
	if (asked > RETRY_AFTER_MS_MAX)
		asked = RETRY_AFTER_MS_MAX;
	return asked + (later(asked / 8, 250) * (uint64_t)chance >> 32);
}

static void
told_send(struct uplink_plan *plan, enum uplink_fate fate, long retry_after_s, uint64_t now_ms,
    uint32_t chance)
{
	switch (fate) {
	case UPLINK_TAKEN:
		plan->failures = 0;
		plan->told_to_wait = false;
		plan->send_at_ms = now_ms;
		if (plan->batch < UPLINK_BATCH_MAX)
			plan->batch = plan->batch * 2 < UPLINK_BATCH_MAX ? plan->batch * 2
									 : UPLINK_BATCH_MAX;
		break;
	case UPLINK_SMALLER:
	case UPLINK_NEVER:
		/* Halved down to the culprit, which the caller drops once it is alone. */
		plan->failures = 0;
		plan->batch = plan->batch > 1 ? plan->batch / 2 : 1;
		plan->send_at_ms = now_ms;
		break;
	case UPLINK_LATER:
	case UPLINK_STRANGER:
		plan->failures++;
		plan->told_to_wait = retry_after_s >= 0;
		plan->send_at_ms =
		    now_ms + pause_ms(plan->failures, fate, retry_after_s, chance);
		break;
	}
}

static void
send_soon(struct uplink_plan *plan, uint64_t now_ms, uint32_t chance)
{
	uint64_t soon_ms = now_ms + ((uint64_t)HINT_SPREAD_MS * chance >> 32);

	if (!plan->told_to_wait && plan->send_at_ms > soon_ms)
		plan->send_at_ms = soon_ms;
}

static void
told_beat(struct uplink_plan *plan, enum uplink_fate fate, long retry_after_s, uint64_t now_ms,
    uint32_t chance)
{
	plan->beat_at_ms = now_ms + WIRE_HEARTBEAT_S * 1000;
	if (fate == UPLINK_TAKEN) {
		/* The collector is there again: reports need not wait out a back-off of ours.
		 */
		if (plan->failures > 0)
			send_soon(plan, now_ms, chance);
		return;
	}
	if (retry_after_s >= 0 || fate == UPLINK_STRANGER)
		plan->beat_at_ms =
		    later(plan->beat_at_ms, now_ms + pause_ms(1, fate, retry_after_s, chance));
}

void
uplink_told(struct uplink_plan *plan, enum uplink_act act, enum uplink_fate fate,
    long retry_after_s, uint64_t now_ms, uint32_t chance)
{
	switch (act) {
	case UPLINK_SEND:
		told_send(plan, fate, retry_after_s, now_ms, chance);
		break;
	case UPLINK_BEAT:
		told_beat(plan, fate, retry_after_s, now_ms, chance);
		break;
	case UPLINK_POLICY:
		plan->policy_failures = fate == UPLINK_TAKEN ? 0 : plan->policy_failures + 1;
		plan->policy_at_ms =
		    now_ms + uplink_backoff_ms(plan->policy_failures, POLICY_MS_MIN,
				 UPLINK_STRANGER_MS_MAX, chance);
		break;
	case UPLINK_RENEW:
		plan->renew_failures = fate == UPLINK_TAKEN ? 0 : plan->renew_failures + 1;
		/* A fresh certificate that is due again is a clock that stands wrong. */
		plan->renew_at_ms =
		    now_ms + (fate == UPLINK_TAKEN ? UPLINK_RENEWED_MS
						   : uplink_backoff_ms(plan->renew_failures,
							 UPLINK_STRANGER_MS_MIN,
							 UPLINK_STRANGER_MS_MAX, chance));
		break;
	case UPLINK_REST:
		break;
	}
}

void
uplink_hint(struct uplink_plan *plan, uint64_t now_ms, uint32_t chance)
{
	uint64_t soon_ms = now_ms + ((uint64_t)HINT_SPREAD_MS * chance >> 32);

	if (plan->told_to_wait)
		return;
	send_soon(plan, now_ms, chance);
	if (plan->beat_at_ms > soon_ms)
		plan->beat_at_ms = soon_ms;
}

bool
uplink_renewal_due(int64_t issued_ms, int64_t ends_ms, int64_t wall_ms, uint32_t spread)
{
	int64_t life_ms = ends_ms - issued_ms;

	if (life_ms <= 0)
		return false;
	return wall_ms >=
	       issued_ms + life_ms / 3 * 2 + life_ms / 20 / 1024 * (int64_t)(spread >> 22);
}
