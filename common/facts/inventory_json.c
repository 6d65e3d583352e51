/*
 * GLPI's inventory format (https://github.com/glpi-project/inventory_format) as
 * facts: one function a section, THE LIST of them at the end. Values may be text or
 * numbers; what has another form is as if it were not there. Sections that name
 * people (users, local_users, processes, envs, remote_mgmt) are not read at all.
 */
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "common/check.h"
#include "common/classify/classify.h"
#include "common/facts/edid.h"
#include "common/facts/facts.h"
#include "common/text.h"

enum {
	EDID_BYTES_MAX = 1024,
	MEBIBYTE = 1024 * 1024,
	USB_AUDIO = 1,
	USB_HID = 3,
	USB_IMAGE = 6, /* cameras and telephones */
	USB_STORAGE = 8,
	USB_HUB = 9,
	USB_SMART_CARD = 11,
	USB_WIRELESS = 224,
	USB_HID_BOOT = 1, /* subclass: keyboards and mice */
};

/* The text of a value, numbers as text in room; "" for anything else. */
static const char *
text_of(const json_t *object, const char *key, char room[static 24])
{
	const json_t *value = json_object_get(object, key);

	if (json_is_string(value))
		return json_string_value(value);
	if (!json_is_integer(value))
		return "";
	(void)snprintf(room, 24, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	return room;
}

static int64_t
number_of(const json_t *object, const char *key, int64_t missing)
{
	char room[24];
	int64_t value;

	return text_i64(text_of(object, key, room), 0, INT64_MAX / MEBIBYTE, &value) == 0
		   ? value
		   : missing;
}

/* true, 1, "1", "true", "yes": programs write what they like. */
static const char *
yes_of(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	char room[24];
	const char *text = text_of(object, key, room);

	if (json_is_true(value) || text_match("1|true|yes", text))
		return "yes";
	return json_is_false(value) || text_match("0|false|no", text) ? "no" : "";
}

/* A section of one entry or a list of them: entry i, or NULL. XML does not tell a list of one
 * from an entry. */
static const json_t *
entry_at(const json_t *section, size_t i)
{
	const json_t *entry = json_is_array(section) ? json_array_get(section, i)
			      : i == 0               ? section
						     : NULL;

	return json_is_object(entry) ? entry : NULL;
}

static void
add(struct facts *facts, const char *key, const json_t *object, const char *from)
{
	char room[24];

	facts_add(facts, &facts->computer, "facts", key, text_of(object, from, room));
}

/* ---------------------------------------------------------------- the computer itself */

/* SMBIOS writes 07/05/2021 for the fifth of July; the schema wants 2021-07-05. */
static const char *
day_of(const char *text, char room[static 16])
{
	if (strlen(text) != 10 || text[2] != '/' || text[5] != '/')
		return text;
	(void)snprintf(room, 16, "%.4s-%.2s-%.2s", text + 6, text, text + 3);
	return room;
}

/* Boards put together in a shop have nothing but their mainboard's name. */
static void
read_bios(struct facts *facts, const json_t *bios)
{
	char room[7][24], day[16];
	const char *board[] = {text_of(bios, "mmanufacturer", room[0]),
	    text_of(bios, "mmodel", room[1]), text_of(bios, "msn", room[2])};
	const char *firmware[] = {text_of(bios, "bversion", room[3]),
	    text_of(bios, "bmanufacturer", room[4]),
	    day_of(text_of(bios, "bdate", room[5]), day)};
	const char *serial = text_of(bios, "ssn", room[6]);

	add(facts, "vendor", bios, "smanufacturer");
	add(facts, "model", bios, "smodel");
	if (*facts_said(&facts->computer, "facts", "model") == '\0') {
		if (*facts_said(&facts->computer, "facts", "vendor") == '\0')
			facts_add(facts, &facts->computer, "facts", "vendor", board[0]);
		facts_add(facts, &facts->computer, "facts", "model", board[1]);
	}
	if (!classify_serial_is_placeholder(serial))
		facts_add(facts, &facts->computer, "facts", "serial", serial);
	facts_add_list(facts, &facts->computer, "facts", "board",
	    (const char *[]){board[1], board[0], board[2]}, 3);
	facts_add(facts, &facts->computer, "facts", "firmware", firmware[0]);
	facts_add_list(facts, &facts->computer, "facts", "bios", firmware, COUNT_OF(firmware));
	add(facts, "chassis", bios, "type"); /* OCS puts it here */
}

/* What boards bear that nobody gave a number. */
static bool
is_uuid(const char *text)
{
	uint8_t uuid[16];
	unsigned ends = 0;

	if (text_uuid_parse(text, uuid) < 0 ||
	    text_match("03000200-0400-0500-0006-000700080009|"
		       "00020003-0004-0005-0006-000700080009|12345678-1234-5678-90ab-*",
		text))
		return false;
	for (size_t i = 0; i < sizeof(uuid); i++)
		ends += uuid[i] == 0 || uuid[i] == 0xff || uuid[i] == 0xfe;
	return ends < 12;
}

static void
read_hardware(struct facts *facts, const json_t *hardware)
{
	char room[24], bytes[24];
	const char *uuid = text_of(hardware, "uuid", room);
	int64_t memory_mib = number_of(hardware, "memory", 0);

	if (is_uuid(uuid)) {
		char lower[37];
		uint8_t value[16];

		(void)text_uuid_parse(uuid, value);
		text_uuid(lower, value);
		facts_add(facts, &facts->computer, "facts", "uuid", lower);
	}
	add(facts, "name", hardware, "name");
	add(facts, "domain", hardware, "workgroup");
	add(facts, "chassis", hardware, "chassis_type");
	add(facts, "os", hardware, "osname"); /* OCS */
	add(facts, "os_version", hardware, "osversion");
	if (memory_mib > 0) {
		(void)snprintf(bytes, sizeof(bytes), "%" PRId64, memory_mib * MEBIBYTE);
		facts_add(facts, &facts->computer, "facts", "memory_bytes", bytes);
	}
}

static void
read_system(struct facts *facts, const json_t *system)
{
	const char *key = "full_name";
	char room[24];

	if (*text_of(system, key, room) == '\0')
		key = "name";
	if (*facts_said(&facts->computer, "facts", "os") == '\0')
		add(facts, "os", system, key);
	if (*facts_said(&facts->computer, "facts", "os_version") == '\0')
		add(facts, "os_version", system, "kernel_version");
	if (*facts_said(&facts->computer, "facts", "domain") == '\0')
		add(facts, "domain", system, "dns_domain");
}

static void
read_cpu(struct facts *facts, const json_t *cpu)
{
	char room[4][24];
	const char *name = text_of(cpu, "name", room[0]);
	const char *values[] = {*name ? name : text_of(cpu, "type", room[0]),
	    text_of(cpu, "core", room[1]), text_of(cpu, "thread", room[2]),
	    text_of(cpu, "speed", room[3])};

	if (values[1][0] == '\0') /* OCS */
		values[1] = text_of(cpu, "cores", room[1]);

	facts_add_list(facts, &facts->computer, "facts", "cpu", values, COUNT_OF(values));
}

static void
read_memory(struct facts *facts, const json_t *module)
{
	char room[5][24];
	const char *values[] = {text_of(module, "capacity", room[0]),
	    text_of(module, "type", room[1]), text_of(module, "speed", room[2]),
	    text_of(module, "manufacturer", room[3]), text_of(module, "caption", room[4])};

	if (number_of(module, "capacity", 0) > 0)
		facts_add_list(
		    facts, &facts->computer, "facts", "memory", values, COUNT_OF(values));
}

static void
read_disk(struct facts *facts, const json_t *disk)
{
	char room[5][24];
	const char *model = text_of(disk, "model", room[0]);
	const char *values[] = {*model ? model : text_of(disk, "name", room[0]),
	    text_of(disk, "disksize", room[1]), text_of(disk, "serial", room[2]),
	    text_of(disk, "interface", room[3]), text_of(disk, "type", room[4])};

	if (values[2][0] == '\0')
		values[2] = text_of(disk, "serialnumber", room[2]);
	/* Sticks are people's own, and a drive without a medium holds nothing. */
	if (number_of(disk, "disksize", 0) > 0 && !text_match("usb*", values[3]) &&
	    !text_match("*removable*|cd*|dvd*", values[4]))
		facts_add_list(
		    facts, &facts->computer, "facts", "disk", values, COUNT_OF(values));
}

static void
add_ip(struct facts *facts, const char *text)
{
	struct address ip;

	if (address_parse(text, &ip) < 0 || address_is_loopback(&ip) ||
	    address_is_unspecified(&ip) || address_is_multicast(&ip))
		return;
	if (ip.family == ADDRESS_IPV6 && ip.bytes[0] == 0xfe && (ip.bytes[1] & 0xc0) == 0x80)
		return;
	for (size_t i = 0; i < facts->n_ips; i++)
		if (address_equal(&facts->ips[i], &ip))
			return;
	if (facts->n_ips < FACTS_IPS_MAX)
		facts->ips[facts->n_ips++] = ip;
}

static void
add_mac(struct facts *facts, const char *text)
{
	char plain[MAC_TEXT_SIZE];
	struct mac mac;

	if (mac_parse(text, &mac) < 0 || mac_is_zero(&mac) || mac_is_multicast(&mac))
		return;
	for (size_t i = 0; i < facts->n_macs; i++)
		if (mac_equal(&facts->macs[i], &mac))
			return;
	if (facts->n_macs == FACTS_MACS_MAX)
		return;
	facts->macs[facts->n_macs++] = mac;
	mac_format(&mac, plain);
	facts_add(facts, &facts->computer, "facts", "mac", plain);
}

static void
read_network(struct facts *facts, const json_t *card)
{
	char room[24];
	const char *mac = text_of(card, "mac", room);

	if (strcmp(yes_of(card, "virtualdev"), "yes") == 0 ||
	    text_match("loopback|bridge|alias|aggregate|dialup|bluetooth|tunnel",
		text_of(card, "type", (char[24]){0})) ||
	    text_match("lo|docker*|veth*|br-*|virbr*|tun*|tap*|vmnet*|*bluetooth*|*virtual*|"
		       "*vmware*|*hyper-v*",
		text_of(card, "description", (char[24]){0})))
		return;
	add_mac(facts, *mac ? mac : text_of(card, "macaddr", room));
	add_ip(facts, text_of(card, "ipaddress", room));
	add_ip(facts, text_of(card, "ipaddress6", room));
}

static void
read_antivirus(struct facts *facts, const json_t *antivirus)
{
	char room[3][24];
	const char *values[] = {text_of(antivirus, "name", room[0]),
	    yes_of(antivirus, "enabled"), yes_of(antivirus, "uptodate"),
	    text_of(antivirus, "base_creation", room[1]),
	    text_of(antivirus, "version", room[2])};

	facts_add_list(facts, &facts->computer, "facts", "antivirus", values, COUNT_OF(values));
}

static void
read_program(struct facts *facts, const json_t *program)
{
	char room[3][24];
	const char *values[] = {text_of(program, "name", room[0]),
	    text_of(program, "version", room[1]), text_of(program, "publisher", room[2])};

	facts_add_list(facts, &facts->computer, "facts", "software", values, COUNT_OF(values));
}

/* ---------------------------------------------------------------- what is attached */

/* Bytes of base64 (RFC 4648), -EBADMSG beyond its alphabet; blanks and line ends aside. */
static int
base64_read(const char *text, uint8_t *ret, size_t size)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	uint32_t bits = 0;
	unsigned held = 0;
	size_t len = 0;

	for (; *text && *text != '='; text++) {
		const char *digit = strchr(digits, *text);

		if (*text == ' ' || *text == '\n' || *text == '\r' || *text == '\t')
			continue;
		if (!digit)
			return -EBADMSG;
		bits = (bits << 6 | (uint32_t)(digit - digits)) & 0xffffff;
		held += 6;
		if (held < 8)
			continue;
		held -= 8;
		if (len == size)
			break;
		ret[len++] = (uint8_t)(bits >> held);
	}
	return (int)len;
}

