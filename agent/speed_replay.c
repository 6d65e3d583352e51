/* Recordings of throughput tests: see speed_replay.h. */
#include "agent/speed_replay.h"

#include <errno.h>
#include <jansson.h>
#include <stdbool.h>
#include <string.h>

#include "common/check.h"
#include "common/text.h"

enum { LONG_SAMPLES = 95, SHORTEST_US = 10000, LONGEST_US = 1000000 };

/* ---- what limited a run, by name */

static json_t *
limits_object(const struct speed_limits *limits)
{
	json_t *object = json_object();

	for (size_t i = 0; i < speed_limits_count; i++) {
		const struct speed_limit *limit = &speed_limits[i];
		double value = speed_limit_get(limits, limit);

		(void)json_object_set_new(object, limit->name,
		    limit->kind == SPEED_LIMIT_REAL    ? json_real(value)
		    : limit->kind == SPEED_LIMIT_COUNT ? json_integer((json_int_t)value)
						       : json_boolean(value != 0));
	}
	return object;
}

static void
limits_take(const json_t *object, struct speed_limits *ret)
{
	for (size_t i = 0; i < speed_limits_count; i++) {
		const struct speed_limit *limit = &speed_limits[i];
		const json_t *found = json_object_get(object, limit->name);
		double unknown = limit->kind == SPEED_LIMIT_REAL ? -1 : 0;

		speed_limit_put(ret, limit,
		    json_is_boolean(found)  ? json_is_true(found)
		    : json_is_number(found) ? json_number_value(found)
					    : unknown);
	}
}

/* ---- our own */

static json_t *
list_of(const uint32_t values[], size_t count)
{
	json_t *list = json_array();

	for (size_t i = 0; i < count; i++)
		(void)json_array_append_new(list, json_integer(values[i]));
	return list;
}

int
speed_replay_write(const struct speed_direction *d, double target_mbps, FILE *out)
{
	size_t own = d->n_sender > 0 ? d->n_sender : d->n_samples;
	json_t *run = json_pack("{s:s,s:s,s:s,s:I,s:f,s:f,s:f,s:I,s:I,s:o,s:o,s:o,s:o}",
	    "direction", d->upload ? "up" : "down", "step", speed_step_name(d->step), "server",
	    d->server, "streams", (json_int_t)d->streams, "target_mbps", target_mbps,
	    "ip_per_payload", d->ip_per_payload, "line_mbps", d->line_mbps, "first_sample",
	    (json_int_t)d->first_sample, "queued_sample", (json_int_t)d->queued_sample,
	    "sample_us", list_of(d->sample_us, own), "sample_bytes",
	    list_of(d->sample_bytes, d->n_samples), "sender_bytes",
	    list_of(d->sender_bytes, d->n_sender), "limits", limits_object(&d->limits));
	json_t *line = run ? json_pack("{s:o}", "run", run) : NULL;
	int r = -ENOMEM;

	if (line)
		r = json_dumpf(line, out, JSON_COMPACT | JSON_REAL_PRECISION(17)) < 0 ||
			    fputc('\n', out) == EOF
			? -EIO
			: 0;
	json_decref(line);
	return r;
}

/* Whole numbers of a list; false when it is none, or too long. */
static bool
take_list(const json_t *list, uint32_t ret[static SPEED_SAMPLES_MAX], size_t *ret_count)
{
	size_t count = json_array_size(list);

	if (!json_is_array(list) || count > SPEED_SAMPLES_MAX)
		return false;
	for (size_t i = 0; i < count; i++) {
		json_int_t value = json_integer_value(json_array_get(list, i));

		if (value < 0 || value > UINT32_MAX)
			return false;
		ret[i] = (uint32_t)value;
	}
	*ret_count = count;
	return true;
}

static enum speed_step_kind
kind_of(const char *name)
{
	for (int kind = SPEED_STEP_CAPACITY; name && kind <= SPEED_STEP_LONG; kind++)
		if (strcmp(name, speed_step_name((enum speed_step_kind)kind)) == 0)
			return (enum speed_step_kind)kind;
	return SPEED_STEP_UNSPECIFIED;
}

