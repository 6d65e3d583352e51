/*
 * What all commands share: the settings file, and what the program says of
 * itself. A command's own arguments are read by the command.
 */
#include "collector/command.h"

#include <string.h>

#include "collector/service_user.h"

bool
command_print(const char *word, FILE *out)
{
	if (strcmp(word, "--version") == 0)
		(void)fprintf(out, "parta-collector %s\n", PARTA_VERSION);
	else if (strcmp(word, "--print-config") == 0)
		options_print_file(
		    collector_options, collector_options_count, "parta-collector.conf", out);
	else if (strcmp(word, "--print-manual") == 0)
		options_print_manual(collector_options, collector_options_count, out);
	else
		return false;
	return true;
}

int
command_settings(const struct command_common *common, struct collector_settings *ret, FILE *err)
{
	struct option_error error = {.text = "not enough memory"};
	char words[SERVICE_USER_ERROR_SIZE] = "";
	int r = settings_load(common->config, ret, &error);

	if (r < 0) {
		(void)fprintf(err, "parta-collector: %s\n", error.text);
		return COMMAND_FAILED;
	}
	if (service_user_become(ret->user, ret->state_dir, words) < 0) {
		(void)fprintf(err, "parta-collector: %s\n", words);
		return COMMAND_FAILED;
	}
	log_open(
	    "parta-collector", common->verbose ? LOG_LEVEL_DEBUG : settings_log_level(ret));
	return COMMAND_DONE;
}

int
command_act(int argc, char *argv[], const char *usage, const struct command_action actions[],
    size_t count, FILE *out, FILE *err)
{
	struct command_common common;
	int status = command_common(&argc, argv, &common, err);

	if (status == COMMAND_DONE && common.help) {
		(void)fputs(usage, out);
		return COMMAND_DONE;
	}
	for (size_t i = 0; status == COMMAND_DONE && argc >= 2 && i < count; i++)
		if (strcmp(actions[i].name, argv[1]) == 0)
			return actions[i].run(argc - 1, argv + 1, &common, out, err);
	(void)fputs(usage, err);
	return COMMAND_USAGE;
}
