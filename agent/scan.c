/*
 * A round of the scan: ranges, sweep, questions, inventory, end. How many
 * broadcasts it causes is scan_pace.h's to say.
 */
#include "agent/scan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agent/heard.h"
#include "agent/inventory/identity.h"
#include "agent/inventory/topology.h"
#include "agent/neighbors.h"
#include "agent/probe/route.h"
#include "agent/scan_credentials.h"
#include "agent/scan_hosts.h"
#include "agent/scan_kernel.h"
#include "agent/scan_memory.h"
#include "agent/scan_pace.h"
#include "agent/scan_places.h"
#include "agent/scan_told.h"
#include "common/clock.h"
#include "common/loop.h"

enum {
	POLITE_SOCKETS = 512,
	FAST_ANSWER_MS = 125,  /* then the next question goes; late answers count */
	FAST_CONNECT_MS = 450, /* twice what the slowest device of a LAN takes */
	PATIENCE_MS = 13700,
	FAST_PATIENCE_MS = 6500,
	BALANCE_MS = 250,
	OFF_LINK_TICK_MS = 100,
	LAST_WORDS_MS = 100, /* what the sensor heard of the last answers is on its way */
	OFF_LINK_PENDING_MAX = 1024,
	EVIDENCE_A_SIGHTING_MAX = 128,
};

struct scan {
	struct loop *loop;
	struct sensor *sensor;
	struct inventory *inventory;
	struct snmp_asker *asker; /* NULL: nobody is asked */
	struct topology *topology;
	struct asks *asks;        /* NULL: likewise */
	struct scan_memory *past; /* NULL none */
	struct address *settled;  /* bridges whose tables were left unread */
	size_t n_settled;
	bool stale; /* somebody is new, or has moved: they are read after all */
	struct kernel_sweep *kernel;
	struct loop_event *end, *listen, *off_link, *balance, *patience;
	scan_done_fn on_done;
	void *arg;
	struct interface interfaces[SENSOR_INTERFACES_MAX];
	size_t n_interfaces;
	struct scan_hosts hosts;
	size_t swept;    /* of the ranges on link */
	size_t at_range; /* off-link addresses are fed from here */
	uint32_t at;
	struct scan_pace pace;
	uint64_t devices; /* spoken to when the budget was last divided */
	bool fast, sweep_over, feed_over, listen_over, patience_over, over;
	uint64_t begun_ms, snmp_over_ms; /* the latter so far */
	uint64_t overflows;              /* of the neighbour table before */
	uint32_t asked;
	struct scan_statistics statistics;
};

/* ---- sightings */

enum inventory_change
scan_note(struct inventory *inventory, const struct sighting *sighting,
    const struct interface interfaces[], size_t n_interfaces)
{
	struct neighbor heard;
	struct evidence evidence[EVIDENCE_A_SIGHTING_MAX];
	struct observation o = {.seen_ms = sighting->seen_ms,
	    .mac = sighting->mac,
	    .ip = sighting->ip,
	    .evidence = evidence};
	const char *key, *value;
	size_t at = 0;

	while (o.n_evidence < EVIDENCE_A_SIGHTING_MAX &&
	       sighting_next(sighting, &at, &key, &value))
		evidence[o.n_evidence++] = (struct evidence){sighting->source, key, value};
	for (size_t i = 0; i < n_interfaces; i++)
		if (interfaces[i].ifindex == sighting->ifindex &&
		    heard_neighbor(sighting, &interfaces[i], &heard))
			o.heard = &heard;
	return inventory_note(inventory, &o);
}

static bool
is_own(const struct scan *s, const struct address *ip)
{
	for (size_t i = 0; i < s->n_interfaces; i++)
		if (address_equal(&s->interfaces[i].ipv4, ip))
			return true;
	return false;
}

/* SNMP comes first: a device has one question at a time, and what it answered says which others
 * are worth a connection. */