static bool
run_take(const json_t *run, struct speed_direction *d)
{
	const char *direction = json_string_value(json_object_get(run, "direction"));
	const char *server = json_string_value(json_object_get(run, "server"));
	json_int_t first = json_integer_value(json_object_get(run, "first_sample"));
	json_int_t queued = json_integer_value(json_object_get(run, "queued_sample"));
	size_t n_us = 0, own;

	memset(d, 0, sizeof(*d));
	if (!direction ||
	    !take_list(json_object_get(run, "sample_bytes"), d->sample_bytes, &d->n_samples) ||
	    !take_list(json_object_get(run, "sender_bytes"), d->sender_bytes, &d->n_sender) ||
	    !take_list(json_object_get(run, "sample_us"), d->sample_us, &n_us))
		return false;
	own = d->n_sender > 0 ? d->n_sender : d->n_samples;
	d->upload = strcmp(direction, "up") == 0;
	d->step = kind_of(json_string_value(json_object_get(run, "step")));
	(void)text_copy(d->server, sizeof(d->server), server ? server : "");
	d->streams = (uint32_t)json_integer_value(json_object_get(run, "streams"));
	d->ip_per_payload = json_number_value(json_object_get(run, "ip_per_payload"));
	d->line_mbps = json_number_value(json_object_get(run, "line_mbps"));
	d->first_sample = (size_t)first;
	d->queued_sample = (size_t)queued;
	limits_take(json_object_get(run, "limits"), &d->limits);
	return n_us == own && d->step != SPEED_STEP_UNSPECIFIED && first >= 0 &&
	       (size_t)first <= own && (size_t)first <= d->n_samples && queued >= 0 &&
	       d->ip_per_payload >= 1 && d->ip_per_payload <= 10;
}

/* ---- iperf3 */

/* The receiver's account of a test, or NULL. */
static const json_t *
receiver_of(const json_t *test, bool upload)
{
	return upload ? json_object_get(test, "server_output_json") : test;
}

/* The intervals that were not left out as samples. */
static bool
intervals_take(const json_t *intervals, struct speed_direction *d)
{
	size_t i;
	const json_t *interval;

	json_array_foreach(intervals, i, interval)
	{
		const json_t *sum = json_object_get(interval, "sum");
		double us = json_number_value(json_object_get(sum, "seconds")) * 1e6;
		double bytes = json_number_value(json_object_get(sum, "bytes"));

		if (json_is_true(json_object_get(sum, "omitted")) || us < SHORTEST_US)
			continue; /* the last one may be a rest */
		if (us > LONGEST_US || bytes < 0 || bytes > UINT32_MAX ||
		    d->n_samples == SPEED_SAMPLES_MAX)
			return false;
		d->sample_us[d->n_samples] = (uint32_t)us;
		d->sample_bytes[d->n_samples++] = (uint32_t)bytes;
	}
	return d->n_samples > 0;
}

static bool
iperf3_take(const json_t *test, struct speed_direction *d)
{
	const json_t *start = json_object_get(test, "start");
	const json_t *asked = json_object_get(start, "test_start");
	const json_t *connected = json_array_get(json_object_get(start, "connected"), 0);
	const char *peer = json_string_value(json_object_get(connected, "remote_host"));
	json_int_t mss = json_integer_value(json_object_get(start, "tcp_mss_default"));
	struct speed_wire wire = {.timestamps = true,
	    .ipv6 = peer && strchr(peer, ':'),
	    .mss_bytes = mss > 0 && mss < UINT16_MAX ? (uint32_t)mss : 0};

	memset(d, 0, sizeof(*d));
	d->upload = json_integer_value(json_object_get(asked, "reverse")) == 0;
	d->streams = (uint32_t)json_integer_value(json_object_get(asked, "num_streams"));
	d->step = SPEED_STEP_VERIFY;
	d->ip_per_payload = speed_ip_per_payload(&wire);
	d->line_mbps = -1;
	limits_take(NULL, &d->limits);
	(void)text_copy(d->server, sizeof(d->server), peer ? peer : "");
	return intervals_take(json_object_get(receiver_of(test, d->upload), "intervals"), d);
}

/* ---- judging */

/* Whether it was against another server than the first run of its direction. */
static bool
other_than_first(const struct speed_result *result, const struct speed_direction *d)
{
	for (size_t i = 0; i < result->n_steps; i++)
		if (result->steps[i].upload == d->upload)
			return strcmp(result->steps[i].server, d->server) != 0;
	return false;
}

