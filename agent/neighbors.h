/*
 * The kernel's neighbour table (arp(7)), as far as a scan depends on it: whether it
 * learns from the answers to the sensor's requests, so that one broadcast a host is
 * enough, and whether it has room. Both are settings of the machine, deploy/sysctl.conf.
 */
#ifndef PARTA_AGENT_NEIGHBORS_H
#define PARTA_AGENT_NEIGHBORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/sensor/sensor.h"

/* True when an ARP reply to one of these interfaces makes an entry though the kernel did not
 * ask (arp_accept, ip-sysctl): it then need not ask whom the sensor asked. */
bool neighbors_learn(const struct interface interfaces[], size_t n);

/* Interfaces that were made to learn for as long as a scan takes. */
struct neighbors {
	int fds[SENSOR_INTERFACES_MAX]; /* of arp_accept, to be set back */
	size_t n;
};

/* Makes those interfaces learn that do not, where we may: that takes root when it is called,
 * and no capability afterwards. */
void neighbors_teach(const struct interface interfaces[], size_t n, struct neighbors *ret);
/* As it was; again has no effect. 0 or a negative errno. */
int neighbors_restore(struct neighbors *neighbors);

/* How often an entry found no room (gc_thresh3) since the machine started, in all network
 * namespaces. 0; -ENOENT where that is not told; another negative errno. */
int neighbors_overflows(uint64_t *ret);
/* The same from the text of /proc/net/stat/arp_cache. -EBADMSG when it is not in there. */
int neighbors_overflows_read(const char *text, uint64_t *ret);

#endif
