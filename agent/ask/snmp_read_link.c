/*
 * Neighbors: what LLDP-MIB (IEEE 802.1AB-2005), LLDP-V2-MIB (802.1AB-2009) and
 * CISCO-CDP-MIB tell of the other ends of a device's links.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/ask/snmp_facts.h"
#include "common/text.h"

enum {
	CHASSIS_MAC = 4, /* LldpChassisIdSubtype */
	CHASSIS_ADDRESS = 5,
	PORT_MAC = 3, /* LldpPortIdSubtype */
	PORT_ADDRESS = 4,
	FAMILY_IPV4 = 1, /* IANA address family numbers */
	FAMILY_IPV6 = 2,
};

SNMP_READER(local_port)
{
	struct local_port_row *row;

	if (index->len != 1)
		return;
	row = row_of(&facts->local_ports, (struct row_key){index->arc[0], 0});
	if (row)
		row_fill(&row->port, field, value);
}

/* The index is (lldpRemTimeMark, lldpRemLocalPortNum, lldpRemIndex); the mark may change while
 * we read. */
SNMP_READER(neighbor)
{
	struct neighbor_row *row;

	if (index->len != 3)
		return;
	row = row_of(&facts->neighbors, (struct row_key){index->arc[1], index->arc[2]});
	if (row)
		row_fill(&row->neighbor, field, value);
}

/* (lldpV2RemTimeMark, lldpV2RemLocalIfIndex, lldpV2RemLocalDestMACAddress, lldpV2RemIndex) */
SNMP_READER(neighbor_v2)
{
	struct neighbor_row *row;

	if (index->len != 4)
		return;
	row = row_of(&facts->neighbors_v2, (struct row_key){index->arc[1], index->arc[3]});
	if (row)
		row_fill(&row->neighbor, field, value);
}

/* (cdpCacheIfIndex, cdpCacheDeviceIndex) */
SNMP_READER(cdp_neighbor)
{
	struct cdp_row *row;

	if (index->len != 2)
		return;
	row = row_of(&facts->cdp_neighbors, (struct row_key){index->arc[0], index->arc[1]});
	if (row)
		row_fill(&row->neighbor, field, value);
}

/* An address of arcs (family, length, bytes): the first one of a neighbor is kept. */
static void
management_add(struct snmp_facts *facts, struct row_key key, const uint32_t *arcs, uint32_t n)
{
	uint8_t bytes[16] = {0};
	struct management_row *row;

	if (n < 2 || arcs[1] != n - 2 ||
	    !((arcs[0] == FAMILY_IPV4 && n == 6) || (arcs[0] == FAMILY_IPV6 && n == 18)))
		return;
	for (uint32_t i = 2; i < n; i++) {
		if (arcs[i] > UINT8_MAX)
			return;
		bytes[i - 2] = (uint8_t)arcs[i];
	}
	row = row_of(&facts->management, key);
	if (row && row->address.family == ADDRESS_NONE)
		row->address = arcs[0] == FAMILY_IPV4 ? address_v4(bytes) : address_v6(bytes);
}

/* lldpRemManAddrTable: the neighbor's index and the address; the value tells nothing more. */
SNMP_READER(management)
{
	(void)value;
	if (index->len > 3)
		management_add(facts, (struct row_key){index->arc[1], index->arc[2]},
		    &index->arc[3], index->len - 3);
}

SNMP_READER(management_v2)
{
	(void)value;
	if (index->len > 4)
		management_add(facts, (struct row_key){index->arc[1], index->arc[3]},
		    &index->arc[4], index->len - 4);
}

bool
snmp_facts_has_neighbors(const struct snmp_facts *facts)
{
	return facts->neighbors.n > 0;
}

bool
snmp_facts_has_neighbors_v2(const struct snmp_facts *facts)
{
	return facts->neighbors_v2.n > 0;
}

bool
snmp_facts_lacks_neighbors(const struct snmp_facts *facts)
{
	return facts->neighbors.n == 0;
}

