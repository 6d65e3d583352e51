/*
 * Readers of values and the rows they build. A value of the wrong type is passed
 * over; text is made clean; what repeats is kept once. Names of hrDeviceTypes and
 * hrStorageTypes are those of RFC 2790. Counters that only grow (octets, errors) are
 * not read: this is an inventory, not a meter.
 */
#include "agent/ask/snmp_read.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/ask/snmp_facts.h"
#include "common/check.h"
#include "common/text.h"

enum {
	FACTS_BYTES_MAX = 192 * 1024,
	MACS_MAX = 64,
	DEVICES_MAX = 32,
	STORAGES_MAX = 32,
	UNITS_ROWS_MAX = 2048,
	CLASS_CHASSIS = 3, /* PhysicalClass, RFC 6933 */
	CLASS_STACK = 11,
	DEVICE_PROCESSOR = 3, /* last arc of hrDeviceTypes */
	DEVICE_PRINTER = 5,
	STORAGE_FIXED_DISK = 4,
};

/* THE LIST of lists. */
static const struct {
	size_t at, row_bytes, max;
} lists[] = {
#define LIST(name, row, max_rows)                                                              \
	{                                                                                      \
		offsetof(struct snmp_facts, name), sizeof(struct row), max_rows                \
	}
    LIST(ports, port_row, SNMP_PORTS_MAX),
    LIST(classes, number_row, UNITS_ROWS_MAX),
    LIST(units, unit_row, SNMP_UNITS_MAX),
    LIST(devices, device_row, 128),
    LIST(storages, storage_row, 128),
    LIST(supplies, supply_row, 32),
    LIST(local_ports, local_port_row, SNMP_PORTS_MAX),
    LIST(neighbors, neighbor_row, SNMP_NEIGHBORS_MAX),
    LIST(neighbors_v2, neighbor_row, SNMP_NEIGHBORS_MAX),
    LIST(cdp_neighbors, cdp_row, SNMP_NEIGHBORS_MAX),
    LIST(management, management_row, SNMP_NEIGHBORS_MAX),
    LIST(base_ports, number_row, SNMP_PORTS_MAX),
    LIST(vlans, number_row, SNMP_PORTS_MAX),
    LIST(port_vlans, number_row, SNMP_PORTS_MAX),
    LIST(poe, number_row, SNMP_PORTS_MAX),
    LIST(forwarding, forwarding_row, SNMP_FORWARDING_MAX),
    LIST(resolved, resolved_row, SNMP_RESOLVED_MAX),
    LIST(radios, radio_row, 64),
    LIST(stations, station_row, SNMP_STATIONS_MAX),
    LIST(access_points, access_point_row, SNMP_ACCESS_POINTS_MAX),
#undef LIST
};

static struct rows *
list_of(struct snmp_facts *facts, size_t i)
{
	return (struct rows *)(void *)((char *)facts + lists[i].at);
}

int
snmp_facts_new(struct snmp_facts **ret)
{
	struct snmp_facts *facts = calloc(1, sizeof(*facts));

	if (!facts)
		return -ENOMEM;
	facts->text = bytes_new(FACTS_BYTES_MAX);
	for (size_t i = 0; i < COUNT_OF(lists); i++)
		*list_of(facts, i) =
		    (struct rows){.row_bytes = lists[i].row_bytes, .max = lists[i].max};
	*ret = facts;
	return 0;
}

void
snmp_facts_free(struct snmp_facts *facts)
{
	if (!facts)
		return;
	bytes_clear(&facts->text);
	for (size_t i = 0; i < COUNT_OF(lists); i++)
		free(list_of(facts, i)->at);
	free(facts->evidence);
	free(facts->port_list);
	free(facts->neighbor_list);
	free(facts->forwarding_list);
	free(facts->resolved_list);
	free(facts->station_list);
	free(facts->access_point_list);
	free(facts);
}

/* ---- rows */

void *
row_at(const struct rows *rows, size_t i)
{
	return rows->at + i * rows->row_bytes;
}

