/* `parta-agent status`: what the running service last told about itself. */
#include "agent/command.h"
#include "agent/status.h"

int
command_status(int argc, char *argv[], FILE *out, FILE *err)
{
	struct command_common common;
	struct agent_settings settings;
	int r = command_bare(argc, argv,
	    "usage: parta-agent status [-c FILE] [--format table|json]\n", &common, out, err);

	if (r != COMMAND_DONE || common.help)
		return r;
	if (common.format == FORMAT_CSV) {
		(void)fprintf(err, "parta-agent: status takes --format table or json\n");
		return COMMAND_USAGE;
	}
	r = command_settings(&common, &settings, err);
	return r != COMMAND_DONE ? r
				 : status_print(settings.state_dir, common.format, out, err);
}
