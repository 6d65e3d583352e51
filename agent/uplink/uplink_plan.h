/*
 * What the uplink does next, and when: heartbeats, reports, the policy, the
 * certificate. Pure: times are milliseconds of a clock that never jumps, chance
 * comes in as a number.
 */
#ifndef PARTA_AGENT_UPLINK_UPLINK_PLAN_H
#define PARTA_AGENT_UPLINK_UPLINK_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	UPLINK_BATCH_MAX = 128,
	UPLINK_BACKOFF_MS_MIN = 1000,
	UPLINK_BACKOFF_MS_MAX = 300 * 1000,
	UPLINK_STRANGER_MS_MIN = 60 * 1000,
	UPLINK_STRANGER_MS_MAX = 3600 * 1000,
	UPLINK_RENEWED_MS = 24 * 3600 * 1000, /* from a renewal to the next */
};

enum uplink_act { UPLINK_REST, UPLINK_BEAT, UPLINK_RENEW, UPLINK_POLICY, UPLINK_SEND };

/* What an answer means for what was sent. */
enum uplink_fate {
	UPLINK_TAKEN,
	UPLINK_LATER,    /* no answer, or busy: the same again, after a while */
	UPLINK_SMALLER,  /* too much at once */
	UPLINK_NEVER,    /* never with the same bytes */
	UPLINK_STRANGER, /* the collector does not know this certificate, or revoked it */
};

struct uplink_facts {
	uint64_t reports;   /* wait in the spool */
	bool policy_wanted; /* the collector has another version than we */
	bool renewal_due;
};

struct uplink_plan {
	uint64_t beat_at_ms, send_at_ms, policy_at_ms, renew_at_ms; /* not before */
	unsigned failures, policy_failures, renew_failures;         /* in a row */
	size_t batch;      /* reports in the next request */
	bool told_to_wait; /* by Retry-After: only that time ends it */
};

void uplink_plan_start(struct uplink_plan *plan, uint64_t now_ms);

/* What to do now; for UPLINK_REST *ret_wait_ms is how long until that may change by itself. */
enum uplink_act uplink_next(const struct uplink_plan *plan, const struct uplink_facts *facts,
    uint64_t now_ms, uint64_t *ret_wait_ms);

/* error: a negative errno or 0 with an HTTP status. */
enum uplink_fate uplink_fate_of(int error, long status);

/* An act ended so. retry_after_s < 0: the collector did not say. chance: any 32 random bits. */
void uplink_told(struct uplink_plan *plan, enum uplink_act act, enum uplink_fate fate,
    long retry_after_s, uint64_t now_ms, uint32_t chance);

/* The line is there again: no back-off of our own holds any longer, and a heartbeat says so. */
void uplink_hint(struct uplink_plan *plan, uint64_t now_ms, uint32_t chance);

/* Exponential between the bounds, half of it fixed and half by chance. */
uint64_t uplink_backoff_ms(
    unsigned failures, uint64_t min_ms, uint64_t max_ms, uint32_t chance);

/* A certificate is renewed after two thirds of its life, spread over a twentieth of it by the
 * agent's own number. */
bool uplink_renewal_due(int64_t issued_ms, int64_t ends_ms, int64_t wall_ms, uint32_t spread);

#endif
