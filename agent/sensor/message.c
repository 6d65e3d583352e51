/*
 * Checks of what the other process sent: see message.h. Neither side trusts the
 * other: the sensor reads strangers' frames, and a bool that holds neither 0 nor 1 is a trap in
 * C.
 */
#include "agent/sensor/message.h"

#include <string.h>

#include "common/check.h"

static bool
is_switch(const void *at)
{
	return *(const uint8_t *)at <= 1;
}

static bool
text_ends(const char *text, size_t size)
{
	return memchr(text, '\0', size) != NULL;
}

static bool
address_sane(const struct address *a)
{
	return a->family == ADDRESS_NONE || address_len(a) != 0;
}

static bool
range_sane(const struct address_range *r)
{
	return r->base.family == ADDRESS_IPV4 && r->prefix_len <= 32 &&
	       address_in_range(&r->base, r);
}

static bool
interface_sane(const struct interface *i)
{
	if (!text_ends(i->name, sizeof(i->name)) || !i->name[0] || i->ifindex == 0)
		return false;
	if (!is_switch(&i->carrier) || mac_is_multicast(&i->mac))
		return false;
	if (i->ipv6.family != ADDRESS_NONE && i->ipv6.family != ADDRESS_IPV6)
		return false;
	if (i->ipv4.family == ADDRESS_NONE)
		return true;
	return i->ipv4.family == ADDRESS_IPV4 && range_sane(&i->subnet);
}

static bool
interfaces_sane(const void *body)
{
	const struct message_interfaces *m = body;

	if (m->n > SENSOR_INTERFACES_MAX)
		return false;
	for (size_t i = 0; i < m->n; i++)
		if (!interface_sane(&m->interfaces[i]))
			return false;
	return true;
}

static bool
sweep_sane(const void *body)
{
	const struct sweep_plan *plan = body;
	uint64_t count = 0;

	if (plan->n_ranges == 0 || plan->n_ranges > SENSOR_RANGES_MAX ||
	    !is_switch(&plan->fast))
		return false;
	for (size_t i = 0; i < plan->n_ranges; i++) {
		if (!range_sane(&plan->ranges[i]))
			return false;
		count += address_range_count(&plan->ranges[i]);
	}
	return count <= SENSOR_SWEEP_ADDRESSES_MAX;
}

static bool
rate_sane(const void *body)
{
	(void)body; /* any number is one */
	return true;
}

static bool
nothing_sane(const void *body)
{
	(void)body;
	return true;
}

static bool
probe_sane(const void *body)
{
	const struct message_probe *m = body;

	if (m->timeout_ms == 0 || m->timeout_ms > SENSOR_TIMEOUT_MS_MAX)
		return false;
	if (m->kind == SENSOR_PROBE_ARP)
		return m->to.family == ADDRESS_IPV4 && m->ifindex != 0;
	return m->kind == SENSOR_PROBE_ICMP && address_len(&m->to) != 0;
}

static bool
ready_sane(const void *body)
{
	const struct message_ready *m = body;

	return m->error <= 0 && text_ends(m->words, sizeof(m->words));
}

static bool
swept_sane(const void *body)
{
	const struct sweep_result *m = body;

	return m->answered <= m->asked && m->error <= 0;
}

static bool
fate_sane(const void *body)
{
	const struct echo_result *m = body;

	return is_switch(&m->answered) && is_switch(&m->late) && address_sane(&m->from) &&
	       m->error <= 0;
}

static bool
counters_sane(const void *body)
{
	const struct sensor_counters *m = body;

	if (m->n > COUNT_OF(m->decoder))
		return false;
	for (size_t i = 0; i < m->n; i++)
		if (!text_ends(m->decoder[i].name, sizeof(m->decoder[i].name)))
			return false;
	return true;
}

size_t
message_sighting_len(const struct sighting *s)
{
	return offsetof(struct sighting, text) + s->text_len;
}

static bool
sighting_message_sane(const void *body, size_t len)
{
	const struct sighting *s = body;

	return len >= offsetof(struct sighting, text) && s->text_len <= sizeof(s->text) &&
	       len == message_sighting_len(s) && sighting_sane(s);
}

bool
message_sane(uint32_t type, const void *body, size_t len)
{
	static const struct {
		size_t size;
		bool (*sane)(const void *body);
	} types[] = {
	    [MESSAGE_START] = {sizeof(struct message_interfaces), interfaces_sane},
	    [MESSAGE_INTERFACES] = {sizeof(struct message_interfaces), interfaces_sane},
	    [MESSAGE_SWEEP] = {sizeof(struct sweep_plan), sweep_sane},
	    [MESSAGE_SWEEP_END] = {0, nothing_sane},
	    [MESSAGE_RATE] = {sizeof(struct message_rate), rate_sane},
	    [MESSAGE_PROBE] = {sizeof(struct message_probe), probe_sane},
	    [MESSAGE_SEARCH] = {0, nothing_sane},
	    [MESSAGE_READY] = {sizeof(struct message_ready), ready_sane},
	    [MESSAGE_SWEPT] = {sizeof(struct sweep_result), swept_sane},
	    [MESSAGE_SLOWED] = {sizeof(struct message_rate), rate_sane},
	    [MESSAGE_FATE] = {sizeof(struct echo_result), fate_sane},
	    [MESSAGE_COUNTERS] = {sizeof(struct sensor_counters), counters_sane},
	};

	if (type == MESSAGE_SIGHTING)
		return sighting_message_sane(body, len);
	if (type >= COUNT_OF(types) || !types[type].sane || len != types[type].size)
		return false;
	return types[type].sane(body);
}

bool
message_is_order(uint32_t type)
{
	return type >= MESSAGE_START && type <= MESSAGE_SEARCH;
}
