/* common/facts: an inventory becomes evidence, within bounds and without people. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/check.h"
#include "common/classify/rule.h"
#include "common/facts/facts.h"

static struct facts *
read_text(const char *text, int expected)
{
	char error[FACTS_ERROR_SIZE] = "";
	struct facts *facts;

	assert_int_equal(facts_new(64 * 1024, 8, &facts), 0);
	assert_int_equal(facts_read(text, strlen(text), facts, error), expected);
	assert_true(expected == 0 || error[0] != '\0');
	return facts;
}

static const char *
said(const struct facts *facts, const char *key)
{
	return facts_said(&facts->computer, "facts", key);
}

static const struct facts_item *
attached(const struct facts *facts, const char *model)
{
	for (size_t i = 0; i < facts->n_attached; i++)
		if (strcmp(facts_said(&facts->attached[i], "usb", "model"), model) == 0 ||
		    strcmp(facts_said(&facts->attached[i], "edid", "model"), model) == 0)
			return &facts->attached[i];
	return NULL;
}

static const char computer[] =
    "{\"deviceid\":\"pc\",\"content\":{\"versionclient\":\"GLPI-Agent_v1.7\","
    "\"accesslog\":{\"logdate\":\"2026-11-26 06:39:51\",\"userid\":\"ivanov\"},"
    "\"hardware\":{\"name\":\"PC-14\",\"uuid\":\"5F1C7A60-3C1B-11EF-9D2A-3CECEF001417\","
    "\"chassis_type\":\"Desktop\",\"memory\":7908,\"workgroup\":\"SCHOOL\","
    "\"lastloggeduser\":\"ivanov\",\"winowner\":\"Ivanov I.\"},"
    "\"bios\":{\"smanufacturer\":\"To be filled by O.E.M.\",\"smodel\":\"System Product "
    "Name\","
    "\"mmanufacturer\":\"Gigabyte\",\"mmodel\":\"H410M H V2\",\"ssn\":\"Default string\","
    "\"bversion\":\"F5\",\"bdate\":\"2024-03-14\"},"
    "\"operatingsystem\":{\"full_name\":\"Microsoft Windows 10 "
    "Pro\",\"kernel_version\":\"10.0.19045\"},"
    "\"users\":[{\"login\":\"ivanov\"}],\"local_users\":[{\"name\":\"petrova\"}],"
    "\"cpus\":[{\"name\":\"Intel Core i3\",\"core\":4,\"thread\":2,\"speed\":3700}],"
    "\"storages\":[{\"model\":\"KINGSTON\",\"disksize\":240057,\"serial\":\"50026B77\"},"
    "{\"model\":\"DataTraveler\",\"disksize\":15000,\"interface\":\"USB\"},"
    "{\"model\":\"DVD\",\"type\":\"cdrom\"}],"
    "\"networks\":[{\"description\":\"Realtek\",\"mac\":\"3C-EC-EF-00-14-17\",\"type\":"
    "\"ethernet\",\"ipaddress\":\"10.9.1.10\"},"
    "{\"description\":\"docker0\",\"mac\":\"02:42:11:22:33:44\"},"
    "{\"description\":\"lo\",\"mac\":\"00:00:00:00:00:00\",\"ipaddress\":\"127.0.0.1\"},"
    "{\"description\":\"BT\",\"mac\":\"3c:ec:ef:00:14:99\",\"type\":\"bluetooth\"}],"
    "\"antivirus\":[{\"name\":\"Windows "
    "Defender\",\"enabled\":true,\"uptodate\":0,\"base_creation\":\"2026-11-20\"}],"
    "\"monitors\":[{\"caption\":\"P2419H\",\"manufacturer\":\"DEL\",\"serial\":\"7XQ4ZW2\"},"
    "{\"caption\":\"NV156FHM\",\"manufacturer\":\"BOE\"},"
    "{\"caption\":\"IFP7550\",\"manufacturer\":\"VSC\"},{\"caption\":\"IFP7550\","
    "\"manufacturer\":\"VSC\"}],"
    "\"usbdevices\":["
    "{\"vendorid\":\"1778\",\"productid\":\"0215\",\"class\":\"14\",\"name\":\"IPEVO Document "
    "Camera\",\"serial\":\"IPV70012345\"},"
    "{\"vendorid\":\"0951\",\"productid\":\"1666\",\"class\":\"8\",\"name\":\"Stick\","
    "\"serial\":\"E0D55EA573\"},"
    "{\"vendorid\":\"2717\",\"productid\":\"ff40\",\"class\":\"6\",\"name\":\"Redmi\","
    "\"serial\":\"a1b2c3\"},"
    "{\"vendorid\":\"046d\",\"productid\":\"c077\",\"class\":\"3\",\"subclass\":\"1\",\"name\":"
    "\"Mouse\"},"
    "{\"vendorid\":\"1d6b\",\"productid\":\"0002\",\"name\":\"hub\"}],"
    "\"softwares\":[{\"name\":\"7-Zip\",\"version\":\"24.08\",\"publisher\":\"Igor "
    "Pavlov\"},{\"name\":\"a;b\"}]}}";

static void
a_computer_tells_what_it_is(void **state)
{
	struct facts *facts = read_text(computer, 0);

	(void)state;
	assert_string_equal(said(facts, "vendor"), "Gigabyte");
	assert_string_equal(said(facts, "model"), "H410M H V2");
	assert_string_equal(said(facts, "serial"), "");
	assert_string_equal(said(facts, "uuid"), "5f1c7a60-3c1b-11ef-9d2a-3cecef001417");
	assert_string_equal(said(facts, "chassis"), "Desktop");
	assert_string_equal(said(facts, "memory_bytes"), "8292139008");
	assert_string_equal(said(facts, "os"), "Microsoft Windows 10 Pro");
	assert_string_equal(said(facts, "cpu"), "Intel Core i3;4;2;3700");
	assert_string_equal(said(facts, "disk"), "KINGSTON;240057;50026B77");
	assert_string_equal(said(facts, "bios"), "F5;;2024-03-14");
	assert_string_equal(said(facts, "antivirus"), "Windows Defender;yes;no;2026-11-20");
	assert_string_equal(said(facts, "software"), "7-Zip;24.08;Igor Pavlov");
	assert_string_equal(said(facts, "software_count"), "2");
	assert_int_equal(facts->taken_s, 1795675191);
	assert_int_equal(facts->n_macs, 1);
	assert_int_equal(facts->n_ips, 1);
	assert_false(facts->cut);
	facts_free(facts);
}

static void
nothing_of_people_is_kept(void **state)
{
	static const char *const theirs[] = {
	    "ivanov", "Ivanov", "petrova", "E0D55EA573", "Redmi", "Traveler"};
	struct facts *facts = read_text(computer, 0);

	(void)state;
	for (size_t i = 0; i <= facts->n_attached; i++) {
		const struct facts_item *item =
		    i < facts->n_attached ? &facts->attached[i] : &facts->computer;

		for (size_t k = 0; k < item->n_evidence; k++)
			for (size_t t = 0; t < COUNT_OF(theirs); t++)
				assert_null(strstr(item->evidence[k].value, theirs[t]));
	}
	facts_free(facts);
}

static void
what_hangs_on_it_is_told_apart(void **state)
{
	struct facts *facts = read_text(computer, 0);
	const struct facts_item *camera = attached(facts, "IPEVO Document Camera");
	const struct facts_item *display = attached(facts, "P2419H");
	char key[sizeof(display->key)];
	size_t panels = 0;

	(void)state;
	assert_non_null(camera);
	assert_non_null(display);
	assert_string_equal(facts_said(camera, "usb", "id"), "1778:0215");
	assert_string_equal(facts_said(camera, "usb", "attached_to"), "PC-14");
	assert_string_equal(facts_said(display, "edid", "vendor"), "Dell");
	assert_null(attached(facts, "NV156FHM"));
	for (size_t i = 0; i < facts->n_attached; i++)
		panels +=
		    strcmp(facts_said(&facts->attached[i], "edid", "model"), "IFP7550") == 0;
	assert_int_equal(panels, 2);
	(void)strcpy(key, display->key);
	facts_free(facts);
	facts = read_text(computer, 0);
	assert_string_equal(attached(facts, "P2419H")->key, key);
	facts_free(facts);
}

static void
only_what_rules_know_is_equipment(void **state)
{
	char error[RULES_ERROR_SIZE];
	struct facts *facts = read_text(computer, 0);
	struct rules *rules;

	(void)state;
	assert_int_equal(rules_read("common/classify/device_rule.csv", &rules, error), 0);
	assert_non_null(attached(facts, "Mouse"));
	facts_keep_known(facts, rules);
	assert_null(attached(facts, "Mouse"));
	assert_non_null(attached(facts, "IPEVO Document Camera"));
	assert_int_equal(facts->n_attached, 4);
	rules_free(rules);
	facts_free(facts);
}

static void
a_thing_of_the_network_is_told_too(void **state)
{
	struct facts *facts = read_text(
	    "{\"itemtype\":\"NetworkEquipment\",\"content\":{\"network_device\":{\"type\":"
	    "\"Networking\",\"manufacturer\":\"Eltex\",\"model\":\"MES2324\",\"serial\":"
	    "\"ES4B001122\","
	    "\"mac\":\"a8:f9:4b:00:00:01\",\"ips\":[\"10.9.1.2\",7,\"nonsense\"],\"firmware\":"
	    "\"4.0.17\"}}}",
	    0);

	(void)state;
	assert_string_equal(said(facts, "kind"), "Networking");
	assert_string_equal(said(facts, "model"), "MES2324");
	assert_string_equal(said(facts, "serial"), "ES4B001122");
	assert_int_equal(facts->n_ips, 1);
	facts_free(facts);
}

static void
what_is_no_inventory_is_refused(void **state)
{
	static const char *const texts[] = {"", "7", "[]", "{}", "{\"content\":7}",
	    "{\"content\":{}}", "{\"content\":{\"hardware\":[[{}]]}}",
	    "{\"content\":{\"hardware\":{\"uuid\":\"00000000-0000-0000-0000-000000000000\"}}}",
	    "{\"content\":{\"hardware\":{\"uuid\":\"03000200-0400-0500-0006-000700080009\"}}}",
	    "{\"content\":{\"hardware\":{\"name\":\"a\",\"name\":\"b\"}}}"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		facts_free(read_text(texts[i], -EBADMSG));
}

static void
too_much_is_cut_and_said(void **state)
{
	char text[8192] = "{\"content\":{\"hardware\":{\"name\":\"pc\"},\"softwares\":[";
	size_t at = strlen(text);
	struct facts *facts;
	unsigned programs = 0;

	(void)state;
	for (int i = 0; i < 20; i++)
		at += (size_t)snprintf(
		    text + at, sizeof(text) - at, "%s{\"name\":\"p%d\"}", i ? "," : "", i);
	(void)snprintf(text + at, sizeof(text) - at, "]}}");
	facts = read_text(text, 0);
	for (size_t i = 0; i < facts->computer.n_evidence; i++)
		programs += strcmp(facts->computer.evidence[i].key, "software") == 0;
	assert_int_equal(programs, 8);
	assert_string_equal(said(facts, "software_count"), "20");
	assert_true(facts->cut);
	facts_free(facts);
}

static void
words_that_stand_for_nothing_are_nothing(void **state)
{
	static const char *const nothing[] = {"", "To be filled by O.E.M.", "Default string",
	    "System Product Name", "N/A", "None", "(Standard system devices)", "-"};
	static const char *const something[] = {
	    "4", "X", "OEM Board 7", "Standard (B)", "no. 1"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(nothing); i++)
		assert_true(facts_say_nothing(nothing[i]));
	for (size_t i = 0; i < COUNT_OF(something); i++)
		assert_false(facts_say_nothing(something[i]));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_computer_tells_what_it_is),
	    cmocka_unit_test(nothing_of_people_is_kept),
	    cmocka_unit_test(what_hangs_on_it_is_told_apart),
	    cmocka_unit_test(only_what_rules_know_is_equipment),
	    cmocka_unit_test(a_thing_of_the_network_is_told_too),
	    cmocka_unit_test(what_is_no_inventory_is_refused),
	    cmocka_unit_test(too_much_is_cut_and_said),
	    cmocka_unit_test(words_that_stand_for_nothing_are_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
