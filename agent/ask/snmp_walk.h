/*
 * What to ask one device next, and what its answer means: the order of tables,
 * GETBULK that shrinks when a device is overtaxed, GETNEXT where it has none, and the
 * ways in which agents are known to be wrong. Pure: no socket, no clock.
 */
#ifndef PARTA_AGENT_ASK_SNMP_WALK_H
#define PARTA_AGENT_ASK_SNMP_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/ask/snmp.h"
#include "agent/ask/snmp_pdu.h"
#include "agent/ask/snmp_read.h"

enum { SNMP_WALK_ITEMS_MAX = 64, SNMP_WALK_MAKERS_MAX = 8, SNMP_WALK_REASON_BYTES = 128 };

/* One object or column of the present step. */
struct snmp_walk_item {
	struct snmp_oid root;  /* values lie below it (columns) or are it (GET) */
	struct snmp_oid at;    /* the last identifier that came */
	struct snmp_oid first; /* where an agent may begin anew; set once there are rows */
	const struct snmp_field *field; /* NULL: only whether something is there */
	size_t table;                   /* presence: whose root it is */
	unsigned rows;
	unsigned failures; /* answers that did not move it on */
	bool done;
};

enum snmp_walk_step {
	SNMP_STEP_SYSTEM,
	SNMP_STEP_PLACES,   /* of those who hung on the ports of a device that is as it was */
	SNMP_STEP_PRESENCE, /* of tables */
	SNMP_STEP_MAKER,    /* once before the tables, once for makers found behind the agent */
	SNMP_STEP_MAKER_COLUMN,
	SNMP_STEP_TABLE,
	SNMP_STEP_HIDDEN, /* makers behind an agent that is not theirs */
	SNMP_STEP_PAGE,   /* what the maker's own MIB begins with, when nothing else named it */
	SNMP_STEP_END
};

struct snmp_walk {
	struct snmp_facts *facts;       /* borrowed */
	const struct snmp_known *known; /* borrowed; NULL none */
	bool unchanged;                 /* it is as it was: only what moves is read */
	bool moved;                     /* somebody on its ports is on another one */
	size_t watched;                 /* so many of those on its ports were looked for */
	uint32_t retries;
	size_t vars_max, vars_ceiling; /* of one answer: now, and as far as it may grow back */
	size_t get_max, next_max;      /* objects of one request, as the device bears it */
	size_t bytes_a_var;            /* running mean of what came */
	bool bulk, bulk_works;
	bool table_by_next; /* this table makes its GETBULK fail */
	enum snmp_walk_step step;
	size_t table;            /* in snmp_tables */
	uint16_t vlan;           /* whose bridge is asked, 0: the device */
	bool vlan_answered;      /* one of them did */
	uint64_t present;        /* a bit a table */
	uint32_t enterprise;     /* of sysObjectID, 0 none */
	struct snmp_oid product; /* sysObjectID, below an enterprise; empty else */
	uint32_t hidden[SNMP_WALK_MAKERS_MAX]; /* enterprises behind an agent of none of them */
	size_t n_hidden;
	bool tables_done;
	struct snmp_walk_item items[SNMP_WALK_ITEMS_MAX];
	size_t n_items;
	size_t asked[SNMP_REQUEST_VARS_MAX]; /* items of the request under way */
	size_t n_asked;
	enum snmp_operation operation;
	unsigned repetitions;
	unsigned rows_next; /* most repetitions of the next GETBULK, growing within a table */
	unsigned silences;  /* in a row */
	unsigned dead;      /* tables or objects given up in a row */
	uint32_t position;  /* moves with every answer: what belongs to an older one is late */
	bool answered;      /* anything came at all */
	bool partial;
	bool forwarding_cut; /* not all of the forwarding table came */
	char reason[SNMP_WALK_REASON_BYTES];
};

/* max_repetitions: of a GETBULK of two columns; wider ones get fewer. */
void snmp_walk_start(struct snmp_walk *walk, struct snmp_facts *facts, uint8_t version,
    uint32_t max_repetitions, uint32_t retries);

/* After the start: what was remembered of this device, borrowed as long as the walk. */
void snmp_walk_known(struct snmp_walk *walk, const struct snmp_known *known);

/* What the next walk may compare with; false when this one was not whole. */
bool snmp_walk_learned(const struct snmp_walk *walk, struct snmp_known *ret);

/* Was its forwarding table left unread because nobody moved? */
bool snmp_walk_settled(const struct snmp_walk *walk);

/* The request to send now; false when the walk is over. Until an answer or a timeout is told,
 * it is the same one. */
bool snmp_walk_next(struct snmp_walk *walk, struct snmp_request *ret);

void snmp_walk_reply(struct snmp_walk *walk, const struct snmp_reply *reply);
void snmp_walk_timeout(struct snmp_walk *walk);

/* Ends it early; why is one English clause. */
void snmp_walk_cut(struct snmp_walk *walk, const char *why);

#endif
