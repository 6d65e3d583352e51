/*
 * Recorded SNMP walks (.snmprec: OID|TAG|VALUE) answered to the agent's own walk
 * (agent/ask/snmp_walk), classified, and printed as one JSON object a line in the
 * form of `parta-agent scan --format json`, address by address from 10.0.0.1. It
 * measures what is asked and the rules; no socket is opened. With --strangers every
 * device is of a maker that nobody has heard of: the numbers of its enterprises are
 * replaced by ones that are not registered, in all identifiers, so that no row, no
 * rule and no registered name speaks of them.
 *
 *   classify_dumps [--strangers] RULES.csv DUMP.snmprec...
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/ask/snmp_walk.h"
#include "common/address.h"
#include "common/classify/classify.h"
#include "common/classify/rule.h"
#include "common/text.h"

enum { ROWS_MAX = 200000, MACS_MAX = 64, REPETITIONS = 25, RETRIES = 2 };

struct row {
	struct snmp_oid oid, object; /* object: the value of an OBJECT IDENTIFIER */
	uint32_t line;               /* of two rows with one identifier the first holds */
	int tag;
	const char *value;
	size_t len;
};

struct dump {
	char *text;
	struct row *rows;
	size_t count;
};

static char *
file_read(const char *path)
{
	FILE *f = fopen(path, "rb");
	char *text = NULL;
	long size;

	if (!f)
		return NULL;
	if (fseek(f, 0, SEEK_END) == 0 && (size = ftell(f)) >= 0 && fseek(f, 0, SEEK_SET) == 0)
		text = malloc((size_t)size + 1);
	if (text)
		text[fread(text, 1, (size_t)size, f)] = '\0';
	(void)fclose(f);
	return text;
}

static bool
oid_read(struct snmp_oid *oid, const char *text)
{
	char *end;

	oid->len = 0;
	for (text += *text == '.'; *text; text = *end == '.' ? end + 1 : end) {
		uint32_t arc = (uint32_t)strtoul(text, &end, 10);

		if (end == text || !oid_append(oid, arc))
			return false;
	}
	return oid->len > 1;
}

/* Cuts one line into a row, its value unhexed in place; false for what is no row. */
static bool
row_read(char *line, struct row *ret)
{
	char *tag = strchr(line, '|'), *value = tag ? strchr(tag + 1, '|') : NULL, *end;
	int n;

	if (!value || *line == '#')
		return false;
	*tag++ = '\0';
	*value++ = '\0';
	ret->tag = (int)strtol(tag, &end, 10);
	ret->value = value;
	ret->len = strcspn(value, "\r");
	value[ret->len] = '\0';
	if (*end == 'x') {
		n = text_unhex(value, ret->len, value);
		ret->len = n < 0 ? 0 : (size_t)n;
	}
	ret->object.len = 0;
	if (ret->tag == 6)
		(void)oid_read(&ret->object, value);
	return oid_read(&ret->oid, line);
}

static int
by_oid(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	int order = oid_compare(&x->oid, &y->oid);

	if (order != 0)
		return order;
	return x->line < y->line ? -1 : 1;
}

/* ---- strangers */

enum { ENTERPRISE_PLACE = 6, STRANGERS_MAX = 64, STRANGERS_FROM = 2000000000 };

/* The numbers replaced so far in one dump. */
struct strangers {
	uint32_t numbers[STRANGERS_MAX];
	size_t n;
};

static bool strangers_wanted;

static bool
is_below_enterprises(const struct snmp_oid *oid)
{
	static const struct snmp_oid enterprises = SNMP_OID(1, 3, 6, 1, 4, 1);

	return oid->len > ENTERPRISE_PLACE && oid_under(oid, &enterprises);
}

