/*
 * Devices that speak no SNMP, one a row of device_fixture.csv: what they say and what
 * they are. The rows are written from what is publicly known of how such devices speak
 * (column known_from); captured is "no" where nobody has seen one on a wire.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/address.h"
#include "common/check.h"
#include "common/classify/class.h"
#include "common/classify/classify.h"
#include "common/classify/rule.h"
#include "common/csv.h"

enum { FIXTURE_BYTES_MAX = 1 << 20, EVIDENCE_MAX = 16 };

enum column {
	MAKER,
	DEVICE,
	EVIDENCE,
	CLASS,
	VENDOR,
	MODEL,
	OS,
	KNOWN_FROM,
	CAPTURED,
	COLUMNS
};

static char text[FIXTURE_BYTES_MAX];
static size_t text_len;
static struct rules *rules;
static struct csv csv;

/* What one row says, cut out of its cell. */
struct said {
	char text[CSV_FIELD_BYTES_MAX];
	struct evidence list[EVIDENCE_MAX];
	size_t count;
	struct mac mac;
	size_t n_macs;
};

static int
read_files(void **state)
{
	char error[RULES_ERROR_SIZE] = "";
	FILE *f = fopen("tests/unit/common/device_fixture.csv", "r");

	(void)state;
	if (!f)
		return -1;
	text_len = fread(text, 1, sizeof(text), f);
	(void)fclose(f);
	if (rules_read("common/classify/device_rule.csv", &rules, error) < 0) {
		print_error("%s\n", error);
		return -1;
	}
	return 0;
}

static int
free_rules(void **state)
{
	(void)state;
	rules_free(rules);
	return 0;
}

/* "source.key=value && mac=..." */
static void
said_read(const char *cell, struct said *ret)
{
	char *at;

	*ret = (struct said){.count = 0};
	(void)snprintf(ret->text, sizeof(ret->text), "%s", cell);
	at = ret->text;
	while (at) {
		char *next = strstr(at, " && "), *equal, *dot;

		if (next) {
			*next = '\0';
			next += 4;
		}
		equal = strchr(at, '=');
		assert_non_null(equal);
		*equal = '\0';
		dot = strchr(at, '.');
		if (!dot) {
			assert_string_equal(at, "mac");
			assert_int_equal(mac_parse(equal + 1, &ret->mac), 0);
			ret->n_macs = 1;
		} else {
			*dot = '\0';
			assert_true(ret->count < EVIDENCE_MAX);
			ret->list[ret->count++] = (struct evidence){at, dot + 1, equal + 1};
		}
		at = next;
	}
}

/* The next row into csv and *ret; false at the end. The first is the head. */
static bool
row_next(struct said *ret)
{
	int r = csv_next(&csv);

	if (r < 0)
		return false;
	assert_int_equal(csv.count, COLUMNS);
	said_read(csv.field[EVIDENCE], ret);
	return true;
}

static void
rows_start(void)
{
	csv_start(&csv, text, text_len);
	assert_int_equal(csv_next(&csv), 0);
	assert_string_equal(csv.field[EVIDENCE], "evidence");
}

static unsigned
differs(const char *what, const char *got, const char *want)
{
	if (strcmp(got, want) == 0)
		return 0;
	print_error("line %u, %s, %s: %s is '%s', not '%s'\n", csv.line, csv.field[MAKER],
	    csv.field[DEVICE], what, got, want);
	return 1;
}

static void
every_device_is_what_it_is(void **state)
{
	unsigned wrong = 0, count = 0;
	struct said said;

	(void)state;
	rows_start();
	while (row_next(&said)) {
		struct classification c;

		classify_device(rules, &said.mac, said.n_macs, said.list, said.count, &c);
		wrong += differs("class", c.class_key, csv.field[CLASS]);
		wrong += differs("vendor", c.vendor, csv.field[VENDOR]);
		wrong += differs("model", c.model, csv.field[MODEL]);
		wrong += differs("os", c.os, csv.field[OS]);
		assert_true(*csv.field[KNOWN_FROM] != '\0');
		assert_true(strcmp(csv.field[CAPTURED], "yes") == 0 ||
			    strcmp(csv.field[CAPTURED], "no") == 0);
		count++;
	}
	assert_true(count > 200);
	assert_int_equal(wrong, 0);
}

