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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
