/*
 * CSV as people send it (RFC 4180): comma, semicolon or tab, a byte order mark,
 * Windows-1251 or UTF-8. Bounded and pure; what is wrong is told with its line.
 */
#ifndef PARTA_COMMON_CSV_H
#define PARTA_COMMON_CSV_H

#include <stddef.h>

enum { CSV_FIELDS_MAX = 64, CSV_FIELD_BYTES_MAX = 1024, CSV_LINES_MAX = 1000000 };

struct csv {
	const char *at, *end;
	char delimiter;
	unsigned line; /* of the row that was read last, from 1 */
	unsigned next_line;
	size_t count; /* its fields */
	char field[CSV_FIELDS_MAX]
		  [CSV_FIELD_BYTES_MAX]; /* clean UTF-8, blanks around taken off */
	const char *error, *error_ru;    /* after -EBADMSG: what is wrong with that row */
};

/* Begins over text that outlives it; the delimiter is what the first line uses. */
void csv_start(struct csv *csv, const char *text, size_t len);

/*
 * The next row that is not empty: 0, -ENODATA at the end, or -EBADMSG: a quote
 * that never ends, something after a quote, too many or too long fields, too many
 * lines.
 */
int csv_next(struct csv *csv);

#endif
