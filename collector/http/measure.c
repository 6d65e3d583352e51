/*
 * Download: one block of pseudo-random bytes, made once and repeated; its period
 * is longer than the window of any compressor on the way. Upload: bytes are
 * counted where they arrive, in samples of 100 ms that are numbered by the
 * collector's own clock, so a client can add up the samples of parallel streams.
 * Judges nothing: the agent does, and the collector keeps its own record.
 */
#include "collector/http/measure.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "collector/http/limit.h"
#include "collector/http/metrics.h"
#include "common/bytes.h"
#include "common/clock.h"
#include "common/text.h"

enum {
	BLOCK_BYTES = 1024 * 1024,
	SAMPLES_TEXT_MAX = 32 * 1024,
	GARBAGE_CHUNK_BYTES = 1024 * 1024,
	GARBAGE_CHUNKS = 4,
	GARBAGE_CHUNKS_MAX = 1024,
	BUSY_RETRY_S = 5,
	DAY_S = 86400,
};

struct measure {
	struct measure_config config; /* under the lock */
	pthread_mutex_t lock;
	size_t streams;
	struct limit limit; /* bytes of a client */
	uint8_t *block;
};

/* A stream under way. */
struct stream {
	struct measure *measure;
	struct measure_record record;
	bool has_test;
	uint64_t began_us, last_us;
	uint64_t bytes_max;
	uint64_t first_sample;
	size_t n_samples;
	uint32_t samples[MEASURE_SAMPLES_MAX]; /* of an upload */
};

/* xorshift64* (Vigna, 2016): fast, and nothing that compresses. */
static void
block_fill(uint8_t *block, size_t len)
{
	uint64_t state = 0x9e3779b97f4a7c15U;

	for (size_t i = 0; i + sizeof(state) <= len; i += sizeof(state)) {
		uint64_t word;

		state ^= state >> 12;
		state ^= state << 25;
		state ^= state >> 27;
		word = state * 0x2545f4914f6cdd1dU;
		memcpy(block + i, &word, sizeof(word));
	}
}

int
measure_new(const struct measure_config *config, struct measure **ret)
{
	struct measure *measure = calloc(1, sizeof(*measure));

	if (!measure)
		return -ENOMEM;
	measure->config = *config;
	(void)pthread_mutex_init(&measure->lock, NULL);
	measure->block = malloc(BLOCK_BYTES);
	if (!measure->block) {
		measure_free(measure);
		return -ENOMEM;
	}
	block_fill(measure->block, BLOCK_BYTES);
	*ret = measure;
	return 0;
}

void
measure_free(struct measure *measure)
{
	if (!measure)
		return;
	(void)pthread_mutex_destroy(&measure->lock);
	free(measure->block);
	free(measure);
}

void
measure_change(struct measure *measure, const struct measure_config *config)
{
	(void)pthread_mutex_lock(&measure->lock);
	measure->config.streams_max = config->streams_max;
	measure->config.request_bytes_max = config->request_bytes_max;
	measure->config.client_bytes_a_day = config->client_bytes_a_day;
	memcpy(measure->config.key, config->key, sizeof(measure->config.key));
	(void)pthread_mutex_unlock(&measure->lock);
}

/* ---------------------------------------------------------------- who may measure */

static void
refuse(struct http_reply *ret, unsigned status, const char *words, unsigned retry_after_s,
    enum metric metric)
{
	char *copy = strdup(words);

	metric_add(metric, 1);
	ret->status = status;
	ret->retry_after_s = retry_after_s;
	ret->content_type = "text/plain; charset=utf-8";
	ret->body = (uint8_t *)copy;
	ret->body_len = copy ? strlen(copy) : 0;
}

/* Compares all of both, so that the time tells nothing. */
static bool
key_fits(const char *key, const char *given)
{
	size_t len = strlen(key), given_len = strlen(given);
	unsigned differs = len != given_len;

	for (size_t i = 0; i < given_len; i++)
		differs |= (unsigned)(given[i] ^ key[len ? i % len : 0]);
	return differs == 0;
}