struct display {
	char maker[64], model[64], serial[64], inches[16], year[16];
	bool built_in;
};

/* Who makes panels for laptops and all-in-ones sells no displays. */
static bool
is_panel_maker(const char *maker)
{
	return text_match("AUO|BOE|CMN|CMO|CSO|INX|IVO|LGD|SDC|LPL", maker);
}

static void
display_of_edid(const struct edid *edid, struct display *ret)
{
	*ret = (struct display){.built_in = is_panel_maker(edid->maker)};
	(void)text_copy(ret->maker, sizeof(ret->maker), edid_maker_name(edid->maker));
	(void)text_copy(ret->model, sizeof(ret->model), edid->model);
	(void)text_copy(ret->serial, sizeof(ret->serial), edid->serial);
	if (edid->diagonal_in > 0)
		(void)snprintf(ret->inches, sizeof(ret->inches), "%.1f", edid->diagonal_in);
	if (edid->year)
		(void)snprintf(ret->year, sizeof(ret->year), "%u", edid->year);
}

/* Size and year as our own export tells them (api.glpi_inventory): the type holds inches, the
 * description ends with the year, as in "11/2013". */
static void
display_export(const json_t *monitor, struct display *ret)
{
	char room[24];
	const char *inches = text_of(monitor, "type", room);
	const char *year = strchr(text_of(monitor, "description", room), '/');
	double size;
	int64_t number;

	if (text_f64(inches, 5, 200, &size) == 0)
		(void)text_copy(ret->inches, sizeof(ret->inches), inches);
	if (year && text_i64(year + 1, 1993, 2100, &number) == 0)
		(void)text_copy(ret->year, sizeof(ret->year), year + 1);
}

