/*
 * Just enough of HTML for a block page: tags are skipped, a few entities read,
 * scripts, styles and comments dropped. It is no parser and builds no tree.
 */
#include "agent/probe/page.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "common/check.h"
#include "common/text.h"

struct out {
	char *text;
	size_t size, used;
};

static void
put(struct out *o, const char *bytes, size_t n)
{
	if (o->used + n < o->size) {
		memcpy(o->text + o->used, bytes, n);
		o->used += n;
	}
}

static void
put_blank(struct out *o)
{
	if (o->used && o->text[o->used - 1] != ' ')
		put(o, " ", 1);
}

static void
put_code(struct out *o, unsigned code)
{
	char bytes[2] = {(char)(0xc0 | code >> 6), (char)(0x80 | (code & 0x3f))};

	if (code < 0x80)
		put(o, (char[]){(char)code}, 1);
	else
		put(o, bytes, 2);
}

/* Cyrillic capitals to small letters; the rest as it is. */
static unsigned
lower(unsigned code)
{
	if (code >= 'A' && code <= 'Z')
		return code + 32;
	if (code >= 0x410 && code <= 0x42f)
		return code + 32;
	if (code >= 0x400 && code <= 0x40f)
		return code + 80;
	return code;
}

static unsigned
cp1251(uint8_t b)
{
	if (b >= 0xc0)
		return 0x410u + (b - 0xc0u);
	if (b == 0xa8)
		return 0x401;
	return b == 0xb8 ? 0x451 : ' ';
}

static bool
starts(const char *at, const char *end, const char *word)
{
	size_t n = strlen(word);

	return (size_t)(end - at) >= n && strncasecmp(at, word, n) == 0;
}

/* Behind the element's end tag, or the end of the page. */
static const char *
skip_element(const char *at, const char *end, const char *closing)
{
	for (; at < end; at++)
		if (*at == '<' && starts(at, end, closing))
			return at;
	return end;
}

static const char *
skip_tag(const char *at, const char *end)
{
	const char *close;

	if (starts(at, end, "<!--")) {
		for (at += 4; at < end; at++)
			if (starts(at, end, "-->"))
				return at + 3;
		return end;
	}
	if (starts(at, end, "<script"))
		at = skip_element(at, end, "</script");
	else if (starts(at, end, "<style"))
		at = skip_element(at, end, "</style");
	close = at < end ? memchr(at, '>', (size_t)(end - at)) : NULL;
	return close ? close + 1 : end;
}

static const char *
put_entity(struct out *o, const char *at, const char *end)
{
	static const struct {
		const char *name, *text;
	} entities[] = {{"&nbsp;", " "}, {"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"},
	    {"&quot;", "\""}, {"&laquo;", ""}, {"&raquo;", ""}, {"&mdash;", "-"}};

	for (size_t i = 0; i < COUNT_OF(entities); i++) {
		if (!starts(at, end, entities[i].name))
			continue;
		if (*entities[i].text == ' ')
			put_blank(o);
		else
			put(o, entities[i].text, strlen(entities[i].text));
		return at + strlen(entities[i].name);
	}
	put(o, "&", 1);
	return at + 1;
}

/* One character of text: UTF-8 of two bytes and ASCII are lowered, anything longer is passed on
 * whole. */
static const char *
put_character(struct out *o, const char *at, const char *end, bool utf8, bool fold)
{
	uint8_t b = (uint8_t)*at;
	size_t n = b < 0x80 ? 1 : b < 0xe0 ? 2 : b < 0xf0 ? 3 : 4;
	unsigned code = b;

	if (!utf8) {
		code = b < 0x80 ? b : cp1251(b);
		n = 1;
	} else if (n == 2 && at + 1 < end) {
		code = (b & 0x1fu) << 6 | ((uint8_t)at[1] & 0x3fu);
	} else if (n > 2) {
		if ((size_t)(end - at) >= n)
			put(o, at, n);
		return at + n;
	}
	if (code <= ' ' || code == 0xa0 || code == 0x7f)
		put_blank(o);
	else
		put_code(o, fold ? lower(code) : code);
	return at + n;
}

/* Clean but for line ends and tabs: then it is UTF-8. */
static bool
is_utf8(const char *at, const char *end)
{
	while (at < end) {
		const char *from = at;

		while (at < end && (uint8_t)*at >= ' ' && *at != 0x7f)
			at++;
		if (!text_is_clean(from, (size_t)(at - from)))
			return false;
		at++;
	}
	return true;
}

static size_t
read_text(const char *at, const char *end, bool utf8, bool fold, char *ret, size_t size)
{
	struct out o = {.text = ret, .size = size};

	while (at < end && o.used + 4 < size) {
		if (*at == '<') {
			at = skip_tag(at, end);
			put_blank(&o);
		} else if (*at == '&') {
			at = put_entity(&o, at, end);
		} else {
			at = put_character(&o, at, end, utf8, fold);
		}
	}
	while (o.used && ret[o.used - 1] == ' ')
		o.used--;
	ret[o.used] = '\0';
	return o.used;
}

size_t
page_text(const void *html, size_t len, char *ret, size_t size)
{
	const char *at = html, *end = at + len;

	return read_text(at, end, is_utf8(at, end), true, ret, size);
}

void
page_title(const void *html, size_t len, char *ret, size_t size)
{
	const char *at = html, *end = at + len, *begin, *close;

	ret[0] = '\0';
	for (; at < end && !starts(at, end, "<title"); at++)
		;
	begin = at < end ? memchr(at, '>', (size_t)(end - at)) : NULL;
	if (!begin)
		return;
	begin++;
	close = skip_element(begin, end, "</title");
	(void)read_text(begin, close, is_utf8(html, end), false, ret, size);
}

bool
page_is_statutory_block(const char *text)
{
	static const char *const laws[] = {"149-фз", "139-фз", "114-фз", "436-фз", "398-фз",
	    "187-фз", "федеральным законом", "федерального закона", "роскомнадзор",
	    "единый реестр", "едином реестре", "единого реестра"};
	static const char *const refusals[] = {"заблокирован", "ограничен", "запрещ", "закрыт"};
	static const char *const subjects[] = {"доступ", "ресурс", "сайт"};
	bool law = false, refusal = false, subject = false;

	for (size_t i = 0; i < COUNT_OF(laws); i++)
		law |= strstr(text, laws[i]) != NULL;
	for (size_t i = 0; i < COUNT_OF(refusals); i++)
		refusal |= strstr(text, refusals[i]) != NULL;
	for (size_t i = 0; i < COUNT_OF(subjects); i++)
		subject |= strstr(text, subjects[i]) != NULL;
	return refusal && subject && (law || strlen(text) < 2048);
}

void
page_meta_refresh(const void *html, size_t len, char *ret, size_t size)
{
	const char *at = html, *end = at + len;

	ret[0] = '\0';
	for (; at < end; at++) {
		const char *close, *url;
		size_t n;

		if (*at != '<' || !starts(at, end, "<meta"))
			continue;
		close = memchr(at, '>', (size_t)(end - at));
		if (!close)
			return;
		for (url = at; url < close && !starts(url, close, "http-equiv"); url++)
			;
		for (; url < close && !starts(url, close, "url="); url++)
			;
		if (url == close)
			continue;
		url += 4;
		url += strspn(url, "'\" ");
		n = strcspn(url, "'\"> \t\r\n");
		(void)text_clean(
		    ret, size, url, (size_t)(close - url) < n ? (size_t)(close - url) : n);
		return;
	}
}
