/*
 * The schedule: see schedule.h. Due times stand on the clock that never jumps;
 * the wall clock only gives each task its place in the interval, so a clock that
 * is set costs at most one interval. The bytes spent on measuring outlive a
 * restart in the state folder: a service that is restarted every minute may not
 * cost a school its line.
 */
#include "agent/schedule.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/agent.h"
#include "agent/calendar.h"
#include "common/check.h"
#include "common/clock.h"
#include "common/file.h"
#include "common/log.h"
#include "common/loop.h"
#include "common/text.h"

enum {
	POLICY_WAIT_MS = 10 * 1000, /* the first round waits so long for a first policy */
	FIRST_MS = 2000,
	BETWEEN_MS = 1000, /* two tasks */
	RETRY_S = 300,     /* a task that could not begin or failed */
};

struct entry {
	const struct task *task;
	struct schedule_row row;
	uint64_t due_ms; /* clock_boot_ms() */
	uint32_t every_s;
	bool idle; /* had nothing to do: until settings or policy change */
};

struct schedule {
	struct agent *agent;
	struct entry entries[SCHEDULE_TASKS_MAX];
	size_t n_entries;
	void (*on_free)(struct agent *agent);
	struct entry *running;
	struct loop_event *timer, *deadline;
	struct calendar_budget budget;
};

static unsigned
today(const struct agent *agent)
{
	return clock_local_of(clock_wall_ms(), agent->effective.time_zone).day;
}

static void
budget_load(struct schedule *s)
{
	struct bytes text = bytes_new(64);
	char path[512];
	char *end = NULL;

	if (file_path(path, sizeof(path), s->agent->settings.state_dir, "budget") == 0 &&
	    file_read(path, &text) == 0 && text.len > 0) {
		unsigned long day = strtoul((const char *)text.data, &end, 10);

		s->budget.day = (unsigned)day;
		s->budget.spent_bytes = strtoull(end, NULL, 10);
	}
	bytes_clear(&text);
}

static void
budget_save(const struct schedule *s)
{
	char path[512], text[64];
	int n = snprintf(
	    text, sizeof(text), "%u %" PRIu64 "\n", s->budget.day, s->budget.spent_bytes);
	int r = file_path(path, sizeof(path), s->agent->settings.state_dir, "budget");

	if (r == 0)
		r = file_write(path, text, (size_t)n, 0600);
	if (r < 0)
		(void)log_warn(r, "could not keep the count of the day's measuring bytes");
}

uint64_t
schedule_left_bytes(const struct agent *agent)
{
	return calendar_left_bytes(
	    &agent->schedule->budget, today(agent), agent->effective.speed_budget_bytes);
}

void
schedule_spend(struct agent *agent, uint64_t bytes)
{
	calendar_spend(&agent->schedule->budget, today(agent), bytes);
	budget_save(agent->schedule);
}

static void
plan_in(struct entry *entry, uint64_t delay_ms)
{
	entry->due_ms = clock_boot_ms() + delay_ms;
	entry->row.next_ms = clock_wall_ms() + (int64_t)delay_ms;
}

/* Its next turn at its own place in the interval. */
static void
plan_next(struct schedule *s, struct entry *entry)
{
	uint32_t seed = calendar_seed(s->agent->credentials.agent_id, entry->task->name);

	entry->every_s = entry->task->every_s(s->agent);
	plan_in(entry, calendar_delay_ms(entry->every_s, seed, clock_wall_ms()));
}

static void
plan_retry(struct schedule *s, struct entry *entry)
{
	plan_next(s, entry);
	if (entry->every_s > 2 * RETRY_S)
		plan_in(entry, RETRY_S * 1000);
}

/* Sets the timer to the entry that is due first. */
static void
arm(struct schedule *s)
{
	uint64_t now_ms = clock_boot_ms(), first_ms = UINT64_MAX;

	if (s->running)
		return;
	for (size_t i = 0; i < s->n_entries; i++)
		if (!s->entries[i].idle && s->entries[i].due_ms < first_ms)
			first_ms = s->entries[i].due_ms;
	if (first_ms != UINT64_MAX)
		(void)loop_timer_set(s->timer, first_ms > now_ms ? first_ms - now_ms : 0);
}

static void
could_not_begin(struct schedule *s, struct entry *entry, int r)
{
	entry->row.skips++;
	if (r == -ENODATA) {
		entry->idle = true;
		entry->row.next_ms = 0;
		(void)text_copy(entry->row.words, sizeof(entry->row.words), "nothing to do");
		(void)log_info("task has nothing to do: task=%s", entry->task->name);
	} else if (r == -EAGAIN) {
		plan_next(s, entry);
		(void)text_copy(entry->row.words, sizeof(entry->row.words),
		    "put off: the day's bytes are spent");
		(void)log_info(
		    "task put off, the day's bytes are spent: task=%s", entry->task->name);
	} else {
		entry->row.failures++;
		entry->row.last_error = r;
		plan_retry(s, entry);
		(void)log_warn(r, "could not begin task '%s'", entry->task->name);
	}
}

