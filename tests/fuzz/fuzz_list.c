/* A query string, whatever it is: it is refused in words, or becomes SQL that holds none of its
 * values. */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "collector/page/list.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct list
list_make(void)
{
	static const struct list_row row = {
	    "x", "x", "-onset,school", "onset", "end", NULL, RIGHT_READ};
	static const enum list_type types[] = {LIST_TEXT, LIST_WORD, LIST_NUMBER, LIST_TIME,
	    LIST_DATE, LIST_BOOLEAN, LIST_LIST, LIST_JSON};
	static const char *const keys[] = {
	    "school", "class", "count", "onset", "end", "corrected", "macs", "evidence"};
	struct list list = {.row = &row, .count = 8};

	for (size_t i = 0; i < list.count; i++) {
		list.columns[i].type = types[i];
		(void)snprintf(list.columns[i].key, LIST_NAME_SIZE, "%s", keys[i]);
		(void)snprintf(list.columns[i].sql_type, LIST_NAME_SIZE, "text");
	}
	return list;
}

/* Quotes around names come in pairs, and nothing ends the statement early. */
static void
check_sql(const char *sql, size_t n_values)
{
	size_t quotes = 0;
	char last[16];

	for (const char *c = sql; *c; c++) {
		quotes += *c == '"';
		assert(*c != ';' && (unsigned char)*c >= ' ' && (unsigned char)*c < 0x7f);
	}
	assert(quotes % 2 == 0);
	(void)snprintf(last, sizeof(last), "$%zu", n_values + 1);
	assert(!strstr(sql, last));
}

/* name NUL value NUL name NUL value ... */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char text[65536], sql[LIST_SQL_SIZE];
	static struct list_ask ask;
	struct list list = list_make();
	struct list_arg args[LIST_ARGS_MAX + 2];
	struct list_error error = {"", ""};
	size_t count = 0, at = 0;

	if (size >= sizeof(text))
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	for (; at < size && count < LIST_ARGS_MAX + 2; count++) {
		args[count].key = text + at;
		at += strlen(text + at) + 1;
		args[count].value = at < size ? text + at : "";
		at += at < size ? strlen(text + at) + 1 : 0;
	}
	if (list_read(&list, args, count, LANGUAGE_EN, &ask, &error) < 0) {
		assert(error.ru[0] && error.en[0]);
		return 0;
	}
	assert(ask.limit >= 1 && ask.limit <= LIST_ROWS_MAX);
	if (list_rows_sql(&ask, sql) == 0)
		check_sql(sql, (size_t)ask.n_values);
	if (list_total_sql(&ask, sql) == 0)
		check_sql(sql, (size_t)ask.n_values);
	if (list_export_sql(&ask, sql) == 0)
		check_sql(sql, (size_t)ask.n_values);
	return 0;
}
