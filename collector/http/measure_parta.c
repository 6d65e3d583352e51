/*
 * parta's own protocol: a download of so many bytes, an upload whose answer brings
 * the samples as they arrived, what was recorded of a test, and how full the line
 * of this endpoint is.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "collector/http/measure.h"
#include "collector/http/measure_stream.h"
#include "common/bytes.h"
#include "common/clock.h"
#include "common/text.h"

enum { SAMPLES_TEXT_MAX = 32 * 1024, LOAD_TEXT_MAX = 1024 };

enum http_progress
measure_download(struct http_request *request, struct http_reply *ret)
{
	const char *bytes = http_query(request, "bytes");
	int64_t count;

	if (!bytes || text_i64(bytes, 1, INT64_MAX, &count) < 0) {
		measure_refuse(ret, 400, "the parameter bytes must be a number above 0\n", 0,
		    METRIC_REFUSED_MALFORMED);
		return HTTP_NOW;
	}
	return measure_send(request, MEASURE_PARTA, (uint64_t)count, ret);
}

bool
measure_upload_open(struct http_request *request, struct http_reply *ret)
{
	return measure_receive(request, MEASURE_PARTA, ret);
}

static int
samples_write(const struct stream *stream, struct bytes *ret)
{
	const struct measure_record *record = &stream->record;
	int r = bytes_add_format(ret,
	    "{\"bytes\":%" PRIu64 ",\"duration_us\":%" PRIu64
	    ",\"sample_ms\":%d,\"first_sample\":%" PRIu64 ",\"samples\":[",
	    record->size_bytes, stream->last_us - stream->began_us, MEASURE_SAMPLE_MS,
	    record->first_sample);

	for (size_t i = 0; r == 0 && i < record->n_samples; i++)
		r = bytes_add_format(ret, "%s%" PRIu32, i ? "," : "", record->samples[i]);
	return r == 0 ? bytes_add_text(ret, "]}\n") : r;
}

enum http_progress
measure_upload(struct http_request *request, struct http_reply *ret)
{
	struct bytes text = bytes_new(SAMPLES_TEXT_MAX);
	int r = samples_write(request->work, &text);

	measure_tell(ret, r, &text);
	return HTTP_NOW;
}

enum http_progress
measure_ping(struct http_request *request, struct http_reply *ret)
{
	(void)request;
	ret->status = 204;
	return HTTP_NOW;
}

/* ---------------------------------------------------------------- what was recorded */

static size_t
streams_open(struct measure *measure, const uint8_t test_id[static 16])
{
	const struct stream *stream;
	size_t count = 0;

	(void)pthread_mutex_lock(&measure->lock);
	LIST_FOREACH(stream, &measure->streams, among)
	{
		if (stream->has_test && memcmp(stream->record.test_id, test_id,
					    sizeof(stream->record.test_id)) == 0)
			count++;
	}
	(void)pthread_mutex_unlock(&measure->lock);
	return count;
}

/* The streams under way are counted first: one that ends meanwhile is then told as open, and
 * none is missed. */
enum http_progress
measure_recall(struct http_request *request, struct http_reply *ret)
{
	struct measure *measure = request->services->measure;
	const char *test = http_query(request, "test");
	uint8_t test_id[16];

	if (!test || text_uuid_parse(test, test_id) < 0) {
		measure_refuse(ret, 400, "the parameter test must be a UUID\n", 0,
		    METRIC_REFUSED_MALFORMED);
		return HTTP_NOW;
	}
	if (!measure_may_trouble(measure, &request->client)) {
		measure_refuse(
		    ret, 429, "this address asks too often\n", 1, METRIC_REFUSED_TOO_OFTEN);
		return HTTP_NOW;
	}
	if (measure->config.recall(measure->config.arg, request->call, test_id,
		streams_open(measure, test_id)) == 0)
		return HTTP_LATER;
	measure_refuse(ret, 503, "too many errands are waiting\n", MEASURE_BUSY_RETRY_S,
	    METRIC_REFUSED_QUEUE);
	return HTTP_NOW;
}

/* ---------------------------------------------------------------- how full the line is */

static int
load_write(struct measure *measure, struct bytes *ret)
{
	uint64_t now_ms = clock_boot_ms();
	int r;

	(void)pthread_mutex_lock(&measure->lock);
	r = bytes_add_format(ret,
	    "{\"capacity_mbps\":%g,\"streams\":%zu,\"streams_max\":%zu"
	    ",\"down\":{\"promised_mbps\":%.3f,\"carried_mbps\":%.3f}"
	    ",\"up\":{\"promised_mbps\":%.3f,\"carried_mbps\":%.3f}}\n",
	    measure->config.capacity_mbps, measure->n_streams, measure->config.streams_max,
	    capacity_promised_mbps(&measure->line[false], now_ms),
	    capacity_carried_mbps(&measure->line[false], now_ms),
	    capacity_promised_mbps(&measure->line[true], now_ms),
	    capacity_carried_mbps(&measure->line[true], now_ms));
	(void)pthread_mutex_unlock(&measure->lock);
	return r;
}

enum http_progress
measure_load(struct http_request *request, struct http_reply *ret)
{
	struct bytes text = bytes_new(LOAD_TEXT_MAX);
	int r = load_write(request->services->measure, &text);

	measure_tell(ret, r, &text);
	return HTTP_NOW;
}
