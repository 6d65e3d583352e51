/* Claims compared: what makes two identities one, what keeps them apart, what is no key. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "agent/inventory/identity.h"
#include "common/check.h"
#include "common/classify/key.h"

enum { PIECES = 8 };

struct piece {
	const char *key, *value; /* "mac" and "ip" were seen, all else is "source.key" */
};

static void
identity_make(const struct piece pieces[PIECES], struct identity *ret)
{
	memset(ret, 0, sizeof(*ret));
	for (size_t i = 0; i < PIECES && pieces[i].key; i++) {
		const char *dot = strchr(pieces[i].key, '.');
		char source[16] = "";
		struct mac mac;
		struct address ip;

		if (!dot && strcmp(pieces[i].key, "mac") == 0) {
			assert_int_equal(mac_parse(pieces[i].value, &mac), 0);
			identity_add_seen_mac(ret, &mac);
		} else if (!dot) {
			assert_int_equal(address_parse(pieces[i].value, &ip), 0);
			identity_add_seen_ip(ret, &ip);
		} else {
			memcpy(source, pieces[i].key, (size_t)(dot - pieces[i].key));
			identity_add(ret, source, dot + 1, pieces[i].value);
		}
	}
}

#define TYPE_A "snmp.sys_object_id", "1.3.6.1.4.1.9.1.1"
#define TYPE_B "snmp.sys_object_id", "1.3.6.1.4.1.11.1"
#define PORT   "snmp.if_mac"
#define M(n)   "00:1b:21:00:00:0" #n

