/*
 * Three queues and a few threads. A request is claimed, its session is looked up, its
 * right is checked, and its handler runs in a transaction of role parta_web with
 * app.account set, so that row-level security shows the asker's schools and nothing
 * else. Sessions are not cached: a session that was ended is over with the next
 * request, on every collector that shares the database.
 */
#include "collector/access/access.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "collector/access/asker.h"
#include "collector/access/reply.h"
#include "collector/access/session.h"
#include "collector/http/router.h"
#include "collector/store/connection.h"
#include "common/cleanup.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/text.h"

enum { STATEMENT_S = 20, CONNECT_AGAIN_MS = 1000 };

/* Requests of one way that wait, a ring, and how many of them are answered now. */
struct lane {
	struct http_request *waiting[ACCESS_QUEUE_MAX];
	size_t first, count, busy;
};

static const size_t at_once[PAGE_WAYS] = {
    [PAGE_QUICK] = ACCESS_WORKERS,
    [PAGE_SLOW] = ACCESS_SLOW_AT_ONCE,
    [PAGE_INSIDE] = ACCESS_INSIDE_AT_ONCE,
};

struct worker {
	struct access *access;
	struct db *db;
	uint64_t connect_at_ms; /* not before: the database was away */
	pthread_t thread;
};

struct access {
	const char *conninfo;
	pthread_mutex_t lock; /* of all below */
	pthread_cond_t posted;
	struct lane lanes[PAGE_WAYS];
	bool stopping, stopped, told_away;
	size_t workers_count;
	struct worker workers[ACCESS_WORKERS];
};

/* ---------------------------------------------------------------- on a listener's thread */

bool
asker_acts(const struct http_request *request)
{
	return strcmp(request->method, "POST") == 0;
}

static const char *
language_of(const struct http_request *request)
{
	const char *wanted = http_header(request, "Accept-Language");

	return wanted && strncmp(wanted, "en", 2) == 0 ? "en" : "ru";
}

bool
access_open(struct http_request *request, struct http_reply *ret)
{
	const struct page_route *route = request->route->detail;
	const char *site = http_header(request, "Sec-Fetch-Site");
	char token[SESSION_TEXT_SIZE];

	if (asker_acts(request) && site && strcmp(site, "same-origin") != 0) {
		reply_refusal(ret, "csrf", language_of(request));
		return false;
	}
	if (route->right == RIGHT_OPEN)
		return true;
	if (session_of(request, token) < 0) {
		reply_refusal(ret, "no_session", language_of(request));
		return false;
	}
	if (asker_acts(request) && !http_header(request, SESSION_CSRF)) {
		reply_refusal(ret, "csrf", language_of(request));
		return false;
	}
	return true;
}

static enum page_way
way_of(const struct http_request *request)
{
	const struct page_route *route = request->route->detail;
	const char *format = http_query(request, "format");
	bool is_export = format && strcmp(format, "json") != 0;

	return route->way == PAGE_QUICK && is_export ? PAGE_SLOW : route->way;
}

static bool
lane_add(struct lane *lane, struct http_request *request)
{
	if (lane->count == ACCESS_QUEUE_MAX)
		return false;
	lane->waiting[(lane->first + lane->count++) % ACCESS_QUEUE_MAX] = request;
	return true;
}

static struct http_request *
lane_take(struct lane *lane)
{
	struct http_request *request = lane->waiting[lane->first];

	lane->first = (lane->first + 1) % ACCESS_QUEUE_MAX;
	lane->count--;
	lane->busy++;
	return request;
}

enum http_progress
access_ask(struct http_request *request, struct http_reply *ret)
{
	struct access *access = request->services->access;
	bool taken = false;

	(void)pthread_mutex_lock(&access->lock);
	if (!access->stopping)
		taken = lane_add(&access->lanes[way_of(request)], request);
	if (taken)
		(void)pthread_cond_signal(&access->posted);
	(void)pthread_mutex_unlock(&access->lock);
	if (taken)
		return HTTP_LATER;
	reply_refusal(ret, "busy", language_of(request));
	return HTTP_NOW;
}

/* ---------------------------------------------------------------- on a worker's thread */

