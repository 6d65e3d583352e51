/*
 * The ladder's I/O: who is probed and by what: ICMP and ARP through the sensor; TCP
 * connects, DNS questions, HTTP requests and TLS handshakes of our own. When each is
 * due, and what an outage is, ladder.c decides.
 */
#include "agent/probe/connectivity.h"

#include <errno.h>
#include <netinet/ip_icmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "agent/probe/absence.h"
#include "agent/probe/alive.h"
#include "agent/probe/dns_client.h"
#include "agent/probe/genuine.h"
#include "agent/probe/knock.h"
#include "agent/probe/ladder.h"
#include "agent/probe/ladder_samples.h"
#include "agent/probe/route.h"
#include "common/check.h"
#include "common/cleanup.h"
#include "common/clock.h"
#include "common/loop.h"
#include "common/resolve.h"
#include "common/text.h"

enum {
	PENDING_MAX = 128,
	ANSWER_MS = 800, /* what comes after that is late */
	DNS_ANSWER_MS = 1000,
	LATE_MS = 6000, /* and after that it is not waited for */
	TICK_MS = 500,
	DOUBT_TICK_MS = 100,
	ALIVE_EVERY_MS = 10000,
	WINDOW_MS = 60000,
	NAME_EVERY_MS = 60000, /* the collector's, while it is not known; then every hour */
	NAME_KEEP_MS = 3600 * 1000,
	HOP_EVERY_MS = 600 * 1000, /* the provider's first hop is looked for again */
	HOP_RETRY_MS = 20 * 1000,
	HOP_TTL_MAX = 6,
	HOP_PAUSE_MS = 1000, /* routers tell of an expired packet about once a second */
	ECHO_RING = 1 << 10,
	CLOCK_CHANCE_MS = 5,
};

enum means { MEANS_LOCAL, MEANS_ICMP, MEANS_ARP, MEANS_TCP, MEANS_DNS, MEANS_GENUINE };

struct watched {
	int target; /* in the ladder */
	enum ladder_rung rung;
	enum means means;
	struct address address; /* of a resolver: family 0: that of resolv.conf */
	uint16_t port;
	uint8_t ttl; /* MEANS_ICMP: who lets it expire there answers; 0: the address does */
	uint64_t next_ms, asked_ms;
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
	struct dns_question *question;
};

/* A probe by the sensor, found again by its number. */
struct echo {
	uint64_t sent_ms;
	struct watched *watched; /* NULL: it looks for the provider's first hop */
	uint8_t ttl;
};

/* The collector's name on its way to an address; outlives us when we end before. */
struct naming {
	struct connectivity *owner; /* NULL: it ended */
};

struct connectivity {
	struct loop *loop;
	struct sensor *sensor;
	struct connectivity_events events;
	void *arg;
	struct ladder ladder;
	struct watched watched[LADDER_TARGETS_MAX];
	size_t n_watched;
	struct watched *carrier, *address, *gateway;
	struct watched *hop, *away; /* hop NULL: not known; away: the collector */
	struct pending pending[PENDING_MAX];
	struct echo echoes[ECHO_RING];
	uint32_t echo_next;
	struct route route;
	struct route_ways ways; /* the interfaces that a default route led through */
	char dns_name[256];
	char state_dir[256];
	uint64_t window_ms, window_next_ms, alive_next_ms;
	int64_t wall_ahead_ms;
	struct resolver *names;
	struct naming *naming;
	char collector_host[256];
	struct address collector; /* family 0: not known yet */
	uint64_t name_next_ms, hop_next_ms;
	bool ipv6; /* the network has, or had, a way by it */
	struct address hop_address;
	bool gateway_tells; /* of packets that expire at it */
	uint8_t hop_ttl;    /* looked at now; 0: none is */
	struct genuine *genuine;
	struct watched *portal, *tls; /* NULL: not asked */
	enum connectivity_state told_state;
	struct absence absence;
	struct loop_event *timer;
};

/* The ladder runs on the boot clock; people read wall time. Of two clocks read one after the
 * other the last digit is chance: a moment stays what it was told to be. */
static int64_t
wall_of(struct connectivity *c, int64_t boot_ms)
{
	int64_t ahead_ms = clock_wall_ms() - (int64_t)clock_boot_ms();

	if (llabs(ahead_ms - c->wall_ahead_ms) > CLOCK_CHANCE_MS)
		c->wall_ahead_ms = ahead_ms;
	return boot_ms + c->wall_ahead_ms;
}

