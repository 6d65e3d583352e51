/* run: the service, in the foreground, until it is told to end. */
#include "collector/collector.h"
#include "collector/command.h"

static const char usage[] =
    "usage: parta-collector run [-c FILE] [-v]\n"
    "\n"
    "Receives and keeps what agents report. SIGHUP reads the configuration again,\n"
    "SIGTERM stores what was received and ends.\n";

int
command_run(int argc, char *argv[], FILE *out, FILE *err)
{
	static struct collector_settings
	    settings; /* too large for a stack frame to be proud of */
	struct command_common common;
	int status = command_bare(argc, argv, usage, &common, out, err);

	if (status != COMMAND_DONE || common.help)
		return status;
	status = command_settings(&common, &settings, err);
	if (status != COMMAND_DONE)
		return status;
	return collector_run(&settings, common.config) < 0 ? COMMAND_FAILED : COMMAND_DONE;
}
