/*
 * The connectivity machine: what became of probes in, outages with onset, end and
 * class out. Pure: time is a number of milliseconds on a clock that never jumps
 * (the caller turns it into wall time).
 *
 * A target is down after LADDER_RUN misses in a row and up after as many hits; a
 * rung is broken when most of its targets are down. An outage is declared when it
 * has held since its onset; that is the first miss since when none of the targets that
 * are down answers, its end is the first hit of the target whose return ended it. Results are
 * taken in the order in which the probes left, not in which their fates were told.
 *
 * Late is not lost: a late answer takes back the miss of its probe and those
 * before. While answers come late, an outage is declared when what it asked first is
 * overdue by the latest of them, or when nothing at all came for LADDER_SILENCE_MS.
 * A late answer tells nothing of the time when its probe left: it may wait out a whole
 * outage in somebody's queue. So once an outage is declared, it counts for when it came.
 *
 * What higher rungs say does not count while a lower one is broken: the lowest
 * broken one names the class. But what the Internet answers since then shows that there
 * is a way, whatever is said of carrier and address. Of RUNG_PORTAL and RUNG_TLS only answers
 * are noted: a hit is our own collector's, a miss is somebody else's in its place; silence says
 * nothing about them.
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
	RUNG_PORTAL, /* an HTTP answer that only the collector can give */
	RUNG_TLS,    /* a handshake that only the collector can make */
	RUNG_COLLECTOR,
	RUNG_COUNT,
};
const char *ladder_rung_name(enum ladder_rung rung); /* "carrier", "gateway", "internet", ... */
int ladder_rung_of(const char *name, enum ladder_rung *ret); /* 0 or -ENOENT */

enum {
	LADDER_TARGETS_MAX = CONNECTIVITY_TARGETS_MAX + 8,
	LADDER_RUN = 3,
	LADDER_DOWN_HOLD_MS = 2500,
	LADDER_DEGRADED_HOLD_MS = 4000,
	LADDER_OVERDUE_MS = 1500,        /* on a busy line: beyond its latest answers */
	LADDER_SILENCE_MS = 3500,        /* or none came at all for so long */
	LADDER_LATE_MAX_MS = 15000,      /* an answer that takes longer is not waited for */
	LADDER_LATE_FORGET_MS = 60000,   /* after the last late answer */
	LADDER_FOREIGN_FRESH_MS = 15000, /* what answered in our place is still there */
	LADDER_MISSES_KEPT = 32,
	LADDER_RTTS_MAX = 256,
	LADDER_CHANGES_MAX = 4,
};

enum ladder_outcome { LADDER_HIT, LADDER_MISS, LADDER_LATE };

struct ladder_target {
	enum ladder_rung rung;
	char name[64];
	char observed[48]; /* the last miss in words */
	bool known, down;  /* known: it was a hit or a miss at least once */
	unsigned misses;   /* in a row, of which the newest are kept by when they left */
	uint64_t miss_ms[LADDER_MISSES_KEPT];
	unsigned hits; /* in a row */
	uint64_t first_miss_ms, first_hit_ms;
	uint64_t recovered_ms; /* its last return: the first hit */
	uint64_t told_ms;      /* when its last probe left of which something was told */
	uint64_t answered_ms;  /* and the last one that was answered in time */
	uint64_t passed_ms;    /* and late or not, but for outages that were told */
	uint64_t heard_ms;     /* when its last answer came, late or not */
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
	struct outage open; /* onset_ms and end_ms on the ladder's clock; class
			       OUTAGE_UNSPECIFIED: none */
	uint64_t ended_ms;  /* when the way was mended last */
	uint64_t degraded_hold_ms;
	uint64_t late_ms,
	    late_told_ms; /* how late the Internet's answers come, and came last */
	bool live;        /* somebody looks on */
	uint64_t window_from_ms;
	uint8_t next_id[16]; /* the caller keeps a fresh random UUID here */
};

void ladder_init(struct ladder *ladder, uint64_t now_ms);

/* Somebody looks on: every target is asked once a second or oftener, and what upper rungs say
 * is told as soon as a broken way. Else politely: of their faults only those that last are
 * told. */
void ladder_look_on(struct ladder *ladder, bool live);

/* Adds a target; returns its number, or -ENOSPC. */
int ladder_add(struct ladder *ladder, enum ladder_rung rung, const char *name);

/* One probe's fate. sent_ms: when it left. rtt_us: of an answer, late or not. observed: a miss
 * in words, "timeout", "ECONNREFUSED". A late answer comes after its miss. */
void ladder_note(struct ladder *ladder, int target, enum ladder_outcome outcome,
    uint64_t sent_ms, uint32_t rtt_us, const char *observed);

/*
 * Moves the machine on. Outages that were declared, changed their class or ended
 * go to ret; a declared one takes next_id (the caller renews it). Returns how many.
 */
size_t ladder_step(
    struct ladder *ladder, uint64_t now_ms, struct outage ret[static LADDER_CHANGES_MAX]);

/*
 * Something else was found out about the open outage: what a router says. It is
 * evidence, no judgement. Returns 1 and the outage, 0 when none is open or its
 * evidence is full.
 */
size_t ladder_witness(struct ladder *ladder, const char *rung, const char *target,
    const char *observed, uint64_t at_ms, struct outage *ret);

/* Something up to the Internet missed and is not yet decided, or is coming back: probe all
 * rungs, fast; but those above only when answers are not merely late. */
bool ladder_doubts(const struct ladder *ladder);

/*
 * Is a target to be probed now? next_ms is its own (0 at first) and moved on when it
 * is. Targets of a rung stay spread over their period, whatever a doubt did to their
 * order.
 */
bool ladder_due(const struct ladder *ladder, int target, uint64_t now_ms, uint64_t *next_ms);

/* Closes the windows of all targets: one row a target that was probed. Returns how many. */
size_t ladder_windows(
    struct ladder *ladder, uint64_t now_ms, struct connectivity_window ret[], size_t max);

/* The same, but the windows stay open. */
size_t ladder_look(
    struct ladder *ladder, uint64_t now_ms, struct connectivity_window ret[], size_t max);

#endif
