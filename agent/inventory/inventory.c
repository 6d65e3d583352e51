/*
 * The devices of this network (inventory.h). An observation first finds the device
 * at whose address it was made, then every other device that makes one of its
 * claims; identity.h says which of them are one. Devices stand in order always, so
 * that looking costs nothing. It keeps no history: the collector does.
 */
#include "agent/inventory/inventory.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/inventory/claim.h"
#include "agent/inventory/entry.h"
#include "agent/inventory/identity.h"
#include "common/check.h"
#include "common/classify/classify.h"
#include "common/classify/key.h"

enum {
	AT_ONCE_MS = 15 * 60 * 1000, /* two sightings within it are of one round */
	CANDIDATES_MAX = 16,
	CLAIMS_A_DEVICE = 256,
	BYTES_A_DEVICE = 24 * 1024,
};

struct inventory {
	struct entry **order;
	size_t count, max;
	struct claim_map claims;
	struct budget budget;
	uint64_t refused;
};

/* What one call of inventory_note() works on. */
struct note {
	struct inventory *inventory;
	const struct observation *observation;
	struct identity answer; /* the observation's claims */
	bool has_mac, has_ip;   /* addresses that can be its own */
	struct entry *home;     /* the device it belongs to, NULL so far none */
	struct identity joined; /* home's claims and the answer's */
	bool merged;
};

int
inventory_new(size_t devices_max, struct inventory **ret)
{
	struct inventory *inventory = calloc(1, sizeof(*inventory));

	if (!inventory)
		return -ENOMEM;
	inventory->order = calloc(devices_max ? devices_max : 1, sizeof(struct entry *));
	if (!inventory->order) {
		free(inventory);
		return -ENOMEM;
	}
	inventory->max = devices_max;
	inventory->claims = claim_map_new(devices_max * CLAIMS_A_DEVICE);
	inventory->budget.bytes_max = devices_max * BYTES_A_DEVICE;
	*ret = inventory;
	return 0;
}

void
inventory_free(struct inventory *inventory)
{
	if (!inventory)
		return;
	for (size_t i = 0; i < inventory->count; i++)
		entry_free(inventory->order[i], &inventory->budget);
	claim_map_clear(&inventory->claims);
	free(inventory->order);
	free(inventory);
}

/* ---------------------------------------------------------------- order */

static const struct address *
first_ipv4(const struct device *d)
{
	for (size_t i = 0; i < d->n_ips; i++)
		if (d->ips[i].family == ADDRESS_IPV4)
			return &d->ips[i];
	return NULL;
}

static int
compare_devices(const struct device *a, const struct device *b)
{
	const struct address *ip_a = first_ipv4(a), *ip_b = first_ipv4(b);
	int order = 0;

	if (!ip_a != !ip_b)
		return ip_a ? -1 : 1;
	if (ip_a)
		order = address_compare(ip_a, ip_b);
	if (order == 0 && a->n_macs && b->n_macs)
		order = memcmp(&a->macs[0], &b->macs[0], sizeof(a->macs[0]));
	else if (order == 0 && a->n_macs != b->n_macs)
		order = a->n_macs ? -1 : 1;
	return order ? order : strcmp(a->key, b->key);
}

static void
order_insert(struct inventory *inventory, struct entry *entry)
{
	size_t low = 0, high = inventory->count;

	CHECK(inventory->count < inventory->max);
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_devices(&inventory->order[middle]->device, &entry->device) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	memmove(&inventory->order[low + 1], &inventory->order[low],
	    (inventory->count - low) * sizeof(struct entry *));
	inventory->order[low] = entry;
	inventory->count++;
}

static void
order_remove(struct inventory *inventory, const struct entry *entry)
{
	size_t at = 0;

	while (at < inventory->count && inventory->order[at] != entry)
		at++;
	CHECK(at < inventory->count);
	inventory->count--;
	memmove(&inventory->order[at], &inventory->order[at + 1],
	    (inventory->count - at) * sizeof(struct entry *));
}

