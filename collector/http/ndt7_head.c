/*
 * Reads what a handshake needs and refuses what it cannot read: no folded lines, no
 * control characters, no body. What else a client says of itself in headers or the
 * query is passed over and not kept.
 */
#include "collector/http/ndt7_head.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { SWITCHING = 101, BAD_REQUEST = 400, NOT_FOUND = 404, NOT_ALLOWED = 405, KEY_CHARS = 24 };

static const uint64_t exit_bytes = 250000000; /* the one value that early_exit has */

static const char *const bad_handshake =
    "this path takes a WebSocket handshake of version 13\n";
static const char *const bad_request = "the request cannot be read\n";
static const char *const bad_query = "early_exit is 250, and of a download\n";

/* What the lines of a head said. */
struct lines {
	const char *version, *key;
	bool connection, upgrade, subprotocol, body;
};

size_t
ndt7_head_len(const uint8_t *bytes, size_t len)
{
	const uint8_t *end = memmem(bytes, len, "\r\n\r\n", 4);

	return end ? (size_t)(end - bytes) + 4 : 0;
}

/* A comma-separated list holds the word, whatever its case. */
static bool
list_has(const char *list, const char *word)
{
	size_t word_len = strlen(word);

	while (*list) {
		size_t len;

		list += strspn(list, ", \t");
		len = strcspn(list, ", \t");
		if (len == word_len && strncasecmp(list, word, len) == 0)
			return true;
		list += len;
	}
	return false;
}

static void
line_note(const char *name, const char *value, struct lines *lines)
{
	if (strcasecmp(name, "Connection") == 0)
		lines->connection |= list_has(value, "upgrade");
	else if (strcasecmp(name, "Upgrade") == 0)
		lines->upgrade |= list_has(value, "websocket");
	else if (strcasecmp(name, "Sec-WebSocket-Protocol") == 0)
		lines->subprotocol |= list_has(value, NDT7_SUBPROTOCOL);
	else if (strcasecmp(name, "Sec-WebSocket-Version") == 0)
		lines->version = value;
	else if (strcasecmp(name, "Sec-WebSocket-Key") == 0)
		lines->key = value;
	else if (strcasecmp(name, "Content-Length") == 0)
		lines->body |= strcmp(value, "0") != 0;
	else if (strcasecmp(name, "Transfer-Encoding") == 0)
		lines->body = true;
}

/* Ends the line at *at and moves *at behind it; NULL: it has no end, or a control character. */
static char *
line_cut(char **at)
{
	char *line = *at, *end = strstr(line, "\r\n");

	if (!end)
		return NULL;
	*end = '\0';
	*at = end + 2;
	for (const char *c = line; *c; c++) {
		if (((unsigned char)*c < ' ' && *c != '\t') || *c == 0x7f)
			return NULL;
	}
	return line;
}

static bool
lines_read(char *at, struct lines *ret)
{
	char *line, *colon, *end;

	while ((line = line_cut(&at)) && *line) {
		colon = strchr(line, ':');
		if (!colon || colon == line || strcspn(line, " \t") < (size_t)(colon - line))
			return false;
		*colon++ = '\0';
		colon += strspn(colon, " \t");
		end = colon + strlen(colon);
		while (end > colon && (end[-1] == ' ' || end[-1] == '\t'))
			*--end = '\0';
		line_note(line, colon, ret);
	}
	return line != NULL;
}

