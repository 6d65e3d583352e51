/*
 * Processors and port while a test runs: see speed_health.h. Dropped packets are
 * those of the port (IEEE 802.3 counters as sysfs has them) and of its queueing
 * discipline, which only rtnetlink tells.
 */
#include "agent/probe/speed_health.h"

#include <linux/gen_stats.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/bytes.h"
#include "common/file.h"
#include "common/text.h"

enum { PATH_SIZE = 96, TAG_BYTES = 4, PORT_MBPS_MAX = 1000000 };

/* ---- processors ---- */

/* "cpu0 user nice system idle iowait irq softirq steal ...", proc(5); the line of all
 * processors together has no number. */
static bool
cpu_take(const char *line, struct speed_health *ret)
{
	enum { SOFTIRQ = 6, STEAL = 7, COLUMNS = 8 };
	uint64_t ticks, all = 0;
	char *end;

	if (strncmp(line, "cpu", 3) != 0 || line[3] < '0' || line[3] > '9')
		return false;
	(void)strtoul(line + 3, &end, 10);
	for (int i = 0; i < COLUMNS; i++) {
		const char *from = end;

		ticks = strtoull(from, &end, 10);
		if (end == from)
			return false;
		all += ticks;
		if (i == SOFTIRQ)
			ret->cpus[ret->n_cpus].softirq = ticks;
		else if (i == STEAL)
			ret->cpus[ret->n_cpus].steal = ticks;
	}
	ret->cpus[ret->n_cpus].all = all;
	return true;
}

size_t
speed_health_cpus(const char *text, struct speed_health *ret)
{
	const char *line = text;

	for (ret->n_cpus = 0; line && ret->n_cpus < SPEED_CPUS_MAX;) {
		ret->n_cpus += cpu_take(line, ret);
		line = strchr(line, '\n');
		line = line ? line + 1 : NULL;
	}
	return ret->n_cpus;
}

static void
cpus_read(struct speed_health *ret)
{
	struct bytes text = bytes_new(1 << 20);

	if (file_read("/proc/stat", &text) == 0 && bytes_add(&text, "", 1) == 0)
		(void)speed_health_cpus((const char *)text.data, ret);
	bytes_clear(&text);
}

/* ---- the port ---- */

/* A line of sysfs; false when there is none. */
static bool
port_line(const char *interface, const char *name, char *ret, size_t size)
{
	char path[PATH_SIZE];
	FILE *file;
	bool good;

	(void)snprintf(path, sizeof(path), "/sys/class/net/%.15s/%s", interface, name);
	file = fopen(path, "re");
	if (!file)
		return false;
	good = fgets(ret, (int)size, file) != NULL;
	(void)fclose(file);
	if (good)
		ret[strcspn(ret, "\n")] = '\0';
	return good;
}

static uint64_t
port_count(const char *interface, const char *name)
{
	char line[32], path[PATH_SIZE];
	int64_t count = 0;

	(void)snprintf(path, sizeof(path), "statistics/%s", name);
	if (!port_line(interface, path, line, sizeof(line)) ||
	    text_i64(line, 0, INT64_MAX, &count) < 0)
		return 0;
	return (uint64_t)count;
}

static bool
port_has(const char *folder, const char *interface, const char *name)
{
	char path[PATH_SIZE];

	(void)snprintf(path, sizeof(path), "%s/%.15s%s", folder, interface, name);
	return access(path, F_OK) == 0;
}

void
speed_health_port(const char *interface, struct speed_limits *limits)
{
	char line[32];
	int64_t mbps;

	if (!*interface)
		return;
	if (port_line(interface, "speed", line, sizeof(line)) &&
	    text_i64(line, 1, PORT_MBPS_MAX, &mbps) == 0)
		limits->lan_speed_mbps = (uint32_t)mbps;
	limits->half_duplex =
	    port_line(interface, "duplex", line, sizeof(line)) && strcmp(line, "half") == 0;
	limits->wireless = port_has("/sys/class/net", interface, "/phy80211");
	limits->extra_bytes = port_has("/proc/net/vlan", interface, "") ? TAG_BYTES : 0;
}

