/* THE LIST of what a device is asked: rows of data. To read one more thing is one more row.
 * Pure. */
#ifndef PARTA_AGENT_ASK_SNMP_TABLES_H
#define PARTA_AGENT_ASK_SNMP_TABLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/ask/snmp_pdu.h"
#include "agent/ask/snmp_read.h"

enum { SNMP_TABLE_FIELDS_MAX = 8 };

/* A single value: what GETNEXT of its object, without the .0, gives. */
struct snmp_scalar {
	struct snmp_oid object;
	struct snmp_field field;
};

enum snmp_table_kind {
	SNMP_TABLE_WALK,     /* every row of the columns, by GETBULK or GETNEXT */
	SNMP_TABLE_UNITS,    /* the columns of the rows that snmp_facts_units() names, by GET */
	SNMP_TABLE_CONTEXTS, /* as WALK, of each VLAN that snmp_facts_next_context() names */
};

struct snmp_table {
	const char *name;
	enum snmp_table_kind kind;
	struct snmp_oid entry; /* fields lie under entry.column */
	unsigned root_len;     /* so many arcs of entry say whether the device has it at all */
	unsigned rows_max;     /* what is beyond is left unread */
	bool sample;           /* and that is no loss worth telling */
	unsigned rows_first;   /* repetitions of the first GETBULK: few where most devices have
				  one row */
	bool (*wanted)(const struct snmp_facts *facts); /* by what came before; NULL: always */
	uint32_t enterprise; /* a maker's own table: of those devices alone; 0 everybody's */
	bool moves;          /* read again of a device that is as it was: people move */
	bool places;         /* likewise, when somebody on its ports moved */
	size_t n_fields;
	struct snmp_field fields[SNMP_TABLE_FIELDS_MAX];
};

enum snmp_maker_key {
	MAKER_SERIAL,
	MAKER_MODEL,
	MAKER_FIRMWARE,
	MAKER_OS,
	MAKER_DESCR, /* one text of which device rules cut model, firmware or serial number */
	MAKER_KEY_COUNT
};

/* A value of a maker's own MIB (snmp_makers.c). */
struct snmp_maker_row {
	uint32_t enterprise; /* of the devices that are asked for it */
	const char *object;  /* an instance below 1.3.6.1.4.1, or ("~.") below sysObjectID, or
				("1.3.6.1.") of anybody's MIB; ".*" at its end: the first one
				of that column */
	enum snmp_maker_key key;
};

extern const struct snmp_maker_row snmp_makers[];
extern const size_t snmp_makers_count;
extern const uint32_t snmp_maker_generic[], snmp_maker_watched[];
extern const size_t snmp_maker_generic_count, snmp_maker_watched_count;

/* Where each key's value goes; the first one told holds. */
extern const struct snmp_field snmp_maker_fields[MAKER_KEY_COUNT];

/* What of a maker's first page is read, and by whom (snmp_page.h). */
enum { SNMP_PAGE_ROWS = 128, SNMP_PAGE_ROWS_BY_NEXT = 12 };
extern const struct snmp_field snmp_page_field;

/* SNMPv2-MIB system: asked first, by GET with .0. */
extern const struct snmp_scalar snmp_system[];
extern const size_t snmp_system_count;

/* Asked next, together with each table's root, in one GETNEXT. */
extern const struct snmp_scalar snmp_scalars[];
extern const size_t snmp_scalars_count;

/* In the order of worth: what names the device before what describes it. */
extern const struct snmp_table snmp_tables[];
extern const size_t snmp_tables_count;

#endif
