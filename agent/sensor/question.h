/*
 * Questions to everybody on a network: who are you, and what do you offer? As the
 * payloads of UDP datagrams to a group. Pure.
 */
#ifndef PARTA_AGENT_SENSOR_QUESTION_H
#define PARTA_AGENT_SENSOR_QUESTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { QUESTION_BYTES_MAX = 1024 };

struct question {
	uint8_t group[4];   /* IPv4 */
	uint8_t group6[16]; /* IPv6, of this link */
	uint16_t port; /* there and here: answers come to the port that the decoders read */
	uint8_t ttl;
	/* The payload into ret; id is fresh and random. Returns its length. */
	size_t (*build)(
	    uint8_t ret[static QUESTION_BYTES_MAX], const uint8_t id[static 16], bool ipv6);
};

/* THE LIST, in the order in which they are asked. */
extern const struct question questions[];
extern const size_t questions_count;

#endif
