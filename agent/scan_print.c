/*
 * Devices as a table in the user's language, as JSON lines and as CSV (RFC 4180).
 * What a device said is already clean text; in CSV a value that a spreadsheet
 * would take for a formula gets an apostrophe before it.
 */
#include "agent/scan_print.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "agent/heard.h"
#include "agent/inventory/topology.h"
#include "agent/scan.h"
#include "common/check.h"
#include "common/classify/classify.h"
#include "common/clock.h"
#include "common/text.h"

enum { OPER_STATUS_UP = 1 }; /* RFC 2863 */
enum { COLUMN_WIDTH_MAX = 32, CLASSES_COUNTED_MAX = 64 };

/* One device, classified. */
struct line {
	const struct inventory *inventory;
	const struct device *device, *gateway;
	struct scan_cost asked;
	struct evidence evidence[CLASSIFY_EVIDENCE_MAX];
	size_t n_evidence;
	struct classification is;
};

static void
line_of(const struct device *device, const struct rules *rules, struct line *ret)
{
	ret->device = device;
	ret->n_evidence = inventory_evidence(device, ret->evidence, CLASSIFY_EVIDENCE_MAX);
	classify_device(
	    rules, device->macs, device->n_macs, ret->evidence, ret->n_evidence, &ret->is);
}

static const char *
evidence_of(const struct line *line, const char *source, const char *key)
{
	for (size_t i = 0; i < line->n_evidence; i++)
		if (strcmp(line->evidence[i].source, source) == 0 &&
		    strcmp(line->evidence[i].key, key) == 0)
			return line->evidence[i].value;
	return "";
}

/* ---- JSON */

static json_t *
json_macs(const struct device *device)
{
	json_t *array = json_array();
	char text[MAC_TEXT_SIZE];

	for (size_t i = 0; i < device->n_macs; i++) {
		mac_format(&device->macs[i], text);
		(void)json_array_append_new(array, json_string(text));
	}
	return array;
}

static json_t *
json_ips(const struct device *device)
{
	json_t *array = json_array();
	char text[ADDRESS_TEXT_SIZE];

	for (size_t i = 0; i < device->n_ips; i++) {
		address_format(&device->ips[i], text);
		(void)json_array_append_new(array, json_string(text));
	}
	return array;
}

/* RFC 2863 ifAdminStatus, ifOperStatus. */
static const char *
status_name(uint32_t status)
{
	static const char *const names[] = {"", "up", "down", "testing", "unknown", "dormant",
	    "not_present", "lower_layer_down"};

	return status < COUNT_OF(names) ? names[status] : "";
}

/* RFC 3621 pethPsePortDetectionStatus. */
static const char *
poe_status_name(uint32_t status)
{
	static const char *const names[] = {
	    "", "disabled", "searching", "delivering", "fault", "test", "other_fault"};

	return status < COUNT_OF(names) ? names[status] : "";
}

static json_t *
json_port(const struct port *p)
{
	char mac[MAC_TEXT_SIZE] = "";

	if (!mac_is_zero(&p->mac))
		mac_format(&p->mac, mac);
	return json_pack("{s:I, s:s, s:s, s:I, s:s, s:I, s:s, s:s, s:I, s:s}", "index",
	    (json_int_t)p->index, "name", p->name, "alias", p->alias, "type",
	    (json_int_t)p->type, "mac", mac, "speed_bps", (json_int_t)p->speed_bps,
	    "admin_status", status_name(p->admin_status), "oper_status",
	    status_name(p->oper_status), "vlan", (json_int_t)p->vlan, "poe_status",
	    poe_status_name(p->poe_status));
}

/* Of a device that tells no table of its ports, the one that it was heard from. */
static void
add_heard_port(json_t *array, const struct line *line)
{
	for (size_t i = 0; i < HEARD_PORTS; i++) {
		const struct heard_port *heard = &heard_ports[i];
		const char *name = evidence_of(line, heard->source, heard->key);
		const char *descr =
		    heard->descr_key ? evidence_of(line, heard->source, heard->descr_key) : "";
		struct port port = {.oper_status = OPER_STATUS_UP};

		if (!*name)
			continue;
		(void)text_copy(port.name, sizeof(port.name), heard_port_name(name));
		(void)text_copy(port.alias, sizeof(port.alias), descr);
		(void)json_array_append_new(array, json_port(&port));
		return;
	}
}

static json_t *
json_ports(const struct line *line)
{
	const struct device *device = line->device;
	json_t *array = json_array();

	for (size_t i = 0; i < device->n_ports; i++) {
		(void)json_array_append_new(array, json_port(&device->ports[i]));
	}
	if (device->n_ports == 0)
		add_heard_port(array, line);
	return array;
}

