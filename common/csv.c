/*
 * A reader of rows with no memory of its own. A field is taken as bytes first and
 * cleaned whole, since a Windows-1251 letter is no character until its neighbours
 * are seen.
 */
#include "common/csv.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "common/text.h"

void
csv_start(struct csv *csv, const char *text, size_t len)
{
	static const char delimiters[] = {';', '\t', ','};

	csv->at = text;
	csv->end = text + len;
	csv->line = 0;
	csv->next_line = 1;
	csv->count = 0;
	csv->error = csv->error_ru = NULL;
	csv->delimiter = ',';
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		csv->at += 3;
	for (size_t i = 0; i < sizeof(delimiters); i++)
		for (const char *c = csv->at; c < csv->end && *c != '\n'; c++)
			if (*c == delimiters[i]) {
				csv->delimiter = delimiters[i];
				return;
			}
}

static int
refuse(struct csv *csv, const char *why, const char *why_ru)
{
	csv->error = why;
	csv->error_ru = why_ru;
	csv->at = csv->end;
	return -EBADMSG;
}

static void
line_break(struct csv *csv, char c)
{
	if (c == '\n')
		csv->next_line++;
}

/* A quoted field's bytes; the opening quote is behind us. */
static int
take_quoted(struct csv *csv, char raw[static CSV_FIELD_BYTES_MAX], size_t *ret_len)
{
	size_t len = 0;

	for (;;) {
		char c;

		if (csv->at == csv->end)
			return refuse(csv, "a quote is opened and never closed",
			    "кавычка открыта и не закрыта");
		c = *csv->at++;
		line_break(csv, c);
		if (c == '"') {
			if (csv->at == csv->end || *csv->at != '"')
				break;
			csv->at++;
		}
		if (len + 1 == CSV_FIELD_BYTES_MAX)
			return refuse(
			    csv, "a field is longer than 1023 bytes", "поле длиннее 1023 байт");
		raw[len++] = c;
	}
	if (csv->at < csv->end && *csv->at != csv->delimiter && *csv->at != '\r' &&
	    *csv->at != '\n')
		return refuse(csv, "something follows a closing quote",
		    "после закрывающей кавычки что-то стоит");
	*ret_len = len;
	return 0;
}

static int
take_plain(struct csv *csv, char raw[static CSV_FIELD_BYTES_MAX], size_t *ret_len)
{
	size_t len = 0;

	for (; csv->at < csv->end; csv->at++) {
		char c = *csv->at;

		if (c == csv->delimiter || c == '\r' || c == '\n')
			break;
		if (len + 1 == CSV_FIELD_BYTES_MAX)
			return refuse(
			    csv, "a field is longer than 1023 bytes", "поле длиннее 1023 байт");
		raw[len++] = c;
	}
	*ret_len = len;
	return 0;
}

/* Fields up to the end of the line, which is taken too. */
static int
take_row(struct csv *csv)
{
	csv->line = csv->next_line;
	csv->count = 0;
	for (;;) {
		char raw[CSV_FIELD_BYTES_MAX];
		size_t len = 0;
		bool quoted = csv->at < csv->end && *csv->at == '"';
		int r;

		if (csv->count == CSV_FIELDS_MAX)
			return refuse(
			    csv, "a row has more than 64 fields", "в строке больше 64 полей");
		csv->at += quoted;
		r = quoted ? take_quoted(csv, raw, &len) : take_plain(csv, raw, &len);
		if (r < 0)
			return r;
		(void)text_clean(csv->field[csv->count++], CSV_FIELD_BYTES_MAX, raw, len);
		if (csv->at == csv->end)
			return 0;
		if (*csv->at != csv->delimiter)
			break;
		csv->at++;
	}
	if (*csv->at == '\r')
		csv->at++;
	if (csv->at < csv->end && *csv->at == '\n')
		csv->at++;
	csv->next_line++;
	return 0;
}

int
csv_next(struct csv *csv)
{
	do {
		int r;

		if (csv->at == csv->end)
			return -ENODATA;
		if (csv->next_line > CSV_LINES_MAX)
			return refuse(csv, "the file has more than 1000000 lines",
			    "в файле больше 1000000 строк");
		r = take_row(csv);
		if (r < 0)
			return r;
	} while (csv->count == 1 && csv->field[0][0] == '\0');
	return 0;
}