static int
row_compare(const struct rows *rows, size_t i, struct row_key key)
{
	struct row_key k;

	memcpy(&k, row_at(rows, i), sizeof(k));
	if (k.a != key.a)
		return k.a < key.a ? -1 : 1;
	if (k.b != key.b)
		return k.b < key.b ? -1 : 1;
	return 0;
}

void *
row_find(struct rows *rows, struct row_key key)
{
	if (rows->n == 0 || (!rows->unsorted && row_compare(rows, rows->n - 1, key) < 0))
		return NULL;
	for (size_t step = 0; step < rows->n; step++) {
		size_t i = (rows->hint + step) % rows->n;

		if (row_compare(rows, i, key) == 0) {
			rows->hint = (i + 1) % rows->n;
			return row_at(rows, i);
		}
	}
	return NULL;
}

void *
row_of(struct rows *rows, struct row_key key)
{
	char *row = row_find(rows, key);

	if (row)
		return row;
	if (rows->n >= rows->max)
		return NULL;
	if (rows->n == rows->size) {
		size_t size = rows->size ? rows->size * 2 : 8;
		char *at = realloc(rows->at, size * rows->row_bytes);

		if (!at)
			return NULL;
		rows->at = at;
		rows->size = size;
	}
	if (rows->n > 0 && row_compare(rows, rows->n - 1, key) > 0)
		rows->unsorted = true;
	row = row_at(rows, rows->n++);
	memset(row, 0, rows->row_bytes);
	memcpy(row, &key, sizeof(key));
	return row;
}

/* ---- evidence */

bool
snmp_facts_add(struct snmp_facts *facts, const char *source, const char *key, const char *value)
{
	size_t at = facts->text.len;

	if (!*value)
		return true;
	for (size_t i = 0; i < facts->n_items; i++)
		if (strcmp(facts->items[i].key, key) == 0 &&
		    strcmp(facts->items[i].source, source) == 0 &&
		    strcmp((const char *)facts->text.data + facts->items[i].at, value) == 0)
			return true;
	if (facts->n_items >= SNMP_EVIDENCE_MAX ||
	    bytes_add(&facts->text, value, strlen(value) + 1) < 0) {
		facts->evidence_full = true;
		return false;
	}
	facts->items[facts->n_items++] = (struct item){source, key, at};
	return true;
}

void
facts_add_format(
    struct snmp_facts *facts, const char *source, const char *key, const char *format, ...)
{
	char value[SNMP_TEXT_BYTES_MAX];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(value, sizeof(value), format, args);
	va_end(args);
	(void)snmp_facts_add(facts, source, key, value);
}

void
snmp_read_text(struct snmp_facts *facts, const struct snmp_field *field,
    const struct snmp_oid *index, const struct snmp_var *value)
{
	char text[SNMP_TEXT_BYTES_MAX];

	(void)index;
	if (value->type != SNMP_OCTETS)
		return;
	(void)text_clean(text, sizeof(text), value->bytes, value->len);
	(void)snmp_facts_add(facts, field->source, field->key, text);
}

static bool
is_told(const struct snmp_facts *facts, const char *source, const char *key)
{
	for (size_t i = 0; i < facts->n_items; i++)
		if (strcmp(facts->items[i].key, key) == 0 &&
		    strcmp(facts->items[i].source, source) == 0)
			return true;
	return false;
}

/* Serial numbers are numbers to some makers. */
void
snmp_read_told_once(struct snmp_facts *facts, const struct snmp_field *field,
    const struct snmp_oid *index, const struct snmp_var *value)
{
	if (is_told(facts, field->source, field->key))
		return;
	if (value->type == SNMP_NUMBER && value->number > 0)
		facts_add_format(facts, field->source, field->key, "%" PRId64, value->number);
	else
		snmp_read_text(facts, field, index, value);
}

void
snmp_read_page(struct snmp_facts *facts, const struct snmp_field *field,
    const struct snmp_oid *index, const struct snmp_var *value)
{
	char text[SNMP_PAGE_TEXT_BYTES];

	(void)field;
	if (value->type == SNMP_OCTETS && value->len < sizeof(text) &&
	    text_clean(text, sizeof(text), value->bytes, value->len) > 0)
		snmp_page_add(&facts->page, &value->oid, index->len, text);
}

