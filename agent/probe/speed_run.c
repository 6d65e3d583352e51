/*
 * The clock of one direction and the rule that says when it is enough: see
 * speed_run.h. What the server counted of an upload stands in place of our samples.
 */
#include "agent/probe/speed_run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/probe/speed_stream.h"
#include "common/check.h"
#include "common/clock.h"
#include "common/loop.h"
#include "common/text.h"
#include "common/transfer.h"

enum {
	SAMPLES_MIN = 20, /* two seconds: a shorter test sees a burst, not a line */
	SAMPLES_AFTER_GROWTH = 15,
	SAMPLES_TO_JUDGE_GROWTH = 5,
	SAMPLES_TO_STOP = 100,
	TIME_TO_STOP_US = 15000000,
	LATE_US = 40000, /* beyond that it is we who did not run, and the sample tells of us */
	DRAIN_MS = 3000,
	PING_EVERY_SAMPLES = 2,
	PINGS_RECENT = 5,
	FAILURES_MAX = 8,
	SAMPLES_SILENT = 10,       /* without a byte: the line is away */
	SAMPLES_SILENT_FIRST = 50, /* before the first byte: a handshake may take its time */
	SERVER_SLOTS = SPEED_SAMPLES_MAX + 128,
	SERVER_SLOTS_BEFORE = 64,
};

static const double growth_worth = 1.1;
static const double cap_least_mbps = 20;
static const double cap_of_target = 1.1; /* more than that proves nothing more */

struct speed_run {
	struct speed_run_settings settings;
	void (*on_done)(void *arg, const struct speed_outcome *outcome);
	void *arg;
	struct loop_event *timer;
	struct speed_flow flow;
	unsigned failures;
	bool refused, settled;
	uint64_t started_us, grid_us, due_us, last_us, last_total;
	size_t stalls; /* samples that came late */
	struct speed_sample samples[SPEED_SAMPLES_MAX];
	size_t n_samples, from; /* those before `from` were taken with fewer streams */
	double rate_before;     /* the last growth; 0: there was none */

