/* The addresses of a scan's ranges, and how far each of them is. Pure but for the heap. */
#ifndef PARTA_AGENT_SCAN_HOSTS_H
#define PARTA_AGENT_SCAN_HOSTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/sensor/sensor.h"
#include "common/address.h"

enum {
	SCAN_OWN_PREFIX_MIN = 22,       /* of an own subnet, so much is swept unasked */
	SCAN_ADDRESSES_MAX = 4 * 65536, /* of all ranges together */
};

struct scan_host {
	struct mac mac;
	bool seen;
	bool asked;           /* by SNMP first, or it waits for nothing else */
	bool off_link;        /* asked without having shown itself */
	bool past_snmp;       /* it was asked by SNMP, or need not be */
	bool silent_off_link; /* to SNMP, once */
	uint32_t snmp_requests;
};

struct scan_range {
	struct address_range range;
	uint32_t count;
	struct scan_host *hosts;
};

struct scan_hosts {
	struct scan_range ranges[SENSOR_RANGES_MAX];
	size_t n_ranges;
	uint32_t count;                                  /* of addresses */
	struct address_range on_link[SENSOR_RANGES_MAX]; /* what is swept */
	size_t n_on_link;
};

/* Into empty hosts: 0; -EINVAL for what is not IPv4; -E2BIG beyond SENSOR_RANGES_MAX ranges or
 * SCAN_ADDRESSES_MAX; -ENOMEM. To be cleared in any case. */
int scan_hosts_take(struct scan_hosts *hosts, const struct address_range ranges[], size_t n,
    const struct interface interfaces[], size_t n_interfaces);
void scan_hosts_clear(struct scan_hosts *hosts);

/* The own IPv4 subnet of each interface, at most a /22 around its own address. Returns the
 * count, at most SENSOR_RANGES_MAX. */
size_t scan_own_ranges(const struct interface interfaces[], size_t n_interfaces,
    struct address_range ret[static SENSOR_RANGES_MAX]);

/* NULL for an address of no range. */
struct scan_host *scan_host_of(const struct scan_hosts *hosts, const struct address *ip);

/* Does an interface of ours reach it by ARP? */
bool scan_hosts_on_link(const struct scan_hosts *hosts, const struct address *ip);

#endif
