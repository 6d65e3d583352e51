/*
 * Who may measure, what a stream carries, and what is recorded of it. Download: one
 * block of pseudo-random bytes, made once and repeated; its period is longer than
 * the window of any compressor on the way. Bytes are counted in samples of 100 ms
 * that are numbered by the collector's own clock, so a client can add up the
 * samples of parallel streams. Judges nothing: the agent does, and the collector
 * keeps its own record.
 */
#include "collector/http/measure.h"

#include <errno.h>
#include <linux/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "collector/http/measure_stream.h"
#include "collector/http/tcp.h"
#include "common/bytes.h"
#include "common/clock.h"
#include "common/text.h"

enum { DAY_S = 86400 };

static const int64_t rate_bps_min = 8000, rate_bps_max = 1000000000000;
static const double need_mbps_max = 1e6;
static const double capacity_reserve = 1.2; /* of the line's capacity, over what is promised */

static const char *const protocol_names[] = {
#define PROTOCOL_NAME(id, name) [MEASURE_##id] = (name),
    MEASURE_PROTOCOLS(PROTOCOL_NAME)
#undef PROTOCOL_NAME
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
	LIST_INIT(&measure->streams);
	(void)pthread_mutex_init(&measure->lock, NULL);
	measure->block = malloc(MEASURE_BLOCK_BYTES);
	if (!measure->block) {
		measure_free(measure);
		return -ENOMEM;
	}
	block_fill(measure->block, MEASURE_BLOCK_BYTES);
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
	measure->config.capacity_mbps = config->capacity_mbps;
	memcpy(measure->config.key, config->key, sizeof(measure->config.key));
	(void)pthread_mutex_unlock(&measure->lock);
}

/* ---------------------------------------------------------------- replies */

void
measure_refuse(struct http_reply *ret, unsigned status, const char *words,
    unsigned retry_after_s, enum metric metric)
{
	char *copy = strdup(words);

	metric_add(metric, 1);
	ret->status = status;
	ret->retry_after_s = retry_after_s;
	ret->content_type = "text/plain; charset=utf-8";
	ret->body = (uint8_t *)copy;
	ret->body_len = copy ? strlen(copy) : 0;
}

void
measure_tell(struct http_reply *ret, int r, struct bytes *json)
{
	if (r < 0) {
		bytes_clear(json);
		measure_refuse(ret, 503, "there is no memory for the answer\n",
		    MEASURE_BUSY_RETRY_S, METRIC_REFUSED_MEMORY);
		return;
	}
	ret->status = 200;
	ret->content_type = "application/json";
	ret->body = json->data;
	ret->body_len = json->len;
}

/* ---------------------------------------------------------------- who may measure */

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

/* What a client says of a stream. */
struct wish {
	const char *key;
	uint64_t client, test; /* keys of its address and of its test */
	double need_mbps;
	int64_t rate_bps;
};

/* False: a number cannot be read. */
static bool
wish_read(const struct http_request *request, const struct stream *stream, struct wish *ret)
{
	const char *need = http_query(request, "need"), *rate = http_query(request, "rate");

	ret->key = http_query(request, "key");
	ret->client = limit_key(&request->client, sizeof(request->client));
	ret->test = stream->has_test
			? limit_key(stream->record.test_id, sizeof(stream->record.test_id))
			: ret->client;
	return (!need || text_f64(need, 0, need_mbps_max, &ret->need_mbps) == 0) &&
	       (!rate || text_i64(rate, rate_bps_min, rate_bps_max, &ret->rate_bps) == 0);
}

/* A refusal: its status, and its words. */
struct refusal {
	unsigned status, wait_s;
	enum metric metric;
	const char *words;
};