void
snmp_read_number(struct snmp_facts *facts, const struct snmp_field *field,
    const struct snmp_oid *index, const struct snmp_var *value)
{
	(void)index;
	if (value->type == SNMP_NUMBER && value->number >= 0)
		facts_add_format(facts, field->source, field->key, "%" PRId64, value->number);
}

void
snmp_read_kibibytes(struct snmp_facts *facts, const struct snmp_field *field,
    const struct snmp_oid *index, const struct snmp_var *value)
{
	(void)index;
	if (value->type == SNMP_NUMBER && value->number > 0 &&
	    value->number <= INT64_MAX / 1024)
		facts_add_format(
		    facts, field->source, field->key, "%" PRId64, value->number * 1024);
}

void
snmp_read_object(struct snmp_facts *facts, const struct snmp_field *field,
    const struct snmp_oid *index, const struct snmp_var *value)
{
	char text[SNMP_TEXT_BYTES_MAX];

	(void)index;
	if (value->type != SNMP_OBJECT_ID)
		return;
	oid_format(&value->object, text, sizeof(text));
	(void)snmp_facts_add(facts, field->source, field->key, text);
}

void
snmp_read_hex(struct snmp_facts *facts, const struct snmp_field *field,
    const struct snmp_oid *index, const struct snmp_var *value)
{
	char text[2 * 64 + 1];

	(void)index;
	if (value->type != SNMP_OCTETS || value->len == 0 || value->len > 64)
		return;
	text_hex(text, value->bytes, value->len);
	(void)snmp_facts_add(facts, field->source, field->key, text);
}

bool
value_is_mac(const struct snmp_var *value, struct mac *ret)
{
	struct mac mac;

	if (value->type != SNMP_OCTETS || value->len != sizeof(mac.bytes))
		return false;
	memcpy(mac.bytes, value->bytes, sizeof(mac.bytes));
	if (mac_is_zero(&mac) || mac_is_multicast(&mac))
		return false;
	*ret = mac;
	return true;
}

static void
add_mac(struct snmp_facts *facts, const char *source, const char *key, const struct mac *mac)
{
	char text[MAC_TEXT_SIZE];

	mac_format(mac, text);
	(void)snmp_facts_add(facts, source, key, text);
}

void
snmp_read_mac(struct snmp_facts *facts, const struct snmp_field *field,
    const struct snmp_oid *index, const struct snmp_var *value)
{
	struct mac mac;

	(void)index;
	if (value_is_mac(value, &mac))
		add_mac(facts, field->source, field->key, &mac);
}

void
snmp_read_own_address(struct snmp_facts *facts, const struct snmp_field *field,
    const struct snmp_oid *index, const struct snmp_var *value)
{
	char text[ADDRESS_TEXT_SIZE];
	struct address address;

	(void)index;
	if (value->type != SNMP_IP_ADDRESS || value->len != 4)
		return;
	address = address_v4(value->bytes);
	if (address_is_loopback(&address) || address_is_unspecified(&address) ||
	    address_is_multicast(&address))
		return;
	address_format(&address, text);
	(void)snmp_facts_add(facts, field->source, field->key, text);
}

/* A printer may count by marker; the largest is the nearest to what left the tray. */
void
snmp_read_pages(struct snmp_facts *facts, const struct snmp_field *field,
    const struct snmp_oid *index, const struct snmp_var *value)
{
	(void)field;
	(void)index;
	if (value->type == SNMP_NUMBER && value->number > 0 &&
	    (uint64_t)value->number > facts->pages)
		facts->pages = (uint64_t)value->number;
}

/* ---- fields of rows */

/* A value into a row's text or number, by the field's size; an empty text leaves what is there.
 */
