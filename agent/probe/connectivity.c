/*
 * The ladder's I/O: who is probed, when and by what (ICMP and ARP through the
 * sensor, TCP connects and DNS questions of our own), and what outlives a power
 * cut. The rates: one Internet probe a second round-robin, the gateway every 5 s,
 * names and the collector every 30 s; the first miss makes all of them ask at
 * once and fast. What an outage is, ladder.c decides.
 */
#include "agent/probe/connectivity.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/probe/alive.h"
#include "agent/probe/ladder.h"
#include "agent/probe/route.h"
#include "common/check.h"
#include "common/cleanup.h"
#include "common/clock.h"
#include "common/loop.h"
#include "common/resolve.h"
#include "common/text.h"

enum {
	PENDING_MAX = 64,
	ANSWER_MS = 800, /* an ICMP, ARP or TCP answer after that is late */
	DNS_ANSWER_MS = 2000,
	FAST_MS = 200, /* between two probes of a target in doubt */
	STEADY_MS = 1000,
	ALIVE_EVERY_MS = 10000,
	CLOCK_WAIT_MS = 120000,
	ALIVE_GAP_MS = 30000, /* not running for less is not told */
	WINDOW_MS = 60000,
};

enum means { MEANS_LOCAL, MEANS_ICMP, MEANS_ARP, MEANS_TCP, MEANS_DNS };

struct watched {
	int target; /* in the ladder */
	enum ladder_rung rung;
	enum means means;
	struct address address;
	uint16_t port;
	struct resolver *resolver;
	uint64_t next_ms;
};

/* A probe on its way by our own socket or resolver; the sensor keeps its own time. */
struct pending {
	struct connectivity *owner;
	struct watched *watched; /* NULL: free */
	uint64_t sent_us;
	uint64_t deadline_ms;
	bool told; /* its miss was noted, an answer is late */
	int fd;    /* TCP, else -1 */
	struct loop_event *io;
};

/* Since the last run was alive: told when the time is known. */
struct absence {
	struct alive last;
	uint64_t began_boot_ms; /* this run */
	bool same_boot, pending;
};

struct connectivity {
	struct loop *loop;
	struct sensor *sensor;
	struct connectivity_events events;
	void *arg;
	struct ladder ladder;
	struct watched watched[LADDER_TARGETS_MAX];
	size_t n_watched;
	struct watched *gateway;
	struct pending pending[PENDING_MAX];
	uint64_t echo_sent_ms[1 << 8]; /* by the low byte of an echo's id */
	uint8_t echo_watched[1 << 8];
	uint32_t echo_next;
	struct route route;
	char dns_name[256];
	char state_dir[256];
	uint64_t window_ms, window_next_ms, alive_next_ms;
	enum connectivity_state told_state;
	struct absence absence;
	struct loop_event *timer;
};

/* The ladder runs on the boot clock; people read wall time. */
static int64_t
wall_of(int64_t boot_ms)
{
	return boot_ms + clock_wall_ms() - (int64_t)clock_boot_ms();
}

static void
fresh_id(uint8_t ret[static 16])
{
	(void)!getrandom(ret, 16, 0);
	ret[6] = (uint8_t)((ret[6] & 0x0f) | 0x40); /* RFC 9562, version 4 */
	ret[8] = (uint8_t)((ret[8] & 0x3f) | 0x80);
}

static void absence_end(struct connectivity *c);

static void
tell_outage(struct connectivity *c, const struct outage *found)
{
	struct outage o = *found;

	absence_end(c); /* whose open outage this one's file would stand for */
	o.onset_ms = wall_of(o.onset_ms);
	if (o.end_ms)
		o.end_ms = wall_of(o.end_ms);
	for (size_t i = 0; i < o.n_evidence; i++)
		o.evidence[i].at_ms = wall_of(o.evidence[i].at_ms);
	if (c->state_dir[0])
		(void)alive_keep_outage(c->state_dir, o.end_ms ? NULL : &o, found->onset_ms);
	if (c->events.on_outage)
		c->events.on_outage(c->arg, &o);
}

