/*
 * Forms (snmp_page.h): a version is numbers joined by dots, perhaps with a word or
 * a "v" before them; a serial number is one word of capitals and digits, at least
 * half of it digits, four of them in a row, and has no joint as "XG1900-48P"; one of few digits
 * alone may be any number; a model has a word of letters and digits
 * and reads like no part, port, version or measured value. "MODEL v1.2" is two texts.
 */
#include "agent/ask/snmp_page.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/check.h"
#include "common/classify/classify.h"
#include "common/text.h"

enum form {
	FORM_OTHER,
	FORM_MODEL,
	FORM_SERIAL,
	FORM_NUMBER,
	FORM_VERSION,
	FORM_DECIMAL,
	FORM_COUNT
};

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

enum {
	FIRST_ROW = 1,
	WORD_BEFORE_MAX = 12,
	SERIAL_MIN = 6,
	SERIAL_MAX = 24,
	SERIAL_SURE = 11,
	SERIAL_RUN = 4,
	MODEL_MIN = 4,
	MODEL_MAX = 40,
	MODEL_DIGITS = 8
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Where a "v1.2" stands behind something else, at what joins it; NULL: nowhere. */
static const char *
version_behind(const char *text)
{
	for (const char *at = text; (at = strpbrk(at, " -_")) != NULL; at++) {
		const char *number = at + 2 + (at[1] == 'v' && at[2] == ' ');

		if (at > text && (at[1] == 'v' || at[1] == 'V') && is_digit(*number) &&
		    number[strspn(number, "0123456789")] == '.')
			return at;
	}
	return NULL;
}

static void
text_add(struct snmp_page *page, uint64_t group, const char *text)
{
	if (page->n == SNMP_PAGE_TEXTS_MAX)
		return;
	for (size_t i = 0; i < page->n; i++)
		if (page->texts[i].group == group && strcmp(page->texts[i].text, text) == 0)
			return;
	page->texts[page->n].group = group;
	(void)text_copy(page->texts[page->n++].text, SNMP_PAGE_TEXT_BYTES, text);
}

void
snmp_page_add(
    struct snmp_page *page, const struct snmp_oid *instance, uint32_t below, const char *text)
{
	uint64_t group = 14695981039346656037u; /* FNV-1a */
	const char *version = version_behind(text);
	char before[SNMP_PAGE_TEXT_BYTES];

	if (below < 1 || instance->arc[instance->len - 1] > FIRST_ROW)
		return;
	for (uint32_t i = 0; i + 2 < instance->len; i++)
		group = (group ^ instance->arc[i]) * 1099511628211u;
	if (version && version - text < SNMP_PAGE_TEXT_BYTES) {
		memcpy(before, text, (size_t)(version - text));
		before[version - text] = '\0';
		text_add(page, group, before);
		text = version + 1;
	}
	text_add(page, group, text);
}

/* Skips what may stand before a version: a word and what joins it, then a "v" or "r". */
static const char *
version_start(const char *text)
{
	const char *at = text;

	while (is_letter(*at) || (at > text && is_digit(*at)))
		at++;
	if (at > text && at - text <= WORD_BEFORE_MAX && *at && strchr(" :_-", *at)) {
		at += strspn(at, " :_-");
		text = at;
	}
	if (strchr("vVrR", *text) && is_digit(text[1]))
		text++;
	return text;
}

static bool
is_ip_address(const char *text, unsigned dots)
{
	long first = strtol(text, NULL, 10);

	return dots == 3 && strspn(text, "0123456789.") == strlen(text) &&
	       (first == 10 || first == 127 || first == 172 || first == 192 || first > 223);
}

static enum form
version_form(const char *text)
{
	const char *start = version_start(text), *at = start;
	unsigned dots = 0;

	if (!is_digit(*at))
		return FORM_OTHER;
	while (is_digit(*at))
		at++;
	if (at - start > 4)
		return FORM_OTHER;
	while (*at == '.' && isalnum((unsigned char)at[1])) {
		dots++;
		for (at++; isalnum((unsigned char)*at); at++)
			;
	}
	if (dots == 0 || (*at && !strchr("-_+ ,(/", *at)) || is_ip_address(text, dots) ||
	    text_match("*kva*|*kw*|*hz*|*dbm*|*volt*|* degrees*", text))
		return FORM_OTHER;
	if (dots == 1 && start == text && strspn(start, "0123456789.") == strlen(start))
		return FORM_DECIMAL;
	return FORM_VERSION;
}

static bool
is_upper(const char *text)
{
	while (*text && !(*text >= 'a' && *text <= 'z'))
		text++;
	return *text == '\0';
}

/* The most digits in a row. */
static size_t
digit_run(const char *text)
{
	size_t most = 0;

	for (size_t n; *text; text += n ? n : 1) {
		n = strspn(text, "0123456789");
		if (n > most)
			most = n;
	}
	return most;
}

static bool
is_serial(const char *text)
{
	size_t len = strlen(text), digits = 0, joints = 0;

	if (len < SERIAL_MIN || len > SERIAL_MAX)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (!isalnum((unsigned char)text[i]) && text[i] != '-')
			return false;
		digits += is_digit(text[i]);
		joints += text[i] == '-';
	}
	if (joints > 3 || (joints == 1 && is_letter(*text) && digits < MODEL_DIGITS))
		return false;
	if (len >= SERIAL_SURE && joints == 0 && digits >= 5 && is_upper(text))
		return !classify_serial_is_placeholder(text);
	return digits >= 5 && digits * 2 + 1 >= len &&
	       (digits >= MODEL_DIGITS || digit_run(text) >= SERIAL_RUN) &&
	       !classify_serial_is_placeholder(text);
}