/* ---------------------------------------------------------------- claims of a device */

static bool
at_once(int64_t a_ms, int64_t b_ms)
{
	return (a_ms > b_ms ? a_ms - b_ms : b_ms - a_ms) <= AT_ONCE_MS;
}

/* Two devices seen at once that both tell a value make it worthless. */
static void
claim_tell(struct claim_map *map, struct claim claim, struct entry *entry)
{
	const struct entry *owner = claim_owner(map, claim);

	if (owner && owner != entry &&
	    at_once(owner->device.last_seen_ms, entry->device.last_seen_ms))
		(void)claim_ban(map, claim);
	else
		(void)claim_set(map, claim, entry);
}

typedef void claim_fn(struct claim_map *map, struct claim claim, struct entry *entry);

static void
told_claims_each(
    struct claim_map *map, const struct identity *id, struct entry *entry, claim_fn *visit)
{
	for (size_t i = 0; i < id->n_port_macs; i++)
		if (key_mac_is_key(&id->port_macs[i]))
			visit(map, claim_of_mac(CLAIM_MAC_TOLD, &id->port_macs[i]), entry);
	for (size_t i = 0; i < id->n_base_macs; i++)
		if (key_mac_is_key(&id->base_macs[i]))
			visit(map, claim_of_mac(CLAIM_MAC_TOLD, &id->base_macs[i]), entry);
	for (size_t i = 0; i < id->n_card_macs; i++)
		if (key_mac_is_key(&id->card_macs[i]))
			visit(map, claim_of_mac(CLAIM_MAC_TOLD, &id->card_macs[i]), entry);
	for (size_t i = 0; i < id->n_told_ips; i++)
		visit(map, claim_of_ip(CLAIM_IP_TOLD, &id->told_ips[i]), entry);
	for (size_t i = 0; i < id->n_serials; i++)
		visit(map, claim_of_hash(CLAIM_SERIAL, id->serials[i].value), entry);
	for (size_t i = 0; i < id->n_uuids; i++)
		visit(map, claim_of_hash(CLAIM_UUID, id->uuids[i].value), entry);
	visit(map, claim_of_hash(CLAIM_ENGINE, id->engine), entry);
}

static void
claim_leave(struct claim_map *map, struct claim claim, struct entry *entry)
{
	claim_drop(map, claim, entry);
}

static void
entry_index(struct inventory *inventory, struct entry *entry, const struct identity *id)
{
	for (size_t i = 0; i < entry->n_seen_macs; i++)
		(void)claim_set(&inventory->claims,
		    claim_of_mac(CLAIM_MAC_SEEN, &entry->device.macs[i]), entry);
	for (size_t i = 0; i < entry->n_seen_ips; i++)
		(void)claim_set(&inventory->claims,
		    claim_of_ip(CLAIM_IP_SEEN, &entry->device.ips[i]), entry);
	(void)claim_set(&inventory->claims,
	    claim_of_hash(CLAIM_KEY, identity_hash(entry->device.key)), entry);
	told_claims_each(&inventory->claims, id, entry, claim_tell);
}

static void
entry_unindex(struct inventory *inventory, struct entry *entry, const struct identity *id)
{
	for (size_t i = 0; i < entry->n_seen_macs; i++)
		claim_drop(&inventory->claims,
		    claim_of_mac(CLAIM_MAC_SEEN, &entry->device.macs[i]), entry);
	for (size_t i = 0; i < entry->n_seen_ips; i++)
		claim_drop(&inventory->claims,
		    claim_of_ip(CLAIM_IP_SEEN, &entry->device.ips[i]), entry);
	claim_drop(&inventory->claims,
	    claim_of_hash(CLAIM_KEY, identity_hash(entry->device.key)), entry);
	told_claims_each(&inventory->claims, id, entry, claim_leave);
}

