/*
 * A part of an inventory as columns: devices, then what belongs to each, every
 * row with its device's position. Personal devices under random addresses go
 * into columns of their own, to be counted and forgotten.
 */
#include <errno.h>
#include <stdlib.h>

#include "collector/store/body.h"
#include "collector/store/claims.h"
#include "common/cleanup.h"

enum { VLAN_MAX = 4095 };

static const struct classification unclassified = {.class_key = "unknown"};

/* The devices that are kept, with their classes. */
struct kept {
	size_t count;
	struct {
		const Parta__V1__Device *device;
		const struct classification *class;
	} row[];
};

static struct kept *
keep_devices(const Parta__V1__Inventory *inventory, const struct classification *classes)
{
	struct kept *kept =
	    calloc(1, sizeof(*kept) + inventory->n_devices * sizeof(kept->row[0]));

	for (size_t i = 0; kept && i < inventory->n_devices; i++) {
		if (inventory->devices[i]->randomized_mac)
			continue;
		kept->row[kept->count].device = inventory->devices[i];
		kept->row[kept->count].class = classes ? &classes[i] : &unclassified;
		kept->count++;
	}
	return kept;
}

static void
scan_columns(struct call *call, const Parta__V1__Inventory *inventory)
{
	struct array *ranges;

	call_uuid_of(call, inventory->scan_id.data, inventory->scan_id.len);
	call_int(call, ARRAY_INTEGER, inventory->part);
	call_int(call, ARRAY_INTEGER, inventory->parts);
	call_time(call, inventory->started_ms);
	call_time(call, inventory->finished_ms);
	ranges = call_column(call, ARRAY_TEXT);
	for (size_t i = 0; i < inventory->n_ranges; i++)
		array_add_text(ranges, inventory->ranges[i]);
	call_bool(call, inventory->complete);
}

static void
device_columns(struct call *call, const struct kept *kept)
{
	struct array *key = call_column(call, ARRAY_TEXT);
	struct array *first = call_column(call, ARRAY_TIME);
	struct array *last = call_column(call, ARRAY_TIME);
	struct array *class = call_column(call, ARRAY_TEXT);
	struct array *rule = call_column(call, ARRAY_TEXT);
	struct array *confidence = call_column(call, ARRAY_REAL);
	struct array *vendor = call_column(call, ARRAY_TEXT);
	struct array *model = call_column(call, ARRAY_TEXT);
	struct array *serial = call_column(call, ARRAY_TEXT);
	struct array *firmware = call_column(call, ARRAY_TEXT);
	struct array *os = call_column(call, ARRAY_TEXT);
	struct array *name = call_column(call, ARRAY_TEXT);
	struct array *location = call_column(call, ARRAY_TEXT);

	for (size_t i = 0; i < kept->count; i++) {
		const struct classification *c = kept->row[i].class;
		const Parta__V1__Device *device = kept->row[i].device;

		array_add_text(key, device->key);
		array_add_time(first, device->first_seen_ms);
		array_add_time(last, device->last_seen_ms);
		array_add_text(class, c->class_key);
		array_add_text(rule, c->rule);
		array_add_number(confidence, c->confidence);
		array_add_text(vendor, c->vendor);
		array_add_text(model, c->model);
		array_add_text(serial, c->serial);
		array_add_text(firmware, c->firmware);
		array_add_text(os, c->os);
		array_add_text(name, c->name);
		array_add_text(location, c->location);
	}
}

static void
address_columns(struct call *call, const struct kept *kept)
{
	struct array *of = call_column(call, ARRAY_INTEGER);
	struct array *address = call_column(call, ARRAY_INET);

	for (size_t i = 0; i < kept->count; i++) {
		const Parta__V1__Device *device = kept->row[i].device;

		for (size_t n = 0; n < device->n_ip; n++) {
			if (device->ip[n].len != 4 && device->ip[n].len != 16)
				continue;
			array_add_int(of, (int64_t)i + 1);
			array_add_inet(address, device->ip[n].data, device->ip[n].len);
		}
	}
}

