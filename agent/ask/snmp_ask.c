/*
 * The walk of the devices that answered: sessions (snmp_channel) for a few at
 * once, one request outstanding a device, timeouts that follow RFC 6298. An
 * SNMPv3 user that does not fit gives way to the next one, then to the
 * communities. Two devices that claim one engine identifier are never walked at
 * once, because net-snmp keeps keys and clocks by it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agent/ask/snmp_asker.h"
#include "common/clock.h"
#include "common/loop.h"
#include "common/text.h"

enum {
	AGAIN_MS = 20, /* after the kernel had no room */
	RTO_MIN_MS = 250,
	RTO_MAX_MS = 4000, /* but for who takes longer than half of that as a rule */
};

/* RFC 6298, with the back-off of section 5.5 by the silences so far. */
static uint64_t
rto_ms(const struct ask_device *d)
{
	uint64_t ms = d->asker->settings.timeout_ms, max_ms = 2 * d->srtt_us / 1000;

	if (max_ms < RTO_MAX_MS)
		max_ms = RTO_MAX_MS;
	if (d->srtt_us > 0)
		ms = (d->srtt_us + 4 * d->rttvar_us) / 1000;
	if (ms < RTO_MIN_MS)
		ms = RTO_MIN_MS;
	ms <<= d->walk->silences < 4 ? d->walk->silences : 4;
	return ms < max_ms ? ms : max_ms;
}

static void ready_go_on(struct snmp_asker *a);

/* The end of a walk makes room for the next one. */
static void
asking_end(struct ask_device *d, enum snmp_outcome outcome, const char *reason)
{
	struct snmp_asker *a = d->asker;

	device_end(d, outcome, reason);
	ready_go_on(a);
}

static void
asking_over(struct ask_device *d)
{
	const char *cut = snmp_facts_cut(d->facts);
	struct snmp_walk *walk = d->walk;
	bool partial = walk->partial || cut;

	if (cut && !*walk->reason)
		(void)text_copy(walk->reason, sizeof(walk->reason), cut);
	d->unchanged = walk->unchanged;
	d->settled = snmp_walk_settled(walk);
	if (!snmp_walk_learned(walk, &d->learned))
		d->learned = (struct snmp_known){.present = 0};
	if (walk->answered && d->version == 3)
		d->asker->user_wins[d->user]++;
	if (walk->forwarding_cut)
		snmp_facts_drop_forwarding(d->facts);
	d->walk = NULL;
	asking_end(d, partial ? SNMP_PARTIAL : SNMP_DONE, walk->reason);
	free(walk);
}

const char too_many_failed[] = "as many SNMPv3 users have failed there as may in a day";

static bool
has_failed_before(const struct ask_device *d, uint64_t user)
{
	for (size_t i = 0; i < d->hint.n_failed; i++)
		if (d->hint.failed[i] == user)
			return true;
	return false;
}

/* How likely a user is to open the device: the one that did before, then those that opened
 * most others, those that failed here last. */
static uint32_t
user_rank(const struct ask_device *d, size_t user)
{
	const struct snmp_asker *a = d->asker;

	if (d->hint.version == 3 && a->user_ids[user] == d->hint.credential)
		return UINT32_MAX;
	return has_failed_before(d, a->user_ids[user]) ? 0 : 1 + a->user_wins[user];
}

bool
user_choose(struct ask_device *device)
{
	const struct snmp_asker *a = device->asker;
	size_t best = SNMP_USERS_MAX;

	if (device->hint.failures_left == 0)
		return false;
	for (size_t i = 0; i < a->settings.n_users; i++)
		if (!(device->tried >> i & 1) &&
		    (best == SNMP_USERS_MAX || user_rank(device, i) > user_rank(device, best)))
			best = i;
	if (best == SNMP_USERS_MAX)
		return false;
	device->user = best;
	device->tried |= 1u << best;
	return true;
}

