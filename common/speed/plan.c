/* The steps of a throughput test: see plan.h. */
#include "common/speed/plan.h"

#include <errno.h>

enum {
	STREAMS_FIRST = 4,
	STREAMS_SLOW = 1,
	LONG_S = 10,
	SHORT_S = 3,
	SAMPLES_MIN = 20, /* two seconds: a shorter test sees a burst, not a line */
};

static const double limit_bps = 1e9;
static const double slow_mbps = 10; /* many streams on such a line only hinder each other */
/* More proves nothing more. Streams that a failing line gets later carry as much again each. */
static const double cap_of_target = 1.1;

static unsigned
streams_first(const struct speed_plan *plan)
{
	bool slow = plan->target_mbps > 0 && plan->target_mbps <= slow_mbps;

	return slow ? STREAMS_SLOW : plan->streams_first ? plan->streams_first : STREAMS_FIRST;
}

/* So many times the first streams, or as many times as the server takes. */
static unsigned
times_of(const struct speed_plan *plan, unsigned streams, unsigned times)
{
	unsigned most = plan->streams_max / streams;

	return plan->streams_max == 0 || times <= most ? times : most > 1 ? most : 1;
}

static struct speed_step
step_of(const struct speed_plan *plan, enum speed_step_kind kind, bool other_server,
    unsigned times_streams)
{
	unsigned streams = streams_first(plan);

	times_streams = times_of(plan, streams, times_streams);
	return (struct speed_step){
	    .kind = kind,
	    .other_server = other_server,
	    .streams = times_streams * streams,
	    .cap_mbps = kind == SPEED_STEP_CAPACITY
			    ? 0
			    : times_streams * cap_of_target * plan->target_mbps,
	};
}

/* The server that did better: the line gets the benefit of the doubt. */
static bool
other_was_better(const struct speed_plan *plan)
{
	double best[2] = {0};

	for (size_t i = 0; i < plan->n_findings; i++) {
		const struct speed_finding *f = &plan->findings[i];

		if (f->measured && f->ip_mbps > best[f->step.other_server])
			best[f->step.other_server] = f->ip_mbps;
	}
	return best[1] > best[0];
}

static bool
asked_other(const struct speed_plan *plan)
{
	for (size_t i = 0; i < plan->n_findings; i++)
		if (plan->findings[i].step.other_server)
			return true;
	return false;
}

static bool
measured_other(const struct speed_plan *plan)
{
	for (size_t i = 0; i < plan->n_findings; i++)
		if (plan->findings[i].measured && plan->findings[i].step.other_server)
			return true;
	return false;
}

static bool
failed_before(const struct speed_plan *plan)
{
	for (size_t i = 0; i < plan->n_findings; i++)
		if (plan->findings[i].measured &&
		    plan->findings[i].judgement.verdict == SPEED_FAIL_ISP)
			return true;
	return false;
}

/* A step of that kind at the rate seen so far may not cost more than is left. */
static bool
affordable(const struct speed_plan *plan, enum speed_step_kind kind)
{
	double mbps = 0;

	for (size_t i = 0; i < plan->n_findings; i++)
		if (plan->findings[i].ip_mbps > mbps)
			mbps = plan->findings[i].ip_mbps;
	return plan->budget_bytes == 0 ||
	       mbps / 8 * 1e6 * (kind == SPEED_STEP_LONG ? LONG_S : SHORT_S) <=
		   (double)speed_plan_left_bytes(plan);
}

/* After a fail, the kind of the next test that it has to stand; UNSPECIFIED: it has. */
static enum speed_step_kind
confirmation_after(const struct speed_plan *plan, enum speed_step_kind kind)
{
	bool other = plan->has_other_server && !asked_other(plan);

	switch (kind) {
	case SPEED_STEP_VERIFY: /* without more streams it would only be said again */
		if (times_of(plan, streams_first(plan), 2) > 1)
			return SPEED_STEP_STREAMS;
		return other ? SPEED_STEP_SERVER : SPEED_STEP_LONG;
	case SPEED_STEP_STREAMS:
		return other ? SPEED_STEP_SERVER : SPEED_STEP_LONG;
	case SPEED_STEP_SERVER:
		return SPEED_STEP_LONG;
	case SPEED_STEP_CAPACITY: /* was long, and had its streams */
		return other ? SPEED_STEP_SERVER : SPEED_STEP_UNSPECIFIED;
	case SPEED_STEP_LONG:
	case SPEED_STEP_UNSPECIFIED:
		break;
	}
	return SPEED_STEP_UNSPECIFIED;
}

static enum speed_step_kind
kind_after(const struct speed_plan *plan, const struct speed_finding *last)
{
	bool other = plan->has_other_server && !asked_other(plan);

	if (!last->measured || last->judgement.verdict == SPEED_LIMITED_SERVER ||
	    last->judgement.cause == SPEED_CAUSE_BROKE_OFF) {
		if (last->step.kind == SPEED_STEP_LONG)
			return SPEED_STEP_UNSPECIFIED;
		if (other)
			return SPEED_STEP_SERVER;
		/* The other server was no help: a fail of the first one is confirmed alone. */
		return last->step.other_server && failed_before(plan) ? SPEED_STEP_LONG
								      : SPEED_STEP_UNSPECIFIED;
	}
	return last->judgement.verdict == SPEED_FAIL_ISP
		   ? confirmation_after(plan, last->step.kind)
		   : SPEED_STEP_UNSPECIFIED;
}

