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

#include "agent/ask/snmp_asker.h"
#include "common/check.h"
#include "common/clock.h"
#include "common/loop.h"
#include "common/text.h"

enum { PACE_MS = 5, BURST_MS = 100, PROBING_MAX = 1024 };

/* ---- devices */

static size_t
bucket_of(const struct address *ip)
{
	uint32_t hash = 2166136261u; /* FNV-1a */

	for (size_t i = 0; i < sizeof(ip->bytes); i++)
		hash = (hash ^ ip->bytes[i]) * 16777619u;
	return hash & (ASKER_BUCKETS - 1);
}

struct ask_device *
asker_device(struct snmp_asker *a, const struct address *ip)
{
	struct ask_device *d;

	LIST_FOREACH(d, &a->buckets[bucket_of(ip)], in_bucket)
	if (address_equal(&d->ip, ip))
		return d;
	return NULL;
}

static void
device_leave(struct ask_device *d)
{
	struct snmp_asker *a = d->asker;
	uint64_t stayed_ms = clock_boot_ms() - d->since_ms;

	switch (d->state) {
	case DEVICE_QUEUED:
		TAILQ_REMOVE(&a->queued, d, in_queue);
		break;
	case DEVICE_PROBING:
		a->n_probing--;
		d->spent_ms += stayed_ms;
		break;
	case DEVICE_READY:
		TAILQ_REMOVE(&a->ready, d, in_queue);
		break;
	case DEVICE_ASKING:
		a->n_asking--;
		d->spent_ms += stayed_ms;
		break;
	}
}

static void
device_start(struct ask_device *d, enum device_state state)
{
	struct snmp_asker *a = d->asker;

	d->state = state;
	d->since_ms = clock_boot_ms();
	switch (state) {
	case DEVICE_QUEUED:
		TAILQ_INSERT_TAIL(&a->queued, d, in_queue);
		break;
	case DEVICE_PROBING:
		a->n_probing++;
		break;
	case DEVICE_READY:
		TAILQ_INSERT_TAIL(&a->ready, d, in_queue);
		break;
	case DEVICE_ASKING:
		a->n_asking++;
		break;
	}
}

void
device_enter(struct ask_device *device, enum device_state state)
{
	device_leave(device);
	device_start(device, state);
}

static void
device_free(struct ask_device *d)
{
	device_leave(d);
	LIST_REMOVE(d, in_bucket);
	d->asker->n_devices--;
	ask_drop(d);
	loop_event_free(d->timer);
	free(d);
}

void
device_end(struct ask_device *device, enum snmp_outcome outcome, const char *reason)
{
	struct snmp_asker *a = device->asker;
	struct snmp_facts *facts = device->facts, *own = NULL;
	struct snmp_answer answer = {.ip = device->ip,
	    .outcome = outcome,
	    .reason = reason,
	    .version = device->version,
	    .requests = device->requests};
	char engine[2 * SNMP_ENGINE_ID_BYTES_MAX + 1];

	if (!facts && snmp_facts_new(&own) == 0)
		facts = own;
	if (facts) {
		static const char *const versions[] = {"", "1", "2c", "3"};

		text_hex(engine, device->engine.id, device->engine.id_len);
		(void)snmp_facts_add(facts, "snmp", "engine_id", engine);
		(void)snmp_facts_add(facts, "snmp", "version", versions[device->version]);
		if (snmp_facts_finish(facts, &answer) < 0) {
			answer.outcome = SNMP_PARTIAL;
			answer.reason = "out of memory";
		}
	}
	a->counters.denied += outcome == SNMP_DENIED;
	device->facts = NULL;
	device_free(device);
	a->on_answer(a->arg, &answer);
	snmp_facts_free(facts);
	ask_ready_go_on(a);
}

void
device_learn_rtt(struct ask_device *device, uint64_t rtt_us)
{
	uint64_t off;

	if (rtt_us == 0)
		rtt_us = 1;
	if (device->srtt_us == 0) {
		device->srtt_us = rtt_us;
		device->rttvar_us = rtt_us / 2;
		return;
	}
	off = device->srtt_us > rtt_us ? device->srtt_us - rtt_us : rtt_us - device->srtt_us;
	device->rttvar_us = (3 * device->rttvar_us + off) / 4;
	device->srtt_us = (7 * device->srtt_us + rtt_us) / 8;
}

uint64_t
device_time_left_ms(const struct ask_device *device)
{
	uint64_t spent = device->spent_ms + (clock_boot_ms() - device->since_ms);

	return spent < device->asker->settings.deadline_ms
		   ? device->asker->settings.deadline_ms - spent
		   : 0;
}

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
		detect_next(d);
	}
	if (!TAILQ_EMPTY(&a->queued))
		(void)loop_timer_set(a->pace, PACE_MS);
}

/* ---- life */

int
snmp_ask(struct snmp_asker *asker, const struct address *ip)
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
	d = calloc(1, sizeof(*d));
	if (!d)
		return -ENOMEM;
	r = loop_timer(asker->loop, on_device_timer, d, &d->timer);
	if (r < 0) {
		free(d);
		return r;
	}
	d->asker = asker;
	d->ip = *ip;
	LIST_INSERT_HEAD(&asker->buckets[bucket_of(ip)], d, in_bucket);
	asker->n_devices++;
	if (TAILQ_EMPTY(&asker->queued))
		(void)loop_timer_set(asker->pace, PACE_MS);
	device_start(d, DEVICE_QUEUED);
	return 0;
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
	or_default(&a->settings.devices_at_once, 64);
	or_default(&a->settings.new_devices_per_s, 125);
	or_default(&a->settings.max_repetitions, 25);
	or_default(&a->settings.timeout_ms, 200);
	or_default(&a->settings.retries, 2);
	or_default(&a->settings.requests_a_device, 400);
	or_default(&a->settings.deadline_ms, 15000);
	for (size_t i = 0; i < settings->n_communities; i++) {
		a->communities[i] = strdup(settings->communities[i]);
		if (!a->communities[i])
			return -ENOMEM;
	}
	for (size_t i = 0; i < settings->n_users; i++) {
		int r = snmp_keys_new(&settings->users[i], &a->keys[i]);

		if (r < 0)
			return r;
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
		while (!LIST_EMPTY(&asker->buckets[b]))
			device_free(LIST_FIRST(&asker->buckets[b]));
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
