/*
 * What is remembered of devices from one scan to the next, in one file: who is silent
 * and left alone for a day, which credential opens which device, how many SNMPv3 users
 * have failed at it, what it answered when it was walked last, so that a device which is as
 * it was is asked only for what moves, and what it told the other askers (ask/ask.h), each of
 * which asks it once a day.
 */
#ifndef PARTA_AGENT_SCAN_MEMORY_H
#define PARTA_AGENT_SCAN_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/ask/snmp.h"
#include "agent/inventory/inventory.h"
#include "agent/scan_recall.h"
#include "common/address.h"

struct scan_memory;

enum {
	SCAN_MEMORY_DEVICES_MAX = 8192,
	SCAN_MEMORY_BYTES_MAX = 48 * 1024 * 1024, /* of the file */
	SCAN_MEMORY_DAY_MS = 24 * 3600 * 1000
};

/* Reads the file; one that is not there or not ours is an empty memory. path NULL: nothing is
 * kept. 0, -ENOMEM. */
int scan_memory_open(const char *path, struct scan_memory **ret);
void scan_memory_free(struct scan_memory *memory); /* accepts NULL */

/* A number for all credentials that may be tried from now on: when it is another one than last
 * time, silent devices are asked again. */
void scan_memory_credentials(struct scan_memory *memory, uint64_t credentials);

/* Writes all of it in the file's place. 0 or a negative errno. Devices that were not seen for
 * 30 days are left out, those of a locally administered address after one. */
int scan_memory_save(struct scan_memory *memory, int64_t now_ms);

/* How to ask a device; false: not today, it was silent or refused within the day. mac zero:
 * not known. */
bool scan_memory_hint(const struct scan_memory *memory, const struct address *ip,
    const struct mac *mac, int64_t now_ms, struct snmp_hint *ret);

/* A user failed there; it is in the file when this returns. */
void scan_memory_failed(
    struct scan_memory *memory, const struct address *ip, uint64_t user, int64_t now_ms);

void scan_memory_learn(struct scan_memory *memory, const struct mac *mac,
    const struct snmp_answer *answer, int64_t now_ms);

/* What it answered when it was walked last; the caller clears ret before the next
 * scan_memory_learn(). false when nothing is remembered. */
bool scan_memory_recall(
    const struct scan_memory *memory, const struct address *ip, struct recall *ret);

/* A number for the passwords that the other askers have: when it is another one than last time,
 * all of them ask again. */
void scan_memory_passwords(struct scan_memory *memory, uint64_t passwords);

/* True, and remembered, when asker `what` (below 32) did not ask this device within a day. */
bool scan_memory_take(struct scan_memory *memory, const struct address *ip,
    const struct mac *mac, unsigned what, int64_t now_ms);

/* What a device told them within that day; a key told again counts as it is now. */
void scan_memory_told(struct scan_memory *memory, const struct address *ip,
    const struct evidence evidence[], size_t count);
/* At most max pieces of it, borrowed until the next scan_memory_told(). */
size_t scan_memory_recall_told(const struct scan_memory *memory, const struct address *ip,
    const struct mac *mac, struct evidence ret[], size_t max);

/* Is this very device remembered at this address? */
bool scan_memory_knows(
    const struct scan_memory *memory, const struct address *ip, const struct mac *mac);

/* Where a device hung, and hangs now. false when it is not remembered. */
bool scan_memory_place(const struct scan_memory *memory, const struct address *ip,
    const struct mac *mac, struct place *ret);
void scan_memory_put_place(struct scan_memory *memory, const struct address *ip,
    const struct mac *mac, const struct place *place, int64_t now_ms);

/* Who hangs on the ports of a bridge. */
void scan_memory_put_watch(struct scan_memory *memory, const struct address *bridge,
    const struct snmp_watch rows[], size_t count);

/* How many devices a credential opened. */
uint32_t scan_memory_wins(const struct scan_memory *memory, uint64_t credential);

#endif
