/* The clocks that never jump: see clock.h. */
#include "common/clock.h"

#include <time.h>

static uint64_t
read_us(clockid_t id)
{
	struct timespec t = {0};

	(void)clock_gettime(id, &t);
	return (uint64_t)t.tv_sec * 1000000u + (uint64_t)t.tv_nsec / 1000u;
}

uint64_t
clock_boot_ms(void)
{
	return read_us(CLOCK_BOOTTIME) / 1000;
}

uint64_t
clock_boot_us(void)
{
	return read_us(CLOCK_BOOTTIME);
}

struct timespec
clock_deadline(uint64_t wait_ms)
{
	uint64_t us = read_us(CLOCK_MONOTONIC) + wait_ms * 1000;

	return (struct timespec){
	    .tv_sec = (time_t)(us / 1000000), .tv_nsec = (long)(us % 1000000) * 1000};
}

uint64_t
clock_cpu_us(void)
{
	return read_us(CLOCK_PROCESS_CPUTIME_ID);
}
