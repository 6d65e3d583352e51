/*
 * The sensor process (`parta-agent -P sensor`): opens what it is told, shuts its
 * sandbox, then turns frames into sightings until the agent is gone. It is
 * OpenNTPD's border: what strangers send is read here, by a process that can reach
 * nothing.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/decode/decode.h"
#include "agent/sensor/child.h"
#include "agent/sensor/echo.h"
#include "agent/sensor/groups.h"
#include "agent/sensor/message.h"
#include "agent/sensor/outbox.h"
#include "agent/sensor/search.h"
#include "agent/sensor/sweep.h"
#include "common/check.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/loop.h"
#include "common/pipe.h"
#include "common/resident.h"
#include "common/sandbox.h"

enum {
	FRAMES_A_TURN = 64,
	ORDERS_A_TURN = 64,
	COUNTERS_EVERY_MS = 60 * 1000,
	RECHECK_EVERY_MS = 1000,
	FILTER_BYTES_MAX = 8192,
	ROOM_FOR_RESULTS = OUTBOX_BYTES / 4, /* each is waited for; a sighting comes again */
};

struct service {
	struct child child;
	struct loop_event *orders, *minute;
	bool started;
	int status;
};

static void
end(struct service *s, int status)
{
	s->status = status;
	loop_stop(s->child.loop);
}

static void
on_gone(void *arg)
{
	end(arg, EXIT_SUCCESS);
}

/* ---- frames */

static bool
is_arp(const struct sighting *s)
{
	return strcmp(s->source, decoder_arp.name) == 0;
}

static void
note_arp(struct port *port, const struct sighting *s)
{
	struct child *child = port->child;
	size_t at = (size_t)(port - child->ports), fact = 0;
	const char *key, *value;

	if (s->ip.family != ADDRESS_IPV4)
		return;
	if (!sighting_next(s, &fact, &key, &value)) /* a request: nobody answered anything */
		return;
	known_learn(&child->known, (uint16_t)at, &s->ip, &s->mac);
	sweep_answered(child->sweep, &s->ip);
	echo_answered(child->echo, at, &s->ip);
}

/* Who speaks by IP from an address of our own network lives there, and needs not be looked for
 * by a broadcast. */
static void
note_speaker(struct port *port, const uint8_t *bytes, const struct sighting *s)
{
	struct child *child = port->child;
	struct mac from;

	memcpy(from.bytes, bytes + 6, sizeof(from.bytes));
	if (s->ip.family != ADDRESS_IPV4 || port->interface.ipv4.family == ADDRESS_NONE ||
	    !mac_equal(&from, &s->mac) || !address_in_range(&s->ip, &port->interface.subnet))
		return;
	known_learn(&child->known, (uint16_t)(port - child->ports), &s->ip, &s->mac);
	sweep_heard(child->sweep, &s->ip);
}

/* A datagram to us alone may have come through a router, whose MAC is not the sender's. */
static bool
came_through_a_router(const struct port *port, const uint8_t *bytes, const struct sighting *s)
{
	struct mac to, from;

	memcpy(to.bytes, bytes, sizeof(to.bytes));
	memcpy(from.bytes, bytes + 6, sizeof(from.bytes));
	return !mac_is_multicast(&to) && mac_equal(&from, &s->mac) &&
	       s->ip.family == ADDRESS_IPV4 && port->interface.ipv4.family != ADDRESS_NONE &&
	       !address_in_range(&s->ip, &port->interface.subnet);
}

static void
tell_sighting(struct port *port, struct sighting *s)
{
	struct child *child = port->child;

	s->seen_ms = clock_wall_ms();
	s->ifindex = port->interface.ifindex;
	if (outbox_room(child->outbox) < ROOM_FOR_RESULTS ||
	    !outbox_put(child->outbox, MESSAGE_SIGHTING, s, message_sighting_len(s)))
		child->counters.sightings_dropped++;
}

static void
on_frame(void *arg, const uint8_t *bytes, size_t captured, size_t len)
{
	struct port *port = arg;
	struct child *child = port->child;
	struct sighting s[CAPTURE_SIGHTINGS_MAX];
	size_t n =
	    capture_judge(FRAME_LINK_ETHERNET, bytes, captured, len, &child->counters, s);

	if (n == 0)
		return;
	if (is_arp(&s[0]))
		note_arp(port, &s[0]);
	else if (came_through_a_router(port, bytes, &s[0]))
		memset(&s[0].mac, 0, sizeof(s[0].mac));
	else
		note_speaker(port, bytes, &s[0]);
	if (n > 1 && came_through_a_router(port, bytes, &s[1]))
		s[1].ip = (struct address){.family = ADDRESS_NONE};
	for (size_t i = 0; i < n; i++)
		tell_sighting(port, &s[i]);
}

static bool
any_port_left(const struct child *child)
{
	for (size_t i = 0; i < child->n_ports; i++)
		if (child->ports[i].capture)
			return true;
	return false;
}

