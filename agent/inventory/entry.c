/*
 * Keeps what is known of one device (entry.h). How a new value meets an old one
 * depends on who told it: most keys have one value and the last one counts; what
 * comes one a packet is collected; what comes from a table walked whole leaves
 * only when two walks agree that it is gone. It decides nothing about identity.
 */
#include "agent/inventory/entry.h"

#include <stdlib.h>
#include <string.h>

#include "common/check.h"
#include "common/classify/key.h"
#include "common/text.h"

enum { WALKS_TO_FORGET = 2 };

enum keep { KEEP_LAST, KEEP_ALL, KEEP_WALKED };

/* The list of keys that have many values; all others have the last one told. */
/* clang-format off */
static const struct {
	const char *source, *key;
	enum keep keep;
} many_valued[] = {
	{"snmp", "if_mac", KEEP_WALKED},
	{"snmp", "ip_address", KEEP_WALKED},
	{"entity", "chassis_serial", KEEP_WALKED},
	{"host", "device_descr", KEEP_WALKED},
	{"host", "storage", KEEP_WALKED},
	{"host", "software", KEEP_WALKED},
	{"router", "heard", KEEP_ALL},
	{"wlan", "controller", KEEP_ALL},
	{"lldp", "management_address", KEEP_ALL},
	{"mdns", "service", KEEP_ALL},
	{"mdns", "instance", KEEP_ALL},
	{"mdns", "model", KEEP_ALL},
	{"mdns", "address", KEEP_ALL},
	{"mdns", "shared_printer", KEEP_ALL},
	{"lldp", "vlan_name", KEEP_ALL},
	{"ssdp", "type", KEEP_ALL},
	{"wsd", "type", KEEP_ALL},
	{"upnp", "type", KEEP_ALL},
	{"dhcp6", "vendor", KEEP_ALL},
};
/* clang-format on */

static enum keep
keep_of(const char *source, const char *key)
{
	for (size_t i = 0; i < COUNT_OF(many_valued); i++)
		if (strcmp(many_valued[i].key, key) == 0 &&
		    strcmp(many_valued[i].source, source) == 0)
			return many_valued[i].keep;
	return KEEP_LAST;
}

struct entry *
entry_new(void)
{
	return calloc(1, sizeof(struct entry));
}

static void
fact_free(struct fact *fact, struct budget *budget)
{
	budget->bytes -= fact->bytes;
	free(fact->block);
}

void
entry_free(struct entry *entry, struct budget *budget)
{
	if (!entry)
		return;
	for (size_t i = 0; i < entry->device.n_evidence; i++)
		fact_free(&entry->facts[i], budget);
	budget->bytes -= entry->ports_room * sizeof(struct port) +
			 entry->neighbors_room * sizeof(struct neighbor);
	free(entry->facts);
	free(entry->device.macs);
	free(entry->device.ips);
	free(entry->device.evidence);
	free(entry->device.ports);
	free(entry->device.neighbors);
	free(entry->ports_missed);
	free(entry->neighbors_missed);
	free(entry);
}

/* ---------------------------------------------------------------- addresses */

enum { ADDRESSES_FIRST = 2 }; /* most devices have no more */

/* The list with room for one more behind `count`, or NULL; *room grows within max. */
static void *
addresses_grow(void *list, size_t count, size_t *room, size_t max, size_t size)
{
	size_t wanted = *room ? *room * 2 : ADDRESSES_FIRST;
	void *grown;

	if (count < *room)
		return list;
	if (wanted > max)
		wanted = max;
	grown = count < wanted ? reallocarray(list, wanted, size) : NULL;
	if (grown)
		*room = wanted;
	return grown;
}

static bool
macs_grow(struct entry *entry)
{
	struct device *d = &entry->device;
	struct mac *grown = addresses_grow(
	    d->macs, d->n_macs, &entry->macs_room, DEVICE_MACS_MAX, sizeof(d->macs[0]));

	if (grown)
		d->macs = grown;
	return grown;
}

