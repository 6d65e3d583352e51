/*
 * The pure half of an ARP sweep: see pacing.h. RFC 1122 2.3.2.1 gives the polite
 * gap of one second between two requests for one address. Deliberately not done: a
 * model of the switch; only what is lost tells anything.
 */
#include "agent/sensor/pacing.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/check.h"

enum {
	RATE_POLITE = 250,
	RATE_FAST = 10000, /* beside the window */
	RATE_LEAST = 25,
	PASSES = 3,
	PASSES_MAX = 10,
	PASSES_EXTRA = 3,
	GAP_POLITE_US = 1000000,
	GAP_FAST_US = 350000,
	BLOCK = 64,
	BLOCK_EXPECTED_LEAST = 8, /* fewer live addresses in a block tell nothing */
	WINDOW =
	    96, /* fast: asked and neither answered nor too old; a ring holds so many replies */
	WINDOW_US = 25000,
	SPARED_US = 1000, /* from a request that is no broadcast to the next one */
};

enum {
	SLOT_SKIP = 1,
	SLOT_ANSWERED = 2,
	SLOT_HEARD = 4, /* since it was asked */
	SLOT_SPARED = 8 /* its first request was no broadcast */
};

struct slot {
	uint32_t asked_ms; /* since the start, the last time */
	uint16_t block;    /* in which it was asked first */
	uint8_t flags;
	uint8_t asked; /* times */
};

struct block {
	uint32_t last_ms;
	uint8_t asked, answered; /* by broadcast */
	uint8_t spared;          /* taken for alive */
};

struct pacing {
	struct address_range ranges[SENSOR_RANGES_MAX];
	size_t n_ranges;
	uint32_t count, stride,
	    offset; /* of the slots; position p is slot (p * stride + offset) % count */

	uint64_t start_us, next_us, last_us;
	uint64_t gap_us;
	uint32_t rate, limit; /* the lower of the two holds; limit 0: none */
	bool fast;            /* no block has fallen behind yet */
	unsigned pass, passes, extra;
	unsigned slowed; /* the pass in which the rate was lowered last, 0 never */
	bool slowed_told;
	uint32_t position, last; /* the latter: slot that was asked last */

	uint32_t asked, answered, requests;
	uint32_t recovered[PASSES_MAX + PASSES_EXTRA + 1]; /* by the pass that they answered */
	uint64_t slowest_us;                               /* reply to the first request */

	struct block *blocks;
	uint32_t n_blocks, judged;
	uint32_t judge_from; /* blocks before it were asked at another rate */
	uint32_t good_asked, good_answered;

	struct {
		uint32_t slot;
		uint64_t at_us;
	} window[WINDOW];
	uint32_t window_first, window_n;

	struct slot slots[];
};

