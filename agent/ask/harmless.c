/* The compiled-in list of ports that are left alone: see harmless.h. */
#include "agent/ask/harmless.h"

#include <stddef.h>
#include <string.h>

#include "common/check.h"

static const struct {
	uint16_t first, last;
	const char *reader; /* who reads there without writing; NULL nobody */
} kept[] = {
    {515, 515, NULL},   /* LPD, RFC 1179 */
    {631, 631, "ipp"},  /* IPP, RFC 8010 */
    {9100, 9107, NULL}, /* AppSocket, PDL data stream */
    {9999, 9999, NULL}, /* PJL of some makers */
};

bool
harmless_port(uint16_t port, const char *source)
{
	if (port == 0)
		return false;
	for (size_t i = 0; i < COUNT_OF(kept); i++)
		if (port >= kept[i].first && port <= kept[i].last)
			return kept[i].reader && strcmp(kept[i].reader, source) == 0;
	return true;
}