static bool
ips_grow(struct entry *entry)
{
	struct device *d = &entry->device;
	struct address *grown = addresses_grow(
	    d->ips, d->n_ips, &entry->ips_room, DEVICE_IPS_MAX, sizeof(d->ips[0]));

	if (grown)
		d->ips = grown;
	return grown;
}

/* Both put a seen address among the first seen ones, in order; when there is no more room the
 * last told one makes it. */
bool
entry_add_seen_mac(struct entry *entry, const struct mac *mac)
{
	struct device *d = &entry->device;
	size_t at = 0;

	for (size_t i = 0; i < entry->n_seen_macs; i++)
		if (mac_equal(&d->macs[i], mac))
			return false;
	if (macs_grow(entry))
		d->n_macs++;
	else if (entry->n_seen_macs == d->n_macs)
		return false;
	while (at < entry->n_seen_macs && memcmp(&d->macs[at], mac, sizeof(*mac)) < 0)
		at++;
	memmove(&d->macs[at + 1], &d->macs[at], (d->n_macs - at - 1) * sizeof(*mac));
	d->macs[at] = *mac;
	entry->n_seen_macs++;
	return true;
}

bool
entry_add_seen_ip(struct entry *entry, const struct address *ip)
{
	struct device *d = &entry->device;
	size_t at = 0;

	for (size_t i = 0; i < entry->n_seen_ips; i++)
		if (address_equal(&d->ips[i], ip))
			return false;
	if (ips_grow(entry))
		d->n_ips++;
	else if (entry->n_seen_ips == d->n_ips)
		return false;
	while (at < entry->n_seen_ips && address_compare(&d->ips[at], ip) < 0)
		at++;
	memmove(&d->ips[at + 1], &d->ips[at], (d->n_ips - at - 1) * sizeof(*ip));
	d->ips[at] = *ip;
	entry->n_seen_ips++;
	return true;
}

void
entry_drop_mac(struct entry *entry, const struct mac *mac)
{
	struct device *d = &entry->device;

	for (size_t i = 0; i < d->n_macs; i++) {
		if (!mac_equal(&d->macs[i], mac))
			continue;
		d->n_macs--;
		memmove(&d->macs[i], &d->macs[i + 1], (d->n_macs - i) * sizeof(*mac));
		if (i < entry->n_seen_macs)
			entry->n_seen_macs--;
		return;
	}
}

void
entry_drop_ip(struct entry *entry, const struct address *ip)
{
	struct device *d = &entry->device;

	for (size_t i = 0; i < d->n_ips; i++) {
		if (!address_equal(&d->ips[i], ip))
			continue;
		d->n_ips--;
		memmove(&d->ips[i], &d->ips[i + 1], (d->n_ips - i) * sizeof(*ip));
		if (i < entry->n_seen_ips)
			entry->n_seen_ips--;
		return;
	}
}

static void
add_told_mac(struct entry *entry, const struct mac *mac)
{
	struct device *d = &entry->device;

	for (size_t i = 0; i < d->n_macs; i++)
		if (mac_equal(&d->macs[i], mac))
			return;
	if (key_mac_is_key(mac) && macs_grow(entry))
		d->macs[d->n_macs++] = *mac;
}

static void
add_told_ip(struct entry *entry, const struct address *ip)
{
	struct device *d = &entry->device;

	for (size_t i = 0; i < d->n_ips; i++)
		if (address_equal(&d->ips[i], ip))
			return;
	if (ips_grow(entry))
		d->ips[d->n_ips++] = *ip;
}

static int
compare_macs(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct mac));
}

static int
compare_ips(const void *a, const void *b)
{
	return address_compare(a, b);
}

