/*
 * Reports on disk, in order, until acknowledged. Crash-safe: a report is there
 * after spool_put() returned 0, whole, whatever happens to the power; a torn one
 * is set aside and counted. Bounded: the oldest raw detail goes first, and a gap
 * says what went. While the disk takes nothing, a bounded number of reports waits
 * in memory and is sent from there.
 */
#ifndef PARTA_AGENT_UPLINK_SPOOL_H
#define PARTA_AGENT_UPLINK_SPOOL_H

#include <stddef.h>
#include <stdint.h>

struct spool;

enum { SPOOL_HELD_BYTES_MAX = 1024 * 1024 }; /* in memory while the disk is full */

/* What may go first when room is short. */
enum spool_weight {
	SPOOL_DETAIL, /* samples and windows: many, and the next ones tell much the same */
	SPOOL_KEEP,   /* outages, inventories, verdicts, gaps */
};

struct spool_settings {
	const char *directory; /* made with mode 0700 when absent */
	uint64_t budget_bytes; /* most on disk, in whole blocks of 4 KiB a report */
	uint64_t age_max_s;    /* spool_expire() drops what is older */
};

struct spool_gap { /* what was dropped since the last spool_gap_taken() */
	uint64_t first_seq, last_seq, reports, size_bytes;
	int64_t first_created_ms, last_created_ms;
	const char *reason; /* "budget", "age", "corrupt", "disk_full", "refused" */
};

struct spool_stat {
	uint64_t reports, size_bytes, budget_bytes; /* held ones counted in reports alone */
	uint64_t next_seq;
	uint64_t dropped, corrupt, refused; /* since the spool was made */
	uint64_t held;                      /* wait in memory for room on the disk */
};

/* 0; -EBUSY when another process has this spool open; another negative errno. */
int spool_open(const struct spool_settings *settings, struct spool **ret);
void spool_close(struct spool *spool); /* accepts NULL */

/* The number the next report must carry. Rises by one a report and is never given twice to
 * reports that may have left this machine. */
uint64_t spool_next_seq(const struct spool *spool);

/*
 * Stores a packed report under spool_next_seq(). 0: on disk for good. -EINVAL: another number;
 * -EFBIG: larger than a report may be. Another negative errno, -ENOSPC most of all: the disk
 * did not take it; it waits in memory if there is room for it there (spool_stat.held) and is
 * part of a gap if not (counted as refused).
 */
int spool_put(struct spool *spool, uint64_t seq, int64_t created_ms, enum spool_weight weight,
    const void *report, size_t len);

/* Tries to write what waits in memory. 0 when nothing waits any more, else the disk's negative
 * errno. */
int spool_retry(struct spool *spool);

/* The oldest reports after a number, up to max_reports and max_bytes together (but at least
 * one): fn is called for each in order and returns 0 to go on. Returns the count or a negative
 * errno. */
int spool_peek(struct spool *spool, uint64_t after_seq, size_t max_reports, size_t max_bytes,
    int (*fn)(void *arg, uint64_t seq, const void *report, size_t len), void *arg);

/* A report that the collector has. -ENOENT harmless. */
int spool_drop(struct spool *spool, uint64_t seq);

/* A report that the collector will never take: gone, and part of a gap. -ENOENT harmless. */
int spool_lose(struct spool *spool, uint64_t seq);

/* Drops what is older than age_max_s. Reports of a clock that was never set (before 2025) have
 * no age. Returns how many went or a negative errno. */
int spool_expire(struct spool *spool, int64_t now_ms);

/* 1 and *ret when something was dropped unacknowledged; 0 nothing. One reason at a time. */
int spool_gap(const struct spool *spool, struct spool_gap *ret);
/* Forgets the gap that spool_gap() told. */
int spool_gap_taken(struct spool *spool);

void spool_stat(const struct spool *spool, struct spool_stat *ret);

#endif
