/* Which handler answers which request, and what a browser is told with every reply. */
#ifndef PARTA_COLLECTOR_ROUTES_H
#define PARTA_COLLECTOR_ROUTES_H

#include "collector/http/router.h"
#include "collector/http/server.h"

extern const struct route routes[];
extern const size_t routes_count;

/* Stands on every reply of the page's listener. */
extern const struct http_always page_headers[];

#endif
