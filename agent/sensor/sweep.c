/*
 * The moving half of an ARP sweep: it sends what pacing.c says and sleeps until it
 * says more. The first request to an address that is known goes to its MAC alone, and so
 * does the one after its host was heard.
 */
#include "agent/sensor/sweep.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

#include "agent/sensor/child.h"
#include "agent/sensor/pacing.h"
#include "common/clock.h"
#include "common/loop.h"

enum { ASKS_A_TURN = 32 }; /* then the replies are read */

struct sweep {
	struct child *child;
	struct sweep_events events;
	struct loop_event *timer;
	struct pacing *pacing; /* NULL while none runs */
	uint64_t dropped;
	uint32_t seed;
	int error;
};

/* The port whose subnet holds an address; the only one there is, for an address of no subnet.
 */
static bool
port_for(const struct child *child, const struct address *ip, size_t *ret)
{
	for (size_t i = 0; i < child->n_ports; i++) {
		const struct port *port = &child->ports[i];

		if (port->capture && port->interface.ipv4.family != ADDRESS_NONE &&
		    address_in_range(ip, &port->interface.subnet)) {
			*ret = i;
			return true;
		}
	}
	*ret = 0;
	return child->n_ports == 1 && child->ports[0].capture;
}

static uint64_t
dropped(const struct child *child)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < child->n_ports; i++)
		if (child->ports[i].capture)
			sum += capture_dropped(child->ports[i].capture);
	return sum;
}

static void
ask(struct sweep *s, const struct address *ip, bool alone)
{
	struct mac mac;
	size_t port;
	bool known;
	int r;

	if (!port_for(s->child, ip, &port)) {
		s->error = -ENODEV; /* its interface has gone; the others are asked on */
		return;
	}
	known = alone && known_find(&s->child->known, (uint16_t)port, ip, &mac);
	r = child_ask(s->child, port, ip, known ? &mac : NULL);
	if (known)
		pacing_spared(s->pacing, clock_boot_us());
	if (r == -EAGAIN)
		pacing_behind(s->pacing);
}

static void
finish(struct sweep *s)
{
	struct sweep_result result;

	pacing_result(s->pacing, clock_boot_us(), &result);
	result.error = s->error;
	pacing_free(s->pacing);
	s->pacing = NULL;
	loop_timer_cancel(s->timer);
	s->events.on_done(s->child, &result);
}

static void
notice_drops(struct sweep *s)
{
	uint64_t now = dropped(s->child);

	if (now != s->dropped)
		pacing_behind(s->pacing);
	s->dropped = now;
}

static void
step(struct sweep *s)
{
	uint64_t wait_us = 0;
	struct address ip;
	uint32_t rate;
	bool alone;
	int asked = 0;

	while (asked < ASKS_A_TURN) {
		enum pacing_step next =
		    pacing_next(s->pacing, clock_boot_us(), &ip, &alone, &wait_us);

		if (next == PACING_DONE) {
			finish(s);
			return;
		}
		if (next == PACING_WAIT)
			break;
		ask(s, &ip, alone);
		asked++;
		wait_us = 0;
	}
	if (pacing_slowed(s->pacing, &rate))
		s->events.on_slowed(s->child, rate);
	(void)loop_timer_set_us(s->timer, wait_us);
}

static void
on_timer(void *arg)
{
	struct sweep *s = arg;

	notice_drops(s);
	step(s);
}

int
sweep_new(struct child *child, const struct sweep_events *events, struct sweep **ret)
{
	struct sweep *s = calloc(1, sizeof(*s));
	int r;

	if (!s)
		return -ENOMEM;
	s->child = child;
	s->events = *events;
	r = loop_timer(child->loop, on_timer, s, &s->timer);
	if (r == 0 && getrandom(&s->seed, sizeof(s->seed), 0) != sizeof(s->seed))
		r = -EIO;
	if (r < 0) {
		sweep_free(s);
		return r;
	}
	*ret = s;
	return 0;
}

void
sweep_free(struct sweep *s)
{
	if (!s)
		return;
	loop_event_free(s->timer);
	pacing_free(s->pacing);
	free(s);
}

/* A subnet's own number and its broadcast are nobody; we are not asked either. */
static void
skip_own(struct pacing *pacing, const struct interface *i)
{
	struct address last;

	if (i->ipv4.family == ADDRESS_NONE)
		return;
	pacing_skip(pacing, &i->ipv4);
	if (i->subnet.prefix_len >= 31) /* RFC 3021 */
		return;
	last = address_range_at(&i->subnet, address_range_count(&i->subnet) - 1);
	pacing_skip(pacing, &i->subnet.base);
	pacing_skip(pacing, &last);
}

void
sweep_end(struct sweep *s)
{
	if (!s->pacing)
		return;
	s->error = -ECANCELED;
	finish(s);
}

void
sweep_limit(struct sweep *s, uint32_t requests_per_s)
{
	if (s->pacing)
		pacing_limit(s->pacing, requests_per_s);
}

int
sweep_start(struct sweep *s, const struct sweep_plan *plan)
{
	size_t port;
	int r;

	if (s->pacing)
		return -EBUSY;
	for (size_t i = 0; i < plan->n_ranges; i++)
		if (!port_for(s->child, &plan->ranges[i].base, &port))
			return -EADDRNOTAVAIL;
	r = pacing_new(plan, s->seed++, clock_boot_us(), &s->pacing);
	if (r < 0)
		return r;
	for (size_t i = 0; i < s->child->n_ports; i++)
		skip_own(s->pacing, &s->child->ports[i].interface);
	s->error = 0;
	s->dropped = dropped(s->child);
	(void)loop_timer_set_us(s->timer, 0);
	return 0;
}

void
sweep_answered(struct sweep *s, const struct address *ip)
{
	if (s->pacing && pacing_answered(s->pacing, ip, clock_boot_us()))
		(void)loop_timer_set_us(s->timer, 0); /* there may be room for the next */
}

void
sweep_heard(struct sweep *s, const struct address *ip)
{
	if (s->pacing)
		pacing_heard(s->pacing, ip);
}
