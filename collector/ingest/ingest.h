/* Reports, heartbeats and policies: what agents come for. */
#ifndef PARTA_COLLECTOR_INGEST_INGEST_H
#define PARTA_COLLECTOR_INGEST_INGEST_H

#include <stdbool.h>
#include <stddef.h>

#include "collector/http/message.h"

struct authority;
struct clerk;
struct ingest;
struct rules;

struct ingest_config {
	const char *conninfo; /* borrowed, as is all below */
	struct authority *authority;
	struct clerk *clerk;
	const struct rules *rules;
	size_t queue_reports, queue_bytes;
};

int ingest_start(const struct ingest_config *config, struct ingest **ret);

/* The database answers and there is room in the queue. */
bool ingest_ready(struct ingest *ingest);

/* Stores and answers what waits; from now on everybody is asked to come again. Accepts NULL. */
void ingest_stop(struct ingest *ingest);
void ingest_free(struct ingest *ingest); /* once no listener is left; accepts NULL */

http_handler ingest_reports, ingest_heartbeat, ingest_policy;

#endif
