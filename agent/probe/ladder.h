/*
 * The connectivity machine: hits and misses of rungs in, outages with onset, end
 * and class out. Pure: time is a number of milliseconds on a clock that never
 * jumps (the caller turns it into wall time).
 *
 * A target is down after LADDER_RUN misses in a row and up after as many hits;
 * the Internet is down when a majority of its targets is, for LADDER_DOWN_HOLD_MS
 * since the first miss. Onset is stamped back to the first miss, the end to the
 * first hit. What higher rungs say does not count while a lower one is broken:
 * the lowest broken rung names the class of an outage, for as long as it lasts.
 */
#ifndef PARTA_AGENT_PROBE_LADDER_H
#define PARTA_AGENT_PROBE_LADDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/probe/connectivity.h"

enum ladder_rung {
	RUNG_CARRIER,
	RUNG_ADDRESS,
	RUNG_GATEWAY,
	RUNG_ISP, /* the first hop of the provider */
	RUNG_INTERNET,
	RUNG_DNS_LOCAL,
	RUNG_DNS_PUBLIC,
	RUNG_COLLECTOR,
};
const char *ladder_rung_name(enum ladder_rung rung); /* "carrier", "gateway", "internet", ... */

enum {
	LADDER_TARGETS_MAX = CONNECTIVITY_TARGETS_MAX + 8,
	LADDER_RUN = 3,
	LADDER_DOWN_HOLD_MS = 2000,
	LADDER_DEGRADED_HOLD_MS = 60000,
	LADDER_RTTS_MAX = 256,
	LADDER_CHANGES_MAX = 4,
};

enum ladder_outcome { LADDER_HIT, LADDER_MISS, LADDER_LATE };

struct ladder_target {
	enum ladder_rung rung;
	char name[64];
	char observed[48];     /* the last miss in words */
	bool known, down;      /* known: it was a hit or a miss at least once */
	unsigned misses, hits; /* in a row */
	uint64_t first_miss_ms, first_hit_ms;
	/* the window under way */
	uint32_t sent, received, late, micro_outages;
	uint32_t rtts_us[LADDER_RTTS_MAX];
	size_t n_rtts;
};

struct ladder {
	struct ladder_target targets[LADDER_TARGETS_MAX];
	size_t n_targets;
	enum connectivity_state state;
	uint64_t state_since_ms;
	struct outage open;        /* onset_ms and end_ms on the ladder's clock; class
				      OUTAGE_UNSPECIFIED: none */
	enum outage_class leaning; /* a degradation that has not held long enough */
	uint64_t leaning_since_ms;
	uint64_t window_from_ms;
	uint8_t next_id[16]; /* the caller keeps a fresh random UUID here */
};

void ladder_init(struct ladder *ladder, uint64_t now_ms);

/* Adds a target; returns its number, or -ENOSPC. */
int ladder_add(struct ladder *ladder, enum ladder_rung rung, const char *name);

/* One probe's fate. sent_ms: when it left. observed: a miss in words, "timeout",
 * "ECONNREFUSED". */
void ladder_note(struct ladder *ladder, int target, enum ladder_outcome outcome,
    uint64_t sent_ms, uint32_t rtt_us, const char *observed);

/*
 * Moves the machine on. Outages that were declared, changed their class or ended
 * go to ret; a declared one takes next_id (the caller renews it). Returns how many.
 */
size_t ladder_step(
    struct ladder *ladder, uint64_t now_ms, struct outage ret[static LADDER_CHANGES_MAX]);

/* Something missed and is not yet decided, or is coming back: probe all rungs, fast. */
bool ladder_doubts(const struct ladder *ladder);

/* The next moment after now that stands at `offset_ms` in its period: the targets of a rung
 * stay spread over it, whatever a doubt did to their order. */
uint64_t ladder_slot(uint64_t now_ms, uint64_t period_ms, uint64_t offset_ms);

/* Closes the windows of all targets: one row a target that was probed. Returns how many. */
size_t ladder_windows(
    struct ladder *ladder, uint64_t now_ms, struct connectivity_window ret[], size_t max);

/* The same, but the windows stay open. */
size_t ladder_look(
    struct ladder *ladder, uint64_t now_ms, struct connectivity_window ret[], size_t max);

#endif
