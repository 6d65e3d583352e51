/*
 * The rule file from a stranger. The first line is a text to be classified, the
 * rest the file. What is refused leaves no trace and is told in words; what is
 * read can be fitted to anything, its own examples first, and every answer is
 * clean text that ends.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "common/check.h"
#include "common/classify/class.h"
#include "common/classify/classify.h"
#include "common/classify/rule.h"
#include "common/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_text(const char *text, size_t size)
{
	const char *end = memchr(text, '\0', size);

	assert(end && text_is_clean(text, (size_t)(end - text)));
}

static void
check_classification(const struct classification *c)
{
	assert(class_find(c->class_key) != CLASS_NONE);
	assert(c->confidence >= 0 && c->confidence <= 1);
	check_text(c->rule, sizeof(c->rule));
	check_text(c->weighed, sizeof(c->weighed));
	check_text(c->card_maker, sizeof(c->card_maker));
	check_text(c->vendor, sizeof(c->vendor));
	check_text(c->model, sizeof(c->model));
	check_text(c->serial, sizeof(c->serial));
	check_text(c->firmware, sizeof(c->firmware));
	check_text(c->os, sizeof(c->os));
	check_text(c->name, sizeof(c->name));
	check_text(c->location, sizeof(c->location));
}

/* A few rules in a few lines reach all there is, many times a second. */
enum { RULES_FITTED_MAX = 4, FILE_BYTES_MAX = 8192, TEXT_SIZE = 64 };

static void
piece_add(
    struct evidence evidence[], size_t *count, const struct condition *c, const char *text)
{
	for (size_t i = 0; i < *count; i++)
		if (evidence[i].source == c->source && evidence[i].key == c->key)
			return;
	evidence[(*count)++] = (struct evidence){c->source, c->key, text};
}

/* The stranger's text as the value of whatever the first rules ask for, and of what keys are
 * derived from. */
static void
classify_text(const struct rules *rules, const char *text)
{
	struct evidence evidence[RULES_FITTED_MAX * RULE_CONDITIONS_MAX + 2] = {
	    {"snmp", "sys_descr", text}, {"snmp", "sys_object_id", text}};
	const struct mac mac = {{0x00, 0x1b, 0xd4, 1, 2, 3}};
	struct classification c;
	size_t count = 2;

	for (size_t i = 0; i < rules_count(rules) && i < RULES_FITTED_MAX; i++) {
		const struct rule *rule = rules_at(rules, i);

		for (size_t k = 0; k < rule->n_conditions; k++)
			piece_add(evidence, &count, &rule->conditions[k], text);
	}
	classify_device(rules, &mac, 1, evidence, count, &c);
	check_classification(&c);
}

static void
classify_examples(const struct rules *rules)
{
	for (size_t i = 0; i < rules_count(rules) && i < RULES_FITTED_MAX; i++) {
		const struct rule *rule = rules_at(rules, i);
		struct evidence clean[RULE_EXAMPLE_MAX];
		char values[RULE_EXAMPLE_MAX][256];
		struct classification c;

		for (size_t k = 0; k < rule->n_example; k++) {
			clean[k] = rule->example[k];
			(void)text_clean(values[k], sizeof(values[k]), clean[k].value,
			    strlen(clean[k].value));
			clean[k].value = values[k];
		}
		classify_device(rules, NULL, 0, clean, rule->n_example, &c);
		check_classification(&c);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *line = size ? memchr(data, '\n', size) : NULL;
	struct rules *rules = (struct rules *)(uintptr_t)&line;
	char error[RULES_ERROR_SIZE] = "", text[TEXT_SIZE];

	if (!line || size > FILE_BYTES_MAX)
		return 0;
	(void)text_clean(text, sizeof(text), data, (size_t)(line - data));
	line++;
	if (rules_parse("f", (const char *)line, size - (size_t)(line - data), &rules, error) <
	    0) {
		assert(rules == (struct rules *)(uintptr_t)&line);
		assert(strlen(error) > 2);
		return 0;
	}
	classify_text(rules, text);
	classify_examples(rules);
	rules_free(rules);
	return 0;
}
