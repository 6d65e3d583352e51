/* An answer as it lies in the file of what is remembered: what can be read can be written, and
 * is the same again. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "agent/ask/snmp_read.h"
#include "agent/scan_recall.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes again = bytes_new(16 * 1024 * 1024);
	struct recall recall;

	if (recall_unpack(data, size, &recall) < 0)
		return 0;
	assert(recall.n_evidence <= SNMP_EVIDENCE_MAX && recall.n_ports <= SNMP_PORTS_MAX &&
	       recall.n_neighbors <= SNMP_NEIGHBORS_MAX);
	assert(recall_pack(&(struct snmp_answer){.evidence = recall.evidence,
			       .n_evidence = recall.n_evidence,
			       .ports = recall.ports,
			       .n_ports = recall.n_ports,
			       .neighbors = recall.neighbors,
			       .n_neighbors = recall.n_neighbors},
		   &again) == 0);
	assert(again.len == size && memcmp(again.data, data, size) == 0);
	bytes_clear(&again);
	recall_clear(&recall);
	return 0;
}