/* Under the lock. NULL: the stream has its place. */
static const struct refusal *
stream_admit(struct measure *measure, struct stream *stream, const struct wish *wish,
    unsigned *ret_wait_s)
{
	static const struct refusal no_key = {
	    401, 0, METRIC_REFUSED_KEY, "this endpoint asks for a key\n"};
	static const struct refusal quota = {429, 0, METRIC_REFUSED_MEASURE,
	    "this address has measured as much as it may a day\n"};
	static const struct refusal streams = {503, MEASURE_BUSY_RETRY_S,
	    METRIC_REFUSED_MEASURE, "no more streams may be measured now\n"};
	static const struct refusal full = {503, MEASURE_BUSY_RETRY_S, METRIC_REFUSED_CAPACITY,
	    "the endpoint's line is promised to other tests\n"};
	const struct measure_config *config = &measure->config;
	double a_day = (double)config->client_bytes_a_day;
	uint64_t now_ms = clock_boot_ms(), wait_ms;

	if (config->key[0] && !key_fits(config->key, wish->key ? wish->key : ""))
		return &no_key;
	wait_ms = limit_take(&measure->limit, wish->client, a_day / DAY_S, a_day, 0, now_ms);
	*ret_wait_s = (unsigned)(wait_ms / 1000) + 1;
	if (wait_ms > 0)
		return &quota;
	if (measure->n_streams >= config->streams_max)
		return &streams;
	stream->test = capacity_take(stream->line, wish->test, wish->need_mbps,
	    config->capacity_mbps / capacity_reserve, now_ms);
	if (!stream->test)
		return &full;
	measure->n_streams++;
	LIST_INSERT_HEAD(&measure->streams, stream, among);
	stream->bytes_max = config->request_bytes_max;
	return NULL;
}

/* ---------------------------------------------------------------- a stream */

static uint64_t
thread_cpu_us(void)
{
	struct timespec used = {0};

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
	return (uint64_t)used.tv_sec * 1000000 + (uint64_t)used.tv_nsec / 1000;
}

static void
tcp_note(struct stream *stream)
{
	struct measure_record *record = &stream->record;
	struct bytes text = bytes_new(sizeof(record->tcp) - 1);
	struct tcp_info info;
	int r = tcp_read(stream->socket_fd, &info);

	if (r == 0)
		r = bytes_add_text(&text, "{");
	if (r == 0)
		r = tcp_write(&info, &text);
	if (r == 0)
		r = bytes_add_text(&text, "}");
	if (r == 0)
		memcpy(record->tcp, text.data, text.len + 1);
	bytes_clear(&text);
	tcp_congestion(stream->socket_fd, record->congestion);
}

/* Under the lock. */
static void
stream_leave(struct stream *stream, const struct http_request *request)
{
	struct measure *measure = stream->measure;
	uint64_t now_ms = clock_boot_ms();
	double a_day = (double)measure->config.client_bytes_a_day;

	measure->n_streams--;
	LIST_REMOVE(stream, among);
	capacity_carry(stream->line, stream->test, stream->uncounted_bytes, now_ms);
	capacity_leave(stream->test, now_ms);
	limit_charge(&measure->limit, limit_key(&request->client, sizeof(request->client)),
	    a_day / DAY_S, a_day, (double)stream->record.size_bytes, now_ms);
}

/* What was carried counts, also when it was cut off. */
static void
over(struct http_request *request, bool whole)
{
	struct stream *stream = request->work;
	struct measure *measure = stream->measure;
	struct measure_record *record = &stream->record;
	uint64_t lasted_us = clock_boot_us() - stream->began_us;

	(void)whole;
	record->duration_s = (double)(stream->last_us - stream->began_us) / 1e6;
	if (lasted_us > 0)
		record->cpu_pct =
		    100 * (double)(thread_cpu_us() - stream->cpu_us) / (double)lasted_us;
	metric_add(record->upload ? METRIC_MEASURE_RECEIVED_BYTES : METRIC_MEASURE_SENT_BYTES,
	    (int64_t)record->size_bytes);
	metric_add(METRIC_MEASURE_STREAMS, -1);
	if (stream->has_test && record->size_bytes > 0) {
		tcp_note(stream);
		measure->config.record(measure->config.arg, record);
	}
	(void)pthread_mutex_lock(&measure->lock);
	stream_leave(stream, request);
	(void)pthread_mutex_unlock(&measure->lock);
	free(stream);
}

static void
stream_begin(struct stream *stream, struct http_request *request, const struct wish *wish)
{
	stream->record.started_ms = clock_wall_ms();
	address_format(&request->client, stream->record.client);
	stream->record.rate_bps = (uint64_t)wish->rate_bps;
	stream->began_us = stream->last_us = clock_boot_us();
	stream->cpu_us = thread_cpu_us();
	stream->socket_fd = http_socket(request);
	tcp_prepare(
	    stream->socket_fd, (uint64_t)wish->rate_bps, (uint64_t)(wish->need_mbps * 1e6));
	request->work = stream;
	request->over = over;
	metric_add(METRIC_MEASURE_STREAMS, 1);
}

