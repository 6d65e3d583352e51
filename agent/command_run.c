/*
 * `parta-agent run`: the service. It takes no argument of its own; what it does is
 * in its configuration and in the collector's policy.
 */
#include "agent/command.h"
#include "agent/service.h"
#include "common/user.h"

int
command_run(int argc, char *argv[], FILE *out, FILE *err)
{
	struct command_common common;
	struct agent_settings settings;
	int r = command_common(&argc, argv, &common, err);

	if (r != COMMAND_DONE)
		return r;
	if (common.help) {
		(void)fprintf(out, "usage: parta-agent run [-c FILE] [-v]\n");
		return COMMAND_DONE;
	}
	if (argc > 1) {
		(void)fprintf(err, "parta-agent: run takes no argument '%s'\n", argv[1]);
		return COMMAND_USAGE;
	}
	r = command_settings(&common, &settings, err);
	if (r != COMMAND_DONE)
		return r;
	r = user_become_owner(settings.state_dir, COMMAND_USER, true);
	if (r < 0) {
		(void)log_error(r, "could not become the owner of '%s'", settings.state_dir);
		return COMMAND_FAILED;
	}
	return service_run(&settings, common.config) < 0 ? COMMAND_FAILED : COMMAND_DONE;
}
