/* How rules and evidence are weighed, on rules made for it; and placeholders, classes, makers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "common/address.h"
#include "common/check.h"
#include "common/classify/class.h"
#include "common/classify/classify.h"
#include "common/classify/rule.h"
#include "common/classify/vendor.h"

static const char rule_text[] =
    "id,class,confidence,when,vendor,model,firmware,os,example,gives\n"
    "switch-maker,switch,0.6,iana.number=9,Cisco,,,,snmp.sys_object_id=1.3.6.1.4.1.9.1,vendor="
    "Cisco\n"
    "ap-words,wifi_ap,0.8,snmp.sys_descr=*access point*,,,,,snmp.sys_descr=access point,\n"
    "bridge,switch,0.5,lldp.capabilities=*bridge*,,,,,lldp.capabilities=bridge,\n"
    "phone,ip_phone,0.5,lldp.capabilities=*telephone*,,,,,lldp.capabilities=telephone,\n"
    "switch-lldp,switch,0.4,mdns.service=_switch._tcp,,,,,mdns.service=_switch._tcp,\n"
    "model-rule,,0.9,snmp.sys_descr=*model {model},,,,,snmp.sys_descr=model A1,model=A1\n"
    "model-guess,,0.2,snmp.sys_descr=*guess {model},,,,,snmp.sys_descr=guess B2,model=B2\n"
    "serial-rule,,0.9,snmp.sys_descr=*sn {serial}*,,,,,snmp.sys_descr=sn AB1234,serial=AB1234\n"
    "phone-said,ip_phone,0.9,self.descr=Acme Phone {model},,,,,snmp.sys_descr=Acme Phone "
    "A1,model=A1\n"
    "beamer-model,projector,0.8,self.model=Acme PJ,,,,,mdns.model=Acme PJ,\n"
    "beamer-words,projector,0.8,self.words=Acme Beamer*,,,,,http.title=Acme Beamer 3,\n"
    "lobby,info_kiosk,0.7,self.name=lobby*,,,,,mdns.host_name=lobby1,\n"
    "ups,ups,0.7,snmp.sys_descr=Acme UPS,,,,,snmp.sys_descr=Acme UPS,\n"
    "server,server,0.7,snmp.sys_descr=Acme Server,,,,,snmp.sys_descr=Acme Server,\n"
    "first,printer,0.7,snmp.sys_name=tie,,,,,snmp.sys_name=tie,\n"
    "second,scanner,0.7,snmp.sys_name=tie*,,,,,snmp.sys_name=tie2,\n";

static int
read_rules(void **state)
{
	char error[RULES_ERROR_SIZE];
	struct rules *rules;

	if (rules_parse("x", rule_text, sizeof(rule_text) - 1, &rules, error) < 0) {
		print_error("%s\n", error);
		return -1;
	}
	*state = rules;
	return 0;
}

static int
free_rules(void **state)
{
	rules_free(*state);
	return 0;
}

static void
nothing_known_is_unknown(void **state)
{
	const struct evidence e[] = {{"arp", "answered", "1"}};
	struct classification c;

	classify_device(*state, NULL, 0, NULL, 0, &c);
	assert_string_equal(c.class_key, "unknown");
	classify_device(*state, NULL, 0, e, 1, &c);
	assert_string_equal(c.class_key, "unknown");
	assert_string_equal(c.rule, "");
	assert_true(c.confidence < 0.001);
	assert_string_equal(c.vendor, "");
}

/* One rule, whichever protocol brought the words. */
static void
what_a_device_says_of_itself_is_one_key(void **state)
{
	static const struct {
		struct evidence said;
		const char *rule;
	} cases[] = {
	    {{"snmp", "sys_descr", "Acme Phone A1"}, "phone-said"},
	    {{"lldp", "sys_descr", "Acme Phone A1"}, "phone-said"},
	    {{"cdp", "software", "Acme Phone A1"}, "phone-said"},
	    {{"dhcp", "vendor_class", "Acme Beamer 3"}, "beamer-words"},
	    {{"ssdp", "server", "Acme Beamer 3"}, "beamer-words"},
	    {{"http", "title", "Acme Beamer 3"}, "beamer-words"},
	    {{"dhcp", "host_name", "Acme Beamer 3"}, ""},
	    {{"dhcp", "vendor_class", "Acme Phone A1"}, ""},
	    {{"cdp", "platform", "Acme PJ"}, "beamer-model"},
	    {{"lldp", "med_model", "Acme PJ"}, "beamer-model"},
	    {{"mdns", "model", "Acme PJ"}, "beamer-model"},
	    {{"snmp", "sys_name", "lobby-1"}, "lobby"},
	    {{"nbns", "name", "LOBBY-1"}, "lobby"},
	    {{"dhcp", "host_name", "lobby-1"}, "lobby"},
	    {{"nbns", "domain", "LOBBY-1"}, ""},
	    {{"ssdp", "server", "Acme Phone A1"}, ""},
	};
	struct classification c;

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		classify_device(*state, NULL, 0, &cases[i].said, 1, &c);
		assert_string_equal(c.rule, cases[i].rule);
	}
	classify_device(*state, NULL, 0, &cases[2].said, 1, &c);
	assert_string_equal(c.model, "A1");
}

