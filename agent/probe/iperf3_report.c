/*
 * See iperf3_report.h. Of a download the intervals are the receiver's, ours. Of an
 * upload they are what we handed to our kernel, and only the sum is the receiver's:
 * they are scaled by that.
 */
#include "agent/probe/iperf3_report.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

#include "common/address.h"
#include "common/text.h"

enum { SAMPLE_MS = 100 };

static const double interval_least_s = 0.05; /* the rest of a test is no sample */
static const double rate_most = 1.25e12;     /* bytes/s: 10 Tbit/s */
static const double size_most = 1e15;

static double
number_of(const json_t *object, const char *key)
{
	double value = json_number_value(json_object_get(object, key));

	return value > 0 ? value : 0;
}

/* Bytes a second of a sum; 0: none. */
static double
rate_of(const json_t *sum)
{
	double seconds = number_of(sum, "seconds");
	double rate = seconds > 0 ? number_of(sum, "bytes") / seconds : 0;

	return rate < rate_most ? rate : 0;
}

static void
text_of(const json_t *object, const char *key, char *ret, size_t size)
{
	const char *text = json_string_value(json_object_get(object, key));

	(void)text_clean(ret, size, text ? text : "", text ? strlen(text) : 0);
}

static void
samples_read(const json_t *intervals, double scale, struct speed_counted *ret)
{
	const json_t *interval;
	size_t at;

	ret->sample_ms = SAMPLE_MS;
	json_array_foreach(intervals, at, interval)
	{
		const json_t *sum = json_object_get(interval, "sum");
		double size = rate_of(sum) * scale * SAMPLE_MS / 1000;

		if (ret->n_samples == SPEED_COUNTED_MAX)
			break;
		if (number_of(sum, "seconds") >= interval_least_s)
			ret->samples[ret->n_samples++] =
			    size < UINT32_MAX ? (uint32_t)size : UINT32_MAX;
	}
}

/* The mean of what the senders of an upload tell. */
static uint32_t
round_trip_of(const json_t *streams)
{
	const json_t *stream;
	double sum = 0;
	size_t at, count = 0;

	json_array_foreach(streams, at, stream)
	{
		double rtt_us = number_of(json_object_get(stream, "sender"), "mean_rtt");

		count += rtt_us > 0;
		sum += rtt_us;
	}
	return count > 0 && sum / (double)count < UINT32_MAX ? (uint32_t)(sum / (double)count)
							     : 0;
}

static bool
is_ipv6(const json_t *start)
{
	const json_t *first = json_array_get(json_object_get(start, "connected"), 0);
	const char *host = json_string_value(json_object_get(first, "remote_host"));
	struct address remote;

	return host && address_parse(host, &remote) == 0 && remote.family == ADDRESS_IPV6;
}

static int
report_take(const json_t *report, struct iperf3_report *ret)
{
	const json_t *start = json_object_get(report, "start"),
		     *end = json_object_get(report, "end");
	const json_t *received = json_object_get(end, "sum_received");
	bool reverse = number_of(json_object_get(start, "test_start"), "reverse") > 0;
	double sent = rate_of(json_object_get(end, "sum_sent")), scale;
	double mss = number_of(start, "tcp_mss_default"), size = number_of(received, "bytes");

	text_of(report, "error", ret->error, sizeof(ret->error));
	if (ret->error[0])
		return 0;
	if (rate_of(received) <= 0 || (!reverse && sent <= 0) || size > size_most)
		return -EBADMSG;
	scale = reverse ? 1 : rate_of(received) / sent;
	samples_read(json_object_get(report, "intervals"), scale, &ret->counted);
	ret->counted.size_bytes = (uint64_t)size;
	ret->mss_bytes = mss <= UINT16_MAX ? (uint32_t)mss : 0;
	ret->rtt_us = reverse ? 0 : round_trip_of(json_object_get(end, "streams"));
	ret->cpu_pct = number_of(json_object_get(end, "cpu_utilization_percent"), "host_total");
	ret->ipv6 = is_ipv6(start);
	text_of(end, "sender_tcp_congestion", ret->congestion, sizeof(ret->congestion));
	return ret->counted.n_samples > 0 ? 0 : -EBADMSG;
}

int
iperf3_report_read(const char *text, size_t len, struct iperf3_report *ret)
{
	json_t *report = json_loadb(text, len, 0, NULL);
	struct iperf3_report r = {0};
	int error = json_is_object(report) ? report_take(report, &r) : -EBADMSG;

	json_decref(report);
	if (error == 0)
		*ret = r;
	return error;
}
