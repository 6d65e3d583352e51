/*
 * The devices that are asked: found by address, in one state at a time, and their
 * end, which is always told. What is said to them is snmp_detect.c's and
 * snmp_ask.c's, which build on this file and not the reverse.
 */
#include "agent/ask/snmp_asker.h"

#include <stdlib.h>

#include "common/clock.h"
#include "common/loop.h"
#include "common/text.h"

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
device_add(struct snmp_asker *asker, struct ask_device *device)
{
	LIST_INSERT_HEAD(&asker->buckets[bucket_of(&device->ip)], device, in_bucket);
	asker->n_devices++;
	device_start(device, DEVICE_QUEUED);
}

void
device_enter(struct ask_device *device, enum device_state state)
{
	device_leave(device);
	device_start(device, state);
}

void
device_drop(struct ask_device *device)
{
	loop_event_free(device->io);
	device->io = NULL;
	snmp_channel_close(device->channel);
	device->channel = NULL;
	snmp_facts_free(device->facts);
	device->facts = NULL;
	free(device->walk);
	device->walk = NULL;
}

void
device_free(struct ask_device *device)
{
	device_leave(device);
	LIST_REMOVE(device, in_bucket);
	device->asker->n_devices--;
	device_drop(device);
	loop_event_free(device->timer);
	free(device);
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
	    .known = device->learned,
	    .unchanged = device->unchanged,
	    .settled = device->settled,
	    .requests = device->requests};
	char engine[2 * SNMP_ENGINE_ID_BYTES_MAX + 1];

	if (outcome == SNMP_DONE || outcome == SNMP_PARTIAL)
		answer.credential = device->version == 3 ? a->user_ids[device->user]
							 : a->community_ids[device->community];
	if (!facts && snmp_facts_new(&own) == 0)
		facts = own;
	if (facts) {
		static const char *const versions[] = {"", "1", "2c", "3"};

		text_hex(engine, device->engine.id, device->engine.id_len);
		(void)snmp_facts_add(facts, "snmp", "engine_id", engine);
		(void)snmp_facts_add(facts, "snmp", "version", versions[device->version]);
		(void)snmp_facts_add(facts, "snmp", "unread", reason);
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