static void mark_alive(struct connectivity *c, uint64_t now_ms);

/* So that no window is told twice, the mark is renewed before the old one's are. */
static void
tell_absence(struct connectivity *c)
{
	if (!c->absence.pending)
		return;
	absence_tell_outages(&c->absence, c->state_dir, &c->events, c->arg);
	mark_alive(c, clock_boot_ms());
	absence_tell_windows(&c->absence, &c->events, c->arg);
}

static void
tell_outage(struct connectivity *c, const struct outage *found)
{
	struct outage o = *found;

	tell_absence(c); /* whose open outage this one's file would stand for */
	o.onset_ms = wall_of(c, o.onset_ms);
	if (o.end_ms)
		o.end_ms = wall_of(c, o.end_ms);
	for (size_t i = 0; i < o.n_evidence; i++)
		o.evidence[i].at_ms = wall_of(c, o.evidence[i].at_ms);
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
		absence_fresh_id(c->ladder.next_id);
	if (c->ladder.state == c->told_state)
		return;
	c->told_state = c->ladder.state;
	if (c->events.on_state)
		c->events.on_state(c->arg, c->told_state, wall_of(c, (int64_t)now_ms));
}

static void
say_sample(struct connectivity *c, int target, enum ladder_outcome outcome, uint64_t sent_ms,
    uint32_t rtt_us, const char *observed)
{
	char line[SAMPLES_LINE_BYTES];

	if (!c->events.on_sample)
		return;
	samples_note_format(clock_boot_ms(), target, outcome, sent_ms, rtt_us, observed, line);
	c->events.on_sample(c->arg, line);
}

static void
say_target(struct connectivity *c, int target)
{
	char line[SAMPLES_LINE_BYTES];

	if (!c->events.on_sample)
		return;
	samples_target_format(&c->ladder, target, line);
	c->events.on_sample(c->arg, line);
}

/* w NULL: it is not watched yet. */
static void
rename_target(struct connectivity *c, const struct watched *w, const char *name)
{
	if (w)
		(void)text_copy(c->ladder.targets[w->target].name,
		    sizeof(c->ladder.targets[w->target].name), name);
}

static void
note(struct connectivity *c, const struct watched *w, enum ladder_outcome outcome,
    uint64_t sent_ms, uint32_t rtt_us, const char *observed)
{
	say_sample(c, w->target, outcome, sent_ms, rtt_us, observed);
	ladder_note(&c->ladder, w->target, outcome, sent_ms, rtt_us, observed);
}

/* ------------------------------------------------- probes of our own */

static void
pending_end(struct pending *p)
{
	loop_event_free(TAKE(p->io, NULL));
	dns_cancel(TAKE(p->question, NULL));
	if (p->fd >= 0)
		(void)close(TAKE(p->fd, -1));
	p->watched = NULL;
}

