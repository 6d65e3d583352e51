/*
 * The spool's files: one a report, each with its own check sum, and one of two
 * alternating slots for what must outlive the reports. Written whole or not at all.
 */
#ifndef PARTA_AGENT_UPLINK_SPOOL_FILE_H
#define PARTA_AGENT_UPLINK_SPOOL_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "agent/uplink/spool.h"

enum spool_reason {
	SPOOL_BUDGET,
	SPOOL_AGE,
	SPOOL_CORRUPT,
	SPOOL_DISK_FULL,
	SPOOL_REFUSED,
	SPOOL_REASONS
};

/* What must be known even when every report is gone. */
struct spool_state {
	uint64_t next_seq;
	uint64_t dropped, corrupt, refused;
	struct spool_gap gaps[SPOOL_REASONS]; /* reason is not stored: it is the index */
	struct spool_gap held;                /* in memory alone: gone if the agent is killed */
};

struct spool_name {
	uint64_t seq;
	int64_t created_ms;
	enum spool_weight weight;
};

enum { SPOOL_NAME_SIZE = 64, SPOOL_HEADER_BYTES = 32 };

void spool_name_format(const struct spool_name *name, char ret[static SPOOL_NAME_SIZE]);
/* 0, or -EINVAL when a file's name is not that of a report. */
int spool_name_parse(const char *text, struct spool_name *ret);

/* Writes a report's file, with fsync(2) of it and of the folder. 0 or a negative errno; nothing
 * is left behind by a failure. */
int spool_file_write(int dir_fd, const struct spool_name *name, const void *report, size_t len);

/* Reads it whole. -EBADMSG when it is torn or not what its name says. The caller frees *ret. */
int spool_file_read(int dir_fd, const struct spool_name *name, uint8_t **ret, size_t *ret_len);

int spool_file_remove(int dir_fd, const struct spool_name *name);

/* Moves a torn file into the folder "torn", which keeps the last few. */
void spool_file_set_aside(int dir_fd, const char *file);

/*
 * The state's file. read: -ENOENT when there is none, -EBADMSG when no slot is
 * whole. write overwrites the older slot in place, so that it needs no room on a full disk.
 */
int spool_state_make(int dir_fd, const struct spool_state *state, int *ret_fd);
int spool_state_open(
    int dir_fd, int *ret_fd, struct spool_state *ret, uint64_t *ret_generation);
int spool_state_write(int fd, const struct spool_state *state, uint64_t generation);

#endif
