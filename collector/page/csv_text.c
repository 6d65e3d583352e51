/* Quotes, separators, and the guard against formulas (CWE-1236). */
#include "collector/page/csv_text.h"

#include <string.h>

/* A number as PostgreSQL prints it, with the comma of the language. */
static int
number_add(struct bytes *ret, const char *text, enum language language)
{
	size_t whole = strcspn(text, ".");
	int r;

	if (language != LANGUAGE_RU || text[whole] == '\0')
		return bytes_add_text(ret, text);
	r = bytes_add(ret, text, whole);
	if (r == 0)
		r = bytes_add_text(ret, ",");
	return r == 0 ? bytes_add_text(ret, text + whole + 1) : r;
}

static int
quoted_add(struct bytes *ret, const char *prefix, const char *text)
{
	int r = bytes_add_format(ret, "\"%s", prefix);

	while (r == 0 && *text) {
		size_t len = strcspn(text, "\"");

		r = bytes_add(ret, text, len);
		text += len;
		if (r == 0 && *text == '"') {
			r = bytes_add_text(ret, "\"\"");
			text++;
		}
	}
	return r == 0 ? bytes_add_text(ret, "\"") : r;
}

int
csv_text_add(
    struct bytes *ret, const char *text, bool is_number, bool is_first, enum language language)
{
	const char *separator = language == LANGUAGE_RU ? ";" : ",";
	const char *guard = *text && strchr("=+-@\t\r", *text) ? "'" : "";
	int r = is_first ? 0 : bytes_add_text(ret, separator);

	if (r < 0)
		return r;
	if (is_number)
		return number_add(ret, text, language);
	if (text[strcspn(text, "\";,\r\n\t")] != '\0')
		return quoted_add(ret, guard, text);
	r = bytes_add_text(ret, guard);
	return r == 0 ? bytes_add_text(ret, text) : r;
}
