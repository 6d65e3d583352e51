/*
 * The streams and the clock of one direction: see speed_run.h. A request under way
 * counts by the kernel: a download by what arrived, read or not yet; an upload by
 * what the peer's kernel acknowledged, until the server's own count is there. A
 * finished request counts by its payload. No byte counts because it was handed to
 * a socket.
 */
#include "agent/probe/speed_run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/probe/speed_socket.h"
#include "common/check.h"
#include "common/clock.h"
#include "common/loop.h"
#include "common/text.h"
#include "common/transfer.h"

enum {
	STREAMS_FIRST = 4,
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
	RECEIVE_BUFFER_BYTES = 256 * 1024,
	SEND_BUFFER_BYTES = 64 * 1024,
	BLOCK_BYTES = 1024 * 1024,
};

static const double tls_usual = 1 + 22.0 / 16384; /* of a full record, RFC 8446 5.2 */
static const double tls_most = 1.1;
static const double payload_to_trust_bytes = 1e6;
static const double growth_worth = 1.1;

struct stream {
	struct speed_run *run;
	struct transfer *transfer;
	int fd;           /* while a request is under way */
	uint64_t counted; /* payload at the receiver, finished requests */
	uint64_t current; /* the same of the request under way */
	uint64_t read;    /* payload that we took from it, download */
	uint64_t handed;  /* payload given to libcurl in this request, upload */
	size_t block_at;
	bool used; /* it has had a connection */
	bool has_last;
	uint64_t last_counted;            /* at the last reading */
	uint64_t first_counted;           /* at the first */
	struct speed_reading first, last; /* of this request: when it began, and the last */
};

struct speed_run {
	struct speed_run_settings settings;
	void (*on_done)(void *arg, const struct speed_outcome *outcome);
	void *arg;
	struct loop_event *timer;
	struct stream streams[SPEED_STREAMS_MAX];
	unsigned n_streams, failures, nonce;
	bool stopping, refused, ipv6, settled;
	uint64_t started_us, grid_us, due_us, last_us, last_total;
	size_t stalls; /* samples that came late */
	struct speed_sample samples[SPEED_SAMPLES_MAX];
	size_t n_samples, from; /* those before `from` were taken with fewer streams */
	double rate_before;     /* the last growth; 0: there was none */
	struct speed_wire wire; /* of finished requests */
	uint8_t *block;         /* what is sent */

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

static void stream_start(struct stream *s);

/* ---- counting ---- */

static uint64_t
counted_by(const struct stream *s)
{
	return s->counted + s->current;
}

static uint64_t
counted_all(const struct speed_run *run)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < run->n_streams; i++)
		sum += counted_by(&run->streams[i]);
	return sum;
}

/* Adds what the kernel said of a stream's request between its first and last reading. */
static void
wire_add(const struct speed_run *run, const struct stream *s, struct speed_wire *wire)
{
	uint64_t tcp, segments;

	if (!s->has_last)
		return;
	if (run->settings.upload) {
		uint64_t sent = s->last.bytes_sent - s->first.bytes_sent;
		uint32_t out = s->last.segments_out - s->first.segments_out;

		tcp = s->last.tcp.bytes_acked - s->first.tcp.bytes_acked;
		segments = sent > 0 ? (uint64_t)((double)tcp * out / (double)sent) : 0;
	} else {
		tcp = s->last.tcp.bytes_received - s->first.tcp.bytes_received;
		segments = s->last.segments_in - s->first.segments_in;
	}
	wire->tcp_bytes += tcp;
	wire->segments += segments;
	wire->payload_bytes += s->last_counted - s->first_counted;
	wire->timestamps = s->last.timestamps;
	wire->mss_bytes =
	    run->settings.upload ? s->last.tcp.snd_mss_bytes : s->last.tcp.rcv_mss_bytes;
	if (!run->settings.upload && s->last.tcp.snd_mss_bytes < wire->mss_bytes)
		wire->mss_bytes =
		    s->last.tcp.snd_mss_bytes; /* coalesced segments look like one */
}

