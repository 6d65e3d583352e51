/*
 * One row for each kind of evidence that identifies. Serial numbers and UUIDs
 * are folded to upper and lower case; addresses that many devices share by
 * design (VRRP, HSRP), placeholders and group addresses identify nothing.
 */
#include "collector/store/claims.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "common/address.h"
#include "common/check.h"
#include "common/text.h"

struct source {
	const char *source, *key, *kind;
	bool (*form)(const char *value, char ret[static CLAIM_VALUE_SIZE]);
};

static bool
serial_form(const char *value, char ret[static CLAIM_VALUE_SIZE])
{
	size_t at = 0;

	if (classify_serial_is_placeholder(value))
		return false;
	/* Blanks inside come and go between firmwares. */
	for (; *value && at + 1 < CLAIM_VALUE_SIZE; value++)
		if (*value != ' ')
			ret[at++] = (char)toupper((unsigned char)*value);
	ret[at] = '\0';
	return at >= 3;
}

static bool
uuid_form(const char *value, char ret[static CLAIM_VALUE_SIZE])
{
	uint8_t uuid[16];
	unsigned zeros = 0, ones = 0;

	if (strncmp(value, "urn:uuid:", 9) == 0)
		value += 9;
	else if (strncmp(value, "uuid:", 5) == 0)
		value += 5;
	if (text_uuid_parse(value, uuid) < 0)
		return false;
	for (size_t i = 0; i < sizeof(uuid); i++) {
		zeros += uuid[i] == 0;
		ones += uuid[i] == 0xff;
	}
	if (zeros > 13 || ones > 13)
		return false;
	text_uuid(ret, uuid);
	return true;
}

/* One device's own address: not local, not a group's, not one of a redundancy protocol. */
static bool
mac_is_own(const struct mac *mac)
{
	static const uint8_t vrrp[5] = {0x00, 0x00, 0x5e, 0x00, 0x01};
	static const uint8_t vrrp6[5] = {0x00, 0x00, 0x5e, 0x00, 0x02};
	static const uint8_t hsrp[5] = {0x00, 0x00, 0x0c, 0x07, 0xac};

	return !mac_is_zero(mac) && !mac_is_local(mac) && !mac_is_multicast(mac) &&
	       memcmp(mac->bytes, vrrp, 5) != 0 && memcmp(mac->bytes, vrrp6, 5) != 0 &&
	       memcmp(mac->bytes, hsrp, 5) != 0;
}

/* "<subtype>:<mac>" or "<mac>". */
static bool
mac_form(const char *value, char ret[static CLAIM_VALUE_SIZE])
{
	const char *after = strchr(value, ':');
	struct mac mac;

	if (mac_parse(value, &mac) < 0 && (!after || mac_parse(after + 1, &mac) < 0))
		return false;
	if (!mac_is_own(&mac))
		return false;
	mac_format(&mac, ret);
	return true;
}

static bool
plain_form(const char *value, char ret[static CLAIM_VALUE_SIZE])
{
	size_t len = text_copy(ret, CLAIM_VALUE_SIZE, value);

	for (size_t i = 0; i < len; i++)
		ret[i] = (char)tolower((unsigned char)ret[i]);
	return len >= 3;
}

/* Names that makers give to every one of their devices tell none apart. */
static bool
name_form(const char *value, char ret[static CLAIM_VALUE_SIZE])
{
	static const char common_names[] =
	    "localhost|unknown|switch|router|printer|android|"
	    "ubuntu|debian|openwrt|default|none|(none)|admin|mikrotik";

	return !text_match(common_names, value) && plain_form(value, ret);
}

/* clang-format off */
static const struct source sources[] = {
	{ "entity",  "chassis_serial", "serial",    serial_form },
	{ "printer", "serial",         "serial",    serial_form },
	{ "maker",   "serial",         "serial",    serial_form },
	{ "lldp",    "med_serial",     "serial",    serial_form },
	{ "mdns",    "serial",         "serial",    serial_form },
	{ "snmp",    "serial",         "serial",    serial_form },
	{ "mdns",    "uuid",           "uuid",      uuid_form },
	{ "ipp",     "uuid",           "uuid",      uuid_form },
	{ "upnp",    "uuid",           "uuid",      uuid_form },
	{ "wsd",     "uuid",           "uuid",      uuid_form },
	{ "facts",   "serial",         "serial",    serial_form },
	{ "edid",    "serial",         "serial",    serial_form },
	{ "usb",     "serial",         "serial",    serial_form },
	{ "facts",   "uuid",           "uuid",      uuid_form },
	{ "lldp",    "chassis_id",     "chassis",   mac_form },
	{ "snmp",    "bridge_address", "chassis",   mac_form },
	{ "stp",     "bridge",         "chassis",   mac_form },
	{ "snmp",    "engine_id",      "engine_id", plain_form },
	{ "dhcp",    "client_id",      "client_id", plain_form },
	{ "facts",   "name",           "name",      name_form },
	{ "snmp",    "sys_name",       "name",      name_form },
	{ "lldp",    "sys_name",       "name",      name_form },
	{ "mdns",    "host_name",      "name",      name_form },
};
/* clang-format on */

static size_t
claim_add(struct claim ret[static CLAIMS_MAX], size_t count, const char *kind,
    const char *value, const char *qualifier)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(ret[i].kind, kind) == 0 && strcmp(ret[i].value, value) == 0)
			return count;
	if (count == CLAIMS_MAX)
		return count;
	ret[count].kind = kind;
	(void)text_copy(ret[count].value, sizeof(ret[count].value), value);
	(void)text_copy(ret[count].qualifier, sizeof(ret[count].qualifier), qualifier);
	return count + 1;
}

size_t
claims_of(const Parta__V1__Device *device, const struct classification *class,
    struct claim ret[static CLAIMS_MAX])
{
	char value[CLAIM_VALUE_SIZE], vendor[CLAIM_VALUE_SIZE] = "";
	size_t count = 0;

	if (class)
		(void)plain_form(class->vendor, vendor);
	if (class && serial_form(class->serial, value))
		count = claim_add(ret, count, "serial", value, vendor);
	for (size_t s = 0; s < COUNT_OF(sources); s++) {
		const struct source *source = &sources[s];

		for (size_t i = 0; i < device->n_evidence; i++) {
			const Parta__V1__Evidence *e = device->evidence[i];

			if (strcmp(e->source, source->source) == 0 &&
			    strcmp(e->key, source->key) == 0 && source->form(e->value, value))
				count = claim_add(ret, count, source->kind, value,
				    strcmp(source->kind, "serial") == 0 ? vendor : "");
		}
	}
	for (size_t i = 0; i < device->n_mac; i++) {
		struct mac mac;

		if (device->mac[i].len != sizeof(mac.bytes))
			continue;
		memcpy(mac.bytes, device->mac[i].data, sizeof(mac.bytes));
		if (!mac_is_own(&mac))
			continue;
		mac_format(&mac, value);
		count = claim_add(ret, count, "mac", value, "");
	}
	return count;
}