static uint32_t
common_divisor(uint32_t a, uint32_t b)
{
	while (b) {
		uint32_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

/* A stride near the golden section visits a range evenly at every scale. */
static uint32_t
stride_for(uint32_t count, uint32_t seed)
{
	uint32_t stride =
	    (uint32_t)((uint64_t)count * 618u / 1000u) + seed % (count / 16u + 1u);

	stride = stride ? stride : 1;
	while (common_divisor(stride, count) != 1)
		stride++;
	return stride;
}

static int
count_addresses(const struct sweep_plan *plan, uint32_t *ret)
{
	uint64_t count = 0;

	if (plan->n_ranges > SENSOR_RANGES_MAX)
		return -EINVAL;
	for (size_t i = 0; i < plan->n_ranges; i++) {
		if (plan->ranges[i].base.family != ADDRESS_IPV4 ||
		    plan->ranges[i].prefix_len > 32)
			return -EINVAL;
		count += address_range_count(&plan->ranges[i]);
	}
	if (count == 0)
		return -EINVAL;
	if (count > SENSOR_SWEEP_ADDRESSES_MAX)
		return -E2BIG;
	*ret = (uint32_t)count;
	return 0;
}

/* The range of a slot; *at becomes its place in it. */
static const struct address_range *
range_of(const struct pacing *p, uint32_t *at)
{
	for (size_t i = 0; i < p->n_ranges; i++) {
		uint32_t n = address_range_count(&p->ranges[i]);

		if (*at < n)
			return &p->ranges[i];
		*at -= n;
	}
	return NULL;
}

static struct address
slot_address(const struct pacing *p, uint32_t slot)
{
	const struct address_range *range = range_of(p, &slot);

	CHECK(range);
	return address_range_at(range, slot);
}

static uint32_t
number(const struct address *a)
{
	return (uint32_t)a->bytes[0] << 24 | (uint32_t)a->bytes[1] << 16 |
	       (uint32_t)a->bytes[2] << 8 | a->bytes[3];
}

/* Its slot in the first range that holds it, or count. */
static uint32_t
slot_of(const struct pacing *p, const struct address *address)
{
	uint32_t first = 0;

	if (address->family != ADDRESS_IPV4)
		return p->count;
	for (size_t i = 0; i < p->n_ranges; i++) {
		if (address_in_range(address, &p->ranges[i]))
			return first + number(address) - number(&p->ranges[i].base);
		first += address_range_count(&p->ranges[i]);
	}
	return p->count;
}

static void
set_pace(struct pacing *p, const struct sweep_plan *plan)
{
	uint32_t rate = plan->broadcasts_per_s ? plan->broadcasts_per_s : RATE_POLITE;

	p->fast = plan->fast;
	p->rate = plan->fast && !plan->broadcasts_per_s ? RATE_FAST : rate;
	p->gap_us = plan->fast ? GAP_FAST_US : GAP_POLITE_US;
	p->passes = plan->passes ? plan->passes : PASSES;
	if (p->passes > PASSES_MAX)
		p->passes = PASSES_MAX;
	p->pass = 1;
}

int
pacing_new(const struct sweep_plan *plan, uint32_t seed, uint64_t now_us, struct pacing **ret)
{
	struct pacing *p;
	uint32_t count;
	int r = count_addresses(plan, &count);

	if (r < 0)
		return r;
	p = calloc(1, sizeof(*p) + count * sizeof(p->slots[0]));
	if (!p)
		return -ENOMEM;
	p->blocks = calloc(count / BLOCK + 1, sizeof(p->blocks[0]));
	if (!p->blocks) {
		free(p);
		return -ENOMEM;
	}
	memcpy(p->ranges, plan->ranges, plan->n_ranges * sizeof(plan->ranges[0]));
	p->n_ranges = plan->n_ranges;
	p->count = count;
	p->stride = stride_for(count, seed);
	p->offset = seed % count;
	p->start_us = p->next_us = p->last_us = now_us;
	set_pace(p, plan);
	for (uint32_t i = 0; i < count; i++) {
		struct address address = slot_address(p, i);

		if (slot_of(p, &address) != i) /* an earlier range holds it too */
			p->slots[i].flags = SLOT_SKIP;
	}
	*ret = p;
	return 0;
}

void
pacing_free(struct pacing *p)
{
	if (!p)
		return;
	free(p->blocks);
	free(p);
}

void
pacing_skip(struct pacing *p, const struct address *address)
{
	uint32_t slot = slot_of(p, address);

	if (slot < p->count && !p->slots[slot].asked)
		p->slots[slot].flags |= SLOT_SKIP;
}

uint32_t
pacing_rate(const struct pacing *p)
{
	return p->limit && p->limit < p->rate ? p->limit : p->rate;
}

void
pacing_limit(struct pacing *p, uint32_t requests_per_s)
{
	p->limit = requests_per_s;
}

/* Between two requests, so that no second holds more than the rate: the one that may be caught
 * up and the one at the fence are taken off. */
static uint64_t
interval_us(const struct pacing *p)
{
	uint32_t rate = pacing_rate(p);

	return 1000000u / (rate > 20 ? rate - 2 : rate);
}

void
pacing_behind(struct pacing *p)
{
	if (p->fast) {
		p->fast = false;
		p->rate = p->rate < RATE_POLITE ? p->rate : RATE_POLITE;
	} else {
		p->rate = p->rate / 2 > RATE_LEAST ? p->rate / 2 : RATE_LEAST;
	}
	p->slowed = p->pass;
	p->slowed_told = false;
	p->judge_from = p->n_blocks;
	p->good_asked = p->good_answered = 0;
}

bool
pacing_slowed(struct pacing *p, uint32_t *ret_rate)
{
	if (p->slowed == 0 || p->slowed_told)
		return false;
	p->slowed_told = true;
	*ret_rate = p->rate;
	return true;
}

/* How long a reply may still be on its way. */
static uint64_t
settle_us(const struct pacing *p)
{
	uint64_t settle = 2 * p->slowest_us + 100000;

	if (settle < p->gap_us / 2)
		return p->gap_us / 2;
	return settle < p->gap_us ? settle : p->gap_us;
}

/* Those that were spared take no part: nobody drops what is no broadcast. */
static void
judge_block(struct pacing *p, const struct block *block)
{
	uint32_t expected;

	if (block->asked + block->spared < BLOCK)
		return;
	expected = p->good_asked ? p->good_answered * BLOCK / p->good_asked : 0;
	expected = expected > block->spared ? expected - block->spared : 0;
	if (expected >= BLOCK_EXPECTED_LEAST && block->answered * 2u < expected) {
		pacing_behind(p);
		return;
	}
	p->good_asked += BLOCK;
	p->good_answered += block->answered + block->spared;
}

static void
judge_blocks(struct pacing *p, uint64_t now_us)
{
	uint64_t now_ms = (now_us - p->start_us) / 1000, settle_ms = settle_us(p) / 1000;

	while (
	    p->judged + 1 < p->n_blocks && p->blocks[p->judged].last_ms + settle_ms <= now_ms) {
		const struct block *block = &p->blocks[p->judged++];

		if (p->judged > p->judge_from)
			judge_block(p, block);
	}
}

static uint32_t
slot_at(const struct pacing *p, uint32_t position)
{
	return (uint32_t)(((uint64_t)position * p->stride + p->offset) % p->count);
}

/* The slot that this pass asks next, or count at the pass's end. */
static uint32_t
find_silent(struct pacing *p)
{
	for (; p->position < p->count; p->position++) {
		uint32_t slot = slot_at(p, p->position);

		if (!(p->slots[slot].flags & (SLOT_SKIP | SLOT_ANSWERED)))
			return slot;
	}
	return p->count;
}

static bool
in_window(const struct pacing *p, uint64_t now_us)
{
	uint32_t slot = p->window[p->window_first].slot;

	return !(p->slots[slot].flags & SLOT_ANSWERED) &&
	       p->window[p->window_first].at_us + WINDOW_US > now_us;
}

/* Fast: when the next may go by the window. */
static uint64_t
window_us(struct pacing *p, uint64_t now_us)
{
	while (p->window_n && !in_window(p, now_us)) {
		p->window_first = (p->window_first + 1) % WINDOW;
		p->window_n--;
	}
	return p->window_n < WINDOW ? now_us : p->window[p->window_first].at_us + WINDOW_US;
}

static uint64_t
due_us(struct pacing *p, uint32_t slot, uint64_t now_us)
{
	uint64_t due = p->next_us, again, window;

	if (p->slots[slot].asked) {
		again = p->start_us + p->slots[slot].asked_ms * UINT64_C(1000) + p->gap_us;
		due = again > due ? again : due;
	}
	if (p->fast) {
		window = window_us(p, now_us);
		due = window > due ? window : due;
	}
	return due;
}

static void
note_block(struct pacing *p, struct slot *slot)
{
	struct block *block;

	if (p->n_blocks == 0 ||
	    p->blocks[p->n_blocks - 1].asked + p->blocks[p->n_blocks - 1].spared == BLOCK)
		p->n_blocks++;
	block = &p->blocks[p->n_blocks - 1];
	block->asked++;
	block->last_ms = slot->asked_ms;
	slot->block = (uint16_t)(p->n_blocks - 1);
}

static void
note_asked(struct pacing *p, uint32_t at, uint64_t now_us)
{
	struct slot *slot = &p->slots[at];
	uint64_t interval = interval_us(p);

	slot->asked_ms = (uint32_t)((now_us - p->start_us) / 1000);
	slot->flags = (uint8_t)(slot->flags & ~SLOT_HEARD);
	p->last = at;
	if (slot->asked++ == 0) {
		p->asked++;
		note_block(p, slot);
	}
	p->requests++;
	p->position++;
	p->last_us = now_us;
	/* A late timer may catch one request up, never more. */
	p->next_us =
	    (p->next_us + interval > now_us ? p->next_us : now_us - interval) + interval;
	if (p->next_us < now_us)
		p->next_us = now_us;
	if (p->fast && p->window_n < WINDOW) {
		uint32_t last = (p->window_first + p->window_n++) % WINDOW;

		p->window[last].slot = at;
		p->window[last].at_us = now_us;
	}
}

/* False when there is no further pass. A pass that reached many who had been silent says that
 * the passes before it lost much. */
static bool
next_pass(struct pacing *p)
{
	uint32_t recovered = p->pass > 1 ? p->recovered[p->pass] : 0;

	if (p->pass >= p->passes) {
		if (recovered < 2 || recovered * 50u < p->answered || p->extra == PASSES_EXTRA)
			return false;
		p->extra++;
	}
	if (recovered * 5u > p->answered && p->slowed + 1 < p->pass)
		pacing_behind(p);
	p->position = 0;
	p->pass++;
	return true;
}

enum pacing_step
pacing_next(struct pacing *p, uint64_t now_us, struct address *ret_address, bool *ret_alone,
    uint64_t *ret_wait_us)
{
	uint32_t slot;
	uint64_t due;

	judge_blocks(p, now_us);
	slot = find_silent(p);
	if (slot == p->count) {
		due = p->last_us + settle_us(p);
		if (p->answered == p->asked)
			return PACING_DONE;
		if (p->pass >= p->passes && due > now_us) {
			*ret_wait_us = due - now_us;
			return PACING_WAIT;
		}
		if (!next_pass(p))
			return PACING_DONE;
		slot = find_silent(p);
		CHECK(slot < p->count);
	}
	due = due_us(p, slot, now_us);
	if (due > now_us) {
		*ret_wait_us = due - now_us;
		return PACING_WAIT;
	}
	*ret_address = slot_address(p, slot);
	*ret_alone = p->slots[slot].asked == 0 || p->slots[slot].flags & SLOT_HEARD;
	note_asked(p, slot, now_us);
	return PACING_ASK;
}

void
pacing_spared(struct pacing *p, uint64_t now_us)
{
	struct slot *slot = &p->slots[p->last];

	p->next_us = now_us + SPARED_US;
	if (slot->asked > 1)
		return;
	slot->flags |= SLOT_SPARED;
	p->blocks[slot->block].asked--;
	p->blocks[slot->block].spared++;
}

void
pacing_heard(struct pacing *p, const struct address *address)
{
	uint32_t slot = slot_of(p, address);

	if (slot < p->count)
		p->slots[slot].flags |= SLOT_HEARD;
}

bool
pacing_answered(struct pacing *p, const struct address *address, uint64_t now_us)
{
	uint32_t at = slot_of(p, address);
	struct slot *slot;
	uint64_t took_us;

	if (at == p->count)
		return false;
	slot = &p->slots[at];
	if (slot->flags & (SLOT_SKIP | SLOT_ANSWERED) || slot->asked == 0)
		return false;
	slot->flags |= SLOT_ANSWERED;
	p->answered++;
	p->recovered[slot->asked]++;
	if (slot->asked > 1) /* which of the requests it answers is not known */
		return true;
	took_us = now_us - p->start_us - slot->asked_ms * UINT64_C(1000);
	p->slowest_us = took_us > p->slowest_us ? took_us : p->slowest_us;
	if (!(slot->flags & SLOT_SPARED))
		p->blocks[slot->block].answered++;
	return true;
}

void
pacing_result(const struct pacing *p, uint64_t now_us, struct sweep_result *ret)
{
	*ret = (struct sweep_result){
	    .asked = p->asked,
	    .answered = p->answered,
	    .requests_sent = p->requests,
	    .duration_ms = (now_us - p->start_us) / 1000,
	};
}
