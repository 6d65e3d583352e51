/*
 * Recorded SNMP walks (.snmprec: OID|TAG|VALUE) turned into the evidence that
 * agent/ask/snmp gathers, classified, and printed as one JSON object a line in
 * the form of `parta-agent scan --format json`, address by address from 10.0.0.1.
 * It measures rules, not the asker: no SNMP is spoken.
 *
 *   classify_dumps RULES.csv DUMP.snmprec...
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/address.h"
#include "common/classify/classify.h"
#include "common/classify/rule.h"
#include "common/text.h"

enum { PIECES_MAX = 512, ROWS_MAX = 200000, VALUE_MAX = 512, UNITS_MAX = 32 };

struct row {
	const char *oid;
	const char *value;
	size_t len;
};

struct walk {
	char *text;
	struct row *rows;
	size_t count;
};

struct pieces {
	struct evidence list[PIECES_MAX];
	char values[PIECES_MAX][VALUE_MAX];
	size_t count;
	struct mac macs[64];
	size_t n_macs;
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

/* Cuts one line into a row, its value unhexed in place; false for what is no row. */
static bool
row_read(char *line, struct row *ret)
{
	char *tag = strchr(line, '|'), *value = tag ? strchr(tag + 1, '|') : NULL;

	if (!value || *line == '#')
		return false;
	*tag++ = '\0';
	*value++ = '\0';
	ret->oid = line + (*line == '.');
	ret->value = value;
	ret->len = strcspn(value, "\r");
	if (strchr(tag, 'x')) {
		int n;

		value[ret->len] = '\0';
		n = text_unhex(value, ret->len, value);
		ret->len = n < 0 ? 0 : (size_t)n;
	}
	return true;
}

static bool
walk_read(const char *path, struct walk *ret)
{
	char *rest, *line;

	static struct row rows[ROWS_MAX];

	ret->text = file_read(path);
	ret->rows = rows;
	ret->count = 0;
	if (!ret->text)
		return false;
	rest = ret->text;
	while ((line = strsep(&rest, "\n")) && ret->count < ROWS_MAX)
		ret->count += row_read(line, &ret->rows[ret->count]);
	return true;
}

/* The index behind a column's OID, or NULL when the row is not of this column. */
static const char *
row_index(const struct row *row, const char *column)
{
	size_t len = strlen(column);

	if (strncmp(row->oid, column, len) != 0 || row->oid[len] != '.')
		return NULL;
	return row->oid + len + 1;
}

static const struct row *
cell(const struct walk *w, const char *column, const char *index)
{
	for (size_t i = 0; i < w->count; i++) {
		const char *at = row_index(&w->rows[i], column);

		if (at && strcmp(at, index) == 0)
			return &w->rows[i];
	}
	return NULL;
}

static void
put(struct pieces *p, const char *source, const char *key, const char *value, size_t len)
{
	char *text;

	if (p->count == PIECES_MAX)
		return;
	text = p->values[p->count];
	if (text_clean(text, VALUE_MAX, value, len) == 0)
		return;
	p->list[p->count++] = (struct evidence){source, key, text};
}

static void
put_cell(struct pieces *p, const struct walk *w, const char *source, const char *key,
    const char *column, const char *index)
{
	const struct row *row = cell(w, column, index);
	const char *value = row ? row->value : NULL;

	if (value)
		put(p, source, key, value + (*value == '.'), row->len - (*value == '.'));
}

static void
put_mac(struct pieces *p, const char *key, const struct row *row)
{
	struct mac mac;
	char text[MAC_TEXT_SIZE];

	if (row->len != sizeof(mac.bytes))
		return;
	memcpy(mac.bytes, row->value, sizeof(mac.bytes));
	if (mac_is_zero(&mac))
		return;
	mac_format(&mac, text);
	put(p, "snmp", key, text, strlen(text));
}

#define SYSTEM  "1.3.6.1.2.1.1"
#define ENTITY  "1.3.6.1.2.1.47.1.1.1.1"
#define DEVICES "1.3.6.1.2.1.25.3.2.1"
#define PRINTER "1.3.6.1.2.1.43.5.1.1"

static void
system_read(const struct walk *w, struct pieces *p)
{
	const struct row *engine = cell(w, "1.3.6.1.6.3.10.2.1.1", "0");
	const struct row *bridge = cell(w, "1.3.6.1.2.1.17.1.1", "0");

	put_cell(p, w, "snmp", "sys_descr", SYSTEM ".1", "0");
	put_cell(p, w, "snmp", "sys_object_id", SYSTEM ".2", "0");
	put_cell(p, w, "snmp", "sys_name", SYSTEM ".5", "0");
	put_cell(p, w, "snmp", "sys_location", SYSTEM ".6", "0");
	put_cell(p, w, "snmp", "sys_services", SYSTEM ".7", "0");
	if (engine && engine->len && engine->len <= 32) {
		char hex[65];

		text_hex(hex, engine->value, engine->len);
		put(p, "snmp", "engine_id", hex, strlen(hex));
	}
	if (bridge)
		put_mac(p, "bridge_address", bridge);
}

