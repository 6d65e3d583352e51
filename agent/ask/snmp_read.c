/*
 * Readers of values and the rows they build. A value of the wrong type is passed
 * over; text is made clean; what repeats is kept once. Counters that only grow (octets,
 * errors) are not read: this is an inventory, not a meter.
 */
#include "agent/ask/snmp_read.h"

#include <inttypes.h>
#include <string.h>

#include "agent/ask/snmp_facts.h"
#include "common/check.h"
#include "common/text.h"

/* ---- evidence */

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

/* Serial numbers are numbers to some makers. */
void
snmp_read_told_once(struct snmp_facts *facts, const struct snmp_field *field,
    const struct snmp_oid *index, const struct snmp_var *value)
{
	if (facts_is_told(facts, field->source, field->key))
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

void
snmp_read_mac(struct snmp_facts *facts, const struct snmp_field *field,
    const struct snmp_oid *index, const struct snmp_var *value)
{
	struct mac mac;

	(void)index;
	if (value_is_mac(value, &mac))
		facts_add_mac(facts, field->source, field->key, &mac);
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
