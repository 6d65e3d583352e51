/* alert list, ack, silence, maintenance ...: what is wrong, who has it in hand, and when nobody
 * is to be told. */
#include <errno.h>
#include <string.h>

#include "collector/desk.h"
#include "collector/store/registry.h"
#include "common/check.h"

static const char usage[] =
    "usage: parta-collector alert list [--school CODE] [--format table|json|csv]\n"
    "       parta-collector alert history [--school CODE] [--format table|json|csv]\n"
    "       parta-collector alert ack ALERT [--comment TEXT]\n"
    "       parta-collector alert silence --for HOURS [--school CODE] [--kind KIND] [--comment "
    "TEXT]\n"
    "       parta-collector alert maintenance --school CODE --for HOURS [--from TIME] "
    "[--comment "
    "TEXT]\n"
    "       parta-collector alert silences [--school CODE] [--format table|json|csv]\n"
    "       parta-collector alert end SILENCE\n"
    "       parta-collector alert outbox [--school CODE] [--format table|json|csv]\n"
    "       parta-collector alert retry MESSAGE\n"
    "\n"
    "  list         what is wrong now\n"
    "  history      and what was, in the last 30 days\n"
    "  ack          you take it in hand: nobody else is told; it ends with the incident\n"
    "  silence      nobody is told, of one school or all, of one kind or all\n"
    "  maintenance  planned work at a school, from 'YYYY-MM-DD HH:MM' by its clock (now)\n"
    "  silences     silences and maintenance in force or to come\n"
    "  end          takes one back\n"
    "  outbox       messages that wait or were refused\n"
    "  retry        one that was refused goes again\n";

/* What functions of sql/ answer, in words. */
static const struct {
	const char *key, *words;
} wrongs[] = {
    {"no_alert", "there is no such open alert: 'parta-collector alert list' shows all"},
    {"acked", "it is in hand already"},
    {"no_school", "the school is not known: 'parta-collector school list' shows all"},
    {"no_kind", "there are no alerts of that kind"},
    {"no_time", "the time is over, or has no length"},
    {"no_silence", "there is no such silence in force: 'parta-collector alert silences' shows "
		   "all"},
    {"no_message", "there is no such message that was refused"},
};

static int
act(struct desk *desk, enum registry_act what,
    const char *const values[static REGISTRY_ACT_VALUES_MAX], FILE *err)
{
	int r = registry_act(desk->registry, what, values);
	const char *words = registry_error(desk->registry);

	if (r == 0)
		return COMMAND_DONE;
	for (size_t i = 0; i < COUNT_OF(wrongs); i++)
		if (r == -ENOENT && strcmp(wrongs[i].key, words) == 0)
			words = wrongs[i].words;
	return desk_failed(err, "%s", words);
}

static int
list(struct desk *desk, enum registry_list what, const char *school, enum command_format format,
    FILE *out, FILE *err)
{
	static const char *const numbers[] = {
	    "alert_id", "silence_id", "outbox_id", "attempts", NULL};

	return desk_list(desk, what, school, numbers, format, out, err);
}

struct words {
	const char *school, *kind, *hours, *from, *comment;
};

enum what { IS_LIST, IS_ACT };

static const struct verb {
	const char *name;
	int words; /* with the verb */
	enum what what;
	enum registry_list list;
	enum registry_act act;
} verbs[] = {
    {"list", 2, IS_LIST, REGISTRY_ALERTS, 0},
    {"history", 2, IS_LIST, REGISTRY_ALERTS_ALL, 0},
    {"silences", 2, IS_LIST, REGISTRY_SILENCES, 0},
    {"outbox", 2, IS_LIST, REGISTRY_OUTBOX, 0},
    {"ack", 3, IS_ACT, 0, REGISTRY_ACK},
    {"silence", 2, IS_ACT, 0, REGISTRY_SILENCE},
    {"maintenance", 2, IS_ACT, 0, REGISTRY_MAINTENANCE},
    {"end", 3, IS_ACT, 0, REGISTRY_SILENCE_END},
    {"retry", 3, IS_ACT, 0, REGISTRY_OUTBOX_RETRY},
};

/* What is asked for, and all that it needs. */
static const struct verb *
verb_of(int argc, char *argv[], const struct words *w)
{
	for (size_t i = 0; i < COUNT_OF(verbs); i++) {
		const struct verb *verb = &verbs[i];

		if (argc != verb->words || strcmp(argv[1], verb->name) != 0)
			continue;
		if (verb->what == IS_ACT && verb->words == 2 && !w->hours)
			return NULL;
		if (verb->what == IS_ACT && verb->act == REGISTRY_MAINTENANCE && !w->school)
			return NULL;
		return verb;
	}
	return NULL;
}

static int
run(struct desk *desk, const struct verb *verb, const char *object, const struct words *w,
    enum command_format format, FILE *out, FILE *err)
{
	static const char by[] = "console";
	const char *values[REGISTRY_ACT_VALUES_MAX] = {object};

	if (verb->what == IS_LIST)
		return list(desk, verb->list, w->school, format, out, err);
	if (verb->act == REGISTRY_ACK || verb->act == REGISTRY_SILENCE_END) {
		values[1] = by;
		values[2] = w->comment;
	} else if (verb->words == 2) {
		values[0] = w->school;
		values[1] = verb->act == REGISTRY_SILENCE ? w->kind : w->from;
		values[2] = w->hours;
		values[3] = w->comment;
		values[4] = by;
	}
	return act(desk, verb->act, values, err);
}

int
command_alert(int argc, char *argv[], FILE *out, FILE *err)
{
	struct words w = {.comment = ""};
	const struct {
		const char *name;
		const char **value;
	} options[] = {{"--school", &w.school}, {"--kind", &w.kind}, {"--for", &w.hours},
	    {"--from", &w.from}, {"--comment", &w.comment}};
	struct command_common common;
	const struct verb *verb;
	struct desk desk;
	int status = command_common(&argc, argv, &common, err);

	if (status == COMMAND_DONE && common.help) {
		(void)fputs(usage, out);
		return COMMAND_DONE;
	}
	for (size_t i = 0; status == COMMAND_DONE && i < COUNT_OF(options); i++)
		status = command_option(&argc, argv, options[i].name, options[i].value, err);
	verb = status == COMMAND_DONE ? verb_of(argc, argv, &w) : NULL;
	if (!verb) {
		(void)fputs(usage, err);
		return COMMAND_USAGE;
	}
	status = desk_open(&common, DESK_REGISTRY, &desk, err);
	if (status != COMMAND_DONE)
		return status;
	status = run(&desk, verb, argc == 3 ? argv[2] : NULL, &w, common.format, out, err);
	desk_close(&desk);
	return status;
}
