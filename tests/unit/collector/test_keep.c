/* The alert engine on a real database: facts come out, changes go in, and an engine made anew
 * from what was kept goes on where the other ended. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "collector/alert/keep.h"
#include "collector/store/call.h"
#include "common/cleanup.h"
#include "common/clock.h"
#include "tests/lib/database.h"

#define AGENT "00000000-0000-0000-0000-00000000000a"

static struct test_database database;
static struct db *db; /* as the collector comes in */
static struct call call;

static void
run(const char *sql)
{
	if (db_text(database.owner, sql, NULL) < 0)
		fail_msg("%s: %s", sql, db_error(database.owner));
}

static struct engine *
revive(int64_t now_ms)
{
	struct engine *engine = NULL;

	assert_int_equal(engine_new(&engine), 0);
	assert_int_equal(keep_load(db, &call, now_ms, engine), 0);
	return engine;
}

/* A pass as the watch makes it; returns how much changed. */
static size_t
pass(struct engine *engine, int64_t now_ms)
{
	CLEANUP(free_at) struct alert_fact *facts = NULL;
	struct engine_pass p = {.now_ms = now_ms, .slow = true};
	const struct alert_change *changes = NULL;
	size_t n = 0, count = 0;

	assert_int_equal(keep_facts(db, &call, now_ms, now_ms - 86400000, &facts, &n), 0);
	assert_int_equal(engine_judge(engine, &p, facts, n, &changes, &count), 0);
	if (keep_changes(db, &call, now_ms, changes, count) < 0)
		fail_msg("%s", db_error(db));
	return count;
}

static void
beat(int64_t at_ms)
{
	char sql[256];

	(void)snprintf(sql, sizeof(sql),
	    "SELECT core.heartbeat('" AGENT "', '" AGENT
	    "', 1, to_timestamp(%lld / 1000.0), 1, 0, to_timestamp(%lld / 1000.0))",
	    (long long)at_ms, (long long)at_ms);
	run(sql);
}

static void
what_was_kept_is_what_goes_on(void **state)
{
	int64_t now_ms = clock_wall_ms();
	struct engine *engine;

	(void)state;
	beat(now_ms - 80000);
	engine = revive(now_ms);
	assert_int_equal(pass(engine, now_ms), 1);
	assert_string_equal(
	    database_text(&database,
		"SELECT concat_ws(' ', state, told, subject, cardinality(transitions), "
		"round(EXTRACT(epoch FROM raised_at - since_at))) FROM core.alert"),
	    "firing t " AGENT " 1 80");
	engine_free(engine);

	/* Another program in its place tells nothing again, and knows the end. */
	engine = revive(now_ms);
	assert_int_equal(pass(engine, now_ms + 5000), 0);
	beat(now_ms + 8000);
	assert_int_equal(pass(engine, now_ms + 10000), 0);
	engine_free(engine);
	engine = revive(now_ms + 10000);
	assert_int_equal(pass(engine, now_ms + 15000), 0);
	assert_int_equal(pass(engine, now_ms + 25000), 1);
	assert_int_equal(database_number(&database,
			     "SELECT count(*) FROM core.alert WHERE state = 'resolved' AND "
			     "cardinality(transitions) = 2"),
	    1);
	engine_free(engine);

	/* What ended lately is remembered: it may be flapping. */
	engine = revive(now_ms + 25000);
	assert_int_equal(pass(engine, now_ms + 90000), 1);
	assert_int_equal(database_number(&database,
			     "SELECT cardinality(transitions) FROM core.alert WHERE state = "
			     "'firing'"),
	    3);
	engine_free(engine);
}

static void
every_kind_has_its_words(void **state)
{
	(void)state;
	assert_int_equal(
	    database_number(&database, "SELECT count(*) FROM reference.alert_kind"),
	    ALERT_KINDS_COUNT);
	for (size_t i = 0; i < ALERT_KINDS_COUNT; i++) {
		char sql[160];

		(void)snprintf(sql, sizeof(sql),
		    "SELECT count(*) FROM reference.alert_kind WHERE kind = '%s'",
		    alert_rules[i].kind);
		assert_int_equal(database_number(&database, sql), 1);
	}
}

