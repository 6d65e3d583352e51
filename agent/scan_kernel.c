/*
 * Nudges by UDP to the discard port (RFC 863), and the neighbour table by
 * rtnetlink(7) (RTM_GETNEIGH). An entry counts when the kernel holds it for
 * reachable, so a stale one is waited for until it is confirmed or fails.
 */
#include "agent/scan_kernel.h"

#include <errno.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/loop.h"

enum {
	DISCARD_PORT = 9,
	TICK_MS = 20,
	TABLE_EVERY_MS = 500,
	SETTLE_MS_MAX = 10000, /* after the last nudge: DELAY_PROBE_TIME and three probes */
	NOT_YET = NUD_INCOMPLETE | NUD_DELAY | NUD_PROBE,
};

struct kernel_range {
	struct address_range range;
	uint32_t count;
	uint8_t *seen; /* a bit an address */
};

struct kernel_sweep {
	struct loop_event *timer;
	struct kernel_sweep_events events;
	void *arg;
	struct kernel_range ranges[SENSOR_RANGES_MAX];
	size_t n_ranges;
	int udp_fd, netlink_fd;
	uint32_t nudges_a_tick;
	size_t at_range;
	uint32_t at;
	uint64_t begun_ms, table_ms, nudged_ms;
	uint32_t waiting; /* entries of ours that the kernel is still asking for */
	struct sweep_result result;
};

/* Who to nudge next; false when all were. */
static bool
nudge_target(const struct kernel_sweep *s, struct address *ret)
{
	if (s->at_range >= s->n_ranges)
		return false;
	*ret = address_range_at(&s->ranges[s->at_range].range, s->at);
	return true;
}

static void
nudge_on(struct kernel_sweep *s)
{
	if (++s->at < s->ranges[s->at_range].count)
		return;
	s->at = 0;
	s->at_range++;
}

static void
nudge_some(struct kernel_sweep *s)
{
	struct address to;

	for (uint32_t i = 0; i < s->nudges_a_tick && nudge_target(s, &to); i++) {
		struct sockaddr_storage sa;
		size_t len = address_to_sockaddr(&to, DISCARD_PORT, &sa);

		if (sendto(s->udp_fd, "", 0, MSG_DONTWAIT, (const struct sockaddr *)&sa,
			(socklen_t)len) < 0 &&
		    (errno == EAGAIN || errno == ENOBUFS))
			return; /* addresses that nobody answers for hold the send buffer: later
				 */
		s->result.asked++;
		s->result.requests_sent++;
		s->nudged_ms = clock_boot_ms();
		nudge_on(s);
	}
}

static struct kernel_range *
range_of(struct kernel_sweep *s, const struct address *ip)
{
	for (size_t i = 0; i < s->n_ranges; i++)
		if (address_in_range(ip, &s->ranges[i].range))
			return &s->ranges[i];
	return NULL;
}

static uint32_t
place_in(const struct kernel_range *r, const struct address *ip)
{
	uint32_t place = 0;

	for (int i = 0; i < 4; i++)
		place = place << 8 | (uint32_t)(ip->bytes[i] & ~r->range.base.bytes[i]);
	return place;
}

static void
neighbor_seen(
    struct kernel_sweep *s, const struct address *ip, const struct mac *mac, uint32_t ifindex)
{
	struct kernel_range *r = range_of(s, ip);
	uint32_t place = place_in(r, ip);
	struct sighting sighting = {.seen_ms = clock_wall_ms(),
	    .ifindex = ifindex,
	    .mac = *mac,
	    .ip = *ip,
	    .source = "arp"};

	if (place >= r->count || r->seen[place / 8] >> place % 8 & 1)
		return;
	r->seen[place / 8] = (uint8_t)(r->seen[place / 8] | 1u << place % 8);
	s->result.answered++;
	(void)sighting_add_format(&sighting, "answered", "1");
	s->events.on_sighting(s->arg, &sighting);
}

/* The macros of netlink(3) step by char; the kernel aligns what they step to. */
#pragma GCC diagnostic ignored "-Wcast-align"

static void
neighbor_read(struct kernel_sweep *s, struct nlmsghdr *message)
{
	const struct ndmsg *head = NLMSG_DATA(message);
	size_t left = message->nlmsg_len - NLMSG_LENGTH(sizeof(*head));
	struct address ip = {0};
	struct mac mac = {0};

	if (message->nlmsg_len < NLMSG_LENGTH(sizeof(*head)) || head->ndm_family != AF_INET)
		return;
	for (struct rtattr *a = (void *)((char *)message + NLMSG_SPACE(sizeof(*head)));
	     RTA_OK(a, left); a = RTA_NEXT(a, left)) {
		if (a->rta_type == NDA_DST && RTA_PAYLOAD(a) == 4)
			ip = address_v4(RTA_DATA(a));
		else if (a->rta_type == NDA_LLADDR && RTA_PAYLOAD(a) == sizeof(mac.bytes))
			memcpy(mac.bytes, RTA_DATA(a), sizeof(mac.bytes));
	}
	if (ip.family == ADDRESS_NONE || !range_of(s, &ip))
		return;
	if (head->ndm_state & NOT_YET)
		s->waiting++;
	else if (head->ndm_state & (NUD_REACHABLE | NUD_PERMANENT) && !mac_is_zero(&mac))
		neighbor_seen(s, &ip, &mac, (uint32_t)head->ndm_ifindex);
}

