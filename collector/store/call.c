/* Parameters of a statement, left to right; see call.h. */
#include "collector/store/call.h"

#include <string.h>

#include "common/check.h"

void
call_clear(struct call *call)
{
	for (size_t i = 0; i < STATEMENT_PARAMS_MAX; i++)
		array_clear(&call->column[i]);
	call->count = 0;
}

void
call_start(struct call *call)
{
	call->count = 0;
}

static struct array *
next(struct call *call, enum array_type type, bool is_value)
{
	struct array *column;

	CHECK(call->count < STATEMENT_PARAMS_MAX);
	column = &call->column[call->count];
	array_reset(column);
	column->type = type;
	call->param[call->count] = (struct db_param){column, is_value};
	call->count++;
	return column;
}

struct array *
call_column(struct call *call, enum array_type type)
{
	return next(call, type, false);
}

void
call_null(struct call *call, enum array_type type)
{
	array_add_null(next(call, type, true));
}

void
call_bool(struct call *call, bool value)
{
	array_add_bool(next(call, ARRAY_BOOLEAN, true), value);
}

void
call_int(struct call *call, enum array_type type, int64_t value)
{
	array_add_int(next(call, type, true), value);
}

void
call_count(struct call *call, uint64_t value)
{
	array_add_count(next(call, ARRAY_BIGINT, true), value);
}

void
call_number(struct call *call, double value)
{
	array_add_number(next(call, ARRAY_DOUBLE, true), value);
}

void
call_text(struct call *call, const char *value)
{
	array_add_text(next(call, ARRAY_TEXT, true), value);
}

void
call_bytes(struct call *call, const void *bytes, size_t len)
{
	array_add_bytes(next(call, ARRAY_BYTEA, true), bytes, len);
}

void
call_uuid(struct call *call, const uint8_t uuid[static 16])
{
	array_add_uuid(next(call, ARRAY_UUID, true), uuid);
}

void
column_uuid_of(struct array *column, const uint8_t *bytes, size_t len)
{
	if (len == 16)
		array_add_uuid(column, bytes);
	else
		array_refuse(column);
}

void
call_uuid_of(struct call *call, const uint8_t *bytes, size_t len)
{
	column_uuid_of(next(call, ARRAY_UUID, true), bytes, len);
}

void
call_time(struct call *call, int64_t unix_ms)
{
	array_add_time(next(call, ARRAY_TIME, true), unix_ms);
}

void
call_time_or_null(struct call *call, int64_t unix_ms)
{
	if (unix_ms == 0)
		call_null(call, ARRAY_TIME);
	else
		call_time(call, unix_ms);
}

int
call_run(struct call *call, struct db *db, enum statement statement, struct pg_result **ret)
{
	CHECK(call->count == statements[statement].params);
	return db_run(db, statement, call->param, ret);
}
