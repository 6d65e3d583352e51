/* Reads and writes JSON with jansson; see reply.h. */
#include "collector/access/reply.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "collector/store/connection.h"
#include "common/check.h"
#include "common/log.h"
#include "common/text.h"

#define JSON_TYPE "application/json; charset=utf-8"

enum { DEPTH_MAX = 8, RETRY_S = 5 };

void
reply_json(struct http_reply *ret, struct json_t *value)
{
	char *text = value ? json_dumps(value, JSON_COMPACT) : NULL;

	json_decref(value);
	ret->status = text ? 200 : 503;
	ret->content_type = JSON_TYPE;
	ret->body = (uint8_t *)text;
	ret->body_len = text ? strlen(text) : 0;
}

void
reply_refuse(struct http_reply *ret, unsigned status, const char *code, const char *message)
{
	free(ret->body);
	memset(ret, 0, sizeof(*ret));
	reply_json(ret, json_pack("{s:{s:s, s:s}}", "error", "code", code, "message", message));
	ret->status = status;
}

static const struct {
	const char *code;
	unsigned status;
	const char *en, *ru;
} refusals[] = {
#define REFUSAL_ROW(code, status, en, ru) {code, status, en, ru},
    REPLY_REFUSALS(REFUSAL_ROW)
#undef REFUSAL_ROW
};

static size_t
refusal_find(const char *code)
{
	size_t i = 0;

	while (i < COUNT_OF(refusals) && strcmp(refusals[i].code, code) != 0)
		i++;
	return i;
}

const char *
refusal_words(const char *code, const char *language)
{
	size_t i = refusal_find(code);

	if (i == COUNT_OF(refusals))
		return NULL;
	return strcmp(language, "ru") == 0 ? refusals[i].ru : refusals[i].en;
}

void
reply_refusal(struct http_reply *ret, const char *code, const char *language)
{
	size_t i = refusal_find(code);

	if (i == COUNT_OF(refusals))
		i = refusal_find("failed");
	reply_refuse(ret, refusals[i].status, refusals[i].code,
	    refusal_words(refusals[i].code, language));
	if (refusals[i].status == 503)
		ret->retry_after_s = RETRY_S;
}

void
reply_failure(struct http_reply *ret, int r, struct db *db, const char *language)
{
	if (r == -EAGAIN || r == -EDEADLK || r == -ENOMEM) {
		reply_refusal(ret, "away", language);
		return;
	}
	(void)log_warn(r, "could not answer the page: %s", db_error(db));
	reply_refusal(ret, "failed", language);
}

/* jansson itself goes 2,048 deep on our stack. Strings are skipped by their quotes. */
static bool
is_shallow(const uint8_t *text, size_t len)
{
	bool quoted = false;
	size_t depth = 0;

	for (size_t i = 0; i < len; i++) {
		if (quoted && text[i] == '\\')
			i++;
		else if (text[i] == '"')
			quoted = !quoted;
		else if (!quoted && (text[i] == '{' || text[i] == '['))
			depth++;
		else if (!quoted && (text[i] == '}' || text[i] == ']') && depth > 0)
			depth--;
		if (depth > DEPTH_MAX)
			return false;
	}
	return true;
}

struct json_t *
body_object(const struct http_request *request)
{
	json_t *value;

	if (!request->body || !is_shallow(request->body, request->body_len))
		return NULL;
	value = json_loadb(
	    (const char *)request->body, request->body_len, JSON_REJECT_DUPLICATES, NULL);
	if (json_is_object(value))
		return value;
	json_decref(value);
	return NULL;
}

const char *
body_text(const struct json_t *object, const char *key, size_t longest)
{
	const json_t *value = json_object_get(object, key);

	if (!value || json_is_null(value))
		return "";
	if (!json_is_string(value) || json_string_length(value) > longest ||
	    !text_is_clean(json_string_value(value), json_string_length(value)))
		return NULL;
	return json_string_value(value);
}
