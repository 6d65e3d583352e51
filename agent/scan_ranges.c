/* What is scanned when nobody says what: the own subnets (scan.h). */
#include "agent/scan.h"

size_t
scan_own_ranges(const struct interface interfaces[], size_t n_interfaces,
    struct address_range ret[static SENSOR_RANGES_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < n_interfaces && n < SENSOR_RANGES_MAX; i++) {
		struct address_range range = interfaces[i].subnet;
		bool known = false;

		if (interfaces[i].ipv4.family != ADDRESS_IPV4)
			continue;
		if (range.prefix_len < SCAN_OWN_PREFIX_MIN) {
			range.base = interfaces[i].ipv4;
			range.prefix_len = SCAN_OWN_PREFIX_MIN;
			range.base.bytes[2] &= 0xfc; /* the /22 around our own address */
			range.base.bytes[3] = 0;
		}
		for (size_t j = 0; j < n; j++)
			known |= address_in_range(&range.base, &ret[j]) &&
				 ret[j].prefix_len <= range.prefix_len;
		if (!known)
			ret[n++] = range;
	}
	return n;
}
