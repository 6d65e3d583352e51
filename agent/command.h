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
#include "common/command.h"

#define COMMAND_USER "parta-agent" /* who runs the service */

struct command {
	const char *name;
	int (*run)(int argc, char *argv[], FILE *out, FILE *err);
	const char *text; /* what it does, in a few words */
};

/* --version, --print-config, --print-manual; false: another word. */
bool command_print(const char *word, FILE *out);

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