static void
entry_remove(struct inventory *inventory, struct entry *entry)
{
	struct identity id;

	entry_identity(entry, &id);
	entry_unindex(inventory, entry, &id);
	order_remove(inventory, entry);
	entry_free(entry, &inventory->budget);
}

/* ---------------------------------------------------------------- whose observation it is */

static struct entry *
owner_of_mac(const struct inventory *inventory, const struct mac *mac)
{
	struct entry *owner =
	    claim_owner(&inventory->claims, claim_of_mac(CLAIM_MAC_SEEN, mac));

	return owner ? owner
		     : claim_owner(&inventory->claims, claim_of_mac(CLAIM_MAC_TOLD, mac));
}

static bool
tells_nothing(const struct identity *answer)
{
	return answer->n_serials == 0 && answer->n_uuids == 0 && answer->n_port_macs == 0 &&
	       answer->n_base_macs == 0 && answer->engine == 0 && answer->type == 0 &&
	       answer->n_names == 0 && answer->client == 0;
}

static bool
accepts(const struct note *note, const struct entry *entry)
{
	struct identity known;

	if (tells_nothing(&note->answer))
		return true;
	entry_identity(entry, &known);
	return identity_accepts(&known, &note->answer,
	    note->has_ip && address_equal(&entry->snmp_ip, &note->observation->ip));
}

/* Some other device is known by a serial number or UUID of the answer. */
static bool
is_anothers(const struct note *note, const struct entry *holder)
{
	const struct claim_map *map = &note->inventory->claims;
	const struct identity *id = &note->answer;
	const struct entry *owner = NULL;

	for (size_t i = 0; !owner && i < id->n_serials; i++)
		owner = claim_owner(map, claim_of_hash(CLAIM_SERIAL, id->serials[i].value));
	for (size_t i = 0; !owner && i < id->n_uuids; i++)
		owner = claim_owner(map, claim_of_hash(CLAIM_UUID, id->uuids[i].value));
	return owner && owner != holder;
}

/* The card went over to another device: it leaves its holder, with the address of today. */
static bool
card_moves(struct note *note, struct entry *holder)
{
	struct inventory *inventory = note->inventory;
	struct claim card = claim_of_mac(CLAIM_MAC_SEEN, &note->observation->mac);
	struct claim ip = claim_of_ip(CLAIM_IP_SEEN, &note->observation->ip);
	struct identity known;

	if (tells_nothing(&note->answer) || claim_owner(&inventory->claims, card) != holder)
		return false;
	entry_identity(holder, &known);
	if (!identity_moved(&known, &note->answer, is_anothers(note, holder)))
		return false;
	order_remove(inventory, holder);
	claim_drop(&inventory->claims, card, holder);
	entry_drop_mac(holder, &note->observation->mac);
	if (note->has_ip && claim_owner(&inventory->claims, ip) == holder) {
		claim_drop(&inventory->claims, ip, holder);
		entry_drop_ip(holder, &note->observation->ip);
	}
	order_insert(inventory, holder);
	return true;
}

/* The device at whose MAC or IP address the observation was made, unless it contradicts. */
static struct entry *
home_find(struct note *note)
{
	const struct inventory *inventory = note->inventory;
	struct entry *by_mac = NULL, *by_ip = NULL;

	if (note->has_mac)
		by_mac = owner_of_mac(inventory, &note->observation->mac);
	if (by_mac && card_moves(note, by_mac))
		return NULL;
	if (by_mac && accepts(note, by_mac))
		return by_mac;
	if (note->has_ip)
		by_ip = claim_owner(
		    &inventory->claims, claim_of_ip(CLAIM_IP_SEEN, &note->observation->ip));
	if (by_mac) { /* two devices behind one MAC: it is no key of this one */
		note->has_mac = false;
		note->answer.n_seen_macs = 0;
	}
	if (by_ip && by_ip != by_mac && (!note->has_mac || by_ip->n_seen_macs == 0) &&
	    accepts(note, by_ip))
		return by_ip;
	if (!by_ip && note->has_ip && !note->has_mac && tells_nothing(&note->answer))
		return claim_owner(
		    &inventory->claims, claim_of_ip(CLAIM_IP_TOLD, &note->observation->ip));
	return NULL;
}

