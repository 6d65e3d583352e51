/* Wire text to clean UTF-8, hexadecimal, UUIDs, matching, numbers: see text.h. */
#include "common/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char replacement[] = "\xef\xbf\xbd"; /* U+FFFD */

/*
 * The bytes of one well-formed character at `at` (RFC 3629 section 4), 0 when
 * there is none: overlong forms, surrogates and values above U+10FFFF are not.
 */
static size_t
character_len(const uint8_t *at, size_t left)
{
	uint8_t first = at[0], low = 0x80, high = 0xbf;
	size_t len;

	if (first < 0x80)
		return 1;
	if (first < 0xc2 || first > 0xf4)
		return 0;
	len = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
	if (len > left)
		return 0;
	if (first == 0xe0)
		low = 0xa0;
	else if (first == 0xed)
		high = 0x9f;
	else if (first == 0xf0)
		low = 0x90;
	else if (first == 0xf4)
		high = 0x8f;
	if (at[1] < low || at[1] > high)
		return 0;
	for (size_t i = 2; i < len; i++)
		if ((at[i] & 0xc0) != 0x80)
			return 0;
	return len;
}

static bool
is_control(const uint8_t *at, size_t len)
{
	if (len == 1)
		return at[0] < 0x20 || at[0] == 0x7f;
	return len == 2 && at[0] == 0xc2 && at[1] < 0xa0; /* C1 */
}

bool
text_is_clean(const char *text, size_t len)
{
	const uint8_t *at = (const uint8_t *)text;

	for (size_t i = 0, n; i < len; i += n) {
		n = character_len(at + i, len - i);
		if (n == 0 || is_control(at + i, n))
			return false;
	}
	return true;
}

/* Windows-1251 above 0x7f holds Cyrillic in 0xc0..0xff and Ё, ё at 0xa8, 0xb8: RFC 2978
 * registration "windows-1251". */
static bool
is_cp1251_letter(uint8_t b)
{
	return b >= 0xc0 || b == 0xa8 || b == 0xb8;
}

static size_t
cp1251_put(char ret[static 2], uint8_t b)
{
	unsigned code = b == 0xa8 ? 0x401u : b == 0xb8 ? 0x451u : 0x410u + (b - 0xc0u);

	ret[0] = (char)(0xc0 | code >> 6);
	ret[1] = (char)(0x80 | (code & 0x3f));
	return 2;
}

/* Not UTF-8, and every byte above ASCII reads as a Cyrillic letter, at least two of them side
 * by side. */
static bool
looks_cp1251(const uint8_t *at, size_t len)
{
	bool broken = false, pair = false;

	for (size_t i = 0, n; i < len; i += n) {
		n = character_len(at + i, len - i);
		broken |= n == 0;
		n = n ? n : 1;
	}
	if (!broken)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (at[i] < 0x80)
			continue;
		if (!is_cp1251_letter(at[i]))
			return false;
		pair |= i > 0 && is_cp1251_letter(at[i - 1]);
	}
	return pair;
}

static bool
append(char *ret, size_t size, size_t *used, const void *bytes, size_t n)
{
	if (n >= size - *used)
		return false;
	memcpy(ret + *used, bytes, n);
	*used += n;
	return true;
}

/* A line end goes with the blanks around it, of whatever system it is: many become one blank.
 */
static size_t
line_end_len(const char *ret, size_t *used, const uint8_t *at, size_t left)
{
	size_t n = 0;

	while (*used && ret[*used - 1] == ' ')
		(*used)--;
	while (n < left && (at[n] == ' ' || at[n] == '\t' || at[n] == '\r' || at[n] == '\n'))
		n++;
	return n;
}

static size_t
clean_into(char *ret, size_t size, const uint8_t *at, size_t len)
{
	bool cyrillic = looks_cp1251(at, len);
	size_t used = 0;
	char letter[2];
	bool fits = true;

	for (size_t i = 0, n; i < len && fits; i += n) {
		n = 1;
		if (cyrillic && at[i] >= 0x80) {
			fits = append(ret, size, &used, letter, cp1251_put(letter, at[i]));
			continue;
		}
		n = character_len(at + i, len - i);
		if (n == 0 || is_control(at + i, n)) {
			n = n ? n : 1;
			if (at[i] == '\n' || at[i] == '\r')
				n = line_end_len(ret, &used, at + i, len - i);
			if (at[i] == '\t' || at[i] == '\n' || at[i] == '\r')
				fits = append(ret, size, &used, " ", 1);
			else
				fits = append(ret, size, &used, replacement, 3);
			continue;
		}
		fits = append(ret, size, &used, at + i, n);
	}
	return used;
}

/* Printable ASCII alone, as nearly all text is. */
static bool
is_plain(const uint8_t *at, size_t len)
{
	bool plain = true;

	for (size_t i = 0; i < len; i++)
		plain &= at[i] >= 0x20 && at[i] < 0x7f;
	return plain;
}

