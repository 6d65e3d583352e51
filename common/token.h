/*
 * The text a school is given to enrol its agent: "parta1.<secret>.<authority>",
 * both base64url without padding (RFC 4648 section 5) of 32 bytes: a one-time
 * secret, and the SHA-256 of the collector's CA certificate (DER), so that the
 * first contact is authenticated. Pure.
 */
#ifndef PARTA_COMMON_TOKEN_H
#define PARTA_COMMON_TOKEN_H

#include <stdint.h>

enum { TOKEN_TEXT_SIZE = 95 }; /* "parta1." + 43 + "." + 43 and the NUL */

struct token {
	uint8_t secret[32];
	uint8_t authority_sha256[32];
};

void token_format(const struct token *token, char ret[static TOKEN_TEXT_SIZE]);

/* 0 or -EINVAL: another version, another length, or not base64url in its one true form. */
int token_parse(const char *text, struct token *ret);

#endif
