/*
 * A command of parta-collector: its own file, its own arguments, its own exit
 * status. argv[0] is the command's name; -c FILE and -v are in argv wherever the
 * person wrote them, and command_common() takes them out.
 */
#ifndef PARTA_COLLECTOR_COMMAND_H
#define PARTA_COLLECTOR_COMMAND_H

#include <stdbool.h>
#include <stdio.h>

#include "collector/settings.h"

enum command_status {
	COMMAND_DONE = 0,
	COMMAND_FAILED = 1,
	COMMAND_USAGE = 2,
	COMMAND_BAD_VERDICT = 3, /* where a command gives a verdict: it is bad */
};

enum command_format { FORMAT_TABLE, FORMAT_JSON, FORMAT_CSV };

struct command_common {
	const char *config; /* NULL: COLLECTOR_CONFIG_FILE if it is there */
	bool verbose, help;
	enum command_format format;
};

/* The command among argv[1..], moved to argv[1] with what stood before it after it; NULL: none.
 */
const char *command_first(int argc, char *argv[]);

/* --version, --print-config, --print-manual: what the program says of itself. False: another
 * word. */
bool command_print(const char *word, FILE *out);

/*
 * Takes -c/--config FILE, -v/--verbose, -h/--help and --format table|json|csv
 * out of argv (which keeps its NULL) and lowers *argc. COMMAND_DONE, or
 * COMMAND_USAGE with words on err.
 */
int command_common(int *argc, char *argv[], struct command_common *ret, FILE *err);

/*
 * Takes "--name value" or "--name=value" out of argv; *ret_value stays as it was
 * where the option is not there. COMMAND_DONE, or COMMAND_USAGE with words on err.
 */
int command_option(
    int *argc, char *argv[], const char *name, const char **ret_value, FILE *err);

/* Takes "--name" out of argv; true when it was there. */
bool command_flag(int *argc, char *argv[], const char *name);

/* Loads the settings that common names and opens the log; root becomes the service's user.
 * COMMAND_DONE or COMMAND_FAILED with words on err. */
int command_settings(
    const struct command_common *common, struct collector_settings *ret, FILE *err);

/* Each returns an enum command_status; results go to out, words to err. */
int command_run(int argc, char *argv[], FILE *out, FILE *err);
int command_ca(int argc, char *argv[], FILE *out, FILE *err);
int command_migrate(int argc, char *argv[], FILE *out, FILE *err);
int command_check_config(int argc, char *argv[], FILE *out, FILE *err);
int command_school(int argc, char *argv[], FILE *out, FILE *err);
int command_user(int argc, char *argv[], FILE *out, FILE *err);
int command_token(int argc, char *argv[], FILE *out, FILE *err);
int command_agent(int argc, char *argv[], FILE *out, FILE *err);
int command_policy(int argc, char *argv[], FILE *out, FILE *err);
int command_report(int argc, char *argv[], FILE *out, FILE *err);
int command_reclassify(int argc, char *argv[], FILE *out, FILE *err);

#endif
