/*
 * Token buckets (the algorithm of RFC 2697's meter with one colour) in a
 * set-associative table. Keeps no order and no list: a look-up touches LIMIT_WAYS
 * slots. Does not lock and reads no clock.
 */
#include "collector/http/limit.h"

#include <stddef.h>

static void
fill(struct bucket *bucket, double per_s, double burst, uint64_t now_ms)
{
	if (now_ms > bucket->at_ms) {
		bucket->tokens += (double)(now_ms - bucket->at_ms) * per_s / 1000;
		bucket->at_ms = now_ms;
	}
	if (bucket->tokens > burst)
		bucket->tokens = burst;
}

uint64_t
bucket_take(struct bucket *bucket, double per_s, double burst, double cost, uint64_t now_ms)
{
	fill(bucket, per_s, burst, now_ms);
	if (bucket->tokens < cost)
		return (uint64_t)((cost - bucket->tokens) / per_s * 1000) + 1;
	bucket->tokens -= cost;
	return 0;
}

void
bucket_charge(struct bucket *bucket, double per_s, double burst, double cost, uint64_t now_ms)
{
	fill(bucket, per_s, burst, now_ms);
	bucket->tokens -= cost;
}

static struct limit_slot *
slot_of(struct limit *limit, uint64_t key, double burst, uint64_t now_ms)
{
	struct limit_slot *set = &limit->slots[key % (LIMIT_SLOTS / LIMIT_WAYS) * LIMIT_WAYS];
	struct limit_slot *oldest = set;

	for (size_t i = 0; i < LIMIT_WAYS; i++) {
		if (set[i].key == key)
			return &set[i];
		if (oldest->key != 0 &&
		    (set[i].key == 0 || set[i].bucket.at_ms < oldest->bucket.at_ms))
			oldest = &set[i];
	}
	oldest->key = key;
	oldest->bucket = (struct bucket){.tokens = burst, .at_ms = now_ms};
	return oldest;
}

uint64_t
limit_take(
    struct limit *limit, uint64_t key, double per_s, double burst, double cost, uint64_t now_ms)
{
	return bucket_take(
	    &slot_of(limit, key, burst, now_ms)->bucket, per_s, burst, cost, now_ms);
}

void
limit_charge(
    struct limit *limit, uint64_t key, double per_s, double burst, double cost, uint64_t now_ms)
{
	bucket_charge(&slot_of(limit, key, burst, now_ms)->bucket, per_s, burst, cost, now_ms);
}

uint64_t
limit_key(const void *bytes, uint64_t len)
{
	const uint8_t *at = bytes;
	uint64_t hash = 0xcbf29ce484222325U;

	for (uint64_t i = 0; i < len; i++)
		hash = (hash ^ at[i]) * 0x100000001b3U;
	return hash ? hash : 1;
}
