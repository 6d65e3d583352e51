/*
 * Places from forwarding tables (topology.h). A table is kept in the order of its
 * addresses. A bridge's root port is the one on which it sees us: we have just
 * spoken to it, so it must. Every other port that sees a device leads down to it, and
 * of two such ports the deeper one is on the bridge that the other one sees too.
 */
#include "agent/inventory/topology.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"

struct table {
	struct address ip; /* who told it */
	struct forwarding *rows;
	size_t n;
	/* while settling */
	const struct device *bridge;
	uint32_t root_port;       /* towards us, 0 unknown */
	struct snmp_watch *watch; /* room for n */
	size_t n_watch;
};

struct topology {
	struct table tables[TOPOLOGY_BRIDGES_MAX];
	size_t n_tables;
	struct told_station {
		struct address ip; /* who told it */
		struct station station;
	} * stations;
	size_t n_stations;
	struct access_point *points;
	size_t n_points;
	/* while settling: the port on which bridge a sees bridge b, 0 none */
	uint32_t *sees;
};

int
topology_new(struct topology **ret)
{
	*ret = calloc(1, sizeof(**ret));
	return *ret ? 0 : -ENOMEM;
}

void
topology_free(struct topology *topology)
{
	if (!topology)
		return;
	for (size_t i = 0; i < topology->n_tables; i++) {
		free(topology->tables[i].rows);
		free(topology->tables[i].watch);
	}
	free(topology->stations);
	free(topology->points);
	free(topology->sees);
	free(topology);
}

static int
by_mac(const void *a, const void *b)
{
	const struct forwarding *x = a, *y = b;
	int order = memcmp(&x->mac, &y->mac, sizeof(x->mac));

	if (order == 0)
		order = (x->if_index > y->if_index) - (x->if_index < y->if_index);
	return order ? order : (x->vlan > y->vlan) - (x->vlan < y->vlan);
}

static int
table_add(struct topology *t, const struct snmp_answer *answer)
{
	struct table *table = &t->tables[t->n_tables];

	if (answer->n_forwarding == 0)
		return 0;
	if (t->n_tables == TOPOLOGY_BRIDGES_MAX)
		return -ENOSPC;
	*table = (struct table){.ip = answer->ip, .n = answer->n_forwarding};
	table->rows = calloc(answer->n_forwarding, sizeof(*table->rows));
	if (!table->rows)
		return -ENOMEM;
	memcpy(table->rows, answer->forwarding, answer->n_forwarding * sizeof(table->rows[0]));
	qsort(table->rows, table->n, sizeof(table->rows[0]), by_mac);
	t->n_tables++;
	return 0;
}

int
topology_add(struct topology *topology, const struct snmp_answer *answer)
{
	size_t stations = topology->n_stations + answer->n_stations;
	size_t points = topology->n_points + answer->n_access_points;
	void *grown;

	if (answer->n_stations > 0) {
		grown = reallocarray(topology->stations, stations, sizeof(*topology->stations));
		if (!grown)
			return -ENOMEM;
		topology->stations = grown;
		for (size_t i = 0; i < answer->n_stations; i++)
			topology->stations[topology->n_stations++] =
			    (struct told_station){answer->ip, answer->stations[i]};
	}
	if (answer->n_access_points > 0) {
		grown = reallocarray(topology->points, points, sizeof(*topology->points));
		if (!grown)
			return -ENOMEM;
		topology->points = grown;
		memcpy(topology->points + topology->n_points, answer->access_points,
		    answer->n_access_points * sizeof(topology->points[0]));
		topology->n_points = points;
	}
	return table_add(topology, answer);
}

/* ---- who sees whom */

