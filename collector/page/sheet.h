/* A workbook of one sheet (ECMA-376); memory does not grow with the rows. */
#ifndef PARTA_COLLECTOR_PAGE_SHEET_H
#define PARTA_COLLECTOR_PAGE_SHEET_H

#include "collector/page/list.h"

struct sheet;

/* Before it is packed. A greater one is no file for a spreadsheet. */
enum { SHEET_BYTES_MAX = 256 * 1024 * 1024 };

/* name: of the sheet, at most 31 characters. path NULL: a temporary file, which goes with the
 * sheet. 0 or a negative errno. */
int sheet_open(const char *name, const char *path, struct sheet **ret);
void sheet_free(struct sheet *sheet); /* accepts NULL */

/* The titles stand above the rows; cells of a row go from left to right. Each returns 0, -EIO,
 * or -E2BIG: a sheet does not hold so much. */
int sheet_title(struct sheet *sheet, size_t column, const char *title);
int sheet_row(struct sheet *sheet);
/* text as people read it; numbers, times ("2025-09-01 08:30:00") and days become such. */
int sheet_cell(struct sheet *sheet, size_t column, enum list_type type, const char *text);

/* For papers, which are printed: A4 lying, all columns on one page, the number of each page
 * below. To be called before the first row. */
enum { SHEET_PAPER_COLUMNS = 10 };
int sheet_paper(struct sheet *sheet);

enum sheet_look {
	SHEET_PLAIN,
	SHEET_TITLE,    /* bold and large, in the middle */
	SHEET_SUBTITLE, /* in the middle */
	SHEET_HEAD,     /* bold */
	SHEET_BOX,      /* a cell of a table */
	SHEET_BOX_HEAD, /* and of its first row */
};
/* A text over columns of the row, first and last included, which grows downwards; a number that
 * is one stays one. */
int sheet_span(struct sheet *sheet, size_t first, size_t last, enum sheet_look look,
    enum list_type type, const char *text);

/* Writes the file; then the bytes of a temporary one can be read, from the first to the last.
 */
int sheet_close(struct sheet *sheet);
int sheet_read(
    struct sheet *sheet, int (*fn)(void *arg, const void *bytes, size_t len), void *arg);

#endif
