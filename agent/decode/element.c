/* XML as text, element by element: see element.h. */
#include "agent/decode/element.h"

#include <string.h>

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct span
span_trim(struct span s)
{
	while (s.len && is_blank(*s.at)) {
		s.at++;
		s.len--;
	}
	while (s.len && is_blank(s.at[s.len - 1]))
		s.len--;
	return s;
}

bool
span_is(const struct span *s, const char *text)
{
	return s->len == strlen(text) && memcmp(s->at, text, s->len) == 0;
}

struct span
span_local_name(struct span s)
{
	const char *colon = memchr(s.at, ':', s.len);

	if (colon) {
		s.len -= (size_t)(colon + 1 - s.at);
		s.at = colon + 1;
	}
	return s;
}

bool
element_next(struct cursor *c, struct element *ret)
{
	const char *begin, *end, *next;
	struct element e = {0};
	size_t left = cursor_left(c);

	begin = left ? memchr(c->at, '<', left) : NULL;
	if (!begin)
		return false;
	(void)cursor_take(c, (size_t)(begin + 1 - (const char *)c->at));
	end = memchr(c->at, '>', cursor_left(c));
	if (!end)
		return false;
	e.name.at = (const char *)c->at;
	e.name.len = (size_t)(end - e.name.at);
	(void)cursor_take(c, e.name.len + 1);
	e.ends = e.name.len && *e.name.at == '/';
	if (e.ends) {
		e.name.at++;
		e.name.len--;
	}
	for (size_t i = 0; i < e.name.len; i++)
		if (is_blank(e.name.at[i]) || e.name.at[i] == '/')
			e.name.len = i;
	e.name = span_local_name(e.name);
	left = cursor_left(c);
	next = memchr(c->at, '<', left);
	e.text.at = (const char *)c->at;
	e.text.len = next ? (size_t)(next - e.text.at) : left;
	e.text = span_trim(e.text);
	*ret = e;
	return true;
}

bool
span_take_word(struct span *from, struct span *ret)
{
	*from = span_trim(*from);
	ret->at = from->at;
	ret->len = 0;
	while (ret->len < from->len && !is_blank(from->at[ret->len]))
		ret->len++;
	from->at += ret->len;
	from->len -= ret->len;
	return ret->len > 0;
}
