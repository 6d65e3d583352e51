/* What a stranger answers to the first word of SNMP. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "agent/ask/snmp_probe.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct snmp_probe_answer before, after;

	memset(&before, 0xa5, sizeof(before));
	memset(&after, 0xa5, sizeof(after));
	if (snmp_probe_read(data, size, &after) < 0) {
		assert(memcmp(&before, &after, sizeof(after)) == 0);
		return 0;
	}
	assert(after.kind <= SNMP_PROBE_ENGINE);
	if (after.kind == SNMP_PROBE_ENGINE)
		assert(after.engine.id_len <= SNMP_ENGINE_ID_BYTES_MAX);
	return 0;
}
