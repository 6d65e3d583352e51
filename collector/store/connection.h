/*
 * One connection to PostgreSQL: THE LIST of statements prepared when first used,
 * SQLSTATEs told as negative errno, lost connections opened again by the next
 * call. One thread a connection.
 */
#ifndef PARTA_COLLECTOR_STORE_CONNECTION_H
#define PARTA_COLLECTOR_STORE_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collector/store/array.h"
#include "collector/store/statements.h"

struct db;
struct pg_result;

enum { DB_ERROR_SIZE = 256 };

/* A parameter: a whole array, or its one element as a value of its own. */
struct db_param {
	struct array *array;
	bool is_value;
};

/*
 * 0; -EAGAIN the database is away; -EACCES it does not let us in; -EINVAL the
 * connection string is wrong. role: what the session becomes, NULL stays who
 * logged in. timeout_s bounds each statement, 0 none.
 */
int db_open(const char *conninfo, const char *role, unsigned timeout_s, struct db **ret,
    char error[static DB_ERROR_SIZE]);
void db_close(struct db *db);

/* Why the last call failed: one sentence. */
const char *db_error(const struct db *db);

/*
 * All return 0 or: -EBADMSG the data was refused (SQLSTATE class 22, 23, 54, P0);
 * -EDEADLK try the whole transaction again now (class 40); -EAGAIN the database
 * is away or not ready (class 08, 25, 53, 55, 57, 58, XX, or no answer at all);
 * -EPROTO the statement does not fit this schema (class 42, 3F); -ERANGE or
 * -ENOMEM a parameter could not be made; -EIO anything else.
 */
int db_begin(struct db *db);
int db_commit(struct db *db);
void db_rollback(struct db *db);

/* Runs a prepared statement; *ret (may be NULL) is freed by db_free(). */
int db_run(struct db *db, enum statement statement, const struct db_param params[],
    struct pg_result **ret);
/* Runs SQL text, several statements if need be, without parameters. */
int db_text(struct db *db, const char *sql, struct pg_result **ret);
/* One statement with text parameters (NULL: SQL null). */
int db_query(struct db *db, const char *sql, const char *const values[], int count,
    struct pg_result **ret);

/* COPY ... FROM STDIN: the whole input at once. */
int db_copy(struct db *db, const char *sql, const char *bytes, size_t len);

/* Data that was refused before it reached the server: db_error() says these words. -EBADMSG. */
int db_refuse(struct db *db, const char *words);

/* Where in the last SQL text an error stood: 1-based character, 0 unknown. */
unsigned db_error_at(const struct db *db);
/* The SQLSTATE of the last failure, "" when there is none. */
const char *db_sqlstate(const struct db *db);

void db_free(struct pg_result *rows);
size_t db_rows(const struct pg_result *rows);
size_t db_columns(const struct pg_result *rows);
const char *db_column(const struct pg_result *rows, size_t column);
/* Text of a field; NULL for SQL null. */
const char *db_field(const struct pg_result *rows, size_t row, size_t column);
/* The same as a number; 0 for SQL null. */
int64_t db_number(const struct pg_result *rows, size_t row, size_t column);
double db_real(const struct pg_result *rows, size_t row, size_t column);

static inline void
db_free_at(struct pg_result **rows)
{
	db_free(*rows);
}

#endif
