/* See rpm.h; the draft's sections 4.2 (stability) and 4.4 (formula). */
#include "common/speed/rpm.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { AVERAGES = 4 };

static const double trimmed = 0.95, stable_share = 0.05, minute_ms = 60000;

void
rpm_time_add(struct rpm_times *times, double ms)
{
	if (times->count < RPM_TIMES_MAX && ms > 0)
		times->ms[times->count++] = ms;
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The mean of the times up to the 95th percentile; 0 of none. */
static double
trimmed_mean(const struct rpm_times *times)
{
	double sorted[RPM_TIMES_MAX], sum = 0;
	size_t kept = (size_t)ceil(trimmed * (double)times->count);

	memcpy(sorted, times->ms, times->count * sizeof(sorted[0]));
	qsort(sorted, times->count, sizeof(sorted[0]), compare);
	for (size_t i = 0; i < kept; i++)
		sum += sorted[i];
	return kept > 0 ? sum / (double)kept : 0;
}

double
rpm_of(const struct rpm_probes *probes)
{
	double tcp = trimmed_mean(&probes->tcp), tls = trimmed_mean(&probes->tls),
	       http = trimmed_mean(&probes->http), self = trimmed_mean(&probes->self);
	double foreign = tls > 0 ? (tcp + tls + http) / 3 : (tcp + http) / 2;

	if (tcp <= 0 || http <= 0)
		return self > 0 ? minute_ms / self : -1;
	if (self <= 0)
		return minute_ms / foreign;
	return (minute_ms / foreign + minute_ms / self) / 2;
}

static double
average(const double values[], size_t count)
{
	double sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += values[i];
	return sum / (double)count;
}

bool
rpm_stable(const double values[], size_t count)
{
	double averages[AVERAGES], mean, squares = 0;

	if (count < 2 * AVERAGES - 1)
		return false;
	for (size_t i = 0; i < AVERAGES; i++)
		averages[i] = average(values + count - 2 * AVERAGES + 1 + i, AVERAGES);
	mean = average(averages, AVERAGES);
	for (size_t i = 0; i < AVERAGES; i++)
		squares += (averages[i] - mean) * (averages[i] - mean);
	return averages[AVERAGES - 1] > 0 &&
	       sqrt(squares / AVERAGES) < stable_share * averages[AVERAGES - 1];
}

const char *
rpm_confidence_name(enum rpm_confidence confidence)
{
	static const char *const names[] = {"", "low", "medium", "high"};

	return names[confidence];
}
