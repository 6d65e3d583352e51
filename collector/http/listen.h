/* A listening socket from the text of an option. */
#ifndef PARTA_COLLECTOR_HTTP_LISTEN_H
#define PARTA_COLLECTOR_HTTP_LISTEN_H

#include <stdint.h>

#include "common/address.h"

/* "[::]:8443", "10.0.0.1:8443": 0 or -EINVAL. */
int endpoint_parse(const char *text, struct address *ret, uint16_t *ret_port);

/* Bound and listening; "[::]" hears IPv4 as well. *ret_port is the one it got. The caller owns
 * *ret. 0, -EINVAL for a text that cannot be read, or the negative errno of socket(2), bind(2),
 * listen(2). */
int listen_open(const char *text, int *ret, uint16_t *ret_port);

#endif
