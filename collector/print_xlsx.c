/*
 * A workbook of one sheet (ECMA-376) for those who read spreadsheets: titles and
 * words in the reader's language, numbers as numbers, notes below. The only user
 * of libxlsxwriter; memory does not grow with the rows.
 */
#include <errno.h>
#include <string.h>
#include <xlsxwriter.h>

#include "collector/print.h"
#include "common/text.h"

static void
write_rows(lxw_worksheet *sheet, lxw_format *bold, const struct print_rows *rows,
    enum language language)
{
	for (size_t c = 0; c < rows->n_columns; c++)
		(void)worksheet_write_string(
		    sheet, 0, (lxw_col_t)c, words_of(language, rows->columns[c].key), bold);
	for (size_t r = 0; r < rows->n_rows; r++)
		for (size_t c = 0; c < rows->n_columns; c++) {
			const char *text = rows->words(rows->arg, r, c);
			double number;

			if (!text)
				continue;
			if (rows->columns[c].is_number &&
			    text_f64(text, -1e300, 1e300, &number) == 0)
				(void)worksheet_write_number(
				    sheet, (lxw_row_t)r + 1, (lxw_col_t)c, number, NULL);
			else
				(void)worksheet_write_string(
				    sheet, (lxw_row_t)r + 1, (lxw_col_t)c, text, NULL);
		}
}

int
print_xlsx(const struct print_rows *rows, enum language language, const char *title,
    const char *const notes[], size_t n_notes, const char *path)
{
	lxw_workbook_options options = {.constant_memory = LXW_TRUE};
	lxw_workbook *book = workbook_new_opt(path, &options);
	lxw_worksheet *sheet;
	lxw_format *bold;

	if (!book)
		return -ENOMEM;
	sheet = workbook_add_worksheet(book, title);
	bold = workbook_add_format(book);
	if (!sheet || !bold) {
		(void)workbook_close(book);
		return -EINVAL;
	}
	format_set_bold(bold);
	(void)worksheet_set_column(sheet, 0, (lxw_col_t)(rows->n_columns - 1), 22, NULL);
	worksheet_freeze_panes(sheet, 1, 0);
	write_rows(sheet, bold, rows, language);
	for (size_t i = 0; i < n_notes; i++)
		(void)worksheet_write_string(
		    sheet, (lxw_row_t)(rows->n_rows + 2 + i), 0, notes[i], NULL);
	return workbook_close(book) == LXW_NO_ERROR ? 0 : -EIO;
}
