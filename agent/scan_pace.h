/*
 * How many broadcasts a second a scan may cause, and who causes them. There are two
 * kinds: the sweep's own, and those by which the kernel looks for each host that is
 * then spoken to. A switch's storm control counts both, so they share one budget,
 * unless the kernel learns from the answers to the sweep (neighbors.h) and need not ask.
 * Pure.
 */
#ifndef PARTA_AGENT_SCAN_PACE_H
#define PARTA_AGENT_SCAN_PACE_H

#include <stdbool.h>
#include <stdint.h>

enum { SCAN_PACE_POLITE = 250, SCAN_PACE_FAST_DEVICES = 2000 };

struct scan_pace {
	uint32_t broadcasts_per_s; /* the budget, never 0 */
	bool fast;                 /* nothing was lost yet: none is kept to */
	bool learns;               /* hosts that the sweep found cost no second broadcast */
};

struct scan_rates {
	uint32_t sweep_per_s;   /* requests of the sweep; 0: as its plan says */
	uint32_t devices_per_s; /* first words to hosts */
};

/* broadcasts_per_s 0: SCAN_PACE_POLITE. */
struct scan_pace scan_pace(uint32_t broadcasts_per_s, bool fast, bool learns);

/* The sweep lost requests or answers to them and makes no more than so many a second now. */
void scan_pace_lost(struct scan_pace *pace, uint32_t broadcasts_per_s);

/* True when the budget is to be divided anew every now and then, while the sweep goes on. */
bool scan_pace_divides(const struct scan_pace *pace);

/* The next division; devices_per_s: hosts that were first spoken to lately. */
struct scan_rates scan_pace_rates(
    const struct scan_pace *pace, bool sweeping, uint64_t devices_per_s);

#endif
