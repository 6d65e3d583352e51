/*
 * The measuring endpoint: what it may carry, and how its records go into the
 * database and come back. The clerk does both, one after the other, so whoever asks
 * for a test whose streams are over finds them.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "collector/http/measure.h"
#include "collector/http/metrics.h"
#include "collector/http/tcp.h"
#include "collector/ingest/clerk.h"
#include "collector/parts.h"
#include "collector/store/store.h"
#include "common/bytes.h"
#include "common/log.h"
#include "common/text.h"

enum { ANSWER_BYTES_MAX = 4 * 1024 * 1024 };

/* ---------------------------------------------------------------- what is recorded */

static int
measured(struct store *store, void *work)
{
	const struct measure_record *record = work;
	struct store_stream stream = {
	    .test_id = record->test_id,
	    .upload = record->upload,
	    .started_ms = record->started_ms,
	    .size_bytes = record->size_bytes,
	    .duration_s = record->duration_s,
	    .client = record->client,
	    .protocol = record->protocol,
	    .congestion = record->congestion,
	    .rate_bps = record->rate_bps,
	    .cpu_pct = record->cpu_pct,
	    .sample_ms = MEASURE_SAMPLE_MS,
	    .first_sample = record->first_sample,
	    .samples = record->samples,
	    .n_samples = record->n_samples,
	    .tcp = record->tcp,
	};
	int r = store ? store_measured(store, &stream) : 0;

	if (!store || r < 0)
		metric_add(METRIC_MEASURE_LOST, 1);
	free(work);
	return r;
}

static void
measured_note(void *arg, const struct measure_record *record)
{
	struct collector *c = arg;
	struct measure_record *copy = malloc(sizeof(*copy));

	if (copy)
		*copy = *record;
	if (copy && clerk_post(c->clerk, measured, copy) == 0)
		return;
	metric_add(METRIC_MEASURE_LOST, 1);
	free(copy);
}

/* ---------------------------------------------------------------- what is asked for */

struct recall {
	struct http_call *call;
	uint8_t test_id[16];
	size_t open;
};

static int
recall_write(const struct recall *recall, const char *streams, struct bytes *ret)
{
	char test[37];

	text_uuid(test, recall->test_id);
	return bytes_add_format(ret, "{\"test\":\"%s\",\"open\":%zu,\"streams\":%s}\n", test,
	    recall->open, streams);
}

static int
recalled(struct store *store, void *work)
{
	struct recall *recall = work;
	struct bytes text = bytes_new(ANSWER_BYTES_MAX);
	struct http_reply reply = {
	    .status = 503, .retry_after_s = 5, .content_type = "application/json"};
	char *streams = NULL;
	int r = store ? store_recall(store, recall->test_id, &streams) : 0;

	if (streams && recall_write(recall, streams, &text) == 0) {
		reply.status = 200;
		reply.retry_after_s = 0;
		reply.body = text.data;
		reply.body_len = text.len;
	} else {
		metric_add(METRIC_REFUSED_DATABASE, 1);
		bytes_clear(&text);
	}
	http_answer(recall->call, &reply);
	free(streams);
	free(recall);
	return r;
}

static int
recall_post(void *arg, struct http_call *call, const uint8_t test_id[static 16], size_t open)
{
	struct collector *c = arg;
	struct recall *recall = malloc(sizeof(*recall));
	int r;

	if (!recall)
		return -ENOMEM;
	recall->call = call;
	recall->open = open;
	memcpy(recall->test_id, test_id, sizeof(recall->test_id));
	r = clerk_post(c->clerk, recalled, recall);
	if (r < 0)
		free(recall);
	return r;
}

/* ---------------------------------------------------------------- the part */

static struct measure_config
measure_settings(struct collector *c)
{
	struct measure_config config = {
	    .streams_max = (size_t)c->settings.measure_streams,
	    .request_bytes_max = (uint64_t)c->settings.measure_request_bytes,
	    .client_bytes_a_day = (uint64_t)c->settings.measure_client_bytes_a_day,
	    .capacity_mbps = (double)c->settings.measure_capacity_mbps,
	    .record = measured_note,
	    .recall = recall_post,
	    .arg = c,
	};

	(void)text_copy(config.key, sizeof(config.key), c->settings.measure_key);
	return config;
}

int
measure_begin(struct collector *c)
{
	struct measure_config config = measure_settings(c);
	bool listens = c->settings.listen_measure[0] || c->settings.listen_ndt7[0];
	int r = listens ? tcp_try_bbr() : 0;

	if (r < 0)
		(void)log_warn(r,
		    "downloads are not measured by bbr, so lines that lose packets "
		    "look slower than they are: see net.ipv4.tcp_allowed_congestion_control");
	return measure_new(&config, &c->measure);
}

void
measure_end(struct collector *c)
{
	measure_free(c->measure);
}

void
measure_reload(struct collector *c)
{
	struct measure_config config = measure_settings(c);

	measure_change(c->measure, &config);
}
