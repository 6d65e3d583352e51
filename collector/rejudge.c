/* The rate is the mean after the warm-up that is stored; the verdict is Wald's, see
 * common/speed. */
#include "collector/rejudge.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/check.h"
#include "common/speed/judge.h"

enum { SAMPLES_MAX = 1024 };

static const double rate_tolerance = 0.03, rate_grain_mbps = 0.1;

static bool
is_near(double a, double b)
{
	double off = a > b ? a - b : b - a;

	return off <= rate_tolerance * b + rate_grain_mbps;
}

static double
goodput_of(const struct rejudge_test *test)
{
	double bytes = 0;

	for (size_t i = test->warmup_samples; i < test->count; i++)
		bytes += test->sample_bytes[i];
	return 8 * bytes /
	       ((double)(test->count - test->warmup_samples) * test->sample_ms * 1e3);
}

static enum speed_ruling
ruling_of(const struct rejudge_test *test)
{
	struct speed_sample samples[SAMPLES_MAX];
	size_t count = test->count < SAMPLES_MAX ? test->count : SAMPLES_MAX;
	double confidence;

	for (size_t i = 0; i < count; i++)
		samples[i] = (struct speed_sample){
		    .length_us = test->sample_ms * 1000, .size_bytes = test->sample_bytes[i]};
	return speed_rule(
	    samples, count, test->ip_mbps / test->goodput_mbps, test->target_mbps, &confidence);
}

enum rejudge
rejudge(const struct rejudge_test *test)
{
	enum speed_ruling ruling;

	if (test->count <= test->warmup_samples || test->sample_ms == 0 ||
	    test->sample_ms > 10000 || test->goodput_mbps <= 0)
		return REJUDGE_NO_SAMPLES;
	if (!is_near(goodput_of(test), test->goodput_mbps))
		return REJUDGE_OTHER_RATE;
	ruling = ruling_of(test);
	if ((ruling == SPEED_RULING_FAIL && strcmp(test->verdict, "pass") == 0 &&
		!speed_reaches(test->line_mbps, test->target_mbps)) ||
	    (ruling == SPEED_RULING_PASS && strcmp(test->verdict, "fail_isp") == 0))
		return REJUDGE_OTHER_VERDICT;
	return REJUDGE_SAME;
}

long
rejudge_samples(const char *text, uint32_t ret[], size_t size)
{
	size_t count = 0;

	if (*text++ != '{')
		return -1;
	if (strcmp(text, "}") == 0)
		return 0;
	for (;;) {
		char *end;
		unsigned long long number;

		if (*text < '0' || *text > '9' || count == size)
			return -1;
		number = strtoull(text, &end, 10);
		if (number > UINT32_MAX)
			return -1;
		ret[count++] = (uint32_t)number;
		if (strcmp(end, "}") == 0)
			return (long)count;
		if (*end != ',')
			return -1;
		text = end + 1;
	}
}
