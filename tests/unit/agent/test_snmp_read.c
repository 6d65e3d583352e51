#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/ask/snmp_read.h"
#include "agent/ask/snmp_tables.h"
#include "common/check.h"

static const struct snmp_table *
table(const char *name)
{
	for (size_t t = 0; t < snmp_tables_count; t++)
		if (strcmp(snmp_tables[t].name, name) == 0)
			return &snmp_tables[t];
	fail_msg("no table '%s'", name);
	return NULL;
}

static void
read_var(struct snmp_facts *facts, const char *name, uint32_t column,
    const struct snmp_oid *index, const struct snmp_var *var)
{
	const struct snmp_table *t = table(name);

	for (size_t f = 0; f < t->n_fields; f++)
		if (t->fields[f].column == column) {
			t->fields[f].read(facts, &t->fields[f], index, var);
			return;
		}
	fail_msg("no column %u in '%s'", column, name);
}

static void
read_number(
    struct snmp_facts *facts, const char *name, uint32_t column, uint32_t row, int64_t number)
{
	const struct snmp_oid index = SNMP_OID(row);
	const struct snmp_var var = {.type = SNMP_NUMBER, .number = number};

	read_var(facts, name, column, &index, &var);
}

static void
read_bytes(struct snmp_facts *facts, const char *name, uint32_t column, uint32_t row,
    const void *bytes, size_t len)
{
	const struct snmp_oid index = SNMP_OID(row);
	const struct snmp_var var = {.type = SNMP_OCTETS, .bytes = bytes, .len = len};

	read_var(facts, name, column, &index, &var);
}

static void
read_text(
    struct snmp_facts *facts, const char *name, uint32_t column, uint32_t row, const char *text)
{
	read_bytes(facts, name, column, row, text, strlen(text));
}

static void
read_type(
    struct snmp_facts *facts, const char *name, uint32_t column, uint32_t row, uint32_t last)
{
	const struct snmp_oid index = SNMP_OID(row);
	const struct snmp_var var = {
	    .type = SNMP_OBJECT_ID, .object = SNMP_OID(1, 3, 6, 1, 2, 1, 25, 3, 1, last)};

	read_var(facts, name, column, &index, &var);
}

/* How often it was said; the last value goes to ret when it is not NULL. */
static size_t
said(const struct snmp_answer *answer, const char *source, const char *key, const char **ret)
{
	size_t n = 0;

	for (size_t i = 0; i < answer->n_evidence; i++)
		if (strcmp(answer->evidence[i].source, source) == 0 &&
		    strcmp(answer->evidence[i].key, key) == 0) {
			n++;
			if (ret)
				*ret = answer->evidence[i].value;
		}
	return n;
}

static void
assert_said(
    const struct snmp_answer *answer, const char *source, const char *key, const char *value)
{
	const char *got = "";

	assert_int_equal(said(answer, source, key, &got), 1);
	assert_string_equal(got, value);
}

static struct snmp_facts *
facts_new(void)
{
	struct snmp_facts *facts = NULL;

	assert_int_equal(snmp_facts_new(&facts), 0);
	return facts;
}

static void
a_port_is_put_together_from_two_tables(void **state)
{
	struct snmp_facts *facts = facts_new();
	struct snmp_answer a = {0};

	(void)state;
	read_text(facts, "ifTable", 2, 10, "GigabitEthernet0/10");
	read_number(facts, "ifTable", 5, 10, UINT32_MAX);
	read_bytes(facts, "ifTable", 6, 10, "\x00\x1b\x21\x01\x02\x03", 6);
	read_number(facts, "ifTable", 8, 10, 1);
	read_text(facts, "ifXTable", 1, 10, "gi0/10");
	read_number(facts, "ifXTable", 15, 10, 10000);
	read_text(facts, "ifXTable", 18, 10, "to the library");
	assert_int_equal(snmp_facts_finish(facts, &a), 0);
	assert_int_equal(a.n_ports, 1);
	assert_int_equal(a.ports[0].index, 10);
	assert_string_equal(a.ports[0].name, "gi0/10");
	assert_string_equal(a.ports[0].alias, "to the library");
	assert_int_equal(a.ports[0].speed_bps, 10000000000);
	assert_int_equal(a.ports[0].oper_status, 1);
	assert_said(&a, "snmp", "if_mac", "00:1b:21:01:02:03");
	snmp_facts_free(facts);
}

