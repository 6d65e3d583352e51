/* What clerks edit: CSV files into the tables of schema reference. */
#ifndef PARTA_COLLECTOR_STORE_REFERENCE_H
#define PARTA_COLLECTOR_STORE_REFERENCE_H

#include <stddef.h>

struct db;

/* THE LIST of files ("norm.csv", ...) in the order they must be loaded; NULL beyond its end. */
const char *reference_file(size_t i);

/*
 * Loads the text of one file into the table of its name, within the caller's
 * transaction: rows of the same key are changed, new ones added, and in lists
 * (norms, calendars, filter entries) those that are not in the file go. The first
 * line names the columns; comma or semicolon, whichever it uses. Returns as
 * db_text() does; db_error() names the line.
 */
int reference_load(struct db *db, const char *file, const char *text, size_t len);

#endif
