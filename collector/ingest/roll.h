/* Who may speak, in memory: asked at every request, read from the database when it changed. */
#ifndef PARTA_COLLECTOR_INGEST_ROLL_H
#define PARTA_COLLECTOR_INGEST_ROLL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct roll;
struct store;

struct roll_entry {
	uint8_t key_sha256[32];
	uint8_t agent_id[16];
	bool revoked;
	char school_code[32];
};

/* An empty roll: nobody may speak. 0 or -ENOMEM. */
int roll_new(struct roll **ret);
void roll_free(struct roll *roll); /* accepts NULL */

/* Reads all agents anew; the old ones hold until that succeeded. 0 or a negative errno of the
 * store. */
int roll_read(struct roll *roll, struct store *store);

/* The agent of a key; false when there is none. From any thread. */
bool roll_find(struct roll *roll, const uint8_t key_sha256[static 32], struct roll_entry *ret);

#endif
