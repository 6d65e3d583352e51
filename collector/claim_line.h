/*
 * A line of a claim's data (api.claim_data()) is read, and a test judged again from
 * what stands there: with the file alone, without the database.
 */
#ifndef PARTA_COLLECTOR_CLAIM_LINE_H
#define PARTA_COLLECTOR_CLAIM_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "collector/rejudge.h"

struct claim_line {
	bool is_test;       /* one of the line, of either direction: no proof out of counters */
	enum rejudge found; /* of a test */
	char test[37], direction[8]; /* of a test */
};

/* 0; -EBADMSG: it is none of such data; -ENOMEM. */
int claim_line_judge(const char *line, size_t len, struct claim_line *ret);

#endif