/* NULL: the database is away. */
static struct db *
worker_db(struct worker *worker)
{
	struct access *access = worker->access;
	char words[DB_ERROR_SIZE] = "";
	bool first;
	int r;

	if (worker->db)
		return worker->db;
	if (clock_boot_ms() < worker->connect_at_ms)
		return NULL;
	r = db_open(access->conninfo, "parta_access", STATEMENT_S, &worker->db, words);
	(void)pthread_mutex_lock(&access->lock);
	first = !access->told_away;
	access->told_away = r < 0;
	(void)pthread_mutex_unlock(&access->lock);
	if (r == 0)
		return worker->db;
	if (first)
		(void)log_warn(0, "the page has no database: %s", words);
	worker->connect_at_ms = clock_boot_ms() + CONNECT_AGAIN_MS;
	return NULL;
}

/* 0 and the asker; -ENOENT the session is over; else as db_query(). */
static int
asker_find(struct db *db, const char *token, struct asker *ret)
{
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	char shadow[SESSION_SHADOW_SIZE];
	const char *const values[] = {shadow};
	int r = session_shadow(token, shadow);

	if (r == 0)
		r = db_query(db,
		    "SELECT account_id, login, role, language FROM access.use_session($1)",
		    values, 1, &rows);
	if (r < 0)
		return r;
	if (db_rows(rows) == 0 || !db_field(rows, 0, 0))
		return -ENOENT;
	ret->account_id = (int32_t)db_number(rows, 0, 0);
	(void)text_copy(ret->login, sizeof(ret->login), db_field(rows, 0, 1));
	(void)text_copy(ret->language, sizeof(ret->language), db_field(rows, 0, 3));
	return role_of_key(db_field(rows, 0, 2), &ret->role);
}

/* NULL, or the code of the refusal. */
static const char *
asker_judge(struct db *db, const struct http_request *request, struct asker *ret)
{
	const struct page_route *route = request->route->detail;
	char token[SESSION_TEXT_SIZE], csrf[SESSION_TEXT_SIZE];
	int r;

	if (route->right == RIGHT_OPEN)
		return NULL;
	if (session_of(request, token) < 0)
		return "no_session";
	r = asker_find(db, token, ret);
	if (r < 0)
		return r == -ENOENT ? "no_session" : "away";
	if (asker_acts(request) &&
	    (session_csrf(token, csrf) < 0 ||
		!session_equal(csrf, http_header(request, SESSION_CSRF))))
		return "csrf";
	return role_may(ret->role, route->right) ? NULL : "no_right";
}

int
asker_begin(struct db *db, const struct asker *asker)
{
	char id[16];
	const char *const values[] = {id, asker->login};
	int r = db_begin(db);

	(void)snprintf(id, sizeof(id), "%d", (int)asker->account_id);
	if (r == 0)
		r = db_query(db,
		    "SELECT set_config('app.account', $1, true), set_config('app.login', $2, "
		    "true), set_config('role', 'parta_web', true)",
		    values, 2, NULL);
	if (r < 0)
		db_rollback(db);
	return r;
}

int
asker_note(struct db *db, const struct asker *asker, const struct address *client,
    const char *action, const char *object, unsigned status)
{
	char id[16], from[ADDRESS_TEXT_SIZE];
	bool done = status < 400, refused = status == 401 || status == 403 || status == 429;
	const char *const values[] = {asker->account_id ? id : NULL, asker->login, from, action,
	    object, done ? "done" : (refused ? "refused" : "failed")};

	(void)snprintf(id, sizeof(id), "%d", (int)asker->account_id);
	address_format(client, from);
	return db_query(db, "SELECT access.note($1, $2, $3, $4, $5, $6)", values, 6, NULL);
}

/* In the transaction of the action itself, so that none is without its line. */
static int
action_commit(struct db *db, const struct asker *asker, const struct http_request *request,
    const struct http_reply *reply)
{
	const struct page_route *route = request->route->detail;
	int r = 0;

	if (asker_acts(request))
		r = db_text(db, "SET LOCAL ROLE parta_access", NULL);
	if (asker_acts(request) && r == 0)
		r = asker_note(
		    db, asker, &request->client, route->path, reply->object, reply->status);
	return r == 0 ? db_commit(db) : r;
}

/* A handler in its transaction. */
static void
answer_as_person(struct db *db, const struct asker *asker, struct http_request *request,
    struct http_reply *ret)
{
	const struct page_route *route = request->route->detail;
	int r = asker_begin(db, asker);

	if (r == 0) {
		route->answer(db, asker, request, ret);
		if (ret->streamed) {
			db_rollback(db);
			return;
		}
		if (ret->status > 0 && ret->status < 400)
			r = action_commit(db, asker, request, ret);
		db_rollback(db);
	}
	if (r < 0)
		reply_failure(ret, r, db, asker->language);
}