static void
pending_answer(struct pending *p, bool hit, const char *observed)
{
	struct connectivity *c = p->owner;
	uint64_t rtt_us = clock_boot_us() - p->sent_us;

	if (!p->told)
		note(c, p->watched, hit ? LADDER_HIT : LADDER_MISS, p->sent_us / 1000,
		    (uint32_t)rtt_us, observed);
	else if (hit)
		note(c, p->watched, LADDER_LATE, p->sent_us / 1000, (uint32_t)rtt_us, "");
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

/* What is missed may still be answered late; dns_client ends its questions itself. */
static void
pending_expire(struct connectivity *c, uint64_t now_ms)
{
	for (size_t i = 0; i < PENDING_MAX; i++) {
		struct pending *p = &c->pending[i];

		if (!p->watched || now_ms < p->deadline_ms)
			continue;
		if (!p->told) {
			note(c, p->watched, LADDER_MISS, p->sent_us / 1000, 0, "timeout");
			p->told = true;
			p->deadline_ms = p->sent_us / 1000 + LATE_MS;
		} else if (p->fd >= 0) {
			pending_end(p);
		}
	}
}

/* A refusal comes from the target itself: the way there works. */
static void
pending_knocked(struct pending *p, int r)
{
	bool refused = r == -ECONNREFUSED && p->watched->rung != RUNG_COLLECTOR;

	pending_answer(p, r == 0 || refused, strerrorname_np(-r));
}

static void
on_connected(int fd, unsigned what, void *at)
{
	struct pending *p = at;
	int r = knock_answer(fd);

	(void)what;
	if (r == 0 && p->told && knock_was_repeated(fd, clock_boot_us() - p->sent_us))
		pending_end(p);
	else
		pending_knocked(p, r);
}

static void
probe_tcp(struct connectivity *c, struct watched *w)
{
	struct pending *p = pending_new(c, w, ANSWER_MS);
	int r;

	if (!p)
		return;
	r = knock_begin(&w->address, w->port, &p->fd);
	if (r < 0)
		pending_knocked(p, r);
	else if (loop_io(c->loop, p->fd, LOOP_WRITE, on_connected, p, &p->io) < 0)
		pending_end(p);
}

/* "There is no such name" is an answer: the resolver and its way out work. */
static void
on_resolved(void *arg, const struct dns_answer *answer)
{
	struct pending *p = arg;
	bool hit = answer->rcode == DNS_NOERROR || answer->rcode == DNS_NXDOMAIN;
	char observed[DNS_RCODE_SIZE];

	p->question = NULL;
	dns_rcode_format(answer->rcode, observed);
	pending_answer(p, hit, observed);
}

static void
probe_dns(struct connectivity *c, struct watched *w)
{
	struct pending *p = pending_new(c, w, DNS_ANSWER_MS);
	struct address resolver = w->address;
	char name[300];
	int r = 0;

	if (!p)
		return;
	dns_fresh_name(*c->dns_name ? c->dns_name : "*.invalid", name, sizeof(name));
	if (resolver.family == ADDRESS_NONE)
		r = dns_own_resolver(&resolver);
	if (r == 0)
		r = dns_ask(c->loop, &resolver, name, LATE_MS, on_resolved, p, &p->question);
	if (r < 0)
		pending_answer(p, false, r == -ENOENT ? "no resolver" : strerrorname_np(-r));
}

static void
on_genuine(void *arg, enum genuine_kind kind, enum genuine_answer answer, uint64_t sent_ms,
    const char *observed)
{
	struct connectivity *c = arg;
	const struct watched *w = kind == GENUINE_HTTP ? c->portal : c->tls;

	if (answer == GENUINE_NO_WORD)
		return;
	note(c, w, answer == GENUINE_OWN ? LADDER_HIT : LADDER_MISS, sent_ms,
	    (uint32_t)(clock_boot_ms() - sent_ms) * 1000, observed);
	step(c);
}

/* ------------------------------------------------- probes by the sensor */

static int
send_echo(struct connectivity *c, struct watched *w, enum sensor_probe kind,
    const struct address *to, uint8_t ttl)
{
	uint32_t id = c->echo_next++;
	struct echo *e = &c->echoes[id % ECHO_RING];
	uint32_t ifindex = kind == SENSOR_PROBE_ARP ? c->route.ifindex : 0;

	*e = (struct echo){.sent_ms = clock_boot_ms(), .watched = w, .ttl = ttl};
	return sensor_echo(c->sensor, kind, id, ifindex, to, ttl, ANSWER_MS);
}

static void
probe_sensor(struct connectivity *c, struct watched *w)
{
	enum sensor_probe kind = w->means == MEANS_ARP ? SENSOR_PROBE_ARP : SENSOR_PROBE_ICMP;

	if (send_echo(c, w, kind, &w->address, w->ttl) < 0)
		note(c, w, LADDER_MISS, clock_boot_ms(), 0, "could not be sent");
}

static void hop_found(struct connectivity *c, const struct echo_result *result, uint8_t ttl);
static bool hop_goes_on(struct connectivity *c, const struct echo_result *result, uint8_t ttl);

void
connectivity_echo(struct connectivity *c, const struct echo_result *result)
{
	const struct echo *e = &c->echoes[result->id % ECHO_RING];
	const struct watched *w = e->watched;
	bool hit = result->answered;
	char observed[48] = "timeout";

	if (c->echo_next - result->id > ECHO_RING || c->echo_next == result->id)
		return; /* from before the ring */
	if (!w) {
		hop_found(c, result, e->ttl);
		return;
	}
	if (w == c->hop && hop_goes_on(c, result, e->ttl))
		return;
	if (w == c->hop && address_equal(&result->from, &c->hop_address))
		hit = true; /* whatever it complains of */
	if (result->error < 0)
		(void)text_copy(observed, sizeof(observed), strerrorname_np(-result->error));
	else if (result->icmp_type)
		(void)snprintf(observed, sizeof(observed), "ICMP type %u code %u",
		    (unsigned)result->icmp_type, (unsigned)result->icmp_code);
	if (!result->late)
		note(
		    c, w, hit ? LADDER_HIT : LADDER_MISS, e->sent_ms, result->rtt_us, observed);
	else if (hit)
		note(c, w, LADDER_LATE, e->sent_ms, result->rtt_us, "");
	step(c);
}

/* ------------------------------------------------- the provider's first hop */

static const struct watched *
pinged_target(const struct connectivity *c)
{
	for (size_t i = 0; i < c->n_watched; i++)
		if (c->watched[i].rung == RUNG_INTERNET && c->watched[i].means == MEANS_ICMP &&
		    c->watched[i].address.family == ADDRESS_IPV4)
			return &c->watched[i];
	return NULL;
}

/* It is the first router behind the gateway with a public address: asked by packets that expire
 * there, as most of them answer nothing else. */
static void
hop_look(struct connectivity *c, uint64_t now_ms)
{
	const struct watched *target = pinged_target(c);

	if (!c->sensor || !target || now_ms < c->hop_next_ms ||
	    c->ladder.state != CONNECTIVITY_UP)
		return;
	c->hop_next_ms = now_ms + HOP_RETRY_MS;
	c->hop_ttl = 1;
	(void)send_echo(c, NULL, SENSOR_PROBE_ICMP, &target->address, c->hop_ttl);
}

static struct watched *watch(struct connectivity *c, enum ladder_rung rung, enum means means,
    const struct address *address, uint16_t port, const char *name);

static void
hop_take(struct connectivity *c, const struct address *from, uint8_t ttl)
{
	const struct watched *target = pinged_target(c);
	char name[ADDRESS_TEXT_SIZE];

	c->hop_ttl = 0;
	c->hop_next_ms = clock_boot_ms() + HOP_EVERY_MS;
	address_format(from, name);
	if (!c->hop)
		c->hop = watch(c, RUNG_ISP, MEANS_ICMP, NULL, 0, name);
	if (!c->hop || !target)
		return;
	c->hop->address = target->address;
	c->hop->ttl = ttl;
	c->hop_address = *from;
	rename_target(c, c->hop, name);
}

/*
 * Routers ration what they say of expired packets: one that said nothing is asked
 * itself. But a gateway without a way to the Internet may reach it all the same;
 * whether it has one, shows by a packet that expires there. Returns whether more is
 * to come.
 */
static bool
hop_goes_on(struct connectivity *c, const struct echo_result *result, uint8_t ttl)
{
	const struct address *to = &c->hop->address;
	bool expired = result->icmp_type == ICMP_TIME_EXCEEDED;

	if (ttl == 0 || result->late || result->answered ||
	    address_equal(&result->from, &c->hop_address))
		return false;
	if (ttl > 1 && c->gateway_tells)
		return send_echo(c, c->hop, SENSOR_PROBE_ICMP, to, 1) == 0;
	if (ttl > 1 || expired)
		return send_echo(c, c->hop, SENSOR_PROBE_ICMP, &c->hop_address, 0) == 0;
	return false;
}

static void
hop_found(struct connectivity *c, const struct echo_result *result, uint8_t ttl)
{
	const struct watched *target = pinged_target(c);

	if (!target || ttl != c->hop_ttl || result->late)
		return;
	if (ttl == 1)
		c->gateway_tells = result->icmp_type == ICMP_TIME_EXCEEDED;
	else if (result->icmp_type == ICMP_TIME_EXCEEDED && !address_is_private(&result->from))
		hop_take(c, &result->from, ttl);
	if (result->answered || ttl == HOP_TTL_MAX)
		c->hop_ttl = 0; /* the target is nearer than any */
	if (c->hop_ttl > 0 &&
	    send_echo(c, NULL, SENSOR_PROBE_ICMP, &target->address, ++c->hop_ttl) < 0)
		c->hop_ttl = 0;
}

/* ------------------------------------------------- the round */

static void
note_local(struct connectivity *c, const struct watched *w, uint64_t now_ms)
{
	bool carrier = w->rung == RUNG_CARRIER;
	bool hit = carrier ? route_has_carrier(&c->route, &c->ways)
			   : c->route.gateway.family != ADDRESS_NONE;

	note(c, w, hit ? LADDER_HIT : LADDER_MISS, now_ms, 0,
	    carrier ? "no carrier" : "no default route");
}

/* A route that is gone keeps its gateway: it is what must come back. */
static void
refresh_route(struct connectivity *c)
{
	char ways[ROUTE_WAYS_TEXT_SIZE], name[ADDRESS_TEXT_SIZE];
	struct route route;

	c->ipv6 = c->ipv6 || route_ipv6();
	if (route_default(&route, &c->ways) == 0)
		c->route = route;
	else
		c->route.gateway.family = ADDRESS_NONE;
	route_ways_format(&c->route, &c->ways, ways);
	rename_target(c, c->carrier, ways);
	rename_target(c, c->address, ways);
	if (!c->gateway || c->route.gateway.family == ADDRESS_NONE ||
	    address_equal(&c->gateway->address, &c->route.gateway))
		return;
	c->gateway->address = c->route.gateway;
	address_format(&c->route.gateway, name);
	rename_target(c, c->gateway, name);
	c->hop_next_ms = 0;
}

static void
on_named(void *arg, int error, const struct address addresses[], size_t count)
{
	struct naming *naming = arg;
	struct connectivity *c = naming->owner;

	free(naming);
	if (!c)
		return;
	c->naming = NULL;
	if (error < 0 || count == 0)
		return;
	c->collector = c->away->address = addresses[0];
	c->name_next_ms = clock_boot_ms() + NAME_KEEP_MS;
}

/* The line may well be down when we begin: the collector's name is asked for until it is known,
 * and now and then after, since it may move. */
static void
name_look(struct connectivity *c, uint64_t now_ms)
{
	struct address literal;

	if (!c->away || !c->names || c->naming || now_ms < c->name_next_ms ||
	    address_parse(c->collector_host, &literal) == 0)
		return;
	c->name_next_ms = now_ms + NAME_EVERY_MS;
	c->naming = malloc(sizeof(*c->naming));
	if (!c->naming)
		return;
	c->naming->owner = c;
	resolver_ask(c->names, c->collector_host, on_named, c->naming);
}

static void
probe(struct connectivity *c, struct watched *w, uint64_t now_ms)
{
	if (w->rung == RUNG_INTERNET && w->address.family == ADDRESS_IPV6 && !c->ipv6)
		return; /* it says nothing of a network that never had IPv6 */
	switch (w->means) {
	case MEANS_LOCAL:
		note_local(c, w, now_ms);
		break;
	case MEANS_ICMP:
	case MEANS_ARP:
		if (w->address.family == ADDRESS_NONE ||
		    (w->ttl && now_ms < w->asked_ms + HOP_PAUSE_MS))
			break;
		w->asked_ms = now_ms;
		probe_sensor(c, w);
		break;
	case MEANS_TCP:
		if (w->address.family != ADDRESS_NONE)
			probe_tcp(c, w);
		break;
	case MEANS_DNS:
		probe_dns(c, w);
		break;
	case MEANS_GENUINE:
		genuine_ask(c->genuine, w->rung == RUNG_PORTAL ? GENUINE_HTTP : GENUINE_TLS,
		    &c->collector);
		break;
	}
}

static void
probe_due(struct connectivity *c, uint64_t now_ms)
{
	for (size_t i = 0; i < c->n_watched; i++) {
		struct watched *w = &c->watched[i];

		if (ladder_due(&c->ladder, w->target, now_ms, &w->next_ms))
			probe(c, w, now_ms);
	}
}

static void
close_windows(struct connectivity *c, uint64_t now_ms)
{
	struct connectivity_window windows[CONNECTIVITY_WINDOWS_MAX];
	size_t n = ladder_windows(&c->ladder, now_ms, windows, CONNECTIVITY_WINDOWS_MAX);

	for (size_t i = 0; i < n; i++) {
		windows[i].from_ms = wall_of(c, windows[i].from_ms);
		windows[i].to_ms = wall_of(c, windows[i].to_ms);
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

static void
on_tick(void *arg)
{
	struct connectivity *c = arg;
	uint64_t now_ms = clock_boot_ms(), next_ms = now_ms + TICK_MS;

	refresh_route(c);
	name_look(c, now_ms);
	hop_look(c, now_ms);
	pending_expire(c, now_ms);
	probe_due(c, now_ms);
	if (absence_is_clear(&c->absence, now_ms))
		tell_absence(c);
	step(c);
	if (now_ms >= c->window_next_ms)
		close_windows(c, now_ms);
	if (now_ms >= c->alive_next_ms)
		mark_alive(c, now_ms);
	if (ladder_doubts(&c->ladder))
		next_ms = now_ms + DOUBT_TICK_MS;
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
	say_target(c, target);
	return w;
}

static int
watch_dns(struct connectivity *c, enum ladder_rung rung, const char *server)
{
	struct address address = {0};
	struct watched *w;

	if (server && address_parse(server, &address) < 0)
		return -EINVAL;
	w = watch(c, rung, MEANS_DNS, NULL, 0, server ? server : "resolv.conf");
	if (!w)
		return -ENOSPC;
	w->address = address;
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
watch_collector(struct connectivity *c, const struct connectivity_settings *s)
{
	const struct genuine_settings genuine = {.transfers = s->transfers,
	    .host = s->collector_host,
	    .port = s->collector_port,
	    .ca_file = s->ca_file,
	    .portal_url = s->portal_url,
	    .on_answer = on_genuine,
	    .arg = c};
	char name[300];
	int r;

	if (!s->collector_host || !*s->collector_host)
		return 0;
	(void)text_copy(c->collector_host, sizeof(c->collector_host), s->collector_host);
	(void)address_parse(s->collector_host, &c->collector);
	(void)snprintf(name, sizeof(name), "%s:%u", s->collector_host, s->collector_port);
	c->away = watch(c, RUNG_COLLECTOR, MEANS_TCP, NULL, s->collector_port, name);
	if (!c->away)
		return -ENOSPC;
	c->away->address = c->collector;
	if (!s->transfers)
		return 0;
	r = genuine_new(&genuine, &c->genuine);
	if (r < 0)
		return r;
	c->portal = watch(
	    c, RUNG_PORTAL, MEANS_GENUINE, NULL, 0, genuine_target(c->genuine, GENUINE_HTTP));
	if (s->ca_file)
		c->tls = watch(c, RUNG_TLS, MEANS_GENUINE, NULL, 0,
		    genuine_target(c->genuine, GENUINE_TLS));
	return c->portal && (c->tls || !s->ca_file) ? 0 : -ENOSPC;
}

static int
watch_all(struct connectivity *c, const struct connectivity_settings *s)
{
	int r = 0;

	refresh_route(c);
	c->carrier = watch(c, RUNG_CARRIER, MEANS_LOCAL, NULL, 0, c->route.interface);
	c->address = watch(c, RUNG_ADDRESS, MEANS_LOCAL, NULL, 0, c->route.interface);
	if (!c->carrier || !c->address)
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
	return r < 0 ? r : watch_collector(c, s);
}

static void
samples_begin(struct connectivity *c)
{
	char line[SAMPLES_LINE_BYTES];

	if (!c->events.on_sample)
		return;
	samples_begin_format(wall_of(c, 0), line);
	c->events.on_sample(c->arg, line);
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
	c->names = settings->names;
	c->window_ms = settings->window_ms ? settings->window_ms : WINDOW_MS;
	c->window_next_ms = clock_boot_ms() + c->window_ms;
	(void)text_copy(
	    c->dns_name, sizeof(c->dns_name), settings->dns_name ? settings->dns_name : "");
	(void)text_copy(
	    c->state_dir, sizeof(c->state_dir), settings->state_dir ? settings->state_dir : "");
	for (size_t i = 0; i < PENDING_MAX; i++)
		c->pending[i].fd = -1;
	ladder_init(&c->ladder, clock_boot_ms());
	ladder_look_on(&c->ladder, settings->live);
	c->told_state = c->ladder.state;
	absence_fresh_id(c->ladder.next_id);
	samples_begin(c);
	r = watch_all(c, settings);
	if (r == 0)
		r = loop_timer(loop, on_tick, c, &c->timer);
	if (r < 0) {
		connectivity_stop(c);
		return r;
	}
	if (c->state_dir[0])
		absence_read(&c->absence, c->state_dir, clock_boot_ms());
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
	genuine_free(c->genuine);
	for (size_t i = 0; i < PENDING_MAX; i++)
		pending_end(&c->pending[i]);
	if (c->naming)
		c->naming->owner = NULL;
	loop_event_free(c->timer);
	free(c);
}

enum connectivity_state
connectivity_now(const struct connectivity *c)
{
	return c->ladder.state;
}

void
connectivity_witness(
    struct connectivity *c, const char *rung, const char *target, const char *observed)
{
	struct outage outage;

	if (ladder_witness(&c->ladder, rung, target, observed, clock_boot_ms(), &outage))
		tell_outage(c, &outage);
}

const struct address *
connectivity_gateway(const struct connectivity *c)
{
	return c->gateway && c->gateway->address.family != ADDRESS_NONE ? &c->gateway->address
									: NULL;
}
