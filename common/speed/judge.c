/*
 * The estimator and the verdict of a throughput test: see judge.h. The
 * sequential test is Wald's (Sequential Tests of Statistical Hypotheses, 1945) for
 * the mean of normal batches whose deviation is taken from the batches
 * themselves. The ceiling of an Ethernet port at the IP layer is 1500 of 1538
 * bytes (IEEE 802.3: preamble, header, FCS and gap). Time and cross traffic are
 * not known here.
 */
#include "common/speed/judge.h"

#include <math.h>

enum {
	WARMUP_MIN = 3,
	WARMUP_MAX = 20,
	BATCH_SAMPLES = 3,
	BATCHES_MIN = 3,
	IPV4_BYTES = 20,
	IPV6_BYTES = 40,
	TCP_BYTES = 20,
	TIMESTAMPS_BYTES = 12,
	RECORD_BYTES = 16384,
	RECORD_EXTRA_BYTES = 22,
	MSS_USUAL_BYTES = 1448,
	SEGMENTS_TO_TRUST = 100,
};

static const double growth_max = 1.1;
static const double zone_low = 0.92,
		    zone_high = 0.97; /* of the target: between them nothing is claimed */
/* What a batch has beyond this says no more of the target, but would widen the deviation: of
 * the target. */
static const double batch_most = 1.5;
static const double deviation_min =
    0.015; /* of the target: clean links would look surer than they are */
static const double pass_error = 0.05, fail_error = 0.01;
static const double port_ceiling = 1500.0 / 1538.0;
static const double port_full = 0.97; /* of its ceiling */
static const double cpu_full_pct = 80, stalled_much_pct = 10;
static const double share_much = 0.5;

/* ---- rate ---- */

double
speed_ip_per_payload(const struct speed_wire *wire)
{
	double header = (wire->ipv6 ? IPV6_BYTES : IPV4_BYTES) + TCP_BYTES +
			(wire->timestamps ? TIMESTAMPS_BYTES : 0);
	double mss = wire->mss_bytes > 0 ? wire->mss_bytes : MSS_USUAL_BYTES;
	double full = (1 + header / mss) *
		      (wire->tls ? 1 + (double)RECORD_EXTRA_BYTES / RECORD_BYTES : 1);
	double counted;

	if (wire->payload_bytes == 0 || wire->segments < SEGMENTS_TO_TRUST)
		return full;
	counted = ((double)wire->tcp_bytes + (double)wire->segments * header) /
		  (double)wire->payload_bytes;
	/* Small segments cost more than full ones; nothing costs less, but for rounding. */
	return counted > 0.98 * full && counted < 1.3 * full ? counted : full;
}

static double
mbps_of(const struct speed_sample *s)
{
	return s->length_us > 0 ? 8.0 * s->size_bytes / s->length_us : 0;
}

size_t
speed_warmup(const struct speed_sample samples[], size_t count)
{
	for (size_t i = WARMUP_MIN; i <= count; i++) {
		double before = mbps_of(&samples[i - 3]), middle = mbps_of(&samples[i - 2]),
		       last = mbps_of(&samples[i - 1]);

		if (i == WARMUP_MAX)
			return i;
		if (before > 0 && middle <= growth_max * before && last <= growth_max * middle)
			return i;
	}
	return count;
}

void
speed_rate(const struct speed_sample samples[], size_t count, double ip_per_payload,
    struct speed_rate *ret)
{
	size_t warmup = speed_warmup(samples, count);
	double us = 0, bytes = 0;

	for (size_t i = warmup; i < count; i++) {
		us += samples[i].length_us;
		bytes += samples[i].size_bytes;
	}
	*ret = (struct speed_rate){.warmup_samples = warmup, .duration_s = us / 1e6};
	if (us <= 0)
		return;
	ret->goodput_mbps = 8 * bytes / us;
	ret->ip_mbps = ret->goodput_mbps * ip_per_payload;
}

/* ---- ruling ---- */

static double
larger(double a, double b)
{
	return a > b ? a : b;
}

static double
smaller(double a, double b)
{
	return a < b ? a : b;
}

struct spread {
	size_t batches;
	double mean, deviation;
};