static void
begin(struct schedule *s, struct entry *entry)
{
	int r;

	(void)log_debug("task begins: task=%s", entry->task->name);
	s->running = entry;
	entry->row.running = true;
	r = entry->task->begin(s->agent);
	if (r == 0) {
		(void)loop_timer_set(s->deadline, (uint64_t)entry->task->deadline_s * 1000);
		return;
	}
	s->running = NULL;
	entry->row.running = false;
	could_not_begin(s, entry, r);
	agent_touch(s->agent);
	arm(s);
}

static void
on_timer(void *arg)
{
	uint64_t now_ms = clock_boot_ms();
	struct schedule *s = arg;
	struct entry *first = NULL;

	if (s->running || s->agent->stopping)
		return;
	for (size_t i = 0; i < s->n_entries; i++) {
		struct entry *entry = &s->entries[i];

		if (!entry->idle && entry->due_ms <= now_ms &&
		    (!first || entry->due_ms < first->due_ms))
			first = entry;
	}
	if (first)
		begin(s, first);
	else
		arm(s);
}

static void
on_deadline(void *arg)
{
	struct schedule *s = arg;

	if (!s->running)
		return;
	(void)log_error(0, "task '%s' did not end in %u s, cancelling it",
	    s->running->task->name, s->running->task->deadline_s);
	s->running->task->cancel(s->agent);
	schedule_done(s->agent, -ETIMEDOUT, "cancelled: it took too long");
}

void
schedule_done(struct agent *agent, int error, const char *words)
{
	struct schedule *s = agent->schedule;
	struct entry *entry = s->running;

	if (!entry)
		return;
	s->running = NULL;
	loop_timer_cancel(s->deadline);
	entry->row.running = false;
	entry->row.last_ms = clock_wall_ms();
	entry->row.last_error = error;
	entry->row.runs++;
	(void)text_copy(entry->row.words, sizeof(entry->row.words), words);
	if (error < 0) {
		entry->row.failures++;
		plan_retry(s, entry);
		(void)log_warn(
		    error, "task '%s' failed, again in a while: %s", entry->task->name, words);
	} else {
		plan_next(s, entry);
		(void)log_info("task done: task=%s result='%s'", entry->task->name, words);
	}
	agent_touch(agent);
	s->on_free(agent);
	if (!s->running)
		(void)loop_timer_set(s->timer, BETWEEN_MS);
}

bool
schedule_busy(const struct agent *agent)
{
	return agent->schedule && agent->schedule->running;
}

int
schedule_start(struct agent *agent, const struct task *const tasks[], size_t count,
    void (*on_free)(struct agent *agent))
{
	struct schedule *s = calloc(1, sizeof(*s));
	int r;

	if (!s)
		return -ENOMEM;
	CHECK(count <= SCHEDULE_TASKS_MAX);
	s->agent = agent;
	s->n_entries = count;
	s->on_free = on_free;
	agent->schedule = s;
	budget_load(s);
	for (size_t i = 0; i < s->n_entries; i++) {
		s->entries[i] = (struct entry){.task = tasks[i], .row.name = tasks[i]->name};
		s->entries[i].every_s = tasks[i]->every_s(agent);
		/* The order of the list holds, whatever the policy's coming changes. */
		plan_in(&s->entries[i], (agent->policy ? FIRST_MS : POLICY_WAIT_MS) + i);
	}
	r = loop_timer(agent->loop, on_timer, s, &s->timer);
	if (r == 0)
		r = loop_timer(agent->loop, on_deadline, s, &s->deadline);
	if (r < 0) {
		schedule_stop(agent);
		return r;
	}
	arm(s);
	return 0;
}

void
schedule_stop(struct agent *agent)
{
	struct schedule *s = agent->schedule;

	if (!s)
		return;
	if (s->running)
		s->running->task->cancel(agent);
	loop_event_free(s->timer);
	loop_event_free(s->deadline);
	agent->schedule = NULL;
	free(s);
}

void
schedule_reload(struct agent *agent)
{
	struct schedule *s = agent->schedule;

	for (size_t i = 0; s && i < s->n_entries; i++) {
		struct entry *entry = &s->entries[i];
		bool first = entry->row.runs == 0;

		if (entry == s->running)
			continue;
		if (entry->idle || (first && entry->due_ms > clock_boot_ms() + FIRST_MS)) {
			entry->idle = false;
			plan_in(entry, FIRST_MS + i);
		} else if (!first && entry->task->every_s(agent) != entry->every_s) {
			plan_next(s, entry);
		}
	}
	if (s)
		arm(s);
}

size_t
schedule_rows(const struct agent *agent, struct schedule_row ret[], size_t max)
{
	const struct schedule *s = agent->schedule;
	size_t n = 0;

	for (; s && n < s->n_entries && n < max; n++) {
		ret[n] = s->entries[n].row;
		if (ret[n].next_ms)
			ret[n].next_ms = clock_wall_ms() + (int64_t)s->entries[n].due_ms -
					 (int64_t)clock_boot_ms();
	}
	return n;
}
