/* The shape of the tables that vendor_table.awk makes; only vendor.c reads them. */
#ifndef PARTA_COMMON_CLASSIFY_VENDOR_TABLE_H
#define PARTA_COMMON_CLASSIFY_VENDOR_TABLE_H

#include <stddef.h>
#include <stdint.h>

/* Sorted by prefix; name is a place in vendor_names. */
struct vendor_row {
	uint32_t prefix, name;
};

struct vendor_long_row {
	uint64_t prefix;
	uint32_t name;
};

extern const struct vendor_row vendor_mal[];      /* 24-bit prefixes */
extern const struct vendor_row vendor_mam[];      /* 28-bit prefixes */
extern const struct vendor_long_row vendor_mas[]; /* 36-bit prefixes */
extern const struct vendor_row vendor_enterprise[];
extern const size_t vendor_mal_count, vendor_mam_count, vendor_mas_count,
    vendor_enterprise_count;
extern const char vendor_names[]; /* each ends with a zero byte */

#endif