static void
fill_text(char *row, const struct snmp_field *field, const struct snmp_var *value)
{
	char text[SNMP_TEXT_BYTES_MAX];

	CHECK(field->size <= sizeof(text));
	if (value->type == SNMP_OCTETS &&
	    text_clean(text, field->size, value->bytes, value->len) > 0)
		memcpy(row + field->at, text, strlen(text) + 1);
}

static void
fill_number(char *row, const struct snmp_field *field, const struct snmp_var *value)
{
	uint32_t number = 0;

	CHECK(field->size == sizeof(number));
	if (value->type == SNMP_NUMBER && value->number >= 0 && value->number <= UINT32_MAX)
		number = (uint32_t)value->number;
	else if (value->type == SNMP_OBJECT_ID && value->object.len > 0)
		number = value->object.arc[value->object.len - 1];
	memcpy(row + field->at, &number, sizeof(number));
}

static void
fill_raw_id(char *row, const struct snmp_field *field, const struct snmp_var *value)
{
	struct snmp_raw_id id = {0};

	CHECK(field->size == sizeof(id));
	if (value->type != SNMP_OCTETS)
		return;
	id.len = (uint8_t)(value->len < sizeof(id.bytes) ? value->len : sizeof(id.bytes));
	memcpy(id.bytes, value->bytes, id.len);
	memcpy(row + field->at, &id, sizeof(id));
}

/* They are told apart by their sizes, which no text shares. */
void
row_fill(void *row, const struct snmp_field *field, const struct snmp_var *value)
{
	if (field->size == sizeof(uint32_t))
		fill_number(row, field, value);
	else if (field->size == sizeof(struct snmp_raw_id))
		fill_raw_id(row, field, value);
	else
		fill_text(row, field, value);
}

struct port *
facts_port(struct snmp_facts *facts, const struct snmp_oid *index)
{
	struct port_row *row;

	if (index->len != 1 || index->arc[0] == 0)
		return NULL;
	row = row_of(&facts->ports, (struct row_key){index->arc[0], 0});
	if (!row)
		return NULL;
	row->port.index = index->arc[0];
	return &row->port;
}

void
snmp_read_port_text(struct snmp_facts *facts, const struct snmp_field *field,
    const struct snmp_oid *index, const struct snmp_var *value)
{
	struct port *port = facts_port(facts, index);

	if (port)
		fill_text((char *)port, field, value);
}

void
snmp_read_port_number(struct snmp_facts *facts, const struct snmp_field *field,
    const struct snmp_oid *index, const struct snmp_var *value)
{
	struct port *port = facts_port(facts, index);

	if (port)
		fill_number((char *)port, field, value);
}

void
snmp_read_port_mac(struct snmp_facts *facts, const struct snmp_field *field,
    const struct snmp_oid *index, const struct snmp_var *value)
{
	struct port *port = facts_port(facts, index);

	(void)field;
	if (port)
		(void)value_is_mac(value, &port->mac);
}

/* ifSpeed stands still at 2^32 - 1 for what is faster; ifHighSpeed tells then. */
void
snmp_read_port_speed(struct snmp_facts *facts, const struct snmp_field *field,
    const struct snmp_oid *index, const struct snmp_var *value)
{
	struct port *port = facts_port(facts, index);

	(void)field;
	if (port && value->type == SNMP_NUMBER && value->number >= 0)
		port->speed_bps = (uint64_t)value->number;
}

void
snmp_read_port_high_speed(struct snmp_facts *facts, const struct snmp_field *field,
    const struct snmp_oid *index, const struct snmp_var *value)
{
	struct port *port = facts_port(facts, index);

	(void)field;
	if (port && value->type == SNMP_NUMBER && value->number > 0 &&
	    value->number <= UINT32_MAX)
		port->speed_bps = (uint64_t)value->number * 1000000;
}

void
snmp_read_unit(struct snmp_facts *facts, const struct snmp_field *field,
    const struct snmp_oid *index, const struct snmp_var *value)
{
	struct row_key key;

	if (index->len != 1)
		return;
	key = (struct row_key){index->arc[0], 0};
	if (field->at == offsetof(struct snmp_unit, class)) {
		struct number_row *row = row_of(&facts->classes, key);

		if (row && value->type == SNMP_NUMBER)
			row->number = (uint32_t)value->number;
	} else {
		struct unit_row *row = row_of(&facts->units, key);

		if (row)
			row_fill(&row->unit, field, value);
	}
}