static bool
encrypted(const struct speed_run *run)
{
	return !strncmp(run->settings.access.place->server, "https:", 6);
}

static double
ip_per_payload(const struct speed_run *run)
{
	struct speed_wire wire = run->wire;

	wire.ipv6 = run->ipv6;
	wire.tls = encrypted(run);
	for (unsigned i = 0; i < run->n_streams; i++)
		wire_add(run, &run->streams[i], &wire);
	return speed_ip_per_payload(&wire);
}

/* TCP payload for each byte of payload: what we send has full records, what a server sends is
 * counted. */
static double
tls_factor(const struct stream *s, double arrived)
{
	double factor = encrypted(s->run) ? tls_usual : 1;

	if (s->run->settings.upload || (double)s->read < payload_to_trust_bytes)
		return factor;
	factor = (arrived - s->last.unread_bytes) / (double)s->read;
	return factor < 1 ? 1 : factor > tls_most ? tls_most : factor;
}

/* A look at the kernel's counts: how much of this request is there. */
static void
stream_read(struct stream *s)
{
	bool upload = s->run->settings.upload;
	uint64_t tcp, limit, payload;

	if (s->fd < 0 || speed_socket_read(s->fd, &s->last) < 0)
		return;
	s->has_last = true;
	tcp = upload ? s->last.tcp.bytes_acked - s->first.tcp.bytes_acked
		     : s->last.tcp.bytes_received - s->first.tcp.bytes_received;
	payload = (uint64_t)((double)tcp / tls_factor(s, (double)tcp));
	limit = upload ? s->handed : UINT64_MAX;
	s->current = payload < limit ? payload : limit;
	if (!upload && s->current < s->read)
		s->current = s->read;
	s->last_counted = counted_by(s);
}

static void
on_socket(void *arg, int fd)
{
	struct stream *s = arg;
	struct speed_run *run = s->run;

	if (run->settings.upload)
		speed_socket_prepare_upload(fd);
	s->fd = fd;
	s->used = true;
	run->ipv6 = speed_socket_is_ipv6(fd);
	if (!run->outcome.congestion[0])
		speed_socket_congestion(
		    fd, run->outcome.congestion, sizeof(run->outcome.congestion));
	if (run->outcome.lan_speed_mbps == 0)
		run->outcome.lan_speed_mbps = speed_socket_port_mbps(fd);
	if (speed_socket_read(fd, &s->first) < 0)
		s->fd = -1;
	s->first_counted = s->last_counted = counted_by(s);
}

static bool
on_body(void *arg, const void *bytes, size_t len)
{
	struct stream *s = arg;

	(void)bytes;
	s->read += len;
	return true;
}

static size_t
on_send(void *arg, void *buffer, size_t size)
{
	struct stream *s = arg;
	const struct speed_backend *backend = s->run->settings.access.backend;
	uint64_t left = backend->upload_bytes - s->handed;
	size_t room = BLOCK_BYTES - s->block_at;

	if (s->run->stopping && backend->chunked)
		return 0;
	if (size > left)
		size = (size_t)left;
	if (size > room)
		size = room;
	memcpy(buffer, s->run->block + s->block_at, size);
	s->block_at = (s->block_at + size) % BLOCK_BYTES;
	s->handed += size;
	return size;
}

/* ---- the server's own count ---- */

