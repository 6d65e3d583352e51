/*
 * report NAME: a table of schema api for people (in their language, with how it
 * was counted below) and for programs (JSON, CSV, XLSX).
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "collector/desk.h"
#include "collector/print.h"
#include "collector/store/connection.h"
#include "collector/store/views.h"
#include "common/check.h"
#include "common/cleanup.h"
#include "common/text.h"

static const char usage[] =
    "usage: parta-collector report "
    "equipment|devices|software|antivirus|bandwidth|lessons|outages|\n"
    "                exams|filter|indicators [--school CODE] [--at DAY | --from DAY --to DAY] "
    "[--format "
    "table|csv|json|xlsx] [--output "
    "FILE]\n"
    "\n"
    "Days are written YYYY-MM-DD. equipment shows the state at the end of a day (--at), "
    "devices,\n"
    "software and antivirus the state now, the others the days from one to another, both\n"
    "included; without them the last 30 days.\n"
    "xlsx needs --output.\n";

static const char *const caveat[] = {
    [LANGUAGE_EN] = "parta gives evidence; it is not a certified measuring instrument.",
    [LANGUAGE_RU] = "parta даёт свидетельства, но не является поверенным средством измерений.",
};

struct request {
	const struct view_report *report;
	const char *school, *from, *to, *at, *output;
	enum command_format format;
	bool is_xlsx;
	enum language language;
};

/* What the printers are given. */
struct printing {
	const struct view_report *report;
	const struct pg_result *rows, *words;
	enum language language;
};

static const char *
field_of(void *arg, size_t row, size_t column)
{
	const struct printing *p = arg;

	return db_field(p->rows, row, column);
}

static const char *
words_of_field(void *arg, size_t row, size_t column)
{
	const struct printing *p = arg;
	const struct view_column *c = &p->report->columns[column];
	const char *field = db_field(p->rows, row, column);

	if (c->kind == VIEW_TIME)
		return db_field(p->rows, row, c->local);
	if (c->kind != VIEW_WORD || !field)
		return field;
	for (size_t i = 0; i < db_rows(p->words); i++)
		if (strcmp(db_field(p->words, i, 0), c->words) == 0 &&
		    strcmp(db_field(p->words, i, 1), field) == 0)
			return db_field(p->words, i, p->language == LANGUAGE_RU ? 3 : 2);
	return field;
}

static int
print(const struct request *q, const struct print_rows *rows, FILE *out)
{
	const struct view_report *report = q->report;
	bool russian = q->language == LANGUAGE_RU;
	const char *title = russian ? report->title_ru : report->title_en;
	const char *notes[] = {
	    russian ? report->method_ru : report->method_en, caveat[q->language]};
	int r;

	if (q->is_xlsx)
		return print_xlsx(rows, q->language, title, notes, COUNT_OF(notes), q->output);
	if (q->format == FORMAT_JSON)
		return print_json(rows, out);
	if (q->format == FORMAT_CSV)
		return print_csv(rows, out);
	(void)fprintf(out, "%s\n\n", title);
	r = print_table(rows, q->language, out);
	(void)fputc('\n', out);
	for (size_t i = 0; i < COUNT_OF(notes); i++)
		print_note(notes[i], out);
	return r;
}

static int
report_rows(const struct request *q, struct views *views, FILE *out, FILE *err)
{
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	CLEANUP(db_free_at) struct pg_result *words = NULL;
	struct print_column columns[VIEW_COLUMNS_MAX];
	struct printing printing = {.report = q->report, .language = q->language};
	struct print_rows printed = {
	    .columns = columns,
	    .n_columns = q->report->n_columns,
	    .field = field_of,
	    .words = words_of_field,
	    .arg = &printing,
	};

	if (views_run(views, q->report, q->school, q->from, q->to, q->at, &rows) < 0 ||
	    views_words(views, &words) < 0)
		return desk_failed(err, "%s", views_error(views));
	printing.rows = rows;
	printing.words = words;
	printed.n_rows = db_rows(rows);
	for (size_t i = 0; i < q->report->n_columns; i++)
		columns[i] = (struct print_column){
		    .key = q->report->columns[i].key,
		    .is_number = q->report->columns[i].kind == VIEW_NUMBER,
		};
	if (print(q, &printed, out) < 0)
		return desk_failed(err, "could not write '%s'%s",
		    q->output ? q->output : "the result",
		    q->output ? ": may this user write there?" : "");
	return COMMAND_DONE;
}