static void
port_lost(struct port *port, int error)
{
	log_warn(error, "listening on interface '%s' ended", port->interface.name);
	loop_event_free(port->readable);
	port->readable = NULL;
	capture_close(port->capture);
	port->capture = NULL;
	if (!any_port_left(port->child))
		loop_stop(
		    port->child->loop); /* status stays failure: the supervisor starts anew */
}

static void
on_recheck(void *arg)
{
	struct child *child = arg;
	bool any_down = false;

	for (size_t i = 0; i < child->n_ports; i++) {
		struct port *port = &child->ports[i];

		if (port->capture && port->down && capture_gone(port->capture))
			port_lost(port, -ENODEV);
		any_down |= port->capture && port->down;
	}
	if (any_down)
		(void)loop_timer_set(child->recheck, RECHECK_EVERY_MS);
}

static void
on_frames(int fd, unsigned what, void *arg)
{
	struct port *port = arg;
	int r = capture_read(port->capture, FRAMES_A_TURN, on_frame, port);

	(void)fd;
	(void)what;
	if (r >= 0) {
		port->down = false;
	} else if (r == -ENETDOWN) {
		if (!port->down)
			log_info("interface '%s' is down", port->interface.name);
		port->down = true;
		(void)loop_timer_set(port->child->recheck, RECHECK_EVERY_MS);
	} else {
		port_lost(port, r);
	}
}

/* ---- the agent */

static void
send_counters(struct child *child)
{
	uint64_t dropped = 0;

	for (size_t i = 0; i < child->n_ports; i++)
		if (child->ports[i].capture)
			dropped += capture_dropped(child->ports[i].capture);
	child->counters.dropped_by_kernel = dropped;
	(void)outbox_put(
	    child->outbox, MESSAGE_COUNTERS, &child->counters, sizeof(child->counters));
}

static void
on_minute(void *arg)
{
	struct service *s = arg;

	send_counters(&s->child);
	(void)loop_timer_set(s->minute, COUNTERS_EVERY_MS);
}

static void
tell_swept(struct child *child, const struct sweep_result *result)
{
	send_counters(child);
	(void)outbox_put(child->outbox, MESSAGE_SWEPT, result, sizeof(*result));
}

static void
tell_slowed(struct child *child, uint32_t requests_per_s)
{
	const struct message_rate m = {.broadcasts_per_s = requests_per_s};

	(void)outbox_put(child->outbox, MESSAGE_SLOWED, &m, sizeof(m));
}

static void
tell_fate(struct child *child, const struct echo_result *result)
{
	(void)outbox_put(child->outbox, MESSAGE_FATE, result, sizeof(*result));
}

static int
open_port(struct child *child, const struct interface *interface, const char *filter,
    char words[static 256])
{
	struct port *port = &child->ports[child->n_ports];
	char error[CAPTURE_ERROR_BYTES];
	int r;

	port->interface = *interface;
	port->child = child;
	port->groups = groups_join(interface->ifindex);
	if (port->groups < 0)
		log_info("interface '%s' is in no multicast group", interface->name);
	r = capture_open(interface->name, interface->ifindex, filter, error, &port->capture);
	if (r < 0) {
		(void)snprintf(words, 256, "cannot listen on interface '%.15s': %.200s",
		    interface->name, error);
		return r;
	}
	child->n_ports++;
	return loop_io(child->loop, capture_fd(port->capture), LOOP_READ, on_frames, port,
	    &port->readable);
}

static int
open_all(struct child *child, const struct message_interfaces *m, char words[static 256])
{
	static const struct sweep_events sweep_events = {tell_swept, tell_slowed};
	char filter[FILTER_BYTES_MAX];
	int r = decode_filter(filter, sizeof(filter));

	for (size_t i = 0; r >= 0 && i < m->n; i++)
		r = open_port(child, &m->interfaces[i], filter, words);
	if (r < 0)
		return r;
	r = sweep_new(child, &sweep_events, &child->sweep);
	if (r == 0)
		r = echo_new(child, tell_fate, &child->echo);
	if (r == 0)
		r = search_new(child, &child->search);
	if (r < 0)
		(void)snprintf(words, 256, "cannot open a raw ICMP socket");
	return r;
}

static int
shut_sandbox(char words[static 256])
{
	int r = sandbox_drop_capabilities();

	resident_release();
	if (r == 0)
		r = sandbox_enter(SANDBOX_SENSOR);
	if (r < 0)
		(void)snprintf(words, 256, "cannot shut the sandbox");
	return r;
}

