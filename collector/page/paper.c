/*
 * Papers as HTML and as a sheet; see paper.h. Each kind of piece is a row of a
 * list here; what a piece needs around it (a table) is opened before it and
 * closed when another kind follows. Nothing is known of claims.
 */
#include "collector/page/paper.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "collector/page/sheet.h"
#include "common/check.h"

static const char head[] =
    "<!DOCTYPE html>\n<html lang=\"ru\">\n<head>\n<meta charset=\"utf-8\">\n<title>";
static const char style[] =
    "</title>\n<style>\n"
    "@page { size: A4; margin: 18mm 12mm 18mm 20mm; @bottom-center { content: \"Страница \" "
    "counter(page) \" из \" counter(pages); font: 8pt serif; } }\n"
    "body { font: 11pt/1.35 'PT Serif', 'Times New Roman', 'Liberation Serif', serif; color: "
    "#000; "
    "max-width: 180mm; margin: 0 auto; padding: 8mm 4mm; }\n"
    "h1 { font-size: 15pt; text-align: center; margin: 0 0 2mm; }\n"
    "h2 { font-size: 12pt; margin: 6mm 0 2mm; break-after: avoid; }\n"
    "p { margin: 0 0 2mm; }\n"
    ".under { text-align: center; margin-bottom: 6mm; }\n"
    "table { border-collapse: collapse; width: 100%; margin: 2mm 0 4mm; font-size: 8.5pt; }\n"
    "thead { display: table-header-group; }\n"
    "tr { break-inside: avoid; }\n"
    "th, td { border: 0.4pt solid #000; padding: 0.8mm 1.2mm; text-align: left; "
    "vertical-align: "
    "top; overflow-wrap: break-word; hyphens: auto; }\n"
    ".number { text-align: right; white-space: nowrap; }\n"
    ".pairs { font-size: 11pt; }\n"
    ".pairs th, .pairs td { border: 0; padding: 0.6mm 0; }\n"
    ".pairs th { width: 42%; font-weight: normal; padding-right: 4mm; }\n"
    ".sign { display: flex; gap: 4mm; align-items: flex-end; margin: 7mm 0 5mm; break-inside: "
    "avoid; }\n"
    ".sign span { flex: 0 0 42%; }\n"
    ".sign i { flex: 1; border-bottom: 0.4pt solid #000; position: relative; }\n"
    ".sign small { position: absolute; top: 100%; left: 0; right: 0; text-align: center; font: "
    "7pt serif; }\n"
    "@media print { body { max-width: none; padding: 0 0.4mm; } }\n"
    "</style>\n</head>\n<body>\n";

enum { LABEL_COLUMNS = 3 }; /* of a sheet: what stands before values and lines to sign */

enum around { AROUND_NOTHING, AROUND_PAIRS, AROUND_TABLE };

/* A paper under way. */
struct paper {
	struct bytes *out;
	struct sheet *sheet;
	enum around around;
	size_t n_columns, n_rows;
	bool is_number[PAPER_CELLS_MAX];
};

/* ---------------------------------------------------------------- HTML */

static int
add_escaped(struct bytes *out, const char *text)
{
	int r = 0;

	while (r == 0 && *text) {
		size_t plain = strcspn(text, "&<>\"");

		if (plain > 0)
			r = bytes_add(out, text, plain);
		else
			r = bytes_add_text(out, *text == '&'   ? "&amp;"
						: *text == '<' ? "&lt;"
						: *text == '>' ? "&gt;"
							       : "&quot;");
		text += plain > 0 ? plain : 1;
	}
	return r;
}

static int
add_element(struct bytes *out, const char *open, const char *text, const char *close)
{
	int r = bytes_add_text(out, open);

	if (r == 0)
		r = add_escaped(out, text ? text : "");
	return r == 0 ? bytes_add_text(out, close) : r;
}

/* A Russian paper has a comma. */
static int
add_number(struct bytes *out, const char *text)
{
	char comma[64];
	size_t len = strlen(text);

	if (len >= sizeof(comma))
		return add_element(out, "<td class=\"number\">", text, "</td>");
	for (size_t i = 0; i <= len; i++)
		comma[i] = (char)(text[i] == '.' ? ',' : text[i]);
	return add_element(out, "<td class=\"number\">", comma, "</td>");
}

