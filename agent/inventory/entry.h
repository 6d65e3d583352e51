/*
 * What the inventory holds of one device: its addresses, evidence, ports and
 * neighbors, each within a bound, and how new ones replace old ones. No failed or
 * shorter query blanks what is known. Inside the room: others see struct device.
 */
#ifndef PARTA_AGENT_INVENTORY_ENTRY_H
#define PARTA_AGENT_INVENTORY_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/inventory/identity.h"
#include "agent/inventory/inventory.h"

enum {
	ENTRY_EVIDENCE_MAX = 448,
	ENTRY_EVIDENCE_KEY_MAX = 160, /* of one source and key */
	ENTRY_PORTS_MAX = 1024,
	ENTRY_NEIGHBORS_MAX = 512,
	ENTRY_VALUE_BYTES_MAX = 1024
};

/* Shared by all entries of an inventory. */
struct budget {
	size_t bytes, bytes_max;
	uint64_t refused; /* pieces that found no room */
};

/* What the inventory remembers of a piece of evidence beside its text. */
struct fact {
	char *block; /* source, key and value in one piece of memory */
	size_t bytes;
	uint32_t key_hash, value_hash;
	uint8_t missed; /* how many whole walks did not see it */
	bool fresh;     /* told by the observation that is being taken in */
	bool claims;    /* as identity_claims() says */
};

struct entry {
	struct device device; /* first: a struct device of ours is an entry */
	size_t n_seen_macs;   /* the first of device.macs came with frames, the rest was told */
	size_t n_seen_ips;    /* the same for device.ips */
	struct address snmp_ip; /* where the last SNMP answer came from */
	struct fact *facts;     /* beside device.evidence */
	uint8_t *ports_missed, *neighbors_missed;
	size_t macs_room, ips_room, evidence_room, ports_room, neighbors_room;
};

struct entry *entry_new(void);
void entry_free(struct entry *entry, struct budget *budget);

/* Each returns true when the device is not what it was. */
bool entry_add_seen_mac(struct entry *entry, const struct mac *mac);
bool entry_add_seen_ip(struct entry *entry, const struct address *ip);
void entry_drop_mac(struct entry *entry, const struct mac *mac);
void entry_drop_ip(struct entry *entry, const struct address *ip);
bool entry_add_evidence(struct entry *entry, const struct evidence evidence[], size_t count,
    int64_t seen_ms, struct budget *budget);
bool entry_add_ports(
    struct entry *entry, const struct port ports[], size_t count, struct budget *budget);
/* One that follows from what was heard: it stays, whatever walks tell. */
bool entry_hear_neighbor(
    struct entry *entry, const struct neighbor *neighbor, struct budget *budget);
bool entry_add_neighbors(struct entry *entry, const struct neighbor neighbors[], size_t count,
    struct budget *budget);

/* True when the device has said just this already. */
bool entry_knows(const struct entry *entry, const struct evidence *evidence);

/* Everything of `from` that `to` does not know goes over; `from` stays to be freed. */
void entry_absorb(struct entry *to, const struct entry *from, struct budget *budget);

/* Lists the addresses that the evidence tells behind the seen ones, and judges randomized_mac.
 */
void entry_settle(struct entry *entry, const struct identity *id);

/* All claims of the device. */
void entry_identity(const struct entry *entry, struct identity *ret);

#endif
