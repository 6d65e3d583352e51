/*
 * One direction of a throughput test: parallel streams against a server that is
 * known to answer, a sample every 100 ms, and the rule that says when it is
 * enough. Streams are added when the line may have room for more and it is the line
 * that is looked for, not a target.
 */
#ifndef PARTA_AGENT_PROBE_SPEED_RUN_H
#define PARTA_AGENT_PROBE_SPEED_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/probe/speed.h"
#include "agent/probe/speed_access.h"

struct speed_run;

struct speed_run_settings {
	struct speed_access access;
	bool upload;
	struct speed_step step;
	double target_mbps;            /* 0: none */
	double latency_idle_ms;        /* < 0 unknown */
	uint64_t budget_bytes;         /* 0: none */
	speed_progress_fn on_progress; /* or NULL */
	void (*on_stream)(void *arg, bool upload, double elapsed_s, unsigned stream,
	    uint64_t size_bytes, const struct speed_tcp *tcp); /* or NULL */
	void *progress_arg;
};

struct speed_outcome {
	struct speed_direction direction;   /* not judged, but for what others know */
	uint64_t from_us, to_us;            /* clock_boot_us() of its warm samples */
	double latency_loaded_ms, loss_pct; /* < 0 not measured */
	char congestion[16];
	int error; /* 0, or why nothing was measured */
	char words[256];
};

/* What access points at outlives the run. on_done is called once, never before this returns,
 * and the run is gone when it returns. */
int speed_run_start(const struct speed_run_settings *settings,
    void (*on_done)(void *arg, const struct speed_outcome *outcome), void *arg,
    struct speed_run **ret);
void speed_run_cancel(struct speed_run *run); /* on_done is not called */
/* The payload so far. */
uint64_t speed_run_bytes(const struct speed_run *run);

#endif
