/*
 * Values of one device's tables become facts: evidence, ports, neighbors. The
 * readers named by THE LIST (snmp_tables.c) live here. Pure but for the heap; every
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

/* Is anything to be gained from the names of LLDP's own ports? */
bool snmp_facts_has_neighbors(const struct snmp_facts *facts);

/* No entity told its class, so that none could be chosen by it. */
bool snmp_facts_lack_units(const struct snmp_facts *facts);

/* Model, serial number or version of the device are still to be learned. */
bool snmp_facts_lack_identity(const struct snmp_facts *facts);

/* What was cut because a list was full, or NULL: the words for `reason`. */
const char *snmp_facts_cut(const struct snmp_facts *facts);

/* Puts rows together; evidence, ports and neighbors of ret then live as long as facts. Once, at
 * the end. 0 or -ENOMEM. */
int snmp_facts_finish(struct snmp_facts *facts, struct snmp_answer *ret);

/* Evidence of one value. */
void snmp_read_text(struct snmp_facts *, const struct snmp_field *, const struct snmp_oid *,
    const struct snmp_var *);
void snmp_read_told_once(struct snmp_facts *, const struct snmp_field *,
    const struct snmp_oid *, const struct snmp_var *);
void snmp_read_number(struct snmp_facts *, const struct snmp_field *, const struct snmp_oid *,
    const struct snmp_var *);
void snmp_read_kibibytes(struct snmp_facts *, const struct snmp_field *,
    const struct snmp_oid *, const struct snmp_var *);
void snmp_read_object(struct snmp_facts *, const struct snmp_field *, const struct snmp_oid *,
    const struct snmp_var *);
void snmp_read_hex(struct snmp_facts *, const struct snmp_field *, const struct snmp_oid *,
    const struct snmp_var *);
void snmp_read_mac(struct snmp_facts *, const struct snmp_field *, const struct snmp_oid *,
    const struct snmp_var *);
void snmp_read_own_address(struct snmp_facts *, const struct snmp_field *,
    const struct snmp_oid *, const struct snmp_var *);
/* A row of a maker's first page; what it turns out to be is told at the end (snmp_page.h). */
void snmp_read_page(struct snmp_facts *, const struct snmp_field *, const struct snmp_oid *,
    const struct snmp_var *);
void snmp_read_pages(struct snmp_facts *, const struct snmp_field *, const struct snmp_oid *,
    const struct snmp_var *);

/* A field of a row: struct port, a unit, a device, a storage, an LLDP port, an LLDP neighbor.
 */
void snmp_read_port_text(struct snmp_facts *, const struct snmp_field *,
    const struct snmp_oid *, const struct snmp_var *);
void snmp_read_port_number(struct snmp_facts *, const struct snmp_field *,
    const struct snmp_oid *, const struct snmp_var *);
void snmp_read_port_mac(struct snmp_facts *, const struct snmp_field *, const struct snmp_oid *,
    const struct snmp_var *);
void snmp_read_port_speed(struct snmp_facts *, const struct snmp_field *,
    const struct snmp_oid *, const struct snmp_var *);
void snmp_read_port_high_speed(struct snmp_facts *, const struct snmp_field *,
    const struct snmp_oid *, const struct snmp_var *);
void snmp_read_unit(struct snmp_facts *, const struct snmp_field *, const struct snmp_oid *,
    const struct snmp_var *);
void snmp_read_device(struct snmp_facts *, const struct snmp_field *, const struct snmp_oid *,
    const struct snmp_var *);
void snmp_read_storage(struct snmp_facts *, const struct snmp_field *, const struct snmp_oid *,
    const struct snmp_var *);
void snmp_read_local_port(struct snmp_facts *, const struct snmp_field *,
    const struct snmp_oid *, const struct snmp_var *);
void snmp_read_neighbor(struct snmp_facts *, const struct snmp_field *, const struct snmp_oid *,
    const struct snmp_var *);

#endif
