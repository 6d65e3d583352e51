/*
 * Evidence in, a class and its attributes out (classify.h). Rules speak first;
 * what they leave open is taken from the evidence by one table. Nothing is
 * learned, counted or kept: the same evidence and rules give the same answer.
 */
#include "common/classify/classify.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/address.h"
#include "common/check.h"
#include "common/classify/class.h"
#include "common/classify/product.h"
#include "common/classify/rule.h"
#include "common/classify/vendor.h"
#include "common/text.h"

enum { MATCHES_MAX = 64, SOURCES_MAX = 36, OUI_VENDORS_MAX = 4 };

struct match {
	const struct rule *rule;
	struct captures captures;
};

/* The rules that fit, the most confident first. */
struct matches {
	struct match list[MATCHES_MAX];
	size_t count;
};

/* Tiers of rules by confidence: "rule" from here on, "word" below it, "hint" below that. */
#define WORD_BELOW 0.6
#define HINT_BELOW 0.5

/*
 * THE LIST of attributes: where each is taken from, the first source first. "rule"
 * is what the rules that fit yield, the most confident first; "word" the same of
 * rules that go by a single word, "hint" of those that guess (below one half).
 */
#define ATTRIBUTE(field, yield)                                                                \
	offsetof(struct classification, field),                                                \
	    sizeof(((struct classification *)NULL)->field), yield

enum { YIELD_NOTHING = -1 };

/* clang-format off */
static const struct attribute {
	size_t offset, size;
	int yield; /* enum rule_yield or YIELD_NOTHING */
	const char *sources[SOURCES_MAX];
} attributes[] = {
	{ ATTRIBUTE(vendor, YIELD_VENDOR), {"facts.vendor", "edid.vendor", "rule",
		"lldp.med_vendor", "onvif.maker", "pjlink.maker",
		"ipp.maker", "dhip.maker", "amx.maker", "mdns.vendor", "iana.vendor", "word", "upnp.maker", "hint",
		"entity.chassis_vendor", "ups.vendor", "dot11.vendor", "usb.vendor",
		"oui.vendor"} },
	{ ATTRIBUTE(model, YIELD_MODEL), {"facts.model", "maker.model", "printer.model", "rule", "word",
		"entity.chassis_name", "entity.chassis_model", "iana.product",
		"lldp.med_model", "onvif.model", "pjlink.model", "ipp.model",
		"ipp.make_model", "mdns.model", "escl.make_model", "upnp.model", "wsd.model",
		"sadp.model", "dhip.model", "amx.model", "mndp.board", "ubnt.model", "ubnt.platform",
		"ups.model", "wlan.model", "dot11.model", "page.model", "edid.model", "usb.model", "hint",
		"entity.chassis_descr", "printer.name", "page.name"} },
	{ ATTRIBUTE(serial, YIELD_SERIAL), {"facts.serial", "maker.serial",
		"entity.chassis_serial",
		"printer.serial", "rule", "word", "lldp.med_serial", "onvif.serial", "pjlink.serial",
		"ipp.serial", "escl.serial", "mdns.serial", "upnp.serial", "wlan.serial",
		"sadp.serial", "dhip.serial", "page.serial", "edid.serial", "usb.serial", "hint"} },
	{ ATTRIBUTE(firmware, YIELD_FIRMWARE), {"maker.firmware", "facts.firmware", "rule", "word",
		"entity.firmware",
		"lldp.med_firmware", "lldp.med_software", "onvif.firmware", "pjlink.firmware",
		"ipp.firmware", "sadp.firmware", "dhip.firmware", "amx.firmware", "ubnt.version",
		"edp.version", "mdns.firmware", "ups.firmware", "dot11.firmware", "page.firmware",
		"ups.agent", "hint"} },
	{ ATTRIBUTE(os, YIELD_OS), {"facts.os", "maker.os", "rule", "word", "hint"} },
	{ ATTRIBUTE(name, YIELD_NOTHING), {"facts.name", "snmp.sys_name", "lldp.sys_name",
		"cdp.sys_name",
		"mdns.host_name", "smb.name", "rdp.name", "nbstat.name", "nbns.name",
		"browser.name", "mndp.name", "edp.name", "ubnt.name", "dhcp.host_name", "llmnr.name", "pjlink.name", "upnp.name", "wsd.name",
		"wlan.name"} },
	{ ATTRIBUTE(location, YIELD_NOTHING), {"snmp.sys_location", "facts.location", "mdns.location",
		"ipp.location", "wsd.location"} },
};
/* clang-format on */

