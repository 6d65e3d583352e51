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
	int r = command_bare(
	    argc, argv, "usage: parta-agent run [-c FILE] [-v]\n", &common, out, err);

	if (r != COMMAND_DONE || common.help)
		return r;
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
