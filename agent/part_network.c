/*
 * The machine's network as a part of the service: looks at its interfaces every
 * few seconds. New addresses go to the sensor. An interface that the sensor does
 * not listen on cannot be given to it, because nobody here has a capability any
 * more: what is unsaid is spooled, the agent ends, and the supervisor starts it
 * and a sensor for all interfaces. One without an address (the ends of containers
 * come and go) is no reason, unless the settings name it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agent/parts.h"
#include "common/log.h"
#include "common/loop.h"
#include "common/sandbox.h"

enum {
	LOOK_EVERY_MS = 5000,
	LOOKS_TO_BELIEVE = 3, /* in a row, so that one that comes and goes costs nothing */
};

struct part_network {
	struct agent *agent;
	struct loop_event *timer;
	uint32_t sensed[SENSOR_INTERFACES_MAX]; /* ifindexes */
	size_t n_sensed;
	uint32_t candidate; /* ifindex, 0 none */
	unsigned looks;     /* that saw it */
};

static bool
is_sensed(const struct part_network *part, uint32_t ifindex)
{
	for (size_t i = 0; i < part->n_sensed; i++)
		if (part->sensed[i] == ifindex)
			return true;
	return false;
}

/* The first that is worth a new sensor, or NULL. */
static const struct interface *
newcomer(const struct part_network *part)
{
	const struct agent *agent = part->agent;

	for (size_t i = 0; i < agent->n_interfaces; i++) {
		const struct interface *interface = &agent->interfaces[i];

		if (!is_sensed(part, interface->ifindex) &&
		    (interface->ipv4.family != ADDRESS_NONE ||
			agent->settings.interfaces.count > 0))
			return interface;
	}
	return NULL;
}

static void
tell_address(const struct interface *before, size_t n_before, const struct interface *now)
{
	char text[ADDRESS_TEXT_SIZE] = "none";

	for (size_t i = 0; i < n_before; i++) {
		if (before[i].ifindex != now->ifindex ||
		    address_equal(&before[i].ipv4, &now->ipv4))
			continue;
		if (now->ipv4.family != ADDRESS_NONE)
			address_format(&now->ipv4, text);
		(void)log_info("interface '%s' has another address: %s", now->name, text);
	}
}

static void
look(void *arg)
{
	struct part_network *part = arg;
	struct agent *agent = part->agent;
	struct interface before[SENSOR_INTERFACES_MAX];
	size_t n_before = agent->n_interfaces;
	const struct interface *new;

	memcpy(before, agent->interfaces, sizeof(before));
	agent_interfaces(agent);
	for (size_t i = 0; i < agent->n_interfaces; i++)
		tell_address(before, n_before, &agent->interfaces[i]);
	new = newcomer(part);
	part->looks = new &&new->ifindex == part->candidate ? part->looks + 1 : 1;
	part->candidate = new ? new->ifindex : 0;
	if (new && part->looks >= LOOKS_TO_BELIEVE && !agent->stopping) {
		(void)log_warn(0,
		    "interface '%s' is new, ending so that the supervisor starts a sensor that "
		    "listens there",
		    new->name);
		agent_restart(agent);
		return;
	}
	(void)loop_timer_set(part->timer, LOOK_EVERY_MS);
}

/* The sensor was just born, with the interfaces that the agent knows. */
static int
start(struct agent *agent)
{
	struct part_network *part;
	int r;

	if (!sandbox_has_net_raw()) /* nor would the next start bear a sensor */
		return 0;
	part = calloc(1, sizeof(*part));
	if (!part)
		return -ENOMEM;
	part->agent = agent;
	for (size_t i = 0; i < agent->n_interfaces; i++)
		part->sensed[part->n_sensed++] = agent->interfaces[i].ifindex;
	r = loop_timer(agent->loop, look, part, &part->timer);
	if (r == 0)
		r = loop_timer_set(part->timer, LOOK_EVERY_MS);
	if (r < 0) {
		loop_event_free(part->timer);
		free(part);
		return r;
	}
	agent->network = part;
	return 0;
}

static void
stop(struct agent *agent)
{
	struct part_network *part = agent->network;

	agent->network = NULL;
	if (!part)
		return;
	loop_event_free(part->timer);
	free(part);
}

const struct part part_network = {.name = "network", .start = start, .stop = stop};
