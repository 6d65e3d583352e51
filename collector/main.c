/* parta-collector: receives, keeps, judges and shows what agents report. */
#include <stdio.h>
#include <string.h>

#include "collector/command.h"
#include "common/check.h"

/* The one list of commands. */
static const struct {
	const char *name;
	int (*run)(int argc, char *argv[], FILE *out, FILE *err);
	const char *words;
} commands[] = {
    {"run", command_run, "the service"},
    {"migrate", command_migrate, "bring the database to this version"},
    {"check-config", command_check_config, "is the configuration good?"},
    {"ca", command_ca, "the certificate authority: init, show, renew"},
    {"token", command_token, "a one-time token with which an agent enrols"},
    {"school", command_school, "schools: add, import, list"},
    {"user", command_user,
	"people who may sign in to the page: add, list, passwd, disable, enable"},
    {"agent", command_agent, "agents: list, revoke"},
    {"device", command_device, "which devices are one: candidates, answer, merge, split, undo"},
    {"alert", command_alert, "what is wrong: list, ack, silence, maintenance, outbox"},
    {"receiver", command_receiver, "who is told of it: add, list, remove, test"},
    {"policy", command_policy, "what agents are asked to do: show, set, unset"},
    {"exam", command_exam,
	"when examinations are held and agents are quiet: add, list, remove"},
    {"report", command_report,
	"equipment, devices, software, antivirus, bandwidth, outages, filter, indicators"},
    {"claim", command_claim, "papers for a claim to the provider: act, journal, data, verify"},
    {"inventory", command_inventory, "with other programs: import, export"},
    {"demo-data", command_demo_data, "schools that do not exist, to see the page full"},
    {"rule", command_rule, "candidates for rules, from what people corrected"},
    {"reclassify", command_reclassify, "today's rules over the evidence of the past"},
};

static void
usage(FILE *to)
{
	(void)fputs(
	    "usage: parta-collector [-c FILE] [-v] COMMAND [ARGUMENT]... [--help]\n\n", to);
	for (size_t i = 0; i < COUNT_OF(commands); i++)
		(void)fprintf(to, "  %-14s %s\n", commands[i].name, commands[i].words);
	(void)fprintf(to, "\n  --version, --help, --print-config, --print-manual\n");
}

int
main(int argc, char *argv[])
{
	const char *command;

	if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
		usage(stdout);
		return COMMAND_DONE;
	}
	if (argc > 1 && command_print(argv[1], stdout))
		return COMMAND_DONE;
	command = command_first(argc, argv);
	for (size_t i = 0; command && i < COUNT_OF(commands); i++) {
		if (strcmp(commands[i].name, command) == 0)
			return commands[i].run(argc - 1, argv + 1, stdout, stderr);
	}
	if (command)
		(void)fprintf(stderr, "parta-collector: there is no command '%s'\n", command);
	usage(stderr);
	return COMMAND_USAGE;
}
