/* The lists of what is a key, and of values that are none (key.h). */
#include "common/classify/key.h"

#include <string.h>

#include "common/check.h"
#include "common/text.h"

/* clang-format off */
static const struct {
	const char *source, *key; /* patterns; the first row that fits counts */
	enum key_kind kind;
	bool foreign;
} keys[] = {
	{"mdns",   "serial",         KEY_SERIAL,   true}, /* a host tells the printers that it shares */
	{"mdns",   "uuid",           KEY_ENDPOINT, true},
	{"entity", "chassis_serial", KEY_SERIAL,   false},
	{"lldp",   "med_serial",     KEY_SERIAL,   false},
	{"*",      "serial",         KEY_SERIAL,   false},
	{"facts|ipp|dhcp", "uuid", KEY_UUID, false},
	{"*",      "uuid",           KEY_ENDPOINT, false},
	{"lldp|edp", "chassis_id",   KEY_CHASSIS,  false},
	{"snmp",   "bridge_address", KEY_CHASSIS,  false},
	{"stp",    "bridge",         KEY_CHASSIS,  false},
	{"snmp",   "if_mac",         KEY_MAC,      false},
	{"facts",  "mac",            KEY_MAC,      false},
	{"nbstat|nbns", "mac",       KEY_CARD,     false}, /* RFC 1002 section 4.2.18 */
	{"snmp",   "engine_id",      KEY_ENGINE,   false},
	{"dhcp",   "client_id",      KEY_CLIENT,   false},
	{"dhcp*",  "duid",           KEY_CLIENT,   false},
	{"*",      "sys_name|host_name", KEY_NAME, false},
	{"nbns|facts|browser|llmnr", "name", KEY_NAME, false},
};
/* clang-format on */

enum key_kind
key_kind_of(const char *source, const char *key, bool *ret_foreign)
{
	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		if (!text_match(keys[i].key, key) || !text_match(keys[i].source, source))
			continue;
		*ret_foreign = keys[i].foreign;
		return keys[i].kind;
	}
	*ret_foreign = false;
	return KEY_NONE;
}

bool
key_mac_is_virtual(const struct mac *mac)
{
	static const struct {
		uint8_t bytes[5], len;
	} prefixes[] = {
	    {{0x00, 0x00, 0x5e, 0x00, 0x00}, 5}, /* ucarp */
	    {{0x00, 0x00, 0x5e, 0x00, 0x01}, 5}, /* VRRP for IPv4, CARP */
	    {{0x00, 0x00, 0x5e, 0x00, 0x02}, 5}, /* VRRP for IPv6 */
	    {{0x00, 0x00, 0x0c, 0x07, 0xac}, 5}, /* HSRP */
	    {{0x00, 0x00, 0x0c, 0x9f, 0xf0}, 4}, /* HSRP version 2: 00:00:0c:9f:fx:xx */
	    {{0x00, 0x05, 0x73, 0xa0, 0x00}, 4}, /* HSRP for IPv6 */
	    {{0x00, 0x07, 0xb4, 0x00, 0x00}, 4}, /* GLBP */
	};

	for (size_t i = 0; i < COUNT_OF(prefixes); i++)
		if (memcmp(mac->bytes, prefixes[i].bytes, prefixes[i].len) == 0)
			return true;
	return false;
}

bool
key_mac_is_own(const struct mac *mac)
{
	static const struct mac miniports[] = {
	    {{0x50, 0x50, 0x54, 0x50, 0x30, 0x30}},
	    {{0x33, 0x50, 0x6f, 0x45, 0x30, 0x30}},
	    {{0x20, 0x41, 0x53, 0x59, 0x4e, 0xff}},
	};
	bool same = true;

	for (size_t i = 1; i < sizeof(mac->bytes); i++)
		same &= mac->bytes[i] == mac->bytes[0];
	for (size_t i = 0; i < COUNT_OF(miniports); i++)
		if (mac_equal(mac, &miniports[i]))
			return false;
	return !same && !mac_is_multicast(mac) && !key_mac_is_virtual(mac);
}

bool
key_mac_is_key(const struct mac *mac)
{
	return key_mac_is_own(mac) && !mac_is_local(mac);
}

bool
key_uuid_is_placeholder(const char *text)
{
	uint8_t uuid[16];
	unsigned zeros = 0, ones = 0;

	if (text_match("urn:uuid:*", text))
		text += strlen("urn:uuid:");
	else if (text_match("uuid:*", text))
		text += strlen("uuid:");
	if (text_uuid_parse(text, uuid) < 0)
		return true;
	for (size_t i = 0; i < sizeof(uuid); i++) {
		zeros += uuid[i] == 0;
		ones += uuid[i] == 0xff;
	}
	return zeros > 13 || ones > 13 ||
	       text_match("03000200-0400-0500-0006-000700080009|"
			  "00020003-0004-0005-0006-000700080009|"
			  "12345678-1234-5678-90ab-cddeefaabbcc|"
			  "fefefefe-fefe-fefe-fefe-fefefefefefe",
		   text);
}

bool
key_client_is_address(const char *hex)
{
	return strncmp(hex, "01", 2) == 0 && strlen(hex) == 14;
}

bool
key_name_is_common(const char *name)
{
	return text_match(
	    "|localhost|localhost.localdomain|switch|router|gateway|mikrotik|(none)|none|"
	    "unknown|"
	    "default|printer|scanner|camera|*private*|system|sysname|hostname|host|ubnt|"
	    "openwrt|snmp*|noname|test|admin|android|android-dhcp-*|iphone|ipad|"
	    "ubuntu|debian|user|user-pc|pc|my-pc|home|home-pc|windows|workgroup",
	    name);
}
