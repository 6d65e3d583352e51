/* Addresses and their MACs: see known.h. Open addressing over four slots. */
#include "agent/sensor/known.h"

#include <string.h>

enum { KNOWN_TRIES = 4 };

static uint32_t
place(uint16_t interface, const struct address *ip, uint32_t try)
{
	uint32_t hash = 2166136261u ^ interface;

	for (int i = 0; i < 4; i++)
		hash = (hash ^ ip->bytes[i]) * 16777619u;
	return ((hash ^ hash >> 16) + try) % KNOWN_SLOTS;
}

static bool
is_it(const struct known_slot *slot, uint16_t interface, const struct address *ip)
{
	return slot->interface == interface + 1 && memcmp(slot->ip, ip->bytes, 4) == 0;
}

void
known_learn(
    struct known *known, uint16_t interface, const struct address *ip, const struct mac *mac)
{
	struct known_slot *slot = NULL;

	for (uint32_t try = 0; try < KNOWN_TRIES; try++) {
		struct known_slot *at = &known->slots[place(interface, ip, try)];

		if (is_it(at, interface, ip)) {
			slot = at;
			break;
		}
		if (!slot && at->interface == 0)
			slot = at;
	}
	if (!slot)
		slot = &known->slots[place(interface, ip, ip->bytes[3] % KNOWN_TRIES)];
	slot->interface = (uint16_t)(interface + 1);
	memcpy(slot->ip, ip->bytes, 4);
	slot->mac = *mac;
}

static const struct known_slot *
find(const struct known *known, uint16_t interface, const struct address *ip)
{
	for (uint32_t try = 0; try < KNOWN_TRIES; try++) {
		const struct known_slot *at = &known->slots[place(interface, ip, try)];

		if (is_it(at, interface, ip))
			return at;
	}
	return NULL;
}

void
known_forget(struct known *known, uint16_t interface, const struct address *ip)
{
	const struct known_slot *slot = find(known, interface, ip);

	if (slot)
		known->slots[slot - known->slots].interface = 0;
}

bool
known_find(
    const struct known *known, uint16_t interface, const struct address *ip, struct mac *ret)
{
	const struct known_slot *slot = find(known, interface, ip);

	if (slot)
		*ret = slot->mac;
	return slot != NULL;
}
