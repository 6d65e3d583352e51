/* Waiting probes: see pending.h. A sequence number names its slot by its remainder. */
#include "agent/sensor/pending.h"

static bool
is_usable(const struct pending_probe *probe, uint64_t now_us)
{
	if (probe->state == PENDING_TOLD)
		return now_us <= probe->deadline_us + PENDING_LATE_US;
	return probe->state == PENDING_WAITING;
}

struct pending_probe *
pending_add(struct pending *p, const struct pending_probe *probe, uint64_t now_us)
{
	struct pending_probe *slot;

	if (p->waiting >= SENSOR_ECHOES_MAX)
		return NULL;
	do
		slot = &p->slots[p->next++ % PENDING_SLOTS];
	while (slot->state == PENDING_WAITING); /* at most half of them are */
	*slot = *probe;
	slot->state = PENDING_WAITING;
	slot->sequence = (uint16_t)(p->next - 1);
	slot->sent_us = now_us;
	p->waiting++;
	return slot;
}

struct pending_probe *
pending_by_sequence(
    struct pending *p, enum address_family family, uint16_t sequence, uint64_t now_us)
{
	struct pending_probe *slot = &p->slots[sequence % PENDING_SLOTS];

	if (!is_usable(slot, now_us) || slot->kind != SENSOR_PROBE_ICMP ||
	    slot->sequence != sequence || slot->to.family != family)
		return NULL;
	return slot;
}

struct pending_probe *
pending_by_address(
    struct pending *p, const struct address *to, size_t port, uint64_t now_us, size_t *at)
{
	while (*at < PENDING_SLOTS) {
		struct pending_probe *slot = &p->slots[(*at)++];

		if (is_usable(slot, now_us) && slot->kind == SENSOR_PROBE_ARP &&
		    slot->port == port && address_equal(&slot->to, to))
			return slot;
	}
	return NULL;
}

void
pending_remove(struct pending *p, struct pending_probe *probe)
{
	if (probe->state == PENDING_WAITING)
		p->waiting--;
	probe->state = PENDING_FREE;
}

struct pending_probe *
pending_expired(struct pending *p, uint64_t now_us)
{
	for (size_t i = 0; p->waiting && i < PENDING_SLOTS; i++) {
		struct pending_probe *slot = &p->slots[i];

		if (slot->state == PENDING_WAITING && slot->deadline_us <= now_us) {
			slot->state = PENDING_TOLD;
			p->waiting--;
			return slot;
		}
	}
	return NULL;
}

bool
pending_deadline(const struct pending *p, uint64_t *ret_us)
{
	uint64_t first = UINT64_MAX;

	if (!p->waiting)
		return false;
	for (size_t i = 0; i < PENDING_SLOTS; i++)
		if (p->slots[i].state == PENDING_WAITING && p->slots[i].deadline_us < first)
			first = p->slots[i].deadline_us;
	*ret_us = first;
	return true;
}