static void
ask_others(struct scan *s, const struct address *ip, struct scan_host *host)
{
	struct evidence told[ASKS_EVIDENCE_MAX];
	struct observation o = {
	    .seen_ms = clock_wall_ms(), .mac = host->mac, .ip = *ip, .evidence = told};

	if (s->past && !host->past_snmp && host->seen)
		o.n_evidence =
		    scan_memory_recall_told(s->past, ip, &host->mac, told, ASKS_EVIDENCE_MAX);
	if (o.n_evidence > 0)
		(void)inventory_note(s->inventory, &o);
	host->past_snmp = true;
	if (s->asks && host->seen)
		(void)asks_host(s->asks, ip, &host->mac);
}

/* Does SNMP have to be asked at all? */
static bool
is_to_ask(
    struct scan *s, const struct address *ip, const struct mac *mac, struct snmp_hint *ret_hint)
{
	*ret_hint = (struct snmp_hint){.failures_left = SNMP_FAILURES_A_DAY};
	if (!s->asker)
		return false;
	if (s->past && !scan_memory_hint(s->past, ip, mac, clock_wall_ms(), ret_hint)) {
		s->statistics.snmp_left++;
		return false;
	}
	return true;
}

static void
ask(struct scan *s, const struct address *ip, struct scan_host *host)
{
	struct snmp_hint hint;

	host->asked = true;
	if (is_to_ask(s, ip, &host->mac, &hint) && snmp_ask(s->asker, ip, &hint) == 0)
		s->asked++;
	else
		ask_others(s, ip, host);
}

/* A host that answered the sweep is one whose MAC address the kernel has learned: until then
 * it would look for it by a broadcast of its own. */
static bool
may_be_asked(const struct scan *s, const struct sighting *sighting)
{
	const char *key, *value;
	size_t at = 0;

	return !s->pace.learns || s->sweep_over ||
	       (strcmp(sighting->source, "arp") == 0 &&
		   sighting_next(sighting, &at, &key, &value));
}

/* It told what computers tell, of which hardly any speaks SNMP. */
static bool
is_computer(const struct scan *s, const struct address *ip)
{
	const struct device *device = inventory_by_ip(s->inventory, ip);
	struct evidence list[ASKS_EVIDENCE_MAX];
	size_t n = device ? inventory_evidence(device, list, ASKS_EVIDENCE_MAX) : 0;

	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i].source, "smb") == 0 || strcmp(list[i].source, "rdp") == 0 ||
		    strcmp(list[i].source, "nbstat") == 0)
			return true;
	return false;
}

/* Nobody has a question for it any more. */
static void
tell_showed(struct scan *s, const struct address *ip)
{
	if (s->asker)
		snmp_showed(s->asker, ip, asks_showed(s->asks, ip) && !is_computer(s, ip));
}

void
scan_sighting(struct scan *scan, const struct sighting *sighting)
{
	enum inventory_change change;
	struct scan_host *host;

	scan->statistics.sightings++;
	change = scan_note(scan->inventory, sighting, scan->interfaces, scan->n_interfaces);
	if (scan->over || sighting->ip.family != ADDRESS_IPV4 || is_own(scan, &sighting->ip))
		return;
	host = scan_host_of(&scan->hosts, &sighting->ip);
	if (host && host->seen && host->past_snmp && change != INVENTORY_SAME)
		ask_others(scan, &sighting->ip, host);
	if (!host)
		return;
	if (!host->seen) {
		host->seen = true;
		host->mac = sighting->mac;
		scan->statistics.hosts++;
		scan->stale |= scan->past && !mac_is_local(&sighting->mac) &&
			       !scan_memory_knows(scan->past, &sighting->ip, &sighting->mac);
	}
	if (!host->asked && !host->off_link && may_be_asked(scan, sighting))
		ask(scan, &sighting->ip, host);
}

/* ---- the end */

static size_t
pending(const struct scan *s)
{
	return s->asker ? snmp_pending(s->asker) : 0;
}

static size_t
talking(const struct scan *s)
{
	return s->asks ? asks_pending(s->asks) : 0;
}

/* Bridges that saw nobody move are asked for all of their table when somebody came. True when
 * one is. */
