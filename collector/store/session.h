/* What a struct store is made of. Private to store/. */
#ifndef PARTA_COLLECTOR_STORE_SESSION_H
#define PARTA_COLLECTOR_STORE_SESSION_H

#include "collector/store/call.h"
#include "collector/store/series.h"
#include "collector/store/store.h"

struct store {
	struct db *db;
	struct call call;
	struct series_table *series;
	int64_t partitions_ms; /* when partitions were made last, by the reports' clock */
	int64_t generation;    /* of core.agent_generation at the last store_agents() */
};

/* What callers of the seam are told: -EBADMSG the data; -EACCES; -ENOMEM; all else -EAGAIN. */
int session_errno(int r);

/* 0; -EPROTO the database is not at this version: error says what to do. */
int session_check_schema(struct db *db, char error[static 256]);

#endif
