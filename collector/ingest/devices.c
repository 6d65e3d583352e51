/*
 * Hands the evidence of each device to the rules, with the maker that the IEEE
 * registered its MAC addresses to. Merges nothing: which devices are one is
 * decided where the past is known.
 */
#include "collector/ingest/devices.h"

#include <errno.h>
#include <string.h>

#include "common/address.h"
#include "common/classify/vendor.h"

bool
devices_maker(const struct mac *mac, struct evidence *ret)
{
	const char *vendor = vendor_of_mac(mac);

	if (vendor)
		*ret = (struct evidence){"oui", "vendor", vendor};
	return vendor != NULL;
}

static int
evidence_gather(const Parta__V1__Device *device, struct arena *arena, struct evidence **ret,
    size_t *ret_count)
{
	struct evidence *evidence =
	    arena_take(arena, (device->n_evidence + device->n_mac) * sizeof(*evidence));
	size_t count = 0;

	if (!evidence)
		return -EFBIG;
	for (size_t i = 0; i < device->n_evidence; i++) {
		const Parta__V1__Evidence *said = device->evidence[i];

		evidence[count++] = (struct evidence){said->source, said->key, said->value};
	}
	for (size_t i = 0; i < device->n_mac; i++) {
		struct mac mac;

		if (device->mac[i].len != sizeof(mac.bytes))
			continue;
		memcpy(mac.bytes, device->mac[i].data, sizeof(mac.bytes));
		count += devices_maker(&mac, &evidence[count]);
	}
	*ret = evidence;
	*ret_count = count;
	return 0;
}

int
devices_classify(const struct rules *rules, const Parta__V1__Inventory *inventory,
    struct arena *arena, struct classification **ret)
{
	struct classification *classes =
	    arena_take(arena, inventory->n_devices * sizeof(*classes));
	struct evidence *evidence;
	size_t count, mark;

	if (!classes)
		return -EFBIG;
	for (size_t i = 0; i < inventory->n_devices; i++) {
		mark = arena->used;
		if (evidence_gather(inventory->devices[i], arena, &evidence, &count) < 0)
			return -EFBIG;
		classify(rules, evidence, count, &classes[i]);
		arena->used = mark; /* the evidence is no longer needed */
	}
	*ret = classes;
	return 0;
}
