/*
 * One asker at one host: its connection, its conversation, its end. Inside the
 * room: asks.c decides who talks when.
 */
#ifndef PARTA_AGENT_ASK_TALK_H
#define PARTA_AGENT_ASK_TALK_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/ask/ask.h"

struct ask_tls;
struct loop;
struct talk;

enum talk_end {
	TALK_DONE,
	TALK_REFUSED, /* there can be no connection */
	TALK_UNHEARD, /* nobody said whether there can be one */
	TALK_TIMEOUT,
	TALK_BROKEN, /* the peer or TLS failed in the middle; what was told before counts */
};

/* Called from the loop only. */
struct talk_events {
	/* The connection stands: talk_begin() when it is its turn, else talk_wait(). */
	void (*on_open)(void *arg, struct talk *talk);
	/* It is over, and to be freed; what it told is in talk_facts(). */
	void (*on_end)(void *arg, struct talk *talk, enum talk_end end);
	/* Fills what is known of the host now; it stays so during the step. */
	void (*known)(void *arg, struct ask_known *ret);
};

struct talk_settings {
	const struct asker *asker;
	struct address ip;
	struct ask_place place;
	const char *pjlink_password; /* borrowed */
	uint32_t connect_ms, connect_tries;
	const struct talk_events *events;
	void *arg;
	struct ask_tls **tls; /* shared */
};

/* 0, or a negative errno when there can be no connection. settings are copied. */
int talk_new(struct loop *loop, const struct talk_settings *settings, struct talk **ret);
void talk_free(struct talk *talk); /* accepts NULL */

/* It is not its turn: the connection closes, so that the host has no idle one beside the one
 * that is spoken on, and stands again when the talk begins. */
void talk_wait(struct talk *talk);

/* 0, or a negative errno: then it never ends by itself. */
int talk_begin(struct talk *talk);

const struct asker *talk_asker(const struct talk *talk);
bool talk_is_open(const struct talk *talk);
bool talk_has_begun(const struct talk *talk);
/* A connection stood, or a datagram was answered or refused; a refused connection tells only
 * that somebody is there. */
bool talk_is_heard(const struct talk *talk);
/* Borrowed as long as the talk lives. */
size_t talk_facts(const struct talk *talk, const struct evidence **ret);
void talk_cost(const struct talk *talk, uint32_t *ret_connections, uint32_t *ret_sent,
    uint32_t *ret_received);

#endif
