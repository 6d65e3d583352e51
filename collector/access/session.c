/*
 * A token is 32 random bytes. The database keeps its SHA-256, so that who reads
 * the database cannot sign in. The token against forged requests is another hash
 * of it: it needs no place of its own and ends with the session; a script of
 * another site knows neither.
 */
#include "collector/access/session.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "collector/http/message.h"
#include "common/digest.h"
#include "common/text.h"

enum { TOKEN_BYTES = 32, WEEK_S = 7 * 86400 };

int
session_make(char ret[static SESSION_TEXT_SIZE])
{
	uint8_t token[TOKEN_BYTES];

	if (getrandom(token, sizeof(token), 0) != (ssize_t)sizeof(token))
		return -EIO;
	text_hex(ret, token, sizeof(token));
	explicit_bzero(token, sizeof(token));
	return 0;
}

bool
session_is_token(const char *text)
{
	size_t len = strspn(text, "0123456789abcdef");

	return len == SESSION_TEXT_SIZE - 1 && text[len] == '\0';
}

int
session_of(const struct http_request *request, char ret[static SESSION_TEXT_SIZE])
{
	if (http_cookie(request, SESSION_COOKIE, ret, SESSION_TEXT_SIZE) < 0 ||
	    !session_is_token(ret))
		return -ENOENT;
	return 0;
}

int
session_shadow(const char *token, char ret[static SESSION_SHADOW_SIZE])
{
	uint8_t sum[DIGEST_BYTES];
	int r = digest_of(token, strlen(token), sum);

	if (r < 0)
		return r;
	ret[0] = '\\';
	ret[1] = 'x';
	text_hex(ret + 2, sum, sizeof(sum));
	return 0;
}

int
session_csrf(const char *token, char ret[static SESSION_TEXT_SIZE])
{
	char text[8 + SESSION_TEXT_SIZE];
	uint8_t sum[DIGEST_BYTES];
	int r;

	(void)snprintf(text, sizeof(text), "csrf %.64s", token);
	r = digest_of(text, strlen(text), sum);
	if (r == 0)
		text_hex(ret, sum, sizeof(sum));
	return r;
}

bool
session_equal(const char *a, const char *b)
{
	size_t len = strlen(a);
	unsigned char other = 0;

	if (strlen(b) != len)
		return false;
	for (size_t i = 0; i < len; i++)
		other |= (unsigned char)(a[i] ^ b[i]);
	return other == 0;
}

int
session_cookie(struct http_reply *reply, const char *token)
{
	char cookie[HTTP_FIELD_SIZE];

	(void)snprintf(cookie, sizeof(cookie),
	    SESSION_COOKIE "=%s; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=%d",
	    token ? token : "", token ? WEEK_S : 0);
	return http_field_add(reply, "Set-Cookie", cookie);
}
