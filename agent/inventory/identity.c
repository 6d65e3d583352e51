/*
 * Compares claims (identity.h). What each kind of claim weighs stands in one
 * place, identity_weigh(); four make a match, so that one strong claim or two
 * independent medium ones are enough, and no name alone ever is. What is not a
 * key of a device is told here too. It keeps nothing and looks nothing up.
 */
#include "agent/inventory/identity.h"

#include <ctype.h>
#include <string.h>

#include "common/check.h"
#include "common/classify/classify.h"
#include "common/classify/key.h"
#include "common/classify/vendor.h"
#include "common/text.h"

enum {
	WEIGHT_STRONG = 4,
	WEIGHT_BASE = 3,
	WEIGHT_MEDIUM = 2,
	WEIGHT_WEAK = 1,
	WEIGHT_ENOUGH = 4
};

/* Shorter serials are met on two devices by chance. */
enum { SERIAL_RARE_BYTES = 6, NAME_BYTES = 64 };

/* FNV-1a, 64 bits, over the canonical text. */
uint64_t
identity_hash(const char *text)
{
	uint64_t hash = 0xcbf29ce484222325u;
	size_t len;

	while (*text == ' ')
		text++;
	len = strlen(text);
	while (len && text[len - 1] == ' ')
		len--;
	if (len == 0)
		return 0;
	for (size_t i = 0; i < len; i++) {
		unsigned char byte = (unsigned char)text[i];

		if (byte < 0x20)
			continue;
		hash = (hash ^ (uint64_t)toupper(byte)) * 0x100000001b3u;
	}
	return hash ? hash : 1;
}

bool
identity_ip_is_key(const struct address *ip)
{
	if (ip->family == ADDRESS_NONE || address_is_unspecified(ip) ||
	    address_is_loopback(ip) || address_is_multicast(ip))
		return false;
	if (ip->family == ADDRESS_IPV4)
		return !(ip->bytes[0] == 169 && ip->bytes[1] == 254) && ip->bytes[0] != 0 &&
		       ip->bytes[0] != 255;
	return !(ip->bytes[0] == 0xfe && (ip->bytes[1] & 0xc0) == 0x80);
}

static bool
has_mac(const struct mac list[], size_t count, const struct mac *mac)
{
	for (size_t i = 0; i < count; i++)
		if (mac_equal(&list[i], mac))
			return true;
	return false;
}

static void
add_mac(struct mac list[], size_t *count, size_t max, const struct mac *mac)
{
	if (*count < max && key_mac_is_own(mac) && !has_mac(list, *count, mac))
		list[(*count)++] = *mac;
}

static bool
has_ip(const struct address list[], size_t count, const struct address *ip)
{
	for (size_t i = 0; i < count; i++)
		if (address_equal(&list[i], ip))
			return true;
	return false;
}

static void
add_ip(struct address list[], size_t *count, size_t max, const struct address *ip)
{
	if (*count < max && identity_ip_is_key(ip) && !has_ip(list, *count, ip))
		list[(*count)++] = *ip;
}

void
identity_add_seen_mac(struct identity *id, const struct mac *mac)
{
	add_mac(id->seen_macs, &id->n_seen_macs, IDENTITY_MACS_MAX, mac);
}

void
identity_add_seen_ip(struct identity *id, const struct address *ip)
{
	add_ip(id->seen_ips, &id->n_seen_ips, IDENTITY_IPS_MAX, ip);
}

void
identity_seen(struct identity *id, const struct mac macs[], size_t n_macs,
    const struct address ips[], size_t n_ips)
{
	for (size_t i = 0; i < n_macs && id->n_seen_macs < IDENTITY_MACS_MAX; i++)
		if (key_mac_is_own(&macs[i]))
			id->seen_macs[id->n_seen_macs++] = macs[i];
	for (size_t i = 0; i < n_ips && id->n_seen_ips < IDENTITY_IPS_MAX; i++)
		if (identity_ip_is_key(&ips[i]))
			id->seen_ips[id->n_seen_ips++] = ips[i];
}

static void
add_id(struct id_claim list[], size_t *count, size_t max, const char *source, const char *value,
    bool foreign, bool hard)
{
	struct id_claim claim = {.value = identity_hash(value),
	    .source = (uint32_t)identity_hash(source),
	    .weak = foreign || strlen(value) < SERIAL_RARE_BYTES,
	    .hard = hard};

	if (claim.value == 0 || *count == max)
		return;
	for (size_t i = 0; i < *count; i++)
		if (list[i].value == claim.value && list[i].source == claim.source)
			return;
	list[(*count)++] = claim;
}

