/*
 * Who is asked by whom and when (asks.h): hosts in a queue, sockets within a bound,
 * one conversation at a host, and its budget.
 */
#include "agent/ask/asks.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "agent/ask/ask_socket.h"
#include "agent/ask/talk.h"
#include "common/check.h"
#include "common/clock.h"
#include "common/loop.h"
#include "common/text.h"

enum {
	BUCKETS = 1024,        /* a power of two */
	SOCKETS_AT_ONCE = 896, /* of the 1,024 descriptors that a process may have */
	BYTES_A_HOST = 128 * 1024,
	DEADLINE_MS = 8000,
	CONNECT_MS = 1200, /* the kernel repeats a lost SYN after one second */
	PASSWORD_BYTES = 33,
};

struct asked_host {
	SLIST_ENTRY(asked_host) in_bucket;
	TAILQ_ENTRY(asked_host) in_queue;
	struct asks *asks;
	struct address ip;
	struct mac mac;
	uint32_t due,
	    done; /* bit n: askers[n] is to open its connection; was considered for good */
	uint32_t unheard, unheard_twice; /* likewise: nobody said whether it listens there; for
					    the last time */
	bool queued, told, busy, showed, speaks_tcp;
	uint64_t since_ms; /* of the first connection; 0 none */
	struct asks_cost cost;
	size_t n_talks;
	struct talk *talking;
	struct talk **talks; /* by asker; NULL while there is none */
};

struct asks {
	struct loop *loop;
	struct asks_settings settings;
	struct asks_events events;
	void *arg;
	char pjlink_password[PASSWORD_BYTES];
	SLIST_HEAD(, asked_host) buckets[BUCKETS];
	TAILQ_HEAD(, asked_host) queue;
	size_t n_hosts, n_busy, n_sockets;
	struct loop_event *pump;
	struct ask_tls *tls;
	struct asks_counters counters;
};

static void on_open(void *arg, struct talk *talk);
static void on_end(void *arg, struct talk *talk, enum talk_end how);
static void on_known(void *arg, struct ask_known *ret);

static const struct talk_events talk_events = {on_open, on_end, on_known};

/* ---- hosts */

static size_t
bucket_of(const struct address *ip)
{
	uint32_t hash = 2166136261u; /* FNV-1a */

	for (size_t i = 0; i < sizeof(ip->bytes); i++)
		hash = (hash ^ ip->bytes[i]) * 16777619u;
	return hash & (BUCKETS - 1);
}

static struct asked_host *
host_find(const struct asks *a, const struct address *ip)
{
	struct asked_host *h;

	SLIST_FOREACH(h, &a->buckets[bucket_of(ip)], in_bucket)
	if (address_equal(&h->ip, ip))
		return h;
	return NULL;
}

static struct asked_host *
host_add(struct asks *a, const struct address *ip, const struct mac *mac)
{
	struct asked_host *h = calloc(1, sizeof(*h));

	if (!h)
		return NULL;
	h->asks = a;
	h->ip = *ip;
	h->mac = *mac;
	SLIST_INSERT_HEAD(&a->buckets[bucket_of(ip)], h, in_bucket);
	a->n_hosts++;
	return h;
}

static void
host_free(struct asked_host *h)
{
	for (size_t i = 0; h->talks && i < askers_count; i++)
		talk_free(h->talks[i]);
	free(h->talks);
	free(h);
}

static size_t
place_of(const struct asker *asker)
{
	size_t i = 0;

	while (askers[i] != asker)
		i++;
	return i;
}

/* ---- what is worth to be asked */

static bool
wants(const struct asker *asker, const struct ask_known *known, struct ask_place *ret)
{
	*ret = (struct ask_place){.port = asker->port, .path = "/"};
	return !asker->wants || asker->wants(known, ret);
}

static void
known_fill(const struct asked_host *h, struct evidence list[], struct ask_known *ret)
{
	ret->ip = h->ip;
	ret->evidence = list;
	ret->n_evidence = h->asks->events.known(h->asks->arg, &h->ip, list, ASKS_EVIDENCE_MAX);
}

/* Marks who is to ask now. True when somebody is. */
static bool
due_find(struct asked_host *h)
{
	const struct asks_events *events = &h->asks->events;
	struct evidence list[ASKS_EVIDENCE_MAX];
	struct ask_known known;
	struct ask_place place;

	known_fill(h, list, &known);
	for (unsigned i = 0; i < askers_count; i++) {
		if (h->done & 1u << i || !wants(askers[i], &known, &place))
			continue;
		h->done |= 1u << i;
		if (!events->may || events->may(h->asks->arg, &h->ip, &h->mac, i))
			h->due |= 1u << i;
	}
	return h->due != 0;
}

