/*
 * Which runs one direction of a throughput test takes, and what they say together. A
 * failed verification is confirmed: by twice the streams where there may be more, by
 * another server, and by ten seconds with still more streams against the server that
 * did better. Only what fails them all is the provider's; where no other server was
 * measured, that is said with it. Pure: what a run found goes in, the next run or
 * the conclusion comes out, so that stored steps give the same conclusion again.
 */
#ifndef PARTA_COMMON_SPEED_PLAN_H
#define PARTA_COMMON_SPEED_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/speed/judge.h"

enum { SPEED_STEPS_MAX = 4 };

/* Passive: everybody's traffic proved the line, no test was made. Light: a small part of the
 * target was verified, which says nothing of the rest. */
enum speed_mode { SPEED_VERIFY, SPEED_CAPACITY, SPEED_PASSIVE, SPEED_LIGHT };
const char *speed_mode_name(enum speed_mode mode); /* "verify", "capacity", ... */

/* The numbers are those of parta.v1.SpeedStepKind. */
enum speed_step_kind {
	SPEED_STEP_UNSPECIFIED,
	SPEED_STEP_CAPACITY, /* ten seconds, streams grow while they bring more */
	SPEED_STEP_VERIFY,   /* until the answer is sure */
	SPEED_STEP_STREAMS,  /* a fail again with twice the streams */
	SPEED_STEP_SERVER,   /* and against another server */
	SPEED_STEP_LONG,     /* and for ten seconds */
};
const char *speed_step_name(enum speed_step_kind kind); /* "capacity", "verify", ... */

struct speed_step {
	enum speed_step_kind kind;
	bool other_server; /* not the first one that answered */
	unsigned streams;  /* to begin with */
	double cap_mbps;   /* of payload, all streams together; 0: none */
};

/* What a step found. */
struct speed_finding {
	struct speed_step step;
	bool measured; /* false: the server was not there, or nothing came; the rest is 0 */
	struct speed_judgement judgement;
	double ip_mbps;
	uint64_t size_bytes;
};

struct speed_plan {
	bool capacity;
	double target_mbps;     /* 0: none, nothing is to be confirmed */
	unsigned streams_first; /* 0: 4; less on a slow line */
	unsigned streams_max;   /* that the server takes; 0: as many as are asked for */
	bool has_other_server;  /* there is another one to be tried */
	uint64_t budget_bytes;  /* of payload, for all steps; 0: none */
	struct speed_finding findings[SPEED_STEPS_MAX];
	size_t n_findings;
};

/* The next step; false: it is over. */
bool speed_plan_next(const struct speed_plan *plan, struct speed_step *ret);
/* The step that speed_plan_next() gave was taken. */
void speed_plan_note(struct speed_plan *plan, const struct speed_finding *finding);
/* Whether a run against a target has said enough: after two seconds, when its own samples are
 * sure; ten seconds are cut short only by a line that passes, and a capacity run by nothing. */
bool speed_step_enough(enum speed_step_kind kind, const struct speed_sample samples[],
    size_t count, double ip_per_payload, double target_mbps);
/* For a run that nobody can cut short: so that it takes no more than budget_bytes (0: all it
 * likes), it is made shorter, and given a limit where it has none (*share_bps of payload for
 * each of the streams; 0: none), a gigabit a second if it may be. 0; -EDQUOT: what is left
 * would not tell of a line of least_mbps (0: any). */
int speed_step_within(uint64_t budget_bytes, double least_mbps, unsigned streams,
    uint64_t *share_bps, unsigned *seconds);
/* What is left of the budget for the next step, at least 1; 0: there is no budget. */
uint64_t speed_plan_left_bytes(const struct speed_plan *plan);
/* What all steps so far say. A fail that was not confirmed is inconclusive; one of a single
 * server has that for its cause, unless something else limited it. */
struct speed_judgement speed_plan_conclude(const struct speed_plan *plan);
/* Which of the findings has the figures; -1: nothing was measured. */
int speed_plan_decisive(const struct speed_plan *plan);

#endif
