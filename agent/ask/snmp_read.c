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

#include "agent/ask/snmp_page.h"
#include "agent/ask/snmp_rows.h"
#include "common/bytes.h"
#include "common/check.h"
#include "common/text.h"

enum {
	FACTS_BYTES_MAX = 192 * 1024,
	MACS_MAX = 64,
	ADDRESSES_MAX = 64,
	DEVICES_MAX = 32,
	STORAGES_MAX = 32,
	UNITS_ROWS_MAX = 2048,
	CLASS_CHASSIS = 3, /* PhysicalClass, RFC 6933 */
	CLASS_STACK = 11,
	DEVICE_PRINTER = 5, /* last arc of hrDeviceTypes */
	STORAGE_FIXED_DISK = 4,
	LLDP_CHASSIS_MAC = 4, /* LldpChassisIdSubtype, IEEE 802.1AB-2005 */
	LLDP_CHASSIS_ADDRESS = 5,
	LLDP_PORT_MAC = 3,
	LLDP_PORT_ADDRESS = 4,
};

/* A growing array of rows that begin with their two-arc key, found from where the last one was.
 */
struct rows {
	char *at;
	size_t row_bytes, n, size, max, hint;
	bool unsorted; /* a row was added out of the order of keys */
};

struct row_key {
	uint32_t a, b;
};

struct port_row {
	struct row_key key;
	struct port port;
};

struct unit_row {
	struct row_key key;
	struct snmp_unit unit;
};

struct unit_class_row {
	struct row_key key;
	uint32_t class;
};

struct device_row {
	struct row_key key;
	struct snmp_device device;
};

struct storage_row {
	struct row_key key;
	struct snmp_storage storage;
};

struct local_port_row {
	struct row_key key;
	struct snmp_local_port port;
};

struct neighbor_row {
	struct row_key key;
	struct snmp_neighbor neighbor;
};

struct item {
	const char *source, *key;
	size_t at; /* of the value in text */
};

struct snmp_facts {
	struct bytes text;
	struct item items[SNMP_EVIDENCE_MAX];
	size_t n_items;
	struct rows ports, classes, units, devices, storages, local_ports, neighbors;
	struct snmp_page page;
	uint64_t pages;
	bool evidence_full;
	/* made by finish */
	struct evidence *evidence;
	struct port *port_list;
	struct neighbor *neighbor_list;
};

int
snmp_facts_new(struct snmp_facts **ret)
{
	struct snmp_facts *facts = calloc(1, sizeof(*facts));

	if (!facts)
		return -ENOMEM;
	facts->text = bytes_new(FACTS_BYTES_MAX);
	facts->ports =
	    (struct rows){.row_bytes = sizeof(struct port_row), .max = SNMP_PORTS_MAX};
	facts->classes =
	    (struct rows){.row_bytes = sizeof(struct unit_class_row), .max = UNITS_ROWS_MAX};
	facts->units =
	    (struct rows){.row_bytes = sizeof(struct unit_row), .max = SNMP_UNITS_MAX};
	facts->devices = (struct rows){.row_bytes = sizeof(struct device_row), .max = 128};
	facts->storages = (struct rows){.row_bytes = sizeof(struct storage_row), .max = 128};
	facts->local_ports =
	    (struct rows){.row_bytes = sizeof(struct local_port_row), .max = SNMP_PORTS_MAX};
	facts->neighbors =
	    (struct rows){.row_bytes = sizeof(struct neighbor_row), .max = SNMP_NEIGHBORS_MAX};
	*ret = facts;
	return 0;
}

void
snmp_facts_free(struct snmp_facts *facts)
{
	if (!facts)
		return;
	bytes_clear(&facts->text);
	free(facts->ports.at);
	free(facts->classes.at);
	free(facts->units.at);
	free(facts->devices.at);
	free(facts->storages.at);
	free(facts->local_ports.at);
	free(facts->neighbors.at);
	free(facts->evidence);
	free(facts->port_list);
	free(facts->neighbor_list);
	free(facts);
}

/* ---- rows */

static void *
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

/* NULL when it is not there. Columns come in the order of rows, so the one after the last is
 * nearly always it. */
static void *
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

/* The row of a key, made when it is not there; NULL when the list is full or memory is short.
 */
static void *
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

static void __attribute__((format(printf, 4, 5))) add_format(
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
		add_format(facts, field->source, field->key, "%" PRId64, value->number);
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
		add_format(facts, field->source, field->key, "%" PRId64, value->number);
}