/* What the program that took it down made of it, where it kept no EDID. */
static void
display_of_words(const json_t *monitor, struct display *ret)
{
	char room[24];
	const char *maker = text_of(monitor, "manufacturer", room);

	*ret = (struct display){.built_in = is_panel_maker(maker)};
	(void)text_copy(ret->maker, sizeof(ret->maker), edid_maker_name(maker));
	(void)text_copy(ret->model, sizeof(ret->model), text_of(monitor, "caption", room));
	if (ret->model[0] == '\0')
		(void)text_copy(ret->model, sizeof(ret->model), text_of(monitor, "name", room));
	(void)text_copy(ret->serial, sizeof(ret->serial), text_of(monitor, "serial", room));
	display_export(monitor, ret);
}

static void
attach_display(struct facts *facts, const struct display *d, size_t place)
{
	const char *values[] = {d->model, d->maker, d->serial, d->inches, d->year};
	bool has_serial = !classify_serial_is_placeholder(d->serial);
	struct facts_item *item;
	char identity[96];

	if (d->built_in || d->model[0] == '\0')
		return;
	(void)snprintf(identity, sizeof(identity), "%s#%zu", has_serial ? d->serial : "",
	    has_serial ? 0 : place);
	item = facts_attach(facts, "edid", d->model, identity);
	if (!item)
		return;
	facts_add_list(facts, &facts->computer, "facts", "monitor", values, COUNT_OF(values));
	facts_add(facts, item, "edid", "vendor", d->maker);
	facts_add(facts, item, "edid", "model", d->model);
	if (has_serial)
		facts_add(facts, item, "edid", "serial", d->serial);
	facts_add(facts, item, "edid", "size_in", d->inches);
	facts_add(facts, item, "edid", "year", d->year);
	facts_add(
	    facts, item, "edid", "attached_to", facts_said(&facts->computer, "facts", "name"));
}

