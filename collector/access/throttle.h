/*
 * How long somebody who failed to sign in waits before the next attempt. A login
 * may fail a few times for free, an address (a school behind one) more often; then
 * each failure doubles the wait up to a limit, and an hour of quiet forgets all.
 * Pure: time comes in as a number.
 */
#ifndef PARTA_COLLECTOR_ACCESS_THROTTLE_H
#define PARTA_COLLECTOR_ACCESS_THROTTLE_H

#include <stdint.h>

enum throttle_kind { THROTTLE_LOGIN, THROTTLE_ADDRESS };

struct throttle {
	unsigned failures;
	int64_t failed_ms; /* the last one */
};

enum {
	THROTTLE_LOGIN_FREE = 5,
	THROTTLE_ADDRESS_FREE = 20,
	THROTTLE_FIRST_MS = 2000,
	THROTTLE_LOGIN_LONGEST_MS = 5 * 60 * 1000,
	THROTTLE_ADDRESS_LONGEST_MS = 15 * 60 * 1000,
	THROTTLE_FORGET_MS = 60 * 60 * 1000,
};

/* How long to wait from now, 0: come in. */
uint64_t throttle_wait_ms(
    enum throttle_kind kind, const struct throttle *throttle, int64_t now_ms);

/* How many failures there are with one more now. */
unsigned throttle_failed(const struct throttle *throttle, int64_t now_ms);

#endif
