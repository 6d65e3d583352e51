/*
 * The sweep of who lacks CAP_NET_RAW: an empty datagram to each address makes the
 * kernel ask by ARP, and its neighbour table tells who answered. Slower than the
 * sensor, deaf to who is not asked, and bounded by the table (gc_thresh3).
 */
#ifndef PARTA_AGENT_SCAN_KERNEL_H
#define PARTA_AGENT_SCAN_KERNEL_H

#include <stddef.h>
#include <stdint.h>

#include "agent/sensor/sensor.h"
#include "common/address.h"

struct loop;
struct kernel_sweep;

struct kernel_sweep_events {
	void (*on_sighting)(
	    void *arg, const struct sighting *sighting); /* once an address, source "arp" */
	void (*on_sweep)(void *arg, const struct sweep_result *result);
};

/* Ranges are copied, IPv4, on a subnet of ours. 0 or a negative errno. */
int kernel_sweep_start(struct loop *loop, const struct address_range ranges[], size_t n_ranges,
    uint32_t addresses_per_s, const struct kernel_sweep_events *events, void *arg,
    struct kernel_sweep **ret);
void kernel_sweep_free(struct kernel_sweep *sweep); /* accepts NULL */

#endif