void
entry_settle(struct entry *entry, const struct identity *id)
{
	struct device *d = &entry->device;
	bool local = entry->n_seen_macs > 0;

	d->n_macs = entry->n_seen_macs;
	d->n_ips = entry->n_seen_ips;
	for (size_t i = 0; i < id->n_base_macs; i++)
		add_told_mac(entry, &id->base_macs[i]);
	for (size_t i = 0; i < id->n_port_macs; i++)
		add_told_mac(entry, &id->port_macs[i]);
	for (size_t i = 0; i < id->n_card_macs; i++)
		add_told_mac(entry, &id->card_macs[i]);
	for (size_t i = 0; i < id->n_told_ips; i++)
		add_told_ip(entry, &id->told_ips[i]);
	if (d->n_macs > entry->n_seen_macs)
		qsort(d->macs + entry->n_seen_macs, d->n_macs - entry->n_seen_macs,
		    sizeof(d->macs[0]), compare_macs);
	if (d->n_ips > entry->n_seen_ips)
		qsort(d->ips + entry->n_seen_ips, d->n_ips - entry->n_seen_ips,
		    sizeof(d->ips[0]), compare_ips);
	for (size_t i = 0; i < d->n_macs; i++)
		local &= mac_is_local(&d->macs[i]);
	d->randomized_mac =
	    local && id->n_serials == 0 && id->n_uuids == 0 && id->type == 0 && id->engine == 0;
}

/* ---------------------------------------------------------------- evidence */

static uint32_t
text_hash(uint32_t hash, const char *text)
{
	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 0x01000193u;
	return (hash ^ 0xffu) * 0x01000193u;
}

static uint32_t
key_hash(const char *source, const char *key)
{
	return text_hash(text_hash(0x811c9dc5u, source), key);
}

static bool
fact_is(
    const struct entry *entry, size_t at, uint32_t hash, const char *source, const char *key)
{
	return entry->facts[at].key_hash == hash &&
	       strcmp(entry->device.evidence[at].key, key) == 0 &&
	       strcmp(entry->device.evidence[at].source, source) == 0;
}

/* The place of the fact with this very value, or n_evidence. */
static size_t
fact_find(
    const struct entry *entry, const struct evidence *e, uint32_t hash, uint32_t value_hash)
{
	size_t at;

	for (at = 0; at < entry->device.n_evidence; at++)
		if (entry->facts[at].value_hash == value_hash &&
		    fact_is(entry, at, hash, e->source, e->key) &&
		    strcmp(entry->device.evidence[at].value, e->value) == 0)
			break;
	return at;
}

bool
entry_knows(const struct entry *entry, const struct evidence *e)
{
	uint32_t hash = key_hash(e->source, e->key);

	return fact_find(entry, e, hash, text_hash(hash, e->value)) < entry->device.n_evidence;
}

static void
fact_remove(struct entry *entry, size_t at, struct budget *budget)
{
	struct device *d = &entry->device;
	size_t behind = --d->n_evidence - at;

	fact_free(&entry->facts[at], budget);
	memmove(&entry->facts[at], &entry->facts[at + 1], behind * sizeof(entry->facts[0]));
	memmove(&d->evidence[at], &d->evidence[at + 1], behind * sizeof(d->evidence[0]));
}

static bool
facts_grow(struct entry *entry)
{
	size_t room = entry->evidence_room ? entry->evidence_room * 2 : 8;
	struct device_evidence *evidence;
	struct fact *facts;

	if (entry->device.n_evidence < entry->evidence_room)
		return true;
	evidence = reallocarray(entry->device.evidence, room, sizeof(*evidence));
	if (!evidence)
		return false;
	entry->device.evidence = evidence;
	facts = reallocarray(entry->facts, room, sizeof(*facts));
	if (!facts)
		return false;
	entry->facts = facts;
	entry->evidence_room = room;
	return true;
}

static bool
fact_append(
    struct entry *entry, const struct evidence *e, int64_t seen_ms, struct budget *budget)
{
	size_t source_len = strlen(e->source) + 1, key_len = strlen(e->key) + 1;
	size_t value_len = strnlen(e->value, ENTRY_VALUE_BYTES_MAX - 1) + 1;
	size_t bytes = source_len + key_len + value_len;
	struct device *d = &entry->device;
	struct fact *fact;
	char *block;

