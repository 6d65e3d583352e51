/*
 * The clock of one direction and the rule that says when it is enough: see
 * speed_run.h. What the server counted of an upload stands in place of our samples.
 */
#include "agent/probe/speed_run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/probe/speed_probes.h"
#include "agent/probe/speed_stream.h"
#include "common/check.h"
#include "common/clock.h"
#include "common/loop.h"
#include "common/text.h"
#include "common/transfer.h"

enum {
	SAMPLES_AFTER_GROWTH = 15,
	SAMPLES_TO_JUDGE_GROWTH = 5,
	SAMPLES_TO_STOP = 100,
	SAMPLES_TO_BE_STABLE = 200, /* where responsiveness is what is asked for */
	SAMPLES_BETWEEN_STREAMS = 10,
	SECONDS_TOGETHER = 10, /* where nobody can say before the end that it is enough */
	SECONDS_TOGETHER_TO_VERIFY = 4,
	TIME_TO_STOP_US = 15000000,
	LATE_US = 40000, /* beyond that it is we who did not run, and the sample tells of us */
	DRAIN_MS = 3000,
	PING_EVERY_SAMPLES = 2,
	PINGS_RECENT = 5,
	QUEUE_MS = 1, /* less is the machine's own */
	FAILURES_MAX = 8,
	SAMPLES_SILENT = 10,       /* without a byte: the line is away */
	SAMPLES_SILENT_FIRST = 50, /* before the first byte: a handshake may take its time */
	SERVER_SLOTS = SPEED_SAMPLES_MAX + 128,
	SERVER_SLOTS_BEFORE = 64,
};

static const double growth_worth = 1.1;
static const double queue_of_rtt = 1.25;
static const double cap_least_mbps = 20;

struct speed_run {
	struct speed_run_settings settings;
	void (*on_done)(void *arg, const struct speed_outcome *outcome);
	void *arg;
	struct loop_event *timer;
	struct speed_flow flow;
	unsigned failures;
	bool refused, settled, over; /* over: by itself */
	uint64_t started_us, grid_us, due_us, last_us, last_total;
	uint64_t warm_us; /* when the warm-up was over; 0: it is not */
	size_t stalls;    /* samples that came late */
	struct speed_sample samples[SPEED_SAMPLES_MAX];
	size_t n_samples, from; /* those before `from` were taken with fewer streams */
	double rate_before;     /* the last growth; 0: there was none */
	size_t queued_sample;   /* as of struct speed_direction */
	uint64_t tcp_due_us;    /* when the streams are looked at for the record */

	struct transfer *ping;
	double pings_ms[SPEED_PINGS_MAX];
	size_t n_pings, pings_asked;
	struct speed_probes *probes; /* of a capacity test by HTTP, else NULL */

	uint64_t second_us, second_cpu_us;
	double cpu_pct;

	bool server_counts; /* every upload so far was counted by the server */
	uint64_t server_first;
	size_t server_answers;
	uint32_t server[SERVER_SLOTS];

	struct speed_outcome outcome;
};

/* ---- counting ---- */

static uint64_t
counted_all(const struct speed_run *run)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < run->flow.n_streams; i++)
		sum += speed_stream_counted(&run->flow.streams[i]);
	return sum;
}

/* ---- the server's own count ---- */

static void
server_note(struct speed_run *run, const struct speed_counted *c)
{
	if (!c || c->sample_ms != SPEED_SAMPLE_MS) {
		run->server_counts = false;
		return;
	}
	if (run->server_answers++ == 0)
		run->server_first = c->first_sample > SERVER_SLOTS_BEFORE
					? c->first_sample - SERVER_SLOTS_BEFORE
					: 0;
	if (c->first_sample < run->server_first ||
	    c->first_sample - run->server_first + c->n_samples > SERVER_SLOTS) {
		run->server_counts = false;
		return;
	}
	for (size_t i = 0; i < c->n_samples; i++)
		run->server[c->first_sample - run->server_first + i] += c->samples[i];
}

/* The server's samples, at most as many as ours: its first and last slot are not whole, and
 * what drained after our end does not count. Returns how many; 0: too few to stand for ours. */
