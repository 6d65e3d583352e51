/*
 * Does a test as it is stored say what its samples say? Judged by common/speed, as
 * the agent judged it, from what the database keeps of it. Pure.
 */
#ifndef PARTA_COLLECTOR_REJUDGE_H
#define PARTA_COLLECTOR_REJUDGE_H

#include <stddef.h>
#include <stdint.h>

struct rejudge_test {
	const char *verdict;                       /* of reference.speed_verdict */
	double ip_mbps, goodput_mbps, target_mbps; /* target 0: none */
	double line_mbps; /* all traffic of the line meanwhile; < 0 unknown */
	uint32_t sample_ms;
	size_t warmup_samples, count;
	const uint32_t *sample_bytes;
};

enum rejudge {
	REJUDGE_SAME,
	REJUDGE_NO_SAMPLES, /* nothing was measured, or nothing of it is kept */
	REJUDGE_OTHER_RATE,
	REJUDGE_OTHER_VERDICT, /* the samples prove the opposite */
};

/*
 * Samples are of sample_ms but for rounding, so the rate may be off by 3 %. A verdict is
 * another one when the samples pass what is stored as failed, or fail what is stored as passed;
 * where they leave it open the agent may have known more (several runs, limits of its own). A
 * fail of a line that carried the target with others' traffic is a pass.
 */
enum rejudge rejudge(const struct rejudge_test *test);

/* "{1,2,3}" as PostgreSQL writes an array of numbers, into at most `size`; -1: it is none, or a
 * number is no uint32_t, or there are more. */
long rejudge_samples(const char *text, uint32_t ret[], size_t size);

#endif
