/* What a device answered, as bytes and back: so that a device which is as it was need not be
 * walked again. Pure but for the heap. */
#ifndef PARTA_AGENT_SCAN_RECALL_H
#define PARTA_AGENT_SCAN_RECALL_H

#include <stddef.h>
#include <stdint.h>

#include "agent/ask/snmp.h"
#include "common/bytes.h"

struct recall {
	struct evidence *evidence; /* its texts lie in the bytes that were read */
	size_t n_evidence;
	struct port *ports;
	size_t n_ports;
	struct neighbor *neighbors;
	size_t n_neighbors;
};

/* Evidence, ports and neighbors of an answer, appended to ret. 0, -EFBIG, -ENOMEM. */
int recall_pack(const struct snmp_answer *answer, struct bytes *ret);

/* 0; -EBADMSG for anything else; -ENOMEM. On failure ret is empty. bytes must outlive it. */
int recall_unpack(const uint8_t *bytes, size_t len, struct recall *ret);
void recall_clear(struct recall *recall);

#endif