static bool
ask_settled(struct scan *s)
{
	bool any = false;

	for (size_t i = 0; s->stale && i < s->n_settled; i++) {
		struct snmp_hint hint;

		(void)scan_memory_hint(
		    s->past, &s->settled[i], &(struct mac){{0}}, clock_wall_ms(), &hint);
		hint.known.is_settled = false;
		any |= snmp_ask(s->asker, &s->settled[i], &hint) == 0;
	}
	s->n_settled = 0;
	return any;
}

/* Of those beyond a router that were silent, the ones that it has spoken to are asked once
 * more. True when one is. */
static bool
insist_off_link(struct scan *s)
{
	const struct snmp_hint hint = {.insist = true};
	bool any = false;

	for (size_t i = 0; i < s->hosts.n_ranges; i++) {
		struct scan_range *r = &s->hosts.ranges[i];

		for (uint32_t at = 0; at < r->count; at++) {
			struct address ip = address_range_at(&r->range, at);

			if (!r->hosts[at].silent_off_link ||
			    !inventory_by_ip(s->inventory, &ip))
				continue;
			r->hosts[at].silent_off_link = false;
			any |= snmp_ask(s->asker, &ip, &hint) == 0;
		}
	}
	return any;
}

/* Looks whether that was all; tells so from the loop, not from here. */
static void
end_perhaps(struct scan *s)
{
	size_t n = pending(s);

	if (s->over || !s->sweep_over || !s->feed_over || !s->listen_over || talking(s) > 0 ||
	    (n > 0 && (!s->patience_over || n > snmp_slow(s->asker))))
		return;
	if (insist_off_link(s) || ask_settled(s))
		return;
	s->over = true;
	(void)loop_timer_set(s->end, s->sensor ? LAST_WORDS_MS : 0);
}

static void
on_patience(void *arg)
{
	struct scan *s = arg;

	s->patience_over = true;
	end_perhaps(s);
}

/* Where everybody hangs, seen from ourselves; a bridge beyond the gateway sees that one alone.
 */
static void
settle_places(struct scan *s)
{
	struct mac own[SENSOR_INTERFACES_MAX + DEVICE_MACS_MAX];
	const struct device *gateway = NULL;
	struct route route;
	size_t n = 0;

	for (size_t i = 0; i < s->n_interfaces; i++)
		own[n++] = s->interfaces[i].mac;
	if (route_default(&route, NULL) == 0)
		gateway = inventory_by_ip(s->inventory, &route.gateway);
	for (size_t i = 0; gateway && i < gateway->n_macs; i++)
		own[n++] = gateway->macs[i];
	scan_places_settle(s->topology, s->inventory, s->past, own, n);
}

static void
on_end(void *arg)
{
	struct scan *s = arg;
	struct scan_statistics statistics;
	uint64_t overflows = 0;

	if (s->asker)
		snmp_leave_slow(s->asker);
	settle_places(s);
	if (s->past)
		s->statistics.memory_error = scan_memory_save(s->past, clock_wall_ms());
	if (neighbors_overflows(&overflows) == 0)
		s->statistics.overflows = overflows - s->overflows;
	s->statistics.snmp_ms = s->snmp_over_ms ? s->snmp_over_ms - s->begun_ms : 0;
	s->statistics.duration_ms = clock_boot_ms() - s->begun_ms;
	if (s->asker)
		snmp_asker_counters(s->asker, &s->statistics.snmp);
	if (s->asks)
		asks_counters(s->asks, &s->statistics.asks);
	statistics = s->statistics;
	s->on_done(s->arg, &statistics);
}

static void
on_listen(void *arg)
{
	struct scan *s = arg;

	s->listen_over = true;
	end_perhaps(s);
}

/* ---- answers */

static void
count_outcome(struct scan_statistics *t, enum snmp_outcome outcome)
{
	switch (outcome) {
	case SNMP_SILENT:
		t->snmp_silent++;
		break;
	case SNMP_DENIED:
		t->snmp_denied++;
		break;
	case SNMP_DONE:
		t->snmp_done++;
		break;
	case SNMP_PARTIAL:
		t->snmp_partial++;
		break;
	}
}

