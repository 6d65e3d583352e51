/* migrate: the database at this version. check-config: is the configuration good?
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "collector/desk.h"

static const char migrate_usage[] =
    "usage: parta-collector migrate [-c FILE]\n"
    "\n"
    "Brings the database to this version: migrations, reference data, functions, views, "
    "roles;\n"
    "all of it or nothing. The embedded database is brought by 'run' as well.\n";

static const char check_usage[] =
    "usage: parta-collector check-config [-c FILE] [-v]\n"
    "\n"
    "Says whether the service could start with its configuration, and with -v what is then in\n"
    "force. Nothing is changed.\n";

int
command_migrate(int argc, char *argv[], FILE *out, FILE *err)
{
	static struct collector_settings settings;
	struct command_common common;
	struct database database;
	int r, status = command_bare(argc, argv, migrate_usage, &common, out, err);

	if (status != COMMAND_DONE || common.help)
		return status;
	status = command_settings(&common, &settings, err);
	if (status != COMMAND_DONE || database_open(&settings, false, &database, err) < 0)
		return COMMAND_FAILED;
	r = database_migrate(&settings, &database, out, err);
	database_close(&database);
	if (r == 0)
		(void)fputs("the database is at this version\n", out);
	return r < 0 ? COMMAND_FAILED : COMMAND_DONE;
}

/* What would stop the service although every option is well written. */
static int
check_files(const struct collector_settings *settings, FILE *err)
{
	static const char *const needed[] = {"sql/roles.sql", "device_rule.csv"};

	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
		char path[sizeof(settings->data_dir) + 32];

		(void)snprintf(path, sizeof(path), "%s/%s", settings->data_dir, needed[i]);
		if (access(path, R_OK) < 0)
			return desk_failed(
			    err, "could not read '%s': %s", path, strerror(errno));
	}
	return COMMAND_DONE;
}

int
command_check_config(int argc, char *argv[], FILE *out, FILE *err)
{
	static struct collector_settings settings;
	struct option_error error = {.text = "out of memory"};
	struct command_common common;
	int status = command_bare(argc, argv, check_usage, &common, out, err);

	if (status != COMMAND_DONE || common.help)
		return status;
	/* Looking changes nothing, so nobody becomes anybody here. */
	if (settings_load(common.config, &settings, &error) < 0)
		return desk_failed(err, "%s", error.text);
	if (check_files(&settings, err) != COMMAND_DONE)
		return COMMAND_FAILED;
	if (common.verbose)
		options_print(collector_options, collector_options_count, &settings, out);
	(void)fprintf(out, "configuration is good: %s\n",
	    common.config ? common.config : COLLECTOR_CONFIG_FILE);
	return COMMAND_DONE;
}