struct candidates {
	struct entry *list[CANDIDATES_MAX];
	size_t count;
};

static void
candidate_add(struct candidates *candidates, struct entry *entry)
{
	for (size_t i = 0; i < candidates->count; i++)
		if (candidates->list[i] == entry)
			return;
	if (entry && candidates->count < CANDIDATES_MAX)
		candidates->list[candidates->count++] = entry;
}

/* Every device that makes one of the answer's claims, the strongest claims first. */
static void
candidates_find(const struct note *note, struct candidates *ret)
{
	const struct claim_map *map = &note->inventory->claims;
	const struct identity *id = &note->answer;

	for (size_t i = 0; i < id->n_serials; i++)
		candidate_add(
		    ret, claim_owner(map, claim_of_hash(CLAIM_SERIAL, id->serials[i].value)));
	for (size_t i = 0; i < id->n_uuids; i++)
		candidate_add(
		    ret, claim_owner(map, claim_of_hash(CLAIM_UUID, id->uuids[i].value)));
	for (size_t i = 0; i < id->n_base_macs; i++)
		candidate_add(ret, owner_of_mac(note->inventory, &id->base_macs[i]));
	for (size_t i = 0; i < id->n_port_macs; i++) {
		candidate_add(
		    ret, claim_owner(map, claim_of_mac(CLAIM_MAC_SEEN, &id->port_macs[i])));
		candidate_add(
		    ret, claim_owner(map, claim_of_mac(CLAIM_MAC_TOLD, &id->port_macs[i])));
	}
	candidate_add(ret, claim_owner(map, claim_of_hash(CLAIM_ENGINE, id->engine)));
	for (size_t i = 0; i < id->n_told_ips; i++)
		candidate_add(
		    ret, claim_owner(map, claim_of_ip(CLAIM_IP_SEEN, &id->told_ips[i])));
	for (size_t i = 0; i < id->n_seen_ips; i++)
		candidate_add(
		    ret, claim_owner(map, claim_of_ip(CLAIM_IP_TOLD, &id->seen_ips[i])));
}

/* The older of two devices takes the younger one in. Both leave the order and the index; the
 * survivor is put back when the note is done. Returns the place of the one that is gone. */
static const struct entry *
merge(struct note *note, struct entry *other)
{
	struct inventory *inventory = note->inventory;
	struct entry *survivor = note->home, *gone = other;
	struct identity id;

	if (other->device.first_seen_ms < note->home->device.first_seen_ms) {
		survivor = other;
		gone = note->home;
	}
	entry_identity(gone, &id);
	entry_unindex(inventory, gone, &id);
	entry_identity(survivor, &id);
	entry_unindex(inventory, survivor, &id);
	entry_absorb(survivor, gone, &inventory->budget);
	entry_identity(survivor, &id);
	entry_settle(survivor, &id);
	entry_index(inventory, survivor, &id);
	order_remove(inventory, gone);
	order_remove(inventory, survivor);
	order_insert(inventory, survivor);
	entry_free(gone, &inventory->budget);
	note->home = survivor;
	note->merged = true;
	return gone;
}

/* Who was taken in is no candidate any more, wherever the list still names it. */
static void
candidates_forget(struct candidates *candidates, const struct entry *gone)
{
	for (size_t i = 0; i < candidates->count; i++)
		if (candidates->list[i] == gone)
			candidates->list[i] = NULL;
}

/* The device at the observation's IP address is known by that address only: ARP now says whose
 * it is. */