/* A device that is as it was said all this when it was walked. */
static void
note_recalled(struct scan *s, const struct observation *now)
{
	struct observation o = *now;
	struct recall recall;

	if (!scan_memory_recall(s->past, &now->ip, &recall))
		return;
	o.evidence = recall.evidence;
	o.n_evidence = recall.n_evidence;
	o.ports = recall.ports;
	o.n_ports = recall.n_ports;
	o.neighbors = recall.neighbors;
	o.n_neighbors = recall.n_neighbors;
	(void)inventory_note(s->inventory, &o);
	recall_clear(&recall);
}

/* Who is likely to speak no SNMP need not wait for the end of those questions; how it takes the
 * others tells whether these were lost. */
static bool
on_quiet(void *arg, const struct address *ip)
{
	struct scan *s = arg;
	struct scan_host *host = scan_host_of(&s->hosts, ip);

	if (host && !host->past_snmp && !host->off_link)
		ask_others(s, ip, host);
	return asks_is_busy(s->asks, ip);
}

static void
on_failure(void *arg, const struct address *ip, uint64_t user)
{
	const struct scan *s = arg;

	if (s->past)
		scan_memory_failed(s->past, ip, user, clock_wall_ms());
}

static void
on_answer(void *arg, const struct snmp_answer *answer)
{
	struct scan *s = arg;
	struct scan_host *host = scan_host_of(&s->hosts, &answer->ip);
	struct observation o = {.seen_ms = clock_wall_ms(),
	    .ip = answer->ip,
	    .evidence = answer->evidence,
	    .n_evidence = answer->n_evidence,
	    .ports = answer->ports,
	    .n_ports = answer->n_ports,
	    .neighbors = answer->neighbors,
	    .n_neighbors = answer->n_neighbors};

	count_outcome(&s->statistics, answer->outcome);
	s->snmp_over_ms = clock_boot_ms();
	s->statistics.snmp_unchanged += answer->unchanged;
	if (s->past)
		scan_memory_learn(s->past, host ? &host->mac : &o.mac, answer, o.seen_ms);
	if (answer->outcome != SNMP_SILENT) {
		if (host && !host->seen) {
			host->seen = true;
			s->statistics.hosts++;
		}
		if (host)
			o.mac = host->mac;
		if (answer->unchanged)
			note_recalled(s, &o);
		else
			(void)inventory_note(s->inventory, &o);
		if (answer->settled && s->settled && s->n_settled < TOPOLOGY_BRIDGES_MAX)
			s->settled[s->n_settled++] = answer->ip;
		s->stale |= answer->unchanged && !answer->settled && answer->n_forwarding > 0;
		s->statistics.told += (uint32_t)scan_note_told(
		    s->inventory, answer, s->hosts.on_link, s->hosts.n_on_link, o.seen_ms);
		(void)topology_add(s->topology, answer);
	}
	if (host) {
		host->snmp_requests += answer->requests;
		host->silent_off_link =
		    host->off_link && answer->outcome == SNMP_SILENT && !host->past_snmp;
		if (!host->past_snmp)
			ask_others(s, &answer->ip, host);
	}
	end_perhaps(s);
}

static void
on_told(void *arg, const struct asks_answer *answer)
{
	struct scan *s = arg;
	const struct scan_host *host = scan_host_of(&s->hosts, &answer->ip);
	struct observation o = {.seen_ms = clock_wall_ms(),
	    .ip = answer->ip,
	    .evidence = answer->evidence,
	    .n_evidence = answer->n_evidence};

	if (host)
		o.mac = host->mac;
	(void)inventory_note(s->inventory, &o);
	if (s->past)
		scan_memory_told(s->past, &answer->ip, answer->evidence, answer->n_evidence);
}

static void
on_idle(void *arg, const struct address *ip)
{
	tell_showed(arg, ip);
	end_perhaps(arg);
}

static bool
on_may(void *arg, const struct address *ip, const struct mac *mac, unsigned asker)
{
	const struct scan *s = arg;

	return !s->past || scan_memory_take(s->past, ip, mac, asker, clock_wall_ms());
}

static size_t
on_known(void *arg, const struct address *ip, struct evidence ret[], size_t max)
{
	const struct scan *s = arg;
	const struct device *device = inventory_by_ip(s->inventory, ip);

	return device ? inventory_evidence(device, ret, max) : 0;
}

