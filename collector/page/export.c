/*
 * A list as a file. Rows come by a cursor, some at a time. CSV leaves as it is
 * written; a workbook (sheet.c) is written to a temporary file first, since its
 * directory stands at its end. Either way the SHA-256 is of the bytes that left.
 */
#include "collector/page/export.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "collector/page/columns.h"
#include "collector/page/csv_text.h"
#include "collector/page/refuse.h"
#include "collector/page/sheet.h"
#include "collector/store/connection.h"
#include "common/bytes.h"
#include "common/cleanup.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/text.h"

enum {
	FETCH_ROWS = 1000,
	PIECE_BYTES = 32 * 1024,
	BUFFER_BYTES_MAX = 64 * 1024 * 1024, /* of one fetch */
	CLIENT_WAIT_MS = 15000,
	WITHIN_MS = 15 * 60 * 1000, /* a reader may be slow, but holds a transaction open */
	FILTER_SIZE = 1024,
};

/* An export under way. */
struct export
{
	struct db *db;
	struct list_work *work;
	struct http_request *request;
	struct http_reply *reply;
	struct words *words;
	struct pg_result *rows; /* of the last fetch */
	struct bytes buffer;    /* CSV that has yet to leave */
	struct sheet *sheet;    /* a workbook, else NULL */
	EVP_MD_CTX *digest;
	uint64_t n_rows, until_ms;
	char filter[FILTER_SIZE];
};

/* ---------------------------------------------------------------- what leaves */

static int
send_bytes(struct export *export, const char *bytes, size_t len)
{
	int r = EVP_DigestUpdate(export->digest, bytes, len) == 1 ? 0 : -EIO;

	while (r == 0 && len > 0) {
		size_t some = len < PIECE_BYTES ? len : PIECE_BYTES;

		r = clock_boot_ms() < export->until_ms
			? http_send(export->request->call, bytes, some, CLIENT_WAIT_MS)
			: -ETIMEDOUT;
		bytes += some;
		len -= some;
	}
	return r;
}

static int
send_buffer(struct export *export)
{
	int r = send_bytes(export, (const char *)export->buffer.data, export->buffer.len);

	export->buffer.len = 0;
	return r;
}

/* "parta-devices-2025-09-01.csv" */
static void
head_write(const struct export *export, struct http_reply *head)
{
	bool sheet = export->sheet != NULL;
	time_t now = (time_t)(clock_wall_ms() / 1000);
	char day[16], value[HTTP_FIELD_SIZE];
	struct tm tm;

	(void)gmtime_r(&now, &tm);
	(void)strftime(day, sizeof(day), "%Y-%m-%d", &tm);
	(void)snprintf(value, sizeof(value), "attachment; filename=\"parta-%s-%s.%s\"",
	    export->work->list.row->name, day, sheet ? "xlsx" : "csv");
	head->status = 200;
	head->content_type =
	    sheet ? "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
		  : "text/csv; charset=utf-8";
	(void)http_field_add(head, "Content-Disposition", value);
}

/* From here on nothing can be refused any more. */
static int
begin(struct export *export)
{
	struct http_reply head = {0};
	int r;

	head_write(export, &head);
	r = http_begin(export->request->call, &head);
	export->reply->streamed = r == 0;
	return r;
}

/* ---------------------------------------------------------------- cells */

/* A field as people read it; the text lives as long as the rows. */
static const char *
cell_words(const struct export *export, size_t row, size_t c)
{
	const struct list_column *column = &export->work->list.columns[c];
	enum language language = export->work->ask.language;
	const char *text = db_field(export->rows, row, c);

	if (!text)
		return "";
	if (column->type == LIST_WORD)
		return words_find(export->words, column->words, text, language);
	if (column->type == LIST_BOOLEAN && language == LANGUAGE_RU)
		return *text == 't' ? "да" : "нет";
	if (column->type == LIST_BOOLEAN)
		return *text == 't' ? "yes" : "no";
	return text;
}

/* Whose clock a time is of stands in its title. */
static void
title_write(const struct list *list, size_t c, enum language language, char *ret, size_t size)
{
	const struct list_column *column = &list->columns[c];
	bool is_utc = column->type == LIST_TIME;

	for (size_t i = 0; is_utc && i < list->count; i++)
		is_utc = strcmp(list->columns[i].key, "time_zone") != 0;
	(void)snprintf(ret, size, "%s%s", language == LANGUAGE_RU ? column->ru : column->en,
	    is_utc ? " (UTC)" : "");
}

static int
titles_put(struct export *export)
{
	const struct list *list = &export->work->list;
	enum language language = export->work->ask.language;
	char title[LIST_TITLE_SIZE + 8];
	int r = export->sheet ? 0 : bytes_add_text(&export->buffer, "\xef\xbb\xbf");

	for (size_t c = 0; r == 0 && c < list->count; c++) {
		title_write(list, c, language, title, sizeof(title));
		r = export->sheet
			? sheet_title(export->sheet, c, title)
			: csv_text_add(&export->buffer, title, false, c == 0, language);
	}
	return r == 0 && !export->sheet ? bytes_add_text(&export->buffer, "\r\n") : r;
}

