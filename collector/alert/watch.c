/*
 * A pass is one transaction: the lease, the facts, the changes. When it fails the
 * engine is made anew from what the database holds, so nothing is told that was
 * not kept and nothing kept that was not told.
 */
#include "collector/alert/watch.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/random.h>

#include "collector/alert/engine.h"
#include "collector/alert/keep.h"
#include "collector/store/call.h"
#include "common/cleanup.h"
#include "common/clock.h"
#include "common/log.h"

enum {
	PASS_EVERY_MS = 5000,
	SLOW_EVERY_MS = 60000,
	/* A pass that comes later than this found nobody listening between. */
	GAP_MS = 20000,
	/* A report is committed a while after it came. */
	SLOW_OVERLAP_MS = 120000,
	/* At the first pass: what came before is too old to judge by anyway. */
	FIRST_LOOK_BACK_MS = 25 * 3600 * 1000,
	STATEMENT_TIMEOUT_S = 30,
};

struct watch {
	const char *conninfo;
	void (*passed)(void);
	uint8_t holder[16];
	struct db *db;
	struct call call;
	struct engine *engine; /* NULL: to be made from what is kept */
	int64_t watching_ms;   /* since when we listen without a gap */
	int64_t passed_ms, slow_ms;
	bool complained;

	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t told;
	bool stopping;
};

/* ---------------------------------------------------------------- a pass */

/* 1 the watch is ours and was, 2 it has just become ours, 0 another has it. By the clock of the
 * database, which all collectors share. */
static int
lease_take(struct watch *w)
{
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	int r;

	call_start(&w->call);
	call_uuid(&w->call, w->holder);
	r = call_run(&w->call, w->db, STATEMENT_ALERT_WATCH, &rows);
	if (r < 0)
		return r;
	if (db_rows(rows) == 0)
		return 0;
	return db_number(rows, 0, 0) ? 1 : 2;
}

static int
engine_need(struct watch *w, int64_t now_ms)
{
	int r;

	if (w->engine)
		return 0;
	r = engine_new(&w->engine);
	w->slow_ms = 0;
	return r < 0 ? r : keep_load(w->db, &w->call, now_ms, w->engine);
}

/* From when on reports are looked at for slow facts; 0 when it is not their turn. */
static int64_t
slow_since(const struct watch *w, int64_t now_ms)
{
	if (w->slow_ms == 0)
		return now_ms - FIRST_LOOK_BACK_MS;
	return now_ms - w->slow_ms >= SLOW_EVERY_MS ? w->slow_ms - SLOW_OVERLAP_MS : 0;
}

static int
judge(struct watch *w, int64_t now_ms)
{
	CLEANUP(free_at) struct alert_fact *facts = NULL;
	int64_t since_ms = slow_since(w, now_ms);
	struct engine_pass pass = {now_ms, w->watching_ms, since_ms > 0};
	const struct alert_change *changes = NULL;
	size_t n_facts = 0, n_changes = 0;
	int r = keep_facts(w->db, &w->call, now_ms, since_ms, &facts, &n_facts);

	if (r == 0)
		r = engine_judge(w->engine, &pass, facts, n_facts, &changes, &n_changes);
	if (r == 0)
		r = keep_changes(w->db, &w->call, now_ms, changes, n_changes);
	if (r == 0 && since_ms > 0)
		w->slow_ms = now_ms;
	if (r == 0 && n_changes > 0)
		(void)log_debug("alerts judged facts=%zu changes=%zu", n_facts, n_changes);
	return r;
}

static int
pass_within(struct watch *w, int64_t now_ms)
{
	int r = lease_take(w);

	if (r <= 0)
		return r;
	if (r == 2 || now_ms - w->passed_ms > GAP_MS || now_ms < w->passed_ms) {
		engine_free(TAKE(w->engine, NULL));
		w->watching_ms = now_ms;
	}
	r = engine_need(w, now_ms);
	if (r == 0)
		r = judge(w, now_ms);
	return r < 0 ? r : 1;
}

static void
complain(struct watch *w, int r, const char *words)
{
	if (!w->complained)
		(void)log_warn(r, "could not look for alerts, trying again (%s)", words);
	w->complained = true;
}

static void
pass(struct watch *w)
{
	int64_t now_ms = clock_wall_ms();
	char words[DB_ERROR_SIZE] = "";
	int r = 0, ours;

	if (!w->db)
		r = db_open(w->conninfo, "parta_ingest", STATEMENT_TIMEOUT_S, &w->db, words);
	if (r < 0) {
		w->db = NULL;
		complain(w, r, words);
		return;
	}
	ours = db_begin(w->db);
	if (ours == 0)
		ours = pass_within(w, now_ms);
	if (ours > 0)
		r = db_commit(w->db);
	if (ours > 0 && r == 0) {
		w->passed_ms = now_ms;
		if (w->passed)
			w->passed();
		if (w->complained)
			(void)log_info("looking for alerts again");
		w->complained = false;
		return;
	}
	if (ours < 0 || r < 0)
		complain(w, ours < 0 ? ours : r, db_error(w->db));
	db_rollback(w->db);
	engine_free(TAKE(w->engine, NULL));
	if (ours < 0 || r < 0) {
		db_close(w->db);
		w->db = NULL;
	}
}

/* ---------------------------------------------------------------- the thread */

/* Until the next pass is due; false when it is time to end. */
static bool
wait_turn(struct watch *w)
{
	struct timespec until = clock_deadline(PASS_EVERY_MS);
	bool go_on;

	(void)pthread_mutex_lock(&w->lock);
	if (!w->stopping)
		(void)pthread_cond_clockwait(&w->told, &w->lock, CLOCK_MONOTONIC, &until);
	go_on = !w->stopping;
	(void)pthread_mutex_unlock(&w->lock);
	return go_on;
}

static void
leave(struct watch *w)
{
	if (!w->db)
		return;
	call_start(&w->call);
	call_uuid(&w->call, w->holder);
	(void)call_run(&w->call, w->db, STATEMENT_ALERT_LEAVE, NULL);
	db_close(w->db);
}

static void *
work(void *arg)
{
	struct watch *w = arg;

	do
		pass(w);
	while (wait_turn(w));
	leave(w);
	engine_free(w->engine);
	call_clear(&w->call);
	return NULL;
}

int
watch_start(const char *conninfo, void (*passed)(void), struct watch **ret)
{
	struct watch *w = calloc(1, sizeof(*w));
	int r;

	if (!w)
		return -ENOMEM;
	w->conninfo = conninfo;
	w->passed = passed;
	if (getrandom(w->holder, sizeof(w->holder), 0) != (ssize_t)sizeof(w->holder)) {
		free(w);
		return -EIO;
	}
	(void)pthread_mutex_init(&w->lock, NULL);
	(void)pthread_cond_init(&w->told, NULL);
	r = pthread_create(&w->thread, NULL, work, w);
	if (r != 0) {
		free(w);
		return -r;
	}
	*ret = w;
	return 0;
}

void
watch_stop(struct watch *w)
{
	if (!w)
		return;
	(void)pthread_mutex_lock(&w->lock);
	w->stopping = true;
	(void)pthread_cond_signal(&w->told);
	(void)pthread_mutex_unlock(&w->lock);
	(void)pthread_join(w->thread, NULL);
	(void)pthread_cond_destroy(&w->told);
	(void)pthread_mutex_destroy(&w->lock);
	free(w);
}
