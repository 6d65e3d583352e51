/*
 * The first word to an address: small messages of ours (snmp_probe) from one
 * socket, until an answer, an ICMP "port unreachable" or the end of the questions. An
 * SNMPv3 engine is looked for before any community goes out when there is a user to
 * try, and again, because that tells no secret; a community goes to an address once.
 * Who is known to be there (snmp_showed) or to have spoken SNMP is asked once more, and
 * by version 1; who speaks version 3, so that loss is not likely, by version 1 alone. A
 * late answer to any of the messages counts; one from another address, or with an
 * identifier that was not asked, is only told.
 */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>

#include <linux/errqueue.h>

#include "agent/ask/snmp_asker.h"
#include "common/clock.h"
#include "common/loop.h"

enum {
	AGAIN_MS = 20, /* after the kernel had no room */
	DATAGRAMS_A_TURN = 64,
	RECEIVE_BUFFER_BYTES = 1024 * 1024,
	UNREACHED_MAX = 2,
	SLOW_ANSWER_MS = 6000, /* that agents on starved processors take */
	LOOK_MS = 10000,       /* longer than anybody looks whether a device hides */
	IDS_ALIVE = 65536,     /* older identifiers belong to nobody */
};

struct probe_step {
	bool skip;
	enum snmp_probe_kind kind;
	size_t community;
};

/* The first time: engine discovery before the communities when there is a user to try, after
 * them when not, and then again. */
static size_t
steps_count(const struct ask_device *d)
{
	const struct snmp_settings *s = &d->asker->settings;

	if (d->insists)
		return 2 * s->n_communities;
	return s->n_communities + 1 + (s->n_users > 0 ? s->retries : 0);
}

static struct probe_step
step_of(const struct ask_device *d, size_t i)
{
	const struct snmp_settings *s = &d->asker->settings;
	struct probe_step step = {.kind = SNMP_PROBE_V2C, .community = i};

	if (d->insists) {
		step.community = i % s->n_communities;
		step.skip = i < s->n_communities && d->engine.id_len > 0;
		if (i >= s->n_communities)
			step.kind = SNMP_PROBE_V1;
	} else if (i == (s->n_users > 0 ? 0 : s->n_communities) || i > s->n_communities) {
		step.kind = SNMP_PROBE_ENGINE;
		step.skip = d->engine.id_len > 0;
	} else if (s->n_users > 0) {
		step.community--;
	}
	return step;
}

static uint32_t
id_next(struct snmp_asker *a)
{
	a->last_id = a->last_id >= INT32_MAX - 1 ? 1 : a->last_id + 1;
	return a->last_id;
}

/* 0, or -EAGAIN when the kernel had no room; what else fails is as lost as a datagram on the
 * wire. */
static int
probe_send(struct ask_device *d, const struct probe_step *step)
{
	struct snmp_asker *a = d->asker;
	const char *community =
	    step->kind == SNMP_PROBE_ENGINE ? "" : a->communities[step->community];
	struct probe_sent *sent = &d->probes[d->n_probes % a->probes_kept];
	struct sockaddr_storage to;
	uint8_t bytes[SNMP_PROBE_BYTES_MAX];
	size_t to_len = address_to_sockaddr(&d->ip, a->settings.port, &to);
	size_t len;
	ssize_t n = -1;

	*sent = (struct probe_sent){.id = id_next(a),
	    .kind = (uint8_t)step->kind,
	    .community = (uint8_t)step->community,
	    .sent_us = clock_boot_us()};
	len = snmp_probe_write(step->kind, community, sent->id, bytes);
	/* An ICMP error about somebody else may be reported here first: ask again. */
	for (int i = 0; i < 4 && n < 0; i++) {
		n = sendto(a->sockets[d->ip.family == ADDRESS_IPV6].fd, bytes, len,
		    MSG_DONTWAIT, (const struct sockaddr *)&to, (socklen_t)to_len);
		if (n < 0 && (errno == EAGAIN || errno == ENOBUFS))
			return -EAGAIN;
	}
	d->n_probes++;
	d->requests++;
	a->counters.requests++;
	return 0;
}

void
detect_over(struct ask_device *device)
{
	char reason[96], text[ADDRESS_TEXT_SIZE];

	if (device->denied) {
		device_end(device, SNMP_DENIED, device->denied);
	} else if (device->engine.id_len > 0) {
		device->version = 3;
		device_end(device, SNMP_DENIED, "it speaks SNMPv3, for which there is no user");
	} else if (device->stray.family != ADDRESS_NONE) {
		address_format(&device->stray, text);
		(void)snprintf(reason, sizeof(reason), "its answers come from %s", text);
		device_end(device, SNMP_PARTIAL, reason);
	} else if (device->wrong_id) {
		device_end(
		    device, SNMP_PARTIAL, "its answers carry a wrong request identifier");
	} else {
		device_end(device, SNMP_SILENT, "");
	}
}

