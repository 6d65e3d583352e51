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
#include "common/command.h"

/* --version, --print-config, --print-manual: what the program says of itself. False: another
 * word. */
bool command_print(const char *word, FILE *out);

/* Loads the settings that common names and opens the log; root becomes the service's user.
 * COMMAND_DONE or COMMAND_FAILED with words on err. */
int command_settings(
    const struct command_common *common, struct collector_settings *ret, FILE *err);

/* What a command of several actions does: argv[0] is the action's name. */
struct command_action {
	const char *name;
	int (*run)(
	    int argc, char *argv[], const struct command_common *common, FILE *out, FILE *err);
};

/* Takes the options that all commands share and runs the action that argv[1] names; --help
 * prints the usage on out, an unknown action on err. An enum command_status. */
int command_act(int argc, char *argv[], const char *usage,
    const struct command_action actions[], size_t count, FILE *out, FILE *err);

/* Each returns an enum command_status; results go to out, words to err. */
int command_run(int argc, char *argv[], FILE *out, FILE *err);
int command_ca(int argc, char *argv[], FILE *out, FILE *err);
int command_migrate(int argc, char *argv[], FILE *out, FILE *err);
int command_check_config(int argc, char *argv[], FILE *out, FILE *err);
int command_school(int argc, char *argv[], FILE *out, FILE *err);
int command_user(int argc, char *argv[], FILE *out, FILE *err);
int command_token(int argc, char *argv[], FILE *out, FILE *err);
int command_agent(int argc, char *argv[], FILE *out, FILE *err);
int command_device(int argc, char *argv[], FILE *out, FILE *err);
int command_alert(int argc, char *argv[], FILE *out, FILE *err);
int command_receiver(int argc, char *argv[], FILE *out, FILE *err);
int command_policy(int argc, char *argv[], FILE *out, FILE *err);
int command_exam(int argc, char *argv[], FILE *out, FILE *err);
int command_report(int argc, char *argv[], FILE *out, FILE *err);
int command_demo_data(int argc, char *argv[], FILE *out, FILE *err);
int command_rule(int argc, char *argv[], FILE *out, FILE *err);
int command_claim(int argc, char *argv[], FILE *out, FILE *err);
int command_inventory(int argc, char *argv[], FILE *out, FILE *err);
int command_reclassify(int argc, char *argv[], FILE *out, FILE *err);

#endif
