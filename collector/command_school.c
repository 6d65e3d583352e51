/* school add, import, contract, contracts, list: the tenants of all that is kept. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "collector/desk.h"
#include "collector/store/connection.h"
#include "collector/store/registry.h"
#include "collector/store/school_sheet.h"
#include "common/check.h"
#include "common/cleanup.h"

static const char usage[] =
    "usage: parta-collector school add CODE [--name NAME] [--municipality TEXT]\n"
    "                [--settlement urban|rural] [--time-zone ZONE] [--provider NAME]\n"
    "                [--contract-down MBPS] [--contract-up MBPS] [--pupils N]\n"
    "                [--control]\n"
    "       parta-collector school import FILE.csv\n"
    "       parta-collector school contract CODE [--from DAY] [--to DAY] [--number TEXT]\n"
    "                [--day DAY] [--month-rub ROUBLES] [--down MBPS] [--up MBPS]\n"
    "                [--provider NAME] [--access wired|wireless|mobile] [--address TEXT]\n"
    "       parta-collector school contracts [--school CODE] [--format table|json|csv]\n"
    "       parta-collector school list [--school CODE] [--format table|json|csv]\n"
    "\n"
    "  add     a new school, or other values for one that is there; --control: no school, but\n"
    "          a place outside the schools' filters whose agents show what a site is like "
    "there\n"
    "  import  the same for each row of a file, all of them or none; its first line names the\n"
    "          columns: code, name, municipality, settlement, time_zone, provider,\n"
    "          contract_down_mbps, contract_up_mbps, pupils, vantage (school or control);\n"
    "          code alone is needed; empty: as it is\n"
    "  contract  a contract with a provider that begins on a day (--from), with a number, a "
    "day\n"
    "          and a price of its own; or what else is said of it, without --from of the one "
    "in\n"
    "          force today; what is not given stays\n"
    "  contracts  all of them, with the days on which each is in force\n"
    "  list    all schools\n";

enum { FILE_BYTES_MAX = 16 * 1024 * 1024 };

static int
bad_usage(FILE *err)
{
	(void)fputs(usage, err);
	return COMMAND_USAGE;
}

static int
add(int argc, char *argv[], const struct command_common *common, FILE *out, FILE *err)
{
	struct registry_school school = {0};
	enum registry_change change = REGISTRY_SAME;
	struct desk desk;
	int status;

	for (size_t i = 1; i < school_fields_count; i++) {
		const char *value = NULL;

		if (!school_fields[i].option)
			continue;
		if (command_option(&argc, argv, school_fields[i].option, &value, err) !=
		    COMMAND_DONE)
			return COMMAND_USAGE;
		school_field_set(&school, i, value);
	}
	if (command_flag(&argc, argv, "--control"))
		school.vantage = "control";
	if (argc != 2 || argv[1][0] == '-')
		return bad_usage(err);
	school.code = argv[1];
	status = desk_open(common, DESK_REGISTRY, &desk, err);
	if (status != COMMAND_DONE)
		return status;
	if (registry_school(desk.registry, &school, &change) < 0)
		status = desk_failed(err, "%s", registry_error(desk.registry));
	else
		(void)fprintf(out, "%s %s\n", school.code,
		    change == REGISTRY_NEW       ? "added"
		    : change == REGISTRY_CHANGED ? "changed"
						 : "is so already");
	desk_close(&desk);
	return status;
}

/* ---------------------------------------------------------------- import */

struct import {
	struct school_sheet sheet;
	size_t counts[3]; /* by enum registry_change */
};