static void
start(struct service *s, const struct message_interfaces *m)
{
	struct message_ready ready = {0};
	int r = s->started ? -EALREADY : open_all(&s->child, m, ready.words);

	if (r >= 0)
		r = shut_sandbox(ready.words);
	s->started = true;
	ready.error = r < 0 ? r : 0;
	(void)outbox_put(s->child.outbox, MESSAGE_READY, &ready, sizeof(ready));
	if (r < 0)
		end(s, EXIT_FAILURE);
	else
		(void)loop_timer_set(s->minute, COUNTERS_EVERY_MS);
}

/* New addresses of ports that we have; their captures stay. */
static void
update(struct child *child, const struct message_interfaces *m)
{
	for (size_t i = 0; i < m->n; i++)
		for (size_t k = 0; k < child->n_ports; k++)
			if (child->ports[k].interface.ifindex == m->interfaces[i].ifindex)
				child->ports[k].interface = m->interfaces[i];
}

static void
sweep(struct child *child, const struct sweep_plan *plan)
{
	struct sweep_result result = {.error = sweep_start(child->sweep, plan)};

	if (result.error < 0)
		tell_swept(child, &result);
}

/* False when the agent says what it may not. */
static bool
obey(struct service *s, uint32_t type, const void *body)
{
	if (!s->started && type != MESSAGE_START)
		return false;
	switch (type) {
	case MESSAGE_START:
		start(s, body);
		return true;
	case MESSAGE_INTERFACES:
		update(&s->child, body);
		return true;
	case MESSAGE_SWEEP:
		sweep(&s->child, body);
		return true;
	case MESSAGE_SWEEP_END:
		sweep_end(s->child.sweep);
		return true;
	case MESSAGE_RATE:
		sweep_limit(
		    s->child.sweep, ((const struct message_rate *)body)->broadcasts_per_s);
		return true;
	case MESSAGE_PROBE:
		echo_probe(s->child.echo, body);
		return true;
	case MESSAGE_SEARCH:
		search_start(s->child.search);
		return true;
	default:
		return false;
	}
}

static void
on_orders(int fd, unsigned what, void *arg)
{
	_Alignas(max_align_t) uint8_t body[MESSAGE_BYTES_MAX];
	struct service *s = arg;

	(void)what;
	for (int i = 0; i < ORDERS_A_TURN; i++) {
		uint32_t type;
		size_t len;
		int r = pipe_receive(fd, &type, body, sizeof(body), &len);

		if (r == -EAGAIN)
			return;
		if (r == -EPIPE) {
			end(s, EXIT_SUCCESS);
			return;
		}
		if (r < 0 || !message_is_order(type) || !message_sane(type, body, len) ||
		    !obey(s, type, body)) {
			log_error(r, "the agent sent a message that cannot be read");
			end(s, EXIT_FAILURE);
			return;
		}
	}
}

/* A terminal's Ctrl-C and a supervisor's SIGTERM reach us too; we end when the agent has ended.
 */
static void
ignore_signals(void)
{
	static const int ignored[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGUSR1, SIGUSR2};
	struct sigaction ignore = {.sa_handler = SIG_IGN};

	for (size_t i = 0; i < COUNT_OF(ignored); i++)
		(void)sigaction(ignored[i], &ignore, NULL);
}

static int
service_new(struct service **ret)
{
	struct service *s = calloc(1, sizeof(*s));
	int r;

	if (!s)
		return -ENOMEM;
	s->status = EXIT_FAILURE;
	capture_counters_name(&s->child.counters);
	r = loop_new(&s->child.loop);
	if (r == 0)
		r = outbox_new(s->child.loop, MESSAGE_FD, on_gone, s, &s->child.outbox);
	if (r == 0)
		r = loop_io(s->child.loop, MESSAGE_FD, LOOP_READ, on_orders, s, &s->orders);
	if (r == 0)
		r = loop_timer(s->child.loop, on_minute, s, &s->minute);
	if (r == 0)
		r = loop_timer(s->child.loop, on_recheck, &s->child, &s->child.recheck);
	*ret = s;
	return r;
}

static void
service_free(struct service *s)
{
	struct child *child = &s->child;

	for (size_t i = 0; i < child->n_ports; i++) {
		loop_event_free(child->ports[i].readable);
		capture_close(child->ports[i].capture);
		if (child->ports[i].groups >= 0)
			(void)close(child->ports[i].groups);
	}
	sweep_free(child->sweep);
	echo_free(child->echo);
	search_free(child->search);
	loop_event_free(child->recheck);
	loop_event_free(s->minute);
	loop_event_free(s->orders);
	outbox_free(child->outbox);
	loop_free(child->loop);
	free(s);
}

int
sensor_main(void)
{
	struct service *s = NULL;
	int status, r;

	log_open("parta-agent[sensor]", LOG_LEVEL_INFO);
	ignore_signals();
	r = service_new(&s);
	if (r < 0)
		log_error(r, "cannot start the sensor: it is started by parta-agent only");
	else
		r = loop_run(s->child.loop);
	status = r < 0 || !s ? EXIT_FAILURE : s->status;
	if (s)
		service_free(s);
	return status;
}
