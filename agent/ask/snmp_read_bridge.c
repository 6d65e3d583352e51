/*
 * Who hangs where: the forwarding table of a bridge (BRIDGE-MIB RFC 4188,
 * Q-BRIDGE-MIB RFC 4363), the caches of a router (IP-MIB RFC 4293), the stations of
 * a WLAN (MIKROTIK-MIB, AIRESPACE-WIRELESS-MIB), power over Ethernet
 * (POWER-ETHERNET-MIB RFC 3621). Every value whose meaning is in its index is
 * checked there.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agent/ask/snmp_facts.h"
#include "common/check.h"

enum { VLAN_MAX = 4094, VLAN_RINGS = 1002, VLAN_RINGS_LAST = 1005 };

static bool
arcs_to_bytes(const uint32_t *arcs, size_t n, uint8_t *ret)
{
	for (size_t i = 0; i < n; i++) {
		if (arcs[i] > UINT8_MAX)
			return false;
		ret[i] = (uint8_t)arcs[i];
	}
	return true;
}

static bool
is_own_mac(const struct mac *mac)
{
	return !mac_is_zero(mac) && !mac_is_multicast(mac);
}

static bool
mac_of_arcs(const uint32_t *arcs, struct mac *ret)
{
	return arcs_to_bytes(arcs, sizeof(ret->bytes), ret->bytes) && is_own_mac(ret);
}

static bool
number_of(const struct snmp_var *value, uint32_t *ret)
{
	if (value->type != SNMP_NUMBER || value->number <= 0 || value->number > UINT32_MAX)
		return false;
	*ret = (uint32_t)value->number;
	return true;
}

static void
number_put(struct rows *rows, uint32_t key, const struct snmp_var *value)
{
	struct number_row *row;
	uint32_t number;

	if (!number_of(value, &number))
		return;
	row = row_of(rows, (struct row_key){key, 0});
	if (row)
		row->number = number;
}

static uint32_t
number_at(struct rows *rows, uint32_t key, uint32_t otherwise)
{
	const struct number_row *row = row_find(rows, (struct row_key){key, 0});

	return row ? row->number : otherwise;
}

/* ---- the bridge */

/* dot1dBasePortIfIndex, by dot1dBasePort */
SNMP_READER(base_port)
{
	if (index->len == 1)
		number_put(&facts->base_ports, index->arc[0], value);
}

/* dot1qVlanFdbId, by (dot1qVlanTimeMark, dot1qVlanIndex): kept the other way round */
SNMP_READER(vlan)
{
	struct number_row *row;
	uint32_t database;

	if (index->len != 2 || index->arc[1] == 0 || index->arc[1] > VLAN_MAX ||
	    !number_of(value, &database))
		return;
	row = row_of(&facts->vlans, (struct row_key){database, 0});
	if (row && row->number == 0)
		row->number = index->arc[1];
}

/* vtpVlanState (operational: 1), by (managementDomainIndex, vtpVlanIndex): each but the
 * first, which is the device's own, and those of token rings and FDDI has a bridge of its own
 */
SNMP_READER(vlan_state)
{
	uint32_t vlan = index->len == 2 ? index->arc[1] : 0;

	if (vlan > 1 && vlan <= VLAN_MAX && (vlan < VLAN_RINGS || vlan > VLAN_RINGS_LAST) &&
	    value->type == SNMP_NUMBER && value->number == 1)
		number_put(&facts->contexts, vlan, value);
}

uint16_t
snmp_facts_next_context(struct snmp_facts *facts, uint16_t after)
{
	uint32_t next = 0;

	for (size_t i = 0; i < facts->contexts.n; i++) {
		uint32_t vlan = ((const struct row_key *)row_at(&facts->contexts, i))->a;

		if (vlan > after && (next == 0 || vlan < next))
			next = vlan;
	}
	facts->context = (uint16_t)next;
	return facts->context;
}

void
snmp_facts_drop_contexts(struct snmp_facts *facts)
{
	facts->contexts.n = 0;
	facts->context = 0;
}

/* dot1qPvid, by dot1dBasePort */
SNMP_READER(port_vlan)
{
	if (index->len == 1)
		number_put(&facts->port_vlans, index->arc[0], value);
}

/* pethPsePortDetectionStatus, by (pethPsePortGroupIndex, pethPsePortIndex) */
SNMP_READER(poe)
{
	if (index->len == 2)
		number_put(&facts->poe, index->arc[1], value);
}

/* dot1dTpFdbPort, by address; dot1qTpFdbPort, by (dot1qFdbId, address) */
SNMP_READER(forwarding)
{
	struct forwarding_row *row;
	uint32_t port, database = 0;
	struct mac mac;

	if ((index->len != 6 && index->len != 7) || !number_of(value, &port) ||
	    !mac_of_arcs(&index->arc[index->len - 6], &mac))
		return;
	if (index->len == 7)
		database = index->arc[0];
	row =
	    row_of(&facts->forwarding, (struct row_key){(uint32_t)facts->forwarding.n + 1, 0});
	if (!row)
		return;
	row->mac = mac;
	row->bridge_port = port;
	row->database = database;
	row->context = facts->context;
}

