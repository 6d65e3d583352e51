/*
 * Schools, tokens, agents and settings, as the administrator's commands need
 * them. The rules stand in sql/functions; the words of their refusals are shown
 * to the person as they are.
 */
#include "collector/store/registry.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/store/call.h"
#include "collector/store/session.h"
#include "common/cleanup.h"
#include "common/text.h"

enum { RECLASSIFY_AT_ONCE = 500, EVIDENCE_OF_A_DEVICE_MAX = 4096 };

struct registry {
	struct db *db;
	struct call call;
	char error[REGISTRY_ERROR_SIZE];
};

int
registry_open(
    const char *conninfo, struct registry **ret, char error[static REGISTRY_ERROR_SIZE])
{
	struct registry *registry = calloc(1, sizeof(*registry));
	int r = registry ? 0 : -ENOMEM;

	if (r == 0)
		r = db_open(conninfo, NULL, 0, &registry->db, error);
	if (r == 0)
		r = session_check_schema(registry->db, error);
	if (r < 0) {
		registry_close(registry);
		return r;
	}
	*ret = registry;
	return 0;
}

void
registry_close(struct registry *registry)
{
	if (!registry)
		return;
	call_clear(&registry->call);
	db_close(registry->db);
	free(registry);
}

const char *
registry_error(const struct registry *registry)
{
	return registry->error;
}

static int
judged(struct registry *registry, int r)
{
	if (r < 0)
		(void)text_copy(
		    registry->error, sizeof(registry->error), db_error(registry->db));
	return r;
}

int
registry_begin(struct registry *registry)
{
	return judged(registry, db_begin(registry->db));
}

int
registry_commit(struct registry *registry)
{
	return judged(registry, db_commit(registry->db));
}

void
registry_rollback(struct registry *registry)
{
	db_rollback(registry->db);
}

int
registry_school(
    struct registry *registry, const struct registry_school *school, enum registry_change *ret)
{
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	const char *const values[] = {
	    school->code,
	    school->name,
	    school->municipality,
	    school->settlement,
	    school->time_zone,
	    school->provider,
	    school->contract_down_mbps,
	    school->contract_up_mbps,
	    school->pupils,
	    school->vantage,
	};
	int r = db_query(registry->db,
	    "SELECT core.put_school($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)", values, 10,
	    &rows);

	if (r == 0)
		*ret = (enum registry_change)db_number(rows, 0, 0);
	return judged(registry, r);
}

int
registry_token(struct registry *registry, const char *school, const uint8_t secret[static 32],
    unsigned hours, unsigned uses)
{
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	char hex[65], hours_text[16], uses_text[16];
	const char *const values[] = {hex, school, hours_text, uses_text};
	int r;

	text_hex(hex, secret, 32);
	(void)snprintf(hours_text, sizeof(hours_text), "%u", hours);
	(void)snprintf(uses_text, sizeof(uses_text), "%u", uses);
	r = db_query(registry->db,
	    "INSERT INTO core.token (token_sha256, school_id, ends_at, uses_left)"
	    " SELECT sha256(decode($1, 'hex')), school_id, now() + make_interval(hours => "
	    "$3::int),"
	    " $4::int FROM core.school WHERE code = $2 AND closed_at IS NULL RETURNING 1",
	    values, 4, &rows);
	explicit_bzero(hex, sizeof(hex));
	if (r == 0 && db_rows(rows) == 0)
		return -ENOENT;
	return judged(registry, r);
}

int
registry_import(struct registry *registry, const char *school, uint8_t ret[static 16])
{
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	const char *const values[] = {school};
	int r = db_query(registry->db, "SELECT core.import_agent($1)", values, 1, &rows);

	if (r < 0)
		return judged(registry, r);
	if (!db_field(rows, 0, 0) || text_uuid_parse(db_field(rows, 0, 0), ret) < 0)
		return -ENOENT;
	return 0;
}

int
registry_revoke(struct registry *registry, const char *agent, const char *reason)
{
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	const char *const values[] = {agent, reason};
	int r = db_query(registry->db,
	    "WITH named AS (SELECT agent_id, revoked_at FROM core.agent"
	    "  WHERE agent_id::text = lower($1) OR host_name = $1),"
	    " done AS (UPDATE core.agent SET revoked_at = now(), revoked_reason = $2"
	    "  WHERE revoked_at IS NULL AND agent_id IN (SELECT agent_id FROM named)"
	    "    AND (SELECT count(*) FROM named) = 1 RETURNING 1)"
	    " SELECT (SELECT count(*) FROM named), (SELECT count(*) FROM done)",
	    values, 2, &rows);

	if (r < 0)
		return judged(registry, r);
	if (db_number(rows, 0, 0) == 0)
		return -ENOENT;
	if (db_number(rows, 0, 0) > 1)
		return -ENOTUNIQ;
	return db_number(rows, 0, 1) ? 0 : -EALREADY;
}

