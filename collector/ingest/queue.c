/*
 * Lists behind one lock. The bounds count what waits and what is being committed,
 * so they bound memory and not just the line.
 */
#include "collector/ingest/queue.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "collector/http/limit.h"
#include "collector/http/metrics.h"
#include "common/clock.h"

struct queue {
	pthread_mutex_t lock;
	pthread_cond_t came[QUEUE_LANES];
	struct jobs lanes[QUEUE_LANES];
	size_t reports, bytes, reports_max, bytes_max;
	bool closed;
};

int
queue_new(size_t reports_max, size_t bytes_max, struct queue **ret)
{
	struct queue *queue = calloc(1, sizeof(*queue));

	if (!queue)
		return -ENOMEM;
	(void)pthread_mutex_init(&queue->lock, NULL);
	for (unsigned i = 0; i < QUEUE_LANES; i++) {
		(void)pthread_cond_init(&queue->came[i], NULL);
		TAILQ_INIT(&queue->lanes[i]);
	}
	queue->reports_max = reports_max;
	queue->bytes_max = bytes_max;
	*ret = queue;
	return 0;
}

void
queue_free(struct queue *queue)
{
	if (!queue)
		return;
	for (unsigned i = 0; i < QUEUE_LANES; i++)
		(void)pthread_cond_destroy(&queue->came[i]);
	(void)pthread_mutex_destroy(&queue->lock);
	free(queue);
}

static unsigned
lane_of(const struct job *job)
{
	return (unsigned)(limit_key(job->agent.school_code, strlen(job->agent.school_code)) >>
			  7) %
	       QUEUE_LANES;
}

/* Under the lock. */
static void
count(struct queue *queue, size_t reports, size_t bytes)
{
	queue->reports = reports;
	queue->bytes = bytes;
	metric_set(METRIC_QUEUE_REPORTS, (int64_t)reports);
	metric_set(METRIC_QUEUE_BYTES, (int64_t)bytes);
}

int
queue_put(struct queue *queue, struct job *job)
{
	unsigned lane = lane_of(job);
	int r = -EAGAIN;

	(void)pthread_mutex_lock(&queue->lock);
	if (!queue->closed && queue->reports + job->reports <= queue->reports_max &&
	    queue->bytes + job->body.len <= queue->bytes_max) {
		count(queue, queue->reports + job->reports, queue->bytes + job->body.len);
		TAILQ_INSERT_TAIL(&queue->lanes[lane], job, entry);
		(void)pthread_cond_signal(&queue->came[lane]);
		r = 0;
	}
	(void)pthread_mutex_unlock(&queue->lock);
	return r;
}

bool
queue_take(
    struct queue *queue, unsigned lane, size_t max_reports, unsigned wait_ms, struct jobs *ret)
{
	struct timespec until = clock_deadline(wait_ms);
	size_t taken = 0;
	struct job *job;
	bool go_on;

	TAILQ_INIT(ret);
	(void)pthread_mutex_lock(&queue->lock);
	if (TAILQ_EMPTY(&queue->lanes[lane]) && !queue->closed)
		(void)pthread_cond_clockwait(
		    &queue->came[lane], &queue->lock, CLOCK_MONOTONIC, &until);
	while (taken < max_reports && (job = TAILQ_FIRST(&queue->lanes[lane]))) {
		TAILQ_REMOVE(&queue->lanes[lane], job, entry);
		TAILQ_INSERT_TAIL(ret, job, entry);
		taken += job->reports;
	}
	go_on = taken > 0 || !queue->closed;
	(void)pthread_mutex_unlock(&queue->lock);
	return go_on;
}

void
queue_done(struct queue *queue, size_t reports, size_t bytes)
{
	(void)pthread_mutex_lock(&queue->lock);
	count(queue, queue->reports - reports, queue->bytes - bytes);
	(void)pthread_mutex_unlock(&queue->lock);
}

void
queue_close(struct queue *queue)
{
	(void)pthread_mutex_lock(&queue->lock);
	queue->closed = true;
	for (unsigned i = 0; i < QUEUE_LANES; i++)
		(void)pthread_cond_broadcast(&queue->came[i]);
	(void)pthread_mutex_unlock(&queue->lock);
}

double
queue_fill(struct queue *queue)
{
	double reports, bytes;

	(void)pthread_mutex_lock(&queue->lock);
	reports = (double)queue->reports / (double)queue->reports_max;
	bytes = (double)queue->bytes / (double)queue->bytes_max;
	(void)pthread_mutex_unlock(&queue->lock);
	return reports > bytes ? reports : bytes;
}

void
job_free(struct job *job)
{
	bytes_clear(&job->body);
	free(job->rejected);
	free(job);
}
