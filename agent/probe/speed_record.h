/* After a run that failed: what its server recorded of it, so that a server that was the limit
 * itself is not taken for the line. */
#ifndef PARTA_AGENT_PROBE_SPEED_RECORD_H
#define PARTA_AGENT_PROBE_SPEED_RECORD_H

#include <stdbool.h>

#include "agent/probe/speed_access.h"

struct speed_record_ask;

/* Asks the server that access points at, whose backend tells of it, and again while streams are
 * under way there; access outlives it. on_done is called once, never before this returns, and
 * the errand is gone when it returns; server: NULL when it told nothing in time. 0 or a
 * negative errno, -ENOTSUP: such servers record nothing. */
int speed_record_start(const struct speed_access *access, bool upload,
    void (*on_done)(void *arg, const struct speed_server_part *server), void *arg,
    struct speed_record_ask **ret);
void speed_record_cancel(
    struct speed_record_ask *ask); /* on_done is not called; accepts NULL */

#endif
