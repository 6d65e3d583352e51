/* Rows as a workbook: titles and words in the reader's language, numbers as numbers, notes
 * below. */
#include "collector/page/sheet.h"
#include "collector/print.h"

static int
write_rows(struct sheet *sheet, const struct print_rows *rows, enum language language)
{
	int r = 0;

	for (size_t c = 0; r == 0 && c < rows->n_columns; c++)
		r = sheet_title(sheet, c, words_of(language, rows->columns[c].key));
	for (size_t i = 0; r == 0 && i < rows->n_rows; i++) {
		r = sheet_row(sheet);
		for (size_t c = 0; r == 0 && c < rows->n_columns; c++) {
			const char *text = rows->words(rows->arg, i, c);

			r = sheet_cell(sheet, c,
			    rows->columns[c].is_number ? LIST_NUMBER : LIST_TEXT,
			    text ? text : "");
		}
	}
	return r;
}

int
print_xlsx(const struct print_rows *rows, enum language language, const char *title,
    const char *const notes[], size_t n_notes, const char *path)
{
	struct sheet *sheet;
	int r = sheet_open(title, path, &sheet);

	if (r < 0)
		return r;
	r = write_rows(sheet, rows, language);
	if (r == 0)
		r = sheet_row(sheet);
	for (size_t i = 0; r == 0 && i < n_notes; i++) {
		r = sheet_row(sheet);
		if (r == 0)
			r = sheet_cell(sheet, 0, LIST_TEXT, notes[i]);
	}
	if (r == 0)
		r = sheet_close(sheet);
	sheet_free(sheet);
	return r;
}
