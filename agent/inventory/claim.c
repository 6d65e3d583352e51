/*
 * The map of claims (claim.h): open addressing with linear probing, deletion by
 * shifting back, so that it never needs a sweep. It grows to its limit and no
 * further; a claim that does not fit is not found later, which costs a merge and
 * nothing else.
 */
#include "agent/inventory/claim.h"

#include <stdlib.h>
#include <string.h>

enum { MAP_SIZE_FIRST = 256 };

/* The finalizer of SplitMix64: every bit of the input moves half of the output. */
static uint64_t
mix(uint64_t value)
{
	value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
	value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
	return value ^ (value >> 31);
}

struct claim
claim_of_hash(enum claim_kind kind, uint64_t value)
{
	struct claim claim = {.hash = mix(value + (uint64_t)kind * 0x9e3779b97f4a7c15u)};

	if (value == 0)
		claim.hash = 0;
	else if (claim.hash == 0)
		claim.hash = 1;
	return claim;
}

struct claim
claim_of_mac(enum claim_kind kind, const struct mac *mac)
{
	uint64_t value = 1;

	for (size_t i = 0; i < sizeof(mac->bytes); i++)
		value = value << 8 | mac->bytes[i];
	return claim_of_hash(kind, value);
}

struct claim
claim_of_ip(enum claim_kind kind, const struct address *ip)
{
	uint64_t high = 0, low = 0;

	for (size_t i = 0; i < 8; i++) {
		high = high << 8 | ip->bytes[i];
		low = low << 8 | ip->bytes[i + 8];
	}
	return claim_of_hash(kind, mix(high + ip->family) ^ (low + 1));
}

struct claim_map
claim_map_new(size_t limit)
{
	struct claim_map map = {.limit = limit};

	return map;
}

void
claim_map_clear(struct claim_map *map)
{
	free(map->slots);
	map->slots = NULL;
	map->size = map->used = 0;
}

/* The slot that holds the claim, or the free one where it would stand. */
static struct claim_slot *
slot_find(const struct claim_map *map, uint64_t hash)
{
	size_t at = hash & (map->size - 1);

	while (map->slots[at].hash != 0 && map->slots[at].hash != hash)
		at = (at + 1) & (map->size - 1);
	return &map->slots[at];
}

static bool
map_grow(struct claim_map *map)
{
	struct claim_map bigger = {.size = map->size ? map->size * 2 : MAP_SIZE_FIRST,
	    .used = map->used,
	    .limit = map->limit};

	bigger.slots = calloc(bigger.size, sizeof(bigger.slots[0]));
	if (!bigger.slots)
		return false;
	for (size_t i = 0; i < map->size; i++)
		if (map->slots[i].hash != 0)
			*slot_find(&bigger, map->slots[i].hash) = map->slots[i];
	free(map->slots);
	*map = bigger;
	return true;
}

static const struct claim_slot *
slot_of(const struct claim_map *map, struct claim claim)
{
	const struct claim_slot *slot;

	if (claim.hash == 0 || map->size == 0)
		return NULL;
	slot = slot_find(map, claim.hash);
	return slot->hash ? slot : NULL;
}

struct entry *
claim_owner(const struct claim_map *map, struct claim claim)
{
	const struct claim_slot *slot = slot_of(map, claim);

	return slot ? slot->owner : NULL;
}

bool
claim_is_banned(const struct claim_map *map, struct claim claim)
{
	const struct claim_slot *slot = slot_of(map, claim);

	return slot && !slot->owner;
}

/* The slot of the claim, made when there is none and room is left; NULL otherwise. */
static struct claim_slot *
slot_make(struct claim_map *map, struct claim claim)
{
	bool tight = map->used * 4 >= map->size * 3;
	struct claim_slot *slot;

	if (claim.hash == 0)
		return NULL;
	slot = map->size ? slot_find(map, claim.hash) : NULL;
	if (slot && slot->hash != 0)
		return slot;
	if (map->used >= map->limit || (tight && !map_grow(map)))
		return NULL;
	slot = slot_find(map, claim.hash);
	slot->hash = claim.hash;
	map->used++;
	return slot;
}

bool
claim_set(struct claim_map *map, struct claim claim, struct entry *owner)
{
	struct claim_slot *slot;

	if (claim_is_banned(map, claim))
		return true;
	slot = slot_make(map, claim);
	if (slot)
		slot->owner = owner;
	return slot;
}

bool
claim_ban(struct claim_map *map, struct claim claim)
{
	struct claim_slot *slot = slot_make(map, claim);

	if (slot)
		slot->owner = NULL;
	return slot;
}

void
claim_drop(struct claim_map *map, struct claim claim, const struct entry *owner)
{
	size_t hole, at;

	if (claim_owner(map, claim) != owner || !owner)
		return;
	hole = (size_t)(slot_find(map, claim.hash) - map->slots);
	for (at = (hole + 1) & (map->size - 1); map->slots[at].hash != 0;
	     at = (at + 1) & (map->size - 1)) {
		size_t home = map->slots[at].hash & (map->size - 1);

		/* The slot may move back into the hole when its home is not between them. */
		if (((at - home) & (map->size - 1)) < ((at - hole) & (map->size - 1)))
			continue;
		map->slots[hole] = map->slots[at];
		hole = at;
	}
	map->slots[hole] = (struct claim_slot){.hash = 0};
	map->used--;
}
