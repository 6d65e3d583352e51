/*
 * Hands the evidence of each device and its MAC addresses to the rules, by the same
 * call as the agent, so that both say the same. Merges nothing: which devices are
 * one is decided where the past is known.
 */
#include "collector/ingest/devices.h"

#include <errno.h>
#include <string.h>

#include "common/address.h"

struct gathered {
	struct evidence *evidence;
	size_t n_evidence;
	struct mac *macs;
	size_t n_macs;
};

static int
evidence_gather(const Parta__V1__Device *device, struct arena *arena, struct gathered *ret)
{
	struct evidence *evidence =
	    arena_take(arena, (device->n_evidence + 1) * sizeof(*evidence));
	struct mac *macs = arena_take(arena, (device->n_mac + 1) * sizeof(*macs));
	size_t n = 0;

	if (!evidence || !macs)
		return -EFBIG;
	for (size_t i = 0; i < device->n_evidence; i++) {
		const Parta__V1__Evidence *said = device->evidence[i];

		evidence[i] = (struct evidence){said->source, said->key, said->value};
	}
	for (size_t i = 0; i < device->n_mac; i++) {
		if (device->mac[i].len == sizeof(macs[n].bytes))
			memcpy(macs[n++].bytes, device->mac[i].data, sizeof(macs[n].bytes));
	}
	*ret = (struct gathered){evidence, device->n_evidence, macs, n};
	return 0;
}

int
devices_classify(const struct rules *rules, const Parta__V1__Inventory *inventory,
    struct arena *arena, struct classification **ret)
{
	struct classification *classes =
	    arena_take(arena, inventory->n_devices * sizeof(*classes));
	struct gathered of;
	size_t mark;

	if (!classes)
		return -EFBIG;
	for (size_t i = 0; i < inventory->n_devices; i++) {
		mark = arena->used;
		if (evidence_gather(inventory->devices[i], arena, &of) < 0)
			return -EFBIG;
		classify_device(
		    rules, of.macs, of.n_macs, of.evidence, of.n_evidence, &classes[i]);
		arena->used = mark; /* the evidence is no longer needed */
	}
	*ret = classes;
	return 0;
}
