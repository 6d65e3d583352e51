/*
 * Recorded runs judged again, by the rules of today: what `speed --stream-log` wrote,
 * and what `iperf3 -J -i 0.1` did.
 */
#ifndef PARTA_AGENT_SPEED_REPLAY_H
#define PARTA_AGENT_SPEED_REPLAY_H

#include <stddef.h>
#include <stdio.h>

#include "agent/probe/speed.h"

enum { SPEED_REPLAY_WORDS_SIZE = 160 };

/* A run with all that its verdict rests on, as a line of JSON. 0, -EIO or -ENOMEM. */
int speed_replay_write(const struct speed_direction *direction, double target_mbps, FILE *out);

/*
 * Judges all runs of a recording against the target, 0: against the one that it names.
 * A run of iperf3 is cut where a verification would have been, and taken whole to
 * confirm a fail; of its uploads only the receiver's count is believed
 * (--get-server-output). 0; -EBADMSG, and words say what it lacks.
 */
int speed_replay(const char *text, size_t len, double target_mbps, struct speed_result *ret,
    char ret_words[static SPEED_REPLAY_WORDS_SIZE]);

#endif