/* Nor the model; what the maker's own MIB tells is the UPS's. */
static void
the_serial_of_a_ups_card_is_not_the_ups_s(void **state)
{
	struct evidence e[] = {{"snmp", "sys_descr", "Acme UPS"},
	    {"entity", "chassis_descr", "UPS Network Management Card 3"},
	    {"entity", "chassis_model", "AP9640"}, {"entity", "chassis_serial", "5A2021T01234"},
	    {"maker", "serial", "AS2021123456"}};
	struct classification c;

	classify_device(*state, NULL, 0, e, 4, &c);
	assert_string_equal(c.class_key, "ups");
	assert_string_equal(c.serial, "");
	assert_string_equal(c.model, "");
	classify_device(*state, NULL, 0, e, 5, &c);
	assert_string_equal(c.serial, "AS2021123456");
	e[1].value = "Acme UPS 3000 chassis";
	e[2].value = "UPS-3000";
	classify_device(*state, NULL, 0, e, 4, &c);
	assert_string_equal(c.serial, "5A2021T01234");
	assert_string_equal(c.model, "UPS-3000");
}

static void
a_chassis_with_an_order_number_is_called_by_its_name(void **state)
{
	static const struct {
		const char *model, *descr, *want;
	} cases[] = {
	    {"3HE12345AA", "7250 IXR-s", "7250 IXR-s"},
	    {"3HE12345AA", "7250 IXR-s, 24 SFP+, 2 QSFP28, fans on its side, 2 supplies",
		"7250 IXR-s"},
	    {"3HE12345AA", "Acme, Inc. 7250 IXR-s with 24 SFP+ and fans on its side",
		"3HE12345AA"},
	    {"3HE12345AA", "7250 IXR-s that has a name longer than any name would be",
		"3HE12345AA"},
	    {"1078904455-01", "SHELF", ""},
	    {"WS-C4948E", "Cisco Catalyst 4948E", "WS-C4948E"},
	    {"A1078904455-01", "A1078904455-02", "A1078904455-01"},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct evidence e[] = {{"entity", "chassis_model", cases[i].model},
		    {"entity", "chassis_descr", cases[i].descr}};
		struct classification c;

		classify_device(*state, NULL, 0, e, 2, &c);
		assert_string_equal(c.model, cases[i].want);
	}
}

static void
a_makers_name_alone_is_no_model(void **state)
{
	const struct evidence e[] = {{"onvif", "maker", "Acme"}, {"page", "model", "ACME"},
	    {"page", "name", "Acme Box"}};
	struct classification c;

	classify(*state, e, 2, &c);
	assert_string_equal(c.model, "");
	classify(*state, e, 3, &c);
	assert_string_equal(c.model, "Acme Box");
}

static void
a_printer_of_a_server_is_not_its_model(void **state)
{
	const struct evidence e[] = {
	    {"printer", "model", "Acme Laser"}, {"snmp", "sys_descr", "Acme Server"}};
	struct classification c;

	classify(*state, e, 2, &c);
	assert_string_equal(c.model, "");
	classify(*state, e, 1, &c);
	assert_string_equal(c.model, "Acme Laser");
}

