/* The only reader of clocks: see clock.h. */
#include "common/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timex.h>
#include <time.h>

static uint64_t
read_us(clockid_t id)
{
	struct timespec t = {0};

	(void)clock_gettime(id, &t);
	return (uint64_t)t.tv_sec * 1000000u + (uint64_t)t.tv_nsec / 1000u;
}

int64_t
clock_wall_ms(void)
{
	return (int64_t)(read_us(CLOCK_REALTIME) / 1000);
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

uint64_t
clock_cpu_us(void)
{
	return read_us(CLOCK_PROCESS_CPUTIME_ID);
}

bool
clock_synchronised(void)
{
	struct timex t = {0};

	return adjtimex(&t) >= 0 && !(t.status & STA_UNSYNC);
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
