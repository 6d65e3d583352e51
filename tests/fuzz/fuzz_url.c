/* The URL that a device tells of itself. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "agent/ask/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct address own = {.family = ADDRESS_IPV4, .bytes = {10, 77, 0, 5}};
	struct ask_place place;
	char *url = malloc(size + 1);

	if (!url)
		return 0;
	memcpy(url, data, size);
	url[size] = '\0';
	if (url_place(url, &own, &place) == 0) {
		assert(place.port > 0 && place.path[0] == '/');
		assert(strlen(place.path) < sizeof(place.path));
		assert(!strpbrk(place.path, " \r\n\t"));
	}
	free(url);
	return 0;
}
