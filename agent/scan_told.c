/*
 * Who is only known from others (scan_told.h). A router's cache may hold what is
 * its own, what is behind another router (one MAC address for many of IPv4), and what
 * is on the Internet's side: these make no device.
 */
#include "agent/scan_told.h"

#include <stdbool.h>
#include <string.h>

enum { ADDRESSES_A_MAC_MAX = 8 };

static bool
is_swept(const struct address *ip, const struct address_range swept[], size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (address_in_range(ip, &swept[i]))
			return true;
	return false;
}

/* One MAC address for so many addresses is a router, or its proxy ARP. */
static bool
is_a_way(const struct snmp_answer *answer, const struct mac *mac)
{
	size_t n = 0;

	for (size_t i = 0; i < answer->n_resolved; i++)
		n += answer->resolved[i].ip.family == ADDRESS_IPV4 &&
		     mac_equal(&answer->resolved[i].mac, mac);
	return n > ADDRESSES_A_MAC_MAX;
}

static bool
is_worth_noting(const struct inventory *inventory, const struct snmp_answer *answer,
    const struct resolved *it, const struct address_range swept[], size_t n_swept)
{
	const struct device *known = inventory_by_mac(inventory, &it->mac);

	if (known && known == inventory_by_ip(inventory, &answer->ip))
		return false;
	if (it->ip.family == ADDRESS_IPV6)
		return known != NULL;
	return address_is_private(&it->ip) && !is_swept(&it->ip, swept, n_swept) &&
	       !is_a_way(answer, &it->mac);
}

static size_t
note_resolved(struct inventory *inventory, const struct snmp_answer *answer,
    const struct address_range swept[], size_t n_swept, int64_t now_ms)
{
	char router[ADDRESS_TEXT_SIZE];
	const struct evidence evidence = {"router", "heard", router};
	size_t n = 0;

	address_format(&answer->ip, router);
	for (size_t i = 0; i < answer->n_resolved; i++) {
		const struct resolved *it = &answer->resolved[i];
		const struct observation o = {.seen_ms = now_ms,
		    .mac = it->mac,
		    .ip = it->ip,
		    .evidence = &evidence,
		    .n_evidence = 1};

		if (!is_worth_noting(inventory, answer, it, swept, n_swept))
			continue;
		(void)inventory_note(inventory, &o);
		n++;
	}
	return n;
}

static size_t
note_access_points(
    struct inventory *inventory, const struct snmp_answer *answer, int64_t now_ms)
{
	char controller[ADDRESS_TEXT_SIZE];

	address_format(&answer->ip, controller);
	for (size_t i = 0; i < answer->n_access_points; i++) {
		const struct access_point *point = &answer->access_points[i];
		const struct evidence evidence[] = {
		    {"wlan", "controller", controller},
		    {"wlan", "name", point->name},
		    {"wlan", "model", point->model},
		    {"wlan", "serial", point->serial},
		};
		const struct observation o = {.seen_ms = now_ms,
		    .mac = point->mac,
		    .ip = point->ip,
		    .evidence = evidence,
		    .n_evidence = sizeof(evidence) / sizeof(evidence[0])};

		(void)inventory_note(inventory, &o);
	}
	return answer->n_access_points;
}

size_t
scan_note_told(struct inventory *inventory, const struct snmp_answer *answer,
    const struct address_range swept[], size_t n_swept, int64_t now_ms)
{
	return note_resolved(inventory, answer, swept, n_swept, now_ms) +
	       note_access_points(inventory, answer, now_ms);
}
