/*
 * Binary arrays as PostgreSQL's array_recv() reads them (src/backend/utils/adt/arrayfuncs.c):
 * dimensions, a flag for nulls, the element's type, then length and bytes of each
 * element, all big-endian. One dimension only, counted from 1.
 */
#include "collector/store/array.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/check.h"

/* pg_type.oid values are part of PostgreSQL's wire contract and never change. */
/* clang-format off */
static const struct {
	uint32_t element, array;
} types[] = {
	[ARRAY_BOOLEAN]  = {   16, 1000 },
	[ARRAY_SMALLINT] = {   21, 1005 },
	[ARRAY_INTEGER]  = {   23, 1007 },
	[ARRAY_BIGINT]   = {   20, 1016 },
	[ARRAY_REAL]     = {  700, 1021 },
	[ARRAY_DOUBLE]   = {  701, 1022 },
	[ARRAY_TEXT]     = {   25, 1009 },
	[ARRAY_BYTEA]    = {   17, 1001 },
	[ARRAY_UUID]     = { 2950, 2951 },
	[ARRAY_TIME]     = { 1184, 1185 },
	[ARRAY_INET]     = {  869, 1041 },
	[ARRAY_MACADDR]  = {  829, 1040 },
};
/* clang-format on */

/* 2000-01-01, the epoch of PostgreSQL, and the last moment of the year 9999, in Unix
 * milliseconds. */
#define EPOCH_MS    INT64_C(946684800000)
#define LAST_MS     INT64_C(253402300799999)
#define AF_INET_PG  2
#define AF_INET6_PG 3

static void
put_be(uint8_t *at, uint64_t value, size_t len)
{
	for (size_t i = 0; i < len; i++)
		at[i] = (uint8_t)(value >> (8 * (len - 1 - i)));
}

struct array
array_of(enum array_type type)
{
	struct array a = {.type = type};

	return a;
}

void
array_clear(struct array *a)
{
	free(a->bytes);
	*a = array_of(a->type);
}

void
array_reset(struct array *a)
{
	a->len = 0;
	a->count = 0;
	a->has_null = false;
	a->error = 0;
}

static uint8_t *
room(struct array *a, size_t len)
{
	size_t used = a->len ? a->len : ARRAY_HEAD_BYTES;
	size_t size = a->size ? a->size : 256;

	if (a->error)
		return NULL;
	while (size - used < len)
		size *= 2;
	if (size != a->size) {
		uint8_t *grown = realloc(a->bytes, size);

		if (!grown) {
			a->error = -ENOMEM;
			return NULL;
		}
		a->bytes = grown;
		a->size = size;
	}
	a->len = used + len;
	return a->bytes + used;
}

/* Room for one element of len bytes, its length written before it; NULL after an error. */
static uint8_t *
element(struct array *a, size_t len)
{
	uint8_t *at = room(a, 4 + len);

	if (!at)
		return NULL;
	put_be(at, len, 4);
	a->count++;
	return at + 4;
}

void
array_refuse(struct array *a)
{
	if (!a->error)
		a->error = -ERANGE;
}

void
array_add_null(struct array *a)
{
	uint8_t *at = room(a, 4);

	if (!at)
		return;
	put_be(at, UINT32_MAX, 4);
	a->count++;
	a->has_null = true;
}

void
array_add_bool(struct array *a, bool value)
{
	uint8_t *at = element(a, 1);

	CHECK(a->type == ARRAY_BOOLEAN);
	if (at)
		*at = value;
}

void
array_add_int(struct array *a, int64_t value)
{
	size_t len = a->type == ARRAY_SMALLINT ? 2 : a->type == ARRAY_INTEGER ? 4 : 8;
	int64_t most = len == 2 ? INT16_MAX : len == 4 ? INT32_MAX : INT64_MAX;
	uint8_t *at;

	CHECK(a->type == ARRAY_SMALLINT || a->type == ARRAY_INTEGER || a->type == ARRAY_BIGINT);
	if (value > most || value < -most - 1) {
		array_refuse(a);
		return;
	}
	at = element(a, len);
	if (at)
		put_be(at, (uint64_t)value, len);
}