/* ---- the sweep */

static void
rates_set(struct scan *s, uint64_t devices_per_s)
{
	struct scan_rates rates = scan_pace_rates(&s->pace, !s->sweep_over, devices_per_s);

	if (s->asker)
		snmp_asker_pace(s->asker, rates.devices_per_s);
	if (s->sensor && !s->sweep_over)
		(void)sensor_sweep_rate(s->sensor, rates.sweep_per_s);
}

/* What the hosts take that were spoken to since, the sweep leaves. */
static void
on_balance(void *arg)
{
	struct scan *s = arg;
	struct snmp_counters counters;

	if (s->sweep_over)
		return;
	snmp_asker_counters(s->asker, &counters);
	rates_set(s, (counters.devices - s->devices) * 1000 / BALANCE_MS);
	s->devices = counters.devices;
	(void)loop_timer_set(s->balance, BALANCE_MS);
}

static void
balance_start(struct scan *s)
{
	if (!s->sensor || !s->asker || !scan_pace_divides(&s->pace))
		return;
	rates_set(s, UINT64_MAX);
	(void)loop_timer_set(s->balance, BALANCE_MS);
}

void
scan_slowed(struct scan *scan, uint32_t broadcasts_per_s)
{
	scan_pace_lost(&scan->pace, broadcasts_per_s);
	if (!scan->sweep_over)
		balance_start(scan);
}

/* Who was heard, but let the sweep pass. */
static void
ask_the_rest(struct scan *s)
{
	for (size_t i = 0; i < s->hosts.n_ranges; i++)
		for (uint32_t k = 0; k < s->hosts.ranges[i].count; k++) {
			struct scan_host *host = &s->hosts.ranges[i].hosts[k];
			struct address ip = address_range_at(&s->hosts.ranges[i].range, k);

			if (host->seen && !host->asked && !host->off_link)
				ask(s, &ip, host);
		}
}

static void
sweep_ended(struct scan *s)
{
	s->sweep_over = true;
	ask_the_rest(s);
	s->statistics.swept_ms = clock_boot_ms() - s->begun_ms;
	rates_set(s, 0);
}

static void
sweep_next(struct scan *s)
{
	struct sweep_plan plan = {
	    .broadcasts_per_s = s->fast ? 0 : s->pace.broadcasts_per_s, .fast = s->fast};
	uint32_t addresses = 0;
	int r;

	while (s->swept < s->hosts.n_on_link) {
		uint32_t more = address_range_count(&s->hosts.on_link[s->swept]);

		if (plan.n_ranges > 0 && addresses + more > SENSOR_SWEEP_ADDRESSES_MAX)
			break;
		addresses += more;
		plan.ranges[plan.n_ranges++] = s->hosts.on_link[s->swept++];
	}
	if (plan.n_ranges == 0) {
		sweep_ended(s);
		return;
	}
	r = sensor_sweep(s->sensor, &plan);
	if (r < 0) {
		s->statistics.error = r;
		sweep_ended(s);
		return;
	}
	balance_start(s);
}

void
scan_sweep(struct scan *scan, const struct sweep_result *result)
{
	struct sweep_result *sum = &scan->statistics.sweep;

	sum->asked += result->asked;
	sum->answered += result->answered;
	sum->requests_sent += result->requests_sent;
	sum->duration_ms += result->duration_ms;
	if (result->error < 0) {
		sum->error = result->error;
		scan->statistics.error = result->error;
	}
	if (scan->sweep_over)
		return;
	if (scan->sensor && result->error == 0)
		sweep_next(scan);
	else
		sweep_ended(scan);
	end_perhaps(scan);
}

static void
on_kernel_sighting(void *arg, const struct sighting *sighting)
{
	scan_sighting(arg, sighting);
}

static void
on_kernel_sweep(void *arg, const struct sweep_result *result)
{
	scan_sweep(arg, result);
}

/* ---- addresses that no interface of ours reaches by ARP */

