/* Runs the scripts of sql/demo. They make a year of a thousand schools where rows are made
 * fastest, in the database itself. */
#include "collector/store/demo.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "collector/store/connection.h"
#include "common/bytes.h"
#include "common/check.h"
#include "common/cleanup.h"
#include "common/file.h"

enum { SCRIPT_BYTES_MAX = 1024 * 1024, TRIES = 10 };

static const struct {
	const char *file, *words;
} steps[] = {
    {"10_schools.sql", "schools and agents"},
    {"20_equipment.sql", "equipment"},
    {"30_outages.sql", "outages"},
    {"40_speed.sql", "tests of lines"},
    {"50_line.sql", "availability"},
    {"60_filter.sql", "filter checks"},
    {"70_rest.sql", "clocks, reports set aside, the plan"},
    {"80_figures.sql", "figures of schools"},
};

int
demo_look(struct db *db, bool *ret_demo, bool *ret_real)
{
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	int r = db_text(db,
	    "SELECT EXISTS (SELECT FROM core.demo)::int,"
	    " EXISTS (SELECT FROM core.report AS r JOIN core.school AS s USING (school_id)"
	    " WHERE s.code NOT LIKE 'demo-%')::int",
	    &rows);

	if (r < 0)
		return r;
	*ret_demo = db_number(rows, 0, 0) != 0;
	*ret_real = db_number(rows, 0, 1) != 0;
	return 0;
}

static int
script_run(
    struct db *db, const char *sql_dir, const char *name, char error[static DEMO_ERROR_SIZE])
{
	CLEANUP(bytes_clear) struct bytes text = bytes_new(SCRIPT_BYTES_MAX);
	char path[512];
	int r;

	(void)snprintf(path, sizeof(path), "%s/demo/%s", sql_dir, name);
	r = file_read(path, &text);
	if (r < 0) {
		(void)snprintf(
		    error, DEMO_ERROR_SIZE, "could not read '%.200s': %s", path, strerror(-r));
		return r;
	}
	/* A collector that runs beside takes the same rows in an order of its own. */
	for (unsigned tries = 0; tries < TRIES; tries++) {
		r = db_begin(db);
		if (r == 0)
			r = db_text(db, (const char *)text.data, NULL);
		if (r == 0)
			r = db_commit(db);
		if (r == 0)
			return 0;
		(void)snprintf(error, DEMO_ERROR_SIZE, "%s: %s", name, db_error(db));
		db_rollback(db);
		if (r != -EDEADLK)
			break;
	}
	return r;
}

int
demo_make(struct db *db, const struct demo *demo, char error[static DEMO_ERROR_SIZE])
{
	char sql[1024];
	int r;

	/* Made-up data may be made again, so its commits need not wait for the disk, and it is
	 * right as it is made: who may switch checks and audit off for a session does so. */
	(void)snprintf(sql, sizeof(sql),
	    "SET synchronous_commit = off; SET work_mem = '128MB'; SET client_min_messages = "
	    "warning;"
	    "SELECT set_config('session_replication_role', 'replica', false) FROM pg_roles"
	    " WHERE rolname = current_user AND rolsuper;"
	    "SELECT set_config('demo.schools', '%" PRId64 "', false),"
	    " set_config('demo.days', '%" PRId64 "', false),"
	    " set_config('demo.seed', '%" PRId64 "', false);"
	    "SELECT core.make_partitions(d::date, d::date) FROM generate_series(CURRENT_DATE - "
	    "%" PRId64 " - 2, CURRENT_DATE - 37, interval '15 days') AS d;"
	    "SELECT core.keep_house(now());",
	    demo->schools, demo->days, demo->seed, demo->days > 36 ? demo->days : 36);
	r = db_text(db, sql, NULL);
	if (r < 0)
		(void)snprintf(error, DEMO_ERROR_SIZE, "%s", db_error(db));
	for (unsigned i = 0; r == 0 && i < COUNT_OF(steps); i++) {
		if (demo->step)
			demo->step(demo->arg, i, COUNT_OF(steps), steps[i].words);
		r = script_run(db, demo->sql_dir, steps[i].file, error);
	}
	/* Accounts come next, with checks and audit as ever. */
	if (r == 0)
		r = db_text(db, "RESET session_replication_role", NULL);
	return r;
}

int
demo_remove(struct db *db, const char *sql_dir, char error[static DEMO_ERROR_SIZE])
{
	return script_run(db, sql_dir, "remove.sql", error);
}