	struct transfer *ping;
	double pings_ms[SPEED_PINGS_MAX];
	size_t n_pings, pings_asked;

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

/* The server's samples in place of ours: its first and last slot are not whole, and what
 * drained after our end does not count. */
static void
server_take(struct speed_run *run)
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
		return; /* too few are left: ours stand */
	run->n_samples = count - 2;
	for (size_t i = 0; i < run->n_samples; i++)
		run->samples[i] = (struct speed_sample){
		    SPEED_SAMPLE_MS * 1000, run->server[first + 1 + i], false};
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

/* A stream that failed is started again by the next sample. */
static void
on_stream_end(void *arg, struct speed_stream *s, const struct speed_end *end)
{
	struct speed_run *run = arg;

	if (run->settings.upload && (end->error == 0 || s->handed > 0))
		server_note(run, end->counted);
	run->refused |= end->refused;
	if (run->flow.stopping)
		finish_if_drained(run);
	else if (end->error < 0)
		failure_note(run, end->error, end->words);
	else
		stream_begin(run, s);
}

static void
streams_grow(struct speed_run *run, unsigned count)
{
	while (run->flow.n_streams < count &&
	       run->flow.n_streams < run->settings.access.backend->streams_max) {
		struct speed_stream *s = &run->flow.streams[run->flow.n_streams++];

		s->flow = &run->flow;
		s->block_at = (size_t)run->flow.n_streams * 65521 % SPEED_BLOCK_BYTES;
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
	streams_cancel(run);
	loop_event_free(run->timer);
	speed_flow_clear(&run->flow);
	free(run);
}

static struct speed_limits
limits_of(const struct speed_run *run)
{
	struct speed_limits limits = {
	    .cpu_pct = run->cpu_pct,
	    .stalled_pct =
		100.0 * (double)run->stalls / (double)(run->stalls + run->n_samples + 1),
	    .lan_speed_mbps = run->flow.lan_speed_mbps,
	    .steal_pct = -1,
	    .softirq_pct = -1,
	    .nic_bad_pct = -1,
	    .rwnd_limited = -1,
	    .sndbuf_limited = -1,
	    .server_refused = run->refused,
	};
	double busy = 0, rwnd = 0, sndbuf = 0;

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

/* Nothing comes any more: an outage, which others watch. */
static bool
broken(const struct speed_run *run)
{
	size_t silent = 0;

	if (run->failures >= FAILURES_MAX)
		return true;
	while (silent < run->n_samples &&
	       run->samples[run->n_samples - 1 - silent].size_bytes == 0)
		silent++;
	return silent >= (silent == run->n_samples ? SAMPLES_SILENT_FIRST : SAMPLES_SILENT);
}

static struct speed_judgement
judge(const struct speed_run *run, double ratio, const struct speed_limits *limits)
{
	struct speed_record record = {
	    .samples = run->samples + run->from,
	    .count = run->n_samples - run->from,
	    .ip_per_payload = ratio,
	    .target_mbps = run->settings.target_mbps,
	    .line_mbps = -1,
	    .limits = *limits,
	};

	return speed_judge(&record);
}

/* Ours was sure enough to stop the test; the server's count may confirm it or leave it open,
 * but not contradict it. */
static struct speed_judgement
agreed(struct speed_judgement ours, struct speed_judgement servers)
{
	if (servers.verdict == SPEED_INCONCLUSIVE || servers.verdict == ours.verdict)
		return ours;
	if (ours.verdict == SPEED_INCONCLUSIVE)
		return servers;
	return (struct speed_judgement){.verdict = SPEED_INCONCLUSIVE, .confidence = 0.5};
}

static void
outcome_fill(struct speed_run *run)
{
	struct speed_direction *d = &run->outcome.direction;
	double ratio = speed_flow_ip_per_payload(&run->flow);
	struct speed_limits limits = limits_of(run);
	struct speed_judgement judgement = judge(run, ratio, &limits);
	struct speed_rate rate;

	for (unsigned i = 0; i < run->flow.n_streams; i++)
		run->server_counts =
		    run->server_counts && !run->flow.streams[i].work; /* no answer in time */
	if (run->server_counts && run->server_answers > 0 && run->stalls == 0) {
		server_take(run);
		judgement = agreed(judgement, judge(run, ratio, &limits));
	}
	speed_rate(run->samples + run->from, run->n_samples - run->from, ratio, &rate);
	if (rate.duration_s <= 0) { /* it broke off after the streams grew */
		run->from = 0;
		speed_rate(run->samples, run->n_samples, ratio, &rate);
	}
	if (broken(run) && !run->refused &&
	    judgement.verdict != SPEED_PASS) /* away is not slow */
		judgement =
		    (struct speed_judgement){.verdict = SPEED_INCONCLUSIVE, .confidence = 0.5};
	d->upload = run->settings.upload;
	d->ip_mbps = rate.ip_mbps;
	d->goodput_mbps = rate.goodput_mbps;
	d->duration_s = rate.duration_s;
	d->streams = run->flow.n_streams;
	d->size_bytes = counted_all(run);
	d->verdict = judgement.verdict;
	d->confidence = judgement.confidence;
	d->warmup_samples = run->from + rate.warmup_samples;
	d->n_samples = run->n_samples;
	for (size_t i = 0; i < run->n_samples; i++)
		d->sample_bytes[i] = run->samples[i].size_bytes;
	outcome_tcp(run);
	run->outcome.latency_loaded_ms = speed_median(run->pings_ms, run->n_pings);
	run->outcome.cpu_pct = run->cpu_pct;
	run->outcome.lan_speed_mbps = run->flow.lan_speed_mbps;
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
	if (outcome.direction.size_bytes > 0 && outcome.direction.duration_s > 0) {
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
	if (run->ping || run->n_samples < run->pings_asked * PING_EVERY_SAMPLES)
		return;
	run->pings_asked = run->n_samples / PING_EVERY_SAMPLES + 1;
	if (speed_ping(&run->settings.access, on_pong, run, &run->ping) < 0)
		run->ping = NULL;
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
		    false,
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

	if (late)
		run->stalls += (size_t)(length_us / (SPEED_SAMPLE_MS * 1000));
	if (late && run->settings.upload)
		run->grid_us = now_us;
	else
		samples_add(run, length_us, bytes);
	run->last_us = now_us;
	run->last_total = total;
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
grow(struct speed_run *run, double rate_mbps)
{
	run->rate_before = rate_mbps;
	run->from = run->n_samples;
	streams_grow(run, run->flow.n_streams * 2);
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
		grow(run, rate->ip_mbps);
}

/* Whether it is enough. A failing line gets twice the streams and a second chance. */
static bool
enough(struct speed_run *run, double ratio)
{
	const struct speed_sample *samples = run->samples + run->from;
	size_t count = run->n_samples - run->from;
	struct speed_rate rate;
	double confidence;

	if (run->n_samples >= SAMPLES_TO_STOP || broken(run) ||
	    run->last_us - run->started_us >= TIME_TO_STOP_US)
		return true;
	if (run->settings.budget_bytes > 0 && run->last_total >= run->settings.budget_bytes)
		return true;
	speed_rate(samples, count, ratio, &rate);
	if (run->settings.mode == SPEED_CAPACITY || run->settings.target_mbps <= 0) {
		seek_more(run, &rate, count);
		return false;
	}
	if (run->n_samples < SAMPLES_MIN || (run->from > 0 && count < SAMPLES_AFTER_GROWTH))
		return false;
	switch (speed_rule(samples, count, ratio, run->settings.target_mbps, &confidence)) {
	case SPEED_RULING_PASS:
		return true;
	case SPEED_RULING_FAIL:
		if (run->from > 0)
			return true;
		grow(run, rate.ip_mbps);
		return false;
	case SPEED_RULING_OPEN:
		break;
	}
	return false;
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
	cpu_note(run, now_us);
	ratio = speed_flow_ip_per_payload(&run->flow);
	report(run, ratio);
	if (enough(run, ratio)) {
		stop(run);
		return;
	}
	for (unsigned i = 0; i < run->flow.n_streams; i++)
		if (!run->flow.streams[i].work)
			stream_begin(run, &run->flow.streams[i]);
	ping(run);
	timer_next(run);
}

/*
 * A test of a target need not show more than a little above it; each of the first
 * streams carries its share of that, and those that a failing line gets later as much
 * again. Below some rate a share would come in lumps, as long as the samples.
 */
static uint64_t
share_bps(const struct speed_run_settings *settings)
{
	double cap_mbps = cap_of_target * settings->target_mbps;

	if (settings->mode != SPEED_VERIFY || settings->target_mbps <= 0)
		return 0;
	return (uint64_t)((cap_mbps > cap_least_mbps ? cap_mbps : cap_least_mbps) * 1e6 /
			  settings->access.backend->streams_first);
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
	    .on_end = on_stream_end,
	    .arg = run};
	if (speed_flow_make(&run->flow) < 0 ||
	    loop_timer(settings->access.loop, on_timer, run, &run->timer) < 0) {
		run_free(run);
		return -ENOMEM;
	}
	run->started_us = run->grid_us = run->last_us = run->second_us = clock_boot_us();
	run->second_cpu_us = clock_cpu_us();
	streams_grow(run, settings->access.backend->streams_first);
	timer_next(run);
	*ret = run;
	return 0;
}

void
speed_run_cancel(struct speed_run *run)
{
	if (run)
		run_free(run);
}