static void
on_off_link(void *arg)
{
	struct scan *s = arg;

	while (s->at_range < s->hosts.n_ranges && pending(s) < OFF_LINK_PENDING_MAX) {
		struct scan_range *r = &s->hosts.ranges[s->at_range];
		struct address ip = address_range_at(&r->range, s->at);

		if (!scan_hosts_on_link(&s->hosts, &ip) && !is_own(s, &ip)) {
			r->hosts[s->at].off_link = true;
			ask(s, &ip, &r->hosts[s->at]);
		}
		if (++s->at >= r->count) {
			s->at = 0;
			s->at_range++;
		}
	}
	if (s->at_range < s->hosts.n_ranges) {
		(void)loop_timer_set(s->off_link, OFF_LINK_TICK_MS);
		return;
	}
	s->feed_over = true;
	end_perhaps(s);
}

/* ---- life */

static int
asker_start(struct scan *s, const struct scan_settings *settings)
{
	static const struct asks_events events = {on_told, on_idle, on_known, on_may};
	const struct asks_settings asks = {.pjlink_password = settings->pjlink_password,
	    .sockets_at_once = settings->fast ? 0 : POLITE_SOCKETS,
	    .connect_ms = settings->fast ? FAST_CONNECT_MS : 0,
	    .connect_tries = settings->fast ? 2 : 1};
	struct snmp_settings snmp = settings->snmp;
	struct scan_credentials credentials = {.all = 0};
	int r;

	snmp.on_failure = on_failure;
	snmp.on_quiet = on_quiet;
	if (settings->listen_only)
		return 0;
	if (s->past && settings->pjlink_password)
		scan_memory_passwords(s->past, identity_hash(settings->pjlink_password));
	r = asks_new(s->loop, &asks, &events, s, &s->asks);
	if (r < 0)
		return r;
	if (snmp.n_communities + snmp.n_users == 0)
		return 0;
	if (settings->fast && snmp.timeout_ms == 0)
		snmp.timeout_ms = FAST_ANSWER_MS;
	snmp.new_devices_per_s = scan_pace_rates(&s->pace, false, 0).devices_per_s;
	if (s->past && snmp.n_communities <= SNMP_COMMUNITIES_MAX &&
	    snmp.n_users <= SNMP_USERS_MAX) {
		scan_credentials_order(s->past, &snmp, &credentials);
		scan_memory_credentials(s->past, credentials.all);
	}
	r = snmp_asker_new(s->loop, &snmp, on_answer, s, &s->asker);
	explicit_bzero(&credentials, sizeof(credentials));
	return r;
}

static int
kernel_start(struct scan *s)
{
	static const struct kernel_sweep_events events = {on_kernel_sighting, on_kernel_sweep};

	s->statistics.without_sensor = true;
	if (s->hosts.n_on_link == 0) {
		s->sweep_over = true;
		return 0;
	}
	return kernel_sweep_start(s->loop, s->hosts.on_link, s->hosts.n_on_link,
	    scan_pace_rates(&s->pace, false, 0).devices_per_s, &events, s, &s->kernel);
}

static int
timers_make(struct scan *s)
{
	int r = loop_timer(s->loop, on_end, s, &s->end);

	if (r == 0)
		r = loop_timer(s->loop, on_listen, s, &s->listen);
	if (r == 0)
		r = loop_timer(s->loop, on_balance, s, &s->balance);
	if (r == 0)
		r = loop_timer(s->loop, on_off_link, s, &s->off_link);
	if (r == 0)
		r = loop_timer(s->loop, on_patience, s, &s->patience);
	return r;
}

static int
scan_prepare(struct scan *s, const struct scan_settings *settings)
{
	struct address_range own[SENSOR_RANGES_MAX];
	const struct address_range *ranges = settings->ranges;
	size_t n = settings->n_ranges;
	int r;

	if (settings->n_interfaces > SENSOR_INTERFACES_MAX)
		return -E2BIG;
	s->n_interfaces = settings->n_interfaces;
	for (size_t i = 0; i < s->n_interfaces; i++)
		s->interfaces[i] = settings->interfaces[i];
	if (n == 0) {
		ranges = own;
		n = scan_own_ranges(s->interfaces, s->n_interfaces, own);
	}
	if (n == 0 && settings->listen_ms == 0)
		return -EINVAL;
	r = scan_hosts_take(&s->hosts, ranges, n, s->interfaces, s->n_interfaces);
	s->statistics.addresses = s->hosts.count;
	if (r == 0)
		r = topology_new(&s->topology);
	if (r == 0 && s->past)
		s->settled = calloc(TOPOLOGY_BRIDGES_MAX, sizeof(*s->settled));
	if (r == 0)
		r = timers_make(s);
	if (r == 0)
		r = asker_start(s, settings);
	return r;
}

