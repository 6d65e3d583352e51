/* Reads SNMPv3 users, one a line. Passphrases are wiped from every buffer but the caller's. */
#include "agent/ask/snmp_users.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/text.h"

enum { FILE_BYTES_MAX = 16 * 1024, WORDS_MAX = 5 };

/* The next word of a line, or NULL at its end; false for an open quote. */
static bool
word_next(char **at, char **ret)
{
	char *p = *at + strspn(*at, " \t\r");
	bool quoted = *p == '"';
	size_t len;

	*ret = NULL;
	if (*p == '\0' || *p == '#') {
		*at = p + strlen(p);
		return true;
	}
	p += quoted;
	len = strcspn(p, quoted ? "\"" : " \t\r");
	*ret = p;
	*at = p + len;
	if (**at == '\0')
		return !quoted;
	*(*at)++ = '\0';
	return true;
}

static int
words_of_line(char *line, const char *words[static WORDS_MAX], size_t *ret_count)
{
	size_t n = 0;
	char *word;

	for (;;) {
		if (!word_next(&line, &word))
			return -EINVAL;
		if (!word)
			break;
		if (n == WORDS_MAX)
			return -E2BIG;
		words[n++] = word;
	}
	*ret_count = n;
	return 0;
}

static bool
take(char *ret, size_t size, const char *word)
{
	return text_copy(ret, size, word) == strlen(word);
}

static int
user_of_words(const char *const words[], size_t n, struct snmp_user *ret)
{
	struct snmp_user user = {.auth_protocol = "none", .priv_protocol = "none"};
	bool fits = take(user.name, sizeof(user.name), words[0]);

	if (n > 1)
		fits &= take(user.auth_protocol, sizeof(user.auth_protocol), words[1]);
	if (n > 2)
		fits &= take(user.auth_passphrase, sizeof(user.auth_passphrase), words[2]);
	if (n > 3)
		fits &= take(user.priv_protocol, sizeof(user.priv_protocol), words[3]);
	if (n > 4)
		fits &= take(user.priv_passphrase, sizeof(user.priv_passphrase), words[4]);
	if (!fits || snmp_user_valid(&user) < 0)
		return -EINVAL;
	*ret = user;
	return 0;
}

int
snmp_users_parse(const char *path, char *text,
    struct snmp_user ret_users[static SNMP_USERS_MAX], size_t *ret_count,
    char error[static 256])
{
	size_t count = 0;
	unsigned number = 0;

	for (char *line; (line = strsep(&text, "\n"));) {
		const char *words[WORDS_MAX];
		size_t n = 0;
		int r = words_of_line(line, words, &n);

		number++;
		if (r == 0 && n == 0)
			continue;
		if (r == 0 && count == SNMP_USERS_MAX) {
			(void)snprintf(error, 256, "%s:%u: at most %d users are taken", path,
			    number, SNMP_USERS_MAX);
			return -E2BIG;
		}
		if (r == 0)
			r = user_of_words(words, n, &ret_users[count]);
		if (r < 0) {
			(void)snprintf(error, 256,
			    "%s:%u: write NAME AUTH PASSPHRASE PRIV PASSPHRASE, AUTH one of "
			    "none, MD5, SHA, SHA-224, "
			    "SHA-256, SHA-384, SHA-512, PRIV one of none, DES, AES, AES-192, "
			    "AES-256, AES-192-C, AES-256-C, "
			    "passphrases of 8 characters or more",
			    path, number);
			return -EINVAL;
		}
		count++;
	}
	*ret_count = count;
	return 0;
}

static int
file_read(const char *path, char *ret, size_t size, char error[static 256])
{
	CLEANUP(close_at) int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	ssize_t n;

	if (fd < 0 || fstat(fd, &st) < 0) {
		int r = -errno;

		(void)snprintf(error, 256, "could not read '%s': %s", path, strerror(-r));
		return r;
	}
	if (st.st_mode & S_IROTH) {
		(void)snprintf(error, 256,
		    "'%s' holds passphrases and may be read by everybody: chmod 640 it", path);
		return -EACCES;
	}
	n = read(fd, ret, size - 1);
	if (n < 0 || (size_t)n == size - 1) {
		(void)snprintf(error, 256, "'%s' is no file of users, or larger than %zu bytes",
		    path, size - 2);
		return -EINVAL;
	}
	ret[n] = '\0';
	return 0;
}

int
snmp_users_read(const char *path, struct snmp_user ret_users[static SNMP_USERS_MAX],
    size_t *ret_count, char error[static 256])
{
	char *text = malloc(FILE_BYTES_MAX);
	int r;

	if (!text) {
		(void)snprintf(error, 256, "out of memory");
		return -ENOMEM;
	}
	r = file_read(path, text, FILE_BYTES_MAX, error);
	if (r == 0)
		r = snmp_users_parse(path, text, ret_users, ret_count, error);
	explicit_bzero(text, FILE_BYTES_MAX);
	free(text);
	return r;
}
