/* The runs of a throughput test as columns: what common/speed judges them by, again and again.
 */
#include <inttypes.h>
#include <stdio.h>

#include "collector/store/body.h"
#include "common/bytes.h"
#include "common/cleanup.h"
#include "common/wire/limits.h"

enum {
	LIMITS_SIZE = 768,
	TCP_TEXT_MAX =
	    WIRE_SAMPLES_MAX * 100, /* a reading: five numbers of 32 bits, two of 64 */
};

/* The limits as JSON, numbers and truths alone; a number is the same one when it is read again.
 */
static void
limits_format(const Parta__V1__SpeedLimits *l, char ret[static LIMITS_SIZE])
{
	static const Parta__V1__SpeedLimits none = PARTA__V1__SPEED_LIMITS__INIT;

	if (!l)
		l = &none;
	(void)snprintf(ret, LIMITS_SIZE,
	    "{\"cpu_pct\":%.17g,\"steal_pct\":%.17g,\"softirq_pct\":%.17g,\"stalled_pct\":%."
	    "17g,"
	    "\"cipher_mbps\":%.17g,\"lan_speed_mbps\":%u,\"packet_bytes\":%u,\"extra_bytes\":%"
	    "u,"
	    "\"half_duplex\":%s,\"wireless\":%s,\"nic_bad_pct\":%.17g,\"rwnd_limited\":%.17g,"
	    "\"sndbuf_limited\":%.17g,\"server_cpu_pct\":%.17g,\"server_rwnd_limited\":%.17g,"
	    "\"server_sndbuf_limited\":%.17g,\"server_refused\":%s,\"broke_off\":%s}",
	    l->cpu_pct, l->steal_pct, l->softirq_pct, l->stalled_pct, l->cipher_mbps,
	    l->lan_speed_mbps, l->packet_bytes, l->extra_bytes,
	    l->half_duplex ? "true" : "false", l->wireless ? "true" : "false", l->nic_bad_pct,
	    l->rwnd_limited, l->sndbuf_limited, l->server_cpu_pct, l->server_rwnd_limited,
	    l->server_sndbuf_limited, l->server_refused ? "true" : "false",
	    l->broke_off ? "true" : "false");
}

static void
verdict_columns(struct call *call, Parta__V1__SpeedDirection *const runs[], size_t count)
{
	struct array *duration = call_column(call, ARRAY_DOUBLE);
	struct array *size = call_column(call, ARRAY_BIGINT);
	struct array *verdict = call_column(call, ARRAY_TEXT);
	struct array *confidence = call_column(call, ARRAY_REAL);
	struct array *cause = call_column(call, ARRAY_TEXT);
	struct array *ratio = call_column(call, ARRAY_DOUBLE);
	struct array *line = call_column(call, ARRAY_DOUBLE);

	for (size_t i = 0; i < count; i++) {
		char word[WORD_SIZE];

		body_word(word, &parta__v1__speed_verdict__descriptor, (int)runs[i]->verdict,
		    "SPEED_VERDICT_");
		array_add_number(duration, runs[i]->duration_s);
		array_add_count(size, runs[i]->size_bytes);
		array_add_text(verdict, word);
		array_add_number(confidence, runs[i]->confidence);
		array_add_text(cause, runs[i]->cause);
		array_add_number(ratio, runs[i]->ip_per_payload);
		array_add_number(line, runs[i]->line_mbps < 0 ? -1 : runs[i]->line_mbps);
	}
}

static void
run_columns(struct call *call, Parta__V1__SpeedDirection *const runs[], size_t count)
{
	struct array *direction = call_column(call, ARRAY_TEXT);
	struct array *step = call_column(call, ARRAY_TEXT);
	struct array *server = call_column(call, ARRAY_TEXT);
	struct array *streams = call_column(call, ARRAY_INTEGER);
	struct array *ip = call_column(call, ARRAY_DOUBLE);

	for (size_t i = 0; i < count; i++) {
		char word[WORD_SIZE];

		body_word(word, &parta__v1__speed_step_kind__descriptor, (int)runs[i]->step,
		    "SPEED_STEP_KIND_");
		array_add_text(direction, runs[i]->upload ? "up" : "down");
		array_add_text(step, word);
		array_add_text(server, runs[i]->server);
		array_add_int(streams, runs[i]->streams);
		array_add_number(ip, runs[i]->ip_mbps);
	}
}

