/* What a device that answered tells of others: the caches of a router, the access points of a
 * controller. Both become observations of those others. */
#ifndef PARTA_AGENT_SCAN_TOLD_H
#define PARTA_AGENT_SCAN_TOLD_H

#include <stddef.h>
#include <stdint.h>

#include "agent/ask/snmp.h"
#include "agent/inventory/inventory.h"
#include "common/address.h"

/*
 * swept: networks of which we know ourselves who is there, so that an old entry of
 * a cache makes nobody present. Returns how many were noted.
 */
size_t scan_note_told(struct inventory *inventory, const struct snmp_answer *answer,
    const struct address_range swept[], size_t n_swept, int64_t now_ms);

#endif