/* Of two in one group the one of capitals and digits without a joint: the other is an order
 * number, a model or, of digits alone, the identity of a radio module. */
static unsigned
serial_worth(const char *text)
{
	unsigned worth = strchr(text, '-') ? 0 : 1;

	worth += is_upper(text) ? 1 : 0;
	worth += strspn(text, "0123456789") < strlen(text) ? 1 : 0;
	return worth;
}

/* Parts, ports and what is measured have names with digits too. */
static const char parts[] =
    "*version*|*chassis*|*fan*|*sensor*|*power *|*supply*|*psu*|*temp*|*input*|*output*|*port*|"
    "*interface*|*ethernet*|*processor*|*cpu*|*intel*|*slot*|*module*|*phase*|*outlet*|*bank*|"
    "*battery*|*volt*|*current*|*user*|*server*|*http*|*@*|*\\?*|*:*|*snmp*|*mib*|*relay*|*"
    "line*|"
    "*channel*|*profile*|*default*|*group*|*volume*|*disk*|*raid*|*eth[0-9]*|*card*|*rx*|*tx*|"
    "f/w*|fw*|h/w*|hw*|rev*|*fpga*|*firmware*|*boot*|*build*";

/* "1.2.3" or ".v1" within it. */
static bool
holds_version(const char *text)
{
	for (const char *at = text; (at = strchr(at, '.')) != NULL; at++) {
		if ((at[1] == 'v' || at[1] == 'V') && is_digit(at[2]))
			return true;
		if (is_digit(at[1]) && at[1 + strspn(at + 1, "0123456789")] == '.')
			return true;
	}
	return false;
}

/* "V210R220" is a version too, of whatever. */
static bool
is_release(const char *text)
{
	size_t digits = *text == 'V' ? strspn(text + 1, "0123456789") : 0;

	return digits > 0 && text[1 + digits] == 'R' && is_digit(text[2 + digits]);
}

static bool
is_model(const char *text)
{
	size_t len = strlen(text);
	bool mixed = false;

	if (len < MODEL_MIN || len > MODEL_MAX || !isalnum((unsigned char)*text) ||
	    text_match(parts, text) || is_release(text) || holds_version(text) ||
	    !strpbrk(text, LETTERS))
		return false;
	for (const char *word = text; *word; word += strspn(word, " ")) {
		size_t n = strcspn(word, " "), digits = 0, letters = 0;

		for (size_t i = 0; i < n; i++) {
			if ((unsigned char)word[i] >= 0x80)
				return false;
			digits += is_digit(word[i]);
			letters += is_letter(word[i]);
		}
		mixed |= (digits > 0 && letters > 0) || (digits > 1 && word > text);
		word += n;
	}
	return mixed;
}

