/* How this machine does while it measures: what its processors and its port lost meanwhile, so
 * that a low rate is never blamed on the line wrongly (Linux procfs, sysfs and rtnetlink). */
#ifndef PARTA_AGENT_PROBE_SPEED_HEALTH_H
#define PARTA_AGENT_PROBE_SPEED_HEALTH_H

#include <stddef.h>
#include <stdint.h>

#include "common/speed/judge.h"

enum { SPEED_CPUS_MAX = 256 };

/* Counts since the start of the machine. */
struct speed_health {
	struct {
		uint64_t all, softirq, steal; /* ticks */
	} cpus[SPEED_CPUS_MAX];
	size_t n_cpus;
	uint64_t packets, bad; /* of the port: carried; broken, missed or dropped */
};

/* What cannot be read stays 0. */
void speed_health_read(const char *interface, struct speed_health *ret);

/* The lines of /proc/stat, for a test. Returns how many processors they tell of. */
size_t speed_health_cpus(const char *text, struct speed_health *ret);

/* The port's part of the limits: speed, duplex, tags, Wi-Fi. */
void speed_health_port(const char *interface, struct speed_limits *limits);

/* What was lost between two looks: steal_pct, softirq_pct and nic_bad_pct, < 0 what is not
 * known. */
void speed_health_lost(const struct speed_health *before, const struct speed_health *after,
    struct speed_limits *limits);

#endif
