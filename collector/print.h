/*
 * Rows for people and for programs: a table with words in the reader's language,
 * JSON (one object a line) and CSV (RFC 4180) with keys that are never translated.
 * Where a row's fields come from is the caller's.
 */
#ifndef PARTA_COLLECTOR_PRINT_H
#define PARTA_COLLECTOR_PRINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "common/words.h"

struct print_column {
	const char *key;
	bool is_number; /* right-aligned; JSON prints it as it is */
};

struct print_rows {
	const struct print_column *columns;
	size_t n_columns, n_rows;
	/* A field for programs, or as people read it; NULL: there is none. The text lives until
	 * the rows do. */
	const char *(*field)(void *arg, size_t row, size_t column);
	const char *(*words)(void *arg, size_t row, size_t column);
	void *arg;
};

/* Each returns 0, or -EIO when `out` does not take it. */
int print_json(const struct print_rows *rows, FILE *out);
int print_csv(const struct print_rows *rows, FILE *out);
/* Titles are the words of the keys; without rows one line says so. */
int print_table(const struct print_rows *rows, enum language language, FILE *out);
/* An Office Open XML workbook (.xlsx) of one sheet, with notes below the rows. */
int print_xlsx(const struct print_rows *rows, enum language language, const char *title,
    const char *const notes[], size_t n_notes, const char *path);

/* A sentence as lines of at most 96 columns. */
void print_note(const char *text, FILE *out);

#endif
