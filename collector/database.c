/* Where the database is, by the settings; see database.h. */
#include "collector/database.h"

#include <errno.h>

#include "collector/store/cluster.h"
#include "collector/store/migrate.h"
#include "collector/store/store.h"

int
database_migrate(const struct collector_settings *settings, const struct database *database,
    FILE *out, FILE *err)
{
	char words[MIGRATE_ERROR_SIZE] = "", sql_dir[sizeof(settings->data_dir) + 8];
	struct migrate_settings migrate = {
	    .conninfo = database->conninfo,
	    .sql_dir = sql_dir,
	    .reference_dir = settings->reference_dir,
	    .out = out,
	};
	int r;

	(void)snprintf(sql_dir, sizeof(sql_dir), "%s/sql", settings->data_dir);
	r = migrate_run(&migrate, words);
	if (r < 0)
		(void)fprintf(err, "parta-collector: %s\n", words);
	return r;
}

/* Whoever comes first to a new embedded database lays the schema. */
static int
bring_if_behind(
    const struct collector_settings *settings, const struct database *database, FILE *err)
{
	struct store *store;
	char words[256];
	int r = store_open(database->conninfo, &store, words);

	if (r == -EPROTO)
		return database_migrate(settings, database, NULL, err);
	if (r == 0)
		store_close(store);
	else
		(void)fprintf(err, "parta-collector: %s\n", words);
	return r;
}

int
database_open(
    const struct collector_settings *settings, bool bring, struct database *ret, FILE *err)
{
	struct database database = {.conninfo = settings->database};
	char words[CLUSTER_ERROR_SIZE] = "";
	int r = 0;

	if (settings->database[0] == '\0') {
		r = cluster_open(settings->state_dir, false, &database.cluster, words);
		if (r < 0) {
			(void)fprintf(err, "parta-collector: %s\n", words);
			return r;
		}
		database.conninfo = cluster_conninfo(database.cluster);
		if (bring)
			r = bring_if_behind(settings, &database, err);
	}
	if (r < 0) {
		database_close(&database);
		return r;
	}
	*ret = database;
	return 0;
}

void
database_close(struct database *database)
{
	cluster_close(database->cluster);
	database->cluster = NULL;
}