/* This credential does not open the door: the next user, else the communities. */
static void
credential_failed(struct ask_device *d, const char *words)
{
	struct snmp_asker *a = d->asker;

	device_drop(d);
	d->denied = words;
	if (d->version == 3) {
		d->hint.failures_left--;
		if (a->settings.on_failure)
			a->settings.on_failure(a->arg, &d->ip, a->user_ids[d->user]);
		if (user_choose(d)) {
			ask_ready(d, 3);
			return;
		}
		if (d->hint.failures_left == 0)
			d->denied = too_many_failed;
	}
	if (d->version == 3 && a->settings.n_communities > 0 && !d->users_failed) {
		d->users_failed = true;
		device_enter(d, DEVICE_PROBING);
		(void)loop_timer_set(d->timer, 0); /* the next question, from the top */
		ready_go_on(a);
		return;
	}
	asking_end(d, SNMP_DENIED, d->denied);
}

/* What was remembered is not so any more: from the top. */
static void
hint_failed(struct ask_device *d)
{
	struct snmp_asker *a = d->asker;

	device_drop(d);
	d->by_hint = false;
	device_enter(d, DEVICE_PROBING);
	(void)loop_timer_set(d->timer, 0);
	ready_go_on(a);
}

static void
walk_over(struct ask_device *d)
{
	if (!d->walk->answered && d->by_hint)
		hint_failed(d);
	else if (!d->walk->answered && d->version == 3)
		credential_failed(d, "SNMPv3 with this user is not answered");
	else
		asking_over(d);
}

static uint32_t
requests_max(const struct ask_device *d)
{
	return d->asker->settings.requests_a_device * (d->version == 1 ? 4 : 1);
}

static void
ask_next(struct ask_device *d)
{
	struct snmp_asker *a = d->asker;
	struct snmp_request request;
	struct attempt *attempt;
	uint64_t left_ms = device_time_left_ms(d), wait_ms;
	int r;

	if (left_ms == 0)
		snmp_walk_cut(d->walk, "its time was up");
	else if (d->requests >= requests_max(d))
		snmp_walk_cut(d->walk, "the bound of requests was reached");
	if (!snmp_walk_next(d->walk, &request)) {
		walk_over(d);
		return;
	}
	attempt = &d->attempts[++d->tag % ATTEMPTS_KEPT];
	*attempt = (struct attempt){.tag = d->tag,
	    .position = d->walk->position,
	    .n_asked = request.n,
	    .operation = request.operation,
	    .sent_us = clock_boot_us()};
	r = snmp_channel_send(d->channel, &request, d->tag);
	d->waits = r != -EAGAIN;
	if (!d->waits) {
		(void)loop_timer_set(d->timer, AGAIN_MS);
		return;
	}
	/* What else fails (no route for a moment) is waited for as for a lost datagram. */
	d->requests++;
	a->counters.requests++;
	wait_ms = rto_ms(d);
	(void)loop_timer_set(d->timer, wait_ms < left_ms ? wait_ms : left_ms);
}

/* An answer to an earlier attempt is as good, as long as it is about the same objects. */
static const struct attempt *
attempt_of(const struct ask_device *d, uint32_t tag)
{
	const struct attempt *attempt = &d->attempts[tag % ATTEMPTS_KEPT];

	if (attempt->tag != tag || attempt->position != d->walk->position ||
	    attempt->n_asked != d->walk->n_asked ||
	    (attempt->operation == SNMP_OP_GET) != (d->walk->operation == SNMP_OP_GET))
		return NULL;
	return attempt;
}

static void
on_reply(struct ask_device *d)
{
	struct snmp_asker *a = d->asker;
	const struct attempt *attempt = attempt_of(d, a->inbox.tag);

	if (!attempt)
		return;
	a->counters.answers++;
	device_learn_rtt(d, clock_boot_us() - attempt->sent_us);
	snmp_walk_reply(d->walk, &a->inbox.reply);
	ask_next(d);
}

