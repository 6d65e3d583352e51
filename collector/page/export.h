/* All rows of a list as a file: exactly as filtered, with words in the language asked for. */
#ifndef PARTA_COLLECTOR_PAGE_EXPORT_H
#define PARTA_COLLECTOR_PAGE_EXPORT_H

#include "collector/access/asker.h"
#include "collector/page/list.h"

/* A list's question under way. */
struct list_work {
	struct list list;
	struct list_ask ask;
	struct list_arg args[LIST_ARGS_MAX + 1];
	size_t n_args;
	char sql[LIST_SQL_SIZE];
};

/*
 * Streams the file, or refuses with *ret. Memory does not grow with the rows: they
 * come by a cursor. The export is written to the access log with its filter, the
 * number of rows and the SHA-256 of the file.
 */
void export_answer(struct db *db, const struct asker *asker, struct http_request *request,
    struct list_work *work, struct http_reply *ret);

#endif
