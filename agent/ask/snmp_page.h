/*
 * What a maker's own MIB begins with, when no row of THE LIST (snmp_makers.c) knows
 * it: most makers put model, version and serial number of the device side by side
 * into one group of scalars, or one table of one row. They are told apart by their
 * form alone, so what comes out is a guess: rules take it after all that is known.
 * Pure; the texts themselves stay here, only what was picked leaves.
 */
#ifndef PARTA_AGENT_ASK_SNMP_PAGE_H
#define PARTA_AGENT_ASK_SNMP_PAGE_H

#include <stddef.h>
#include <stdint.h>

#include "agent/ask/snmp_pdu.h"

enum { SNMP_PAGE_TEXTS_MAX = 64, SNMP_PAGE_TEXT_BYTES = 64 };

struct snmp_page_text {
	uint64_t group; /* of the objects that lie side by side */
	char text[SNMP_PAGE_TEXT_BYTES];
};

/* All zero: empty. */
struct snmp_page {
	struct snmp_page_text texts[SNMP_PAGE_TEXTS_MAX];
	size_t n;
};

/* "" for what is not there. */
struct snmp_page_identity {
	char model[SNMP_PAGE_TEXT_BYTES], serial[SNMP_PAGE_TEXT_BYTES],
	    firmware[SNMP_PAGE_TEXT_BYTES];
	char name[SNMP_PAGE_TEXT_BYTES]; /* may be a model: alone, or first without a digit */
};

/* Adds a clean text with its instance, unless it is of a later row of a table, or the page is
 * full. below: how many arcs of the instance lie below the root that was read. */
void snmp_page_add(
    struct snmp_page *page, const struct snmp_oid *instance, uint32_t below, const char *text);

/* Picks from the group that looks most like the identity of a device; a version and a serial
 * number that it lacks from others. A model, or a version of two numbers, needs another one of
 * the three beside it. */
void snmp_page_identify(const struct snmp_page *page, struct snmp_page_identity *ret);

#endif
