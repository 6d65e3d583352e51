/*
 * Changes are found by comparing counts of what came since some seconds
 * (core.live_counts). Why not LISTEN/NOTIFY: every NOTIFY takes one lock of the
 * whole database at COMMIT, and reports commit thousands of times a second.
 */
#include "collector/page/live.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/page/page.h"
#include "collector/page/refuse.h"
#include "collector/store/connection.h"
#include "common/cleanup.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/text.h"

enum {
	EVERY_MS = 1000,
	MOVE_EVERY = 5,  /* polls; a report that commits later than so many seconds is missed */
	PING_EVERY = 15, /* polls */
	STATEMENT_S = 5,
	COUNTS_MAX = 32,
	EVENT_SIZE = 1024,
	LOOK_S =
	    600, /* then a browser comes again by itself, and its session is asked for anew */
};

struct looker {
	struct http_call *call;
	int32_t account_id;
	uint64_t ends_at_ms;
};

struct live_count {
	char list[32];
	int64_t n, n_next;
};

struct live {
	const char *conninfo;
	pthread_t thread;
	pthread_mutex_t lock; /* of all below */
	pthread_cond_t changed;
	bool stopping, stopped;
	struct looker lookers[LIVE_LOOKERS_MAX];
	size_t lookers_count;
	/* The thread's own. */
	struct db *db;
	bool primed;
	unsigned polls;
	int64_t report, next_report, change, next_change;
	struct live_count counts[COUNTS_MAX];
	size_t counts_len;
};

/* ---------------------------------------------------------------- what has changed */

static int
marks_read(struct live *live, int64_t *ret_report, int64_t *ret_change)
{
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	int r = db_text(live->db, "SELECT report, change FROM core.live_marks()", &rows);

	if (r < 0)
		return r;
	*ret_report = db_number(rows, 0, 0);
	*ret_change = db_number(rows, 0, 1);
	return 0;
}

static int
counts_read(struct live *live, struct live_count ret[static COUNTS_MAX], size_t *ret_len)
{
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	char sql[160];
	int r;

	(void)snprintf(sql, sizeof(sql),
	    "SELECT list, n, n_next FROM core.live_counts(%lld, %lld, %lld, %lld)",
	    (long long)live->report, (long long)live->next_report, (long long)live->change,
	    (long long)live->next_change);
	r = db_text(live->db, sql, &rows);
	if (r < 0)
		return r;
	*ret_len = 0;
	for (size_t i = 0; i < db_rows(rows) && i < COUNTS_MAX; i++) {
		struct live_count *count = &ret[(*ret_len)++];

		(void)text_copy(count->list, sizeof(count->list), db_field(rows, i, 0));
		count->n = db_number(rows, i, 1);
		count->n_next = db_number(rows, i, 2);
	}
	return 0;
}

static int64_t
count_of(const struct live_count counts[], size_t len, const char *list)
{
	for (size_t i = 0; i < len; i++)
		if (strcmp(counts[i].list, list) == 0)
			return counts[i].n;
	return 0;
}

/* Lists of `a` whose count differs in `b`, and which are not in the text yet. */
static void
differences_add(const struct live_count a[], size_t a_len, const struct live_count b[],
    size_t b_len, char text[static EVENT_SIZE])
{
	char quoted[40];

	for (size_t i = 0; i < a_len; i++) {
		size_t at = strlen(text);

		(void)snprintf(quoted, sizeof(quoted), "\"%s\"", a[i].list);
		if (a[i].n == count_of(b, b_len, a[i].list) || strstr(text, quoted))
			continue;
		(void)snprintf(text + at, EVENT_SIZE - at, "%s%s", at ? "," : "", quoted);
	}
}

/* Counting begins where it would have begun next, so that it never counts much. */
static int
begin_later(struct live *live)
{
	live->report = live->next_report;
	live->change = live->next_change;
	for (size_t i = 0; i < live->counts_len; i++)
		live->counts[i].n = live->counts[i].n_next;
	return marks_read(live, &live->next_report, &live->next_change);
}

/* The names of lists that changed since the last time, as JSON strings; "" when none did. */
static int
poll_changes(struct live *live, char ret[static EVENT_SIZE])
{
	struct live_count now[COUNTS_MAX];
	size_t len = 0;
	int r = 0;

	ret[0] = '\0';
	if (!live->primed) {
		r = marks_read(live, &live->report, &live->change);
		live->next_report = live->report;
		live->next_change = live->change;
	}
	if (r == 0)
		r = counts_read(live, now, &len);
	if (r < 0)
		return r;
	if (live->primed) {
		differences_add(now, len, live->counts, live->counts_len, ret);
		differences_add(live->counts, live->counts_len, now, len, ret);
	}
	memcpy(live->counts, now, sizeof(now));
	live->counts_len = len;
	live->primed = true;
	return ++live->polls % MOVE_EVERY == 0 ? begin_later(live) : 0;
}

