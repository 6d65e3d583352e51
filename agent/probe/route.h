/* The way out of this machine: carrier, default route, gateway (Linux sysfs and procfs). */
#ifndef PARTA_AGENT_PROBE_ROUTE_H
#define PARTA_AGENT_PROBE_ROUTE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/address.h"

struct route {
	char interface[16]; /* "" when there is no default route */
	uint32_t ifindex;
	struct address gateway; /* family 0: none */
};

/* The IPv4 default route of least metric. 0, -ENOENT there is none, or another negative errno.
 */
int route_default(struct route *ret);

/* Is there a way to the Internet by IPv6: a default route (RFC 4191) and a global address? */
bool route_ipv6(void);

/* Does the interface have a carrier? False also when it is down or gone. */
bool route_carrier(const char *interface);

/* Is it a modem for a mobile network (DEVTYPE wwan of the kernel's uevent)? */
bool route_mobile(const char *interface);

#endif