static const struct {
	const char *name;
	struct piece a[PIECES], b[PIECES];
	bool at_once;
	enum identity_verdict verdict;
} cases[] = {
    {"a serial is enough", {{"entity.chassis_serial", "FCZ1111A1AA"}},
	{{"entity.chassis_serial", " fcz1111a1aa "}}, true, IDENTITY_SAME},
    {"a serial told by two MIBs is one serial", {{"entity.chassis_serial", "VCF9Z12345"}},
	{{"printer.serial", "VCF9Z12345"}}, true, IDENTITY_SAME},
    {"a short serial alone is not", {{"entity.chassis_serial", "1707"}},
	{{"entity.chassis_serial", "1707"}}, true, IDENTITY_UNSURE},
    {"a short serial with a port is",
	{{"entity.chassis_serial", "1707"}, {PORT, M(1)}, {TYPE_A}},
	{{"entity.chassis_serial", "1707"}, {PORT, M(1)}, {TYPE_A}}, true, IDENTITY_SAME},
    {"a serial told by mDNS alone is not", {{"mdns.serial", "VCF9Z12345"}},
	{{"mdns.serial", "VCF9Z12345"}}, true, IDENTITY_UNSURE},
    {"two serials of one kind contradict",
	{{"entity.chassis_serial", "FCZ1111A1AA"}, {"mac", M(1)}},
	{{"entity.chassis_serial", "FCZ2222A1AA"}, {"mac", M(1)}}, true, IDENTITY_APART},
    {"two serials of two kinds do not", {{"entity.chassis_serial", "FCZ1111A1AA"}},
	{{"printer.serial", "VCF9Z12345"}}, true, IDENTITY_UNSURE},
    {"units of a stack share one serial",
	{{"entity.chassis_serial", "FCZ1111A1AA"}, {"entity.chassis_serial", "FCZ2222A1AA"}},
	{{"entity.chassis_serial", "FCZ2222A1AA"}}, true, IDENTITY_SAME},
    {"two makers are two devices", {{TYPE_A}, {"entity.chassis_serial", "FCZ1111A1AA"}},
	{{TYPE_B}, {"entity.chassis_serial", "FCZ1111A1AA"}}, true, IDENTITY_APART},
    {"an engine alone is not enough", {{"snmp.engine_id", "800000090300aabbcc"}},
	{{"snmp.engine_id", "800000090300aabbcc"}}, true, IDENTITY_UNSURE},
    {"an engine and a port are", {{"snmp.engine_id", "800000090300aabbcc"}, {PORT, M(1)}},
	{{"snmp.engine_id", "800000090300aabbcc"}, {PORT, M(1)}}, true, IDENTITY_SAME},
    {"most ports in common are enough", {{TYPE_A}, {PORT, M(1)}, {PORT, M(2)}, {PORT, M(3)}},
	{{TYPE_A}, {PORT, M(1)}, {PORT, M(2)}}, true, IDENTITY_SAME},
    {"no port in common is apart", {{"entity.chassis_serial", "FCZ1111A1AA"}, {PORT, M(1)}},
	{{"entity.chassis_serial", "FCZ1111A1AA"}, {PORT, M(2)}}, true, IDENTITY_APART},
    {"unless a board was changed meanwhile",
	{{"entity.chassis_serial", "FCZ1111A1AA"}, {PORT, M(1)}},
	{{"entity.chassis_serial", "FCZ1111A1AA"}, {PORT, M(2)}}, false, IDENTITY_SAME},
    {"bare addresses belong to who tells them", {{"mac", M(2)}, {"ip", "10.0.0.2"}},
	{{TYPE_A}, {PORT, M(1)}, {PORT, M(2)}}, true, IDENTITY_SAME},
    {"a bare address of another does not", {{"mac", M(3)}, {"ip", "10.0.0.2"}},
	{{TYPE_A}, {PORT, M(1)}, {PORT, M(2)}, {"snmp.ip_address", "10.0.0.2"}}, true,
	IDENTITY_UNSURE},
    {"a local address needs its IP too", {{"mac", "02:42:ac:11:00:02"}, {"ip", "172.17.0.2"}},
	{{TYPE_A}, {PORT, M(1)}, {PORT, "02:42:ac:11:00:02"}}, true, IDENTITY_UNSURE},
    {"an address without MAC belongs to who tells it", {{"ip", "10.0.0.2"}},
	{{TYPE_A}, {"snmp.ip_address", "10.0.0.2"}}, true, IDENTITY_SAME},
    {"a chassis heard is the bridge asked", {{"mac", M(9)}, {"lldp.chassis_id", "mac:" M(1)}},
	{{TYPE_A}, {"snmp.bridge_address", M(1)}}, true, IDENTITY_SAME},
    {"a bridge of a spanning tree is the bridge asked", {{"mac", M(9)}, {"stp.bridge", M(1)}},
	{{TYPE_A}, {"snmp.bridge_address", M(1)}}, true, IDENTITY_SAME},
    {"the root that it believes in is another's address", {{"mac", M(9)}, {"stp.root", M(1)}},
	{{TYPE_A}, {"snmp.bridge_address", M(1)}}, true, IDENTITY_UNSURE},
    {"a chassis that is a name is no address",
	{{"mac", M(9)}, {"lldp.chassis_id", "local:" M(1)}},
	{{TYPE_A}, {"snmp.bridge_address", M(1)}}, true, IDENTITY_UNSURE},
    {"names are not enough", {{"snmp.sys_name", "sw1"}, {TYPE_A}},
	{{"snmp.sys_name", "SW1.school.local"}, {TYPE_A}}, true, IDENTITY_UNSURE},
    {"a bridge and a name are",
	{{"snmp.sys_name", "sw1"}, {TYPE_A}, {"snmp.bridge_address", M(1)}},
	{{"snmp.sys_name", "SW1.school.local"}, {TYPE_A}, {"snmp.bridge_address", M(1)}}, true,
	IDENTITY_SAME},
    {"a factory name adds nothing",
	{{"snmp.sys_name", "switch"}, {TYPE_A}, {"snmp.bridge_address", M(1)}},
	{{"snmp.sys_name", "switch"}, {TYPE_A}, {"snmp.bridge_address", M(1)}}, true,
	IDENTITY_UNSURE},
    {"a UUID is enough", {{"upnp.uuid", "a5e1c3d2-0000-1000-8000-001e8f112233"}},
	{{"wsd.uuid", "A5E1C3D2-0000-1000-8000-001E8F112233"}}, true, IDENTITY_SAME},
    {"but not under two names",
	{{"upnp.uuid", "a5e1c3d2-0000-1000-8000-001e8f112233"}, {"mdns.host_name", "pc-1"}},
	{{"upnp.uuid", "a5e1c3d2-0000-1000-8000-001e8f112233"}, {"mdns.host_name", "pc-2"}},
	true, IDENTITY_UNSURE},
    {"unless they share a port too",
	{{"upnp.uuid", "a5e1c3d2-0000-1000-8000-001e8f112233"}, {"mdns.host_name", "pc-1"},
	    {"mac", M(1)}},
	{{"upnp.uuid", "a5e1c3d2-0000-1000-8000-001e8f112233"}, {"mdns.host_name", "pc-2"},
	    {"mac", M(1)}},
	true, IDENTITY_SAME},
    {"a serial and a UUID of a print queue are",
	{{"mdns.serial", "VCF9Z12345"}, {"mdns.uuid", "a5e1c3d2-0000-1000-8000-001e8f112233"}},
	{{"mdns.serial", "VCF9Z12345"}, {"mdns.uuid", "a5e1c3d2-0000-1000-8000-001e8f112233"}},
	true, IDENTITY_SAME},
    {"nothing in common is nothing", {{"mac", M(1)}}, {{"mac", M(2)}}, true, IDENTITY_UNSURE},
};