static void
an_empty_ifname_leaves_the_description(void **state)
{
	struct snmp_facts *facts = facts_new();
	struct snmp_answer a = {0};

	(void)state;
	read_text(facts, "ifTable", 2, 1, "eth0");
	read_text(facts, "ifXTable", 1, 1, "");
	read_number(facts, "ifTable", 5, 1, 100000000);
	read_number(facts, "ifXTable", 15, 1, 0);
	assert_int_equal(snmp_facts_finish(facts, &a), 0);
	assert_string_equal(a.ports[0].name, "eth0");
	assert_int_equal(a.ports[0].speed_bps, 100000000);
	snmp_facts_free(facts);
}

static void
addresses_that_nobody_owns_are_no_evidence(void **state)
{
	struct snmp_facts *facts = facts_new();
	struct snmp_answer a = {0};
	const struct snmp_oid index = SNMP_OID(127, 0, 0, 1);
	const struct snmp_var loopback = {
	    .type = SNMP_IP_ADDRESS, .bytes = (const uint8_t *)"\x7f\0\0\x01", .len = 4};

	(void)state;
	read_bytes(facts, "ifTable", 6, 1, "\0\0\0\0\0\0", 6);
	read_bytes(facts, "ifTable", 6, 2, "\x01\x00\x5e\x00\x00\x01", 6);
	read_bytes(facts, "ifTable", 6, 3, "", 0);
	read_bytes(facts, "ifTable", 6, 4, "\x00\x1b\x21\x01\x02\x03\x04\x05", 8);
	read_var(facts, "ipAddrTable", 1, &index, &loopback);
	assert_int_equal(snmp_facts_finish(facts, &a), 0);
	assert_int_equal(a.n_ports, 4);
	assert_int_equal(a.n_evidence, 0);
	snmp_facts_free(facts);
}

static void
each_unit_of_a_stack_has_its_serial(void **state)
{
	struct snmp_facts *facts = facts_new();
	struct snmp_answer a = {0};
	uint32_t units[SNMP_UNITS_MAX];

	(void)state;
	read_number(facts, "entPhysicalClass", 5, 1, 11);
	read_number(facts, "entPhysicalClass", 5, 1001, 3);
	read_number(facts, "entPhysicalClass", 5, 1002, 10);
	read_number(facts, "entPhysicalClass", 5, 2001, 3);
	assert_int_equal(snmp_facts_units(facts, units), 3);
	assert_int_equal(units[0], 1);
	assert_int_equal(units[1], 1001);
	assert_int_equal(units[2], 2001);
	read_text(facts, "entPhysicalTable", 11, 1001, "AAA1");
	read_text(facts, "entPhysicalTable", 11, 2001, "AAA2");
	read_text(facts, "entPhysicalTable", 13, 1001, "SAME-MODEL");
	read_text(facts, "entPhysicalTable", 13, 2001, "SAME-MODEL");
	read_text(facts, "entPhysicalTable", 9, 1001, "boot 1");
	read_text(facts, "entPhysicalTable", 10, 1001, "soft 2");
	assert_int_equal(snmp_facts_finish(facts, &a), 0);
	assert_int_equal(said(&a, "entity", "chassis_serial", NULL), 2);
	assert_said(&a, "entity", "chassis_model", "SAME-MODEL");
	assert_said(&a, "entity", "firmware", "soft 2");
	snmp_facts_free(facts);
}

