/* Estimator, stop rule and verdict of a throughput test, on drawn samples. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "common/check.h"
#include "common/speed/judge.h"

enum { SAMPLE_US = 100000, TEN_SECONDS = 100 };

static const struct speed_limits nothing_near = {
    .cpu_pct = 10, .rwnd_limited = -1, .sndbuf_limited = -1};

static void
assert_near(double value, double wanted, double off)
{
	if (!(fabs(value - wanted) <= off))
		fail_msg("%f is not %f within %f", value, wanted, off);
}

/* Uniform on [0, 1), the same in every run. */
static double
draw(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (double)(*state >> 11) / 9007199254740992.0;
}

/* Nearly normal, mean 0, deviation 1. */
static double
draw_normal(uint64_t *state)
{
	double sum = 0;

	for (int i = 0; i < 12; i++)
		sum += draw(state);
	return sum - 6;
}

static uint32_t
bytes_at(double mbps)
{
	return (uint32_t)(mbps * SAMPLE_US / 8);
}

/* A line of so many Mbit/s of payload, slow start first, with a deviation in parts of the rate.
 */
static void
line(struct speed_sample samples[], size_t count, double mbps, double deviation, uint64_t seed)
{
	for (size_t i = 0; i < count; i++) {
		double ramp = i < 4 ? 0.1 * (double)(1u << i) : 1;
		double rate = mbps * ramp * (1 + deviation * draw_normal(&seed));

		samples[i] = (struct speed_sample){SAMPLE_US, bytes_at(rate > 0 ? rate : 0)};
	}
}

static void
knows_the_headers_of_a_full_segment(void **state)
{
	struct speed_wire v4 = {.mss_bytes = 1448, .timestamps = true, .tls = true};
	struct speed_wire v6 = {.mss_bytes = 1428, .timestamps = true, .ipv6 = true};
	struct speed_wire bare = {.mss_bytes = 1460}, unknown = {.timestamps = true};

	(void)state;
	assert_near(speed_ip_per_payload(&v4), 1500.0 / 1448 * 16406 / 16384, 1e-9);
	assert_near(speed_ip_per_payload(&v6), 1500.0 / 1428, 1e-9);
	assert_near(speed_ip_per_payload(&bare), 1500.0 / 1460, 1e-9);
	assert_near(speed_ip_per_payload(&unknown), 1500.0 / 1448, 1e-9);
}

static void
counts_headers_where_the_kernel_did(void **state)
{
	struct speed_wire wire = {.mss_bytes = 1448,
	    .timestamps = true,
	    .payload_bytes = 10000000,
	    .tcp_bytes = 10020000,
	    .segments = 10000}; /* segments of 1002 bytes */

	(void)state;
	assert_near(speed_ip_per_payload(&wire), (10020000 + 10000 * 52) / 1e7, 1e-9);
}

static void
mistrusts_counts_that_cannot_be(void **state)
{
	struct speed_wire few = {.mss_bytes = 1448,
	    .timestamps = true,
	    .payload_bytes = 1000,
	    .tcp_bytes = 3000,
	    .segments = 9};
	struct speed_wire short_of = {.mss_bytes = 1448,
	    .timestamps = true,
	    .payload_bytes = 10000000,
	    .tcp_bytes = 5000000,
	    .segments = 7000};
	struct speed_wire beyond = {.mss_bytes = 1448,
	    .timestamps = true,
	    .payload_bytes = 10000000,
	    .tcp_bytes = 20000000,
	    .segments = 14000};

	(void)state;
	assert_near(speed_ip_per_payload(&few), 1500.0 / 1448, 1e-9);
	assert_near(speed_ip_per_payload(&short_of), 1500.0 / 1448, 1e-9);
	assert_near(speed_ip_per_payload(&beyond), 1500.0 / 1448, 1e-9);
}

static void
warms_up_until_two_steps_stand(void **state)
{
	static const uint32_t growing[] = {0, 10, 100, 200, 400, 430, 440, 440};
	struct speed_sample samples[COUNT_OF(growing)];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(growing); i++)
		samples[i] = (struct speed_sample){SAMPLE_US, growing[i]};
	assert_int_equal(speed_warmup(samples, COUNT_OF(growing)), 7);
	for (size_t count = 0; count < 7; count++)
		assert_int_equal(speed_warmup(samples, count), count);
}

static void
warms_up_at_least_three_samples_and_at_most_twenty(void **state)
{
	struct speed_sample samples[40];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(samples); i++)
		samples[i] = (struct speed_sample){SAMPLE_US, 1000};
	assert_int_equal(speed_warmup(samples, COUNT_OF(samples)), 3);
	for (size_t i = 0; i < COUNT_OF(samples); i++)
		samples[i].size_bytes = (uint32_t)(100 * pow(1.2, (double)i));
	assert_int_equal(speed_warmup(samples, COUNT_OF(samples)), 20);
	memset(samples, 0, sizeof(samples));
	assert_int_equal(speed_warmup(samples, COUNT_OF(samples)), 20);
}