static void
look(struct live *live, char ret[static EVENT_SIZE])
{
	char words[DB_ERROR_SIZE] = "";
	int r = 0;

	ret[0] = '\0';
	if (!live->db)
		r = db_open(live->conninfo, "parta_ingest", STATEMENT_S, &live->db, words);
	if (r == 0)
		r = poll_changes(live, ret);
	if (r == 0)
		return;
	log_debug("could not look for changes: %s", live->db ? db_error(live->db) : words);
	live->primed = false;
}

/* ---------------------------------------------------------------- who looks */

/* Under the lock. Sends to everybody; who is gone, too slow or has looked long enough is let
 * go.
 */
static void
tell(struct live *live, const char *text)
{
	size_t kept = 0;

	for (size_t i = 0; i < live->lookers_count; i++) {
		struct looker looker = live->lookers[i];
		int r = http_send(looker.call, text, strlen(text), 0);

		if (r == 0 && clock_boot_ms() < looker.ends_at_ms)
			live->lookers[kept++] = looker;
		else
			http_end(looker.call, r == 0);
	}
	live->lookers_count = kept;
}

/* Under the lock. */
static void
tell_changes(struct live *live, const char *lists)
{
	char text[EVENT_SIZE + 64] = "";

	if (*lists)
		(void)snprintf(
		    text, sizeof(text), "event: change\ndata: {\"lists\":[%s]}\n\n", lists);
	else if (live->polls % PING_EVERY == 0)
		(void)text_copy(text, sizeof(text), ": still here\n\n");
	/* With no text it still learns who is gone. */
	tell(live, text);
}

/* Under the lock. A second's pause; without lookers until there is one, which begins at once.
 */
static void
pause_a_while(struct live *live)
{
	struct timespec until = clock_deadline(EVERY_MS);
	int r = 0;

	if (live->lookers_count == 0) {
		live->primed = false;
		while (!live->stopping && live->lookers_count == 0)
			(void)pthread_cond_wait(&live->changed, &live->lock);
		return;
	}
	while (!live->stopping && r == 0)
		r = pthread_cond_clockwait(
		    &live->changed, &live->lock, CLOCK_MONOTONIC, &until);
}

static void *
run(void *arg)
{
	struct live *live = arg;
	char lists[EVENT_SIZE];

	(void)pthread_mutex_lock(&live->lock);
	for (;;) {
		pause_a_while(live);
		if (live->stopping)
			break;
		(void)pthread_mutex_unlock(&live->lock);
		look(live, lists);
		(void)pthread_mutex_lock(&live->lock);
		tell_changes(live, lists);
	}
	for (size_t i = 0; i < live->lookers_count; i++)
		http_end(live->lookers[i].call, true);
	live->lookers_count = 0;
	(void)pthread_mutex_unlock(&live->lock);
	db_close(live->db);
	return NULL;
}

/* ---------------------------------------------------------------- the route */

/* Under the lock: may one more of this account look? */
static bool
has_room(const struct live *live, int32_t account_id)
{
	size_t own = 0;

	for (size_t i = 0; i < live->lookers_count; i++)
		own += live->lookers[i].account_id == account_id;
	return !live->stopping && live->lookers_count < LIVE_LOOKERS_MAX &&
	       own < LIVE_ACCOUNT_MAX;
}

void
page_live(struct db *db, const struct asker *asker, struct http_request *request,
    struct http_reply *ret)
{
	static const char hello[] = "retry: 5000\n\n";
	struct live *live = request->services->live;
	struct http_reply head = {.status = 200, .content_type = "text/event-stream"};
	bool taken = false;

	(void)db;
	(void)pthread_mutex_lock(&live->lock);
	if (has_room(live, asker->account_id))
		taken = http_begin(request->call, &head) == 0;
	ret->streamed = taken;
	if (taken) {
		live->lookers[live->lookers_count++] = (struct looker){request->call,
		    asker->account_id, clock_boot_ms() + (uint64_t)LOOK_S * 1000};
		(void)http_send(request->call, hello, sizeof(hello) - 1, 0);
		(void)pthread_cond_signal(&live->changed);
	}
	(void)pthread_mutex_unlock(&live->lock);
	if (!taken)
		refuse_code(ret, asker, "busy");
}

/* ---------------------------------------------------------------- beginning and end */

int
live_start(const char *conninfo, struct live **ret)
{
	struct live *live = calloc(1, sizeof(*live));
	int r;

	if (!live)
		return -ENOMEM;
	live->conninfo = conninfo;
	(void)pthread_mutex_init(&live->lock, NULL);
	(void)pthread_cond_init(&live->changed, NULL);
	r = -pthread_create(&live->thread, NULL, run, live);
	if (r < 0) {
		live->stopped = true;
		live_free(live);
		return r;
	}
	*ret = live;
	return 0;
}

void
live_stop(struct live *live)
{
	if (!live || live->stopped)
		return;
	(void)pthread_mutex_lock(&live->lock);
	live->stopping = true;
	(void)pthread_cond_broadcast(&live->changed);
	(void)pthread_mutex_unlock(&live->lock);
	(void)pthread_join(live->thread, NULL);
	live->stopped = true;
}

void
live_free(struct live *live)
{
	if (!live)
		return;
	live_stop(live);
	(void)pthread_cond_destroy(&live->changed);
	(void)pthread_mutex_destroy(&live->lock);
	free(live);
}
