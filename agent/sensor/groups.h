/*
 * Membership in the multicast groups that devices announce themselves to. A switch
 * that snoops IGMP or MLD (RFC 4541) sends a group only to ports with a member behind them.
 */
#ifndef PARTA_AGENT_SENSOR_GROUPS_H
#define PARTA_AGENT_SENSOR_GROUPS_H

#include <stddef.h>
#include <stdint.h>

/* A socket that is a member on the interface and receives nothing itself; closing it leaves the
 * groups. A descriptor, or a negative errno when no group could be joined. */
int groups_join(uint32_t ifindex);

#endif
