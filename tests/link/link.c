/*
 * The model of one direction. The bottleneck is a number: the time at which it will
 * have sent all that it took. What lies before that time is the backlog.
 */
#include "tests/link/link.h"

enum { NS_PER_US = 1000 };

/* xorshift64* (Vigna 2016): repeatable, not secret. */
static uint32_t
next_random(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return (uint32_t)(*state * 0x2545f4914f6cdd1dull >> 32);
}

static int64_t
line_ns(const struct link_settings *settings, size_t len)
{
	return (
	    int64_t)((double)(len + settings->overhead_bytes) * 8000.0 / settings->rate_mbps);
}

enum link_fate
link_enter(struct link_state *state, const struct link_settings *settings, size_t len,
    int64_t now_ns, int64_t *ret_ns)
{
	struct link_counters *count = &state->counters;
	double backlog_bytes;
	int64_t out_ns = now_ns;

	if (settings->cut) {
		count->cut_drops++;
		return LINK_CUT;
	}
	if (settings->rate_mbps > 0) {
		if (state->free_ns < now_ns)
			state->free_ns = now_ns;
		backlog_bytes =
		    (double)(state->free_ns - now_ns) * settings->rate_mbps / 8000.0;
		if (backlog_bytes + (double)len > (double)settings->queue_bytes) {
			count->queue_drops++;
			return LINK_QUEUE_FULL;
		}
		if ((uint64_t)backlog_bytes + len > count->backlog_max_bytes)
			count->backlog_max_bytes = (uint64_t)backlog_bytes + len;
		state->free_ns += line_ns(settings, len);
		out_ns = state->free_ns;
	}
	if (settings->loss_ppm > 0 &&
	    next_random(&state->random) % 1000000 < settings->loss_ppm) {
		count->loss_drops++;
		return LINK_LOST;
	}
	out_ns += (int64_t)settings->delay_us * NS_PER_US;
	if (settings->jitter_us > 0)
		out_ns +=
		    (int64_t)(next_random(&state->random) % settings->jitter_us) * NS_PER_US;
	if (out_ns < state->last_ns)
		out_ns = state->last_ns;
	state->last_ns = out_ns;
	count->packets++;
	count->bytes += len;
	*ret_ns = out_ns;
	return LINK_PASSES;
}