static void
on_channel(int fd, unsigned what, void *arg)
{
	struct ask_device *d = arg;
	struct snmp_asker *a = d->asker;

	(void)fd;
	(void)what;
	switch (snmp_channel_read(d->channel, &a->inbox)) {
	case SNMP_EVENT_NONE:
		break;
	case SNMP_EVENT_MALFORMED:
		a->counters.malformed++;
		break;
	case SNMP_EVENT_REPLY:
		on_reply(d);
		break;
	case SNMP_EVENT_DENIED:
		if (!d->walk->answered) {
			credential_failed(d, a->inbox.words);
			break;
		}
		snmp_walk_cut(d->walk, a->inbox.words);
		asking_over(d);
		break;
	case SNMP_EVENT_REFUSED:
		if (d->by_hint && !d->walk->answered) {
			hint_failed(d);
			break;
		}
		snmp_walk_cut(d->walk, "nobody listens any more");
		asking_over(d);
		break;
	}
}

static int
channel_open(struct ask_device *d)
{
	struct snmp_asker *a = d->asker;
	struct snmp_credential credential = {.version = d->version};
	int r;

	if (d->version == 3) {
		credential.keys = a->keys[d->user];
		credential.engine = &d->engine;
	} else {
		credential.community = a->communities[d->community];
	}
	d->walk = malloc(sizeof(*d->walk));
	if (!d->walk)
		return -ENOMEM;
	r = snmp_facts_new(&d->facts);
	if (r == 0)
		r = snmp_channel_open(&credential, &d->ip, a->settings.port, &d->channel);
	if (r == 0)
		r = loop_io(
		    a->loop, snmp_channel_fd(d->channel), LOOP_READ, on_channel, d, &d->io);
	if (r == 0)
		snmp_walk_start(d->walk, d->facts, d->version, a->settings.max_repetitions,
		    a->settings.retries);
	if (r == 0 && d->hint.is_known)
		snmp_walk_known(d->walk, &d->hint.known);
	return r;
}

static void
ask_start(struct ask_device *d)
{
	device_enter(d, DEVICE_ASKING);
	if (channel_open(d) < 0) {
		device_drop(d);
		asking_end(d, SNMP_PARTIAL, "a session could not be opened");
		return;
	}
	ask_next(d);
}

static bool
engine_in_use(struct snmp_asker *a, const struct ask_device *wanted)
{
	struct ask_device *d;

	if (wanted->version != 3)
		return false;
	for (size_t b = 0; b < ASKER_BUCKETS; b++)
		LIST_FOREACH(d, &a->buckets[b], in_bucket)
	if (d->state == DEVICE_ASKING && d->version == 3 &&
	    d->engine.id_len == wanted->engine.id_len &&
	    memcmp(d->engine.id, wanted->engine.id, wanted->engine.id_len) == 0)
		return true;
	return false;
}

static struct ask_device *
ready_first(struct snmp_asker *a)
{
	struct ask_device *d;

	TAILQ_FOREACH(d, &a->ready, in_queue)
	if (!engine_in_use(a, d))
		return d;
	return NULL;
}

static void
ready_go_on(struct snmp_asker *asker)
{
	struct ask_device *d;

	if (asker->going_on)
		return; /* a walk that ended while it was started */
	asker->going_on = true;
	while (asker->n_asking < asker->settings.devices_at_once && (d = ready_first(asker)))
		ask_start(d);
	asker->going_on = false;
}

void
ask_leave(struct ask_device *device, const char *why)
{
	snmp_walk_cut(device->walk, why);
	asking_over(device);
}

void
ask_ready(struct ask_device *device, uint8_t version)
{
	device->version = version;
	loop_timer_cancel(device->timer);
	device_enter(device, DEVICE_READY);
	ready_go_on(device->asker);
}

void
ask_timeout(struct ask_device *device)
{
	struct snmp_asker *a = device->asker;

	/* not when the kernel had no room, nor when the time was up before the timeout */
	if (device->waits) {
		a->counters.timeouts++;
		a->counters.retries++;
		snmp_walk_timeout(device->walk);
	}
	ask_next(device);
}