static size_t
server_take(struct speed_run *run, uint32_t ret[static SPEED_SAMPLES_MAX])
{
	size_t first = 0, last = SERVER_SLOTS, count;

	while (first < last && run->server[first] == 0)
		first++;
	while (last > first && run->server[last - 1] == 0)
		last--;
	count = last - first;
	if (count > run->n_samples)
		count = run->n_samples;
	if (count < run->from + SAMPLES_AFTER_GROWTH)
		return 0;
	memcpy(ret, run->server + first + 1, (count - 2) * sizeof(ret[0]));
	return count - 2;
}

/* ---- streams ---- */

static void
failure_note(struct speed_run *run, int error, const char *words)
{
	run->failures++;
	run->outcome.error = error;
	(void)text_copy(
	    run->outcome.words, sizeof(run->outcome.words), words ? words : strerror(-error));
}

static void
stream_begin(struct speed_run *run, struct speed_stream *s)
{
	int r = speed_stream_start(s);

	if (r < 0)
		failure_note(run, r, NULL);
}

static void finish_if_drained(struct speed_run *run);

/* Where nothing may be asked beside the load: the round trip of its own segments. */
static void
round_trips_note(struct speed_run *run)
{
	for (unsigned i = 0; i < run->flow.n_streams; i++) {
		const struct speed_stream *s = &run->flow.streams[i];
		uint32_t us = s->told_rtt_us         ? s->told_rtt_us
			      : run->settings.upload ? s->last.tcp.rtt_us
						     : 0;

		if (us > 0 && run->n_pings < SPEED_PINGS_MAX)
			run->pings_ms[run->n_pings++] = us / 1000.0;
	}
}

/* The samples of streams that could not be seen before. */
static void
together_take(struct speed_run *run, const struct speed_counted *c)
{
	run->server_counts = false;
	run->from = run->n_samples = 0;
	for (size_t i = 0; c && i < c->n_samples && i < SPEED_SAMPLES_MAX; i++)
		run->samples[run->n_samples++] =
		    (struct speed_sample){c->sample_ms * 1000, c->samples[i], false};
	if (run->flow.cpu_pct > run->cpu_pct)
		run->cpu_pct = run->flow.cpu_pct;
	run->stalls = 0;
	run->queued_sample = 0;
	round_trips_note(run);
}

/* A stream that failed is started again by the next sample. */
static void
on_stream_end(void *arg, struct speed_stream *s, const struct speed_end *end)
{
	struct speed_run *run = arg;
	const struct speed_carrier *carrier = run->settings.access.backend->carrier;

	if (carrier->together)
		together_take(run, end->counted);
	else if (run->settings.upload && (end->error == 0 || s->handed > 0))
		server_note(run, end->counted);
	run->refused |= end->refused;
	if (run->flow.stopping) {
		finish_if_drained(run);
		return;
	}
	if (end->error < 0)
		failure_note(run, end->error, end->words);
	run->over = carrier->once;
	if (carrier->together) { /* before another look would add to its samples */
		run->flow.stopping = true;
		finish_if_drained(run);
		return;
	}
	if (end->error == 0 && !run->over)
		stream_begin(run, s);
}

static void
streams_grow(struct speed_run *run, unsigned count)
{
	while (run->flow.n_streams < count &&
	       run->flow.n_streams < run->settings.access.backend->streams_max) {
		struct speed_stream *s = &run->flow.streams[run->flow.n_streams++];

		s->flow = &run->flow;
		s->fd = -1;
		s->block_at = (size_t)run->flow.n_streams * 65521 % SPEED_BLOCK_BYTES;
		if (!run->settings.access.backend->carrier->together)
			stream_begin(run, s);
	}
}

static void
streams_cancel(struct speed_run *run)
{
	for (unsigned i = 0; i < run->flow.n_streams; i++)
		if (run->flow.streams[i].work)
			run->settings.access.backend->carrier->cancel(&run->flow.streams[i]);
}

/* ---- the end ---- */

static void
run_free(struct speed_run *run)
{
	run->flow.stopping = true;
	run->on_done = NULL;
	transfer_cancel(run->ping);
	speed_probes_free(run->probes);
	streams_cancel(run);
	loop_event_free(run->timer);
	speed_flow_clear(&run->flow);
	free(run);
}

