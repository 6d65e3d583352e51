/* Reads X-Forwarded-For from its end; see forwarded.h. Ports are not taken: no proxy that we
 * name in the manual writes them. */
#include "collector/http/forwarded.h"

#include <errno.h>
#include <string.h>

bool
forwarded_trusts(
    const struct address *address, const struct address_range proxies[], size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (address_in_range(address, &proxies[i]))
			return true;
	}
	return false;
}

/* The address that ends at `end`, without the blanks around it. */
static int
address_before(const char *header, size_t end, size_t *ret_start, struct address *ret)
{
	char text[ADDRESS_TEXT_SIZE];
	size_t start = end;

	while (start > 0 && header[start - 1] != ',')
		start--;
	*ret_start = start;
	while (start < end && strchr(" \t", header[start]))
		start++;
	while (end > start && strchr(" \t", header[end - 1]))
		end--;
	if (end - start >= sizeof(text))
		return -EINVAL;
	memcpy(text, header + start, end - start);
	text[end - start] = '\0';
	return address_parse(text, ret);
}

int
forwarded_client(
    const char *header, const struct address_range proxies[], size_t count, struct address *ret)
{
	size_t start = strlen(header) + 1;
	struct address address;

	do {
		if (address_before(header, start - 1, &start, &address) < 0)
			return -EINVAL;
	} while (start > 0 && forwarded_trusts(&address, proxies, count));
	*ret = address;
	return 0;
}
