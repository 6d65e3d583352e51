/* Estimator, stop rule and verdict of a throughput test, on drawn samples. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "common/bytes.h"
#include "common/check.h"
#include "common/cleanup.h"
#include "common/file.h"
#include "common/speed/judge.h"

enum { SAMPLE_US = 100000, TEN_SECONDS = 100 };

static const struct speed_limits nothing_near = {.cpu_pct = 10,
    .steal_pct = -1,
    .softirq_pct = -1,
    .nic_bad_pct = -1,
    .rwnd_limited = -1,
    .sndbuf_limited = -1,
    .server_cpu_pct = -1,
    .server_rwnd_limited = -1,
    .server_sndbuf_limited = -1};

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

		samples[i] =
		    (struct speed_sample){SAMPLE_US, bytes_at(rate > 0 ? rate : 0), false};
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
	assert_int_equal(speed_packet_bytes(&v4, 1448), 1500);
	assert_int_equal(speed_packet_bytes(&v6, 1420), 1492);
	assert_int_equal(speed_packet_bytes(&bare, 0), 0);
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
		samples[i] = (struct speed_sample){SAMPLE_US, growing[i], false};
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
		samples[i] = (struct speed_sample){SAMPLE_US, 1000, false};
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
		samples[i] = (struct speed_sample){50000 + 10000 * (uint32_t)(i % 7),
		    500000 + 100000 * (uint32_t)(i % 7), false};
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

static struct speed_judgement
judgement_of(double mbps, double target, double line_mbps, struct speed_limits limits)
{
	struct speed_sample samples[TEN_SECONDS];
	struct speed_record record = {.samples = samples,
	    .count = TEN_SECONDS,
	    .ip_per_payload = 1,
	    .target_mbps = target,
	    .line_mbps = line_mbps,
	    .limits = limits};

	line(samples, TEN_SECONDS, mbps, 0.02, 11);
	return speed_judge(&record);
}

static enum speed_verdict
verdict_of(double mbps, double target, struct speed_limits limits)
{
	return judgement_of(mbps, target, -1, limits).verdict;
}

static void
assert_blamed(struct speed_limits limits, enum speed_verdict verdict, const char *cause)
{
	struct speed_judgement j = judgement_of(80, 100, -1, limits);

	assert_int_equal(j.verdict, verdict);
	assert_string_equal(speed_cause_name(j.cause), cause);
	/* Whatever is near: what passes passes. */
	assert_int_equal(verdict_of(120, 100, limits), SPEED_PASS);
}

static void
blames_the_provider_only_when_nothing_is_nearer(void **state)
{
	struct speed_limits near[15];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(near); i++)
		near[i] = nothing_near;
	assert_blamed(near[0], SPEED_FAIL_ISP, "");
	near[1].cpu_pct = 93;
	assert_blamed(near[1], SPEED_LIMITED_AGENT, "cpu");
	near[2].stalled_pct = 30;
	assert_blamed(near[2], SPEED_LIMITED_AGENT, "stalled");
	near[3].sndbuf_limited = 0.8;
	assert_blamed(near[3], SPEED_LIMITED_AGENT, "sender");
	near[4].rwnd_limited = 0.8;
	assert_blamed(near[4], SPEED_LIMITED_SERVER, "receiver");
	near[5].server_refused = true;
	assert_blamed(near[5], SPEED_LIMITED_SERVER, "refused");
	near[6].steal_pct = 25;
	assert_blamed(near[6], SPEED_LIMITED_AGENT, "steal");
	near[7].softirq_pct = 97;
	assert_blamed(near[7], SPEED_LIMITED_AGENT, "softirq");
	near[8].cipher_mbps = 90;
	assert_blamed(near[8], SPEED_LIMITED_AGENT, "cipher");
	near[9].wireless = true;
	assert_blamed(near[9], SPEED_LIMITED_LAN, "wireless");
	near[10].half_duplex = true;
	assert_blamed(near[10], SPEED_LIMITED_LAN, "duplex");
	near[11].nic_bad_pct = 1.5;
	assert_blamed(near[11], SPEED_LIMITED_LAN, "nic");
	near[12].server_cpu_pct = 96;
	assert_blamed(near[12], SPEED_LIMITED_SERVER, "server_cpu");
	near[13].server_sndbuf_limited = 0.7;
	assert_blamed(near[13], SPEED_LIMITED_SERVER, "server_sender");
	near[14].server_rwnd_limited = 0.7;
	assert_blamed(near[14], SPEED_LIMITED_AGENT, "window");
}