static void
step(struct connectivity *c)
{
	struct outage changed[LADDER_CHANGES_MAX];
	uint64_t now_ms = clock_boot_ms();
	size_t n = ladder_step(&c->ladder, now_ms, changed);

	for (size_t i = 0; i < n; i++)
		tell_outage(c, &changed[i]);
	if (n)
		fresh_id(c->ladder.next_id);
	if (c->ladder.state == c->told_state)
		return;
	c->told_state = c->ladder.state;
	if (c->events.on_state)
		c->events.on_state(c->arg, c->told_state, wall_of((int64_t)now_ms));
}

static void
note(struct connectivity *c, const struct watched *w, bool hit, uint64_t sent_ms,
    uint32_t rtt_us, const char *observed)
{
	ladder_note(
	    &c->ladder, w->target, hit ? LADDER_HIT : LADDER_MISS, sent_ms, rtt_us, observed);
}

/* ------------------------------------------------- probes of our own */

static void
pending_end(struct pending *p)
{
	loop_event_free(TAKE(p->io, NULL));
	if (p->fd >= 0)
		(void)close(TAKE(p->fd, -1));
	p->watched = NULL;
}

static void
pending_answer(struct pending *p, bool hit, const char *observed)
{
	struct connectivity *c = p->owner;
	uint64_t now_us = clock_boot_us();

	if (p->told)
		ladder_note(
		    &c->ladder, p->watched->target, LADDER_LATE, p->sent_us / 1000, 0, "");
	else
		note(c, p->watched, hit, p->sent_us / 1000, (uint32_t)(now_us - p->sent_us),
		    observed);
	pending_end(p);
	step(c);
}

static struct pending *
pending_new(struct connectivity *c, struct watched *w, uint64_t answer_ms)
{
	for (size_t i = 0; i < PENDING_MAX; i++) {
		struct pending *p = &c->pending[i];

		if (p->watched)
			continue;
		p->owner = c;
		p->watched = w;
		p->sent_us = clock_boot_us();
		p->deadline_ms = clock_boot_ms() + answer_ms;
		p->told = false;
		p->fd = -1;
		return p;
	}
	return NULL;
}

/* A missed TCP probe is closed; a DNS question stays with its resolver, which always answers in
 * the end. */
static void
pending_expire(struct connectivity *c, uint64_t now_ms)
{
	for (size_t i = 0; i < PENDING_MAX; i++) {
		struct pending *p = &c->pending[i];

		if (!p->watched || p->told || now_ms < p->deadline_ms)
			continue;
		note(c, p->watched, false, p->sent_us / 1000, 0, "timeout");
		p->told = true;
		if (p->fd >= 0)
			pending_end(p);
	}
}

/* A refusal comes from the target itself: the way there works. */
static void
on_connected(int fd, unsigned what, void *at)
{
	struct pending *p = at;
	int error = 0;
	socklen_t len = sizeof(error);

	(void)what;
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0)
		error = errno;
	if (error == ECONNREFUSED && p->watched->rung == RUNG_COLLECTOR)
		pending_answer(p, false, "ECONNREFUSED");
	else
		pending_answer(p, error == 0 || error == ECONNREFUSED, strerrorname_np(error));
}

