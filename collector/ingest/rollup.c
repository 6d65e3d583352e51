/*
 * A little at a time: each call is a transaction of its own, so that what was
 * done stays done and nobody waits long for a row. While there is more than a
 * call takes it goes on at once, else it rests.
 */
#include "collector/ingest/rollup.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "collector/ingest/link.h"
#include "collector/store/store.h"
#include "common/clock.h"
#include "common/log.h"

enum { AT_ONCE = 50, REST_MS = 2000 };

struct rollup {
	struct link link;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t stopped;
	bool stopping, complained;
};

/* Whether there was more than one call takes. */
static bool
sum_up(struct rollup *rollup)
{
	struct store *store = link_store(&rollup->link);
	int r;

	if (!store)
		return false;
	r = store_roll_up(store, AT_ONCE);
	if (r == -EAGAIN)
		link_lost(&rollup->link, r, "while summing up");
	else if (r < 0 && !rollup->complained)
		(void)log_error(
		    r, "could not sum up what was stored, trying every other second");
	rollup->complained = r < 0;
	return r == AT_ONCE;
}

/* False when it is time to end. */
static bool
rest(struct rollup *rollup, bool at_once)
{
	struct timespec until = clock_deadline(REST_MS);
	bool go_on;

	(void)pthread_mutex_lock(&rollup->lock);
	if (!at_once && !rollup->stopping)
		(void)pthread_cond_clockwait(
		    &rollup->stopped, &rollup->lock, CLOCK_MONOTONIC, &until);
	go_on = !rollup->stopping;
	(void)pthread_mutex_unlock(&rollup->lock);
	return go_on;
}

static void *
work(void *arg)
{
	struct rollup *rollup = arg;

	while (rest(rollup, sum_up(rollup)))
		;
	return NULL;
}

static void
rollup_free(struct rollup *rollup)
{
	(void)pthread_cond_destroy(&rollup->stopped);
	(void)pthread_mutex_destroy(&rollup->lock);
	free(rollup);
}

int
rollup_start(const char *conninfo, struct rollup **ret)
{
	struct rollup *rollup = calloc(1, sizeof(*rollup));
	int r;

	if (!rollup)
		return -ENOMEM;
	rollup->link = (struct link){.conninfo = conninfo, .name = "who sums up"};
	(void)pthread_mutex_init(&rollup->lock, NULL);
	(void)pthread_cond_init(&rollup->stopped, NULL);
	r = pthread_create(&rollup->thread, NULL, work, rollup);
	if (r != 0) {
		rollup_free(rollup);
		return -r;
	}
	*ret = rollup;
	return 0;
}

void
rollup_stop(struct rollup *rollup)
{
	if (!rollup)
		return;
	(void)pthread_mutex_lock(&rollup->lock);
	rollup->stopping = true;
	(void)pthread_cond_signal(&rollup->stopped);
	(void)pthread_mutex_unlock(&rollup->lock);
	(void)pthread_join(rollup->thread, NULL);
	link_close(&rollup->link);
	rollup_free(rollup);
}
