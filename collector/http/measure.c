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
#include <sys/socket.h>
#include <time.h>

#include "collector/http/measure_stream.h"
#include "collector/http/tcp.h"
#include "common/bytes.h"
#include "common/clock.h"
#include "common/text.h"

enum { DAY_S = 86400, ERRANDS_PER_S = 20, ERRANDS_BURST = 512, NETWORK_BYTES = 8 };

static const int64_t rate_bps_min = 8000, rate_bps_max = 1000000000000;
static const double need_mbps_max = 1e6;
static const double capacity_reserve = 1.2; /* of the line's capacity, over what is promised */

static const struct {
	const char *name;
	enum metric ended;
} protocols[] = {
#define PROTOCOL_ROW(id, name) [MEASURE_##id] = {name, METRIC_MEASURED_##id},
    MEASURE_PROTOCOLS(PROTOCOL_ROW)
#undef PROTOCOL_ROW
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

static void
measure_say(struct http_reply *ret, unsigned status, const char *words, unsigned retry_after_s)
{
	char *copy = strdup(words);

	ret->status = status;
	ret->retry_after_s = retry_after_s;
	ret->content_type = "text/plain; charset=utf-8";
	ret->body = (uint8_t *)copy;
	ret->body_len = copy ? strlen(copy) : 0;
}

void
measure_refuse(struct http_reply *ret, unsigned status, const char *words,
    unsigned retry_after_s, enum metric metric)
{
	metric_add(metric, 1);
	measure_say(ret, status, words, retry_after_s);
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

uint64_t
measure_client_key(const struct address *client)
{
	struct address network = *client;

	if (network.family == ADDRESS_IPV6)
		memset(network.bytes + NETWORK_BYTES, 0, sizeof(network.bytes) - NETWORK_BYTES);
	return limit_key(&network, sizeof(network));
}

bool
measure_may_trouble(struct measure *measure, const struct address *client)
{
	uint64_t wait_ms;

	(void)pthread_mutex_lock(&measure->lock);
	wait_ms = limit_take(&measure->errands, measure_client_key(client), ERRANDS_PER_S,
	    ERRANDS_BURST, 1, clock_boot_ms());
	(void)pthread_mutex_unlock(&measure->lock);
	return wait_ms == 0;
}

/* What a client asks for, read. */
struct wish {
	const char *key;
	uint64_t client, test; /* keys of its address and of its test */
	double need_mbps;
	int64_t rate_bps;
};

/* False: a number cannot be read. */
static bool
wish_read(const struct stream_ask *ask, const struct stream *stream, struct wish *ret)
{
	ret->key = ask->key ? ask->key : "";
	ret->client = measure_client_key(&ask->client);
	ret->test = stream->has_test
			? limit_key(stream->record.test_id, sizeof(stream->record.test_id))
			: ret->client;
	return (!ask->need || text_f64(ask->need, 0, need_mbps_max, &ret->need_mbps) == 0) &&
	       (!ask->rate ||
		   text_i64(ask->rate, rate_bps_min, rate_bps_max, &ret->rate_bps) == 0);
}

/* Under the lock. One address leaves others a quarter of all streams, however slowly it reads.
 */
static bool
client_has_most(const struct measure *measure, uint64_t client)
{
	const struct stream *stream;
	size_t theirs = 0;

	LIST_FOREACH(stream, &measure->streams, among)
	theirs += measure_client_key(&stream->client) == client;
	return theirs >= (measure->config.streams_max * 3 + 3) / 4;
}

/* Under the lock. False: *ret says why. */
static bool
stream_admit(struct measure *measure, struct stream *stream, const struct wish *wish,
    struct refusal *ret)
{
	const struct measure_config *config = &measure->config;
	double a_day = (double)config->client_bytes_a_day;
	uint64_t now_ms = clock_boot_ms(), wait_ms;

	*ret = (struct refusal){401, 0, METRIC_REFUSED_KEY, "this endpoint asks for a key\n"};
	if (config->key[0] && !key_fits(config->key, wish->key))
		return false;
	wait_ms = limit_take(&measure->limit, wish->client, a_day / DAY_S, a_day, 0, now_ms);
	*ret = (struct refusal){429, (unsigned)(wait_ms / 1000) + 1, METRIC_REFUSED_MEASURE,
	    "this address has measured as much as it may a day\n"};
	if (wait_ms > 0)
		return false;
	*ret = (struct refusal){503, MEASURE_BUSY_RETRY_S, METRIC_REFUSED_MEASURE,
	    "no more streams may be measured now\n"};
	if (measure->n_streams >= config->streams_max || client_has_most(measure, wish->client))
		return false;
	*ret = (struct refusal){503, MEASURE_BUSY_RETRY_S, METRIC_REFUSED_CAPACITY,
	    "the endpoint's line is promised to other tests\n"};
	stream->test = capacity_take(stream->line, wish->test, wish->need_mbps,
	    config->capacity_mbps / capacity_reserve, now_ms);
	if (!stream->test)
		return false;
	measure->n_streams++;
	LIST_INSERT_HEAD(&measure->streams, stream, among);
	stream->bytes_max = config->request_bytes_max;
	return true;
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
stream_begin(struct stream *stream, const struct stream_ask *ask, const struct wish *wish)
{
	struct measure_record *record = &stream->record;

	record->started_ms = clock_wall_ms();
	record->rate_bps = (uint64_t)wish->rate_bps;
	address_format(&ask->client, record->client);
	stream->socket_fd = ask->socket_fd;
	stream->began_us = stream->last_us = clock_boot_us();
	stream->cpu_us = thread_cpu_us();
	tcp_prepare(stream->socket_fd, record->rate_bps, (uint64_t)(wish->need_mbps * 1e6));
	metric_add(METRIC_MEASURE_STREAMS, 1);
}

struct stream *
stream_new(struct measure *measure, const struct stream_ask *ask, struct refusal *ret)
{
	struct stream *stream = calloc(1, sizeof(*stream));
	struct wish wish = {0};
	bool admitted = false;

	*ret = (struct refusal){503, MEASURE_BUSY_RETRY_S, METRIC_REFUSED_MEMORY,
	    "there is no memory for another stream\n"};
	if (!stream)
		return NULL;
	stream->measure = measure;
	stream->line = &measure->line[ask->upload];
	stream->protocol = ask->protocol;
	stream->client = ask->client;
	stream->record.protocol = protocols[ask->protocol].name;
	stream->record.upload = ask->upload;
	stream->has_test = ask->test && text_uuid_parse(ask->test, stream->record.test_id) == 0;
	if (wish_read(ask, stream, &wish)) {
		(void)pthread_mutex_lock(&measure->lock);
		admitted = stream_admit(measure, stream, &wish, ret);
		(void)pthread_mutex_unlock(&measure->lock);
	} else {
		*ret = (struct refusal){400, 0, METRIC_REFUSED_MALFORMED,
		    "need (Mbit/s) and rate (bit/s, from 8000) must be numbers\n"};
	}
	if (admitted) {
		stream_begin(stream, ask, &wish);
		return stream;
	}
	metric_add(ret->metric, 1);
	free(stream);
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
		stream->cpu_us = thread_cpu_us();
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
stream_leave(struct stream *stream)
{
	struct measure *measure = stream->measure;
	uint64_t now_ms = clock_boot_ms();
	double a_day = (double)measure->config.client_bytes_a_day;

	measure->n_streams--;
	LIST_REMOVE(stream, among);
	capacity_carry(stream->line, stream->test, stream->uncounted_bytes, now_ms);
	capacity_leave(stream->test, now_ms);
	limit_charge(&measure->limit, measure_client_key(&stream->client), a_day / DAY_S, a_day,
	    (double)stream->record.size_bytes, now_ms);
}

void
stream_end(struct stream *stream)
{
	struct measure *measure = stream->measure;
	struct measure_record *record = &stream->record;
	uint64_t lasted_us = clock_boot_us() - stream->began_us;

	record->duration_s = (double)(stream->last_us - stream->began_us) / 1e6;
	if (lasted_us > 0)
		record->cpu_pct =
		    100 * (double)(thread_cpu_us() - stream->cpu_us) / (double)lasted_us;
	metric_add(record->upload ? METRIC_MEASURE_RECEIVED_BYTES : METRIC_MEASURE_SENT_BYTES,
	    (int64_t)record->size_bytes);
	metric_add(METRIC_MEASURE_STREAMS, -1);
	metric_add(protocols[stream->protocol].ended, 1);
	if (stream->has_test && record->size_bytes > 0) {
		tcp_note(stream);
		if (measure_may_trouble(measure, &stream->client))
			measure->config.record(measure->config.arg, record);
		else
			metric_add(METRIC_MEASURE_LOST, 1);
	}
	(void)pthread_mutex_lock(&measure->lock);
	stream_leave(stream);
	(void)pthread_mutex_unlock(&measure->lock);
	free(stream);
}

/*
 * A client that breaks off within a record of TLS: GnuTLS says that more is to come, and
 * libmicrohttpd (0.9.75) waits for an edge that does not come again. Shutting our side of
 * reading makes one. A stream's socket is open as long as it is in the list.
 */
void
measure_tick(struct measure *measure)
{
	const struct stream *stream;

	(void)pthread_mutex_lock(&measure->lock);
	LIST_FOREACH(stream, &measure->streams, among)
	{
		if (tcp_peer_ended(stream->socket_fd))
			(void)shutdown(stream->socket_fd, SHUT_RD);
	}
	(void)pthread_mutex_unlock(&measure->lock);
}

/* ---------------------------------------------------------------- requests */

static void
over(struct http_request *request, bool whole)
{
	(void)whole;
	stream_end(request->work);
}

static struct stream *
request_stream(struct http_request *request, enum measure_protocol protocol, bool upload,
    struct http_reply *ret)
{
	struct stream_ask ask = {
	    .protocol = protocol,
	    .upload = upload,
	    .client = request->client,
	    .socket_fd = http_socket(request),
	    .test = http_query(request, "test"),
	    .need = http_query(request, "need"),
	    .rate = http_query(request, "rate"),
	    .key = http_query(request, "key"),
	};
	struct refusal refusal;
	struct stream *stream = stream_new(request->services->measure, &ask, &refusal);

	if (!stream) {
		measure_say(ret, refusal.status, refusal.words, refusal.wait_s);
		return NULL;
	}
	request->work = stream;
	request->over = over;
	return stream;
}

static bool
sent(struct http_request *request, size_t len)
{
	return stream_count(request->work, len);
}

enum http_progress
measure_send(struct http_request *request, enum measure_protocol protocol, uint64_t bytes,
    struct http_reply *ret)
{
	struct stream *stream = request_stream(request, protocol, false, ret);

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
	if (!request_stream(request, protocol, true, ret))
		return false;
	request->sink = receive;
	return true;
}
