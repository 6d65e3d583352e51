/* See ndt7_message.h. Members that are not named here are not looked at. */
#include "agent/probe/ndt7_message.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "common/check.h"

enum { SAMPLE_MS = 100 };

static uint64_t
number_of(const json_t *object, const char *key)
{
	json_int_t value = json_integer_value(json_object_get(object, key));

	return value > 0 ? (uint64_t)value : 0;
}

int
ndt7_measurement_read(const char *text, size_t len, struct ndt7_measurement *ret)
{
	json_t *message = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	const json_t *tcp = json_object_get(message, "TCPInfo");
	struct ndt7_measurement m = {
	    .elapsed_us = number_of(tcp, "ElapsedTime"),
	    .received_bytes = number_of(tcp, "BytesReceived"),
	    .busy_us = number_of(tcp, "BusyTime"),
	    .rwnd_limited_us = number_of(tcp, "RWndLimited"),
	    .sndbuf_limited_us = number_of(tcp, "SndBufLimited"),
	};
	uint64_t rtt_us = number_of(tcp, "RTT");

	json_decref(message);
	if (m.elapsed_us == 0)
		return -EBADMSG;
	m.rtt_us = rtt_us <= UINT32_MAX ? (uint32_t)rtt_us : 0;
	*ret = m;
	return 0;
}

/* Bytes until a point of time, on a straight line between two measurements. */
static double
bytes_until(const struct ndt7_measurement series[], size_t count, uint64_t us)
{
	struct ndt7_measurement from = {0};

	for (size_t i = 0; i < count; i++) {
		if (us <= series[i].elapsed_us) {
			double share = (double)(us - from.elapsed_us) /
				       (double)(series[i].elapsed_us - from.elapsed_us);

			return (double)from.received_bytes +
			       share * (double)(series[i].received_bytes - from.received_bytes);
		}
		from = series[i];
	}
	return (double)from.received_bytes;
}

/* A clock or a count that runs backwards is nobody's. */
static bool
grows(const struct ndt7_measurement series[], size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (series[i].elapsed_us <= series[i - 1].elapsed_us ||
		    series[i].received_bytes < series[i - 1].received_bytes)
			return false;
	return true;
}

int
ndt7_counted(const struct ndt7_measurement series[], size_t count, double payload_per_byte,
    struct speed_counted *ret)
{
	uint64_t slot_us = SAMPLE_MS * 1000, n_samples;
	double before = 0;

	if (count < 2 || !grows(series, count))
		return -ENODATA;
	n_samples = series[count - 1].elapsed_us / slot_us;
	if (n_samples < 1 || n_samples > SPEED_COUNTED_MAX)
		return -ENODATA;
	*ret = (struct speed_counted){.sample_ms = SAMPLE_MS, .n_samples = (size_t)n_samples};
	for (size_t i = 0; i < n_samples; i++) {
		double until = payload_per_byte * bytes_until(series, count, (i + 1) * slot_us);
		double size = until - before;

		ret->samples[i] = size > UINT32_MAX ? UINT32_MAX : (uint32_t)size;
		ret->size_bytes += ret->samples[i];
		before = until;
	}
	return 0;
}

int
ndt7_url(const char *url, char ret[static SPEED_URL_SIZE])
{
	static const struct {
		const char *from, *to;
	} schemes[] = {
	    {"wss://", "https://"},
	    {"ws://", "http://"},
	    {"https://", "https://"},
	    {"http://", "http://"},
	};

	for (size_t i = 0; i < COUNT_OF(schemes); i++) {
		size_t len = strlen(schemes[i].from);
		int n;

		if (strncasecmp(url, schemes[i].from, len) != 0)
			continue;
		n = snprintf(ret, SPEED_URL_SIZE, "%s%s", schemes[i].to, url + len);
		return n < 0 || n >= SPEED_URL_SIZE ? -EFBIG : 0;
	}
	return -EINVAL;
}

/* The URL of one direction of a located server. */
static int
located_url(const json_t *urls, const char *path, char ret[static SPEED_URL_SIZE])
{
	static const char *const schemes[] = {"wss://", "ws://"};
	char key[64];

	for (size_t i = 0; i < COUNT_OF(schemes); i++) {
		const char *url;

		(void)snprintf(key, sizeof(key), "%s%s", schemes[i], path);
		url = json_string_value(json_object_get(urls, key));
		if (url && ndt7_url(url, ret) == 0)
			return 0;
	}
	return -ENOENT;
}

int
ndt7_located(const char *text, size_t len, struct speed_place ret[static SPEED_PLACES_MAX],
    size_t *ret_count)
{
	json_t *answer = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	const json_t *results = json_object_get(answer, "results"), *result;
	size_t count = 0, at;
	int r = json_is_array(results) ? -ENOENT : -EBADMSG;

	json_array_foreach(results, at, result)
	{
		const json_t *urls = json_object_get(result, "urls");
		struct speed_place *place = &ret[count];

		if (count == SPEED_PLACES_MAX)
			break;
		if (located_url(urls, "/ndt/v7/download", place->download) < 0 ||
		    located_url(urls, "/ndt/v7/upload", place->upload) < 0)
			continue;
		memcpy(place->ping, place->download, sizeof(place->ping));
		count++;
	}
	json_decref(answer);
	if (count == 0)
		return r;
	*ret_count = count;
	return 0;
}