static void
without_a_chassis_the_first_entity_stands_for_it(void **state)
{
	struct snmp_facts *facts = facts_new();
	uint32_t units[SNMP_UNITS_MAX];

	(void)state;
	assert_int_equal(snmp_facts_units(facts, units), 0);
	read_number(facts, "entPhysicalClass", 5, 7, 9);
	read_number(facts, "entPhysicalClass", 5, 8, 10);
	assert_int_equal(snmp_facts_units(facts, units), 1);
	assert_int_equal(units[0], 7);
	snmp_facts_free(facts);
}

static void
a_printer_tells_its_model_pages_and_serial(void **state)
{
	struct snmp_facts *facts = facts_new();
	struct snmp_answer a = {0};

	(void)state;
	read_text(facts, "prtGeneralTable", 17, 1, "  PRN123 ");
	read_type(facts, "hrDeviceTable", 2, 1, 5);
	read_text(facts, "hrDeviceTable", 3, 1, "Some LaserJet");
	read_number(facts, "prtMarkerTable", 4, 1, 400);
	read_number(facts, "prtMarkerTable", 4, 2, 12345);
	assert_int_equal(snmp_facts_finish(facts, &a), 0);
	assert_said(&a, "printer", "serial", "PRN123");
	assert_said(&a, "printer", "model", "Some LaserJet");
	assert_said(&a, "printer", "pages", "12345");
	assert_said(&a, "host", "device_descr", "printer: Some LaserJet");
	snmp_facts_free(facts);
}

static void
of_storage_fixed_disks_alone_are_told(void **state)
{
	struct snmp_facts *facts = facts_new();
	struct snmp_answer a = {0};

	(void)state;
	read_type(facts, "hrStorageTable", 2, 1, 2);
	read_text(facts, "hrStorageTable", 3, 1, "Physical memory");
	read_number(facts, "hrStorageTable", 4, 1, 1024);
	read_number(facts, "hrStorageTable", 5, 1, 1000);
	read_type(facts, "hrStorageTable", 2, 31, 4);
	read_text(facts, "hrStorageTable", 3, 31, "C:\\");
	read_number(facts, "hrStorageTable", 4, 31, 4096);
	read_number(facts, "hrStorageTable", 5, 31, 1000000000);
	assert_int_equal(snmp_facts_finish(facts, &a), 0);
	assert_said(&a, "host", "storage", "C:\\: 4096000000000");
	snmp_facts_free(facts);
}

static void
evidence_is_kept_once_and_is_bounded(void **state)
{
	struct snmp_facts *facts = facts_new();
	struct snmp_answer a = {0};
	char text[32];

	(void)state;
	assert_true(snmp_facts_add(facts, "snmp", "sys_name", "x"));
	assert_true(snmp_facts_add(facts, "snmp", "sys_name", "x"));
	assert_true(snmp_facts_add(facts, "snmp", "sys_name", ""));
	for (unsigned i = 0; i < 2 * SNMP_EVIDENCE_MAX; i++) {
		(void)snprintf(text, sizeof(text), "package %u", i);
		read_text(facts, "hrSWInstalledTable", 2, i + 1, text);
	}
	assert_non_null(snmp_facts_cut(facts));
	assert_int_equal(snmp_facts_finish(facts, &a), 0);
	assert_int_equal(a.n_evidence, SNMP_EVIDENCE_MAX);
	assert_int_equal(said(&a, "snmp", "sys_name", NULL), 1);
	snmp_facts_free(facts);
}

