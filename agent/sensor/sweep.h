/* An ARP sweep over the sensor's ports; who is next and when is pacing.h. */
#ifndef PARTA_AGENT_SENSOR_SWEEP_H
#define PARTA_AGENT_SENSOR_SWEEP_H

#include "agent/sensor/sensor.h"

struct child;
struct sweep;

struct sweep_events {
	/* once for each sweep_start() that returned 0 */
	void (*on_done)(struct child *child, const struct sweep_result *result);
	/* losses made it slower: so many requests a second at most from now on */
	void (*on_slowed)(struct child *child, uint32_t requests_per_s);
};

/* Events come from the loop. 0 or a negative errno. */
int sweep_new(struct child *child, const struct sweep_events *events, struct sweep **ret);
void sweep_free(struct sweep *sweep); /* accepts NULL */

/* 0; -EBUSY; -EADDRNOTAVAIL; another negative errno. */
int sweep_start(struct sweep *sweep, const struct sweep_plan *plan);

/* Ends it at once, with -ECANCELED; nothing without a sweep. */
void sweep_end(struct sweep *sweep);

/* At most so many requests a second from now on; nothing without a sweep. */
void sweep_limit(struct sweep *sweep, uint32_t requests_per_s);

/* Somebody said something by another protocol, so that its MAC address is known. */
void sweep_heard(struct sweep *sweep, const struct address *ip);

/* Somebody answered ARP on a port. */
void sweep_answered(struct sweep *sweep, const struct address *ip);

#endif
