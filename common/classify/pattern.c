/*
 * Matches the patterns of device rules (pattern.h) by backtracking. What keeps
 * the cost low: a run that found no end to the right tells all runs before it to
 * give up too, and a budget of steps stops what is still slow. It is no regular
 * expression: no groups, no counted repetition, no back-references.
 */
#include "common/classify/pattern.h"

#include <string.h>

enum fit { FIT_NO, FIT_GIVE_UP, FIT_YES };

enum { SCANNED_PER_STEP = 8 }; /* bytes that are passed over for the price of a step */

struct matcher {
	const char *end; /* of this alternative */
	struct captures captures;
	unsigned steps_left;
};

static enum fit match_from(struct matcher *m, const char *at, const char *text);

static unsigned char
lower(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static bool
is_word(char c)
{
	return c != '\0' && !strchr(" \t,;", c);
}

/* The byte behind the ']' of a set that opens at `at`, or NULL when it does not close. */
static const char *
set_end(const char *at, const char *end)
{
	for (at++; at < end; at++)
		if (*at == ']')
			return at + 1;
	return NULL;
}

static bool
in_set(const char *at, const char *close, char text)
{
	unsigned char byte = lower(text);

	for (at++; at < close; at++) {
		if (at + 2 < close && at[1] == '-') {
			if (byte >= lower(at[0]) && byte <= lower(at[2]))
				return true;
			at += 2;
		} else if (byte == lower(*at)) {
			return true;
		}
	}
	return false;
}

/* The first place of the text where a byte of the pattern that means itself can stand, or the
 * text's end; the text itself for any other. */
static const char *
first_chance(const char *at, const char *text)
{
	unsigned char byte = lower(*at);

	if (strchr("?[{\\", *at))
		return text;
	while (*text != '\0' && lower(*text) != byte)
		text++;
	return text;
}

static enum fit
match_run(struct matcher *m, const char *at, const char *text)
{
	while (at < m->end && *at == '*')
		at++;
	if (at == m->end)
		return FIT_YES;
	for (;; text++) {
		const char *next = first_chance(at, text);
		unsigned passed = (unsigned)(next - text) / SCANNED_PER_STEP;
		enum fit fit;

		m->steps_left -= passed < m->steps_left ? passed : m->steps_left;
		text = next;
		fit = match_from(m, at, text);

		if (fit != FIT_NO)
			return fit;
		if (*text == '\0')
			return FIT_GIVE_UP;
	}
}

/* Tries one length of a capture; a miss takes the capture back. */
static enum fit
match_captured(
    struct matcher *m, const struct capture *capture, const char *rest, const char *text)
{
	size_t count = m->captures.count;
	enum fit fit;

	if (count < CAPTURES_MAX)
		m->captures.list[m->captures.count++] = *capture;
	fit = match_from(m, rest, text);
	if (fit != FIT_YES)
		m->captures.count = count;
	return fit;
}

static enum fit
match_any_capture(struct matcher *m, struct capture *capture, const char *rest)
{
	while (capture->value[capture->value_len] != '\0') {
		enum fit fit;

		capture->value_len++;
		fit = match_captured(m, capture, rest, capture->value + capture->value_len);
		if (fit != FIT_NO)
			return fit;
	}
	return FIT_GIVE_UP;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* kind is what stands behind the ':' of a capture, 0 for nothing. */
static bool
word_is_of_kind(const char *word, size_t len, char kind)
{
	bool digit = false, dot = false;

	for (size_t i = 0; i < len; i++) {
		digit |= is_digit(word[i]);
		dot |= word[i] == '.';
	}
	switch (kind) {
	case '9':
		return is_digit(word[0]);
	case 'V':
		return is_digit(word[0]) && dot;
	case 'N':
		return is_digit(word[0]) && !dot;
	case 'A':
		return lower(word[0]) >= 'a' && lower(word[0]) <= 'z' && digit;
	default:
		return true;
	}
}

static enum fit
match_word_capture(struct matcher *m, struct capture *capture, char kind, const char *rest)
{
	while (is_word(capture->value[capture->value_len]))
		capture->value_len++;
	for (; capture->value_len > 0; capture->value_len--)
		if (word_is_of_kind(capture->value, capture->value_len, kind) &&
		    match_captured(m, capture, rest, capture->value + capture->value_len) ==
			FIT_YES)
			return FIT_YES;
	return FIT_NO;
}

static enum fit
match_capture(struct matcher *m, const char *at, const char *text)
{
	const char *close = memchr(at, '}', (size_t)(m->end - at));
	struct capture capture = {.name = at + 1, .value = text};
	char kind = 0;

	if (!close)
		return FIT_GIVE_UP;
	capture.name_len = (size_t)(close - at - 1);
	if (capture.name_len > 2 && close[-2] == ':') {
		kind = close[-1];
		capture.name_len -= 2;
	}
	if (kind == '*')
		return match_any_capture(m, &capture, close + 1);
	return match_word_capture(m, &capture, kind, close + 1);
}

/* Fits one byte of the text; returns where the pattern goes on, or NULL. */
static const char *
match_byte(const struct matcher *m, const char *at, char text)
{
	if (*at == '?')
		return at + 1;
	if (*at == '[') {
		const char *next = set_end(at, m->end);

		return next && in_set(at, next - 1, text) ? next : NULL;
	}
	if (*at == '\\' && at + 1 < m->end)
		at++;
	return lower(*at) == lower(text) ? at + 1 : NULL;
}

static enum fit
match_from(struct matcher *m, const char *at, const char *text)
{
	while (at < m->end) {
		if (m->steps_left == 0)
			return FIT_GIVE_UP;
		m->steps_left--;
		if (*at == '*')
			return match_run(m, at, text);
		if (*at == '{')
			return match_capture(m, at, text);
		if (*text == '\0')
			return FIT_GIVE_UP;
		at = match_byte(m, at, *text++);
		if (!at)
			return FIT_NO;
	}
	return *text == '\0' ? FIT_YES : FIT_NO;
}

/* The end of the alternative that begins at `at`: an unescaped '|' or the end. */
static const char *
alternative_end(const char *at)
{
	while (*at != '\0' && *at != '|')
		at += at[0] == '\\' && at[1] != '\0' ? 2 : 1;
	return at;
}

/* One bit of 64 for two bytes beside each other, whatever their case. */
static uint64_t
pair_bit(char first, char second)
{
	return (uint64_t)1 << ((lower(first) * 37U + lower(second) * 11U) % 64U);
}

uint64_t
pattern_pairs(const char *text)
{
	uint64_t pairs = 0;

	for (; text[0] != '\0' && text[1] != '\0'; text++)
		pairs |= pair_bit(text[0], text[1]);
	return pairs;
}

/* Steps over one element of a pattern; *ret_byte is the byte that it fits, 0 when it may fit
 * several. */
static const char *
element_next(const char *at, const char *end, char *ret_byte)
{
	const char *close = NULL;

	*ret_byte = 0;
	if (*at == '{')
		close = memchr(at, '}', (size_t)(end - at));
	else if (*at == '[')
		close = set_end(at, end);
	if (close)
		return *close == '}' && *at == '{' ? close + 1 : close;
	if (*at == '*' || *at == '?')
		return at + 1;
	if (*at == '\\' && at + 1 < end)
		at++;
	*ret_byte = *at;
	return at + 1;
}

static uint64_t
alternative_pairs(const char *at, const char *end)
{
	uint64_t pairs = 0;
	char before = 0;

	while (at < end) {
		char byte;

		at = element_next(at, end, &byte);
		if (before && byte)
			pairs |= pair_bit(before, byte);
		before = byte;
	}
	return pairs;
}

size_t
pattern_split(const char *pattern, struct alternative ret[], size_t max)
{
	size_t count = 0;

	for (;;) {
		const char *end = alternative_end(pattern);

		if (count < max)
			ret[count] =
			    (struct alternative){pattern, end, alternative_pairs(pattern, end)};
		count++;
		if (*end == '\0')
			return count;
		pattern = end + 1;
	}
}

static bool
alternative_fits(struct matcher *m, const char *at, const char *end, const char *text,
    struct captures *captures)
{
	m->end = end;
	if (match_from(m, at, text) != FIT_YES)
		return false;
	*captures = m->captures;
	return true;
}

bool
pattern_match_any(const struct alternative alternatives[], size_t count, const char *text,
    uint64_t pairs, struct captures *captures)
{
	struct matcher m = {.captures = *captures, .steps_left = PATTERN_STEPS_MAX};

	for (size_t i = 0; i < count; i++) {
		if ((alternatives[i].pairs & ~pairs) == 0 &&
		    alternative_fits(
			&m, alternatives[i].at, alternatives[i].end, text, captures))
			return true;
	}
	return false;
}

bool
pattern_match(const char *pattern, const char *text, struct captures *captures)
{
	struct matcher m = {.captures = *captures, .steps_left = PATTERN_STEPS_MAX};

	for (;;) {
		const char *end = alternative_end(pattern);

		if (alternative_fits(&m, pattern, end, text, captures))
			return true;
		if (*end == '\0')
			return false;
		pattern = end + 1;
	}
}

static const char *
capture_fault(const char *at, const char *end)
{
	size_t len = 0;

	for (at++; at < end && *at >= 'a' && *at <= 'z'; at++)
		len++;
	if (len == 0)
		return "a capture has no name of small letters";
	if (at + 1 < end && at[0] == ':' && at[1] != '\0' && strchr("*9VNA", at[1]))
		at += 2;
	if (at >= end || *at != '}')
		return "a capture does not end with '}', or ':' and one of *9VNA and '}'";
	return NULL;
}

static const char *
alternative_fault(const char *at, const char *end)
{
	if (at == end)
		return "an alternative is empty";
	for (; at < end; at++) {
		const char *fault = NULL;

		if (*at == '\\') {
			if (++at == end)
				return "a backslash stands at the end";
			continue;
		}
		if (*at == '{')
			fault = capture_fault(at, end);
		else if (*at == '[' && !set_end(at, end))
			fault = "a set does not end with ']'";
		if (fault)
			return fault;
	}
	return NULL;
}

const char *
pattern_fault(const char *pattern)
{
	for (;;) {
		const char *end = alternative_end(pattern);
		const char *fault = alternative_fault(pattern, end);

		if (fault || *end == '\0')
			return fault;
		pattern = end + 1;
	}
}

const struct capture *
captures_find(const struct captures *captures, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < captures->count; i++)
		if (captures->list[i].name_len == len &&
		    memcmp(captures->list[i].name, name, len) == 0)
			return &captures->list[i];
	return NULL;
}
