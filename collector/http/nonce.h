/*
 * The answer that no portal can know: agents ask over plain HTTP, where a portal or
 * a proxy may answer in our place, and compare.
 */
#ifndef PARTA_COLLECTOR_HTTP_NONCE_H
#define PARTA_COLLECTOR_HTTP_NONCE_H

#include "collector/http/message.h"

/* The SHA-256 of the parameter n, at most NONCE_TEXT_MAX characters, in hexadecimal digits. */
enum { NONCE_TEXT_MAX = 64 };
enum http_progress nonce_answer(struct http_request *request, struct http_reply *ret);

#endif