bool
snmp_facts_lacks_forwarding(const struct snmp_facts *facts)
{
	return facts->forwarding.n == 0;
}

/* A bridge with VLANs numbers its rows by their databases. */
bool
snmp_facts_lacks_databases(const struct snmp_facts *facts)
{
	return facts->forwarding.n == 0 ||
	       ((const struct forwarding_row *)row_at(&facts->forwarding, 0))->database == 0;
}

bool
snmp_facts_has_forwarding(const struct snmp_facts *facts)
{
	return facts->forwarding.n > 0;
}

void
snmp_facts_drop_forwarding(struct snmp_facts *facts)
{
	facts->forwarding.n = 0;
}

/* ---- the caches of a router */

/* ipNetToMediaPhysAddress, by (ifIndex, IPv4 address);
 * ipNetToPhysicalPhysAddress, by (ifIndex, type, length, address): RFC 4001 */
SNMP_READER(resolved)
{
	struct resolved resolved = {.ip.family = ADDRESS_NONE};
	struct resolved_row *row;
	uint8_t bytes[16];

	if (index->len == 5 && arcs_to_bytes(&index->arc[1], 4, bytes))
		resolved.ip = address_v4(bytes);
	else if (index->len == 7 && index->arc[1] == 1 && index->arc[2] == 4 &&
		 arcs_to_bytes(&index->arc[3], 4, bytes))
		resolved.ip = address_v4(bytes);
	else if (index->len == 19 && index->arc[1] == 2 && index->arc[2] == 16 &&
		 arcs_to_bytes(&index->arc[3], 16, bytes))
		resolved.ip = address_v6(bytes);
	if (resolved.ip.family == ADDRESS_NONE || address_is_multicast(&resolved.ip) ||
	    address_is_unspecified(&resolved.ip) || address_is_loopback(&resolved.ip) ||
	    !value_is_mac(value, &resolved.mac))
		return;
	row = row_of(&facts->resolved, (struct row_key){(uint32_t)facts->resolved.n + 1, 0});
	if (row)
		row->resolved = resolved;
}

bool
snmp_facts_lacks_resolved(const struct snmp_facts *facts)
{
	return facts->resolved.n == 0;
}

/* ---- WLAN */

static struct row_key
mac_key(const struct mac *mac)
{
	const uint8_t *b = mac->bytes;

	return (struct row_key){
	    (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3],
	    (uint32_t)b[4] << 8 | b[5]};
}

static struct mac
key_mac(struct row_key key)
{
	return (struct mac){{(uint8_t)(key.a >> 24), (uint8_t)(key.a >> 16),
	    (uint8_t)(key.a >> 8), (uint8_t)key.a, (uint8_t)(key.b >> 8), (uint8_t)key.b}};
}

static bool
mac_of_raw_id(const struct snmp_raw_id *id, struct mac *ret)
{
	if (id->len != sizeof(ret->bytes))
		return false;
	memcpy(ret->bytes, id->bytes, sizeof(ret->bytes));
	return is_own_mac(ret);
}

/* By ifIndex. */
SNMP_READER(radio)
{
	struct radio_row *row;

	if (index->len != 1)
		return;
	row = row_of(&facts->radios, (struct row_key){index->arc[0], 0});
	if (row)
		row_fill(&row->radio, field, value);
	snmp_read_text(facts, field, index, value);
}

bool
snmp_facts_has_radios(const struct snmp_facts *facts)
{
	return facts->radios.n > 0;
}

/* By the station's address. */
SNMP_READER(station)
{
	struct station_row *row;
	struct mac mac;

	if (index->len != 6 || !mac_of_arcs(index->arc, &mac))
		return;
	row = row_of(&facts->stations, mac_key(&mac));
	if (row)
		row_fill(&row->station, field, value);
}

/* By (the station's address, ifIndex of the radio); the value tells nothing more. */
SNMP_READER(radio_station)
{
	struct station_row *row;
	struct mac mac;

	(void)value;
	if (index->len != 7 || !mac_of_arcs(index->arc, &mac))
		return;
	row = row_of(&facts->stations, mac_key(&mac));
	if (row)
		row->station.if_index = index->arc[6];
}

/* By the address of its radio. */
SNMP_READER(access_point)
{
	struct access_point_row *row;
	struct mac mac;

	if (index->len != 6 || !mac_of_arcs(index->arc, &mac))
		return;
	row = row_of(&facts->access_points, mac_key(&mac));
	if (!row)
		return;
	if (value->type == SNMP_IP_ADDRESS && field->size == sizeof(struct snmp_raw_id) &&
	    value->len == 4) {
		row->point.address.len = 4;
		memcpy(row->point.address.bytes, value->bytes, 4);
		return;
	}
	row_fill(&row->point, field, value);
}

