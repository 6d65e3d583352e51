/* Opening and closing what commands work on, and printing plain lists; see desk.h. */
#include "collector/desk.h"

#include <stdarg.h>
#include <string.h>

#include "collector/print.h"
#include "collector/store/connection.h"
#include "collector/store/views.h"
#include "common/cleanup.h"

enum { COLUMNS_MAX = 16 };

int
desk_failed(FILE *err, const char *format, ...)
{
	va_list args;

	(void)fputs("parta-collector: ", err);
	va_start(args, format);
	(void)vfprintf(err, format, args);
	va_end(args);
	(void)fputc('\n', err);
	return COMMAND_FAILED;
}

int
desk_open(const struct command_common *common, enum desk_way way, struct desk *ret, FILE *err)
{
	char words[256] = "";
	int r, status = command_settings(common, &ret->settings, err);

	ret->registry = NULL;
	ret->views = NULL;
	ret->db = NULL;
	if (status != COMMAND_DONE)
		return status;
	if (database_open(&ret->settings, true, &ret->database, err) < 0)
		return COMMAND_FAILED;
	if (way == DESK_REGISTRY)
		r = registry_open(ret->database.conninfo, &ret->registry, words);
	else if (way == DESK_VIEWS)
		r = views_open(ret->database.conninfo, &ret->views, words);
	else
		r = db_open(ret->database.conninfo, NULL, 0, &ret->db, words);
	if (r == 0)
		return COMMAND_DONE;
	database_close(&ret->database);
	return desk_failed(err, "%s", words);
}

void
desk_close(struct desk *desk)
{
	registry_close(desk->registry);
	views_close(desk->views);
	db_close(desk->db);
	database_close(&desk->database);
}

static const char *
plain_field(void *arg, size_t row, size_t column)
{
	return db_field(arg, row, column);
}

int
desk_print(const struct pg_result *rows, const char *const numbers[],
    enum command_format format, FILE *out, FILE *err)
{
	struct print_column columns[COLUMNS_MAX];
	union {
		const struct pg_result *in;
		void *out;
	} arg = {.in = rows};
	struct print_rows printed = {
	    .columns = columns,
	    .n_columns = db_columns(rows),
	    .n_rows = db_rows(rows),
	    .field = plain_field,
	    .words = plain_field,
	    .arg = arg.out,
	};
	int r;

	if (printed.n_columns > COLUMNS_MAX)
		printed.n_columns = COLUMNS_MAX;
	for (size_t c = 0; c < printed.n_columns; c++) {
		columns[c] = (struct print_column){.key = db_column(rows, c)};
		for (size_t n = 0; numbers[n]; n++)
			columns[c].is_number |= strcmp(numbers[n], columns[c].key) == 0;
	}
	if (format == FORMAT_JSON)
		r = print_json(&printed, out);
	else if (format == FORMAT_CSV)
		r = print_csv(&printed, out);
	else
		r = print_table(&printed, words_language(), out);
	return r < 0 ? desk_failed(err, "could not write the result") : COMMAND_DONE;
}

int
desk_list(struct desk *desk, enum registry_list what, const char *school,
    const char *const numbers[], enum command_format format, FILE *out, FILE *err)
{
	CLEANUP(db_free_at) struct pg_result *rows = NULL;

	if (registry_list(desk->registry, what, school, &rows) < 0)
		return desk_failed(err, "%s", registry_error(desk->registry));
	return desk_print(rows, numbers, format, out, err);
}
