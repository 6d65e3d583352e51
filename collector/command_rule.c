/* rule candidates: what a person taught, in the form in which a rule is written. */
#include <string.h>

#include "collector/desk.h"
#include "collector/store/connection.h"
#include "collector/store/registry.h"
#include "common/cleanup.h"

static const char usage[] =
    "usage: parta-collector rule candidates [--rows] [--format table|json|csv]\n"
    "\n"
    "What devices share that people classed otherwise than the rules do: how many devices and\n"
    "schools agree, how many others say the same and are something else, and the row that\n"
    "device_rule.csv would need.\n"
    "\n"
    "      --rows   these rows alone, to be read and appended to device_rule.csv\n";

static int
bad_usage(FILE *err)
{
	(void)fputs(usage, err);
	return COMMAND_USAGE;
}

static int
candidates(struct desk *desk, bool rows_alone, enum command_format format, FILE *out, FILE *err)
{
	static const char *const numbers[] = {
	    "devices", "schools", "others", "confidence", NULL};
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	size_t rule;

	if (registry_list(desk->registry, REGISTRY_RULE_CANDIDATES, NULL, &rows) < 0)
		return desk_failed(err, "%s", registry_error(desk->registry));
	if (!rows_alone)
		return desk_print(rows, numbers, format, out, err);
	rule = db_columns(rows) - 1;
	for (size_t i = 0; i < db_rows(rows); i++)
		(void)fprintf(out, "%s\n", db_field(rows, i, rule));
	return COMMAND_DONE;
}

int
command_rule(int argc, char *argv[], FILE *out, FILE *err)
{
	struct command_common common;
	struct desk desk;
	bool rows_alone = false;
	int status = command_common(&argc, argv, &common, err);

	if (status == COMMAND_DONE && common.help) {
		(void)fputs(usage, out);
		return COMMAND_DONE;
	}
	if (status == COMMAND_DONE)
		rows_alone = command_flag(&argc, argv, "--rows");
	if (status != COMMAND_DONE || argc != 2 || strcmp(argv[1], "candidates") != 0)
		return bad_usage(err);
	status = desk_open(&common, DESK_REGISTRY, &desk, err);
	if (status != COMMAND_DONE)
		return status;
	status = candidates(&desk, rows_alone, common.format, out, err);
	desk_close(&desk);
	return status;
}
