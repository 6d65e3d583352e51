/*
 * What a neighbour's announcement (LLDP, CDP, EDP, MNDP) tells of the line that it came by: its
 * sender's port, and that we hang on it. Pure.
 */
#ifndef PARTA_AGENT_HEARD_H
#define PARTA_AGENT_HEARD_H

#include <stdbool.h>

#include "agent/inventory/inventory.h"
#include "agent/sensor/sensor.h"

/* The protocols that name the port they are sent from, by their evidence. */
struct heard_port {
	const char *source, *key; /* of the port's name */
	const char *descr_key;    /* of its description, NULL none */
};
enum { HEARD_PORTS = 4 };
extern const struct heard_port heard_ports[HEARD_PORTS];

/* A port's name without the kind that LLDP puts before it ("interface:Gi0/1"). */
const char *heard_port_name(const char *value);

/*
 * own: the interface that heard it. True when the sighting names its sender's port, and then
 * *ret is the row that its sender would have of us.
 */
bool heard_neighbor(
    const struct sighting *sighting, const struct interface *own, struct neighbor *ret);

#endif