/* Protocols put "urn:uuid:" before it or not. */
static const char *
bare_uuid(const char *value)
{
	const char *colon = strrchr(value, ':');

	return colon ? colon + 1 : value;
}

/* Without its domain. */
static void
name_of(const char *value, char ret[static NAME_BYTES])
{
	size_t len = strcspn(value, ".");

	if (len >= NAME_BYTES)
		len = NAME_BYTES - 1;
	memcpy(ret, value, len);
	ret[len] = '\0';
}

static void
add_name(struct identity *id, const char *value)
{
	char name[NAME_BYTES];
	uint64_t hash;

	name_of(value, name);
	hash = identity_hash(name);
	for (size_t i = 0; i < id->n_names; i++)
		if (id->names[i] == hash)
			return;
	if (hash && id->n_names < IDENTITY_NAMES_MAX)
		id->names[id->n_names++] = hash;
}

/* An address of the whole device; an LLDP chassis ID says first that it is one. */
static void
add_base_mac(struct identity *id, const char *value)
{
	struct mac mac;

	if (text_match("mac:*", value))
		value += strlen("mac:");
	if (mac_parse(value, &mac) == 0)
		add_mac(id->base_macs, &id->n_base_macs, COUNT_OF(id->base_macs), &mac);
}

static void
add_port_mac(struct identity *id, const char *value)
{
	struct mac mac;

	if (mac_parse(value, &mac) == 0)
		add_mac(id->port_macs, &id->n_port_macs, IDENTITY_MACS_MAX, &mac);
}

static void
add_card_mac(struct identity *id, const char *value)
{
	struct mac mac;

	if (mac_parse(value, &mac) == 0)
		add_mac(id->card_macs, &id->n_card_macs, COUNT_OF(id->card_macs), &mac);
}

/* What is no key of its own. */
static void
add_snmp(struct identity *id, const char *key, const char *value)
{
	struct address ip;

	if (strcmp(key, "ip_address") == 0) {
		if (address_parse(value, &ip) == 0)
			add_ip(id->told_ips, &id->n_told_ips, IDENTITY_IPS_MAX, &ip);
	} else if (strcmp(key, "sys_object_id") == 0) {
		id->type = identity_hash(value);
		id->maker = vendor_enterprise_of_oid(value);
		if (vendor_is_software(id->maker))
			id->maker = 0;
	}
}

bool
identity_claims(const char *source, const char *key, const char *value)
{
	char name[NAME_BYTES];
	bool foreign;

	switch (key_kind_of(source, key, &foreign)) {
	case KEY_SERIAL:
		return !classify_serial_is_placeholder(value);
	case KEY_UUID:
	case KEY_ENDPOINT:
		return !key_uuid_is_placeholder(value) &&
		       !classify_serial_is_placeholder(bare_uuid(value));
	case KEY_ENGINE:
		return strlen(value) >= 10;
	case KEY_CLIENT:
		return !key_client_is_address(value);
	case KEY_NAME: /* the ones that devices have from the factory say nothing */
		name_of(value, name);
		return !key_name_is_common(name);
	case KEY_CHASSIS:
	case KEY_MAC:
	case KEY_CARD:
		return true;
	case KEY_NONE:
		return strcmp(source, "snmp") == 0 &&
		       (strcmp(key, "ip_address") == 0 || strcmp(key, "sys_object_id") == 0);
	}
	return false;
}

void
identity_add_claim(struct identity *id, const char *source, const char *key, const char *value)
{
	bool foreign;
	enum key_kind kind = key_kind_of(source, key, &foreign);

	switch (kind) {
	case KEY_SERIAL:
		add_id(id->serials, &id->n_serials, IDENTITY_SERIALS_MAX, source, value,
		    foreign, true);
		break;
	case KEY_UUID:
	case KEY_ENDPOINT:
		add_id(id->uuids, &id->n_uuids, IDENTITY_UUIDS_MAX, source, bare_uuid(value),
		    foreign, kind == KEY_UUID);
		break;
	case KEY_CHASSIS:
		add_base_mac(id, value);
		break;
	case KEY_MAC:
		add_port_mac(id, value);
		break;
	case KEY_CARD:
		add_card_mac(id, value);
		break;
	case KEY_ENGINE:
		id->engine = identity_hash(value);
		break;
	case KEY_CLIENT:
		id->client = identity_hash(value);
		break;
	case KEY_NAME:
		add_name(id, value);
		break;
	case KEY_NONE:
		add_snmp(id, key, value);
		break;
	}
}

