/*
 * Parses device_rule.csv (rule.h) from memory and fits one rule to evidence. The
 * CSV is RFC 4180 with one restriction: a cell does not run over a line's end, so
 * that every fault can be named by its line. The file itself is read in rule_file.c.
 */
#include "common/classify/rule.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/check.h"
#include "common/classify/class.h"
#include "common/cleanup.h"
#include "common/text.h"

struct rules {
	char *text; /* the file; the rules point into it */
	struct rule *list;
	size_t count, room;
	struct alternative *alternatives; /* of all patterns; the conditions point into it */
};

/* clang-format off */
enum column { COLUMN_ID, COLUMN_CLASS, COLUMN_CONFIDENCE, COLUMN_WHEN, COLUMN_VENDOR, COLUMN_MODEL,
	COLUMN_FIRMWARE, COLUMN_OS, COLUMN_EXAMPLE, COLUMN_GIVES, COLUMN_COUNT };

static const char *const columns[COLUMN_COUNT] = { "id", "class", "confidence", "when", "vendor",
	"model", "firmware", "os", "example", "gives" };
/* clang-format on */

static const char *const yield_names[YIELD_COUNT] = {
    [YIELD_VENDOR] = "vendor",
    [YIELD_MODEL] = "model",
    [YIELD_FIRMWARE] = "firmware",
    [YIELD_OS] = "os",
    [YIELD_SERIAL] = "serial",
};

#define SOURCE_KEY(source, key, meaning) {#source, #key},

static const struct {
	const char *source, *key;
} evidence_keys[] = {EVIDENCE_KEYS(SOURCE_KEY)};

/* Where in the file we are, and where the words of a fault go. */
struct place {
	const char *name;
	unsigned line;
	char *error;
};

/* Notes the words; the value is -EINVAL. */
#define fault(place, ...) (fault_words((place), __VA_ARGS__), -EINVAL)

__attribute__((format(printf, 2, 3))) static void
fault_words(const struct place *place, const char *format, ...)
{
	va_list list;
	int used =
	    snprintf(place->error, RULES_ERROR_SIZE, "%.120s:%u: ", place->name, place->line);

	va_start(list, format);
	(void)vsnprintf(place->error + used, RULES_ERROR_SIZE - (size_t)used, format, list);
	va_end(list);
}

/* Unquotes one cell in place; moves *at to what follows it, NULL after the last one. */
static char *
cell_next(char **at)
{
	char *cell = *at, *from = cell, *to = cell;
	bool quoted = *from == '"';

	if (quoted)
		from++;
	while (*from != '\0' && (quoted || *from != ',')) {
		if (quoted && *from == '"') {
			if (from[1] != '"') {
				quoted = false;
				from++;
				continue;
			}
			from++;
		}
		*to++ = *from++;
	}
	if (quoted)
		return NULL;
	*at = *from == ',' ? from + 1 : NULL;
	*to = '\0';
	return cell;
}

static int
cells_split(const struct place *place, char *line, char *ret[static COLUMN_COUNT])
{
	size_t count = 0;

	while (line) {
		char *cell = cell_next(&line);

		if (!cell)
			return fault(place, "a quoted cell does not end on its line");
		if (count == COLUMN_COUNT)
			return fault(place, "more than %d cells", COLUMN_COUNT);
		ret[count++] = cell;
	}
	if (count < COLUMN_COUNT)
		return fault(place, "%zu cells where %d belong", count, COLUMN_COUNT);
	return 0;
}

/* Cuts the next part off a text joined by " && "; NULL when none is left. */
static char *
part_next(char **at)
{
	char *part = *at, *joint;

	if (!part || *part == '\0')
		return NULL;
	joint = strstr(part, " && ");
	if (joint)
		*joint = '\0';
	*at = joint ? joint + 4 : NULL;
	return part;
}

/* Splits "source.key" and looks it up: rules can ask only for what somebody sends. */
static int
key_split(const struct place *place, char *text, size_t *ret_place)
{
	char *dot = strchr(text, '.');

	if (!dot)
		return fault(place, "'%.60s' is no source.key", text);
	*dot = '\0';
	for (size_t i = 0; i < COUNT_OF(evidence_keys); i++) {
		if (strcmp(evidence_keys[i].source, text) == 0 &&
		    strcmp(evidence_keys[i].key, dot + 1) == 0) {
			*ret_place = i;
			return 0;
		}
	}
	return fault(place, "evidence '%.60s.%.60s' is not known", text, dot + 1);
}

