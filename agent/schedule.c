/*
 * The schedule: see schedule.h. Due times stand on the clock that never jumps;
 * the wall clock only gives each task its place in the interval, so a clock that
 * is set costs at most one interval. A plan stands on the wall clock, at which it looks
 * again every quarter of an hour. The bytes spent on measuring, and when it was done
 * last, outlive a restart in the state folder: a service that is restarted every minute
 * may not cost a school its line.
 */
#include "agent/schedule.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/agent.h"
#include "agent/calendar.h"
#include "agent/timetable.h"
#include "common/check.h"
#include "common/clock.h"
#include "common/file.h"
#include "common/log.h"
#include "common/loop.h"
#include "common/text.h"

enum {
	POLICY_WAIT_MS = 10 * 1000, /* the first round waits so long for a first policy */
	FIRST_MS = 2000,
	BETWEEN_MS = 1000,          /* two tasks */
	RETRY_S = 300,              /* a task that could not begin or failed */
	LOOK_AGAIN_MS = 900 * 1000, /* whether the wall clock still says what it said */
	FAR_MS = 36 * 3600 * 1000,  /* no plan is so far ahead: the clock was set back */
	LATE_MS = 15 * 1000,        /* another task was at work: its slot is over */
	POSTPONE_S = 300,           /* a busy line */
	POSTPONE_MORE_S = 600,
};

struct entry {
	const struct task *task;
	struct schedule_row row;
	uint64_t due_ms;    /* clock_boot_ms() */
	int64_t planned_ms; /* wall clock; 0: due_ms alone counts */
	uint32_t every_s;
	unsigned postponed; /* in a row, by a busy line */
	bool missed;        /* a down line kept it off */
	bool idle;          /* had nothing to do: until settings or policy change */
};

struct schedule {
	struct agent *agent;
	struct entry entries[SCHEDULE_TASKS_MAX];
	size_t n_entries;
	void (*on_free)(struct agent *agent);
	struct entry *running;
	struct loop_event *timer, *deadline;
	struct calendar_budget budget;
	int64_t planned_last_ms; /* when a planned task was done last, wall clock; 0 never */
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
		s->budget.day = (unsigned)strtoul((const char *)text.data, &end, 10);
		s->budget.day_bytes = strtoull(end, &end, 10);
		s->budget.month_bytes = strtoull(end, &end, 10);
		s->planned_last_ms = strtoll(end, NULL, 10);
	}
	bytes_clear(&text);
}

static void
budget_save(const struct schedule *s)
{
	char path[512], text[96];
	int n = snprintf(text, sizeof(text), "%u %" PRIu64 " %" PRIu64 " %" PRId64 "\n",
	    s->budget.day, s->budget.day_bytes, s->budget.month_bytes, s->planned_last_ms);
	int r = file_path(path, sizeof(path), s->agent->settings.state_dir, "budget");

	if (r == 0)
		r = file_write(path, text, (size_t)n, 0600);
	if (r < 0)
		(void)log_warn(r, "could not keep the count of bytes for measuring");
}

uint64_t
schedule_left_bytes(const struct agent *agent)
{
	return calendar_left_bytes(&agent->schedule->budget, today(agent),
	    agent->effective.speed_budget_bytes, agent->effective.speed_budget_month_bytes);
}

struct calendar_budget
schedule_budget(const struct agent *agent)
{
	struct calendar_budget budget = {0};

	if (agent->schedule)
		budget = agent->schedule->budget;
	calendar_spend(&budget, today(agent), 0);
	return budget;
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
	entry->planned_ms = 0;
}

/* Looks at the wall clock again before long. */
static void
plan_at(struct entry *entry, int64_t at_ms)
{
	int64_t delay_ms = at_ms - clock_wall_ms();

	plan_in(entry, delay_ms < 0               ? 0
		       : delay_ms > LOOK_AGAIN_MS ? LOOK_AGAIN_MS
						  : (uint64_t)delay_ms);
	entry->planned_ms = entry->row.next_ms = at_ms;
}

static int64_t
planned(
    const struct schedule *s, const struct entry *entry, int64_t after_ms, uint32_t within_s)
{
	return entry->task->plan ? entry->task->plan(s->agent, after_ms, within_s) : 0;
}

/* Its next turn: by its plan, else at its own place in the interval. */
static void
plan_next(struct schedule *s, struct entry *entry)
{
	uint32_t seed = calendar_seed(s->agent->credentials.agent_id, entry->task->name);
	int64_t at_ms = planned(s, entry, clock_wall_ms(), 0);

	entry->every_s = entry->task->every_s(s->agent);
	if (at_ms > 0)
		plan_at(entry, at_ms);
	else
		plan_in(entry, calendar_delay_ms(entry->every_s, seed, clock_wall_ms()));
}

/* Once more between wait_s and within_s after that, or at its next turn if that is sooner. */
static void
plan_again(struct schedule *s, struct entry *entry, uint32_t wait_s, uint32_t within_s)
{
	int64_t from_ms = clock_wall_ms() + (int64_t)wait_s * 1000;
	int64_t at_ms = planned(s, entry, from_ms, within_s);

	plan_next(s, entry);
	if (at_ms > 0 && at_ms < entry->planned_ms)
		plan_at(entry, at_ms);
	else if (entry->planned_ms == 0 && entry->every_s > 2 * RETRY_S)
		plan_in(entry, RETRY_S * 1000);
}

static void
plan_retry(struct schedule *s, struct entry *entry)
{
	plan_again(s, entry, 0, TIMETABLE_CATCH_UP_S);
}

