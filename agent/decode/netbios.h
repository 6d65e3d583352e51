/* Names of NetBIOS over TCP/IP (RFC 1001 14.1) as they stand in packets. Pure. */
#ifndef PARTA_AGENT_DECODE_NETBIOS_H
#define PARTA_AGENT_DECODE_NETBIOS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NETBIOS_NAME_BYTES = 16 }; /* 15 of name, padded, and a suffix that tells the service */

/* A label of a name, each half byte of it a letter from 'A' on; false when it is none. */
bool netbios_name_decode(
    const uint8_t *label, size_t len, uint8_t ret[static NETBIOS_NAME_BYTES]);

#endif