static int
row_put(struct export *export, size_t row)
{
	const struct list *list = &export->work->list;
	int r = export->sheet ? sheet_row(export->sheet) : 0;

	for (size_t c = 0; r == 0 && c < list->count; c++) {
		const char *text = cell_words(export, row, c);

		r = export->sheet ? sheet_cell(export->sheet, c, list->columns[c].type, text)
				  : csv_text_add(&export->buffer, text,
					list->columns[c].type == LIST_NUMBER, c == 0,
					export->work->ask.language);
	}
	export->n_rows++;
	return r == 0 && !export->sheet ? bytes_add_text(&export->buffer, "\r\n") : r;
}

/* ---------------------------------------------------------------- rows */

/* The next rows; none at the end. */
static int
fetch(struct export *export)
{
	char sql[64];

	(void)snprintf(sql, sizeof(sql), "FETCH %d FROM export", FETCH_ROWS);
	db_free(TAKE(export->rows, NULL));
	return db_text(export->db, sql, &export->rows);
}

static int
rows_put(struct export *export)
{
	int r = 0;

	while (r == 0 && db_rows(export->rows) > 0) {
		for (size_t i = 0; r == 0 && i < db_rows(export->rows); i++)
			r = row_put(export, i);
		if (r == 0 && export->reply->streamed && export->buffer.len >= PIECE_BYTES)
			r = send_buffer(export);
		if (r == 0)
			r = fetch(export);
	}
	return r;
}

/* "class=router&sort=-school". Written before anything leaves: the query is gone with its
 * client. */
static void
filter_write(const struct list_work *work, char ret[static FILTER_SIZE])
{
	size_t at = 0;

	ret[0] = '\0';
	for (size_t i = 0; i < work->n_args && at < FILTER_SIZE; i++) {
		int len = snprintf(ret + at, FILTER_SIZE - at, "%s%s=%s", i ? "&" : "",
		    work->args[i].key, work->args[i].value);

		at += len < 0 ? FILTER_SIZE : (size_t)len;
	}
	/* A cut may have split a letter. */
	(void)text_clean(ret, FILTER_SIZE, ret, strlen(ret));
}

/* The first rows are there before anything leaves: what is wrong with the question shows by
 * then. */
static int
open_rows(struct export *export)
{
	struct list_work *work = export->work;
	int r = list_export_sql(&work->ask, work->sql);

	filter_write(work, export->filter);
	if (r == 0)
		r = words_load(export->db, &export->words);
	if (r == 0)
		r = db_query(export->db, work->sql, work->ask.values, work->ask.n_values, NULL);
	return r == 0 ? fetch(export) : r;
}

/* ---------------------------------------------------------------- the log */

static int
log_write(struct export *export)
{
	uint8_t sha256[EVP_MAX_MD_SIZE];
	char hex[2 * sizeof(sha256) + 1], address[ADDRESS_TEXT_SIZE], rows[24];
	const char *const values[] = {
	    address, export->work->list.row->name, rows, hex, export->filter};
	unsigned len = 0;
	int r;

	if (EVP_DigestFinal_ex(export->digest, sha256, &len) != 1)
		return -EIO;
	text_hex(hex, sha256, len);
	address_format(&export->request->client, address);
	(void)snprintf(rows, sizeof(rows), "%llu", (unsigned long long)export->n_rows);
	r = db_query(
	    export->db, "SELECT core.note_export($1, $2, $3, $4, $5)", values, 5, NULL);
	/* What leaves in pieces is not committed by who called us. */
	return r == 0 ? db_commit(export->db) : r;
}

/* ---------------------------------------------------------------- all of it */

static int
piece_sent(void *arg, const void *bytes, size_t len)
{
	return send_bytes(arg, bytes, len);
}

static int
csv_run(struct export *export)
{
	int r = titles_put(export);

	if (r == 0)
		r = begin(export);
	if (r == 0)
		r = rows_put(export);
	return r == 0 ? send_buffer(export) : r;
}

static int
sheet_run(struct export *export)
{
	int r = sheet_open(export->work->list.row->name, NULL, &export->sheet);

	if (r == 0)
		r = titles_put(export);
	if (r == 0)
		r = rows_put(export);
	if (r == 0)
		r = sheet_close(export->sheet);
	if (r == 0)
		r = begin(export);
	return r == 0 ? sheet_read(export->sheet, piece_sent, export) : r;
}

static void
export_end(struct export *export)
{
	sheet_free(export->sheet);
	words_free(export->words);
	db_free(export->rows);
	bytes_clear(&export->buffer);
	EVP_MD_CTX_free(export->digest);
}

void
export_answer(struct db *db, const struct asker *asker, struct http_request *request,
    struct list_work *work, struct http_reply *ret)
{
	struct export export = {.db = db,
	    .work = work,
	    .request = request,
	    .reply = ret,
	    .buffer = bytes_new(BUFFER_BYTES_MAX),
	    .until_ms = clock_boot_ms() + WITHIN_MS,
	    .digest = EVP_MD_CTX_new()};
	int r = export.digest && EVP_DigestInit_ex(export.digest, EVP_sha256(), NULL) == 1
		    ? open_rows(&export)
		    : -ENOMEM;

	if (r == 0)
		r = work->ask.format == LIST_AS_XLSX ? sheet_run(&export) : csv_run(&export);
	/* What is not written down does not leave whole. */
	if (r == 0)
		r = log_write(&export);
	if (r < 0)
		log_debug(
		    "an export of '%s' ended early: %s", work->list.row->name, strerror(-r));
	if (ret->streamed)
		http_end(request->call, r == 0);
	else if (r == -E2BIG)
		refuse_code(ret, asker, "too_many_rows");
	else
		refuse_database(ret, asker, db, r);
	export_end(&export);
}
