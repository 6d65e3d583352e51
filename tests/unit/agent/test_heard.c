/* Ports and neighbours out of what is heard: agent/heard.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "agent/heard.h"
#include "agent/inventory/entry.h"

static const struct interface own = {.name = "lan0",
    .mac = {{0x00, 0x00, 0x5e, 0x00, 0x53, 0x01}},
    .ipv4 = {.family = ADDRESS_IPV4, .bytes = {192, 0, 2, 1}}};

static struct sighting
heard(const char *source, const char *key, const char *value)
{
	struct sighting s = {.seen_ms = 1};

	memcpy(s.source, source, strlen(source));
	(void)sighting_add(&s, key, value, strlen(value));
	return s;
}

static void
names_the_port_that_we_hang_on(void **state)
{
	static const struct {
		const char *source, *key, *value, *port;
	} told[] = {
	    {"lldp", "port_id", "interface:Gi0/1", "Gi0/1"},
	    {"lldp", "port_id", "mac:00:00:5e:00:53:07", "00:00:5e:00:53:07"},
	    {"cdp", "port_id", "FastEthernet0/13", "FastEthernet0/13"},
	    {"edp", "port", "1/12", "1/12"},
	    {"mndp", "port", "bridge/ether2", "bridge/ether2"},
	};
	struct neighbor n;

	(void)state;
	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
		struct sighting s = heard(told[i].source, told[i].key, told[i].value);

		assert_true(heard_neighbor(&s, &own, &n));
		assert_string_equal(n.local_port, told[i].port);
		assert_string_equal(n.chassis_id, "00:00:5e:00:53:01");
		assert_string_equal(n.port_id, "lan0");
		assert_string_equal(n.protocol, told[i].source);
		assert_string_equal(n.management_address, "192.0.2.1");
	}
}

static void
says_nothing_of_who_names_no_port(void **state)
{
	struct sighting s = heard("lldp", "sys_name", "sw-1");
	struct neighbor n;

	(void)state;
	assert_false(heard_neighbor(&s, &own, &n));
	s = heard("dhcp", "port_id", "1");
	assert_false(heard_neighbor(&s, &own, &n));
}

/* A switch tells by SNMP who hangs on its ports, and we do not tell it that we do. */
static void
outlives_the_walks_that_do_not_tell_it(void **state)
{
	struct neighbor n, other = {.local_port = "Gi0/2", .protocol = "lldp"};
	struct sighting s = heard("lldp", "port_id", "interface:Gi0/1");
	struct budget budget = {.bytes_max = 65536};
	struct entry *entry = entry_new();

	(void)state;
	assert_non_null(entry);
	assert_true(heard_neighbor(&s, &own, &n));
	assert_true(entry_hear_neighbor(entry, &n, &budget));
	assert_false(entry_hear_neighbor(entry, &n, &budget));
	for (int walk = 0; walk < 4; walk++)
		(void)entry_add_neighbors(entry, &other, 1, &budget);
	assert_int_equal(entry->device.n_neighbors, 2);
	assert_string_equal(entry->device.neighbors[0].local_port, "Gi0/1");
	entry_free(entry, &budget);
	assert_int_equal(budget.bytes, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_the_port_that_we_hang_on),
	    cmocka_unit_test(says_nothing_of_who_names_no_port),
	    cmocka_unit_test(outlives_the_walks_that_do_not_tell_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