static bool
key_fits(const char *key)
{
	static const char alphabet[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	return strlen(key) == KEY_CHARS && strspn(key, alphabet) == KEY_CHARS - 2 &&
	       strcmp(key + KEY_CHARS - 2, "==") == 0;
}

/* ---------------------------------------------------------------- the query */

static int
hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c ? strchr(digits, c | 0x20) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* Undoes percent encoding (RFC 3986, 2.1). False: it does not fit, or holds a NUL. */
static bool
value_decode(const char *text, char ret[static NDT7_VALUE_SIZE])
{
	size_t len = 0;

	for (; *text; text++) {
		int high = *text == '%' ? hex_digit(text[1]) : -1;
		int low = high >= 0 ? hex_digit(text[2]) : -1;
		char c = *text;

		if (low >= 0)
			c = (char)(high << 4 | low);
		if (c == '\0' || len + 1 >= NDT7_VALUE_SIZE)
			return false;
		ret[len++] = c;
		text += low >= 0 ? 2 : 0;
	}
	ret[len] = '\0';
	return true;
}

/* A parameter that we know is read, any other passed over. */
static bool
parameter_read(const char *name, const char *value, struct ndt7_head *ret)
{
	char early[NDT7_VALUE_SIZE];

	if (strcmp(name, "test") == 0)
		return value_decode(value, ret->test);
	if (strcmp(name, "need") == 0)
		return value_decode(value, ret->need);
	if (strcmp(name, "rate") == 0)
		return value_decode(value, ret->rate);
	if (strcmp(name, "key") == 0)
		return value_decode(value, ret->key);
	if (strcmp(name, "early_exit") != 0)
		return true;
	ret->exit_bytes = exit_bytes;
	return !ret->upload && value_decode(value, early) && strcmp(early, "250") == 0;
}

static bool
query_read(char *query, struct ndt7_head *ret)
{
	char *rest = query, *part, *value;

	if (strlen(query) > NDT7_QUERY_BYTES_MAX)
		return false;
	while ((part = strsep(&rest, "&"))) {
		value = strchr(part, '=');
		if (value)
			*value++ = '\0';
		if (!parameter_read(part, value ? value : "", ret))
			return false;
	}
	return true;
}

/* ---------------------------------------------------------------- all of it */

static unsigned
target_read(char *target, struct ndt7_head *ret, const char **ret_why)
{
	char *query = strchr(target, '?');

	if (query)
		*query++ = '\0';
	*ret_why = "there is no such path on this listener\n";
	ret->upload = strcmp(target, "/ndt/v7/upload") == 0;
	if (!ret->upload && strcmp(target, "/ndt/v7/download") != 0)
		return NOT_FOUND;
	*ret_why = bad_query;
	return !query || query_read(query, ret) ? SWITCHING : BAD_REQUEST;
}

static unsigned
head_read(char *text, struct ndt7_head *ret, const char **ret_why)
{
	struct lines lines = {0};
	char *at = text, *line = line_cut(&at), *target, *version;

	*ret_why = bad_request;
	target = line ? strchr(line, ' ') : NULL;
	version = target ? strchr(target + 1, ' ') : NULL;
	if (!version || strcmp(version, " HTTP/1.1") != 0 || !lines_read(at, &lines) ||
	    lines.body)
		return BAD_REQUEST;
	*target++ = *version = '\0';
	*ret_why = "this path takes another method\n";
	if (strcmp(line, "GET") != 0)
		return NOT_ALLOWED;
	*ret_why = bad_handshake;
	if (!lines.connection || !lines.upgrade || !lines.subprotocol || !lines.version ||
	    strcmp(lines.version, "13") != 0 || !lines.key || !key_fits(lines.key))
		return BAD_REQUEST;
	memcpy(ret->websocket_key, lines.key, KEY_CHARS + 1);
	return target_read(target, ret, ret_why);
}

unsigned
ndt7_head_read(const uint8_t *bytes, size_t len, struct ndt7_head *ret, const char **ret_why)
{
	struct ndt7_head head = {0};
	unsigned status = BAD_REQUEST;
	char *text;

	*ret_why = bad_request;
	if (len > NDT7_HEAD_BYTES_MAX || memchr(bytes, '\0', len))
		return BAD_REQUEST;
	text = malloc(len + 1);
	if (!text)
		return BAD_REQUEST;
	memcpy(text, bytes, len);
	text[len] = '\0';
	status = head_read(text, &head, ret_why);
	free(text);
	if (status == SWITCHING)
		*ret = head;
	return status;
}
