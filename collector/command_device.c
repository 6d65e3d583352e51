/* device candidates, answer, merge, split, undo, merges: which devices are one, where a person
 * knows better. */
#include <stdlib.h>
#include <string.h>

#include "collector/desk.h"
#include "collector/store/connection.h"
#include "common/check.h"
#include "common/cleanup.h"

static const char usage[] =
    "usage: parta-collector device candidates [--school CODE] [--format table|json|csv]\n"
    "       parta-collector device answer CANDIDATE same|different\n"
    "       parta-collector device merge DEVICE OTHER [--reason TEXT]\n"
    "       parta-collector device split DEVICE IDENTIFIER[,IDENTIFIER]... [--reason TEXT]\n"
    "       parta-collector device merges [--school CODE] [--format table|json|csv]\n"
    "       parta-collector device undo merge|split NUMBER\n"
    "\n"
    "  candidates  pairs that share a key although something stronger tells them apart\n"
    "  answer      they are the same device, or different ones and never asked about again\n"
    "  merge       OTHER is DEVICE: its identifiers, addresses and days go over\n"
    "  split       serial numbers, UUIDs or addresses that are another device's: it is made\n"
    "  merges      what was merged and split, by whom, and what moved\n"
    "  undo        one of these is taken back, and the two are not merged again by "
    "themselves\n";

enum { WORDS_MAX = 3 };

struct words {
	const char *school, *reason;
};

/* THE LIST of actions: the words after the action's name become $1, $2, ...; what is needed
 * beside them comes last. */
static const struct action {
	const char *name;
	int words;
	bool with_school, with_reason;
	const char *sql;
} actions[] = {
    {"candidates", 0, true, false,
	"SELECT school, candidate_id, device_id, other_id, kind, value, reason, noted_at"
	" FROM api.merge_candidate WHERE decision IS NULL AND ($1::text IS NULL OR school = $1)"
	" ORDER BY school, noted_at, candidate_id"},
    {"answer", 2, false, false, "SELECT core.decide_candidate($1::bigint, $2) AS merge_id"},
    {"merge", 2, false, true,
	"SELECT core.merge_devices($1::uuid, $2::uuid, $3, NULL) AS merge_id"},
    {"split", 2, false, true,
	"SELECT split_id, new_id FROM core.split_device($1::uuid, string_to_array($2, ','), "
	"$3)"},
    {"merges", 0, true, false,
	"SELECT school, act, act_id, device_id, other_id, at, reason, undone_at"
	" FROM api.device_merge WHERE $1::text IS NULL OR school = $1 ORDER BY at, act, "
	"act_id"},
    {"undo", 2, false, false,
	"SELECT CASE $1 WHEN 'merge' THEN core.undo_merge($2::bigint)::text"
	" ELSE core.undo_split($2::bigint)::text END AS undone"},
};

static const struct action *
action_of(int argc, char *argv[])
{
	for (size_t i = 0; i < COUNT_OF(actions); i++) {
		const struct action *action = &actions[i];

		if (argc != 2 + action->words || strcmp(argv[1], action->name) != 0)
			continue;
		if (strcmp(action->name, "undo") == 0 && strcmp(argv[2], "merge") != 0 &&
		    strcmp(argv[2], "split") != 0)
			return NULL;
		if (strcmp(action->name, "answer") == 0 && strcmp(argv[3], "same") != 0 &&
		    strcmp(argv[3], "different") != 0)
			return NULL;
		return action;
	}
	return NULL;
}

static int
run(struct desk *desk, const struct action *action, char *argv[], const struct words *words,
    enum command_format format, FILE *out, FILE *err)
{
	static const char *const numbers[] = {
	    "candidate_id", "merge_id", "split_id", "act_id", NULL};
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	const char *values[WORDS_MAX];
	int count = 0;

	for (; count < action->words; count++)
		values[count] = argv[2 + count];
	if (action->with_school)
		values[count++] = words->school;
	if (action->with_reason)
		values[count++] = words->reason;
	if (db_query(desk->db, action->sql, values, count, &rows) < 0)
		return desk_failed(err, "%s", db_error(desk->db));
	if (strcmp(action->name, "undo") == 0)
		return COMMAND_DONE;
	return desk_print(rows, numbers, format, out, err);
}

int
command_device(int argc, char *argv[], FILE *out, FILE *err)
{
	struct words words = {.reason = "a person said so"};
	struct command_common common;
	const struct action *action;
	struct desk desk;
	int status = command_common(&argc, argv, &common, err);

	if (status == COMMAND_DONE && common.help) {
		(void)fputs(usage, out);
		return COMMAND_DONE;
	}
	if (status == COMMAND_DONE)
		status = command_option(&argc, argv, "--school", &words.school, err);
	if (status == COMMAND_DONE)
		status = command_option(&argc, argv, "--reason", &words.reason, err);
	action = status == COMMAND_DONE ? action_of(argc, argv) : NULL;
	if (!action) {
		(void)fputs(usage, err);
		return COMMAND_USAGE;
	}
	status = desk_open(&common, DESK_DB, &desk, err);
	if (status != COMMAND_DONE)
		return status;
	status = run(&desk, action, argv, &words, common.format, out, err);
	desk_close(&desk);
	return status;
}