/* Nothing comes any more: an outage, which others watch. */
static bool
broken(const struct speed_run *run)
{
	size_t silent = 0;

	if (run->failures >= FAILURES_MAX)
		return true;
	if (run->settings.access.backend->carrier->together)
		return run->failures > 0;
	while (silent < run->n_samples &&
	       run->samples[run->n_samples - 1 - silent].size_bytes == 0)
		silent++;
	return silent >= (silent == run->n_samples ? SAMPLES_SILENT_FIRST : SAMPLES_SILENT);
}

/* What a server's kernel told of a download while it sent. */
static void
limits_told(const struct speed_run *run, struct speed_limits *limits)
{
	double busy = 0, rwnd = 0, sndbuf = 0;

	for (unsigned i = 0; !run->settings.upload && i < run->flow.n_streams; i++) {
		const struct speed_stream *s = &run->flow.streams[i];

		busy += (double)s->told_busy_us;
		rwnd += (double)s->told_rwnd_us;
		sndbuf += (double)s->told_sndbuf_us;
	}
	if (busy <= 0)
		return;
	limits->server_rwnd_limited = rwnd / busy;
	limits->server_sndbuf_limited = sndbuf / busy;
}

static struct speed_limits
limits_of(const struct speed_run *run)
{
	struct speed_limits limits = {
	    .cpu_pct = run->cpu_pct,
	    .stalled_pct =
		100.0 * (double)run->stalls / (double)(run->stalls + run->n_samples + 1),
	    .rwnd_limited = -1,
	    .sndbuf_limited = -1,
	    .server_cpu_pct = -1,
	    .server_rwnd_limited = -1,
	    .server_sndbuf_limited = -1,
	    .server_refused = run->refused,
	    .broke_off = broken(run),
	};
	double busy = 0, rwnd = 0, sndbuf = 0;
	struct speed_health after;

	speed_health_read(run->flow.interface, &after);
	speed_health_lost(&run->flow.before, &after, &limits);
	speed_health_port(run->flow.interface, &limits);
	limits.packet_bytes =
	    speed_packet_bytes(&run->flow.wire, run->flow.streams[0].last.tcp.snd_mss_bytes);
	for (unsigned i = 0; run->settings.upload && i < run->flow.n_streams; i++) {
		const struct speed_tcp *tcp = &run->flow.streams[i].last.tcp;

		busy += (double)tcp->busy_us;
		rwnd += (double)tcp->rwnd_limited_us;
		sndbuf += (double)tcp->sndbuf_limited_us;
	}
	if (busy > 0) {
		limits.rwnd_limited = rwnd / busy;
		limits.sndbuf_limited = sndbuf / busy;
	}
	limits_told(run, &limits);
	return limits;
}

static void
outcome_tcp(struct speed_run *run)
{
	struct speed_direction *d = &run->outcome.direction;
	uint64_t retrans = 0, sent = 0;

	for (unsigned i = 0; i < run->flow.n_streams; i++) {
		const struct speed_reading *last = &run->flow.streams[i].last;

		if (last->tcp.snd_mss_bytes == 0)
			continue;
		d->tcp[d->n_tcp++] = last->tcp;
		d->mss_bytes = last->tcp.snd_mss_bytes;
		retrans += last->tcp.total_retrans;
		sent += last->segments_out;
	}
	run->outcome.loss_pct =
	    run->settings.upload && sent > 0 ? 100.0 * (double)retrans / (double)sent : -1;
}

/* Our own samples, or the server's in their place. */
static void
outcome_samples(struct speed_run *run)
{
	struct speed_direction *d = &run->outcome.direction;
	uint32_t counted[SPEED_SAMPLES_MAX];
	size_t n_counted = 0;

	for (unsigned i = 0; i < run->flow.n_streams; i++)
		run->server_counts =
		    run->server_counts && !run->flow.streams[i].work; /* no answer in time */
	if (run->server_counts && run->server_answers > 0 && run->stalls == 0)
		n_counted = server_take(run, counted);
	d->n_sender = n_counted > 0 ? run->n_samples : 0;
	d->n_samples = n_counted > 0 ? n_counted : run->n_samples;
	for (size_t i = 0; i < run->n_samples; i++) {
		(n_counted > 0 ? d->sender_bytes : d->sample_bytes)[i] =
		    run->samples[i].size_bytes;
		d->sample_us[i] = run->samples[i].length_us;
	}
	if (n_counted > 0)
		memcpy(d->sample_bytes, counted, n_counted * sizeof(counted[0]));
	d->first_sample = run->from;
	d->queued_sample = run->queued_sample;
}