static void
server_note(struct speed_run *run, const struct transfer_result *result)
{
	const struct speed_backend *backend = run->settings.access.backend;
	struct speed_counted c;

	if (!backend->counted || backend->counted(result->body, result->body_len, &c) < 0 ||
	    c.sample_ms != SPEED_SAMPLE_MS) {
		run->server_counts = false;
		return;
	}
	if (run->server_answers++ == 0)
		run->server_first = c.first_sample > SERVER_SLOTS_BEFORE
					? c.first_sample - SERVER_SLOTS_BEFORE
					: 0;
	if (c.first_sample < run->server_first ||
	    c.first_sample - run->server_first + c.n_samples > SERVER_SLOTS) {
		run->server_counts = false;
		return;
	}
	for (size_t i = 0; i < c.n_samples; i++)
		run->server[c.first_sample - run->server_first + i] += c.samples[i];
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

static void finish_if_drained(struct speed_run *run);

static void
stream_close(struct stream *s)
{
	wire_add(s->run, s, &s->run->wire);
	s->has_last = false;
	s->counted += s->current;
	s->current = 0;
	s->fd = -1;
	s->transfer = NULL;
}

static void
stream_failed(struct stream *s, const struct transfer_result *result)
{
	struct speed_run *run = s->run;

	run->failures++;
	run->refused |= result->status == 429 || result->status == 503;
	run->outcome.error = result->error < 0                                ? result->error
			     : result->status == 401 || result->status == 403 ? -EACCES
									      : -EPROTO;
	if (result->error == 0)
		(void)snprintf(run->outcome.words, sizeof(run->outcome.words),
		    "the server answered with status %ld", result->status);
	else
		(void)text_copy(run->outcome.words, sizeof(run->outcome.words), result->words);
}

static void
on_stream_done(void *arg, const struct transfer_result *result)
{
	struct stream *s = arg;
	struct speed_run *run = s->run;
	bool good = result->error == 0 && result->status >= 200 && result->status < 300;

	if (result->status >= 300)
		s->current = 0; /* an error page is no throughput */
	else if (!run->settings.upload)
		s->current = s->read;
	else if (good)
		s->current = s->handed;
	stream_close(s);
	if (good && run->settings.upload)
		server_note(run, result);
	else if (run->settings.upload && s->handed > 0)
		run->server_counts = false;
	if (run->stopping) {
		finish_if_drained(run);
		return;
	}
	if (good)
		stream_start(s);
	else
		stream_failed(s, result); /* the next sample starts it again */
}

static int
stream_request(struct stream *s, struct bytes *url)
{
	struct speed_run *run = s->run;
	const struct speed_access *access = &run->settings.access;
	struct transfer_request request = speed_request(access);
	int r;

	if (run->settings.upload)
		r = access->backend->upload_url(access->place, run->nonce++, url);
	else
		r = access->backend->download_url(
		    access->place, access->backend->download_bytes, run->nonce++, url);
	if (r < 0)
		return r;
	request.url = (const char *)url->data;
	request.fresh_connection = !s->used;
	request.on_socket = on_socket;
	request.on_done = on_stream_done;
	request.arg = s;
	request.receive_buffer_bytes = RECEIVE_BUFFER_BYTES;
	if (run->settings.upload) {
		request.method = "POST";
		request.on_send = on_send;
		request.body_len =
		    access->backend->chunked ? 0 : (size_t)access->backend->upload_bytes;
		request.send_buffer_bytes = SEND_BUFFER_BYTES;
	} else {
		request.on_body = on_body;
	}
	return transfer_start(access->transfers, &request, &s->transfer);
}

static void
stream_start(struct stream *s)
{
	struct bytes url = bytes_new(2048);
	int r;

	s->fd = -1;
	s->current = s->read = s->handed = 0;
	r = stream_request(s, &url);
	if (r < 0) {
		s->run->failures++;
		s->run->outcome.error = r;
		(void)text_copy(
		    s->run->outcome.words, sizeof(s->run->outcome.words), strerror(-r));
	}
	bytes_clear(&url);
}

static void
streams_grow(struct speed_run *run, unsigned count)
{
	while (run->n_streams < count && run->n_streams < SPEED_STREAMS_MAX) {
		struct stream *s = &run->streams[run->n_streams++];

		s->run = run;
		s->block_at = (size_t)run->n_streams * 65521 % BLOCK_BYTES;
		stream_start(s);
	}
}

/* ---- the end ---- */

static void
run_free(struct speed_run *run)
{
	run->stopping = true;
	run->on_done = NULL;
	transfer_cancel(run->ping);
	for (unsigned i = 0; i < run->n_streams; i++)
		transfer_cancel(run->streams[i].transfer);
	loop_event_free(run->timer);
	free(run->block);
	free(run);
}

static struct speed_limits
limits_of(const struct speed_run *run)
{
	struct speed_limits limits = {
	    .cpu_pct = run->cpu_pct,
	    .stalled_pct =
		100.0 * (double)run->stalls / (double)(run->stalls + run->n_samples + 1),
	    .lan_speed_mbps = run->outcome.lan_speed_mbps,
	    .steal_pct = -1,
	    .softirq_pct = -1,
	    .nic_bad_pct = -1,
	    .rwnd_limited = -1,
	    .sndbuf_limited = -1,
	    .server_refused = run->refused,
	};
	double busy = 0, rwnd = 0, sndbuf = 0;

	for (unsigned i = 0; run->settings.upload && i < run->n_streams; i++) {
		const struct speed_tcp *tcp = &run->streams[i].last.tcp;

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

	for (unsigned i = 0; i < run->n_streams; i++) {
		const struct speed_reading *last = &run->streams[i].last;

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
	double ratio = ip_per_payload(run);
	struct speed_limits limits = limits_of(run);
	struct speed_judgement judgement = judge(run, ratio, &limits);
	struct speed_rate rate;

	for (unsigned i = 0; i < run->n_streams; i++)
		run->server_counts =
		    run->server_counts && !run->streams[i].transfer; /* no answer in time */
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
	d->streams = run->n_streams;
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
	for (unsigned i = 0; i < run->n_streams; i++)
		if (run->streams[i].transfer)
			return;
	/* From the loop: libcurl may be on the stack here. */
	(void)loop_timer_set(run->timer, 0);
}

/* Enough: an upload that ends by itself waits for the server's count, everything else is cut.
 */
static void
stop(struct speed_run *run)
{
	run->stopping = true;
	(void)loop_timer_set(run->timer, DRAIN_MS);
	if (run->settings.upload && run->settings.access.backend->chunked)
		return;
	for (unsigned i = 0; i < run->n_streams; i++)
		transfer_cancel(run->streams[i].transfer);
	(void)loop_timer_set(run->timer, 0);
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

	for (unsigned i = 0; settings->on_stream && i < run->n_streams; i++)
		settings->on_stream(settings->progress_arg, settings->upload, elapsed_s, i,
		    counted_by(&run->streams[i]), &run->streams[i].last.tcp);
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
	streams_grow(run, run->n_streams * 2);
}

/* In a capacity test: more streams, as long as they bring more. */
static void
seek_more(struct speed_run *run, const struct speed_rate *rate, size_t counted)
{
	if (run->settled || counted < rate->warmup_samples + SAMPLES_TO_JUDGE_GROWTH)
		return;
	run->settled =
	    run->n_streams >= SPEED_STREAMS_MAX || saturated(run) ||
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

	if (run->stopping) {
		finish(run);
		return;
	}
	for (unsigned i = 0; i < run->n_streams; i++)
		stream_read(&run->streams[i]);
	sample(run, now_us);
	cpu_note(run, now_us);
	ratio = ip_per_payload(run);
	report(run, ratio);
	if (enough(run, ratio)) {
		stop(run);
		return;
	}
	for (unsigned i = 0; i < run->n_streams; i++)
		if (!run->streams[i].transfer)
			stream_start(&run->streams[i]);
	ping(run);
	timer_next(run);
}

/* xorshift64 (Marsaglia, 2003): nothing on the way can compress it. */
static uint8_t *
block_make(void)
{
	uint8_t *block = malloc(BLOCK_BYTES);
	uint64_t x = 0x2545f4914f6cdd1du;

	for (size_t i = 0; block && i < BLOCK_BYTES; i += sizeof(x)) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		memcpy(block + i, &x, sizeof(x));
	}
	return block;
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
	run->block = settings->upload ? block_make() : NULL;
	if ((settings->upload && !run->block) ||
	    loop_timer(settings->access.loop, on_timer, run, &run->timer) < 0) {
		run_free(run);
		return -ENOMEM;
	}
	run->started_us = run->grid_us = run->last_us = run->second_us = clock_boot_us();
	run->second_cpu_us = clock_cpu_us();
	streams_grow(run, STREAMS_FIRST);
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
