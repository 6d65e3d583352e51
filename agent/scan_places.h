/* Places of devices (topology.h), from one scan to the next. */
#ifndef PARTA_AGENT_SCAN_PLACES_H
#define PARTA_AGENT_SCAN_PLACES_H

#include <stddef.h>

#include "agent/inventory/topology.h"
#include "agent/scan_memory.h"

/* Gives every device its place: where it is seen now, else where an earlier scan saw it, and
 * remembers all of them. own: as topology_settle() takes it. past NULL: nothing is remembered.
 */
void scan_places_settle(struct topology *topology, struct inventory *inventory,
    struct scan_memory *past, const struct mac own[], size_t n_own);

#endif