static void
identities_are_compared_strongest_claims_first(void **state)
{
	unsigned wrong = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct identity a, b;
		enum identity_verdict there, back;

		identity_make(cases[i].a, &a);
		identity_make(cases[i].b, &b);
		there = identity_compare(&a, &b, cases[i].at_once);
		back = identity_compare(&b, &a, cases[i].at_once);
		if (there == cases[i].verdict && back == cases[i].verdict)
			continue;
		print_error("%s: %d and back %d, not %d\n", cases[i].name, (int)there,
		    (int)back, (int)cases[i].verdict);
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

static const struct {
	const char *name;
	struct piece known[PIECES], answer[PIECES];
	bool same_ip, accepted;
} answers[] = {
    {"a first answer", {{"mac", M(1)}, {"ip", "10.0.0.1"}}, {{TYPE_A}, {"snmp.sys_name", "a"}},
	false, true},
    {"an answer of another type from elsewhere", {{TYPE_A}}, {{TYPE_B}}, false, false},
    {"an answer of another type from the same address", {{TYPE_A}}, {{TYPE_B}}, true, true},
    {"an answer of another name from elsewhere", {{TYPE_A}, {"snmp.sys_name", "a"}},
	{{TYPE_A}, {"snmp.sys_name", "b"}}, false, false},
    {"a device that was renamed", {{TYPE_A}, {"snmp.sys_name", "a"}},
	{{TYPE_A}, {"snmp.sys_name", "b"}}, true, true},
    {"another serial from the same address", {{"entity.chassis_serial", "FCZ1111A1AA"}},
	{{"entity.chassis_serial", "FCZ2222A1AA"}}, true, false},
    {"other ports from the same address", {{PORT, M(1)}}, {{PORT, M(2)}}, true, false},
    {"ports that do not list the address seen", {{"mac", M(9)}, {"ip", "10.0.0.1"}},
	{{TYPE_A}, {PORT, M(1)}, {"snmp.ip_address", "10.0.0.1"}}, false, true},
    {"somebody behind a proxy", {{"mac", M(9)}, {"ip", "10.0.0.1"}, {"ip", "10.0.0.2"}},
	{{TYPE_A}, {PORT, M(1)}, {"snmp.ip_address", "10.0.0.1"}}, false, false},
};

static void
an_answer_is_taken_for_the_devices_own_or_not(void **state)
{
	unsigned wrong = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(answers); i++) {
		struct identity known, answer;

		identity_make(answers[i].known, &known);
		identity_make(answers[i].answer, &answer);
		if (identity_accepts(&known, &answer, answers[i].same_ip) ==
		    answers[i].accepted)
			continue;
		print_error("%s\n", answers[i].name);
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

static void
some_addresses_are_no_keys(void **state)
{
	static const struct {
		const char *mac;
		bool own, key, wandering;
	} macs[] = {
	    {"00:1b:21:00:00:01", true, true, false},
	    {"02:42:ac:11:00:02", true, false, false},
	    {"00:00:00:00:00:00", false, false, false},
	    {"ff:ff:ff:ff:ff:ff", false, false, false},
	    {"01:00:5e:00:00:fb", false, false, false},
	    {"00:00:5e:00:01:07", false, false, true},
	    {"00:00:5e:00:02:07", false, false, true},
	    {"00:00:0c:07:ac:01", false, false, true},
	    {"00:00:0c:9f:f1:23", false, false, true},
	    {"00:07:b4:00:01:01", false, false, true},
	    {"50:50:54:50:30:30", false, false, false},
	};
	static const struct {
		const char *ip;
		bool key;
	} ips[] = {{"10.0.0.1", true}, {"127.0.0.1", false}, {"0.0.0.0", false},
	    {"0.1.2.3", false}, {"169.254.1.1", false}, {"224.0.0.251", false},
	    {"255.255.255.255", false}, {"fe80::1", false}, {"fd00::1", true},
	    {"2001:db8::1", true}, {"::1", false}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(macs); i++) {
		struct mac mac;

		assert_int_equal(mac_parse(macs[i].mac, &mac), 0);
		assert_int_equal(key_mac_is_own(&mac), macs[i].own);
		assert_int_equal(key_mac_is_key(&mac), macs[i].key);
		assert_int_equal(key_mac_is_virtual(&mac), macs[i].wandering);
	}
	for (size_t i = 0; i < COUNT_OF(ips); i++) {
		struct address ip;

		assert_int_equal(address_parse(ips[i].ip, &ip), 0);
		if (identity_ip_is_key(&ip) != ips[i].key)
			fail_msg("%s", ips[i].ip);
	}
}

static void
an_identity_holds_no_more_than_it_has_room_for(void **state)
{
	struct identity id = {.n_serials = 0}, twice = {.n_serials = 0};

	(void)state;
	for (unsigned i = 0; i < 600; i++) {
		const struct mac mac = {{0, 0x1b, 0x21, 0, (uint8_t)(i >> 8), (uint8_t)i}};
		const uint8_t bytes[4] = {10, 0, (uint8_t)(i >> 8), (uint8_t)(i | 1)};
		const struct address ip = address_v4(bytes);
		char text[ADDRESS_TEXT_SIZE];

		identity_add_seen_mac(&id, &mac);
		identity_add_seen_ip(&id, &ip);
		mac_format(&mac, text);
		identity_add(&id, "snmp", "if_mac", text);
		identity_add(&id, "snmp", "bridge_address", text);
		address_format(&ip, text);
		identity_add(&id, "snmp", "ip_address", text);
		(void)memcpy(text, "SERIAL-000", 11);
		text[7] = (char)('A' + i % 26);
		text[8] = (char)('A' + i / 26);
		identity_add(&id, "entity", "chassis_serial", text);
		(void)snprintf(text, sizeof(text), "4d454930-0000-1000-8001-0000000%05u", i);
		identity_add(&id, "mdns", "uuid", text);
	}
	assert_int_equal(id.n_seen_macs, IDENTITY_MACS_MAX);
	assert_int_equal(id.n_port_macs, IDENTITY_MACS_MAX);
	assert_int_equal(id.n_told_ips, IDENTITY_IPS_MAX);
	assert_int_equal(id.n_serials, IDENTITY_SERIALS_MAX);
	assert_int_equal(id.n_uuids, IDENTITY_UUIDS_MAX);
	identity_join(&twice, &id);
	identity_join(&twice, &id);
	assert_int_equal(twice.n_serials, IDENTITY_SERIALS_MAX);
	assert_int_equal(identity_compare(&id, &twice, true), IDENTITY_SAME);
}

#define UUID_A "wsd.uuid", "4d454930-0000-1000-8001-a81b6a5c0001"
#define UUID_B "wsd.uuid", "4d454930-0000-1000-8001-a81b6a5c0002"
#define NAME_A "nbns.name", "nb-1"
#define NAME_B "nbns.name", "nb-2"

static void
a_card_that_changed_hands_is_told_from_a_device_made_anew(void **state)
{
	static const struct {
		const char *name;
		struct piece known[PIECES], answer[PIECES];
		bool is_anothers, moved;
	} moves[] = {
	    {"what another device is known by", {{"mac", M(1)}, {UUID_A}, {NAME_A}},
		{{"mac", M(1)}, {UUID_B}, {NAME_B}}, true, true},
	    {"a new system on the only card", {{"mac", M(1)}, {UUID_A}, {NAME_A}},
		{{"mac", M(1)}, {UUID_B}, {NAME_B}}, false, false},
	    {"a stranger on one card of two",
		{{"mac", M(1)}, {"mac", M(2)}, {UUID_A}, {NAME_A}},
		{{"mac", M(1)}, {UUID_B}, {NAME_B}}, false, true},
	    {"another name alone", {{"mac", M(1)}, {"mac", M(2)}, {NAME_A}},
		{{"mac", M(1)}, {NAME_B}}, false, false},
	    {"hardware that contradicts", {{"mac", M(1)}, {"facts.serial", "PF1A2B3C"}},
		{{"mac", M(1)}, {"facts.serial", "PF9Z8Y7X"}}, false, true},
	    {"who answers SNMP behind a router's card",
		{{"mac", M(1)}, {TYPE_A}, {"entity.chassis_serial", "FCZ1111A1AA"}},
		{{"mac", M(1)}, {TYPE_A}, {"entity.chassis_serial", "FCZ2222B2BB"},
		    {PORT, M(9)}},
		false, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(moves); i++) {
		struct identity known, answer;

		identity_make(moves[i].known, &known);
		identity_make(moves[i].answer, &answer);
		if (identity_moved(&known, &answer, moves[i].is_anothers) != moves[i].moved)
			fail_msg("%s", moves[i].name);
	}
}

static void
hashes_do_not_see_case_and_blanks(void **state)
{
	(void)state;
	assert_true(identity_hash("abc") == identity_hash("  ABC "));
	assert_true(identity_hash("abc") != identity_hash("abd"));
	assert_true(identity_hash("") == 0);
	assert_true(identity_hash("   ") == 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(identities_are_compared_strongest_claims_first),
	    cmocka_unit_test(an_answer_is_taken_for_the_devices_own_or_not),
	    cmocka_unit_test(some_addresses_are_no_keys),
	    cmocka_unit_test(an_identity_holds_no_more_than_it_has_room_for),
	    cmocka_unit_test(a_card_that_changed_hands_is_told_from_a_device_made_anew),
	    cmocka_unit_test(hashes_do_not_see_case_and_blanks),
	};

	return cmocka_run_group_tests_name("identity", tests, NULL, NULL);
}
