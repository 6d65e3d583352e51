/* collector/store/migrate on a real PostgreSQL: what is applied, what is refused, and that
 * nothing is half done. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>

#include "common/check.h"
#include "common/classify/class.h"
#include "common/cleanup.h"
#include "tests/lib/database.h"

static struct test_database database;

static void
path_of(char ret[static 256], const char *name)
{
	(void)snprintf(ret, 256, "%s/%s", database.sql, name);
}

/* Writes a file of the copied sql/ anew ("we") or adds to it ("ae"). */
static void
put(const char *name, const char *mode, const char *text)
{
	char path[256];
	FILE *file;

	path_of(path, name);
	file = fopen(path, mode);
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void
take_away(const char *name)
{
	char path[256];

	path_of(path, name);
	assert_int_equal(unlink(path), 0);
}

/* Runs it; *ret_said is what it printed, the caller's to free. */
static int
migrate(const char *reference_dir, char **ret_said)
{
	struct migrate_settings settings = {
	    .conninfo = cluster_conninfo(database.cluster),
	    .sql_dir = database.sql,
	    .reference_dir = reference_dir,
	};
	size_t len;
	int r;

	settings.out = open_memstream(ret_said, &len);
	CHECK(settings.out);
	database.error[0] = '\0';
	r = migrate_run(&settings, database.error);
	(void)fclose(settings.out);
	return r;
}

static void
applies_nothing_when_nothing_changed(void **state)
{
	CLEANUP(free_at) char *said = NULL;

	(void)state;
	assert_int_equal(migrate(NULL, &said), 0);
	assert_string_equal(said, "");
}

static void
applies_a_changed_view_and_the_rights_again(void **state)
{
	CLEANUP(free_at) char *said = NULL;

	(void)state;
	put("views/norm.sql", "ae", "COMMENT ON VIEW api.norm IS 'Changed.';\n");
	assert_int_equal(migrate(NULL, &said), 0);
	assert_string_equal(said, "applied views/norm.sql\napplied roles.sql\n");
	assert_string_equal(
	    database_text(&database, "SELECT obj_description('api.norm'::regclass)"),
	    "Changed.");
}

static void
applies_views_in_whatever_order_they_need(void **state)
{
	CLEANUP(free_at) char *said = NULL;

	(void)state;
	put("views/a_first.sql", "we",
	    "CREATE VIEW api.a_first AS SELECT * FROM api.z_last; COMMENT ON VIEW api.a_first "
	    "IS 'x';");
	put("views/z_last.sql", "we",
	    "CREATE VIEW api.z_last AS SELECT 1 AS one; COMMENT ON VIEW api.z_last IS 'x';");
	assert_int_equal(migrate(NULL, &said), 0);
	assert_int_equal(database_number(&database, "SELECT one FROM api.a_first"), 1);
	take_away("views/a_first.sql");
	take_away("views/z_last.sql");
}

static void
refuses_a_released_migration_that_was_edited(void **state)
{
	CLEANUP(free_at) char *said = NULL;
	CLEANUP(free_at) char *again = NULL;

	(void)state;
	put("migrate/0900_test.sql", "we", "CREATE TABLE core.test_0900 (x integer);\n");
	assert_int_equal(migrate(NULL, &said), 0);
	put("migrate/0900_test.sql", "ae", "-- a word more\n");
	assert_int_equal(migrate(NULL, &again), -EPROTO);
	assert_non_null(strstr(database.error, "0900_test.sql"));
	assert_non_null(strstr(database.error, "never edited"));
	put("migrate/0900_test.sql", "we", "CREATE TABLE core.test_0900 (x integer);\n");
}

static void
refuses_a_database_that_is_newer(void **state)
{
	CLEANUP(free_at) char *said = NULL;

	(void)state;
	take_away("migrate/0900_test.sql");
	assert_int_equal(migrate(NULL, &said), -EPROTO);
	assert_non_null(strstr(database.error, "newer than this program"));
	put("migrate/0900_test.sql", "we", "CREATE TABLE core.test_0900 (x integer);\n");
}

static void
leaves_nothing_of_a_migration_that_fails_and_names_the_line(void **state)
{
	CLEANUP(free_at) char *said = NULL;

	(void)state;
	put("migrate/0901_test.sql", "we",
	    "CREATE TABLE core.test_0901 (x integer);\n-- ж\nSELECT nothing FROM nowhere;\n");
	assert_int_equal(migrate(NULL, &said), -EBADMSG);
	assert_non_null(strstr(database.error, "migrate/0901_test.sql:3:"));
	assert_int_equal(
	    database_number(&database, "SELECT count(to_regclass('core.test_0901'))"), 0);
	take_away("migrate/0901_test.sql");
}

static void
names_the_view_that_misses_something_for_good(void **state)
{
	CLEANUP(free_at) char *said = NULL;

	(void)state;
	put("views/lost.sql", "we", "CREATE VIEW api.lost AS\nSELECT * FROM api.not_there;\n");
	assert_int_equal(migrate(NULL, &said), -EBADMSG);
	assert_non_null(strstr(database.error, "views/lost.sql:2:"));
	take_away("views/lost.sql");
}

static void
loads_a_clerks_file_and_drops_what_it_drops(void **state)
{
	CLEANUP(free_at) char *said = NULL;
	CLEANUP(free_at) char *again = NULL;
	char dir[256];

	(void)state;
	path_of(dir, "mine");
	assert_int_equal(mkdir(dir, 0700), 0);
	/* As a spreadsheet in Russian writes it. */
	put("mine/internet_target.csv", "we",
	    "\xef\xbb\xbf"
	    "address;kind;name_en\r\n192.0.2.9;icmp;Test\r\n");
	assert_int_equal(migrate(dir, &said), 0);
	assert_string_equal(
	    database_text(&database,
		"SELECT string_agg(host(address), ' ') FROM reference.internet_target"),
	    "192.0.2.9");
	assert_int_equal(migrate(NULL, &again), 0);
	assert_true(
	    database_number(&database, "SELECT count(*) FROM reference.internet_target") > 2);
}

static void
names_the_line_of_a_wrong_row_and_keeps_the_old_ones(void **state)
{
	static const struct {
		const char *text, *words;
	} wrong[] = {
	    {"settlement,direction,valid_from,norm_mbps,source\nurban,down,2019-01-01,100,"
	     "x\nurban,up,"
	     "2019-01-01,-5,x\n",
		"line 3"},
	    {"settlement,direction,valid_from,norm_mbps,source\nurban,down,never,100,x\n",
		"line 2"},
	    {"settlement,direction,valid_from,norm_mbps,source\nurban,down,2019-01-01,1,"
	     "x\nurban,"
	     "down,2019-01-01,2,x\n",
		"line 3"},
	    {"Settlement; DROP TABLE core.school\n", "line 1"},
	    {"", "line 1"},
	};
	char dir[256];

	(void)state;
	path_of(dir, "mine");
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		CLEANUP(free_at) char *said = NULL;

		put("mine/norm.csv", "we", wrong[i].text);
		assert_int_equal(migrate(dir, &said), -EBADMSG);
		assert_non_null(strstr(database.error, "reference/norm.csv"));
		if (!strstr(database.error, wrong[i].words))
			fail_msg("'%s' does not say '%s'", database.error, wrong[i].words);
	}
	assert_int_equal(database_number(&database, "SELECT count(*) FROM reference.norm"), 4);
	take_away("mine/norm.csv");
}

