#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/ingest/queue.h"

static struct job *
job_of(const char *school, size_t reports, size_t len)
{
	struct job *job = calloc(1, sizeof(*job));
	uint8_t *room;

	assert_non_null(job);
	(void)snprintf(job->agent.school_code, sizeof(job->agent.school_code), "%s", school);
	job->reports = reports;
	job->body = bytes_new(len + 1);
	assert_int_equal(bytes_room(&job->body, len, &room), 0);
	memset(room, 0, len);
	bytes_grew(&job->body, len);
	return job;
}

/* Takes everything of both lanes; how many jobs there were. */
static size_t
take_all(struct queue *queue, struct jobs *ret)
{
	size_t count = 0;

	TAILQ_INIT(ret);
	for (unsigned lane = 0; lane < QUEUE_LANES; lane++) {
		struct jobs jobs;
		struct job *job;

		(void)queue_take(queue, lane, 1000000, 0, &jobs);
		while ((job = TAILQ_FIRST(&jobs))) {
			TAILQ_REMOVE(&jobs, job, entry);
			TAILQ_INSERT_TAIL(ret, job, entry);
			count++;
		}
	}
	return count;
}

static void
finish_all(struct queue *queue, struct jobs *jobs)
{
	struct job *job;

	while ((job = TAILQ_FIRST(jobs))) {
		TAILQ_REMOVE(jobs, job, entry);
		queue_done(queue, job->reports, job->body.len);
		job_free(job);
	}
}

static void
it_is_full_by_reports(void **state)
{
	struct queue *queue = *state;
	struct job *last = job_of("S", 1, 10);
	struct jobs jobs;

	assert_int_equal(queue_put(queue, job_of("S", 99, 10)), 0);
	assert_int_equal(queue_put(queue, job_of("S", 1, 10)), 0);
	assert_int_equal(queue_put(queue, last), -EAGAIN);
	assert_true(queue_fill(queue) >= 1.0);
	assert_int_equal(take_all(queue, &jobs), 2);
	/* taken is not done: what is being committed still takes memory */
	assert_int_equal(queue_put(queue, last), -EAGAIN);
	finish_all(queue, &jobs);
	assert_int_equal(queue_put(queue, last), 0);
	assert_int_equal(take_all(queue, &jobs), 1);
	finish_all(queue, &jobs);
}

static void
it_is_full_by_bytes(void **state)
{
	struct queue *queue = *state;
	struct job *large = job_of("S", 1, 600);
	struct jobs jobs;

	assert_int_equal(queue_put(queue, job_of("S", 1, 600)), 0);
	assert_int_equal(queue_put(queue, large), -EAGAIN);
	assert_int_equal(take_all(queue, &jobs), 1);
	finish_all(queue, &jobs);
	assert_int_equal(queue_put(queue, large), 0);
	assert_int_equal(take_all(queue, &jobs), 1);
	finish_all(queue, &jobs);
}

static void
a_school_keeps_its_lane_and_its_order(void **state)
{
	struct queue *queue = *state;
	size_t lanes_used = 0;

	for (size_t i = 0; i < 20; i++) {
		char school[8];

		(void)snprintf(school, sizeof(school), "S%zu", i % 4);
		assert_int_equal(queue_put(queue, job_of(school, 1, i)), 0);
	}
	for (unsigned lane = 0; lane < QUEUE_LANES; lane++) {
		size_t last_of[4] = {0}, count_of[4] = {0};
		struct jobs jobs;
		struct job *job;

		assert_true(queue_take(queue, lane, 1000, 0, &jobs));
		TAILQ_FOREACH(job, &jobs, entry)
		{
			size_t school = (size_t)(job->agent.school_code[1] - '0');

			assert_true(count_of[school] == 0 || job->body.len > last_of[school]);
			last_of[school] = job->body.len;
			count_of[school]++;
		}
		for (size_t school = 0; school < 4; school++)
			assert_true(count_of[school] == 0 || count_of[school] == 5);
		lanes_used += TAILQ_EMPTY(&jobs) ? 0 : 1;
		finish_all(queue, &jobs);
	}
	assert_true(lanes_used > 0);
}

static void
a_take_ends_near_the_asked_number(void **state)
{
	struct queue *queue = *state;
	struct jobs jobs;
	unsigned lane = 0;

	for (size_t i = 0; i < 10; i++)
		assert_int_equal(queue_put(queue, job_of("S", 9, 1)), 0);
	(void)queue_take(queue, lane, 20, 0, &jobs);
	if (TAILQ_EMPTY(&jobs))
		(void)queue_take(queue, ++lane, 20, 0, &jobs);
	{
		size_t reports = 0;
		struct job *job;

		TAILQ_FOREACH(job, &jobs, entry)
		reports += job->reports;
		assert_int_equal(reports, 27);
	}
	finish_all(queue, &jobs);
	(void)take_all(queue, &jobs);
	finish_all(queue, &jobs);
}

static void
a_closed_queue_gives_out_what_it_has_and_takes_nothing(void **state)
{
	struct queue *queue = *state;
	struct job *late = job_of("S", 1, 1);
	struct jobs jobs;

	assert_int_equal(queue_put(queue, job_of("S", 1, 1)), 0);
	queue_close(queue);
	assert_int_equal(queue_put(queue, late), -EAGAIN);
	job_free(late);
	assert_int_equal(take_all(queue, &jobs), 1);
	finish_all(queue, &jobs);
	for (unsigned lane = 0; lane < QUEUE_LANES; lane++)
		assert_false(queue_take(queue, lane, 10, 60000, &jobs));
}

static void *
take_one(void *arg)
{
	struct jobs *jobs = calloc(1, sizeof(*jobs));

	/* nothing for this lane, and a wait that only closing the queue can cut short */
	if (queue_take(arg, 0, 10, 3600000, jobs)) {
		finish_all(arg, jobs);
		(void)queue_take(arg, 0, 10, 3600000, jobs);
	}
	free(jobs);
	return NULL;
}

static void
closing_wakes_who_waits(void **state)
{
	struct queue *queue = *state;
	pthread_t thread;

	assert_int_equal(pthread_create(&thread, NULL, take_one, queue), 0);
	queue_close(queue);
	assert_int_equal(pthread_join(thread, NULL), 0);
}

static int
make(void **state)
{
	struct queue *queue;

	if (queue_new(100, 1000, &queue) < 0)
		return -1;
	*state = queue;
	return 0;
}

static int
clear(void **state)
{
	queue_free(*state);
	return 0;
}

#define WITH_QUEUE(test) cmocka_unit_test_setup_teardown(test, make, clear)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_QUEUE(it_is_full_by_reports),
	    WITH_QUEUE(it_is_full_by_bytes),
	    WITH_QUEUE(a_school_keeps_its_lane_and_its_order),
	    WITH_QUEUE(a_take_ends_near_the_asked_number),
	    WITH_QUEUE(a_closed_queue_gives_out_what_it_has_and_takes_nothing),
	    WITH_QUEUE(closing_wakes_who_waits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
