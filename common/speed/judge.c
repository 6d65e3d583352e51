/*
 * The estimator and the verdict of a throughput test: see judge.h. The
 * sequential test is Wald's (Sequential Tests of Statistical Hypotheses, 1945) for
 * the mean of normal batches whose variance is taken from the batches
 * themselves.
 */
#include "common/speed/judge.h"

#include <math.h>

enum {
	WARMUP_MIN = 3,
	WARMUP_MAX = 20,
	BATCH_SAMPLES = 3,
	BATCHES_MIN = 3,
	BATCHES_MANY = 8, /* to tell of their sum */
	IPV4_BYTES = 20,
	IPV6_BYTES = 40,
	TCP_BYTES = 20,
	TIMESTAMPS_BYTES = 12,
	RECORD_BYTES = 16384,
	RECORD_EXTRA_BYTES = 22,
	MSS_USUAL_BYTES = 1448,
	SEGMENTS_TO_TRUST = 100,
	FRAME_BYTES = 38,
	PACKET_BYTES = 1500,
};

static const double growth_max = 1.1, growth_queued_max = 1.25;
static const double zone_low = 0.92,
		    zone_high = 0.97; /* of the target: between them nothing is claimed */
/* What a batch has beyond this says no more of the target, but would widen the deviation: of
 * the target. */
static const double batch_most = 1.5;
static const double deviation_min =
    0.015; /* of the target: clean links would look surer than they are */
static const double variance_least = 0.25;
static const double pass_error = 0.05, fail_error = 0.01;
static const double port_full = 0.97; /* of its ceiling */
static const double cpu_full_pct = 80, stalled_much_pct = 10, steal_much_pct = 10;
static const double nic_bad_much_pct = 0.1;
static const double cipher_full = 0.8; /* of what the machine deciphers alone */
static const double share_much = 0.5;
static const double possible_most = 1.02; /* of the port */
static const double line_most = 1.1;      /* of what the router counted meanwhile */

/* ---- rate ---- */

static uint32_t
header_bytes(const struct speed_wire *wire)
{
	uint32_t bytes = TCP_BYTES;

	bytes += wire->ipv6 ? IPV6_BYTES : IPV4_BYTES;
	bytes += wire->timestamps ? TIMESTAMPS_BYTES : 0;
	return bytes;
}

uint32_t
speed_packet_bytes(const struct speed_wire *wire, uint32_t mss_bytes)
{
	return mss_bytes > 0 ? mss_bytes + header_bytes(wire) : 0;
}

double
speed_ip_per_payload(const struct speed_wire *wire)
{
	double header = header_bytes(wire);
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
		if (samples[i - 1].queued && middle > 0 && last <= growth_queued_max * middle)
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
	double mean, variance; /* of a batch, as far as it is the mean's */
};

static double
batch_mbps(const struct speed_sample samples[], double ip_per_payload, double most)
{
	double us = 0, bytes = 0;

	for (size_t i = 0; i < BATCH_SAMPLES; i++) {
		us += samples[i].length_us;
		bytes += samples[i].size_bytes;
	}
	return us > 0 ? smaller(8 * bytes / us * ip_per_payload, most) : 0;
}

/*
 * Of at least two batches, none of them above `most`. What a lost segment holds back arrives
 * with a later batch: such batches differ much, their mean does not. So of many of them the
 * variance is that of the mean, by how far their sum strays from a straight line (Schruben,
 * Standardized Time Series, 1983; by Cramer and von Mises' criterion: Goldsman, Kang and
 * Seila, 1999), but never less than a quarter of what single batches have.
 */
static struct spread
spread_of(const struct speed_sample samples[], size_t count, double ip_per_payload, double most)
{
	struct spread s = {.batches = count / BATCH_SAMPLES};
	double n = (double)s.batches, squares = 0, stray = 0, strays = 0;

	for (size_t i = 0; i < s.batches; i++)
		s.mean += batch_mbps(&samples[i * BATCH_SAMPLES], ip_per_payload, most) / n;
	for (size_t i = 0; i < s.batches; i++) {
		double off =
		    batch_mbps(&samples[i * BATCH_SAMPLES], ip_per_payload, most) - s.mean;

		squares += off * off;
		stray += off;
		strays += stray * stray;
	}
	s.variance = squares / (n - 1);
	if (s.batches >= BATCHES_MANY)
		s.variance = larger(6 * strays / (n * n), s.variance * variance_least);
	return s;
}

