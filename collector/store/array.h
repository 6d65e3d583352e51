/*
 * One column of rows on its way into PostgreSQL: a one-dimensional array in the
 * binary format of its element type (array_recv). Values are added one by one; a
 * value that no column can hold (a time beyond the calendar) or a lack of memory
 * is remembered and shows at the end, so that no addition needs its own test.
 */
#ifndef PARTA_COLLECTOR_STORE_ARRAY_H
#define PARTA_COLLECTOR_STORE_ARRAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Element types, by the names SQL has for them. */
enum array_type {
	ARRAY_BOOLEAN,
	ARRAY_SMALLINT,
	ARRAY_INTEGER,
	ARRAY_BIGINT,
	ARRAY_REAL,
	ARRAY_DOUBLE,
	ARRAY_TEXT,
	ARRAY_BYTEA,
	ARRAY_UUID,
	ARRAY_TIME, /* timestamptz */
	ARRAY_INET,
	ARRAY_MACADDR,
};

enum { ARRAY_HEAD_BYTES = 20 };

struct array {
	enum array_type type;
	uint8_t *bytes; /* what array_data() hands out; the caller clears it */
	size_t len, size;
	uint32_t count;
	bool has_null;
	int error; /* 0, -ENOMEM or -ERANGE */
};

struct array array_of(enum array_type type);
void array_clear(struct array *a);
/* Empty again, the memory kept. */
void array_reset(struct array *a);

/* A value that no column can hold: the array fails with -ERANGE. */
void array_refuse(struct array *a);

void array_add_null(struct array *a);
void array_add_bool(struct array *a, bool value);
/* Any of the three integer types; -ERANGE when it does not fit. */
void array_add_int(struct array *a, int64_t value);
/* An unsigned counter; what a bigint cannot hold becomes the largest bigint. */
void array_add_count(struct array *a, uint64_t value);
/* real or double precision; what is no number becomes null. */
void array_add_number(struct array *a, double value);
/* NULL is the empty text. */
void array_add_text(struct array *a, const char *text);
void array_add_bytes(struct array *a, const void *bytes, size_t len);
void array_add_uuid(struct array *a, const uint8_t uuid[static 16]);
/* Unix milliseconds; -ERANGE before 1970 or after 9999. */
void array_add_time(struct array *a, int64_t unix_ms);
/* 4 or 16 bytes in network order; any other length is null. */
void array_add_inet(struct array *a, const void *address, size_t len);
/* 6 bytes; any other length is null. */
void array_add_mac(struct array *a, const void *mac, size_t len);

/* The finished array and its length; valid until the next change. NULL after an error. */
const uint8_t *array_data(struct array *a, size_t *ret_len);
/* pg_type.oid of the array type and of its elements. */
uint32_t array_type_oid(enum array_type type);
uint32_t array_element_oid(enum array_type type);

#endif