/* But what a person named it: a service that is called like its host tells nothing new. */
static void
a_service_named_like_its_host_is_no_word(void **state)
{
	const struct evidence e[] = {{"mdns", "host_name", "Acme-Beamer-3"},
	    {"mdns", "instance", "Acme Beamer 3 [7]"}, {"mdns", "instance", "Acme Beamer 4"}};
	struct classification c;

	classify_device(*state, NULL, 0, e, 2, &c);
	assert_string_equal(c.class_key, "unknown");
	classify_device(*state, NULL, 0, e, 3, &c);
	assert_string_equal(c.rule, "beamer-words");
}

/* What was said twice is derived once, and never more than there is room for. */
static void
derived_evidence_is_bounded(void **state)
{
	struct evidence said[DERIVED_MAX * 2];
	char values[DERIVED_MAX * 2][8];
	struct derived derived;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(said); i++) {
		(void)snprintf(values[i], sizeof(values[i]), "m%zu", i);
		said[i] = (struct evidence){"mdns", "model", values[i]};
	}
	classify_derive(NULL, 0, said, COUNT_OF(said), &derived);
	assert_int_equal(derived.count, DERIVED_MAX);
	said[1] = said[0];
	classify_derive(NULL, 0, said, 2, &derived);
	assert_int_equal(derived.count, 2);
	assert_string_equal(derived.list[0].source, "self");
	assert_string_equal(derived.list[0].key, "model");
	assert_string_equal(derived.list[1].key, "words");
}

static void
the_most_confident_rule_gives_the_class(void **state)
{
	const struct evidence e[] = {{"snmp", "sys_object_id", "1.3.6.1.4.1.9.1"},
	    {"snmp", "sys_descr", "An Access Point"}};
	struct classification c;

	classify_device(*state, NULL, 0, e, 2, &c);
	assert_string_equal(c.class_key, "wifi_ap");
	assert_string_equal(c.rule, "ap-words");
	assert_string_equal(c.vendor, "Cisco");
}

static void
of_equal_rules_the_upper_one_wins(void **state)
{
	const struct evidence e[] = {{"snmp", "sys_name", "tie"}};
	struct classification c;

	classify_device(*state, NULL, 0, e, 1, &c);
	assert_string_equal(c.rule, "first");
}

static double
confidence_of(const struct rules *rules, const struct evidence e[], size_t count)
{
	struct classification c;

	classify_device(rules, NULL, 0, e, count, &c);
	return c.confidence;
}

static void
other_sources_raise_and_lower_the_confidence(void **state)
{
	const struct evidence agree[] = {{"snmp", "sys_object_id", "1.3.6.1.4.1.9.1"},
	    {"lldp", "capabilities", "bridge"}, {"mdns", "service", "_switch._tcp"}};
	const struct evidence differ[] = {{"snmp", "sys_object_id", "1.3.6.1.4.1.9.1"},
	    {"lldp", "capabilities", "telephone"}};
	double alone = confidence_of(*state, agree, 1), two = confidence_of(*state, agree, 2),
	       three = confidence_of(*state, agree, 3),
	       against = confidence_of(*state, differ, 2);

	assert_true(alone > 0.599 && alone < 0.601);
	assert_true(two > alone + 0.05);
	assert_true(three > two);
	assert_true(three < 1);
	assert_true(against < alone - 0.05);
}

static void
a_near_miss_of_one_family_lowers_nothing(void **state)
{
	const struct evidence e[] = {
	    {"snmp", "sys_descr", "An Access Point"}, {"lldp", "capabilities", "bridge"}};

	assert_true(confidence_of(*state, e, 2) > 0.799);
}