/* Under the lock. 200, or the status to refuse with. */
static unsigned
may_start(struct measure *measure, const struct http_request *request, unsigned *ret_wait_s)
{
	const struct measure_config *config = &measure->config;
	const char *key = http_query(request, "key");
	double a_day = (double)config->client_bytes_a_day;
	uint64_t wait_ms;

	if (config->key[0] && !key_fits(config->key, key ? key : ""))
		return 401;
	wait_ms =
	    limit_take(&measure->limit, limit_key(&request->client, sizeof(request->client)),
		a_day / DAY_S, a_day, 0, clock_boot_ms());
	*ret_wait_s = (unsigned)(wait_ms / 1000) + 1;
	if (wait_ms > 0)
		return 429;
	*ret_wait_s = BUSY_RETRY_S;
	return measure->streams < config->streams_max ? 200 : 503;
}

static void
over(struct http_request *request, bool whole)
{
	struct stream *stream = request->work;
	struct measure *measure = stream->measure;
	struct measure_record *record = &stream->record;
	double a_day;

	(void)whole; /* what was carried counts, also when it was cut off */
	if (!record->upload) {
		record->size_bytes = request->sent_bytes;
		stream->last_us = clock_boot_us();
	}
	record->duration_s = (double)(stream->last_us - stream->began_us) / 1e6;
	metric_add(record->upload ? METRIC_MEASURE_RECEIVED_BYTES : METRIC_MEASURE_SENT_BYTES,
	    (int64_t)record->size_bytes);
	metric_add(METRIC_MEASURE_STREAMS, -1);
	(void)pthread_mutex_lock(&measure->lock);
	measure->streams--;
	a_day = (double)measure->config.client_bytes_a_day;
	limit_charge(&measure->limit, limit_key(&request->client, sizeof(request->client)),
	    a_day / DAY_S, a_day, (double)record->size_bytes, clock_boot_ms());
	(void)pthread_mutex_unlock(&measure->lock);
	if (stream->has_test && record->size_bytes > 0)
		measure->config.record(measure->config.arg, record);
	free(stream);
}

static void
stream_begin(struct stream *stream, struct http_request *request, bool upload)
{
	const char *test = http_query(request, "test");

	stream->has_test = test && text_uuid_parse(test, stream->record.test_id) == 0;
	stream->record.upload = upload;
	stream->record.started_ms = clock_wall_ms();
	address_format(&request->client, stream->record.client);
	stream->began_us = stream->last_us = clock_boot_us();
	request->work = stream;
	request->over = over;
	metric_add(METRIC_MEASURE_STREAMS, 1);
}

/* A place among the streams, or a refusal in *ret. */
static struct stream *
stream_new(struct http_request *request, bool upload, struct http_reply *ret)
{
	struct measure *measure = request->services->measure;
	struct stream *stream = calloc(1, sizeof(*stream));
	unsigned status = 503, wait_s = BUSY_RETRY_S;

	(void)pthread_mutex_lock(&measure->lock);
	if (stream)
		status = may_start(measure, request, &wait_s);
	if (status == 200) {
		measure->streams++;
		stream->measure = measure;
		stream->bytes_max = measure->config.request_bytes_max;
	}
	(void)pthread_mutex_unlock(&measure->lock);
	if (status == 200) {
		stream_begin(stream, request, upload);
		return stream;
	}
	free(stream);
	if (status == 401)
		refuse(ret, status, "this endpoint asks for a key\n", 0, METRIC_REFUSED_KEY);
	else
		refuse(ret, status, "no more may be measured now\n", wait_s,
		    METRIC_REFUSED_MEASURE);
	return NULL;
}

/* ---------------------------------------------------------------- download */

static enum http_progress
send(struct http_request *request, uint64_t bytes, struct http_reply *ret)
{
	struct stream *stream = stream_new(request, false, ret);

	if (!stream)
		return HTTP_NOW;
	ret->status = 200;
	ret->content_type = "application/octet-stream";
	ret->block = stream->measure->block;
	ret->block_len = BLOCK_BYTES;
	ret->stream_bytes = bytes < stream->bytes_max ? bytes : stream->bytes_max;
	return HTTP_NOW;
}

