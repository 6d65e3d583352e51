/*
 * A command of parta-agent: its own file, its own arguments, its own exit status.
 * argv[0] is the command's name; -c FILE and -v are in argv wherever the person
 * wrote them, and command_common() takes them out.
 */
#ifndef PARTA_AGENT_COMMAND_H
#define PARTA_AGENT_COMMAND_H

#include <stdbool.h>
#include <stdio.h>

#include "agent/settings.h"

enum command_status {
	COMMAND_DONE = 0,
	COMMAND_FAILED = 1,
	COMMAND_USAGE = 2,
	COMMAND_BAD_VERDICT = 3, /* where a command gives a verdict: it is bad */
};

#define COMMAND_USER "parta-agent" /* who runs the service */

struct command {
	const char *name;
	int (*run)(int argc, char *argv[], FILE *out, FILE *err);
	const char *text; /* what it does, in a few words */
};

enum command_format { FORMAT_TABLE, FORMAT_JSON, FORMAT_CSV };

struct command_common {
	const char *config; /* NULL: SETTINGS_FILE if it is there */
	bool verbose, help;
	enum command_format format;
};

/*
 * The first word that is neither an option nor the value of -c or -P, moved to
 * argv[1]; all others keep their order behind it. NULL when there is none.
 */
const char *command_first(int argc, char *argv[]);

/* --version, --print-config, --print-manual; false: another word. */
bool command_print(const char *word, FILE *out);

/*
 * Takes -c/--config FILE, -v/--verbose, -h/--help and --format table|json|csv
 * out of argv (which keeps its NULL) and lowers *argc. COMMAND_DONE, or
 * COMMAND_USAGE with words on err.
 */
int command_common(int *argc, char *argv[], struct command_common *ret, FILE *err);

/* The value of "--name VALUE" or "--name=VALUE" at argv[at] into *ret ("" when it is missing);
 * false: another word. */
bool command_value(char *argv[], int at, const char *name, const char **ret);
/* How many words of argv such an option takes: 1 with '=', else 2. */
int command_used(const char *word);

/* Loads the settings that common names and opens the log. COMMAND_DONE or COMMAND_FAILED with
 * words on err. */
int command_settings(
    const struct command_common *common, struct agent_settings *ret, FILE *err);

/* Each returns an enum command_status; results go to out, words to err. */
int command_run(int argc, char *argv[], FILE *out, FILE *err);
int command_check_config(int argc, char *argv[], FILE *out, FILE *err);
int command_status(int argc, char *argv[], FILE *out, FILE *err);
int command_enrol(int argc, char *argv[], FILE *out, FILE *err);
int command_scan(int argc, char *argv[], FILE *out, FILE *err);
int command_speed(int argc, char *argv[], FILE *out, FILE *err);
int command_watch(int argc, char *argv[], FILE *out, FILE *err);
int command_filter(int argc, char *argv[], FILE *out, FILE *err);

#endif
