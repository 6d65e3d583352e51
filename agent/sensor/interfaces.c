/*
 * The Ethernet interfaces of this machine (sensor.h), by getifaddrs(3): the
 * link address, then the first IPv4 and link-local IPv6 address. Wi-Fi is Ethernet here;
 * tunnels are not.
 */
#include <errno.h>
#include <ifaddrs.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "agent/sensor/sensor.h"
#include "common/check.h"

/* getifaddrs(3) hands addresses out as struct sockaddr, whatever they are. */
static struct sockaddr_ll
link_address(const struct sockaddr *sa)
{
	struct sockaddr_ll ll;

	memcpy(&ll, sa, sizeof(ll));
	return ll;
}

static bool
is_ethernet(const struct ifaddrs *at)
{
	struct sockaddr_ll ll;

	if (!at->ifa_addr || at->ifa_addr->sa_family != AF_PACKET ||
	    !(at->ifa_flags & IFF_UP) || at->ifa_flags & IFF_LOOPBACK)
		return false;
	ll = link_address(at->ifa_addr);
	return ll.sll_hatype == ARPHRD_ETHER && ll.sll_halen == sizeof(struct mac);
}

/* An alias is called "eth0:1". */
static bool
is_of(const struct ifaddrs *at, const char *interface)
{
	size_t len = strlen(interface);

	return strncmp(at->ifa_name, interface, len) == 0 &&
	       (at->ifa_name[len] == '\0' || at->ifa_name[len] == ':');
}

static bool
has_ipv4(const struct ifaddrs *all, const char *interface)
{
	for (const struct ifaddrs *at = all; at; at = at->ifa_next)
		if (at->ifa_addr && at->ifa_addr->sa_family == AF_INET && is_of(at, interface))
			return true;
	return false;
}

static int
add_interface(const struct ifaddrs *at, struct interface ret[], int n)
{
	struct sockaddr_ll ll = link_address(at->ifa_addr);
	struct interface *i = &ret[n];

	if (n == SENSOR_INTERFACES_MAX)
		return n;
	memset(i, 0, sizeof(*i));
	(void)snprintf(i->name, sizeof(i->name), "%s", at->ifa_name);
	i->ifindex = (uint32_t)ll.sll_ifindex;
	memcpy(i->mac.bytes, ll.sll_addr, sizeof(i->mac.bytes));
	i->carrier = (at->ifa_flags & IFF_RUNNING) != 0;
	return n + 1;
}

static struct address_range
subnet_of(const struct address *ip, const struct address *mask)
{
	struct address_range range = {.base = *ip};

	for (int i = 0; i < 4; i++) {
		range.base.bytes[i] &= mask->bytes[i];
		range.prefix_len =
		    (uint8_t)(range.prefix_len + __builtin_popcount(mask->bytes[i]));
	}
	return range;
}

static void
add_address(const struct ifaddrs *at, struct interface interfaces[], int n)
{
	struct address ip, mask;
	uint16_t port;

	if (!at->ifa_addr || at->ifa_addr->sa_family != AF_INET || !at->ifa_netmask)
		return;
	if (address_from_sockaddr(at->ifa_addr, &ip, &port) < 0)
		return;
	for (int i = 0; i < n; i++) {
		if (!is_of(at, interfaces[i].name) || interfaces[i].ipv4.family != ADDRESS_NONE)
			continue;
		if (address_from_sockaddr(at->ifa_netmask, &mask, &port) < 0)
			continue;
		interfaces[i].ipv4 = ip;
		interfaces[i].subnet = subnet_of(&ip, &mask);
	}
}

static bool
is_link_local(const struct address *ip)
{
	return ip->bytes[0] == 0xfe && (ip->bytes[1] & 0xc0) == 0x80;
}

static void
add_ipv6(const struct ifaddrs *at, struct interface interfaces[], int n)
{
	struct address ip;
	uint16_t port;

	if (!at->ifa_addr || at->ifa_addr->sa_family != AF_INET6 ||
	    address_from_sockaddr(at->ifa_addr, &ip, &port) < 0 || !is_link_local(&ip))
		return;
	for (int i = 0; i < n; i++)
		if (is_of(at, interfaces[i].name) && interfaces[i].ipv6.family == ADDRESS_NONE)
			interfaces[i].ipv6 = ip;
}

int
interfaces_list(struct interface ret[static SENSOR_INTERFACES_MAX])
{
	struct ifaddrs *all;
	int n = 0;

	if (getifaddrs(&all) < 0)
		return -errno;
	/* Those with an address first: a host of containers has more interfaces than we have
	 * room. */
	for (int with = 1; with >= 0; with--)
		for (const struct ifaddrs *at = all; at; at = at->ifa_next)
			if (is_ethernet(at) && has_ipv4(all, at->ifa_name) == with)
				n = add_interface(at, ret, n);
	for (const struct ifaddrs *at = all; at; at = at->ifa_next) {
		add_address(at, ret, n);
		add_ipv6(at, ret, n);
	}
	freeifaddrs(all);
	return n;
}
