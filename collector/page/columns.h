/* What the database says of a list's columns, and of the words of their values. */
#ifndef PARTA_COLLECTOR_PAGE_COLUMNS_H
#define PARTA_COLLECTOR_PAGE_COLUMNS_H

#include "collector/page/list.h"
#include "common/bytes.h"

struct db;
struct words;

/* The columns of a list's view, and the same as a JSON array when ret_json is not NULL. 0;
 * -EPROTO the view is not there; or as db_query(). */
int columns_load(
    struct db *db, const struct list_row *row, struct list *ret, struct bytes *ret_json);

/* All dictionaries of api.word. 0 or as db_query(). */
int words_load(struct db *db, struct words **ret);
void words_free(struct words *words); /* accepts NULL */
/* What a key is called; the key itself when it has no words. */
const char *words_find(
    const struct words *words, const char *dictionary, const char *key, enum language language);

#endif