static bool
is_placeless(const struct note *note, const struct entry *entry)
{
	return note->has_mac && note->has_ip && entry->n_seen_macs == 0 &&
	       claim_owner(&note->inventory->claims,
		   claim_of_ip(CLAIM_IP_SEEN, &note->observation->ip)) == entry;
}

static void
candidates_judge(struct note *note, struct candidates *candidates)
{
	for (size_t i = 0; i < candidates->count; i++) {
		struct entry *other = candidates->list[i];
		enum identity_verdict verdict;
		struct identity known;

		if (!other || other == note->home)
			continue;
		entry_identity(other, &known);
		verdict = identity_compare(&known, &note->joined,
		    at_once(other->device.last_seen_ms, note->observation->seen_ms));
		if (verdict == IDENTITY_UNSURE && is_placeless(note, other) &&
		    identity_accepts(&known, &note->joined, false))
			verdict = IDENTITY_SAME;
		if (verdict != IDENTITY_SAME)
			continue;
		if (note->home)
			candidates_forget(candidates, merge(note, other));
		else
			note->home = other;
		identity_join(&note->joined, &known);
	}
}

/* ---------------------------------------------------------------- taking it in */

/* The key follows from the address of the first sighting, so that it outlives a restart. */
static void
key_make(const struct note *note, struct device *device)
{
	const struct observation *o = note->observation;
	const char *kind = note->has_mac ? "m" : note->has_ip ? "i" : "c";
	uint64_t value = note->answer.engine + 1;
	struct claim claim;

	if (note->has_mac)
		value = claim_of_mac(CLAIM_KEY, &o->mac).hash;
	else if (note->has_ip)
		value = claim_of_ip(CLAIM_KEY, &o->ip).hash;
	do {
		(void)snprintf(device->key, sizeof(device->key), "%s-%016llx", kind,
		    (unsigned long long)value);
		claim = claim_of_hash(CLAIM_KEY, identity_hash(device->key));
		value++;
	} while (claim_owner(&note->inventory->claims, claim));
}

static bool
home_make(struct note *note)
{
	struct inventory *inventory = note->inventory;
	struct entry *entry = inventory->count < inventory->max ? entry_new() : NULL;

	if (!entry) {
		inventory->refused++;
		return false;
	}
	entry->device.first_seen_ms = entry->device.last_seen_ms = note->observation->seen_ms;
	key_make(note, &entry->device);
	order_insert(inventory, entry);
	note->home = entry;
	return true;
}

/* An address that is seen at one device leaves every other. A device known by nothing else
 * goes. */
static bool
take_ip(struct note *note)
{
	struct inventory *inventory = note->inventory;
	const struct address *ip = &note->observation->ip;
	struct claim seen = claim_of_ip(CLAIM_IP_SEEN, ip),
		     told = claim_of_ip(CLAIM_IP_TOLD, ip);
	struct entry *holder = claim_owner(&inventory->claims, seen);
	struct entry *teller = claim_owner(&inventory->claims, told);

	if (holder == note->home)
		return false;
	if (holder && holder->n_seen_macs == 0 && note->has_mac && holder->snmp_ip.family)
		return false; /* it answers there itself, behind somebody's proxy ARP */
	if (teller && teller != note->home) {
		order_remove(inventory, teller);
		entry_drop_ip(teller, ip);
		order_insert(inventory, teller);
	}
	if (holder) {
		claim_drop(&inventory->claims, seen, holder);
		order_remove(inventory, holder);
		entry_drop_ip(holder, ip);
		order_insert(inventory, holder);
		if (holder->n_seen_ips == 0 && holder->n_seen_macs == 0 &&
		    holder->snmp_ip.family == ADDRESS_NONE)
			entry_remove(inventory, holder);
	}
	return entry_add_seen_ip(note->home, ip);
}

