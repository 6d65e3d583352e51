/* exam add, list, remove: when agents are quiet because an examination is held. */
#include <errno.h>
#include <string.h>

#include "collector/desk.h"
#include "collector/store/registry.h"
#include "common/check.h"

static const char usage[] =
    "usage: parta-collector exam add --school CODE|--municipality TEXT --from TIME --to TIME\n"
    "                [--name TEXT]\n"
    "       parta-collector exam list [--school CODE] [--format table|json|csv]\n"
    "       parta-collector exam remove EXAM\n"
    "\n"
    "  add     an examination, from and to 'YYYY-MM-DD HH:MM' by the school's clock: its "
    "agents\n"
    "          scan nothing, check no filter and load no line meanwhile, and tell every "
    "minute\n"
    "          how the line does\n"
    "  list    those that are held or to come; how the line did is 'report exams'\n"
    "  remove  takes one back\n";

/* What functions of sql/ answer, in words. */
static const struct {
	const char *key, *words;
} wrongs[] = {
    {"no_school",
	"the school or municipality is not known: 'parta-collector school list' shows all"},
    {"no_time", "the time is over, has no length, or is longer than 7 days"},
    {"no_exam", "there is no such examination: 'parta-collector exam list' shows all"},
};

static int
act(const struct command_common *common, enum registry_act what,
    const char *const values[static REGISTRY_ACT_VALUES_MAX], FILE *err)
{
	struct desk desk;
	int status = desk_open(common, DESK_REGISTRY, &desk, err), r;
	const char *words;

	if (status != COMMAND_DONE)
		return status;
	r = registry_act(desk.registry, what, values);
	words = registry_error(desk.registry);
	for (size_t i = 0; r == -ENOENT && i < COUNT_OF(wrongs); i++)
		if (strcmp(wrongs[i].key, words) == 0)
			words = wrongs[i].words;
	if (r < 0)
		status = desk_failed(err, "%s", words);
	desk_close(&desk);
	return status;
}

static int
bad_usage(FILE *err)
{
	(void)fputs(usage, err);
	return COMMAND_USAGE;
}

static int
add(int argc, char *argv[], const struct command_common *common, FILE *out, FILE *err)
{
	static const char *const options[] = {
	    "--school", "--municipality", "--from", "--to", "--name"};
	const char *values[REGISTRY_ACT_VALUES_MAX] = {
	    [4] = "экзамен", [COUNT_OF(options)] = "console"};

	(void)out;
	for (size_t i = 0; i < COUNT_OF(options); i++)
		if (command_option(&argc, argv, options[i], &values[i], err) != COMMAND_DONE)
			return COMMAND_USAGE;
	if (argc != 1 || !values[0] == !values[1] || !values[2] || !values[3])
		return bad_usage(err);
	return act(common, REGISTRY_EXAM_ADD, values, err);
}

static int
remove_one(int argc, char *argv[], const struct command_common *common, FILE *out, FILE *err)
{
	const char *values[REGISTRY_ACT_VALUES_MAX] = {argc == 2 ? argv[1] : NULL, "console"};

	(void)out;
	if (!values[0])
		return bad_usage(err);
	return act(common, REGISTRY_EXAM_REMOVE, values, err);
}

static int
list(int argc, char *argv[], const struct command_common *common, FILE *out, FILE *err)
{
	static const char *const numbers[] = {"exam_id", NULL};
	const char *school = NULL;
	struct desk desk;
	int status = command_option(&argc, argv, "--school", &school, err);

	if (status != COMMAND_DONE || argc != 1)
		return bad_usage(err);
	status = desk_open(common, DESK_REGISTRY, &desk, err);
	if (status != COMMAND_DONE)
		return status;
	status = desk_list(&desk, REGISTRY_EXAMS, school, numbers, common->format, out, err);
	desk_close(&desk);
	return status;
}

int
command_exam(int argc, char *argv[], FILE *out, FILE *err)
{
	static const struct command_action actions[] = {
	    {"add", add}, {"list", list}, {"remove", remove_one}};

	return command_act(argc, argv, usage, actions, COUNT_OF(actions), out, err);
}