static const struct forwarding *
table_find(const struct table *table, const struct mac *mac)
{
	size_t low = 0, high = table->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (memcmp(&table->rows[middle].mac, mac, sizeof(*mac)) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < table->n && mac_equal(&table->rows[low].mac, mac) ? &table->rows[low]
								       : NULL;
}

static const struct forwarding *
table_find_any(const struct table *table, const struct mac macs[], size_t n)
{
	const struct forwarding *found = NULL;

	for (size_t i = 0; i < n && !found; i++)
		found = table_find(table, &macs[i]);
	return found;
}

/* How many addresses are behind a port. */
static uint32_t
port_load(const struct table *table, uint32_t if_index)
{
	uint32_t n = 0;

	for (size_t i = 0; i < table->n; i++)
		n += table->rows[i].if_index == if_index &&
		     (i == 0 || !mac_equal(&table->rows[i].mac, &table->rows[i - 1].mac));
	return n;
}

static const struct port *
port_by_index(const struct device *device, uint32_t if_index)
{
	for (size_t i = 0; i < device->n_ports; i++)
		if (device->ports[i].index == if_index)
			return &device->ports[i];
	return NULL;
}

/* The port on which a bridge has the other one for a neighbor by LLDP or CDP, 0 none. */
static uint32_t
neighbor_port(const struct device *bridge, const struct device *other)
{
	char text[MAC_TEXT_SIZE];

	for (size_t n = 0; n < bridge->n_neighbors; n++)
		for (size_t m = 0; m < other->n_macs; m++) {
			mac_format(&other->macs[m], text);
			if (strcmp(bridge->neighbors[n].chassis_id, text) != 0)
				continue;
			for (size_t p = 0; p < bridge->n_ports; p++)
				if (strcmp(bridge->ports[p].name,
					bridge->neighbors[n].local_port) == 0)
					return bridge->ports[p].index;
		}
	return 0;
}

/* A device that answered at several addresses tells one table: the longest. */
static void
tables_identify(struct topology *t, const struct inventory *inventory)
{
	for (size_t i = 0; i < t->n_tables; i++)
		t->tables[i].bridge = inventory_by_ip(inventory, &t->tables[i].ip);
	for (size_t i = 0; i < t->n_tables; i++)
		for (size_t j = 0; j < t->n_tables; j++)
			if (i != j && t->tables[i].bridge &&
			    t->tables[i].bridge == t->tables[j].bridge &&
			    t->tables[i].n <= t->tables[j].n)
				t->tables[i].bridge = NULL;
}

static uint32_t
sees(const struct topology *t, size_t a, size_t b)
{
	return t->sees[a * t->n_tables + b];
}

static int
bridges_order(struct topology *t, const struct mac own[], size_t n_own)
{
	free(t->sees);
	t->sees = calloc(t->n_tables * t->n_tables, sizeof(t->sees[0]));
	if (!t->sees)
		return -ENOMEM;
	for (size_t a = 0; a < t->n_tables; a++) {
		struct table *table = &t->tables[a];
		const struct forwarding *us = table_find_any(table, own, n_own);

		table->root_port = us ? us->if_index : 0;
		for (size_t b = 0; b < t->n_tables; b++) {
			const struct device *other = t->tables[b].bridge;
			const struct forwarding *it;

			if (a == b || !table->bridge || !other)
				continue;
			it = table_find_any(table, other->macs, other->n_macs);
			t->sees[a * t->n_tables + b] =
			    it ? it->if_index : neighbor_port(table->bridge, other);
		}
	}
	return 0;
}

/* ---- where a device hangs */

struct candidates {
	const struct forwarding *row[TOPOLOGY_BRIDGES_MAX]; /* by table, NULL none */
	bool down[TOPOLOGY_BRIDGES_MAX];                    /* not on the way to us */
};

static void
candidates_of(
    const struct topology *t, const struct device *device, struct candidates *ret, bool *down)
{
	*down = false;
	for (size_t i = 0; i < t->n_tables; i++) {
		const struct table *table = &t->tables[i];

		ret->row[i] = NULL;
		if (!table->bridge || table->bridge == device)
			continue;
		ret->row[i] = table_find_any(table, device->macs, device->n_macs);
		ret->down[i] = ret->row[i] && ret->row[i]->if_index != table->root_port;
		*down |= ret->down[i];
	}
}

/* Is there a bridge behind this port that sees the device too (on our side of it: any)? */
static bool
is_deeper(const struct topology *t, const struct candidates *c, size_t at, bool down)
{
	for (size_t i = 0; i < t->n_tables; i++) {
		if (i == at || sees(t, at, i) != c->row[at]->if_index)
			continue;
		if (!down || (c->row[i] && c->down[i]))
			return true;
	}
	return false;
}

/* The table of the bridge on which a device hangs, or n_tables. */
static size_t
choose(const struct topology *t, const struct candidates *c, bool down)
{
	size_t best = t->n_tables;
	uint32_t best_load = UINT32_MAX;

	for (size_t i = 0; i < t->n_tables; i++) {
		uint32_t load;

		if (!c->row[i] || c->down[i] != down || is_deeper(t, c, i, down))
			continue;
		load = port_load(&t->tables[i], c->row[i]->if_index);
		if (load < best_load) {
			best = i;
			best_load = load;
		}
	}
	return best;
}

/* Its bridge tells nothing this time, but is seen on the very port on which the device is. */
static bool
is_hidden(const struct topology *t, const struct inventory *inventory,
    const struct place *known, size_t seen_by, uint32_t if_index)
{
	const struct device *bridge = inventory_by_key(inventory, known->bridge);
	const struct forwarding *row;

	if (!bridge || bridge == t->tables[seen_by].bridge)
		return false;
	for (size_t i = 0; i < t->n_tables; i++)
		if (t->tables[i].bridge == bridge)
			return false;
	row = table_find_any(&t->tables[seen_by], bridge->macs, bridge->n_macs);
	return row && row->if_index == if_index;
}

static void
place_fill(
    const struct table *table, const struct forwarding *row, int64_t now_ms, struct place *ret)
{
	const struct port *port = port_by_index(table->bridge, row->if_index);

	*ret = (struct place){.if_index = row->if_index,
	    .vlan = row->vlan,
	    .port_load = port_load(table, row->if_index),
	    .seen_ms = now_ms};
	(void)text_copy(ret->bridge, sizeof(ret->bridge), table->bridge->key);
	if (port && *port->name)
		(void)text_copy(ret->port, sizeof(ret->port), port->name);
	else
		(void)snprintf(ret->port, sizeof(ret->port), "%" PRIu32, row->if_index);
	if (ret->vlan == 0 && port)
		ret->vlan = port->vlan;
}

/* At most as many as there are rows: a device has one place. Memory that is short costs a walk
 * next time, no more. */
static void
watch_add(struct table *table, const struct forwarding *row)
{
	if (!table->watch)
		table->watch = calloc(table->n, sizeof(*table->watch));
	if (table->watch && table->n_watch < table->n)
		table->watch[table->n_watch++] = (struct snmp_watch){
		    row->mac, row->database, row->bridge_port, row->context};
}

static void
device_settle(struct topology *t, struct inventory *inventory, const struct device *device,
    int64_t now_ms)
{
	struct candidates candidates;
	struct place place;
	bool down;
	size_t at;

	candidates_of(t, device, &candidates, &down);
	at = choose(t, &candidates, down);
	if (at == t->n_tables ||
	    is_hidden(t, inventory, &device->place, at, candidates.row[at]->if_index))
		return;
	place_fill(&t->tables[at], candidates.row[at], now_ms, &place);
	inventory_place(inventory, device, &place);
	watch_add(&t->tables[at], candidates.row[at]);
}

bool
topology_watch(const struct topology *topology, size_t i, struct address *ret_bridge,
    const struct snmp_watch **ret_rows, size_t *ret_count)
{
	if (i >= topology->n_tables)
		return false;
	*ret_bridge = topology->tables[i].ip;
	*ret_rows = topology->tables[i].watch;
	*ret_count = topology->tables[i].n_watch;
	return true;
}

/* ---- WLAN */

static const struct device *
access_point_of(const struct topology *t, const struct inventory *inventory,
    const struct told_station *told)
{
	const struct mac *mac = &told->station.access_point;

	if (mac_is_zero(mac))
		return inventory_by_ip(inventory, &told->ip);
	for (size_t i = 0; i < t->n_points; i++)
		if (mac_equal(&t->points[i].radio, mac))
			mac = &t->points[i].mac;
	return inventory_by_mac(inventory, mac);
}

/* Who is on the air hangs where its access point does. */
static void
stations_settle(struct topology *t, struct inventory *inventory, int64_t now_ms)
{
	for (size_t i = 0; i < t->n_stations; i++) {
		const struct station *station = &t->stations[i].station;
		const struct device *device = inventory_by_mac(inventory, &station->mac);
		const struct device *point = access_point_of(t, inventory, &t->stations[i]);
		struct place place;

		if (!device || device == point)
			continue;
		place = device->place;
		if (point && *point->place.bridge) {
			uint16_t vlan = place.vlan;

			place = point->place;
			place.vlan = vlan ? vlan : place.vlan;
		}
		place.seen_ms = now_ms;
		(void)text_copy(place.ssid, sizeof(place.ssid), station->ssid);
		(void)text_copy(
		    place.access_point, sizeof(place.access_point), point ? point->key : "");
		inventory_place(inventory, device, &place);
	}
}

void
topology_settle(struct topology *topology, struct inventory *inventory, const struct mac own[],
    size_t n_own, int64_t now_ms)
{
	size_t n = inventory_count(inventory);

	tables_identify(topology, inventory);
	for (size_t i = 0; i < topology->n_tables; i++)
		topology->tables[i].n_watch = 0;
	if (topology->n_tables > 0 && bridges_order(topology, own, n_own) == 0)
		for (size_t i = 0; i < n; i++)
			device_settle(topology, inventory, inventory_at(inventory, i), now_ms);
	stations_settle(topology, inventory, now_ms);
}

/* ---- the way to the gateway */

static size_t
way_up(const struct inventory *inventory, const struct device *device,
    struct hop ret[static TOPOLOGY_HOPS_MAX])
{
	size_t n = 0;

	while (n < TOPOLOGY_HOPS_MAX && *device->place.bridge) {
		const struct device *bridge = inventory_by_key(inventory, device->place.bridge);

		if (!bridge)
			break;
		for (size_t i = 0; i < n; i++)
			if (ret[i].bridge == bridge)
				return n; /* it goes in a circle */
		ret[n++] = (struct hop){bridge, device->place.port};
		device = bridge;
	}
	return n;
}

size_t
topology_way(const struct inventory *inventory, const struct device *device,
    const struct device *gateway, struct hop ret[static TOPOLOGY_HOPS_MAX])
{
	struct hop other[TOPOLOGY_HOPS_MAX];
	size_t n = way_up(inventory, device, ret), m;

	if (!gateway || gateway == device)
		return n;
	m = way_up(inventory, gateway, other);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < m; j++) {
			if (ret[i].bridge != other[j].bridge)
				continue;
			/* here they meet: down the gateway's way, this bridge's port first */
			n = i + 1;
			for (size_t k = j + 1; k-- > 0 && n < TOPOLOGY_HOPS_MAX;)
				ret[n++] = other[k];
			return n;
		}
	return n;
}
