/*
 * Asks many hosts at once, by all askers that are worth it (ask.h), over non-blocking
 * sockets on the loop. Connections to one host are opened side by side, because a
 * firewall that drops them answers none, but one conversation is held at a time and no
 * connection is kept idle beside it; what a host may cost in bytes and time is bounded, and
 * each asker asks it once a day where somebody remembers.
 */
#ifndef PARTA_AGENT_ASK_ASKS_H
#define PARTA_AGENT_ASK_ASKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/ask/ask.h"
#include "common/address.h"
#include "common/classify/evidence.h"

struct loop;
struct asks;

enum { ASKS_HOSTS_MAX = 8192, ASKS_EVIDENCE_MAX = 512 };

struct asks_settings {
	const char *pjlink_password; /* NULL or "": none; copied */
	uint32_t sockets_at_once;    /* 0: 896 */
	uint32_t connect_ms;         /* for a connection to stand. 0: 1200, in which the kernel
					repeats a lost SYN */
	uint32_t connect_tries;      /* 0: 1 */
	uint32_t bytes_a_host;       /* sent and received together. 0: 128 KiB */
	uint32_t deadline_ms;        /* of one host, from its first connection on. 0: 8000 */
};

struct asks_answer {
	struct address ip;
	const struct asker *asker;
	const struct evidence *evidence; /* may be none */
	size_t n_evidence;
};

struct asks_counters {
	uint64_t hosts;         /* that were asked anything */
	uint64_t connections;   /* tried, datagrams included */
	uint64_t conversations; /* connections that stood and were spoken on */
	uint64_t answers;       /* that told something */
	uint64_t timeouts, over_budget;
	uint64_t bytes_sent, bytes_received; /* payload; TLS counted inside */
};

/* What one host has cost. */
struct asks_cost {
	uint32_t connections, bytes_sent, bytes_received;
};

struct asks_events {
	/* Something was told; borrowed during the call. */
	void (*on_answer)(void *arg, const struct asks_answer *answer);
	/* Nothing is pending at this host any more. */
	void (*on_idle)(void *arg, const struct address *ip);
	/* What is known of a host: at most max pieces, borrowed until the loop turns. */
	size_t (*known)(void *arg, const struct address *ip, struct evidence ret[], size_t max);
	/* Whether this asker, by its place in the list, may ask the host now: it is asked once
	 * for each of them. NULL: all may. */
	bool (*may)(void *arg, const struct address *ip, const struct mac *mac, unsigned asker);
};

/* 0 or a negative errno. Everything but events is copied. */
int asks_new(struct loop *loop, const struct asks_settings *settings,
    const struct asks_events *events, void *arg, struct asks **ret);
/* No event for who is pending. Accepts NULL. Not from inside an event. */
void asks_free(struct asks *asks);

/* A live host: by each asker that finds it worth and did not ask it yet. Again when more is
 * known of it. mac: zero when unknown. Events never come from inside. 0, -ENOSPC, -ENOMEM. */
int asks_host(struct asks *asks, const struct address *ip, const struct mac *mac);

size_t asks_pending(const struct asks *asks); /* hosts */
void asks_counters(const struct asks *asks, struct asks_counters *ret);
/* It took a connection or refused a datagram: it does not hide from who it does not answer. */
bool asks_showed(const struct asks *asks, const struct address *ip);
bool asks_is_busy(const struct asks *asks, const struct address *ip);
/* Zero for who was not asked. */
void asks_cost(const struct asks *asks, const struct address *ip, struct asks_cost *ret);

#endif
