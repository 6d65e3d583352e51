/*
 * A paper for people who sign: pieces in their order become a page to print or a
 * sheet. What the pieces say is api.claim_paper's (sql/views/claim_paper.sql).
 */
#ifndef PARTA_COLLECTOR_PAGE_PAPER_H
#define PARTA_COLLECTOR_PAGE_PAPER_H

#include <stddef.h>

#include "common/bytes.h"

struct sheet;

enum { PAPER_CELLS_MAX = 10 };

/*
 * kind: title, subtitle, pair (label, value), head, text, columns (titles of a table, a '#'
 * before one says that its cells are numbers with a point), row (of the table that columns
 * began), sign (who). Cells are UTF-8; NULL: nothing stands there.
 */
struct paper_piece {
	const char *kind;
	const char *cells[PAPER_CELLS_MAX];
};

/* A whole HTML document that needs nothing from elsewhere. The same pieces give the same bytes.
 * 0, -EFBIG or -ENOMEM. */
int paper_html(const struct paper_piece pieces[], size_t count, struct bytes *ret);

/* As sheet_cell(). */
int paper_sheet(const struct paper_piece pieces[], size_t count, struct sheet *sheet);

#endif
