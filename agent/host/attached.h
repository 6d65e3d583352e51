/*
 * What hangs on the computers that posted facts: displays, document cameras,
 * boards, printers. They have no address of their own; each is known by the
 * computer and, where it has one, by a serial number that moves with it. Pure but
 * for memory.
 */
#ifndef PARTA_AGENT_HOST_ATTACHED_H
#define PARTA_AGENT_HOST_ATTACHED_H

#include <stddef.h>
#include <stdint.h>

#include "agent/inventory/inventory.h"
#include "common/facts/facts.h"

struct attached;

enum { ATTACHED_MAX = 4096, ATTACHED_BYTES_MAX = 4 * 1024 * 1024 };

struct attached *attached_new(void); /* NULL: out of memory */
void attached_free(struct attached *attached);

/*
 * The facts of a computer replace what it told before. A serial number that another
 * computer told earlier has moved here; when that one then tells it again, the two are two
 * things of one number, and both are there.
 */
void attached_note(struct attached *attached, const struct facts *facts, int64_t seen_ms);

/*
 * Those told since a time, as devices: their texts are borrowed until the next
 * attached_note(), the list itself is the caller's to free(). Returns how many.
 */
size_t attached_since(const struct attached *attached, int64_t since_ms, struct device **ret);

/* Forgets what was told before a time. */
void attached_expire(struct attached *attached, int64_t before_ms);

/* What found no room. */
uint64_t attached_refused(const struct attached *attached);

#endif