static void
answer(struct worker *worker, struct http_request *request, struct http_reply *ret)
{
	const struct page_route *route = request->route->detail;
	struct asker asker = {0};
	struct db *db = worker_db(worker);
	const char *refusal;

	(void)text_copy(asker.language, sizeof(asker.language), language_of(request));
	refusal = db ? asker_judge(db, request, &asker) : "away";
	if (refusal)
		reply_refusal(ret, refusal, asker.language);
	else if (route->way == PAGE_INSIDE)
		route->answer(db, &asker, request, ret);
	else
		answer_as_person(db, &asker, request, ret);
	if (ret->streamed)
		return;
	if (ret->status == 0)
		reply_refusal(ret, "failed", asker.language);
	/* What was done as a person has its line already. */
	if (db && asker_acts(request) && asker.account_id &&
	    (route->way == PAGE_INSIDE || ret->status >= 400))
		(void)asker_note(
		    db, &asker, &request->client, route->path, ret->object, ret->status);
}

static void
work_one(struct worker *worker, struct http_request *request, bool refuse)
{
	struct http_call *call = request->call;
	struct http_reply reply = {0};

	if (!http_claim(call))
		return;
	if (refuse)
		reply_refusal(&reply, "busy", language_of(request));
	else
		answer(worker, request, &reply);
	if (!reply.streamed)
		http_answer(call, &reply);
}

/* Under the lock. A lane with something to do that may do more; NULL: none. */
static struct lane *
lane_next(struct access *access)
{
	for (enum page_way way = 0; way < PAGE_WAYS; way++) {
		struct lane *lane = &access->lanes[way];

		if (lane->count > 0 && (lane->busy < at_once[way] || access->stopping))
			return lane;
	}
	return NULL;
}

/* The next request, or NULL when it is time to end. */
static struct http_request *
work_next(struct access *access, struct lane **ret_lane, bool *ret_refuse)
{
	struct http_request *request = NULL;
	struct lane *lane;

	(void)pthread_mutex_lock(&access->lock);
	while (!(lane = lane_next(access)) && !access->stopping)
		(void)pthread_cond_wait(&access->posted, &access->lock);
	if (lane)
		request = lane_take(lane);
	*ret_lane = lane;
	*ret_refuse = access->stopping;
	(void)pthread_mutex_unlock(&access->lock);
	return request;
}

static void *
work(void *arg)
{
	struct worker *worker = arg;
	struct access *access = worker->access;
	struct http_request *request;
	struct lane *lane;
	bool refuse;

	while ((request = work_next(access, &lane, &refuse))) {
		work_one(worker, request, refuse);
		(void)pthread_mutex_lock(&access->lock);
		lane->busy--;
		(void)pthread_cond_signal(&access->posted);
		(void)pthread_mutex_unlock(&access->lock);
	}
	return NULL;
}

/* ---------------------------------------------------------------- beginning and end */

int
access_start(const char *conninfo, struct access **ret)
{
	struct access *access = calloc(1, sizeof(*access));
	int r = 0;

	if (!access)
		return -ENOMEM;
	access->conninfo = conninfo;
	(void)pthread_mutex_init(&access->lock, NULL);
	(void)pthread_cond_init(&access->posted, NULL);
	while (r == 0 && access->workers_count < ACCESS_WORKERS) {
		struct worker *worker = &access->workers[access->workers_count];

		worker->access = access;
		r = -pthread_create(&worker->thread, NULL, work, worker);
		access->workers_count += r == 0;
	}
	if (r < 0) {
		access_stop(access);
		access_free(access);
		return r;
	}
	*ret = access;
	return 0;
}

void
access_stop(struct access *access)
{
	if (!access || access->stopped)
		return;
	(void)pthread_mutex_lock(&access->lock);
	access->stopping = true;
	(void)pthread_cond_broadcast(&access->posted);
	(void)pthread_mutex_unlock(&access->lock);
	for (size_t i = 0; i < access->workers_count; i++)
		(void)pthread_join(access->workers[i].thread, NULL);
	for (size_t i = 0; i < access->workers_count; i++)
		db_close(access->workers[i].db);
	access->stopped = true;
}

void
access_free(struct access *access)
{
	if (!access)
		return;
	(void)pthread_cond_destroy(&access->posted);
	(void)pthread_mutex_destroy(&access->lock);
	free(access);
}
