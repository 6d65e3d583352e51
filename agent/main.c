/*
 * parta-agent: THE LIST of commands, and the choice among them. Nothing here that
 * a test would want to reach.
 */
#include <stdio.h>
#include <string.h>

#include "agent/command.h"
#include "agent/sensor/sensor.h"
#include "common/check.h"

static const struct command commands[] = {
    {"run", command_run, "the service"},
    {"check-config", command_check_config, "say whether the configuration is good"},
    {"status", command_status, "what the running service does and has found"},
    {"enrol", command_enrol, "make this agent known to a collector"},
    {"scan", command_scan, "what is on this network"},
    {"speed", command_speed, "measure the line now"},
    {"watch", command_watch, "watch the line, live"},
    {"filter", command_filter, "check the content filter now"},
};

static int
usage(FILE *to, int status)
{
	(void)fprintf(to, "usage: parta-agent [-c FILE] [-v] COMMAND [ARGUMENT]...\n");
	for (size_t i = 0; i < COUNT_OF(commands); i++)
		(void)fprintf(to, "  %-14s%s\n", commands[i].name, commands[i].text);
	(void)fprintf(to, "  --version, --help, --print-config, --print-manual\n");
	return status;
}

int
main(int argc, char *argv[])
{
	const char *name = command_first(argc, argv);

	for (size_t i = 0; name && i < COUNT_OF(commands); i++)
		if (strcmp(name, commands[i].name) == 0)
			return commands[i].run(argc - 1, argv + 1, stdout, stderr);
	if (name)
		(void)fprintf(stderr, "parta-agent: there is no command '%s'\n", name);
	else if (argc == 3 && strcmp(argv[1], "-P") == 0 && strcmp(argv[2], "sensor") == 0)
		return sensor_main();
	else if (argc == 2 && strcmp(argv[1], "--help") == 0)
		return usage(stdout, COMMAND_DONE);
	else if (argc == 2 && command_print(argv[1], stdout))
		return COMMAND_DONE;
	return usage(stderr, COMMAND_USAGE);
}
