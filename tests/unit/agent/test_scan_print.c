/* What `scan` prints is read by programs: keys, quoting and order are a contract. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/scan_print.h"
#include "common/classify/rule.h"

static const char rules_text[] =
    "id,class,confidence,when,vendor,model,firmware,os,example,gives\n"
    "test-switch,switch,0.9,snmp.sys_descr={model:*} switch,Maker,,,,snmp.sys_descr=X "
    "switch,\n";

struct table {
	struct rules *rules;
	struct inventory *inventory;
};

static int
setup(void **state)
{
	struct table *t = calloc(1, sizeof(*t));
	char error[RULES_ERROR_SIZE] = "";

	assert_non_null(t);
	assert_int_equal(
	    rules_parse("rules", rules_text, strlen(rules_text), &t->rules, error), 0);
	assert_int_equal(inventory_new(16, &t->inventory), 0);
	*state = t;
	return 0;
}

static int
teardown(void **state)
{
	struct table *t = *state;

	rules_free(t->rules);
	inventory_free(t->inventory);
	free(t);
	return 0;
}

static void
seen(struct table *t, const char *mac, const char *ip, const char *name, const char *descr)
{
	const struct evidence evidence[] = {
	    {"snmp", "sys_name", name}, {"snmp", "sys_descr", descr}};
	struct observation o = {
	    .seen_ms = 1764000000000, .evidence = evidence, .n_evidence = 2};

	assert_int_equal(mac_parse(mac, &o.mac), 0);
	assert_int_equal(address_parse(ip, &o.ip), 0);
	(void)inventory_note(t->inventory, &o);
}

static char *
printed(const struct table *t, enum command_format format, enum language language)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	static const struct scan_cost costs[] = {{.connections = 7}, {.connections = 8}};

	assert_non_null(out);
	assert_int_equal(
	    scan_print(t->inventory, costs, t->rules, NULL, format, language, out), 0);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void
a_device_is_one_line_of_json(void **state)
{
	struct table *t = *state;
	char *text, *line;
	json_t *object;

	seen(t, "00:00:5e:00:53:02", "192.0.2.20", "second", "Y switch");
	seen(t, "00:00:5e:00:53:01", "192.0.2.3", "first", "X \"24\" switch");
	text = printed(t, FORMAT_JSON, LANGUAGE_RU);
	line = strchr(text, '\n');
	assert_non_null(line);
	*line = '\0';
	object = json_loads(text, 0, NULL);
	assert_non_null(object);
	assert_string_equal(
	    json_string_value(json_array_get(json_object_get(object, "ip"), 0)), "192.0.2.3");
	assert_string_equal(
	    json_string_value(json_array_get(json_object_get(object, "mac"), 0)),
	    "00:00:5e:00:53:01");
	assert_string_equal(json_string_value(json_object_get(object, "class")), "switch");
	assert_string_equal(json_string_value(json_object_get(object, "rule")), "test-switch");
	assert_string_equal(json_string_value(json_object_get(object, "vendor")), "Maker");
	assert_string_equal(json_string_value(json_object_get(object, "model")), "X \"24\"");
	assert_string_equal(json_string_value(json_object_get(object, "name")), "first");
	assert_string_equal(json_string_value(json_object_get(object, "first_seen")),
	    "2025-11-24T16:00:00.000Z");
	/* what it told, the maker of its card and what the rules weighed */
	assert_int_equal(json_array_size(json_object_get(object, "evidence")), 4);
	/* sorted, not as it was told */
	assert_string_equal(json_string_value(json_object_get(
				json_array_get(json_object_get(object, "evidence"), 0), "key")),
	    "sys_descr");
	assert_int_equal(json_integer_value(
			     json_object_get(json_object_get(object, "asked"), "connections")),
	    7);
	assert_true(json_is_false(json_object_get(object, "randomized_mac")));
	json_decref(object);
	object = json_loads(line + 1, 0, NULL);
	assert_string_equal(json_string_value(json_object_get(object, "name")), "second");
	json_decref(object);
	free(text);
}

static void
csv_is_quoted_and_holds_no_formula(void **state)
{
	struct table *t = *state;
	char *text;

	seen(t, "00:00:5e:00:53:01", "192.0.2.3", "=cmd()", "a, \"b\" switch");
	text = printed(t, FORMAT_CSV, LANGUAGE_RU);
	assert_string_equal(text,
	    "ip,mac,name,class,vendor,model,serial,firmware,os,location,confidence,rule,"
	    "first_seen,last_seen,randomized_mac\r\n"
	    "192.0.2.3,00:00:5e:00:53:01,\"'=cmd()\",switch,Maker,\"a, \"\"b\"\"\",,,,,0.90,"
	    "test-switch,2025-11-24T16:00:00.000Z,2025-11-24T16:00:00.000Z,no\r\n");
	free(text);
}

static void
the_table_speaks_the_users_language_and_counts_classes(void **state)
{
	struct table *t = *state;
	char *text;

	seen(t, "00:00:5e:00:53:01", "192.0.2.33", "first", "X switch");
	seen(t, "00:00:5e:00:53:02", "192.0.2.4", "", "what is this");
	text = printed(t, FORMAT_TABLE, LANGUAGE_RU);
	assert_non_null(strstr(text, "192.0.2.33  00:00:5e:00:53:01  first  коммутатор"));
	assert_non_null(strstr(text, ": 2\n"));
	assert_non_null(strstr(text, "      1  коммутатор\n"));
	assert_non_null(strstr(text, "      1  не определено\n"));
	free(text);
	text = printed(t, FORMAT_TABLE, LANGUAGE_EN);
	assert_non_null(strstr(text, "192.0.2.33  00:00:5e:00:53:01  first  switch"));
	assert_non_null(strstr(text, "total: 2\n"));
	free(text);
}

/* 40 Cyrillic letters: 80 bytes, cut at the 32nd letter. */
static void
a_long_text_is_cut_at_a_whole_character(void **state)
{
	struct table *t = *state;
	char name[81], cut[65], *text, *at;

	for (size_t i = 0; i < 80; i += 2)
		memcpy(name + i, "ж", 2);
	name[80] = '\0';
	memcpy(cut, name, 64);
	cut[64] = '\0';
	seen(t, "00:00:5e:00:53:01", "192.0.2.3", name, "X switch");
	text = printed(t, FORMAT_TABLE, LANGUAGE_EN);
	at = strstr(text, cut);
	assert_non_null(at);
	assert_memory_equal(at + 64, "  switch", 8);
	free(text);
}

static void
nothing_found_is_no_line_and_a_zero(void **state)
{
	struct table *t = *state;
	char *text = printed(t, FORMAT_JSON, LANGUAGE_EN);

	assert_string_equal(text, "");
	free(text);
	text = printed(t, FORMAT_TABLE, LANGUAGE_EN);
	assert_non_null(strstr(text, "total: 0\n"));
	free(text);
}

static void
a_full_disk_is_an_error(void **state)
{
	struct table *t = *state;
	FILE *full = fopen("/dev/full", "we");

	seen(t, "00:00:5e:00:53:01", "192.0.2.3", "sw1", "X switch");
	if (!full)
		skip();
	assert_true(
	    scan_print(t->inventory, NULL, t->rules, NULL, FORMAT_JSON, LANGUAGE_EN, full) < 0);
	(void)fclose(full);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_device_is_one_line_of_json, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		csv_is_quoted_and_holds_no_formula, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		the_table_speaks_the_users_language_and_counts_classes, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		a_long_text_is_cut_at_a_whole_character, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		nothing_found_is_no_line_and_a_zero, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_full_disk_is_an_error, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
