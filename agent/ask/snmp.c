/*
 * The asker: who is asked, when, and for how long.
 *
 * Each address first gets small messages of ours from one socket (snmp_detect.c):
 * most addresses do not speak SNMP, and their silence must cost neither a session
 * nor a place in the queue. Who answers waits for one of the few sessions and is
 * walked (snmp_ask.c), one request at a time.
 */
#include "agent/ask/snmp.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/ask/harmless.h"
#include "agent/ask/snmp_asker.h"
#include "common/check.h"
#include "common/clock.h"
#include "common/loop.h"

enum {
	PROBES_MORE = 4,
	PACE_MS = 5,
	BURST_MS = 100,
	PROBING_MAX = 1024,
	SLOW_US = 1000 * 1000
};

/* ---- timers */

static void
on_device_timer(void *arg)
{
	struct ask_device *d = arg;

	if (d->state == DEVICE_PROBING)
		detect_next(d);
	else if (d->state == DEVICE_ASKING)
		ask_timeout(d);
}

static void
on_pace(void *arg)
{
	struct snmp_asker *a = arg;
	uint64_t now_ms = clock_boot_ms(), passed_ms = now_ms - a->paced_ms;
	struct ask_device *d;

	if (passed_ms > BURST_MS)
		passed_ms = BURST_MS;
	a->paced_ms = now_ms;
	a->credit += passed_ms * a->settings.new_devices_per_s;
	if (a->credit > BURST_MS * (uint64_t)a->settings.new_devices_per_s + 1000)
		a->credit = BURST_MS * (uint64_t)a->settings.new_devices_per_s + 1000;
	while (
	    a->credit >= 1000 && a->n_probing < PROBING_MAX && (d = TAILQ_FIRST(&a->queued))) {
		a->credit -= 1000;
		device_enter(d, DEVICE_PROBING);
		a->counters.devices++;
		detect_start(d);
	}
	if (!TAILQ_EMPTY(&a->queued))
		(void)loop_timer_set(a->pace, PACE_MS);
}

/* ---- life */

int
snmp_ask(struct snmp_asker *asker, const struct address *ip, const struct snmp_hint *hint)
{
	struct ask_device *d;
	int r;

	if (address_len(ip) == 0)
		return -EAFNOSUPPORT;
	if (asker_device(asker, ip))
		return -EEXIST;
	if (asker->n_devices >= SNMP_DEVICES_MAX)
		return -ENOSPC;
	r = detect_socket_open(asker, ip->family == ADDRESS_IPV6);
	if (r < 0)
		return r;
	d = calloc(1, sizeof(*d) + asker->probes_kept * sizeof(struct probe_sent));
	if (!d)
		return -ENOMEM;
	r = loop_timer(asker->loop, on_device_timer, d, &d->timer);
	if (r < 0) {
		free(d);
		return r;
	}
	d->asker = asker;
	d->ip = *ip;
	d->probes = (struct probe_sent *)(void *)(d + 1);
	if (hint)
		d->hint = *hint;
	else
		d->hint.failures_left = SNMP_FAILURES_A_DAY;
	if (TAILQ_EMPTY(&asker->queued))
		(void)loop_timer_set(asker->pace, PACE_MS);
	device_add(asker, d);
	return 0;
}

void
snmp_showed(struct snmp_asker *asker, const struct address *ip, bool shows)
{
	struct ask_device *d = asker_device(asker, ip);

	if (d && d->state == DEVICE_PROBING)
		detect_showed(d, shows);
}

void
snmp_asker_pace(struct snmp_asker *asker, uint32_t new_devices_per_s)
{
	asker->settings.new_devices_per_s = new_devices_per_s ? new_devices_per_s : 1;
}

size_t
snmp_pending(const struct snmp_asker *asker)
{
	return asker->n_devices;
}

/* It keeps others waiting. */
static bool
is_slow(const struct ask_device *d)
{
	if (d->state == DEVICE_PROBING)
		return d->insists && d->shows && detect_lingers(d);
	return d->state == DEVICE_ASKING && d->srtt_us >= SLOW_US;
}

size_t
snmp_slow(const struct snmp_asker *asker)
{
	const struct ask_device *d;
	size_t n = 0;

	for (size_t b = 0; b < ASKER_BUCKETS; b++)
		LIST_FOREACH(d, &asker->buckets[b], in_bucket)
	n += is_slow(d);
	return n;
}

