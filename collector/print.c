/*
 * Tables, JSON lines and CSV out of rows. Numbers are printed as the database
 * wrote them: nothing is rounded on its way. Widths are those of a terminal, so
 * that Cyrillic columns stand straight.
 */
#include "collector/print.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "common/check.h"
#include "common/text.h"

enum { COLUMNS_MAX = 32, NOTE_WIDTH = 96, GAP = 2 };

static void
json_text(const char *text, FILE *out)
{
	(void)fputc('"', out);
	for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
		if (*c == '"' || *c == '\\')
			(void)fprintf(out, "\\%c", *c);
		else if (*c < 0x20)
			(void)fprintf(out, "\\u%04x", *c);
		else
			(void)fputc(*c, out);
	}
	(void)fputc('"', out);
}

static int
finished(FILE *out)
{
	return fflush(out) == 0 && !ferror(out) ? 0 : -EIO;
}

int
print_json(const struct print_rows *rows, FILE *out)
{
	for (size_t r = 0; r < rows->n_rows; r++) {
		for (size_t c = 0; c < rows->n_columns; c++) {
			const char *field = rows->field(rows->arg, r, c);

			(void)fputc(c ? ',' : '{', out);
			json_text(rows->columns[c].key, out);
			(void)fputc(':', out);
			if (!field)
				(void)fputs("null", out);
			else if (rows->columns[c].is_number)
				(void)fputs(field, out);
			else
				json_text(field, out);
		}
		(void)fputs("}\n", out);
	}
	return finished(out);
}

static void
csv_text(const char *text, FILE *out)
{
	if (!strpbrk(text, ",\"\r\n")) {
		(void)fputs(text, out);
		return;
	}
	(void)fputc('"', out);
	for (; *text; text++) {
		if (*text == '"')
			(void)fputc('"', out);
		(void)fputc(*text, out);
	}
	(void)fputc('"', out);
}

int
print_csv(const struct print_rows *rows, FILE *out)
{
	for (size_t c = 0; c < rows->n_columns; c++)
		(void)fprintf(out, "%s%s", c ? "," : "", rows->columns[c].key);
	(void)fputs("\r\n", out);
	for (size_t r = 0; r < rows->n_rows; r++) {
		for (size_t c = 0; c < rows->n_columns; c++) {
			const char *field = rows->field(rows->arg, r, c);

			if (c)
				(void)fputc(',', out);
			csv_text(field ? field : "", out);
		}
		(void)fputs("\r\n", out);
	}
	return finished(out);
}

static void
pad(size_t count, char with, FILE *out)
{
	for (; count > 0; count--)
		(void)fputc(with, out);
}

/* One cell; the last column of a row ends without blanks. */
static void
cell(const char *text, size_t width, bool right, bool last, FILE *out)
{
	size_t own = text_width(text);
	size_t rest = own < width ? width - own : 0;

	pad(right ? rest : 0, ' ', out);
	(void)fputs(text, out);
	if (!last)
		pad((right ? 0 : rest) + GAP, ' ', out);
}

static const char *
words_or_dash(const struct print_rows *rows, size_t r, size_t c)
{
	const char *words = rows->words(rows->arg, r, c);

	return words && *words ? words : "-";
}

static void
measure(
    const struct print_rows *rows, enum language language, size_t widths[static COLUMNS_MAX])
{
	for (size_t c = 0; c < rows->n_columns; c++) {
		widths[c] = text_width(words_of(language, rows->columns[c].key));
		for (size_t r = 0; r < rows->n_rows; r++) {
			size_t width = text_width(words_or_dash(rows, r, c));

			if (width > widths[c])
				widths[c] = width;
		}
	}
}

int
print_table(const struct print_rows *rows, enum language language, FILE *out)
{
	size_t widths[COLUMNS_MAX];

	CHECK(rows->n_columns <= COLUMNS_MAX);
	if (rows->n_rows == 0) {
		(void)fputs(language == LANGUAGE_RU ? "нет данных\n" : "no data\n", out);
		return finished(out);
	}
	measure(rows, language, widths);
	for (size_t c = 0; c < rows->n_columns; c++)
		cell(words_of(language, rows->columns[c].key), widths[c],
		    rows->columns[c].is_number, c + 1 == rows->n_columns, out);
	(void)fputc('\n', out);
	for (size_t c = 0; c < rows->n_columns; c++) {
		pad(widths[c], '-', out);
		if (c + 1 < rows->n_columns)
			pad(GAP, ' ', out);
	}
	(void)fputc('\n', out);
	for (size_t r = 0; r < rows->n_rows; r++) {
		for (size_t c = 0; c < rows->n_columns; c++)
			cell(words_or_dash(rows, r, c), widths[c], rows->columns[c].is_number,
			    c + 1 == rows->n_columns, out);
		(void)fputc('\n', out);
	}
	return finished(out);
}

void
print_note(const char *text, FILE *out)
{
	size_t at = 0;

	while (*text) {
		char word[256];
		size_t len = strcspn(text, " ");
		size_t width;

		if (len >= sizeof(word))
			len = sizeof(word) - 1;
		memcpy(word, text, len);
		word[len] = '\0';
		width = text_width(word);
		if (at > 0 && at + 1 + width > NOTE_WIDTH) {
			(void)fputc('\n', out);
			at = 0;
		}
		(void)fprintf(out, "%s%s", at ? " " : "", word);
		at += width + (at ? 1 : 0);
		text += len;
		text += strspn(text, " ");
	}
	(void)fputc('\n', out);
}