struct stream *
stream_new(struct http_request *request, enum measure_protocol protocol, bool upload,
    struct http_reply *ret)
{
	static const struct refusal no_memory = {503, MEASURE_BUSY_RETRY_S,
	    METRIC_REFUSED_MEMORY, "there is no memory for another stream\n"};
	static const struct refusal no_number = {400, 0, METRIC_REFUSED_MALFORMED,
	    "the parameters need (Mbit/s) and rate (bit/s, from 8000) must be numbers\n"};
	struct measure *measure = request->services->measure;
	struct stream *stream = calloc(1, sizeof(*stream));
	const char *test = http_query(request, "test");
	const struct refusal *refusal = &no_memory;
	struct wish wish = {0};
	unsigned wait_s = 0;

	if (stream) {
		stream->measure = measure;
		stream->line = &measure->line[upload];
		stream->record.protocol = protocol_names[protocol];
		stream->record.upload = upload;
		stream->has_test = test && text_uuid_parse(test, stream->record.test_id) == 0;
		refusal = &no_number;
	}
	if (stream && wish_read(request, stream, &wish)) {
		(void)pthread_mutex_lock(&measure->lock);
		refusal = stream_admit(measure, stream, &wish, &wait_s);
		(void)pthread_mutex_unlock(&measure->lock);
	}
	if (!refusal) {
		stream_begin(stream, request, &wish);
		return stream;
	}
	free(stream);
	measure_refuse(ret, refusal->status, refusal->words,
	    refusal->wait_s ? refusal->wait_s : wait_s, refusal->metric);
	return NULL;
}

/* The capacity hears of it once a sample. */
static void
stream_tell(struct stream *stream, uint64_t now_us)
{
	(void)pthread_mutex_lock(&stream->measure->lock);
	capacity_carry(stream->line, stream->test, stream->uncounted_bytes, now_us / 1000);
	(void)pthread_mutex_unlock(&stream->measure->lock);
	stream->uncounted_bytes = 0;
}

bool
stream_count(struct stream *stream, size_t len)
{
	struct measure_record *record = &stream->record;
	uint64_t now_us = clock_boot_us(), sample = now_us / (MEASURE_SAMPLE_MS * 1000);
	size_t at;

	if (record->size_bytes == 0) {
		stream->began_us = now_us;
		record->first_sample = sample;
	}
	record->size_bytes += len;
	stream->uncounted_bytes += len;
	stream->last_us = now_us;
	at = (size_t)(sample - record->first_sample);
	if (at >= MEASURE_SAMPLES_MAX || record->size_bytes > stream->bytes_max)
		return false;
	record->samples[at] += (uint32_t)len;
	if (at + 1 > record->n_samples)
		stream_tell(stream, now_us);
	record->n_samples = at + 1;
	return true;
}

/* ---------------------------------------------------------------- both directions */

static bool
sent(struct http_request *request, size_t len)
{
	return stream_count(request->work, len);
}

enum http_progress
measure_send(struct http_request *request, enum measure_protocol protocol, uint64_t bytes,
    struct http_reply *ret)
{
	struct stream *stream = stream_new(request, protocol, false, ret);

	if (!stream)
		return HTTP_NOW;
	request->sent = sent;
	ret->status = 200;
	ret->content_type = "application/octet-stream";
	ret->block = stream->measure->block;
	ret->block_len = MEASURE_BLOCK_BYTES;
	ret->stream_bytes = bytes < stream->bytes_max ? bytes : stream->bytes_max;
	return HTTP_NOW;
}

static bool
receive(struct http_request *request, const uint8_t *bytes, size_t len)
{
	(void)bytes;
	return stream_count(request->work, len);
}

bool
measure_receive(
    struct http_request *request, enum measure_protocol protocol, struct http_reply *ret)
{
	if (!stream_new(request, protocol, true, ret))
		return false;
	request->sink = receive;
	return true;
}
