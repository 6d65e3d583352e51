/* Passwords: Argon2id (RFC 9106) with the parameters of OWASP's password storage cheat sheet:
 * 19 MiB, two passes, one lane. Each call takes that memory and about 30 ms. */
#ifndef PARTA_COLLECTOR_ACCESS_PASSWORD_H
#define PARTA_COLLECTOR_ACCESS_PASSWORD_H

#include <stdbool.h>
#include <stddef.h>

enum {
	PASSWORD_SHORTEST = 10, /* characters */
	PASSWORD_LONGEST = 128, /* bytes */
	PASSWORD_HASH_SIZE = 128,
	PASSWORD_MADE_SIZE = 25,
};

/* What a new password must be: NULL, or the code of what is wrong with it. Pure. */
const char *password_judge(const char *password, const char *login);

/* A new salt and the encoded hash. 0, -ENOMEM or -EIO. */
int password_hash(const char *password, char ret[static PASSWORD_HASH_SIZE]);

/* Whether it is the password of that hash. hash NULL: the same work for a stranger, false. */
bool password_check(const char *hash, const char *password);

/* A password that nobody can guess: 24 letters and digits that are not mistaken for one another
 * (120 bits). 0 or -EIO. */
int password_make(char ret[static PASSWORD_MADE_SIZE]);

#endif
