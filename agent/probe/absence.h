/* What the last run left behind: told when the time is known, which after a power cut may take
 * a while. */
#ifndef PARTA_AGENT_PROBE_ABSENCE_H
#define PARTA_AGENT_PROBE_ABSENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/probe/alive.h"
#include "agent/probe/connectivity.h"

struct absence {
	struct alive last;
	uint64_t began_boot_ms; /* this run */
	bool same_boot;
	bool pending; /* there is something to tell */
};

/* Reads the mark of the last run; what must be later than it is known from then on. */
void absence_read(struct absence *ret, const char *state_dir, uint64_t now_boot_ms);
/* Is there something to tell, and may it be told now? */
bool absence_is_clear(const struct absence *absence, uint64_t now_boot_ms);
/* The outage that was open ends where the last run was last alive; the time since then is our
 * own absence. Nothing is pending then. */
void absence_tell_outages(struct absence *absence, const char *state_dir,
    const struct connectivity_events *events, void *arg);
/* The windows that were open are told as far as the last mark knows them; what was after it
 * stays unknown. */
void absence_tell_windows(
    struct absence *absence, const struct connectivity_events *events, void *arg);

/* A fresh random UUID (RFC 9562, version 4). */
void absence_fresh_id(uint8_t ret[static 16]);

#endif
