/*
 * What the router says while the line is down, as evidence: is its line up, does it
 * receive, did it start anew; and after a power cut, whether it had none either. A
 * look every few seconds of an outage, one every ten minutes else. And whether this
 * machine, or a UPS of the school that speaks SNMP, is on its battery.
 */
#ifndef PARTA_AGENT_WITNESS_H
#define PARTA_AGENT_WITNESS_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/probe/connectivity.h"

struct loop;
struct witness;

struct witness_settings {
	struct connectivity *connectivity; /* whose gateway is asked, and whose outages */
	const char *const *communities;    /* copied */
	size_t n_communities;
	/* Where a UPS of the school is; false: none is known. NULL: nobody knows. */
	bool (*find_ups)(void *arg, struct address *ret);
	/* An absence of ours, told anew: the router says whether it was a power cut. */
	void (*on_absence)(void *arg, const struct outage *outage);
	void *arg;
};

/* Other communities are in force: the router is made known anew when they differ. */
void witness_communities(
    struct witness *witness, const char *const communities[], size_t count);

/* 0 or a negative errno. */
int witness_new(
    struct loop *loop, const struct witness_settings *settings, struct witness **ret);
void witness_free(struct witness *witness); /* accepts NULL; before connectivity_stop() */
/* The line's state is another now. */
void witness_state(struct witness *witness, enum connectivity_state state);
/* We were away while the machine was off (OUTAGE_AGENT_DOWN). */
void witness_absence(struct witness *witness, const struct outage *outage);

#endif
