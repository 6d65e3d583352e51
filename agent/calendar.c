/*
 * Lessons, holidays, examinations, due times and budgets of bytes: see calendar.h. Weekdays as
 * ISO 8601. It knows nothing of tasks but how often they run and a number that
 * stands for them.
 */
#include "agent/calendar.h"

#include <errno.h>

enum {
	USUAL_FROM_MINUTE = 8 * 60 + 30,
	USUAL_TO_MINUTE = 15 * 60,
	SATURDAY = 6,
	DAY_MINUTES = 24 * 60,
};

const char *
calendar_period_name(enum calendar_period period)
{
	switch (period) {
	case CALENDAR_LESSON:
		return "lesson";
	case CALENDAR_HOLIDAY:
		return "holiday";
	case CALENDAR_OFF_LESSON:
		break;
	}
	return "off_lesson";
}

static bool
in_lesson(const struct calendar *calendar, const struct clock_local *local)
{
	if (calendar->n_lessons == 0)
		return local->weekday <= SATURDAY && local->minute >= USUAL_FROM_MINUTE &&
		       local->minute < USUAL_TO_MINUTE;
	for (size_t i = 0; i < calendar->n_lessons; i++) {
		const struct calendar_lesson *lesson = &calendar->lessons[i];

		if (lesson->weekday == local->weekday && local->minute >= lesson->from_minute &&
		    local->minute < lesson->to_minute)
			return true;
	}
	return false;
}

enum calendar_period
calendar_period_of(const struct calendar *calendar, const struct clock_local *local)
{
	for (size_t i = 0; i < calendar->n_holidays; i++)
		if (local->day >= calendar->holidays[i].from_day &&
		    local->day <= calendar->holidays[i].to_day)
			return CALENDAR_HOLIDAY;
	return in_lesson(calendar, local) ? CALENDAR_LESSON : CALENDAR_OFF_LESSON;
}

static int64_t
shown(const struct clock_local *local)
{
	return (int64_t)local->day * DAY_MINUTES + local->minute;
}

const struct calendar_exam *
calendar_exam_between(const struct calendar *calendar, int64_t from_ms,
    const struct clock_local *from, int64_t to_ms, const struct clock_local *to)
{
	for (size_t i = 0; i < calendar->n_exams; i++) {
		const struct calendar_exam *exam = &calendar->exams[i];

		if ((exam->local ? shown(to) : to_ms) >= exam->from &&
		    (exam->local ? shown(from) : from_ms) < exam->to)
			return exam;
	}
	return NULL;
}

/* So many digits, and what must stand behind them; -1: they do not. */
static int
digits(const char **at, int count, char behind)
{
	int value = 0;

	for (int i = 0; i < count; i++, (*at)++) {
		if (**at < '0' || **at > '9')
			return -1;
		value = value * 10 + **at - '0';
	}
	if (**at != behind)
		return -1;
	*at += behind != '\0';
	return value;
}

static int
parse_moment(const char **at, char behind, int64_t *ret)
{
	int year = digits(at, 4, '-'), month = year < 0 ? -1 : digits(at, 2, '-');
	int day = month < 0 ? -1 : digits(at, 2, 'T'), hour = day < 0 ? -1 : digits(at, 2, ':');
	int minute = hour < 0 ? -1 : digits(at, 2, behind);

	if (minute < 0 || month < 1 || month > 12 || day < 1 || day > 31 || hour > 24 ||
	    minute > 59)
		return -EINVAL;
	*ret = (int64_t)(year * 10000 + month * 100 + day) * DAY_MINUTES + hour * 60 + minute;
	return 0;
}

int
calendar_exam_parse(const char *text, struct calendar_exam *ret)
{
	struct calendar_exam exam = {.local = true, .name = text};

	if (parse_moment(&text, '/', &exam.from) < 0 ||
	    parse_moment(&text, '\0', &exam.to) < 0 || exam.from >= exam.to)
		return -EINVAL;
	*ret = exam;
	return 0;
}

uint64_t
calendar_delay_ms(uint32_t every_s, uint32_t seed, int64_t now_ms)
{
	uint64_t every_ms = (uint64_t)every_s * 1000;
	uint64_t now = now_ms > 0 ? (uint64_t)now_ms : 0, earliest = now + every_ms / 2;
	uint64_t place, since;

	if (every_ms == 0)
		return 0;
	/* A seed is turned into a place by its share of 2^32, so that nearby intervals agree.
	 */
	place = every_ms * seed >> 32;
	since = (earliest + every_ms - place) % every_ms;
	return earliest + (since > 0 ? every_ms - since : 0) - now;
}

uint32_t
calendar_seed(const uint8_t agent_id[static 16], const char *task)
{
	uint32_t hash = 2166136261u; /* FNV-1a */

	for (size_t i = 0; i < 16; i++)
		hash = (hash ^ agent_id[i]) * 16777619u;
	for (; *task; task++)
		hash = (hash ^ (uint8_t)*task) * 16777619u;
	/* The last byte alone moves only the low bits; the high ones are what is used. */
	hash ^= hash >> 16;
	hash *= 0x85ebca6bu;
	hash ^= hash >> 13;
	hash *= 0xc2b2ae35u;
	return hash ^ hash >> 16;
}

static unsigned
month_of(unsigned day)
{
	return day / 100;
}

static uint64_t
left(uint64_t limit_bytes, uint64_t spent_bytes)
{
	return spent_bytes < limit_bytes ? limit_bytes - spent_bytes : 0;
}

uint64_t
calendar_left_bytes(const struct calendar_budget *budget, unsigned day,
    uint64_t day_limit_bytes, uint64_t month_limit_bytes)
{
	struct calendar_budget now = *budget;
	uint64_t of_day, of_month;

	calendar_spend(&now, day, 0);
	of_day = left(day_limit_bytes, now.day_bytes);
	of_month = left(month_limit_bytes, now.month_bytes);
	return of_day < of_month ? of_day : of_month;
}

void
calendar_spend(struct calendar_budget *budget, unsigned day, uint64_t bytes)
{
	if (month_of(budget->day) < month_of(day))
		budget->month_bytes = 0;
	if (budget->day < day)
		budget->day_bytes = 0;
	budget->day = day;
	budget->day_bytes += bytes;
	budget->month_bytes += bytes;
}