void
identity_add(struct identity *id, const char *source, const char *key, const char *value)
{
	if (identity_claims(source, key, value))
		identity_add_claim(id, source, key, value);
}

void
identity_join(struct identity *to, const struct identity *from)
{
	for (size_t i = 0; i < from->n_serials && to->n_serials < IDENTITY_SERIALS_MAX; i++)
		to->serials[to->n_serials++] = from->serials[i];
	for (size_t i = 0; i < from->n_uuids && to->n_uuids < IDENTITY_UUIDS_MAX; i++)
		to->uuids[to->n_uuids++] = from->uuids[i];
	for (size_t i = 0; i < from->n_seen_macs; i++)
		identity_add_seen_mac(to, &from->seen_macs[i]);
	for (size_t i = 0; i < from->n_port_macs; i++)
		add_mac(
		    to->port_macs, &to->n_port_macs, IDENTITY_MACS_MAX, &from->port_macs[i]);
	for (size_t i = 0; i < from->n_base_macs; i++)
		add_mac(to->base_macs, &to->n_base_macs, COUNT_OF(to->base_macs),
		    &from->base_macs[i]);
	for (size_t i = 0; i < from->n_card_macs; i++)
		add_mac(to->card_macs, &to->n_card_macs, COUNT_OF(to->card_macs),
		    &from->card_macs[i]);
	for (size_t i = 0; i < from->n_seen_ips; i++)
		identity_add_seen_ip(to, &from->seen_ips[i]);
	for (size_t i = 0; i < from->n_told_ips; i++)
		add_ip(to->told_ips, &to->n_told_ips, IDENTITY_IPS_MAX, &from->told_ips[i]);
	for (size_t i = 0; i < from->n_names && to->n_names < IDENTITY_NAMES_MAX; i++)
		to->names[to->n_names++] = from->names[i];
	to->engine = from->engine ? from->engine : to->engine;
	to->client = from->client ? from->client : to->client;
	to->type = from->type ? from->type : to->type;
	to->maker = from->maker ? from->maker : to->maker;
}

/* ---------------------------------------------------------------- comparing */

static bool
makers_differ(const struct identity *a, const struct identity *b)
{
	return a->maker && b->maker && a->maker != b->maker;
}

/* What the best shared one weighs, 0 for none. */
static unsigned
shared_weight(const struct id_claim a[], size_t n_a, const struct id_claim b[], size_t n_b)
{
	unsigned weight = 0;

	for (size_t i = 0; i < n_a; i++) {
		for (size_t k = 0; k < n_b; k++) {
			bool weak = a[i].weak || b[k].weak;
			unsigned w = weak ? WEIGHT_MEDIUM : WEIGHT_STRONG;

			if (a[i].value == b[k].value && w > weight)
				weight = w;
		}
	}
	return weight;
}

/* Both told hard ones of one source, and none of them is shared. */
static bool
ids_contradict(const struct id_claim a[], size_t n_a, const struct id_claim b[], size_t n_b)
{
	bool comparable = false;

	for (size_t i = 0; i < n_a; i++) {
		for (size_t k = 0; k < n_b; k++) {
			if (a[i].weak || b[k].weak || !a[i].hard || !b[k].hard ||
			    a[i].source != b[k].source)
				continue;
			if (a[i].value == b[k].value)
				return false;
			comparable = true;
		}
	}
	return comparable;
}

static bool
name_shared(const struct identity *a, const struct identity *b)
{
	for (size_t i = 0; i < a->n_names; i++)
		for (size_t k = 0; k < b->n_names; k++)
			if (a->names[i] == b->names[k])
				return true;
	return false;
}

/* Both have names, and none in common. */
static bool
names_differ(const struct identity *a, const struct identity *b)
{
	return a->n_names && b->n_names && !name_shared(a, b);
}

/* Serial numbers or the hardware's UUIDs tell them apart; but a serial number and a name
 * outweigh a UUID: the board is new. */
static bool
hardware_contradicts(const struct identity *a, const struct identity *b)
{
	if (ids_contradict(a->serials, a->n_serials, b->serials, b->n_serials))
		return true;
	return ids_contradict(a->uuids, a->n_uuids, b->uuids, b->n_uuids) &&
	       !(name_shared(a, b) && shared_weight(a->serials, a->n_serials, b->serials,
					  b->n_serials) == WEIGHT_STRONG);
}

