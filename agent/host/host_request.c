/*
 * Reads POST /v1/host: a body of known length and three fields that sign it. What
 * HTTP allows beside that (chunks, a second length, folded lines) is refused: our
 * scripts send none of it.
 */
#include "agent/host/host_request.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "common/check.h"
#include "common/text.h"

enum field { FIELD_LENGTH, FIELD_TIME, FIELD_NONCE, FIELD_SIGNATURE, FIELD_COUNT };

static const char *const names[FIELD_COUNT] = {
    [FIELD_LENGTH] = "content-length",
    [FIELD_TIME] = "x-parta-time",
    [FIELD_NONCE] = "x-parta-nonce",
    [FIELD_SIGNATURE] = "x-parta-signature",
};

struct fields {
	char values[FIELD_COUNT][80]; /* "" when it is not there */
};

/* Where the head ends, or 0. */
static size_t
head_end(const char *bytes, size_t len)
{
	const char *end = memmem(bytes, len, "\r\n\r\n", 4);

	return end ? (size_t)(end - bytes) + 4 : 0;
}

static int
field_keep(struct fields *fields, const char *line, size_t len)
{
	const char *colon = memchr(line, ':', len), *value;
	size_t name_len, value_len;

	if (!colon || colon == line || line[0] == ' ' || line[0] == '\t')
		return -EBADMSG;
	name_len = (size_t)(colon - line);
	value = colon + 1;
	value_len = len - name_len - 1;
	while (value_len > 0 && (*value == ' ' || *value == '\t')) {
		value++;
		value_len--;
	}
	while (value_len > 0 && (value[value_len - 1] == ' ' || value[value_len - 1] == '\t'))
		value_len--;
	if (name_len == 17 && strncasecmp(line, "transfer-encoding", name_len) == 0)
		return -EBADMSG;
	for (size_t i = 0; i < FIELD_COUNT; i++) {
		if (strlen(names[i]) != name_len || strncasecmp(line, names[i], name_len) != 0)
			continue;
		if (fields->values[i][0] != '\0' || value_len >= sizeof(fields->values[i]) ||
		    memchr(value, '\0', value_len))
			return -EBADMSG;
		memcpy(fields->values[i], value, value_len);
		fields->values[i][value_len] = '\0';
	}
	return 0;
}

static int
fields_read(const char *at, const char *end, struct fields *ret)
{
	while (at < end) {
		const char *line_end = memmem(at, (size_t)(end - at), "\r\n", 2);
		int r;

		if (!line_end)
			return -EBADMSG;
		if (line_end == at)
			return 0;
		r = field_keep(ret, at, (size_t)(line_end - at));
		if (r < 0)
			return r;
		at = line_end + 2;
	}
	return 0;
}

static bool
hex_is(const char *text, void *ret, size_t bytes)
{
	return strlen(text) == 2 * bytes && text_unhex(ret, bytes, text) == (int)bytes;
}

static int
request_fill(const struct fields *fields, struct host_request *ret)
{
	int64_t length;
	int r = text_i64(fields->values[FIELD_LENGTH], 1, INT64_MAX, &length);

	if (r < 0)
		return -EBADMSG;
	if (length > HOST_BODY_BYTES_MAX)
		return -EFBIG;
	ret->body_bytes = (size_t)length;
	if (text_i64(fields->values[FIELD_TIME], 0, INT64_C(1) << 40, &ret->time_s) < 0 ||
	    !hex_is(fields->values[FIELD_NONCE], ret->nonce, sizeof(ret->nonce)) ||
	    !hex_is(fields->values[FIELD_SIGNATURE], ret->signature, sizeof(ret->signature)))
		return -EACCES;
	return 0;
}

int
host_request_read(const char *bytes, size_t len, struct host_request *ret)
{
	static const char first[] = "POST /v1/host HTTP/1.";
	struct host_request request = {0};
	struct fields fields = {0};
	size_t end = head_end(bytes, len);
	const char *line_end;
	int r;

	if (end == 0)
		return len >= HOST_HEAD_BYTES_MAX ? -EFBIG : -EAGAIN;
	if (end > HOST_HEAD_BYTES_MAX)
		return -EFBIG;
	line_end = memmem(bytes, end, "\r\n", 2);
	CHECK(line_end);
	if ((size_t)(line_end - bytes) != sizeof(first) ||
	    strncmp(bytes, first, sizeof(first) - 1) != 0)
		return -ENOENT;
	request.head_bytes = end;
	r = fields_read(line_end + 2, bytes + end, &fields);
	if (r == 0)
		r = request_fill(&fields, &request);
	if (r == 0)
		*ret = request;
	return r;
}
