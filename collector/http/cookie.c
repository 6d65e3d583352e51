/*
 * Reads name=value pairs separated by ';'. Quoted values are left as they are: no
 * cookie of ours has quotes.
 */
#include "collector/http/cookie.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

/* cookie-octet of RFC 6265: visible ASCII without blank, quote, comma, semicolon, backslash. */
static bool
is_octet(char c)
{
	return c > 0x20 && c < 0x7f && !strchr("\",;\\", c);
}

static int
value_take(const char *from, size_t len, char *ret, size_t size)
{
	if (len >= size)
		return -E2BIG;
	for (size_t i = 0; i < len; i++) {
		if (!is_octet(from[i]))
			return -EINVAL;
	}
	memcpy(ret, from, len);
	ret[len] = '\0';
	return 0;
}

int
cookie_find(const char *header, const char *name, char *ret, size_t size)
{
	size_t name_len = strlen(name), value_len = 0;
	const char *value = NULL;

	while (*header) {
		size_t len;

		header += strspn(header, " \t;");
		len = strcspn(header, ";");
		if (len > name_len && strncmp(header, name, name_len) == 0 &&
		    header[name_len] == '=') {
			if (value)
				return -EINVAL;
			value = header + name_len + 1;
			value_len = len - name_len - 1;
		}
		header += len;
	}
	if (!value)
		return -ENOENT;
	while (value_len > 0 && strchr(" \t", value[value_len - 1]))
		value_len--;
	return value_take(value, value_len, ret, size);
}
