/* Names to addresses on the loop; the only user of c-ares. */
#ifndef PARTA_COMMON_RESOLVE_H
#define PARTA_COMMON_RESOLVE_H

#include <stddef.h>

#include "common/address.h"

struct loop;
struct resolver;

enum { RESOLVE_MAX = 8 };

/* error: 0, -ENOENT no such name, -ETIMEDOUT, -EHOSTUNREACH, or another negative errno. */
typedef void (*resolve_fn)(
    void *arg, int error, const struct address addresses[], size_t count);

/* servers: "10.0.0.1,10.0.0.2:5353", or NULL for /etc/resolv.conf. */
int resolver_new(struct loop *loop, const char *servers, struct resolver **ret);
void resolver_free(struct resolver *resolver); /* pending requests get -ECANCELED */

/* IPv4 and IPv6 addresses of a name, at most RESOLVE_MAX; fn is always called, perhaps before
 * this returns. */
void resolver_ask(struct resolver *resolver, const char *name, resolve_fn fn, void *arg);

#endif
