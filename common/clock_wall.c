/* What clocks say becomes the time that people are told: see clock.h. Reads none itself. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/clock.h"

/* The time by somebody else's clock, when ours was boot_ms old; ms 0: nobody told it. */
static struct {
	int64_t ms;
	uint64_t boot_ms;
	bool is_floor; /* it is only known to be no earlier */
} told;

int64_t
clock_wall_ms(void)
{
	if (told.ms == 0 || clock_synchronised())
		return clock_kernel_ms();
	return told.ms + (int64_t)(clock_boot_ms() - told.boot_ms);
}

void
clock_told(int64_t wall_ms)
{
	told.ms = wall_ms;
	told.boot_ms = clock_boot_ms();
	told.is_floor = false;
}

bool
clock_is_known(void)
{
	return (told.ms != 0 && !told.is_floor) || clock_synchronised();
}

void
clock_not_before(int64_t wall_ms)
{
	if (clock_wall_ms() >= wall_ms)
		return;
	clock_told(wall_ms);
	told.is_floor = true;
}

/* TZ is this process's own, and set from one thread: the C library has no other door to a zone.
 */
static void
enter_zone(const char *zone)
{
	static char entered[64];

	if (!strncmp(entered, zone, sizeof(entered) - 1))
		return;
	(void)snprintf(entered, sizeof(entered), "%s", zone);
	if (setenv("TZ", entered, 1) == 0)
		tzset();
}

struct clock_local
clock_local_of(int64_t wall_ms, const char *zone)
{
	time_t seconds = (time_t)(wall_ms / 1000);
	struct clock_local local = {0};
	struct tm tm = {0};

	if (zone && *zone)
		enter_zone(zone);
	(void)localtime_r(&seconds, &tm);
	local.weekday = tm.tm_wday == 0 ? 7 : (unsigned)tm.tm_wday;
	local.minute = (unsigned)(tm.tm_hour * 60 + tm.tm_min);
	local.day =
	    (unsigned)((tm.tm_year + 1900) * 10000 + (tm.tm_mon + 1) * 100 + tm.tm_mday);
	return local;
}

void
clock_format(int64_t wall_ms, char ret[static 25])
{
	int64_t seconds = wall_ms / 1000, ms = wall_ms % 1000;
	struct tm tm = {0};
	time_t t;
	char day[20];

	if (ms < 0) {
		ms += 1000;
		seconds--;
	}
	t = (time_t)seconds;
	if (!gmtime_r(&t, &tm) || !strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &tm))
		(void)snprintf(day, sizeof(day), "9999-12-31T23:59:59");
	(void)snprintf(ret, 25, "%.19s.%03dZ", day, (int)ms % 1000);
}