static int
condition_parse(const struct place *place, char *text, struct condition *ret)
{
	char *equal = strchr(text, '=');
	const char *wrong;
	int r;

	if (!equal || equal == text)
		return fault(place, "condition '%.60s' has no '='", text);
	ret->pattern = equal + 1;
	ret->negated = equal[-1] == '!';
	equal[ret->negated ? -1 : 0] = '\0';
	wrong = pattern_fault(ret->pattern);
	if (wrong)
		return fault(place, "pattern '%.60s': %s", ret->pattern, wrong);
	r = key_split(place, text, &ret->key_place);
	if (r < 0)
		return r;
	ret->source = evidence_keys[ret->key_place].source;
	ret->key = evidence_keys[ret->key_place].key;
	return 0;
}

static int
when_parse(const struct place *place, char *text, struct rule *ret)
{
	char *part;

	while ((part = part_next(&text))) {
		int r;

		if (ret->n_conditions == RULE_CONDITIONS_MAX)
			return fault(place, "more than %d conditions", RULE_CONDITIONS_MAX);
		r = condition_parse(place, part, &ret->conditions[ret->n_conditions]);
		if (r < 0)
			return r;
		ret->n_conditions++;
	}
	for (size_t i = 0; i < ret->n_conditions; i++)
		if (!ret->conditions[i].negated)
			return 0;
	return fault(place, "no condition asks for something that is there");
}

static int
example_parse(const struct place *place, char *text, struct rule *ret)
{
	char *part;

	while ((part = part_next(&text))) {
		struct evidence *e = &ret->example[ret->n_example];
		char *equal = strchr(part, '=');
		size_t key;
		int r;

		if (ret->n_example == RULE_EXAMPLE_MAX)
			return fault(
			    place, "more than %d parts in the example", RULE_EXAMPLE_MAX);
		if (!equal)
			return fault(place, "example '%.60s' has no '='", part);
		*equal = '\0';
		r = key_split(place, part, &key);
		if (r < 0)
			return r;
		*e = (struct evidence){
		    evidence_keys[key].source, evidence_keys[key].key, equal + 1};
		ret->n_example++;
	}
	return ret->n_example ? 0 : fault(place, "no example");
}

static int
gives_parse(const struct place *place, char *text, struct rule *ret)
{
	char *part;

	while ((part = part_next(&text))) {
		struct evidence *e = &ret->gives[ret->n_gives];
		char *equal = strchr(part, '=');
		bool known = false;

		if (!equal || ret->n_gives == YIELD_COUNT)
			return fault(
			    place, "'%.60s' is no attribute=value, or one too many", part);
		*equal = '\0';
		for (size_t i = 0; i < YIELD_COUNT; i++)
			known |= strcmp(yield_names[i], part) == 0;
		if (!known)
			return fault(place, "attribute '%.60s' is not known", part);
		*e = (struct evidence){.source = "", .key = part, .value = equal + 1};
		ret->n_gives++;
	}
	return 0;
}

static bool
id_is_good(const char *id)
{
	return *id != '\0' && strlen(id) < 48 &&
	       strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(id);
}

static int
rule_parse(const struct place *place, char *line, struct rule *ret)
{
	char *cells[COLUMN_COUNT];
	struct rule rule = {.class_place = CLASS_NONE, .line = place->line};
	int r = cells_split(place, line, cells);

	if (r < 0)
		return r;
	if (!id_is_good(cells[COLUMN_ID]))
		return fault(place, "'%.60s' is no id", cells[COLUMN_ID]);
	rule.id = cells[COLUMN_ID];
	if (*cells[COLUMN_CLASS]) {
		rule.class_place = class_find(cells[COLUMN_CLASS]);
		if (rule.class_place <= CLASS_UNKNOWN)
			return fault(place, "class '%.60s' is not known", cells[COLUMN_CLASS]);
	}
	if (text_f64(cells[COLUMN_CONFIDENCE], 0.01, 0.99, &rule.confidence) < 0)
		return fault(place, "confidence '%.60s' is not between 0.01 and 0.99",
		    cells[COLUMN_CONFIDENCE]);
	rule.yields[YIELD_VENDOR] = cells[COLUMN_VENDOR];
	rule.yields[YIELD_MODEL] = cells[COLUMN_MODEL];
	rule.yields[YIELD_FIRMWARE] = cells[COLUMN_FIRMWARE];
	rule.yields[YIELD_OS] = cells[COLUMN_OS];
	rule.yields[YIELD_SERIAL] = "";
	r = when_parse(place, cells[COLUMN_WHEN], &rule);
	if (r == 0)
		r = example_parse(place, cells[COLUMN_EXAMPLE], &rule);
	if (r == 0)
		r = gives_parse(place, cells[COLUMN_GIVES], &rule);
	if (r == 0)
		*ret = rule;
	return r;
}