static void
leaves_a_value_that_a_person_set(void **state)
{
	CLEANUP(free_at) char *said = NULL;

	(void)state;
	assert_int_equal(database_number(&database,
			     "SELECT core.put_setting(NULL, 'scan_every_s', '77')::int"),
	    1);
	put("reference/setting.csv", "ae", "test_setting,1,^1$,A setting for a test.\n");
	assert_int_equal(migrate(NULL, &said), 0);
	assert_non_null(strstr(said, "applied reference/setting.csv"));
	assert_int_equal(
	    database_number(&database, "SELECT core.setting(0, 'scan_every_s')::int"), 77);
}

static void
has_a_row_for_every_class_that_rules_may_give(void **state)
{
	(void)state;
	assert_int_equal(
	    database_number(&database, "SELECT count(*) FROM reference.device_class"),
	    (int64_t)class_count());
	for (size_t i = 0; i < class_count(); i++) {
		char sql[160];

		(void)snprintf(sql, sizeof(sql),
		    "SELECT count(*) FROM reference.device_class WHERE class = '%s'",
		    class_key((int)i));
		assert_int_equal(database_number(&database, sql), 1);
	}
}

/* A database of one's own, whose owner may make roles but is no superuser: row-level security,
 * forced, holds for it. */
static void
serves_an_owner_who_is_no_superuser(void **state)
{
	char conninfo[512], error[MIGRATE_ERROR_SIZE] = "";
	struct migrate_settings settings = {.conninfo = conninfo, .sql_dir = database.sql};
	struct db *theirs = NULL;
	struct pg_result *rows = NULL;

	(void)state;
	(void)snprintf(conninfo, sizeof(conninfo),
	    "%s dbname=theirs options='-c role=landlord'", cluster_conninfo(database.cluster));
	assert_int_equal(db_text(database.owner, "CREATE ROLE landlord CREATEROLE", NULL), 0);
	assert_int_equal(
	    db_text(database.owner, "CREATE DATABASE theirs OWNER landlord", NULL), 0);
	if (migrate_run(&settings, error) < 0)
		fail_msg("%s", error);
	assert_int_equal(migrate_run(&settings, error), 0);
	assert_int_equal(db_open(conninfo, NULL, 0, &theirs, error), 0);
	assert_int_equal(
	    db_text(theirs,
		"SELECT core.put_school('T', 'T', NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
		NULL),
	    0);
	assert_int_equal(db_text(theirs, "SET ROLE parta_auditor", NULL), 0);
	assert_int_equal(db_text(theirs, "SELECT count(*) FROM api.bandwidth", &rows), 0);
	assert_int_equal(db_number(rows, 0, 0), 2);
	db_free(rows);
	db_close(theirs);
	assert_int_equal(db_text(database.owner, "DROP DATABASE theirs", NULL), 0);
}

