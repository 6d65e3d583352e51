/*
 * A page of a list as JSON. PostgreSQL writes the objects (row_to_json: numbers as
 * numbers, times by RFC 3339), here they are put together. The total is counted
 * only when the page does not show it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "collector/page/columns.h"
#include "collector/page/export.h"
#include "collector/page/list.h"
#include "collector/page/page.h"
#include "collector/page/refuse.h"
#include "collector/store/connection.h"
#include "common/bytes.h"
#include "common/cleanup.h"

enum { BODY_BYTES_MAX = 64 * 1024 * 1024 };

static bool
arg_take(void *arg, const char *name, const char *value)
{
	struct list_work *work = arg;

	if (work->n_args == LIST_ARGS_MAX + 1)
		return false;
	work->args[work->n_args++] = (struct list_arg){name, value};
	return true;
}

/* The objects of the page; *ret_rows how many. */
static int
rows_write(struct db *db, struct list_work *work, struct bytes *body, size_t *ret_rows)
{
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	int r = list_rows_sql(&work->ask, work->sql);

	if (r == 0)
		r = db_query(db, work->sql, work->ask.values, work->ask.n_values, &rows);
	if (r == 0)
		r = bytes_add_text(body, ",\"rows\":[");
	*ret_rows = r == 0 ? db_rows(rows) : 0;
	for (size_t i = 0; r == 0 && i < *ret_rows; i++) {
		if (i)
			r = bytes_add_text(body, ",\n");
		if (r == 0)
			r = bytes_add_text(body, db_field(rows, i, 0));
	}
	return r == 0 ? bytes_add_text(body, "]") : r;
}

static int
total_count(struct db *db, struct list_work *work, size_t shown, int64_t *ret)
{
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	int r;

	*ret = (int64_t)work->ask.offset + (int64_t)shown;
	if (shown < work->ask.limit && (shown > 0 || work->ask.offset == 0))
		return 0;
	r = list_total_sql(&work->ask, work->sql);
	if (r == 0)
		r = db_query(db, work->sql, work->ask.values, work->ask.n_values, &rows);
	if (r == 0)
		*ret = db_number(rows, 0, 0);
	return r;
}

/* body begins with the columns. */
static int
page_write(struct db *db, struct list_work *work, struct bytes *body)
{
	size_t shown;
	int64_t total = 0;
	int r = rows_write(db, work, body, &shown);

	if (r == 0)
		r = total_count(db, work, shown, &total);
	if (r == 0)
		r = bytes_add_format(body, ",\"total\":%lld,\"limit\":%u,\"offset\":%u}\n",
		    (long long)total, work->ask.limit, work->ask.offset);
	return r;
}

static void
page_answer(struct db *db, const struct asker *asker, struct list_work *work,
    struct bytes *body, struct http_reply *ret)
{
	int r = page_write(db, work, body);

	if (r < 0) {
		refuse_database(ret, asker, db, r);
		return;
	}
	ret->status = 200;
	ret->content_type = "application/json";
	ret->body = TAKE(body->data, NULL);
	ret->body_len = body->len;
}

/* The columns, then the question. False: refused. */
static bool
work_begin(struct db *db, const struct asker *asker, struct http_request *request,
    struct list_work *work, struct bytes *body, struct http_reply *ret)
{
	const char *name = strrchr(request->path, '/') + 1;
	const struct list_row *row = list_find(name);
	struct list_error error;
	int r;

	if (!row) {
		refuse_code(ret, asker, "no_list");
		return false;
	}
	r = bytes_add_text(body, "{\"columns\":");
	if (r == 0)
		r = columns_load(db, row, &work->list, body);
	if (r < 0) {
		refuse_database(ret, asker, db, r);
		return false;
	}
	http_query_each(request, arg_take, work);
	if (list_read(&work->list, work->args, work->n_args, asker_language(asker), &work->ask,
		&error) < 0) {
		refuse_words(ret, asker, 400, "bad_parameter", error.ru, error.en);
		return false;
	}
	return true;
}

void
page_list(struct db *db, const struct asker *asker, struct http_request *request,
    struct http_reply *ret)
{
	CLEANUP(free_at) struct list_work *work = calloc(1, sizeof(*work));
	CLEANUP(bytes_clear) struct bytes body = bytes_new(BODY_BYTES_MAX);

	if (!work)
		refuse_code(ret, asker, "no_memory");
	else if (work_begin(db, asker, request, work, &body, ret)) {
		if (work->ask.format == LIST_AS_JSON)
			page_answer(db, asker, work, &body, ret);
		else
			export_answer(db, asker, request, work, ret);
	}
}
