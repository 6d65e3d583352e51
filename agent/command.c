/*
 * What all commands share: the settings file, and what the program says of
 * itself. A command's own arguments are read by the command.
 */
#include "agent/command.h"

#include <string.h>

bool
command_print(const char *word, FILE *out)
{
	if (strcmp(word, "--version") == 0)
		(void)fprintf(out, "parta-agent %s\n", PARTA_VERSION);
	else if (strcmp(word, "--print-config") == 0)
		options_print_file(agent_options, agent_options_count, "parta-agent.conf", out);
	else if (strcmp(word, "--print-manual") == 0)
		options_print_manual(agent_options, agent_options_count, out);
	else
		return false;
	return true;
}

int
command_settings(const struct command_common *common, struct agent_settings *ret, FILE *err)
{
	struct option_error error = {.text = "not enough memory"};
	int r = settings_load(common->config, ret, &error);

	if (r < 0) {
		(void)fprintf(err, "parta-agent: %s\n", error.text);
		return COMMAND_FAILED;
	}
	log_open("parta-agent", common->verbose ? LOG_LEVEL_DEBUG : settings_log_level(ret));
	return COMMAND_DONE;
}
