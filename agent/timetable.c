/*
 * A day's tests: see timetable.h. The slots that lie in a part of the day are listed in their
 * order and cut into as many runs as the part has tests; one of each run is drawn. So
 * tests are spread over the part, and yet nobody can know when the next one comes.
 */
#include "agent/timetable.h"

#include "common/check.h"

enum {
	DAY_MINUTES = 24 * 60,
	DAY_S = 86400,
	HOUR_S = 3600,
	NIGHT_TO_MINUTE = 6 * 60,
	NIGHT_FROM_MINUTE = 22 * 60,
	FREE_FROM_MINUTE = 8 * 60,
	TESTS_MIN = 4,
	FREE_SHARE = 4, /* a day without lessons has so much less to measure */
	FREE_TESTS_MIN = 2,
	STARTS_MAX = DAY_S / TIMETABLE_SLOT_S_MIN + 1,
	ROUND_DAYS_MAX = 7,
	NEXT_DAYS_MAX = 2 * ROUND_DAYS_MAX + 1,
};

/* Which part of the day a minute is in. */
struct minutes {
	uint8_t part[DAY_MINUTES];
	bool lessons; /* the day has any */
};

static uint32_t
mixed(uint32_t seed, uint32_t day, uint32_t what)
{
	uint32_t hash = seed ^ day * 0x9e3779b1u ^ what * 0x85ebca77u;

	hash ^= hash >> 16;
	hash *= 0x85ebca6bu;
	hash ^= hash >> 13;
	hash *= 0xc2b2ae35u;
	return hash ^ hash >> 16;
}

static uint32_t
drawn(uint32_t below, uint32_t seed, uint32_t day, uint32_t what)
{
	return (uint32_t)((uint64_t)mixed(seed, day, what) * below >> 32);
}

/* ---- the parts of a day */

static enum day_part
part_of(unsigned minute, bool lesson, unsigned first, unsigned last)
{
	unsigned evening = last ? last : FREE_FROM_MINUTE;

	if (lesson)
		return DAY_LESSON;
	if (minute >= first && minute < last)
		return DAY_BREAK;
	if (minute < NIGHT_TO_MINUTE || minute >= NIGHT_FROM_MINUTE)
		return DAY_NIGHT;
	return minute >= evening ? DAY_EVENING : DAY_MORNING;
}

static void
fill_minutes(
    const struct calendar *calendar, const struct timetable_day *day, struct minutes *ret)
{
	struct clock_local local = {.weekday = day->weekday, .day = day->day};
	bool lesson[DAY_MINUTES];
	unsigned first = 0, last = 0;

	for (unsigned i = 0; i < DAY_MINUTES; i++) {
		local.minute = i;
		lesson[i] = calendar_period_of(calendar, &local) == CALENDAR_LESSON;
		if (lesson[i] && last == 0)
			first = i;
		if (lesson[i])
			last = i + 1;
	}
	ret->lessons = last > 0;
	for (unsigned i = 0; i < DAY_MINUTES; i++)
		ret->part[i] = (uint8_t)part_of(i, lesson[i], first, last);
}

/* Evenly all day; a part that is shorter than the time between two tests has one too. */
static void
fill_counts_evenly(
    uint32_t every_s, const struct minutes *minutes, unsigned ret[static DAY_PARTS])
{
	unsigned lengths[DAY_PARTS] = {0};

	for (unsigned i = 0; i < DAY_MINUTES; i++)
		lengths[minutes->part[i]]++;
	for (unsigned part = 0; part < DAY_PARTS; part++) {
		ret[part] = lengths[part] * 60 / every_s;
		if (ret[part] == 0 && lengths[part] > 0)
			ret[part] = 1;
	}
}

