/*
 * Reads a scenario: a table of keys for each kind of line, each key a place in its
 * struct. What the values mean on the wire is the matter of the protocols' files.
 */
#include "tests/school/scenario.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/check.h"
#include "common/cleanup.h"
#include "common/text.h"

enum key_kind {
	KEY_TEXT,
	KEY_TEXTS, /* may be repeated */
	KEY_WORDS, /* comma-separated into texts */
	KEY_NUMBER,
	KEY_MS,       /* decimal milliseconds into microseconds */
	KEY_PERMILLE, /* decimal per cent */
	KEY_YES,
	KEY_NO, /* "no" sets it */
	KEY_MAC,
	KEY_ADDRESS,
	KEY_RANGE,
	KEY_VERSIONS,
	KEY_USERS,
	KEY_FAULT,
};

struct key {
	const char *name;
	enum key_kind kind;
	size_t at;
};

/* clang-format off */
#define AT(field) offsetof(struct scenario, field)
static const struct key network_keys[] = {
	{ "range",    KEY_RANGE,  AT(range) },
	{ "router",   KEY_MAC,    AT(router) },
	{ "asker",    KEY_MAC,    AT(asker) },
	{ "storm",    KEY_NUMBER, AT(storm_per_s) },
	{ "announce", KEY_NUMBER, AT(announce_s) },
	{ "seed",     KEY_NUMBER, AT(seed) },
};
#undef AT
#define AT(field) offsetof(struct usm_user, field)
static const struct key user_keys[] = {
	{ "name",     KEY_TEXT, AT(name) },
	{ "auth",     KEY_TEXT, AT(auth) },
	{ "authpass", KEY_TEXT, AT(auth_pass) },
	{ "priv",     KEY_TEXT, AT(priv) },
	{ "privpass", KEY_TEXT, AT(priv_pass) },
};
#undef AT
#define AT(field) offsetof(struct host, field)
static const struct key host_keys[] = {
	{ "ip",         KEY_ADDRESS,  AT(ip) },
	{ "mac",        KEY_MAC,      AT(mac) },
	{ "class",      KEY_TEXT,     AT(class_key) },
	{ "vendor",     KEY_TEXT,     AT(vendor) },
	{ "model",      KEY_TEXT,     AT(model) },
	{ "serial",     KEY_TEXT,     AT(serial) },
	{ "hidden",     KEY_TEXT,     AT(hidden) },
	{ "name",       KEY_TEXT,     AT(name) },
	{ "location",   KEY_TEXT,     AT(location) },
	{ "firmware",   KEY_TEXT,     AT(firmware) },
	{ "also",       KEY_TEXTS,    AT(more_ips) },
	{ "by",         KEY_TEXT,     AT(by) },
	{ "arp",        KEY_NO,       AT(no_arp) },
	{ "ping",       KEY_NO,       AT(no_ping) },
	{ "refuse",     KEY_NO,       AT(drop_tcp) },
	{ "latency",    KEY_MS,       AT(latency_us) },
	{ "jitter",     KEY_MS,       AT(jitter_us) },
	{ "variable",   KEY_MS,       AT(per_variable_us) },
	{ "loss",       KEY_PERMILLE, AT(loss_permille) },
	{ "queue",      KEY_NUMBER,   AT(queue) },
	{ "snmp",       KEY_VERSIONS, 0 },
	{ "community",  KEY_TEXT,     AT(community) },
	{ "users",      KEY_USERS,    AT(users) },
	{ "fault",      KEY_FAULT,    AT(fault) },
	{ "bytes",      KEY_NUMBER,   AT(bytes_max) },
	{ "descr",      KEY_TEXT,     AT(descr) },
	{ "oid",        KEY_TEXT,     AT(object_id) },
	{ "layers",     KEY_NUMBER,   AT(services) },
	{ "data",       KEY_TEXT,     AT(data) },
	{ "mib",        KEY_WORDS,    AT(groups) },
	{ "extra",      KEY_TEXTS,    AT(extras) },
	{ "ports",      KEY_NUMBER,   AT(ports) },
	{ "speed",      KEY_NUMBER,   AT(speed_mbps) },
	{ "portname",   KEY_TEXT,     AT(port_name) },
	{ "memory",     KEY_NUMBER,   AT(memory_mb) },
	{ "disk",       KEY_NUMBER,   AT(disk_gb) },
	{ "chassis",    KEY_TEXT,     AT(entity_descr) },
	{ "partno",     KEY_TEXT,     AT(entity_model) },
	{ "printer",    KEY_TEXT,     AT(printer_model) },
	{ "at",         KEY_TEXT,     AT(at) },
	{ "vlan",       KEY_NUMBER,   AT(vlan) },
	{ "lldp",       KEY_YES,      AT(lldp) },
	{ "announces",  KEY_YES,      AT(lldp_announces) },
	{ "caps",       KEY_TEXT,     AT(lldp_capabilities) },
	{ "medvendor",  KEY_TEXT,     AT(med_vendor) },
	{ "medmodel",   KEY_TEXT,     AT(med_model) },
	{ "medserial",  KEY_TEXT,     AT(med_serial) },
	{ "medfirmware",KEY_TEXT,     AT(med_firmware) },
	{ "hostname",   KEY_TEXT,     AT(hostname) },
	{ "service",    KEY_TEXTS,    AT(services_mdns) },
	{ "netbios",    KEY_TEXT,     AT(netbios) },
	{ "workgroup",  KEY_TEXT,     AT(workgroup) },
	{ "pjlink",     KEY_TEXT,     AT(pjlink) },
	{ "upnp",       KEY_TEXT,     AT(upnp) },
	{ "wsd",        KEY_TEXT,     AT(wsd) },
	{ "web",        KEY_TEXT,     AT(web) },
	{ "onvif",      KEY_TEXT,     AT(onvif) },
	{ "escl",       KEY_TEXT,     AT(escl) },
	{ "ssh",        KEY_TEXT,     AT(ssh) },
	{ "rtsp",       KEY_TEXT,     AT(rtsp) },
	{ "sip",        KEY_TEXT,     AT(sip) },
	{ "dhcp",       KEY_TEXT,     AT(dhcp) },
};
#undef AT
/* clang-format on */