static void
outcome_pings(struct speed_run *run)
{
	struct speed_direction *d = &run->outcome.direction;

	d->n_pings = run->n_pings;
	for (size_t i = 0; i < run->n_pings; i++)
		d->ping_us[i] = (uint32_t)(run->pings_ms[i] * 1000);
	run->outcome.latency_loaded_ms = speed_median(run->pings_ms, run->n_pings);
}

static void
outcome_fill(struct speed_run *run)
{
	struct speed_direction *d = &run->outcome.direction;

	outcome_samples(run);
	d->upload = run->settings.upload;
	d->step = run->settings.step.kind;
	d->streams = run->flow.n_streams;
	d->size_bytes = counted_all(run);
	d->ip_per_payload = speed_flow_ip_per_payload(&run->flow);
	d->limits = limits_of(run);
	d->line_mbps = -1;
	d->rpm = run->probes ? speed_probes_rpm(run->probes) : -1;
	d->rpm_confidence =
	    run->probes ? speed_probes_confidence(run->probes) : RPM_NOT_MEASURED;
	outcome_tcp(run);
	run->outcome.from_us = run->warm_us;
	run->outcome.to_us = run->last_us;
	outcome_pings(run);
	(void)text_copy(
	    run->outcome.congestion, sizeof(run->outcome.congestion), run->flow.congestion);
}

static void
finish(struct speed_run *run)
{
	void (*on_done)(void *arg, const struct speed_outcome *outcome) = run->on_done;
	void *on_done_arg = run->arg;
	struct speed_outcome outcome;

	outcome_fill(run);
	outcome = run->outcome;
	run_free(run); /* before the next direction opens its streams */
	if (outcome.direction.size_bytes > 0 && outcome.direction.n_samples > 0) {
		outcome.error = 0;
		outcome.words[0] = '\0';
	} else if (outcome.error == 0) {
		outcome.error = -ENODATA;
		(void)text_copy(
		    outcome.words, sizeof(outcome.words), "the server sent nothing");
	}
	on_done(on_done_arg, &outcome);
}

static void
finish_if_drained(struct speed_run *run)
{
	if (!run->on_done)
		return; /* it is being freed */
	for (unsigned i = 0; i < run->flow.n_streams; i++)
		if (run->flow.streams[i].work)
			return;
	/* From the loop: libcurl may be on the stack here. */
	(void)loop_timer_set(run->timer, 0);
}

/* Enough: what ends by itself is waited for, everything else is cut. */
static void
stop(struct speed_run *run)
{
	const struct speed_carrier *carrier = run->settings.access.backend->carrier;

	run->flow.stopping = true;
	(void)loop_timer_set(run->timer, DRAIN_MS);
	for (unsigned i = 0; i < run->flow.n_streams; i++)
		if (run->flow.streams[i].work && !carrier->ends(&run->flow.streams[i]))
			carrier->cancel(&run->flow.streams[i]);
	finish_if_drained(run);
}

/* ---- pings while loaded ---- */

static void
on_pong(void *arg, const struct transfer_result *result)
{
	struct speed_run *run = arg;
	double ms = speed_ping_ms(&run->settings.access, result);

	run->ping = NULL;
	if (ms >= 0 && run->n_pings < SPEED_PINGS_MAX)
		run->pings_ms[run->n_pings++] = ms;
}

static void
ping(struct speed_run *run)
{
	if (run->settings.access.backend->handshakes || !run->settings.access.place->ping[0]) {
		round_trips_note(run);
		return;
	}
	if (run->ping || run->n_samples < run->pings_asked * PING_EVERY_SAMPLES)
		return;
	run->pings_asked = run->n_samples / PING_EVERY_SAMPLES + 1;
	if (speed_ping(&run->settings.access, SPEED_PING_BESIDE, on_pong, run, &run->ping) < 0)
		run->ping = NULL;
}

/* An upload's own round trips, or the pings beside a download, take a quarter longer than on an
 * empty line. */
