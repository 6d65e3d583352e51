/*
 * The database says what a claim's data and papers are (sql/views/claim*.sql); here
 * they become a file. Data are noted first, since a paper prints the number; that
 * the paper is of these data and no others is looked at once more afterwards.
 */
#include "collector/page/claim.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "collector/page/paper.h"
#include "collector/page/sheet.h"
#include "collector/store/connection.h"
#include "common/check.h"
#include "common/cleanup.h"
#include "common/digest.h"
#include "common/text.h"

enum { FILE_BYTES_MAX = 64 * 1024 * 1024, LOOKS_MAX = 3, NUMBER_SIZE = 24, DAY_SIZE = 16 };

/* A claim as it is noted. */
struct noted {
	char number[NUMBER_SIZE], day[DAY_SIZE];
};

static bool
is_day(const char *text)
{
	static const char form[] = "dddd-dd-dd";

	if (!text || strlen(text) != sizeof(form) - 1)
		return false;
	for (size_t i = 0; form[i]; i++)
		if (form[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != form[i])
			return false;
	return true;
}

static bool
is_word(const char *word, const char *one, const char *other)
{
	return word && (strcmp(word, one) == 0 || strcmp(word, other) == 0);
}

const char *
claim_wrong(const struct claim_ask *ask)
{
	bool is_data = ask->paper && strcmp(ask->paper, "data") == 0;

	if (!is_data && !is_word(ask->paper, "act", "journal"))
		return "bad_paper";
	if (is_data ? !is_word(ask->format, "json", "json")
		    : !is_word(ask->format, "html", "xlsx"))
		return "bad_paper";
	if (!ask->school || !is_day(ask->from) || !is_day(ask->to) ||
	    strcmp(ask->from, ask->to) > 0)
		return "bad_days";
	return NULL;
}

/* ---------------------------------------------------------------- what the database says */

static int
digest_ask(struct db *db, const struct claim_ask *ask, char ret[static CLAIM_DIGEST_SIZE])
{
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	const char *const values[] = {ask->school, ask->from, ask->to};
	const char *hex;
	int r = db_query(db, "SELECT sha256 FROM api.claim_digest($1, $2::date, $3::date)",
	    values, COUNT_OF(values), &rows);

	if (r < 0)
		return r;
	hex = db_field(rows, 0, 0);
	(void)text_copy(ret, CLAIM_DIGEST_SIZE, hex ? hex : "");
	return hex ? 0 : -ENOENT;
}

/* A claim is one of one contract. */
static int
contract_ask(struct db *db, const struct claim_ask *ask)
{
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	const char *const values[] = {ask->school, ask->from, ask->to};
	int r = db_query(db, "SELECT is_whole FROM api.claim_contract($1, $2::date, $3::date)",
	    values, COUNT_OF(values), &rows);

	if (r < 0)
		return r;
	if (db_rows(rows) == 0)
		return -ENOENT;
	return strcmp(db_field(rows, 0, 0), "t") == 0 ? 0 : -EXDEV;
}

static int
claim_note(
    struct db *db, const struct claim_ask *ask, struct claim_file *file, struct noted *ret)
{
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	const char *const values[] = {ask->school, ask->from, ask->to, ask->by};
	int r = db_query(db,
	    "SELECT c.sha256, n.claim_id, n.made_on::text"
	    " FROM api.claim_digest($1, $2::date, $3::date) AS c,"
	    " core.note_claim($1, $2::date, $3::date, c.sha256, c.tests, c.outages, $4) AS n"
	    " WHERE c.sha256 IS NOT NULL",
	    values, COUNT_OF(values), &rows);

	if (r < 0)
		return r;
	if (db_rows(rows) == 0 || !db_field(rows, 0, 1))
		return -ENOENT;
	file->claim_id = db_number(rows, 0, 1);
	(void)text_copy(file->sha256, sizeof(file->sha256), db_field(rows, 0, 0));
	(void)text_copy(ret->number, sizeof(ret->number), db_field(rows, 0, 1));
	(void)text_copy(ret->day, sizeof(ret->day), db_field(rows, 0, 2));
	return 0;
}

static int
file_note(struct db *db, const struct claim_ask *ask, const struct claim_file *file)
{
	char number[NUMBER_SIZE];
	const char *const values[] = {
	    number, ask->paper, ask->format, file->file_sha256, ask->by};

	(void)snprintf(number, sizeof(number), "%lld", (long long)file->claim_id);
	return db_query(db, "SELECT core.note_claim_file($1::integer, $2, $3, $4, $5)", values,
	    COUNT_OF(values), NULL);
}

/* ---------------------------------------------------------------- the file */

static int
data_write(struct db *db, const struct claim_ask *ask, struct bytes *ret)
{
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	const char *const values[] = {ask->school, ask->from, ask->to};
	int r =
	    db_query(db, "SELECT line FROM api.claim_data($1, $2::date, $3::date) ORDER BY n",
		values, COUNT_OF(values), &rows);

	for (size_t i = 0; r == 0 && i < db_rows(rows); i++) {
		r = bytes_add_text(ret, db_field(rows, i, 0));
		if (r == 0)
			r = bytes_add_text(ret, "\n");
	}
	return r;
}

static int
bytes_take(void *arg, const void *bytes, size_t len)
{
	return bytes_add(arg, bytes, len);
}

static int
book_write(const struct paper_piece pieces[], size_t count, struct bytes *ret)
{
	struct sheet *sheet;
	int r = sheet_open("parta", NULL, &sheet);

	if (r < 0)
		return r;
	r = paper_sheet(pieces, count, sheet);
	if (r == 0)
		r = sheet_close(sheet);
	if (r == 0)
		r = sheet_read(sheet, bytes_take, ret);
	sheet_free(sheet);
	return r;
}

static int
paper_write(struct db *db, const struct claim_ask *ask, const struct noted *noted,
    const char *sha256, struct bytes *ret)
{
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	CLEANUP(free_at) struct paper_piece *pieces = NULL;
	const char *const values[] = {
	    ask->paper, ask->school, ask->from, ask->to, noted->number, noted->day, sha256};
	int r = db_query(db,
	    "SELECT kind, cells[1], cells[2], cells[3], cells[4], cells[5], cells[6],"
	    " cells[7], cells[8], cells[9], cells[10]"
	    " FROM api.claim_paper($1, $2, $3::date, $4::date, $5, $6::date, $7)",
	    values, COUNT_OF(values), &rows);

	if (r < 0)
		return r;
	pieces = calloc(db_rows(rows) + 1, sizeof(*pieces));
	if (!pieces)
		return -ENOMEM;
	for (size_t i = 0; i < db_rows(rows); i++) {
		pieces[i].kind = db_field(rows, i, 0);
		for (size_t c = 0; c < PAPER_CELLS_MAX; c++)
			pieces[i].cells[c] = db_field(rows, i, c + 1);
	}
	return strcmp(ask->format, "xlsx") == 0 ? book_write(pieces, db_rows(rows), ret)
						: paper_html(pieces, db_rows(rows), ret);
}

/* -EAGAIN: meanwhile other facts came. */
static int
look(struct db *db, const struct claim_ask *ask, struct claim_file *ret)
{
	char sha256[CLAIM_DIGEST_SIZE];
	uint8_t digest[DIGEST_BYTES];
	struct noted noted;
	int r = claim_note(db, ask, ret, &noted);

	if (r == 0)
		r = strcmp(ask->paper, "data") == 0
			? data_write(db, ask, &ret->bytes)
			: paper_write(db, ask, &noted, ret->sha256, &ret->bytes);
	if (r == 0)
		r = digest_ask(db, ask, sha256);
	if (r == 0 && strcmp(sha256, ret->sha256) != 0)
		r = -EAGAIN;
	if (r == 0)
		r = digest_of(ret->bytes.data, ret->bytes.len, digest);
	if (r == 0)
		text_hex(ret->file_sha256, digest, sizeof(digest));
	return r;
}

int
claim_make(struct db *db, const struct claim_ask *ask, struct claim_file *ret)
{
	int r;

	CHECK(!claim_wrong(ask));
	*ret = (struct claim_file){.bytes = bytes_new(FILE_BYTES_MAX)};
	r = contract_ask(db, ask);
	if (r == 0)
		r = -EAGAIN;
	for (unsigned i = 0; r == -EAGAIN && i < LOOKS_MAX; i++) {
		bytes_clear(&ret->bytes);
		r = look(db, ask, ret);
	}
	if (r == 0)
		r = file_note(db, ask, ret);
	if (r < 0)
		bytes_clear(&ret->bytes);
	return r;
}
