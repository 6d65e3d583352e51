/*
 * A private PostgreSQL cluster with this version's schema, for C tests. Root
 * becomes nobody first, since PostgreSQL does not run as root; what the test
 * needs of the tree is copied before. database_open() tells why there is none,
 * database_close() leaves nothing behind.
 */
#ifndef PARTA_TESTS_LIB_DATABASE_H
#define PARTA_TESTS_LIB_DATABASE_H

#include <ftw.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "collector/store/cluster.h"
#include "collector/store/connection.h"
#include "collector/store/migrate.h"

struct test_database {
	char dir[64], sql[80], state[80];
	struct cluster *cluster;
	struct db *owner; /* may see and do everything */
	char error[512];
};

static inline int
database_run(const char *program, const char *a, const char *b, const char *c)
{
	pid_t pid = fork();
	int status = -1;

	if (pid == 0) {
		(void)execl(program, program, a, b, c, (char *)NULL);
		_exit(127);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid ? status : -1;
}

static inline int
database_remove(const char *path, const struct stat *st, int type, struct FTW *walk)
{
	(void)st;
	(void)type;
	(void)walk;
	return remove(path);
}

/* 0, or -1 with d->error. keep: a killed server is started again. */
static inline int
database_open(struct test_database *d, int keep)
{
	struct migrate_settings settings = {.sql_dir = d->sql};

	(void)snprintf(d->dir, sizeof(d->dir), "/tmp/parta-test-XXXXXX");
	if (!mkdtemp(d->dir))
		return -1;
	(void)snprintf(d->sql, sizeof(d->sql), "%s/sql", d->dir);
	(void)snprintf(d->state, sizeof(d->state), "%s/state", d->dir);
	if (database_run("/bin/cp", "-r", "sql", d->sql) != 0 ||
	    database_run("/bin/cp", "common/classify/device_rule.csv", d->dir, NULL) != 0)
		return -1;
	if (geteuid() == 0) {
		if (database_run("/bin/chown", "-R", "nobody", d->dir) != 0 ||
		    setgroups(0, NULL) < 0 || setgid(65534) < 0 || setuid(65534) < 0)
			return -1;
	}
	if (cluster_open(d->state, keep != 0, &d->cluster, d->error) < 0)
		return -1;
	settings.conninfo = cluster_conninfo(d->cluster);
	if (migrate_run(&settings, d->error) < 0)
		return -1;
	return db_open(settings.conninfo, NULL, 0, &d->owner, d->error);
}

static inline void
database_close(struct test_database *d)
{
	db_close(d->owner);
	cluster_close(d->cluster);
	(void)nftw(d->dir, database_remove, 16, FTW_DEPTH | FTW_PHYS);
}

/* The first field of the first row, as a number; -1 when there is none. */
static inline int64_t
database_number(struct test_database *d, const char *sql)
{
	struct pg_result *rows = NULL;
	int64_t number = -1;

	if (db_text(d->owner, sql, &rows) < 0) {
		(void)fprintf(stderr, "%s: %s\n", sql, db_error(d->owner));
		return -1;
	}
	if (db_rows(rows) > 0)
		number = db_number(rows, 0, 0);
	db_free(rows);
	return number;
}

/* The same as text; valid until the next call. */
static inline const char *
database_text(struct test_database *d, const char *sql)
{
	static char text[1024];
	struct pg_result *rows = NULL;

	text[0] = '\0';
	if (db_text(d->owner, sql, &rows) < 0)
		return db_error(d->owner);
	if (db_rows(rows) > 0 && db_field(rows, 0, 0))
		(void)snprintf(text, sizeof(text), "%s", db_field(rows, 0, 0));
	db_free(rows);
	return text;
}

#endif