/* The run becomes one of the result, and its direction's last word. */
static void
add(struct speed_result *result, struct speed_plan plans[2], struct speed_direction *d,
    double target_mbps)
{
	struct speed_plan *plan = &plans[d->upload];
	struct speed_finding finding = {
	    .step = {.kind = d->step, .streams = d->streams}, .measured = true};
	size_t at;

	d->size_bytes = 0;
	for (size_t i = 0; i < d->n_samples; i++)
		d->size_bytes += d->sample_bytes[i];
	d->target_mbps = target_mbps;
	speed_direction_judge(d);
	finding.step.other_server = other_than_first(result, d);
	finding.judgement = (struct speed_judgement){d->verdict, d->confidence, d->cause};
	finding.ip_mbps = d->ip_mbps;
	speed_plan_note(plan, &finding);
	result->target_mbps[d->upload] = target_mbps;
	if (result->n_steps < COUNT_OF(result->steps))
		result->steps[result->n_steps++] = *d;
	for (at = 0; at < result->n_directions; at++)
		if (result->directions[at].upload == d->upload)
			break;
	if (at == result->n_directions)
		result->n_directions++;
	result->directions[at] = *d;
	finding.judgement = speed_plan_conclude(plan);
	result->directions[at].verdict = finding.judgement.verdict;
	result->directions[at].confidence = finding.judgement.confidence;
	result->directions[at].cause = finding.judgement.cause;
}

static void
iperf3_add(struct speed_result *result, struct speed_plan plans[2], struct speed_direction *d,
    double target_mbps)
{
	static struct speed_sample samples[SPEED_SAMPLES_MAX];
	size_t whole = d->n_samples, n = 0;

	for (size_t i = 0; i < whole; i++)
		samples[i] = (struct speed_sample){d->sample_us[i], d->sample_bytes[i], false};
	while (n < whole &&
	       !speed_step_enough(d->step, samples, n, d->ip_per_payload, target_mbps))
		n++;
	d->n_samples = n;
	add(result, plans, d, target_mbps);
	if (d->verdict != SPEED_FAIL_ISP || whole < LONG_SAMPLES)
		return;
	d->n_samples = whole;
	d->step = SPEED_STEP_LONG;
	add(result, plans, d, target_mbps);
}

static int
refuse(char words[static SPEED_REPLAY_WORDS_SIZE], const char *what)
{
	(void)text_copy(words, SPEED_REPLAY_WORDS_SIZE, what);
	return -EBADMSG;
}

static int
replay_iperf3(const json_t *test, double target_mbps, struct speed_result *ret,
    char words[static SPEED_REPLAY_WORDS_SIZE])
{
	static struct speed_direction d;
	struct speed_plan plans[2] = {{0}};

	if (!iperf3_take(test, &d))
		return refuse(words,
		    "no intervals of at most a second by the receiver: iperf3 -J -i 0.1, and "
		    "--get-server-output for an upload");
	if (target_mbps <= 0)
		return refuse(words, "iperf3 names no target: --target");
	(void)text_copy(ret->server, sizeof(ret->server), d.server);
	iperf3_add(ret, plans, &d, target_mbps);
	return 0;
}

static int
replay_lines(const char *text, size_t len, double target_mbps, struct speed_result *ret,
    char words[static SPEED_REPLAY_WORDS_SIZE])
{
	static struct speed_direction d;
	struct speed_plan plans[2] = {{0}};

	for (const char *line = text, *end = text + len; line < end;) {
		const char *stop = memchr(line, '\n', (size_t)(end - line));
		size_t line_len = (size_t)((stop ? stop : end) - line);
		json_t *object = json_loadb(line, line_len, 0, NULL);
		const json_t *run = json_object_get(object, "run");
		bool good = object && (!run || run_take(run, &d));

		if (good && run) {
			(void)text_copy(ret->server, sizeof(ret->server), d.server);
			add(ret, plans, &d,
			    target_mbps > 0
				? target_mbps
				: json_number_value(json_object_get(run, "target_mbps")));
		}
		json_decref(object);
		if (!good)
			return refuse(words, "a line is no recorded run");
		line += line_len + 1;
	}
	return ret->n_steps > 0 ? 0 : refuse(words, "no run was recorded to its end");
}

int
speed_replay(const char *text, size_t len, double target_mbps, struct speed_result *ret,
    char ret_words[static SPEED_REPLAY_WORDS_SIZE])
{
	json_t *test = json_loadb(text, len, 0, NULL);
	int r;

	*ret = (struct speed_result){.backend = "replay",
	    .latency_idle_ms = -1,
	    .latency_loaded_ms = -1,
	    .loss_pct = -1,
	    .cross_traffic_mbps = -1};
	ret_words[0] = '\0';
	if (json_object_get(test, "intervals"))
		r = replay_iperf3(test, target_mbps, ret, ret_words);
	else
		r = replay_lines(text, len, target_mbps, ret, ret_words);
	json_decref(test);
	return r;
}