static int
identifier_columns(struct call *call, const struct kept *kept)
{
	CLEANUP(free_at) struct claim *claims = calloc(CLAIMS_MAX, sizeof(*claims));
	struct array *of = call_column(call, ARRAY_INTEGER);
	struct array *kind = call_column(call, ARRAY_TEXT);
	struct array *value = call_column(call, ARRAY_TEXT);
	struct array *qualifier = call_column(call, ARRAY_TEXT);

	if (!claims)
		return -ENOMEM;
	for (size_t i = 0; i < kept->count; i++) {
		size_t count = claims_of(kept->row[i].device, kept->row[i].class, claims);

		for (size_t n = 0; n < count; n++) {
			array_add_int(of, (int64_t)i + 1);
			array_add_text(kind, claims[n].kind);
			array_add_text(value, claims[n].value);
			array_add_text(qualifier, claims[n].qualifier);
		}
	}
	return 0;
}

struct evidence_columns {
	struct array *of, *source, *key, *value, *seen;
};

static void
add_evidence(struct evidence_columns *to, size_t device, const char *source, const char *key,
    const char *value, int64_t seen_ms)
{
	array_add_int(to->of, (int64_t)device + 1);
	array_add_text(to->source, source);
	array_add_text(to->key, key);
	array_add_text(to->value, value);
	array_add_time(to->seen, seen_ms);
}

static void
evidence_columns(struct call *call, const struct kept *kept)
{
	struct evidence_columns to = {
	    .of = call_column(call, ARRAY_INTEGER),
	    .source = call_column(call, ARRAY_TEXT),
	    .key = call_column(call, ARRAY_TEXT),
	    .value = call_column(call, ARRAY_TEXT),
	    .seen = call_column(call, ARRAY_TIME),
	};
	struct evidence told[CLASSIFY_TOLD_MAX];

	for (size_t i = 0; i < kept->count; i++) {
		const Parta__V1__Device *device = kept->row[i].device;
		size_t n_told = classify_told(kept->row[i].class, told);

		for (size_t n = 0; n < device->n_evidence; n++) {
			const Parta__V1__Evidence *e = device->evidence[n];

			add_evidence(&to, i, e->source, e->key, e->value,
			    e->seen_ms ? e->seen_ms : device->last_seen_ms);
		}
		for (size_t n = 0; n < n_told; n++)
			add_evidence(&to, i, told[n].source, told[n].key, told[n].value,
			    device->last_seen_ms);
	}
}

static int64_t
within(uint64_t value, int64_t most)
{
	return value > (uint64_t)most ? most : (int64_t)value;
}

static void
port_columns(struct call *call, const struct kept *kept)
{
	struct array *of = call_column(call, ARRAY_INTEGER);
	struct array *index = call_column(call, ARRAY_BIGINT);
	struct array *name = call_column(call, ARRAY_TEXT);
	struct array *alias = call_column(call, ARRAY_TEXT);
	struct array *type = call_column(call, ARRAY_INTEGER);
	struct array *mac = call_column(call, ARRAY_MACADDR);
	struct array *speed = call_column(call, ARRAY_BIGINT);
	struct array *admin = call_column(call, ARRAY_SMALLINT);
	struct array *oper = call_column(call, ARRAY_SMALLINT);

	for (size_t i = 0; i < kept->count; i++) {
		const Parta__V1__Device *device = kept->row[i].device;

		for (size_t n = 0; n < device->n_ports; n++) {
			const Parta__V1__Port *port = device->ports[n];

			array_add_int(of, (int64_t)i + 1);
			array_add_int(index, port->index);
			array_add_text(name, port->name);
			array_add_text(alias, port->alias);
			array_add_int(type, within(port->type, INT32_MAX));
			array_add_mac(mac, port->mac.data, port->mac.len);
			array_add_count(speed, port->speed_bps);
			array_add_int(admin, within(port->admin_status, INT16_MAX));
			array_add_int(oper, within(port->oper_status, INT16_MAX));
		}
	}
}

