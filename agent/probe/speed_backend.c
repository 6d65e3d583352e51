/* The list of backends, and what their URLs have in common: see speed_backend.h. */
#include "agent/probe/speed_backend.h"

#include <string.h>

#include "common/check.h"

const struct speed_backend *const speed_backends[] = {
    &speed_parta,
    &speed_librespeed,
};
const size_t speed_backends_count = COUNT_OF(speed_backends);

const struct speed_backend *
speed_backend_find(const char *name)
{
	if (!name || !*name)
		return speed_backends[0];
	for (size_t i = 0; i < speed_backends_count; i++)
		if (!strcmp(speed_backends[i]->name, name))
			return speed_backends[i];
	return NULL;
}

int
speed_url_begin(const struct speed_place *place, const char *path, struct bytes *ret)
{
	return bytes_add_format(
	    ret, "%s%s?%s%s", place->server, path, place->query, place->query[0] ? "&" : "");
}