static void
shape_columns(struct call *call, Parta__V1__SpeedDirection *const runs[], size_t count)
{
	struct array *sample_ms = call_column(call, ARRAY_INTEGER);
	struct array *warmup = call_column(call, ARRAY_INTEGER);
	struct array *first = call_column(call, ARRAY_INTEGER);
	struct array *queued = call_column(call, ARRAY_INTEGER);
	struct array *limits = call_column(call, ARRAY_TEXT);
	struct array *target = call_column(call, ARRAY_DOUBLE);

	for (size_t i = 0; i < count; i++) {
		char text[LIMITS_SIZE];

		limits_format(runs[i]->limits, text);
		array_add_int(sample_ms, runs[i]->sample_ms);
		array_add_int(warmup, runs[i]->warmup_samples);
		array_add_int(first, runs[i]->first_sample);
		array_add_int(queued, runs[i]->queued_sample);
		array_add_text(limits, text);
		array_add_number(target, runs[i]->target_mbps);
	}
}

/* The streams' readings as JSON, an array of seven numbers each. */
static int
tcp_format(const Parta__V1__SpeedDirection *run, struct bytes *ret)
{
	int r = bytes_add_text(ret, "[");

	for (size_t i = 0; r == 0 && i < run->n_tcp_samples; i++) {
		const Parta__V1__TcpSample *s = run->tcp_samples[i];

		r = bytes_add_format(ret,
		    "%s[%" PRIu32 ",%" PRIu32 ",%" PRIu32 ",%" PRIu32 ",%" PRIu32 ",%" PRIu64
		    ",%" PRIu64 "]",
		    i ? "," : "", s->elapsed_ms, s->stream, s->rtt_us, s->cwnd_segments,
		    s->total_retrans, s->size_bytes, s->delivery_rate_bytes_per_s);
	}
	return r < 0 ? r : bytes_add_text(ret, "]");
}

/* How the line answered while it was full. */
static void
answer_columns(struct call *call, Parta__V1__SpeedDirection *const runs[], size_t count)
{
	struct array *rpm = call_column(call, ARRAY_DOUBLE);
	struct array *confidence = call_column(call, ARRAY_TEXT);
	struct array *tcp = call_column(call, ARRAY_TEXT);

	for (size_t i = 0; i < count; i++) {
		CLEANUP(bytes_clear) struct bytes text = bytes_new(TCP_TEXT_MAX);

		array_add_number(rpm, runs[i]->rpm);
		array_add_text(confidence, runs[i]->rpm_confidence);
		if (tcp_format(runs[i], &text) == 0)
			array_add_text(tcp, (const char *)text.data);
		else
			array_refuse(tcp);
	}
}

enum list { LIST_BYTES, LIST_LENGTHS, LIST_SENDER, LIST_PINGS };

/* Values of a run, and how many. */
static const uint32_t *
list_of(const Parta__V1__SpeedDirection *run, enum list list, size_t *ret_count)
{
	switch (list) {
	case LIST_BYTES:
		*ret_count = run->n_sample_bytes;
		return run->sample_bytes;
	case LIST_LENGTHS:
		*ret_count = run->n_sample_us;
		return run->sample_us;
	case LIST_SENDER:
		*ret_count = run->n_sender_sample_bytes;
		return run->sender_sample_bytes;
	case LIST_PINGS:
		*ret_count = run->n_ping_us;
		return run->ping_us;
	}
	*ret_count = 0;
	return NULL;
}

static void
list_columns(
    struct call *call, Parta__V1__SpeedDirection *const runs[], size_t count, enum list list)
{
	struct array *of = call_column(call, ARRAY_INTEGER);
	struct array *values = call_column(call, ARRAY_BIGINT);

	for (size_t i = 0; i < count; i++) {
		size_t n;
		const uint32_t *from = list_of(runs[i], list, &n);

		for (size_t at = 0; at < n; at++) {
			array_add_int(of, (int64_t)i + 1);
			array_add_int(values, from[at]);
		}
	}
}

/* All runs; of a test that needed no confirmation those that decided are all. */
int
body_speed_runs(struct body *body, const Parta__V1__SpeedTest *test)
{
	Parta__V1__SpeedDirection *const *runs =
	    test->n_steps > 0 ? test->steps : test->directions;
	size_t count = test->n_steps > 0 ? test->n_steps : test->n_directions;
	struct call *call = body->call;

	body_start(body);
	call_uuid_of(call, test->test_id.data, test->test_id.len);
	call_number(call, test->cross_traffic_mbps < 0 ? -1 : test->cross_traffic_mbps);
	call_text(call, test->cipher);
	run_columns(call, runs, count);
	verdict_columns(call, runs, count);
	shape_columns(call, runs, count);
	answer_columns(call, runs, count);
	list_columns(call, runs, count, LIST_BYTES);
	list_columns(call, runs, count, LIST_LENGTHS);
	list_columns(call, runs, count, LIST_SENDER);
	list_columns(call, runs, count, LIST_PINGS);
	return call_run(call, body->db, STATEMENT_TAKE_SPEED_RUNS, NULL);
}
