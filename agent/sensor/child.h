/* The sensor's own state: what its parts share. Only files of this room include it. */
#ifndef PARTA_AGENT_SENSOR_CHILD_H
#define PARTA_AGENT_SENSOR_CHILD_H

#include <stddef.h>
#include <stdint.h>

#include "agent/sensor/capture.h"
#include "agent/sensor/known.h"
#include "agent/sensor/sensor.h"

struct loop;
struct loop_event;
struct outbox;
struct sweep;
struct echo;
struct search;

/* An interface that we listen on. */
struct port {
	struct interface interface;
	struct capture *capture; /* NULL once it is gone for good */
	struct loop_event *readable;
	struct child *child;
	int groups; /* the socket that keeps us in the multicast groups, -1 none */
	bool down;  /* said in the log */
};

struct child {
	struct loop *loop;
	struct outbox *outbox;
	struct port ports[SENSOR_INTERFACES_MAX];
	size_t n_ports;
	struct known known;
	struct sweep *sweep;
	struct echo *echo;
	struct search *search;
	struct sensor_counters counters;
	struct loop_event *recheck; /* of ports that are down */
};

/* Asks for `ip` out of a port, from its own address; to NULL: everybody. As capture_send(). */
int child_ask(struct child *child, size_t port, const struct address *ip, const struct mac *to);

#endif
