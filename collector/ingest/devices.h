/* What the devices of an inventory are: from the wire's evidence to verdicts. Pure. */
#ifndef PARTA_COLLECTOR_INGEST_DEVICES_H
#define PARTA_COLLECTOR_INGEST_DEVICES_H

#include <stdbool.h>

#include "common/address.h"
#include "common/arena.h"
#include "common/classify/classify.h"
#include "parta/v1/inventory.pb-c.h"

/*
 * One classification for each device, in their order, in the arena's memory, as
 * are their texts. 0, or -EFBIG when the arena is full.
 */
int devices_classify(const struct rules *rules, const Parta__V1__Inventory *inventory,
    struct arena *arena, struct classification **ret);

/* What a MAC address says as evidence: the maker that the IEEE registered it to. False: nobody.
 */
bool devices_maker(const struct mac *mac, struct evidence *ret);

#endif
