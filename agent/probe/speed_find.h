/* Before a throughput test: the first of its servers that answers as its backend wants, at a
 * pinned address, and how long it takes to answer while the line is idle. */
#ifndef PARTA_AGENT_PROBE_SPEED_FIND_H
#define PARTA_AGENT_PROBE_SPEED_FIND_H

#include <stddef.h>

#include "agent/probe/speed_access.h"

struct speed_find;

struct speed_found {
	int error; /* 0 or a negative errno, and words say why */
	const char *words;
	const struct speed_server *server; /* of those asked */
	char url[256]; /* the server's, as it was named or as it was found */
	const struct speed_place *place;
	struct address address; /* family ADDRESS_NONE: unknown */
	double idle_ms;         /* median; < 0 not measured */
	const char *cipher;     /* of TLS, "" none */
};

/* Tries servers[] in order; they and what access points at outlive the search, access->place
 * and access->address are not looked at. test_id goes into every request. on_done is called
 * once, never before this returns, and the search is gone when it returns. 0 or a negative
 * errno. */
int speed_find_start(const struct speed_access *access, const struct speed_server servers[],
    size_t count, const char *test_id,
    void (*on_done)(void *arg, const struct speed_found *found), void *arg,
    struct speed_find **ret);
void speed_find_cancel(struct speed_find *find); /* on_done is not called; accepts NULL */

#endif