enum http_progress
measure_download(struct http_request *request, struct http_reply *ret)
{
	const char *bytes = http_query(request, "bytes");
	int64_t count;

	if (!bytes || text_i64(bytes, 1, INT64_MAX, &count) < 0) {
		refuse(ret, 400, "the parameter bytes must be a number above 0\n", 0,
		    METRIC_REFUSED_MALFORMED);
		return HTTP_NOW;
	}
	return send(request, (uint64_t)count, ret);
}

enum http_progress
measure_garbage(struct http_request *request, struct http_reply *ret)
{
	const char *chunks = http_query(request, "ckSize");
	int64_t count;

	if (!chunks || text_i64(chunks, 1, GARBAGE_CHUNKS_MAX, &count) < 0)
		count = GARBAGE_CHUNKS;
	return send(request, (uint64_t)count * GARBAGE_CHUNK_BYTES, ret);
}

/* ---------------------------------------------------------------- upload */

static bool
receive(struct http_request *request, const uint8_t *bytes, size_t len)
{
	struct stream *stream = request->work;
	uint64_t now_us = clock_boot_us(), sample = now_us / (MEASURE_SAMPLE_MS * 1000);
	size_t at;

	(void)bytes;
	if (stream->record.size_bytes == 0) {
		stream->began_us = now_us;
		stream->first_sample = sample;
	}
	stream->record.size_bytes += len;
	stream->last_us = now_us;
	at = (size_t)(sample - stream->first_sample);
	if (at >= MEASURE_SAMPLES_MAX || stream->record.size_bytes > stream->bytes_max)
		return false;
	stream->samples[at] += (uint32_t)len;
	stream->n_samples = at + 1;
	return true;
}

bool
measure_upload_open(struct http_request *request, struct http_reply *ret)
{
	if (!stream_new(request, true, ret))
		return false;
	request->sink = receive;
	return true;
}

static int
samples_write(const struct stream *stream, struct bytes *ret)
{
	int r = bytes_add_format(ret,
	    "{\"bytes\":%" PRIu64 ",\"duration_us\":%" PRIu64
	    ",\"sample_ms\":%d,\"first_sample\":%" PRIu64 ",\"samples\":[",
	    stream->record.size_bytes, stream->last_us - stream->began_us, MEASURE_SAMPLE_MS,
	    stream->first_sample);

	for (size_t i = 0; r == 0 && i < stream->n_samples; i++)
		r = bytes_add_format(ret, "%s%" PRIu32, i ? "," : "", stream->samples[i]);
	return r == 0 ? bytes_add_text(ret, "]}\n") : r;
}

enum http_progress
measure_upload(struct http_request *request, struct http_reply *ret)
{
	struct bytes text = bytes_new(SAMPLES_TEXT_MAX);

	if (samples_write(request->work, &text) < 0) {
		bytes_clear(&text);
		refuse(ret, 503, "there is no memory for the answer\n", BUSY_RETRY_S,
		    METRIC_REFUSED_MEMORY);
		return HTTP_NOW;
	}
	ret->status = 200;
	ret->content_type = "application/json";
	ret->body = text.data;
	ret->body_len = text.len;
	return HTTP_NOW;
}

/* ---------------------------------------------------------------- the rest */

enum http_progress
measure_empty(struct http_request *request, struct http_reply *ret)
{
	(void)request;
	ret->status = 200;
	return HTTP_NOW;
}

enum http_progress
measure_ping(struct http_request *request, struct http_reply *ret)
{
	(void)request;
	ret->status = 204;
	return HTTP_NOW;
}

enum http_progress
measure_address(struct http_request *request, struct http_reply *ret)
{
	struct bytes text = bytes_new(256);
	char client[ADDRESS_TEXT_SIZE];

	address_format(&request->client, client);
	if (bytes_add_format(
		&text, "{\"processedString\":\"%s\",\"rawIspInfo\":\"\"}\n", client) < 0) {
		bytes_clear(&text);
		refuse(ret, 503, "there is no memory for the answer\n", BUSY_RETRY_S,
		    METRIC_REFUSED_MEMORY);
		return HTTP_NOW;
	}
	ret->status = 200;
	ret->content_type = "application/json";
	ret->body = text.data;
	ret->body_len = text.len;
	return HTTP_NOW;
}
