/*
 * THE LIST of what a device is asked. Objects are those of SNMPv2-MIB (RFC 3418),
 * SNMP-FRAMEWORK-MIB (RFC 3411), IF-MIB (RFC 2863), IP-MIB (RFC 4293, the
 * deprecated IPv4 table, which every agent has), BRIDGE-MIB (RFC 4188), ENTITY-MIB
 * (RFC 6933), HOST-RESOURCES-MIB (RFC 2790), Printer-MIB (RFC 3805) and LLDP-MIB
 * (IEEE 802.1AB-2005). sysContact is not asked: it names people.
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

	{ .name = "hrSWInstalledTable", .entry = SNMP_OID(1,3,6,1,2,1,25,6,3,1), .root_len = 9,
	  .rows_max = 200, .sample = true, .rows_first = 8, .n_fields = 1, .fields = {
		{ 2, snmp_read_text, "host", "software", 0, 0 } } },
};
const size_t snmp_tables_count = COUNT_OF(snmp_tables);
/* clang-format on */
