/* JSON in and out: what the page's handlers read and say. */
#ifndef PARTA_COLLECTOR_ACCESS_REPLY_H
#define PARTA_COLLECTOR_ACCESS_REPLY_H

#include "collector/http/message.h"

struct json_t;

/* Whatever *ret held becomes {"error":{"code","message"}}. code is for programs, message for
 * people. */
void reply_refuse(
    struct http_reply *ret, unsigned status, const char *code, const char *message);

/* Status 200 and the value, which it takes over; 503 when there is no memory for it, or value
 * is NULL. */
void reply_json(struct http_reply *ret, struct json_t *value);

/* The body as a JSON object, new: the caller owns it. NULL: it is none, a key is there twice,
 * or it is deeper than any of ours. Its length is bounded by the route. */
struct json_t *body_object(const struct http_request *request);

/* A text of the object: its clean UTF-8 of at most `longest` bytes; "" when the key is absent
 * or null; NULL when it is something else. Lives as long as the object. */
const char *body_text(const struct json_t *object, const char *key, size_t longest);

#endif
