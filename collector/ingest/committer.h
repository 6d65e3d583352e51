/*
 * Threads that take waiting requests, check their reports and store them: all that
 * waited while the last transaction ran goes into the next one.
 */
#ifndef PARTA_COLLECTOR_INGEST_COMMITTER_H
#define PARTA_COLLECTOR_INGEST_COMMITTER_H

#include <stdbool.h>

#include "collector/ingest/queue.h"

struct committer;
struct rules;

enum { COMMITTER_BATCH_REPORTS = 200 };

struct committer_config {
	unsigned lane;
	const char *conninfo; /* borrowed */
	const struct rules *rules;
	struct queue *queue;
	/* Answers a request whose reports all have their fate, and frees the job. */
	void (*answer)(void *arg, struct job *job);
	void *arg;
};

int committer_start(const struct committer_config *config, struct committer **ret);

/* Its connection works, as far as it knows. From any thread. */
bool committer_up(const struct committer *committer);

/* After queue_close(): waits until its lane is empty. Accepts NULL, and one that has ended. */
void committer_stop(struct committer *committer);
void committer_free(struct committer *committer); /* after committer_stop(); accepts NULL */

#endif