size_t
text_clean(char *ret, size_t size, const void *bytes, size_t len)
{
	const uint8_t *at = bytes;
	const uint8_t *end = len ? memchr(at, '\0', len) : NULL;
	size_t used;

	if (size == 0)
		return 0;
	if (end)
		len = (size_t)(end - at);
	while (len && (*at == ' ' || *at == '\t' || *at == '\r' || *at == '\n')) {
		at++;
		len--;
	}
	if (len < size && is_plain(at, len)) {
		used = len;
		if (len)
			memcpy(ret, at, len);
	} else {
		used = clean_into(ret, size, at, len);
	}
	while (used && ret[used - 1] == ' ')
		used--;
	ret[used] = '\0';
	return used;
}

size_t
text_copy(char *ret, size_t size, const char *text)
{
	size_t len = strlen(text);

	if (size == 0)
		return 0;
	if (len >= size) {
		len = size - 1;
		while (len && ((unsigned char)text[len] & 0xc0) == 0x80)
			len--;
	}
	memmove(ret, text, len);
	ret[len] = '\0';
	return len;
}

void
text_hex(char *ret, const void *bytes, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *at = bytes;

	for (size_t i = 0; i < len; i++) {
		*ret++ = digits[at[i] >> 4];
		*ret++ = digits[at[i] & 15];
	}
	*ret = '\0';
}

static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int
text_unhex(void *ret, size_t size, const char *hex)
{
	uint8_t *out = ret;
	size_t len = strlen(hex) / 2;

	if (strlen(hex) % 2 || len > size)
		return -EINVAL;
	for (size_t i = 0; i < len; i++) {
		int high = digit(hex[2 * i]), low = digit(hex[2 * i + 1]);

		if (high < 0 || low < 0)
			return -EINVAL;
		out[i] = (uint8_t)(high << 4 | low);
	}
	return (int)len;
}

void
text_uuid(char ret[static 37], const uint8_t uuid[static 16])
{
	static const uint8_t groups[] = {4, 2, 2, 2, 6};

	for (size_t i = 0; i < sizeof(groups); i++) {
		text_hex(ret, uuid, groups[i]);
		uuid += groups[i];
		ret += 2 * groups[i];
		*ret++ = '-';
	}
	ret[-1] = '\0';
}

int
text_uuid_parse(const char *text, uint8_t ret[static 16])
{
	uint8_t uuid[16];
	size_t n = 0;

	if (strlen(text) != 36)
		return -EINVAL;
	for (size_t i = 0; i < 36; i++) {
		int high, low;

		if (i == 8 || i == 13 || i == 18 || i == 23) {
			if (text[i] != '-')
				return -EINVAL;
			continue;
		}
		high = digit(text[i]);
		low = digit(text[++i]);
		if (high < 0 || low < 0)
			return -EINVAL;
		uuid[n++] = (uint8_t)(high << 4 | low);
	}
	memcpy(ret, uuid, sizeof(uuid));
	return 0;
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool
is_end(char c)
{
	return c == '\0' || c == '|';
}

/* One alternative. A '*' remembers where to go on after a miss, so the cost is at most the
 * product of the lengths. */
static bool
match_one(const char *pattern, const char *text)
{
	const char *star = NULL, *again = NULL;

	while (*text) {
		if (*pattern == '*') {
			star = ++pattern;
			again = text;
		} else if (!is_end(*pattern) &&
			   (*pattern == '?' || lower(*pattern) == lower(*text))) {
			pattern++;
			text++;
		} else if (star) {
			pattern = star;
			text = ++again;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return is_end(*pattern);
}

bool
text_match(const char *pattern, const char *text)
{
	while (!match_one(pattern, text)) {
		while (!is_end(*pattern))
			pattern++;
		if (*pattern++ == '\0')
			return false;
	}
	return true;
}

int
text_i64(const char *text, int64_t min, int64_t max, int64_t *ret)
{
	char *end;
	long long value;

	if (!*text || *text == ' ')
		return -EINVAL;
	errno = 0;
	value = strtoll(text, &end, 10);
	if (*end)
		return -EINVAL;
	if (errno == ERANGE || value < min || value > max)
		return -ERANGE;
	*ret = value;
	return 0;
}

int
text_f64(const char *text, double min, double max, double *ret)
{
	char *end;
	double value;

	if (!*text || *text == ' ')
		return -EINVAL;
	value = strtod(text, &end);
	if (*end || value != value)
		return -EINVAL;
	if (value < min || value > max)
		return -ERANGE;
	*ret = value;
	return 0;
}

/* East Asian Wide and Fullwidth blocks (UAX #11), coarsely. */
static bool
is_wide(uint32_t code)
{
	return (code >= 0x1100 && code <= 0x115f) || (code >= 0x2e80 && code <= 0xa4cf) ||
	       (code >= 0xac00 && code <= 0xd7a3) || (code >= 0xf900 && code <= 0xfaff) ||
	       (code >= 0xff00 && code <= 0xff60) || (code >= 0x1f300 && code <= 0x1faff);
}

size_t
text_width(const char *text)
{
	const uint8_t *at = (const uint8_t *)text;
	size_t len = strlen(text), width = 0;

	for (size_t i = 0, n; i < len; i += n) {
		uint32_t code;

		n = character_len(at + i, len - i);
		if (n == 0)
			n = 1;
		code = n == 1 ? at[i] : at[i] & (0xffu >> (n + 1));
		for (size_t k = 1; k < n; k++)
			code = code << 6 | (at[i + k] & 0x3fu);
		width += is_wide(code) ? 2 : 1;
	}
	return width;
}
