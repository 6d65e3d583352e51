/*
 * Echoes over raw ICMP sockets (icmp(7), raw(7), RFC 3542) and ARP probes over
 * the captures. An ARP probe to a known MAC is unicast; when that MAC stays silent it is
 * forgotten, so that the next probe asks everybody. Deliberately not done: names,
 * fragments, source routes.
 */
#include "agent/sensor/echo.h"

#include <errno.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/icmp.h>

#include "agent/sensor/child.h"
#include "agent/sensor/packet.h"
#include "agent/sensor/pending.h"
#include "common/clock.h"
#include "common/loop.h"

enum { ANSWERS_A_TURN = 64, ANSWER_BYTES_MAX = 2048, SEND_BUFFER_BYTES = 1024 * 1024 };

struct echo {
	struct child *child;
	void (*on_fate)(struct child *child, const struct echo_result *result);
	struct loop_event *timer, *readable4, *readable6;
	int fd4, fd6;
	struct packet_echo secret; /* our id and cookie */
	struct pending pending;
};

static int
open_icmp(void)
{
	struct icmp_filter none = {
	    .data = ~(1u << ICMP_ECHOREPLY | 1u << ICMP_DEST_UNREACH |
		      1u << ICMP_TIME_EXCEEDED | 1u << ICMP_PARAMETERPROB)};
	int size = SEND_BUFFER_BYTES;
	int fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_ICMP);

	if (fd < 0)
		return -errno;
	if (setsockopt(fd, SOL_RAW, ICMP_FILTER, &none, sizeof(none)) < 0) {
		int r = -errno;

		(void)close(fd);
		return r;
	}
	/* A dead address keeps its packets in the buffer until ARP gives it up. */
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	return fd;
}

static int
open_icmpv6(void)
{
	static const uint8_t wanted[] = {
	    ICMP6_DST_UNREACH, ICMP6_TIME_EXCEEDED, ICMP6_PARAM_PROB, ICMP6_ECHO_REPLY};
	struct icmp6_filter filter;
	int fd = socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_ICMPV6);

	if (fd < 0)
		return -errno;
	ICMP6_FILTER_SETBLOCKALL(&filter);
	for (size_t i = 0; i < sizeof(wanted); i++)
		ICMP6_FILTER_SETPASS(wanted[i], &filter);
	if (setsockopt(fd, IPPROTO_ICMPV6, ICMP6_FILTER, &filter, sizeof(filter)) < 0) {
		int r = -errno;

		(void)close(fd);
		return r;
	}
	return fd;
}

static void
set_timer(struct echo *e)
{
	uint64_t deadline, now = clock_boot_us();

	if (pending_deadline(&e->pending, &deadline))
		(void)loop_timer_set_us(e->timer, deadline > now ? deadline - now : 0);
	else
		loop_timer_cancel(e->timer);
}

/* An answer, or an error, to a probe that waits or was told already. */
static void
tell(struct echo *e, struct pending_probe *probe, struct echo_result *result)
{
	uint64_t rtt = clock_boot_us() - probe->sent_us;

	result->id = probe->id;
	result->late = probe->state == PENDING_TOLD;
	result->rtt_us = rtt < UINT32_MAX ? (uint32_t)rtt : UINT32_MAX;
	pending_remove(&e->pending, probe);
	e->on_fate(e->child, result);
}

static void
on_timer(void *arg)
{
	struct echo *e = arg;
	struct pending_probe *probe;

	while ((probe = pending_expired(&e->pending, clock_boot_us()))) {
		struct echo_result result = {.id = probe->id};

		if (probe->unicast)
			known_forget(&e->child->known, (uint16_t)probe->port, &probe->to);
		e->on_fate(e->child, &result);
	}
	set_timer(e);
}

