/*
 * When the line is measured: each part of a school's day gets its tests, at
 * moments that chance picks once for an agent and a day, inside the slots that the
 * collector gave the school, so that those that measure at once never ask more of its
 * server than that carries. Pure: times, calendar and policy come in; the same go out
 * as often as one asks.
 *
 * A day has five parts: lessons, the breaks between them, the evening (from the last
 * lesson to 22:00; of a day without lessons from 08:00), the night (22:00 to 06:00) and the
 * morning between night and lessons. Half of a school day's tests are in lessons, none in the
 * morning, and no other part goes without, if a slot of the school's lies in it. A day without
 * lessons has a quarter of the tests. Who asks for more than one an hour has them evenly all
 * day, in each part by its length. One a day is of capacity, out of lessons; the others verify.
 */
#ifndef PARTA_AGENT_TIMETABLE_H
#define PARTA_AGENT_TIMETABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/calendar.h"

enum day_part { DAY_LESSON, DAY_BREAK, DAY_EVENING, DAY_NIGHT, DAY_MORNING, DAY_PARTS };

enum {
	TIMETABLE_TESTS_MAX = 24 * 60,
	TIMETABLE_SLOT_S_MIN = 60, /* a test and its confirmation fit into it */
	TIMETABLE_SLOT_S_MAX = 600,
	TIMETABLE_SOON_S = 1,        /* to be made up for as soon as the slots allow it */
	TIMETABLE_CATCH_UP_S = 1800, /* after an outage */
};

/* A test begins in the first half of the school's slot: the slot-th stretch of slot_s seconds
 * in each slots * slot_s seconds of Unix time. slots 0, or a round of more than 7 days: any
 * time. */
struct timetable_slots {
	uint32_t slot, slots, slot_s;
};

/* A local day. Its zone keeps its offset from UTC all day, as all of Russia's do. */
struct timetable_day {
	unsigned day, weekday; /* YYYYMMDD; 1 Monday .. 7 Sunday */
	int64_t midnight_ms;   /* Unix time of its beginning */
};

struct timetable_test {
	int64_t at_ms; /* Unix time */
	enum day_part part;
	bool capacity, ipv6; /* ipv6: where the line has both, it is this one's turn */
};

struct timetable {
	const struct calendar *calendar;
	struct timetable_slots slots;
	uint32_t every_s; /* on the average of a school day; a minute at least */
	uint32_t seed;    /* calendar_seed() of the agent */
};

/* The day that local is in, which is what the school's clocks show at now_ms. */
struct timetable_day timetable_day_of(int64_t now_ms, const struct clock_local *local);
/* The day after. */
struct timetable_day timetable_day_after(const struct timetable_day *day);

/* The tests of a day in their order; returns how many. */
size_t timetable_tests(const struct timetable *timetable, const struct timetable_day *day,
    struct timetable_test ret[static TIMETABLE_TESTS_MAX]);

/* The first test after a moment of the day, that day's or the next with one. */
struct timetable_test timetable_next(
    const struct timetable *timetable, const struct timetable_day *day, int64_t after_ms);

/* When a test that could not be made at its time is made up for: at a moment of its own within
 * so long, or in the school's next slot when none is so near. Where nobody takes turns any time
 * is the school's, and TIMETABLE_SOON_S is now. */
int64_t timetable_catch_up(
    const struct timetable *timetable, int64_t now_ms, uint32_t within_s);

#endif