enum speed_ruling
speed_rule(const struct speed_sample samples[], size_t count, double ip_per_payload,
    double target_mbps, double *ret_confidence)
{
	double low = zone_low * target_mbps, high = zone_high * target_mbps;
	double least = deviation_min * target_mbps, ratio;
	size_t warmup = speed_warmup(samples, count);
	struct spread s;

	*ret_confidence = 0.5;
	if (target_mbps <= 0 || count - warmup < (size_t)BATCHES_MIN * BATCH_SAMPLES)
		return SPEED_RULING_OPEN;
	s = spread_of(
	    samples + warmup, count - warmup, ip_per_payload, batch_most * target_mbps);
	/* The logarithm of how much likelier the samples are on a good line than on a bad one.
	 */
	ratio = (double)s.batches * (high - low) / larger(s.variance, least * least) *
		(s.mean - (low + high) / 2);
	*ret_confidence = 1 / (1 + exp(-fabs(ratio)));
	if (ratio >= log((1 - pass_error) / pass_error))
		return SPEED_RULING_PASS;
	if (ratio <= -log((1 - fail_error) / fail_error))
		return SPEED_RULING_FAIL;
	return SPEED_RULING_OPEN;
}

/* ---- verdict ---- */

double
speed_port_ceiling_mbps(double port_mbps, uint32_t packet_bytes, uint32_t extra_bytes)
{
	return port_mbps * packet_bytes / (packet_bytes + FRAME_BYTES + extra_bytes);
}

/* 0: the port is not known. */
static double
ceiling_of(const struct speed_limits *limits)
{
	return speed_port_ceiling_mbps(limits->lan_speed_mbps,
	    limits->packet_bytes ? limits->packet_bytes : PACKET_BYTES, limits->extra_bytes);
}

static bool
port_is_full(double ip_mbps, const struct speed_limits *limits)
{
	return limits->lan_speed_mbps > 0 && ip_mbps >= port_full * ceiling_of(limits);
}

static struct speed_judgement
bottleneck_of(double ip_mbps, const struct speed_limits *limits)
{
	const struct {
		bool so;
		enum speed_verdict verdict;
		enum speed_cause cause;
	} places[] = {
	    {limits->server_refused, SPEED_LIMITED_SERVER, SPEED_CAUSE_REFUSED},
	    {limits->rwnd_limited > share_much, SPEED_LIMITED_SERVER, SPEED_CAUSE_RECEIVER},
	    {limits->server_cpu_pct >= cpu_full_pct, SPEED_LIMITED_SERVER,
		SPEED_CAUSE_SERVER_CPU},
	    {limits->server_sndbuf_limited > share_much, SPEED_LIMITED_SERVER,
		SPEED_CAUSE_SERVER_SENDER},
	    {port_is_full(ip_mbps, limits), SPEED_LIMITED_LAN, SPEED_CAUSE_PORT},
	    {limits->wireless, SPEED_LIMITED_LAN, SPEED_CAUSE_WIRELESS},
	    {limits->half_duplex, SPEED_LIMITED_LAN, SPEED_CAUSE_DUPLEX},
	    {limits->nic_bad_pct > nic_bad_much_pct, SPEED_LIMITED_LAN, SPEED_CAUSE_NIC},
	    {limits->cpu_pct >= cpu_full_pct, SPEED_LIMITED_AGENT, SPEED_CAUSE_CPU},
	    {limits->softirq_pct >= cpu_full_pct, SPEED_LIMITED_AGENT, SPEED_CAUSE_SOFTIRQ},
	    {limits->steal_pct > steal_much_pct, SPEED_LIMITED_AGENT, SPEED_CAUSE_STEAL},
	    {limits->stalled_pct > stalled_much_pct, SPEED_LIMITED_AGENT, SPEED_CAUSE_STALLED},
	    {limits->cipher_mbps > 0 && ip_mbps >= cipher_full * limits->cipher_mbps,
		SPEED_LIMITED_AGENT, SPEED_CAUSE_CIPHER},
	    {limits->sndbuf_limited > share_much, SPEED_LIMITED_AGENT, SPEED_CAUSE_SENDER},
	    {limits->server_rwnd_limited > share_much, SPEED_LIMITED_AGENT, SPEED_CAUSE_WINDOW},
	};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (places[i].so)
			return (struct speed_judgement){
			    .verdict = places[i].verdict, .cause = places[i].cause};
	return (struct speed_judgement){.verdict = SPEED_FAIL_ISP};
}

static bool
impossible(double ip_mbps, const struct speed_record *record)
{
	return (record->limits.lan_speed_mbps > 0 &&
		   ip_mbps > possible_most * record->limits.lan_speed_mbps) ||
	       (record->line_mbps >= 0 && ip_mbps > line_most * record->line_mbps);
}