static void
matches_add(struct matches *matches, const struct rule *rule, const struct captures *captures)
{
	size_t at = matches->count;

	while (at > 0 && matches->list[at - 1].rule->confidence < rule->confidence)
		at--;
	if (at == MATCHES_MAX)
		return;
	if (matches->count < MATCHES_MAX)
		matches->count++;
	memmove(&matches->list[at + 1], &matches->list[at],
	    (matches->count - at - 1) * sizeof(matches->list[0]));
	matches->list[at].rule = rule;
	matches->list[at].captures = *captures;
}

static void
matches_find(const struct rules *rules, const struct evidence evidence[], size_t count,
    struct matches *ret)
{
	struct sheet sheet;

	sheet_fill(evidence, count, &sheet);
	ret->count = 0;
	for (size_t i = 0; i < rules_count(rules); i++) {
		const struct rule *rule = rules_at(rules, i);
		struct captures captures = {.count = 0};

		if (rule_fits(rule, &sheet, &captures))
			matches_add(ret, rule, &captures);
	}
}

/* THE LIST of what a device says of itself: one key for rules, whichever protocol brought it.
 */
static const struct {
	const char *key, *source, *from;
} self_keys[] = {
    {"descr", "snmp", "sys_descr"},
    {"descr", "lldp", "sys_descr"},
    {"descr", "cdp", "software"},
    {"descr", "maker", "descr"},
    {"descr", "facts", "descr"},
    {"model", "facts", "model"},
    {"model", "cdp", "platform"},
    {"model", "lldp", "med_model"},
    {"model", "mdns", "model"},
    {"model", "upnp", "model"},
    {"model", "wsd", "model"},
    {"model", "pjlink", "model"},
    {"model", "ipp", "make_model"},
    {"model", "ipp", "model"},
    {"model", "escl", "make_model"},
    {"model", "onvif", "model"},
    {"model", "mndp", "board"},
    {"model", "ubnt", "model"},
    {"model", "sadp", "model"},
    {"model", "dhip", "model"},
    {"model", "amx", "model"},
    {"maker", "lldp", "med_vendor"},
    {"maker", "mdns", "vendor"},
    {"maker", "upnp", "maker"},
    {"maker", "pjlink", "maker"},
    {"maker", "onvif", "maker"},
    {"maker", "ipp", "maker"},
    {"maker", "dhip", "maker"},
    {"maker", "amx", "maker"},
    {"words", "snmp", "sys_descr"},
    {"words", "lldp", "sys_descr"},
    {"words", "lldp", "med_model"},
    {"words", "lldp", "med_vendor"},
    {"words", "cdp", "platform"},
    {"words", "dhcp", "vendor_class"},
    {"words", "dhcp6", "vendor"},
    {"words", "mdns", "model"},
    {"words", "mdns", "vendor"},
    {"words", "mdns", "product"},
    {"words", "mdns", "instance"},
    {"words", "ssdp", "server"},
    {"words", "upnp", "maker"},
    {"words", "upnp", "model"},
    {"words", "upnp", "name"},
    {"words", "wsd", "model"},
    {"words", "wsd", "name"},
    {"words", "pjlink", "maker"},
    {"words", "pjlink", "model"},
    {"words", "ipp", "make_model"},
    {"words", "escl", "make_model"},
    {"words", "onvif", "maker"},
    {"words", "onvif", "model"},
    {"words", "sadp", "model"},
    {"words", "dhip", "model"},
    {"words", "amx", "maker"},
    {"words", "amx", "model"},
    {"words", "http", "title"},
    {"words", "http", "server"},
    {"words", "http", "realm"},
    {"words", "http", "cert"},
    {"words", "upnp", "descr"},
    {"words", "ipp", "model"},
    {"words", "sip", "agent"},
    {"words", "rtsp", "server"},
    {"os_version", "smb", "os_version"},
    {"os_version", "rdp", "os_version"},
    {"name", "snmp", "sys_name"},
    {"name", "lldp", "sys_name"},
    {"name", "cdp", "sys_name"},
    {"name", "mdns", "host_name"},
    {"name", "dhcp", "host_name"},
    {"name", "nbns", "name"},
    {"name", "nbstat", "name"},
    {"name", "smb", "name"},
    {"name", "rdp", "name"},
    {"name", "browser", "name"},
    {"name", "mndp", "name"},
    {"name", "ubnt", "name"},
    {"name", "edp", "name"},
    {"name", "dhip", "name"},
    {"name", "llmnr", "name"},
    {"name", "dhcp", "fqdn"},
    {"name", "dhcp6", "fqdn"},
    {"name", "upnp", "name"},
    {"name", "wsd", "name"},
    {"name", "pjlink", "name"},
};

