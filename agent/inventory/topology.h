/*
 * Where each device hangs: the switch and port behind which its MAC address is
 * seen, and the access point that it is associated with. Bridges are put in order
 * by which of them sees which other one on what port, away from where we sit, so
 * that of all ports that see a device the last one before it is chosen. Pure but
 * for the heap.
 */
#ifndef PARTA_AGENT_INVENTORY_TOPOLOGY_H
#define PARTA_AGENT_INVENTORY_TOPOLOGY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/ask/snmp.h"
#include "agent/inventory/inventory.h"
#include "common/address.h"

enum { TOPOLOGY_BRIDGES_MAX = 256, TOPOLOGY_HOPS_MAX = 16 };

struct topology;

int topology_new(struct topology **ret); /* 0 or -ENOMEM */
void topology_free(struct topology *topology);

/*
 * What a device told of those that hang on it, copied: its forwarding table, its
 * stations and access points. 0; -ENOSPC beyond TOPOLOGY_BRIDGES_MAX; -ENOMEM.
 */
int topology_add(struct topology *topology, const struct snmp_answer *answer);

/*
 * Gives every device of the inventory that was seen somewhere its place. own: our
 * own addresses, from which the order of the bridges counts. A device whose bridge told
 * nothing this time keeps its place as long as that bridge still is where the device is
 * seen.
 */
void topology_settle(struct topology *topology, struct inventory *inventory,
    const struct mac own[], size_t n_own, int64_t now_ms);

/* After settling: by which rows the i-th table's own devices were placed; false beyond the last
 * table. Borrowed. */
bool topology_watch(const struct topology *topology, size_t i, struct address *ret_bridge,
    const struct snmp_watch **ret_rows, size_t *ret_count);

/* A port on the way. */
struct hop {
	const struct device *bridge;
	const char *port; /* borrowed from the device whose place it is */
};

/*
 * The ports from a device's own one to that of the gateway: up to the bridge that
 * both are below, and down again. gateway NULL: to the topmost bridge. Returns how many, at
 * most TOPOLOGY_HOPS_MAX.
 */
size_t topology_way(const struct inventory *inventory, const struct device *device,
    const struct device *gateway, struct hop ret[static TOPOLOGY_HOPS_MAX]);

#endif