static int
html_leave(struct paper *p)
{
	int r = 0;

	if (p->around == AROUND_TABLE && p->n_rows == 0)
		r = bytes_add_format(
		    p->out, "<tr><td colspan=\"%zu\">нет</td></tr>\n", p->n_columns);
	if (r == 0 && p->around != AROUND_NOTHING)
		r = bytes_add_text(
		    p->out, p->around == AROUND_TABLE ? "</tbody></table>\n" : "</table>\n");
	p->around = AROUND_NOTHING;
	return r;
}

/* The titles of a table: which columns hold numbers, and how many there are. */
static void
columns_read(struct paper *p, const struct paper_piece *piece)
{
	p->n_columns = p->n_rows = 0;
	while (p->n_columns < PAPER_CELLS_MAX && piece->cells[p->n_columns]) {
		p->is_number[p->n_columns] = piece->cells[p->n_columns][0] == '#';
		p->n_columns++;
	}
}

static const char *
title_of(const struct paper *p, const struct paper_piece *piece, size_t c)
{
	return piece->cells[c] + (p->is_number[c] ? 1 : 0);
}

static int
html_columns(struct paper *p, const struct paper_piece *piece)
{
	int r = bytes_add_text(p->out, "<table><thead><tr>");

	columns_read(p, piece);
	p->around = AROUND_TABLE;
	for (size_t c = 0; r == 0 && c < p->n_columns; c++)
		r = add_element(p->out, "<th>", title_of(p, piece, c), "</th>");
	return r == 0 ? bytes_add_text(p->out, "</tr></thead><tbody>\n") : r;
}

static int
html_row(struct paper *p, const struct paper_piece *piece)
{
	int r = bytes_add_text(p->out, "<tr>");

	p->n_rows++;
	for (size_t c = 0; r == 0 && c < p->n_columns; c++) {
		if (p->is_number[c] && piece->cells[c])
			r = add_number(p->out, piece->cells[c]);
		else
			r = add_element(p->out, "<td>", piece->cells[c], "</td>");
	}
	return r == 0 ? bytes_add_text(p->out, "</tr>\n") : r;
}

static int
html_pair(struct paper *p, const struct paper_piece *piece)
{
	int r = 0;

	if (p->around != AROUND_PAIRS)
		r = bytes_add_text(p->out, "<table class=\"pairs\">\n");
	p->around = AROUND_PAIRS;
	if (r == 0)
		r = add_element(p->out, "<tr><th>", piece->cells[0], "</th>");
	return r == 0 ? add_element(p->out, "<td>", piece->cells[1], "</td></tr>\n") : r;
}

static int
html_title(struct paper *p, const struct paper_piece *piece)
{
	return add_element(p->out, "<h1>", piece->cells[0], "</h1>\n");
}

static int
html_subtitle(struct paper *p, const struct paper_piece *piece)
{
	return add_element(p->out, "<p class=\"under\">", piece->cells[0], "</p>\n");
}

static int
html_head(struct paper *p, const struct paper_piece *piece)
{
	return add_element(p->out, "<h2>", piece->cells[0], "</h2>\n");
}

static int
html_text(struct paper *p, const struct paper_piece *piece)
{
	return add_element(p->out, "<p>", piece->cells[0], "</p>\n");
}

static int
html_sign(struct paper *p, const struct paper_piece *piece)
{
	return add_element(p->out, "<p class=\"sign\"><span>", piece->cells[0],
	    "</span><i><small>подпись</small></i>/<i><small>расшифровка "
	    "подписи</small></i>/<i><small>дата</small></i></p>\n");
}

/* ---------------------------------------------------------------- a sheet */

static int
sheet_line(struct paper *p, enum sheet_look look, const char *text)
{
	return sheet_span(p->sheet, 0, SHEET_PAPER_COLUMNS - 1, look, LIST_TEXT, text);
}

static int
sheet_title_line(struct paper *p, const struct paper_piece *piece)
{
	return sheet_line(p, SHEET_TITLE, piece->cells[0]);
}

static int
sheet_subtitle(struct paper *p, const struct paper_piece *piece)
{
	return sheet_line(p, SHEET_SUBTITLE, piece->cells[0]);
}

static int
sheet_head(struct paper *p, const struct paper_piece *piece)
{
	return sheet_line(p, SHEET_HEAD, piece->cells[0]);
}

static int
sheet_text(struct paper *p, const struct paper_piece *piece)
{
	return sheet_line(p, SHEET_PLAIN, piece->cells[0]);
}

/* What stands on the left, and the rest. */
static int
sheet_two(struct paper *p, const char *left, const char *right)
{
	int r = sheet_span(p->sheet, 0, LABEL_COLUMNS - 1, SHEET_PLAIN, LIST_TEXT, left);

	return r == 0 ? sheet_span(p->sheet, LABEL_COLUMNS, SHEET_PAPER_COLUMNS - 1,
			    SHEET_PLAIN, LIST_TEXT, right)
		      : r;
}