bool
detect_lingers(const struct ask_device *device)
{
	return device->step > steps_count(device);
}

/* It is there, so that what it let pass may have been lost. */
static bool
is_to_insist(const struct ask_device *d)
{
	return !d->insists && d->asker->settings.n_communities > 0 &&
	       (d->shows || d->engine.id_len > 0 || d->hint.version > 0);
}

static void
insist(struct ask_device *d)
{
	d->insists = true;
	d->step = 0;
	d->asker->counters.insisted++;
}

static uint64_t
step_wait_ms(const struct ask_device *d)
{
	uint64_t wait_ms = d->asker->settings.timeout_ms;
	bool first = !d->insists && d->step <= d->asker->settings.n_communities + 1;

	return first ? wait_ms : 2 * wait_ms;
}

/* For what is late, by a round trip or by the kernel, which takes three seconds to say that it
 * does not find the MAC address. */
static uint64_t
linger_ms(const struct ask_device *d)
{
	uint64_t timeout_ms = d->asker->settings.timeout_ms;
	uint64_t since_ms = clock_boot_ms() - d->quiet_ms;
	uint64_t wait_ms = (d->shows ? 4 : 16) * timeout_ms;

	if (d->insists)
		return d->shows ? SLOW_ANSWER_MS : 4 * timeout_ms;
	if (d->looked_at)
		wait_ms = LOOK_MS;
	return wait_ms > since_ms ? wait_ms - since_ms : 0;
}

void
detect_showed(struct ask_device *device, bool shows)
{
	device->looked_at = false;
	device->shows = shows;
	if (!device->insists && detect_lingers(device))
		(void)loop_timer_set(device->timer, linger_ms(device));
}

void
detect_next(struct ask_device *device)
{
	struct snmp_asker *a = device->asker;

	if (device->v1_heard) {
		ask_ready(device, 1);
		return;
	}
	if (detect_lingers(device)) {
		if (!is_to_insist(device)) {
			detect_over(device);
			return;
		}
		insist(device);
	}
	if (!device->insists && device->step > a->settings.n_communities &&
	    !device->quiet_told) {
		device->quiet_told = true;
		device->quiet_ms = clock_boot_ms();
		device->looked_at =
		    a->settings.on_quiet && a->settings.on_quiet(a->arg, &device->ip);
	}

	while (device->step < steps_count(device)) {
		struct probe_step step = step_of(device, device->step);

		if (!step.skip && probe_send(device, &step) < 0) {
			(void)loop_timer_set(device->timer, AGAIN_MS);
			return;
		}
		device->step++;
		if (!step.skip) {
			(void)loop_timer_set(device->timer, step_wait_ms(device));
			return;
		}
	}
	device->step++;
	(void)loop_timer_set(device->timer, linger_ms(device));
}

/* Too many have failed there already: the communities are left. */
static void
users_are_over(struct ask_device *d)
{
	d->denied = too_many_failed;
	detect_next(d);
}

void
detect_start(struct ask_device *device)
{
	struct snmp_asker *a = device->asker;

	if (device->hint.insist && a->settings.n_communities > 0) {
		device->shows = true;
		insist(device);
	}
	for (size_t i = 0; i < a->settings.n_communities; i++) {
		if (device->hint.version == 3 || device->hint.version == 0 ||
		    a->community_ids[i] != device->hint.credential)
			continue;
		device->by_hint = true;
		device->community = i;
		ask_ready(device, device->hint.version);
		return;
	}
	detect_next(device);
}

/* A walk by version 1 takes ten times as many requests: perhaps only the answer to version 2c
 * was lost. */
static void
ask_v2c_again(struct ask_device *d)
{
	const struct probe_step step = {.kind = SNMP_PROBE_V2C, .community = d->community};

	d->v1_heard = true;
	(void)probe_send(d, &step);
	(void)loop_timer_set(d->timer, 2 * (uint64_t)d->asker->settings.timeout_ms);
}

static void
probe_answered(
    struct ask_device *d, const struct probe_sent *sent, const struct snmp_probe_answer *answer)
{
	struct snmp_asker *a = d->asker;

	a->counters.answers++;
	device_learn_rtt(d, clock_boot_us() - sent->sent_us);
	if (answer->kind == SNMP_PROBE_ENGINE) {
		if (d->engine.id_len > 0)
			return;
		d->engine = answer->engine;
		if (user_choose(d))
			ask_ready(d, 3);
		else if (a->settings.n_users > 0)
			users_are_over(d);
		else
			detect_next(d);
		return;
	}
	d->community = sent->community;
	if (sent->kind == SNMP_PROBE_V1 && !d->v1_heard)
		ask_v2c_again(d);
	else
		ask_ready(d, sent->kind == SNMP_PROBE_V1 ? 1 : 2);
}

static const struct probe_sent *
probe_by_id(const struct ask_device *d, uint32_t id)
{
	size_t kept = d->asker->probes_kept, n = d->n_probes < kept ? d->n_probes : kept;

	for (size_t i = 0; i < n; i++)
		if (d->probes[i].id == id)
			return &d->probes[i];
	return NULL;
}