static void
read_monitor(struct facts *facts, const json_t *monitor)
{
	uint8_t bytes[EDID_BYTES_MAX];
	char room[24];
	int len = base64_read(text_of(monitor, "base64", room), bytes, sizeof(bytes));
	struct display display;
	struct edid edid;

	if (len > 0 && edid_read(bytes, (size_t)len, &edid) == 0)
		display_of_edid(&edid, &display);
	else
		display_of_words(monitor, &display);
	attach_display(facts, &display, facts->n_attached);
}

/* Somebody's own things, and what no school counts. */
static bool
is_of_no_account(const json_t *usb, const char *vendor_id)
{
	switch (number_of(usb, "class", -1)) {
	case USB_AUDIO:
	case USB_IMAGE:
	case USB_STORAGE:
	case USB_HUB:
	case USB_SMART_CARD:
	case USB_WIRELESS:
		return true;
	default:
		return strcmp(vendor_id, "1d6b") == 0; /* root hubs of Linux */
	}
}

/* How many of this kind are there already: two alike without a number stay two. */
static size_t
count_alike(const struct facts *facts, const char *ids)
{
	size_t count = 0;

	for (size_t i = 0; i < facts->n_attached; i++)
		count += strcmp(facts_said(&facts->attached[i], "usb", "id"), ids) == 0;
	return count;
}

