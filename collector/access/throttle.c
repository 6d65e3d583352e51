/* The waiting times of throttle.h. A clock that was set back counts as no time gone by. */
#include "collector/access/throttle.h"

#include <limits.h>
#include <stddef.h>

static const struct {
	unsigned free;
	int64_t longest_ms;
} kinds[] = {
    [THROTTLE_LOGIN] = {THROTTLE_LOGIN_FREE, THROTTLE_LOGIN_LONGEST_MS},
    [THROTTLE_ADDRESS] = {THROTTLE_ADDRESS_FREE, THROTTLE_ADDRESS_LONGEST_MS},
};

static int64_t
gone_ms(const struct throttle *throttle, int64_t now_ms)
{
	return now_ms > throttle->failed_ms ? now_ms - throttle->failed_ms : 0;
}

uint64_t
throttle_wait_ms(enum throttle_kind kind, const struct throttle *throttle, int64_t now_ms)
{
	int64_t wait_ms = THROTTLE_FIRST_MS, gone = gone_ms(throttle, now_ms);

	if (throttle->failures < kinds[kind].free || gone >= THROTTLE_FORGET_MS)
		return 0;
	for (unsigned i = kinds[kind].free;
	     i < throttle->failures && wait_ms < kinds[kind].longest_ms; i++)
		wait_ms *= 2;
	if (wait_ms > kinds[kind].longest_ms)
		wait_ms = kinds[kind].longest_ms;
	return wait_ms > gone ? (uint64_t)(wait_ms - gone) : 0;
}

unsigned
throttle_failed(const struct throttle *throttle, int64_t now_ms)
{
	if (gone_ms(throttle, now_ms) >= THROTTLE_FORGET_MS)
		return 1;
	return throttle->failures < INT_MAX ? throttle->failures + 1 : INT_MAX;
}