static bool
queue_stands(const struct speed_run *run)
{
	double least = run->settings.latency_idle_ms;
	unsigned longer = 0;

	if (!run->settings.upload)
		return run->n_pings > 0 && least > 0 &&
		       run->pings_ms[run->n_pings - 1] > queue_of_rtt * least + QUEUE_MS;
	for (unsigned i = 0; i < run->flow.n_streams; i++) {
		const struct speed_tcp *tcp = &run->flow.streams[i].last.tcp;

		longer += tcp->min_rtt_us > 0 &&
			  tcp->rtt_us > queue_of_rtt * tcp->min_rtt_us + QUEUE_MS * 1000;
	}
	return longer > run->flow.n_streams / 2;
}

/* A queue has built up before the bottleneck: more streams would only lengthen it. */
static bool
saturated(const struct speed_run *run)
{
	size_t recent = run->n_pings < PINGS_RECENT ? run->n_pings : PINGS_RECENT;
	double now = speed_median(run->pings_ms + run->n_pings - recent, recent);

	return now < 0 || run->settings.latency_idle_ms < 0 ||
	       now > 1.5 * run->settings.latency_idle_ms + 3;
}

/* ---- samples ---- */

static void
cpu_note(struct speed_run *run, uint64_t now_us)
{
	uint64_t cpu_us = clock_cpu_us();
	double pct;

	if (now_us - run->second_us < 1000000)
		return;
	pct = 100.0 * (double)(cpu_us - run->second_cpu_us) / (double)(now_us - run->second_us);
	if (pct > run->cpu_pct)
		run->cpu_pct = pct;
	run->second_us = now_us;
	run->second_cpu_us = cpu_us;
}

/* A stretch of time as samples of about the usual length. */
static void
samples_add(struct speed_run *run, uint64_t length_us, uint64_t bytes)
{
	uint64_t slots = (length_us + SPEED_SAMPLE_MS * 500) / (SPEED_SAMPLE_MS * 1000);

	if (slots < 1)
		slots = 1;
	for (uint64_t i = 0; i < slots && run->n_samples < SPEED_SAMPLES_MAX; i++)
		run->samples[run->n_samples++] = (struct speed_sample){
		    (uint32_t)(length_us / slots),
		    (uint32_t)(bytes * (i + 1) / slots - bytes * i / slots),
		    run->queued_sample > 0,
		};
}

/*
 * What arrived since the last look. A late look is one of a processor that was not
 * ours: a download went on meanwhile in the kernel, but an upload had nothing to
 * send, so that stretch is no sample; no later rule could tell it from the line.
 */
static void
sample(struct speed_run *run, uint64_t now_us)
{
	uint64_t total = counted_all(run), length_us = now_us - run->last_us;
	uint64_t bytes = total > run->last_total ? total - run->last_total : 0;
	bool late = now_us > run->due_us + LATE_US;

	if (run->queued_sample == 0 && queue_stands(run))
		run->queued_sample = run->n_samples + 1;
	if (late)
		run->stalls += (size_t)(length_us / (SPEED_SAMPLE_MS * 1000));
	if (late && run->settings.upload)
		run->grid_us = now_us;
	else
		samples_add(run, length_us, bytes);
	run->last_us = now_us;
	run->last_total = total;
}

/* A look at each stream for the record, four times a second; of many streams half as often. */
static void
tcp_note(struct speed_run *run, uint64_t now_us)
{
	struct speed_direction *d = &run->outcome.direction;
	bool many = run->flow.n_streams > SPEED_STREAMS_MAX / 2;

	if (now_us < run->tcp_due_us)
		return;
	run->tcp_due_us += (uint64_t)SPEED_TCP_EVERY_MS * (many ? 2000 : 1000);
	for (unsigned i = 0; i < run->flow.n_streams; i++) {
		const struct speed_stream *s = &run->flow.streams[i];
		const struct speed_reading *last = &s->last;

		if (!s->has_last || d->n_tcp_samples == SPEED_TCP_SAMPLES_MAX)
			continue;
		d->tcp_samples[d->n_tcp_samples++] = (struct speed_tcp_sample){
		    .elapsed_ms = (uint32_t)((now_us - run->started_us) / 1000),
		    .stream = i,
		    .rtt_us = run->settings.upload ? last->tcp.rtt_us : last->rcv_rtt_us,
		    .cwnd_segments = last->cwnd_segments,
		    .total_retrans = last->tcp.total_retrans,
		    .size_bytes = speed_stream_counted(s),
		    .delivery_rate_bytes_per_s = last->tcp.delivery_rate_bytes_per_s,
		};
	}
}