static void
take_answer(struct echo *e, const struct packet_answer *answer, const struct address *from)
{
	struct echo_result result = {.from = *from};
	struct pending_probe *probe;

	if (answer->echo.id != e->secret.id)
		return;
	if (!answer->error && answer->echo.cookie != e->secret.cookie)
		return;
	probe = pending_by_sequence(&e->pending, (enum address_family)from->family,
	    answer->echo.sequence, clock_boot_us());
	/* Nobody else may answer for it, and an error must be about it. */
	if (!probe || !address_equal(&probe->to, answer->error ? &answer->to : from))
		return;
	if (answer->error && probe->state == PENDING_TOLD)
		return; /* that it was lost has been said */
	result.answered = !answer->error;
	if (answer->error) {
		result.icmp_type = answer->type;
		result.icmp_code = answer->code;
	}
	tell(e, probe, &result);
}

static void
on_readable(int fd, unsigned what, void *arg)
{
	struct echo *e = arg;
	enum address_family family = fd == e->fd4 ? ADDRESS_IPV4 : ADDRESS_IPV6;
	uint8_t bytes[ANSWER_BYTES_MAX];

	(void)what;
	for (int i = 0; i < ANSWERS_A_TURN; i++) {
		struct sockaddr_storage sa;
		socklen_t sa_len = sizeof(sa);
		struct packet_answer answer;
		struct address from;
		uint16_t port;
		ssize_t got =
		    recvfrom(fd, bytes, sizeof(bytes), 0, (struct sockaddr *)&sa, &sa_len);

		if (got < 0 && errno != EINTR)
			break; /* nothing more; an asynchronous error is gone by being read */
		if (got < 0 || !packet_answer_read(family, bytes, (size_t)got, &answer) ||
		    address_from_sockaddr((struct sockaddr *)&sa, &from, &port) < 0)
			continue;
		take_answer(e, &answer, &from);
	}
	set_timer(e);
}

static void
put_control(
    struct msghdr *message, size_t *used, int level, int type, const void *data, size_t len)
{
	struct cmsghdr *head = (struct cmsghdr *)(void *)((char *)message->msg_control + *used);

	head->cmsg_level = level;
	head->cmsg_type = type;
	head->cmsg_len = CMSG_LEN(len);
	memcpy(CMSG_DATA(head), data, len);
	*used += CMSG_SPACE(len);
}

/* Which interface, and how far it may go. */
static size_t
put_controls(struct msghdr *message, const struct message_probe *probe)
{
	struct in_pktinfo out4 = {.ipi_ifindex = (int)probe->ifindex};
	struct in6_pktinfo out6 = {.ipi6_ifindex = probe->ifindex};
	bool v4 = probe->to.family == ADDRESS_IPV4;
	int ttl = probe->ttl;
	size_t used = 0;

	if (probe->ifindex && v4)
		put_control(message, &used, IPPROTO_IP, IP_PKTINFO, &out4, sizeof(out4));
	else if (probe->ifindex)
		put_control(message, &used, IPPROTO_IPV6, IPV6_PKTINFO, &out6, sizeof(out6));
	if (ttl && v4)
		put_control(message, &used, IPPROTO_IP, IP_TTL, &ttl, sizeof(ttl));
	else if (ttl)
		put_control(message, &used, IPPROTO_IPV6, IPV6_HOPLIMIT, &ttl, sizeof(ttl));
	return used;
}

