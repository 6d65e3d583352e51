/*
 * CSV (RFC 4180) into tables by COPY: the server parses, checks and names the
 * line of an error. A byte order mark and semicolons, as a spreadsheet in Russian
 * writes them, are taken.
 */
#include "collector/store/reference.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "collector/store/connection.h"
#include "common/check.h"
#include "common/cleanup.h"
#include "common/text.h"

/* Words that facts point at stay for good; of a list, what the file drops goes. */
static const struct {
	const char *file;
	int is_list;
} files[] = {
    {"settlement.csv", 0},
    {"direction.csv", 0},
    {"norm.csv", 1},
    {"device_class.csv", 0},
    {"identifier_kind.csv", 0},
    {"outage_class.csv", 0},
    {"connectivity_state.csv", 0},
    {"speed_verdict.csv", 0},
    {"filter_expect.csv", 0},
    {"filter_verdict.csv", 0},
    {"filter_outcome.csv", 0},
    {"filter_stage.csv", 0},
    {"filter_entry.csv", 1},
    {"lesson.csv", 1},
    {"holiday.csv", 1},
    {"internet_target.csv", 1},
    {"setting.csv", 0},
    {"alert_kind.csv", 0},
    {"word.csv", 1},
    {"column_title.csv", 1},
    {"school_state.csv", 0},
    {"plan.csv", 1},
    {"watched_evidence.csv", 1},
    {"claim_text.csv", 1},
    {"speed_band.csv", 1},
};

const char *
reference_file(size_t i)
{
	return i < COUNT_OF(files) ? files[i].file : NULL;
}

/* The columns the first line names, checked to be plain words, as an SQL list. */
static int
columns_of(const char *text, char delimiter, char *ret, size_t size)
{
	size_t len = strcspn(text, "\r\n");

	if (len == 0 || len >= size)
		return -EBADMSG;
	for (size_t i = 0; i < len; i++) {
		char c = text[i] == delimiter ? ',' : text[i];

		if (!(c == ',' || c == '_' || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')))
			return -EBADMSG;
		ret[i] = c;
	}
	ret[len] = '\0';
	return 0;
}

/* Writes INSERT ... ON CONFLICT, and for a list DELETE, out of the catalogue and runs them. */
static int
fold_in(struct db *db, const char *table, const char *columns, int is_list)
{
	static const char written[] =
	    "WITH key AS ("
	    " SELECT array_agg(a.attname ORDER BY a.attnum) AS names"
	    "   FROM pg_index AS i JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND "
	    "a.attnum = ANY (i.indkey)"
	    "  WHERE i.indisprimary AND i.indrelid = ('reference.' || $1)::regclass),"
	    " given AS (SELECT string_to_array($2, ',') AS names)"
	    " SELECT format('INSERT INTO reference.%I (%s) SELECT %s FROM pg_temp.loading ON "
	    "CONFLICT (%s) DO ',"
	    "        $1, $2, $2, array_to_string(key.names, ','))"
	    "     || COALESCE('UPDATE SET ' || (SELECT string_agg(format('%I = excluded.%I', "
	    "n, n), ', ')"
	    "          FROM unnest(given.names) AS n WHERE n <> ALL (key.names::text[])), "
	    "'NOTHING'),"
	    " format('DELETE FROM reference.%I AS t WHERE NOT EXISTS (SELECT FROM "
	    "pg_temp.loading AS l WHERE %s)', $1,"
	    "        (SELECT string_agg(format('l.%I = t.%I', n, n), ' AND ') FROM "
	    "unnest(key.names) AS n))"
	    " FROM key, given";
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	const char *const values[] = {table, columns};
	int r = db_query(db, written, values, 2, &rows);

	if (r == 0)
		r = db_text(db, db_field(rows, 0, 0), NULL);
	if (r == 0 && is_list)
		r = db_text(db, db_field(rows, 0, 1), NULL);
	return r;
}

int
reference_load(struct db *db, const char *file, const char *text, size_t len)
{
	char table[64], columns[512], sql[1024];
	char delimiter;
	int is_list = 0, r;

	for (size_t i = 0; i < COUNT_OF(files); i++)
		if (strcmp(files[i].file, file) == 0)
			is_list = files[i].is_list;
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		text += 3;
		len -= 3;
	}
	(void)text_copy(table, sizeof(table), file);
	table[strcspn(table, ".")] = '\0';
	delimiter = strcspn(text, ";") < strcspn(text, "\r\n") ? ';' : ',';
	r = columns_of(text, delimiter, columns, sizeof(columns));
	if (r < 0)
		return db_refuse(db, "line 1: the columns must be named there");

	(void)snprintf(sql, sizeof(sql),
	    "DROP TABLE IF EXISTS pg_temp.loading;"
	    "CREATE TEMP TABLE loading (LIKE reference.%s INCLUDING DEFAULTS"
	    " INCLUDING CONSTRAINTS INCLUDING INDEXES) ON COMMIT DROP",
	    table);
	r = db_text(db, sql, NULL);
	if (r < 0)
		return r;
	(void)snprintf(sql, sizeof(sql),
	    "COPY pg_temp.loading (%s) FROM STDIN WITH (FORMAT csv, HEADER true, DELIMITER "
	    "'%c', NULL '\\N')",
	    columns, delimiter);
	r = db_copy(db, sql, text, len);
	return r < 0 ? r : fold_in(db, table, columns, is_list);
}