int
registry_setting(
    struct registry *registry, const char *school, const char *name, const char *value)
{
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	const char *const values[] = {school, name, value};
	int r = db_query(
	    registry->db, "SELECT core.put_setting($1, $2, $3)::int", values, 3, &rows);

	if (r == 0 && db_number(rows, 0, 0) == 0)
		return -ENOENT;
	return judged(registry, r);
}

#define TIME_OF(column) "to_char(" column ", 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"
#define ALERTS                                                                                 \
	"SELECT alert_id, school, kind, subject, severity, state, " TIME_OF(                   \
	    "since") " AS "                                                                    \
		     "since, " TIME_OF(                                                        \
			 "ended_at") " AS ended, acked_by, flapping, words_en, words_ru "      \
				     "FROM api.alert_list WHERE ($1::text IS NULL OR school "  \
				     "= $1) AND "
#define ALERTS_ORDER " ORDER BY alert_id"

int
registry_list(struct registry *registry, enum registry_list list, const char *school,
    struct pg_result **ret)
{
	static const char *const texts[] = {
	    [REGISTRY_SCHOOLS] =
		"SELECT school, name, municipality, settlement, time_zone, "
		"provider, contract_down_mbps, contract_up_mbps, pupils, agents, vantage "
		"FROM api.school WHERE $1::text IS NULL OR school = $1 ORDER BY school",
	    [REGISTRY_AGENTS] =
		"SELECT school, agent_id, host_name, state, to_char(last_heard_at, "
		"'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') AS last_heard, agent_version AS version, "
		"spool_reports FROM api.agent_health WHERE $1::text IS NULL OR school = $1 "
		"ORDER BY school, host_name, agent_id",
	    [REGISTRY_SETTINGS] =
		"SELECT d.name, COALESCE(s.value, d.value, d.fallback) AS value, "
		"CASE WHEN s.value IS NOT NULL THEN 'school' WHEN d.value IS NOT NULL THEN "
		"'all' "
		"ELSE 'default' END AS source, d.text_en AS meaning "
		"FROM reference.setting AS d LEFT JOIN core.school_setting AS s ON s.name = "
		"d.name "
		"AND s.school_id = (SELECT school_id FROM core.school WHERE code = $1) ORDER "
		"BY "
		"d.name",
	    [REGISTRY_ALERTS] = ALERTS "state <> 'resolved'" ALERTS_ORDER,
	    [REGISTRY_ALERTS_ALL] = ALERTS
	    "(ended_at IS NULL OR ended_at > now() - interval '30 days')" ALERTS_ORDER,
	    [REGISTRY_SILENCES] = "SELECT silence_id, school, kind, is_maintenance AS "
				  "maintenance, " TIME_OF("\"from\"") " AS \"from\", " TIME_OF(
				      "\"to\"") " AS \"to\", weekdays, comment, \"by\" "
						"FROM api.silence_list WHERE \"to\" > now() "
						"AND ($1::text IS NULL OR school IS "
						"NULL OR school = $1) ORDER BY silence_id",
	    [REGISTRY_RECEIVERS] =
		"SELECT name, kind, address, array_to_string(schools, ',') AS schools, "
		"municipality, array_to_string(kinds, ',') AS kinds, severity, language, "
		"is_quiet AS quiet, secret <> '' AS signed FROM core.receiver WHERE removed_at "
		"IS "
		"NULL AND ($1::text IS NULL OR schools IS NULL OR $1 = ANY (schools)) ORDER BY "
		"name",
	    [REGISTRY_OUTBOX] =
		"SELECT o.outbox_id, r.name AS receiver, o.what, o.title, o.state, "
		"o.attempts, " TIME_OF("o.made_at") " AS made, " TIME_OF(
		    "o.next_at") " AS next, o.error "
				 "FROM core.outbox AS o JOIN core.receiver AS r USING "
				 "(receiver_id) LEFT JOIN "
				 "core.alert AS a USING (alert_id) WHERE o.state <> "
				 "'delivered' AND ($1::text IS "
				 "NULL OR a.school_id = (SELECT school_id FROM core.school "
				 "WHERE code = $1)) "
				 "ORDER BY o.outbox_id",
	    [REGISTRY_RULE_CANDIDATES] =
		"SELECT class, array_to_string(found_classes, ',') AS found_classes, source, "
		"key, example, devices, schools, others, confidence, rule "
		"FROM api.rule_candidate WHERE $1::text IS NULL "
		"ORDER BY schools DESC, devices DESC, others, rule",
	    [REGISTRY_EXAMS] = "SELECT exam_id, school, municipality, name, " TIME_OF(
		"from_at") " AS \"from\", " TIME_OF("to_at") " AS \"to\", \"by\" "
							     "FROM api.exam WHERE to_at > "
							     "now() AND ($1::text IS NULL OR "
							     "school = $1) ORDER BY "
							     "from_at, exam_id, school",
	    [REGISTRY_CONTRACTS] =
		"SELECT school, valid_from AS from, valid_to AS to, provider, contract_number, "
		"contract_day, contract_down_mbps, contract_up_mbps, contract_month_rub, "
		"access, "
		"in_force FROM api.contract WHERE $1::text IS NULL OR school = $1 "
		"ORDER BY school, valid_from NULLS FIRST",
	    [REGISTRY_CLAIMS] =
		"SELECT claim_id, school, from_day AS from, to_day AS to, sha256, tests, "
		"outages, " TIME_OF(
		    "made_at") " AS made_at, made_by AS by FROM api.claim "
			       "WHERE $1::text IS NULL OR school = $1 ORDER BY claim_id",
	};
	const char *const values[] = {school};

