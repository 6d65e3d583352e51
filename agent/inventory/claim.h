/*
 * Who claims what: a hash map from a claim (identity.h) to the device that makes
 * it. A value that two devices seen at once both claim is banned: it is no key
 * any more and finds nobody. Pure but for the memory of the map.
 */
#ifndef PARTA_AGENT_INVENTORY_CLAIM_H
#define PARTA_AGENT_INVENTORY_CLAIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/inventory/identity.h"

struct entry;

struct claim {
	uint64_t hash; /* of kind and value; 0 none */
};

struct claim claim_of_hash(enum claim_kind kind, uint64_t value);
struct claim claim_of_mac(enum claim_kind kind, const struct mac *mac);
struct claim claim_of_ip(enum claim_kind kind, const struct address *ip);

struct claim_slot {
	uint64_t hash;
	struct entry *owner; /* NULL: banned */
};

struct claim_map {
	struct claim_slot *slots;
	size_t size, used; /* size is a power of two or 0 */
	size_t limit;
};

struct claim_map claim_map_new(size_t limit);
void claim_map_clear(struct claim_map *map);

/* The device that claims it, or NULL: nobody, or it is banned. */
struct entry *claim_owner(const struct claim_map *map, struct claim claim);
bool claim_is_banned(const struct claim_map *map, struct claim claim);

/* Makes `owner` the one that claims it, whoever did; a banned claim stays banned. False when
 * the map is full. */
bool claim_set(struct claim_map *map, struct claim claim, struct entry *owner);
bool claim_ban(struct claim_map *map, struct claim claim);
/* Forgets the claim when `owner` makes it. */
void claim_drop(struct claim_map *map, struct claim claim, const struct entry *owner);

#endif
