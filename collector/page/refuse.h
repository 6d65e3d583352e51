/* How the page is told what is wrong: THE LIST of reasons, in the asker's language. */
#ifndef PARTA_COLLECTOR_PAGE_REFUSE_H
#define PARTA_COLLECTOR_PAGE_REFUSE_H

#include "collector/access/asker.h"
#include "common/words.h"

struct db;

enum language asker_language(const struct asker *asker);

/* By the code of a row of the list, or of access/reply.h. */
void refuse_code(struct http_reply *ret, const struct asker *asker, const char *code);

/* What such a code says; NULL when there is none. */
const char *refuse_says(const char *code, enum language language);

/* The words in the asker's language. */
void refuse_words(struct http_reply *ret, const struct asker *asker, unsigned status,
    const char *code, const char *ru, const char *en);

/* After a call of the database returned r < 0. */
void refuse_database(struct http_reply *ret, const struct asker *asker, struct db *db, int r);

#endif
