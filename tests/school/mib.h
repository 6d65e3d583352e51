/*
 * What one device tells by SNMP: rows sorted by OID, each with its variable
 * binding already encoded, so that an answer is a binary search and a copy.
 */
#ifndef PARTA_TESTS_SCHOOL_MIB_H
#define PARTA_TESTS_SCHOOL_MIB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/school/ber.h"

struct mib_row {
	uint32_t oid_at, varbind_at; /* into the two stores below */
	uint16_t oid_len, varbind_len;
	uint8_t tag;
};

struct mib {
	struct mib_row *rows;
	size_t n, size;
	uint32_t *parts;
	size_t n_parts, size_parts;
	uint8_t *varbinds;
	size_t n_varbinds, size_varbinds;
	int error; /* the first failure of an addition */
};

void mib_free(struct mib *m);

/* contents: the value's bytes, without its tag and length. */
void mib_add(
    struct mib *m, const struct oid *oid, uint8_t tag, const void *contents, size_t len);

/* Sorts, and of rows with one OID keeps the first. 0, or what an addition failed with (-ENOMEM,
 * -EFBIG). */
int mib_finish(struct mib *m);

/* The first row at or after the OID; m->n when there is none. */
size_t mib_at_or_after(const struct mib *m, const struct oid *oid);
bool mib_is_at(const struct mib *m, size_t row, const struct oid *oid);

static inline const uint8_t *
mib_varbind(const struct mib *m, size_t row)
{
	return m->varbinds + m->rows[row].varbind_at;
}

static inline const uint32_t *
mib_oid(const struct mib *m, size_t row)
{
	return m->parts + m->rows[row].oid_at;
}

/* One recorded row, OID|TAG|VALUE (snmprec); TAG is decimal, with x for hexadecimal octets. 0
 * or -EINVAL. */
int mib_add_recorded(struct mib *m, const char *row);

/* A recorded walk in the snmprec format (OID|TAG|VALUE); rows that nobody could read are
 * counted. 0 or a negative errno. */
int mib_load(struct mib *m, const char *path, size_t *ret_unreadable);

#endif
