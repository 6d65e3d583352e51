/* Networks that are drawn, with the truth of who hangs where; bridges learn as bridges do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/inventory/topology.h"

enum {
	BRIDGES_MAX = 24,
	HOSTS_MAX = 200,
	NODES_MAX = BRIDGES_MAX + HOSTS_MAX,
	PORTS = 48,
	NOW_MS = 1000000
};

/* Node 0 .. n_bridges - 1 are bridges, of which 0 is the topmost; we hang on its port 1. */
struct net {
	size_t n_bridges, n;
	size_t parent[NODES_MAX];
	uint32_t port[NODES_MAX]; /* of the parent */
	bool silent[NODES_MAX];   /* a bridge that tells nothing */
	/* learned[bridge][node]: on which port, 0 not at all; the last one is us */
	uint32_t learned[BRIDGES_MAX][NODES_MAX + 1];
	struct inventory *inventory;
	uint32_t drawn; /* the state of draw() */
};

static const struct mac us = {{0x00, 0x1b, 0x21, 0xff, 0xff, 0xff}};

/* One of 0 .. below - 1, by the linear congruential generator of Numerical Recipes. */
static uint32_t
draw(struct net *net, size_t below)
{
	net->drawn = net->drawn * 1664525 + 1013904223;
	return (uint32_t)((uint64_t)net->drawn * below >> 32);
}

static struct mac
mac_of(size_t node)
{
	return (struct mac){
	    {0x00, 0x1b, 0x21, 0, (uint8_t)(node >> 8), (uint8_t)(node & 0xff)}};
}

static struct address
ip_of(size_t node)
{
	const uint8_t bytes[4] = {10, 9, (uint8_t)(node >> 8), (uint8_t)(node & 0xff)};

	return address_v4(bytes);
}

/* The port of a bridge towards a node; 1, its uplink, when it is not below. */
static uint32_t
port_towards(const struct net *net, size_t bridge, size_t node)
{
	while (node != 0 && node < net->n) {
		if (net->parent[node] == bridge)
			return net->port[node];
		node = net->parent[node];
	}
	return 1;
}

/* A frame from a node: to us it is learned on the way up, to everybody by every bridge. */
static void
frame(struct net *net, size_t node, bool to_all)
{
	for (size_t b = 0; b < net->n_bridges; b++)
		if (b != node && (to_all || port_towards(net, b, node) != 1))
			net->learned[b][node] = port_towards(net, b, node);
	if (!to_all && node < net->n && net->parent[node] == 0)
		net->learned[0][node] = net->port[node];
}

static void
note(struct net *net, size_t node)
{
	struct port ports[PORTS];
	struct observation o = {.seen_ms = NOW_MS, .mac = mac_of(node), .ip = ip_of(node)};

	memset(ports, 0, sizeof(ports));
	if (node < net->n_bridges) {
		o.ports = ports;
		o.n_ports = PORTS;
		for (uint32_t p = 0; p < PORTS; p++) {
			ports[p].index = 1000 + p;
			(void)snprintf(ports[p].name, sizeof(ports[p].name), "gi%u", p);
		}
	}
	assert_int_not_equal(inventory_note(net->inventory, &o), INVENTORY_REFUSED);
}

static void
net_learn(struct net *net, unsigned broadcasts_pct)
{
	memset(net->learned, 0, sizeof(net->learned));
	for (size_t b = 0; b < net->n_bridges; b++)
		net->learned[b][NODES_MAX] = 1; /* our questions came from there */
	for (size_t i = 0; i < net->n; i++) {
		frame(net, i, false);
		if (draw(net, 100) < broadcasts_pct)
			frame(net, i, true);
	}
}

