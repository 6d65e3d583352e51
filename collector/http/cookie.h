/* The Cookie header (RFC 6265, 4.2.1). Pure. */
#ifndef PARTA_COLLECTOR_HTTP_COOKIE_H
#define PARTA_COLLECTOR_HTTP_COOKIE_H

#include <stddef.h>

/*
 * The value of the cookie of that very name, copied to ret. 0; -ENOENT it is not there;
 * -E2BIG it does not fit; -EINVAL it has characters that a cookie cannot have, or it is there
 * twice: then somebody else may have set one of them.
 */
int cookie_find(const char *header, const char *name, char *ret, size_t size);

#endif
