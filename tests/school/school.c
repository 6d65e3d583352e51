/* The school's hosts by address, its clock, its chance, and its announcements. */
#include "tests/school/school.h"

#include <time.h>

struct host *
school_host(const struct school *s, uint32_t ip)
{
	uint32_t base = 0;
	int i;

	for (i = 0; i < 4; i++)
		base = base << 8 | s->scenario.range.base.bytes[i];
	if (ip < base || ip - base >= s->n_addresses)
		return NULL;
	return s->by_address[ip - base];
}

uint32_t
host_ip(const struct host *h)
{
	const uint8_t *b = h->ip.bytes;

	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

/* xorshift64* (Vigna 2016): repeatable, not secret. */
uint32_t
school_random(struct school *s)
{
	s->random ^= s->random >> 12;
	s->random ^= s->random << 25;
	s->random ^= s->random >> 27;
	return (uint32_t)(s->random * 0x2545f4914f6cdd1dull >> 32);
}

int64_t
school_now_us(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void
school_announce(struct school *s, struct host *h)
{
	size_t i;

	for (i = 0; protocols[i]; i++) {
		if (protocols[i]->announce && !h->down && !h->real)
			protocols[i]->announce(s, h);
	}
}
