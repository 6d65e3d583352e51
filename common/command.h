/*
 * The words after a program's name: which command, and the options that every
 * command takes. argv keeps its NULL; what is taken out of it lowers *argc.
 */
#ifndef PARTA_COMMON_COMMAND_H
#define PARTA_COMMON_COMMAND_H

#include <stdbool.h>
#include <stdio.h>

enum command_status {
	COMMAND_DONE = 0,
	COMMAND_FAILED = 1,
	COMMAND_USAGE = 2,
	COMMAND_BAD_VERDICT = 3, /* where a command gives a verdict: it is bad */
};

enum command_format { FORMAT_TABLE, FORMAT_JSON, FORMAT_CSV };

struct command_common {
	const char *config; /* NULL: the usual one if it is there */
	bool verbose, help;
	enum command_format format;
};

/*
 * The first word that is neither an option nor the value of -c or -P, moved to
 * argv[1]; all others keep their order behind it. NULL when there is none.
 */
const char *command_first(int argc, char *argv[]);

/*
 * Takes -c/--config FILE, -v/--verbose, -h/--help and --format table|json|csv
 * out of argv (which keeps its NULL) and lowers *argc. COMMAND_DONE, or
 * COMMAND_USAGE with words on err.
 */
int command_common(int *argc, char *argv[], struct command_common *ret, FILE *err);

/*
 * The same for a command without arguments of its own; --help prints the usage on
 * out, then the command is over: `if (status != COMMAND_DONE || common.help) return status;`.
 */
int command_bare(int argc, char *argv[], const char *usage, struct command_common *ret,
    FILE *out, FILE *err);

/* The value of "--name VALUE" or "--name=VALUE" at argv[at] into *ret ("" when it is missing);
 * false: another word. */
bool command_value(char *argv[], int at, const char *name, const char **ret);
/* How many words of argv such an option takes: 1 with '=', else 2. */
int command_used(const char *word);

/*
 * Takes "--name value" or "--name=value" out of argv; *ret_value stays as it was
 * where the option is not there. COMMAND_DONE, or COMMAND_USAGE with words on err.
 */
int command_option(
    int *argc, char *argv[], const char *name, const char **ret_value, FILE *err);

/* Takes "--name" out of argv; true when it was there. */
bool command_flag(int *argc, char *argv[], const char *name);

#endif