static enum form
form_of(const char *text)
{
	enum form form = version_form(text);

	if (form != FORM_OTHER)
		return form;
	if (is_serial(text))
		return strspn(text, "0123456789") == strlen(text) && strlen(text) < SERIAL_SURE
			   ? FORM_NUMBER
			   : FORM_SERIAL;
	return is_model(text) ? FORM_MODEL : FORM_OTHER;
}

static void
pick(const struct snmp_page *page, uint64_t group, enum form form, char *ret)
{
	for (size_t i = 0; i < page->n; i++) {
		const char *text = page->texts[i].text;

		if (page->texts[i].group != group || form_of(text) != form)
			continue;
		/* of versions the longest: that of the software, not of the board */
		if (!*ret || (form == FORM_VERSION && strlen(text) > strlen(ret)) ||
		    (form == FORM_SERIAL && serial_worth(text) > serial_worth(ret)))
			(void)text_copy(ret, SNMP_PAGE_TEXT_BYTES, text);
	}
}

/* How much a group looks like an identity: two points for each of the three that it has. */
static unsigned
score(const struct snmp_page *page, uint64_t group)
{
	static const unsigned points[FORM_COUNT] = {0, 2, 2, 1, 2, 1};
	bool has[FORM_COUNT] = {false};
	unsigned sum = 0;

	for (size_t i = 0; i < page->n; i++)
		if (page->texts[i].group == group)
			has[form_of(page->texts[i].text)] = true;
	if (has[FORM_VERSION])
		has[FORM_DECIMAL] = false;
	if (has[FORM_SERIAL])
		has[FORM_NUMBER] = false;
	for (size_t i = 0; i < COUNT_OF(points); i++)
		sum += has[i] ? points[i] : 0;
	return sum;
}

/* What stands first in a group of version and serial number may be a model without a digit. */
static void
pick_first(const struct snmp_page *page, uint64_t group, char *ret)
{
	for (size_t i = 0; i < page->n; i++) {
		const char *text = page->texts[i].text;

		if (page->texts[i].group != group)
			continue;
		if (form_of(text) == FORM_OTHER && *text >= 'A' && *text <= 'Z' &&
		    strspn(text, LETTERS "abcdefghijklmnopqrstuvwxyz -") == strlen(text) &&
		    strlen(text) < 24 && strlen(text) > 2 && !text_match(parts, text))
			(void)text_copy(ret, SNMP_PAGE_TEXT_BYTES, text);
		return;
	}
}

/* Where the best group has none: the first of the page. */
static void
pick_elsewhere(const struct snmp_page *page, enum form form, char *ret)
{
	for (size_t i = 0; i < page->n && !*ret; i++)
		pick(page, page->texts[i].group, form, ret);
}

void
snmp_page_identify(const struct snmp_page *page, struct snmp_page_identity *ret)
{
	uint64_t best = 0;
	unsigned most = 0;

	*ret = (struct snmp_page_identity){.model = ""};
	for (size_t i = 0; i < page->n; i++) {
		unsigned points = score(page, page->texts[i].group);

		if (points > most) {
			most = points;
			best = page->texts[i].group;
		}
	}
	if (most >= 2) {
		pick(page, best, FORM_SERIAL, ret->serial);
		pick(page, best, FORM_VERSION, ret->firmware);
	}
	if (most >= 3) {
		pick(page, best, FORM_MODEL, ret->model);
		if (!*ret->serial)
			pick(page, best, FORM_NUMBER, ret->serial);
		if (!*ret->firmware)
			pick(page, best, FORM_DECIMAL, ret->firmware);
	}
	pick_elsewhere(page, FORM_VERSION, ret->firmware);
	pick_elsewhere(page, FORM_SERIAL, ret->serial);
	pick_elsewhere(page, FORM_NUMBER, ret->serial);
	if (!*ret->model)
		pick_elsewhere(page, FORM_MODEL, ret->name);
	if (most >= 4 && !*ret->model && !*ret->name)
		pick_first(page, best, ret->name);
}