static void
plan_postponed(struct schedule *s, struct entry *entry)
{
	entry->postponed++;
	plan_again(s, entry, POSTPONE_S, POSTPONE_MORE_S);
}

/* The first turn of this run: what was never measured soon, what the last run measured not anew
 * because we are. */
static void
plan_first(struct schedule *s, struct entry *entry, uint64_t delay_ms)
{
	int64_t now_ms = clock_wall_ms(), last_ms = s->planned_last_ms, at_ms = 0;

	if (last_ms == 0)
		at_ms = planned(s, entry, now_ms, TIMETABLE_SOON_S);
	else if (last_ms <= now_ms)
		at_ms = planned(s, entry, last_ms, 0);
	entry->every_s = entry->task->every_s(s->agent);
	if (at_ms > now_ms)
		plan_at(entry, at_ms);
	else if (entry->task->plan && last_ms > 0)
		plan_retry(s, entry);
	else
		plan_in(entry, delay_ms);
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
had_nothing_to_do(struct schedule *s, struct entry *entry)
{
	(void)s;
	entry->idle = true;
	entry->row.next_ms = 0;
}

static void
wait_for_the_line(struct schedule *s, struct entry *entry)
{
	plan_next(s, entry);
	entry->missed = true;
}

/* What keeps a task from its turn and is no failure. */
static const struct reason {
	int error;
	const char *words;
	void (*then)(struct schedule *s, struct entry *entry);
} reasons[] = {
    {-ENODATA, "nothing to do", had_nothing_to_do},
    {-EDQUOT, "put off: the bytes for measuring are spent", plan_next},
    {-EBUSY, "put off: the line is busy", plan_postponed},
    {-ENETUNREACH, "put off: the line is down", wait_for_the_line},
    {-EAGAIN, "put off: an examination is held", plan_retry},
};

static bool
put_off(struct schedule *s, struct entry *entry, int r)
{
	for (size_t i = 0; i < COUNT_OF(reasons); i++)
		if (reasons[i].error == r) {
			entry->row.skips++;
			entry->row.put_off = r;
			reasons[i].then(s, entry);
			(void)text_copy(
			    entry->row.words, sizeof(entry->row.words), reasons[i].words);
			(void)log_info("%s: task=%s", reasons[i].words, entry->task->name);
			return true;
		}
	return false;
}

static void
could_not_begin(struct schedule *s, struct entry *entry, int r)
{
	if (put_off(s, entry, r))
		return;
	entry->row.skips++;
	entry->row.failures++;
	entry->row.last_error = r;
	plan_retry(s, entry);
	(void)log_warn(r, "could not begin task '%s'", entry->task->name);
}

static void
begin(struct schedule *s, struct entry *entry)
{
	int r;

	(void)log_debug("task begins: task=%s", entry->task->name);
	s->running = entry;
	entry->row.running = true;
	r = entry->task->begin(s->agent);
	if (r != -EBUSY)
		entry->postponed = 0;
	entry->missed = false;
	entry->row.put_off = 0;
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

/* By the wall clock too? Else it is looked at again. */
static bool
its_time(struct schedule *s, struct entry *entry)
{
	int64_t away_ms = entry->planned_ms - clock_wall_ms();

	if (entry->planned_ms == 0 || (away_ms <= 0 && away_ms >= -LATE_MS))
		return true;
	if (away_ms < 0)
		plan_retry(s, entry);
	else if (away_ms > FAR_MS)
		plan_next(s, entry);
	else
		plan_at(entry, entry->planned_ms);
	return false;
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
	if (first && its_time(s, first))
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
	if (put_off(s, entry, error)) {
		entry->row.last_error = 0;
	} else if (error < 0) {
		entry->row.failures++;
		plan_retry(s, entry);
		(void)log_warn(
		    error, "task '%s' failed, again in a while: %s", entry->task->name, words);
	} else {
		plan_next(s, entry);
		if (entry->task->plan) {
			s->planned_last_ms = entry->row.last_ms;
			budget_save(s);
		}
		(void)log_info("task done: task=%s result='%s'", entry->task->name, words);
	}
	agent_touch(agent);
	s->on_free(agent);
	if (!s->running)
		(void)loop_timer_set(s->timer, BETWEEN_MS);
}

void
schedule_quiet(struct agent *agent, const struct effective *next)
{
	struct schedule *s = agent->schedule;
	const struct task *task = s && s->running ? s->running->task : NULL;

	if (!task || !agent_exam_by(next, task->deadline_s) ||
	    (task->is_quiet && task->is_quiet(agent)))
		return;
	task->cancel(agent);
	schedule_done(agent, -EAGAIN, "");
}

unsigned
schedule_postponed(const struct agent *agent)
{
	return agent->schedule->running ? agent->schedule->running->postponed : 0;
}

void
schedule_line_up(struct agent *agent)
{
	struct schedule *s = agent->schedule;

	for (size_t i = 0; s && i < s->n_entries; i++)
		if (s->entries[i].missed) {
			s->entries[i].missed = false;
			plan_retry(s, &s->entries[i]);
			arm(s);
		}
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
		/* The order of the list holds, whatever the policy's coming changes. */
		plan_first(s, &s->entries[i], (agent->policy ? FIRST_MS : POLICY_WAIT_MS) + i);
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
			plan_first(s, entry, FIRST_MS + i);
		} else if (!first && (entry->planned_ms > 0 ||
					 entry->task->every_s(agent) != entry->every_s)) {
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
		if (ret[n].next_ms && s->entries[n].planned_ms == 0)
			ret[n].next_ms = clock_wall_ms() + (int64_t)s->entries[n].due_ms -
					 (int64_t)clock_boot_ms();
	}
	return n;
}
