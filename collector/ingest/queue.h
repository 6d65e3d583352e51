/*
 * Requests with reports that wait for a committer. Bounded by reports and by
 * bytes; nothing of it is on a disk, because nothing in it was acknowledged. A
 * school always goes to the same committer, so no two transactions meet over it.
 */
#ifndef PARTA_COLLECTOR_INGEST_QUEUE_H
#define PARTA_COLLECTOR_INGEST_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "collector/http/message.h"
#include "common/bytes.h"

enum { QUEUE_LANES = 2 };

struct queue;

/* A report that was refused, for the answer. */
struct rejected {
	uint8_t boot_id[16];
	bool has_boot_id;
	uint64_t seq;
	const char *code;
	char reason[160];
};

struct job {
	struct http_call *call;
	struct http_agent agent;
	int64_t received_ms;
	struct bytes body; /* inflated: framed reports */
	size_t reports;
	/* the committer's */
	uint32_t accepted;
	struct rejected *rejected;
	size_t n_rejected;
	bool again; /* something of it could not be stored now */
	TAILQ_ENTRY(job) entry;
};
TAILQ_HEAD(jobs, job);

int queue_new(size_t reports_max, size_t bytes_max, struct queue **ret);
void queue_free(struct queue *queue); /* accepts NULL; empty by then */

/* 0, or -EAGAIN when it is full or closed: the job stays the caller's. */
int queue_put(struct queue *queue, struct job *job);

/* Waits up to wait_ms for a job of the lane, then takes what is there up to about max_reports.
 * False when the queue is closed and the lane is empty. */
bool queue_take(
    struct queue *queue, unsigned lane, size_t max_reports, unsigned wait_ms, struct jobs *ret);

/* What the jobs took of the bounds is free again; call it once they are answered. */
void queue_done(struct queue *queue, size_t reports, size_t bytes);

/* Nothing more is taken in. */
void queue_close(struct queue *queue);

/* Filled to that part of a bound, 0 .. 1. */
double queue_fill(struct queue *queue);

void job_free(struct job *job);

#endif
