/*
 * Does a test as it is stored say what its samples say? Each of its runs is judged
 * again by common/speed, as the agent judged it, from the exact record that is kept
 * of it, and all of them together conclude again. Pure.
 */
#ifndef PARTA_COLLECTOR_REJUDGE_H
#define PARTA_COLLECTOR_REJUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/speed/kept.h"
#include "common/speed/plan.h"

/* What is stored as found, of a run or of a direction. */
struct rejudge_found {
	const char *verdict; /* of reference.speed_verdict */
	double ip_mbps, duration_s, confidence;
	size_t warmup_samples;
};

struct rejudge_run {
	struct speed_kept kept;
	enum speed_step_kind step;
	struct rejudge_found found;
	const char *cause;
};

/* A direction of a test with all of its runs, in their order. */
struct rejudge_test {
	const struct rejudge_run *runs;
	size_t n_runs;
	struct rejudge_found found;
	const uint32_t *sample_bytes; /* of the run that decided, as the direction has them */
	size_t n_samples;
};

enum rejudge {
	REJUDGE_SAME,
	REJUDGE_NO_RECORD,     /* no run of it is kept */
	REJUDGE_BROKEN_RECORD, /* what is kept cannot be of a run */
	REJUDGE_OTHER_SAMPLES, /* the direction has others than the run that decided */
	REJUDGE_OTHER_RATE,
	REJUDGE_OTHER_VERDICT,
};
const char *rejudge_name(enum rejudge rejudge); /* "same", "no_record", ... */

/* Rates must be the same but for the rounding of the last digits, verdicts the same word. */
enum rejudge rejudge(const struct rejudge_test *test);

#endif