/* Who agrees, who nearly and who does not is told with the class. */
static void
rules_that_were_weighed_are_named(void **state)
{
	const struct evidence agree[] = {
	    {"snmp", "sys_object_id", "1.3.6.1.4.1.9.1"}, {"lldp", "capabilities", "bridge"}};
	const struct evidence near[] = {
	    {"snmp", "sys_descr", "An Access Point"}, {"lldp", "capabilities", "bridge"}};
	const struct evidence differ[] = {{"snmp", "sys_object_id", "1.3.6.1.4.1.9.1"},
	    {"lldp", "capabilities", "telephone"}};
	struct evidence told[CLASSIFY_TOLD_MAX];
	struct classification c;
	struct mac mac;

	classify_device(*state, NULL, 0, agree, 1, &c);
	assert_string_equal(c.weighed, "switch-maker 0.60");
	classify_device(*state, NULL, 0, agree, 2, &c);
	assert_string_equal(c.weighed, "switch-maker 0.60; + bridge 0.50");
	classify_device(*state, NULL, 0, near, 2, &c);
	assert_string_equal(c.weighed, "ap-words 0.80; ~ bridge 0.50 (switch)");
	classify_device(*state, NULL, 0, differ, 2, &c);
	assert_string_equal(c.weighed, "switch-maker 0.60; - phone 0.50 (ip_phone)");
	classify_device(*state, NULL, 0, NULL, 0, &c);
	assert_string_equal(c.weighed, "");
	assert_int_equal(classify_told(&c, told), 0);
	assert_int_equal(mac_parse("00:1b:d4:01:02:03", &mac), 0);
	classify_device(*state, &mac, 1, agree, 1, &c);
	assert_int_equal(classify_told(&c, told), 2);
	assert_string_equal(told[0].source, "oui");
	assert_string_equal(told[0].value, "Cisco Systems, Inc");
	assert_string_equal(told[1].key, "weighed");
	assert_ptr_equal(told[1].value, c.weighed);
}

static void
a_guess_comes_after_what_the_device_tells(void **state)
{
	const struct evidence e[] = {{"snmp", "sys_descr", "guess B2"},
	    {"entity", "chassis_model", "C3"}, {"snmp", "sys_descr", "model A1"},
	    {"maker", "model", "D4"}};
	struct classification c;

	classify_device(*state, NULL, 0, e, 1, &c);
	assert_string_equal(c.model, "B2");
	classify_device(*state, NULL, 0, e, 2, &c);
	assert_string_equal(c.model, "C3");
	classify_device(*state, NULL, 0, e, 3, &c);
	assert_string_equal(c.model, "A1");
	classify_device(*state, NULL, 0, e, 4, &c);
	assert_string_equal(c.model, "D4");
}

/* Only the maker's own object may hold a small number; one digit over and over it is nowhere.
 */
static void
a_small_serial_number_is_its_makers_word(void **state)
{
	static const struct {
		struct evidence e;
		const char *serial;
	} cases[] = {
	    {{"maker", "serial", "233"}, "233"},
	    {{"maker", "serial", "1000"}, "1000"},
	    {{"maker", "serial", "000"}, ""},
	    {{"maker", "serial", "999999"}, ""},
	    {{"maker", "serial", "12"}, ""},
	    {{"printer", "serial", "233"}, ""},
	    {{"entity", "chassis_serial", "233"}, ""},
	};
	struct classification c;

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		classify_device(*state, NULL, 0, &cases[i].e, 1, &c);
		assert_string_equal(c.serial, cases[i].serial);
	}
}

/* A name of the register goes before a rule that goes by a word, not before one that knows. */
static void
makers_behind_an_agent_are_named_by_their_numbers(void **state)
{
	static const struct evidence hidden[] = {
	    {"snmp", "sys_object_id", "1.3.6.1.4.1.8072.3.2.10"},
	    {"snmp", "enterprise", "6574"}};
	static const struct evidence named[] = {
	    {"snmp", "sys_object_id", "1.3.6.1.4.1.789.2.5"}};
	struct classification c;

	classify_device(*state, NULL, 0, hidden, COUNT_OF(hidden), &c);
	assert_string_equal(c.vendor, "Synology");
	classify_device(*state, NULL, 0, named, COUNT_OF(named), &c);
	assert_string_equal(c.vendor, "NetApp");
}

static void
placeholder_serials_are_passed_over(void **state)
{
	const struct evidence e[] = {{"entity", "chassis_serial", "To be filled by O.E.M."},
	    {"snmp", "sys_descr", "sn 00000000 "}, {"mdns", "serial", "QX77120"}};
	struct classification c;

	classify_device(*state, NULL, 0, e, 2, &c);
	assert_string_equal(c.serial, "");
	classify_device(*state, NULL, 0, e, 3, &c);
	assert_string_equal(c.serial, "QX77120");
}

static void
names_and_places_are_taken_over(void **state)
{
	const struct evidence e[] = {{"mdns", "host_name", "kab-7"},
	    {"snmp", "sys_name", "sw-7"}, {"snmp", "sys_location", "Кабинет 7"}};
	struct classification c;

	classify_device(*state, NULL, 0, e, 1, &c);
	assert_string_equal(c.name, "kab-7");
	classify_device(*state, NULL, 0, e, 3, &c);
	assert_string_equal(c.name, "sw-7");
	assert_string_equal(c.location, "Кабинет 7");
}

