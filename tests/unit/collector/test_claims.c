/* collector/store/claims: what tells a device apart. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "collector/store/claims.h"
#include "common/check.h"
#include "common/text.h"

/* Claims of a device with one piece of evidence, as "kind=value/qualifier ...". */
static const char *
claims(
    const char *source, const char *key, const char *value, const struct classification *class)
{
	static struct claim found[CLAIMS_MAX];
	static char text[1024];
	Parta__V1__Device device;
	Parta__V1__Evidence e;
	Parta__V1__Evidence *es[1] = {&e};
	char copies[3][300];
	size_t count, at = 0;

	(void)text_copy(copies[0], sizeof(copies[0]), source);
	(void)text_copy(copies[1], sizeof(copies[1]), key);
	(void)text_copy(copies[2], sizeof(copies[2]), value);
	parta__v1__device__init(&device);
	parta__v1__evidence__init(&e);
	e.source = copies[0];
	e.key = copies[1];
	e.value = copies[2];
	device.evidence = es;
	device.n_evidence = 1;
	count = claims_of(&device, class, found);
	text[0] = '\0';
	for (size_t i = 0; i < count; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s%s=%s/%s", i ? " " : "",
		    found[i].kind, found[i].value, found[i].qualifier);
	return text;
}

static void
a_serial_number_is_folded_and_goes_with_its_maker(void **state)
{
	struct classification class = {.vendor = "Maker Inc.", .serial = "ab 12"};

	(void)state;
	assert_string_equal(
	    claims("entity", "chassis_serial", "AB12", &class), "serial=AB12/maker inc.");
	assert_string_equal(claims("printer", "serial", "vnb3 x-91", NULL), "serial=VNB3X-91/");
}

static void
placeholders_identify_nothing(void **state)
{
	static const char *const none[] = {
	    "To be filled by O.E.M.", "None", "0123456789", "00", ""};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(none); i++)
		assert_string_equal(claims("entity", "chassis_serial", none[i], NULL), "");
	assert_string_equal(
	    claims("ipp", "uuid", "00000000-0000-0000-0000-000000000000", NULL), "");
	assert_string_equal(
	    claims("ipp", "uuid", "ffffffff-ffff-ffff-ffff-ffffffffffff", NULL), "");
	assert_string_equal(claims("snmp", "sys_name", "localhost", NULL), "");
}

static void
a_uuid_has_one_form(void **state)
{
	(void)state;
	assert_string_equal(
	    claims("upnp", "uuid", "uuid:4D454930-0000-1000-8001-A81B6A5C1234", NULL),
	    "endpoint=4d454930-0000-1000-8001-a81b6a5c1234/");
	assert_string_equal(
	    claims("wsd", "uuid", "urn:uuid:4d454930-0000-1000-8001-a81b6a5c1234", NULL),
	    "endpoint=4d454930-0000-1000-8001-a81b6a5c1234/");
	assert_string_equal(claims("upnp", "uuid", "not one", NULL), "");
}

static void
a_chassis_counts_when_it_is_an_address_of_its_own(void **state)
{
	(void)state;
	assert_string_equal(claims("lldp", "chassis_id", "mac:00:1B:21:01:02:03", NULL),
	    "chassis=00:1b:21:01:02:03/");
	assert_string_equal(claims("snmp", "bridge_address", "00:1b:21:01:02:03", NULL),
	    "chassis=00:1b:21:01:02:03/");
	assert_string_equal(
	    claims("stp", "bridge", "00:1b:21:01:02:03", NULL), "chassis=00:1b:21:01:02:03/");
	assert_string_equal(claims("stp", "root", "00:1b:21:01:02:03", NULL), "");
	assert_string_equal(claims("lldp", "chassis_id", "local:switch-1", NULL), "");
	assert_string_equal(claims("lldp", "chassis_id", "mac:02:1b:21:01:02:03", NULL), "");
	assert_string_equal(claims("lldp", "chassis_id", "mac:00:00:5e:00:01:0a", NULL), "");
}

static void
what_may_be_told_for_another_identifies_nothing(void **state)
{
	struct classification class = {.vendor = "Maker", .serial = "VNB3X91234"};

	(void)state;
	assert_string_equal(claims("mdns", "serial", "VNB3X91234", &class), "");
	assert_string_equal(
	    claims("mdns", "uuid", "4d454930-0000-1000-8001-a81b6a5c1234", NULL), "");
	/* The maker of a computer is not told by who made its card. */
	assert_string_equal(
	    claims("facts", "serial", "VNB3X91234", &class), "serial=VNB3X91234/");
	assert_string_equal(
	    claims("printer", "serial", "VNB3X91234", &class), "serial=VNB3X91234/maker");
}

