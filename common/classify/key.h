/*
 * What identifies a device and what only looks so: values that many devices bear
 * by design, by carelessness or from the factory are no keys. Both programs ask
 * here, so that they never differ. Pure. Serial numbers: classify_serial_is_placeholder().
 */
#ifndef PARTA_COMMON_CLASSIFY_KEY_H
#define PARTA_COMMON_CLASSIFY_KEY_H

#include <stdbool.h>

#include "common/address.h"

/* What a piece of evidence identifies by, strongest first. */
enum key_kind {
	KEY_NONE,
	KEY_SERIAL,   /* of the chassis */
	KEY_UUID,     /* of the hardware: two different ones are two devices */
	KEY_ENDPOINT, /* a UUID that the installed system made: it may get another one */
	KEY_CHASSIS,  /* an address of the whole, perhaps "mac:" before it */
	KEY_MAC,      /* of one of its ports, as it told them all */
	KEY_CARD,     /* of the card that answered, as it told */
	KEY_ENGINE,
	KEY_CLIENT,
	KEY_NAME,
};

/* THE LIST is in key.c. *ret_foreign: it may be told for another device, and does not count as
 * strong. */
enum key_kind key_kind_of(const char *source, const char *key, bool *ret_foreign);

/* A virtual router's address (VRRP RFC 9568, CARP, HSRP, GLBP): it wanders between devices. */
bool key_mac_is_virtual(const struct mac *mac);
/* An interface's address: not zero, one repeated byte, multicast, a virtual router's, nor one
 * of those that Windows gives its WAN miniports. */
bool key_mac_is_own(const struct mac *mac);
/* The same and universally administered: it tells one device from another. */
bool key_mac_is_key(const struct mac *mac);

/* One that a maker wrote into every board, or left empty; and what is no UUID. With or without
 * "urn:uuid:" before it. */
bool key_uuid_is_placeholder(const char *uuid);

/* A DHCP client identifier that is the address of the card (RFC 2132 section 9.14: type 1 and
 * the address), in hexadecimal: it says no more than the address does. */
bool key_client_is_address(const char *hex);

/* A name without its domain that devices have from the factory or the system's maker, or an
 * empty one. */
bool key_name_is_common(const char *name);

#endif
