/*
 * THE LIST of what a device is asked. Objects are those of SNMPv2-MIB (RFC 3418),
 * SNMP-FRAMEWORK-MIB (RFC 3411), IF-MIB (RFC 2863), IP-MIB (RFC 4293, and its
 * deprecated IPv4 tables, which every agent has), BRIDGE-MIB (RFC 4188),
 * Q-BRIDGE-MIB (RFC 4363), ENTITY-MIB (RFC 6933), HOST-RESOURCES-MIB (RFC 2790),
 * Printer-MIB (RFC 3805), UPS-MIB (RFC 1628), POWER-ETHERNET-MIB (RFC 3621),
 * LLDP-MIB (IEEE 802.1AB-2005), LLDP-V2-MIB (802.1AB-2009), IEEE802dot11-MIB (IEEE
 * 802.11), CISCO-CDP-MIB, and for WLANs AIRESPACE-WIRELESS-MIB, MIKROTIK-MIB and
 * UBNT-UniFi-MIB, CISCO-VTP-MIB for bridges of one VLAN each. sysContact is not asked: it
 * names people.
 */
#include "agent/ask/snmp_tables.h"

#include "agent/ask/snmp_rows.h"
#include "common/check.h"

#define ROW_FIELD(type, member)                                                                \
	.at = offsetof(type, member), .size = sizeof(((type *)NULL)->member)

/* clang-format off */
const struct snmp_scalar snmp_system[] = {
	{ SNMP_OID(1,3,6,1,2,1,1,1), { .read = snmp_read_text,   .source = "snmp", .key = "sys_descr" } },
	{ SNMP_OID(1,3,6,1,2,1,1,2), { .read = snmp_read_object, .source = "snmp", .key = "sys_object_id" } },
	{ SNMP_OID(1,3,6,1,2,1,1,5), { .read = snmp_read_text,   .source = "snmp", .key = "sys_name" } },
	{ SNMP_OID(1,3,6,1,2,1,1,6), { .read = snmp_read_text,   .source = "snmp", .key = "sys_location" } },
	{ SNMP_OID(1,3,6,1,2,1,1,7), { .read = snmp_read_number, .source = "snmp", .key = "sys_services" } },
	{ SNMP_OID(1,3,6,1,2,1,1,3),           { .read = snmp_read_stamp, ROW_FIELD(struct snmp_stamp, up_time_cs) } },
	{ SNMP_OID(1,3,6,1,2,1,31,1,5),        { .read = snmp_read_stamp, ROW_FIELD(struct snmp_stamp, ports_cs) } },
	{ SNMP_OID(1,3,6,1,2,1,47,1,4,1),      { .read = snmp_read_stamp, ROW_FIELD(struct snmp_stamp, entity_cs) } },
	{ SNMP_OID(1,0,8802,1,1,2,1,2,1),      { .read = snmp_read_stamp, ROW_FIELD(struct snmp_stamp, neighbors_cs) } },
};
const size_t snmp_system_count = COUNT_OF(snmp_system);

const struct snmp_scalar snmp_scalars[] = {
	{ SNMP_OID(1,3,6,1,6,3,10,2,1,1), { .read = snmp_read_hex,       .source = "snmp", .key = "engine_id" } },
	{ SNMP_OID(1,3,6,1,2,1,17,1,1),   { .read = snmp_read_mac,       .source = "snmp", .key = "bridge_address" } },
	{ SNMP_OID(1,3,6,1,2,1,25,2,2),   { .read = snmp_read_kibibytes, .source = "host", .key = "memory_bytes" } },
};
const size_t snmp_scalars_count = COUNT_OF(snmp_scalars);