void
snmp_read_device(struct snmp_facts *facts, const struct snmp_field *field,
    const struct snmp_oid *index, const struct snmp_var *value)
{
	struct device_row *row;

	if (index->len != 1)
		return;
	row = row_of(&facts->devices, (struct row_key){index->arc[0], 0});
	if (row)
		row_fill(&row->device, field, value);
}

void
snmp_read_storage(struct snmp_facts *facts, const struct snmp_field *field,
    const struct snmp_oid *index, const struct snmp_var *value)
{
	struct storage_row *row;

	if (index->len != 1)
		return;
	row = row_of(&facts->storages, (struct row_key){index->arc[0], 0});
	if (row)
		row_fill(&row->storage, field, value);
}

void
facts_port_name(struct snmp_facts *facts, uint32_t if_index, char ret[static 64])
{
	const struct port_row *row = row_find(&facts->ports, (struct row_key){if_index, 0});

	if (row && *row->port.name)
		(void)text_copy(ret, 64, row->port.name);
	else
		(void)snprintf(ret, 64, "%" PRIu32, if_index);
}

/* ---- the end */

size_t
snmp_facts_units(struct snmp_facts *facts, uint32_t ret[static SNMP_UNITS_MAX])
{
	const struct rows *rows = &facts->classes;
	size_t n = 0;

	for (size_t i = 0; i < rows->n && n < SNMP_UNITS_MAX; i++) {
		const struct number_row *row = row_at(rows, i);

		if (row->number == CLASS_CHASSIS || row->number == CLASS_STACK)
			ret[n++] = row->key.a;
	}
	if (n == 0 && rows->n > 0)
		ret[n++] = ((const struct number_row *)row_at(rows, 0))->key.a;
	return n;
}

bool
snmp_facts_lack_units(const struct snmp_facts *facts)
{
	return facts->classes.n == 0;
}

static bool
lacks_in_units(const struct snmp_facts *facts, size_t at)
{
	for (size_t i = 0; i < facts->units.n; i++) {
		const struct unit_row *row = row_at(&facts->units, i);

		if (*((const char *)&row->unit + at) != '\0')
			return false;
	}
	return true;
}

bool
snmp_facts_lack_name(const struct snmp_facts *facts)
{
	bool serial = is_told(facts, "maker", "serial") ||
		      is_told(facts, "printer", "serial") ||
		      !lacks_in_units(facts, offsetof(struct snmp_unit, serial));
	bool model = is_told(facts, "maker", "model") ||
		     !lacks_in_units(facts, offsetof(struct snmp_unit, model));

	return !serial || !model;
}

bool
snmp_facts_lack_identity(const struct snmp_facts *facts)
{
	return snmp_facts_lack_name(facts) ||
	       (!is_told(facts, "maker", "firmware") &&
		   lacks_in_units(facts, offsetof(struct snmp_unit, firmware)) &&
		   lacks_in_units(facts, offsetof(struct snmp_unit, software)));
}

const char *
snmp_facts_cut(const struct snmp_facts *facts)
{
	if (facts->evidence_full)
		return "it says more than is kept of one device";
	return NULL;
}

static bool
is_stack(struct snmp_facts *facts, struct row_key key)
{
	const struct number_row *row = row_find(&facts->classes, key);

	return row && row->number == CLASS_STACK;
}

/* Of a stack first its chassis, which have a model and a serial number, then what is said of
 * the whole. */
static void
finish_units(struct snmp_facts *facts)
{
	for (size_t i = 0; i < 2 * facts->units.n; i++) {
		const struct unit_row *row = row_at(&facts->units, i % facts->units.n);
		const struct snmp_unit *unit = &row->unit;

		if (is_stack(facts, row->key) != (i >= facts->units.n))
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
			add_mac(facts, "snmp", "if_mac", &port->mac);
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

	finish_units(facts);
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
