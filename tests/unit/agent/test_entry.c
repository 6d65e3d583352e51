/* What is kept of one device, and how new values meet old ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/inventory/entry.h"
#include "common/check.h"

static struct budget budget;
static struct entry *entry;

static int
make_entry(void **state)
{
	(void)state;
	budget = (struct budget){.bytes_max = 1024 * 1024};
	entry = entry_new();
	return entry ? 0 : -1;
}

static int
free_entry(void **state)
{
	(void)state;
	entry_free(entry, &budget);
	entry = NULL;
	return budget.bytes == 0 ? 0 : -1;
}

static size_t
values_of(const char *key, const char *value)
{
	size_t count = 0;

	for (size_t i = 0; i < entry->device.n_evidence; i++)
		count += strcmp(entry->device.evidence[i].key, key) == 0 &&
			 (!value || strcmp(entry->device.evidence[i].value, value) == 0);
	return count;
}

static bool
tell(const char *source, const char *key, const char *value, int64_t seen_ms)
{
	const struct evidence e = {source, key, value};

	return entry_add_evidence(entry, &e, 1, seen_ms, &budget);
}

static void
the_last_of_single_values_counts(void **state)
{
	(void)state;
	assert_true(tell("snmp", "sys_name", "a", 1));
	assert_false(tell("snmp", "sys_name", "a", 2));
	assert_int_equal(entry->device.evidence[0].seen_ms, 2);
	assert_true(tell("snmp", "sys_name", "b", 3));
	assert_int_equal(values_of("sys_name", NULL), 1);
	assert_int_equal(values_of("sys_name", "b"), 1);
	assert_true(tell("lldp", "sys_name", "c", 3));
	assert_int_equal(values_of("sys_name", NULL), 2);
}

static void
an_empty_value_blanks_nothing(void **state)
{
	(void)state;
	assert_true(tell("snmp", "sys_name", "a", 1));
	assert_false(tell("snmp", "sys_name", "", 2));
	assert_int_equal(values_of("sys_name", "a"), 1);
}

static void
what_comes_one_a_packet_is_collected(void **state)
{
	(void)state;
	assert_true(tell("mdns", "service", "_ipp._tcp", 1));
	assert_true(tell("mdns", "service", "_http._tcp", 2));
	assert_true(tell("mdns", "service", "_scanner._tcp", 3));
	assert_int_equal(values_of("service", NULL), 3);
}

static void
a_table_forgets_what_two_walks_miss(void **state)
{
	const struct evidence three[] = {
	    {"host", "software", "a"}, {"host", "software", "b"}, {"host", "software", "c"}};

	(void)state;
	assert_true(entry_add_evidence(entry, three, 3, 1, &budget));
	assert_false(entry_add_evidence(entry, three, 2, 2, &budget));
	assert_int_equal(values_of("software", NULL), 3);
	assert_false(entry_add_evidence(entry, three, 3, 3, &budget));
	assert_false(entry_add_evidence(entry, three, 1, 4, &budget));
	assert_false(tell("snmp", "sys_name", "", 5));
	assert_int_equal(values_of("software", NULL), 3);
	assert_true(entry_add_evidence(entry, three, 1, 6, &budget));
	assert_int_equal(values_of("software", NULL), 1);
}

static void
several_values_of_one_walk_stand_side_by_side(void **state)
{
	const struct evidence stack[] = {
	    {"entity", "chassis_model", "A"}, {"entity", "chassis_model", "B"}};

	(void)state;
	assert_true(entry_add_evidence(entry, stack, 2, 1, &budget));
	assert_int_equal(values_of("chassis_model", NULL), 2);
	assert_true(tell("entity", "chassis_model", "B", 2));
	assert_int_equal(values_of("chassis_model", NULL), 1);
}

static void
a_key_has_no_more_values_than_its_share(void **state)
{
	char name[24];

	(void)state;
	for (int i = 0; i < 2 * ENTRY_EVIDENCE_KEY_MAX; i++) {
		(void)snprintf(name, sizeof(name), "_s%d._tcp", i);
		(void)tell("mdns", "service", name, 1);
	}
	assert_int_equal(values_of("service", NULL), ENTRY_EVIDENCE_KEY_MAX);
	assert_int_equal(budget.refused, ENTRY_EVIDENCE_KEY_MAX);
}

static void
no_device_takes_more_than_the_budget(void **state)
{
	struct port ports[64] = {{0}};

	(void)state;
	budget.bytes_max = 400;
	for (uint32_t i = 0; i < COUNT_OF(ports); i++)
		ports[i].index = i + 1;
	assert_true(tell("snmp", "sys_name", "a", 1));
	assert_false(entry_add_ports(entry, ports, COUNT_OF(ports), &budget));
	assert_int_equal(entry->device.n_ports, 0);
	assert_true(budget.refused > 0);
	assert_true(budget.bytes <= budget.bytes_max);
}

static void
a_long_value_is_cut_between_characters(void **state)
{
	char value[2 * ENTRY_VALUE_BYTES_MAX + 1];
	size_t len;

	(void)state;
	for (size_t i = 0; i + 1 < sizeof(value); i += 2)
		memcpy(value + i, "\xd1\x8f", 2);
	value[sizeof(value) - 1] = '\0';
	assert_true(tell("snmp", "sys_descr", value, 1));
	len = strlen(entry->device.evidence[0].value);
	assert_true(len < ENTRY_VALUE_BYTES_MAX && len >= ENTRY_VALUE_BYTES_MAX - 4);
	assert_int_equal(len % 2, 0);
}

static void
a_shorter_walk_does_not_delete_ports_a_second_does(void **state)
{
	struct port ports[3] = {{.index = 1}, {.index = 2}, {.index = 3}};

	(void)state;
	assert_true(entry_add_ports(entry, ports, 3, &budget));
	assert_false(entry_add_ports(entry, ports, 3, &budget));
	assert_false(entry_add_ports(entry, ports, 0, &budget));
	assert_false(entry_add_ports(entry, ports, 1, &budget));
	assert_int_equal(entry->device.n_ports, 3);
	assert_true(entry_add_ports(entry, ports, 1, &budget));
	assert_int_equal(entry->device.n_ports, 1);
	ports[0].oper_status = 2;
	assert_true(entry_add_ports(entry, ports, 1, &budget));
	assert_int_equal(entry->device.ports[0].oper_status, 2);
}

static void
neighbors_come_and_go_like_ports(void **state)
{
	struct neighbor neighbors[2] = {
	    {.local_port = "1", .chassis_id = "mac:00:1b:21:00:00:01"},
	    {.local_port = "2", .chassis_id = "mac:00:1b:21:00:00:02"}};

	(void)state;
	assert_true(entry_add_neighbors(entry, neighbors, 2, &budget));
	assert_false(entry_add_neighbors(entry, neighbors, 2, &budget));
	assert_false(entry_add_neighbors(entry, neighbors, 1, &budget));
	assert_true(entry_add_neighbors(entry, neighbors, 1, &budget));
	assert_int_equal(entry->device.n_neighbors, 1);
	assert_string_equal(entry->device.neighbors[0].local_port, "1");
}

static void
seen_addresses_stand_in_order_before_told_ones(void **state)
{
	struct identity id;
	const char *const seen[] = {"10.0.0.9", "10.0.0.1", "fd00::1", "10.0.0.5"};
	char text[ADDRESS_TEXT_SIZE];
	struct address ip;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(seen); i++) {
		assert_int_equal(address_parse(seen[i], &ip), 0);
		assert_true(entry_add_seen_ip(entry, &ip));
		assert_false(entry_add_seen_ip(entry, &ip));
	}
	assert_true(tell("snmp", "ip_address", "10.0.0.2", 1));
	entry_identity(entry, &id);
	entry_settle(entry, &id);
	assert_int_equal(entry->device.n_ips, 5);
	address_format(&entry->device.ips[0], text);
	assert_string_equal(text, "10.0.0.1");
	address_format(&entry->device.ips[4], text);
	assert_string_equal(text, "10.0.0.2");
	entry_drop_ip(entry, &entry->device.ips[0]);
	assert_int_equal(entry->device.n_ips, 4);
	assert_int_equal(entry->n_seen_ips, 3);
}

static void
a_card_that_leaves_takes_its_address_along(void **state)
{
	static const struct mac first = {{0, 0x1b, 0x21, 0, 0, 1}},
				second = {{0, 0x1b, 0x21, 0, 0, 2}};

	(void)state;
	assert_true(entry_add_seen_mac(entry, &first));
	assert_true(entry_add_seen_mac(entry, &second));
	entry_drop_mac(entry, &first);
	assert_int_equal(entry->n_seen_macs, 1);
	assert_int_equal(entry->device.n_macs, 1);
	assert_true(mac_equal(&entry->device.macs[0], &second));
	entry_drop_mac(entry, &first); /* it is not there any more */
	assert_int_equal(entry->n_seen_macs, 1);
}

