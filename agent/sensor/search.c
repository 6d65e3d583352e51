/*
 * Asking everybody: see search.h. Sent as frames of our own, because after the
 * sandbox shut there is no socket to send by; paced, so that answers of a whole
 * school do not come at once. Answers to our ports are read by the captures; so
 * that the kernel does not refuse them with ICMP errors, each port is kept by a
 * socket that takes nothing. Where a daemon of this machine has the port, it stays his.
 */
#include "agent/sensor/search.h"

#include <errno.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/sensor/child.h"
#include "agent/sensor/packet.h"
#include "agent/sensor/question.h"
#include "common/loop.h"

enum { STEP_MS = 170, PORTS_KEPT_MAX = 8 };

struct search {
	struct child *child;
	struct loop_event *timer;
	size_t next;                 /* question; questions_count: none is under way */
	int kept[PORTS_KEPT_MAX][2]; /* IPv4, IPv6 */
	uint16_t kept_ports[PORTS_KEPT_MAX];
	size_t n_kept;
};

/* -1 when somebody has it, or it cannot be had. */
static int
keep_port(int family, uint16_t port)
{
	static struct sock_filter nothing = BPF_STMT(BPF_RET | BPF_K, 0);
	static const struct sock_fprog filter = {.len = 1, .filter = &nothing};
	struct sockaddr_in any4 = {.sin_family = AF_INET, .sin_port = htons(port)};
	struct sockaddr_in6 any6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
	const void *any = family == AF_INET ? (const void *)&any4 : &any6;
	socklen_t len = family == AF_INET ? sizeof(any4) : sizeof(any6);
	int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), yes = 1;

	if (fd < 0)
		return -1;
	if (family == AF_INET6)
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof(yes));
	/* Shared only once it is ours: a daemon that comes later gets it, and the answers. */
	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter)) == 0 &&
	    bind(fd, any, len) == 0 &&
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) == 0)
		return fd;
	(void)close(fd);
	return -1;
}

static void
keep_ports(struct search *s)
{
	for (size_t i = 0; i < questions_count && s->n_kept < PORTS_KEPT_MAX; i++) {
		bool known = false;

		for (size_t k = 0; k < s->n_kept; k++)
			known |= s->kept_ports[k] == questions[i].port;
		if (known)
			continue;
		s->kept_ports[s->n_kept] = questions[i].port;
		s->kept[s->n_kept][0] = keep_port(AF_INET, questions[i].port);
		s->kept[s->n_kept++][1] = keep_port(AF_INET6, questions[i].port);
	}
}

/* From each address of ours to the group of its family. */
static void
ask_group(
    struct search *s, const struct question *question, const uint8_t id[static 16], bool ipv6)
{
	const struct address group =
	    ipv6 ? address_v6(question->group6) : address_v4(question->group);
	uint8_t payload[QUESTION_BYTES_MAX], frame[PACKET_DATAGRAM_BYTES_MAX];
	size_t payload_len = question->build(payload, id, ipv6);

	for (size_t i = 0; i < s->child->n_ports; i++) {
		const struct port *port = &s->child->ports[i];
		const struct address *own =
		    ipv6 ? &port->interface.ipv6 : &port->interface.ipv4;
		size_t len;

		if (!port->capture || own->family == ADDRESS_NONE)
			continue;
		len = packet_datagram(frame, &port->interface.mac, own, &group, question->port,
		    question->ttl, payload, payload_len);
		/* What is lost here is asked again in the next round. */
		if (len > 0)
			(void)capture_send(port->capture, frame, len);
	}
}

static void
ask(struct search *s, const struct question *question)
{
	uint8_t id[16] = {0};

	if (getrandom(id, sizeof(id), 0) != (ssize_t)sizeof(id))
		return;
	id[6] = (uint8_t)((id[6] & 0x0f) | 0x40); /* RFC 9562, version 4 */
	id[8] = (uint8_t)((id[8] & 0x3f) | 0x80);
	ask_group(s, question, id, false);
	ask_group(s, question, id, true);
}

static void
on_timer(void *arg)
{
	struct search *s = arg;

	ask(s, &questions[s->next++]);
	if (s->next < questions_count)
		(void)loop_timer_set(s->timer, STEP_MS);
}

void
search_start(struct search *s)
{
	if (s->next < questions_count)
		return;
	s->next = 0;
	(void)loop_timer_set(s->timer, 0);
}

int
search_new(struct child *child, struct search **ret)
{
	struct search *s = calloc(1, sizeof(*s));
	int r;

	if (!s)
		return -ENOMEM;
	s->child = child;
	s->next = questions_count;
	r = loop_timer(child->loop, on_timer, s, &s->timer);
	if (r < 0) {
		free(s);
		return r;
	}
	keep_ports(s);
	*ret = s;
	return 0;
}

void
search_free(struct search *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->n_kept; i++)
		for (int family = 0; family < 2; family++)
			if (s->kept[i][family] >= 0)
				(void)close(s->kept[i][family]);
	loop_event_free(s->timer);
	free(s);
}
