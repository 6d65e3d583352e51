/*
 * A run of a throughput test as it is kept, by the agent and by the collector, and
 * what it says: the same counts give the same rate and the same verdict at every
 * time, whoever judges them. Pure.
 */
#ifndef PARTA_COMMON_SPEED_KEPT_H
#define PARTA_COMMON_SPEED_KEPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/speed/judge.h"

enum { SPEED_SAMPLES_MAX = 600 };

/* The fields of struct speed_limits by name, as they are written down. */
enum speed_limit_kind { SPEED_LIMIT_REAL, SPEED_LIMIT_COUNT, SPEED_LIMIT_FLAG };
struct speed_limit {
	const char *name; /* of the field, static */
	enum speed_limit_kind kind;
	size_t offset;
};
extern const struct speed_limit speed_limits[];
extern const size_t speed_limits_count;

/* A flag is 0 or 1. A count that is put must fit, else it becomes 0: not known. */
double speed_limit_get(const struct speed_limits *limits, const struct speed_limit *limit);
void speed_limit_put(
    struct speed_limits *limits, const struct speed_limit *limit, double value);

struct speed_kept {
	const uint32_t *sample_bytes; /* at the receiver */
	size_t n_samples;
	/* Of an upload that the server counted: what the sender saw acknowledged meanwhile. */
	const uint32_t *sender_bytes;
	size_t n_sender;
	/* How long each of the agent's own samples was: as many as n_sender, or as n_samples
	 * when that is 0. The server's are of sample_ms. */
	const uint32_t *sample_us;
	uint32_t sample_ms;
	size_t first_sample;  /* the first with the streams that it ended with */
	size_t queued_sample; /* the first of the agent's own with a queue, from 1; 0: none */
	double ip_per_payload, target_mbps;
	double line_mbps; /* all traffic of the line meanwhile; < 0 unknown */
	struct speed_limits limits;
};

struct speed_ruled {
	struct speed_judgement judgement;
	struct speed_rate rate; /* its warm-up is counted from the first sample that is kept */
};

/* What the run says by speed_judge() and speed_rate(), which counts at the receiver. False: the
 * counts are none of one run (more than SPEED_SAMPLES_MAX, or first_sample beyond them). */
bool speed_kept_judge(const struct speed_kept *kept, struct speed_ruled *ret);

#endif
