/*
 * What outlives the agent: a mark of the last moment it was known to run with the
 * windows that were open then, and the outage that was open, files in the state
 * directory that are replaced whole; and the windows that are closed and wait for
 * their report, a file that a line is added to for each.
 */
#ifndef PARTA_AGENT_PROBE_ALIVE_H
#define PARTA_AGENT_PROBE_ALIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/probe/connectivity.h"

enum { ALIVE_WINDOWS_MAX = 16 };

struct alive {
	int64_t at_ms;    /* wall clock of the last mark */
	int64_t boot_ms;  /* the boot clock then: of use while boot_id is the same */
	char boot_id[40]; /* Linux boot_id then */
	struct connectivity_window windows[ALIVE_WINDOWS_MAX]; /* by the boot clock */
	size_t n_windows;
};

/* This boot's id, "" when it cannot be read. */
void alive_boot_id(char ret[static 40]);

/* 0; -ENOENT the agent never ran here; -EBADMSG the file is ruined. Of windows what can be
 * read. */
int alive_read(const char *state_dir, struct alive *ret);
int alive_write(const char *state_dir, const struct alive *mark);

/* The outage that is open, NULL: there is none now. boot_ms: its onset by the boot clock. */
int alive_keep_outage(const char *state_dir, const struct outage *outage, int64_t boot_ms);
/* 0, -ENOENT none was open, -EBADMSG. Evidence is not kept. */
int alive_read_outage(const char *state_dir, struct outage *ret, int64_t *ret_boot_ms);

/* Windows (wall time) that wait for a report: on disk when it returns 0. */
int alive_add_windows(
    const char *state_dir, const struct connectivity_window windows[], size_t count);
/* They are about to be spooled under this number. */
int alive_seal_windows(const char *state_dir, uint64_t seq);
/* They are spooled. */
int alive_drop_windows(const char *state_dir);
/* Those that the last run left, but none that its spool has: next_seq is the number that the
 * next report gets. Returns how many; lines that are ruined (a cut in the middle of one) are
 * left out. */
size_t alive_read_windows(
    const char *state_dir, uint64_t next_seq, struct connectivity_window ret[], size_t max);

#endif