static int
scan_go(struct scan *s, const struct scan_settings *settings)
{
	uint32_t patience_ms = settings->fast ? FAST_PATIENCE_MS : PATIENCE_MS;
	int r = loop_timer_set(s->listen, settings->listen_ms);

	if (settings->patience_ms > 0)
		patience_ms = settings->patience_ms;
	if (r == 0)
		r = loop_timer_set(s->patience, patience_ms);
	if (r < 0)
		return r;
	if (settings->listen_only) {
		s->sweep_over = true;
		s->feed_over = true;
		return 0;
	}
	if (s->sensor) {
		(void)sensor_search(s->sensor);
		sweep_next(s);
	} else {
		r = kernel_start(s);
	}
	if (r < 0)
		return r;
	return loop_timer_set(s->off_link, 0);
}

int
scan_start(struct loop *loop, struct sensor *sensor, struct inventory *inventory,
    const struct scan_settings *settings, scan_done_fn on_done, void *arg, struct scan **ret)
{
	struct scan *s = calloc(1, sizeof(*s));
	int r;

	if (!s)
		return -ENOMEM;
	s->loop = loop;
	s->sensor = sensor;
	s->inventory = inventory;
	s->on_done = on_done;
	s->arg = arg;
	s->past = settings->past;
	s->fast = settings->fast;
	s->pace = scan_pace(settings->broadcasts_per_s, settings->fast,
	    sensor && neighbors_learn(settings->interfaces, settings->n_interfaces));
	(void)neighbors_overflows(&s->overflows);
	s->begun_ms = clock_boot_ms();
	r = scan_prepare(s, settings);
	if (r == 0)
		r = scan_go(s, settings);
	if (r < 0) {
		scan_free(s);
		return r;
	}
	*ret = s;
	return 0;
}

void
scan_progress(const struct scan *scan, struct scan_progress *ret)
{
	ret->stage = SCAN_LISTENING;
	if (scan->over)
		ret->stage = SCAN_OVER;
	else if (!scan->sweep_over)
		ret->stage = SCAN_SWEEPING;
	else if (pending(scan) > 0 || talking(scan) > 0 || !scan->feed_over)
		ret->stage = SCAN_ASKING;
	ret->addresses = scan->statistics.addresses;
	ret->hosts = scan->statistics.hosts;
	ret->asked = scan->asked;
	ret->pending = (uint32_t)pending(scan);
	ret->talking = (uint32_t)talking(scan);
}

void
scan_cost(const struct scan *scan, const struct device *device, struct scan_cost *ret)
{
	*ret = (struct scan_cost){0};
	for (size_t i = 0; i < device->n_ips; i++) {
		struct scan_host *host = scan_host_of(&scan->hosts, &device->ips[i]);
		struct asks_cost asked = {0};

		if (host)
			ret->snmp_requests += host->snmp_requests;
		if (scan->asks)
			asks_cost(scan->asks, &device->ips[i], &asked);
		ret->connections += asked.connections;
		ret->bytes_sent += asked.bytes_sent;
		ret->bytes_received += asked.bytes_received;
	}
}

void
scan_free(struct scan *scan)
{
	if (!scan)
		return;
	if (scan->sensor)
		sensor_sweep_end(scan->sensor);
	kernel_sweep_free(scan->kernel);
	snmp_asker_free(scan->asker);
	topology_free(scan->topology);
	asks_free(scan->asks);
	free(scan->settled);
	loop_event_free(scan->end);
	loop_event_free(scan->listen);
	loop_event_free(scan->balance);
	loop_event_free(scan->off_link);
	loop_event_free(scan->patience);
	scan_hosts_clear(&scan->hosts);
	free(scan);
}
