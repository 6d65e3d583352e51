/*
 * Evidence into PostgreSQL: one connection, prepared statements, a batch of
 * reports a transaction. Only store/ includes libpq. Sending a report again is
 * harmless: the key is (agent, boot, seq). The SQL functions called are those of
 * sql/functions (core.*); roles: parta_ingest.
 */
#ifndef PARTA_COLLECTOR_STORE_STORE_H
#define PARTA_COLLECTOR_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/classify/classify.h"
#include "parta/v1/report.pb-c.h"

struct store;

enum store_outcome { STORE_UNDECIDED, STORE_NEW, STORE_DUPLICATE, STORE_FAILED };

/* One checked report on its way into the database; everything is borrowed. */
struct store_item {
	uint8_t agent_id[16];
	int64_t received_ms;
	const Parta__V1__Report *report;
	const uint8_t *bytes; /* as it came: what is unknown is kept */
	size_t len;
	const struct classification
	    *classes; /* of report->inventory->devices, in their order; NULL otherwise */
	enum store_outcome outcome; /* set by store_batch */
};

/* 0; -EAGAIN the database is away; -EPROTO its schema is not this version's; error gets words.
 */
int store_open(const char *conninfo, struct store **ret, char error[static 256]);
void store_close(struct store *store);

/*
 * All items in one transaction; outcomes are set only when it committed.
 * 0 committed; -EBADMSG the data was refused (SQLSTATE class 22, 23, P0): nothing
 * was stored, halve and try again; -EAGAIN the database is away (class 08, 53, 57): try later.
 */
int store_batch(
    struct store *store, struct store_item items[], size_t count, char error[static 256]);

/* For how many days things are kept; what a late report still needs is kept whatever this says.
 */
struct store_retention {
	int64_t raw_days, hourly_days, daily_days, quarantine_days;
};

/* Once an hour, by any one of the connections: partitions ahead, what is too old goes. 0 or
 * -EAGAIN. */
int store_keep_house(
    struct store *store, int64_t now_ms, const struct store_retention *retention);

/* Sums up at most count of what is due, in one transaction: how many, -EAGAIN, or -EBADMSG when
 * something cannot be summed up. */
int store_roll_up(struct store *store, unsigned count);

/* Keeps a report that cannot be stored, with the reason; code as in Rejection.code. Once per
 * (agent, boot, seq) or per SHA-256 of its bytes. */
int store_quarantine(struct store *store, const uint8_t agent_id[static 16],
    const uint8_t *bytes, size_t len, const char *code, const char *reason,
    int64_t received_ms);

int store_heartbeat(struct store *store, const uint8_t agent_id[static 16],
    const uint8_t boot_id[static 16], uint64_t beat, int64_t at_ms, uint64_t next_seq,
    uint64_t spool_reports, int64_t received_ms);

/* Who may speak: read whole at start and again when told (LISTEN agent_changed) or every
 * second. */
struct store_agent {
	uint8_t agent_id[16];
	uint8_t key_sha256[32]; /* of the certificate's SubjectPublicKeyInfo */
	bool revoked;
	char school_code[32];
};
int store_agents(
    struct store *store, void (*fn)(void *arg, const struct store_agent *agent), void *arg);
/* 1 when store_agents() would tell something new since the last call, 0, or a negative errno.
 * Cheap: asked every second. */
int store_agents_changed(struct store *store);

/* A new agent by a one-time token; the certificate is made by the caller between the two. */
struct store_school {
	char code[32], name[256], time_zone[64];
};
/* Claims one use of a token (SHA-256 of its secret): 0, -EACCES unknown, used up or ended.
 * agent_id is made by the database. */
int store_enrol(struct store *store, const uint8_t token_sha256[static 32],
    const uint8_t key_sha256[static 32], const char *host_name, uint8_t ret_agent_id[static 16],
    struct store_school *ret_school);
int store_renew(struct store *store, const uint8_t agent_id[static 16],
    const uint8_t key_sha256[static 32], int64_t ends_ms);

/* The policy of an agent's school as a packed parta.v1.Policy; *ret is malloc'd. -EACCES:
 * revoked or unknown. */
int store_policy(
    struct store *store, const uint8_t agent_id[static 16], uint8_t **ret, size_t *ret_len);

/* What agents are to know of this collector, as a setting: measure_url, measure_capacity_mbps.
 * Nothing happens when it is known. */
int store_announce(struct store *store, const char *name, const char *value);

/* The collector's own record of one stream of a test. */
struct store_stream {
	const uint8_t *test_id; /* 16 bytes */
	bool upload;
	int64_t started_ms;
	uint64_t size_bytes;
	double duration_s;
	const char *client, *protocol, *congestion;
	uint64_t rate_bps; /* 0 none */
	double cpu_pct;
	unsigned sample_ms;
	uint64_t first_sample;
	const uint32_t *samples;
	size_t n_samples;
	const char *tcp; /* a JSON object; "" unknown */
};
int store_measured(struct store *store, const struct store_stream *stream);

/* All that was recorded of a test, a JSON array; *ret is malloc'd. */
int store_recall(struct store *store, const uint8_t test_id[static 16], char **ret);

#endif
