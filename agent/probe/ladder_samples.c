/* Samples as lines, and a ladder that hears them again: see ladder_samples.h. */
#include "agent/probe/ladder_samples.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/check.h"
#include "common/text.h"

enum {
	STEP_MS = 100,
	SETTLED_MS = 60000, /* a ladder that hears nothing for so long decides nothing more */
	OBSERVED_MAX = 47,
};

static const char magic[] = "parta-samples 1 ";

static const char *const outcome_names[] = {
    [LADDER_HIT] = "hit",
    [LADDER_MISS] = "miss",
    [LADDER_LATE] = "late",
};

/* ------------------------------------------------- the ladder hears them again */

void
samples_replay_init(struct samples_replay *replay, bool live)
{
	memset(replay, 0, sizeof(*replay));
	ladder_init(&replay->ladder, 0);
	ladder_look_on(&replay->ladder, live);
	replay->ladder.next_id[15] = 1;
}

static void
tell(struct samples_replay *r, const struct outage *found)
{
	struct outage o = *found;

	o.onset_ms += r->wall_ahead_ms;
	if (o.end_ms)
		o.end_ms += r->wall_ahead_ms;
	for (size_t i = 0; i < o.n_evidence; i++)
		o.evidence[i].at_ms += r->wall_ahead_ms;
	if (r->on_outage)
		r->on_outage(r->arg, &o);
}

static void
step(struct samples_replay *r)
{
	enum connectivity_state before = r->ladder.state;
	struct outage changed[LADDER_CHANGES_MAX];
	size_t n = ladder_step(&r->ladder, r->at_ms, changed);

	for (size_t i = 0; i < n; i++)
		tell(r, &changed[i]);
	for (size_t i = sizeof(r->ladder.next_id); n > 0 && i > 0; i--)
		if (++r->ladder.next_id[i - 1])
			break;
	if (r->ladder.state != before && r->on_state)
		r->on_state(r->arg, r->ladder.state, (int64_t)r->at_ms + r->wall_ahead_ms);
}

void
samples_replay_until(struct samples_replay *replay, uint64_t at_ms)
{
	uint64_t settled_ms = replay->at_ms + SETTLED_MS;

	while (replay->timed && replay->at_ms + STEP_MS < at_ms && replay->at_ms < settled_ms) {
		replay->at_ms += STEP_MS;
		step(replay);
	}
	replay->at_ms = at_ms;
	replay->timed = true;
	step(replay);
}

/* ------------------------------------------------- reading lines */

/* Cuts the first word off; "" at the end. */
static const char *
word(char **at)
{
	char *begin = *at;
	size_t len = strcspn(begin, " ");

	*at = begin + len;
	if (**at == ' ')
		*(*at)++ = '\0';
	return begin;
}

static int
number(char **at, int64_t min, int64_t max, int64_t *ret)
{
	return text_i64(word(at), min, max, ret) < 0 ? -EBADMSG : 0;
}

static int
read_target(struct samples_replay *r, char *at)
{
	enum ladder_rung rung;
	int64_t n;

	if (number(&at, 0, LADDER_TARGETS_MAX, &n) < 0 || ladder_rung_of(word(&at), &rung) < 0)
		return -EBADMSG;
	if ((size_t)n != r->ladder.n_targets || !text_is_clean(at, strlen(at)))
		return -EBADMSG;
	return ladder_add(&r->ladder, rung, at) < 0 ? -ENOSPC : 0;
}

static int
read_outcome(const char *name, enum ladder_outcome *ret)
{
	for (size_t i = 0; i < COUNT_OF(outcome_names); i++)
		if (strcmp(name, outcome_names[i]) == 0) {
			*ret = (enum ladder_outcome)i;
			return 0;
		}
	return -EBADMSG;
}

static int
read_note(struct samples_replay *r, char *at)
{
	int64_t at_ms, target, sent_ms, rtt_us = 0;
	enum ladder_outcome outcome;

	if (number(&at, (int64_t)r->at_ms, INT64_MAX / 4, &at_ms) < 0 ||
	    number(&at, 0, (int64_t)r->ladder.n_targets - 1, &target) < 0 ||
	    read_outcome(word(&at), &outcome) < 0 || number(&at, 0, at_ms, &sent_ms) < 0)
		return -EBADMSG;
	if (outcome != LADDER_MISS && number(&at, 0, UINT32_MAX, &rtt_us) < 0)
		return -EBADMSG;
	if (!text_is_clean(at, strlen(at)))
		return -EBADMSG;
	samples_replay_until(r, (uint64_t)at_ms);
	ladder_note(&r->ladder, (int)target, outcome, (uint64_t)sent_ms, (uint32_t)rtt_us, at);
	step(r);
	return 0;
}

int
samples_replay_line(struct samples_replay *replay, const char *line)
{
	char copy[SAMPLES_LINE_BYTES], *at = copy;
	size_t len = strcspn(line, "\r\n");

	if (len == 0 || line[0] == '#')
		return 0;
	if (len >= sizeof(copy))
		return -EBADMSG;
	memcpy(copy, line, len);
	copy[len] = '\0';
	if (!replay->begun) {
		if (strncmp(copy, magic, sizeof(magic) - 1) != 0 ||
		    text_i64(copy + sizeof(magic) - 1, -INT64_MAX / 4, INT64_MAX / 4,
			&replay->wall_ahead_ms) < 0)
			return -EBADMSG;
		replay->begun = true;
		return 0;
	}
	if (strncmp(copy, "target ", 7) == 0)
		return read_target(replay, copy + 7);
	return read_note(replay, at);
}

/* ------------------------------------------------- writing them */

void
samples_begin_format(int64_t wall_ahead_ms, char ret[static SAMPLES_LINE_BYTES])
{
	(void)snprintf(ret, SAMPLES_LINE_BYTES, "%s%lld", magic, (long long)wall_ahead_ms);
}

void
samples_target_format(
    const struct ladder *ladder, int target, char ret[static SAMPLES_LINE_BYTES])
{
	const struct ladder_target *t = &ladder->targets[target];

	(void)snprintf(ret, SAMPLES_LINE_BYTES, "target %d %s %s", target,
	    ladder_rung_name(t->rung), t->name);
}

void
samples_note_format(uint64_t at_ms, int target, enum ladder_outcome outcome, uint64_t sent_ms,
    uint32_t rtt_us, const char *observed, char ret[static SAMPLES_LINE_BYTES])
{
	unsigned long long at = at_ms, sent = sent_ms;

	if (outcome == LADDER_MISS)
		(void)snprintf(ret, SAMPLES_LINE_BYTES, "%llu %d miss %llu %.*s", at, target,
		    sent, OBSERVED_MAX, observed);
	else
		(void)snprintf(ret, SAMPLES_LINE_BYTES, "%llu %d %s %llu %u", at, target,
		    outcome_names[outcome], sent, rtt_us);
}