void
snmp_read_kibibytes(struct snmp_facts *facts, const struct snmp_field *field,
    const struct snmp_oid *index, const struct snmp_var *value)
{
	(void)index;
	if (value->type == SNMP_NUMBER && value->number > 0 &&
	    value->number <= INT64_MAX / 1024)
		add_format(facts, field->source, field->key, "%" PRId64, value->number * 1024);
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

/* false when it is no MAC that a device could own. */
static bool
mac_of(const struct snmp_var *value, struct mac *ret)
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
	if (mac_of(value, &mac))
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

/* Numbers, raw identifiers and texts are told apart by their sizes, which no text shares. */
static void
fill(void *row, const struct snmp_field *field, const struct snmp_var *value)
{
	if (field->size == sizeof(uint32_t))
		fill_number(row, field, value);
	else if (field->size == sizeof(struct snmp_raw_id))
		fill_raw_id(row, field, value);
	else
		fill_text(row, field, value);
}

static struct port *
port_of(struct snmp_facts *facts, const struct snmp_oid *index)
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
	struct port *port = port_of(facts, index);

	if (port)
		fill_text((char *)port, field, value);
}

void
snmp_read_port_number(struct snmp_facts *facts, const struct snmp_field *field,
    const struct snmp_oid *index, const struct snmp_var *value)
{
	struct port *port = port_of(facts, index);

	if (port)
		fill_number((char *)port, field, value);
}

void
snmp_read_port_mac(struct snmp_facts *facts, const struct snmp_field *field,
    const struct snmp_oid *index, const struct snmp_var *value)
{
	struct port *port = port_of(facts, index);

	(void)field;
	if (port)
		(void)mac_of(value, &port->mac);
}

/* ifSpeed stands still at 2^32 - 1 for what is faster; ifHighSpeed tells then. */
void
snmp_read_port_speed(struct snmp_facts *facts, const struct snmp_field *field,
    const struct snmp_oid *index, const struct snmp_var *value)
{
	struct port *port = port_of(facts, index);

	(void)field;
	if (port && value->type == SNMP_NUMBER && value->number >= 0)
		port->speed_bps = (uint64_t)value->number;
}

void
snmp_read_port_high_speed(struct snmp_facts *facts, const struct snmp_field *field,
    const struct snmp_oid *index, const struct snmp_var *value)
{
	struct port *port = port_of(facts, index);

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
		struct unit_class_row *row = row_of(&facts->classes, key);

		if (row && value->type == SNMP_NUMBER)
			row->class = (uint32_t)value->number;
	} else {
		struct unit_row *row = row_of(&facts->units, key);

		if (row)
			fill(&row->unit, field, value);
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
		fill(&row->device, field, value);
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
		fill(&row->storage, field, value);
}

void
snmp_read_local_port(struct snmp_facts *facts, const struct snmp_field *field,
    const struct snmp_oid *index, const struct snmp_var *value)
{
	struct local_port_row *row;

	if (index->len != 1)
		return;
	row = row_of(&facts->local_ports, (struct row_key){index->arc[0], 0});
	if (row)
		fill(&row->port, field, value);
}

/* The index is (lldpRemTimeMark, lldpRemLocalPortNum, lldpRemIndex); the mark may change while
 * we read. */
void
snmp_read_neighbor(struct snmp_facts *facts, const struct snmp_field *field,
    const struct snmp_oid *index, const struct snmp_var *value)
{
	struct neighbor_row *row;

	if (index->len != 3)
		return;
	row = row_of(&facts->neighbors, (struct row_key){index->arc[1], index->arc[2]});
	if (row)
		fill(&row->neighbor, field, value);
}

/* ---- the end */

size_t
snmp_facts_units(struct snmp_facts *facts, uint32_t ret[static SNMP_UNITS_MAX])
{
	const struct rows *rows = &facts->classes;
	size_t n = 0;

	for (size_t i = 0; i < rows->n && n < SNMP_UNITS_MAX; i++) {
		const struct unit_class_row *row = row_at(rows, i);

		if (row->class == CLASS_CHASSIS || row->class == CLASS_STACK)
			ret[n++] = row->key.a;
	}
	if (n == 0 && rows->n > 0)
		ret[n++] = ((const struct unit_class_row *)row_at(rows, 0))->key.a;
	return n;
}

bool
snmp_facts_has_neighbors(const struct snmp_facts *facts)
{
	return facts->neighbors.n > 0;
}

bool
snmp_facts_lack_units(const struct snmp_facts *facts)
{
	return facts->classes.n == 0;
}

