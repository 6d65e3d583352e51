/*
 * Finds the route of a request. Paths are compared whole
 * and as they came: no wildcard, no normalisation, so nothing can be spelt in
 * two ways.
 */
#include "collector/http/router.h"

#include <string.h>

const struct route *
route_find(const struct route table[], size_t count, enum http_listener listener,
    const char *method, const char *path)
{
	for (size_t i = 0; i < count; i++) {
		const struct route *route = &table[i];

		if (route->listener == listener && strcmp(route->path, path) == 0 &&
		    strcmp(route->method, method) == 0)
			return route;
	}
	return NULL;
}

const char *
route_methods(
    const struct route table[], size_t count, enum http_listener listener, const char *path)
{
	bool get = route_find(table, count, listener, "GET", path);
	bool post = route_find(table, count, listener, "POST", path);

	if (get && post)
		return "GET, POST";
	if (get)
		return "GET";
	return post ? "POST" : NULL;
}
