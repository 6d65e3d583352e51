/*
 * The end of a walk: rows of all tables become evidence, ports and lists. Names of
 * hrDeviceTypes and hrStorageTypes are those of RFC 2790.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "agent/ask/snmp_facts.h"
#include "common/check.h"

enum {
	MACS_MAX = 64,
	DEVICES_MAX = 32,
	STORAGES_MAX = 32,
	DEVICE_PROCESSOR = 3, /* last arc of hrDeviceTypes */
	DEVICE_PRINTER = 5,
	STORAGE_FIXED_DISK = 4,
};

static bool
is_stack(struct snmp_facts *facts, struct row_key key)
{
	const struct number_row *row = row_find(&facts->classes, key);

	return row && row->number == SNMP_CLASS_STACK;
}

static void
finish_units(struct snmp_facts *facts, bool of_stacks)
{
	for (size_t i = 0; i < facts->units.n; i++) {
		const struct unit_row *row = row_at(&facts->units, i);
		const struct snmp_unit *unit = &row->unit;

		if (is_stack(facts, row->key) != of_stacks)
			continue;
		(void)snmp_facts_add(facts, "entity", "chassis_serial", unit->serial);
		(void)snmp_facts_add(facts, "entity", "chassis_model", unit->model);
		(void)snmp_facts_add(facts, "entity", "chassis_vendor", unit->vendor);
		(void)snmp_facts_add(facts, "entity", "chassis_descr", unit->descr);
		(void)snmp_facts_add(facts, "entity", "firmware",
		    *unit->software ? unit->software : unit->firmware);
	}
}

static void
finish_page(struct snmp_facts *facts)
{
	struct snmp_page_identity is;

	snmp_page_identify(&facts->page, &is);
	(void)snmp_facts_add(facts, "page", "model", is.model);
	(void)snmp_facts_add(facts, "page", "name", is.name);
	(void)snmp_facts_add(facts, "page", "serial", is.serial);
	(void)snmp_facts_add(facts, "page", "firmware", is.firmware);
}

static const char *
device_type_name(uint32_t type)
{
	/* clang-format off */
	static const char *const names[] = {
		[1] = "other", [2] = "unknown", [3] = "processor", [4] = "network", [5] = "printer",
		[6] = "disk", [10] = "video", [11] = "audio", [12] = "coprocessor", [13] = "keyboard",
		[14] = "modem", [15] = "parallel", [16] = "pointing", [17] = "serial", [18] = "tape",
		[19] = "clock", [20] = "volatile_memory", [21] = "non_volatile_memory",
	};
	/* clang-format on */

	return type < COUNT_OF(names) && names[type] ? names[type] : "unknown";
}

static void
finish_devices(struct snmp_facts *facts)
{
	size_t told = 0, processors = 0;

	for (size_t i = 0; i < facts->devices.n; i++) {
		const struct snmp_device *device =
		    &((struct device_row *)row_at(&facts->devices, i))->device;
		size_t before = facts->n_items;

		processors += device->type == DEVICE_PROCESSOR;
		if (!*device->descr)
			continue;
		if (device->type == DEVICE_PRINTER)
			(void)snmp_facts_add(facts, "printer", "model", device->descr);
		if (told < DEVICES_MAX)
			facts_add_format(facts, "host", "device_descr", "%s: %s",
			    device_type_name(device->type), device->descr);
		told += facts->n_items > before;
	}
	if (processors > 0)
		facts_add_format(facts, "host", "processors", "%zu", processors);
	if (facts->pages > 0)
		facts_add_format(facts, "printer", "pages", "%" PRIu64, facts->pages);
}

static void
finish_storages(struct snmp_facts *facts)
{
	size_t told = 0;

	for (size_t i = 0; i < facts->storages.n && told < STORAGES_MAX; i++) {
		const struct snmp_storage *s =
		    &((struct storage_row *)row_at(&facts->storages, i))->storage;
		uint64_t size_bytes = (uint64_t)s->unit_bytes * s->units;

		if (s->type != STORAGE_FIXED_DISK || size_bytes == 0)
			continue;
		facts_add_format(
		    facts, "host", "storage", "%s: %" PRIu64, s->descr, size_bytes);
		told++;
	}
}

static int
finish_ports(struct snmp_facts *facts, struct snmp_answer *ret)
{
	size_t macs = 0;

	if (facts->ports.n == 0)
		return 0;
	facts->port_list = calloc(facts->ports.n, sizeof(*facts->port_list));
	if (!facts->port_list)
		return -ENOMEM;
	for (size_t i = 0; i < facts->ports.n; i++) {
		struct port *port = &facts->port_list[i];
		size_t before = facts->n_items;

		*port = ((struct port_row *)row_at(&facts->ports, i))->port;
		if (macs < MACS_MAX && !mac_is_zero(&port->mac))
			facts_add_mac(facts, "snmp", "if_mac", &port->mac);
		macs += facts->n_items > before;
	}
	ret->ports = facts->port_list;
	ret->n_ports = facts->ports.n;
	return 0;
}

int
snmp_facts_finish(struct snmp_facts *facts, struct snmp_answer *ret)
{
	int r;

	/* Of a stack first its chassis, which have a model and a serial number, then what is
	 * said of the whole. */
	finish_units(facts, false);
	finish_units(facts, true);
	finish_page(facts);
	finish_devices(facts);
	finish_storages(facts);
	facts_finish_state(facts);
	r = finish_ports(facts, ret);
	if (r == 0)
		r = facts_finish_neighbors(facts, ret);
	if (r == 0)
		r = facts_finish_bridge(facts, ret);
	if (r < 0)
		return r;
	if (facts->n_items == 0)
		return 0;
	facts->evidence = calloc(facts->n_items, sizeof(*facts->evidence));
	if (!facts->evidence)
		return -ENOMEM;
	for (size_t i = 0; i < facts->n_items; i++)
		facts->evidence[i] = (struct evidence){facts->items[i].source,
		    facts->items[i].key, (const char *)facts->text.data + facts->items[i].at};
	ret->evidence = facts->evidence;
	ret->n_evidence = facts->n_items;
	return 0;
}
