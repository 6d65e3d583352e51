/*
 * Responsiveness under working conditions, in round trips per minute
 * (draft-ietf-ippm-responsiveness-09): what probes took while the line was full
 * becomes one number. Pure.
 */
#ifndef PARTA_COMMON_SPEED_RPM_H
#define PARTA_COMMON_SPEED_RPM_H

#include <stdbool.h>
#include <stddef.h>

enum { RPM_TIMES_MAX = 256 };

struct rpm_times {
	double ms[RPM_TIMES_MAX];
	size_t count;
};

/* Foreign probes make a connection of their own; self probes ask on one that carries load. */
struct rpm_probes {
	struct rpm_times tcp, tls, http; /* foreign: handshakes, each a single round trip, and
					    the first byte of the answer */
	struct rpm_times self;
};

/* Those beyond RPM_TIMES_MAX are not kept. */
void rpm_time_add(struct rpm_times *times, double ms);

/*
 * Half each of foreign and self probes, whose kinds count alike: the mean of the times up to
 * the 95th percentile of each. Of what was not measured (TLS on a plain line, self probes) the
 * others speak alone. < 0: neither of TCP, HTTP and self was measured.
 */
double rpm_of(const struct rpm_probes *probes);

/* Values of intervals of a second: the last four averages of four of them differ by less than 5
 * % (their standard deviation, of the last one). */
bool rpm_stable(const double values[], size_t count);

/* How far a result can be trusted: the rate was not stable, it was, responsiveness was as well.
 */
enum rpm_confidence { RPM_NOT_MEASURED, RPM_LOW, RPM_MEDIUM, RPM_HIGH };
const char *rpm_confidence_name(
    enum rpm_confidence confidence); /* "", "low", "medium", "high" */

#endif
