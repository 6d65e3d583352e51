/* The key of a report that cannot be read whole, so that its agent hears which one is meant.
 * Pure. */
#ifndef PARTA_COLLECTOR_INGEST_PEEK_H
#define PARTA_COLLECTOR_INGEST_PEEK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct peeked {
	bool has_boot_id;
	uint8_t boot_id[16];
	uint64_t seq; /* 0 not found */
};

/* Reads boot_id and seq of a packed Report as far as its top level can be walked. */
struct peeked peek_report(const uint8_t *bytes, size_t len);

#endif