static void
takes_the_mean_over_time_and_not_over_samples(void **state)
{
	struct speed_sample samples[23];
	struct speed_rate rate;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(samples);
	     i++) /* 80 Mbit/s, in stretches of unequal length */
		samples[i] = (struct speed_sample){
		    50000 + 10000 * (uint32_t)(i % 7), 500000 + 100000 * (uint32_t)(i % 7)};
	speed_rate(samples, COUNT_OF(samples), 1.04, &rate);
	assert_int_equal(rate.warmup_samples, 3);
	assert_near(rate.goodput_mbps, 80, 1e-9);
	assert_near(rate.ip_mbps, 83.2, 1e-9);
	assert_near(rate.duration_s, 1.59, 0.2);
}

static void
measures_nothing_from_nothing(void **state)
{
	struct speed_sample samples[3] = {{0}};
	struct speed_rate rate;

	(void)state;
	speed_rate(samples, 3, 1.04, &rate);
	assert_near(rate.ip_mbps, 0, 0);
	assert_near(rate.duration_s, 0, 0);
	speed_rate(samples, 0, 1.04, &rate);
	assert_int_equal(rate.warmup_samples, 0);
}

/* After how many samples the rule is sure; ret_ruling what of. */
static size_t
decide(const struct speed_sample samples[], size_t count, double target,
    enum speed_ruling *ret_ruling)
{
	double confidence;

	for (size_t n = 20; n < count; n++) { /* two seconds at least, as a test takes */
		*ret_ruling = speed_rule(samples, n, 1.0, target, &confidence);
		if (*ret_ruling != SPEED_RULING_OPEN)
			return n;
	}
	*ret_ruling = speed_rule(samples, count, 1.0, target, &confidence);
	return count;
}

/* Of `runs` lines at a rate, how many are ruled as wanted. */
static int
right_of(
    double mbps, double deviation, enum speed_ruling wanted, int runs, double *ret_mean_samples)
{
	struct speed_sample samples[TEN_SECONDS];
	int right = 0;
	double sum = 0;

	for (int run = 0; run < runs; run++) {
		enum speed_ruling ruling;

		line(samples, TEN_SECONDS, mbps, deviation, (uint64_t)run * 977 + 5);
		sum += (double)decide(samples, TEN_SECONDS, 100, &ruling);
		right += ruling == wanted;
	}
	*ret_mean_samples = sum / runs;
	return right;
}

static void
is_right_outside_the_zone_and_quick(void **state)
{
	static const double bad[] = {20, 50, 80, 85, 88, 90}, good[] = {99, 101, 105, 120, 300};
	double mean;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		assert_true(right_of(bad[i], 0.05, SPEED_RULING_FAIL, 300, &mean) >= 297);
		assert_true(mean < 23);
	}
	for (size_t i = 0; i < COUNT_OF(good); i++) {
		assert_true(right_of(good[i], 0.05, SPEED_RULING_PASS, 300, &mean) >= 297);
		assert_true(mean < 23);
	}
}

static void
is_not_confused_by_a_line_far_above_its_target(void **state)
{
	static const double above[] = {150, 200, 1000, 30000};
	double mean;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(above); i++) {
		assert_int_equal(right_of(above[i], 0.3, SPEED_RULING_PASS, 100, &mean), 100);
		assert_true(mean < 25);
	}
}

static void
claims_nothing_between_the_lines(void **state)
{
	struct speed_sample samples[TEN_SECONDS];
	double confidence;

	(void)state;
	line(samples, TEN_SECONDS, 94.5, 0, 1);
	assert_int_equal(
	    speed_rule(samples, TEN_SECONDS, 1.0, 100, &confidence), SPEED_RULING_OPEN);
	assert_near(confidence, 0.5, 0.05);
}

static void
decides_nothing_before_three_batches(void **state)
{
	struct speed_sample samples[TEN_SECONDS];
	double confidence;

	(void)state;
	line(samples, TEN_SECONDS, 200, 0, 1);
	for (size_t i = 0; i < 4; i++)
		samples[i].size_bytes = samples[5].size_bytes; /* no slow start: warm-up is 3 */
	assert_int_equal(speed_rule(samples, 11, 1.0, 100, &confidence), SPEED_RULING_OPEN);
	assert_int_equal(speed_rule(samples, 12, 1.0, 100, &confidence), SPEED_RULING_PASS);
	assert_true(confidence > 0.99);
}

static void
rules_at_the_ip_layer(void **state)
{
	struct speed_sample samples[TEN_SECONDS];
	double confidence;

	(void)state;
	line(samples, TEN_SECONDS, 94.0, 0.01,
	    3); /* a full Fast Ethernet port: 97.5 with its headers */
	assert_int_equal(speed_rule(samples, TEN_SECONDS, 1500.0 / 1448, 100, &confidence),
	    SPEED_RULING_PASS);
	line(samples, TEN_SECONDS, 88.0, 0.01, 3);
	assert_int_equal(speed_rule(samples, TEN_SECONDS, 1500.0 / 1448, 100, &confidence),
	    SPEED_RULING_FAIL);
}

