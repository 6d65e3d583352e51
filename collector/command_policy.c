/* policy show, set, unset: what agents are asked to do, for all schools or for one. */
#include <errno.h>
#include <string.h>

#include "collector/desk.h"
#include "collector/store/registry.h"
#include "common/check.h"

static const char usage[] =
    "usage: parta-collector policy show [--school CODE] [--format table|json|csv]\n"
    "       parta-collector policy set NAME VALUE [--school CODE]\n"
    "       parta-collector policy unset NAME [--school CODE]\n"
    "\n"
    "  show   every setting with the value in force and where it comes from\n"
    "  set    a value for all schools, or for one; agents take it within a minute\n"
    "  unset  back to what holds without it\n";

static int
show(struct desk *desk, const char *school, enum command_format format, FILE *out, FILE *err)
{
	static const char *const numbers[] = {NULL};

	return desk_list(desk, REGISTRY_SETTINGS, school, numbers, format, out, err);
}

static int
put(struct desk *desk, const char *school, const char *name, const char *value, FILE *err)
{
	int r = registry_setting(desk->registry, school, name, value);

	if (r == -ENOENT)
		return desk_failed(err, "there is no such setting or school: 'parta-collector "
					"policy show' and 'school "
					"list' name them");
	if (r < 0)
		return desk_failed(err, "%s", registry_error(desk->registry));
	return COMMAND_DONE;
}

int
command_policy(int argc, char *argv[], FILE *out, FILE *err)
{
	static const struct {
		const char *name;
		int words;
	} actions[] = {{"show", 2}, {"set", 4}, {"unset", 3}};
	const char *school = NULL;
	struct command_common common;
	struct desk desk;
	int status = command_common(&argc, argv, &common, err);
	size_t i = 0;

	if (status == COMMAND_DONE && common.help) {
		(void)fputs(usage, out);
		return COMMAND_DONE;
	}
	if (status == COMMAND_DONE)
		status = command_option(&argc, argv, "--school", &school, err);
	while (i < COUNT_OF(actions) &&
	       (argc != actions[i].words || strcmp(argv[1], actions[i].name) != 0))
		i++;
	if (status != COMMAND_DONE || i == COUNT_OF(actions)) {
		(void)fputs(usage, err);
		return COMMAND_USAGE;
	}
	status = desk_open(&common, DESK_REGISTRY, &desk, err);
	if (status != COMMAND_DONE)
		return status;
	status = argc == 2 ? show(&desk, school, common.format, out, err)
			   : put(&desk, school, argv[2], argc == 4 ? argv[3] : NULL, err);
	desk_close(&desk);
	return status;
}