/* How people know a device: its name, else its address. */
static const char *
called(const struct device *device, char address[static ADDRESS_TEXT_SIZE])
{
	for (size_t i = 0; device && i < device->n_evidence; i++)
		if (strcmp(device->evidence[i].key, "sys_name") == 0)
			return device->evidence[i].value;
	address[0] = '\0';
	if (device && device->n_ips > 0)
		address_format(&device->ips[0], address);
	return address;
}

static json_t *
json_hop(const struct device *bridge, const char *port)
{
	char name[ADDRESS_TEXT_SIZE], ip[ADDRESS_TEXT_SIZE] = "";

	if (bridge && bridge->n_ips > 0)
		address_format(&bridge->ips[0], ip);
	return json_pack(
	    "{s:s, s:s, s:s}", "switch", called(bridge, name), "switch_ip", ip, "port", port);
}

/* Where it hangs; null when nobody told. */
static json_t *
json_place(const struct line *line)
{
	const struct place *place = &line->device->place;
	const struct device *point = inventory_by_key(line->inventory, place->access_point);
	char name[ADDRESS_TEXT_SIZE];
	json_t *object;

	if (!*place->bridge && !*place->ssid)
		return json_null();
	object = json_hop(inventory_by_key(line->inventory, place->bridge), place->port);
	(void)json_object_update_new(object,
	    json_pack("{s:I, s:I, s:I, s:s, s:s}", "if_index", (json_int_t)place->if_index,
		"port_load", (json_int_t)place->port_load, "vlan", (json_int_t)place->vlan,
		"access_point", called(point, name), "ssid", place->ssid));
	return object;
}

/* From its place to the gateway. */
static json_t *
json_uplink(const struct line *line)
{
	struct hop hops[TOPOLOGY_HOPS_MAX];
	size_t n = topology_way(line->inventory, line->device, line->gateway, hops);
	json_t *array = json_array();

	for (size_t i = 1; i < n; i++)
		(void)json_array_append_new(array, json_hop(hops[i].bridge, hops[i].port));
	return array;
}

static json_t *
json_neighbors(const struct device *device)
{
	json_t *array = json_array();

	for (size_t i = 0; i < device->n_neighbors; i++) {
		const struct neighbor *n = &device->neighbors[i];

		(void)json_array_append_new(
		    array, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "local_port",
			       n->local_port, "chassis_id", n->chassis_id, "port_id",
			       n->port_id, "system_name", n->system_name, "protocol",
			       n->protocol, "management_address", n->management_address));
	}
	return array;
}

static json_t *
json_software(const struct line *line)
{
	json_t *array = json_array();

	for (size_t i = 0; i < line->n_evidence; i++)
		if (strcmp(line->evidence[i].source, "host") == 0 &&
		    strcmp(line->evidence[i].key, "software") == 0)
			(void)json_array_append_new(
			    array, json_string(line->evidence[i].value));
	return array;
}

static void
json_told(json_t *array, const struct evidence *e)
{
	(void)json_array_append_new(array, json_pack("{s:s, s:s, s:s}", "source", e->source,
					       "key", e->key, "value", e->value));
}

static int
evidence_order(const void *left, const void *right)
{
	const struct evidence *a = left, *b = right;
	int order = strcmp(a->source, b->source);

	if (order == 0)
		order = strcmp(a->key, b->key);
	return order ? order : strcmp(a->value, b->value);
}

/* Sorted: which answer came first tells nothing. */
static json_t *
json_evidence(const struct line *line)
{
	json_t *array = json_array();
	struct evidence told[CLASSIFY_TOLD_MAX], sorted[CLASSIFY_EVIDENCE_MAX];
	size_t n_told = classify_told(&line->is, told);

	memcpy(sorted, line->evidence, line->n_evidence * sizeof(sorted[0]));
	qsort(sorted, line->n_evidence, sizeof(sorted[0]), evidence_order);
	for (size_t i = 0; i < line->n_evidence; i++)
		json_told(array, &sorted[i]);
	for (size_t i = 0; i < n_told; i++)
		json_told(array, &told[i]);
	return array;
}

static json_t *
json_asked(const struct line *line)
{
	const struct scan_cost *asked = &line->asked;

	return json_pack("{s:I, s:I, s:I, s:I}", "snmp_requests",
	    (json_int_t)asked->snmp_requests, "connections", (json_int_t)asked->connections,
	    "bytes_sent", (json_int_t)asked->bytes_sent, "bytes_received",
	    (json_int_t)asked->bytes_received);
}