bool
speed_plan_next(const struct speed_plan *plan, struct speed_step *ret)
{
	enum speed_step_kind kind;

	if (plan->n_findings == 0) {
		*ret = step_of(plan,
		    plan->capacity || plan->target_mbps <= 0 ? SPEED_STEP_CAPACITY
							     : SPEED_STEP_VERIFY,
		    false, 1);
		return true;
	}
	if (plan->n_findings == SPEED_STEPS_MAX)
		return false;
	kind = kind_after(plan, &plan->findings[plan->n_findings - 1]);
	if (kind == SPEED_STEP_UNSPECIFIED || !affordable(plan, kind))
		return false;
	if (kind == SPEED_STEP_LONG)
		*ret = step_of(plan, kind, other_was_better(plan), 4);
	else
		*ret = step_of(plan, kind, kind == SPEED_STEP_SERVER, 2);
	return true;
}

uint64_t
speed_plan_left_bytes(const struct speed_plan *plan)
{
	uint64_t left = plan->budget_bytes;

	for (size_t i = 0; i < plan->n_findings && left > 1; i++)
		left -= plan->findings[i].size_bytes < left ? plan->findings[i].size_bytes
							    : left - 1;
	return left;
}

int
speed_step_within(uint64_t budget_bytes, double least_mbps, unsigned streams,
    uint64_t *share_bps, unsigned *seconds)
{
	double bits = 8.0 * (double)budget_bytes;
	double rate_bps = *share_bps > 0 ? (double)*share_bps * streams : limit_bps;
	double most_s = bits / rate_bps;

	if (budget_bytes == 0 || (*share_bps > 0 && most_s >= *seconds))
		return 0;
	if (*share_bps > 0 && most_s < SHORT_S)
		return -EDQUOT;
	if (most_s < *seconds)
		*seconds = most_s > SHORT_S ? (unsigned)most_s : SHORT_S;
	if (*share_bps > 0)
		return 0;
	if (bits / *seconds < cap_of_target * least_mbps * 1e6)
		return -EDQUOT;
	*share_bps = (uint64_t)(bits / *seconds / streams);
	return 0;
}

bool
speed_step_enough(enum speed_step_kind kind, const struct speed_sample samples[], size_t count,
    double ip_per_payload, double target_mbps)
{
	enum speed_ruling ruling;
	double confidence;

	if (kind == SPEED_STEP_CAPACITY || count < SAMPLES_MIN)
		return false;
	ruling = speed_rule(samples, count, ip_per_payload, target_mbps, &confidence);
	return ruling == SPEED_RULING_PASS ||
	       (ruling == SPEED_RULING_FAIL && kind != SPEED_STEP_LONG);
}

void
speed_plan_note(struct speed_plan *plan, const struct speed_finding *finding)
{
	if (plan->n_findings < SPEED_STEPS_MAX)
		plan->findings[plan->n_findings++] = *finding;
}

int
speed_plan_decisive(const struct speed_plan *plan)
{
	for (size_t i = plan->n_findings; i > 0; i--)
		if (plan->findings[i - 1].measured)
			return (int)i - 1;
	return -1;
}

struct speed_judgement
speed_plan_conclude(const struct speed_plan *plan)
{
	int at = speed_plan_decisive(plan);
	struct speed_judgement j = {.verdict = SPEED_INCONCLUSIVE};

	if (at < 0)
		return j;
	j = plan->findings[at].judgement;
	if (j.verdict == SPEED_FAIL_ISP && plan->findings[at].step.kind != SPEED_STEP_LONG &&
	    plan->findings[at].step.kind != SPEED_STEP_CAPACITY) {
		j.verdict = SPEED_INCONCLUSIVE;
		j.cause = SPEED_CAUSE_UNCONFIRMED;
	}
	if (j.verdict == SPEED_FAIL_ISP && j.cause == SPEED_CAUSE_NONE && !measured_other(plan))
		j.cause = SPEED_CAUSE_ONE_SERVER;
	return j;
}

const char *
speed_mode_name(enum speed_mode mode)
{
	static const char *const names[] = {
	    [SPEED_VERIFY] = "verify",
	    [SPEED_CAPACITY] = "capacity",
	    [SPEED_PASSIVE] = "passive",
	    [SPEED_LIGHT] = "light",
	};

	return names[mode];
}

const char *
speed_step_name(enum speed_step_kind kind)
{
	static const char *const names[] = {
	    [SPEED_STEP_UNSPECIFIED] = "unspecified",
	    [SPEED_STEP_CAPACITY] = "capacity",
	    [SPEED_STEP_VERIFY] = "verify",
	    [SPEED_STEP_STREAMS] = "streams",
	    [SPEED_STEP_SERVER] = "server",
	    [SPEED_STEP_LONG] = "long",
	};

	return (size_t)kind < sizeof(names) / sizeof(names[0]) ? names[kind]
							       : names[SPEED_STEP_UNSPECIFIED];
}