	return judged(registry, db_query(registry->db, texts[list], values, 1, ret));
}

/* ---------------------------------------------------------------- alerts */

int
registry_act(struct registry *registry, enum registry_act act,
    const char *const values[static REGISTRY_ACT_VALUES_MAX])
{
	/* Each answers null, or the key of what is wrong. */
	static const struct {
		const char *sql;
		int values;
	} acts[] = {
	    [REGISTRY_ACK] = {"SELECT core.ack_alert($1::bigint, $2, $3)", 3},
	    [REGISTRY_SILENCE] = {"SELECT core.add_silence($1, $2, now(), now() + "
				  "make_interval(secs => 3600 * $3::double precision), $4, $5)",
		5},
	    [REGISTRY_MAINTENANCE] =
		{"SELECT core.add_maintenance($1, f.at, f.at + make_interval(secs => 3600 * "
		 "$3::double precision), $4, $5) FROM (SELECT COALESCE(($2::timestamp AT TIME "
		 "ZONE (SELECT time_zone FROM core.school WHERE code = $1)), now()) AS at) AS "
		 "f",
		    5},
	    [REGISTRY_SILENCE_END] = {"SELECT core.end_silence($1::bigint, $2)", 2},
	    [REGISTRY_OUTBOX_RETRY] =
		{"SELECT CASE WHEN NOT core.retry_outbox($1::bigint) THEN 'no_message' END", 1},
	    [REGISTRY_RECEIVER_PUT] =
		{"SELECT NULL FROM core.put_receiver($1, $2, $3, $4, string_to_array($5, ','), "
		 "$6, string_to_array($7, ','), $8, $9, $10::boolean)",
		    10},
	    [REGISTRY_RECEIVER_DROP] =
		{"SELECT CASE WHEN NOT core.drop_receiver($1) THEN 'no_receiver' END", 1},
	    [REGISTRY_RECEIVER_TEST] =
		{"SELECT CASE WHEN core.test_receiver($1) IS NULL THEN 'no_receiver' END", 1},
	    [REGISTRY_EXAM_ADD] = {"SELECT core.add_exam($1, $2, $3::timestamp, "
				   "$4::timestamp, $5, $6)",
		6},
	    [REGISTRY_EXAM_REMOVE] = {"SELECT core.remove_exam($1::bigint, $2)", 2},
	};
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	int r = db_query(registry->db, acts[act].sql, values, acts[act].values, &rows);
	const char *wrong = r == 0 && db_rows(rows) > 0 ? db_field(rows, 0, 0) : NULL;

	if (!wrong)
		return judged(registry, r);
	(void)text_copy(registry->error, sizeof(registry->error), wrong);
	return -ENOENT;
}

/* ---------------------------------------------------------------- reclassify */

struct verdicts {
	struct array *device, *class, *rule, *confidence, *vendor, *model, *serial, *firmware,
	    *os, *weighed;
};

