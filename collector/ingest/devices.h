/* What the devices of an inventory are: from the wire's evidence to verdicts. Pure. */
#ifndef PARTA_COLLECTOR_INGEST_DEVICES_H
#define PARTA_COLLECTOR_INGEST_DEVICES_H

#include "common/arena.h"
#include "common/classify/classify.h"
#include "parta/v1/inventory.pb-c.h"

/*
 * One classification for each device, in their order, in the arena's memory, as
 * are their texts. 0, or -EFBIG when the arena is full.
 */
int devices_classify(const struct rules *rules, const Parta__V1__Inventory *inventory,
    struct arena *arena, struct classification **ret);

#endif