static void
blames_nothing_that_has_room(void **state)
{
	struct speed_limits limits = nothing_near;

	(void)state;
	limits.cpu_pct = 60;
	limits.steal_pct = 3;
	limits.softirq_pct = 40;
	limits.stalled_pct = 5;
	limits.cipher_mbps = 900;
	limits.nic_bad_pct = 0.01;
	limits.rwnd_limited = 0.3;
	limits.sndbuf_limited = 0.3;
	limits.server_cpu_pct = 60;
	limits.server_rwnd_limited = 0.3;
	limits.server_sndbuf_limited = 0.3;
	limits.lan_speed_mbps = 1000;
	assert_blamed(limits, SPEED_FAIL_ISP, "");
}

/* The table of what a port of 100 carries, in Mbit/s at the IP layer. */
static void
knows_what_a_port_carries(void **state)
{
	(void)state;
	assert_near(speed_port_ceiling_mbps(100, 1500, 0), 97.53, 0.005);
	assert_near(speed_port_ceiling_mbps(100, 1500, 4), 97.28, 0.005);
	assert_near(speed_port_ceiling_mbps(100, 1492, 8), 97.01, 0.005);
	assert_near(speed_port_ceiling_mbps(1000, 1500, 0), 975.3, 0.05);
	/* And of that the payload of TCP, with its timestamps: IPv4, IPv6, 802.1Q, PPPoE. */
	assert_near(speed_port_ceiling_mbps(100, 1500, 0) * 1448 / 1500, 94.15, 0.005);
	assert_near(speed_port_ceiling_mbps(100, 1500, 0) * 1428 / 1500, 92.85, 0.005);
	assert_near(speed_port_ceiling_mbps(100, 1500, 4) * 1448 / 1500, 93.90, 0.005);
	assert_near(speed_port_ceiling_mbps(100, 1492, 8) * 1440 / 1492, 93.63, 0.005);
	assert_near(speed_port_ceiling_mbps(100, 1492, 8) * 1420 / 1492, 92.33, 0.005);
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
compares_with_a_port_that_cannot_carry_the_target(void **state)
{
	struct speed_limits limits = nothing_near;
	struct speed_judgement j;

	(void)state;
	limits.lan_speed_mbps = 100;
	j = judgement_of(97.4, 100, -1, limits);
	assert_int_equal(j.verdict, SPEED_LIMITED_LAN);
	assert_string_equal(speed_cause_name(j.cause), "port");
	assert_int_equal(verdict_of(88, 100, limits), SPEED_FAIL_ISP);
	assert_int_equal(verdict_of(95.5, 95, limits), SPEED_PASS);
	limits.extra_bytes = 4; /* tagged frames */
	assert_int_equal(verdict_of(97.2, 97.4, limits), SPEED_LIMITED_LAN);
	limits.extra_bytes = 0;
	assert_int_equal(verdict_of(97.2, 97.4, limits), SPEED_PASS);
}

static void
rejects_what_cannot_be(void **state)
{
	struct speed_limits limits = nothing_near;
	struct speed_judgement j;

	(void)state;
	limits.lan_speed_mbps = 100;
	j = judgement_of(500, 50, -1, limits);
	assert_int_equal(j.verdict, SPEED_INCONCLUSIVE);
	assert_string_equal(speed_cause_name(j.cause), "impossible");
	j = judgement_of(120, 100, 40, nothing_near); /* the router counted 40 meanwhile */
	assert_int_equal(j.verdict, SPEED_INCONCLUSIVE);
	assert_string_equal(speed_cause_name(j.cause), "impossible");
}

static void
adds_what_others_took(void **state)
{
	struct speed_judgement j = judgement_of(60, 100, 99, nothing_near);

	(void)state;
	assert_int_equal(j.verdict, SPEED_PASS);
	assert_string_equal(speed_cause_name(j.cause), "cross_traffic");
	assert_int_equal(judgement_of(60, 100, 95, nothing_near).verdict, SPEED_INCONCLUSIVE);
	assert_int_equal(judgement_of(60, 100, 85, nothing_near).verdict, SPEED_FAIL_ISP);
	assert_int_equal(judgement_of(94.5, 100, 99, nothing_near).verdict, SPEED_PASS);
	assert_int_equal(judgement_of(94.5, 100, 95, nothing_near).verdict, SPEED_INCONCLUSIVE);
	assert_int_equal(judgement_of(60, 100, -1, nothing_near).verdict, SPEED_FAIL_ISP);
}

static void
lets_the_server_confirm_but_not_contradict(void **state)
{
	struct speed_sample ours[TEN_SECONDS], servers[TEN_SECONDS];
	struct speed_record record = {.samples = ours,
	    .count = TEN_SECONDS,
	    .server_samples = servers,
	    .server_count = TEN_SECONDS,
	    .ip_per_payload = 1,
	    .target_mbps = 100,
	    .line_mbps = -1,
	    .limits = nothing_near};

	(void)state;
	line(ours, TEN_SECONDS, 110, 0.02, 1);
	line(servers, TEN_SECONDS, 109, 0.02, 2);
	assert_int_equal(speed_judge(&record).verdict, SPEED_PASS);
	line(servers, TEN_SECONDS, 60, 0.02, 2);
	assert_int_equal(speed_judge(&record).verdict, SPEED_INCONCLUSIVE);
	record.server_count = 5; /* too few to say anything */
	assert_int_equal(speed_judge(&record).verdict, SPEED_PASS);
	record.count = 5;
	record.server_count = TEN_SECONDS;
	assert_int_equal(speed_judge(&record).verdict, SPEED_FAIL_ISP);
}

static void
takes_an_absent_line_for_no_slow_one(void **state)
{
	struct speed_limits limits = nothing_near;

	(void)state;
	limits.broke_off = true;
	assert_int_equal(verdict_of(80, 100, limits), SPEED_INCONCLUSIVE);
	assert_int_equal(verdict_of(120, 100, limits), SPEED_PASS);
	limits.server_refused = true;
	assert_int_equal(verdict_of(80, 100, limits), SPEED_LIMITED_SERVER);
}

static void
a_queue_ends_the_warm_up(void **state)
{
	static const uint32_t growing[] = {0, 100, 200, 400, 480, 580, 700};
	struct speed_sample samples[COUNT_OF(growing)];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(growing); i++)
		samples[i] = (struct speed_sample){SAMPLE_US, growing[i], false};
	assert_int_equal(speed_warmup(samples, COUNT_OF(growing)), COUNT_OF(growing));
	samples[3].queued = samples[4].queued = true; /* at 4 it doubled still */
	assert_int_equal(speed_warmup(samples, COUNT_OF(growing)), 5);
}

