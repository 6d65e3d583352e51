/* libmicrohttpd's ways in: a piece of a request, and its end. Private to this room. */
#ifndef PARTA_COLLECTOR_HTTP_SERVE_H
#define PARTA_COLLECTOR_HTTP_SERVE_H

#include "collector/http/call.h"

/* A piece of a request; *at is its call, NULL at first. False: the connection ends. */
bool call_serve(struct http_server *server, struct MHD_Connection *connection, const char *path,
    const char *method, const char *bytes, size_t *len, struct http_call **at);

/* The reply has left (whole), or the connection is lost. */
void call_over(struct http_call *call, bool whole);

#endif
