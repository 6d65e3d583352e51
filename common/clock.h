/*
 * The only reader of clocks. Pure code takes time as a number; a test links
 * tests/lib/fake_clock.c in clock_kernel.c's place.
 */
#ifndef PARTA_COMMON_CLOCK_H
#define PARTA_COMMON_CLOCK_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/* Unix time in milliseconds (CLOCK_REALTIME), right or not. It may jump. */
int64_t clock_kernel_ms(void);

/* The time as well as it is known, for what people read: the kernel's, but while the kernel
 * says that nothing disciplines its clock, and somebody told us the time, that time, carried on
 * by the boot clock: a clock that is set or stands wrong then changes nothing. */
int64_t clock_wall_ms(void);
/* Disciplined by the kernel, or told. */
bool clock_is_known(void);
/* A collector says what time it is. From one thread, that of the loop. */
void clock_told(int64_t wall_ms);
/* It is known that it must be later than this: a clock that stands in 1970 is moved up to it.
 */
void clock_not_before(int64_t wall_ms);

/* Milliseconds and microseconds since boot, suspended time included (CLOCK_BOOTTIME): for
 * intervals. Never jumps. */
uint64_t clock_boot_ms(void);
uint64_t clock_boot_us(void);

/* A moment so long from now, for pthread_cond_clockwait(CLOCK_MONOTONIC): a wait that ends by
 * the wall clock lasts hours when that is set back. */
struct timespec clock_deadline(uint64_t wait_ms);

/* CPU time of this process in microseconds. */
uint64_t clock_cpu_us(void);

/* The kernel says that its clock is disciplined (adjtimex(2), STA_UNSYNC clear). */
bool clock_synchronised(void);

/* The local broken-down time of a Unix time in an IANA zone ("Asia/Yekaterinburg"; NULL or "":
 * the machine's). weekday 1 Monday .. 7 Sunday; minute since midnight; day YYYYMMDD. */
struct clock_local {
	unsigned weekday, minute;
	unsigned day;
};
struct clock_local clock_local_of(int64_t wall_ms, const char *zone);

/* RFC 3339 in UTC with milliseconds, "2026-11-25T21:03:46.123Z"; ret holds at least 25 bytes.
 */
void clock_format(int64_t wall_ms, char ret[static 25]);

#endif
