/*
 * Who of a sweep is asked next, and when. Pure: time comes in as microseconds,
 * the addresses that answered come in by pacing_answered().
 *
 * A sweep is made of passes; each asks those who are still silent, in an order
 * that is scattered over the ranges, no address twice within the gap. Because the
 * order is scattered, the share of live addresses is about the same in every
 * block of the first pass; a block that falls far behind the blocks before it
 * means that somebody on the way (a switch's storm control, an access point, our own buffer)
 * drops what we ask, and the rate is halved. A last pass that still found many earns one more.
 */
#ifndef PARTA_AGENT_SENSOR_PACING_H
#define PARTA_AGENT_SENSOR_PACING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/sensor/sensor.h"

struct pacing;

enum pacing_step { PACING_ASK, PACING_WAIT, PACING_DONE };

/* The seed scatters the order. 0; -EINVAL without any IPv4 address; -E2BIG; -ENOMEM. */
int pacing_new(
    const struct sweep_plan *plan, uint32_t seed, uint64_t now_us, struct pacing **ret);
void pacing_free(struct pacing *pacing);

/* This address is not asked and not counted: our own, a subnet's own or its broadcast. */
void pacing_skip(struct pacing *pacing, const struct address *address);

/*
 * PACING_ASK: ask *ret_address now (it counts as asked), by unicast when *ret_alone and its
 * MAC address is known, and then say so by pacing_spared(); then call again. PACING_WAIT: call
 * again after *ret_wait_us, or when somebody answered. PACING_DONE: the sweep is over.
 */
enum pacing_step pacing_next(struct pacing *pacing, uint64_t now_us,
    struct address *ret_address, bool *ret_alone, uint64_t *ret_wait_us);

/* What was asked last cost no broadcast. */
void pacing_spared(struct pacing *pacing, uint64_t now_us);

/* Who has this address said something just now, but did not answer: it lives, and where is
 * known. */
void pacing_heard(struct pacing *pacing, const struct address *address);

/* True when it was asked and had been silent until now. */
bool pacing_answered(struct pacing *pacing, const struct address *address, uint64_t now_us);

/* Replies or requests were lost on our own side: slow down. */
void pacing_behind(struct pacing *pacing);

/* True once after losses lowered the rate, which is then told. */
bool pacing_slowed(struct pacing *pacing, uint32_t *ret_rate);

/* From now on at most so many requests a second, whatever the plan said; 0: as the plan said.
 */
void pacing_limit(struct pacing *pacing, uint32_t requests_per_s);

uint32_t pacing_rate(const struct pacing *pacing); /* requests a second, at most */
void pacing_result(const struct pacing *pacing, uint64_t now_us, struct sweep_result *ret);

#endif
