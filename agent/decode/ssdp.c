/*
 * Simple Service Discovery Protocol (UPnP Device Architecture 2.0, section 1): a
 * device announces or answers what it is and where its description lies.
 * Deliberately not done: fetching that description.
 */
#include "agent/decode/decode.h"

#include <string.h>
#include <strings.h>

#include "common/check.h"

enum { LINES_MAX = 64 };

struct span {
	const char *at;
	size_t len;
};

enum message { ANNOUNCEMENT, ANSWER, SEARCH };

/* clang-format off */
static const struct start {
	const char *line;
	enum message message;
} starts[] = {
	{ "NOTIFY * HTTP/1.1",   ANNOUNCEMENT },
	{ "HTTP/1.1 200",        ANSWER },
	{ "M-SEARCH * HTTP/1.1", SEARCH },
};

static const struct header {
	enum message message;
	const char *name, *key;
} headers[] = {
	{ ANNOUNCEMENT, "SERVER",     "server" },
	{ ANNOUNCEMENT, "NT",         "type" },
	{ ANNOUNCEMENT, "USN",        "usn" },
	{ ANNOUNCEMENT, "LOCATION",   "location" },
	{ ANSWER,       "SERVER",     "server" },
	{ ANSWER,       "ST",         "type" },
	{ ANSWER,       "USN",        "usn" },
	{ ANSWER,       "LOCATION",   "location" },
	{ SEARCH,       "USER-AGENT", "user_agent" },
};
/* clang-format on */

static bool
span_starts(const struct span *span, const char *text)
{
	size_t len = strlen(text);

	return span->len >= len && strncasecmp(span->at, text, len) == 0;
}

/* Up to a line feed, without the end of line; false at the end. */
static bool
take_line(struct cursor *c, struct span *ret)
{
	const char *at = (const char *)c->at, *end;

	if (!cursor_left(c))
		return false;
	end = memchr(at, '\n', cursor_left(c));
	ret->at = at;
	ret->len = end ? (size_t)(end - at) : cursor_left(c);
	(void)cursor_take(c, ret->len + (end ? 1 : 0));
	if (ret->len && at[ret->len - 1] == '\r')
		ret->len--;
	return true;
}

static struct span
skip_blanks(struct span s)
{
	while (s.len && (*s.at == ' ' || *s.at == '\t')) {
		s.at++;
		s.len--;
	}
	return s;
}

/* "uuid:<device>::<type>": the device is what counts, its types come in their own header. */
static void
add_usn(struct sighting *s, struct span usn)
{
	const char *end;

	if (!span_starts(&usn, "uuid:"))
		return;
	usn.at += 5;
	usn.len -= 5;
	end = memchr(usn.at, ':', usn.len);
	(void)sighting_add(s, "uuid", usn.at, end ? (size_t)(end - usn.at) : usn.len);
}

static void
read_header(enum message message, const struct span *line, struct sighting *s)
{
	const char *colon = memchr(line->at, ':', line->len);
	size_t name = colon ? (size_t)(colon - line->at) : 0;
	struct span value;

	if (!colon)
		return;
	value.at = colon + 1;
	value.len = line->len - name - 1;
	value = skip_blanks(value);
	for (size_t i = 0; i < COUNT_OF(headers); i++) {
		const struct header *header = &headers[i];

		if (header->message != message || strlen(header->name) != name ||
		    !span_starts(line, header->name))
			continue;
		if (strcmp(header->key, "usn") == 0)
			add_usn(s, value);
		else if (strcmp(header->key, "type") != 0 || !span_starts(&value, "uuid:"))
			(void)sighting_add(s, header->key, value.at, value.len);
	}
}

static bool
says_goodbye(const struct span *line)
{
	struct span value = *line;

	if (!span_starts(line, "NTS:"))
		return false;
	value.at += 4;
	value.len -= 4;
	value = skip_blanks(value);
	return span_starts(&value, "ssdp:byebye");
}

static enum decode_verdict
ssdp_decode(const struct frame *frame, struct sighting *ret)
{
	struct sighting s = decode_begin(&decoder_ssdp, frame), bare = s;
	struct cursor c = frame->payload;
	const struct start *start = NULL;
	struct span line;

	if (!take_line(&c, &line))
		return DECODE_MALFORMED;
	for (size_t i = 0; i < COUNT_OF(starts); i++)
		if (span_starts(&line, starts[i].line))
			start = &starts[i];
	if (!start)
		return DECODE_NOT_MINE;
	for (int i = 0; i < LINES_MAX && take_line(&c, &line) && line.len; i++) {
		read_header(start->message, &line, &s);
		if (says_goodbye(&line)) { /* it was there, but it is no longer what it says */
			*ret = bare;
			return DECODE_OK;
		}
	}
	*ret = s;
	return DECODE_OK;
}

const struct decoder decoder_ssdp = {
    .name = "ssdp",
    .filter = "udp port 1900",
    .places = {{FRAME_UDP, 1900}},
    .decode = ssdp_decode,
};