/* All 0 while there is none. */
static struct speed_sample
last_sample(const struct speed_run *run)
{
	return run->n_samples > 0 ? run->samples[run->n_samples - 1] : (struct speed_sample){0};
}

/* Of the last sample's payload. */
static double
last_mbps(const struct speed_run *run)
{
	struct speed_sample last = last_sample(run);

	return last.length_us > 0 ? 8.0 * last.size_bytes / last.length_us : 0;
}

static void
report(const struct speed_run *run, double ratio)
{
	const struct speed_run_settings *settings = &run->settings;
	double elapsed_s = (double)(run->last_us - run->started_us) / 1e6, us = 0, bytes = 0;

	for (unsigned i = 0; settings->on_stream && i < run->flow.n_streams; i++)
		settings->on_stream(settings->progress_arg, settings->upload, elapsed_s, i,
		    speed_stream_counted(&run->flow.streams[i]),
		    &run->flow.streams[i].last.tcp);
	for (size_t i = run->n_samples > 10 ? run->n_samples - 10 : 0; i < run->n_samples;
	     i++) {
		us += run->samples[i].length_us;
		bytes += run->samples[i].size_bytes;
	}
	if (settings->on_progress && us > 0)
		settings->on_progress(settings->progress_arg, settings->upload, elapsed_s,
		    8 * bytes / us * ratio);
}

static void
grow(struct speed_run *run, unsigned count, double rate_mbps)
{
	run->rate_before = rate_mbps;
	run->from = run->n_samples;
	run->warm_us = 0;
	if (run->probes)
		speed_probes_restart(run->probes);
	streams_grow(run, count);
}

/* In a capacity test: more streams, as long as they bring more. */
static void
seek_more(struct speed_run *run, const struct speed_rate *rate, size_t counted)
{
	if (run->settled || counted < rate->warmup_samples + SAMPLES_TO_JUDGE_GROWTH)
		return;
	run->settled =
	    run->flow.n_streams >= run->settings.access.backend->streams_max ||
	    saturated(run) ||
	    (run->rate_before > 0 && rate->ip_mbps < growth_worth * run->rate_before);
	if (!run->settled)
		grow(run, run->flow.n_streams * 2, rate->ip_mbps);
}

/* Where responsiveness is what is asked for: one stream more a second, until the rate does not
 * change any more. */
static void
seek_load(struct speed_run *run, const struct speed_rate *rate, size_t counted)
{
	bool most = run->flow.n_streams >= run->settings.access.backend->streams_max;

	if (run->settled || counted < SAMPLES_BETWEEN_STREAMS)
		return;
	run->settled = most || speed_probes_rate_stable(run->probes);
	if (run->settled)
		speed_probes_restart(run->probes);
	else
		grow(run, run->flow.n_streams + 1, rate->ip_mbps);
}

/* How long a run may take. */
static bool
out_of_time(const struct speed_run *run)
{
	bool longer = run->probes && run->settings.access.backend->responsiveness;
	size_t samples = longer ? SAMPLES_TO_BE_STABLE : SAMPLES_TO_STOP;

	return run->n_samples >= samples ||
	       run->last_us - run->started_us >= TIME_TO_STOP_US * samples / SAMPLES_TO_STOP;
}

/* Whether it is enough. */
static bool
enough(struct speed_run *run, double ratio)
{
	const struct speed_sample *samples = run->samples + run->from;
	size_t count = run->n_samples - run->from;
	struct speed_rate rate;

	if (run->over || broken(run))
		return true;
	if (run->settings.access.backend->carrier->together)
		return false; /* it ends by itself */
	if (out_of_time(run))
		return true;
	/* As much again would be too much. */
	if (run->settings.budget_bytes > 0 &&
	    run->last_total + last_sample(run).size_bytes >= run->settings.budget_bytes)
		return true;
	speed_rate(samples, count, ratio, &rate);
	if (run->warm_us == 0 && rate.duration_s > 0) {
		run->warm_us = run->last_us;
		if (run->probes)
			speed_probes_restart(run->probes);
	}
	if (run->settings.step.kind == SPEED_STEP_CAPACITY) {
		if (!run->probes || !run->settings.access.backend->responsiveness) {
			seek_more(run, &rate, count);
			return false;
		}
		seek_load(run, &rate, count);
		return run->settled && speed_probes_stable(run->probes);
	}
	return speed_step_enough(
	    run->settings.step.kind, samples, count, ratio, run->settings.target_mbps);
}

