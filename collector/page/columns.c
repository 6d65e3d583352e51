/* Reads api.view_column and api.word. */
#include "collector/page/columns.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "collector/store/connection.h"
#include "common/cleanup.h"
#include "common/text.h"

/* ---------------------------------------------------------------- columns */

/* Names are written into SQL: a title's dictionary comes from a file that people edit. */
static bool
is_name(const char *text)
{
	return *text && text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0';
}

static int
column_take(const struct pg_result *rows, size_t i, struct list_column *ret)
{
	const char *words = db_field(rows, i, 3);

	(void)text_copy(ret->key, sizeof(ret->key), db_field(rows, i, 0));
	(void)text_copy(ret->sql_type, sizeof(ret->sql_type), db_field(rows, i, 1));
	ret->type = list_type_of(db_field(rows, i, 2));
	(void)text_copy(ret->words, sizeof(ret->words), words ? words : "");
	(void)text_copy(ret->ru, sizeof(ret->ru), db_field(rows, i, 4));
	(void)text_copy(ret->en, sizeof(ret->en), db_field(rows, i, 5));
	if (ret->type == LIST_WORD && !is_name(ret->words))
		ret->type = LIST_TEXT;
	return is_name(ret->key) ? 0 : -EPROTO;
}

int
columns_load(
    struct db *db, const struct list_row *row, struct list *ret, struct bytes *ret_json)
{
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	const char *const values[] = {row->view};
	int r = db_query(db,
	    "SELECT key, sql_type, type, words, ru, en,"
	    " json_strip_nulls(json_build_object('key', key, 'type', type, 'words', words,"
	    " 'ru', ru, 'en', en))"
	    " FROM api.view_column WHERE view = $1 ORDER BY ordinal",
	    values, 1, &rows);

	if (r < 0)
		return r;
	if (db_rows(rows) == 0 || db_rows(rows) > LIST_COLUMNS_MAX)
		return -EPROTO;
	ret->row = row;
	ret->count = db_rows(rows);
	for (size_t i = 0; r == 0 && i < ret->count; i++) {
		r = column_take(rows, i, &ret->columns[i]);
		if (r == 0 && ret_json)
			r = bytes_add_format(
			    ret_json, "%s%s", i ? "," : "[", db_field(rows, i, 6));
	}
	return r == 0 && ret_json ? bytes_add_text(ret_json, "]") : r;
}

/* ---------------------------------------------------------------- words */

/* Rows of dictionary, key, Russian, English, in the order of their bytes. */
struct words {
	struct pg_result *rows;
};

int
words_load(struct db *db, struct words **ret)
{
	struct words *words = calloc(1, sizeof(*words));
	int r;

	if (!words)
		return -ENOMEM;
	r = db_text(db,
	    "SELECT dictionary, key, ru, en FROM api.word"
	    " ORDER BY dictionary COLLATE \"C\", key COLLATE \"C\"",
	    &words->rows);
	if (r < 0)
		free(words);
	else
		*ret = words;
	return r;
}

void
words_free(struct words *words)
{
	if (!words)
		return;
	db_free(words->rows);
	free(words);
}

static int
compare(const struct words *words, size_t row, const char *dictionary, const char *key)
{
	int order = strcmp(db_field(words->rows, row, 0), dictionary);

	return order ? order : strcmp(db_field(words->rows, row, 1), key);
}

const char *
words_find(
    const struct words *words, const char *dictionary, const char *key, enum language language)
{
	size_t low = 0, high = db_rows(words->rows);

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = compare(words, middle, dictionary, key);

		if (order == 0)
			return db_field(words->rows, middle, language == LANGUAGE_RU ? 2 : 3);
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return key;
}
