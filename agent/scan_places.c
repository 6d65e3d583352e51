/* A bridge on which nobody moved tells no table: what it told before stands, here. */
#include "agent/scan_places.h"

#include "common/clock.h"

/* What an earlier scan found, of those that have no place yet. */
static void
recall(const struct scan_memory *past, struct inventory *inventory)
{
	for (size_t i = 0; i < inventory_count(inventory); i++) {
		const struct device *d = inventory_at(inventory, i);
		struct place place;

		if (d->place.seen_ms == 0 && d->n_ips > 0 && d->n_macs > 0 &&
		    scan_memory_place(past, &d->ips[0], &d->macs[0], &place))
			inventory_place(inventory, d, &place);
	}
}

static void
keep(struct scan_memory *past, const struct topology *topology,
    const struct inventory *inventory, int64_t now_ms)
{
	const struct snmp_watch *rows;
	struct address bridge;
	size_t count;

	for (size_t i = 0; i < inventory_count(inventory); i++) {
		const struct device *d = inventory_at(inventory, i);

		if (d->n_ips > 0 && d->n_macs > 0 && !d->randomized_mac)
			scan_memory_put_place(past, &d->ips[0], &d->macs[0], &d->place, now_ms);
	}
	for (size_t i = 0; topology_watch(topology, i, &bridge, &rows, &count); i++)
		scan_memory_put_watch(past, &bridge, rows, count);
}

void
scan_places_settle(struct topology *topology, struct inventory *inventory,
    struct scan_memory *past, const struct mac own[], size_t n_own)
{
	int64_t now_ms = clock_wall_ms();

	if (past)
		recall(past, inventory);
	topology_settle(topology, inventory, own, n_own, now_ms);
	if (past)
		keep(past, topology, inventory, now_ms);
}
