/*
 * The one place where libpq's calls are made. Statements are prepared when they
 * are first used, so an older schema fails where it matters and nowhere else;
 * parameters go in the binary format, answers come as text. No call is tried
 * twice here: what is safe to repeat is known above.
 */
#include "collector/store/connection.h"

#include <errno.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/check.h"
#include "common/cleanup.h"
#include "common/text.h"

struct db {
	PGconn *conn;
	bool prepared[STATEMENTS_COUNT];
	char start[192]; /* what a new session does first */
	char error[DB_ERROR_SIZE];
	char sqlstate[6];
	unsigned error_at;
};

/* The first line of what libpq says, without its stop. */
static void
take_words(char ret[static DB_ERROR_SIZE], const char *words)
{
	size_t len = strcspn(words, "\n");

	(void)text_clean(ret, DB_ERROR_SIZE, words, len);
}

static int
errno_of(const char *sqlstate)
{
	static const struct {
		char class[3];
		int error;
	} classes[] = {
	    {"22", -EBADMSG},
	    {"23", -EBADMSG},
	    {"54", -EBADMSG},
	    {"P0", -EBADMSG},
	    {"40", -EDEADLK},
	    {"08", -EAGAIN},
	    {"25", -EAGAIN},
	    {"53", -EAGAIN},
	    {"55", -EAGAIN},
	    {"57", -EAGAIN},
	    {"58", -EAGAIN},
	    {"XX", -EAGAIN},
	    {"28", -EACCES},
	    {"3F", -EPROTO},
	    {"3D", -EPROTO},
	    {"42", -EPROTO},
	};

	for (size_t i = 0; i < COUNT_OF(classes); i++)
		if (memcmp(sqlstate, classes[i].class, 2) == 0)
			return classes[i].error;
	return -EIO;
}

static int
failed_connection(struct db *db)
{
	take_words(db->error, PQerrorMessage(db->conn));
	db->sqlstate[0] = '\0';
	db->error_at = 0;
	return -EAGAIN;
}

/* Remembers why; returns the errno. */
static int
failed(struct db *db, const PGresult *result)
{
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *words = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	const char *where = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
	const char *context = PQresultErrorField(result, PG_DIAG_CONTEXT);
	int64_t at = 0;

	if (!state)
		return failed_connection(db);
	(void)text_copy(db->sqlstate, sizeof(db->sqlstate), state);
	take_words(db->error, words ? words : "no words");
	/* COPY says in its context which line of the input it was. */
	if (context && strncmp(context, "COPY ", 5) == 0) {
		char line[96];
		char whole[DB_ERROR_SIZE + sizeof(line) + 2];

		(void)text_copy(line, sizeof(line), context);
		line[strcspn(line, ":\n")] = '\0';
		(void)snprintf(whole, sizeof(whole), "%s: %s", line, db->error);
		(void)text_copy(db->error, sizeof(db->error), whole);
	}
	if (where)
		(void)text_i64(where, 0, UINT32_MAX, &at);
	db->error_at = (unsigned)at;
	return errno_of(state);
}

/* Takes the result's ownership. 0 when it is a good one. */
static int
judge(struct db *db, PGresult *result, PGresult **ret)
{
	ExecStatusType status = PQresultStatus(result);
	int r = 0;

	if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK && status != PGRES_COPY_IN)
		r = result ? failed(db, result) : failed_connection(db);
	if (r == 0 && ret)
		*ret = result;
	else
		PQclear(result);
	return r;
}

static int
session_start(struct db *db)
{
	memset(db->prepared, 0, sizeof(db->prepared));
	if (PQstatus(db->conn) != CONNECTION_OK) {
		int r = failed_connection(db);

		if (PQconnectionNeedsPassword(db->conn) || strstr(db->error, "authentication"))
			return -EACCES;
		return r;
	}
	return judge(db, PQexec(db->conn, db->start), NULL);
}

/* A connection that was lost is opened again, once. */
static int
ready(struct db *db)
{
	if (PQstatus(db->conn) == CONNECTION_OK)
		return 0;
	PQreset(db->conn);
	return session_start(db);
}

