/*
 * HTTP/1.x as devices speak it: RFC 9112, with answers that end by closing, with
 * line ends of one byte, and with bodies cut at our limit.
 */
#include "agent/ask/http_answer.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

enum { HEAD_BYTES_MAX = 8192, CHUNK_LINE_MAX = 256, BODY_BYTES_MAX = 1 << 24 };

/* How far the head goes, its empty line included; 0 when it is not whole. */
static size_t
head_length(const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i + 1 < len; i++) {
		if (bytes[i] != '\n')
			continue;
		if (bytes[i + 1] == '\n')
			return i + 2;
		if (i + 2 < len && bytes[i + 1] == '\r' && bytes[i + 2] == '\n')
			return i + 3;
	}
	return 0;
}

static struct http_span
trim(const char *at, size_t len)
{
	while (len && (*at == ' ' || *at == '\t')) {
		at++;
		len--;
	}
	while (len && (at[len - 1] == ' ' || at[len - 1] == '\t' || at[len - 1] == '\r'))
		len--;
	return (struct http_span){at, len};
}

struct http_span
http_answer_header(const struct http_answer *answer, const char *name)
{
	const char *at = answer->head, *end = answer->head + answer->head_len;
	size_t name_len = strlen(name);

	while (at < end) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		size_t len = (size_t)((stop ? stop : end) - at);

		if (len > name_len && at[name_len] == ':' &&
		    strncasecmp(at, name, name_len) == 0)
			return trim(at + name_len + 1, len - name_len - 1);
		at += len + 1;
	}
	return (struct http_span){NULL, 0};
}

static bool
span_has(const struct http_span *span, const char *word)
{
	size_t len = strlen(word);

	for (size_t i = 0; i + len <= span->len; i++)
		if (strncasecmp(span->at + i, word, len) == 0)
			return true;
	return false;
}

/* Decimal or hexadecimal digits at the front; false when there is none or it is beyond all
 * limits.
 */
static bool
read_number(const char *at, size_t len, unsigned base, size_t *ret)
{
	size_t value = 0, i;

	for (i = 0; i < len; i++) {
		int c = at[i] | 0x20;
		unsigned digit = c >= '0' && c <= '9'   ? (unsigned)(c - '0')
				 : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10)
							: 99;

		if (digit >= base)
			break;
		value = value * base + digit;
		if (value > BODY_BYTES_MAX)
			return false;
	}
	*ret = value;
	return i > 0;
}

/* RFC 9112 7.1. Sets body_len to what is there; true when the last chunk was. */
static bool
chunks_join(uint8_t *body, size_t len, size_t *ret_len)
{
	size_t from = 0, to = 0;

	for (;;) {
		const uint8_t *stop = memchr(body + from, '\n', len - from);
		size_t size;

		if (!stop || !read_number((const char *)body + from,
				 (size_t)(stop - body) - from, 16, &size))
			break;
		from = (size_t)(stop - body) + 1;
		if (size == 0) {
			*ret_len = to;
			return true;
		}
		if (size > len - from) { /* cut */
			memmove(body + to, body + from, len - from);
			to += len - from;
			break;
		}
		memmove(body + to, body + from, size);
		to += size;
		from += size;
		while (from < len && (body[from] == '\r' || body[from] == '\n'))
			from++;
	}
	*ret_len = to;
	return false;
}

/* Whether the last chunk has come, without touching it. */
static bool
chunks_whole(const uint8_t *body, size_t len)
{
	size_t from = 0;

	for (;;) {
		const uint8_t *stop = memchr(body + from, '\n', len - from);
		size_t size;

		if (!stop)
			return false;
		if (!read_number(
			(const char *)body + from, (size_t)(stop - body) - from, 16, &size))
			return true; /* broken: nothing better will come */
		from = (size_t)(stop - body) + 1;
		if (size == 0)
			return true;
		if (size > len - from)
			return false;
		from += size;
		while (from < len && (body[from] == '\r' || body[from] == '\n'))
			from++;
	}
}

/* 1 when the body is there as far as it will be. */
static int
body_read(struct http_answer *answer, size_t left, bool ended)
{
	struct http_span length = http_answer_header(answer, "content-length");
	struct http_span coding = http_answer_header(answer, "transfer-encoding");
	size_t size = 0;

	answer->body_len = left;
	if (answer->status == 204 || answer->status == 304) {
		answer->body_len = 0;
		answer->complete = true;
	} else if (coding.len && span_has(&coding, "chunked")) {
		if (!ended && !chunks_whole(answer->body, left))
			return 0;
		answer->complete = chunks_join(answer->body, left, &answer->body_len);
	} else if (length.len && read_number(length.at, length.len, 10, &size)) {
		answer->complete = left >= size;
		if (answer->complete)
			answer->body_len = size;
	} else {
		answer->complete = ended;
	}
	return answer->complete || ended;
}

int
http_answer_read(uint8_t *bytes, size_t len, bool ended, struct http_answer *ret)
{
	size_t head, line;

	if (len == 0)
		return ended ? -EPROTO : 0;
	if (memcmp("HTTP/1.", bytes, len < 7 ? len : 7) != 0)
		return -EPROTO;
	head = head_length(bytes, len);
	if (head == 0)
		return ended || len > HEAD_BYTES_MAX ? -EPROTO : 0;
	line = (size_t)((const uint8_t *)memchr(bytes, '\n', head) - bytes) + 1;
	if (line < 12 || bytes[8] != ' ')
		return -EPROTO;
	*ret = (struct http_answer){
	    .head = (const char *)bytes + line, .head_len = head - line, .body = bytes + head};
	for (int i = 9; i < 12; i++) {
		if (bytes[i] < '0' || bytes[i] > '9')
			return -EPROTO;
		ret->status = ret->status * 10 + (unsigned)(bytes[i] - '0');
	}
	if (ret->status >= 100 && ret->status < 200) /* 15.2: another one follows */
		return http_answer_read(bytes + head, len - head, ended, ret);
	return body_read(ret, len - head, ended);
}

static void
request_head(struct ask *ask, const char *method)
{
	char ip[ADDRESS_TEXT_SIZE];
	bool v6 = ask->known->ip.family == ADDRESS_IPV6;

	address_format(&ask->known->ip, ip);
	(void)bytes_add_format(&ask->out, "%s %s HTTP/1.1\r\nHost: %s%s%s", method,
	    ask->place.path, v6 ? "[" : "", ip, v6 ? "]" : "");
	if (ask->place.port != (ask->place.tls ? 443 : 80))
		(void)bytes_add_format(&ask->out, ":%u", ask->place.port);
	(void)bytes_add_text(
	    &ask->out, "\r\nUser-Agent: parta/" PARTA_VERSION "\r\nConnection: close\r\n");
}

void
http_ask_get(struct ask *ask, const char *accept)
{
	request_head(ask, "GET");
	(void)bytes_add_format(&ask->out, "Accept: %s\r\n\r\n", accept);
}

void
http_ask_post(struct ask *ask, const char *type, const void *body, size_t len)
{
	request_head(ask, "POST");
	(void)bytes_add_format(
	    &ask->out, "Content-Type: %s\r\nContent-Length: %zu\r\n\r\n", type, len);
	(void)bytes_add(&ask->out, body, len);
}