/* THE LIST of makers that a school must be able to count on. */
static const char *const named[] = {"SMART", "Promethean", "ViewSonic", "BenQ", "Newline",
    "Prestigio", "Lumien", "NexTouch", "EdFlat", "TeachTouch", "Geckotouch", "IQBoard",
    "Интерволна", "any panel", "Epson", "Optoma", "Acer", "NEC", "Panasonic", "Casio",
    "Hitachi", "Aquarius", "iRU", "Depo", "Kraftway", "Graviton", "Eltex", "QTECH", "SNR",
    "Rotek", "Zelax", "Beltex", "Yadro", "Windows", "Alt", "Astra", "RED OS", "ROSA", "HP",
    "Kyocera", "Pantum", "Brother", "Canon", "Xerox", "Ricoh", "Катюша", "Hikvision", "Dahua",
    "RVi", "HiWatch", "TRASSIR", "Raspberry Pi", "Synology"};

static void
every_named_maker_has_a_device(void **state)
{
	bool found[COUNT_OF(named)] = {false};
	struct said said;

	(void)state;
	rows_start();
	while (row_next(&said))
		for (size_t i = 0; i < COUNT_OF(named); i++)
			found[i] |= strcmp(named[i], csv.field[MAKER]) == 0;
	for (size_t i = 0; i < COUNT_OF(named); i++)
		if (!found[i])
			fail_msg("no device of %s", named[i]);
}

/* True when the rule stands on what is heard or read on the wire without SNMP. */
static bool
needs_no_snmp(const struct rule *rule)
{
	static const char *const other[] = {"snmp", "iana", "entity", "host", "printer",
	    "maker", "cdp", "ups", "dot11", "wlan", "page", "facts", "edid", "usb"};

	for (size_t i = 0; i < rule->n_conditions; i++) {
		const struct condition *c = &rule->conditions[i];

		if (strcmp(c->source, "self") == 0 && strcmp(c->key, "descr") == 0)
			return false;
		for (size_t k = 0; k < COUNT_OF(other); k++)
			if (strcmp(c->source, other[k]) == 0)
				return false;
	}
	return true;
}

static bool
fits(const struct rule *rule, const struct said *said)
{
	struct evidence all[EVIDENCE_MAX + DERIVED_MAX];
	struct captures captures = {.count = 0};
	struct derived derived;
	struct sheet sheet;

	classify_derive(&said->mac, said->n_macs, said->list, said->count, &derived);
	memcpy(all, derived.list, derived.count * sizeof(all[0]));
	memcpy(all + derived.count, said->list, said->count * sizeof(all[0]));
	sheet_fill(all, derived.count + said->count, &sheet);
	return rule_fits(rule, &sheet, &captures);
}

static void
every_rule_that_needs_no_snmp_knows_a_device(void **state)
{
	bool *hit = calloc(rules_count(rules), sizeof(*hit));
	unsigned idle = 0;
	struct said said;

	(void)state;
	assert_non_null(hit);
	rows_start();
	while (row_next(&said))
		for (size_t i = 0; i < rules_count(rules); i++)
			hit[i] = hit[i] || fits(rules_at(rules, i), &said);
	for (size_t i = 0; i < rules_count(rules); i++) {
		const struct rule *rule = rules_at(rules, i);

		if (hit[i] || !needs_no_snmp(rule))
			continue;
		print_error("line %u, %s: fits no device\n", rule->line, rule->id);
		idle++;
	}
	free(hit);
	assert_int_equal(idle, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_device_is_what_it_is),
	    cmocka_unit_test(every_named_maker_has_a_device),
	    cmocka_unit_test(every_rule_that_needs_no_snmp_knows_a_device),
	};

	return cmocka_run_group_tests_name("device_fixtures", tests, read_files, free_rules);
}
