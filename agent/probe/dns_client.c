/* The client's socket and time: see dns_client.h. A reply that is not ours is not looked at
 * further; a truncated one counts for what it holds. */
#include "agent/probe/dns_client.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/clock.h"
#include "common/loop.h"
#include "common/text.h"

enum { QUERY_BYTES = 300, REPLY_BYTES = 4096 };

struct dns_question {
	dns_answer_fn fn;
	void *arg;
	int fd;
	struct loop_event *io, *timer;
	uint16_t id;
	uint8_t query[QUERY_BYTES];
	size_t query_len;
	uint64_t sent_us;
	uint32_t half_ms;
	unsigned tries;
};

void
dns_cancel(struct dns_question *q)
{
	if (!q)
		return;
	loop_event_free(q->io);
	loop_event_free(q->timer);
	if (q->fd >= 0)
		(void)close(q->fd);
	free(q);
}

static void
finish(struct dns_question *q, struct dns_answer *answer)
{
	dns_answer_fn fn = q->fn;
	void *arg = q->arg;

	answer->rtt_ms = (double)(clock_boot_us() - q->sent_us) / 1000.0;
	dns_cancel(q);
	fn(arg, answer);
}

static void
on_reply(int fd, unsigned what, void *at)
{
	struct dns_question *q = at;
	uint8_t reply[REPLY_BYTES];
	struct dns_answer answer;
	ssize_t len = recv(fd, reply, sizeof(reply), 0);

	(void)what;
	if (len <= 0) /* an ICMP error may be a lie of a neighbour: the timer decides */
		return;
	if (dns_reply_read(q->id, q->query, q->query_len, reply, (size_t)len, &answer) == 0)
		finish(q, &answer);
}

static void
on_time(void *at)
{
	struct dns_question *q = at;
	struct dns_answer nothing = {.rcode = DNS_NO_ANSWER, .ede = DNS_NO_EDE};

	if (++q->tries == 2) {
		finish(q, &nothing);
		return;
	}
	(void)!send(q->fd, q->query, q->query_len, 0);
	(void)loop_timer_set(q->timer, q->half_ms);
}

static int
open_socket(struct dns_question *q, const struct address *resolver)
{
	struct sockaddr_storage to;
	size_t len = address_to_sockaddr(resolver, 53, &to);

	q->fd = socket(to.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (q->fd < 0 || connect(q->fd, (const struct sockaddr *)&to, (socklen_t)len) < 0)
		return -errno;
	(void)!send(q->fd, q->query, q->query_len, 0); /* what cannot leave is a time-out */
	return 0;
}

int
dns_ask(struct loop *loop, const struct address *resolver, const char *name,
    uint32_t timeout_ms, dns_answer_fn fn, void *arg, struct dns_question **ret)
{
	struct dns_question *q = calloc(1, sizeof(*q));
	int r;

	if (!q)
		return -ENOMEM;
	q->fd = -1;
	q->fn = fn;
	q->arg = arg;
	q->half_ms = timeout_ms / 2;
	(void)!getrandom(&q->id, sizeof(q->id), 0);
	r = dns_query_write(q->id, name, q->query, sizeof(q->query));
	if (r > 0) {
		q->query_len = (size_t)r;
		q->sent_us = clock_boot_us();
		r = open_socket(q, resolver);
	}
	if (r == 0)
		r = loop_io(loop, q->fd, LOOP_READ, on_reply, q, &q->io);
	if (r == 0)
		r = loop_timer(loop, on_time, q, &q->timer);
	if (r == 0)
		r = loop_timer_set(q->timer, q->half_ms);
	if (r < 0) {
		dns_cancel(q);
		return r;
	}
	*ret = q;
	return 0;
}

int
dns_own_resolver(struct address *ret)
{
	static const char word[] = "nameserver";
	CLEANUP(fclose_at) FILE *file = fopen("/etc/resolv.conf", "re");
	char line[256];

	while (file && fgets(line, sizeof(line), file)) {
		char *at = line + strspn(line, " \t");

		if (strncmp(at, word, sizeof(word) - 1) != 0)
			continue;
		at += sizeof(word) - 1;
		at += strspn(at, " \t");
		at[strcspn(at, " \t\r\n%")] = '\0';
		if (address_parse(at, ret) == 0)
			return 0;
	}
	return -ENOENT;
}

void
dns_fresh_name(const char *pattern, char *ret, size_t size)
{
	uint8_t random[6];
	char label[13];

	(void)!getrandom(random, sizeof(random), 0);
	text_hex(label, random, sizeof(random));
	if (strncmp(pattern, "*.", 2) == 0)
		(void)snprintf(ret, size, "%s%s", label, pattern + 1);
	else
		(void)text_copy(ret, size, pattern);
}