/* Whose word a condition takes. What a device says of itself it says by SNMP as a rule: a
 * second rule that asks SNMP is no second witness. */
static const char *
witness(const struct condition *condition)
{
	return strcmp(condition->source, "self") == 0 ? "snmp" : condition->source;
}

static bool
asks_source(const struct rule *rule, const char *source)
{
	for (size_t i = 0; i < rule->n_conditions; i++)
		if (!rule->conditions[i].negated &&
		    strcmp(witness(&rule->conditions[i]), source) == 0)
			return true;
	return false;
}

/* A source that `other` stands on and `rule` does not, or NULL. */
static const char *
new_source(const struct rule *rule, const struct rule *other)
{
	for (size_t i = 0; i < other->n_conditions; i++)
		if (!other->conditions[i].negated &&
		    !asks_source(rule, witness(&other->conditions[i])))
			return witness(&other->conditions[i]);
	return NULL;
}

/* Names a rule that was weighed: '+' it agrees, '~' nearly, '-' it says something else. */
static void
weighed_add(char *weighed, size_t size, char sign, const struct rule *rule)
{
	size_t used = strlen(weighed);
	const char *says = sign == '+' ? "" : class_key(rule->class_place);

	(void)snprintf(weighed + used, size - used, "; %c %s %.2f%s%s%s", sign, rule->id,
	    rule->confidence, *says ? " (" : "", says, *says ? ")" : "");
}

/* The confidence of the best rule, weighed against what other sources say, one word a source.
 */
static double
confidence_weigh(const struct matches *matches, size_t best, char *weighed, size_t size)
{
	const struct rule *rule = matches->list[best].rule;
	double confidence = rule->confidence;
	const char *heard[MATCHES_MAX];
	size_t n_heard = 0;
	char sign;

	(void)snprintf(weighed, size, "%s %.2f", rule->id, rule->confidence);

	for (size_t i = best + 1; i < matches->count; i++) {
		const struct rule *other = matches->list[i].rule;
		const char *source = new_source(rule, other);
		bool again = false;

		if (!source || other->class_place == CLASS_NONE)
			continue;
		for (size_t k = 0; k < n_heard; k++)
			again |= strcmp(heard[k], source) == 0;
		if (again)
			continue;
		heard[n_heard++] = source;
		sign = class_near(other->class_place, rule->class_place) ? '~' : '-';
		if (other->class_place == rule->class_place)
			sign = '+';
		if (sign == '+')
			confidence = 1 - (1 - confidence) * (1 - 0.5 * other->confidence);
		else if (sign == '-')
			confidence *= 1 - 0.4 * other->confidence;
		weighed_add(weighed, size, sign, other);
	}
	return confidence < 0.99 ? confidence : 0.99;
}

static void
class_choose(const struct matches *matches, struct classification *ret)
{
	(void)text_copy(ret->class_key, sizeof(ret->class_key), class_key(CLASS_UNKNOWN));
	for (size_t i = 0; i < matches->count; i++) {
		const struct rule *rule = matches->list[i].rule;

		if (rule->class_place == CLASS_NONE)
			continue;
		(void)text_copy(
		    ret->class_key, sizeof(ret->class_key), class_key(rule->class_place));
		(void)text_copy(ret->rule, sizeof(ret->rule), rule->id);
		ret->confidence =
		    confidence_weigh(matches, i, ret->weighed, sizeof(ret->weighed));
		return;
	}
}

/* Texts that stand where a value should and say nothing. */
static bool
says_nothing(const char *value)
{
	return text_match(
	    "|none|n/a|na|unknown|null|-|*<private>*|not specified|*to be filled*|"
	    "default string|undefined|not available|not applicable|(none)",
	    value);
}

static bool
attribute_accepts(const struct attribute *attribute, const char *value)
{
	if (*value == '\0' || says_nothing(value))
		return false;
	return attribute->yield != YIELD_SERIAL || !classify_serial_is_placeholder(value);
}

enum tier { TIER_NONE, TIER_RULE, TIER_WORD, TIER_HINT };

