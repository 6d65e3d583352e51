/*
 * What tells a reported device apart, strongest first (DESIGN section 5): its
 * evidence and addresses become identifiers of reference.identifier_kind. Pure.
 */
#ifndef PARTA_COLLECTOR_STORE_CLAIMS_H
#define PARTA_COLLECTOR_STORE_CLAIMS_H

#include <stddef.h>

#include "common/classify/classify.h"
#include "parta/v1/inventory.pb-c.h"

enum { CLAIMS_MAX = 128, CLAIM_VALUE_SIZE = 257, CLAIM_QUALIFIER_SIZE = 97 };

struct claim {
	const char *kind;                     /* "serial", "uuid", "chassis", "mac", ... */
	char value[CLAIM_VALUE_SIZE];         /* in one true form */
	char qualifier[CLAIM_QUALIFIER_SIZE]; /* the maker beside a serial number, else "" */
};

/* Returns how many; what is beyond CLAIMS_MAX is left out. class may be NULL. */
size_t claims_of(const Parta__V1__Device *device, const struct classification *class,
    struct claim ret[static CLAIMS_MAX]);

#endif
