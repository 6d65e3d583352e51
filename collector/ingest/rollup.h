/*
 * Sums up what was stored (core.roll_up(), sql/functions), on a thread of its own
 * with a connection of its own, so that neither reports nor errands wait for it.
 * Many collectors may do so on one database.
 */
#ifndef PARTA_COLLECTOR_INGEST_ROLLUP_H
#define PARTA_COLLECTOR_INGEST_ROLLUP_H

struct rollup;

/* conninfo is borrowed. 0 or a negative errno. */
int rollup_start(const char *conninfo, struct rollup **ret);

/* Ends when what is being summed up is done. Accepts NULL. */
void rollup_stop(struct rollup *rollup);

#endif
