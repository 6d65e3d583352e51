/* agent list, revoke: who reports, and who no longer may. */
#include <errno.h>
#include <string.h>

#include "collector/desk.h"
#include "collector/store/registry.h"

static const char usage[] =
    "usage: parta-collector agent list [--school CODE] [--format table|json|csv]\n"
    "       parta-collector agent revoke AGENT [--reason TEXT]\n"
    "\n"
    "  list    every agent, when it was heard last and how much waits on its disk\n"
    "  revoke  the agent (its number or its host name) may not speak any more, at once and "
    "for\n"
    "          good; what it reported stays\n";

static int
bad_usage(FILE *err)
{
	(void)fputs(usage, err);
	return COMMAND_USAGE;
}

static int
list(struct desk *desk, const char *school, enum command_format format, FILE *out, FILE *err)
{
	static const char *const numbers[] = {"spool_reports", NULL};

	return desk_list(desk, REGISTRY_AGENTS, school, numbers, format, out, err);
}

static int
revoke_agent(struct desk *desk, const char *agent, const char *reason, FILE *out, FILE *err)
{
	int r = registry_revoke(desk->registry, agent, reason);

	if (r == -ENOENT)
		return desk_failed(err,
		    "agent '%s' is not known: 'parta-collector agent list' shows all", agent);
	if (r == -ENOTUNIQ)
		return desk_failed(
		    err, "several agents are named '%s': give the number of one", agent);
	if (r == -EALREADY)
		return desk_failed(err, "agent '%s' is revoked already", agent);
	if (r < 0)
		return desk_failed(err, "%s", registry_error(desk->registry));
	(void)fprintf(out, "%s revoked\n", agent);
	return COMMAND_DONE;
}

int
command_agent(int argc, char *argv[], FILE *out, FILE *err)
{
	const char *school = NULL, *reason = "";
	struct command_common common;
	struct desk desk;
	bool lists, revokes;
	int status = command_common(&argc, argv, &common, err);

	if (status == COMMAND_DONE && common.help) {
		(void)fputs(usage, out);
		return COMMAND_DONE;
	}
	if (status == COMMAND_DONE)
		status = command_option(&argc, argv, "--school", &school, err);
	if (status == COMMAND_DONE)
		status = command_option(&argc, argv, "--reason", &reason, err);
	lists = argc == 2 && strcmp(argv[1], "list") == 0;
	revokes = argc == 3 && strcmp(argv[1], "revoke") == 0 && argv[2][0] != '-';
	if (status != COMMAND_DONE || (!lists && !revokes))
		return bad_usage(err);
	status = desk_open(&common, DESK_REGISTRY, &desk, err);
	if (status != COMMAND_DONE)
		return status;
	status = lists ? list(&desk, school, common.format, out, err)
		       : revoke_agent(&desk, argv[2], reason, out, err);
	desk_close(&desk);
	return status;
}