static void
probe_tcp(struct connectivity *c, struct watched *w)
{
	struct sockaddr_storage to;
	size_t len = address_to_sockaddr(&w->address, w->port, &to);
	struct pending *p = pending_new(c, w, ANSWER_MS);

	if (!p)
		return;
	p->fd = socket(to.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (p->fd < 0) {
		pending_end(p);
		return;
	}
	if (connect(p->fd, (const struct sockaddr *)&to, (socklen_t)len) < 0 &&
	    errno != EINPROGRESS) {
		pending_answer(p, errno == ECONNREFUSED, strerrorname_np(errno));
		return;
	}
	if (loop_io(c->loop, p->fd, LOOP_WRITE, on_connected, p, &p->io) < 0)
		pending_end(p);
}

/* "There is no such name" is an answer: the resolver and its way out work. */
static void
on_resolved(void *arg, int error, const struct address addresses[], size_t count)
{
	struct pending *p = arg;

	(void)addresses;
	(void)count;
	if (!p->watched || error == -ECANCELED)
		return;
	pending_answer(p, error == 0 || error == -ENOENT,
	    error == -ETIMEDOUT ? "timeout" : strerrorname_np(-error));
}

/* A random label under our own zone defeats every cache on the way. */
static void
probe_dns(struct connectivity *c, struct watched *w)
{
	struct pending *p = pending_new(c, w, DNS_ANSWER_MS);
	const char *rest = c->dns_name;
	uint8_t random[6];
	char label[13], name[300];

	if (!p)
		return;
	(void)!getrandom(random, sizeof(random), 0);
	text_hex(label, random, sizeof(random));
	if (strncmp(rest, "*.", 2) == 0)
		(void)snprintf(name, sizeof(name), "%s%s", label, rest + 1);
	else
		(void)text_copy(name, sizeof(name), rest);
	resolver_ask(w->resolver, name, on_resolved, p);
}

/* ------------------------------------------------- probes by the sensor */

static void
probe_sensor(struct connectivity *c, struct watched *w)
{
	uint32_t id = c->echo_next++;
	enum sensor_probe kind = w->means == MEANS_ARP ? SENSOR_PROBE_ARP : SENSOR_PROBE_ICMP;

	c->echo_sent_ms[id & 0xff] = clock_boot_ms();
	c->echo_watched[id & 0xff] = (uint8_t)(w - c->watched);
	if (sensor_echo(c->sensor, kind, id, c->route.ifindex, &w->address, 0, ANSWER_MS) < 0)
		note(c, w, false, clock_boot_ms(), 0, "could not be sent");
}

void
connectivity_echo(struct connectivity *c, const struct echo_result *result)
{
	const struct watched *w = &c->watched[c->echo_watched[result->id & 0xff]];
	uint64_t sent_ms = c->echo_sent_ms[result->id & 0xff];
	char observed[48] = "timeout";

	if (c->echo_next - result->id > 0xff)
		return; /* from before the ring */
	if (result->icmp_type)
		(void)snprintf(observed, sizeof(observed), "ICMP type %u code %u",
		    (unsigned)result->icmp_type, (unsigned)result->icmp_code);
	if (result->late)
		ladder_note(&c->ladder, w->target, LADDER_LATE, sent_ms, 0, "");
	else
		note(c, w, result->answered, sent_ms, result->rtt_us, observed);
	step(c);
}

/* ------------------------------------------------- the round */

static void
note_local(struct connectivity *c, const struct watched *w, uint64_t now_ms)
{
	if (w->rung == RUNG_CARRIER)
		note(c, w, !c->route.interface[0] || route_carrier(c->route.interface), now_ms,
		    0, "no carrier");
	else
		note(c, w, c->route.gateway.family != ADDRESS_NONE, now_ms, 0,
		    "no default route");
}

/* A route that is gone keeps its interface and gateway: they are what must come back. */
static void
refresh_route(struct connectivity *c)
{
	struct route route;

	if (route_default(&route) < 0) {
		c->route.gateway.family = ADDRESS_NONE;
		return;
	}
	c->route = route;
	if (c->gateway && route.gateway.family != ADDRESS_NONE &&
	    !address_equal(&c->gateway->address, &route.gateway)) {
		c->gateway->address = route.gateway;
		address_format(&route.gateway, c->ladder.targets[c->gateway->target].name);
	}
}

static void
probe(struct connectivity *c, struct watched *w, uint64_t now_ms)
{
	switch (w->means) {
	case MEANS_LOCAL:
		note_local(c, w, now_ms);
		break;
	case MEANS_ICMP:
	case MEANS_ARP:
		if (w->address.family != ADDRESS_NONE)
			probe_sensor(c, w);
		break;
	case MEANS_TCP:
		if (w->address.family != ADDRESS_NONE)
			probe_tcp(c, w);
		break;
	case MEANS_DNS:
		probe_dns(c, w);
		break;
	}
}

static uint64_t
interval_ms(const struct connectivity *c, const struct watched *w, bool doubt)
{
	size_t internet = 0;

	if (w->rung > RUNG_INTERNET) /* names and the collector */
		return doubt || c->ladder.state == CONNECTIVITY_DOWN ? 2000 : 30000;
	if (doubt)
		return FAST_MS;
	if (w->means == MEANS_LOCAL || c->ladder.state == CONNECTIVITY_DOWN)
		return STEADY_MS;
	if (w->rung != RUNG_INTERNET)
		return 5000;
	for (size_t i = 0; i < c->n_watched; i++)
		internet += c->watched[i].rung == RUNG_INTERNET;
	return STEADY_MS * internet;
}

static void
probe_due(struct connectivity *c, uint64_t now_ms)
{
	bool doubt = ladder_doubts(&c->ladder);

	for (size_t i = 0; i < c->n_watched; i++) {
		struct watched *w = &c->watched[i];
		uint64_t wait_ms = interval_ms(c, w, doubt);

		if (w->next_ms > now_ms + wait_ms) /* doubt hurries what was planned */
			w->next_ms = now_ms;
		if (w->next_ms > now_ms)
			continue;
		w->next_ms =
		    doubt ? now_ms + wait_ms : ladder_slot(now_ms, wait_ms, i * STEADY_MS);
		probe(c, w, now_ms);
	}
}

static void
close_windows(struct connectivity *c, uint64_t now_ms)
{
	struct connectivity_window windows[CONNECTIVITY_WINDOWS_MAX];
	size_t n = ladder_windows(&c->ladder, now_ms, windows, CONNECTIVITY_WINDOWS_MAX);

	for (size_t i = 0; i < n; i++) {
		windows[i].from_ms = wall_of(windows[i].from_ms);
		windows[i].to_ms = wall_of(windows[i].to_ms);
	}
	c->window_next_ms = now_ms + c->window_ms;
	if (n && c->events.on_windows)
		c->events.on_windows(c->arg, windows, n);
}

static void
mark_alive(struct connectivity *c, uint64_t now_ms)
{
	struct alive mark = {.at_ms = clock_wall_ms(), .boot_ms = (int64_t)clock_boot_ms()};

	if (c->absence.pending)
		return;

	alive_boot_id(mark.boot_id);
	mark.n_windows =
	    ladder_look(&c->ladder, (uint64_t)mark.boot_ms, mark.windows, ALIVE_WINDOWS_MAX);
	if (c->state_dir[0])
		(void)alive_write(c->state_dir, &mark);
	c->alive_next_ms = now_ms + ALIVE_EVERY_MS;
}

static void absence_step(struct connectivity *c, uint64_t now_ms);

static void
on_tick(void *arg)
{
	struct connectivity *c = arg;
	uint64_t now_ms = clock_boot_ms(), next_ms = now_ms + STEADY_MS;

	refresh_route(c);
	pending_expire(c, now_ms);
	probe_due(c, now_ms);
	absence_step(c, now_ms);
	step(c);
	if (now_ms >= c->window_next_ms)
		close_windows(c, now_ms);
	if (now_ms >= c->alive_next_ms)
		mark_alive(c, now_ms);
	if (ladder_doubts(&c->ladder))
		next_ms = now_ms + FAST_MS / 2;
	for (size_t i = 0; i < c->n_watched; i++)
		if (c->watched[i].next_ms < next_ms)
			next_ms = c->watched[i].next_ms;
	for (size_t i = 0; i < PENDING_MAX; i++)
		if (c->pending[i].watched && !c->pending[i].told &&
		    c->pending[i].deadline_ms < next_ms)
			next_ms = c->pending[i].deadline_ms;
	(void)loop_timer_set(c->timer, next_ms > now_ms ? next_ms - now_ms : 1);
}

/* ------------------------------------------------- life */

static struct watched *
watch(struct connectivity *c, enum ladder_rung rung, enum means means,
    const struct address *address, uint16_t port, const char *name)
{
	struct watched *w = &c->watched[c->n_watched];
	char text[ADDRESS_TEXT_SIZE + 8], at[ADDRESS_TEXT_SIZE];
	int target;

	if (address) {
		address_format(address, at);
		(void)snprintf(text, sizeof(text), port ? "%s:%u" : "%s", at, (unsigned)port);
		name = text;
		w->address = *address;
	}
	target = ladder_add(&c->ladder, rung, name);
	if (target < 0)
		return NULL;
	w->target = target;
	w->rung = rung;
	w->means = means;
	w->port = port;
	w->next_ms =
	    clock_boot_ms() + (uint64_t)c->n_watched * 97; /* spread over the first second */
	c->n_watched++;
	return w;
}

static int
watch_dns(struct connectivity *c, enum ladder_rung rung, const char *server)
{
	struct resolver *resolver;
	struct watched *w;
	int r = resolver_new(c->loop, server, &resolver);

	if (r < 0)
		return r;
	w = watch(c, rung, MEANS_DNS, NULL, 0, server ? server : "resolv.conf");
	if (!w) {
		resolver_free(resolver);
		return -ENOSPC;
	}
	w->resolver = resolver;
	return 0;
}

static int
watch_target(struct connectivity *c, const struct connectivity_target *t)
{
	int64_t port = 443;
	char server[ADDRESS_TEXT_SIZE];

	if (!strcmp(t->kind, "dns")) {
		address_format(&t->address, server);
		return watch_dns(c, RUNG_INTERNET, server);
	}
	if (!strncmp(t->kind, "tcp:", 4) && text_i64(t->kind + 4, 1, 65535, &port) < 0)
		return -EINVAL;
	if (!strcmp(t->kind, "icmp") && c->sensor)
		return watch(c, RUNG_INTERNET, MEANS_ICMP, &t->address, 0, NULL) ? 0 : -ENOSPC;
	return watch(c, RUNG_INTERNET, MEANS_TCP, &t->address, (uint16_t)port, NULL) ? 0
										     : -ENOSPC;
}

static int
watch_all(struct connectivity *c, const struct connectivity_settings *s)
{
	int r = 0;

	refresh_route(c);
	if (!watch(c, RUNG_CARRIER, MEANS_LOCAL, NULL, 0, c->route.interface) ||
	    !watch(c, RUNG_ADDRESS, MEANS_LOCAL, NULL, 0, c->route.interface))
		return -ENOSPC;
	c->gateway = watch(c, RUNG_GATEWAY, c->sensor ? MEANS_ARP : MEANS_TCP,
	    &c->route.gateway, c->sensor ? 0 : 80, NULL);
	for (size_t i = 0; r == 0 && i < s->n_targets; i++)
		r = watch_target(c, &s->targets[i]);
	if (r == 0 && s->dns_name && s->dns_name[0]) {
		r = watch_dns(c, RUNG_DNS_LOCAL, s->resolver);
		if (r == 0 && s->public_resolver && s->public_resolver[0])
			r = watch_dns(c, RUNG_DNS_PUBLIC, s->public_resolver);
	}
	if (r == 0 && s->collector.family != ADDRESS_NONE &&
	    !watch(c, RUNG_COLLECTOR, MEANS_TCP, &s->collector, s->collector_port, NULL))
		r = -ENOSPC;
	return r;
}

/* ------------------------------------------------- what the last run left behind */

/* A moment of the last run by today's reading of the clock, when the boot clock knows it. */
static int64_t
moment_of(const struct absence *a, int64_t boot_ms, int64_t wall_ms)
{
	return a->same_boot ? wall_of(boot_ms) : wall_ms;
}

/* The outage that was open ends where the last run was last alive. */
static void
tell_open_outage(struct connectivity *c)
{
	const struct absence *a = &c->absence;
	struct outage open;
	int64_t onset_boot_ms;

	if (alive_read_outage(c->state_dir, &open, &onset_boot_ms) < 0)
		return;
	open.onset_ms = moment_of(a, onset_boot_ms, open.onset_ms);
	open.end_ms = moment_of(a, a->last.boot_ms, a->last.at_ms);
	if (open.end_ms <= open.onset_ms)
		open.end_ms = open.onset_ms + 1;
	if (c->events.on_outage)
		c->events.on_outage(c->arg, &open);
	(void)alive_keep_outage(c->state_dir, NULL, 0);
}

/* The time since then is told as our own absence. */
static void
tell_absence(struct connectivity *c)
{
	const struct absence *a = &c->absence;
	struct outage gone = {
	    .class = OUTAGE_AGENT_DOWN, .state = CONNECTIVITY_UNKNOWN, .n_evidence = 1};

	gone.onset_ms = moment_of(a, a->last.boot_ms, a->last.at_ms);
	gone.end_ms = wall_of((int64_t)a->began_boot_ms);
	if (gone.end_ms - gone.onset_ms < ALIVE_GAP_MS)
		return;
	fresh_id(gone.outage_id);
	(void)text_copy(gone.evidence[0].rung, sizeof(gone.evidence[0].rung), "agent");
	(void)text_copy(gone.evidence[0].observed, sizeof(gone.evidence[0].observed),
	    a->same_boot ? "the agent was started anew" : "the machine was started anew");
	gone.evidence[0].at_ms = gone.end_ms;
	if (c->events.on_outage)
		c->events.on_outage(c->arg, &gone);
}

/* The windows that were open are told as far as the last mark knows them; what was after it
 * stays unknown. */
static void
tell_open_windows(struct connectivity *c)
{
	struct absence *a = &c->absence;
	int64_t wall_ahead_ms = a->last.at_ms - a->last.boot_ms;

	for (size_t i = 0; i < a->last.n_windows; i++) {
		struct connectivity_window *w = &a->last.windows[i];

		w->from_ms = moment_of(a, w->from_ms, w->from_ms + wall_ahead_ms);
		w->to_ms = moment_of(a, w->to_ms, w->to_ms + wall_ahead_ms);
	}
	if (a->last.n_windows > 0 && c->events.on_windows)
		c->events.on_windows(c->arg, a->last.windows, a->last.n_windows);
}

static void
absence_end(struct connectivity *c)
{
	if (!c->absence.pending)
		return;
	c->absence.pending = false;
	tell_open_outage(c);
	tell_absence(c);
	mark_alive(c, clock_boot_ms()); /* so that no window is told twice */
	tell_open_windows(c);
}

/* After a power cut a clock without a battery stands wrong until somebody sets it: how long we
 * were gone is told once the time is known, or cannot be hoped for. */
static void
absence_step(struct connectivity *c, uint64_t now_ms)
{
	struct absence *a = &c->absence;

	if (a->same_boot || clock_is_known() || now_ms - a->began_boot_ms >= CLOCK_WAIT_MS)
		absence_end(c);
}

static void
absence_read(struct connectivity *c)
{
	struct absence *a = &c->absence;
	char boot_id[40];

	a->began_boot_ms = clock_boot_ms();
	if (alive_read(c->state_dir, &a->last) < 0)
		return;
	alive_boot_id(boot_id);
	a->same_boot = strcmp(boot_id, a->last.boot_id) == 0;
	a->pending = true;
	clock_not_before(a->last.at_ms);
	absence_step(c, a->began_boot_ms);
}

int
connectivity_start(struct loop *loop, struct sensor *sensor,
    const struct connectivity_settings *settings, const struct connectivity_events *events,
    void *arg, struct connectivity **ret)
{
	struct connectivity *c = calloc(1, sizeof(*c));
	int r;

	if (!c)
		return -ENOMEM;
	c->loop = loop;
	c->sensor = sensor;
	c->events = *events;
	c->arg = arg;
	c->window_ms = settings->window_ms ? settings->window_ms : WINDOW_MS;
	c->window_next_ms = clock_boot_ms() + c->window_ms;
	(void)text_copy(
	    c->dns_name, sizeof(c->dns_name), settings->dns_name ? settings->dns_name : "");
	(void)text_copy(
	    c->state_dir, sizeof(c->state_dir), settings->state_dir ? settings->state_dir : "");
	for (size_t i = 0; i < PENDING_MAX; i++)
		c->pending[i].fd = -1;
	ladder_init(&c->ladder, clock_boot_ms());
	c->told_state = c->ladder.state;
	fresh_id(c->ladder.next_id);
	r = watch_all(c, settings);
	if (r == 0)
		r = loop_timer(loop, on_tick, c, &c->timer);
	if (r < 0) {
		connectivity_stop(c);
		return r;
	}
	if (c->state_dir[0])
		absence_read(c);
	(void)loop_timer_set(c->timer, 1);
	*ret = c;
	return 0;
}

void
connectivity_stop(struct connectivity *c)
{
	if (!c)
		return;
	if (c->timer && c->state_dir[0])
		mark_alive(c, clock_boot_ms());
	for (size_t i = 0; i < c->n_watched; i++)
		resolver_free(c->watched[i].resolver);
	for (size_t i = 0; i < PENDING_MAX; i++)
		pending_end(&c->pending[i]);
	loop_event_free(c->timer);
	free(c);
}

enum connectivity_state
connectivity_now(const struct connectivity *c)
{
	return c->ladder.state;
}
