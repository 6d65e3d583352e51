/*
 * Counts what is promised. Tests that begin within one second without a declared
 * rate do not see each other: who declares none is a person with a browser, and
 * the number of streams is limited besides.
 */
#include "collector/http/capacity.h"

#include <stdbool.h>
#include <stddef.h>

enum { SECOND_MS = 1000 };

static double
flow_mbps(const struct capacity_flow *flow, uint64_t now_ms)
{
	uint64_t second = now_ms / SECOND_MS;

	if (flow->second == second)
		return (double)flow->bytes_before * 8 / 1e6;
	return flow->second + 1 == second ? (double)flow->bytes * 8 / 1e6 : 0;
}

static void
flow_add(struct capacity_flow *flow, uint64_t bytes, uint64_t now_ms)
{
	uint64_t second = now_ms / SECOND_MS;

	if (flow->second != second) {
		flow->bytes_before = flow->second + 1 == second ? flow->bytes : 0;
		flow->bytes = 0;
		flow->second = second;
	}
	flow->bytes += bytes;
}

static bool
is_under_way(const struct capacity_test *test, uint64_t now_ms)
{
	return test->key && (test->streams > 0 || now_ms - test->left_ms < CAPACITY_LINGER_MS);
}

double
capacity_promised_mbps(const struct capacity *capacity, uint64_t now_ms)
{
	double sum = flow_mbps(&capacity->undeclared, now_ms);

	for (size_t i = 0; i < CAPACITY_TESTS_MAX; i++) {
		if (is_under_way(&capacity->tests[i], now_ms))
			sum += capacity->tests[i].need_mbps;
	}
	return sum;
}

double
capacity_carried_mbps(const struct capacity *capacity, uint64_t now_ms)
{
	return flow_mbps(&capacity->all, now_ms);
}

/* The test, or else a free place, or that of a test which is between two streams for longest,
 * so that a flood of small tests keeps nobody out; or NULL. */
static struct capacity_test *
place_find(struct capacity *capacity, uint64_t key, uint64_t now_ms)
{
	struct capacity_test *place = NULL;

	for (size_t i = 0; i < CAPACITY_TESTS_MAX; i++) {
		struct capacity_test *test = &capacity->tests[i];

		if (test->key == key && is_under_way(test, now_ms))
			return test;
		if (test->streams == 0 && (!place || test->left_ms < place->left_ms))
			place = test;
	}
	return place;
}

struct capacity_test *
capacity_take(struct capacity *capacity, uint64_t key, double need_mbps, double limit_mbps,
    uint64_t now_ms)
{
	double promised = capacity_promised_mbps(capacity, now_ms), more;
	struct capacity_test *test = place_find(capacity, key, now_ms);
	bool known = test && test->key == key && is_under_way(test, now_ms);

	if (!test || (!known && promised >= limit_mbps))
		return NULL;
	more = need_mbps - (known ? test->need_mbps : 0);
	if (more > 0 && promised + more > limit_mbps)
		return NULL;
	if (!known)
		*test = (struct capacity_test){.key = key};
	if (more > 0)
		test->need_mbps = need_mbps;
	test->streams++;
	return test;
}

void
capacity_carry(struct capacity *capacity, const struct capacity_test *test, uint64_t bytes,
    uint64_t now_ms)
{
	flow_add(&capacity->all, bytes, now_ms);
	if (test->need_mbps <= 0)
		flow_add(&capacity->undeclared, bytes, now_ms);
}

void
capacity_leave(struct capacity_test *test, uint64_t now_ms)
{
	test->streams--;
	test->left_ms = now_ms;
}