static void
rows_out_of_order_find_their_own(void **state)
{
	struct snmp_facts *facts = facts_new();
	struct snmp_answer a = {0};

	(void)state;
	read_number(facts, "ifTable", 3, 5, 6);
	read_number(facts, "ifTable", 3, 2, 24);
	read_number(facts, "ifTable", 3, 9, 71);
	read_text(facts, "ifTable", 2, 2, "lo");
	read_text(facts, "ifTable", 2, 5, "eth0");
	read_text(facts, "ifTable", 2, 9, "wlan0");
	assert_int_equal(snmp_facts_finish(facts, &a), 0);
	assert_int_equal(a.n_ports, 3);
	for (size_t i = 0; i < 3; i++) {
		if (a.ports[i].index == 2)
			assert_string_equal(a.ports[i].name, "lo");
		else if (a.ports[i].index == 5)
			assert_string_equal(a.ports[i].name, "eth0");
		else
			assert_string_equal(a.ports[i].name, "wlan0");
	}
	snmp_facts_free(facts);
}

static void
values_of_the_wrong_type_are_passed_over(void **state)
{
	struct snmp_facts *facts = facts_new();
	struct snmp_answer a = {0};

	(void)state;
	for (size_t t = 0; t < snmp_tables_count; t++)
		for (size_t f = 0; f < snmp_tables[t].n_fields; f++)
			for (int type = SNMP_NUMBER; type <= SNMP_END_OF_VIEW; type++)
				for (uint32_t len = 0; len < 5; len++) {
					const struct snmp_field *field =
					    &snmp_tables[t].fields[f];
					struct snmp_oid index = SNMP_OID(1, 1, 1, 1, 1);
					const struct snmp_var var = {
					    .type = (enum snmp_type)type,
					    .number = -1,
					    .bytes = (const uint8_t *)"",
					    .len = 0};

					index.len = len;
					field->read(facts, field, &index, &var);
				}
	assert_int_equal(snmp_facts_finish(facts, &a), 0);
	assert_int_equal(a.n_evidence, 0);
	snmp_facts_free(facts);
}

/* ---- who hangs where */

static void
read_index(struct snmp_facts *facts, const char *name, uint32_t column, struct snmp_oid index,
    int64_t number)
{
	const struct snmp_var var = {.type = SNMP_NUMBER, .number = number};

	read_var(facts, name, column, &index, &var);
}

static void
read_index_bytes(struct snmp_facts *facts, const char *name, uint32_t column,
    struct snmp_oid index, const void *bytes, size_t len)
{
	const struct snmp_var var = {.type = SNMP_OCTETS, .bytes = bytes, .len = len};

	read_var(facts, name, column, &index, &var);
}

static void
a_forwarding_table_names_interfaces_and_vlans(void **state)
{
	static const struct mac pc = {{0x00, 0x1b, 0x21, 0x01, 0x02, 0x03}};
	struct snmp_facts *facts = facts_new();
	struct snmp_answer a = {0};

	(void)state;
	read_text(facts, "ifTable", 2, 10107, "gi7");
	read_index(facts, "dot1qTpFdbTable", 2,
	    (struct snmp_oid)SNMP_OID(3, 0x00, 0x1b, 0x21, 0x01, 0x02, 0x03), 7);
	read_index(facts, "dot1qTpFdbTable", 2,
	    (struct snmp_oid)SNMP_OID(3, 0x01, 0x00, 0x5e, 0x01, 0x02, 0x03), 7); /* a group */
	read_index(facts, "dot1qTpFdbTable", 2,
	    (struct snmp_oid)SNMP_OID(3, 0x00, 0x1b, 0x21, 0x01, 0x02, 0x04), 0); /* no port */
	read_index(facts, "dot1qTpFdbTable", 2,
	    (struct snmp_oid)SNMP_OID(3, 0x00, 0x1b, 0x21, 0x01, 0x02, 0x304), 7); /* no byte */
	assert_false(snmp_facts_lacks_forwarding(facts));
	read_number(facts, "dot1dBasePortTable", 2, 7, 10107);
	read_index(facts, "dot1qVlanCurrentTable", 3, (struct snmp_oid)SNMP_OID(55, 30), 3);
	read_number(facts, "dot1qPortVlanTable", 1, 7, 30);
	read_index(facts, "pethPsePortTable", 6, (struct snmp_oid)SNMP_OID(1, 7), 3);
	assert_int_equal(snmp_facts_finish(facts, &a), 0);
	assert_int_equal(a.n_forwarding, 1);
	assert_true(mac_equal(&a.forwarding[0].mac, &pc));
	assert_int_equal(a.forwarding[0].if_index, 10107);
	assert_int_equal(a.forwarding[0].vlan, 30);
	assert_int_equal(a.ports[0].vlan, 30);
	assert_int_equal(a.ports[0].poe_status, 3);
	snmp_facts_free(facts);
}

