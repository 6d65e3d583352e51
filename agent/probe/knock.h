/* A TCP connection that is opened to see whether somebody answers, and nothing more. */
#ifndef PARTA_AGENT_PROBE_KNOCK_H
#define PARTA_AGENT_PROBE_KNOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "common/address.h"

/* Begins to connect. 0 with a socket that becomes writable when there is an answer, which the
 * caller closes; else a negative errno, of which -ECONNREFUSED is an answer. */
int knock_begin(const struct address *to, uint16_t port, int *ret_fd);
/* What came of it: 0 connected, or a negative errno. */
int knock_answer(int fd);
/* So long after the first SYN the answer came: was it to one that the kernel sent again (after
 * a second, RFC 6298 section 2), so that the first was lost? */
bool knock_was_repeated(int fd, uint64_t after_us);

#endif
