/* Streams that are HTTP/1.1 requests, one after another on a connection each: backends with a
 * struct speed_http. */
#ifndef PARTA_AGENT_PROBE_SPEED_HTTP_H
#define PARTA_AGENT_PROBE_SPEED_HTTP_H

#include "agent/probe/speed_backend.h"

extern const struct speed_carrier speed_http_carrier;

#endif