/* net-snmp, UCD-SNMP and Windows stay: they are no makers. */
static void
make_strange(struct strangers *s, struct snmp_oid *oid)
{
	uint32_t *number = &oid->arc[ENTERPRISE_PLACE];
	size_t i = 0;

	if (!is_below_enterprises(oid) || *number == 8072 || *number == 2021 || *number == 311)
		return;
	while (i < s->n && s->numbers[i] != *number)
		i++;
	if (i == s->n && s->n < STRANGERS_MAX)
		s->numbers[s->n++] = *number;
	*number = STRANGERS_FROM + (uint32_t)i;
}

static bool
dump_read(const char *path, struct dump *ret)
{
	static struct row rows[ROWS_MAX];
	struct strangers strangers = {.n = 0};
	char *rest, *line;
	size_t n = 0;

	ret->text = file_read(path);
	ret->rows = rows;
	ret->count = 0;
	if (!ret->text)
		return false;
	rest = ret->text;
	for (uint32_t number = 0; (line = strsep(&rest, "\n")) && n < ROWS_MAX; number++) {
		rows[n].line = number;
		n += row_read(line, &rows[n]);
	}
	for (size_t i = 0; strangers_wanted && i < n; i++) {
		make_strange(&strangers, &rows[i].oid);
		make_strange(&strangers, &rows[i].object);
	}
	qsort(rows, n, sizeof(rows[0]), by_oid);
	for (size_t i = 0; i < n; i++)
		if (ret->count == 0 ||
		    oid_compare(&rows[ret->count - 1].oid, &rows[i].oid) != 0)
			rows[ret->count++] = rows[i];
	return true;
}

/* ---- the agent that it was recorded from */