static int
header_check(const struct place *place, char *line)
{
	char *cells[COLUMN_COUNT] = {NULL};
	int r = cells_split(place, line, cells);

	for (size_t i = 0; r == 0 && i < COLUMN_COUNT; i++)
		if (!cells[i] || strcmp(cells[i], columns[i]) != 0)
			return fault(place, "column %zu is '%.60s', not '%s'", i + 1, cells[i],
			    columns[i]);
	return r;
}

static int
rule_append(const struct place *place, struct rules *rules, char *line)
{
	struct rule rule;
	int r = rule_parse(place, line, &rule);

	if (r != 0)
		return r;
	for (size_t i = 0; i < rules->count; i++)
		if (strcmp(rules->list[i].id, rule.id) == 0)
			return fault(place, "id '%s' stands in line %u too", rule.id,
			    rules->list[i].line);
	if (rules->count == RULES_MAX)
		return fault(place, "more than %d rules", RULES_MAX);
	if (rules->count == rules->room) {
		size_t room = rules->room ? rules->room * 2 : 64;
		struct rule *list = reallocarray(rules->list, room, sizeof(*list));

		if (!list)
			return -ENOMEM;
		rules->list = list;
		rules->room = room;
	}
	rules->list[rules->count++] = rule;
	return 0;
}

static int
lines_parse(struct place *place, struct rules *rules)
{
	char *rest = rules->text;
	bool header = false;

	while (rest) {
		char *line = rest, *end = strchr(line, '\n');
		int r = 0;

		rest = end ? end + 1 : NULL;
		if (end)
			*end = '\0';
		if (end && end > line && end[-1] == '\r')
			end[-1] = '\0';
		place->line++;
		if (*line == '\0' || *line == '#')
			continue;
		r = header ? rule_append(place, rules, line) : header_check(place, line);
		if (r < 0)
			return r;
		header = true;
	}
	return rules->count ? 0 : fault(place, "no rule in the file");
}

/* Cuts every pattern into its alternatives, once all rules stand. */
static int
patterns_cut(struct rules *rules)
{
	size_t count = 0;

	for (size_t i = 0; i < rules->count; i++)
		for (size_t k = 0; k < rules->list[i].n_conditions; k++)
			count += pattern_split(rules->list[i].conditions[k].pattern, NULL, 0);
	CHECK(count > 0);
	rules->alternatives = calloc(count, sizeof(*rules->alternatives));
	if (!rules->alternatives)
		return -ENOMEM;
	for (size_t i = 0, used = 0; i < rules->count; i++) {
		for (size_t k = 0; k < rules->list[i].n_conditions; k++) {
			struct condition *c = &rules->list[i].conditions[k];

			c->alternatives = rules->alternatives + used;
			c->n_alternatives =
			    pattern_split(c->pattern, rules->alternatives + used, count - used);
			used += c->n_alternatives;
		}
	}
	return 0;
}

static void
rules_free_at(struct rules **rules)
{
	rules_free(*rules);
}

int
rules_parse(const char *name, const char *text, size_t len, struct rules **ret,
    char error[static RULES_ERROR_SIZE])
{
	CLEANUP(rules_free_at) struct rules *rules = NULL;
	struct place place = {.name = name, .error = error};
	int r;

	if (len > RULES_BYTES_MAX)
		return fault(&place, "more than %d bytes", RULES_BYTES_MAX);
	if (memchr(text, '\0', len))
		return fault(&place, "a zero byte is in the text");
	rules = calloc(1, sizeof(*rules));
	if (rules)
		rules->text = malloc(len + 1);
	if (!rules || !rules->text) {
		(void)snprintf(error, RULES_ERROR_SIZE, "%.120s: out of memory", name);
		return -ENOMEM;
	}
	memcpy(rules->text, text, len);
	rules->text[len] = '\0';
	r = lines_parse(&place, rules);
	if (r == 0)
		r = patterns_cut(rules);
	if (r == -ENOMEM)
		(void)snprintf(error, RULES_ERROR_SIZE, "%.120s: out of memory", name);
	if (r < 0)
		return r;
	*ret = TAKE(rules, NULL);
	return 0;
}

