/* In which order a scan tries its credentials. */
#ifndef PARTA_AGENT_SCAN_CREDENTIALS_H
#define PARTA_AGENT_SCAN_CREDENTIALS_H

#include "agent/ask/snmp.h"
#include "agent/scan_memory.h"

/* Room for what the settings then point at; the caller wipes it. */
struct scan_credentials {
	const char *communities[SNMP_COMMUNITIES_MAX];
	struct snmp_user users[SNMP_USERS_MAX];
	uint64_t all; /* a number that stands for them together */
};

/* What opened most devices so far comes first. c: all zero. */
void scan_credentials_order(
    const struct scan_memory *memory, struct snmp_settings *snmp, struct scan_credentials *c);

#endif
