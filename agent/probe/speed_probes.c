/* See speed_probes.h. */
#include "agent/probe/speed_probes.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "common/transfer.h"

enum {
	UNDER_WAY_MAX = 24,
	INTERVAL_TICKS = 10,
	INTERVALS_MAX = SPEED_SAMPLES_MAX / INTERVAL_TICKS,
	PROBE_BYTES = 6000, /* a foreign and a self probe (draft, 5.1) */
};

/* The draft allows a twentieth; but what they take the load lacks, and its rate is judged. */
static const double probes_share = 0.02;

struct probe {
	struct speed_probes *all;
	struct transfer *transfer; /* NULL: free */
	bool self;
};

struct speed_probes {
	const struct speed_flow *flow;
	struct probe probes[UNDER_WAY_MAX];
	struct rpm_probes found, interval; /* since the restart, and in this interval */
	double rates[INTERVALS_MAX], rpms[INTERVALS_MAX];
	size_t n_rates, n_rpms;
	double rate_sum;
	unsigned ticks, since; /* in this interval; since the last probe */
	unsigned turn;
	bool closing;
};

int
speed_probes_new(const struct speed_flow *flow, struct speed_probes **ret)
{
	struct speed_probes *all = calloc(1, sizeof(*all));

	if (!all)
		return -ENOMEM;
	all->flow = flow;
	*ret = all;
	return 0;
}

void
speed_probes_free(struct speed_probes *all)
{
	if (!all)
		return;
	all->closing = true;
	for (size_t i = 0; i < UNDER_WAY_MAX; i++)
		transfer_cancel(all->probes[i].transfer);
	free(all);
}

static double
ms_between(uint64_t from_us, uint64_t until_us)
{
	return until_us > from_us ? (double)(until_us - from_us) / 1000 : -1;
}

static void
note(struct rpm_probes *to, const struct transfer_result *result, bool self)
{
	double http_ms = ms_between(result->sent_us, result->first_byte_us);

	if (self) {
		rpm_time_add(&to->self, http_ms);
		return;
	}
	rpm_time_add(&to->tcp, ms_between(result->connecting_us, result->connect_us));
	if (result->tls_rounds > 0)
		rpm_time_add(&to->tls,
		    ms_between(result->connect_us, result->tls_us) / result->tls_rounds);
	rpm_time_add(&to->http, http_ms);
}

static void
on_done(void *arg, const struct transfer_result *result)
{
	struct probe *probe = arg;
	struct speed_probes *all = probe->all;

	probe->transfer = NULL;
	if (all->closing || speed_ping_ms(&all->flow->access, result) < 0)
		return;
	note(&all->found, result, probe->self);
	note(&all->interval, result, probe->self);
}

static void
probe_start(struct speed_probes *all, bool self)
{
	for (size_t i = 0; i < UNDER_WAY_MAX; i++) {
		struct probe *probe = &all->probes[i];

		if (probe->transfer)
			continue;
		*probe = (struct probe){.all = all, .self = self};
		if (speed_ping(&all->flow->access, self ? SPEED_PING_BESIDE : SPEED_PING_FRESH,
			on_done, probe, &probe->transfer) < 0)
			probe->transfer = NULL;
		return;
	}
}

/* The streams take turns to tell their round trip, as the receiver of a download sees it too.
 */
static void
round_trip_note(struct speed_probes *all)
{
	const struct speed_flow *flow = all->flow;
	const struct speed_stream *s = &flow->streams[all->turn++ % flow->n_streams];
	double ms = (flow->upload ? s->last.tcp.rtt_us : s->last.rcv_rtt_us) / 1000.0;

	if (!s->has_last)
		return;
	rpm_time_add(&all->found.self, ms);
	rpm_time_add(&all->interval.self, ms);
}

static void
interval_end(struct speed_probes *all)
{
	double rpm = rpm_of(&all->interval);

	if (all->n_rates < INTERVALS_MAX)
		all->rates[all->n_rates++] = all->rate_sum / INTERVAL_TICKS;
	if (rpm > 0 && all->n_rpms < INTERVALS_MAX)
		all->rpms[all->n_rpms++] = rpm;
	all->interval = (struct rpm_probes){0};
	all->rate_sum = 0;
	all->ticks = 0;
}

void
speed_probes_tick(struct speed_probes *all, double mbps)
{
	double bytes = mbps * 1e6 / 8 * SPEED_SAMPLE_MS / 1000; /* of a sample */
	double every = bytes > 0 ? ceil(PROBE_BYTES / (probes_share * bytes)) : INTERVAL_TICKS;

	if (++all->since >= (every < INTERVAL_TICKS ? every : INTERVAL_TICKS)) {
		all->since = 0;
		probe_start(all, false);
		if (all->flow->access.backend->http->http2)
			probe_start(all, true);
	}
	if (!all->flow->access.backend->http->http2)
		round_trip_note(all);
	all->rate_sum += mbps;
	if (++all->ticks == INTERVAL_TICKS)
		interval_end(all);
}

void
speed_probes_restart(struct speed_probes *all)
{
	all->found = all->interval = (struct rpm_probes){0};
	all->n_rpms = 0;
}

bool
speed_probes_rate_stable(const struct speed_probes *all)
{
	return rpm_stable(all->rates, all->n_rates);
}

bool
speed_probes_stable(const struct speed_probes *all)
{
	return rpm_stable(all->rpms, all->n_rpms);
}

double
speed_probes_rpm(const struct speed_probes *all)
{
	return rpm_of(&all->found);
}

enum rpm_confidence
speed_probes_confidence(const struct speed_probes *all)
{
	if (rpm_of(&all->found) < 0)
		return RPM_NOT_MEASURED;
	if (!speed_probes_rate_stable(all))
		return RPM_LOW;
	return speed_probes_stable(all) ? RPM_HIGH : RPM_MEDIUM;
}