static void
host_queue(struct asked_host *h)
{
	struct asks *a = h->asks;

	if (!h->busy) {
		h->busy = true;
		a->n_busy++;
	}
	if (!h->queued) {
		h->queued = true;
		TAILQ_INSERT_TAIL(&a->queue, h, in_queue);
	}
	(void)loop_timer_set(a->pump, 0);
}

/* ---- conversations */

static void
talk_drop(struct asked_host *h, size_t i)
{
	uint32_t connections, sent, received;

	talk_cost(h->talks[i], &connections, &sent, &received);
	h->cost.connections += connections;
	h->cost.bytes_sent += sent;
	h->cost.bytes_received += received;
	h->asks->counters.connections += connections;
	h->asks->counters.bytes_sent += sent;
	h->asks->counters.bytes_received += received;
	h->showed |= talk_is_heard(h->talks[i]);
	if (h->talking == h->talks[i])
		h->talking = NULL;
	talk_free(h->talks[i]);
	h->talks[i] = NULL;
	h->n_talks--;
	h->asks->n_sockets--;
}

static bool
is_spent(struct asked_host *h)
{
	struct asks *a = h->asks;

	return h->cost.bytes_sent + h->cost.bytes_received > a->settings.bytes_a_host ||
	       (h->since_ms && clock_boot_ms() - h->since_ms > a->settings.deadline_ms);
}

/* Whose connection stands and who stands first in the list has the word. */
static void
turn_give(struct asked_host *h)
{
	for (size_t i = 0; i < askers_count && !h->talking; i++) {
		struct talk *talk = h->talks ? h->talks[i] : NULL;

		if (!talk || !talk_is_open(talk))
			continue;
		h->talking = talk;
		h->asks->counters.conversations++;
		if (talk_begin(talk) < 0) /* else it may have ended inside */
			talk_drop(h, i);
	}
}

static void
host_rest(struct asked_host *h)
{
	struct asks *a = h->asks;

	free(h->talks);
	h->talks = NULL;
	h->since_ms = 0;
	h->busy = false;
	a->n_busy--;
	a->events.on_idle(a->arg, &h->ip);
}

/* What is next at this host after something ended there. */
static void
host_go_on(struct asked_host *h)
{
	if (is_spent(h) && (h->n_talks || h->due)) {
		h->asks->counters.over_budget++;
		h->due = 0;
		for (size_t i = 0; i < askers_count; i++)
			if (h->talks && h->talks[i] && h->talks[i] != h->talking)
				talk_drop(h, i);
	}
	turn_give(h);
	if (h->n_talks || h->queued)
		return;
	if (h->told) { /* what it told may be worth another question */
		h->told = false;
		if (due_find(h)) {
			host_queue(h);
			return;
		}
	}
	if (h->busy)
		host_rest(h);
}

static void
on_open(void *arg, struct talk *talk)
{
	struct asked_host *h = arg;

	h->speaks_tcp |= talk_asker(talk)->transport == ASK_TCP;
	if (h->talking)
		talk_wait(talk);
	else
		turn_give(h);
}

static void
on_known(void *arg, struct ask_known *ret)
{
	static struct evidence list[ASKS_EVIDENCE_MAX]; /* one step at a time */

	known_fill(arg, list, ret);
}

static void
answer_tell(struct asked_host *h, const struct talk *talk)
{
	struct asks *a = h->asks;
	struct asks_answer answer = {.ip = h->ip, .asker = talk_asker(talk)};

	answer.n_evidence = talk_facts(talk, &answer.evidence);
	if (answer.n_evidence == 0)
		return;
	a->counters.answers++;
	h->told = true;
	a->events.on_answer(a->arg, &answer);
}

/* A firewall is silent at every port. A host that said something at another one is asked once
 * more: it may not have heard, or not been heard. */
static void
unheard_again(struct asked_host *h)
{
	uint32_t once_more = h->unheard & ~h->unheard_twice;

	if (!h->speaks_tcp || !once_more)
		return;
	h->unheard_twice |= once_more;
	h->due |= once_more;
	host_queue(h);
}

static void
on_end(void *arg, struct talk *talk, enum talk_end how)
{
	struct asked_host *h = arg;
	struct asks *a = h->asks;
	size_t place = place_of(talk_asker(talk));

	a->counters.timeouts += how == TALK_TIMEOUT;
	if (how == TALK_UNHEARD)
		h->unheard |= 1u << place;
	h->speaks_tcp |= how == TALK_REFUSED;
	answer_tell(h, talk);
	talk_drop(h, place);
	unheard_again(h);
	(void)loop_timer_set(a->pump, 0);
	host_go_on(h);
}

/* ---- connections */

