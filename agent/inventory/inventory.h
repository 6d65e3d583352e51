/*
 * The devices of this network: takes in observations, merges those that are one
 * device (identity.h), says what changed. Pure: time comes in as a number.
 */
#ifndef PARTA_AGENT_INVENTORY_INVENTORY_H
#define PARTA_AGENT_INVENTORY_INVENTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/ask/snmp.h"
#include "common/address.h"
#include "common/classify/evidence.h"

struct inventory;

enum { DEVICE_MACS_MAX = 64, DEVICE_IPS_MAX = 64 };

/* What one source said at one moment. Everything is borrowed. */
struct observation {
	int64_t seen_ms;
	struct mac mac;    /* all zero: unknown */
	struct address ip; /* family 0: unknown */
	const struct evidence *evidence;
	size_t n_evidence;
	const struct port *ports;
	size_t n_ports;
	const struct neighbor *neighbors;
	size_t n_neighbors;
	const struct neighbor *heard; /* one beside them, that no walk tells; NULL none */
};

struct device_evidence {
	const char *source, *key, *value;
	int64_t seen_ms;
};

/* Where a device hangs (topology.h). */
struct place {
	char bridge[40];       /* key of the device whose port it is; "" unknown */
	char port[64];         /* the port's name */
	uint32_t if_index;     /* the port's ifIndex */
	uint32_t port_load;    /* MAC addresses behind the port */
	uint16_t vlan;         /* 0 unknown */
	char access_point[40]; /* key of the access point; "" by wire, or unknown */
	char ssid[33];
	int64_t seen_ms;
};

/* A device as the inventory holds it; read-only for others, valid until the next
 * inventory_note(). */
struct device {
	char key[40];     /* stable while the inventory lives */
	struct mac *macs; /* at most DEVICE_MACS_MAX */
	size_t n_macs;
	struct address *ips; /* at most DEVICE_IPS_MAX */
	size_t n_ips;
	struct device_evidence *evidence;
	size_t n_evidence;
	struct port *ports;
	size_t n_ports;
	struct neighbor *neighbors;
	size_t n_neighbors;
	struct place place;
	int64_t first_seen_ms, last_seen_ms;
	bool randomized_mac; /* locally administered MAC and nothing stronger */
};

enum inventory_change {
	INVENTORY_SAME,
	INVENTORY_NEW,
	INVENTORY_CHANGED,
	INVENTORY_MERGED,
	INVENTORY_REFUSED
};

int inventory_new(size_t devices_max, struct inventory **ret);
void inventory_free(struct inventory *inventory);

/* INVENTORY_REFUSED when it is full (counted). */
enum inventory_change inventory_note(
    struct inventory *inventory, const struct observation *observation);

/* The device that holds an address, or NULL. */
const struct device *inventory_by_ip(
    const struct inventory *inventory, const struct address *ip);

/* The device that has an interface of this address (seen, else told), or NULL. */
const struct device *inventory_by_mac(const struct inventory *inventory, const struct mac *mac);
const struct device *inventory_by_key(const struct inventory *inventory, const char *key);

/* From now on the device hangs there. */
void inventory_place(
    struct inventory *inventory, const struct device *device, const struct place *place);

size_t inventory_count(const struct inventory *inventory);
const struct device *inventory_at(const struct inventory *inventory,
    size_t i); /* in the order of their first IPv4 address, then MAC */

/* Forget devices last seen before a time. Returns how many went. */
size_t inventory_expire(struct inventory *inventory, int64_t seen_before_ms);
/* Devices and pieces of evidence that found no room. */
uint64_t inventory_refused(const struct inventory *inventory);

/* The evidence of a device in the form that classify_device() takes; borrowed as long as the
 * device lives unchanged. Returns how many pieces, at most max. */
size_t inventory_evidence(const struct device *device, struct evidence ret[], size_t max);

/* Units with a chassis serial of their own (a stack of switches is one device of several), at
 * least 1. */
size_t inventory_units(const struct device *device);

#endif
