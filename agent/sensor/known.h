/*
 * Which MAC answered for an IPv4 address: so that whoever is known is asked again
 * without a broadcast. A fixed table; a newer address takes the place of an older
 * one that falls on the same slots.
 */
#ifndef PARTA_AGENT_SENSOR_KNOWN_H
#define PARTA_AGENT_SENSOR_KNOWN_H

#include <stdbool.h>
#include <stdint.h>

#include "common/address.h"

enum { KNOWN_SLOTS = 4096 };

struct known {
	struct known_slot {
		uint8_t ip[4];
		struct mac mac;
		uint16_t interface; /* its place in the sensor's list, + 1; 0 an empty slot */
	} slots[KNOWN_SLOTS];
};

void known_learn(
    struct known *known, uint16_t interface, const struct address *ip, const struct mac *mac);
void known_forget(struct known *known, uint16_t interface, const struct address *ip);
bool known_find(
    const struct known *known, uint16_t interface, const struct address *ip, struct mac *ret);

#endif
