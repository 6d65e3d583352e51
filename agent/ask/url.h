/* A URL that a device tells of itself, taken only where it points to the device's own address.
 * Pure. */
#ifndef PARTA_AGENT_ASK_URL_H
#define PARTA_AGENT_ASK_URL_H

#include "agent/ask/ask.h"

/* http:// and https:// with an address as host: 0 and *ret; -EINVAL for what is no such URL,
 * -EXDEV when the address is not `own`, -ENAMETOOLONG. */
int url_place(const char *url, const struct address *own, struct ask_place *ret);

#endif