/* The kernel makes the dump while it is read, so nothing is waited for. */
static int
table_read(struct kernel_sweep *s)
{
	struct {
		struct nlmsghdr head;
		struct ndmsg body;
	} request = {.head = {.nlmsg_len = NLMSG_LENGTH(sizeof(struct ndmsg)),
			 .nlmsg_type = RTM_GETNEIGH,
			 .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
	    .body = {.ndm_family = AF_INET}};
	char buffer[32768] __attribute__((aligned(NLMSG_ALIGNTO)));

	s->waiting = 0;
	if (send(s->netlink_fd, &request, request.head.nlmsg_len, 0) < 0)
		return -errno;
	for (;;) {
		ssize_t n = recv(s->netlink_fd, buffer, sizeof(buffer), MSG_DONTWAIT);
		size_t left = n > 0 ? (size_t)n : 0;

		if (n <= 0)
			return n < 0 && errno != EAGAIN ? -errno : 0;
		for (struct nlmsghdr *m = (void *)buffer; NLMSG_OK(m, left);
		     m = NLMSG_NEXT(m, left)) {
			if (m->nlmsg_type == NLMSG_DONE)
				return 0;
			if (m->nlmsg_type == NLMSG_ERROR)
				return -EIO;
			if (m->nlmsg_type == RTM_NEWNEIGH)
				neighbor_read(s, m);
		}
	}
}

static void
on_tick(void *arg)
{
	struct kernel_sweep *s = arg;
	uint64_t now_ms = clock_boot_ms();
	struct address unused;
	bool all = !nudge_target(s, &unused);

	if (!all)
		nudge_some(s);
	if (now_ms - s->table_ms >= TABLE_EVERY_MS) {
		s->table_ms = now_ms;
		s->result.error = table_read(s);
		if (s->result.error < 0 ||
		    (all && (s->waiting == 0 || now_ms - s->nudged_ms >= SETTLE_MS_MAX))) {
			s->result.duration_ms = now_ms - s->begun_ms;
			s->events.on_sweep(s->arg, &s->result);
			return;
		}
	}
	(void)loop_timer_set(s->timer, TICK_MS);
}

static int
ranges_take(struct kernel_sweep *s, const struct address_range ranges[], size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct kernel_range *r = &s->ranges[i];

		r->range = ranges[i];
		r->count = address_range_count(&ranges[i]);
		r->seen = calloc(r->count / 8 + 1, 1);
		if (!r->seen)
			return -ENOMEM;
		s->n_ranges++;
	}
	return 0;
}

static int
sockets_open(struct kernel_sweep *s)
{
	s->udp_fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	s->netlink_fd =
	    socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
	return s->udp_fd < 0 || s->netlink_fd < 0 ? -errno : 0;
}

int
kernel_sweep_start(struct loop *loop, const struct address_range ranges[], size_t n_ranges,
    uint32_t addresses_per_s, const struct kernel_sweep_events *events, void *arg,
    struct kernel_sweep **ret)
{
	struct kernel_sweep *s;
	int r;

	if (n_ranges == 0 || n_ranges > SENSOR_RANGES_MAX)
		return -EINVAL;
	s = calloc(1, sizeof(*s));
	if (!s)
		return -ENOMEM;
	s->events = *events;
	s->arg = arg;
	s->udp_fd = -1;
	s->netlink_fd = -1;
	s->nudges_a_tick = addresses_per_s * TICK_MS / 1000;
	if (s->nudges_a_tick == 0)
		s->nudges_a_tick = 1;
	s->begun_ms = clock_boot_ms();
	s->table_ms = s->begun_ms;
	r = ranges_take(s, ranges, n_ranges);
	if (r == 0)
		r = sockets_open(s);
	if (r == 0)
		r = loop_timer(loop, on_tick, s, &s->timer);
	if (r == 0)
		r = loop_timer_set(s->timer, 0);
	if (r < 0) {
		kernel_sweep_free(s);
		return r;
	}
	*ret = s;
	return 0;
}

void
kernel_sweep_free(struct kernel_sweep *sweep)
{
	if (!sweep)
		return;
	loop_event_free(sweep->timer);
	for (size_t i = 0; i < sweep->n_ranges; i++)
		free(sweep->ranges[i].seen);
	if (sweep->udp_fd >= 0)
		(void)close(sweep->udp_fd);
	if (sweep->netlink_fd >= 0)
		(void)close(sweep->netlink_fd);
	free(sweep);
}
