/*
 * How often somebody may come: token buckets, one a client, in a table of fixed
 * size. Pure: time comes in as a number; the owner of a table locks it.
 */
#ifndef PARTA_COLLECTOR_HTTP_LIMIT_H
#define PARTA_COLLECTOR_HTTP_LIMIT_H

#include <stdint.h>

struct bucket {
	double tokens;
	uint64_t at_ms; /* when tokens were counted */
};

/* Takes `cost` tokens of a bucket that fills by per_s up to burst: 0, or how many milliseconds
 * to wait until they are there (nothing is taken then). A new bucket is full. */
uint64_t bucket_take(
    struct bucket *bucket, double per_s, double burst, double cost, uint64_t now_ms);

/* Takes what was used already, into debt if need be. */
void bucket_charge(
    struct bucket *bucket, double per_s, double burst, double cost, uint64_t now_ms);

enum { LIMIT_SLOTS = 16384, LIMIT_WAYS = 8 };

struct limit_slot {
	uint64_t key; /* 0: free */
	struct bucket bucket;
};

/* Zeroed memory is an empty table. When the places of a key are taken, the one that came least
 * lately goes: a stranger's flood of keys may forget a limit but never takes more memory. */
struct limit {
	struct limit_slot slots[LIMIT_SLOTS];
};

uint64_t limit_take(struct limit *limit, uint64_t key, double per_s, double burst, double cost,
    uint64_t now_ms);

void limit_charge(struct limit *limit, uint64_t key, double per_s, double burst, double cost,
    uint64_t now_ms);

/* A key of any bytes (FNV-1a, 64 bits), never 0. */
uint64_t limit_key(const void *bytes, uint64_t len);

#endif