static enum speed_verdict
verdict_of(double mbps, double target, struct speed_limits limits)
{
	struct speed_sample samples[TEN_SECONDS];

	line(samples, TEN_SECONDS, mbps, 0.02, 11);
	return speed_judge(samples, TEN_SECONDS, 1.0, target, &limits).verdict;
}

static void
blames_the_provider_only_when_nothing_is_nearer(void **state)
{
	struct speed_limits limits = nothing_near;

	(void)state;
	assert_int_equal(verdict_of(80, 100, limits), SPEED_FAIL_ISP);
	limits.cpu_pct = 93;
	assert_int_equal(verdict_of(80, 100, limits), SPEED_LIMITED_AGENT);
	assert_int_equal(verdict_of(120, 100, limits), SPEED_PASS);
	limits = nothing_near;
	limits.stalled_pct = 30;
	assert_int_equal(verdict_of(80, 100, limits), SPEED_LIMITED_AGENT);
	limits = nothing_near;
	limits.sndbuf_limited = 0.8;
	assert_int_equal(verdict_of(80, 100, limits), SPEED_LIMITED_AGENT);
	limits = nothing_near;
	limits.rwnd_limited = 0.8;
	assert_int_equal(verdict_of(80, 100, limits), SPEED_LIMITED_SERVER);
	limits = nothing_near;
	limits.server_refused = true;
	assert_int_equal(verdict_of(80, 100, limits), SPEED_LIMITED_SERVER);
}

static void
blames_a_port_only_when_it_is_full(void **state)
{
	struct speed_limits limits = nothing_near;

	(void)state;
	limits.lan_speed_mbps = 100;
	assert_int_equal(verdict_of(96.5, 200, limits), SPEED_LIMITED_LAN);
	assert_int_equal(verdict_of(80, 200, limits), SPEED_FAIL_ISP);
	limits.lan_speed_mbps = 1000;
	assert_int_equal(verdict_of(96.5, 200, limits), SPEED_FAIL_ISP);
}

static void
judges_nothing_without_a_target(void **state)
{
	struct speed_sample samples[TEN_SECONDS];
	struct speed_judgement j;

	(void)state;
	line(samples, TEN_SECONDS, 50, 0.02, 1);
	j = speed_judge(samples, TEN_SECONDS, 1.0, 0, &nothing_near);
	assert_int_equal(j.verdict, SPEED_INCONCLUSIVE);
	assert_near(j.confidence, 0, 0);
	j = speed_judge(samples, 5, 1.0, 50, &nothing_near);
	assert_int_equal(j.verdict, SPEED_INCONCLUSIVE);
	assert_near(j.confidence, 0.5, 0);
}

static void
names_every_verdict(void **state)
{
	(void)state;
	assert_string_equal(speed_verdict_name(SPEED_PASS), "pass");
	assert_string_equal(speed_verdict_name(SPEED_FAIL_ISP), "fail_isp");
	assert_string_equal(speed_verdict_name(SPEED_LIMITED_AGENT), "limited_agent");
	assert_string_equal(speed_verdict_name(SPEED_LIMITED_LAN), "limited_lan");
	assert_string_equal(speed_verdict_name(SPEED_LIMITED_SERVER), "limited_server");
	assert_string_equal(speed_verdict_name(SPEED_INCONCLUSIVE), "inconclusive");
	assert_string_equal(speed_verdict_name((enum speed_verdict)99), "unspecified");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(knows_the_headers_of_a_full_segment),
	    cmocka_unit_test(counts_headers_where_the_kernel_did),
	    cmocka_unit_test(mistrusts_counts_that_cannot_be),
	    cmocka_unit_test(warms_up_until_two_steps_stand),
	    cmocka_unit_test(warms_up_at_least_three_samples_and_at_most_twenty),
	    cmocka_unit_test(takes_the_mean_over_time_and_not_over_samples),
	    cmocka_unit_test(measures_nothing_from_nothing),
	    cmocka_unit_test(is_right_outside_the_zone_and_quick),
	    cmocka_unit_test(is_not_confused_by_a_line_far_above_its_target),
	    cmocka_unit_test(claims_nothing_between_the_lines),
	    cmocka_unit_test(decides_nothing_before_three_batches),
	    cmocka_unit_test(rules_at_the_ip_layer),
	    cmocka_unit_test(blames_the_provider_only_when_nothing_is_nearer),
	    cmocka_unit_test(blames_a_port_only_when_it_is_full),
	    cmocka_unit_test(judges_nothing_without_a_target),
	    cmocka_unit_test(names_every_verdict),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
