/* The only user of libxlsxwriter, with constant memory: rows go to a file as soon as the next
 * begins. */
#include "collector/page/sheet.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "common/check.h"
#include "common/cleanup.h"
#include "common/text.h"

enum {
	ROWS_MAX = 1048576,
	CELL_BYTES_MAX = 32000, /* a cell holds 32,767 characters */
	COLUMN_WIDTH = 22,
	PIECE_BYTES = 32 * 1024,
	CELL_BYTES = 48, /* of what stands around a text */
	PAPER_A4 = 9,    /* ECMA-376, 18.3.1.63 */
	PAPER_COLUMN_WIDTH = 13,
	PAPER_COLUMN_CHARACTERS = 12, /* that surely stand beside each other in it */
	TITLE_POINTS = 14,
	TEXT_POINTS = 11,
	LINE_POINTS = 15,
};

struct sheet {
	char own[64]; /* the temporary file; "" none */
	lxw_workbook *book;
	lxw_worksheet *page;
	lxw_format *bold, *time, *day;
	lxw_format *looks[SHEET_BOX_HEAD + 1]; /* of a paper */
	lxw_row_t grown_row;
	double grown_points;
	lxw_row_t row;
	uint64_t bytes; /* so many at the most stand in the temporary file */
};

/* The library asks for the time in a way that has one place for the answer of all threads. */
static lxw_error
book_close(lxw_workbook *book)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	lxw_error error;

	(void)pthread_mutex_lock(&lock);
	error = workbook_close(book);
	(void)pthread_mutex_unlock(&lock);
	return error;
}

/* A name of its own below /tmp. */
static int
path_make(struct sheet *sheet)
{
	int fd;

	(void)text_copy(sheet->own, sizeof(sheet->own), "/tmp/parta-export-XXXXXX");
	fd = mkostemp(sheet->own, O_CLOEXEC);
	if (fd < 0) {
		sheet->own[0] = '\0';
		return -errno;
	}
	(void)close(fd);
	return 0;
}

int
sheet_open(const char *name, const char *path, struct sheet **ret)
{
	lxw_workbook_options options = {.constant_memory = LXW_TRUE};
	struct sheet *sheet = calloc(1, sizeof(*sheet));
	int r = sheet ? 0 : -ENOMEM;

	if (r == 0 && !path)
		r = path_make(sheet);
	if (r == 0) {
		sheet->book = workbook_new_opt(path ? path : sheet->own, &options);
		sheet->page = sheet->book ? workbook_add_worksheet(sheet->book, name) : NULL;
		r = sheet->page ? 0 : -ENOMEM;
	}
	if (r < 0) {
		sheet_free(sheet);
		return r;
	}
	sheet->bold = workbook_add_format(sheet->book);
	sheet->time = workbook_add_format(sheet->book);
	sheet->day = workbook_add_format(sheet->book);
	format_set_bold(sheet->bold);
	format_set_num_format(sheet->time, "yyyy-mm-dd hh:mm:ss");
	format_set_num_format(sheet->day, "yyyy-mm-dd");
	*ret = sheet;
	return 0;
}

void
sheet_free(struct sheet *sheet)
{
	if (!sheet)
		return;
	lxw_workbook_free(sheet->book);
	if (sheet->own[0])
		(void)unlink(sheet->own);
	free(sheet);
}

int
sheet_title(struct sheet *sheet, size_t column, const char *title)
{
	lxw_col_t c = (lxw_col_t)column;

	if (c == 0)
		worksheet_freeze_panes(sheet->page, 1, 0);
	if (worksheet_set_column(sheet->page, c, c, COLUMN_WIDTH, NULL) != LXW_NO_ERROR)
		return -EIO;
	return worksheet_write_string(sheet->page, 0, c, title, sheet->bold) == LXW_NO_ERROR
		   ? 0
		   : -EIO;
}

int
sheet_paper(struct sheet *sheet)
{
	for (size_t i = 0; i < COUNT_OF(sheet->looks); i++) {
		lxw_format *look = sheet->looks[i] = workbook_add_format(sheet->book);

		if (!look)
			return -ENOMEM;
		format_set_font_name(look, "Times New Roman");
		format_set_font_size(look, i == SHEET_TITLE ? TITLE_POINTS : TEXT_POINTS);
		format_set_text_wrap(look);
		format_set_align(look, LXW_ALIGN_VERTICAL_TOP);
		if (i == SHEET_TITLE || i == SHEET_SUBTITLE)
			format_set_align(look, LXW_ALIGN_CENTER);
		if (i == SHEET_TITLE || i == SHEET_HEAD || i == SHEET_BOX_HEAD)
			format_set_bold(look);
		if (i == SHEET_BOX || i == SHEET_BOX_HEAD)
			format_set_border(look, LXW_BORDER_THIN);
	}
	worksheet_set_paper(sheet->page, PAPER_A4);
	worksheet_set_landscape(sheet->page);
	worksheet_fit_to_pages(sheet->page, 1, 0);
	worksheet_set_margins(sheet->page, 0.8, 0.5, 0.6, 0.7);
	if (worksheet_set_footer(sheet->page, "&C&9Страница &P из &N") != LXW_NO_ERROR)
		return -EIO;
	return worksheet_set_column(sheet->page, 0, SHEET_PAPER_COLUMNS - 1, PAPER_COLUMN_WIDTH,
		   NULL) == LXW_NO_ERROR
		   ? 0
		   : -EIO;
}

