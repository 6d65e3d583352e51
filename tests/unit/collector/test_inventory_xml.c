/* collector/exchange/inventory_xml: documents of FusionInventory and OCS, and what is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "collector/exchange/inventory_xml.h"
#include "common/check.h"

static json_t *
read_text(const char *text, int expected)
{
	char error[FACTS_ERROR_SIZE] = "";
	json_t *read = NULL;

	assert_int_equal(inventory_xml_read(text, strlen(text), &read, error), expected);
	assert_true(expected == 0 ? read != NULL : error[0] != '\0' && !read);
	return read;
}

static void
elements_become_objects_lists_and_texts(void **state)
{
	json_t *read =
	    read_text("<?xml version='1.0' encoding='UTF-8'?>\n<REQUEST><CONTENT>"
		      "<BIOS><SSN> PF2 &amp; 7 </SSN><TYPE/></BIOS>"
		      "<CPUS><NAME>a</NAME></CPUS><CPUS><NAME>b</NAME></CPUS><CPUS>"
		      "<NAME>c</NAME></CPUS></CONTENT><DEVICEID>x</DEVICEID></REQUEST>",
		0);
	char *text = json_dumps(read, JSON_COMPACT | JSON_SORT_KEYS);

	(void)state;
	assert_string_equal(text, "{\"content\":{\"bios\":{\"ssn\":\"PF2 & 7\",\"type\":\"\"},"
				  "\"cpus\":[{\"name\":\"a\"},{\"name\":\"b\"},{\"name\":\"c\"}"
				  "]},\"deviceid\":\"x\"}");
	free(text);
	json_decref(read);
}

static void
what_it_reads_is_an_inventory(void **state)
{
	json_t *read = read_text(
	    "<REQUEST><CONTENT><HARDWARE><NAME>nb-7</NAME><OSNAME>Debian</OSNAME><MEMORY>8</"
	    "MEMORY></HARDWARE><BIOS><TYPE>Notebook</TYPE></BIOS>"
	    "<NETWORKS><MACADDR>3c:ec:ef:00:20:01</MACADDR><VIRTUALDEV>0</VIRTUALDEV></"
	    "NETWORKS>"
	    "<NETWORKS><MACADDR>3c:ec:ef:00:20:02</MACADDR><VIRTUALDEV>1</VIRTUALDEV></"
	    "NETWORKS>"
	    "</CONTENT></REQUEST>",
	    0);
	char error[FACTS_ERROR_SIZE];
	struct facts *facts;

	(void)state;
	assert_int_equal(facts_new(4096, 4, &facts), 0);
	assert_int_equal(facts_of_json(read, facts, error), 0);
	assert_string_equal(facts_said(&facts->computer, "facts", "chassis"), "Notebook");
	assert_string_equal(facts_said(&facts->computer, "facts", "os"), "Debian");
	assert_string_equal(facts_said(&facts->computer, "facts", "memory_bytes"), "8388608");
	assert_int_equal(facts->n_macs, 1);
	facts_free(facts);
	json_decref(read);
}

static void
what_is_none_is_refused(void **state)
{
	static const char *const texts[] = {"", "<", "<a>", "<a></b>", "text", "<a>text</a>",
	    "<a><b></a></b>", "<!DOCTYPE a [<!ENTITY x 'y'>]><a><b>&x;</b></a>",
	    "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a><b/></a>",
	    "<a><a><a><a><a><a><a><a><a><a><a><a><a/></a></a></a></a></a></a></a></a></a></a></"
	    "a></a>",
	    "<a><b>\xff\xfe</b></a>",
	    "<aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/>"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		(void)read_text(texts[i], -EBADMSG);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(elements_become_objects_lists_and_texts),
	    cmocka_unit_test(what_it_reads_is_an_inventory),
	    cmocka_unit_test(what_is_none_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
