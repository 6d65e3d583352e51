/* Accounts: what an administrator makes and changes, on the page and at the console. */
#ifndef PARTA_COLLECTOR_ACCESS_PEOPLE_H
#define PARTA_COLLECTOR_ACCESS_PEOPLE_H

#include "collector/access/asker.h"

/* What an account becomes; NULL: as it is, or its default when it is new. */
struct person {
	const char *login, *name, *role, *municipality, *language;
	const char *schools; /* codes as an array of PostgreSQL: {a,b} */
	const char *password;
	const char *disabled; /* "true" or "false" */
};

enum person_must { PERSON_EITHER, PERSON_NEW, PERSON_OLD };

/*
 * Makes or changes an account in a transaction of its own, for an asker, or (NULL) for an
 * administrator at the console. A password is judged first. 0 and *ret_wrong NULL, or the code
 * of what is wrong (reply.h); else as db_query(), -ENOMEM or -EIO.
 */
int person_put(struct db *db, const struct asker *by, const struct person *person,
    enum person_must must, const char **ret_wrong);

/* Codes separated by commas as an array of PostgreSQL. 0; -EINVAL: characters no code has, or
 * too many. */
int person_schools(const char *codes, char *ret, size_t size);

page_fn person_save; /* PAGE_INSIDE */

#endif
