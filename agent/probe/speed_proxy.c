/* What proxies and caches say of themselves: see speed_proxy.h. One that hides itself is caught
 * by TLS alone, which it cannot answer. */
#include "agent/probe/speed_proxy.h"

#include <string.h>
#include <strings.h>

#include "common/check.h"
#include "common/text.h"

static const char *const tells[] = {"Via:", "Age:", "X-Cache:", "X-Cache-Lookup:",
    "X-Cache-Hits:", "X-Squid-Error:", "Proxy-Connection:", "Proxy-Authenticate:"};

bool
speed_proxy_tells(const char *headers, char *ret, size_t size)
{
	for (const char *line = headers; *line; line += strspn(line, "\r\n")) {
		size_t len = strcspn(line, "\r\n");

		for (size_t i = 0; i < COUNT_OF(tells); i++)
			if (strncasecmp(line, tells[i], strlen(tells[i])) == 0) {
				(void)text_clean(ret, size, line, len);
				return true;
			}
		line += len;
	}
	return false;
}