bool
snmp_facts_lack_identity(const struct snmp_facts *facts)
{
	bool serial = is_told(facts, "maker", "serial") || is_told(facts, "printer", "serial");
	bool model = is_told(facts, "maker", "model"),
	     firmware = is_told(facts, "maker", "firmware");

	for (size_t i = 0; i < facts->units.n; i++) {
		const struct snmp_unit *unit =
		    &((struct unit_row *)row_at(&facts->units, i))->unit;

		serial |= *unit->serial != '\0';
		model |= *unit->model != '\0';
		firmware |= *unit->software || *unit->firmware;
	}
	return !serial || !model || !firmware;
}

const char *
snmp_facts_cut(const struct snmp_facts *facts)
{
	if (facts->evidence_full)
		return "it says more than is kept of one device";
	return NULL;
}

static void
finish_units(struct snmp_facts *facts)
{
	for (size_t i = 0; i < facts->units.n; i++) {
		const struct snmp_unit *unit =
		    &((struct unit_row *)row_at(&facts->units, i))->unit;

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
	size_t told = 0;

	for (size_t i = 0; i < facts->devices.n; i++) {
		const struct snmp_device *device =
		    &((struct device_row *)row_at(&facts->devices, i))->device;
		size_t before = facts->n_items;

		if (!*device->descr)
			continue;
		if (device->type == DEVICE_PRINTER)
			(void)snmp_facts_add(facts, "printer", "model", device->descr);
		if (told < DEVICES_MAX)
			add_format(facts, "host", "device_descr", "%s: %s",
			    device_type_name(device->type), device->descr);
		told += facts->n_items > before;
	}
	if (facts->pages > 0)
		add_format(facts, "printer", "pages", "%" PRIu64, facts->pages);
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
		add_format(facts, "host", "storage", "%s: %" PRIu64, s->descr, size_bytes);
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

/* An LLDP identifier as people read it: MAC and network address in their own form, all else as
 * text. */
static void
format_raw_id(const struct snmp_raw_id *id, bool is_mac, bool is_address, char ret[static 64])
{
	if (is_mac && id->len == 6) {
		struct mac mac;

		memcpy(mac.bytes, id->bytes, 6);
		mac_format(&mac, ret);
	} else if (is_address && id->len == 5 &&
		   id->bytes[0] == 1) { /* IANA address family 1: IPv4 */
		struct address address = address_v4(id->bytes + 1);

		address_format(&address, ret);
	} else if (is_address && id->len == 17 && id->bytes[0] == 2) {
		struct address address = address_v6(id->bytes + 1);

		address_format(&address, ret);
	} else {
		(void)text_clean(ret, 64, id->bytes, id->len);
	}
}

static void
local_port_name(struct snmp_facts *facts, uint32_t number, char ret[static 64])
{
	const struct local_port_row *row =
	    row_find(&facts->local_ports, (struct row_key){number, 0});
	bool is_mac = row && row->port.subtype == LLDP_PORT_MAC;

	ret[0] = '\0';
	if (row && is_mac && *row->port.descr)
		(void)text_copy(ret, 64, row->port.descr);
	else if (row)
		format_raw_id(
		    &row->port.id, is_mac, row->port.subtype == LLDP_PORT_ADDRESS, ret);
	if (!*ret)
		(void)snprintf(ret, 64, "%" PRIu32, number);
}

static int
finish_neighbors(struct snmp_facts *facts, struct snmp_answer *ret)
{
	if (facts->neighbors.n == 0)
		return 0;
	facts->neighbor_list = calloc(facts->neighbors.n, sizeof(*facts->neighbor_list));
	if (!facts->neighbor_list)
		return -ENOMEM;
	for (size_t i = 0; i < facts->neighbors.n; i++) {
		const struct neighbor_row *row = row_at(&facts->neighbors, i);
		const struct snmp_neighbor *raw = &row->neighbor;
		struct neighbor *n = &facts->neighbor_list[i];

		local_port_name(facts, row->key.a, n->local_port);
		format_raw_id(&raw->chassis_id, raw->chassis_subtype == LLDP_CHASSIS_MAC,
		    raw->chassis_subtype == LLDP_CHASSIS_ADDRESS, n->chassis_id);
		format_raw_id(&raw->port_id, raw->port_subtype == LLDP_PORT_MAC,
		    raw->port_subtype == LLDP_PORT_ADDRESS, n->port_id);
		(void)text_copy(n->system_name, sizeof(n->system_name), raw->system_name);
		(void)text_copy(n->protocol, sizeof(n->protocol), "lldp");
	}
	ret->neighbors = facts->neighbor_list;
	ret->n_neighbors = facts->neighbors.n;
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
	r = finish_ports(facts, ret);
	if (r == 0)
		r = finish_neighbors(facts, ret);
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
