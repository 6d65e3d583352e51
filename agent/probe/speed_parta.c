/*
 * The collector's own measuring endpoint (proto/README.md, listener "measuring").
 * It counts uploads where they arrive, so an upload is chunked: it ends when the
 * test does, and the answer brings the server's samples.
 */
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "agent/probe/speed_http.h"
#include "agent/probe/speed_stream.h"

static int
places(const struct speed_server *server, const void *answer, size_t len,
    struct speed_place ret[static SPEED_PLACES_MAX], size_t *ret_count)
{
	(void)answer;
	(void)len;
	*ret_count = 1;
	return speed_url_make(server, "/v1/measure/ping", ret->ping) < 0 ||
		       speed_url_make(server, "/v1/measure/download", ret->download) < 0 ||
		       speed_url_make(server, "/v1/measure/upload", ret->upload) < 0 ||
		       speed_url_make(server, "/v1/measure/record", ret->record) < 0
		   ? -EFBIG
		   : 0;
}

static bool
alive(long status, size_t body_len)
{
	return status == 204 && body_len == 0;
}

/* What the server reckons with and, of a download, how fast it may send (proto/README.md,
 * "Measuring"). */
static int
url_ask(const char *url, const char *test_id, const struct speed_ask *ask, const char *bytes,
    struct bytes *ret)
{
	char need[24] = "", rate[32] = "";

	if (ask->need_mbps > 0)
		(void)snprintf(need, sizeof(need), "need=%u&", ask->need_mbps);
	if (*bytes && ask->rate_bps > 0)
		(void)snprintf(rate, sizeof(rate), "rate=%" PRIu64 "&", ask->rate_bps);
	return speed_url_ask(ret, url, "%s%s%stest=%s", bytes, need, rate, test_id);
}

static int
download_url(const struct speed_place *place, const struct speed_ask *ask, struct bytes *ret)
{
	char bytes[32];

	(void)snprintf(bytes, sizeof(bytes), "bytes=%" PRIu64 "&", ask->bytes);
	return url_ask(place->download, place->test_id, ask, bytes, ret);
}

static int
upload_url(const struct speed_place *place, const struct speed_ask *ask, struct bytes *ret)
{
	return url_ask(place->upload, place->test_id, ask, "", ret);
}

static bool
take_number(const json_t *object, const char *key, uint64_t max, uint64_t *ret)
{
	const json_t *value = json_object_get(object, key);
	json_int_t number = json_integer_value(value);

	if (!json_is_integer(value) || number < 0 || (uint64_t)number > max)
		return false;
	*ret = (uint64_t)number;
	return true;
}

static bool
take_samples(const json_t *array, struct speed_counted *ret)
{
	size_t count = json_array_size(array);

	if (!json_is_array(array) || count > SPEED_COUNTED_MAX)
		return false;
	for (size_t i = 0; i < count; i++) {
		const json_t *value = json_array_get(array, i);
		json_int_t number = json_integer_value(value);

		if (!json_is_integer(value) || number < 0 || number > UINT32_MAX)
			return false;
		ret->samples[i] = (uint32_t)number;
	}
	ret->n_samples = count;
	return true;
}

static int
counted(const void *body, size_t len, struct speed_counted *ret)
{
	json_t *answer = json_loadb(body, len, 0, NULL);
	struct speed_counted c;
	uint64_t sample_ms = 0;
	bool good = take_number(answer, "bytes", INT64_MAX, &c.size_bytes) &&
		    take_number(answer, "first_sample", INT64_MAX, &c.first_sample) &&
		    take_number(answer, "sample_ms", 10000, &sample_ms) && sample_ms > 0 &&
		    take_samples(json_object_get(answer, "samples"), &c);

	json_decref(answer);
	if (!good)
		return -EBADMSG;
	c.sample_ms = (uint32_t)sample_ms;
	*ret = c;
	return 0;
}

/* ---- what the server recorded */