static void
read_usb(struct facts *facts, const json_t *usb)
{
	char room[5][24], ids[16], identity[FACTS_TEXT_BYTES_MAX + 1];
	const char *vendor_id = text_of(usb, "vendorid", room[0]);
	const char *product_id = text_of(usb, "productid", room[1]);
	const char *name = text_of(usb, "name", room[2]);
	const char *serial = text_of(usb, "serial", room[3]);
	const char *class = text_of(usb, "class", room[4]);
	const char *maker = text_of(usb, "manufacturer", (char[24]){0});
	bool boot = number_of(usb, "class", -1) == USB_HID &&
		    number_of(usb, "subclass", -1) == USB_HID_BOOT;
	struct facts_item *item;

	if (strlen(vendor_id) != 4 || strlen(product_id) != 4 ||
	    is_of_no_account(usb, vendor_id))
		return;
	(void)snprintf(ids, sizeof(ids), "%s:%s", vendor_id, product_id);
	if (*name == '\0')
		name = text_of(usb, "caption", room[2]);
	if (classify_serial_is_placeholder(serial))
		serial = "";
	(void)snprintf(identity, sizeof(identity), "%s#%zu", serial,
	    *serial ? 0 : count_alike(facts, ids));
	item = facts_attach(facts, "usb", ids, identity);
	if (!item)
		return;
	if (!boot)
		facts_add_list(facts, &facts->computer, "facts", "usb",
		    (const char *[]){ids, class, maker, name}, 4);
	facts_add(facts, item, "usb", "id", ids);
	facts_add(facts, item, "usb", "class", class);
	facts_add(facts, item, "usb", "vendor", maker);
	facts_add(facts, item, "usb", "model", name);
	facts_add(facts, item, "usb", "serial", serial);
	facts_add(
	    facts, item, "usb", "attached_to", facts_said(&facts->computer, "facts", "name"));
}

/* ---------------------------------------------------------------- a thing of the network */

static void
read_device(struct facts *facts, const json_t *device)
{
	const json_t *ips = json_object_get(device, "ips");
	char room[24];
	const char *serial = text_of(device, "serial", room);

	add(facts, "kind", device, "type");
	add(facts, "vendor", device, "manufacturer");
	add(facts, "model", device, "model");
	if (!classify_serial_is_placeholder(serial))
		facts_add(facts, &facts->computer, "facts", "serial", serial);
	add(facts, "firmware", device, "firmware");
	add(facts, "name", device, "name");
	add(facts, "location", device, "location");
	add(facts, "descr", device, "description");
	add_mac(facts, text_of(device, "mac", room));
	for (size_t i = 0; i < FACTS_IPS_MAX && i < json_array_size(ips); i++)
		if (json_is_string(json_array_get(ips, i)))
			add_ip(facts, json_string_value(json_array_get(ips, i)));
}

/* ---------------------------------------------------------------- the whole */

/* clang-format off */
static const struct section {
	const char *name;
	void (*read)(struct facts *facts, const json_t *entry);
} sections[] = {
	{ "network_device",  read_device },
	{ "hardware",        read_hardware },
	{ "bios",            read_bios },
	{ "operatingsystem", read_system },
	{ "networks",        read_network },
	{ "cpus",            read_cpu },
	{ "memories",        read_memory },
	{ "storages",        read_disk },
	{ "antivirus",       read_antivirus },
	{ "monitors",        read_monitor },
	{ "usbdevices",      read_usb },
};
/* clang-format on */

