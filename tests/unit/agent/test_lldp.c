/* LLDP: agent/decode/lldp.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/lib/frames.h"

static void
tlv(struct build *b, unsigned type, const void *value, size_t len)
{
	put16(b, type << 9 | (unsigned)len);
	put(b, value, len);
}

#define TLV(b, type, literal) tlv(b, type, literal, sizeof(literal) - 1)

static struct build
mandatory(void)
{
	struct build b = build_ethernet(0x88cc);

	TLV(&b, 1, "\x04\x02\x00\x5e\x10\x20\x30");
	TLV(&b, 2, "\x05Gi0/1");
	TLV(&b, 3, "\x00\x78");
	return b;
}

static struct build
full(void)
{
	struct build b = mandatory();

	TLV(&b, 4, "uplink");
	TLV(&b, 5, "sw-core");
	TLV(&b, 6, "Switch, 24 ports");
	TLV(&b, 7, "\x00\x14\x00\x14");
	TLV(&b, 8, "\x05\x01\x0a\x01\x02\x03\x02\x00\x00\x00\x01\x00");
	TLV(&b, 8,
	    "\x11\x02\xfd\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x05\x02\x00"
	    "\x00\x00\x01\x00");
	TLV(&b, 127, "\x00\x80\xc2\x01\x00\x0a");
	TLV(&b, 127, "\x00\x80\xc2\x03\x00\x0a\x05users");
	TLV(&b, 127, "\x00\x12\x0f\x01\x03\x6c\x00\x00\x10");
	TLV(&b, 127, "\x00\x12\x0f\x03\x03\x00\x00\x00\x07");
	TLV(&b, 127, "\x00\x12\x0f\x04\x05\xee");
	TLV(&b, 127, "\x00\x12\xbb\x01\x00\x33\x04");
	TLV(&b, 127, "\x00\x12\xbb\x05V2");
	TLV(&b, 127,
	    "\x00\x12\xbb\x06"
	    "boot 1");
	TLV(&b, 127, "\x00\x12\xbb\x07os 3.4");
	TLV(&b, 127, "\x00\x12\xbb\x08SN123");
	TLV(&b, 127, "\x00\x12\xbb\x09Maker");
	TLV(&b, 127, "\x00\x12\xbb\x0aModel 5");
	TLV(&b, 127,
	    "\x00\x12\xbb\x0b"
	    "asset-7");
	TLV(&b, 127, "\x00\x80\xc2\x02\x06\x00\x14"); /* supported, enabled */
	TLV(&b, 127, "\x00\x80\xc2\x04\x02\x88\xcc"); /* two bytes: LLDP's EtherType */
	TLV(&b, 127, "\x00\x80\xc2\x06\x00\x63");
	TLV(&b, 127, "\x00\x12\x0f\x02\x07\x01\x04\x51\x00\x82\x00\x7b");
	TLV(&b, 127, "\x00\x12\xbb\x02\x01\x40\xc9\x6e"); /* voice, tagged, VLAN 100 */
	TLV(&b, 127, "\x00\x12\xbb\x02\x03\x80\x00\x00"); /* guest voice, unknown */
	TLV(&b, 127,
	    "\x00\x12\xbb\x03\x02\x12\x01RU\x00\x02ru\x03\x06Moscow\x19\x01"
	    "5");
	TLV(&b, 127, "\x00\x12\xbb\x04\x43\x00\x41");
	TLV(&b, 127, "\x00\x00\x5e\x01https://maker.example/mud.json");
	TLV(&b, 0, "");
	return b;
}

