/*
 * Tells serials that no maker gave to one device from real ones: what a board's
 * firmware holds when nobody filled it in, what a template or a person blanked,
 * and runs that are no number at all. It does not know any maker's own format.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "common/check.h"
#include "common/classify/classify.h"
#include "common/text.h"

/* Patterns of text_match(). */
static const char *const placeholders[] = {
    "*to be filled*|*o.e.m.*|*system serial*|*chassis serial*|*base board serial*",
    "*serial*number*|*default*string*|default|*not specified*|*not available*|*not applicable*",
    "none|no|n/"
    "a|na|nil|null|unknown*|undefined|invalid*|empty|test*|private|*<private>*|*private*",
    "*redacted*|*removed*|*hidden*|*example*|sn|s/"
    "n|serial|asset*|oem|other|standard|evaluation*",
    "*masked*|*censored*|*anonym*|*dummy*|*sample*",
};

/* A run of digits or letters that only counts up or down, as "0123456789", "987654" or
 * "ABCDEF". */
static int
is_staircase(const char *text, size_t len)
{
	int up = 1, down = 1;

	for (size_t i = 1; i < len; i++) {
		int step = text[i] - text[i - 1];

		up &= step == 1 || (text[i - 1] == '9' && text[i] == '0');
		down &= step == -1 || (text[i - 1] == '0' && text[i] == '9');
	}
	return up || down;
}

int
classify_serial_is_placeholder(const char *serial)
{
	char plain[96];
	size_t len = 0, same = 0;

	for (size_t i = 0; i < COUNT_OF(placeholders); i++)
		if (text_match(placeholders[i], serial))
			return 1;
	for (const char *at = serial; *at && len < sizeof(plain) - 1; at++)
		if ((unsigned char)*at >= 0x80 || isalnum((unsigned char)*at))
			plain[len++] = (char)toupper((unsigned char)*at);
	if (len < 4)
		return 1;
	for (size_t i = 0; i < len; i++)
		same += plain[i] == plain[0] || plain[i] == '0' || plain[i] == 'X';
	return same == len || is_staircase(plain, len);
}
