/*
 * Throughput against a target: parallel HTTPS streams, counted at the receiver in
 * 100 ms samples, judged at the IP layer. The judgement (common/speed/judge.h) is pure.
 */
#ifndef PARTA_AGENT_PROBE_SPEED_H
#define PARTA_AGENT_PROBE_SPEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/address.h"
#include "common/speed/kept.h"
#include "common/speed/plan.h"
#include "common/speed/rpm.h"

struct line;
struct loop;
struct transfers;
struct speed_test; /* under way */

enum {
	SPEED_STREAMS_MAX = 16,
	SPEED_SAMPLE_MS = 100,
	SPEED_TCP_SAMPLES_MAX = 512,
	SPEED_PINGS_MAX = 256,
	SPEED_TCP_EVERY_MS = 250, /* while there are at most eight streams */
};

enum speed_want { SPEED_DOWN = 1, SPEED_UP = 2 };

struct speed_tcp { /* struct tcp_info, at the end of a stream */
	uint32_t rtt_us, rttvar_us, min_rtt_us, total_retrans, snd_mss_bytes, rcv_mss_bytes;
	uint64_t bytes_acked, bytes_received, busy_us, rwnd_limited_us, sndbuf_limited_us;
	uint64_t delivery_rate_bytes_per_s;
};

/* A stream in the middle of a run, by struct tcp_info. */
struct speed_tcp_sample {
	uint32_t elapsed_ms; /* since the run began */
	uint32_t stream;
	uint32_t rtt_us; /* of a download as its receiver guesses it; 0 unknown */
	uint32_t cwnd_segments, total_retrans;
	uint64_t size_bytes; /* payload at the receiver so far */
	uint64_t delivery_rate_bytes_per_s;
};

/* One run: what it found, and all that its verdict rests on. */
struct speed_direction {
	bool upload;
	enum speed_step_kind step;
	char server[256];
	double ip_mbps, goodput_mbps;
	uint32_t streams;
	double duration_s;
	uint64_t size_bytes;
	enum speed_verdict verdict;
	double confidence;
	enum speed_cause cause;
	uint32_t mss_bytes;
	uint32_t sample_bytes[SPEED_SAMPLES_MAX]; /* at the receiver */
	size_t n_samples, warmup_samples;
	/* Of an upload that the server counted: what we saw acknowledged meanwhile. */
	uint32_t sender_bytes[SPEED_SAMPLES_MAX];
	size_t n_sender;
	uint32_t sample_us[SPEED_SAMPLES_MAX]; /* of what we counted: how long each was */
	size_t first_sample;  /* of ours, with the streams that it ended with */
	size_t queued_sample; /* the first of ours with a queue, from 1; 0: there was none */
	double ip_per_payload;
	double target_mbps; /* 0: none */
	double line_mbps;   /* all traffic of the line meanwhile; < 0 unknown */
	double rpm;         /* round trips a minute under load; < 0 not measured */
	enum rpm_confidence rpm_confidence;
	struct speed_limits limits;
	uint32_t ping_us[SPEED_PINGS_MAX]; /* round trips meanwhile, in their order */
	size_t n_pings;
	struct speed_tcp tcp[SPEED_STREAMS_MAX];
	size_t n_tcp;
	struct speed_tcp_sample tcp_samples[SPEED_TCP_SAMPLES_MAX];
	size_t n_tcp_samples;
};

struct speed_result {
	uint8_t test_id[16];
	int64_t started_ms;
	char backend[16], server[256];
	struct address server_address;
	enum speed_mode mode;
	double target_mbps[2];                               /* down, up */
	double latency_idle_ms, latency_loaded_ms, loss_pct; /* < 0 not measured */
	double cross_traffic_mbps; /* of others, in the run that decided; < 0 unknown */
	/* The runs that decided, with the verdict of all runs of their direction. */
	struct speed_direction directions[2];
	size_t n_directions;
	struct speed_direction steps[2 * SPEED_STEPS_MAX]; /* all runs, in their order */
	size_t n_steps;
	uint32_t lan_speed_mbps; /* 0 unknown */
	double cpu_pct;
	char congestion_control[16];
	char cipher[48]; /* of TLS, of the first server; "" none */
	int error; /* 0 measured; negative errno: nothing was measured, and words say why */
	char words[256];
};

struct speed_settings {
	const char *const *servers; /* URLs, tried in order until one answers */
	size_t n_servers;
	const char *backend; /* "parta", "librespeed"; NULL: parta */
	enum speed_mode mode;
	unsigned want;                           /* enum speed_want bits */
	double target_down_mbps, target_up_mbps; /* 0: no target, verdict inconclusive */
	const char *ca_file;                     /* NULL: the system's store */
	const char *cert_file, *key_file;
	const char *interface;      /* NULL: by the routing table */
	enum address_family family; /* NONE: whichever answers first */
	struct line *line; /* as its router counts it, not copied; NULL: it is not counted */
	uint64_t budget_bytes; /* of payload, both directions together: stop there; 0: none */
	/* A run is over, or was broken off, of which the payload alone is known: what it
	 * carried. NULL: nobody counts. */
	void (*on_run)(void *arg, const struct speed_direction *run);
	/* For a log, every 100 ms for each stream: all its payload so far. NULL: none. */
	void (*on_stream)(void *arg, bool upload, double elapsed_s, unsigned stream,
	    uint64_t size_bytes, const struct speed_tcp *tcp);
};

/* The verdict on one run by what is kept of it: sets verdict, confidence and cause, and the
 * rates. first_sample must be one of its samples, or the one after the last. */
void speed_direction_judge(struct speed_direction *direction);

typedef void (*speed_done_fn)(void *arg, const struct speed_result *result);
/* Progress for a terminal: every 100 ms, the rate of the last second at the IP layer. */
typedef void (*speed_progress_fn)(void *arg, bool upload, double elapsed_s, double mbps);

/* Everything in settings is copied. 0 or a negative errno (then on_done is not called): -EINVAL
 * no server, an unknown backend. */
int speed_start(struct loop *loop, struct transfers *transfers,
    const struct speed_settings *settings, speed_progress_fn on_progress, speed_done_fn on_done,
    void *arg, struct speed_test **ret);
void speed_cancel(struct speed_test *test); /* on_done with -ECANCELED */

#endif