/* libpq would print notices to stderr; nobody reads them there. */
static void
ignore_notice(void *arg, const PGresult *result)
{
	(void)arg;
	(void)result;
}

static PGconn *
connect_to(const char *conninfo)
{
	const char *const keys[] = {"dbname", "connect_timeout", "client_encoding",
	    "application_name", "tcp_user_timeout", "keepalives_idle", NULL};
	const char *const values[] = {
	    conninfo, "5", "UTF8", "parta-collector", "30000", "30", NULL};

	return PQconnectdbParams(keys, values, 1);
}

int
db_open(const char *conninfo, const char *role, unsigned timeout_s, struct db **ret,
    char error[static DB_ERROR_SIZE])
{
	CLEANUP(free_at) char *words = NULL;
	PQconninfoOption *options = PQconninfoParse(conninfo, &words);
	struct db *db;
	int r;

	if (!options) {
		take_words(error, words ? words : "the connection string cannot be read");
		PQfreemem(TAKE(words, NULL));
		return -EINVAL;
	}
	PQconninfoFree(options);
	db = calloc(1, sizeof(*db));
	if (!db)
		return -ENOMEM;
	(void)snprintf(db->start, sizeof(db->start),
	    "SET statement_timeout = '%us'; SET TIME ZONE 'UTC'; SET DateStyle = ISO; "
	    "SET bytea_output = hex; %s%s",
	    timeout_s, role ? "SET ROLE " : "RESET ROLE", role ? role : "");
	db->conn = connect_to(conninfo);
	if (!db->conn) {
		free(db);
		return -ENOMEM;
	}
	PQsetNoticeReceiver(db->conn, ignore_notice, NULL);
	r = session_start(db);
	if (r < 0) {
		(void)text_copy(error, DB_ERROR_SIZE, db->error);
		db_close(db);
		return r;
	}
	*ret = db;
	return 0;
}

void
db_close(struct db *db)
{
	if (!db)
		return;
	PQfinish(db->conn);
	free(db);
}

const char *
db_error(const struct db *db)
{
	return db->error;
}

unsigned
db_error_at(const struct db *db)
{
	return db->error_at;
}

const char *
db_sqlstate(const struct db *db)
{
	return db->sqlstate;
}

int
db_refuse(struct db *db, const char *words)
{
	(void)text_copy(db->error, sizeof(db->error), words);
	db->sqlstate[0] = '\0';
	db->error_at = 0;
	return -EBADMSG;
}

int
db_text(struct db *db, const char *sql, struct pg_result **ret)
{
	int r = ready(db);

	return r < 0 ? r : judge(db, PQexec(db->conn, sql), ret);
}

int
db_begin(struct db *db)
{
	return db_text(db, "BEGIN", NULL);
}

int
db_commit(struct db *db)
{
	CLEANUP(db_free_at) PGresult *result = NULL;
	/* A connection lost here leaves open whether it committed; the key of a report decides.
	 */
	int r = judge(db, PQexec(db->conn, "COMMIT"), &result);

	if (r == 0 && strcmp(PQcmdStatus(result), "COMMIT") != 0) {
		(void)text_copy(
		    db->error, sizeof(db->error), "the transaction was rolled back");
		return -EAGAIN;
	}
	return r;
}

void
db_rollback(struct db *db)
{
	if (PQstatus(db->conn) == CONNECTION_OK &&
	    PQtransactionStatus(db->conn) != PQTRANS_IDLE)
		PQclear(PQexec(db->conn, "ROLLBACK"));
}

/* The statement's SQL with '*' written out; at most 1 KiB more than it is long. */
static int
write_out(const struct statement_row *row, char *ret, size_t size)
{
	const char *star = row->params ? strchr(row->sql, '*') : NULL;
	size_t at;

	if (!star) {
		(void)text_copy(ret, size, row->sql);
		return 0;
	}
	at = (size_t)(star - row->sql);
	if (at >= size)
		return -EFBIG;
	memcpy(ret, row->sql, at);
	for (unsigned i = 1; i <= row->params; i++)
		at += (size_t)snprintf(ret + at, size - at, "%s$%u", i > 1 ? ", " : "", i);
	(void)text_copy(ret + at, size - at, star + 1);
	return 0;
}