void
rules_free(struct rules *rules)
{
	if (!rules)
		return;
	free(rules->alternatives);
	free(rules->list);
	free(rules->text);
	free(rules);
}

size_t
rules_count(const struct rules *rules)
{
	return rules->count;
}

const struct rule *
rules_at(const struct rules *rules, size_t place)
{
	CHECK(place < rules->count);
	return &rules->list[place];
}

static bool
is_key(const struct evidence *e, size_t place)
{
	return strcmp(evidence_keys[place].key, e->key) == 0 &&
	       strcmp(evidence_keys[place].source, e->source) == 0;
}

/* The place of its key, looked for where the one before it stood first: much is said under one
 * key. EVIDENCE_KEY_COUNT when no rule may ask for it. */
static size_t
key_find(const struct evidence *e, size_t before)
{
	if (before < COUNT_OF(evidence_keys) && is_key(e, before))
		return before;
	for (size_t i = 0; i < COUNT_OF(evidence_keys); i++)
		if (is_key(e, i))
			return i;
	return COUNT_OF(evidence_keys);
}

void
sheet_fill(const struct evidence evidence[], size_t count, struct sheet *ret)
{
	int16_t last[EVIDENCE_KEY_COUNT];
	size_t key = EVIDENCE_KEY_COUNT;

	ret->count = 0;
	for (size_t i = 0; i < EVIDENCE_KEY_COUNT; i++)
		ret->first[i] = last[i] = -1;
	for (size_t i = 0; i < count && ret->count < SHEET_LINES_MAX; i++) {
		int16_t line = (int16_t)ret->count;

		key = key_find(&evidence[i], key);
		if (key == EVIDENCE_KEY_COUNT)
			continue;
		ret->lines[line].value = evidence[i].value;
		ret->lines[line].pairs = pattern_pairs(evidence[i].value);
		ret->lines[line].next = -1;
		if (last[key] < 0)
			ret->first[key] = line;
		else
			ret->lines[last[key]].next = line;
		last[key] = line;
		ret->count++;
	}
}

static bool
condition_fits(const struct condition *c, const struct sheet *sheet, struct captures *captures)
{
	struct captures unused = {.count = 0};

	for (int i = sheet->first[c->key_place]; i >= 0; i = sheet->lines[i].next)
		if (pattern_match_any(c->alternatives, c->n_alternatives, sheet->lines[i].value,
			sheet->lines[i].pairs, c->negated ? &unused : captures))
			return !c->negated;
	return c->negated;
}

bool
rule_fits(const struct rule *rule, const struct sheet *sheet, struct captures *captures)
{
	struct captures found = *captures;

	for (size_t i = 0; i < rule->n_conditions; i++)
		if (!condition_fits(&rule->conditions[i], sheet, &found))
			return false;
	*captures = found;
	return true;
}

static void
append(char *ret, size_t size, size_t *used, const char *text, size_t len)
{
	if (len > size - 1 - *used)
		len = size - 1 - *used;
	memcpy(ret + *used, text, len);
	*used += len;
}

/* Writes a template with {name} replaced by what was captured under that name. */
static size_t
expand(const char *template, const struct captures *captures, char *ret, size_t size)
{
	size_t used = 0;

	while (*template != '\0') {
		const char *close = *template == '{' ? strchr(template, '}') : NULL;
		char name[16];

		if (!close || (size_t)(close - template) > sizeof(name)) {
			append(ret, size, &used, template ++, 1);
			continue;
		}
		memcpy(name, template + 1, (size_t)(close - template - 1));
		name[close - template - 1] = '\0';
		const struct capture *found = captures_find(captures, name);

		if (found)
			append(ret, size, &used, found->value, found->value_len);
		template = close + 1;
	}
	ret[used] = '\0';
	return used;
}

size_t
rule_yields(const struct rule *rule, enum rule_yield yield, const struct captures *captures,
    char *ret, size_t size)
{
	char text[512];
	const char *template = rule->yields[yield];
	char own[16];

	(void)snprintf(own, sizeof(own), "{%s}", yield_names[yield]);
	(void)expand(*template ? template : own, captures, text, sizeof(text));
	return text_clean(ret, size, text, strlen(text));
}