static void
a_bridge_without_names_and_vlans_counts_its_ports(void **state)
{
	struct snmp_facts *facts = facts_new();
	struct snmp_answer a = {0};

	(void)state;
	read_index(facts, "dot1dTpFdbTable", 2,
	    (struct snmp_oid)SNMP_OID(0x00, 0x1b, 0x21, 0x01, 0x02, 0x03), 5);
	assert_int_equal(snmp_facts_finish(facts, &a), 0);
	assert_int_equal(a.n_forwarding, 1);
	assert_int_equal(a.forwarding[0].if_index, 5);
	assert_int_equal(a.forwarding[0].vlan, 0);
	snmp_facts_free(facts);
}

static void
caches_of_a_router_tell_addresses(void **state)
{
	struct snmp_facts *facts = facts_new();
	struct snmp_answer a = {0};
	struct address ip;

	(void)state;
	read_index_bytes(facts, "ipNetToMediaTable", 2,
	    (struct snmp_oid)SNMP_OID(2, 10, 9, 0, 7), "\x00\x1b\x21\x01\x02\x03", 6);
	read_index_bytes(facts, "ipNetToPhysicalTable", 4,
	    (struct snmp_oid)SNMP_OID(2, 1, 4, 10, 9, 0, 8), "\x00\x1b\x21\x01\x02\x04", 6);
	read_index_bytes(facts, "ipNetToPhysicalTable", 4,
	    (struct snmp_oid)SNMP_OID(
		2, 2, 16, 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9),
	    "\x00\x1b\x21\x01\x02\x04", 6);
	/* incomplete, a group, a length that is none */
	read_index_bytes(
	    facts, "ipNetToMediaTable", 2, (struct snmp_oid)SNMP_OID(2, 10, 9, 0, 9), "", 0);
	read_index_bytes(facts, "ipNetToMediaTable", 2,
	    (struct snmp_oid)SNMP_OID(2, 224, 0, 0, 251), "\x00\x1b\x21\x01\x02\x05", 6);
	read_index_bytes(facts, "ipNetToPhysicalTable", 4,
	    (struct snmp_oid)SNMP_OID(2, 1, 16, 10, 9, 0, 8), "\x00\x1b\x21\x01\x02\x06", 6);
	assert_int_equal(snmp_facts_finish(facts, &a), 0);
	assert_int_equal(a.n_resolved, 3);
	assert_int_equal(address_parse("10.9.0.7", &ip), 0);
	assert_true(address_equal(&a.resolved[0].ip, &ip));
	assert_int_equal(address_parse("2001:db8::9", &ip), 0);
	assert_true(address_equal(&a.resolved[2].ip, &ip));
	snmp_facts_free(facts);
}