static void
judges_nothing_without_a_target(void **state)
{
	struct speed_sample samples[TEN_SECONDS];
	struct speed_record record = {.samples = samples,
	    .count = TEN_SECONDS,
	    .ip_per_payload = 1,
	    .line_mbps = -1,
	    .limits = nothing_near};
	struct speed_judgement j;

	(void)state;
	line(samples, TEN_SECONDS, 50, 0.02, 1);
	j = speed_judge(&record);
	assert_int_equal(j.verdict, SPEED_INCONCLUSIVE);
	assert_near(j.confidence, 0, 0);
	record.target_mbps = 50;
	record.count = 5;
	j = speed_judge(&record);
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

/* Else the page would show the name itself. */
static void
every_cause_has_its_words(void **state)
{
	CLEANUP(bytes_clear) struct bytes words = bytes_new(1024 * 1024);

	(void)state;
	assert_int_equal(file_read("sql/reference/word.csv", &words), 0);
	for (int cause = SPEED_CAUSE_NONE + 1; cause <= SPEED_CAUSE_UNCONFIRMED; cause++) {
		char row[64];

		(void)snprintf(row, sizeof(row), "\nspeed_cause,%s,",
		    speed_cause_name((enum speed_cause)cause));
		if (!memmem(words.data, words.len, row, strlen(row)))
			fail_msg("'%s' has none", row + 1);
	}
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
	    cmocka_unit_test(blames_nothing_that_has_room),
	    cmocka_unit_test(knows_what_a_port_carries),
	    cmocka_unit_test(blames_a_port_only_when_it_is_full),
	    cmocka_unit_test(compares_with_a_port_that_cannot_carry_the_target),
	    cmocka_unit_test(rejects_what_cannot_be),
	    cmocka_unit_test(adds_what_others_took),
	    cmocka_unit_test(lets_the_server_confirm_but_not_contradict),
	    cmocka_unit_test(takes_an_absent_line_for_no_slow_one),
	    cmocka_unit_test(a_queue_ends_the_warm_up),
	    cmocka_unit_test(judges_nothing_without_a_target),
	    cmocka_unit_test(names_every_verdict),
	    cmocka_unit_test(every_cause_has_its_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