static int
file_read(const char *path, char **ret, size_t *ret_len, FILE *err)
{
	CLEANUP(fclose_at) FILE *file = fopen(path, "re");
	CLEANUP(free_at) char *text = NULL;
	struct stat st;

	if (!file || fstat(fileno(file), &st) < 0)
		return desk_failed(err, "could not read '%s': %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode) || st.st_size > FILE_BYTES_MAX)
		return desk_failed(
		    err, "'%s' is no plain file of at most %d bytes", path, FILE_BYTES_MAX);
	text = malloc((size_t)st.st_size + 1);
	if (!text)
		return desk_failed(err, "out of memory");
	*ret_len = fread(text, 1, (size_t)st.st_size, file);
	*ret = TAKE(text, NULL);
	return COMMAND_DONE;
}

static int
bad_row(const struct import *in, const char *path, const char *why, FILE *err)
{
	return desk_failed(
	    err, "%s:%u: %s; nothing was imported", path, in->sheet.csv.line, why);
}

static int
import_row(struct import *in, const char *path, const struct registry_school *school,
    struct registry *registry, FILE *err)
{
	enum registry_change change;

	if (registry_school(registry, school, &change) < 0)
		return bad_row(in, path, registry_error(registry), err);
	in->counts[change]++;
	return COMMAND_DONE;
}

static int
import_all(struct import *in, const char *path, const char *text, size_t len,
    struct registry *registry, FILE *err)
{
	struct registry_school school;
	int status = COMMAND_DONE, r = school_sheet_start(&in->sheet, text, len);

	if (r < 0)
		return bad_row(in, path, in->sheet.error, err);
	if (registry_begin(registry) < 0)
		return desk_failed(err, "%s", registry_error(registry));
	while (
	    status == COMMAND_DONE && (r = school_sheet_next(&in->sheet, &school)) != -ENODATA)
		status = r < 0 ? bad_row(in, path, in->sheet.error, err)
			       : import_row(in, path, &school, registry, err);
	if (status != COMMAND_DONE)
		registry_rollback(registry);
	else if (registry_commit(registry) < 0)
		status = desk_failed(err, "%s", registry_error(registry));
	return status;
}

static int
import(int argc, char *argv[], const struct command_common *common, FILE *out, FILE *err)
{
	CLEANUP(free_at) char *text = NULL;
	CLEANUP(free_at) struct import *in = calloc(1, sizeof(*in));
	struct desk desk;
	size_t len = 0;
	int status;

	if (argc != 2 || argv[1][0] == '-')
		return bad_usage(err);
	if (!in)
		return desk_failed(err, "out of memory");
	/* Read first: the file may be one that only root can read. */
	status = file_read(argv[1], &text, &len, err);
	if (status == COMMAND_DONE)
		status = desk_open(common, DESK_REGISTRY, &desk, err);
	if (status != COMMAND_DONE)
		return status;
	status = import_all(in, argv[1], text, len, desk.registry, err);
	if (status == COMMAND_DONE)
		(void)fprintf(out, "%zu read: %zu new, %zu changed, %zu as they were\n",
		    in->counts[0] + in->counts[1] + in->counts[2], in->counts[REGISTRY_NEW],
		    in->counts[REGISTRY_CHANGED], in->counts[REGISTRY_SAME]);
	desk_close(&desk);
	return status;
}

static int
contract(int argc, char *argv[], const struct command_common *common, FILE *out, FILE *err)
{
	static const char *const options[] = {"--number", "--day", "--month-rub", "--address",
	    "--from", "--to", "--down", "--up", "--provider", "--access"};
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	const char *values[1 + COUNT_OF(options)] = {0};
	const char *wrong;
	struct desk desk;
	int status;

	for (size_t i = 0; i < COUNT_OF(options); i++)
		if (command_option(&argc, argv, options[i], &values[i + 1], err) !=
		    COMMAND_DONE)
			return COMMAND_USAGE;
	if (argc != 2 || argv[1][0] == '-')
		return bad_usage(err);
	values[0] = argv[1];
	status = desk_open(common, DESK_DB, &desk, err);
	if (status != COMMAND_DONE)
		return status;
	if (db_query(desk.db,
		"SELECT core.put_contract($1, $2, $3::date, $4::numeric, $5, NULL, $6::date,"
		" $7::date, $8::numeric, $9::numeric, $10, $11)",
		values, COUNT_OF(values), &rows) < 0)
		status = desk_failed(err, "%s", db_error(desk.db));
	else if ((wrong = db_field(rows, 0, 0)) != NULL)
		status = desk_failed(err,
		    strcmp(wrong, "no_school") == 0 ? "school '%s' is not known"
						    : "this cannot be the contract of '%s'",
		    values[0]);
	else
		(void)fprintf(out, "%s changed\n", values[0]);
	desk_close(&desk);
	return status;
}

static int
contracts(int argc, char *argv[], const struct command_common *common, FILE *out, FILE *err)
{
	static const char *const numbers[] = {
	    "contract_down_mbps", "contract_up_mbps", "contract_month_rub", NULL};
	const char *school = NULL;
	struct desk desk;
	int status = command_option(&argc, argv, "--school", &school, err);

	if (status != COMMAND_DONE || argc != 1)
		return bad_usage(err);
	status = desk_open(common, DESK_REGISTRY, &desk, err);
	if (status != COMMAND_DONE)
		return status;
	status =
	    desk_list(&desk, REGISTRY_CONTRACTS, school, numbers, common->format, out, err);
	desk_close(&desk);
	return status;
}

static int
list(int argc, char *argv[], const struct command_common *common, FILE *out, FILE *err)
{
	static const char *const numbers[] = {
	    "contract_down_mbps", "contract_up_mbps", "pupils", "agents", NULL};
	const char *school = NULL;
	struct desk desk;
	int status = command_option(&argc, argv, "--school", &school, err);

	if (status != COMMAND_DONE || argc != 1)
		return bad_usage(err);
	status = desk_open(common, DESK_REGISTRY, &desk, err);
	if (status != COMMAND_DONE)
		return status;
	status = desk_list(&desk, REGISTRY_SCHOOLS, school, numbers, common->format, out, err);
	desk_close(&desk);
	return status;
}

int
command_school(int argc, char *argv[], FILE *out, FILE *err)
{
	static const struct command_action actions[] = {{"add", add}, {"import", import},
	    {"contract", contract}, {"contracts", contracts}, {"list", list}};

	return command_act(argc, argv, usage, actions, COUNT_OF(actions), out, err);
}