/* Six numbers of "2026-11-26 06:39:51", digits where it has digits. */
static bool
time_digits(const char *text, int ret[static 6])
{
	static const char form[] = "0000-11-22 33:44:55";

	if (strlen(text) != sizeof(form) - 1)
		return false;
	for (size_t i = 0; i < sizeof(form) - 1; i++) {
		if (form[i] < '0' || form[i] > '9') {
			if (text[i] != form[i])
				return false;
			continue;
		}
		if (text[i] < '0' || text[i] > '9')
			return false;
		ret[form[i] - '0'] = ret[form[i] - '0'] * 10 + text[i] - '0';
	}
	return true;
}

/* As if it were UTC; 0 when it is no such time. */
static int64_t
time_of(const char *text)
{
	int t[6] = {0};
	int64_t days;

	if (!time_digits(text, t) || t[0] < 2000 || t[1] < 1 || t[1] > 12 || t[2] < 1 ||
	    t[2] > 31 || t[3] > 23 || t[4] > 59 || t[5] > 60)
		return 0;
	/* Days of the Gregorian calendar, the year beginning with March. */
	t[0] -= t[1] < 3;
	days = 365 * (int64_t)t[0] + t[0] / 4 - t[0] / 100 + t[0] / 400 +
	       (153 * (t[1] + (t[1] > 2 ? -3 : 9)) + 2) / 5 + t[2] - 1 - 719468;
	return days * 86400 + t[3] * 3600 + t[4] * 60 + t[5];
}

/* Last, so that nothing else lacks room, and all that were told are counted. */
static void
read_programs(struct facts *facts, const json_t *programs)
{
	size_t told = json_is_array(programs) ? json_array_size(programs) : 0;
	char count[24];

	if (told == 0)
		return;
	(void)snprintf(count, sizeof(count), "%zu", told);
	facts_add(facts, &facts->computer, "facts", "software_count", count);
	facts->cut |= told > facts->software_max;
	for (size_t i = 0; i < told && i < facts->software_max; i++) {
		const json_t *entry = entry_at(programs, i);

		if (entry)
			read_program(facts, entry);
	}
}

int
facts_of_json(
    const struct json_t *inventory, struct facts *facts, char error[static FACTS_ERROR_SIZE])
{
	const json_t *content = json_object_get(inventory, "content");
	char room[24];

	if (!json_is_object(content)) {
		(void)text_copy(
		    error, FACTS_ERROR_SIZE, "it is no inventory: it has no content");
		return -EBADMSG;
	}
	for (size_t i = 0; i < COUNT_OF(sections); i++) {
		const json_t *section = json_object_get(content, sections[i].name), *entry;

		for (size_t n = 0; n < FACTS_LIST_MAX && (entry = entry_at(section, n)); n++)
			sections[i].read(facts, entry);
		facts->cut |= json_array_size(section) > FACTS_LIST_MAX;
	}
	add(facts, "told_by", content, "versionclient");
	facts->taken_s =
	    time_of(text_of(json_object_get(content, "accesslog"), "logdate", room));
	read_programs(facts, json_object_get(content, "softwares"));
	if (*facts_said(&facts->computer, "facts", "name") == '\0' &&
	    *facts_said(&facts->computer, "facts", "serial") == '\0' && facts->n_macs == 0 &&
	    *facts_said(&facts->computer, "facts", "uuid") == '\0') {
		(void)text_copy(error, FACTS_ERROR_SIZE,
		    "it names no device: no name, serial number, UUID or address");
		return -EBADMSG;
	}
	return 0;
}

int
facts_read(
    const char *text, size_t len, struct facts *facts, char error[static FACTS_ERROR_SIZE])
{
	json_error_t why;
	json_t *inventory = json_loadb(text, len, JSON_REJECT_DUPLICATES, &why);
	int r;

	if (!inventory) {
		(void)snprintf(error, FACTS_ERROR_SIZE, "line %d: %.100s", why.line, why.text);
		return -EBADMSG;
	}
	r = facts_of_json(inventory, facts, error);
	json_decref(inventory);
	return r;
}
