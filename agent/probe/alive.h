/*
 * What outlives the agent: a mark of the last moment it was known to run, and the
 * outage that was open. Both are files in the state directory, each replaced whole.
 */
#ifndef PARTA_AGENT_PROBE_ALIVE_H
#define PARTA_AGENT_PROBE_ALIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/probe/connectivity.h"

struct alive {
	int64_t at_ms;    /* wall clock of the last mark */
	int64_t boot_ms;  /* the boot clock then: of use while boot_id is the same */
	char boot_id[40]; /* Linux boot_id then */
};

/* This boot's id, "" when it cannot be read. */
void alive_boot_id(char ret[static 40]);

/* 0; -ENOENT the agent never ran here; -EBADMSG the file is ruined. */
int alive_read(const char *state_dir, struct alive *ret);
int alive_write(const char *state_dir, const struct alive *mark);

/* The outage that is open, NULL: there is none now. boot_ms: its onset by the boot clock. */
int alive_keep_outage(const char *state_dir, const struct outage *outage, int64_t boot_ms);
/* 0, -ENOENT none was open, -EBADMSG. Evidence is not kept. */
int alive_read_outage(const char *state_dir, struct outage *ret, int64_t *ret_boot_ms);

#endif
