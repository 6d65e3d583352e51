/* The bodies of a report on their way into core: one SQL call each. Private to store/. */
#ifndef PARTA_COLLECTOR_STORE_BODY_H
#define PARTA_COLLECTOR_STORE_BODY_H

#include <stdint.h>

#include "collector/store/call.h"
#include "collector/store/store.h"

/* A report that was stored just now, in the transaction under way. */
struct body {
	struct db *db;
	struct call *call;
	const struct store_item *item;
	int64_t report_id, school_id;
};

enum { WORD_SIZE = 48 };

/* The word of an enum value of the wire: OUTAGE_CLASS_LAN_LINK becomes "lan_link"; a number
 * this version does not know becomes "unspecified". prefix: "OUTAGE_CLASS_". */
void body_word(char ret[static WORD_SIZE], const ProtobufCEnumDescriptor *type, int value,
    const char *prefix);

/* The first parameters of every body: the report, its school, its agent. */
void body_start(struct body *body);

/* "inventory", "speed", ...: what core.report.kind calls it. */
const char *body_kind(const Parta__V1__Report *report);
/* Stores the body, if there is one. Returns as db_run(). */
int body_store(struct body *body);

/* One each, by the field of Report.body. */
int body_inventory(struct body *body, const Parta__V1__Inventory *inventory);
int body_speed(struct body *body, const Parta__V1__SpeedTest *test);
int body_speed_runs(struct body *body, const Parta__V1__SpeedTest *test); /* after it */
int body_connectivity(struct body *body, const Parta__V1__Connectivity *connectivity);
int body_filter(struct body *body, const Parta__V1__FilterRun *run);
int body_health(struct body *body, const Parta__V1__AgentHealth *health);
int body_gap(struct body *body, const Parta__V1__Gap *gap);

#endif
