/* The session's token, its shadow in the database, and the token against forged requests that
 * follows from it. */
#ifndef PARTA_COLLECTOR_ACCESS_SESSION_H
#define PARTA_COLLECTOR_ACCESS_SESSION_H

#include <stdbool.h>
#include <stddef.h>

struct http_request;
struct http_reply;

#define SESSION_COOKIE "__Host-parta_session"
#define SESSION_CSRF   "X-Parta-CSRF"

enum {
	SESSION_TEXT_SIZE = 2 * 32 + 1, /* a token, or what follows from it, in hexadecimal */
	SESSION_SHADOW_SIZE = 2 + 2 * 32 + 1, /* its SHA-256 as PostgreSQL reads a bytea */
};

/* A new token. 0 or -EIO. */
int session_make(char ret[static SESSION_TEXT_SIZE]);

/* The token of a request's cookie. 0, or -ENOENT: none, or none of ours. */
int session_of(const struct http_request *request, char ret[static SESSION_TEXT_SIZE]);

/* Pure: 64 hexadecimal digits. */
bool session_is_token(const char *text);
/* 0 or -ENOMEM. */
int session_shadow(const char *token, char ret[static SESSION_SHADOW_SIZE]);
/* What a request that changes something must bring in its header. 0 or -ENOMEM. */
int session_csrf(const char *token, char ret[static SESSION_TEXT_SIZE]);
/* Pure: compares in a time that tells nothing of where they differ. */
bool session_equal(const char *a, const char *b);

/* The cookie is set, or (token NULL) taken back. 0 or -EINVAL. */
int session_cookie(struct http_reply *reply, const char *token);

#endif
