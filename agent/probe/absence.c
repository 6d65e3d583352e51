/* Between the last run and this one: see absence.h. Times of the same boot are told by today's
 * reading of the wall clock, which may have been set since. */
#include "agent/probe/absence.h"

#include <string.h>
#include <sys/random.h>

#include "common/clock.h"
#include "common/text.h"

enum {
	CLOCK_WAIT_MS = 120000,
	GAP_MS = 30000, /* not running for less is not told */
};

void
absence_fresh_id(uint8_t ret[static 16])
{
	(void)!getrandom(ret, 16, 0);
	ret[6] = (uint8_t)((ret[6] & 0x0f) | 0x40);
	ret[8] = (uint8_t)((ret[8] & 0x3f) | 0x80);
}

static int64_t
wall_of(int64_t boot_ms)
{
	return boot_ms + clock_wall_ms() - (int64_t)clock_boot_ms();
}

/* A moment of the last run by today's reading of the clock, when the boot clock knows it. */
static int64_t
moment_of(const struct absence *a, int64_t boot_ms, int64_t wall_ms)
{
	return a->same_boot ? wall_of(boot_ms) : wall_ms;
}

static void
tell_open(const struct absence *a, const char *state_dir,
    const struct connectivity_events *events, void *arg)
{
	struct outage open;
	int64_t onset_boot_ms;

	if (alive_read_outage(state_dir, &open, &onset_boot_ms) < 0)
		return;
	open.onset_ms = moment_of(a, onset_boot_ms, open.onset_ms);
	open.end_ms = moment_of(a, a->last.boot_ms, a->last.at_ms);
	if (open.end_ms <= open.onset_ms)
		open.end_ms = open.onset_ms + 1;
	if (events->on_outage)
		events->on_outage(arg, &open);
	(void)alive_keep_outage(state_dir, NULL, 0);
}

static void
tell_gone(const struct absence *a, const struct connectivity_events *events, void *arg)
{
	struct outage gone = {.class = OUTAGE_AGENT_DOWN,
	    .state = CONNECTIVITY_UNKNOWN,
	    .machine_restarted = !a->same_boot,
	    .n_evidence = 1};

	gone.onset_ms = moment_of(a, a->last.boot_ms, a->last.at_ms);
	gone.end_ms = wall_of((int64_t)a->began_boot_ms);
	if (gone.end_ms - gone.onset_ms < GAP_MS)
		return;
	absence_fresh_id(gone.outage_id);
	(void)text_copy(gone.evidence[0].rung, sizeof(gone.evidence[0].rung), "agent");
	(void)text_copy(gone.evidence[0].observed, sizeof(gone.evidence[0].observed),
	    a->same_boot ? "the agent was started anew" : "the machine was started anew");
	gone.evidence[0].at_ms = gone.end_ms;
	if (events->on_outage)
		events->on_outage(arg, &gone);
}

void
absence_tell_outages(struct absence *absence, const char *state_dir,
    const struct connectivity_events *events, void *arg)
{
	absence->pending = false;
	tell_open(absence, state_dir, events, arg);
	tell_gone(absence, events, arg);
}

void
absence_tell_windows(
    struct absence *absence, const struct connectivity_events *events, void *arg)
{
	int64_t wall_ahead_ms = absence->last.at_ms - absence->last.boot_ms;

	for (size_t i = 0; i < absence->last.n_windows; i++) {
		struct connectivity_window *w = &absence->last.windows[i];

		w->from_ms = moment_of(absence, w->from_ms, w->from_ms + wall_ahead_ms);
		w->to_ms = moment_of(absence, w->to_ms, w->to_ms + wall_ahead_ms);
	}
	if (absence->last.n_windows > 0 && events->on_windows)
		events->on_windows(arg, absence->last.windows, absence->last.n_windows);
}

/* After a power cut a clock without a battery stands wrong until somebody sets it: how long we
 * were gone is told once the time is known, or cannot be hoped for. */
bool
absence_is_clear(const struct absence *absence, uint64_t now_boot_ms)
{
	return absence->pending && (absence->same_boot || clock_is_known() ||
				       now_boot_ms - absence->began_boot_ms >= CLOCK_WAIT_MS);
}

void
absence_read(struct absence *ret, const char *state_dir, uint64_t now_boot_ms)
{
	char boot_id[40];

	ret->began_boot_ms = now_boot_ms;
	if (alive_read(state_dir, &ret->last) < 0)
		return;
	alive_boot_id(boot_id);
	ret->same_boot = strcmp(boot_id, ret->last.boot_id) == 0;
	ret->pending = true;
	clock_not_before(ret->last.at_ms);
}