static void
talk_open(struct asked_host *h, size_t i, const struct ask_known *known)
{
	struct asks *a = h->asks;
	struct talk_settings settings = {.asker = askers[i],
	    .ip = h->ip,
	    .pjlink_password = a->pjlink_password,
	    .connect_ms = a->settings.connect_ms,
	    .connect_tries = a->settings.connect_tries,
	    .events = &talk_events,
	    .arg = h,
	    .tls = &a->tls};

	if (!wants(askers[i], known, &settings.place) ||
	    talk_new(a->loop, &settings, &h->talks[i]) < 0)
		return;
	h->n_talks++;
	a->n_sockets++;
}

/* True when all its connections were opened. */
static bool
host_open(struct asked_host *h)
{
	struct asks *a = h->asks;
	struct evidence list[ASKS_EVIDENCE_MAX];
	struct ask_known known;

	if (!h->talks)
		h->talks = calloc(askers_count, sizeof(struct talk *));
	if (!h->talks) {
		h->due = 0;
		return true;
	}
	if (h->since_ms == 0) {
		h->since_ms = clock_boot_ms();
		a->counters.hosts += h->cost.connections == 0;
	}
	known_fill(h, list, &known);
	for (size_t i = 0; i < askers_count && h->due; i++) {
		if (!(h->due & 1u << i))
			continue;
		if (a->n_sockets >= a->settings.sockets_at_once)
			return false;
		h->due &= ~(1u << i);
		talk_open(h, i, &known);
	}
	return true;
}

static void
on_pump(void *arg)
{
	struct asks *a = arg;
	struct asked_host *h;

	while ((h = TAILQ_FIRST(&a->queue)) != NULL) {
		if (a->n_sockets >= a->settings.sockets_at_once || !host_open(h))
			return;
		TAILQ_REMOVE(&a->queue, h, in_queue);
		h->queued = false;
		host_go_on(h);
	}
}

/* ---- life */

int
asks_new(struct loop *loop, const struct asks_settings *settings,
    const struct asks_events *events, void *arg, struct asks **ret)
{
	struct asks *a = calloc(1, sizeof(*a));
	int r;

	if (!a)
		return -ENOMEM;
	a->loop = loop;
	a->settings = *settings;
	a->events = *events;
	a->arg = arg;
	if (settings->pjlink_password)
		(void)text_copy(
		    a->pjlink_password, sizeof(a->pjlink_password), settings->pjlink_password);
	if (a->settings.sockets_at_once == 0)
		a->settings.sockets_at_once = SOCKETS_AT_ONCE;
	if (a->settings.connect_ms == 0)
		a->settings.connect_ms = CONNECT_MS;
	if (a->settings.connect_tries == 0)
		a->settings.connect_tries = 1;
	if (a->settings.bytes_a_host == 0)
		a->settings.bytes_a_host = BYTES_A_HOST;
	if (a->settings.deadline_ms == 0)
		a->settings.deadline_ms = DEADLINE_MS;
	TAILQ_INIT(&a->queue);
	r = loop_timer(loop, on_pump, a, &a->pump);
	if (r < 0) {
		free(a);
		return r;
	}
	*ret = a;
	return 0;
}

void
asks_free(struct asks *a)
{
	if (!a)
		return;
	for (size_t i = 0; i < BUCKETS; i++) {
		struct asked_host *h;

		while ((h = SLIST_FIRST(&a->buckets[i])) != NULL) {
			SLIST_REMOVE_HEAD(&a->buckets[i], in_bucket);
			host_free(h);
		}
	}
	loop_event_free(a->pump);
	ask_tls_free(a->tls);
	explicit_bzero(a->pjlink_password, sizeof(a->pjlink_password));
	free(a);
}

int
asks_host(struct asks *asks, const struct address *ip, const struct mac *mac)
{
	struct asked_host *h = host_find(asks, ip);

	if (!h && asks->n_hosts >= ASKS_HOSTS_MAX)
		return -ENOSPC;
	if (!h)
		h = host_add(asks, ip, mac);
	if (!h)
		return -ENOMEM;
	if (due_find(h))
		host_queue(h);
	return 0;
}

size_t
asks_pending(const struct asks *asks)
{
	return asks->n_busy;
}

void
asks_counters(const struct asks *asks, struct asks_counters *ret)
{
	*ret = asks->counters;
}

bool
asks_showed(const struct asks *asks, const struct address *ip)
{
	const struct asked_host *h = host_find(asks, ip);

	return h && h->showed;
}

bool
asks_is_busy(const struct asks *asks, const struct address *ip)
{
	const struct asked_host *h = host_find(asks, ip);

	return h && h->busy;
}

void
asks_cost(const struct asks *asks, const struct address *ip, struct asks_cost *ret)
{
	const struct asked_host *h = host_find(asks, ip);

	*ret = h ? h->cost : (struct asks_cost){0};
}