/* A row is as high as the longest of its texts needs. */
static lxw_error
row_grow(struct sheet *sheet, size_t columns, enum sheet_look look, const char *text)
{
	size_t lines = 1 + (text_width(text) - 1) / (columns * PAPER_COLUMN_CHARACTERS);
	double points = (double)lines * (look == SHEET_TITLE ? 20 : LINE_POINTS);

	if (sheet->grown_row != sheet->row)
		sheet->grown_points = 0;
	sheet->grown_row = sheet->row;
	if (points <= sheet->grown_points)
		return LXW_NO_ERROR;
	sheet->grown_points = points;
	return worksheet_set_row(sheet->page, sheet->row, points, NULL);
}

int
sheet_span(struct sheet *sheet, size_t first, size_t last, enum sheet_look look,
    enum list_type type, const char *text)
{
	lxw_col_t from = (lxw_col_t)first, to = (lxw_col_t)last;
	lxw_format *format = sheet->looks[look];
	lxw_error error = LXW_NO_ERROR;
	double number;

	sheet->bytes += strlen(text) + CELL_BYTES;
	if (sheet->bytes > SHEET_BYTES_MAX)
		return -E2BIG;
	if (*text)
		error = row_grow(sheet, last - first + 1, look, text);
	if (error == LXW_NO_ERROR && last > first)
		error = worksheet_merge_range(
		    sheet->page, sheet->row, from, sheet->row, to, text, format);
	if (error != LXW_NO_ERROR)
		return -EIO;
	if (type == LIST_NUMBER && text_f64(text, -1e300, 1e300, &number) == 0)
		error = worksheet_write_number(sheet->page, sheet->row, from, number, format);
	else if (last == first)
		error = worksheet_write_string(sheet->page, sheet->row, from, text, format);
	return error == LXW_NO_ERROR ? 0 : -EIO;
}

int
sheet_row(struct sheet *sheet)
{
	return ++sheet->row < ROWS_MAX ? 0 : -E2BIG;
}

static bool
moment_read(const char *text, lxw_datetime *ret)
{
	struct tm tm = {0};
	const char *end = strptime(text, "%Y-%m-%d", &tm);

	if (end && *end == ' ')
		end = strptime(end, " %H:%M:%S", &tm);
	*ret = (lxw_datetime){.year = tm.tm_year + 1900,
	    .month = tm.tm_mon + 1,
	    .day = tm.tm_mday,
	    .hour = tm.tm_hour,
	    .min = tm.tm_min,
	    .sec = tm.tm_sec};
	return end && *end == '\0' && tm.tm_year >= 0;
}

static lxw_error
text_cell(struct sheet *sheet, lxw_col_t c, const char *text)
{
	char cut[CELL_BYTES_MAX + 1];

	if (strnlen(text, sizeof(cut)) < sizeof(cut))
		return worksheet_write_string(sheet->page, sheet->row, c, text, NULL);
	(void)text_copy(cut, sizeof(cut), text);
	return worksheet_write_string(sheet->page, sheet->row, c, cut, NULL);
}

int
sheet_cell(struct sheet *sheet, size_t column, enum list_type type, const char *text)
{
	lxw_col_t c = (lxw_col_t)column;
	lxw_datetime moment;
	double number;
	lxw_error error;

	if (*text == '\0')
		return 0;
	sheet->bytes += strlen(text) + CELL_BYTES;
	if (sheet->bytes > SHEET_BYTES_MAX)
		return -E2BIG;
	if (type == LIST_NUMBER && text_f64(text, -1e300, 1e300, &number) == 0)
		error = worksheet_write_number(sheet->page, sheet->row, c, number, NULL);
	else if ((type == LIST_TIME || type == LIST_DATE) && moment_read(text, &moment))
		error = worksheet_write_datetime(sheet->page, sheet->row, c, &moment,
		    type == LIST_TIME ? sheet->time : sheet->day);
	else
		error = text_cell(sheet, c, text);
	return error == LXW_NO_ERROR ? 0 : -EIO;
}

int
sheet_close(struct sheet *sheet)
{
	lxw_workbook *book = TAKE(sheet->book, NULL);

	return book_close(book) == LXW_NO_ERROR ? 0 : -EIO;
}

int
sheet_read(struct sheet *sheet, int (*fn)(void *arg, const void *bytes, size_t len), void *arg)
{
	CLEANUP(close_at) int fd = open(sheet->own, O_RDONLY | O_CLOEXEC);
	char bytes[PIECE_BYTES];
	int r = fd < 0 ? -errno : 0;

	while (r == 0) {
		ssize_t len = read(fd, bytes, sizeof(bytes));

		if (len <= 0)
			return len < 0 ? -errno : 0;
		r = fn(arg, bytes, (size_t)len);
	}
	return r;
}
