/* NetBIOS names: see netbios.h. */
#include "agent/decode/netbios.h"

bool
netbios_name_decode(const uint8_t *label, size_t len, uint8_t ret[static NETBIOS_NAME_BYTES])
{
	if (len != 2 * NETBIOS_NAME_BYTES)
		return false;
	for (size_t i = 0; i < NETBIOS_NAME_BYTES; i++) {
		unsigned high = label[2 * i] - 'A', low = label[2 * i + 1] - 'A';

		if (high > 15 || low > 15)
			return false;
		ret[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}