static double
batch_mbps(const struct speed_sample samples[], double ip_per_payload)
{
	double us = 0, bytes = 0;

	for (size_t i = 0; i < BATCH_SAMPLES; i++) {
		us += samples[i].length_us;
		bytes += samples[i].size_bytes;
	}
	return us > 0 ? 8 * bytes / us * ip_per_payload : 0;
}

/* Mean and deviation of the batches, none of them above `most`; the mean grows by Welford's
 * recurrence, so that no sum of squares is subtracted from another. */
static struct spread
spread_of(const struct speed_sample samples[], size_t count, double ip_per_payload, double most)
{
	struct spread s = {0};
	double squares = 0;

	for (size_t i = speed_warmup(samples, count); i + BATCH_SAMPLES <= count;
	     i += BATCH_SAMPLES) {
		double rate = smaller(batch_mbps(&samples[i], ip_per_payload), most),
		       off = rate - s.mean;

		s.batches++;
		s.mean += off / (double)s.batches;
		squares += off * (rate - s.mean);
	}
	if (s.batches > 1)
		s.deviation = sqrt(squares / (double)(s.batches - 1));
	return s;
}

enum speed_ruling
speed_rule(const struct speed_sample samples[], size_t count, double ip_per_payload,
    double target_mbps, double *ret_confidence)
{
	struct spread s = spread_of(samples, count, ip_per_payload, batch_most * target_mbps);
	double low = zone_low * target_mbps, high = zone_high * target_mbps;
	double deviation = larger(s.deviation, deviation_min * target_mbps);
	double ratio;

	*ret_confidence = 0.5;
	if (target_mbps <= 0 || s.batches < BATCHES_MIN)
		return SPEED_RULING_OPEN;
	/* The logarithm of how much likelier the samples are on a good line than on a bad one.
	 */
	ratio = (double)s.batches * (high - low) / (deviation * deviation) *
		(s.mean - (low + high) / 2);
	*ret_confidence = 1 / (1 + exp(-fabs(ratio)));
	if (ratio >= log((1 - pass_error) / pass_error))
		return SPEED_RULING_PASS;
	if (ratio <= -log((1 - fail_error) / fail_error))
		return SPEED_RULING_FAIL;
	return SPEED_RULING_OPEN;
}

/* ---- verdict ---- */

static enum speed_verdict
bottleneck_of(double ip_mbps, const struct speed_limits *limits)
{
	if (limits->server_refused || limits->rwnd_limited > share_much)
		return SPEED_LIMITED_SERVER;
	if (limits->lan_speed_mbps > 0 &&
	    ip_mbps >= port_full * port_ceiling * limits->lan_speed_mbps)
		return SPEED_LIMITED_LAN;
	if (limits->cpu_pct >= cpu_full_pct || limits->stalled_pct > stalled_much_pct ||
	    limits->sndbuf_limited > share_much)
		return SPEED_LIMITED_AGENT;
	return SPEED_FAIL_ISP;
}

struct speed_judgement
speed_judge(const struct speed_sample samples[], size_t count, double ip_per_payload,
    double target_mbps, const struct speed_limits *limits)
{
	struct speed_judgement j = {.verdict = SPEED_INCONCLUSIVE};
	struct speed_rate rate;

	if (target_mbps <= 0)
		return j;
	speed_rate(samples, count, ip_per_payload, &rate);
	switch (speed_rule(samples, count, ip_per_payload, target_mbps, &j.confidence)) {
	case SPEED_RULING_PASS:
		j.verdict = SPEED_PASS;
		break;
	case SPEED_RULING_FAIL:
		j.verdict = bottleneck_of(rate.ip_mbps, limits);
		break;
	case SPEED_RULING_OPEN:
		break;
	}
	return j;
}

const char *
speed_verdict_name(enum speed_verdict verdict)
{
	static const char *const names[] = {
	    [SPEED_UNSPECIFIED] = "unspecified",
	    [SPEED_PASS] = "pass",
	    [SPEED_FAIL_ISP] = "fail_isp",
	    [SPEED_LIMITED_AGENT] = "limited_agent",
	    [SPEED_LIMITED_LAN] = "limited_lan",
	    [SPEED_LIMITED_SERVER] = "limited_server",
	    [SPEED_INCONCLUSIVE] = "inconclusive",
	};

	return (size_t)verdict < sizeof(names) / sizeof(names[0]) ? names[verdict]
								  : names[SPEED_UNSPECIFIED];
}
