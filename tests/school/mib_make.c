/*
 * Makes a device's rows from the values of the scenario: SNMPv2-MIB, IF-MIB,
 * IP-MIB, ENTITY-MIB, HOST-RESOURCES-MIB, Printer-MIB, BRIDGE-MIB, Q-BRIDGE-MIB,
 * LLDP-MIB and UPS-MIB, with the columns that real devices fill. Topology (forwarding tables,
 * LLDP neighbours) follows from where each device hangs, so that it is true.
 */
#include "tests/school/mib_make.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/check.h"
#include "tests/school/snmp.h"

enum { DEPTH_MAX = 16, PORTS_MAX = 64, VLANS_MAX = 200, CATALYST_PORTS = 100 };

struct build {
	struct mib *m;
	const struct school *s;
	const struct host *h;
	uint32_t vlan; /* of which a bridge of one VLAN tells */
};

/* Parts below an entry's OID. */
#define AT(...)                                                                                \
	(const uint32_t[]){__VA_ARGS__},                                                       \
	    sizeof((const uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t)

/* clang-format off */
#define OID(...) { sizeof((const uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t), { __VA_ARGS__ } }

static const struct oid system_group   = OID(1, 3, 6, 1, 2, 1, 1);
static const struct oid if_number      = OID(1, 3, 6, 1, 2, 1, 2, 1);
static const struct oid if_entry       = OID(1, 3, 6, 1, 2, 1, 2, 2, 1);
static const struct oid ip_address     = OID(1, 3, 6, 1, 2, 1, 4, 20, 1);
static const struct oid bridge_base    = OID(1, 3, 6, 1, 2, 1, 17, 1);
static const struct oid bridge_fdb     = OID(1, 3, 6, 1, 2, 1, 17, 4, 3, 1);
static const struct oid vlan_fdb       = OID(1, 3, 6, 1, 2, 1, 17, 7, 1, 2, 2, 1);
static const struct oid vlan_current   = OID(1, 3, 6, 1, 2, 1, 17, 7, 1, 4, 2, 1);
static const struct oid vtp_vlan       = OID(1, 3, 6, 1, 4, 1, 9, 9, 46, 1, 3, 1, 1);
static const struct oid vlan_port      = OID(1, 3, 6, 1, 2, 1, 17, 7, 1, 4, 5, 1);
static const struct oid ip_net         = OID(1, 3, 6, 1, 2, 1, 4, 22, 1);
static const struct oid host_system    = OID(1, 3, 6, 1, 2, 1, 25, 1);
static const struct oid host_storage   = OID(1, 3, 6, 1, 2, 1, 25, 2);
static const struct oid host_device    = OID(1, 3, 6, 1, 2, 1, 25, 3, 2, 1);
static const struct oid host_processor = OID(1, 3, 6, 1, 2, 1, 25, 3, 3, 1);
static const struct oid host_printer   = OID(1, 3, 6, 1, 2, 1, 25, 3, 5, 1);
static const struct oid host_running   = OID(1, 3, 6, 1, 2, 1, 25, 4, 2, 1);
static const struct oid host_software  = OID(1, 3, 6, 1, 2, 1, 25, 6, 3, 1);
static const struct oid ifx_entry      = OID(1, 3, 6, 1, 2, 1, 31, 1, 1, 1);
static const struct oid ups_ident      = OID(1, 3, 6, 1, 2, 1, 33, 1, 1);
static const struct oid ups_battery    = OID(1, 3, 6, 1, 2, 1, 33, 1, 2);
static const struct oid printer_entry  = OID(1, 3, 6, 1, 2, 1, 43, 5, 1, 1);
static const struct oid printer_marker = OID(1, 3, 6, 1, 2, 1, 43, 10, 2, 1);
static const struct oid printer_supply = OID(1, 3, 6, 1, 2, 1, 43, 11, 1, 1);
static const struct oid entity_entry   = OID(1, 3, 6, 1, 2, 1, 47, 1, 1, 1, 1);
static const struct oid lldp_local     = OID(1, 0, 8802, 1, 1, 2, 1, 3);
static const struct oid lldp_remote    = OID(1, 0, 8802, 1, 1, 2, 1, 4, 1, 1);
/* clang-format on */

static struct oid
below(const struct oid *base, const uint32_t *parts, size_t n)
{
	struct oid oid = *base;

	CHECK(oid.len + n <= BER_OID_LEN_MAX);
	memcpy(oid.part + oid.len, parts, n * sizeof(parts[0]));
	oid.len += n;
	return oid;
}

static void
put(struct build *b, const struct oid *base, const uint32_t *parts, size_t n, uint8_t tag,
    const void *bytes, size_t len)
{
	struct oid oid = below(base, parts, n);

	mib_add(b->m, &oid, tag, bytes, len);
}

static void
put_text(
    struct build *b, const struct oid *base, const uint32_t *parts, size_t n, const char *text)
{
	put(b, base, parts, n, BER_OCTETS, text ? text : "", text ? strlen(text) : 0);
}

static void
put_integer(
    struct build *b, const struct oid *base, const uint32_t *parts, size_t n, int64_t value)
{
	uint8_t bytes[9];
	size_t len = ber_encode_signed(bytes, value);

	put(b, base, parts, n, BER_INTEGER, bytes, len);
}

static void
put_number(struct build *b, const struct oid *base, const uint32_t *parts, size_t n,
    uint8_t tag, uint64_t value)
{
	uint8_t bytes[9];
	size_t len = ber_encode_unsigned(bytes, value);

	put(b, base, parts, n, tag, bytes, len);
}

static void
put_oid(struct build *b, const struct oid *base, const uint32_t *parts, size_t n,
    const struct oid *value)
{
	uint8_t bytes[BER_OID_BYTES_MAX];
	size_t len = ber_encode_oid(bytes, value->part, value->len);

	put(b, base, parts, n, BER_OID, bytes, len);
}

/* Counters that differ from port to port and from device to device, but not from run to run. */
static uint32_t
traffic(const struct build *b, uint32_t port)
{
	uint32_t x = port * 2654435761u ^ host_ip(b->h) * 40503u;

	return (x ^ x >> 15) * 2246822519u;
}

static void
make_system(struct build *b)
{
	const struct host *h = b->h;
	struct oid id = {0};

	put_text(b, &system_group, AT(1, 0), h->descr);
	if (oid_parse(h->object_id ? h->object_id : "0.0", &id) == 0)
		put_oid(b, &system_group, AT(2, 0), &id);
	put_number(b, &system_group, AT(3, 0), BER_TICKS, 8640000);
	put_text(b, &system_group, AT(4, 0), "");
	put_text(b, &system_group, AT(5, 0), h->name);
	put_text(b, &system_group, AT(6, 0), h->location);
	put_integer(b, &system_group, AT(7, 0), h->services ? h->services : 72);
}

static void
port_name(const struct host *h, uint32_t port, char *ret, size_t size)
{
	const char *mark = strchr(h->port_name, '#');

	if (!mark)
		(void)snprintf(ret, size, "%s", h->port_name);
	else
		(void)snprintf(ret, size, "%.*s%u%s", (int)(mark - h->port_name), h->port_name,
		    port, mark + 1);
}

/* A device of one port bears its address there; one of many has an interface for management. */
static struct mac
port_mac(const struct host *h, uint32_t port)
{
	struct mac mac = h->mac;
	uint32_t low = (uint32_t)mac.bytes[4] << 8 | mac.bytes[5];

	if (h->ports > 1 && port <= h->ports) {
		low += port;
		mac.bytes[4] = (uint8_t)(low >> 8);
		mac.bytes[5] = (uint8_t)low;
	}
	return mac;
}

static void
make_port(struct build *b, uint32_t port, const char *name, uint32_t type)
{
	uint32_t mbps = b->h->speed_mbps, speed = mbps > 4294 ? UINT32_MAX : mbps * 1000000u;
	uint32_t octets = traffic(b, port);
	struct mac mac = port_mac(b->h, port);
	bool up = b->h->ports == 1 || port > b->h->ports || port % 3 != 2;

	put_integer(b, &if_entry, AT(1, port), port);
	put_text(b, &if_entry, AT(2, port), name);
	put_integer(b, &if_entry, AT(3, port), type);
	put_integer(b, &if_entry, AT(4, port), 1500);
	put_number(b, &if_entry, AT(5, port), BER_GAUGE, up ? speed : 0);
	put(b, &if_entry, AT(6, port), BER_OCTETS, mac.bytes, sizeof(mac.bytes));
	put_integer(b, &if_entry, AT(7, port), 1);
	put_integer(b, &if_entry, AT(8, port), up ? 1 : 2);
	put_number(b, &if_entry, AT(9, port), BER_TICKS, 1200 + port);
	put_number(b, &if_entry, AT(10, port), BER_COUNTER, up ? octets : 0);
	put_number(b, &if_entry, AT(11, port), BER_COUNTER, up ? octets / 700 : 0);
	put_number(b, &if_entry, AT(13, port), BER_COUNTER, 0);
	put_number(b, &if_entry, AT(14, port), BER_COUNTER, 0);
	put_number(b, &if_entry, AT(16, port), BER_COUNTER, up ? octets / 3 : 0);
	put_number(b, &if_entry, AT(17, port), BER_COUNTER, up ? octets / 2100 : 0);
	put_number(b, &if_entry, AT(19, port), BER_COUNTER, 0);
	put_number(b, &if_entry, AT(20, port), BER_COUNTER, 0);
}

static void
make_interfaces(struct build *b)
{
	const struct host *h = b->h;
	uint32_t port, all = h->ports > 1 ? h->ports + 1 : h->ports;
	char name[64];

	put_integer(b, &if_number, AT(0), all);
	for (port = 1; port <= all; port++) {
		port_name(h, port, name, sizeof(name));
		make_port(b, port, port > h->ports ? "Vlan1" : name, port > h->ports ? 53 : 6);
	}
}

static void
make_interfaces_more(struct build *b)
{
	const struct host *h = b->h;
	uint32_t port, all = h->ports > 1 ? h->ports + 1 : h->ports;
	char name[64];

	for (port = 1; port <= all; port++) {
		port_name(h, port, name, sizeof(name));
		put_text(b, &ifx_entry, AT(1, port), port > h->ports ? "Vlan1" : name);
		put_number(
		    b, &ifx_entry, AT(6, port), BER_COUNTER64, (uint64_t)traffic(b, port) * 11);
		put_number(
		    b, &ifx_entry, AT(10, port), BER_COUNTER64, (uint64_t)traffic(b, port) * 4);
		put_number(b, &ifx_entry, AT(15, port), BER_GAUGE, h->speed_mbps);
		put_integer(b, &ifx_entry, AT(17, port), port > h->ports ? 2 : 1);
		put_text(
		    b, &ifx_entry, AT(18, port), port == 1 && h->ports > 1 ? "uplink" : "");
	}
}

static void
make_address(struct build *b, const struct address *ip, uint32_t index)
{
	uint32_t mask = UINT32_MAX << (32 - b->s->scenario.range.prefix_len);
	uint8_t m[4] = {
	    (uint8_t)(mask >> 24), (uint8_t)(mask >> 16), (uint8_t)(mask >> 8), (uint8_t)mask};
	const uint8_t *a = ip->bytes;

	put(b, &ip_address, AT(1, a[0], a[1], a[2], a[3]), BER_ADDRESS, a, 4);
	put_integer(b, &ip_address, AT(2, a[0], a[1], a[2], a[3]), index);
	put(b, &ip_address, AT(3, a[0], a[1], a[2], a[3]), BER_ADDRESS, m, 4);
	put_integer(b, &ip_address, AT(4, a[0], a[1], a[2], a[3]), 1);
}

static void
make_addresses(struct build *b)
{
	uint32_t index = b->h->ports > 1 ? b->h->ports + 1 : 1;
	struct address other;
	size_t i;

	make_address(b, &b->h->ip, index);
	for (i = 0; i < b->h->more_ips.n; i++) {
		if (address_parse(b->h->more_ips.at[i], &other) == 0)
			make_address(b, &other, index);
	}
}

/* One entPhysicalTable row; class 3 chassis, 6 power supply, 7 fan, 9 module, 10 port (RFC
 * 4133). */
static void
make_entity_row(struct build *b, uint32_t index, uint32_t kind, const char *descr,
    const char *name, const char *serial, const char *model)
{
	const struct host *h = b->h;
	struct oid none = {2, {0, 0}};

	put_text(b, &entity_entry, AT(2, index), descr);
	put_oid(b, &entity_entry, AT(3, index), &none);
	put_integer(b, &entity_entry, AT(4, index), kind == 3 ? 0 : 1);
	put_integer(b, &entity_entry, AT(5, index), kind);
	put_integer(b, &entity_entry, AT(6, index), kind == 3 ? -1 : (int64_t)index - 1);
	put_text(b, &entity_entry, AT(7, index), name);
	put_text(b, &entity_entry, AT(8, index), kind == 3 ? "V01" : "");
	put_text(b, &entity_entry, AT(9, index), "");
	put_text(b, &entity_entry, AT(10, index), kind == 3 ? h->firmware : "");
	put_text(b, &entity_entry, AT(11, index), serial);
	put_text(b, &entity_entry, AT(12, index), kind == 3 ? h->vendor : "");
	put_text(b, &entity_entry, AT(13, index), model);
	put_text(b, &entity_entry, AT(14, index), "");
	put_text(b, &entity_entry, AT(15, index), "");
	put_integer(b, &entity_entry, AT(16, index), kind == 10 ? 2 : 1);
}

static void
make_entity(struct build *b)
{
	const struct host *h = b->h;
	uint32_t port;
	char name[64], serial[96];

	make_entity_row(b, 1, 3, h->entity_descr ? h->entity_descr : h->model, h->model,
	    h->serial, h->entity_model ? h->entity_model : h->model);
	if (h->ports < 2)
		return;
	(void)snprintf(serial, sizeof(serial), "PS%08X", traffic(b, 1000));
	make_entity_row(b, 2, 6, "Power Supply", "Power Supply 1", serial, "PWR-1");
	make_entity_row(b, 3, 7, "Fan", "Fan 1", "", "");
	for (port = 1; port <= h->ports; port++) {
		port_name(h, port, name, sizeof(name));
		make_entity_row(b, 100 + port, 10, name, name, "", "");
	}
}

static void
make_device(struct build *b, uint32_t index, uint32_t kind, const char *descr)
{
	struct oid type = {10, {1, 3, 6, 1, 2, 1, 25, 3, 1, kind}};
	struct oid none = {2, {0, 0}};

	put_integer(b, &host_device, AT(1, index), index);
	put_oid(b, &host_device, AT(2, index), &type);
	put_text(b, &host_device, AT(3, index), descr);
	put_oid(b, &host_device, AT(4, index), &none);
	put_integer(b, &host_device, AT(5, index), 2);
	put_number(b, &host_device, AT(6, index), BER_COUNTER, 0);
}

static void
make_storage(struct build *b, uint32_t index, uint32_t kind, const char *descr,
    int64_t unit_bytes, int64_t units)
{
	struct oid type = {10, {1, 3, 6, 1, 2, 1, 25, 2, 1, kind}};

	put_integer(b, &host_storage, AT(3, 1, 1, index), index);
	put_oid(b, &host_storage, AT(3, 1, 2, index), &type);
	put_text(b, &host_storage, AT(3, 1, 3, index), descr);
	put_integer(b, &host_storage, AT(3, 1, 4, index), unit_bytes);
	put_integer(b, &host_storage, AT(3, 1, 5, index), units);
	put_integer(b, &host_storage, AT(3, 1, 6, index), units / 3);
}

/* A computer: memory, a disk, a processor, and some software. */
static void
make_host(struct build *b)
{
	static const char *const software[] = {"7-Zip 22.01 (x64)", "LibreOffice 7.4.7.2",
	    "Kaspersky Endpoint Security", "Yandex"};
	static const char *const running[] = {
	    "System", "explorer.exe", "avp.exe", "svchost.exe"};
	const struct host *h = b->h;
	uint32_t i;

	put_number(b, &host_system, AT(1, 0), BER_TICKS, 8641200);
	put_integer(b, &host_system, AT(5, 0), 1);
	put_number(b, &host_system, AT(6, 0), BER_GAUGE, 93);
	put_integer(b, &host_storage, AT(2, 0), (int64_t)h->memory_mb * 1024);
	make_storage(
	    b, 1, 4, "C:\\ Label:  Serial Number 5c2a81f0", 4096, (int64_t)h->disk_gb * 262144);
	make_storage(b, 2, 2, "Physical Memory", 65536, (int64_t)h->memory_mb * 16);
	make_device(b, 1, 3, "Intel64 Family 6 Model 158 Stepping 10");
	make_device(b, 2, 4, "Ethernet adapter");
	make_device(b, 3, 6, "Fixed Disk");
	put_integer(b, &host_processor, AT(2, 1), 7);
	for (i = 0; i < COUNT_OF(running); i++)
		put_text(b, &host_running, AT(2, i + 1), running[i]);
	for (i = 0; i < COUNT_OF(software); i++) {
		put_integer(b, &host_software, AT(1, i + 1), i + 1);
		put_text(b, &host_software, AT(2, i + 1), software[i]);
	}
}

static void
make_printer(struct build *b)
{
	static const char *const supplies[] = {"Black Toner", "Imaging Drum"};
	const struct host *h = b->h;
	uint32_t i;

	make_device(b, 1, 5, h->printer_model ? h->printer_model : h->model);
	put_integer(b, &host_printer, AT(1, 1), 3);
	put(b, &host_printer, AT(2, 1), BER_OCTETS, "\0", 1);
	put_number(b, &printer_entry, AT(1, 1), BER_COUNTER, 4);
	put_integer(b, &printer_entry, AT(2, 1), 1);
	put_text(b, &printer_entry, AT(16, 1), h->name);
	put_text(b, &printer_entry, AT(17, 1), h->serial);
	put_integer(b, &printer_marker, AT(2, 1, 1), 4);
	put_integer(b, &printer_marker, AT(3, 1, 1), 7);
	put_number(b, &printer_marker, AT(4, 1, 1), BER_COUNTER, 1000 + traffic(b, 1) % 90000);
	put_number(b, &printer_marker, AT(5, 1, 1), BER_COUNTER, traffic(b, 2) % 400);
	for (i = 0; i < COUNT_OF(supplies); i++) {
		put_integer(b, &printer_supply, AT(4, 1, i + 1), 3);
		put_integer(b, &printer_supply, AT(5, 1, i + 1), i == 0 ? 3 : 9);
		put_text(b, &printer_supply, AT(6, 1, i + 1), supplies[i]);
		put_integer(b, &printer_supply, AT(7, 1, i + 1), 19);
		put_integer(b, &printer_supply, AT(8, 1, i + 1), 100);
		put_integer(b, &printer_supply, AT(9, 1, i + 1), traffic(b, 3 + i) % 100);
	}
}

/* The port of this switch on which a host hangs; 0: on none of it. */
static uint32_t
port_of(const struct host *device, const struct host *switch_host)
{
	char ip[ADDRESS_TEXT_SIZE];
	size_t len;

	if (!device->at)
		return 0;
	address_format(&switch_host->ip, ip);
	len = strlen(ip);
	if (strncmp(device->at, ip, len) != 0 || device->at[len] != '/')
		return 0;
	return (uint32_t)strtoul(device->at + len + 1, NULL, 10);
}

/* The switch on which a host hangs, or NULL. */
static const struct host *
switch_of(const struct build *b, const struct host *device)
{
	char text[ADDRESS_TEXT_SIZE];
	struct address ip;
	uint32_t number;

	if (!device->at)
		return NULL;
	(void)snprintf(text, sizeof(text), "%.*s", (int)strcspn(device->at, "/"), device->at);
	if (address_parse(text, &ip) < 0)
		return NULL;
	number = (uint32_t)ip.bytes[0] << 24 | (uint32_t)ip.bytes[1] << 16 |
		 (uint32_t)ip.bytes[2] << 8 | ip.bytes[3];
	return school_host(b->s, number);
}

/* The port of this switch behind which a host is found, however far down; 1, the uplink, when
 * it is not below this switch. */
static uint32_t
port_towards(const struct build *b, const struct host *device)
{
	for (int depth = 0; device && depth < DEPTH_MAX; depth++) {
		uint32_t port = port_of(device, b->h);

		if (port != 0)
			return port;
		device = switch_of(b, device);
	}
	return 1;
}

static void
make_bridge_base(struct build *b)
{
	const struct host *h = b->h;

	put(b, &bridge_base, AT(1, 0), BER_OCTETS, h->mac.bytes, 6);
	put_integer(b, &bridge_base, AT(2, 0), h->ports);
	put_integer(b, &bridge_base, AT(3, 0), 2);
	for (uint32_t port = 1; port <= h->ports; port++) {
		put_integer(b, &bridge_base, AT(4, 1, 1, port), port);
		put_integer(b, &bridge_base, AT(4, 1, 2, port), port);
	}
}

/* For each address in the forwarding table: of the hosts, of the gateway and of who asks. */
static void
each_address(struct build *b,
    void (*make)(struct build *, const uint8_t *, uint32_t port, uint32_t vlan))
{
	const struct scenario *all = &b->s->scenario;

	for (size_t i = 0; i < all->n_hosts; i++) {
		const struct host *other = &all->hosts[i];

		if (other != b->h)
			make(b, other->mac.bytes, port_towards(b, other),
			    other->vlan ? other->vlan : 1);
	}
	if (!mac_is_zero(&all->router))
		make(b, all->router.bytes, 1, 1);
	if (!mac_is_zero(&all->asker))
		make(b, all->asker.bytes, 1, 1);
}

static void
make_learned(struct build *b, const uint8_t *m, uint32_t port, uint32_t vlan)
{
	(void)vlan;
	put(b, &bridge_fdb, AT(1, m[0], m[1], m[2], m[3], m[4], m[5]), BER_OCTETS, m, 6);
	put_integer(b, &bridge_fdb, AT(2, m[0], m[1], m[2], m[3], m[4], m[5]), port);
	put_integer(b, &bridge_fdb, AT(3, m[0], m[1], m[2], m[3], m[4], m[5]), 3);
}

static void
make_bridge(struct build *b)
{
	make_bridge_base(b);
	each_address(b, make_learned);
}

/* A database's number is not its VLAN's. */
static void
make_vlan_learned(struct build *b, const uint8_t *m, uint32_t port, uint32_t vlan)
{
	put_integer(b, &vlan_fdb, AT(2, vlan + 1000, m[0], m[1], m[2], m[3], m[4], m[5]), port);
	put_integer(b, &vlan_fdb, AT(3, vlan + 1000, m[0], m[1], m[2], m[3], m[4], m[5]), 3);
}

/* Q-BRIDGE-MIB: the VLANs of the hosts on this switch's ports. */
static void
make_vlan_bridge(struct build *b)
{
	const struct scenario *all = &b->s->scenario;
	uint32_t of_port[PORTS_MAX + 1] = {0};
	bool there[VLANS_MAX + 1] = {[1] = true};

	make_bridge_base(b);
	for (size_t i = 0; i < all->n_hosts; i++) {
		uint32_t port = port_of(&all->hosts[i], b->h), vlan = all->hosts[i].vlan;

		if (vlan <= VLANS_MAX)
			there[vlan] |= vlan > 0;
		if (port != 0 && port <= PORTS_MAX)
			of_port[port] = vlan;
	}
	for (uint32_t vlan = 1; vlan <= VLANS_MAX; vlan++)
		if (there[vlan])
			put_number(b, &vlan_current, AT(3, 0, vlan), BER_GAUGE, vlan + 1000);
	for (uint32_t port = 1; port <= b->h->ports && port <= PORTS_MAX; port++)
		put_number(
		    b, &vlan_port, AT(1, port), BER_GAUGE, of_port[port] ? of_port[port] : 1);
	each_address(b, make_vlan_learned);
}

/* A bridge that tells of one VLAN at a time, and of the ports of that one: their numbers are
 * not those of the interfaces. */
static void
make_learned_in_vlan(struct build *b, const uint8_t *m, uint32_t port, uint32_t vlan)
{
	if (vlan == b->vlan)
		make_learned(b, m, port + CATALYST_PORTS, vlan);
}

static void
make_bridge_of_vlan(struct build *b)
{
	const struct scenario *all = &b->s->scenario;
	bool there[PORTS_MAX + 1] = {[1] = true};

	put(b, &bridge_base, AT(1, 0), BER_OCTETS, b->h->mac.bytes, 6);
	for (size_t i = 0; i < all->n_hosts; i++) {
		const struct host *other = &all->hosts[i];

		if (other != b->h && (other->vlan ? other->vlan : 1) == b->vlan)
			there[port_towards(b, other) % (PORTS_MAX + 1)] = true;
	}
	for (uint32_t port = 1; port <= b->h->ports && port <= PORTS_MAX; port++)
		if (there[port]) {
			put_integer(b, &bridge_base, AT(4, 1, 1, port + CATALYST_PORTS),
			    port + CATALYST_PORTS);
			put_integer(b, &bridge_base, AT(4, 1, 2, port + CATALYST_PORTS), port);
		}
	each_address(b, make_learned_in_vlan);
}

static const uint32_t catalyst_vlans[] = {20, 30, 40, 77};

static void
make_catalyst(struct build *b)
{
	b->vlan = 1;
	make_bridge_of_vlan(b);
	put_integer(b, &vtp_vlan, AT(2, 1, 1), 1);
	for (size_t i = 0; i < COUNT_OF(catalyst_vlans); i++)
		put_integer(b, &vtp_vlan, AT(2, 1, catalyst_vlans[i]), 1);
	for (uint32_t ring = 1002; ring <= 1005; ring++)
		put_integer(b, &vtp_vlan, AT(2, 1, ring), 1);
}

/* The ARP cache of a router: everybody. */
static void
make_arp(struct build *b)
{
	const struct scenario *all = &b->s->scenario;

	for (size_t i = 0; i < all->n_hosts; i++) {
		const struct host *other = &all->hosts[i];
		const uint8_t *a = other->ip.bytes;

		if (other == b->h)
			continue;
		put(b, &ip_net, AT(2, 1, a[0], a[1], a[2], a[3]), BER_OCTETS, other->mac.bytes,
		    6);
		put_integer(b, &ip_net, AT(4, 1, a[0], a[1], a[2], a[3]), 3);
	}
}

static void
make_neighbour(struct build *b, uint32_t port, uint32_t index, const struct host *other)
{
	uint8_t capabilities = 0x20;
	char name[64];

	put_integer(b, &lldp_remote, AT(4, 0, port, index), 4);
	put(b, &lldp_remote, AT(5, 0, port, index), BER_OCTETS, other->mac.bytes, 6);
	put_integer(b, &lldp_remote, AT(6, 0, port, index), 5);
	port_name(other, 1, name, sizeof(name));
	put_text(b, &lldp_remote, AT(7, 0, port, index), name);
	put_text(b, &lldp_remote, AT(8, 0, port, index), name);
	put_text(b, &lldp_remote, AT(9, 0, port, index), other->name);
	put_text(b, &lldp_remote, AT(10, 0, port, index), other->descr);
	put(b, &lldp_remote, AT(11, 0, port, index), BER_OCTETS, &capabilities, 1);
	put(b, &lldp_remote, AT(12, 0, port, index), BER_OCTETS, &capabilities, 1);
}

static void
make_lldp(struct build *b)
{
	const struct scenario *all = &b->s->scenario;
	const struct host *h = b->h, *other;
	uint32_t port, index = 0;
	uint8_t capabilities = 0x20;
	char name[64];
	size_t i;

	put_integer(b, &lldp_local, AT(1, 0), 4);
	put(b, &lldp_local, AT(2, 0), BER_OCTETS, h->mac.bytes, 6);
	put_text(b, &lldp_local, AT(3, 0), h->name);
	put_text(b, &lldp_local, AT(4, 0), h->descr);
	put(b, &lldp_local, AT(5, 0), BER_OCTETS, &capabilities, 1);
	put(b, &lldp_local, AT(6, 0), BER_OCTETS, &capabilities, 1);
	for (port = 1; port <= h->ports; port++) {
		port_name(h, port, name, sizeof(name));
		put_integer(b, &lldp_local, AT(7, 1, 2, port), 5);
		put_text(b, &lldp_local, AT(7, 1, 3, port), name);
		put_text(b, &lldp_local, AT(7, 1, 4, port), name);
	}
	for (i = 0; i < all->n_hosts; i++) {
		other = &all->hosts[i];
		if (other->lldp && (port = port_of(other, h)) != 0)
			make_neighbour(b, port, ++index, other);
		if (h->at && (port_of(h, other) != 0) && other->lldp)
			make_neighbour(b, 1, ++index, other);
	}
}

static void
make_ups(struct build *b)
{
	const struct host *h = b->h;

	put_text(b, &ups_ident, AT(1, 0), h->vendor);
	put_text(b, &ups_ident, AT(2, 0), h->model);
	put_text(b, &ups_ident, AT(3, 0), h->firmware);
	put_text(b, &ups_ident, AT(4, 0), h->firmware);
	put_text(b, &ups_ident, AT(5, 0), h->name);
	put_text(b, &ups_ident, AT(6, 0), "");
	put_integer(b, &ups_battery, AT(1, 0), 2);
	put_integer(b, &ups_battery, AT(3, 0), 38);
	put_integer(b, &ups_battery, AT(4, 0), 100);
}

static const struct group {
	const char *name;
	void (*make)(struct build *b);
} groups[] = {
    {"if", make_interfaces},
    {"ifx", make_interfaces_more},
    {"ip", make_addresses},
    {"entity", make_entity},
    {"host", make_host},
    {"printer", make_printer},
    {"bridge", make_bridge},
    {"vlans", make_vlan_bridge},
    {"catalyst", make_catalyst},
    {"arp", make_arp},
    {"lldp", make_lldp},
    {"ups", make_ups},
};

static int
make_rows(const struct school *s, const struct host *h, struct mib *m)
{
	struct build b = {.m = m, .s = s, .h = h};
	size_t i, j, known = 0;
	int r;

	for (i = 0; i < h->extras.n; i++) {
		r = mib_add_recorded(m, h->extras.at[i]);
		if (r < 0)
			return r;
	}
	make_system(&b);
	for (i = 0; i < h->groups.n; i++) {
		for (j = 0; j < COUNT_OF(groups); j++) {
			if (strcmp(groups[j].name, h->groups.at[i]) == 0) {
				groups[j].make(&b);
				known++;
			}
		}
	}
	return known == h->groups.n ? 0 : -EINVAL;
}

/* Devices with one recording share its rows. */
static const struct mib *
same_data(const struct school *s, const struct host *h)
{
	const struct host *other;

	for (other = s->scenario.hosts; other < h; other++) {
		if (other->data && other->mib && strcmp(other->data, h->data) == 0)
			return other->mib;
	}
	return NULL;
}

static int
make_vlan_mibs(const struct school *s, struct host *h)
{
	_Static_assert(COUNT_OF(catalyst_vlans) <= VLAN_MIBS_MAX, "room for each");
	for (size_t i = 0; i < COUNT_OF(catalyst_vlans); i++) {
		struct mib *m = calloc(1, sizeof(*m));
		struct build b = {.m = m, .s = s, .h = h, .vlan = catalyst_vlans[i]};
		int r;

		if (!m)
			return -ENOMEM;
		h->vlan_mibs[h->n_vlan_mibs].vlan = catalyst_vlans[i];
		h->vlan_mibs[h->n_vlan_mibs++].mib = m;
		make_system(&b);
		make_bridge_of_vlan(&b);
		r = mib_finish(m);
		if (r < 0)
			return r;
	}
	return 0;
}

static bool
is_catalyst(const struct host *h)
{
	for (size_t i = 0; i < h->groups.n; i++)
		if (strcmp(h->groups.at[i], "catalyst") == 0)
			return true;
	return false;
}

static int
make_mib(const struct school *s, struct host *h)
{
	struct mib *m;
	size_t unreadable;
	int r;

	if (h->data && (h->mib = same_data(s, h)) != NULL)
		return 0;
	m = calloc(1, sizeof(*m));
	if (!m)
		return -ENOMEM;
	r = h->data ? mib_load(m, h->data, &unreadable) : make_rows(s, h, m);
	if (r == 0)
		r = mib_finish(m);
	h->mib = m;
	return r == 0 && is_catalyst(h) ? make_vlan_mibs(s, h) : r;
}

int
mibs_make(struct school *s, char error[static 256])
{
	struct host *h;
	size_t i;
	int r;

	for (i = 0; i < s->scenario.n_hosts; i++) {
		h = &s->scenario.hosts[i];
		if (h->real || !(h->v1 || h->v2c || h->v3))
			continue;
		r = make_mib(s, h);
		if (r < 0) {
			(void)snprintf(error, 256,
			    "line %u: data, mib or extra could not be read: %s", h->line,
			    strerror(-r));
			return r;
		}
	}
	return 0;
}

static void
mib_drop(const struct mib *mib)
{
	mib_free((struct mib *)(uintptr_t)mib);
	free((void *)(uintptr_t)mib);
}

void
mibs_free(struct school *s)
{
	struct host *h;
	size_t i;

	for (i = s->scenario.n_hosts; i-- > 0;) {
		h = &s->scenario.hosts[i];
		if (h->mib && !(h->data && same_data(s, h))) {
			mib_drop(h->mib);
		}
		h->mib = NULL;
		for (size_t v = 0; v < h->n_vlan_mibs; v++)
			mib_drop(h->vlan_mibs[v].mib);
		h->n_vlan_mibs = 0;
	}
}
