/* The database as a command needs it: the embedded cluster, started if it must be, or
 * another's. */
#ifndef PARTA_COLLECTOR_DATABASE_H
#define PARTA_COLLECTOR_DATABASE_H

#include <stdio.h>

#include "collector/settings.h"

struct cluster;

struct database {
	struct cluster *cluster; /* NULL: another's */
	const char *conninfo;    /* lives as long as the settings and this */
};

/*
 * 0, or a negative errno with words on err. bring: an embedded database that is
 * behind this version is brought up to it first; another's is its owner's to migrate.
 */
int database_open(
    const struct collector_settings *settings, bool bring, struct database *ret, FILE *err);
void database_close(struct database *database);

/* Brings it to this version. out: a line for each file, NULL silent. Words on err. */
int database_migrate(const struct collector_settings *settings, const struct database *database,
    FILE *out, FILE *err);

#endif