static void
neighbors_of_the_second_lldp_mib_and_of_cdp_name_interfaces(void **state)
{
	struct snmp_facts *facts = facts_new();
	struct snmp_answer a = {0};

	(void)state;
	read_text(facts, "ifTable", 2, 9, "ether9");
	read_index(facts, "lldpV2RemTable", 5, (struct snmp_oid)SNMP_OID(1, 9, 1, 4), 4);
	read_index_bytes(facts, "lldpV2RemTable", 6, (struct snmp_oid)SNMP_OID(1, 9, 1, 4),
	    "\x00\x1b\x21\x01\x02\x03", 6);
	read_index(facts, "lldpV2RemTable", 7, (struct snmp_oid)SNMP_OID(1, 9, 1, 4), 5);
	read_index_bytes(
	    facts, "lldpV2RemTable", 8, (struct snmp_oid)SNMP_OID(1, 9, 1, 4), "gi1", 3);
	read_index(facts, "lldpV2RemManAddrTable", 3,
	    (struct snmp_oid)SNMP_OID(1, 9, 1, 4, 1, 4, 10, 9, 0, 3), 2);
	read_index_bytes(
	    facts, "cdpCacheTable", 6, (struct snmp_oid)SNMP_OID(9, 1), "SEP0011", 7);
	read_index_bytes(
	    facts, "cdpCacheTable", 4, (struct snmp_oid)SNMP_OID(9, 1), "\x0a\x09\x00\x04", 4);
	assert_int_equal(snmp_facts_finish(facts, &a), 0);
	assert_int_equal(a.n_neighbors, 2);
	assert_string_equal(a.neighbors[0].local_port, "ether9");
	assert_string_equal(a.neighbors[0].chassis_id, "00:1b:21:01:02:03");
	assert_string_equal(a.neighbors[0].port_id, "gi1");
	assert_string_equal(a.neighbors[0].management_address, "10.9.0.3");
	assert_string_equal(a.neighbors[1].protocol, "cdp");
	assert_string_equal(a.neighbors[1].system_name, "SEP0011");
	assert_string_equal(a.neighbors[1].management_address, "10.9.0.4");
	snmp_facts_free(facts);
}

static void
a_controller_tells_its_access_points_and_stations(void **state)
{
	static const struct mac pad = {{0x00, 0x1b, 0x21, 0x01, 0x02, 0x03}},
				wired = {{0x00, 0x3a, 0x99, 0, 0, 1}};
	const struct snmp_oid ap = SNMP_OID(0x00, 0x3a, 0x99, 0, 0, 0x10);
	const struct snmp_oid station = SNMP_OID(0x00, 0x1b, 0x21, 0x01, 0x02, 0x03);
	struct snmp_facts *facts = facts_new();
	struct snmp_answer a = {0};
	const struct snmp_var ip = {
	    .type = SNMP_IP_ADDRESS, .bytes = (const uint8_t *)"\x0a\x09\x00\x05", .len = 4};

	(void)state;
	read_index_bytes(facts, "bsnAPTable", 3, ap, "AP-library", 10);
	read_index_bytes(facts, "bsnAPTable", 17, ap, "FGL1", 4);
	read_var(facts, "bsnAPTable", 19, &ap, &ip);
	read_index_bytes(facts, "bsnAPTable", 33, ap, "\x00\x3a\x99\x00\x00\x01", 6);
	read_index_bytes(
	    facts, "bsnMobileStationTable", 4, station, "\x00\x3a\x99\x00\x00\x10", 6);
	read_index_bytes(facts, "bsnMobileStationTable", 7, station, "school", 6);
	assert_int_equal(snmp_facts_finish(facts, &a), 0);
	assert_int_equal(a.n_access_points, 1);
	assert_string_equal(a.access_points[0].name, "AP-library");
	assert_string_equal(a.access_points[0].serial, "FGL1");
	assert_int_equal(a.access_points[0].ip.bytes[3], 5);
	assert_true(mac_equal(&a.access_points[0].mac, &wired));
	assert_int_equal(a.n_stations, 1);
	assert_true(mac_equal(&a.stations[0].mac, &pad));
	assert_true(mac_equal(&a.stations[0].access_point, &a.access_points[0].radio));
	assert_string_equal(a.stations[0].ssid, "school");
	snmp_facts_free(facts);
}

