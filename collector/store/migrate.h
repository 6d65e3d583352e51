/*
 * Brings a database to this version, or says why not: migrations forward only,
 * then reference data, functions, views and roles whose text has changed. All in
 * one transaction under an advisory lock, so that it happens once or not at all.
 */
#ifndef PARTA_COLLECTOR_STORE_MIGRATE_H
#define PARTA_COLLECTOR_STORE_MIGRATE_H

#include <stdio.h>

enum { MIGRATE_ERROR_SIZE = 512 };

struct migrate_settings {
	const char *conninfo;
	const char *sql_dir; /* holds migrate/, reference/, functions/, views/, roles.sql */
	const char *reference_dir; /* CSV files here stand in for those of the same name; NULL
				      or missing: none */
	FILE *out;                 /* a line for each file that is applied; NULL silent */
};

/*
 * 0; -EAGAIN the database is away; -EACCES it does not let us in; -EPROTO it is
 * newer than this program, older than PostgreSQL 15, or not ours; -EBADMSG a file
 * is wrong (error names file and line); another negative errno when a file cannot
 * be read. The database is as before on failure. Needs the right to create schemas
 * and roles.
 */
int migrate_run(const struct migrate_settings *settings, char error[static MIGRATE_ERROR_SIZE]);

#endif