static void
other_evidence_identifies_nothing(void **state)
{
	(void)state;
	assert_string_equal(claims("snmp", "sys_descr", "Switch 24", NULL), "");
	assert_string_equal(
	    claims("snmp", "engine_id", "80001F88", NULL), "engine_id=80001f88/");
	assert_string_equal(claims("snmp", "sys_name", "SW-1", NULL), "name=sw-1/");
	assert_string_equal(claims("nbns", "name", "SW-1", NULL), "name=sw-1/");
	assert_string_equal(claims("dhcp", "client_id", "01001b21000001", NULL), "");
	assert_string_equal(
	    claims("dhcp6", "duid", "0001000129AB", NULL), "client_id=0001000129ab/");
	assert_string_equal(
	    claims("dhcp", "host_name", "sw-1.school.local", NULL), "name=sw-1/");
}

static void
addresses_of_many_identify_none_and_each_counts_once(void **state)
{
	static uint8_t macs[][6] = {
	    {0x00, 0x1b, 0x21, 1, 2, 3},
	    {0x00, 0x1b, 0x21, 1, 2, 3},
	    {0x00, 0x00, 0x0c, 0x07, 0xac, 0x01},
	    {0x01, 0x00, 0x5e, 0, 0, 1},
	    {0, 0, 0, 0, 0, 0},
	    {0x02, 0x1b, 0x21, 1, 2, 3},
	};
	ProtobufCBinaryData list[COUNT_OF(macs) + 1];
	struct claim found[CLAIMS_MAX];
	Parta__V1__Device device;

	(void)state;
	parta__v1__device__init(&device);
	for (size_t i = 0; i < COUNT_OF(macs); i++)
		list[i] = (ProtobufCBinaryData){.data = macs[i], .len = 6};
	list[COUNT_OF(macs)] = (ProtobufCBinaryData){.data = macs[0], .len = 5};
	device.mac = list;
	device.n_mac = COUNT_OF(list);
	assert_int_equal(claims_of(&device, NULL, found), 1);
	assert_string_equal(found[0].kind, "mac");
	assert_string_equal(found[0].value, "00:1b:21:01:02:03");
}

static void
more_than_there_is_room_for_is_left_out(void **state)
{
	static uint8_t macs[CLAIMS_MAX + 10][6];
	static ProtobufCBinaryData list[CLAIMS_MAX + 10];
	static struct claim found[CLAIMS_MAX];
	Parta__V1__Device device;

	(void)state;
	parta__v1__device__init(&device);
	for (size_t i = 0; i < COUNT_OF(macs); i++) {
		macs[i][1] = 0x1b;
		macs[i][5] = (uint8_t)i;
		list[i] = (ProtobufCBinaryData){.data = macs[i], .len = 6};
	}
	device.mac = list;
	device.n_mac = COUNT_OF(list);
	assert_int_equal(claims_of(&device, NULL, found), CLAIMS_MAX);
}

static void
what_computers_tell_of_themselves_identifies_them_and_what_hangs_on_them(void **state)
{
	(void)state;
	assert_string_equal(
	    claims("facts", "serial", "AQ2026001417", NULL), "serial=AQ2026001417/");
	assert_string_equal(
	    claims("facts", "uuid", "5F1C7A60-3C1B-11EF-9D2A-3CECEF001417", NULL),
	    "uuid=5f1c7a60-3c1b-11ef-9d2a-3cecef001417/");
	assert_string_equal(claims("facts", "name", "PC-14", NULL), "name=pc-14/");
	assert_string_equal(claims("edid", "serial", "7XQ4ZW2", NULL), "serial=7XQ4ZW2/");
	assert_string_equal(
	    claims("usb", "serial", "IPV70012345", NULL), "serial=IPV70012345/");
	assert_string_equal(claims("usb", "attached_to", "PC-14", NULL), "");
	assert_string_equal(claims("facts", "serial", "Default string", NULL), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_serial_number_is_folded_and_goes_with_its_maker),
	    cmocka_unit_test(placeholders_identify_nothing),
	    cmocka_unit_test(a_uuid_has_one_form),
	    cmocka_unit_test(a_chassis_counts_when_it_is_an_address_of_its_own),
	    cmocka_unit_test(what_may_be_told_for_another_identifies_nothing),
	    cmocka_unit_test(other_evidence_identifies_nothing),
	    cmocka_unit_test(addresses_of_many_identify_none_and_each_counts_once),
	    cmocka_unit_test(more_than_there_is_room_for_is_left_out),
	    cmocka_unit_test(
		what_computers_tell_of_themselves_identifies_them_and_what_hangs_on_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
