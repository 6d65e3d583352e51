/*
 * Which host was asked by which asker within the last day, so that repeated rounds do
 * not repeat what does not change. A host is its MAC and IP address together: one of them
 * new is a new host. Pure: time comes in as a number.
 */
#ifndef PARTA_AGENT_ASK_ASK_MEMORY_H
#define PARTA_AGENT_ASK_ASK_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/address.h"

struct ask_memory;

/* hosts_max: beyond it, who was asked longest ago is forgotten. 0 or -ENOMEM. */
int ask_memory_new(size_t hosts_max, struct ask_memory **ret);
void ask_memory_free(struct ask_memory *memory); /* accepts NULL */

/* As if nobody had been asked. */
void ask_memory_forget(struct ask_memory *memory);

/* True, and remembered, when `what` (below 32) was not asked of the host since a day. */
bool ask_memory_take(struct ask_memory *memory, const struct address *ip, const struct mac *mac,
    unsigned what, uint64_t now_ms);

/* True when it was. */
bool ask_memory_holds(const struct ask_memory *memory, const struct address *ip,
    const struct mac *mac, unsigned what, uint64_t now_ms);

#endif