static void
neighbor_columns(struct call *call, const struct kept *kept)
{
	struct array *of = call_column(call, ARRAY_INTEGER);
	struct array *protocol = call_column(call, ARRAY_TEXT);
	struct array *local = call_column(call, ARRAY_TEXT);
	struct array *chassis = call_column(call, ARRAY_TEXT);
	struct array *port = call_column(call, ARRAY_TEXT);
	struct array *system = call_column(call, ARRAY_TEXT);

	for (size_t i = 0; i < kept->count; i++) {
		const Parta__V1__Device *device = kept->row[i].device;

		for (size_t n = 0; n < device->n_neighbors; n++) {
			const Parta__V1__Neighbor *neighbor = device->neighbors[n];

			array_add_int(of, (int64_t)i + 1);
			array_add_text(protocol, neighbor->protocol);
			array_add_text(local, neighbor->local_port);
			array_add_text(chassis, neighbor->chassis_id);
			array_add_text(port, neighbor->port_id);
			array_add_text(system, neighbor->system_name);
		}
	}
}

static void
transient_columns(struct call *call, const Parta__V1__Inventory *inventory)
{
	struct array *mac = call_column(call, ARRAY_MACADDR);
	struct array *seen = call_column(call, ARRAY_TIME);

	for (size_t i = 0; i < inventory->n_devices; i++) {
		const Parta__V1__Device *device = inventory->devices[i];

		if (!device->randomized_mac || device->n_mac == 0 || device->mac[0].len != 6)
			continue;
		array_add_mac(mac, device->mac[0].data, device->mac[0].len);
		array_add_time(seen, device->last_seen_ms);
	}
}

/* What hangs where, in a call of its own: most devices of most schools tell nothing of it. */
static int
places_store(struct body *body, const struct kept *kept)
{
	struct call *call = body->call;
	struct array *key, *bridge, *port, *index, *load, *vlan, *point, *ssid, *seen;
	size_t count = 0;

	body_start(body);
	key = call_column(call, ARRAY_TEXT);
	bridge = call_column(call, ARRAY_TEXT);
	port = call_column(call, ARRAY_TEXT);
	index = call_column(call, ARRAY_BIGINT);
	load = call_column(call, ARRAY_INTEGER);
	vlan = call_column(call, ARRAY_INTEGER);
	point = call_column(call, ARRAY_TEXT);
	ssid = call_column(call, ARRAY_TEXT);
	seen = call_column(call, ARRAY_TIME);
	for (size_t i = 0; i < kept->count; i++) {
		const Parta__V1__Device *device = kept->row[i].device;
		const Parta__V1__Place *place = device->place;

		if (!place || !*device->key)
			continue;
		array_add_text(key, device->key);
		array_add_text(bridge, place->switch_key);
		array_add_text(port, place->port);
		array_add_int(index, place->if_index);
		array_add_int(load, within(place->port_load, INT32_MAX));
		array_add_int(vlan, within(place->vlan, VLAN_MAX));
		array_add_text(point, place->access_point_key);
		array_add_text(ssid, place->ssid);
		array_add_time(seen, place->seen_ms ? place->seen_ms : device->last_seen_ms);
		count++;
	}
	return count > 0 ? call_run(call, body->db, STATEMENT_TAKE_PLACES, NULL) : 0;
}

int
body_inventory(struct body *body, const Parta__V1__Inventory *inventory)
{
	CLEANUP(free_at) struct kept *kept = keep_devices(inventory, body->item->classes);
	struct call *call = body->call;
	int r;

	if (!kept)
		return -ENOMEM;
	body_start(body);
	scan_columns(call, inventory);
	device_columns(call, kept);
	address_columns(call, kept);
	r = identifier_columns(call, kept);
	if (r < 0)
		return r;
	evidence_columns(call, kept);
	port_columns(call, kept);
	neighbor_columns(call, kept);
	transient_columns(call, inventory);
	r = call_run(call, body->db, STATEMENT_TAKE_INVENTORY, NULL);
	return r < 0 ? r : places_store(body, kept);
}