/* Addresses it tells are not listed while another device is seen at them. */
static void
drop_foreign_ips(const struct inventory *inventory, struct entry *entry)
{
	for (size_t i = entry->device.n_ips; i-- > entry->n_seen_ips;) {
		struct address ip = entry->device.ips[i];
		const struct entry *holder =
		    claim_owner(&inventory->claims, claim_of_ip(CLAIM_IP_SEEN, &ip));

		if (holder && holder != entry)
			entry_drop_ip(entry, &ip);
	}
}

static bool
home_update(struct note *note)
{
	struct inventory *inventory = note->inventory;
	const struct observation *o = note->observation;
	struct entry *home = note->home;
	struct device *d = &home->device;
	struct identity id;
	bool changed;

	entry_identity(home, &id);
	entry_unindex(inventory, home, &id);
	order_remove(inventory, home);
	changed = note->has_mac && entry_add_seen_mac(home, &o->mac);
	changed |= entry_add_evidence(
	    home, o->evidence, o->n_evidence, o->seen_ms, &inventory->budget);
	changed |= entry_add_ports(home, o->ports, o->n_ports, &inventory->budget);
	changed |= entry_add_neighbors(home, o->neighbors, o->n_neighbors, &inventory->budget);
	if (o->heard)
		changed |= entry_hear_neighbor(home, o->heard, &inventory->budget);
	if (note->has_ip)
		changed |= take_ip(note);
	if (note->has_ip && note->answer.type)
		home->snmp_ip = o->ip;
	if (d->last_seen_ms < o->seen_ms)
		d->last_seen_ms = o->seen_ms;
	if (d->first_seen_ms > o->seen_ms)
		d->first_seen_ms = o->seen_ms;
	if (changed)
		entry_identity(home, &id);
	entry_settle(home, &id);
	drop_foreign_ips(inventory, home);
	order_insert(inventory, home);
	entry_index(inventory, home, &id);
	return changed;
}

/* The common case, a device seen again with nothing new, costs a few look-ups. */
static bool
is_old_news(const struct note *note, struct entry **ret)
{
	const struct observation *o = note->observation;
	const struct claim_map *map = &note->inventory->claims;
	struct entry *entry = NULL;

	if (o->n_ports || o->n_neighbors || o->heard || (!note->has_mac && !note->has_ip))
		return false;
	if (note->has_mac)
		entry = claim_owner(map, claim_of_mac(CLAIM_MAC_SEEN, &o->mac));
	else
		entry = claim_owner(map, claim_of_ip(CLAIM_IP_SEEN, &o->ip));
	if (!entry ||
	    (note->has_ip && claim_owner(map, claim_of_ip(CLAIM_IP_SEEN, &o->ip)) != entry))
		return false;
	for (size_t i = 0; i < o->n_evidence; i++)
		if (*o->evidence[i].value != '\0' && !entry_knows(entry, &o->evidence[i]))
			return false;
	*ret = entry;
	return true;
}

static void
answer_read(struct note *note)
{
	const struct observation *o = note->observation;

	for (size_t i = 0; i < o->n_evidence; i++)
		identity_add(&note->answer, o->evidence[i].source, o->evidence[i].key,
		    o->evidence[i].value);
	if (note->has_mac)
		identity_add_seen_mac(&note->answer, &o->mac);
	if (note->has_ip)
		identity_add_seen_ip(&note->answer, &o->ip);
}