	if (d->n_evidence == ENTRY_EVIDENCE_MAX || budget->bytes + bytes > budget->bytes_max ||
	    !facts_grow(entry) || !(block = malloc(bytes))) {
		budget->refused++;
		return false;
	}
	memcpy(block, e->source, source_len);
	memcpy(block + source_len, e->key, key_len);
	(void)text_copy(block + source_len + key_len, value_len, e->value);
	fact = &entry->facts[d->n_evidence];
	*fact = (struct fact){.block = block, .bytes = bytes, .fresh = true};
	d->evidence[d->n_evidence] = (struct device_evidence){.source = block,
	    .key = block + source_len,
	    .value = block + source_len + key_len,
	    .seen_ms = seen_ms};
	fact->key_hash = key_hash(e->source, e->key);
	fact->value_hash = text_hash(fact->key_hash, d->evidence[d->n_evidence].value);
	fact->claims = identity_claims(e->source, e->key, d->evidence[d->n_evidence].value);
	d->n_evidence++;
	budget->bytes += bytes;
	return true;
}

/* Facts of this key; one more is refused when there are too many. */
static bool
key_has_room(const struct entry *entry, const struct evidence *e, uint32_t hash)
{
	size_t count = 0;

	for (size_t i = 0; i < entry->device.n_evidence; i++)
		count += entry->facts[i].key_hash == hash;
	return count < ENTRY_EVIDENCE_KEY_MAX && *e->value != '\0';
}

/* Takes one piece in; true when it was not known. */
static bool
evidence_add(
    struct entry *entry, const struct evidence *e, int64_t seen_ms, struct budget *budget)
{
	uint32_t hash = key_hash(e->source, e->key);
	size_t at = fact_find(entry, e, hash, text_hash(hash, e->value));

	if (at < entry->device.n_evidence) {
		entry->facts[at].fresh = true;
		entry->facts[at].missed = 0;
		if (entry->device.evidence[at].seen_ms < seen_ms)
			entry->device.evidence[at].seen_ms = seen_ms;
		return false;
	}
	if (!key_has_room(entry, e, hash)) {
		budget->refused += *e->value != '\0';
		return false;
	}
	return fact_append(entry, e, seen_ms, budget);
}

/* Facts of the keys that were just told, but not told again: the last value counts, a walked
 * one goes when it was missed often enough. */
static bool
forget_stale(struct entry *entry, const struct evidence *e, struct budget *budget)
{
	uint32_t hash = key_hash(e->source, e->key);
	enum keep keep = keep_of(e->source, e->key);
	bool changed = false;

	if (keep == KEEP_ALL)
		return false;
	for (size_t i = entry->device.n_evidence; i-- > 0;) {
		if (entry->facts[i].fresh || !fact_is(entry, i, hash, e->source, e->key))
			continue;
		if (keep == KEEP_WALKED && ++entry->facts[i].missed < WALKS_TO_FORGET) {
			entry->facts[i].fresh = true; /* count it once for this walk */
			continue;
		}
		fact_remove(entry, i, budget);
		changed = true;
	}
	return changed;
}

bool
entry_add_evidence(struct entry *entry, const struct evidence evidence[], size_t count,
    int64_t seen_ms, struct budget *budget)
{
	bool changed = false;

	for (size_t i = 0; i < entry->device.n_evidence; i++)
		entry->facts[i].fresh = false;
	for (size_t i = 0; i < count; i++)
		changed |= evidence_add(entry, &evidence[i], seen_ms, budget);
	for (size_t i = 0; i < count; i++)
		if (*evidence[i].value != '\0' &&
		    (i == 0 || strcmp(evidence[i].key, evidence[i - 1].key) != 0))
			changed |= forget_stale(entry, &evidence[i], budget);
	return changed;
}

/* ---------------------------------------------------------------- ports and neighbors */

/* Room for one more row in two arrays that go together, paid from the budget. */
static bool
rows_grow(void **rows, uint8_t **missed, size_t count, size_t *room, size_t row_bytes,
    size_t rows_max, struct budget *budget)
{
	size_t more = *room ? *room * 2 : 8;
	void *grown;
	uint8_t *marks;

	if (count < *room)
		return true;
	if (count >= rows_max ||
	    budget->bytes + (more - *room) * row_bytes > budget->bytes_max) {
		budget->refused++;
		return false;
	}
	grown = reallocarray(*rows, more, row_bytes);
	if (!grown)
		return false;
	*rows = grown;
	marks = reallocarray(*missed, more, 1);
	if (!marks)
		return false;
	*missed = marks;
	budget->bytes += (more - *room) * row_bytes;
	*room = more;
	return true;
}