static int
send_icmp(struct echo *e, const struct message_probe *probe, uint16_t sequence)
{
	union {
		char bytes[CMSG_SPACE(sizeof(struct in6_pktinfo)) + CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = {{0}};
	struct packet_echo echo = e->secret;
	uint8_t packet[PACKET_ECHO_BYTES];
	struct sockaddr_storage sa = {0};
	struct iovec part = {packet, sizeof(packet)};
	struct msghdr message = {
	    .msg_name = &sa,
	    .msg_iov = &part,
	    .msg_iovlen = 1,
	    .msg_control = control.bytes,
	};
	int fd = probe->to.family == ADDRESS_IPV4 ? e->fd4 : e->fd6;

	if (fd < 0)
		return -EAFNOSUPPORT;
	message.msg_namelen = (socklen_t)address_to_sockaddr(&probe->to, 0, &sa);
	if (sa.ss_family == AF_INET6)
		((struct sockaddr_in6 *)&sa)->sin6_scope_id = probe->ifindex;
	message.msg_controllen = put_controls(&message, probe);
	if (!message.msg_controllen)
		message.msg_control = NULL;
	echo.sequence = sequence;
	packet_echo_build(packet, (enum address_family)probe->to.family, &echo);
	return sendmsg(fd, &message, MSG_DONTWAIT) < 0 ? -errno : 0;
}

static bool
port_of(const struct child *child, uint32_t ifindex, size_t *ret)
{
	for (size_t i = 0; i < child->n_ports; i++)
		if (child->ports[i].interface.ifindex == ifindex && child->ports[i].capture) {
			*ret = i;
			return true;
		}
	return false;
}

static int
send_arp(struct echo *e, struct pending_probe *slot)
{
	struct mac mac;

	slot->unicast = known_find(&e->child->known, (uint16_t)slot->port, &slot->to, &mac);
	return child_ask(e->child, slot->port, &slot->to, slot->unicast ? &mac : NULL);
}

static int
send_probe(struct echo *e, const struct message_probe *probe)
{
	struct pending_probe wanted = {
	    .kind = (enum sensor_probe)probe->kind,
	    .id = probe->id,
	    .to = probe->to,
	    .deadline_us = clock_boot_us() + probe->timeout_ms * UINT64_C(1000),
	};
	struct pending_probe *slot;
	int r;

	if (wanted.kind == SENSOR_PROBE_ARP && !port_of(e->child, probe->ifindex, &wanted.port))
		return -ENODEV;
	slot = pending_add(&e->pending, &wanted, clock_boot_us());
	if (!slot)
		return -EBUSY;
	if (wanted.kind == SENSOR_PROBE_ARP)
		r = send_arp(e, slot);
	else
		r = send_icmp(e, probe, slot->sequence);
	if (r < 0)
		pending_remove(&e->pending, slot);
	return r;
}

void
echo_probe(struct echo *e, const struct message_probe *probe)
{
	struct echo_result result = {.id = probe->id};

	result.error = send_probe(e, probe);
	if (result.error < 0)
		e->on_fate(e->child, &result);
	else
		set_timer(e);
}

void
echo_answered(struct echo *e, size_t port, const struct address *ip)
{
	uint64_t now = clock_boot_us();
	struct pending_probe *probe;
	size_t at = 0;

	while ((probe = pending_by_address(&e->pending, ip, port, now, &at))) {
		struct echo_result result = {.answered = true, .from = *ip};

		tell(e, probe, &result);
	}
}

static int
watch(struct echo *e, int fd, struct loop_event **ret)
{
	return fd < 0 ? 0 : loop_io(e->child->loop, fd, LOOP_READ, on_readable, e, ret);
}

int
echo_new(struct child *child,
    void (*on_fate)(struct child *child, const struct echo_result *result), struct echo **ret)
{
	struct echo *e = calloc(1, sizeof(*e));
	int r = 0;

	if (!e)
		return -ENOMEM;
	e->child = child;
	e->on_fate = on_fate;
	e->fd4 = open_icmp();
	e->fd6 = open_icmpv6();
	if (e->fd4 < 0)
		r = e->fd4;
	if (r == 0 && getrandom(&e->secret, sizeof(e->secret), 0) != sizeof(e->secret))
		r = -EIO;
	if (r == 0)
		r = loop_timer(child->loop, on_timer, e, &e->timer);
	if (r == 0)
		r = watch(e, e->fd4, &e->readable4);
	if (r == 0)
		r = watch(e, e->fd6, &e->readable6);
	if (r < 0) {
		echo_free(e);
		return r;
	}
	*ret = e;
	return 0;
}

void
echo_free(struct echo *e)
{
	if (!e)
		return;
	loop_event_free(e->timer);
	loop_event_free(e->readable4);
	loop_event_free(e->readable6);
	if (e->fd4 >= 0)
		(void)close(e->fd4);
	if (e->fd6 >= 0)
		(void)close(e->fd6);
	free(e);
}
