/*
 * The parameters of one statement, added from left to right: single values and
 * columns of rows. Memory is kept from one call to the next.
 */
#ifndef PARTA_COLLECTOR_STORE_CALL_H
#define PARTA_COLLECTOR_STORE_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collector/store/array.h"
#include "collector/store/connection.h"

struct call {
	struct array column[STATEMENT_PARAMS_MAX];
	struct db_param param[STATEMENT_PARAMS_MAX];
	unsigned count;
};

void call_clear(struct call *call);

/* No parameters yet. */
void call_start(struct call *call);
/* The next parameter is an array; values are added to it. Valid until the next call_start(). */
struct array *call_column(struct call *call, enum array_type type);

/* The next parameter is one value. */
void call_null(struct call *call, enum array_type type);
void call_bool(struct call *call, bool value);
void call_int(struct call *call, enum array_type type, int64_t value);
void call_count(struct call *call, uint64_t value); /* a bigint */
void call_number(struct call *call, double value);  /* a double precision */
void call_text(struct call *call, const char *value);
void call_bytes(struct call *call, const void *bytes, size_t len);
void call_uuid(struct call *call, const uint8_t uuid[static 16]);
/* An UUID from the wire; any other length than 16 fails the call with -ERANGE. */
void call_uuid_of(struct call *call, const uint8_t *bytes, size_t len);
void call_time(struct call *call, int64_t unix_ms);
/* 0 is null. */
void call_time_or_null(struct call *call, int64_t unix_ms);

/* Runs it; the number of parameters must be the statement's. Returns as db_run(). */
int call_run(
    struct call *call, struct db *db, enum statement statement, struct pg_result **ret);

/* A column of UUIDs from the wire, checked likewise. */
void column_uuid_of(struct array *column, const uint8_t *bytes, size_t len);

#endif