static struct ask_device *
slow_first(const struct snmp_asker *a)
{
	struct ask_device *d;

	for (size_t b = 0; b < ASKER_BUCKETS; b++)
		LIST_FOREACH(d, &a->buckets[b], in_bucket)
	if (is_slow(d))
		return d;
	return NULL;
}

void
snmp_leave_slow(struct snmp_asker *asker)
{
	struct ask_device *d;

	while ((d = slow_first(asker)) != NULL) {
		if (d->state == DEVICE_ASKING)
			ask_leave(d, "it is still answering, too slowly to be waited for,");
		else
			detect_over(d);
	}
}

void
snmp_asker_counters(const struct snmp_asker *asker, struct snmp_counters *ret)
{
	*ret = asker->counters;
}

int
snmp_user_valid(const struct snmp_user *user)
{
	struct snmp_keys *keys;
	int r = snmp_keys_new(user, &keys);

	if (r == 0)
		snmp_keys_free(keys);
	return r;
}

static void
or_default(uint32_t *value, uint32_t fallback)
{
	if (*value == 0)
		*value = fallback;
}

static int
settings_take(struct snmp_asker *a, const struct snmp_settings *settings)
{
	if (settings->n_communities > SNMP_COMMUNITIES_MAX ||
	    settings->n_users > SNMP_USERS_MAX)
		return -E2BIG;
	a->settings = *settings;
	a->settings.communities = NULL;
	a->settings.users = NULL;
	if (a->settings.port == 0)
		a->settings.port = 161;
	if (!harmless_port(a->settings.port, "snmp"))
		return -EPERM;
	or_default(&a->settings.devices_at_once, 64);
	or_default(&a->settings.new_devices_per_s, 125);
	or_default(&a->settings.max_repetitions, 25);
	or_default(&a->settings.timeout_ms, 200);
	or_default(&a->settings.retries, 2);
	or_default(&a->settings.requests_a_device, 400);
	or_default(&a->settings.deadline_ms, 15000);
	a->probes_kept = 3 * settings->n_communities + a->settings.retries + 1 + PROBES_MORE;
	for (size_t i = 0; i < settings->n_communities; i++) {
		a->communities[i] = strdup(settings->communities[i]);
		if (!a->communities[i])
			return -ENOMEM;
		a->community_ids[i] = snmp_community_id(settings->communities[i]);
	}
	for (size_t i = 0; i < settings->n_users; i++) {
		int r = snmp_keys_new(&settings->users[i], &a->keys[i]);

		if (r < 0)
			return r;
		a->user_ids[i] = snmp_user_id(&settings->users[i]);
	}
	return 0;
}

int
snmp_asker_new(struct loop *loop, const struct snmp_settings *settings,
    snmp_answer_fn on_answer, void *arg, struct snmp_asker **ret)
{
	struct snmp_asker *a = calloc(1, sizeof(*a));
	int r;

	if (!a)
		return -ENOMEM;
	a->loop = loop;
	a->on_answer = on_answer;
	a->arg = arg;
	a->sockets[0].fd = -1;
	a->sockets[1].fd = -1;
	TAILQ_INIT(&a->queued);
	TAILQ_INIT(&a->ready);
	a->last_id = arc4random() & 0x3fffffff;
	snmp_library_start();
	r = settings_take(a, settings);
	if (r == 0)
		r = loop_timer(loop, on_pace, a, &a->pace);
	if (r < 0) {
		snmp_asker_free(a);
		return r;
	}
	*ret = a;
	return 0;
}

void
snmp_asker_free(struct snmp_asker *asker)
{
	if (!asker)
		return;
	for (size_t b = 0; b < ASKER_BUCKETS; b++)
		for (struct ask_device *d = LIST_FIRST(&asker->buckets[b]), *next; d;
		     d = next) {
			next = LIST_NEXT(d, in_bucket);
			device_free(d);
		}
	for (size_t i = 0; i < COUNT_OF(asker->sockets); i++) {
		loop_event_free(asker->sockets[i].io);
		if (asker->sockets[i].fd >= 0)
			(void)close(asker->sockets[i].fd);
	}
	loop_event_free(asker->pace);
	for (size_t i = 0; i < SNMP_COMMUNITIES_MAX; i++)
		free(asker->communities[i]);
	for (size_t i = 0; i < SNMP_USERS_MAX; i++)
		snmp_keys_free(asker->keys[i]);
	free(asker);
}
