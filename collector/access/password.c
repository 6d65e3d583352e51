/* libargon2 does the work; see password.h. */
#include "collector/access/password.h"

#include <argon2.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/random.h>

#include "common/check.h"

enum { MEMORY_KIB = 19456, PASSES = 2, LANES = 1, SALT_BYTES = 16, HASH_BYTES = 32 };

/* Of a password that nobody has: what a stranger's is compared with. */
static const char nobody[] = "$argon2id$v=19$m=19456,t=2,p=1$cGFydGEgbm9ib2R5IDEyMw$"
			     "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

static size_t
characters(const char *text)
{
	size_t count = 0;

	for (; *text; text++)
		count += ((unsigned char)*text & 0xc0) != 0x80;
	return count;
}

const char *
password_judge(const char *password, const char *login)
{
	size_t len = strlen(password);

	if (characters(password) < PASSWORD_SHORTEST)
		return "password_short";
	if (len > PASSWORD_LONGEST)
		return "password_long";
	if (strspn(password, (const char[]){password[0], '\0'}) == len ||
	    strcmp(password, login) == 0)
		return "password_plain";
	return NULL;
}

int
password_hash(const char *password, char ret[static PASSWORD_HASH_SIZE])
{
	uint8_t salt[SALT_BYTES];
	int r;

	if (getrandom(salt, sizeof(salt), 0) != (ssize_t)sizeof(salt))
		return -EIO;
	r = argon2id_hash_encoded(PASSES, MEMORY_KIB, LANES, password, strlen(password), salt,
	    sizeof(salt), HASH_BYTES, ret, PASSWORD_HASH_SIZE);
	if (r == ARGON2_MEMORY_ALLOCATION_ERROR)
		return -ENOMEM;
	return r == ARGON2_OK ? 0 : -EIO;
}

bool
password_check(const char *hash, const char *password)
{
	int r = argon2id_verify(hash ? hash : nobody, password, strlen(password));

	/* The work was done for a stranger too. */
	CHECK(hash || r == ARGON2_VERIFY_MISMATCH || r == ARGON2_MEMORY_ALLOCATION_ERROR);
	return hash && r == ARGON2_OK;
}

int
password_make(char ret[static PASSWORD_MADE_SIZE])
{
	static const char letters[] = "abcdefghijkmnpqrstuvwxyz23456789"; /* 32 of them */
	uint8_t random[PASSWORD_MADE_SIZE - 1];

	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		return -EIO;
	for (size_t i = 0; i < sizeof(random); i++)
		ret[i] = letters[random[i] % 32];
	ret[sizeof(random)] = '\0';
	explicit_bzero(random, sizeof(random));
	return 0;
}