/* One count of a run, by its samples and what limited it. */
static struct speed_judgement
judge_samples(const struct speed_record *record, const struct speed_sample samples[],
    size_t count, double target_mbps)
{
	struct speed_judgement j = {.verdict = SPEED_INCONCLUSIVE};
	double confidence;
	struct speed_rate rate;

	speed_rate(samples, count, record->ip_per_payload, &rate);
	if (impossible(rate.ip_mbps, record))
		return (struct speed_judgement){
		    SPEED_INCONCLUSIVE, 0.5, SPEED_CAUSE_IMPOSSIBLE};
	switch (speed_rule(samples, count, record->ip_per_payload, target_mbps, &confidence)) {
	case SPEED_RULING_PASS:
		j.verdict = SPEED_PASS;
		break;
	case SPEED_RULING_FAIL:
		j = bottleneck_of(rate.ip_mbps, &record->limits);
		break;
	case SPEED_RULING_OPEN:
		break;
	}
	j.confidence = confidence;
	return j;
}

static struct speed_judgement
agreed(struct speed_judgement ours, struct speed_judgement servers)
{
	if (servers.verdict == SPEED_INCONCLUSIVE || servers.verdict == ours.verdict)
		return ours;
	if (ours.verdict == SPEED_INCONCLUSIVE)
		return servers;
	return (struct speed_judgement){.verdict = SPEED_INCONCLUSIVE, .confidence = 0.5};
}

bool
speed_reaches(double ip_mbps, double target_mbps)
{
	return ip_mbps >= zone_high * target_mbps;
}

/* A line that did not pass, or failed us, while it carried others' traffic too. */
static struct speed_judgement
with_cross_traffic(struct speed_judgement j, double line_mbps, double target_mbps)
{
	bool open = j.verdict == SPEED_INCONCLUSIVE && j.cause == SPEED_CAUSE_NONE;

	if ((open || j.verdict == SPEED_FAIL_ISP) && speed_reaches(line_mbps, target_mbps))
		j.verdict = SPEED_PASS;
	else if (j.verdict == SPEED_FAIL_ISP && line_mbps >= zone_low * target_mbps)
		j.verdict = SPEED_INCONCLUSIVE;
	else
		return j;
	j.cause = SPEED_CAUSE_CROSS_TRAFFIC;
	return j;
}

struct speed_judgement
speed_judge(const struct speed_record *record)
{
	const struct speed_limits *limits = &record->limits;
	double target_mbps = record->target_mbps;
	bool port_short = limits->lan_speed_mbps > 0 && target_mbps > ceiling_of(limits);
	struct speed_judgement j;

	if (target_mbps <= 0)
		return (struct speed_judgement){.verdict = SPEED_INCONCLUSIVE};
	if (port_short)
		target_mbps = ceiling_of(limits);
	j = judge_samples(record, record->samples, record->count, target_mbps);
	if (record->server_count > 0)
		j = agreed(j, judge_samples(record, record->server_samples,
				  record->server_count, target_mbps));
	if (limits->broke_off && !limits->server_refused && j.verdict != SPEED_PASS)
		return (struct speed_judgement){SPEED_INCONCLUSIVE, 0.5, SPEED_CAUSE_BROKE_OFF};
	j = with_cross_traffic(j, record->line_mbps, target_mbps);
	if (port_short && j.verdict == SPEED_PASS) {
		j.verdict = SPEED_LIMITED_LAN;
		j.cause = SPEED_CAUSE_PORT;
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

const char *
speed_cause_name(enum speed_cause cause)
{
	static const char *const names[] = {
	    [SPEED_CAUSE_NONE] = "",
	    [SPEED_CAUSE_PORT] = "port",
	    [SPEED_CAUSE_DUPLEX] = "duplex",
	    [SPEED_CAUSE_WIRELESS] = "wireless",
	    [SPEED_CAUSE_NIC] = "nic",
	    [SPEED_CAUSE_CPU] = "cpu",
	    [SPEED_CAUSE_STEAL] = "steal",
	    [SPEED_CAUSE_SOFTIRQ] = "softirq",
	    [SPEED_CAUSE_STALLED] = "stalled",
	    [SPEED_CAUSE_CIPHER] = "cipher",
	    [SPEED_CAUSE_SENDER] = "sender",
	    [SPEED_CAUSE_RECEIVER] = "receiver",
	    [SPEED_CAUSE_REFUSED] = "refused",
	    [SPEED_CAUSE_BROKE_OFF] = "broke_off",
	    [SPEED_CAUSE_IMPOSSIBLE] = "impossible",
	    [SPEED_CAUSE_CROSS_TRAFFIC] = "cross_traffic",
	    [SPEED_CAUSE_SERVER_CPU] = "server_cpu",
	    [SPEED_CAUSE_SERVER_SENDER] = "server_sender",
	    [SPEED_CAUSE_WINDOW] = "window",
	    [SPEED_CAUSE_ONE_SERVER] = "one_server",
	    [SPEED_CAUSE_UNCONFIRMED] = "unconfirmed",
	};

	return (size_t)cause < sizeof(names) / sizeof(names[0]) ? names[cause]
								: names[SPEED_CAUSE_NONE];
}