/* The next point of the grid; one that the timer reached a little early is behind us. */
static void
timer_next(struct speed_run *run)
{
	uint64_t slot_us = SPEED_SAMPLE_MS * 1000, now_us = clock_boot_us();

	run->due_us =
	    run->grid_us + ((now_us - run->grid_us + slot_us / 2) / slot_us + 1) * slot_us;
	(void)loop_timer_set_us(run->timer, run->due_us - now_us);
}

static void
on_timer(void *arg)
{
	struct speed_run *run = arg;
	uint64_t now_us = clock_boot_us();
	double ratio;

	if (run->flow.stopping) {
		finish(run);
		return;
	}
	for (unsigned i = 0; i < run->flow.n_streams; i++)
		speed_stream_look(&run->flow.streams[i]);
	sample(run, now_us);
	tcp_note(run, now_us);
	cpu_note(run, now_us);
	ratio = speed_flow_ip_per_payload(&run->flow);
	report(run, ratio);
	if (enough(run, ratio)) {
		stop(run);
		return;
	}
	for (unsigned i = 0; i < run->flow.n_streams; i++)
		if (!run->flow.streams[i].work && !run->settings.access.backend->carrier->once)
			stream_begin(run, &run->flow.streams[i]);
	ping(run);
	if (run->probes)
		speed_probes_tick(run->probes, last_mbps(run));
	timer_next(run);
}

/* Below some rate a stream's share of the cap would come in lumps, as long as the samples. */
static uint64_t
share_bps(const struct speed_run_settings *settings)
{
	unsigned most = settings->access.backend->streams_max;
	double cap_mbps = settings->step.cap_mbps;

	if (cap_mbps <= 0)
		return 0;
	return (uint64_t)((cap_mbps > cap_least_mbps ? cap_mbps : cap_least_mbps) * 1e6 /
			  (settings->step.streams < most ? settings->step.streams : most));
}

static bool
sure_sooner(enum speed_step_kind kind)
{
	return kind != SPEED_STEP_CAPACITY && kind != SPEED_STEP_LONG;
}

static bool
probes_wanted(const struct speed_run_settings *settings)
{
	return settings->step.kind == SPEED_STEP_CAPACITY && settings->access.backend->http;
}

int
speed_run_start(const struct speed_run_settings *settings,
    void (*on_done)(void *arg, const struct speed_outcome *outcome), void *arg,
    struct speed_run **ret)
{
	struct speed_run *run = calloc(1, sizeof(*run));

	if (!run)
		return -ENOMEM;
	run->settings = *settings;
	run->on_done = on_done;
	run->arg = arg;
	run->server_counts = true;
	run->flow = (struct speed_flow){.access = settings->access,
	    .upload = settings->upload,
	    .share_bps = share_bps(settings),
	    .need_mbps =
		settings->step.cap_mbps > 0 ? (unsigned)settings->step.cap_mbps + 1 : 0,
	    .seconds = sure_sooner(settings->step.kind) ? SECONDS_TOGETHER_TO_VERIFY
							: SECONDS_TOGETHER,
	    .budget_bytes = settings->budget_bytes,
	    .target_mbps = settings->target_mbps,
	    .on_end = on_stream_end,
	    .arg = run};
	if ((probes_wanted(settings) && speed_probes_new(&run->flow, &run->probes) < 0) ||
	    speed_flow_make(&run->flow) < 0 ||
	    loop_timer(settings->access.loop, on_timer, run, &run->timer) < 0) {
		run_free(run);
		return -ENOMEM;
	}
	run->started_us = run->grid_us = run->last_us = run->second_us = clock_boot_us();
	run->second_cpu_us = clock_cpu_us();
	run->tcp_due_us = run->started_us + SPEED_TCP_EVERY_MS * 1000;
	streams_grow(run, settings->step.streams);
	if (settings->access.backend->carrier->together)
		stream_begin(run, &run->flow.streams[0]);
	timer_next(run);
	*ret = run;
	return 0;
}

uint64_t
speed_run_bytes(const struct speed_run *run)
{
	return counted_all(run);
}

void
speed_run_cancel(struct speed_run *run)
{
	if (run)
		run_free(run);
}
