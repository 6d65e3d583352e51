/*
 * What the school's router knows of its line, told by SNMP: which interface its
 * default route leaves by, whether that is up and receives, and since when the router
 * runs. Two requests to learn the interface, one for each look.
 */
#ifndef PARTA_AGENT_ASK_ROUTER_H
#define PARTA_AGENT_ASK_ROUTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/ask/snmp_get.h"

struct router;

struct router_facts {
	uint64_t at_ms;      /* clock_boot_ms() of the answer */
	uint64_t up_time_ms; /* SNMPv2-MIB sysUpTime */
	uint32_t if_index;   /* of the way out; 0: not known, and nothing below is */
	char interface[32];  /* IF-MIB ifName, else ifDescr, else the number */
	uint32_t
	    oper_status; /* IF-MIB ifOperStatus: 1 up, 2 down, 7 lowerLayerDown; 0 not told */
	bool counts;     /* in_octets was told */
	uint64_t in_octets;     /* IF-MIB ifHCInOctets, else ifInOctets */
	bool counts_both, wide; /* out_octets as well; with 64 bits */
	uint64_t out_octets;    /* IF-MIB ifHCOutOctets, else ifOutOctets */
};

/* error as of snmp_get_fn; facts is NULL then. */
typedef void (*router_fn)(void *arg, int error, const struct router_facts *facts);

/* As snmp_get_new(). */
int router_new(struct loop *loop, const struct snmp_get_settings *settings,
    const struct address *ip, struct router **ret);
void router_free(struct router *router); /* accepts NULL; fn is not called */
/* The way out is this interface, whatever the routes say; not 0. */
void router_set_way(struct router *router, uint32_t if_index);
/* One look. fn is called once, never from inside this call. 0 or -EBUSY. */
int router_look(struct router *router, router_fn fn, void *arg);

/* ---- pure (router_facts.c) */

/* Which interface is the way out, its name, and how it does. */
void router_ask_way(struct snmp_request *ret);
void router_ask_name(uint32_t if_index, struct snmp_request *ret);
void router_ask_state(uint32_t if_index, struct snmp_request *ret);
/* 0: the reply tells no default route. */
uint32_t router_read_way(const struct snmp_reply *reply);
void router_read_name(const struct snmp_reply *reply, struct router_facts *facts);
void router_read_state(const struct snmp_reply *reply, struct router_facts *facts);

enum router_word {
	ROUTER_SAYS_NOTHING,
	ROUTER_SILENT,
	ROUTER_RESTARTED,
	ROUTER_LINE_DOWN,
	ROUTER_LINE_SILENT, /* up, but nothing comes in */
	ROUTER_LINE_BUSY,   /* up, and something comes in */
};

enum { ROUTER_OBSERVED_SIZE = 48 };

/* What a look says of an outage: before is the look before (family of facts with at_ms 0:
 * none), now NULL: it did not answer. */
enum router_word router_judge(const struct router_facts *before, const struct router_facts *now,
    char ret_observed[static ROUTER_OBSERVED_SIZE]);

#endif
