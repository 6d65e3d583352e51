/* Which route a request takes, by a table that is given. Pure. */
#ifndef PARTA_COLLECTOR_HTTP_ROUTER_H
#define PARTA_COLLECTOR_HTTP_ROUTER_H

#include <stddef.h>
#include <stdint.h>

#include "collector/http/message.h"

enum { HTTP_SMALL_BODY_BYTES = 16 * 1024 };
#define HTTP_ANY_BODY UINT64_MAX /* its opening step sets a sink that counts */

struct route {
	enum http_listener listener;
	const char *method, *path;
	enum http_role role;
	uint64_t body_bytes_max;
	http_opening *open; /* NULL none */
	http_handler *handle;
	const void *detail; /* what its handler needs to know of it besides */
};

/* The route of a request, or NULL. */
const struct route *route_find(const struct route table[], size_t count,
    enum http_listener listener, const char *method, const char *path);

/* The methods a path takes ("GET", "POST", "GET, POST"), or NULL when there is no such path:
 * 405 or 404. */
const char *route_methods(
    const struct route table[], size_t count, enum http_listener listener, const char *path);

#endif
