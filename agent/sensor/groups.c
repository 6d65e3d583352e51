/* Group membership: see groups.h. One dual-stack socket, bound to no port. */
#include "agent/sensor/groups.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/check.h"

static bool
join4(int fd, uint32_t ifindex, const char *group)
{
	struct ip_mreqn member = {.imr_ifindex = (int)ifindex};

	return inet_pton(AF_INET, group, &member.imr_multiaddr) == 1 &&
	       setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &member, sizeof(member)) == 0;
}

static bool
join6(int fd, uint32_t ifindex, const char *group)
{
	struct ipv6_mreq member = {.ipv6mr_interface = ifindex};

	return inet_pton(AF_INET6, group, &member.ipv6mr_multiaddr) == 1 &&
	       setsockopt(fd, IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, &member, sizeof(member)) == 0;
}

/* Where the kernel has no IPv6, one for IPv4 alone. */
static int
open_socket(bool *ret_v6)
{
	int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	*ret_v6 = fd >= 0;
	if (fd < 0)
		fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	return fd < 0 ? -errno : fd;
}

int
groups_join(uint32_t ifindex)
{
	/* mDNS, SSDP and WS-Discovery and SADP, LLMNR, AMX, DHIP, HSRP */
	static const char *const groups4[] = {"224.0.0.251", "239.255.255.250", "224.0.0.252",
	    "239.255.250.250", "239.255.255.251", "224.0.0.102"};
	/* mDNS, SSDP and WS-Discovery, LLMNR, DHCPv6, VRRP */
	static const char *const groups6[] = {
	    "ff02::fb", "ff02::c", "ff02::1:3", "ff02::1:2", "ff02::12"};
	bool v6, joined = false;
	int fd = open_socket(&v6), r;

	if (fd < 0)
		return fd;
	for (size_t i = 0; i < COUNT_OF(groups4); i++)
		joined |= join4(fd, ifindex, groups4[i]);
	for (size_t i = 0; v6 && i < COUNT_OF(groups6); i++)
		joined |= join6(fd, ifindex, groups6[i]);
	if (joined)
		return fd;
	r = errno ? -errno : -EIO;
	(void)close(fd);
	return r;
}