/* The first row at or after an identifier. */
static size_t
row_from(const struct dump *d, const struct snmp_oid *oid)
{
	size_t low = 0, high = d->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (oid_compare(&d->rows[middle].oid, oid) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void
var_fill(struct snmp_var *v, const struct row *row)
{
	struct address address;

	memset(v, 0, sizeof(*v));
	oid_copy(&v->oid, &row->oid);
	v->bytes = (const uint8_t *)row->value;
	v->len = row->len;
	switch (row->tag) {
	case 4:
	case 68:
		v->type = SNMP_OCTETS;
		break;
	case 6:
		oid_copy(&v->object, &row->object);
		v->type = v->object.len > 0 ? SNMP_OBJECT_ID : SNMP_NOTHING;
		break;
	case 64:
		v->type = SNMP_IP_ADDRESS;
		if (row->len != 4 && address_parse(row->value, &address) == 0) {
			static uint8_t bytes[SNMP_REPLY_VARS_MAX][4];
			static size_t at;

			at = (at + 1) % SNMP_REPLY_VARS_MAX;
			memcpy(bytes[at], address.bytes, 4);
			v->bytes = bytes[at];
			v->len = 4;
		}
		break;
	case 2:
	case 65:
	case 66:
	case 67:
	case 70:
		v->type = SNMP_NUMBER;
		v->number = strtoll(row->value, NULL, 10);
		break;
	default:
		v->type = SNMP_NOTHING;
		break;
	}
}

static void
answer_get(const struct dump *d, const struct snmp_request *request, struct snmp_reply *reply)
{
	for (size_t i = 0; i < request->n; i++) {
		struct snmp_var *v = &reply->vars[reply->n++];
		size_t at = row_from(d, &request->oids[i]);

		if (at < d->count && oid_compare(&d->rows[at].oid, &request->oids[i]) == 0) {
			var_fill(v, &d->rows[at]);
		} else {
			memset(v, 0, sizeof(*v));
			oid_copy(&v->oid, &request->oids[i]);
			v->type = SNMP_NOTHING;
		}
	}
}

static void
answer_next(const struct dump *d, const struct snmp_request *request, struct snmp_reply *reply)
{
	unsigned repetitions = request->operation == SNMP_OP_GETBULK ? request->repetitions : 1;
	size_t at[SNMP_REQUEST_VARS_MAX];

	for (size_t i = 0; i < request->n; i++) {
		at[i] = row_from(d, &request->oids[i]);
		if (at[i] < d->count &&
		    oid_compare(&d->rows[at[i]].oid, &request->oids[i]) == 0)
			at[i]++;
	}
	for (unsigned r = 0; r < repetitions; r++)
		for (size_t i = 0; i < request->n && reply->n < SNMP_REPLY_VARS_MAX; i++) {
			struct snmp_var *v = &reply->vars[reply->n++];

			if (at[i] < d->count) {
				var_fill(v, &d->rows[at[i]++]);
				continue;
			}
			memset(v, 0, sizeof(*v));
			oid_copy(&v->oid, &request->oids[i]);
			v->type = SNMP_END_OF_VIEW;
		}
}

static void
dump_walk(const struct dump *d, struct snmp_facts *facts)
{
	static struct snmp_walk walk;
	static struct snmp_reply reply;
	struct snmp_request request;

	snmp_walk_start(&walk, facts, 2, REPETITIONS, RETRIES);
	while (snmp_walk_next(&walk, &request)) {
		reply.error_status = SNMP_ERROR_NONE;
		reply.error_index = 0;
		reply.n = 0;
		if (request.operation == SNMP_OP_GET)
			answer_get(d, &request, &reply);
		else
			answer_next(d, &request, &reply);
		snmp_walk_reply(&walk, &reply);
	}
}

/* ---- results */

static void
json_text(const char *key, const char *text)
{
	printf(",\"%s\":\"", key);
	for (; *text; text++)
		if (*text == '"' || *text == '\\')
			printf("\\%c", *text);
		else
			putchar(*text);
	putchar('"');
}

static void
print_device(unsigned number, const struct classification *c)
{
	printf("{\"ip\":[\"10.%u.%u.%u\"]", number >> 16, number >> 8 & 255, number & 255);
	json_text("class", c->class_key);
	json_text("vendor", c->vendor);
	json_text("model", c->model);
	json_text("serial", c->serial);
	json_text("firmware", c->firmware);
	json_text("os", c->os);
	json_text("rule", c->rule);
	printf(",\"confidence\":%.3f}\n", c->confidence);
}

static void
answer_classify(const struct rules *rules, const struct snmp_answer *a, unsigned number)
{
	struct classification c;
	struct mac macs[MACS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < a->n_ports && n < MACS_MAX; i++)
		if (!mac_is_zero(&a->ports[i].mac))
			macs[n++] = a->ports[i].mac;
	classify_device(rules, macs, n, a->evidence, a->n_evidence, &c);
	print_device(number, &c);
}

static bool
dump_classify(const struct rules *rules, const char *path, unsigned number)
{
	struct snmp_facts *facts = NULL;
	struct snmp_answer answer = {0};
	struct dump dump;
	bool ok = dump_read(path, &dump) && snmp_facts_new(&facts) == 0;

	if (ok) {
		dump_walk(&dump, facts);
		ok = snmp_facts_finish(facts, &answer) == 0;
	}
	if (ok)
		answer_classify(rules, &answer, number);
	snmp_facts_free(facts);
	free(dump.text);
	return ok;
}

int
main(int argc, char **argv)
{
	char error[RULES_ERROR_SIZE];
	struct rules *rules;
	int first = 1;

	strangers_wanted = argc > 1 && strcmp(argv[1], "--strangers") == 0;
	first += strangers_wanted;
	if (argc < first + 2 || rules_read(argv[first], &rules, error) < 0) {
		(void)fprintf(stderr, "%s\n",
		    argc < first + 2 ? "usage: classify_dumps [--strangers] RULES DUMP..."
				     : error);
		return 2;
	}
	for (int i = first + 1; i < argc; i++)
		if (!dump_classify(rules, argv[i], (unsigned)(i - first)))
			(void)fprintf(stderr, "%s: could not read it\n", argv[i]);
	rules_free(rules);
	return 0;
}
