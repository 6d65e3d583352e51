/*
 * Whether one more test fits on the line of the measuring endpoint in one direction, and how
 * full it is. A client declares the rate that its test needs; what tests carry that declared
 * none counts as it was in the last whole second. Pure: time comes in as a number; the owner
 * locks it.
 */
#ifndef PARTA_COLLECTOR_HTTP_CAPACITY_H
#define PARTA_COLLECTOR_HTTP_CAPACITY_H

#include <stdint.h>

enum {
	CAPACITY_TESTS_MAX = 256,
	CAPACITY_LINGER_MS = 2000, /* between two streams of a test */
};

/* The streams of one test. */
struct capacity_test {
	uint64_t key; /* 0: a free place */
	double need_mbps;
	unsigned streams;
	uint64_t left_ms; /* when the last of them ended */
};

struct capacity_flow {
	uint64_t second;
	uint64_t bytes, bytes_before; /* of that second and of the one before */
};

/* Zeroed memory carries nothing. */
struct capacity {
	struct capacity_test tests[CAPACITY_TESTS_MAX];
	struct capacity_flow all, undeclared;
};

/*
 * A place for a stream of the test `key` (not 0), or NULL: all tests together would pass
 * limit_mbps, or there are too many. need_mbps 0: nothing was declared, and it fits as long as
 * the line is not full. A test under way is not refused for what it declared already.
 */
struct capacity_test *capacity_take(struct capacity *capacity, uint64_t key, double need_mbps,
    double limit_mbps, uint64_t now_ms);

/* The stream carried so many bytes; it is over. */
void capacity_carry(struct capacity *capacity, const struct capacity_test *test, uint64_t bytes,
    uint64_t now_ms);
void capacity_leave(struct capacity_test *test, uint64_t now_ms);

/* What is promised to tests under way, and what all of them carried in the last whole second.
 */
double capacity_promised_mbps(const struct capacity *capacity, uint64_t now_ms);
double capacity_carried_mbps(const struct capacity *capacity, uint64_t now_ms);

#endif
