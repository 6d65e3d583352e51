/* The rule file: what is read, and the words for what is wrong with it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/check.h"
#include "common/classify/class.h"
#include "common/classify/rule.h"

#define HEAD    "id,class,confidence,when,vendor,model,firmware,os,example,gives\n"
#define ROW(id) id ",switch,0.5,snmp.sys_descr=a*,,,,,snmp.sys_descr=ab,\n"

static void
a_row_is_read_as_it_stands(void **state)
{
	static const char text[] = HEAD "# a remark\n\r\n"
					"one,wifi_ap,0.75,snmp.sys_descr={model} v{firmware} "
					"&& snmp.sys_name!=x*,\"A \"\"B\"\", C\",,,"
					"OS {firmware},\"snmp.sys_descr=X1 v2 && "
					"snmp.sys_name=y\",model=X1 && firmware=2\r\n";
	struct rules *rules;
	char error[RULES_ERROR_SIZE] = "", value[64];
	const struct rule *rule;
	struct captures captures = {.count = 0};
	struct sheet sheet;

	(void)state;
	assert_int_equal(rules_parse("x.csv", text, sizeof(text) - 1, &rules, error), 0);
	assert_int_equal(rules_count(rules), 1);
	rule = rules_at(rules, 0);
	assert_string_equal(rule->id, "one");
	assert_int_equal(rule->class_place, class_find("wifi_ap"));
	assert_int_equal(rule->line, 4);
	assert_int_equal(rule->n_conditions, 2);
	assert_true(rule->conditions[1].negated);
	assert_int_equal(rule->n_example, 2);
	assert_int_equal(rule->n_gives, 2);
	sheet_fill(rule->example, rule->n_example, &sheet);
	assert_int_equal(sheet.count, 2);
	assert_true(rule_fits(rule, &sheet, &captures));
	assert_int_equal(rule_yields(rule, YIELD_VENDOR, &captures, value, sizeof(value)), 8);
	assert_string_equal(value, "A \"B\", C");
	assert_true(rule_yields(rule, YIELD_MODEL, &captures, value, sizeof(value)));
	assert_string_equal(value, "X1");
	assert_true(rule_yields(rule, YIELD_OS, &captures, value, sizeof(value)));
	assert_string_equal(value, "OS 2");
	assert_int_equal(rule_yields(rule, YIELD_SERIAL, &captures, value, sizeof(value)), 0);
	rules_free(rules);
}

static void
a_negated_condition_hears_every_value(void **state)
{
	static const char text[] = HEAD
	    "one,switch,0.5,snmp.sys_descr=* && mdns.service!=_ipp*,,,,,snmp.sys_descr=a,\n";
	const struct evidence with[] = {{"snmp", "sys_descr", "a"},
	    {"mdns", "service", "_http._tcp"}, {"mdns", "service", "_ipp._tcp"}};
	struct rules *rules;
	char error[RULES_ERROR_SIZE];
	struct captures captures = {.count = 0};
	struct sheet sheet;

	(void)state;
	assert_int_equal(rules_parse("x", text, sizeof(text) - 1, &rules, error), 0);
	sheet_fill(with, 2, &sheet);
	assert_true(rule_fits(rules_at(rules, 0), &sheet, &captures));
	sheet_fill(with, 3, &sheet);
	assert_false(rule_fits(rules_at(rules, 0), &sheet, &captures));
	rules_free(rules);
}

static void
faults_name_the_file_and_the_line(void **state)
{
	static const struct {
		const char *text, *words;
	} cases[] = {
	    {"", "f:1: no rule in the file"},
	    {HEAD, "no rule in the file"},
	    {"id,class\n", "f:1: 2 cells where 10 belong"},
	    {"class,id,confidence,when,vendor,model,firmware,os,example,gives\n",
		"f:1: column 1 is 'class', not 'id'"},
	    {HEAD ROW("one") "two\n", "f:3: 1 cells where 10 belong"},
	    {HEAD ROW("one") ROW("one"), "f:3: id 'one' stands in line 2 too"},
	    {HEAD ROW("One"), "f:2: 'One' is no id"},
	    {HEAD ROW(""), "f:2: '' is no id"},
	    {HEAD "a,toaster,0.5,snmp.sys_descr=a,,,,,snmp.sys_descr=a,\n",
		"class 'toaster' is not known"},
	    {HEAD "a,unknown,0.5,snmp.sys_descr=a,,,,,snmp.sys_descr=a,\n",
		"class 'unknown' is not known"},
	    {HEAD "a,switch,2,snmp.sys_descr=a,,,,,snmp.sys_descr=a,\n",
		"confidence '2' is not between"},
	    {HEAD "a,switch,x,snmp.sys_descr=a,,,,,snmp.sys_descr=a,\n",
		"confidence 'x' is not between"},
	    {HEAD "a,switch,0.5,,,,,,snmp.sys_descr=a,\n", "no condition asks for something"},
	    {HEAD "a,switch,0.5,snmp.sys_descr!=a,,,,,snmp.sys_descr=a,\n",
		"no condition asks for something"},
	    {HEAD "a,switch,0.5,snmp.sys_descr,,,,,snmp.sys_descr=a,\n",
		"condition 'snmp.sys_descr' has no '='"},
	    {HEAD "a,switch,0.5,=x,,,,,snmp.sys_descr=a,\n", "condition '=x' has no '='"},
	    {HEAD "a,switch,0.5,descr=x,,,,,snmp.sys_descr=a,\n", "'descr' is no source.key"},
	    {HEAD "a,switch,0.5,snmp.foo=x,,,,,snmp.sys_descr=a,\n",
		"evidence 'snmp.foo' is not known"},
	    {HEAD "a,switch,0.5,snmp.sys_descr={x,,,,,snmp.sys_descr=a,\n",
		"pattern '{x': a capture does not end"},
	    {HEAD "a,switch,0.5,snmp.sys_descr=a,,,,,,\n", "no example"},
	    {HEAD "a,switch,0.5,snmp.sys_descr=a,,,,,snmp.sys_descr,\n",
		"example 'snmp.sys_descr' has no '='"},
	    {HEAD "a,switch,0.5,snmp.sys_descr=a,,,,,snmp.foo=a,\n",
		"evidence 'snmp.foo' is not known"},
	    {HEAD "a,switch,0.5,snmp.sys_descr=a,,,,,snmp.sys_descr=a,colour=red\n",
		"attribute 'colour' is not known"},
	    {HEAD "a,switch,0.5,\"snmp.sys_descr=a,,,,,snmp.sys_descr=a,\n",
		"f:2: a quoted cell does not end"},
	    {HEAD "a,switch,0.5,snmp.sys_descr=a,,,,,snmp.sys_descr=a,,\n",
		"f:2: more than 10 cells"},
	    {HEAD "a,switch,0.5,snmp.sys_descr=a && snmp.sys_descr=a && snmp.sys_descr=a && "
		  "snmp.sys_descr=a && "
		  "snmp.sys_descr=a && snmp.sys_descr=a && "
		  "snmp.sys_descr=a,,,,,snmp.sys_descr=a,\n",
		"more than 6 conditions"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct rules *rules = (struct rules *)state;
		char error[RULES_ERROR_SIZE] = "";
		int r = rules_parse("f", cases[i].text, strlen(cases[i].text), &rules, error);

		assert_int_equal(r, -EINVAL);
		assert_ptr_equal(rules, state);
		if (!strstr(error, cases[i].words))
			fail_msg("'%s' where '%s' belongs", error, cases[i].words);
	}
}

static void
zero_bytes_and_too_much_are_refused(void **state)
{
	static const char zero[] = HEAD "a\0b";
	char *much = malloc(RULES_BYTES_MAX + 1);
	struct rules *rules;
	char error[RULES_ERROR_SIZE];

	(void)state;
	assert_non_null(much);
	memset(much, '#', RULES_BYTES_MAX + 1);
	assert_int_equal(rules_parse("f", zero, sizeof(zero) - 1, &rules, error), -EINVAL);
	assert_int_equal(rules_parse("f", much, RULES_BYTES_MAX + 1, &rules, error), -EINVAL);
	assert_non_null(strstr(error, "bytes"));
	free(much);
}

static void
a_file_is_read_and_its_absence_named(void **state)
{
	char path[] = "/tmp/test_rule.XXXXXX", error[RULES_ERROR_SIZE] = "";
	int fd = mkstemp(path);
	struct rules *rules;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, HEAD ROW("one"), sizeof(HEAD ROW("one")) - 1),
	    sizeof(HEAD ROW("one")) - 1);
	(void)close(fd);
	assert_int_equal(rules_read(path, &rules, error), 0);
	assert_int_equal(rules_count(rules), 1);
	rules_free(rules);
	(void)unlink(path);
	assert_int_equal(rules_read(path, &rules, error), -ENOENT);
	assert_non_null(strstr(error, path));
	assert_int_equal(rules_read("/tmp", &rules, error), -EINVAL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_row_is_read_as_it_stands),
	    cmocka_unit_test(a_negated_condition_hears_every_value),
	    cmocka_unit_test(faults_name_the_file_and_the_line),
	    cmocka_unit_test(zero_bytes_and_too_much_are_refused),
	    cmocka_unit_test(a_file_is_read_and_its_absence_named),
	};

	return cmocka_run_group_tests_name("rule", tests, NULL, NULL);
}