/* ---- the end */

static int
finish_forwarding(struct snmp_facts *facts, struct snmp_answer *ret)
{
	size_t n = facts->forwarding.n;

	if (n == 0)
		return 0;
	facts->forwarding_list = calloc(n, sizeof(*facts->forwarding_list));
	if (!facts->forwarding_list)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		const struct forwarding_row *row = row_at(&facts->forwarding, i);
		uint32_t vlan = row->context
				    ? row->context
				    : number_at(&facts->vlans, row->database, row->database);

		/* a bridge that names no interfaces numbers its ports as they are */
		facts->forwarding_list[i] = (struct forwarding){.mac = row->mac,
		    .vlan = (uint16_t)(vlan <= VLAN_MAX ? vlan : 0),
		    .database = row->database,
		    .bridge_port = row->bridge_port,
		    .context = row->context,
		    .if_index =
			number_at(&facts->base_ports, row->bridge_port, row->bridge_port)};
	}
	ret->forwarding = facts->forwarding_list;
	ret->n_forwarding = n;
	return 0;
}

static int
finish_resolved(struct snmp_facts *facts, struct snmp_answer *ret)
{
	size_t n = facts->resolved.n;

	if (n == 0)
		return 0;
	facts->resolved_list = calloc(n, sizeof(*facts->resolved_list));
	if (!facts->resolved_list)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		facts->resolved_list[i] =
		    ((struct resolved_row *)row_at(&facts->resolved, i))->resolved;
	ret->resolved = facts->resolved_list;
	ret->n_resolved = n;
	return 0;
}

static int
finish_stations(struct snmp_facts *facts, struct snmp_answer *ret)
{
	size_t n = facts->stations.n;

	if (n == 0)
		return 0;
	facts->station_list = calloc(n, sizeof(*facts->station_list));
	if (!facts->station_list)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		const struct station_row *row = row_at(&facts->stations, i);
		const struct radio_row *radio =
		    row_find(&facts->radios, (struct row_key){row->station.if_index, 0});
		struct station *station = &facts->station_list[i];

		station->mac = key_mac(row->key);
		(void)mac_of_raw_id(&row->station.access_point, &station->access_point);
		memcpy(station->ssid, radio ? radio->radio.ssid : row->station.ssid,
		    sizeof(station->ssid));
	}
	ret->stations = facts->station_list;
	ret->n_stations = n;
	return 0;
}

static int
finish_access_points(struct snmp_facts *facts, struct snmp_answer *ret)
{
	size_t n = facts->access_points.n;

	if (n == 0)
		return 0;
	facts->access_point_list = calloc(n, sizeof(*facts->access_point_list));
	if (!facts->access_point_list)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		const struct access_point_row *row = row_at(&facts->access_points, i);
		const struct snmp_access_point *raw = &row->point;
		struct access_point *point = &facts->access_point_list[i];

		point->radio = key_mac(row->key);
		if (!mac_of_raw_id(&raw->mac, &point->mac))
			point->mac = point->radio;
		if (raw->address.len == 4)
			point->ip = address_v4(raw->address.bytes);
		memcpy(point->name, raw->name, sizeof(point->name));
		memcpy(point->model, raw->model, sizeof(point->model));
		memcpy(point->serial, raw->serial, sizeof(point->serial));
	}
	ret->access_points = facts->access_point_list;
	ret->n_access_points = n;
	return 0;
}

/* VLAN and power go to the port behind the bridge's number. */
static void
finish_port_numbers(struct snmp_facts *facts)
{
	for (size_t i = 0; facts->port_list && i < facts->ports.n; i++) {
		struct port *port = &facts->port_list[i];
		uint32_t vlan, bridge_port = facts->base_ports.n == 0 ? port->index : 0;

		for (size_t b = 0; b < facts->base_ports.n; b++) {
			const struct number_row *row = row_at(&facts->base_ports, b);

			if (row->number == port->index)
				bridge_port = row->key.a;
		}
		vlan = number_at(&facts->port_vlans, bridge_port, 0);
		port->vlan = (uint16_t)(vlan <= VLAN_MAX ? vlan : 0);
		port->poe_status = (uint8_t)number_at(&facts->poe, bridge_port, 0);
	}
}

int
facts_finish_bridge(struct snmp_facts *facts, struct snmp_answer *ret)
{
	int r;

	finish_port_numbers(facts);
	r = finish_forwarding(facts, ret);
	if (r == 0)
		r = finish_resolved(facts, ret);
	if (r == 0)
		r = finish_stations(facts, ret);
	if (r == 0)
		r = finish_access_points(facts, ret);
	return r;
}