/* Whose question is answered from an address that was not asked? */
static struct ask_device *
device_by_probe_id(struct snmp_asker *a, uint32_t id)
{
	struct ask_device *d;

	if (a->last_id - id >= IDS_ALIVE)
		return NULL;
	for (size_t b = 0; b < ASKER_BUCKETS; b++)
		LIST_FOREACH(d, &a->buckets[b], in_bucket)
	if (d->state == DEVICE_PROBING && probe_by_id(d, id))
		return d;
	return NULL;
}

static void
probe_datagram(struct snmp_asker *a, const void *bytes, size_t len, const struct sockaddr *from)
{
	struct snmp_probe_answer answer;
	struct address source;
	uint16_t port;
	struct ask_device *d;
	const struct probe_sent *sent;

	if (address_from_sockaddr(from, &source, &port) < 0)
		return;
	if (snmp_probe_read(bytes, len, &answer) < 0) {
		a->counters.malformed++;
		return;
	}
	d = port == a->settings.port ? asker_device(a, &source) : NULL;
	sent = d ? probe_by_id(d, answer.id) : NULL;
	if (sent) {
		/* who is past its first word has nothing to gain from a second answer */
		if (d->state == DEVICE_PROBING &&
		    (sent->kind == SNMP_PROBE_ENGINE) == (answer.kind == SNMP_PROBE_ENGINE))
			probe_answered(d, sent, &answer);
		return;
	}
	if (d && d->state == DEVICE_PROBING) {
		a->counters.malformed++;
		d->wrong_id = true;
		return;
	}
	d = device_by_probe_id(a, answer.id);
	if (d) {
		a->counters.wrong_source++;
		d->stray = source;
	}
}

/* The kernel did not find its MAC address, so that nothing has been asked yet: from the top. */
static void
unreached(struct ask_device *d)
{
	d->unreached++;
	d->step = 0;
}

/* An ICMP "port unreachable" names the address that was asked. */
static void
probe_errors(struct snmp_asker *a, int fd)
{
	for (int i = 0; i < DATAGRAMS_A_TURN; i++) {
		struct sockaddr_storage to;
		uint8_t payload[64], control[256];
		struct iovec iov = {payload, sizeof(payload)};
		struct msghdr message = {.msg_name = &to,
		    .msg_namelen = sizeof(to),
		    .msg_iov = &iov,
		    .msg_iovlen = 1,
		    .msg_control = control,
		    .msg_controllen = sizeof(control)};
		const struct sock_extended_err *error = NULL;
		struct address ip;
		uint16_t port;
		struct ask_device *d;

		if (recvmsg(fd, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
			return;
		for (struct cmsghdr *c = CMSG_FIRSTHDR(&message); c;
		     c = CMSG_NXTHDR(&message, c))
			if ((c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_RECVERR) ||
			    (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_RECVERR))
				error = (const void *)CMSG_DATA(c);
		if (!error ||
		    address_from_sockaddr((const struct sockaddr *)&to, &ip, &port) < 0)
			continue;
		d = asker_device(a, &ip);
		if (!d || d->state != DEVICE_PROBING)
			continue;
		if (error->ee_errno == ECONNREFUSED)
			detect_over(d);
		else if (error->ee_errno == EHOSTUNREACH && d->unreached < UNREACHED_MAX)
			unreached(d);
	}
}

static void
on_probe_socket(int fd, unsigned what, void *arg)
{
	struct snmp_asker *a = arg;

	(void)what;
	for (int i = 0; i < DATAGRAMS_A_TURN; i++) {
		struct sockaddr_storage from;
		socklen_t from_len = sizeof(from);
		uint8_t bytes[2048];
		ssize_t n = recvfrom(fd, bytes, sizeof(bytes), MSG_DONTWAIT,
		    (struct sockaddr *)&from, &from_len);

		if (n < 0 && errno == EAGAIN)
			break;
		if (n >= 0)
			probe_datagram(a, bytes, (size_t)n, (const struct sockaddr *)&from);
	}
	probe_errors(a, fd);
}

int
detect_socket_open(struct snmp_asker *asker, bool ipv6)
{
	struct probe_socket *s = &asker->sockets[ipv6];
	int on = 1, bytes = RECEIVE_BUFFER_BYTES;

	if (s->fd >= 0)
		return 0;
	s->fd = socket(ipv6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s->fd < 0)
		return -errno;
	(void)setsockopt(s->fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	if (ipv6)
		(void)setsockopt(s->fd, IPPROTO_IPV6, IPV6_RECVERR, &on, sizeof(on));
	else
		(void)setsockopt(s->fd, IPPROTO_IP, IP_RECVERR, &on, sizeof(on));
	return loop_io(asker->loop, s->fd, LOOP_READ, on_probe_socket, asker, &s->io);
}
