/*
 * Values of one device's tables become facts: evidence, ports, neighbors. The
 * readers named by THE LIST (snmp_tables.c) live in snmp_read*.c. Pure but for the heap; every
 * list has a bound.
 */
#ifndef PARTA_AGENT_ASK_SNMP_READ_H
#define PARTA_AGENT_ASK_SNMP_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/ask/snmp.h"
#include "agent/ask/snmp_pdu.h"

enum {
	SNMP_EVIDENCE_MAX = 400, /* of a device; what the wire takes (common/wire/limits.h) */
	SNMP_PORTS_MAX = 1024,
	SNMP_NEIGHBORS_MAX = 256,
	SNMP_UNITS_MAX = 8, /* chassis of a stack */
	SNMP_FORWARDING_MAX = 4096,
	SNMP_RESOLVED_MAX = 2048,
	SNMP_CONTEXTS_MAX = 64, /* VLANs with a bridge of their own */
	SNMP_STATIONS_MAX = 1024,
	SNMP_ACCESS_POINTS_MAX = 256,
	SNMP_TEXT_BYTES_MAX = 1024,
};

struct snmp_facts;
struct snmp_field;

/* One value of a field. index: what follows the field's own identifier. */
typedef void (*snmp_read_fn)(struct snmp_facts *facts, const struct snmp_field *field,
    const struct snmp_oid *index, const struct snmp_var *value);

struct snmp_field {
	uint32_t column; /* last arc of a table's column */
	snmp_read_fn read;
	const char *source; /* of the evidence, NULL: the reader knows */
	const char *key;
	size_t at, size; /* where in the reader's row */
};

int snmp_facts_new(struct snmp_facts **ret);
void snmp_facts_free(struct snmp_facts *facts);

/* Adds evidence once (clean text); false when it is full, which a device of any use is not. */
bool snmp_facts_add(
    struct snmp_facts *facts, const char *source, const char *key, const char *value);

/* The entPhysicalIndex of each chassis(3) and stack(11), else of the first entity; at most
 * SNMP_UNITS_MAX. */
size_t snmp_facts_units(struct snmp_facts *facts, uint32_t ret[static SNMP_UNITS_MAX]);

/* What tables that depend on others ask: has LLDP told of neighbors, in its first MIB or its
 * second; did the table before this one, which tells the same and more, give nothing? */
bool snmp_facts_has_neighbors(const struct snmp_facts *facts);
bool snmp_facts_has_neighbors_v2(const struct snmp_facts *facts);
bool snmp_facts_lacks_neighbors(const struct snmp_facts *facts);
bool snmp_facts_lacks_forwarding(const struct snmp_facts *facts);
bool snmp_facts_lacks_databases(const struct snmp_facts *facts);
bool snmp_facts_lacks_resolved(const struct snmp_facts *facts);
bool snmp_facts_has_forwarding(const struct snmp_facts *facts);
bool snmp_facts_has_radios(const struct snmp_facts *facts);

/* The stamp, once the system group has been read. */
void snmp_facts_stamp(const struct snmp_facts *facts, struct snmp_stamp *ret);

/* Has the device run on since, and have its tables not changed? */
bool snmp_stamp_holds(
    const struct snmp_stamp *then, const struct snmp_stamp *now, uint64_t elapsed_ms);

/* No entity told its class, so that none could be chosen by it. */
bool snmp_facts_lack_units(const struct snmp_facts *facts);

/* Model or serial number of the device are still to be learned; or one of them, or its version.
 */
bool snmp_facts_lack_name(const struct snmp_facts *facts);
bool snmp_facts_lack_identity(const struct snmp_facts *facts);

/* The next VLAN whose bridge is to be read, from 0 on; 0 none. Values that follow are of it. */
uint16_t snmp_facts_next_context(struct snmp_facts *facts, uint16_t after);
/* These VLANs have no bridge of their own after all. */
void snmp_facts_drop_contexts(struct snmp_facts *facts);

/* What was cut because a list was full, or NULL: the words for `reason`. */
const char *snmp_facts_cut(const struct snmp_facts *facts);

/* Forgets the forwarding table: half of one tells wrong places. */
void snmp_facts_drop_forwarding(struct snmp_facts *facts);

/* Puts rows together; evidence, ports and neighbors of ret then live as long as facts. Once, at
 * the end. 0 or -ENOMEM. */
int snmp_facts_finish(struct snmp_facts *facts, struct snmp_answer *ret);

/* A reader of a value; what it makes of it stands beside it. */
#define SNMP_READER(name)                                                                      \
	void snmp_read_##name(struct snmp_facts *facts,                                        \
	    const struct snmp_field *field __attribute__((unused)),                            \
	    const struct snmp_oid *index __attribute__((unused)),                              \
	    const struct snmp_var *value)

/* Evidence of one value. */
SNMP_READER(text);
SNMP_READER(told_once);
SNMP_READER(number);
SNMP_READER(kibibytes);
SNMP_READER(object);
SNMP_READER(hex);
SNMP_READER(mac);
SNMP_READER(own_address);
SNMP_READER(
    page); /* a row of a maker's first page: what it is, is told at the end (snmp_page.h) */
SNMP_READER(pages);
SNMP_READER(antivirus); /* the product, when the name of a running program is one's */

/* A field of the stamp: a number, or a text of the system group. */
SNMP_READER(stamp);

/* A field of a row of snmp_rows.h or of struct port. */
SNMP_READER(port_text);
SNMP_READER(port_number);
SNMP_READER(port_mac);
SNMP_READER(port_speed);
SNMP_READER(port_high_speed);
SNMP_READER(unit);
SNMP_READER(device);
SNMP_READER(storage);
SNMP_READER(supply_descr);
SNMP_READER(supply_number);

/* Neighbors: LLDP's local ports, LLDP's and CDP's neighbors and where they are managed. */
SNMP_READER(local_port);
SNMP_READER(neighbor);
SNMP_READER(neighbor_v2);
SNMP_READER(management);
SNMP_READER(management_v2);
SNMP_READER(cdp_neighbor);

/* The bridge: ports by number, VLANs by database, VLAN and power of a port, addresses. */
SNMP_READER(base_port);
SNMP_READER(vlan);
SNMP_READER(vlan_state);
SNMP_READER(port_vlan);
SNMP_READER(poe);
SNMP_READER(forwarding);
SNMP_READER(resolved);

/* WLAN: radios, stations and access points. */
SNMP_READER(radio);
SNMP_READER(station);
SNMP_READER(radio_station);
SNMP_READER(access_point);

#endif