static int
prepare(struct db *db, enum statement statement)
{
	const struct statement_row *row = &statements[statement];
	char sql[1536];
	int r;

	if (db->prepared[statement])
		return 0;
	r = write_out(row, sql, sizeof(sql));
	if (r == 0)
		r = judge(
		    db, PQprepare(db->conn, row->name, sql, (int)row->params, NULL), NULL);
	db->prepared[statement] = r == 0;
	return r;
}

/* One parameter's bytes; NULL with length 0 is SQL null. */
static int
param_bytes(struct array *a, bool is_value, const char **ret, int *ret_len)
{
	size_t len;
	const uint8_t *bytes = array_data(a, &len);

	if (!bytes)
		return a->error;
	if (is_value) {
		CHECK(a->count == 1);
		bytes = a->has_null ? NULL : bytes + ARRAY_HEAD_BYTES + 4;
		len = a->has_null ? 0 : len - ARRAY_HEAD_BYTES - 4;
	}
	*ret = (const char *)bytes;
	*ret_len = (int)len;
	return 0;
}

int
db_run(struct db *db, enum statement statement, const struct db_param params[],
    struct pg_result **ret)
{
	const struct statement_row *row = &statements[statement];
	const char *values[STATEMENT_PARAMS_MAX];
	int lengths[STATEMENT_PARAMS_MAX], formats[STATEMENT_PARAMS_MAX];
	int r = ready(db);

	CHECK(row->params <= STATEMENT_PARAMS_MAX);
	if (r == 0)
		r = prepare(db, statement);
	for (unsigned i = 0; r == 0 && i < row->params; i++) {
		formats[i] = 1;
		r = param_bytes(params[i].array, params[i].is_value, &values[i], &lengths[i]);
		if (r < 0)
			(void)text_copy(db->error, sizeof(db->error),
			    r == -ERANGE ? "a number or a time is out of range"
					 : "out of memory");
	}
	if (r < 0)
		return r;
	return judge(db,
	    PQexecPrepared(db->conn, row->name, (int)row->params, values, lengths, formats, 0),
	    ret);
}

int
db_query(struct db *db, const char *sql, const char *const values[], int count,
    struct pg_result **ret)
{
	int r = ready(db);

	if (r < 0)
		return r;
	return judge(db, PQexecParams(db->conn, sql, count, NULL, values, NULL, NULL, 0), ret);
}

int
db_copy(struct db *db, const char *sql, const char *bytes, size_t len)
{
	int r = ready(db);

	if (r == 0)
		r = judge(db, PQexec(db->conn, sql), NULL);
	if (r < 0)
		return r;
	if (len > INT32_MAX || PQputCopyData(db->conn, bytes, (int)len) != 1 ||
	    PQputCopyEnd(db->conn, NULL) != 1)
		return failed_connection(db);
	for (PGresult *result; (result = PQgetResult(db->conn));) {
		int one = judge(db, result, NULL);

		if (r == 0)
			r = one;
	}
	return r;
}

void
db_free(struct pg_result *rows)
{
	PQclear(rows);
}

size_t
db_rows(const struct pg_result *rows)
{
	return (size_t)PQntuples(rows);
}

size_t
db_columns(const struct pg_result *rows)
{
	return (size_t)PQnfields(rows);
}

const char *
db_column(const struct pg_result *rows, size_t column)
{
	return PQfname(rows, (int)column);
}

const char *
db_field(const struct pg_result *rows, size_t row, size_t column)
{
	if (PQgetisnull(rows, (int)row, (int)column))
		return NULL;
	return PQgetvalue(rows, (int)row, (int)column);
}

int64_t
db_number(const struct pg_result *rows, size_t row, size_t column)
{
	const char *text = db_field(rows, row, column);
	int64_t value = 0;

	if (text)
		(void)text_i64(text, INT64_MIN, INT64_MAX, &value);
	return value;
}

double
db_real(const struct pg_result *rows, size_t row, size_t column)
{
	const char *text = db_field(rows, row, column);
	double value = 0;

	if (text)
		(void)text_f64(text, -1e300, 1e300, &value);
	return value;
}
