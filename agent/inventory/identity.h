/*
 * Which observations are one device (DESIGN.md section 5). An identity is the set
 * of claims that a device, or one answer of it, makes; two identities are
 * compared, strongest claims first. Pure: no memory, no time.
 */
#ifndef PARTA_AGENT_INVENTORY_IDENTITY_H
#define PARTA_AGENT_INVENTORY_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/address.h"

enum {
	IDENTITY_SERIALS_MAX = 24,
	IDENTITY_UUIDS_MAX = 8,
	IDENTITY_MACS_MAX = 192,
	IDENTITY_IPS_MAX = 96,
	IDENTITY_NAMES_MAX = 6
};

/* Claims by which one device can be found again. */
enum claim_kind {
	CLAIM_KEY = 1,  /* the inventory's own key of the device */
	CLAIM_MAC_SEEN, /* its frames came from there */
	CLAIM_IP_SEEN,
	CLAIM_MAC_TOLD, /* it told that this is its own */
	CLAIM_IP_TOLD,
	CLAIM_SERIAL,
	CLAIM_UUID,
	CLAIM_ENGINE,
};

struct id_claim {
	uint64_t value;  /* hash of the canonical text */
	uint32_t source; /* hash of source and key: only serials of one kind can contradict */
	bool weak; /* told by somebody who may speak for another (mDNS), or too short to be rare
		    */
	bool hard; /* it comes with the hardware: another one is another device */
};

/* Texts are kept as 64-bit hashes of their canonical form, 0 for none: a hostile device that
 * makes two texts collide gains no more than by telling the text itself. */
struct identity {
	struct id_claim serials[IDENTITY_SERIALS_MAX];
	size_t n_serials;
	struct id_claim uuids[IDENTITY_UUIDS_MAX];
	size_t n_uuids;
	struct mac seen_macs[IDENTITY_MACS_MAX]; /* the frames came from them */
	size_t n_seen_macs;
	struct mac port_macs[IDENTITY_MACS_MAX]; /* the device told them (IF-MIB) */
	size_t n_port_macs;
	struct mac base_macs[4]; /* bridge address (SNMP, STP), LLDP chassis ID */
	size_t n_base_macs;
	struct mac card_macs[2]; /* of the card that answered, as the device told (NetBIOS) */
	size_t n_card_macs;
	struct address seen_ips[IDENTITY_IPS_MAX]; /* it answered there */
	size_t n_seen_ips;
	struct address told_ips[IDENTITY_IPS_MAX]; /* the device told them (IP-MIB) */
	size_t n_told_ips;
	uint64_t names[IDENTITY_NAMES_MAX]; /* what it calls itself, by whatever protocol */
	size_t n_names;
	uint64_t engine, client, type; /* snmpEngineID, DHCP client identifier, sysObjectID */
	uint32_t maker;                /* enterprise number, 0 unknown */
};

enum identity_verdict { IDENTITY_UNSURE, IDENTITY_SAME, IDENTITY_APART };

/* Adds what one piece of evidence claims; evidence that claims nothing adds nothing. */
void identity_add(struct identity *id, const char *source, const char *key, const char *value);
/* The same in two steps, for evidence that is kept: does it claim anything, and what. */
bool identity_claims(const char *source, const char *key, const char *value);
void identity_add_claim(
    struct identity *id, const char *source, const char *key, const char *value);
void identity_add_seen_mac(struct identity *id, const struct mac *mac);
void identity_add_seen_ip(struct identity *id, const struct address *ip);

/* The same for all of a device, in which none repeats, into an empty identity. */
void identity_seen(struct identity *id, const struct mac macs[], size_t n_macs,
    const struct address ips[], size_t n_ips);

/* Everything in `from` added to `to`. */
void identity_join(struct identity *to, const struct identity *from);

/*
 * One strong or two independent medium matches: IDENTITY_SAME; a contradiction of
 * strong claims: IDENTITY_APART. at_once: both were seen within one round, so that
 * a difference of ports is two devices and not one that was rebuilt.
 */
enum identity_verdict identity_compare(
    const struct identity *known, const struct identity *seen, bool at_once);

/*
 * May an answer that came from where `known` lives be taken for its own? False
 * when it contradicts what the device said before. same_ip: it came from the very
 * address that the device's SNMP answers came from.
 */
bool identity_accepts(
    const struct identity *known, const struct identity *answer, bool same_ip);

/*
 * The answer came from a card's address where `known` was last seen: has the card
 * gone over to another device (a dock, an adapter, a swapped card)? So it is when
 * hardware contradicts, or when what the answer names (elsewhere: its UUID or serial
 * number is another device's) is not what `known` names.
 */
bool identity_moved(
    const struct identity *known, const struct identity *answer, bool is_anothers);

/* An address that tells one device from another: no loopback, link-local, multicast or zero
 * one. */
bool identity_ip_is_key(const struct address *ip);

/* The hash of a text in canonical form: without case, blanks around and control bytes. */
uint64_t identity_hash(const char *text);

#endif
