/* Whether somebody stands between us and a measuring server and answers in its place: then the
 * way to him would be measured, and not the line. Pure. */
#ifndef PARTA_AGENT_PROBE_SPEED_PROXY_H
#define PARTA_AGENT_PROBE_SPEED_PROXY_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Looks at raw header lines, '\n' between, for what a proxy or a cache adds (RFC 9110
 * section 7.6.3, RFC 9111 section 5.1, and what Squid and its kind say). The first
 * such line goes into ret, clean and cut to size.
 */
bool speed_proxy_tells(const char *headers, char *ret, size_t size);

#endif
