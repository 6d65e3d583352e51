/* One thread's connection to the database: opened again by itself, never more than once a
 * second. */
#ifndef PARTA_COLLECTOR_INGEST_LINK_H
#define PARTA_COLLECTOR_INGEST_LINK_H

#include <stdbool.h>
#include <stdint.h>

struct store;

struct link {
	const char *conninfo; /* borrowed */
	const char *name;     /* for the log */
	struct store *store;  /* NULL while the database is away */
	uint64_t retry_at_ms; /* by clock_boot_ms() */
	bool complained;
};

/* The open connection, or NULL while the database is away. */
struct store *link_store(struct link *link);

/* Tells that a call failed with -EAGAIN or otherwise: the connection is closed. */
void link_lost(struct link *link, int error, const char *words);

void link_close(struct link *link);

#endif
