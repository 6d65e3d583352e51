/* Fields of a CSV file for spreadsheets (RFC 4180). Pure. */
#ifndef PARTA_COLLECTOR_PAGE_CSV_TEXT_H
#define PARTA_COLLECTOR_PAGE_CSV_TEXT_H

#include <stdbool.h>

#include "common/bytes.h"
#include "common/words.h"

/*
 * Appends a field. In Russian fields are parted by semicolons and numbers have a comma, as a
 * spreadsheet in Russian reads them. A text that a spreadsheet would take for a formula gets an
 * apostrophe before it; a number stays one. 0 or as bytes_add().
 */
int csv_text_add(
    struct bytes *ret, const char *text, bool is_number, bool is_first, enum language language);

#endif
