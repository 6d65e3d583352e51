/* Counters of a router's interface: see counters.h. sysUpTime is in hundredths of a second and
 * comes in the same answer as the counters, so that the way to the router blurs no time. */
#include "common/speed/counters.h"

#include <errno.h>
#include <string.h>

static const double ip_of_frame = 1500.0 / 1514;
static const double blur_max = 0.06; /* of the time between two refreshes */
static const uint64_t window_min_us = 900000, gap_max_us = 300000;

static void
forget(struct counters *c, const struct counter_reading *reading)
{
	memset(c, 0, sizeof(*c));
	c->begun = true;
	c->last = *reading;
}

static bool
began_anew(const struct counter_reading *before, const struct counter_reading *now)
{
	if (now->up_time_ms < before->up_time_ms || now->wide != before->wide)
		return true;
	for (int i = 0; now->wide && i < 2; i++)
		if (now->octets[i] < before->octets[i])
			return true;
	return false;
}

static uint64_t
grown(const struct counter_reading *before, const struct counter_reading *now, int i)
{
	uint64_t more = now->octets[i] - before->octets[i];

	return now->wide ? more : more & UINT32_MAX;
}

static void
step_add(struct counters *c, const struct counter_reading *reading)
{
	struct counter_step *step;

	if (c->n_steps == COUNTER_STEPS_MAX) {
		memmove(c->steps, c->steps + 1, (COUNTER_STEPS_MAX - 1) * sizeof(c->steps[0]));
		c->n_steps--;
	}
	step = &c->steps[c->n_steps++];
	step->at_us = c->last.at_us + (reading->at_us - c->last.at_us) / 2;
	step->up_time_us = (c->last.up_time_ms + reading->up_time_ms) * 500;
	step->gap_us = reading->at_us - c->last.at_us;
	memcpy(step->octets, c->octets, sizeof(step->octets));
}

void
counters_note(struct counters *counters, const struct counter_reading *reading)
{
	uint64_t more[2];

	if (!counters->begun || began_anew(&counters->last, reading)) {
		forget(counters, reading);
		return;
	}
	for (int i = 0; i < 2; i++) {
		more[i] = grown(&counters->last, reading, i);
		counters->octets[i] += more[i];
	}
	if (more[0] > 0 || more[1] > 0)
		step_add(counters, reading);
	counters->last = *reading;
}

static double
rate_between(const struct counter_step *a, const struct counter_step *b, bool upload)
{
	return 8.0 * (double)(b->octets[upload] - a->octets[upload]) /
	       (double)(b->up_time_us - a->up_time_us) * ip_of_frame;
}

/* How wrong the time between two refreshes may be, as a part of it. */
static double
blur(const struct counter_step *a, const struct counter_step *b)
{
	return (double)(a->gap_us + b->gap_us) / 2 / (double)(b->up_time_us - a->up_time_us);
}

/* The refreshes between two moments: *ret_first and how many. */
static size_t
steps_between(
    const struct counters *c, uint64_t from_us, uint64_t to_us, const struct counter_step **ret)
{
	size_t first = 0, end;

	while (first < c->n_steps && c->steps[first].at_us < from_us)
		first++;
	for (end = first; end < c->n_steps && c->steps[end].at_us <= to_us;)
		end++;
	*ret = c->steps + first;
	return end - first;
}

int
counters_rate(const struct counters *counters, bool upload, uint64_t from_us, uint64_t to_us,
    double *ret_ip_mbps, double *ret_duration_s)
{
	const struct counter_step *a, *b;
	size_t n = steps_between(counters, from_us, to_us, &a);

	/* A refresh that was seen late, for want of readings, tells no time. */
	for (; n > 0 && a->gap_us > gap_max_us; n--)
		a++;
	for (b = a + n - 1; n > 0 && b->gap_us > gap_max_us; n--)
		b--;
	if (n < 2 || b->up_time_us < a->up_time_us + window_min_us || blur(a, b) > blur_max)
		return -ENODATA;
	*ret_ip_mbps = rate_between(a, b, upload);
	*ret_duration_s = (double)(b->up_time_us - a->up_time_us) / 1e6;
	return 0;
}

int
counters_load(
    const struct counters *counters, bool upload, uint64_t from_us, double *ret_ip_mbps)
{
	const struct counter_step *a;
	size_t n = steps_between(counters, from_us, UINT64_MAX, &a);

	if (!counters->begun || counters->last.at_us < from_us)
		return -ENODATA;
	if (n == 0) { /* read since, and nothing moved */
		*ret_ip_mbps = 0;
		return 0;
	}
	if (n < 2 || a[n - 1].up_time_us < a->up_time_us + window_min_us)
		return -ENODATA;
	*ret_ip_mbps = rate_between(a, &a[n - 1], upload);
	return 0;
}
