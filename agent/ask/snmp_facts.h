/*
 * What the readers of snmp_read*.c gather of one device before it becomes an
 * answer. Nobody else includes it.
 */
#ifndef PARTA_AGENT_ASK_SNMP_FACTS_H
#define PARTA_AGENT_ASK_SNMP_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/ask/snmp_page.h"
#include "agent/ask/snmp_read.h"
#include "agent/ask/snmp_rows.h"
#include "common/bytes.h"

enum { SNMP_CLASS_STACK = 11 }; /* PhysicalClass, RFC 6933 */

/* A growing array of rows that begin with their two-arc key, found from where the last one was.
 */
struct rows {
	char *at;
	size_t row_bytes, n, size, max, hint;
	bool unsorted; /* a row was added out of the order of keys */
};

struct row_key {
	uint32_t a, b;
};

struct port_row {
	struct row_key key;
	struct port port;
};

struct unit_row {
	struct row_key key;
	struct snmp_unit unit;
};

struct device_row {
	struct row_key key;
	struct snmp_device device;
};

struct storage_row {
	struct row_key key;
	struct snmp_storage storage;
};

struct local_port_row {
	struct row_key key;
	struct snmp_local_port port;
};

struct neighbor_row {
	struct row_key key;
	struct snmp_neighbor neighbor;
};

/* One number by its key. */
struct number_row {
	struct row_key key;
	uint32_t number;
};

struct cdp_row {
	struct row_key key;
	struct snmp_cdp_neighbor neighbor;
};

struct management_row {
	struct row_key key; /* that of the neighbor */
	struct address address;
};

struct forwarding_row {
	struct row_key key; /* counts up */
	struct mac mac;
	uint32_t bridge_port, database; /* 0: of the bridge without VLANs */
	uint16_t context;               /* as in snmp_watch */
};

struct resolved_row {
	struct row_key key; /* counts up */
	struct resolved resolved;
};

/* Keyed by the MAC address: four bytes and two. */
struct station_row {
	struct row_key key;
	struct snmp_station station;
};

struct access_point_row {
	struct row_key key;
	struct snmp_access_point point;
};

/* A radio of an access point, by its ifIndex. */
struct radio_row {
	struct row_key key;
	struct snmp_radio radio;
};

struct supply_row {
	struct row_key key;
	struct snmp_supply supply;
};

struct item {
	const char *source, *key;
	size_t at; /* of the value in text */
};

struct snmp_facts {
	struct bytes text;
	struct item items[SNMP_EVIDENCE_MAX];
	size_t n_items;
	struct rows ports, classes, units, devices, storages, supplies;
	struct rows local_ports, neighbors, neighbors_v2, cdp_neighbors, management;
	struct rows base_ports, vlans, port_vlans, poe, forwarding, resolved, contexts;
	uint16_t context; /* what is read is of this VLAN's bridge; 0: of the device */
	struct rows radios, stations, access_points;
	struct snmp_page page;
	uint64_t pages;
	bool evidence_full;
	struct snmp_stamp stamp;
	/* made by finish */
	struct evidence *evidence;
	struct port *port_list;
	struct neighbor *neighbor_list;
	struct forwarding *forwarding_list;
	struct resolved *resolved_list;
	struct station *station_list;
	struct access_point *access_point_list;
};

/* The n-th row. */
void *row_at(const struct rows *rows, size_t i);
/* NULL when it is not there. Columns come in the order of rows, so the one after the last is
 * nearly always it. */
void *row_find(struct rows *rows, struct row_key key);
/* The row of a key, made when it is not there; NULL when the list is full or memory is short.
 */
void *row_of(struct rows *rows, struct row_key key);

/* A value into a row's number, raw identifier or text, by the field's size; what is empty or
 * of another type leaves what is there. */
void row_fill(void *row, const struct snmp_field *field, const struct snmp_var *value);

/* false, and ret untouched, when it is no MAC that a device could own. */
bool value_is_mac(const struct snmp_var *value, struct mac *ret);

/* Evidence of a formatted value, once. */
void facts_add_format(struct snmp_facts *facts, const char *source, const char *key,
    const char *format, ...) __attribute__((format(printf, 4, 5)));
void facts_add_mac(
    struct snmp_facts *facts, const char *source, const char *key, const struct mac *mac);
bool facts_is_told(const struct snmp_facts *facts, const char *source, const char *key);

/* The row of an interface; NULL when index is no ifIndex or the list is full. */
struct port *facts_port(struct snmp_facts *facts, const struct snmp_oid *index);
/* ifName, else ifDescr, else the number. */
void facts_port_name(struct snmp_facts *facts, uint32_t if_index, char ret[static 64]);

/* snmp_read_link.c, snmp_read_bridge.c, snmp_read_state.c: their part of
 * snmp_facts_finish(). 0 or -ENOMEM. */
int facts_finish_neighbors(struct snmp_facts *facts, struct snmp_answer *ret);
int facts_finish_bridge(struct snmp_facts *facts, struct snmp_answer *ret);
void facts_finish_state(struct snmp_facts *facts);

#endif