/* How many tests each part of the day has, if it has room. */
static void
fill_counts(uint32_t every_s, const struct minutes *minutes, unsigned ret[static DAY_PARTS])
{
	unsigned tests = DAY_S / every_s;

	if (every_s < HOUR_S) {
		fill_counts_evenly(every_s, minutes, ret);
		return;
	}
	tests = tests < TESTS_MIN ? TESTS_MIN : tests;
	ret[DAY_MORNING] = 0;
	if (!minutes->lessons) {
		tests = tests / FREE_SHARE;
		tests = tests < FREE_TESTS_MIN ? FREE_TESTS_MIN : tests;
		ret[DAY_LESSON] = ret[DAY_BREAK] = 0;
		ret[DAY_NIGHT] = 1;
		ret[DAY_EVENING] = tests - 1;
		return;
	}
	ret[DAY_LESSON] = tests / 2;
	ret[DAY_BREAK] = ret[DAY_NIGHT] = tests < 8 ? 1 : tests / 8;
	tests -= ret[DAY_LESSON] + ret[DAY_BREAK] + ret[DAY_NIGHT];
	ret[DAY_EVENING] = tests > 0 ? tests : 1;
}

/* ---- slots */

static struct timetable_slots
slots_in_force(const struct timetable_slots *slots)
{
	struct timetable_slots any = {.slots = 1, .slot_s = TIMETABLE_SLOT_S_MIN};

	if (slots->slots == 0 || slots->slot >= slots->slots ||
	    slots->slot_s < TIMETABLE_SLOT_S_MIN || slots->slot_s > TIMETABLE_SLOT_S_MAX ||
	    slots->slots > ROUND_DAYS_MAX * DAY_S / slots->slot_s)
		return any;
	return *slots;
}

/* The school's first slot that begins at or after a moment, in seconds. */
static int64_t
slot_from(const struct timetable_slots *slots, int64_t from_s)
{
	int64_t round_s = (int64_t)slots->slots * slots->slot_s;
	int64_t since_s = (from_s - (int64_t)slots->slot * slots->slot_s) % round_s;

	if (since_s < 0)
		since_s += round_s;
	return since_s == 0 ? from_s : from_s + round_s - since_s;
}

/* Beginnings of the slots of the day that lie wholly in a part of it. */
static size_t
list_starts(const struct timetable_slots *slots, const struct timetable_day *day,
    const struct minutes *minutes, enum day_part part, int64_t ret[static STARTS_MAX])
{
	int64_t midnight_s = day->midnight_ms / 1000, at_s = slot_from(slots, midnight_s);
	int64_t round_s = (int64_t)slots->slots * slots->slot_s;
	size_t n = 0;

	for (; at_s + slots->slot_s <= midnight_s + DAY_S && n < STARTS_MAX; at_s += round_s) {
		int64_t from = (at_s - midnight_s) / 60;
		int64_t to = (at_s - midnight_s + slots->slot_s - 1) / 60;

		if (minutes->part[from] == part && minutes->part[to] == part)
			ret[n++] = at_s;
	}
	return n;
}

/* ---- a day */

struct plan {
	const struct timetable *timetable;
	const struct timetable_day *day;
	struct timetable_slots slots;
	struct timetable_test *tests;
	size_t n;
};

static void
add_test(struct plan *plan, enum day_part part, int64_t slot_s)
{
	uint32_t half_s = plan->slots.slot_s / 2, what = (uint32_t)plan->n * 2;
	uint32_t within_s = drawn(half_s, plan->timetable->seed, plan->day->day, what);
	struct timetable_test test = {.at_ms = (slot_s + within_s) * 1000, .part = part};
	size_t at = plan->n++;

	for (; at > 0 && plan->tests[at - 1].at_ms > test.at_ms; at--)
		plan->tests[at] = plan->tests[at - 1];
	plan->tests[at] = test;
}

static void
add_part(struct plan *plan, const struct minutes *minutes, enum day_part part, unsigned count)
{
	int64_t starts[STARTS_MAX];
	size_t n = list_starts(&plan->slots, plan->day, minutes, part, starts);

	if (count > n)
		count = (unsigned)n;
	for (unsigned i = 0; i < count; i++) {
		size_t from = n * i / count, to = n * (i + 1) / count;
		uint32_t what = (uint32_t)plan->n * 2 + 1;

		add_test(plan, part,
		    starts[from + drawn((uint32_t)(to - from), plan->timetable->seed,
				      plan->day->day, what)]);
	}
}