static int
report(const struct request *q, const struct command_common *common, FILE *out, FILE *err)
{
	struct desk desk;
	int known = 1, status = desk_open(common, DESK_VIEWS, &desk, err);

	if (status != COMMAND_DONE)
		return status;
	if (q->school)
		known = views_school(desk.views, q->school);
	if (known == 0)
		status = desk_failed(err,
		    "school '%s' is not known: 'parta-collector school list' names all",
		    q->school);
	else if (known < 0)
		status = desk_failed(err, "%s", views_error(desk.views));
	else
		status = report_rows(q, desk.views, out, err);
	desk_close(&desk);
	return status;
}

/* "2026-11-25"; that it is in the calendar is the database's to say. */
static bool
is_day(const char *text)
{
	static const char form[] = "dddd-dd-dd";

	if (!text)
		return true;
	for (size_t i = 0; i < sizeof(form); i++) {
		if (form[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != form[i])
			return false;
	}
	return true;
}

/* xlsx is a format of this command alone. */
static bool
take_xlsx(int *argc, char *argv[])
{
	for (int i = 1; i < *argc && argv[i]; i++) {
		int used = strcmp(argv[i], "--format=xlsx") == 0 ? 1 : 0;

		if (strcmp(argv[i], "--format") == 0 && argv[i + 1] &&
		    strcmp(argv[i + 1], "xlsx") == 0)
			used = 2;
		if (used == 0)
			continue;
		for (int from = i + used; from <= *argc; from++)
			argv[from - used] = argv[from];
		*argc -= used;
		return true;
	}
	return false;
}

static int
read_request(int *argc, char *argv[], struct request *q, FILE *err)
{
	const struct {
		const char *name;
		const char **value;
	} options[] = {
	    {"--school", &q->school},
	    {"--from", &q->from},
	    {"--to", &q->to},
	    {"--at", &q->at},
	    {"--output", &q->output},
	};

	for (size_t i = 0; i < COUNT_OF(options); i++)
		if (command_option(argc, argv, options[i].name, options[i].value, err) !=
		    COMMAND_DONE)
			return COMMAND_USAGE;
	if (*argc != 2)
		return COMMAND_USAGE;
	q->report = views_find(argv[1]);
	if (!q->report) {
		(void)fprintf(err, "parta-collector: there is no report '%s'\n", argv[1]);
		return COMMAND_USAGE;
	}
	if (!is_day(q->from) || !is_day(q->to) || !is_day(q->at)) {
		(void)fprintf(err, "parta-collector: a day is written YYYY-MM-DD\n");
		return COMMAND_USAGE;
	}
	if (q->report->is_now && (q->at || q->from || q->to)) {
		(void)fprintf(err, "parta-collector: report '%s' is of now: it takes no day\n",
		    q->report->name);
		return COMMAND_USAGE;
	}
	if ((q->at && (q->from || q->to)) || q->is_xlsx != (q->output != NULL))
		return COMMAND_USAGE;
	return COMMAND_DONE;
}

int
command_report(int argc, char *argv[], FILE *out, FILE *err)
{
	struct request request = {
	    .is_xlsx = take_xlsx(&argc, argv), .language = words_language()};
	struct command_common common;
	int status = command_common(&argc, argv, &common, err);

	if (status == COMMAND_DONE && common.help) {
		(void)fputs(usage, out);
		return COMMAND_DONE;
	}
	if (status == COMMAND_DONE)
		status = read_request(&argc, argv, &request, err);
	if (status != COMMAND_DONE) {
		(void)fputs(usage, err);
		return COMMAND_USAGE;
	}
	request.format = common.format;
	return report(&request, &common, out, err);
}
