/* Who a request came from when a proxy of ours stands in between. Pure. */
#ifndef PARTA_COLLECTOR_HTTP_FORWARDED_H
#define PARTA_COLLECTOR_HTTP_FORWARDED_H

#include <stdbool.h>
#include <stddef.h>

#include "common/address.h"

/*
 * The client as an X-Forwarded-For header tells it: each proxy adds at the end whom it heard,
 * so reading from the end the first address that is none of our proxies is the client, and what
 * stands before it is hearsay. All are ours: the first. 0, or -EINVAL: no address where one
 * should be; *ret is untouched then.
 */
int forwarded_client(const char *header, const struct address_range proxies[], size_t count,
    struct address *ret);

/* One of those ranges. */
bool forwarded_trusts(
    const struct address *address, const struct address_range proxies[], size_t count);

#endif
