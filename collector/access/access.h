/*
 * The workers of the page: a handful of threads, each with a connection to the
 * database, that answer what takes a session or waits for the database, so that no
 * thread of a listener does. They know who asks, let the handler of the route
 * (asker.h) see what that person may see, and write down what was done.
 */
#ifndef PARTA_COLLECTOR_ACCESS_ACCESS_H
#define PARTA_COLLECTOR_ACCESS_ACCESS_H

#include "collector/http/message.h"

struct access;

enum {
	ACCESS_WORKERS = 6,
	ACCESS_SLOW_AT_ONCE = 2,   /* exports */
	ACCESS_INSIDE_AT_ONCE = 2, /* passwords: 19 MiB each while they are checked */
	ACCESS_QUEUE_MAX = 256,    /* requests of each way that wait */
};

/* conninfo is borrowed. The database may be away. 0 or a negative errno. */
int access_start(const char *conninfo, struct access **ret);

/* Refuses what waits, lets go on what is under way; no handler runs after it. Accepts NULL, and
 * one that has stopped. */
void access_stop(struct access *access);
void access_free(struct access *access); /* when no listener is left; accepts NULL */

/* Of every route with a struct page_route: refuses what comes without a session's cookie or
 * from another site before its body is read; gives the rest to a worker. */
http_opening access_open;
http_handler access_ask;

#endif
