/*
 * Probes that wait for an answer, and those that have waited long enough but may
 * still be answered late. A fixed table; time comes in as a number.
 */
#ifndef PARTA_AGENT_SENSOR_PENDING_H
#define PARTA_AGENT_SENSOR_PENDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/sensor/sensor.h"

enum {
	PENDING_SLOTS = 2 * SENSOR_ECHOES_MAX, /* under way, and as many that may come late */
	PENDING_LATE_US = 60000000, /* after its timeout an answer tells nothing more */
};

enum pending_state { PENDING_FREE, PENDING_WAITING, PENDING_TOLD };

struct pending_probe {
	enum pending_state state;
	enum sensor_probe kind;
	uint32_t id; /* the agent's */
	size_t port; /* ARP: the sensor's, that it went out of */
	struct address to;
	uint16_t sequence;
	bool unicast; /* ARP: it went to one MAC only */
	uint64_t sent_us, deadline_us;
};

struct pending {
	struct pending_probe slots[PENDING_SLOTS];
	uint32_t waiting;
	uint16_t next; /* sequence number */
};

/* Takes a slot and gives the probe its sequence number; NULL when SENSOR_ECHOES_MAX wait. */
struct pending_probe *pending_add(
    struct pending *pending, const struct pending_probe *probe, uint64_t now_us);

/* The one that an ICMP answer belongs to, waiting or told; NULL when there is none. */
struct pending_probe *pending_by_sequence(
    struct pending *pending, enum address_family family, uint16_t sequence, uint64_t now_us);

/* The n-th ARP probe to an address, waiting or told; NULL at the end. Start with *at = 0. */
struct pending_probe *pending_by_address(struct pending *pending, const struct address *to,
    size_t port, uint64_t now_us, size_t *at);

/* It was answered or given up: the slot is free. */
void pending_remove(struct pending *pending, struct pending_probe *probe);

/* One that waits past its deadline, which is told from now on; NULL when there is none. */
struct pending_probe *pending_expired(struct pending *pending, uint64_t now_us);

/* When pending_expired() has the next one; false when nobody waits. */
bool pending_deadline(const struct pending *pending, uint64_t *ret_us);

#endif
