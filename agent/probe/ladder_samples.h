/*
 * What a ladder was told, as lines of text, so that it can be told again: to judge
 * a past by a newer rule, and to test by what a real line did. Pure.
 *
 *   parta-samples 1 WALL_AHEAD_MS        first; what to add to get wall time
 *   target NUMBER RUNG NAME              before its first sample; numbers count from 0
 *   AT_MS NUMBER hit|late SENT_MS RTT_US
 *   AT_MS NUMBER miss SENT_MS WORDS
 *
 * Times are those of the ladder's clock; AT_MS, when the ladder heard of it, never
 * falls. Lines that are empty or begin with '#' say nothing.
 */
#ifndef PARTA_AGENT_PROBE_LADDER_SAMPLES_H
#define PARTA_AGENT_PROBE_LADDER_SAMPLES_H

#include <stddef.h>
#include <stdint.h>

#include "agent/probe/ladder.h"

enum { SAMPLES_LINE_BYTES = 160 };

struct samples_replay {
	struct ladder ladder;
	int64_t wall_ahead_ms;
	uint64_t at_ms;
	bool begun, timed;
	/* An outage was declared, named better or ended; its times are wall time. */
	void (*on_outage)(void *arg, const struct outage *outage);
	void (*on_state)(void *arg, enum connectivity_state state, int64_t at_ms);
	void *arg;
};

/* live: as the line was watched when it was recorded (ladder.h). */
void samples_replay_init(struct samples_replay *replay, bool live);
/* The next line, with or without its end. 0; -EBADMSG it is none; -ENOSPC too many targets. */
int samples_replay_line(struct samples_replay *replay, const char *line);
/* Time goes on without samples. */
void samples_replay_until(struct samples_replay *replay, uint64_t at_ms);

/* The lines, without an end. */
void samples_begin_format(int64_t wall_ahead_ms, char ret[static SAMPLES_LINE_BYTES]);
void samples_target_format(
    const struct ladder *ladder, int target, char ret[static SAMPLES_LINE_BYTES]);
void samples_note_format(uint64_t at_ms, int target, enum ladder_outcome outcome,
    uint64_t sent_ms, uint32_t rtt_us, const char *observed,
    char ret[static SAMPLES_LINE_BYTES]);

#endif