bool
texts_hold(const struct texts *t, const char *text)
{
	size_t i;

	for (i = 0; i < t->n; i++) {
		if (strcmp(t->at[i], text) == 0)
			return true;
	}
	return false;
}

static int
add_text(struct texts *t, const char *text)
{
	if (t->n == HOST_LIST_MAX)
		return -ENOSPC;
	t->at[t->n++] = text;
	return 0;
}

static int
split_words(struct texts *t, char *value)
{
	char *word, *rest = value;

	while ((word = strsep(&rest, ",")) != NULL) {
		if (*word && add_text(t, word) < 0)
			return -ENOSPC;
	}
	return 0;
}

static int
parse_scaled(const char *value, double scale, uint32_t *ret)
{
	double number;
	int r = text_f64(value, 0, 1e6, &number);

	if (r == 0)
		*ret = (uint32_t)(number * scale + 0.5);
	return r;
}

static int
parse_versions(const char *value, struct host *h)
{
	h->v1 = strstr(value, "1") != NULL;
	h->v2c = strstr(value, "2") != NULL;
	h->v3 = strstr(value, "3") != NULL;
	return h->v1 || h->v2c || h->v3 || strcmp(value, "off") == 0 ? 0 : -EINVAL;
}

static int
parse_users(const struct scenario *s, char *value, uint32_t *ret)
{
	char *word, *rest = value;
	size_t i;

	while ((word = strsep(&rest, ",")) != NULL) {
		for (i = 0; i < s->n_users && strcmp(s->users[i].name, word) != 0; i++)
			;
		if (i == s->n_users)
			return -ENOENT;
		*ret |= 1u << i;
	}
	return 0;
}

static int
parse_fault(const char *value, enum snmp_fault *ret)
{
	static const char *const names[] = {
#define X(name, text) #name,
	    SNMP_FAULTS(X)
#undef X
	};
	size_t i;

	for (i = 0; i < COUNT_OF(names); i++) {
		if (strcmp(names[i], value) == 0) {
			*ret = (enum snmp_fault)i;
			return 0;
		}
	}
	return -EINVAL;
}

static int
parse_number(const char *value, uint32_t *ret)
{
	int64_t number;
	int r = text_i64(value, 0, UINT32_MAX, &number);

	if (r == 0)
		*ret = (uint32_t)number;
	return r;
}

static int
set_value(const struct scenario *s, const struct key *key, void *base, char *value)
{
	void *at = (char *)base + key->at;

	switch (key->kind) {
	case KEY_TEXT:
		*(const char **)at = value;
		return 0;
	case KEY_TEXTS:
		return add_text(at, value);
	case KEY_WORDS:
		return split_words(at, value);
	case KEY_NUMBER:
		return parse_number(value, at);
	case KEY_MS:
		return parse_scaled(value, 1000, at);
	case KEY_PERMILLE:
		return parse_scaled(value, 10, at);
	case KEY_YES:
		*(bool *)at = strcmp(value, "yes") == 0;
		return 0;
	case KEY_NO:
		*(bool *)at = strcmp(value, "no") == 0;
		return 0;
	case KEY_MAC:
		return mac_parse(value, at);
	case KEY_ADDRESS:
		return address_parse(value, at);
	case KEY_RANGE:
		return address_range_parse(value, at);
	case KEY_VERSIONS:
		return parse_versions(value, base);
	case KEY_USERS:
		return parse_users(s, value, at);
	case KEY_FAULT:
		return parse_fault(value, at);
	}
	return -EINVAL;
}

static char
unescape(char c)
{
	switch (c) {
	case 'n':
		return '\n';
	case 'r':
		return '\r';
	default:
		return c;
	}
}

/* The value at *at, unquoted in place and terminated; *at moves behind it. NULL without a
 * closing quote. */
