/*
 * Facts of a file as a report: classified, claimed, matched and kept by the same way as
 * what agents tell, under the school's import (no program, core.agent.kind 'import').
 */
#ifndef PARTA_COLLECTOR_INGEST_IMPORTED_H
#define PARTA_COLLECTOR_INGEST_IMPORTED_H

#include <stdint.h>

#include "collector/store/store.h"
#include "common/classify/classify.h"
#include "common/facts/facts.h"

struct imported {
	uint8_t agent_id[16]; /* the school's import */
	uint8_t file_id[16];  /* of the file's bytes: the same file again is the same report */
	uint64_t number;      /* of the inventory in the file */
	int64_t now_ms, taken_ms; /* taken_ms: when it was taken down */
	const struct facts *facts;
};

/* STORE_NEW or STORE_DUPLICATE; -EFBIG too much for a report; otherwise as store_batch(). */
int imported_store(struct store *store, const struct rules *rules,
    const struct imported *imported, char error[static 256]);

#endif