static int
record_url(const struct speed_place *place, struct bytes *ret)
{
	return speed_url_ask(ret, place->record, "test=%s", place->test_id);
}

struct stream {
	const json_t *object;
	json_int_t started_ms, ended_ms;
};

/* A stream in that direction; false: it is none, or cannot be read. */
static bool
stream_read(const json_t *object, bool upload, struct stream *ret)
{
	const char *direction = json_string_value(json_object_get(object, "direction"));
	uint64_t started_ms, duration_us;

	if (!direction || strcmp(direction, upload ? "up" : "down") != 0 ||
	    !take_number(object, "started_ms", INT64_MAX / 2, &started_ms) ||
	    !take_number(object, "duration_us", INT64_MAX / 2, &duration_us))
		return false;
	ret->object = object;
	ret->started_ms = (json_int_t)started_ms;
	ret->ended_ms = ret->started_ms + (json_int_t)(duration_us / 1000);
	return true;
}

/* Parts of the times of all streams together. */
struct times {
	double busy_us, rwnd_us, sndbuf_us;
};

static void
stream_add(const json_t *object, struct times *times, struct speed_server_part *part)
{
	const json_t *tcp = json_object_get(object, "tcp"),
		     *cpu = json_object_get(object, "cpu_pct");
	uint64_t busy = 0, rwnd = 0, sndbuf = 0;

	if (json_is_number(cpu) && json_number_value(cpu) > part->cpu_pct)
		part->cpu_pct = json_number_value(cpu);
	if (!take_number(tcp, "busy_us", INT64_MAX, &busy) ||
	    !take_number(tcp, "rwnd_limited_us", INT64_MAX, &rwnd) ||
	    !take_number(tcp, "sndbuf_limited_us", INT64_MAX, &sndbuf))
		return;
	times->busy_us += (double)busy;
	times->rwnd_us += (double)rwnd;
	times->sndbuf_us += (double)sndbuf;
}

/* A test may have had runs before: the last one's streams are those that were under way when
 * the newest of them began. */
static int
streams_sum(const json_t *streams, bool upload, struct speed_server_part *ret)
{
	struct speed_server_part part = {-1, -1, -1};
	struct stream stream, newest = {0};
	struct times times = {0};
	const json_t *object;
	size_t at;

	json_array_foreach(streams, at, object)
	{
		if (stream_read(object, upload, &stream) &&
		    (!newest.object || stream.started_ms > newest.started_ms))
			newest = stream;
	}
	json_array_foreach(streams, at, object)
	{
		if (newest.object && stream_read(object, upload, &stream) &&
		    stream.ended_ms >= newest.started_ms)
			stream_add(object, &times, &part);
	}
	if (!upload && times.busy_us > 0) {
		part.rwnd_limited = times.rwnd_us / times.busy_us;
		part.sndbuf_limited = times.sndbuf_us / times.busy_us;
	}
	*ret = part;
	return newest.object ? 0 : -ENOENT;
}

static int
record(const void *body, size_t len, bool upload, struct speed_server_part *ret)
{
	json_t *answer = json_loadb(body, len, 0, NULL);
	const json_t *streams = json_object_get(answer, "streams");
	uint64_t open = 0;
	int r = -EBADMSG;

	if (take_number(answer, "open", INT64_MAX, &open) && json_is_array(streams))
		r = open > 0 ? -EAGAIN : streams_sum(streams, upload, ret);
	json_decref(answer);
	return r;
}

static const struct speed_http http = {
    .download_bytes = 256 * 1024 * 1024,
    .upload_bytes = 256 * 1024 * 1024,
    .chunked = true,
    .download_url = download_url,
    .upload_url = upload_url,
    .counted = counted,
};

const struct speed_backend speed_parta = {
    .name = "parta",
    .streams_first = 4,
    .streams_max = SPEED_STREAMS_MAX,
    .places = places,
    .alive = alive,
    .record_url = record_url,
    .record = record,
    .carrier = &speed_http_carrier,
    .http = &http,
};