static void
reads_all_it_knows(void **state)
{
	struct build b = full();
	struct sighting s = decode_good(&b);
	static const struct {
		const char *key, *value;
	} wanted[] = {
	    {"chassis_id", "mac:02:00:5e:10:20:30"},
	    {"port_id", "interface:Gi0/1"},
	    {"port_descr", "uplink"},
	    {"sys_name", "sw-core"},
	    {"sys_descr", "Switch, 24 ports"},
	    {"capabilities", "bridge,router"},
	    {"management_address", "10.1.2.3"},
	    {"port_vlan", "10"},
	    {"vlan_name", "10:users"},
	    {"mau_type", "16"},
	    {"aggregate", "7"},
	    {"max_frame", "1518"},
	    {"med_class", "4"},
	    {"med_hardware", "V2"},
	    {"med_firmware", "boot 1"},
	    {"med_software", "os 3.4"},
	    {"med_serial", "SN123"},
	    {"med_vendor", "Maker"},
	    {"med_model", "Model 5"},
	    {"med_asset", "asset-7"},
	    {"protocol_vlan", "20"},
	    {"protocol", "88cc"},
	    {"management_vlan", "99"},
	    {"autonegotiation", "on"},
	    {"advertised", "6c00"},
	    {"power", "source"},
	    {"power_state", "on"},
	    {"power_class", "3"},
	    {"power_requested_mw", "13000"},
	    {"power_allocated_mw", "12300"},
	    {"med_capabilities", "capabilities,policy,power_device,inventory"},
	    {"med_policy", "voice:vlan=100,tagged=1,priority=5,dscp=46"},
	    {"med_location", "RU, Moscow, 5"},
	    {"med_power_mw", "device:6500"},
	    {"mud_url", "https://maker.example/mud.json"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		assert_fact(&s, wanted[i].key, wanted[i].value);
	assert_string_equal(fact(&s, "management_address", 1), "fd00::5");
	assert_string_equal(fact(&s, "med_policy", 1), "guest_voice:unknown");
	assert_int_equal(fact_count(&s), sizeof(wanted) / sizeof(wanted[0]) + 2);
	assert_string_equal(s.source, "lldp");
	assert_memory_equal(s.mac.bytes, build_source, 6);
	assert_int_equal(s.ip.family, ADDRESS_IPV4);
}

/* TIA-1057 annex B: the other two forms of a location. */
static void
reads_where_a_device_stands(void **state)
{
	struct build b = mandatory();
	struct sighting s;

	(void)state;
	/* 55.75 and -37.5 degrees, each with 9 + 25 bits, in 34 of them */
	TLV(&b, 127,
	    "\x00\x12\xbb\x03\x01\x88\x6f\x80\x00\x00\x8b\xb5\x00\x00\x00\x10\x00\x00\x00\x00"
	    "\x01");
	TLV(&b, 127,
	    "\x00\x12\xbb\x03\x03"
	    "84951234567");
	TLV(&b, 127,
	    "\x00\x12\xbb\x03\x02\x09\x01RU\x03\x06Mos"); /* cut short: dropped alone */
	TLV(&b, 0, "");
	s = decode_good(&b);
	assert_fact(&s, "med_location", "55.75000,-37.50000");
	assert_string_equal(fact(&s, "med_location", 1), "84951234567");
	assert_null(fact(&s, "med_location", 2));
}

static void
names_every_kind_of_identifier(void **state)
{
	static const char *const chassis[] = {"reserved:x", "component:x", "alias:x", "port:x",
	    NULL, NULL, "interface:x", "local:x", "reserved:x"};
	struct sighting s;

	(void)state;
	for (unsigned kind = 0; kind < sizeof(chassis) / sizeof(chassis[0]); kind++) {
		struct build b = build_ethernet(0x88cc);
		uint8_t value[] = {(uint8_t)kind, 'x'};

		if (!chassis[kind])
			continue;
		tlv(&b, 1, value, sizeof(value));
		TLV(&b, 2, "\x05\x01\xc0\x00\x02\x01"); /* an interface name that is no text */
		TLV(&b, 3, "\x00\x78");
		TLV(&b, 0, "");
		s = decode_good(&b);
		assert_fact(&s, "chassis_id", chassis[kind]);
	}
}

static void
reads_a_network_address_as_identifier(void **state)
{
	struct build b = build_ethernet(0x88cc);
	struct sighting s;

	(void)state;
	TLV(&b, 1, "\x05\x01\xc0\x00\x02\x01");
	TLV(&b, 2, "\x03\x02\x00\x5e\x10\x20\x31");
	TLV(&b, 3, "\x00\x78");
	TLV(&b, 0, "");
	s = decode_good(&b);
	assert_fact(&s, "chassis_id", "network:192.0.2.1");
	assert_fact(&s, "port_id", "mac:02:00:5e:10:20:31");
	b.bytes[16] = 7; /* the address is too short for the family it claims */
	b.bytes[16] = 5;
	b.bytes[17] = 2;
	assert_refused(&b, DECODE_MALFORMED);
}

static void
says_that_a_port_goes_down(void **state)
{
	struct build b = build_ethernet(0x88cc);
	struct sighting s;

	(void)state;
	TLV(&b, 1,
	    "\x07"
	    "box");
	TLV(&b, 2,
	    "\x07"
	    "1");
	TLV(&b, 3, "\x00\x00");
	TLV(&b, 0, "");
	s = decode_good(&b);
	assert_fact(&s, "shutdown", "1");
}

static void
refuses_the_mandatory_three_out_of_order(void **state)
{
	struct build b = build_ethernet(0x88cc);

	(void)state;
	TLV(&b, 2, "\x05Gi0/1");
	TLV(&b, 1, "\x04\x02\x00\x5e\x10\x20\x30");
	TLV(&b, 3, "\x00\x78");
	TLV(&b, 0, "");
	assert_refused(&b, DECODE_MALFORMED);
	b = build_ethernet(0x88cc);
	TLV(&b, 0, "");
	assert_refused(&b, DECODE_MALFORMED);
}

/* There are switches that tell their time to live twice. */
static void
takes_the_first_of_two_that_ought_to_be_one(void **state)
{
	struct build b = mandatory();
	struct sighting s;

	(void)state;
	TLV(&b, 3, "\x00\x00");
	TLV(&b, 2, "\x05Gi0/2");
	TLV(&b, 5, "sw");
	TLV(&b, 0, "");
	s = decode_good(&b);
	assert_fact(&s, "port_id", "interface:Gi0/1");
	assert_null(fact(&s, "shutdown", 0));
	assert_fact(&s, "sys_name", "sw");
}

static void
drops_a_wrong_optional_tlv_alone(void **state)
{
	struct build b = mandatory();
	struct sighting s;

	(void)state;
	TLV(&b, 7, "\x00\x14");                                         /* too short */
	TLV(&b, 8, "\x40\x01\x0a\x01\x02\x03\x02\x00\x00\x00\x01\x00"); /* longer than itself */
	TLV(&b, 127, "\x00\x80\xc2\x03\x00\x0a\x20users");              /* so is the name */
	TLV(&b, 127, "\x00\x80");                                       /* no organisation */
	TLV(&b, 127, "\xff\xff\xff\x01unknown");
	TLV(&b, 99, "reserved");
	TLV(&b, 5, "sw");
	TLV(&b, 0, "");
	s = decode_good(&b);
	assert_int_equal(fact_count(&s), 3);
	assert_fact(&s, "sys_name", "sw");
	assert_int_equal(s.ip.family, ADDRESS_NONE);
}

static void
ends_with_the_frame_when_no_end_is_marked(void **state)
{
	struct build b = mandatory();
	struct sighting s = decode_good(&b);

	(void)state;
	assert_int_equal(fact_count(&s), 2);
}

static void
keeps_its_vlan(void **state)
{
	struct build plain = mandatory(), b = build_ethernet(0x8100);
	struct sighting s;

	(void)state;
	put16(&b, 0xe007);
	put(&b, plain.bytes + 12, plain.len - 12);
	s = decode_good(&b);
	assert_int_equal(s.vlan, 7);
}

static void
refuses_every_shorter_frame(void **state)
{
	struct build b = full();
	size_t borders = 0;

	(void)state;
	/* A frame may end behind any TLV but the first two. */
	for (size_t at = 14; at + 2 <= b.len; borders++)
		at += 2u + (((unsigned)b.bytes[at] << 8 | b.bytes[at + 1]) & 0x1ff);
	assert_int_equal(refuse_truncations(&b), b.len - (borders - 3));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_all_it_knows),
	    cmocka_unit_test(reads_where_a_device_stands),
	    cmocka_unit_test(names_every_kind_of_identifier),
	    cmocka_unit_test(reads_a_network_address_as_identifier),
	    cmocka_unit_test(says_that_a_port_goes_down),
	    cmocka_unit_test(refuses_the_mandatory_three_out_of_order),
	    cmocka_unit_test(takes_the_first_of_two_that_ought_to_be_one),
	    cmocka_unit_test(drops_a_wrong_optional_tlv_alone),
	    cmocka_unit_test(ends_with_the_frame_when_no_end_is_marked),
	    cmocka_unit_test(keeps_its_vlan),
	    cmocka_unit_test(refuses_every_shorter_frame),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
