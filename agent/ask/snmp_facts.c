/*
 * What is gathered of one device: rows by key, evidence once each, and what tables that
 * depend on others ask of it. Every list has a bound.
 */
#include "agent/ask/snmp_facts.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/check.h"
#include "common/text.h"

enum {
	FACTS_BYTES_MAX = 192 * 1024,
	UNITS_ROWS_MAX = 2048,
	CLASS_CHASSIS = 3, /* PhysicalClass, RFC 6933 */
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
    LIST(contexts, number_row, SNMP_CONTEXTS_MAX),
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

bool
facts_is_told(const struct snmp_facts *facts, const char *source, const char *key)
{
	for (size_t i = 0; i < facts->n_items; i++)
		if (strcmp(facts->items[i].key, key) == 0 &&
		    strcmp(facts->items[i].source, source) == 0)
			return true;
	return false;
}

void
facts_add_mac(
    struct snmp_facts *facts, const char *source, const char *key, const struct mac *mac)
{
	char text[MAC_TEXT_SIZE];

	mac_format(mac, text);
	(void)snmp_facts_add(facts, source, key, text);
}

/* ---- what it lacks */

void
facts_port_name(struct snmp_facts *facts, uint32_t if_index, char ret[static 64])
{
	const struct port_row *row = row_find(&facts->ports, (struct row_key){if_index, 0});

	if (row && *row->port.name)
		(void)text_copy(ret, 64, row->port.name);
	else
		(void)snprintf(ret, 64, "%" PRIu32, if_index);
}

size_t
snmp_facts_units(struct snmp_facts *facts, uint32_t ret[static SNMP_UNITS_MAX])
{
	const struct rows *rows = &facts->classes;
	size_t n = 0;

	for (size_t i = 0; i < rows->n && n < SNMP_UNITS_MAX; i++) {
		const struct number_row *row = row_at(rows, i);

		if (row->number == CLASS_CHASSIS || row->number == SNMP_CLASS_STACK)
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
	bool serial = facts_is_told(facts, "maker", "serial") ||
		      facts_is_told(facts, "printer", "serial") ||
		      !lacks_in_units(facts, offsetof(struct snmp_unit, serial));
	bool model = facts_is_told(facts, "maker", "model") ||
		     !lacks_in_units(facts, offsetof(struct snmp_unit, model));

	return !serial || !model;
}

bool
snmp_facts_lack_identity(const struct snmp_facts *facts)
{
	return snmp_facts_lack_name(facts) ||
	       (!facts_is_told(facts, "maker", "firmware") &&
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
