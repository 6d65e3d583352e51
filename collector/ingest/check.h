/*
 * Is a report believable, from this agent, now? Pure: what it is held against
 * comes in as arguments, and the bounds are tables in check.c.
 */
#ifndef PARTA_COLLECTOR_INGEST_CHECK_H
#define PARTA_COLLECTOR_INGEST_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "parta/v1/report.pb-c.h"

struct check_failure {
	const char *code; /* as in parta.v1.Rejection */
	char reason[160]; /* one English sentence */
};

/* True for a report that may be stored; else *ret says why not. */
bool check_report(const Parta__V1__Report *report, const uint8_t agent_id[static 16],
    int64_t now_ms, struct check_failure *ret);

#endif
