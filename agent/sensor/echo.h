/* ICMP echoes and single ARP probes, timed; late answers are told too. */
#ifndef PARTA_AGENT_SENSOR_ECHO_H
#define PARTA_AGENT_SENSOR_ECHO_H

#include "agent/sensor/message.h"
#include "agent/sensor/sensor.h"

struct child;
struct echo;

/* Opens the raw sockets (ICMPv6 only where the kernel has it). 0 or a negative errno. */
int echo_new(struct child *child,
    void (*on_fate)(struct child *child, const struct echo_result *result), struct echo **ret);
void echo_free(struct echo *echo); /* accepts NULL */

/* Its fate is always told by on_fate, perhaps before this returns. */
void echo_probe(struct echo *echo, const struct message_probe *probe);

/* Somebody answered ARP on a port. */
void echo_answered(struct echo *echo, size_t port, const struct address *ip);

#endif