void
array_add_count(struct array *a, uint64_t value)
{
	CHECK(a->type == ARRAY_BIGINT);
	array_add_int(a, value > INT64_MAX ? INT64_MAX : (int64_t)value);
}

void
array_add_number(struct array *a, double value)
{
	uint64_t bits = 0;
	uint8_t *at;

	CHECK(a->type == ARRAY_REAL || a->type == ARRAY_DOUBLE);
	if (!isfinite(value)) {
		array_add_null(a);
		return;
	}
	if (a->type == ARRAY_REAL) {
		float single = (float)value;
		uint32_t half;

		memcpy(&half, &single, sizeof(half));
		bits = half;
	} else {
		memcpy(&bits, &value, sizeof(bits));
	}
	at = element(a, a->type == ARRAY_REAL ? 4 : 8);
	if (at)
		put_be(at, bits, a->type == ARRAY_REAL ? 4 : 8);
}

void
array_add_text(struct array *a, const char *text)
{
	CHECK(a->type == ARRAY_TEXT);
	array_add_bytes(a, text ? text : "", text ? strlen(text) : 0);
}

void
array_add_bytes(struct array *a, const void *bytes, size_t len)
{
	uint8_t *at;

	CHECK(a->type == ARRAY_TEXT || a->type == ARRAY_BYTEA);
	if (len > INT32_MAX / 2) {
		array_refuse(a);
		return;
	}
	at = element(a, len);
	if (at && len > 0)
		memcpy(at, bytes, len);
}

void
array_add_uuid(struct array *a, const uint8_t uuid[static 16])
{
	uint8_t *at = element(a, 16);

	CHECK(a->type == ARRAY_UUID);
	if (at)
		memcpy(at, uuid, 16);
}

void
array_add_time(struct array *a, int64_t unix_ms)
{
	uint8_t *at;

	CHECK(a->type == ARRAY_TIME);
	if (unix_ms < 0 || unix_ms > LAST_MS) {
		array_refuse(a);
		return;
	}
	at = element(a, 8);
	if (at)
		put_be(at, (uint64_t)((unix_ms - EPOCH_MS) * 1000), 8);
}

void
array_add_inet(struct array *a, const void *address, size_t len)
{
	uint8_t *at;

	CHECK(a->type == ARRAY_INET);
	if (len != 4 && len != 16) {
		array_add_null(a);
		return;
	}
	at = element(a, 4 + len);
	if (!at)
		return;
	at[0] = len == 4 ? AF_INET_PG : AF_INET6_PG;
	at[1] = (uint8_t)(len * 8);
	at[2] = 0; /* inet, not cidr */
	at[3] = (uint8_t)len;
	memcpy(at + 4, address, len);
}

void
array_add_mac(struct array *a, const void *mac, size_t len)
{
	uint8_t *at;

	CHECK(a->type == ARRAY_MACADDR);
	if (len != 6) {
		array_add_null(a);
		return;
	}
	at = element(a, 6);
	if (at)
		memcpy(at, mac, 6);
}

const uint8_t *
array_data(struct array *a, size_t *ret_len)
{
	if (a->len == 0)
		(void)room(a, 0);
	if (a->error)
		return NULL;
	put_be(a->bytes, a->count ? 1 : 0, 4);
	put_be(a->bytes + 4, a->has_null, 4);
	put_be(a->bytes + 8, types[a->type].element, 4);
	put_be(a->bytes + 12, a->count, 4);
	put_be(a->bytes + 16, 1, 4);
	/* An array without elements has no dimension, and so no length of one. */
	*ret_len = a->count ? a->len : 12;
	return a->bytes;
}

uint32_t
array_type_oid(enum array_type type)
{
	return types[type].array;
}

uint32_t
array_element_oid(enum array_type type)
{
	return types[type].element;
}