static void
maker_and_product_follow_from_addresses_and_numbers(void **state)
{
	const struct mac macs[] = {{{0x02, 0, 0, 0, 0, 1}}, {{0x00, 0x1b, 0xd4, 1, 2, 3}}};
	const struct evidence net_snmp[] = {
	    {"snmp", "sys_object_id", "1.3.6.1.4.1.8072.3.2.10"}};
	const struct evidence epson[] = {{"snmp", "sys_object_id", ".1.3.6.1.4.1.1248.1.1"}};
	const struct evidence catalyst[] = {{"snmp", "sys_object_id", "1.3.6.1.4.1.9.1.716"}};
	struct classification c;

	classify_device(*state, macs, 1, NULL, 0, &c);
	assert_string_equal(c.vendor, "");
	classify_device(*state, macs, 2, net_snmp, 1, &c);
	assert_string_equal(c.vendor, "Cisco");
	classify_device(*state, macs, 2, epson, 1, &c);
	assert_string_equal(c.vendor, "Epson");
	classify_device(*state, macs, 1, catalyst, 1, &c);
	assert_string_equal(c.vendor, "Cisco");
	assert_string_equal(c.model, "catalyst296024TT");
}

static void
more_evidence_than_is_looked_at_does_no_harm(void **state)
{
	struct evidence e[CLASSIFY_EVIDENCE_MAX + 100];
	const struct mac mac = {{0x00, 0x1b, 0xd4, 1, 2, 3}};
	struct classification c;

	for (size_t i = 0; i < COUNT_OF(e); i++)
		e[i] = (struct evidence){"host", "software", "office"};
	e[0] = (struct evidence){"snmp", "sys_descr", "Access Point"};
	classify_device(*state, &mac, 1, e, COUNT_OF(e), &c);
	assert_string_equal(c.class_key, "wifi_ap");
}

static void
serials_that_no_maker_gave_are_known(void **state)
{
	static const char *const fake[] = {"", " ", ".", "0", "000", "00000000", "XXXXXXXX",
	    "11111111", "To be filled by O.E.M.", "to be filled by o.e.m",
	    "System Serial Number", "Default string", "None", "N/A", "Not Specified",
	    "0123456789", "123456789", "1234567890", "987654321", "ABCDEF", "<private>",
	    "unknown", "ABC", "S/N", "-----"};
	static const char *const real[] = {"CNB7K12345", "FCZ1111A1AA", "2M00D2APAZTL62J",
	    "VCF9Z12345", "JX512K", "0Z0724031894", "ES1D000123", "1882136009"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(fake); i++)
		if (!classify_serial_is_placeholder(fake[i]))
			fail_msg("'%s' passes for a serial", fake[i]);
	for (size_t i = 0; i < COUNT_OF(real); i++)
		if (classify_serial_is_placeholder(real[i]))
			fail_msg("'%s' passes for a placeholder", real[i]);
}

static void
classes_are_found_by_their_keys(void **state)
{
	(void)state;
	assert_int_equal(class_find("unknown"), CLASS_UNKNOWN);
	assert_int_equal(class_find("toaster"), CLASS_NONE);
	for (size_t i = 0; i < class_count(); i++)
		assert_int_equal(class_find(class_key((int)i)), (int)i);
	assert_string_equal(class_key(-1), "unknown");
	assert_string_equal(class_key(10000), "unknown");
	assert_true(class_near(class_find("switch"), class_find("router")));
	assert_false(class_near(class_find("switch"), class_find("printer")));
	assert_false(class_near(CLASS_NONE, class_find("printer")));
}

static void
makers_are_found_by_the_longest_prefix(void **state)
{
	const struct mac large = {{0x00, 0x00, 0x0c, 1, 2, 3}},
			 local = {{0x02, 0x00, 0x0c, 1, 2, 3}},
			 group = {{0x01, 0x00, 0x5e, 1, 2, 3}}, none = {{0}},
			 small = {{0x70, 0xb3, 0xd5, 0xf2, 0xf0, 0x01}};

	(void)state;
	assert_non_null(strstr(vendor_of_mac(&large), "Cisco"));
	assert_null(vendor_of_mac(&local));
	assert_null(vendor_of_mac(&group));
	assert_null(vendor_of_mac(&none));
	assert_string_equal(vendor_of_mac(&small), "TELEPLATFORMS");
}