static enum tier
tier_of(double confidence)
{
	if (confidence < HINT_BELOW)
		return TIER_HINT;
	return confidence < WORD_BELOW ? TIER_WORD : TIER_RULE;
}

static enum tier
tier_find(const char *source)
{
	static const char *const names[] = {
	    [TIER_RULE] = "rule", [TIER_WORD] = "word", [TIER_HINT] = "hint"};

	for (enum tier tier = TIER_RULE; tier <= TIER_HINT; tier++)
		if (strcmp(names[tier], source) == 0)
			return tier;
	return TIER_NONE;
}

static bool
from_rules(
    const struct attribute *attribute, const struct matches *matches, enum tier tier, char *ret)
{
	if (attribute->yield == YIELD_NOTHING)
		return false;
	for (size_t i = 0; i < matches->count; i++) {
		char value[256];

		if (tier_of(matches->list[i].rule->confidence) != tier)
			continue;
		if (rule_yields(matches->list[i].rule, (enum rule_yield)attribute->yield,
			&matches->list[i].captures, value, sizeof(value)) > 0 &&
		    attribute_accepts(attribute, value)) {
			(void)text_copy(ret, attribute->size, value);
			return true;
		}
	}
	return false;
}

/* A maker's own object for the serial number may hold a small one: young makers count from one.
 * It is shown, but is no key (identity asks on its own). */
static bool
is_small_number(const char *value)
{
	size_t len = strlen(value);

	return len >= 3 && len <= 6 && strspn(value, "0123456789") == len &&
	       strspn(value, (const char[]){value[0], '\0'}) < len && *value != '0';
}

/* Many makers put an order number into entPhysicalModelName: capitals and digits, at least half
 * of them digits. */
static bool
is_order_number(const char *model)
{
	size_t digits = 0, letters = 0;

	for (; *model; model++) {
		if (*model >= 'a' && *model <= 'z')
			return false;
		digits += *model >= '0' && *model <= '9';
		letters += *model >= 'A' && *model <= 'Z';
	}
	return digits >= 5 && digits >= letters;
}