/* Universally administered addresses in both. */
static size_t
macs_shared(const struct mac a[], size_t n_a, const struct mac b[], size_t n_b)
{
	size_t shared = 0;

	for (size_t i = 0; i < n_a; i++)
		shared += key_mac_is_key(&a[i]) && has_mac(b, n_b, &a[i]);
	return shared;
}

/* The frames of `a` come from a port that its own table lists and the table of `b` does not. */
static bool
port_is_foreign(const struct identity *a, const struct identity *b)
{
	for (size_t i = 0; i < a->n_seen_macs && b->n_port_macs; i++)
		if (has_mac(a->port_macs, a->n_port_macs, &a->seen_macs[i]) &&
		    !has_mac(b->port_macs, b->n_port_macs, &a->seen_macs[i]))
			return true;
	return false;
}

/* Two tables of ports, read in one round, that one device cannot have given. */
static bool
bodies_differ(const struct identity *a, const struct identity *b)
{
	if (a->n_port_macs == 0 || b->n_port_macs == 0)
		return false;
	return port_is_foreign(a, b) || port_is_foreign(b, a) ||
	       macs_shared(a->port_macs, a->n_port_macs, b->port_macs, b->n_port_macs) == 0;
}

/* The card that one told is the other's too, which told it or sent frames from it. */
static bool
card_shared(const struct identity *a, const struct identity *b)
{
	return macs_shared(a->card_macs, a->n_card_macs, b->card_macs, b->n_card_macs) > 0 ||
	       macs_shared(a->card_macs, a->n_card_macs, b->seen_macs, b->n_seen_macs) > 0 ||
	       macs_shared(a->seen_macs, a->n_seen_macs, b->card_macs, b->n_card_macs) > 0;
}

static unsigned
mac_weight(const struct identity *a, const struct identity *b)
{
	size_t ports = macs_shared(a->port_macs, a->n_port_macs, b->port_macs, b->n_port_macs);
	size_t fewer = a->n_port_macs < b->n_port_macs ? a->n_port_macs : b->n_port_macs;

	if (ports >= 2 && ports * 2 > fewer)
		return WEIGHT_STRONG;
	if (ports || card_shared(a, b) ||
	    macs_shared(a->seen_macs, a->n_seen_macs, b->seen_macs, b->n_seen_macs) ||
	    macs_shared(a->seen_macs, a->n_seen_macs, b->port_macs, b->n_port_macs) ||
	    macs_shared(a->port_macs, a->n_port_macs, b->seen_macs, b->n_seen_macs))
		return WEIGHT_MEDIUM;
	return 0;
}

static bool
base_shared(const struct identity *a, const struct identity *b)
{
	return macs_shared(a->base_macs, a->n_base_macs, b->base_macs, b->n_base_macs) > 0 ||
	       macs_shared(a->base_macs, a->n_base_macs, b->port_macs, b->n_port_macs) > 0 ||
	       macs_shared(a->port_macs, a->n_port_macs, b->base_macs, b->n_base_macs) > 0 ||
	       macs_shared(a->base_macs, a->n_base_macs, b->seen_macs, b->n_seen_macs) > 0 ||
	       macs_shared(a->seen_macs, a->n_seen_macs, b->base_macs, b->n_base_macs) > 0;
}

/* `a` tells an address at which `b` was seen. */
static bool
tells_ip_of(const struct identity *a, const struct identity *b)
{
	for (size_t i = 0; i < b->n_seen_ips; i++)
		if (has_ip(a->told_ips, a->n_told_ips, &b->seen_ips[i]))
			return true;
	return false;
}

/* What two identities have in common, weighed. */
static unsigned
identity_weigh(const struct identity *a, const struct identity *b)
{
	unsigned weight = shared_weight(a->uuids, a->n_uuids, b->uuids, b->n_uuids);

	/* Computers made from one image, and boards whose maker was careless, share a UUID. */
	if (weight == WEIGHT_STRONG && names_differ(a, b))
		weight = WEIGHT_MEDIUM;
	if (!makers_differ(a, b)) /* a serial counts with its maker */
		weight += shared_weight(a->serials, a->n_serials, b->serials, b->n_serials);
	if (base_shared(a, b))
		weight += WEIGHT_BASE;
	weight += mac_weight(a, b);
	if (a->engine && a->engine == b->engine)
		weight += WEIGHT_MEDIUM;
	if (a->client && a->client == b->client)
		weight += WEIGHT_MEDIUM;
	if (name_shared(a, b))
		weight += WEIGHT_WEAK;
	if (tells_ip_of(a, b))
		weight += WEIGHT_WEAK;
	if (tells_ip_of(b, a))
		weight += WEIGHT_WEAK;
	return weight;
}