static json_t *
json_of(const struct line *line)
{
	const struct classification *is = &line->is;
	const struct device *d = line->device;
	char first[25], last[25];

	clock_format(d->first_seen_ms, first);
	clock_format(d->last_seen_ms, last);
	return json_pack("{s:o, s:o, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o, "
			 "s:o, s:o, s:o, s:o, s:f, s:s, "
			 "s:o, s:s, s:s, s:b, s:o}",
	    "ip", json_ips(d), "mac", json_macs(d), "name", is->name, "class", is->class_key,
	    "vendor", is->vendor, "model", is->model, "serial", is->serial, "firmware",
	    is->firmware, "os", is->os, "sys_object_id",
	    evidence_of(line, "snmp", "sys_object_id"), "sys_descr",
	    evidence_of(line, "snmp", "sys_descr"), "location", is->location, "ports",
	    json_ports(line), "neighbors", json_neighbors(d), "place", json_place(line),
	    "uplink", json_uplink(line), "software", json_software(line), "confidence",
	    is->confidence, "rule", is->rule, "evidence", json_evidence(line), "first_seen",
	    first, "last_seen", last, "randomized_mac", d->randomized_mac, "asked",
	    json_asked(line));
}

static int
print_json(const struct line *line, FILE *out)
{
	json_t *object = json_of(line);
	int r = object ? 0 : -ENOMEM;

	if (r == 0 && json_dumpf(object, out, JSON_COMPACT | JSON_REAL_PRECISION(4)) < 0)
		r = -EIO;
	json_decref(object);
	if (r == 0)
		(void)fputc('\n', out);
	return r;
}

/* ---- CSV */

static void
csv_field(FILE *out, const char *text, const char *after)
{
	const char *guard = *text && strchr("=+-@\t", *text) ? "'" : "";

	if (!strpbrk(text, ",\"\r\n") && !*guard) {
		(void)fprintf(out, "%s%s", text, after);
		return;
	}
	(void)fprintf(out, "\"%s", guard);
	for (; *text; text++) {
		if (*text == '"')
			(void)fputc('"', out);
		(void)fputc(*text, out);
	}
	(void)fprintf(out, "\"%s", after);
}

static void
csv_addresses(const struct device *d, FILE *out)
{
	char text[ADDRESS_TEXT_SIZE];

	for (size_t i = 0; i < d->n_ips; i++) {
		address_format(&d->ips[i], text);
		(void)fprintf(out, "%s%s", i ? " " : "", text);
	}
	(void)fputc(',', out);
	for (size_t i = 0; i < d->n_macs; i++) {
		mac_format(&d->macs[i], text);
		(void)fprintf(out, "%s%s", i ? " " : "", text);
	}
	(void)fputc(',', out);
}

static void
print_csv(const struct line *line, FILE *out)
{
	const struct classification *is = &line->is;
	char first[25], last[25];

	clock_format(line->device->first_seen_ms, first);
	clock_format(line->device->last_seen_ms, last);
	csv_addresses(line->device, out);
	csv_field(out, is->name, ",");
	csv_field(out, is->class_key, ",");
	csv_field(out, is->vendor, ",");
	csv_field(out, is->model, ",");
	csv_field(out, is->serial, ",");
	csv_field(out, is->firmware, ",");
	csv_field(out, is->os, ",");
	csv_field(out, is->location, ",");
	(void)fprintf(out, "%.2f,%s,%s,%s,%s\r\n", is->confidence, is->rule, first, last,
	    line->device->randomized_mac ? "yes" : "no");
}

/* ---- table */

enum { TABLE_COLUMNS = 7 };

static const char *const table_keys[TABLE_COLUMNS] = {
    "ip", "mac", "name", "class", "vendor", "model", "serial"};

static void
table_cell(
    const struct line *line, size_t column, enum language language, char *ret, size_t size)
{
	const struct device *d = line->device;
	const struct classification *is = &line->is;
	char text[ADDRESS_TEXT_SIZE] = "";
	const char *const cells[TABLE_COLUMNS] = {text, text, is->name,
	    words_of(language, is->class_key), is->vendor, is->model, is->serial};

	if (column == 0 && d->n_ips > 0)
		address_format(&d->ips[0], text);
	else if (column == 1 && d->n_macs > 0)
		mac_format(&d->macs[0], text);
	(void)text_copy(ret, size, cells[column]);
}

/* The text cut to the widest a column may be, and blanks to its width. */
static void
table_put(FILE *out, char *text, size_t width, bool last)
{
	while (text_width(text) > COLUMN_WIDTH_MAX) {
		size_t len = strlen(text) - 1;

		while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
			len--; /* a whole character */
		text[len] = '\0';
	}
	(void)fputs(text, out);
	for (size_t i = text_width(text); !last && i < width + 2; i++)
		(void)fputc(' ', out);
}