static void
net_settle(struct net *net)
{
	struct topology *topology = NULL;

	assert_int_equal(topology_new(&topology), 0);
	for (size_t b = 0; b < net->n_bridges; b++) {
		struct forwarding rows[NODES_MAX + 1];
		struct snmp_answer answer = {.ip = ip_of(b), .forwarding = rows};

		if (net->silent[b])
			continue;
		for (size_t i = 0; i <= NODES_MAX; i++)
			if (net->learned[b][i])
				rows[answer.n_forwarding++] =
				    (struct forwarding){.mac = i == NODES_MAX ? us : mac_of(i),
					.if_index = 1000 + net->learned[b][i],
					.vlan = 7};
		assert_int_equal(topology_add(topology, &answer), 0);
	}
	topology_settle(topology, net->inventory, &us, 1, NOW_MS);
	topology_free(topology);
}

static void
net_draw(struct net *net, unsigned seed, size_t n_bridges, size_t n_hosts)
{
	memset(net, 0, sizeof(*net));
	net->drawn = seed;
	net->n_bridges = n_bridges;
	net->n = n_bridges + n_hosts;
	assert_int_equal(inventory_new(NODES_MAX, &net->inventory), 0);
	for (size_t i = 0; i < net->n; i++) {
		size_t below = i < n_bridges ? i : n_bridges;

		net->parent[i] = below > 0 ? draw(net, below) : 0;
		net->port[i] = 2 + draw(net, PORTS - 2);
		note(net, i);
	}
}

static const struct device *
node_device(const struct net *net, size_t node)
{
	const struct address ip = ip_of(node);
	const struct device *device = inventory_by_ip(net->inventory, &ip);

	assert_non_null(device);
	return device;
}

static void
assert_place(const struct net *net, size_t node, size_t bridge, uint32_t port)
{
	const struct device *device = node_device(net, node);

	assert_string_equal(device->place.bridge, node_device(net, bridge)->key);
	assert_int_equal(device->place.if_index, 1000 + port);
}

static void
everybody_hangs_where_they_do(void **state)
{
	struct net net;

	(void)state;
	for (unsigned seed = 1; seed <= 60; seed++) {
		net_draw(&net, seed, 1 + seed % BRIDGES_MAX, 40 + seed);
		net_learn(&net, seed % 5 * 25);
		net_settle(&net);
		for (size_t i = 1; i < net.n; i++)
			assert_place(&net, i, net.parent[i], net.port[i]);
		assert_string_equal(node_device(&net, 0)->place.bridge, "");
		inventory_free(net.inventory);
	}
}

static void
a_port_has_its_name_and_vlan(void **state)
{
	struct net net;
	const struct device *device;
	char name[16];

	(void)state;
	net_draw(&net, 3, 2, 10);
	net_learn(&net, 100);
	net_settle(&net);
	device = node_device(&net, 5);
	(void)snprintf(name, sizeof(name), "gi%u", net.port[5]);
	assert_string_equal(device->place.port, name);
	assert_int_equal(device->place.vlan, 7);
	assert_true(device->place.port_load >= 1);
	inventory_free(net.inventory);
}

/* A bridge that is out of reach once moves nobody; one that is gone does. */
static void
a_silent_bridge_keeps_its_own(void **state)
{
	struct net net;
	size_t leaf = 0;

	(void)state;
	net_draw(&net, 11, 6, 60);
	for (size_t i = net.n_bridges; i < net.n; i++)
		if (net.parent[i] != 0)
			leaf = i;
	assert_int_not_equal(leaf, 0);
	net_learn(&net, 100);
	net_settle(&net);
	net.silent[net.parent[leaf]] = true;
	net_settle(&net);
	assert_place(&net, leaf, net.parent[leaf], net.port[leaf]);
	for (size_t b = 0; b < net.n_bridges; b++)
		net.learned[b][net.parent[leaf]] = 0;
	net_settle(&net);
	assert_string_not_equal(
	    node_device(&net, leaf)->place.bridge, node_device(&net, net.parent[leaf])->key);
	inventory_free(net.inventory);
}