static void
enterprise_numbers_are_read_from_identifiers(void **state)
{
	(void)state;
	assert_int_equal(vendor_enterprise_of_oid("1.3.6.1.4.1.9.1.716"), 9);
	assert_int_equal(vendor_enterprise_of_oid(".1.3.6.1.4.1.14988.1"), 14988);
	assert_int_equal(vendor_enterprise_of_oid("1.3.6.1.4.1.14988"), 14988);
	assert_int_equal(vendor_enterprise_of_oid("1.3.6.1.2.1.33"), 0);
	assert_int_equal(vendor_enterprise_of_oid("1.3.6.1.4.1."), 0);
	assert_int_equal(vendor_enterprise_of_oid("1.3.6.1.4.1.9x"), 0);
	assert_int_equal(vendor_enterprise_of_oid("1.3.6.1.4.1.99999999999999999999"), 0);
	assert_int_equal(vendor_enterprise_of_oid(""), 0);
	assert_string_equal(vendor_of_enterprise(14988), "MikroTik");
	assert_null(vendor_of_enterprise(4000000000u));
	assert_true(vendor_is_software(8072));
	assert_false(vendor_is_software(9));
}

static void
makers_bear_the_names_people_say(void **state)
{
	static const struct {
		const char *name, *said;
	} cases[] = {
	    {"Hewlett-Packard", "HP"},
	    {"HP Inc.", "HP"},
	    {"Hewlett Packard Enterprise", "HPE"},
	    {"Cisco Systems, Inc", "Cisco"},
	    {"Hangzhou Hikvision Digital Technology Co.,Ltd.", "Hikvision"},
	    {"Eltex Enterprise Ltd.", "Eltex"},
	    {"Acme Widgets Co., Ltd.", "Acme Widgets"},
	    {"Acme GmbH & Co. KG", "Acme"},
	    {"Limited", "Limited"},
	    {"", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char said[96];

		vendor_short_name(cases[i].name, said, sizeof(said));
		assert_string_equal(said, cases[i].said);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nothing_known_is_unknown),
	    cmocka_unit_test(what_a_device_says_of_itself_is_one_key),
	    cmocka_unit_test(the_serial_of_a_ups_card_is_not_the_ups_s),
	    cmocka_unit_test(a_chassis_with_an_order_number_is_called_by_its_name),
	    cmocka_unit_test(a_makers_name_alone_is_no_model),
	    cmocka_unit_test(a_printer_of_a_server_is_not_its_model),
	    cmocka_unit_test(a_service_named_like_its_host_is_no_word),
	    cmocka_unit_test(derived_evidence_is_bounded),
	    cmocka_unit_test(the_most_confident_rule_gives_the_class),
	    cmocka_unit_test(of_equal_rules_the_upper_one_wins),
	    cmocka_unit_test(other_sources_raise_and_lower_the_confidence),
	    cmocka_unit_test(a_near_miss_of_one_family_lowers_nothing),
	    cmocka_unit_test(rules_that_were_weighed_are_named),
	    cmocka_unit_test(a_guess_comes_after_what_the_device_tells),
	    cmocka_unit_test(a_small_serial_number_is_its_makers_word),
	    cmocka_unit_test(makers_behind_an_agent_are_named_by_their_numbers),
	    cmocka_unit_test(placeholder_serials_are_passed_over),
	    cmocka_unit_test(names_and_places_are_taken_over),
	    cmocka_unit_test(maker_and_product_follow_from_addresses_and_numbers),
	    cmocka_unit_test(more_evidence_than_is_looked_at_does_no_harm),
	    cmocka_unit_test(serials_that_no_maker_gave_are_known),
	    cmocka_unit_test(classes_are_found_by_their_keys),
	    cmocka_unit_test(makers_are_found_by_the_longest_prefix),
	    cmocka_unit_test(enterprise_numbers_are_read_from_identifiers),
	    cmocka_unit_test(makers_bear_the_names_people_say),
	};

	return cmocka_run_group_tests_name("classify", tests, read_rules, free_rules);
}