/* One of the evening's, else of the night's. */
static void
choose_capacity(struct plan *plan)
{
	static const enum day_part parts[] = {DAY_EVENING, DAY_NIGHT};

	for (size_t i = 0; i < COUNT_OF(parts); i++)
		for (size_t j = plan->n; j-- > 0;)
			if (plan->tests[j].part == parts[i]) {
				plan->tests[j].capacity = true;
				return;
			}
}

size_t
timetable_tests(const struct timetable *timetable, const struct timetable_day *day,
    struct timetable_test ret[static TIMETABLE_TESTS_MAX])
{
	struct plan plan = {.timetable = timetable,
	    .day = day,
	    .slots = slots_in_force(&timetable->slots),
	    .tests = ret};
	unsigned counts[DAY_PARTS];
	struct minutes minutes;

	fill_minutes(timetable->calendar, day, &minutes);
	fill_counts(timetable->every_s, &minutes, counts);
	for (unsigned part = 0; part < DAY_PARTS; part++)
		add_part(&plan, &minutes, (enum day_part)part, counts[part]);
	choose_capacity(&plan);
	for (size_t i = 0; i < plan.n; i++)
		ret[i].ipv6 = ((uint64_t)day->midnight_ms / 1000 / DAY_S + i) % 2 != 0;
	return plan.n;
}

struct timetable_day
timetable_day_of(int64_t now_ms, const struct clock_local *local)
{
	int64_t minute_ms = 60 * 1000, into_ms = now_ms % minute_ms;

	if (into_ms < 0)
		into_ms += minute_ms;
	return (struct timetable_day){.day = local->day,
	    .weekday = local->weekday,
	    .midnight_ms = now_ms - into_ms - local->minute * minute_ms};
}

static unsigned
days_of_month(unsigned year, unsigned month)
{
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	if (month == 2)
		return leap ? 29 : 28;
	return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

struct timetable_day
timetable_day_after(const struct timetable_day *day)
{
	unsigned year = day->day / 10000, month = day->day / 100 % 100, of = day->day % 100;

	if (of < days_of_month(year, month))
		of++;
	else if (month < 12)
		month++, of = 1;
	else
		year++, month = of = 1;
	return (struct timetable_day){.day = year * 10000 + month * 100 + of,
	    .weekday = day->weekday % 7 + 1,
	    .midnight_ms = day->midnight_ms + DAY_S * INT64_C(1000)};
}

struct timetable_test
timetable_next(
    const struct timetable *timetable, const struct timetable_day *day, int64_t after_ms)
{
	struct timetable_test tests[TIMETABLE_TESTS_MAX];
	struct timetable_day at = *day;

	for (unsigned i = 0; i < NEXT_DAYS_MAX; i++, at = timetable_day_after(&at)) {
		size_t n = timetable_tests(timetable, &at, tests);

		for (size_t j = 0; j < n; j++)
			if (tests[j].at_ms > after_ms)
				return tests[j];
	}
	/* A round of slots may miss the parts of all those days: whatever part the slot is in.
	 */
	return (struct timetable_test){
	    .at_ms = timetable_catch_up(timetable, after_ms + DAY_S * INT64_C(1000), 0),
	    .part = DAY_NIGHT};
}

int64_t
timetable_catch_up(const struct timetable *timetable, int64_t now_ms, uint32_t within_s)
{
	struct timetable_slots slots = slots_in_force(&timetable->slots);
	int64_t now_s = now_ms / 1000, round_s = (int64_t)slots.slots * slots.slot_s;
	uint32_t rounds = (uint32_t)(within_s / round_s), salt = (uint32_t)now_s;
	int64_t at_s = slot_from(&slots, now_s + 1);

	if (slots.slots == 1 && within_s < slots.slot_s)
		return now_ms;
	if (rounds > 1)
		at_s += round_s * drawn(rounds, timetable->seed, salt, 0);
	return (at_s + drawn(slots.slot_s / 2, timetable->seed, salt, 1)) * 1000;
}
