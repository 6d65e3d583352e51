/*
 * Numbers of series that are known already, so that a report of twenty
 * measurements asks the database for none of them. Bounded: a full table is
 * emptied and learns again. No I/O.
 */
#ifndef PARTA_COLLECTOR_STORE_SERIES_H
#define PARTA_COLLECTOR_STORE_SERIES_H

#include <stddef.h>
#include <stdint.h>

struct series_table;

enum { SERIES_KNOWN_MAX = 48 * 1024 };

int series_table_new(struct series_table **ret); /* 0 or -ENOMEM */
void series_table_free(struct series_table *table);

/* The number, or 0 when it is not known. */
int32_t series_find(const struct series_table *table, const uint8_t agent_id[static 16],
    const char *metric, const char *subject);
/* Remembers a number (> 0). Lack of memory is forgotten: the database knows. */
void series_learn(struct series_table *table, const uint8_t agent_id[static 16],
    const char *metric, const char *subject, int32_t id);

#endif