/* One without a letter is no model to people, and what every chassis may be called is none. */
static bool
names_no_product(const struct evidence *e)
{
	if (strcmp(e->key, "chassis_model") == 0)
		return is_order_number(e->value) &&
		       !strpbrk(e->value, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
	return strcmp(e->key, "chassis_descr") == 0 &&
	       text_match("chassis|shelf|stack|rack|unit|system|device|network element|"
			  "virtual chassis|switch|router|module",
		   e->value);
}

static bool
evidence_accepts(const struct attribute *attribute, const struct evidence *e)
{
	if (attribute_accepts(attribute, e->value))
		return !names_no_product(e);
	return attribute->yield == YIELD_SERIAL && strcmp(e->source, "maker") == 0 &&
	       is_small_number(e->value);
}

static bool
from_evidence(const struct attribute *attribute, const char *source_key,
    const struct evidence evidence[], size_t count, char *ret)
{
	const char *dot = strchr(source_key, '.');
	size_t len = (size_t)(dot - source_key);

	for (size_t i = 0; i < count; i++) {
		if (strcmp(evidence[i].key, dot + 1) != 0 ||
		    strlen(evidence[i].source) != len ||
		    memcmp(evidence[i].source, source_key, len) != 0 ||
		    !evidence_accepts(attribute, &evidence[i]))
			continue;
		(void)text_copy(ret, attribute->size, evidence[i].value);
		return true;
	}
	return false;
}

/* What ENTITY-MIB of a UPS tells is often its network card: another thing, with a serial number
 * of its own, that moves from one UPS to the next. */
static bool
entity_is_card(const struct classification *is, const struct evidence evidence[], size_t count)
{
	if (strcmp(is->class_key, "ups") != 0)
		return false;
	for (size_t i = 0; i < count; i++)
		if (strcmp(evidence[i].source, "entity") == 0 &&
		    (strcmp(evidence[i].key, "chassis_model") == 0 ||
			strcmp(evidence[i].key, "chassis_descr") == 0) &&
		    text_match(
			"*card*|*management module*|*adapter*|AP9???*|"
			"RMCARD*|*network-m2*|*network-m3*|*network-ms*|*connectups*|cs1?1*|"
			"*netagent*|*netman*|is-unity*|is-web*",
			evidence[i].value))
			return true;
	return false;
}

/* A computer lists the printers that it prints on among its own devices. */
static bool
is_print_server(const struct classification *is)
{
	return text_match("server|nas|desktop_pc|laptop|all_in_one|thin_client", is->class_key);
}

static void
attribute_choose(const struct attribute *attribute, const struct matches *matches,
    const struct evidence evidence[], size_t count, bool card, struct classification *ret)
{
	char *value = (char *)ret + attribute->offset;

	for (size_t i = 0; i < SOURCES_MAX && attribute->sources[i]; i++) {
		const char *source = attribute->sources[i];
		enum tier tier = tier_find(source);
		bool found;

		if ((card && strncmp(source, "entity.", 7) == 0) ||
		    (strcmp(source, "printer.model") == 0 && is_print_server(ret)))
			continue;
		if (tier != TIER_NONE)
			found = from_rules(attribute, matches, tier, value);
		else
			found = from_evidence(attribute, source, evidence, count, value);
		if (found && attribute->yield == YIELD_MODEL &&
		    strcasecmp(value, ret->vendor) == 0)
			*value = '\0'; /* it bears its maker's name alone */
		else if (found)
			break;
	}
}

void
classify(const struct rules *rules, const struct evidence evidence[], size_t count,
    struct classification *ret)
{
	struct matches matches;
	bool card;

	*ret = (struct classification){.confidence = 0};
	if (count > CLASSIFY_EVIDENCE_MAX)
		count = CLASSIFY_EVIDENCE_MAX;
	matches_find(rules, evidence, count, &matches);
	class_choose(&matches, ret);
	card = entity_is_card(ret, evidence, count);
	for (size_t i = 0; i < COUNT_OF(attributes); i++)
		attribute_choose(&attributes[i], &matches, evidence, count, card, ret);
	vendor_short_name(ret->vendor, ret->vendor, sizeof(ret->vendor));
}

static void
derive_oui(const struct mac macs[], size_t n_macs, struct derived *ret)
{
	for (size_t i = 0; i < n_macs && ret->count < OUI_VENDORS_MAX; i++) {
		const char *vendor = vendor_of_mac(&macs[i]);
		bool again = false;

		for (size_t k = 0; k < ret->count; k++)
			again |= vendor == ret->list[k].value;
		if (vendor && !again)
			ret->list[ret->count++] = (struct evidence){"oui", "vendor", vendor};
	}
}

static void
derive_enterprise(const char *oid, struct derived *ret)
{
	uint32_t enterprise = vendor_enterprise_of_oid(oid);
	const char *vendor;

	if (enterprise == 0)
		return;
	(void)snprintf(ret->number, sizeof(ret->number), "%u", enterprise);
	ret->list[ret->count++] = (struct evidence){"iana", "number", ret->number};
	vendor = vendor_is_software(enterprise) ? NULL : vendor_of_enterprise(enterprise);
	if (vendor)
		ret->list[ret->count++] = (struct evidence){"iana", "vendor", vendor};
	product_of_oid(oid, ret->product, sizeof(ret->product));
	if (*ret->product)
		ret->list[ret->count++] = (struct evidence){"iana", "product", ret->product};
}

/* Of makers behind an agent that is nobody's. */
static void
derive_hidden(const struct evidence *said, struct derived *ret)
{
	uint32_t enterprise = (uint32_t)strtoul(said->value, NULL, 10);
	const char *vendor = vendor_of_enterprise(enterprise);

	if (ret->count + 2 > DERIVED_MAX)
		return;
	ret->list[ret->count++] = (struct evidence){"iana", "number", said->value};
	if (vendor && !vendor_is_software(enterprise))
		ret->list[ret->count++] = (struct evidence){"iana", "vendor", vendor};
}

/* What entPhysicalDescr begins with, if it is short and has a digit, is the product's name
 * then, as people call it. */
static void
derive_chassis(const struct evidence evidence[], size_t count, struct derived *ret)
{
	const char *model = NULL, *descr = NULL;
	size_t len;

	for (size_t i = 0; i < count && !(model && descr); i++) {
		if (strcmp(evidence[i].source, "entity") != 0)
			continue;
		if (!model && strcmp(evidence[i].key, "chassis_model") == 0)
			model = evidence[i].value;
		if (!descr && strcmp(evidence[i].key, "chassis_descr") == 0)
			descr = evidence[i].value;
	}
	if (!model || !descr || !is_order_number(model) || is_order_number(descr))
		return;
	len = strlen(descr);
	if (len >= sizeof(ret->chassis))
		len = strcspn(descr, ",;");
	if (len >= sizeof(ret->chassis) || strcspn(descr, "0123456789") >= len)
		return;
	(void)snprintf(ret->chassis, sizeof(ret->chassis), "%.*s", (int)len, descr);
	ret->list[ret->count++] = (struct evidence){"entity", "chassis_name", ret->chassis};
}

static bool
is_derived(const struct derived *derived, const struct evidence *e)
{
	for (size_t i = 0; i < derived->count; i++)
		if (strcmp(derived->list[i].source, e->source) == 0 &&
		    strcmp(derived->list[i].key, e->key) == 0 &&
		    strcmp(derived->list[i].value, e->value) == 0)
			return true;
	return false;
}

static void
derive_self(const struct evidence *said, struct derived *ret)
{
	for (size_t i = 0; i < COUNT_OF(self_keys) && ret->count < DERIVED_MAX; i++) {
		/* some agents tell their sysDescr in quotation marks */
		const struct evidence self = {
		    "self", self_keys[i].key, said->value + strspn(said->value, "\"\\ ")};

		if (strcmp(said->key, self_keys[i].from) == 0 &&
		    strcmp(said->source, self_keys[i].source) == 0 && !is_derived(ret, &self))
			ret->list[ret->count++] = self;
	}
}

/* A host name has no blanks: there stands '-' for them. */
static bool
begins_with_host(const char *text, const char *host)
{
	char plain[96];
	size_t len = strlen(host);

	(void)text_copy(plain, sizeof(plain), text);
	for (char *at = plain; (at = strchr(at, ' ')) != NULL;)
		*at = '-';
	return len > 0 && strncasecmp(plain, host, len) == 0;
}

/* A service that bears its host's name tells what a person called the host. */
static bool
bears_host_name(const struct evidence *said, const struct evidence evidence[], size_t count)
{
	if (strcmp(said->key, "instance") != 0 || strcmp(said->source, "mdns") != 0)
		return false;
	for (size_t i = 0; i < count; i++)
		if (strcmp(evidence[i].key, "host_name") == 0 &&
		    strcmp(evidence[i].source, "mdns") == 0 &&
		    begins_with_host(said->value, evidence[i].value))
			return true;
	return false;
}

void
classify_derive(const struct mac macs[], size_t n_macs, const struct evidence evidence[],
    size_t count, struct derived *ret)
{
	ret->count = 0;
	derive_oui(macs, n_macs, ret);
	for (size_t i = 0; i < count; i++) {
		if (strcmp(evidence[i].key, "sys_object_id") != 0 ||
		    strcmp(evidence[i].source, "snmp") != 0)
			continue;
		derive_enterprise(evidence[i].value, ret);
		break;
	}
	derive_chassis(evidence, count, ret);
	for (size_t i = 0; i < count; i++)
		if (strcmp(evidence[i].key, "enterprise") == 0 &&
		    strcmp(evidence[i].source, "snmp") == 0)
			derive_hidden(&evidence[i], ret);
	for (size_t i = 0; i < count; i++)
		if (!bears_host_name(&evidence[i], evidence, count))
			derive_self(&evidence[i], ret);
}

void
classify_device(const struct rules *rules, const struct mac macs[], size_t n_macs,
    const struct evidence evidence[], size_t count, struct classification *ret)
{
	struct evidence all[CLASSIFY_EVIDENCE_MAX];
	struct derived derived;

	classify_derive(macs, n_macs, evidence, count, &derived);
	memcpy(all, derived.list, derived.count * sizeof(all[0]));
	if (count > COUNT_OF(all) - derived.count)
		count = COUNT_OF(all) - derived.count;
	if (count)
		memcpy(all + derived.count, evidence, count * sizeof(all[0]));
	classify(rules, all, derived.count + count, ret);
	if (derived.count && strcmp(derived.list[0].source, "oui") == 0)
		(void)text_copy(
		    ret->card_maker, sizeof(ret->card_maker), derived.list[0].value);
}

size_t
classify_told(const struct classification *is, struct evidence ret[static CLASSIFY_TOLD_MAX])
{
	size_t count = 0;

	if (*is->card_maker)
		ret[count++] = (struct evidence){"oui", "vendor", is->card_maker};
	if (*is->weighed)
		ret[count++] = (struct evidence){"rules", "weighed", is->weighed};
	return count;
}
