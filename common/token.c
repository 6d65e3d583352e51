/*
 * Enrolment tokens to text and back (base64url, RFC 4648 section 5, no padding).
 * Makes no secret and judges none: the collector's database does.
 */
#include "common/token.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum { PART_BYTES = 32, PART_CHARS = 43 };

static const char prefix[] = "parta1.";
static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static void
part_write(char *ret, const uint8_t bytes[static PART_BYTES])
{
	uint32_t held = 0;
	unsigned bits = 0;
	size_t n = 0;

	for (size_t i = 0; i < PART_BYTES; i++) {
		held = held << 8 | bytes[i];
		bits += 8;
		while (bits >= 6) {
			bits -= 6;
			ret[n++] = alphabet[held >> bits & 63];
		}
	}
	ret[n] = alphabet[held << (6 - bits) & 63];
}

/* The bits left over in the last character must be zero: one secret has one text. */
static bool
part_read(const char *text, uint8_t ret[static PART_BYTES])
{
	uint32_t held = 0;
	unsigned bits = 0;
	size_t n = 0;

	for (size_t i = 0; i < PART_CHARS; i++) {
		const char *found = text[i] ? strchr(alphabet, text[i]) : NULL;

		if (!found)
			return false;
		held = held << 6 | (uint32_t)(found - alphabet);
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			ret[n++] = (uint8_t)(held >> bits);
		}
	}
	return (held & ((1U << bits) - 1)) == 0;
}

void
token_format(const struct token *token, char ret[static TOKEN_TEXT_SIZE])
{
	char *at = ret + sizeof(prefix) - 1;

	memcpy(ret, prefix, sizeof(prefix) - 1);
	part_write(at, token->secret);
	at[PART_CHARS] = '.';
	part_write(at + PART_CHARS + 1, token->authority_sha256);
	at[2 * PART_CHARS + 1] = '\0';
}

int
token_parse(const char *text, struct token *ret)
{
	struct token token;
	const char *at = text + sizeof(prefix) - 1;

	if (strlen(text) != TOKEN_TEXT_SIZE - 1 ||
	    memcmp(text, prefix, sizeof(prefix) - 1) != 0)
		return -EINVAL;
	if (at[PART_CHARS] != '.' || !part_read(at, token.secret) ||
	    !part_read(at + PART_CHARS + 1, token.authority_sha256))
		return -EINVAL;
	*ret = token;
	return 0;
}