/* What a database held before there were sums. */
static void
sums_up_what_was_stored_before(void **state)
{
	static const char filled[] =
	    "SELECT core.put_school('PAST', 'P', NULL, NULL, 'Asia/Yekaterinburg', NULL, NULL, "
	    "NULL, "
	    "NULL);"
	    "INSERT INTO core.agent (school_id) SELECT school_id FROM core.school WHERE code = "
	    "'PAST';"
	    "INSERT INTO core.speed_test (agent_id, test_id, school_id, started_at, backend, "
	    "server,"
	    " server_address, congestion_control, lesson, mode, report_id)"
	    " SELECT agent_id, agent_id, school_id, '2019-12-31 20:00+00', '', '', '', '', "
	    "'lesson', '', 1"
	    " FROM core.agent WHERE school_id = (SELECT school_id FROM core.school WHERE code "
	    "= 'PAST');"
	    "INSERT INTO core.speed_direction"
	    " SELECT agent_id, test_id, 'down', school_id, 90, 85, 4, 2, 1, 'pass', 1, 1448, "
	    "100, 0, "
	    "'{}', 1 FROM core.speed_test;"
	    "DELETE FROM core.roll_mark;"
	    "DELETE FROM core.schema_file WHERE path LIKE '%roll_past%'";
	CLEANUP(free_at) char *said = NULL;

	(void)state;
	assert_int_equal(db_text(database.owner, filled, NULL), 0);
	assert_int_equal(migrate(NULL, &said), 0);
	assert_int_equal(database_number(&database,
			     "SELECT count(*) FROM api.speed_day WHERE school = 'PAST'"
			     " AND day = '2020-01-01' AND ip_mbps = '{90}'"),
	    1);
	assert_int_equal(
	    database_number(&database, "SELECT count(DISTINCT part) FROM core.roll_mark JOIN "
				       "core.school USING (school_id)"
				       " WHERE code = 'PAST'"),
	    3);
}

static int
open_all(void **state)
{
	(void)state;
	if (database_open(&database, 0) == 0)
		return 0;
	print_message("no database: %s\n", database.error);
	return -1;
}

static int
close_all(void **state)
{
	(void)state;
	database_close(&database);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(has_a_row_for_every_class_that_rules_may_give),
	    cmocka_unit_test(applies_nothing_when_nothing_changed),
	    cmocka_unit_test(applies_a_changed_view_and_the_rights_again),
	    cmocka_unit_test(applies_views_in_whatever_order_they_need),
	    cmocka_unit_test(refuses_a_released_migration_that_was_edited),
	    cmocka_unit_test(refuses_a_database_that_is_newer),
	    cmocka_unit_test(leaves_nothing_of_a_migration_that_fails_and_names_the_line),
	    cmocka_unit_test(names_the_view_that_misses_something_for_good),
	    cmocka_unit_test(loads_a_clerks_file_and_drops_what_it_drops),
	    cmocka_unit_test(names_the_line_of_a_wrong_row_and_keeps_the_old_ones),
	    cmocka_unit_test(leaves_a_value_that_a_person_set),
	    cmocka_unit_test(serves_an_owner_who_is_no_superuser),
	    cmocka_unit_test(sums_up_what_was_stored_before),
	};

	return cmocka_run_group_tests(tests, open_all, close_all);
}