/* Nothing is known of it but the addresses its frames came from. */
static bool
is_bare(const struct identity *id)
{
	return id->n_serials == 0 && id->n_port_macs == 0 && id->engine == 0 && id->type == 0;
}

/* All that is known of `bare` is an address or a chassis which `rich` tells to be its own. */
static bool
owns_bare(const struct identity *rich, const struct identity *bare)
{
	if (!is_bare(bare))
		return false;
	if (base_shared(rich, bare))
		return true;
	if (bare->n_seen_macs == 0)
		return bare->n_seen_ips > 0 && tells_ip_of(rich, bare);
	for (size_t i = 0; i < bare->n_seen_macs; i++) {
		const struct mac *mac = &bare->seen_macs[i];

		if (!has_mac(rich->port_macs, rich->n_port_macs, mac) &&
		    !has_mac(rich->base_macs, rich->n_base_macs, mac))
			return false;
		if (mac_is_local(mac) && !tells_ip_of(rich, bare))
			return false; /* containers on two hosts may bear the same one */
	}
	return true;
}

enum identity_verdict
identity_compare(const struct identity *known, const struct identity *seen, bool at_once)
{
	if (hardware_contradicts(known, seen) || makers_differ(known, seen))
		return IDENTITY_APART;
	if (at_once && bodies_differ(known, seen))
		return IDENTITY_APART;
	if (owns_bare(seen, known) || owns_bare(known, seen))
		return IDENTITY_SAME;
	return identity_weigh(known, seen) >= WEIGHT_ENOUGH ? IDENTITY_SAME : IDENTITY_UNSURE;
}

/* Somebody else may answer at an address that reached us through this MAC (proxy ARP): the
 * answer tells ports and addresses, and neither are the ones we know. */
static bool
speaks_for_another(const struct identity *known, const struct identity *answer)
{
	size_t told = 0;

	if (known->n_seen_ips < 2 || known->n_seen_macs == 0 || answer->n_port_macs == 0 ||
	    answer->n_told_ips == 0)
		return false;
	if (macs_shared(known->seen_macs, known->n_seen_macs, answer->port_macs,
		answer->n_port_macs) > 0)
		return false;
	for (size_t i = 0; i < known->n_seen_ips; i++)
		told += has_ip(answer->told_ips, answer->n_told_ips, &known->seen_ips[i]);
	return told < 2;
}

bool
identity_accepts(const struct identity *known, const struct identity *answer, bool same_ip)
{
	if (hardware_contradicts(known, answer))
		return false;
	if (known->n_port_macs && answer->n_port_macs &&
	    macs_shared(known->port_macs, known->n_port_macs, answer->port_macs,
		answer->n_port_macs) == 0)
		return false;
	if (same_ip || answer->type == 0)
		return true;
	if (known->type && known->type != answer->type)
		return false;
	if (known->type && names_differ(known, answer))
		return false;
	return !speaks_for_another(known, answer);
}

/* Both told some, and none is shared, whatever the sources. */
static bool
uuids_differ(const struct identity *a, const struct identity *b)
{
	return a->n_uuids && b->n_uuids &&
	       shared_weight(a->uuids, a->n_uuids, b->uuids, b->n_uuids) == 0;
}

bool
identity_moved(const struct identity *known, const struct identity *answer, bool is_anothers)
{
	size_t cards = 0;

	for (size_t i = 0; i < known->n_seen_macs; i++)
		cards += key_mac_is_key(&known->seen_macs[i]);
	/* Behind a router's card others may answer (proxy ARP): there ports tell whose it is.
	 */
	if ((known->type || answer->type) && macs_shared(known->seen_macs, known->n_seen_macs,
						 answer->port_macs, answer->n_port_macs) == 0)
		return false;
	if (hardware_contradicts(known, answer))
		return true;
	if (is_anothers)
		return uuids_differ(known, answer) || names_differ(known, answer);
	return cards > 1 && uuids_differ(known, answer) && names_differ(known, answer);
}