static void
a_device_has_a_bounded_number_of_addresses(void **state)
{
	struct identity id;

	(void)state;
	for (unsigned i = 1; i <= 200; i++) {
		const struct mac mac = {{0, 0x1b, 0x21, 0, 0, (uint8_t)i}};
		const uint8_t bytes[4] = {10, 0, 0, (uint8_t)i};
		const struct address ip = address_v4(bytes);

		(void)entry_add_seen_mac(entry, &mac);
		(void)entry_add_seen_ip(entry, &ip);
	}
	assert_true(tell("snmp", "ip_address", "10.9.9.9", 1));
	entry_identity(entry, &id);
	entry_settle(entry, &id);
	assert_int_equal(entry->device.n_macs, DEVICE_MACS_MAX);
	assert_int_equal(entry->device.n_ips, DEVICE_IPS_MAX);
}

int
main(void)
{
#define ENTRY_TEST(name) cmocka_unit_test_setup_teardown(name, make_entry, free_entry)
	const struct CMUnitTest tests[] = {
	    ENTRY_TEST(the_last_of_single_values_counts),
	    ENTRY_TEST(an_empty_value_blanks_nothing),
	    ENTRY_TEST(what_comes_one_a_packet_is_collected),
	    ENTRY_TEST(a_table_forgets_what_two_walks_miss),
	    ENTRY_TEST(several_values_of_one_walk_stand_side_by_side),
	    ENTRY_TEST(a_key_has_no_more_values_than_its_share),
	    ENTRY_TEST(no_device_takes_more_than_the_budget),
	    ENTRY_TEST(a_long_value_is_cut_between_characters),
	    ENTRY_TEST(a_shorter_walk_does_not_delete_ports_a_second_does),
	    ENTRY_TEST(neighbors_come_and_go_like_ports),
	    ENTRY_TEST(seen_addresses_stand_in_order_before_told_ones),
	    ENTRY_TEST(a_card_that_leaves_takes_its_address_along),
	    ENTRY_TEST(a_device_has_a_bounded_number_of_addresses),
	};

	return cmocka_run_group_tests_name("entry", tests, NULL, NULL);
}