static bool
port_equal(const struct port *a, const struct port *b)
{
	return a->index == b->index && a->type == b->type && a->speed_bps == b->speed_bps &&
	       a->admin_status == b->admin_status && a->oper_status == b->oper_status &&
	       mac_equal(&a->mac, &b->mac) && strcmp(a->name, b->name) == 0 &&
	       strcmp(a->alias, b->alias) == 0;
}

/* The place of a port; the hint is where the one before it stood. */
static size_t
port_find(const struct device *d, uint32_t index, size_t hint)
{
	size_t at;

	if (hint < d->n_ports && d->ports[hint].index == index)
		return hint;
	for (at = 0; at < d->n_ports; at++)
		if (d->ports[at].index == index)
			break;
	return at;
}

enum { MISSED_NEVER = 0xfe, MISSED_FRESH = 0xff };

static bool
ports_forget(struct entry *entry)
{
	struct device *d = &entry->device;
	size_t kept = 0;

	for (size_t i = 0; i < d->n_ports; i++) {
		uint8_t missed = entry->ports_missed[i];

		missed = missed == MISSED_FRESH ? 0 : (uint8_t)(missed + 1);
		if (missed >= WALKS_TO_FORGET)
			continue;
		d->ports[kept] = d->ports[i];
		entry->ports_missed[kept++] = missed;
	}
	if (kept == d->n_ports)
		return false;
	d->n_ports = kept;
	return true;
}

bool
entry_add_ports(
    struct entry *entry, const struct port ports[], size_t count, struct budget *budget)
{
	struct device *d = &entry->device;
	bool changed = false;
	size_t at = 0;

	for (size_t i = 0; i < count; i++) {
		void *rows = d->ports;

		at = port_find(d, ports[i].index, at);
		if (at == d->n_ports) {
			bool room = rows_grow(&rows, &entry->ports_missed, d->n_ports,
			    &entry->ports_room, sizeof(struct port), ENTRY_PORTS_MAX, budget);

			d->ports = rows;
			if (!room)
				break;
			d->n_ports++;
			changed = true;
		} else if (!port_equal(&d->ports[at], &ports[i])) {
			changed = true;
		}
		d->ports[at] = ports[i];
		entry->ports_missed[at++] = MISSED_FRESH;
	}
	return (count && ports_forget(entry)) || changed;
}

static size_t
neighbor_find(const struct device *d, const struct neighbor *n)
{
	size_t at;

	for (at = 0; at < d->n_neighbors; at++)
		if (strcmp(d->neighbors[at].local_port, n->local_port) == 0 &&
		    strcmp(d->neighbors[at].chassis_id, n->chassis_id) == 0 &&
		    strcmp(d->neighbors[at].port_id, n->port_id) == 0 &&
		    strcmp(d->neighbors[at].protocol, n->protocol) == 0)
			break;
	return at;
}

static bool
neighbors_forget(struct entry *entry)
{
	struct device *d = &entry->device;
	size_t kept = 0;

	for (size_t i = 0; i < d->n_neighbors; i++) {
		uint8_t missed = entry->neighbors_missed[i];

		if (missed != MISSED_NEVER)
			missed = missed == MISSED_FRESH ? 0 : (uint8_t)(missed + 1);
		if (missed >= WALKS_TO_FORGET && missed != MISSED_NEVER)
			continue;
		d->neighbors[kept] = d->neighbors[i];
		entry->neighbors_missed[kept++] = missed;
	}
	if (kept == d->n_neighbors)
		return false;
	d->n_neighbors = kept;
	return true;
}