static void
a_radio_names_the_ssid_of_its_stations(void **state)
{
	struct snmp_facts *facts = facts_new();
	struct snmp_answer a = {0};

	(void)state;
	read_text(facts, "mtxrWlApTable", 4, 6, "teachers");
	read_index_bytes(facts, "mtxrWlRtabTable", 1,
	    (struct snmp_oid)SNMP_OID(0x00, 0x1b, 0x21, 0x01, 0x02, 0x03, 6), "", 0);
	assert_int_equal(snmp_facts_finish(facts, &a), 0);
	assert_int_equal(a.n_stations, 1);
	assert_string_equal(a.stations[0].ssid, "teachers");
	assert_true(mac_is_zero(&a.stations[0].access_point));
	assert_said(&a, "wlan", "ssid", "teachers");
	snmp_facts_free(facts);
}

static void
supplies_batteries_and_protection_are_told(void **state)
{
	struct snmp_facts *facts = facts_new();
	struct snmp_answer a = {0};

	(void)state;
	read_index_bytes(facts, "prtMarkerSuppliesTable", 6, (struct snmp_oid)SNMP_OID(1, 1),
	    "Black Toner", 11);
	read_index(facts, "prtMarkerSuppliesTable", 8, (struct snmp_oid)SNMP_OID(1, 1), 3000);
	read_index(facts, "prtMarkerSuppliesTable", 9, (struct snmp_oid)SNMP_OID(1, 1), 1350);
	read_index_bytes(
	    facts, "prtMarkerSuppliesTable", 6, (struct snmp_oid)SNMP_OID(1, 2), "Drum", 4);
	read_index(facts, "prtMarkerSuppliesTable", 8, (struct snmp_oid)SNMP_OID(1, 2), -2);
	read_index(facts, "prtMarkerSuppliesTable", 9, (struct snmp_oid)SNMP_OID(1, 2), -3);
	read_text(facts, "upsIdent", 2, 0, "Eaton 5P 2200");
	read_number(facts, "upsBattery", 4, 0, 97);
	read_text(facts, "hrSWRunTable", 2, 1, "explorer.exe");
	read_text(facts, "hrSWRunTable", 2, 2, "MsMpEng.exe");
	assert_int_equal(snmp_facts_finish(facts, &a), 0);
	assert_int_equal(said(&a, "printer", "supply", NULL), 2);
	assert_string_equal(a.evidence[3].value, "Black Toner: 45 %");
	assert_string_equal(a.evidence[4].value, "Drum: some");
	assert_said(&a, "ups", "model", "Eaton 5P 2200");
	assert_said(&a, "ups", "battery_charge_pct", "97");
	assert_said(&a, "host", "antivirus", "Microsoft Defender");
	snmp_facts_free(facts);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_port_is_put_together_from_two_tables),
	    cmocka_unit_test(an_empty_ifname_leaves_the_description),
	    cmocka_unit_test(addresses_that_nobody_owns_are_no_evidence),
	    cmocka_unit_test(each_unit_of_a_stack_has_its_serial),
	    cmocka_unit_test(without_a_chassis_the_first_entity_stands_for_it),
	    cmocka_unit_test(a_printer_tells_its_model_pages_and_serial),
	    cmocka_unit_test(of_storage_fixed_disks_alone_are_told),
	    cmocka_unit_test(evidence_is_kept_once_and_is_bounded),
	    cmocka_unit_test(rows_out_of_order_find_their_own),
	    cmocka_unit_test(values_of_the_wrong_type_are_passed_over),
	    cmocka_unit_test(a_forwarding_table_names_interfaces_and_vlans),
	    cmocka_unit_test(a_bridge_without_names_and_vlans_counts_its_ports),
	    cmocka_unit_test(caches_of_a_router_tell_addresses),
	    cmocka_unit_test(neighbors_of_the_second_lldp_mib_and_of_cdp_name_interfaces),
	    cmocka_unit_test(a_controller_tells_its_access_points_and_stations),
	    cmocka_unit_test(a_radio_names_the_ssid_of_its_stations),
	    cmocka_unit_test(supplies_batteries_and_protection_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