/* ---- the queueing discipline ---- */

/* The macros of netlink(3) step by char; the kernel aligns what they step to. */
#pragma GCC diagnostic ignored "-Wcast-align"

/* Drops of the root discipline, if that is what the message tells of. */
static uint64_t
drops_in(struct nlmsghdr *message, int ifindex)
{
	struct tcmsg *tc = NLMSG_DATA(message);
	long len = (long)message->nlmsg_len - (long)NLMSG_LENGTH(sizeof(*tc));
	struct rtattr *a = (struct rtattr *)((uint8_t *)tc + NLMSG_ALIGN(sizeof(*tc)));

	if (message->nlmsg_type != RTM_NEWQDISC || tc->tcm_ifindex != ifindex ||
	    tc->tcm_parent != TC_H_ROOT)
		return 0;
	for (; RTA_OK(a, len); a = RTA_NEXT(a, len))
		if (a->rta_type == TCA_STATS && RTA_PAYLOAD(a) >= sizeof(struct tc_stats)) {
			struct tc_stats stats;

			memcpy(&stats, RTA_DATA(a), sizeof(stats));
			return stats.drops;
		}
	return 0;
}

static uint64_t
drops_of(int ifindex)
{
	struct {
		struct nlmsghdr head;
		struct tcmsg tc;
	} ask = {.head = {.nlmsg_len = sizeof(ask),
		     .nlmsg_type = RTM_GETQDISC,
		     .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
	    .tc = {.tcm_family = AF_UNSPEC, .tcm_ifindex = ifindex}};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	_Alignas(struct nlmsghdr) uint8_t answer[16384];
	bool more = fd >= 0 && send(fd, &ask, sizeof(ask), 0) == sizeof(ask);
	uint64_t drops = 0;

	while (more) {
		long len = (long)recv(fd, answer, sizeof(answer), 0);
		struct nlmsghdr *m = (struct nlmsghdr *)answer;

		more = len > 0;
		for (; more && NLMSG_OK(m, len); m = NLMSG_NEXT(m, len)) {
			more = m->nlmsg_type != NLMSG_DONE && m->nlmsg_type != NLMSG_ERROR;
			drops += more ? drops_in(m, ifindex) : 0;
		}
	}
	if (fd >= 0)
		(void)close(fd);
	return drops;
}

/* ---- both ---- */

void
speed_health_read(const char *interface, struct speed_health *ret)
{
	static const char *const bad[] = {
	    "rx_errors", "tx_errors", "rx_missed_errors", "tx_dropped"};

	memset(ret, 0, sizeof(*ret));
	cpus_read(ret);
	if (!*interface)
		return;
	ret->packets =
	    port_count(interface, "rx_packets") + port_count(interface, "tx_packets");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ret->bad += port_count(interface, bad[i]);
	ret->bad += drops_of((int)if_nametoindex(interface));
}

void
speed_health_lost(const struct speed_health *before, const struct speed_health *after,
    struct speed_limits *limits)
{
	double all = 0, steal = 0;

	limits->steal_pct = limits->softirq_pct = limits->nic_bad_pct = -1;
	for (size_t i = 0; i < after->n_cpus && i < before->n_cpus; i++) {
		double time = (double)(after->cpus[i].all - before->cpus[i].all);
		double softirq = (double)(after->cpus[i].softirq - before->cpus[i].softirq);

		all += time;
		steal += (double)(after->cpus[i].steal - before->cpus[i].steal);
		if (time > 0 && 100 * softirq / time > limits->softirq_pct)
			limits->softirq_pct = 100 * softirq / time;
	}
	if (all > 0)
		limits->steal_pct = 100 * steal / all;
	if (after->packets > before->packets)
		limits->nic_bad_pct = 100.0 * (double)(after->bad - before->bad) /
				      (double)(after->packets - before->packets);
}
