/* The UPnP description of a host, for whoever serves it. */
#ifndef PARTA_TESTS_SCHOOL_SSDP_H
#define PARTA_TESTS_SCHOOL_SSDP_H

#include <stddef.h>

#include "tests/school/scenario.h"

/* Of a host with upnp=...; terminated. */
void ssdp_description(const struct host *h, char *ret, size_t size);

#endif