static void
a_thousand_schools_fall_silent_at_once(void **state)
{
	int64_t now_ms = clock_wall_ms();
	struct engine *engine;

	(void)state;
	run("INSERT INTO core.school (code, name, provider) SELECT 's' || n, 'School', 'P' || "
	    "n % "
	    "20 FROM generate_series(1, 1000) AS n;"
	    "INSERT INTO core.agent (school_id) SELECT school_id FROM core.school WHERE code "
	    "LIKE "
	    "'s%';"
	    "INSERT INTO core.agent_state (agent_id, school_id, last_heard_at) SELECT "
	    "agent_id, "
	    "school_id, now() - interval '100 seconds' FROM core.agent ON CONFLICT DO NOTHING;"
	    "ANALYZE");
	engine = revive(now_ms);
	/* All of them fall silent at once: twenty incidents, and every school in one. */
	assert_true(pass(engine, now_ms) >= 1000);
	assert_int_equal(
	    database_number(&database, "SELECT count(*) FROM core.incident WHERE kind = "
				       "'provider' AND closed_at IS NULL"),
	    20);
	assert_int_equal(pass(engine, now_ms + 5000), 0);
	engine_free(engine);
}

/* Does it get the watch? 1 it had it, 2 anew, 0 not. */
static int
lease(uint8_t who)
{
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	uint8_t holder[16] = {who};

	call_start(&call);
	call_uuid(&call, holder);
	assert_int_equal(call_run(&call, db, STATEMENT_ALERT_WATCH, &rows), 0);
	return db_rows(rows) == 0 ? 0 : db_number(rows, 0, 0) ? 1 : 2;
}

static void
of_two_collectors_one_watches(void **state)
{
	uint8_t holder[16] = {1};

	(void)state;
	assert_int_equal(lease(1), 2);
	assert_int_equal(lease(2), 0);
	assert_int_equal(lease(1), 1);
	run("UPDATE core.alert_watch SET passed_at = now() - interval '15 seconds'");
	assert_int_equal(lease(2), 0);
	run("UPDATE core.alert_watch SET passed_at = now() - interval '25 seconds'");
	assert_int_equal(lease(2), 2); /* it was quiet for 20 seconds */
	assert_int_equal(lease(1), 0);
	run("UPDATE core.alert_watch SET passed_at = now() + interval '1 hour'");
	assert_int_equal(lease(1), 2); /* the clock was set back */
	call_start(&call);
	call_uuid(&call, holder);
	assert_int_equal(call_run(&call, db, STATEMENT_ALERT_LEAVE, NULL), 0);
	assert_int_equal(lease(2), 2); /* who ends leaves it to others at once */
}

static int
open_all(void **state)
{
	char words[DB_ERROR_SIZE];

	(void)state;
	if (database_open(&database, 0) < 0) {
		print_message("no database: %s\n", database.error);
		return -1;
	}
	run("INSERT INTO core.school (code, name) VALUES ('a', 'A');"
	    "INSERT INTO core.agent (agent_id, school_id) SELECT '" AGENT
	    "', school_id FROM core.school");
	return db_open(cluster_conninfo(database.cluster), "parta_ingest", 30, &db, words);
}

static int
close_all(void **state)
{
	(void)state;
	call_clear(&call);
	db_close(db);
	database_close(&database);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_kind_has_its_words),
	    cmocka_unit_test(of_two_collectors_one_watches),
	    cmocka_unit_test(what_was_kept_is_what_goes_on),
	    cmocka_unit_test(a_thousand_schools_fall_silent_at_once),
	};

	return cmocka_run_group_tests(tests, open_all, close_all);
}