/* ---- the end */

/* An LLDP identifier as people read it: MAC and network address in their own form, all else as
 * text. */
static void
format_raw_id(const struct snmp_raw_id *id, bool is_mac, bool is_address, char ret[static 64])
{
	struct address address;
	struct mac mac;

	if (is_mac && id->len == 6) {
		memcpy(mac.bytes, id->bytes, 6);
		mac_format(&mac, ret);
	} else if (is_address && id->len == 5 && id->bytes[0] == FAMILY_IPV4) {
		address = address_v4(id->bytes + 1);
		address_format(&address, ret);
	} else if (is_address && id->len == 17 && id->bytes[0] == FAMILY_IPV6) {
		address = address_v6(id->bytes + 1);
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
	bool is_mac = row && row->port.subtype == PORT_MAC;

	ret[0] = '\0';
	if (row && is_mac && *row->port.descr)
		(void)text_copy(ret, 64, row->port.descr);
	else if (row)
		format_raw_id(&row->port.id, is_mac, row->port.subtype == PORT_ADDRESS, ret);
	if (!*ret)
		(void)snprintf(ret, 64, "%" PRIu32, number);
}

static void
lldp_neighbor(
    struct snmp_facts *facts, const struct neighbor_row *row, bool v2, struct neighbor *ret)
{
	const struct snmp_neighbor *raw = &row->neighbor;
	const struct management_row *management = row_find(&facts->management, row->key);

	if (v2)
		facts_port_name(facts, row->key.a, ret->local_port);
	else
		local_port_name(facts, row->key.a, ret->local_port);
	format_raw_id(&raw->chassis_id, raw->chassis_subtype == CHASSIS_MAC,
	    raw->chassis_subtype == CHASSIS_ADDRESS, ret->chassis_id);
	format_raw_id(&raw->port_id, raw->port_subtype == PORT_MAC,
	    raw->port_subtype == PORT_ADDRESS, ret->port_id);
	(void)text_copy(ret->system_name, sizeof(ret->system_name), raw->system_name);
	(void)text_copy(ret->protocol, sizeof(ret->protocol), "lldp");
	if (management)
		address_format(&management->address, ret->management_address);
}

static void
cdp_neighbor(struct snmp_facts *facts, const struct cdp_row *row, struct neighbor *ret)
{
	const struct snmp_cdp_neighbor *raw = &row->neighbor;
	struct address address;

	facts_port_name(facts, row->key.a, ret->local_port);
	(void)text_copy(ret->chassis_id, sizeof(ret->chassis_id), raw->device_id);
	(void)text_copy(ret->port_id, sizeof(ret->port_id), raw->port_id);
	(void)text_copy(ret->system_name, sizeof(ret->system_name),
	    *raw->system_name ? raw->system_name : raw->device_id);
	(void)text_copy(ret->protocol, sizeof(ret->protocol), "cdp");
	if (raw->address.len == 4) {
		address = address_v4(raw->address.bytes);
		address_format(&address, ret->management_address);
	}
}

int
facts_finish_neighbors(struct snmp_facts *facts, struct snmp_answer *ret)
{
	bool v2 = facts->neighbors.n == 0;
	struct rows *lldp = v2 ? &facts->neighbors_v2 : &facts->neighbors;
	size_t n = lldp->n + facts->cdp_neighbors.n;

	if (n == 0)
		return 0;
	if (n > SNMP_NEIGHBORS_MAX)
		n = SNMP_NEIGHBORS_MAX;
	facts->neighbor_list = calloc(n, sizeof(*facts->neighbor_list));
	if (!facts->neighbor_list)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		if (i < lldp->n)
			lldp_neighbor(facts, row_at(lldp, i), v2, &facts->neighbor_list[i]);
		else
			cdp_neighbor(facts, row_at(&facts->cdp_neighbors, i - lldp->n),
			    &facts->neighbor_list[i]);
	}
	ret->neighbors = facts->neighbor_list;
	ret->n_neighbors = n;
	return 0;
}
