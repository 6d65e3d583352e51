/*
 * What time means to a school: lesson, off-lesson or holiday, when a task is due
 * next, and whether the bytes of day and month afford it. Pure: local time and clocks come in.
 */
#ifndef PARTA_AGENT_CALENDAR_H
#define PARTA_AGENT_CALENDAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/clock.h"

enum calendar_period { CALENDAR_LESSON, CALENDAR_OFF_LESSON, CALENDAR_HOLIDAY };

/* "lesson", "off_lesson", "holiday": as parta.v1.SpeedTest.lesson. */
const char *calendar_period_name(enum calendar_period period);

enum { CALENDAR_LESSONS_MAX = 128, CALENDAR_HOLIDAYS_MAX = 64, CALENDAR_EXAMS_MAX = 48 };

struct calendar_lesson {
	unsigned weekday;                /* 1 Monday .. 7 Sunday */
	unsigned from_minute, to_minute; /* since local midnight, the end excluded */
};

struct calendar_days {
	unsigned from_day, to_day; /* YYYYMMDD, both included */
};

/* While an examination is held; the end excluded. */
struct calendar_exam {
	bool local; /* by the school's clock: YYYYMMDD * 1440 + minute; else Unix time in ms */
	int64_t from, to;
	const char *name; /* not ours */
};

struct calendar {
	struct calendar_lesson lessons[CALENDAR_LESSONS_MAX];
	size_t n_lessons; /* 0: Monday to Saturday, 08:30 to 15:00 */
	struct calendar_days holidays[CALENDAR_HOLIDAYS_MAX];
	size_t n_holidays;
	struct calendar_exam exams[CALENDAR_EXAMS_MAX];
	size_t n_exams;
};

enum calendar_period calendar_period_of(
    const struct calendar *calendar, const struct clock_local *local);

/* The examination that is held at some moment between two (Unix time, and what the school's
 * clock shows then), both included; NULL: none. */
const struct calendar_exam *calendar_exam_between(const struct calendar *calendar,
    int64_t from_ms, const struct clock_local *from, int64_t to_ms,
    const struct clock_local *to);
/* "2027-05-31T09:00/2027-05-31T14:30", by the school's clock, which is its name too. 0 or
 * -EINVAL. */
int calendar_exam_parse(const char *text, struct calendar_exam *ret);

/*
 * How long until a task that just ran is due again, in ms: at the agent's own
 * place in the interval (seed), so that a region's schools do not all measure at
 * once, and not before half an interval went by. So it falls between half and one
 * and a half intervals from now, and from then on once in each.
 */
uint64_t calendar_delay_ms(uint32_t every_s, uint32_t seed, int64_t now_ms);

/* A seed from who asks and what for: the same on every start. */
uint32_t calendar_seed(const uint8_t agent_id[static 16], const char *task);

/* Bytes spent on a day and in its month; a later day, a later month begins with none. A clock
 * that was set back begins nothing anew. */
struct calendar_budget {
	unsigned day; /* YYYYMMDD, local */
	uint64_t day_bytes, month_bytes;
};

/* What both limits leave. */
uint64_t calendar_left_bytes(const struct calendar_budget *budget, unsigned day,
    uint64_t day_limit_bytes, uint64_t month_limit_bytes);
void calendar_spend(struct calendar_budget *budget, unsigned day, uint64_t bytes);

#endif