static void
who_moves_is_where_it_moved_to(void **state)
{
	struct net net;

	(void)state;
	net_draw(&net, 5, 8, 50);
	net_learn(&net, 50);
	net_settle(&net);
	for (size_t i = net.n_bridges; i < net.n; i++) {
		net.parent[i] = (net.parent[i] + 3) % net.n_bridges;
		net.port[i] = 2 + (net.port[i] + 5) % (PORTS - 2);
		frame(&net, i, true); /* it asks for an address */
	}
	net_settle(&net);
	for (size_t i = net.n_bridges; i < net.n; i++)
		assert_place(&net, i, net.parent[i], net.port[i]);
	inventory_free(net.inventory);
}

static void
the_way_goes_up_and_down_to_the_gateway(void **state)
{
	/* 0 - 1 - 2 - host 4; 0 - 3 - gateway 5 */
	struct net net;
	struct hop hops[TOPOLOGY_HOPS_MAX];

	(void)state;
	net_draw(&net, 1, 4, 2);
	net.parent[1] = 0;
	net.parent[2] = 1;
	net.parent[3] = 0;
	net.parent[4] = 2;
	net.parent[5] = 3;
	for (uint32_t i = 1; i < 6; i++)
		net.port[i] = 10 + i;
	net_learn(&net, 100);
	net_settle(&net);
	assert_int_equal(
	    topology_way(net.inventory, node_device(&net, 4), node_device(&net, 5), hops), 5);
	assert_ptr_equal(hops[0].bridge, node_device(&net, 2));
	assert_string_equal(hops[0].port, "gi14");
	assert_ptr_equal(hops[1].bridge, node_device(&net, 1));
	assert_ptr_equal(hops[2].bridge, node_device(&net, 0));
	assert_string_equal(hops[2].port, "gi11");
	assert_ptr_equal(hops[3].bridge, node_device(&net, 0));
	assert_string_equal(hops[3].port, "gi13");
	assert_ptr_equal(hops[4].bridge, node_device(&net, 3));
	assert_string_equal(hops[4].port, "gi15");
	assert_int_equal(topology_way(net.inventory, node_device(&net, 4), NULL, hops), 3);
	inventory_free(net.inventory);
}

static void
a_station_hangs_where_its_access_point_does(void **state)
{
	/* bridge 0; access point 1, controller 2, station 3 */
	static const struct mac radio = {{0x00, 0x3a, 0x99, 0, 0, 0x10}};
	const struct access_point point = {.mac = mac_of(1), .radio = radio};
	struct station station = {.mac = mac_of(3), .access_point = radio, .ssid = "school"};
	struct snmp_answer controller = {.ip = ip_of(2),
	    .stations = &station,
	    .n_stations = 1,
	    .access_points = &point,
	    .n_access_points = 1};
	const struct forwarding rows[] = {{mac_of(1), 40, 1005, 40, 5, 0},
	    {mac_of(2), 1, 1006, 1, 6, 0}, {mac_of(3), 50, 1006, 50, 6, 0},
	    {us, 1, 1001, 1, 1, 0}};
	const struct snmp_answer bridge = {
	    .ip = ip_of(0), .forwarding = rows, .n_forwarding = 4};
	struct topology *topology = NULL;
	const struct device *device;
	struct net net;

	(void)state;
	net_draw(&net, 1, 1, 3);
	assert_int_equal(topology_new(&topology), 0);
	assert_int_equal(topology_add(topology, &bridge), 0);
	assert_int_equal(topology_add(topology, &controller), 0);
	topology_settle(topology, net.inventory, &us, 1, NOW_MS);
	device = node_device(&net, 3);
	assert_string_equal(device->place.ssid, "school");
	assert_string_equal(device->place.access_point, node_device(&net, 1)->key);
	assert_int_equal(device->place.if_index, 1005);
	assert_int_equal(device->place.vlan, 50);
	topology_free(topology);
	inventory_free(net.inventory);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(everybody_hangs_where_they_do),
	    cmocka_unit_test(a_port_has_its_name_and_vlan),
	    cmocka_unit_test(a_silent_bridge_keeps_its_own),
	    cmocka_unit_test(who_moves_is_where_it_moved_to),
	    cmocka_unit_test(the_way_goes_up_and_down_to_the_gateway),
	    cmocka_unit_test(a_station_hangs_where_its_access_point_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