static char *
take_value(char **at)
{
	char *value = *at, *to, *from;

	if (*value != '"') {
		*at += strcspn(*at, " \t");
		if (**at)
			*(*at)++ = '\0';
		return value;
	}
	for (to = from = ++value; *from && *from != '"'; from++) {
		if (*from == '\\' && from[1])
			*to++ = unescape(*++from);
		else
			*to++ = *from;
	}
	if (*from != '"')
		return NULL;
	*at = from + 1;
	*to = '\0';
	return value;
}

static int
read_pairs(const struct scenario *s, const struct key *keys, size_t n_keys, void *base,
    char *at, char error[static 256])
{
	char *name, *value;
	size_t i;

	for (;;) {
		at += strspn(at, " \t");
		if (*at == '\0' || *at == '#')
			return 0;
		name = at;
		at += strcspn(at, "= \t");
		if (*at != '=') {
			(void)snprintf(error, 256, "'%.40s' has no value", name);
			return -EINVAL;
		}
		*at++ = '\0';
		value = take_value(&at);
		for (i = 0; i < n_keys && strcmp(keys[i].name, name) != 0; i++)
			;
		if (i == n_keys || !value || set_value(s, &keys[i], base, value) < 0) {
			(void)snprintf(error, 256, "%s '%.40s'%s%.100s",
			    i == n_keys ? "no such key as" : "cannot take", name,
			    value ? " = " : ": no closing quote", value ? value : "");
			return -EINVAL;
		}
	}
}

static int
read_host(struct scenario *s, char *at, uint32_t line, char error[static 256])
{
	struct host *h;
	int r;

	if (s->n_hosts == HOSTS_MAX) {
		(void)snprintf(error, 256, "more than %d hosts", HOSTS_MAX);
		return -ENOSPC;
	}
	h = &s->hosts[s->n_hosts++];
	h->line = line;
	h->by = "school";
	h->community = "public";
	h->bytes_max = 1472;
	h->port_name = "eth#";
	h->ports = 1;
	h->speed_mbps = 1000;
	h->location = h->firmware = h->serial = h->model = h->vendor = "";
	r = read_pairs(s, host_keys, COUNT_OF(host_keys), h, at, error);
	if (r < 0)
		return r;
	h->real = strcmp(h->by, "school") != 0;
	if (h->ip.family != ADDRESS_IPV4 || mac_is_zero(&h->mac) || !h->class_key ||
	    !address_in_range(&h->ip, &s->range)) {
		(void)snprintf(
		    error, 256, "a host needs class, mac and an ip within the range");
		return -EINVAL;
	}
	return 0;
}

static int
read_line(struct scenario *s, char *line, uint32_t number, char error[static 256])
{
	char *at = line + strspn(line, " \t");
	size_t len = strcspn(at, " \t");

	if (*at == '\0' || *at == '#')
		return 0;
	if (len == 4 && strncmp(at, "host", 4) == 0)
		return read_host(s, at + len, number, error);
	if (len == 7 && strncmp(at, "network", 7) == 0)
		return read_pairs(s, network_keys, COUNT_OF(network_keys), s, at + len, error);
	if (len == 4 && strncmp(at, "user", 4) == 0 && s->n_users < SCENARIO_USERS_MAX)
		return read_pairs(s, user_keys, COUNT_OF(user_keys), &s->users[s->n_users++],
		    at + len, error);
	(void)snprintf(error, 256, "no such line as '%.40s'", at);
	return -EINVAL;
}

static int
keep_line(struct scenario *s, char *line)
{
	char **larger = reallocarray(s->lines, s->n_lines + 1, sizeof(*larger));

	if (!larger)
		return -ENOMEM;
	s->lines = larger;
	s->lines[s->n_lines++] = line;
	return 0;
}

int
scenario_load(const char *path, struct scenario *ret, char error[static 256])
{
	CLEANUP(fclose_at) FILE *file = fopen(path, "re");
	CLEANUP(scenario_free) struct scenario s = {.announce_s = 30, .seed = 1};
	char words[256] = "out of memory";
	uint32_t number = 0;
	ssize_t len;
	int r = 0;

	s.hosts = calloc(HOSTS_MAX, sizeof(*s.hosts));
	if (!file || !s.hosts) {
		r = -errno;
		(void)snprintf(error, 256, "%.200s: could not be read", path);
		return r;
	}
	while (r == 0) {
		CLEANUP(free_at) char *line = NULL;
		size_t size = 0;

		len = getline(&line, &size, file);
		if (len < 0)
			break;
		line[strcspn(line, "\r\n")] = '\0';
		number++;
		r = keep_line(&s, line);
		if (r == 0)
			r = read_line(&s, TAKE(line, NULL), number, words);
	}
	if (r < 0) {
		(void)snprintf(error, 256, "%.80s:%u: %.150s", path, number, words);
		return r;
	}
	*ret = TAKE(s, (struct scenario){0});
	return 0;
}

void
scenario_free(struct scenario *s)
{
	size_t i;

	for (i = 0; i < s->n_lines; i++)
		free(s->lines[i]);
	free(s->lines);
	free(s->hosts);
	*s = (struct scenario){0};
}
