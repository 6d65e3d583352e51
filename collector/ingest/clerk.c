/*
 * A thread, a bounded list, a connection. An errand that finds the database away
 * is told so at once: who waits at the other end comes again by itself.
 */
#include "collector/ingest/clerk.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

#include "collector/ingest/link.h"
#include "collector/ingest/roll.h"
#include "collector/store/store.h"
#include "common/clock.h"
#include "common/log.h"

enum { ROLL_EVERY_MS = 1000 };

struct errand {
	clerk_fn fn;
	void *work;
};

struct clerk {
	struct link link;
	struct roll *roll;
	struct store *read_with; /* the connection that the roll was read with */
	uint64_t roll_at_ms;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t posted;
	struct errand errands[CLERK_ERRANDS_MAX]; /* a ring */
	size_t first, count;
	bool stopping, ended;
};

/* A new connection knows nothing of what changed before it. */
static int
roll_refresh(struct clerk *clerk, struct store *store)
{
	int r = 1;

	if (clerk->read_with == store)
		r = store_agents_changed(store);
	if (r > 0)
		r = roll_read(clerk->roll, store);
	if (r == 0)
		clerk->read_with = store;
	return r;
}

static void
roll_keep(struct clerk *clerk)
{
	struct store *store;
	int r;

	if (clock_boot_ms() < clerk->roll_at_ms)
		return;
	clerk->roll_at_ms = clock_boot_ms() + ROLL_EVERY_MS;
	store = link_store(&clerk->link);
	if (!store)
		return;
	r = roll_refresh(clerk, store);
	if (r < 0) {
		clerk->read_with = NULL;
		link_lost(&clerk->link, r, "reading who may speak");
	}
}

/* False when it is time to end. */
static bool
next_errand(struct clerk *clerk, struct errand *ret)
{
	struct timespec until = clock_deadline(ROLL_EVERY_MS / 2);
	bool go_on;

	(void)pthread_mutex_lock(&clerk->lock);
	if (clerk->count == 0 && !clerk->stopping)
		(void)pthread_cond_clockwait(
		    &clerk->posted, &clerk->lock, CLOCK_MONOTONIC, &until);
	go_on = clerk->count > 0 || !clerk->stopping;
	if (clerk->count > 0) {
		*ret = clerk->errands[clerk->first];
		clerk->first = (clerk->first + 1) % CLERK_ERRANDS_MAX;
		clerk->count--;
	}
	(void)pthread_mutex_unlock(&clerk->lock);
	return go_on;
}

static void *
work(void *arg)
{
	struct clerk *clerk = arg;
	struct errand errand = {NULL, NULL};
	int r;

	roll_keep(clerk);
	while (next_errand(clerk, &errand)) {
		if (errand.fn) {
			r = errand.fn(link_store(&clerk->link), errand.work);
			if (r == -EAGAIN)
				link_lost(&clerk->link, r, "on an errand");
			errand = (struct errand){NULL, NULL};
		}
		roll_keep(clerk);
	}
	return NULL;
}

int
clerk_start(const char *conninfo, struct roll *roll, struct clerk **ret)
{
	struct clerk *clerk = calloc(1, sizeof(*clerk));
	int r;

	if (!clerk)
		return -ENOMEM;
	clerk->link = (struct link){.conninfo = conninfo, .name = "the clerk"};
	clerk->roll = roll;
	(void)pthread_mutex_init(&clerk->lock, NULL);
	(void)pthread_cond_init(&clerk->posted, NULL);
	r = pthread_create(&clerk->thread, NULL, work, clerk);
	if (r != 0) {
		clerk_free(clerk);
		return -r;
	}
	*ret = clerk;
	return 0;
}

int
clerk_post(struct clerk *clerk, clerk_fn fn, void *work)
{
	int r = -EAGAIN;

	(void)pthread_mutex_lock(&clerk->lock);
	if (!clerk->stopping && clerk->count < CLERK_ERRANDS_MAX) {
		clerk->errands[(clerk->first + clerk->count) % CLERK_ERRANDS_MAX] =
		    (struct errand){fn, work};
		clerk->count++;
		(void)pthread_cond_signal(&clerk->posted);
		r = 0;
	}
	(void)pthread_mutex_unlock(&clerk->lock);
	return r;
}

void
clerk_stop(struct clerk *clerk)
{
	if (!clerk || clerk->ended)
		return;
	(void)pthread_mutex_lock(&clerk->lock);
	clerk->stopping = true;
	(void)pthread_cond_signal(&clerk->posted);
	(void)pthread_mutex_unlock(&clerk->lock);
	(void)pthread_join(clerk->thread, NULL);
	clerk->ended = true;
	link_close(&clerk->link);
}

void
clerk_free(struct clerk *clerk)
{
	if (!clerk)
		return;
	(void)pthread_cond_destroy(&clerk->posted);
	(void)pthread_mutex_destroy(&clerk->lock);
	free(clerk);
}
