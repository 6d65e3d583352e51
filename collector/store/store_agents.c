/* Who may speak: agents and their keys, enrolment, renewal. Certificates themselves are made
 * elsewhere. */
#include <errno.h>
#include <string.h>

#include "collector/store/session.h"
#include "common/cleanup.h"
#include "common/text.h"

static int
agent_of_row(const struct pg_result *rows, size_t row, struct store_agent *ret)
{
	if (text_uuid_parse(db_field(rows, row, 0), ret->agent_id) < 0 ||
	    text_unhex(ret->key_sha256, sizeof(ret->key_sha256), db_field(rows, row, 1)) !=
		(int)sizeof(ret->key_sha256))
		return -EIO;
	ret->revoked = db_number(rows, row, 2) != 0;
	(void)text_copy(ret->school_code, sizeof(ret->school_code), db_field(rows, row, 3));
	return 0;
}

static int
generation_now(struct store *store, int64_t *ret)
{
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	int r;

	call_start(&store->call);
	r = call_run(&store->call, store->db, STATEMENT_AGENT_GENERATION, &rows);
	if (r == 0)
		*ret = db_rows(rows) ? db_number(rows, 0, 0) : 0;
	return r;
}

int
store_agents(
    struct store *store, void (*fn)(void *arg, const struct store_agent *agent), void *arg)
{
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	int64_t generation = 0;
	/* Asked first: a change between the two questions is then seen again, never missed. */
	int r = generation_now(store, &generation);

	if (r == 0) {
		call_start(&store->call);
		r = call_run(&store->call, store->db, STATEMENT_AGENTS, &rows);
	}
	if (r < 0)
		return session_errno(r);
	for (size_t i = 0; i < db_rows(rows); i++) {
		struct store_agent agent;

		if (agent_of_row(rows, i, &agent) == 0)
			fn(arg, &agent);
	}
	store->generation = generation;
	return 0;
}

int
store_agents_changed(struct store *store)
{
	int64_t generation = 0;
	int r = generation_now(store, &generation);

	return r < 0 ? session_errno(r) : generation != store->generation;
}

int
store_enrol(struct store *store, const uint8_t token_sha256[static 32],
    const uint8_t key_sha256[static 32], const char *host_name, uint8_t ret_agent_id[static 16],
    struct store_school *ret_school)
{
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	struct call *call = &store->call;
	uint8_t agent_id[16];
	int r;

	call_start(call);
	call_bytes(call, token_sha256, 32);
	call_bytes(call, key_sha256, 32);
	call_text(call, host_name);
	r = call_run(call, store->db, STATEMENT_ENROL, &rows);
	if (r < 0)
		return session_errno(r);
	if (db_rows(rows) == 0)
		return -EACCES;
	if (text_uuid_parse(db_field(rows, 0, 0), agent_id) < 0)
		return -EAGAIN;
	memcpy(ret_agent_id, agent_id, sizeof(agent_id));
	(void)text_copy(ret_school->code, sizeof(ret_school->code), db_field(rows, 0, 1));
	(void)text_copy(ret_school->name, sizeof(ret_school->name), db_field(rows, 0, 2));
	(void)text_copy(
	    ret_school->time_zone, sizeof(ret_school->time_zone), db_field(rows, 0, 3));
	return 0;
}

int
store_renew(struct store *store, const uint8_t agent_id[static 16],
    const uint8_t key_sha256[static 32], int64_t ends_ms)
{
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	struct call *call = &store->call;
	int r;

	call_start(call);
	call_uuid(call, agent_id);
	call_bytes(call, key_sha256, 32);
	call_time_or_null(call, ends_ms);
	r = call_run(call, store->db, STATEMENT_RENEW, &rows);
	if (r < 0)
		return session_errno(r);
	return db_number(rows, 0, 0) ? 0 : -EACCES;
}

int
store_announce(struct store *store, const char *name, const char *value)
{
	struct call *call = &store->call;

	call_start(call);
	call_text(call, name);
	call_text(call, value);
	return session_errno(call_run(call, store->db, STATEMENT_ANNOUNCE, NULL));
}
