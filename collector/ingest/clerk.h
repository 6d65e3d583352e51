/*
 * Small errands on the database, one after another on one thread, so that no
 * thread of a listener waits for a disk: heartbeats, enrolments, policies,
 * measuring records. It also keeps the roll: at most a second old.
 */
#ifndef PARTA_COLLECTOR_INGEST_CLERK_H
#define PARTA_COLLECTOR_INGEST_CLERK_H

#include <stdbool.h>
#include <stddef.h>

struct clerk;
struct roll;
struct store;

enum { CLERK_ERRANDS_MAX = 4096 };

/* store is NULL when the database is away. Returns what the store said: -EAGAIN makes the clerk
 * connect again. work is the errand's own, to be freed by it. */
typedef int (*clerk_fn)(struct store *store, void *work);

/* conninfo and roll are borrowed. 0 or a negative errno. */
int clerk_start(const char *conninfo, struct roll *roll, struct clerk **ret);

/* 0; -EAGAIN when too many errands wait, or it is stopping: then fn is not called. */
int clerk_post(struct clerk *clerk, clerk_fn fn, void *work);

/* Does what was posted, then ends. Accepts NULL, and a clerk that has ended. */
void clerk_stop(struct clerk *clerk);
void clerk_free(struct clerk *clerk); /* after clerk_stop(); accepts NULL */

#endif
