/* The way out of this machine: carrier, default route, gateway (Linux sysfs and procfs). */
#ifndef PARTA_AGENT_PROBE_ROUTE_H
#define PARTA_AGENT_PROBE_ROUTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/address.h"

struct route {
	char interface[16]; /* "" when there is no default route */
	uint32_t ifindex;
	struct address gateway; /* family 0: none */
};

enum { ROUTE_WAYS_MAX = 4, ROUTE_WAYS_TEXT_SIZE = ROUTE_WAYS_MAX * 16 };

/* The interfaces that default routes were seen to lead through, in the order of the first time:
 * of a laptop its wire and its Wi-Fi. */
struct route_ways {
	char interfaces[ROUTE_WAYS_MAX][16];
	size_t n;
};

/* The IPv4 default route of least metric; the interfaces of all that there are join ways, which
 * may be NULL. 0, -ENOENT there is none, or another negative errno. */
int route_default(struct route *ret, struct route_ways *ways);
/* The interface of the route; while it has no gateway, all that it may come back by: "eth0
 * wlan0", "" none is known. */
void route_ways_format(const struct route *route, const struct route_ways *ways,
    char ret[static ROUTE_WAYS_TEXT_SIZE]);

/* Is there a way to the Internet by IPv6: a default route (RFC 4191) and a global address? */
bool route_ipv6(void);

/* Does the interface have a carrier? False also when it is down or gone. */
bool route_carrier(const char *interface);
/* Does that of the route; while it has no gateway, any of the ways; when none is known, any
 * interface but the loopback? */
bool route_has_carrier(const struct route *route, const struct route_ways *ways);

/* Is it a modem for a mobile network (DEVTYPE wwan of the kernel's uevent)? */
bool route_mobile(const char *interface);

#endif
