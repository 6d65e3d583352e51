/*
 * Makers: by the prefix of a MAC address (IEEE registration authority, MA-L, MA-M
 * and MA-S, from Debian's ieee-data) and by the private enterprise number of IANA
 * (from Debian's libwireshark-data). Both tables are made at build time. Pure.
 */
#ifndef PARTA_COMMON_CLASSIFY_VENDOR_H
#define PARTA_COMMON_CLASSIFY_VENDOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mac;

/* The registered name, or NULL: not registered, or a locally administered address. Lives for
 * ever. */
const char *vendor_of_mac(const struct mac *mac);

/* The registered name of an enterprise number, or NULL. Lives for ever. */
const char *vendor_of_enterprise(uint32_t number);

/* The enterprise number of an object identifier below 1.3.6.1.4.1 (a leading dot is
 * suffered), or 0. */
uint32_t vendor_enterprise_of_oid(const char *oid);

/* True for numbers of agents that run on anybody's machine (net-snmp, UCD, FreeBSD's bsnmpd):
 * they name software, no maker. */
bool vendor_is_software(uint32_t enterprise);

/*
 * A maker's name as people say it: "Hewlett-Packard" and "HP Inc." are "HP",
 * "Shenzhen Foo Technology Co.,Ltd." is "Shenzhen Foo Technology". ret holds size
 * bytes, always terminated; it may be the same memory as name.
 */
void vendor_short_name(const char *name, char *ret, size_t size);

#endif
