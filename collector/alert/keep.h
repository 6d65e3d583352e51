/* The alert engine's facts, alerts and changes out of the database and into it. */
#ifndef PARTA_COLLECTOR_ALERT_KEEP_H
#define PARTA_COLLECTOR_ALERT_KEEP_H

#include <stddef.h>
#include <stdint.h>

#include "collector/alert/engine.h"

struct call;
struct db;

/* All return 0 or the negative errno of connection.h, within the caller's transaction. */

/* What was open or ended lately goes into the engine. */
int keep_load(struct db *db, struct call *call, int64_t now_ms, struct engine *engine);

/* since_ms: slow facts of schools whose reports came since then; 0 none. *ret is the caller's
 * to free. */
int keep_facts(struct db *db, struct call *call, int64_t now_ms, int64_t since_ms,
    struct alert_fact **ret, size_t *ret_count);

int keep_changes(struct db *db, struct call *call, int64_t now_ms,
    const struct alert_change changes[], size_t count);

#endif
