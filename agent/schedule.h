/*
 * Runs the tasks: all of them once right after the start, one after another, then
 * each when it is due. One at a time, since a scan would spoil a measurement of the line.
 * A task with a plan keeps to that over restarts: what was missed meanwhile is made up for
 * once.
 */
#ifndef PARTA_AGENT_SCHEDULE_H
#define PARTA_AGENT_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/calendar.h"

struct agent;
struct effective;
struct schedule;

enum { SCHEDULE_WORDS_SIZE = 160, SCHEDULE_TASKS_MAX = 8 };

/* Something that is done now and then; its row stands in THE LIST (service.c). */
struct task {
	const char *name;
	uint32_t deadline_s; /* longer is a fault: it is cancelled */
	uint32_t (*every_s)(const struct agent *agent);
	/* The moment (wall clock) at which it is due next after after_ms; within_s > 0: at
	 * which it may be made up for, within so long if it can be. 0, or NULL: every_s alone
	 * counts. */
	int64_t (*plan)(struct agent *agent, int64_t after_ms, uint32_t within_s);
	/* 0: begun, schedule_done() follows; -ENODATA: nothing to do until settings or policy
	 * change; one of those that put it off: -EDQUOT (the bytes are spent), -EBUSY (the line
	 * is busy), -ENETUNREACH (the line is down), -EAGAIN (an examination is held); another
	 * negative errno. */
	int (*begin)(struct agent *agent);
	void (*cancel)(struct agent *agent); /* no schedule_done() any more */
	/* May it go on though an examination begins? NULL: never. */
	bool (*is_quiet)(const struct agent *agent);
};

struct schedule_row { /* what `status` shows of a task */
	const char *name;
	bool running;
	int64_t last_ms, next_ms; /* wall clock; last 0 never, next 0 not planned */
	int last_error;
	int put_off; /* what kept it from its last turn, an error of begin's; 0: nothing did */
	uint64_t runs, failures, skips;
	char words[SCHEDULE_WORDS_SIZE]; /* the last result, one line */
};

/* tasks: in the order of the first round; they must outlive the schedule. on_free is called
 * after each task's end. */
int schedule_start(struct agent *agent, const struct task *const tasks[], size_t count,
    void (*on_free)(struct agent *agent));
void schedule_stop(struct agent *agent);
void schedule_reload(struct agent *agent);

/* The running task ended; words say with what result. An error that puts it off is no failure.
 */
void schedule_done(struct agent *agent, int error, const char *words);
bool schedule_busy(const struct agent *agent);

/* How often the running task was put off with -EBUSY before. */
unsigned schedule_postponed(const struct agent *agent);
/* By what will be in force an examination is held, or begins before the running task must have
 * ended: it is put off at once, unless it is quiet. */
void schedule_quiet(struct agent *agent, const struct effective *next);
/* The line works again: what it kept off is made up for. */
void schedule_line_up(struct agent *agent);

/* The bytes of day and month for measuring the line: what is left, what is spent by today, and
 * what a test took. */
uint64_t schedule_left_bytes(const struct agent *agent);
struct calendar_budget schedule_budget(const struct agent *agent);
void schedule_spend(struct agent *agent, uint64_t bytes);

/* Rows of all tasks; returns how many, at most max. */
size_t schedule_rows(const struct agent *agent, struct schedule_row ret[], size_t max);

#endif