const struct snmp_table snmp_tables[] = {
	{ .name = "prtGeneralTable", .entry = SNMP_OID(1,3,6,1,2,1,43,5,1,1), .root_len = 7,
	  .rows_max = 4, .rows_first = 2, .n_fields = 2, .fields = {
		{ 16, snmp_read_text, "printer", "name", 0, 0 },
		{ 17, snmp_read_text, "printer", "serial", 0, 0 } } },

	{ .name = "entPhysicalClass", .entry = SNMP_OID(1,3,6,1,2,1,47,1,1,1,1), .root_len = 10,
	  .rows_max = 2048, .rows_first = 8, .n_fields = 1, .fields = {
		{ 5, snmp_read_unit, NULL, NULL, ROW_FIELD(struct snmp_unit, class) } } },

	{ .name = "entPhysicalTable", .kind = SNMP_TABLE_UNITS, .entry = SNMP_OID(1,3,6,1,2,1,47,1,1,1,1), .root_len = 10,
	  .n_fields = 6, .fields = {
		{  2, snmp_read_unit, NULL, NULL, ROW_FIELD(struct snmp_unit, descr) },
		{  9, snmp_read_unit, NULL, NULL, ROW_FIELD(struct snmp_unit, firmware) },
		{ 10, snmp_read_unit, NULL, NULL, ROW_FIELD(struct snmp_unit, software) },
		{ 11, snmp_read_unit, NULL, NULL, ROW_FIELD(struct snmp_unit, serial) },
		{ 12, snmp_read_unit, NULL, NULL, ROW_FIELD(struct snmp_unit, vendor) },
		{ 13, snmp_read_unit, NULL, NULL, ROW_FIELD(struct snmp_unit, model) } } },

	/* of an agent that tells no class */
	{ .name = "entPhysicalTable", .entry = SNMP_OID(1,3,6,1,2,1,47,1,1,1,1), .root_len = 10,
	  .rows_max = 4, .sample = true, .rows_first = 4, .wanted = snmp_facts_lack_units, .n_fields = 5, .fields = {
		{  2, snmp_read_unit, NULL, NULL, ROW_FIELD(struct snmp_unit, descr) },
		{ 10, snmp_read_unit, NULL, NULL, ROW_FIELD(struct snmp_unit, software) },
		{ 11, snmp_read_unit, NULL, NULL, ROW_FIELD(struct snmp_unit, serial) },
		{ 12, snmp_read_unit, NULL, NULL, ROW_FIELD(struct snmp_unit, vendor) },
		{ 13, snmp_read_unit, NULL, NULL, ROW_FIELD(struct snmp_unit, model) } } },

	{ .name = "hrDeviceTable", .entry = SNMP_OID(1,3,6,1,2,1,25,3,2,1), .root_len = 9,
	  .rows_max = 128, .sample = true, .rows_first = 4, .n_fields = 2, .fields = {
		{ 2, snmp_read_device, NULL, NULL, ROW_FIELD(struct snmp_device, type) },
		{ 3, snmp_read_device, NULL, NULL, ROW_FIELD(struct snmp_device, descr) } } },

	{ .name = "prtMarkerTable", .entry = SNMP_OID(1,3,6,1,2,1,43,10,2,1), .root_len = 7,
	  .rows_max = 16, .rows_first = 2, .n_fields = 1, .fields = {
		{ 4, snmp_read_pages, "printer", "pages", 0, 0 } } },

	{ .name = "ifTable", .entry = SNMP_OID(1,3,6,1,2,1,2,2,1), .root_len = 8,
	  .rows_max = SNMP_PORTS_MAX, .rows_first = 4, .n_fields = 6, .fields = {
		{ 2, snmp_read_port_text,   NULL, NULL, ROW_FIELD(struct port, name) },
		{ 3, snmp_read_port_number, NULL, NULL, ROW_FIELD(struct port, type) },
		{ 5, snmp_read_port_speed,  NULL, NULL, 0, 0 },
		{ 6, snmp_read_port_mac,    NULL, NULL, 0, 0 },
		{ 7, snmp_read_port_number, NULL, NULL, ROW_FIELD(struct port, admin_status) },
		{ 8, snmp_read_port_number, NULL, NULL, ROW_FIELD(struct port, oper_status) } } },

	{ .name = "ipAddrTable", .entry = SNMP_OID(1,3,6,1,2,1,4,20,1), .root_len = 8,
	  .rows_max = 64, .sample = true, .rows_first = 4, .n_fields = 1, .fields = {
		{ 1, snmp_read_own_address, "snmp", "ip_address", 0, 0 } } },

	{ .name = "ifXTable", .entry = SNMP_OID(1,3,6,1,2,1,31,1,1,1), .root_len = 9,
	  .rows_max = SNMP_PORTS_MAX, .rows_first = 8, .n_fields = 3, .fields = {
		{  1, snmp_read_port_text,       NULL, NULL, ROW_FIELD(struct port, name) },
		{ 15, snmp_read_port_high_speed, NULL, NULL, 0, 0 },
		{ 18, snmp_read_port_text,       NULL, NULL, ROW_FIELD(struct port, alias) } } },

	{ .name = "hrStorageTable", .entry = SNMP_OID(1,3,6,1,2,1,25,2,3,1), .root_len = 9,
	  .rows_max = 128, .sample = true, .rows_first = 4, .n_fields = 4, .fields = {
		{ 2, snmp_read_storage, NULL, NULL, ROW_FIELD(struct snmp_storage, type) },
		{ 3, snmp_read_storage, NULL, NULL, ROW_FIELD(struct snmp_storage, descr) },
		{ 4, snmp_read_storage, NULL, NULL, ROW_FIELD(struct snmp_storage, unit_bytes) },
		{ 5, snmp_read_storage, NULL, NULL, ROW_FIELD(struct snmp_storage, units) } } },

	{ .name = "lldpRemTable", .entry = SNMP_OID(1,0,8802,1,1,2,1,4,1,1), .root_len = 9,
	  .rows_max = SNMP_NEIGHBORS_MAX, .rows_first = 4, .n_fields = 5, .fields = {
		{ 4, snmp_read_neighbor, NULL, NULL, ROW_FIELD(struct snmp_neighbor, chassis_subtype) },
		{ 5, snmp_read_neighbor, NULL, NULL, ROW_FIELD(struct snmp_neighbor, chassis_id) },
		{ 6, snmp_read_neighbor, NULL, NULL, ROW_FIELD(struct snmp_neighbor, port_subtype) },
		{ 7, snmp_read_neighbor, NULL, NULL, ROW_FIELD(struct snmp_neighbor, port_id) },
		{ 9, snmp_read_neighbor, NULL, NULL, ROW_FIELD(struct snmp_neighbor, system_name) } } },

	{ .name = "lldpLocPortTable", .entry = SNMP_OID(1,0,8802,1,1,2,1,3,7,1), .root_len = 9,
	  .rows_max = SNMP_PORTS_MAX, .rows_first = 8, .wanted = snmp_facts_has_neighbors, .n_fields = 3, .fields = {
		{ 2, snmp_read_local_port, NULL, NULL, ROW_FIELD(struct snmp_local_port, subtype) },
		{ 3, snmp_read_local_port, NULL, NULL, ROW_FIELD(struct snmp_local_port, id) },
		{ 4, snmp_read_local_port, NULL, NULL, ROW_FIELD(struct snmp_local_port, descr) } } },

	{ .name = "lldpRemManAddrTable", .entry = SNMP_OID(1,0,8802,1,1,2,1,4,2,1), .root_len = 9,
	  .rows_max = SNMP_NEIGHBORS_MAX, .sample = true, .rows_first = 4, .wanted = snmp_facts_has_neighbors, .n_fields = 1, .fields = {
		{ 3, snmp_read_management, NULL, NULL, 0, 0 } } },

	{ .name = "lldpV2RemTable", .entry = SNMP_OID(1,3,111,2,802,1,1,13,1,4,1,1), .root_len = 8,
	  .rows_max = SNMP_NEIGHBORS_MAX, .rows_first = 4, .wanted = snmp_facts_lacks_neighbors, .n_fields = 5, .fields = {
		{  5, snmp_read_neighbor_v2, NULL, NULL, ROW_FIELD(struct snmp_neighbor, chassis_subtype) },
		{  6, snmp_read_neighbor_v2, NULL, NULL, ROW_FIELD(struct snmp_neighbor, chassis_id) },
		{  7, snmp_read_neighbor_v2, NULL, NULL, ROW_FIELD(struct snmp_neighbor, port_subtype) },
		{  8, snmp_read_neighbor_v2, NULL, NULL, ROW_FIELD(struct snmp_neighbor, port_id) },
		{ 10, snmp_read_neighbor_v2, NULL, NULL, ROW_FIELD(struct snmp_neighbor, system_name) } } },

	{ .name = "lldpV2RemManAddrTable", .entry = SNMP_OID(1,3,111,2,802,1,1,13,1,4,2,1), .root_len = 8,
	  .rows_max = SNMP_NEIGHBORS_MAX, .sample = true, .rows_first = 4, .wanted = snmp_facts_has_neighbors_v2, .n_fields = 1, .fields = {
		{ 3, snmp_read_management_v2, NULL, NULL, 0, 0 } } },

	{ .name = "cdpCacheTable", .entry = SNMP_OID(1,3,6,1,4,1,9,9,23,1,2,1,1), .root_len = 9,
	  .rows_max = SNMP_NEIGHBORS_MAX, .rows_first = 4, .n_fields = 4, .fields = {
		{  4, snmp_read_cdp_neighbor, NULL, NULL, ROW_FIELD(struct snmp_cdp_neighbor, address) },
		{  6, snmp_read_cdp_neighbor, NULL, NULL, ROW_FIELD(struct snmp_cdp_neighbor, device_id) },
		{  7, snmp_read_cdp_neighbor, NULL, NULL, ROW_FIELD(struct snmp_cdp_neighbor, port_id) },
		{ 17, snmp_read_cdp_neighbor, NULL, NULL, ROW_FIELD(struct snmp_cdp_neighbor, system_name) } } },

	{ .name = "dot1qTpFdbTable", .entry = SNMP_OID(1,3,6,1,2,1,17,7,1,2,2,1), .root_len = 7,
	  .rows_max = SNMP_FORWARDING_MAX, .rows_first = 32, .places = true, .n_fields = 1, .fields = {
		{ 2, snmp_read_forwarding, NULL, NULL, 0, 0 } } },

	{ .name = "dot1dTpFdbTable", .entry = SNMP_OID(1,3,6,1,2,1,17,4,3,1), .root_len = 7,
	  .rows_max = SNMP_FORWARDING_MAX, .rows_first = 32, .wanted = snmp_facts_lacks_forwarding, .places = true, .n_fields = 1, .fields = {
		{ 2, snmp_read_forwarding, NULL, NULL, 0, 0 } } },

	/* of Cisco's switches whose BRIDGE-MIB tells of one VLAN at a time */
	{ .name = "vtpVlanTable", .entry = SNMP_OID(1,3,6,1,4,1,9,9,46,1,3,1,1), .enterprise = 9,
	  .rows_max = 1024, .sample = true, .rows_first = 8, .wanted = snmp_facts_lacks_databases, .places = true, .n_fields = 1, .fields = {
		{ 2, snmp_read_vlan_state, NULL, NULL, 0, 0 } } },

	{ .name = "dot1dTpFdbTable of a VLAN", .kind = SNMP_TABLE_CONTEXTS, .entry = SNMP_OID(1,3,6,1,2,1,17,4,3,1), .enterprise = 9,
	  .rows_max = SNMP_FORWARDING_MAX, .rows_first = 16, .places = true, .n_fields = 1, .fields = {
		{ 2, snmp_read_forwarding, NULL, NULL, 0, 0 } } },

	{ .name = "dot1dBasePortTable of a VLAN", .kind = SNMP_TABLE_CONTEXTS, .entry = SNMP_OID(1,3,6,1,2,1,17,1,4,1), .enterprise = 9,
	  .rows_max = SNMP_PORTS_MAX, .rows_first = 16, .wanted = snmp_facts_has_forwarding, .places = true, .n_fields = 1, .fields = {
		{ 2, snmp_read_base_port, NULL, NULL, 0, 0 } } },

	{ .name = "dot1dBasePortTable", .entry = SNMP_OID(1,3,6,1,2,1,17,1,4,1), .root_len = 7,
	  .rows_max = SNMP_PORTS_MAX, .rows_first = 16, .wanted = snmp_facts_has_forwarding, .places = true, .n_fields = 1, .fields = {
		{ 2, snmp_read_base_port, NULL, NULL, 0, 0 } } },

	{ .name = "dot1qVlanCurrentTable", .entry = SNMP_OID(1,3,6,1,2,1,17,7,1,4,2,1), .root_len = 7,
	  .rows_max = SNMP_PORTS_MAX, .rows_first = 8, .wanted = snmp_facts_has_forwarding, .places = true, .n_fields = 1, .fields = {
		{ 3, snmp_read_vlan, NULL, NULL, 0, 0 } } },

	{ .name = "dot1qPortVlanTable", .entry = SNMP_OID(1,3,6,1,2,1,17,7,1,4,5,1), .root_len = 7,
	  .rows_max = SNMP_PORTS_MAX, .rows_first = 16, .wanted = snmp_facts_has_forwarding, .n_fields = 1, .fields = {
		{ 1, snmp_read_port_vlan, NULL, NULL, 0, 0 } } },

	{ .name = "pethPsePortTable", .entry = SNMP_OID(1,3,6,1,2,1,105,1,1,1), .root_len = 7,
	  .rows_max = SNMP_PORTS_MAX, .rows_first = 16, .n_fields = 1, .fields = {
		{ 6, snmp_read_poe, NULL, NULL, 0, 0 } } },

	{ .name = "pethMainPseTable", .entry = SNMP_OID(1,3,6,1,2,1,105,1,3,1,1), .root_len = 7,
	  .rows_max = 8, .sample = true, .rows_first = 1, .n_fields = 2, .fields = {
		{ 2, snmp_read_number, "poe", "power_w", 0, 0 },
		{ 4, snmp_read_number, "poe", "consumption_w", 0, 0 } } },

	{ .name = "ipNetToPhysicalTable", .entry = SNMP_OID(1,3,6,1,2,1,4,35,1), .root_len = 8,
	  .rows_max = SNMP_RESOLVED_MAX, .rows_first = 16, .moves = true, .n_fields = 1, .fields = {
		{ 4, snmp_read_resolved, NULL, NULL, 0, 0 } } },

	{ .name = "ipNetToMediaTable", .entry = SNMP_OID(1,3,6,1,2,1,4,22,1), .root_len = 8,
	  .rows_max = SNMP_RESOLVED_MAX, .rows_first = 16, .wanted = snmp_facts_lacks_resolved, .moves = true, .n_fields = 1, .fields = {
		{ 2, snmp_read_resolved, NULL, NULL, 0, 0 } } },

	{ .name = "upsIdent", .entry = SNMP_OID(1,3,6,1,2,1,33,1,1), .root_len = 7,
	  .rows_max = 1, .sample = true, .rows_first = 1, .n_fields = 5, .fields = {
		{ 1, snmp_read_text, "ups", "vendor", 0, 0 },
		{ 2, snmp_read_text, "ups", "model", 0, 0 },
		{ 3, snmp_read_text, "ups", "firmware", 0, 0 },
		{ 4, snmp_read_text, "ups", "agent", 0, 0 },
		{ 5, snmp_read_text, "ups", "name", 0, 0 } } },

	{ .name = "upsBattery", .entry = SNMP_OID(1,3,6,1,2,1,33,1,2), .root_len = 7,
	  .rows_max = 1, .sample = true, .rows_first = 1, .n_fields = 3, .fields = {
		{ 1, snmp_read_number, "ups", "battery_status", 0, 0 },
		{ 3, snmp_read_number, "ups", "battery_minutes", 0, 0 },
		{ 4, snmp_read_number, "ups", "battery_charge_pct", 0, 0 } } },

	{ .name = "prtMarkerSuppliesTable", .entry = SNMP_OID(1,3,6,1,2,1,43,11,1,1), .root_len = 7,
	  .rows_max = 32, .sample = true, .rows_first = 5, .n_fields = 3, .fields = {
		{ 6, snmp_read_supply_descr,  NULL, NULL, ROW_FIELD(struct snmp_supply, descr) },
		{ 8, snmp_read_supply_number, NULL, NULL, ROW_FIELD(struct snmp_supply, max) },
		{ 9, snmp_read_supply_number, NULL, NULL, ROW_FIELD(struct snmp_supply, level) } } },

	{ .name = "dot11StationConfigTable", .entry = SNMP_OID(1,2,840,10036,1,1,1), .root_len = 4,
	  .rows_max = 32, .sample = true, .rows_first = 4, .n_fields = 1, .fields = {
		{ 9, snmp_read_text, "wlan", "ssid", 0, 0 } } },

	{ .name = "dot11ResourceInfoTable", .entry = SNMP_OID(1,2,840,10036,3,1,2,1), .root_len = 4,
	  .rows_max = 8, .sample = true, .rows_first = 1, .n_fields = 3, .fields = {
		{ 2, snmp_read_told_once, "dot11", "vendor", 0, 0 },
		{ 3, snmp_read_told_once, "dot11", "model", 0, 0 },
		{ 4, snmp_read_told_once, "dot11", "firmware", 0, 0 } } },

	{ .name = "mtxrWlApTable", .entry = SNMP_OID(1,3,6,1,4,1,14988,1,1,1,3,1), .enterprise = 14988,
	  .rows_max = 64, .sample = true, .rows_first = 4, .moves = true, .n_fields = 1, .fields = {
		{ 4, snmp_read_radio, "wlan", "ssid", ROW_FIELD(struct snmp_radio, ssid) } } },

	{ .name = "mtxrWlRtabTable", .entry = SNMP_OID(1,3,6,1,4,1,14988,1,1,1,2,1), .enterprise = 14988,
	  .rows_max = SNMP_STATIONS_MAX, .rows_first = 8, .wanted = snmp_facts_has_radios, .moves = true, .n_fields = 1, .fields = {
		{ 1, snmp_read_radio_station, NULL, NULL, 0, 0 } } },

	{ .name = "unifiVapTable", .entry = SNMP_OID(1,3,6,1,4,1,41112,1,6,1,2,1), .enterprise = 41112,
	  .rows_max = 32, .sample = true, .rows_first = 8, .n_fields = 1, .fields = {
		{ 6, snmp_read_text, "wlan", "ssid", 0, 0 } } },

	{ .name = "bsnAPTable", .entry = SNMP_OID(1,3,6,1,4,1,14179,2,2,1,1), .root_len = 8,
	  .rows_max = SNMP_ACCESS_POINTS_MAX, .rows_first = 4, .moves = true, .n_fields = 5, .fields = {
		{  3, snmp_read_access_point, NULL, NULL, ROW_FIELD(struct snmp_access_point, name) },
		{ 16, snmp_read_access_point, NULL, NULL, ROW_FIELD(struct snmp_access_point, model) },
		{ 17, snmp_read_access_point, NULL, NULL, ROW_FIELD(struct snmp_access_point, serial) },
		{ 19, snmp_read_access_point, NULL, NULL, ROW_FIELD(struct snmp_access_point, address) },
		{ 33, snmp_read_access_point, NULL, NULL, ROW_FIELD(struct snmp_access_point, mac) } } },

	{ .name = "bsnMobileStationTable", .entry = SNMP_OID(1,3,6,1,4,1,14179,2,1,4,1), .root_len = 8,
	  .rows_max = SNMP_STATIONS_MAX, .rows_first = 8, .moves = true, .n_fields = 2, .fields = {
		{ 4, snmp_read_station, NULL, NULL, ROW_FIELD(struct snmp_station, access_point) },
		{ 7, snmp_read_station, NULL, NULL, ROW_FIELD(struct snmp_station, ssid) } } },

	{ .name = "hrSWInstalledTable", .entry = SNMP_OID(1,3,6,1,2,1,25,6,3,1), .root_len = 9,
	  .rows_max = 200, .sample = true, .rows_first = 8, .n_fields = 1, .fields = {
		{ 2, snmp_read_text, "host", "software", 0, 0 } } },

	{ .name = "hrSWRunTable", .entry = SNMP_OID(1,3,6,1,2,1,25,4,2,1), .root_len = 9,
	  .rows_max = 512, .sample = true, .rows_first = 16, .n_fields = 1, .fields = {
		{ 2, snmp_read_antivirus, "host", "antivirus", 0, 0 } } },
};
const size_t snmp_tables_count = COUNT_OF(snmp_tables);
/* clang-format on */
