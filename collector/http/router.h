/*
 * Which handler answers which request. ROUTES is the one list: a row is the
 * whole of a route, and its handler is a function of that name in a room above.
 */
#ifndef PARTA_COLLECTOR_HTTP_ROUTER_H
#define PARTA_COLLECTOR_HTTP_ROUTER_H

#include <stddef.h>
#include <stdint.h>

#include "collector/http/message.h"
#include "common/wire/limits.h"

enum { HTTP_SMALL_BODY_BYTES = 16 * 1024 };
#define HTTP_ANY_BODY UINT64_MAX /* its opening step sets a sink that counts */

/*
 * X(listener, method, path, role, greatest body, opening step or NULL, handler)
 * Paths, answers and status codes are explained in proto/README.md.
 */
#define ROUTES(X)                                                                              \
	X(HTTP_AGENTS, "POST", "/v1/reports", HTTP_AGENT, WIRE_BODY_BYTES_MAX, NULL,           \
	    ingest_reports)                                                                    \
	X(HTTP_AGENTS, "POST", "/v1/heartbeat", HTTP_AGENT, HTTP_SMALL_BODY_BYTES, NULL,       \
	    ingest_heartbeat)                                                                  \
	X(HTTP_AGENTS, "GET", "/v1/policy", HTTP_AGENT, 0, NULL, ingest_policy)                \
	X(HTTP_AGENTS, "POST", "/v1/renew", HTTP_RENEWING, HTTP_SMALL_BODY_BYTES, NULL,        \
	    enrol_renew)                                                                       \
	X(HTTP_ENROL, "POST", "/v1/enrol", HTTP_ANYONE, HTTP_SMALL_BODY_BYTES, NULL,           \
	    enrol_enrol)                                                                       \
	X(HTTP_ENROL, "GET", "/healthz", HTTP_ANYONE, 0, NULL, health_alive)                   \
	X(HTTP_ENROL, "GET", "/readyz", HTTP_ANYONE, 0, NULL, health_ready)                    \
	X(HTTP_ENROL, "GET", "/metrics", HTTP_ANYONE, 0, NULL, health_metrics)                 \
	X(HTTP_MEASURE, "GET", "/v1/measure/download", HTTP_ANYONE, 0, NULL, measure_download) \
	X(HTTP_MEASURE, "POST", "/v1/measure/upload", HTTP_ANYONE, HTTP_ANY_BODY,              \
	    measure_upload_open, measure_upload)                                               \
	X(HTTP_MEASURE, "GET", "/v1/measure/ping", HTTP_ANYONE, 0, NULL, measure_ping)         \
	X(HTTP_MEASURE, "GET", "/backend/garbage", HTTP_ANYONE, 0, NULL, measure_garbage)      \
	X(HTTP_MEASURE, "GET", "/backend/garbage.php", HTTP_ANYONE, 0, NULL, measure_garbage)  \
	X(HTTP_MEASURE, "GET", "/backend/empty", HTTP_ANYONE, 0, NULL, measure_empty)          \
	X(HTTP_MEASURE, "GET", "/backend/empty.php", HTTP_ANYONE, 0, NULL, measure_empty)      \
	X(HTTP_MEASURE, "POST", "/backend/empty", HTTP_ANYONE, HTTP_ANY_BODY,                  \
	    measure_upload_open, measure_empty)                                                \
	X(HTTP_MEASURE, "POST", "/backend/empty.php", HTTP_ANYONE, HTTP_ANY_BODY,              \
	    measure_upload_open, measure_empty)                                                \
	X(HTTP_MEASURE, "GET", "/backend/getIP", HTTP_ANYONE, 0, NULL, measure_address)        \
	X(HTTP_MEASURE, "GET", "/backend/getIP.php", HTTP_ANYONE, 0, NULL, measure_address)

#define ROUTE_DECLARE(listener, method, path, role, body, opening, handler)                    \
	enum http_progress handler(struct http_request *request, struct http_reply *ret);
ROUTES(ROUTE_DECLARE)
#undef ROUTE_DECLARE
bool measure_upload_open(struct http_request *request, struct http_reply *ret);

struct route {
	enum http_listener listener;
	const char *method, *path;
	enum http_role role;
	uint64_t body_bytes_max;
	http_opening_fn open;
	http_handler_fn handle;
};

extern const struct route routes[];
extern const size_t routes_count;

/* The route of a request, or NULL. */
const struct route *route_find(const struct route table[], size_t count,
    enum http_listener listener, const char *method, const char *path);

/* The methods a path takes ("GET", "POST", "GET, POST"), or NULL when there is no such path:
 * 405 or 404. */
const char *route_methods(
    const struct route table[], size_t count, enum http_listener listener, const char *path);

#endif
