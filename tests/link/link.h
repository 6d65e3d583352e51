/*
 * One direction of an emulated line: a bottleneck with a byte-limited drop-tail
 * queue, then a fixed delay with jitter, loss, and cuts. Pure: packets and times
 * in, verdicts and times out.
 */
#ifndef PARTA_TESTS_LINK_LINK_H
#define PARTA_TESTS_LINK_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What may be changed while the line runs. */
struct link_settings {
	double rate_mbps;     /* at the layer of `overhead_bytes`; 0: no bottleneck */
	uint32_t queue_bytes; /* that wait for the bottleneck */
	uint32_t delay_us, jitter_us;
	uint32_t loss_ppm;       /* of a million packets, each by itself */
	uint32_t overhead_bytes; /* charged for each packet beside its own bytes */
	bool cut;                /* nothing comes through, nothing tells why */
};

struct link_counters {
	uint64_t packets, bytes; /* that came through */
	uint64_t queue_drops, loss_drops, cut_drops;
	uint64_t backlog_max_bytes;
};

struct link_state {
	int64_t free_ns; /* when the bottleneck has sent all that it took */
	int64_t last_ns; /* when the packet before arrives: the order is kept */
	uint64_t random; /* not zero */
	struct link_counters counters;
};

enum link_fate { LINK_PASSES, LINK_QUEUE_FULL, LINK_LOST, LINK_CUT };

/* A packet of len bytes enters at now_ns; *ret_ns: when it comes out (LINK_PASSES only). */
enum link_fate link_enter(struct link_state *state, const struct link_settings *settings,
    size_t len, int64_t now_ns, int64_t *ret_ns);

#endif
