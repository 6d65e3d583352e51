/*
 * Probes beside the load of a capacity test, for its responsiveness (common/speed/rpm.h):
 * foreign ones on a connection of their own, self probes on one that carries load where
 * HTTP/2 lets them, else by the kernel's round trips of the load itself.
 */
#ifndef PARTA_AGENT_PROBE_SPEED_PROBES_H
#define PARTA_AGENT_PROBE_SPEED_PROBES_H

#include <stdbool.h>

#include "agent/probe/speed_stream.h"
#include "common/speed/rpm.h"

struct speed_probes;

/* The flow outlives them. 0 or -ENOMEM. */
int speed_probes_new(const struct speed_flow *flow, struct speed_probes **ret);
/* Those under way are cut. Accepts NULL. */
void speed_probes_free(struct speed_probes *all);

/* Once a sample, while all streams are loaded, with the rate of that sample: probes take at
 * most a fiftieth of it. Ten samples are an interval. */
void speed_probes_tick(struct speed_probes *all, double mbps);
/* What was found is forgotten: the load has changed. */
void speed_probes_restart(struct speed_probes *all);

/* The rate, and the responsiveness, do not change any more. */
bool speed_probes_rate_stable(const struct speed_probes *all);
bool speed_probes_stable(const struct speed_probes *all);
double speed_probes_rpm(const struct speed_probes *all); /* < 0 not measured */
enum rpm_confidence speed_probes_confidence(const struct speed_probes *all);

#endif
