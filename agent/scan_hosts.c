/* The ranges of a scan: what of them is swept, and what is known of each address. */
#include "agent/scan_hosts.h"

#include <errno.h>
#include <stdlib.h>

struct scan_host *
scan_host_of(const struct scan_hosts *hosts, const struct address *ip)
{
	for (size_t i = 0; i < hosts->n_ranges; i++) {
		const struct scan_range *r = &hosts->ranges[i];
		uint32_t place = 0;

		if (!address_in_range(ip, &r->range))
			continue;
		for (int b = 0; b < 4; b++)
			place = place << 8 | (uint32_t)(ip->bytes[b] & ~r->range.base.bytes[b]);
		return place < r->count ? &r->hosts[place] : NULL;
	}
	return NULL;
}

bool
scan_hosts_on_link(const struct scan_hosts *hosts, const struct address *ip)
{
	for (size_t i = 0; i < hosts->n_on_link; i++)
		if (address_in_range(ip, &hosts->on_link[i]))
			return true;
	return false;
}

/* What of a range lies on a subnet of ours: one is within the other, or they have nothing in
 * common. */
static void
add_on_link(struct scan_hosts *hosts, const struct address_range *range,
    const struct interface interfaces[], size_t n_interfaces)
{
	for (size_t i = 0; i < n_interfaces && hosts->n_on_link < SENSOR_RANGES_MAX; i++) {
		const struct interface *own = &interfaces[i];

		if (own->ipv4.family != ADDRESS_IPV4)
			continue;
		if (range->prefix_len >= own->subnet.prefix_len &&
		    address_in_range(&range->base, &own->subnet)) {
			hosts->on_link[hosts->n_on_link++] = *range;
			return;
		}
		if (address_in_range(&own->subnet.base, range))
			hosts->on_link[hosts->n_on_link++] = own->subnet;
	}
}

int
scan_hosts_take(struct scan_hosts *hosts, const struct address_range ranges[], size_t n,
    const struct interface interfaces[], size_t n_interfaces)
{
	if (n > SENSOR_RANGES_MAX)
		return -E2BIG;
	for (size_t i = 0; i < n; i++) {
		struct scan_range *r = &hosts->ranges[i];

		if (ranges[i].base.family != ADDRESS_IPV4)
			return -EINVAL;
		r->range = ranges[i];
		r->count = address_range_count(&ranges[i]);
		if (r->count == 0 || hosts->count + (uint64_t)r->count > SCAN_ADDRESSES_MAX)
			return -E2BIG;
		r->hosts = calloc(r->count, sizeof(*r->hosts));
		if (!r->hosts)
			return -ENOMEM;
		hosts->n_ranges++;
		hosts->count += r->count;
		add_on_link(hosts, &ranges[i], interfaces, n_interfaces);
	}
	return 0;
}

void
scan_hosts_clear(struct scan_hosts *hosts)
{
	for (size_t i = 0; i < hosts->n_ranges; i++)
		free(hosts->ranges[i].hosts);
	hosts->n_ranges = 0;
}

size_t
scan_own_ranges(const struct interface interfaces[], size_t n_interfaces,
    struct address_range ret[static SENSOR_RANGES_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < n_interfaces && n < SENSOR_RANGES_MAX; i++) {
		struct address_range range = interfaces[i].subnet;
		bool known = false;

		if (interfaces[i].ipv4.family != ADDRESS_IPV4)
			continue;
		if (range.prefix_len < SCAN_OWN_PREFIX_MIN) {
			range.base = interfaces[i].ipv4;
			range.prefix_len = SCAN_OWN_PREFIX_MIN;
			range.base.bytes[2] &= 0xfc; /* the /22 around our own address */
			range.base.bytes[3] = 0;
		}
		for (size_t j = 0; j < n; j++)
			known |= address_in_range(&range.base, &ret[j]) &&
				 ret[j].prefix_len <= range.prefix_len;
		if (!known)
			ret[n++] = range;
	}
	return n;
}
