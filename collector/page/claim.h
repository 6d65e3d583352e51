/*
 * A claim to a provider as a file: the act of a rate below the contract, the journal
 * of outages, or the raw data that both rest on. Every file leaves a trace in
 * core.claim and core.claim_file, so that it is known again.
 */
#ifndef PARTA_COLLECTOR_PAGE_CLAIM_H
#define PARTA_COLLECTOR_PAGE_CLAIM_H

#include <stdint.h>

#include "common/bytes.h"

struct db;

enum { CLAIM_DIGEST_SIZE = 65 };

struct claim_ask {
	const char *school, *from, *to; /* days as YYYY-MM-DD, both included */
	const char *paper;              /* "act", "journal", "data" */
	const char *format;             /* "html", "xlsx"; of data "json" */
	const char *by; /* who asks, when the database does not know it; NULL: it does */
};

struct claim_file {
	int64_t claim_id;
	char sha256[CLAIM_DIGEST_SIZE];      /* of the raw data */
	char file_sha256[CLAIM_DIGEST_SIZE]; /* of the file; of data the same */
	struct bytes bytes;                  /* the caller's: bytes_clear() */
};

/* What is wrong with the paper, the format or the days, as a word ("bad_claim"); NULL: nothing
 * that could be seen without the database. */
const char *claim_wrong(const struct claim_ask *ask);

/*
 * Makes the file in the caller's transaction. 0; -ENOENT: whoever asks sees no such school;
 * -EXDEV: no one contract was in force on all of these days;
 * -EAGAIN: facts of these days come in so fast that no two looks are alike; -EFBIG; else as
 * db_query().
 */
int claim_make(struct db *db, const struct claim_ask *ask, struct claim_file *ret);

#endif
