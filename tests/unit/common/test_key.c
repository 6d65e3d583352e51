/* common/classify/key: what identifies, and what only looks so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/check.h"
#include "common/classify/key.h"

static void
evidence_identifies_by_its_kind(void **state)
{
	static const struct {
		const char *source, *key;
		enum key_kind kind;
		bool foreign;
	} cases[] = {
	    {"entity", "chassis_serial", KEY_SERIAL, false},
	    {"facts", "serial", KEY_SERIAL, false},
	    {"mdns", "serial", KEY_SERIAL, true},
	    {"edid", "serial", KEY_SERIAL, false},
	    {"facts", "uuid", KEY_UUID, false},
	    {"ipp", "uuid", KEY_UUID, false},
	    {"wsd", "uuid", KEY_ENDPOINT, false},
	    {"ssdp", "uuid", KEY_ENDPOINT, false},
	    {"mdns", "uuid", KEY_ENDPOINT, true},
	    {"lldp", "chassis_id", KEY_CHASSIS, false},
	    {"stp", "bridge", KEY_CHASSIS, false},
	    {"stp", "root", KEY_NONE, false},
	    {"snmp", "if_mac", KEY_MAC, false},
	    {"nbstat", "mac", KEY_CARD, false},
	    {"nbns", "mac", KEY_CARD, false},
	    {"snmp", "engine_id", KEY_ENGINE, false},
	    {"dhcp", "client_id", KEY_CLIENT, false},
	    {"dhcp6", "duid", KEY_CLIENT, false},
	    {"snmp", "sys_name", KEY_NAME, false},
	    {"dhcp", "host_name", KEY_NAME, false},
	    {"nbns", "name", KEY_NAME, false},
	    {"printer", "name", KEY_NONE, false},
	    {"snmp", "sys_descr", KEY_NONE, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		bool foreign = !cases[i].foreign;

		if (key_kind_of(cases[i].source, cases[i].key, &foreign) != cases[i].kind ||
		    foreign != cases[i].foreign)
			fail_msg("%s.%s", cases[i].source, cases[i].key);
	}
}

static void
names_from_the_factory_are_common(void **state)
{
	static const char *const common[] = {
	    "", "localhost", "Switch", "android-dhcp-13", "iPhone"};
	static const char *const own[] = {"kab1-01", "sw-2", "nb-ivanova", "DESKTOP-7F3K2Q1"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(common); i++)
		assert_true(key_name_is_common(common[i]));
	for (size_t i = 0; i < COUNT_OF(own); i++)
		assert_false(key_name_is_common(own[i]));
}

static void
uuids_of_careless_makers_are_placeholders(void **state)
{
	(void)state;
	assert_true(key_uuid_is_placeholder("03000200-0400-0500-0006-000700080009"));
	assert_true(key_uuid_is_placeholder("00000000-0000-0000-0000-000000000000"));
	assert_true(key_uuid_is_placeholder("urn:uuid:FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF"));
	assert_true(key_uuid_is_placeholder("not one"));
	assert_false(key_uuid_is_placeholder("4c4c4544-0001-4a6b-9c3d-001b21000001"));
	assert_false(key_uuid_is_placeholder("uuid:4c4c4544-0001-4a6b-9c3d-001b21000001"));
}

static void
a_client_identifier_may_be_an_address(void **state)
{
	(void)state;
	assert_true(key_client_is_address("01001b21000001"));
	assert_false(key_client_is_address("ff0a1b2c3d00020000ab11"));
	assert_false(key_client_is_address("01"));
}

static void
addresses_that_wander_or_are_many_devices_are_no_keys(void **state)
{
	static const struct {
		const char *mac;
		bool own, key, is_virtual;
	} cases[] = {
	    {"00:1b:21:00:00:01", true, true, false},
	    {"da:a1:19:00:00:01", true, false, false},
	    {"01:00:5e:00:00:01", false, false, false},
	    {"00:00:00:00:00:00", false, false, false},
	    {"00:00:5e:00:00:07", false, false, true},
	    {"00:00:5e:00:01:07", false, false, true},
	    {"00:00:5e:00:02:07", false, false, true},
	    {"00:00:0c:07:ac:01", false, false, true},
	    {"00:00:0c:9f:f1:23", false, false, true},
	    {"00:05:73:a0:00:01", false, false, true},
	    {"00:07:b4:00:01:01", false, false, true},
	    {"50:50:54:50:30:30", false, false, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct mac mac;

		assert_int_equal(mac_parse(cases[i].mac, &mac), 0);
		if (key_mac_is_own(&mac) != cases[i].own ||
		    key_mac_is_key(&mac) != cases[i].key ||
		    key_mac_is_virtual(&mac) != cases[i].is_virtual)
			fail_msg("%s", cases[i].mac);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(evidence_identifies_by_its_kind),
	    cmocka_unit_test(names_from_the_factory_are_common),
	    cmocka_unit_test(uuids_of_careless_makers_are_placeholders),
	    cmocka_unit_test(a_client_identifier_may_be_an_address),
	    cmocka_unit_test(addresses_that_wander_or_are_many_devices_are_no_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
