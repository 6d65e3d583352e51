/* Every row of device_rule.csv is fed its own example. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "common/classify/class.h"
#include "common/classify/classify.h"
#include "common/classify/rule.h"

static int
read_rules(void **state)
{
	char error[RULES_ERROR_SIZE] = "";
	struct rules *rules;

	if (rules_read("common/classify/device_rule.csv", &rules, error) < 0) {
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

/* True when the rule fits its example and what follows from it. */
static bool
fits_example(const struct rule *rule, struct captures *captures)
{
	struct evidence all[RULE_EXAMPLE_MAX + DERIVED_MAX];
	struct derived derived;
	struct sheet sheet;

	classify_derive(NULL, 0, rule->example, rule->n_example, &derived);
	memcpy(all, derived.list, derived.count * sizeof(all[0]));
	memcpy(all + derived.count, rule->example, rule->n_example * sizeof(all[0]));
	captures->count = 0;
	sheet_fill(all, derived.count + rule->n_example, &sheet);
	return rule_fits(rule, &sheet, captures);
}

/* A rule that cannot find its own example, or is hidden by a better one, is wrong. */
static void
every_rule_finds_its_own_example(void **state)
{
	const struct rules *rules = *state;
	unsigned wrong = 0;

	for (size_t i = 0; i < rules_count(rules); i++) {
		const struct rule *rule = rules_at(rules, i);
		struct classification c;
		struct captures captures;

		if (!fits_example(rule, &captures)) {
			print_error("line %u, %s: does not fit its own example\n", rule->line,
			    rule->id);
			wrong++;
			continue;
		}
		classify_device(rules, NULL, 0, rule->example, rule->n_example, &c);
		if (rule->class_place != CLASS_NONE && strcmp(c.rule, rule->id) != 0) {
			print_error(
			    "line %u, %s: hidden by %s\n", rule->line, rule->id, c.rule);
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
}

static const char *
attribute(const struct classification *c, const char *name)
{
	if (strcmp(name, "vendor") == 0)
		return c->vendor;
	if (strcmp(name, "model") == 0)
		return c->model;
	if (strcmp(name, "firmware") == 0)
		return c->firmware;
	if (strcmp(name, "os") == 0)
		return c->os;
	return c->serial;
}

static void
every_example_gives_what_its_row_says(void **state)
{
	const struct rules *rules = *state;
	unsigned wrong = 0;

	for (size_t i = 0; i < rules_count(rules); i++) {
		const struct rule *rule = rules_at(rules, i);
		struct classification c;

		classify_device(rules, NULL, 0, rule->example, rule->n_example, &c);
		for (size_t k = 0; k < rule->n_gives; k++) {
			const char *got = attribute(&c, rule->gives[k].key);

			if (strcmp(got, rule->gives[k].value) == 0)
				continue;
			print_error("line %u, %s: %s is '%s', not '%s'\n", rule->line, rule->id,
			    rule->gives[k].key, got, rule->gives[k].value);
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
}

/* What a rule captures or says must be shown by its example. */
static void
every_yield_is_shown_by_the_example(void **state)
{
	static const char *const names[] = {"vendor", "model", "firmware", "os", "serial"};
	const struct rules *rules = *state;
	unsigned wrong = 0;

	for (size_t i = 0; i < rules_count(rules); i++) {
		const struct rule *rule = rules_at(rules, i);
		struct captures captures;
		char value[128];

		if (!fits_example(rule, &captures))
			continue;
		for (int y = 0; y < YIELD_COUNT; y++) {
			bool shown = false;

			if (!rule_yields(
				rule, (enum rule_yield)y, &captures, value, sizeof(value)))
				continue;
			for (size_t k = 0; k < rule->n_gives; k++)
				shown |= strcmp(rule->gives[k].key, names[y]) == 0;
			if (!shown)
				print_error("line %u, %s: gives does not show %s=%s\n",
				    rule->line, rule->id, names[y], value);
			wrong += !shown;
		}
	}
	assert_int_equal(wrong, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_rule_finds_its_own_example),
	    cmocka_unit_test(every_example_gives_what_its_row_says),
	    cmocka_unit_test(every_yield_is_shown_by_the_example),
	};

	return cmocka_run_group_tests_name("device_rules", tests, read_rules, free_rules);
}