static int
sheet_pair(struct paper *p, const struct paper_piece *piece)
{
	return sheet_two(p, piece->cells[0], piece->cells[1] ? piece->cells[1] : "");
}

/* The columns of a table share those of the sheet. */
static int
sheet_table_cell(struct paper *p, size_t c, enum sheet_look look, const char *text)
{
	size_t first = c * SHEET_PAPER_COLUMNS / p->n_columns;
	size_t last = (c + 1) * SHEET_PAPER_COLUMNS / p->n_columns - 1;
	bool number = look == SHEET_BOX && p->is_number[c];

	return sheet_span(
	    p->sheet, first, last, look, number ? LIST_NUMBER : LIST_TEXT, text ? text : "");
}

static int
sheet_columns(struct paper *p, const struct paper_piece *piece)
{
	int r = 0;

	columns_read(p, piece);
	for (size_t c = 0; r == 0 && c < p->n_columns; c++)
		r = sheet_table_cell(p, c, SHEET_BOX_HEAD, title_of(p, piece, c));
	return r;
}

static int
sheet_table_row(struct paper *p, const struct paper_piece *piece)
{
	int r = 0;

	for (size_t c = 0; r == 0 && c < p->n_columns; c++)
		r = sheet_table_cell(p, c, SHEET_BOX, piece->cells[c]);
	return r;
}

static int
sheet_sign(struct paper *p, const struct paper_piece *piece)
{
	return sheet_two(p, piece->cells[0],
	    "____________________ / ______________________________ / «___» __________ 20__ г.");
}

/* ---------------------------------------------------------------- pieces */

/* THE LIST of kinds: how each is written, what it stands in, and whether a blank row of a sheet
 * stands before it. */
static const struct kind {
	const char *name;
	int (*html)(struct paper *p, const struct paper_piece *piece);
	int (*sheet)(struct paper *p, const struct paper_piece *piece);
	enum around around;
	bool is_apart;
} kinds[] = {
    {"title", html_title, sheet_title_line, AROUND_NOTHING, false},
    {"subtitle", html_subtitle, sheet_subtitle, AROUND_NOTHING, false},
    {"pair", html_pair, sheet_pair, AROUND_PAIRS, false},
    {"head", html_head, sheet_head, AROUND_NOTHING, true},
    {"text", html_text, sheet_text, AROUND_NOTHING, false},
    {"columns", html_columns, sheet_columns, AROUND_NOTHING, false},
    {"row", html_row, sheet_table_row, AROUND_TABLE, false},
    {"sign", html_sign, sheet_sign, AROUND_NOTHING, true},
};

/* NULL: a kind that is not known is left out. */
static const struct kind *
kind_of(const struct paper_piece *piece)
{
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (strcmp(kinds[i].name, piece->kind) == 0 &&
		    (piece->cells[0] || strcmp(piece->kind, "row") == 0))
			return &kinds[i];
	return NULL;
}

int
paper_html(const struct paper_piece pieces[], size_t count, struct bytes *ret)
{
	struct paper p = {.out = ret};
	int r = bytes_add_text(ret, head);

	if (r == 0 && count > 0)
		r = add_escaped(ret, pieces[0].cells[0] ? pieces[0].cells[0] : "");
	if (r == 0)
		r = bytes_add_text(ret, style);
	for (size_t i = 0; r == 0 && i < count; i++) {
		const struct kind *kind = kind_of(&pieces[i]);

		if (!kind)
			continue;
		if (kind->around != p.around)
			r = html_leave(&p);
		if (r == 0)
			r = kind->html(&p, &pieces[i]);
	}
	if (r == 0)
		r = html_leave(&p);
	return r == 0 ? bytes_add_text(ret, "</body>\n</html>\n") : r;
}

int
paper_sheet(const struct paper_piece pieces[], size_t count, struct sheet *sheet)
{
	struct paper p = {.sheet = sheet};
	bool first = true;
	int r = sheet_paper(sheet);

	for (size_t i = 0; r == 0 && i < count; i++) {
		const struct kind *kind = kind_of(&pieces[i]);

		if (!kind)
			continue;
		if (!first)
			r = sheet_row(sheet);
		if (r == 0 && kind->is_apart)
			r = sheet_row(sheet);
		if (r == 0)
			r = kind->sheet(&p, &pieces[i]);
		first = false;
	}
	return r;
}
