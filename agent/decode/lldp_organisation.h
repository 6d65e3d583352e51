/*
 * The TLVs that organisations add to LLDP: IEEE 802.1 (802.1Q annex D), IEEE 802.3 (clause 79),
 * LLDP-MED (ANSI/TIA-1057) and IANA (RFC 8520). Pure.
 */
#ifndef PARTA_AGENT_DECODE_LLDP_ORGANISATION_H
#define PARTA_AGENT_DECODE_LLDP_ORGANISATION_H

#include "agent/decode/sighting.h"
#include "common/cursor.h"

/* The value of a TLV of type 127, its OUI first; one that is unknown or wrong adds nothing. */
void lldp_organisation_read(struct cursor *value, struct sighting *s);

#endif
