/*
 * Reports on disk, in order, until acknowledged. Crash-safe: a report is there
 * after spool_put() returned, whole, whatever happens to the power; a torn one
 * is set aside and counted. Bounded: the oldest raw detail goes first, and a Gap says what went.
 */
#ifndef PARTA_AGENT_UPLINK_SPOOL_H
#define PARTA_AGENT_UPLINK_SPOOL_H

#include <stddef.h>
#include <stdint.h>

struct spool;

struct spool_settings {
	const char *directory;   /* made with mode 0700 when absent */
	uint64_t budget_bytes;   /* most on disk */
	uint64_t age_max_s;      /* older reports go */
};

struct spool_gap { /* what was dropped since the last spool_gap_taken() */
	uint64_t first_seq, last_seq, reports, size_bytes;
	int64_t first_created_ms, last_created_ms;
	const char *reason;      /* "budget", "age", "corrupt" */
};

struct spool_stat {
	uint64_t reports, size_bytes, budget_bytes;
	uint64_t next_seq;
	uint64_t dropped, corrupt, refused;
};

int spool_open(const struct spool_settings *settings, struct spool **ret);
void spool_close(struct spool *spool);

/* The number the next report must carry. */
uint64_t spool_next_seq(const struct spool *spool);
/* Stores a packed report under that number. 0; -ENOSPC disk full (counted; the agent goes on); another negative errno. */
int spool_put(struct spool *spool, uint64_t seq, int64_t created_ms, const void *report, size_t len);

/* The oldest reports after a number, up to max_bytes together: fn is called for each in order and returns 0 to go on. Returns the count or a negative errno. */
int spool_peek(struct spool *spool, uint64_t after_seq, size_t max_reports, size_t max_bytes,
    int (*fn)(void *arg, uint64_t seq, const void *report, size_t len), void *arg);

/* A report that the collector has. -ENOENT harmless. */
int spool_drop(struct spool *spool, uint64_t seq);

/* 1 and *ret when something was dropped unacknowledged; 0 nothing. taken forgets it. */
int spool_gap(const struct spool *spool, struct spool_gap *ret);
int spool_gap_taken(struct spool *spool);

void spool_stat(const struct spool *spool, struct spool_stat *ret);

#endif