/* Its place, a new one if need be; false when there is no room. */
static bool
neighbor_place(struct entry *entry, const struct neighbor *neighbor, struct budget *budget,
    size_t *ret_at, bool *ret_new)
{
	struct device *d = &entry->device;
	size_t at = neighbor_find(d, neighbor);
	void *rows = d->neighbors;
	bool room;

	*ret_at = at;
	*ret_new = at == d->n_neighbors;
	if (!*ret_new)
		return true;
	room = rows_grow(&rows, &entry->neighbors_missed, at, &entry->neighbors_room,
	    sizeof(struct neighbor), ENTRY_NEIGHBORS_MAX, budget);
	d->neighbors = rows;
	if (room)
		d->n_neighbors++;
	return room;
}

bool
entry_hear_neighbor(struct entry *entry, const struct neighbor *neighbor, struct budget *budget)
{
	bool is_new;
	size_t at;

	if (!neighbor_place(entry, neighbor, budget, &at, &is_new))
		return false;
	entry->device.neighbors[at] = *neighbor;
	entry->neighbors_missed[at] = MISSED_NEVER;
	return is_new;
}

bool
entry_add_neighbors(
    struct entry *entry, const struct neighbor neighbors[], size_t count, struct budget *budget)
{
	struct device *d = &entry->device;
	bool changed = false, is_new;
	size_t at;

	for (size_t i = 0; i < count; i++) {
		if (!neighbor_place(entry, &neighbors[i], budget, &at, &is_new))
			break;
		changed |= is_new;
		d->neighbors[at] = neighbors[i];
		if (is_new || entry->neighbors_missed[at] != MISSED_NEVER)
			entry->neighbors_missed[at] = MISSED_FRESH;
	}
	return (count && neighbors_forget(entry)) || changed;
}

/* ---------------------------------------------------------------- merging */

static bool
has_key(const struct entry *entry, const struct device_evidence *e)
{
	uint32_t hash = key_hash(e->source, e->key);

	for (size_t i = 0; i < entry->device.n_evidence; i++)
		if (fact_is(entry, i, hash, e->source, e->key))
			return true;
	return false;
}

void
entry_absorb(struct entry *to, const struct entry *from, struct budget *budget)
{
	const struct device *d = &from->device;
	bool newer = d->last_seen_ms > to->device.last_seen_ms;

	for (size_t i = 0; i < from->n_seen_macs; i++)
		(void)entry_add_seen_mac(to, &d->macs[i]);
	for (size_t i = 0; i < from->n_seen_ips; i++)
		(void)entry_add_seen_ip(to, &d->ips[i]);
	for (size_t i = 0; i < d->n_evidence; i++) {
		const struct device_evidence *e = &d->evidence[i];
		struct evidence piece = {e->source, e->key, e->value};

		if (keep_of(e->source, e->key) != KEEP_LAST || !has_key(to, e))
			(void)evidence_add(to, &piece, e->seen_ms, budget);
		else if (newer)
			(void)entry_add_evidence(to, &piece, 1, e->seen_ms, budget);
	}
	(void)entry_add_ports(to, d->ports, d->n_ports, budget);
	(void)entry_add_neighbors(to, d->neighbors, d->n_neighbors, budget);
	if (d->place.seen_ms > to->device.place.seen_ms)
		to->device.place = d->place;
	if (to->snmp_ip.family == ADDRESS_NONE || (newer && from->snmp_ip.family))
		to->snmp_ip = from->snmp_ip;
	if (d->first_seen_ms < to->device.first_seen_ms)
		to->device.first_seen_ms = d->first_seen_ms;
	if (newer)
		to->device.last_seen_ms = d->last_seen_ms;
}

void
entry_identity(const struct entry *entry, struct identity *ret)
{
	const struct device *d = &entry->device;

	memset(ret, 0, sizeof(*ret));
	identity_seen(ret, d->macs, entry->n_seen_macs, d->ips, entry->n_seen_ips);
	for (size_t i = 0; i < d->n_evidence; i++)
		if (entry->facts[i].claims)
			identity_add_claim(ret, d->evidence[i].source, d->evidence[i].key,
			    d->evidence[i].value);
}