enum inventory_change
inventory_note(struct inventory *inventory, const struct observation *observation)
{
	struct note note = {.inventory = inventory, .observation = observation};
	struct candidates candidates = {.count = 0};
	bool made = false, changed;
	struct entry *old;

	note.has_mac = key_mac_is_own(&observation->mac);
	note.has_ip = observation->ip.family != ADDRESS_NONE &&
		      !address_is_unspecified(&observation->ip) &&
		      !address_is_multicast(&observation->ip);
	if (is_old_news(&note, &old)) {
		if (old->device.last_seen_ms < observation->seen_ms)
			old->device.last_seen_ms = observation->seen_ms;
		return INVENTORY_SAME;
	}
	answer_read(&note);
	note.home = home_find(&note);
	if (!note.home && key_mac_is_virtual(&observation->mac) && tells_nothing(&note.answer))
		return INVENTORY_SAME; /* a virtual router's address is no device */
	if (note.home)
		entry_identity(note.home, &note.joined);
	identity_join(&note.joined, &note.answer);
	candidates_find(&note, &candidates);
	if (note.has_ip)
		candidate_add(&candidates, claim_owner(&inventory->claims,
					       claim_of_ip(CLAIM_IP_SEEN, &observation->ip)));
	candidates_judge(&note, &candidates);
	if (!note.home) {
		if ((!note.has_mac && !note.has_ip && tells_nothing(&note.answer)) ||
		    !home_make(&note))
			return INVENTORY_REFUSED;
		made = true;
	}
	changed = home_update(&note);
	if (note.merged)
		return INVENTORY_MERGED;
	return made ? INVENTORY_NEW : changed ? INVENTORY_CHANGED : INVENTORY_SAME;
}

/* ---------------------------------------------------------------- reading */

const struct device *
inventory_by_ip(const struct inventory *inventory, const struct address *ip)
{
	const struct entry *owner =
	    claim_owner(&inventory->claims, claim_of_ip(CLAIM_IP_SEEN, ip));

	if (!owner)
		owner = claim_owner(&inventory->claims, claim_of_ip(CLAIM_IP_TOLD, ip));
	return owner ? &owner->device : NULL;
}

const struct device *
inventory_by_mac(const struct inventory *inventory, const struct mac *mac)
{
	const struct entry *owner = owner_of_mac(inventory, mac);

	return owner ? &owner->device : NULL;
}

static struct entry *
entry_by_key(const struct inventory *inventory, const char *key)
{
	return *key ? claim_owner(
			  &inventory->claims, claim_of_hash(CLAIM_KEY, identity_hash(key)))
		    : NULL;
}

const struct device *
inventory_by_key(const struct inventory *inventory, const char *key)
{
	const struct entry *owner = entry_by_key(inventory, key);

	return owner ? &owner->device : NULL;
}

void
inventory_place(
    struct inventory *inventory, const struct device *device, const struct place *place)
{
	struct entry *entry = entry_by_key(inventory, device->key);

	if (entry)
		entry->device.place = *place;
}

size_t
inventory_count(const struct inventory *inventory)
{
	return inventory->count;
}

const struct device *
inventory_at(const struct inventory *inventory, size_t i)
{
	return i < inventory->count ? &inventory->order[i]->device : NULL;
}

size_t
inventory_expire(struct inventory *inventory, int64_t seen_before_ms)
{
	size_t before = inventory->count;

	for (size_t i = inventory->count; i-- > 0;)
		if (inventory->order[i]->device.last_seen_ms < seen_before_ms)
			entry_remove(inventory, inventory->order[i]);
	return before - inventory->count;
}

uint64_t
inventory_refused(const struct inventory *inventory)
{
	return inventory->refused + inventory->budget.refused;
}

size_t
inventory_evidence(const struct device *device, struct evidence ret[], size_t max)
{
	size_t count = device->n_evidence < max ? device->n_evidence : max;

	for (size_t i = 0; i < count; i++)
		ret[i] = (struct evidence){device->evidence[i].source, device->evidence[i].key,
		    device->evidence[i].value};
	return count;
}

size_t
inventory_units(const struct device *device)
{
	struct identity id = {.n_serials = 0};

	for (size_t i = 0; i < device->n_evidence; i++)
		if (strcmp(device->evidence[i].key, "chassis_serial") == 0)
			identity_add(&id, device->evidence[i].source, device->evidence[i].key,
			    device->evidence[i].value);
	return id.n_serials ? id.n_serials : 1;
}
