/* What is one JSON value: the summary, the series of a chart, the dictionaries. PostgreSQL
 * writes it. */
#include <errno.h>
#include <string.h>

#include "collector/page/page.h"
#include "collector/page/refuse.h"
#include "collector/store/connection.h"

/* The one field of the one row; null is the refusal `missing`. */
static void
answer_value(struct db *db, const struct asker *asker, const char *sql,
    const char *const values[], int count, const char *missing, struct http_reply *ret)
{
	struct pg_result *rows = NULL;
	const char *json;
	int r = db_query(db, sql, values, count, &rows);

	if (r < 0) {
		refuse_database(ret, asker, db, r);
		return;
	}
	json = db_rows(rows) > 0 ? db_field(rows, 0, 0) : NULL;
	if (json) {
		ret->status = 200;
		ret->content_type = "application/json";
		ret->body = (uint8_t *)strdup(json);
		ret->body_len = ret->body ? strlen(json) : 0;
	}
	if (!json || !ret->body)
		refuse_code(ret, asker, json ? "no_memory" : missing);
	db_free(rows);
}

void
page_summary(struct db *db, const struct asker *asker, struct http_request *request,
    struct http_reply *ret)
{
	(void)request;
	answer_value(db, asker, "SELECT row_to_json(s) FROM api.summary AS s", NULL, 0,
	    "no_school", ret);
}

void
page_words(struct db *db, const struct asker *asker, struct http_request *request,
    struct http_reply *ret)
{
	(void)request;
	answer_value(db, asker,
	    "SELECT json_object_agg(d.dictionary, d.words) FROM"
	    " (SELECT dictionary, json_object_agg(key, json_build_object('ru', ru, 'en', en))"
	    "  AS words FROM api.word GROUP BY dictionary ORDER BY dictionary) AS d",
	    NULL, 0, "no_list", ret);
}

void
page_series(struct db *db, const struct asker *asker, struct http_request *request,
    struct http_reply *ret)
{
	const char *const values[] = {http_query(request, "school"),
	    http_query(request, "name"), http_query(request, "from"),
	    http_query(request, "to")};

	for (size_t i = 0; i < 4; i++)
		if (!values[i] || !*values[i]) {
			refuse_code(ret, asker, "bad_series");
			return;
		}
	answer_value(db, asker, "SELECT api.series($1, $2, $3::timestamptz, $4::timestamptz)",
	    values, 4, "no_school", ret);
	if (ret->status == 400)
		refuse_code(ret, asker, "bad_series");
}
