/*
 * The device rules: device_rule.csv, read and checked. A rule says what a device
 * is, or one of its attributes, when the evidence fits; it carries the case it was
 * written for. To add a rule is to add a row: no rebuild.
 *
 * Columns, in this order, named by the first row; rows beginning with '#' are remarks:
 *   id          small letters, digits, '-'; unique
 *   class       a key of class.h; empty: the rule yields attributes only
 *   confidence  0 < c < 1: how often the class is right when this rule fits alone
 *   when        conditions joined by " && ":
 *               "source.key=pattern" when some value of the key fits,
 *               "source.key!=pattern" when none does; the keys are EVIDENCE_KEYS
 *   vendor, model, firmware, os
 *               what the rule yields: text, with {name} standing for what a
 *               pattern captured. An empty cell yields what a pattern captured
 *               under the column's own name; {serial} of a pattern is yielded too
 *   example     the evidence it was seen with: "source.key=value" joined by " && "
 *   gives       what becomes of it: "attribute=value" joined by " && "
 */
#ifndef PARTA_COMMON_CLASSIFY_RULE_H
#define PARTA_COMMON_CLASSIFY_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/classify/evidence.h"
#include "common/classify/pattern.h"

struct rules;

enum {
	RULES_MAX = 4096,
	RULES_BYTES_MAX = 4 * 1024 * 1024,
	RULE_CONDITIONS_MAX = 6,
	RULE_EXAMPLE_MAX = 8,
	RULES_ERROR_SIZE = 256
};

enum rule_yield {
	YIELD_VENDOR,
	YIELD_MODEL,
	YIELD_FIRMWARE,
	YIELD_OS,
	YIELD_SERIAL,
	YIELD_COUNT
};

struct condition {
	const char *source, *key, *pattern;
	size_t key_place;                       /* of EVIDENCE_KEYS */
	const struct alternative *alternatives; /* of the pattern */
	size_t n_alternatives;
	bool negated;
};

#define EVIDENCE_KEY_ONE(source, key, meaning) +1

enum { EVIDENCE_KEY_COUNT = 0 EVIDENCE_KEYS(EVIDENCE_KEY_ONE), SHEET_LINES_MAX = 512 };

/*
 * Evidence made ready for many rules: what is said under one key hangs on one string, in the
 * order in which it was given. What no rule may ask for is left out. Borrows the values.
 */
struct sheet {
	struct {
		const char *value;
		uint64_t pairs;
		int16_t next; /* line of the same key, or -1 */
	} lines[SHEET_LINES_MAX];
	size_t count;
	int16_t first[EVIDENCE_KEY_COUNT]; /* line, or -1 */
};

/* Evidence beyond SHEET_LINES_MAX is not looked at. */
void sheet_fill(const struct evidence evidence[], size_t count, struct sheet *ret);

/* All texts live as long as the rules. */
struct rule {
	const char *id;
	int class_place; /* CLASS_NONE: attributes only */
	double confidence;
	struct condition conditions[RULE_CONDITIONS_MAX];
	size_t n_conditions;
	const char *yields[YIELD_COUNT]; /* "" for none; YIELD_SERIAL is always "" */
	struct evidence example[RULE_EXAMPLE_MAX];
	size_t n_example;
	struct evidence gives[YIELD_COUNT]; /* source "", key the attribute */
	size_t n_gives;
	unsigned line;
};

/*
 * Reads the file of rules. Returns 0 and *ret, which the caller gives to
 * rules_free(), or a negative errno with one line of words in error:
 * "path:line: what is wrong".
 */
int rules_read(const char *path, struct rules **ret, char error[static RULES_ERROR_SIZE]);

/* The same from text in memory (len bytes, copied); name stands for the path in errors. */
int rules_parse(const char *name, const char *text, size_t len, struct rules **ret,
    char error[static RULES_ERROR_SIZE]);
void rules_free(struct rules *rules);

size_t rules_count(const struct rules *rules);
const struct rule *rules_at(const struct rules *rules, size_t place);

/* True when every condition fits; what the patterns captured is added to *captures then. */
bool rule_fits(const struct rule *rule, const struct sheet *sheet, struct captures *captures);

/*
 * What a rule that fitted yields for an attribute, written to ret (size bytes,
 * always terminated). Returns the length, 0 when it yields nothing.
 */
size_t rule_yields(const struct rule *rule, enum rule_yield yield,
    const struct captures *captures, char *ret, size_t size);

#endif