static struct verdicts
verdict_columns(struct call *call)
{
	call_start(call);
	return (struct verdicts){
	    .device = call_column(call, ARRAY_UUID),
	    .class = call_column(call, ARRAY_TEXT),
	    .rule = call_column(call, ARRAY_TEXT),
	    .confidence = call_column(call, ARRAY_REAL),
	    .vendor = call_column(call, ARRAY_TEXT),
	    .model = call_column(call, ARRAY_TEXT),
	    .serial = call_column(call, ARRAY_TEXT),
	    .firmware = call_column(call, ARRAY_TEXT),
	    .os = call_column(call, ARRAY_TEXT),
	    .weighed = call_column(call, ARRAY_TEXT),
	};
}

static int
add_verdict(struct verdicts *v, const char *device_id, const struct classification *c)
{
	uint8_t uuid[16];

	if (text_uuid_parse(device_id, uuid) < 0)
		return -EIO;
	array_add_uuid(v->device, uuid);
	array_add_text(v->class, c->class_key);
	array_add_text(v->rule, c->rule);
	array_add_number(v->confidence, c->confidence);
	array_add_text(v->vendor, c->vendor);
	array_add_text(v->model, c->model);
	array_add_text(v->serial, c->serial);
	array_add_text(v->firmware, c->firmware);
	array_add_text(v->os, c->os);
	array_add_text(v->weighed, c->weighed);
	return 0;
}

/* Judges the devices of some rows (device, source, key, value; a device's rows together). */
static int
judge_rows(struct call *call, const struct pg_result *rows, registry_judge_fn judge, void *arg,
    size_t *ret_devices)
{
	CLEANUP(free_at)
	struct evidence *evidence = calloc(EVIDENCE_OF_A_DEVICE_MAX, sizeof(*evidence));
	struct verdicts verdicts = verdict_columns(call);
	size_t devices = 0;
	int r = evidence ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < db_rows(rows);) {
		const char *device = db_field(rows, i, 0);
		struct classification verdict;
		size_t count = 0;

		for (; i < db_rows(rows) && strcmp(db_field(rows, i, 0), device) == 0; i++)
			if (db_field(rows, i, 1) && count < EVIDENCE_OF_A_DEVICE_MAX)
				evidence[count++] = (struct evidence){db_field(rows, i, 1),
				    db_field(rows, i, 2), db_field(rows, i, 3)};
		r = judge(arg, evidence, count, &verdict);
		if (r == 0)
			r = add_verdict(&verdicts, device, &verdict);
		devices++;
	}
	*ret_devices = devices;
	return r;
}

/* The devices after one, some at once; *ret_last is the last of them. */
static int
reclassify_some(struct registry *registry, char last[static 37], registry_judge_fn judge,
    void *arg, size_t *ret_devices, size_t *ret_changed)
{
	static const char question[] =
	    "WITH chosen AS (SELECT device_id FROM core.device"
	    "  WHERE merged_into IS NULL AND device_id > $1::uuid ORDER BY device_id LIMIT "
	    "$2::int)"
	    " SELECT s.device_id, e.source, e.key, e.value FROM chosen AS s"
	    "   LEFT JOIN core.device_evidence AS e USING (device_id)"
	    " UNION ALL"
	    " SELECT s.device_id, '', 'mac', i.value FROM chosen AS s"
	    "   JOIN core.device_identifier AS i USING (device_id)"
	    "  WHERE i.kind IN ('mac', 'chassis') AND i.ended_at IS NULL"
	    " ORDER BY 1, 2, 3, 4";
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	CLEANUP(db_free_at) struct pg_result *changed = NULL;
	char limit[16];
	const char *const values[] = {last, limit};
	int r;

	(void)snprintf(limit, sizeof(limit), "%d", RECLASSIFY_AT_ONCE);
	r = db_query(registry->db, question, values, 2, &rows);
	if (r < 0)
		return judged(registry, r);
	r = judge_rows(&registry->call, rows, judge, arg, ret_devices);
	if (r < 0 || *ret_devices == 0)
		return r;
	(void)text_copy(last, 37, db_field(rows, db_rows(rows) - 1, 0));
	r = call_run(&registry->call, registry->db, STATEMENT_RECLASSIFY, &changed);
	if (r == 0)
		*ret_changed = (size_t)db_number(changed, 0, 0);
	return judged(registry, r);
}

int
registry_reclassify(struct registry *registry, registry_judge_fn judge, void *arg,
    size_t *ret_devices, size_t *ret_changed)
{
	char last[37] = "00000000-0000-0000-0000-000000000000";
	size_t all = 0, all_changed = 0, devices, changed;
	int r;

	do {
		devices = changed = 0;
		r = reclassify_some(registry, last, judge, arg, &devices, &changed);
		all += devices;
		all_changed += changed;
	} while (r == 0 && devices > 0);
	*ret_devices = all;
	*ret_changed = all_changed;
	return r;
}