static void
unit_read(const struct walk *w, struct pieces *p, const char *index)
{
	const struct row *software = cell(w, ENTITY ".10", index);

	put_cell(p, w, "entity", "chassis_serial", ENTITY ".11", index);
	put_cell(p, w, "entity", "chassis_model", ENTITY ".13", index);
	put_cell(p, w, "entity", "chassis_vendor", ENTITY ".12", index);
	put_cell(p, w, "entity", "chassis_descr", ENTITY ".2", index);
	if (software && software->len)
		put(p, "entity", "firmware", software->value, software->len);
	else
		put_cell(p, w, "entity", "firmware", ENTITY ".9", index);
}

/* Chassis and stack units; a device that names none has its first row taken for one. */
static void
entity_read(const struct walk *w, struct pieces *p)
{
	const char *first = NULL;
	unsigned units = 0;

	for (size_t i = 0; i < w->count && units < UNITS_MAX; i++) {
		const char *index = row_index(&w->rows[i], ENTITY ".5");

		if (!index)
			continue;
		first = first ? first : index;
		if (strcmp(w->rows[i].value, "3") != 0 && strcmp(w->rows[i].value, "11") != 0)
			continue;
		unit_read(w, p, index);
		units++;
	}
	if (units == 0 && first)
		unit_read(w, p, first);
}

static const char *
device_type(const struct row *type)
{
	static const char *const names[] = {[1] = "other",
	    [3] = "processor",
	    [4] = "network",
	    [5] = "printer",
	    [6] = "disk",
	    [10] = "video"};
	const char *dot = type ? strrchr(type->value, '.') : NULL;
	long number = dot ? strtol(dot + 1, NULL, 10) : 0;

	return number > 0 && number <= 10 && names[number] ? names[number] : "unknown";
}

static void
host_read(const struct walk *w, struct pieces *p)
{
	unsigned told = 0;

	for (size_t i = 0; i < w->count && told < UNITS_MAX; i++) {
		const struct row *row = &w->rows[i];
		const char *index = row_index(row, DEVICES ".3"), *type;
		char text[VALUE_MAX];

		if (!index || row->len == 0)
			continue;
		type = device_type(cell(w, DEVICES ".2", index));
		if (strcmp(type, "printer") == 0)
			put(p, "printer", "model", row->value, row->len);
		(void)snprintf(text, sizeof(text), "%s: %.*s", type,
		    row->len > 400 ? 400 : (int)row->len, row->value);
		put(p, "host", "device_descr", text, strlen(text));
		told++;
	}
}

static void
tables_read(const struct walk *w, struct pieces *p)
{
	for (size_t i = 0; i < w->count; i++) {
		const struct row *row = &w->rows[i];

		if (row_index(row, "1.3.6.1.2.1.2.2.1.6"))
			put_mac(p, "if_mac", row);
		else if (row_index(row, "1.3.6.1.2.1.4.20.1.1"))
			put(p, "snmp", "ip_address", row->value, row->len);
		else if (row_index(row, PRINTER ".17"))
			put(p, "printer", "serial", row->value, row->len);
		else if (row_index(row, PRINTER ".16"))
			put(p, "printer", "name", row->value, row->len);
		else if (row_index(row, "1.3.6.1.2.1.43.10.2.1.4"))
			put(p, "printer", "pages", row->value, row->len);
	}
	for (size_t i = 0; i < p->count && p->n_macs < 64; i++)
		if (strcmp(p->list[i].key, "if_mac") == 0 &&
		    mac_parse(p->list[i].value, &p->macs[p->n_macs]) == 0)
			p->n_macs++;
}

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

static bool
dump_classify(const struct rules *rules, const char *path, unsigned number)
{
	struct pieces *p = calloc(1, sizeof(*p));
	struct classification c;
	struct walk w;
	bool ok = p && walk_read(path, &w);

	if (ok) {
		system_read(&w, p);
		entity_read(&w, p);
		host_read(&w, p);
		tables_read(&w, p);
		classify_device(rules, p->macs, p->n_macs, p->list, p->count, &c);
		print_device(number, &c);
		free(w.text);
	}
	free(p);
	return ok;
}

int
main(int argc, char **argv)
{
	char error[RULES_ERROR_SIZE];
	struct rules *rules;

	if (argc < 3 || rules_read(argv[1], &rules, error) < 0) {
		(void)fprintf(
		    stderr, "%s\n", argc < 3 ? "usage: classify_dumps RULES DUMP..." : error);
		return 2;
	}
	for (int i = 2; i < argc; i++)
		if (!dump_classify(rules, argv[i], (unsigned)(i - 1)))
			(void)fprintf(stderr, "%s: could not read it\n", argv[i]);
	rules_free(rules);
	return 0;
}
