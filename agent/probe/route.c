/* The default route from /proc/self/net/route (proc(5)), IPv4 alone; whether there is one of
 * IPv6 from its neighbours there; the carrier from sysfs. */
#include "agent/probe/route.h"

#include <dirent.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/text.h"

enum { ROUTE_FLAG_UP = 1, ROUTE_FLAG_GATEWAY = 2 };

/* The n-th blank-separated field of a line, as text. */
static bool
field(const char *line, unsigned n, char *ret, size_t size)
{
	size_t len;

	for (line += strspn(line, " \t"); n > 0; n--) {
		line += strcspn(line, " \t\n");
		line += strspn(line, " \t");
	}
	len = strcspn(line, " \t\n");
	if (len == 0 || len >= size)
		return false;
	memcpy(ret, line, len);
	ret[len] = '\0';
	return true;
}

static bool
read_line(const char *line, struct route *ret, unsigned long *ret_metric)
{
	char interface[16], destination[9], gateway[9], flags[9], metric[12], mask[9];
	struct route route = {0};
	uint32_t address;

	if (!field(line, 0, interface, sizeof(interface)) ||
	    !field(line, 1, destination, sizeof(destination)) ||
	    !field(line, 2, gateway, sizeof(gateway)) ||
	    !field(line, 3, flags, sizeof(flags)) || !field(line, 6, metric, sizeof(metric)) ||
	    !field(line, 7, mask, sizeof(mask)))
		return false;
	if (strcmp(destination, "00000000") != 0 || strcmp(mask, "00000000") != 0 ||
	    !(strtoul(flags, NULL, 16) & ROUTE_FLAG_UP))
		return false;
	(void)text_copy(route.interface, sizeof(route.interface), interface);
	route.ifindex = if_nametoindex(interface);
	if (strtoul(flags, NULL, 16) &
	    ROUTE_FLAG_GATEWAY) { /* printed as a number of the machine, stored in network order
				   */
		address = (uint32_t)strtoul(gateway, NULL, 16);
		route.gateway = address_v4((const uint8_t *)&address);
	}
	*ret = route;
	*ret_metric = strtoul(metric, NULL, 10);
	return true;
}

/* What does not fit is left out: nobody has as many. */
static void
note_way(struct route_ways *ways, const char *interface)
{
	for (size_t i = 0; i < ways->n; i++)
		if (strcmp(ways->interfaces[i], interface) == 0)
			return;
	if (ways->n < ROUTE_WAYS_MAX)
		(void)text_copy(
		    ways->interfaces[ways->n++], sizeof(ways->interfaces[0]), interface);
}

void
route_ways_format(const struct route *route, const struct route_ways *ways,
    char ret[static ROUTE_WAYS_TEXT_SIZE])
{
	size_t len = 0;

	ret[0] = '\0';
	if (route->gateway.family != ADDRESS_NONE) {
		(void)text_copy(ret, ROUTE_WAYS_TEXT_SIZE, route->interface);
		return;
	}
	for (size_t i = 0; i < ways->n; i++)
		len += (size_t)snprintf(ret + len, ROUTE_WAYS_TEXT_SIZE - len, "%s%s",
		    i ? " " : "", ways->interfaces[i]);
}

int
route_default(struct route *ret, struct route_ways *ways)
{
	CLEANUP(fclose_at) FILE *file = fopen("/proc/self/net/route", "re");
	unsigned long best = 0, metric = 0;
	struct route route;
	bool found = false;
	char line[256];

	if (!file)
		return -errno;
	while (fgets(line, sizeof(line), file)) {
		if (!read_line(line, &route, &metric))
			continue;
		if (ways)
			note_way(ways, route.interface);
		if (found && metric >= best)
			continue;
		*ret = route;
		best = metric;
		found = true;
	}
	return found ? 0 : -ENOENT;
}

/* Has a line of the file this word as its n-th, and that one as its m-th? */
static bool
file_has(const char *path, unsigned n, const char *word, unsigned m, const char *other)
{
	CLEANUP(fclose_at) FILE *file = fopen(path, "re");
	char line[256], first[40], second[40];

	while (file && fgets(line, sizeof(line), file))
		if (field(line, n, first, sizeof(first)) &&
		    field(line, m, second, sizeof(second)) && strcmp(first, word) == 0 &&
		    strcmp(second, other) == 0 && !strstr(line, " lo\n"))
			return true;
	return false;
}

bool
route_ipv6(void)
{
	static const char any[] = "00000000000000000000000000000000";

	return file_has("/proc/self/net/ipv6_route", 0, any, 1, "00") &&
	       file_has("/proc/self/net/if_inet6", 3, "00", 3, "00");
}

bool
route_mobile(const char *interface)
{
	char path[64], line[64];
	CLEANUP(fclose_at) FILE *file = NULL;

	(void)snprintf(path, sizeof(path), "/sys/class/net/%.15s/uevent", interface);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file))
		if (strcmp(line, "DEVTYPE=wwan\n") == 0)
			return true;
	return false;
}

bool
route_carrier(const char *interface)
{
	char path[64];
	CLEANUP(fclose_at) FILE *file = NULL;

	(void)snprintf(path, sizeof(path), "/sys/class/net/%.15s/carrier", interface);
	file = fopen(path, "re");
	return file && fgetc(file) == '1';
}

static bool
any_has_carrier(void)
{
	DIR *dir = opendir("/sys/class/net");
	const struct dirent *entry;
	bool any = false;

	while (dir && !any && (entry = readdir(dir)))
		any = entry->d_name[0] != '.' && strcmp(entry->d_name, "lo") != 0 &&
		      route_carrier(entry->d_name);
	if (dir)
		(void)closedir(dir);
	return any;
}

/* Without a route any interface that had one may bring it back. */
bool
route_has_carrier(const struct route *route, const struct route_ways *ways)
{
	if (route->gateway.family != ADDRESS_NONE)
		return route_carrier(route->interface);
	for (size_t i = 0; i < ways->n; i++)
		if (route_carrier(ways->interfaces[i]))
			return true;
	return ways->n == 0 && any_has_carrier();
}