static void
widen(size_t *width, const char *text)
{
	size_t w = text_width(text);

	if (w > COLUMN_WIDTH_MAX)
		w = COLUMN_WIDTH_MAX;
	if (w > *width)
		*width = w;
}

struct class_count {
	char key[32];
	size_t n;
};

static void
count_class(struct class_count counts[static CLASSES_COUNTED_MAX], size_t *n, const char *key)
{
	for (size_t i = 0; i < *n; i++)
		if (strcmp(counts[i].key, key) == 0) {
			counts[i].n++;
			return;
		}
	if (*n == CLASSES_COUNTED_MAX)
		return;
	(void)text_copy(counts[*n].key, sizeof(counts[*n].key), key);
	counts[(*n)++].n = 1;
}

static int
by_count(const void *a, const void *b)
{
	const struct class_count *x = a, *y = b;

	if (x->n != y->n)
		return x->n < y->n ? 1 : -1;
	return strcmp(x->key, y->key);
}

static void
print_counts(
    struct class_count counts[], size_t n, size_t devices, enum language language, FILE *out)
{
	qsort(counts, n, sizeof(counts[0]), by_count);
	(void)fprintf(out, "\n%s: %zu\n", words_of(language, "total"), devices);
	for (size_t i = 0; i < n; i++)
		(void)fprintf(
		    out, "  %5zu  %s\n", counts[i].n, words_of(language, counts[i].key));
}

static void
print_row(const struct line *line, const size_t widths[static TABLE_COLUMNS],
    enum language language, FILE *out)
{
	char text[160];

	for (size_t c = 0; c < TABLE_COLUMNS; c++) {
		table_cell(line, c, language, text, sizeof(text));
		table_put(out, text, widths[c], c + 1 == TABLE_COLUMNS);
	}
	(void)fputc('\n', out);
}

/* Twice through the inventory: for the widths, then for the rows. */
static void
print_table(const struct inventory *inventory, const struct rules *rules,
    enum language language, struct line *line, FILE *out)
{
	struct class_count counts[CLASSES_COUNTED_MAX] = {0};
	size_t widths[TABLE_COLUMNS] = {0}, n_counts = 0, n = inventory_count(inventory);
	char text[160];

	for (size_t c = 0; c < TABLE_COLUMNS; c++)
		widen(&widths[c], words_of(language, table_keys[c]));
	for (size_t i = 0; i < n; i++) {
		line_of(inventory_at(inventory, i), rules, line);
		count_class(counts, &n_counts, line->is.class_key);
		for (size_t c = 0; c < TABLE_COLUMNS; c++) {
			table_cell(line, c, language, text, sizeof(text));
			widen(&widths[c], text);
		}
	}
	for (size_t c = 0; c < TABLE_COLUMNS; c++) {
		(void)text_copy(text, sizeof(text), words_of(language, table_keys[c]));
		table_put(out, text, widths[c], c + 1 == TABLE_COLUMNS);
	}
	(void)fputc('\n', out);
	for (size_t i = 0; i < n; i++) {
		line_of(inventory_at(inventory, i), rules, line);
		print_row(line, widths, language, out);
	}
	print_counts(counts, n_counts, n, language, out);
}

/* ---- */

static int
print_each(const struct inventory *inventory, const struct scan_cost costs[],
    const struct rules *rules, enum command_format format, struct line *line, FILE *out)
{
	int r = 0;

	if (format == FORMAT_CSV)
		(void)fputs("ip,mac,name,class,vendor,model,serial,firmware,os,location,"
			    "confidence,rule,"
			    "first_seen,last_seen,randomized_mac\r\n",
		    out);
	for (size_t i = 0; i < inventory_count(inventory) && r == 0; i++) {
		line_of(inventory_at(inventory, i), rules, line);
		line->asked = costs ? costs[i] : (struct scan_cost){0};
		if (format == FORMAT_JSON)
			r = print_json(line, out);
		else
			print_csv(line, out);
	}
	return r;
}

int
scan_print(const struct inventory *inventory, const struct scan_cost costs[],
    const struct rules *rules, const struct address *gateway, enum command_format format,
    enum language language, FILE *out)
{
	struct line *line = malloc(sizeof(*line));
	int r = 0;

	if (!line)
		return -ENOMEM;
	line->inventory = inventory;
	line->gateway = gateway ? inventory_by_ip(inventory, gateway) : NULL;
	if (format == FORMAT_TABLE)
		print_table(inventory, rules, language, line, out);
	else
		r = print_each(inventory, costs, rules, format, line, out);
	free(line);
	if (r == 0 && (fflush(out) != 0 || ferror(out)))
		r = errno > 0 ? -errno : -EIO;
	return r;
}
