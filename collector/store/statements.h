/*
 * THE LIST of statements of the daily work. What they do stands in sql/functions;
 * here is only how they are called. '*' stands for the parameters $1, $2, ...
 */
#ifndef PARTA_COLLECTOR_STORE_STATEMENTS_H
#define PARTA_COLLECTOR_STORE_STATEMENTS_H

/* clang-format off */
#define STATEMENTS(X)                                                                          \
	/* name             parameters  SQL */                                                     \
	X(TAKE_REPORTS,      13, "SELECT item, report_id, school_id FROM core.take_reports(*)")   \
	X(SERIES_IDS,         3, "SELECT item, series_id FROM core.series_ids(*)")                \
	X(LOCK_SCHOOLS,       1, "SELECT core.lock_schools(*)")                                   \
	X(TAKE_INVENTORY,    51, "SELECT core.take_inventory(*)")                                 \
	X(TAKE_PLACES,       12, "SELECT core.take_places(*)")                                    \
	X(TAKE_SPEED,        44, "SELECT core.take_speed(*)")                                     \
	X(TAKE_SPEED_RUNS,   35, "SELECT core.take_speed_runs(*)")                                \
	X(TAKE_CONNECTIVITY, 25, "SELECT core.take_connectivity(*)")                              \
	X(TAKE_FILTER,       40, "SELECT core.take_filter(*)")                                    \
	X(TAKE_HEALTH,       16, "SELECT core.take_health(*)")                                    \
	X(TAKE_GAP,          10, "SELECT core.take_gap(*)")                                       \
	X(MAKE_PARTITIONS,    2, "SELECT core.make_partitions(($1::timestamptz AT TIME ZONE 'UTC')::date, ($2::timestamptz AT TIME ZONE 'UTC')::date)") \
	X(KEEP_HOUSE,         5, "SELECT core.keep_house(*)")                                     \
	X(ROLL_UP,            1, "SELECT core.roll_up(*)")                                        \
	X(QUARANTINE,         7, "SELECT core.quarantine_report(*)")                              \
	X(HEARTBEAT,          7, "SELECT core.heartbeat(*)")                                      \
	X(MEASURED,          14, "INSERT INTO core.measured (test_id, direction, started_at, size_bytes, duration_s, client, protocol, congestion, rate_bps, cpu_pct, sample_ms, first_sample, samples, tcp) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, nullif($14, '')::jsonb)") \
	X(MEASURED_OF,        1, "SELECT core.measured_of(*)::text") \
	X(AGENTS,             0, "SELECT k.agent_id, encode(k.key_sha256, 'hex'), (a.revoked_at IS NOT NULL)::int, s.code FROM core.agent_key AS k JOIN core.agent AS a USING (agent_id) JOIN core.school AS s USING (school_id)") \
	X(AGENT_GENERATION,   0, "SELECT generation FROM core.agent_generation")                  \
	X(ENROL,              3, "SELECT agent_id, code, name, time_zone FROM core.enrol(*)")     \
	X(RENEW,              3, "SELECT core.renew(*)::int")                                     \
	X(POLICY,             1, "SELECT kind, a, b, c, d, e FROM core.policy_of(*)")                               \
	X(RECLASSIFY,        10, "SELECT core.reclassify(*)") \
	X(ALERT_WATCH,        1, "SELECT t.watches::int FROM core.take_watch(*) AS t(watches) WHERE t.watches IS NOT NULL") \
	X(ALERT_LEAVE,        1, "UPDATE core.alert_watch SET left_at = passed_at, passed_at = '-infinity' WHERE holder = $1") \
	X(ALERT_FACTS,        2, "SELECT kind, school_id, subject, value, at_ms, since_ms, lesson, silenced, moot, reach, provider, provider_schools FROM core.alert_facts(*)") \
	X(ALERT_KEPT,         1, "SELECT kind, school_id, subject, state, severity, value, since_ms, pending_ms, raised_ms, told, told_lesson, is_grouped, flapping, transitions_ms FROM core.alerts_kept(*)") \
	X(PUT_ALERTS,        17, "SELECT core.put_alerts(*)")                                     \
	X(CLAIM_OUTBOX,       3, "SELECT outbox_id, key, kind, address, secret, title, body, facts, made_ms, attempts FROM core.claim_outbox($1, $2, make_interval(secs => $3))") \
	X(SETTLE_OUTBOX,      5, "SELECT core.settle_outbox(*)")                                  \
	X(REPEAT_ALERTS,      2, "SELECT address, facts FROM core.repeat_alerts($1, make_interval(secs => $2)) WHERE facts IS NOT NULL") \
	X(ANNOUNCE,           2, "UPDATE reference.setting SET value = $2 WHERE name = $1 AND value IS DISTINCT FROM $2")
/* clang-format on */

enum statement {
#define STATEMENT_ENUM(name, params, sql) STATEMENT_##name,
	STATEMENTS(STATEMENT_ENUM)
#undef STATEMENT_ENUM
	    STATEMENTS_COUNT,
};

enum { STATEMENT_PARAMS_MAX = 64 };

struct statement_row {
	const char *name;
	unsigned params;
	const char *sql;
};

extern const struct statement_row statements[STATEMENTS_COUNT];

#endif
