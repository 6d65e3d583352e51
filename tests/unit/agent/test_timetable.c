#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "agent/timetable.h"

#define MINUTE_MS INT64_C(60000)
#define HOUR_MS   (60 * MINUTE_MS)
#define DAY_MS    (24 * HOUR_MS)

enum { EVERY_S = 3 * 3600, SEED = 12345, MONTH_DAYS = 30 };

/* Seven lessons of 45 minutes from 08:30, Monday to Friday; the break after the third is the
 * long one, of 20 minutes. */
static void
ring(struct calendar *calendar, unsigned weekdays)
{
	for (unsigned weekday = 1; weekday <= weekdays; weekday++)
		for (unsigned i = 0, at = 510; i < 7; i++) {
			calendar->lessons[calendar->n_lessons++] =
			    (struct calendar_lesson){weekday, at, at + 45};
			at += i == 2 ? 65 : 55;
		}
}

/* Monday 2 November 2026 in a zone so many hours east of Greenwich; all of Russia's keep their
 * offset all year. */
static struct timetable_day
monday(int hours_east)
{
	return (struct timetable_day){.day = 20261102,
	    .weekday = 1,
	    .midnight_ms = INT64_C(1793577600000) - hours_east * HOUR_MS};
}

static void
count_parts(const struct timetable_test tests[], size_t n, unsigned ret[static DAY_PARTS])
{
	memset(ret, 0, DAY_PARTS * sizeof(*ret));
	for (size_t i = 0; i < n; i++)
		ret[tests[i].part]++;
}

static unsigned
minute_of(const struct timetable_day *day, int64_t at_ms)
{
	return (unsigned)((at_ms - day->midnight_ms) / MINUTE_MS);
}

static void
a_day_is_where_the_clock_says(void **state)
{
	struct timetable_day made, day = monday(5);
	const struct clock_local local = {
	    .weekday = 1, .minute = 14 * 60 + 30, .day = 20261102};

	(void)state;
	made =
	    timetable_day_of(day.midnight_ms + 14 * HOUR_MS + 30 * MINUTE_MS + 59999, &local);
	assert_int_equal(made.midnight_ms, day.midnight_ms);
	assert_int_equal(made.day, 20261102);
	day.day = 20261231, day.weekday = 4;
	day = timetable_day_after(&day);
	assert_int_equal(day.day, 20270101);
	assert_int_equal(day.weekday, 5);
	day.day = 20280228, day.weekday = 7;
	day = timetable_day_after(&day);
	assert_int_equal(day.day, 20280229);
	assert_int_equal(day.weekday, 1);
	day = timetable_day_after(&day);
	assert_int_equal(day.day, 20280301);
}

/* A month in each of Russia's eleven zones, as their schools' clocks show it. */
static void
each_part_of_each_school_day_is_measured_all_month(void **state)
{
	struct calendar calendar = {.holidays = {{20261104, 20261108}}, .n_holidays = 1};
	struct timetable_test tests[TIMETABLE_TESTS_MAX];
	unsigned parts[DAY_PARTS];

	(void)state;
	ring(&calendar, 5);
	for (int east = 2; east <= 12; east++) {
		struct timetable table = {
		    .calendar = &calendar, .every_s = EVERY_S, .seed = SEED + (uint32_t)east};
		struct timetable_day day = monday(east);

		for (int i = 0; i < MONTH_DAYS; i++, day = timetable_day_after(&day)) {
			bool school =
			    day.weekday <= 5 && !(day.day >= 20261104 && day.day <= 20261108);
			size_t n = timetable_tests(&table, &day, tests), capacity = 0;

			count_parts(tests, n, parts);
			assert_int_equal(n, school ? 8 : 2);
			assert_int_equal(parts[DAY_LESSON], school ? 4 : 0);
			assert_int_equal(parts[DAY_BREAK], school ? 1 : 0);
			assert_int_equal(parts[DAY_EVENING], school ? 2 : 1);
			assert_int_equal(parts[DAY_NIGHT], 1);
			for (size_t j = 0; j < n; j++) {
				unsigned minute = minute_of(&day, tests[j].at_ms);

				assert_in_range(minute, 0, 1439);
				if (tests[j].part == DAY_EVENING)
					assert_in_range(minute, school ? 895 : 480, 1319);
				if (j > 0)
					assert_true(tests[j].at_ms > tests[j - 1].at_ms);
				capacity += tests[j].capacity;
				assert_false(
				    tests[j].capacity && (tests[j].part == DAY_LESSON ||
							     tests[j].part == DAY_BREAK));
			}
			assert_int_equal(capacity, 1);
		}
	}
}

static void
a_saturday_is_a_school_day_where_its_bells_ring(void **state)
{
	struct calendar calendar = {0};
	struct timetable table = {.calendar = &calendar, .every_s = EVERY_S, .seed = SEED};
	struct timetable_test tests[TIMETABLE_TESTS_MAX];
	struct timetable_day day = monday(3);
	unsigned parts[DAY_PARTS];

	(void)state;
	ring(&calendar, 6);
	for (day = monday(3); day.weekday < 6;)
		day = timetable_day_after(&day);
	count_parts(tests, timetable_tests(&table, &day, tests), parts);
	assert_int_equal(parts[DAY_LESSON], 4);
	assert_int_equal(parts[DAY_BREAK], 1);
	day = timetable_day_after(&day);
	count_parts(tests, timetable_tests(&table, &day, tests), parts);
	assert_int_equal(parts[DAY_LESSON] + parts[DAY_BREAK], 0);
}

static void
without_a_bell_schedule_there_are_no_breaks_and_lessons_are_usual(void **state)
{
	static const struct calendar usual;
	struct timetable table = {.calendar = &usual, .every_s = EVERY_S, .seed = SEED};
	struct timetable_test tests[TIMETABLE_TESTS_MAX];
	struct timetable_day day = monday(3);
	unsigned parts[DAY_PARTS];
	size_t n = timetable_tests(&table, &day, tests);

	(void)state;
	count_parts(tests, n, parts);
	assert_int_equal(parts[DAY_LESSON], 4);
	assert_int_equal(parts[DAY_BREAK], 0);
	assert_int_equal(parts[DAY_EVENING], 2);
	assert_int_equal(parts[DAY_NIGHT], 1);
	for (size_t i = 0; i < n; i++)
		if (tests[i].part == DAY_LESSON)
			assert_in_range(minute_of(&day, tests[i].at_ms), 510, 899);
}

/* Every minute, every twenty, every fifty: evenly all day, and the breaks are not missed. */
static void
who_measures_oftener_than_hourly_keeps_to_slots_and_parts(void **state)
{
	static const uint32_t every_s[] = {60, 1200, 3000};
	static const struct timetable_slots slots[] = {{0}, {3, 7, 60}};
	struct timetable_test tests[TIMETABLE_TESTS_MAX];
	struct calendar calendar = {0};
	unsigned parts[DAY_PARTS];

	(void)state;
	ring(&calendar, 5);
	for (size_t i = 0; i < 3 * 2; i++) {
		struct timetable table = {.calendar = &calendar,
		    .slots = slots[i % 2],
		    .every_s = every_s[i / 2],
		    .seed = SEED};
		struct timetable_day day = monday(3);

		for (int j = 0; j < 7; j++, day = timetable_day_after(&day)) {
			size_t n = timetable_tests(&table, &day, tests);
			size_t most = 86400 / table.every_s, rounds = i % 2 ? 1440 / 7 : 1440;

			most = most < rounds ? most : rounds;
			count_parts(tests, n, parts);
			assert_in_range(n, most * 9 / 10, most + DAY_PARTS);
			assert_int_equal(parts[DAY_LESSON] > 0, day.weekday <= 5);
			assert_int_equal(parts[DAY_BREAK] > 0, day.weekday <= 5);
			assert_true(parts[DAY_EVENING] > 0 && parts[DAY_NIGHT] > 0 &&
				    parts[DAY_MORNING] > 0);
			for (size_t k = 0; k < n; k++)
				assert_true(i % 2 == 0 ||
					    (tests[k].at_ms / MINUTE_MS % 7 == 3 &&
						tests[k].at_ms % MINUTE_MS < MINUTE_MS / 2));
			for (size_t k = 1; k < n; k++)
				assert_int_not_equal(tests[k].ipv6, tests[k - 1].ipv6);
		}
	}
}

static void
lessons_till_late_leave_capacity_to_the_night(void **state)
{
	struct calendar calendar = {.lessons = {{1, 480, 900}, {1, 910, 1320}}, .n_lessons = 2};
	struct timetable table = {.calendar = &calendar, .every_s = EVERY_S, .seed = SEED};
	struct timetable_test tests[TIMETABLE_TESTS_MAX];
	struct timetable_day day = monday(3);
	unsigned parts[DAY_PARTS];
	size_t n = timetable_tests(&table, &day, tests);

	(void)state;
	count_parts(tests, n, parts);
	assert_int_equal(parts[DAY_EVENING], 0);
	assert_int_equal(parts[DAY_BREAK], 1);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(tests[i].capacity, tests[i].part == DAY_NIGHT);
}

static void
the_same_is_drawn_again_and_something_else_another_day_or_by_another(void **state)
{
	struct calendar calendar = {0};
	struct timetable table = {.calendar = &calendar, .every_s = EVERY_S, .seed = SEED};
	struct timetable_test one[TIMETABLE_TESTS_MAX], two[TIMETABLE_TESTS_MAX];
	struct timetable_day day = monday(3), next = timetable_day_after(&day);
	size_t n, same = 0;

	(void)state;
	ring(&calendar, 5);
	n = timetable_tests(&table, &day, one);
	assert_int_equal(timetable_tests(&table, &day, two), n);
	assert_memory_equal(one, two, n * sizeof(one[0]));
	assert_int_equal(timetable_tests(&table, &next, two), n);
	for (size_t i = 0; i < n; i++) {
		same += one[i].at_ms + DAY_MS == two[i].at_ms;
		assert_int_not_equal(one[i].ipv6, two[i].ipv6); /* each hour by both in turn */
	}
	table.seed++;
	assert_int_equal(timetable_tests(&table, &day, two), n);
	for (size_t i = 0; i < n; i++)
		same += one[i].at_ms == two[i].at_ms;
	assert_int_equal(same, 0);
}

/* A thousand agents: no minute of the hour, and no second of the minute, is anybody's
 * favourite.
 */
static void
nobody_gathers_at_the_full_hour(void **state)
{
	static const struct calendar usual;
	struct timetable_test tests[TIMETABLE_TESTS_MAX];
	unsigned minutes[60] = {0}, all = 0;
	struct timetable_day day = monday(3);
	uint8_t id[16] = {0};

	(void)state;
	for (unsigned agent = 0; agent < 1000; agent++) {
		struct timetable table = {.calendar = &usual, .every_s = EVERY_S};
		size_t n;

		memcpy(id, &agent, sizeof(agent));
		table.seed = calendar_seed(id, "speed");
		n = timetable_tests(&table, &day, tests);
		for (size_t i = 0; i < n; i++, all++)
			minutes[tests[i].at_ms / MINUTE_MS % 60]++;
	}
	for (size_t i = 0; i < 60; i++)
		assert_in_range(minutes[i], all / 60 * 6 / 10, all / 60 * 15 / 10);
}

static void
the_next_test_is_after_the_moment_and_days_follow_on(void **state)
{
	struct calendar calendar = {0};
	struct timetable table = {.calendar = &calendar, .every_s = EVERY_S, .seed = SEED};
	struct timetable_test tests[TIMETABLE_TESTS_MAX], next;
	struct timetable_day day = monday(10), after = timetable_day_after(&day);
	size_t n;

	(void)state;
	ring(&calendar, 5);
	n = timetable_tests(&table, &day, tests);
	next = timetable_next(&table, &day, day.midnight_ms - 1);
	assert_int_equal(next.at_ms, tests[0].at_ms);
	for (size_t i = 0; i + 1 < n; i++) {
		next = timetable_next(&table, &day, tests[i].at_ms);
		assert_int_equal(next.at_ms, tests[i + 1].at_ms);
	}
	next = timetable_next(&table, &day, tests[n - 1].at_ms);
	(void)timetable_tests(&table, &after, tests);
	assert_int_equal(next.at_ms, tests[0].at_ms);
}

/* ---- slots */

/* One school of a region: its own zone, bells, agent and slot. */
static void
school(unsigned number, unsigned a_slot, struct calendar *calendar, struct timetable *ret,
    int *ret_east)
{
	uint8_t id[16] = {0};

	memset(calendar, 0, sizeof(*calendar));
	if (number % 3 > 0)
		ring(calendar, number % 2 ? 5 : 6);
	memcpy(id, &number, sizeof(number));
	*ret_east = 2 + (int)(number % 11);
	*ret = (struct timetable){.calendar = calendar,
	    .slots = {.slot = number / a_slot, .slot_s = 60},
	    .every_s = EVERY_S,
	    .seed = calendar_seed(id, "speed")};
}

/* Schools of 100 Mbit/s at a server of 1 Gbit/s: 7 a slot, since 7 * 110 <= 1000 / 1.2. For a
 * month, in every second, whatever the zone, what runs together is no more than that; tests
 * last up to half a slot. */
static void
a_thousand_schools_never_ask_more_than_the_server_carries(void **state)
{
	enum { SCHOOLS = 1000, A_SLOT = 7, NEED_MBPS = 110, CAPACITY_MBPS = 1000, SLOTS = 143 };
	enum { SECONDS = (MONTH_DAYS + 2) * 86400 };
	int64_t from_s = monday(12).midnight_ms / 1000;
	uint8_t *running = calloc(SECONDS, 1);
	struct timetable_test tests[TIMETABLE_TESTS_MAX];
	unsigned all = 0, breaks = 0, most = 0;

	(void)state;
	assert_non_null(running);
	for (unsigned number = 0; number < SCHOOLS; number++) {
		struct calendar calendar;
		struct timetable table;
		struct timetable_day day;
		int east;

		school(number, A_SLOT, &calendar, &table, &east);
		table.slots.slots = SLOTS;
		day = monday(east);
		for (int i = 0; i < MONTH_DAYS; i++, day = timetable_day_after(&day)) {
			size_t n = timetable_tests(&table, &day, tests);

			for (size_t j = 0; j < n; j++) {
				int64_t at = tests[j].at_ms / 1000 - from_s;

				assert_in_range(at, 0, SECONDS - 31);
				for (int s = 0; s < 30; s++)
					running[at + s]++;
				breaks += tests[j].part == DAY_BREAK;
				all++;
			}
		}
	}
	for (size_t i = 0; i < SECONDS; i++)
		most = running[i] > most ? running[i] : most;
	free(running);
	assert_in_range(most * NEED_MBPS, 1, CAPACITY_MBPS * 10 / 12);
	/* A round is 143 minutes: what fits into the day is measured all the same. */
	assert_in_range(all, SCHOOLS * MONTH_DAYS * 4, SCHOOLS * MONTH_DAYS * 8);
	assert_in_range(breaks, SCHOOLS * MONTH_DAYS / 20, SCHOOLS * MONTH_DAYS);
}

static void
slots_that_make_no_sense_are_none(void **state)
{
	static const struct calendar usual;
	static const struct timetable_slots senseless[] = {
	    {0, 0, 60}, {5, 5, 60}, {0, 1, 0}, {0, 2, 59}, {0, 2, 601}, {0, UINT32_MAX, 600}};
	struct timetable table = {.calendar = &usual, .every_s = EVERY_S, .seed = SEED};
	struct timetable_test without[TIMETABLE_TESTS_MAX], with[TIMETABLE_TESTS_MAX];
	struct timetable_day day = monday(3);
	size_t n = timetable_tests(&table, &day, without);

	(void)state;
	for (size_t i = 0; i < sizeof(senseless) / sizeof(senseless[0]); i++) {
		table.slots = senseless[i];
		assert_int_equal(timetable_tests(&table, &day, with), n);
		assert_memory_equal(with, without, n * sizeof(with[0]));
	}
	/* A round of six days: on most days the school has no slot, and that is how it is. */
	table.slots = (struct timetable_slots){4000, 6 * 1440, 60};
	assert_true(timetable_next(&table, &day, day.midnight_ms).at_ms > day.midnight_ms);
	/* One of seven that is always in the early morning: a slot all the same. */
	table.slots = (struct timetable_slots){.slots = 7 * 1440, .slot_s = 60};
	table.slots.slot = (uint32_t)(day.midnight_ms / MINUTE_MS + 7 * 60) % (7 * 1440);
	assert_int_equal(
	    timetable_next(&table, &day, day.midnight_ms).at_ms / MINUTE_MS % (7 * 1440),
	    table.slots.slot);
}

/* Two hundred schools as core.take_slot() has them take turns at 1 Gbit/s: 29 slots. Each week
 * has every part of the days that its calendar has; holidays have no lesson. */
static void
two_hundred_schools_are_measured_in_every_part_each_week(void **state)
{
	enum { SCHOOLS = 200, A_SLOT = 7, WEEKS = 4 };
	struct timetable_test tests[TIMETABLE_TESTS_MAX];

	(void)state;
	for (unsigned number = 0; number < SCHOOLS; number++) {
		struct calendar calendar;
		struct timetable table;
		struct timetable_day day;
		unsigned of_day[DAY_PARTS];
		int east;

		school(number, A_SLOT, &calendar, &table, &east);
		calendar.holidays[calendar.n_holidays++] =
		    (struct calendar_days){20261116, 20261122};
		table.slots.slots = 29;
		day = monday(east);
		for (int week = 0; week < WEEKS; week++) {
			unsigned parts[DAY_PARTS] = {0};
			bool school = week != 2, bells = calendar.n_lessons > 0;

			for (int i = 0; i < 7; i++, day = timetable_day_after(&day)) {
				count_parts(
				    tests, timetable_tests(&table, &day, tests), of_day);
				for (int j = 0; j < DAY_PARTS; j++)
					parts[j] += of_day[j];
				assert_true(of_day[DAY_EVENING] > 0 && of_day[DAY_NIGHT] > 0);
				assert_int_equal(of_day[DAY_LESSON] > 0,
				    school &&
					day.weekday <= (number % 3 && number % 2 ? 5 : 6));
			}
			assert_int_equal(parts[DAY_LESSON] > 0, school);
			assert_int_equal(parts[DAY_BREAK] > 0, school && bells);
		}
	}
}

/* A region comes back after an outage: within half an hour, spread, each in its own slot. */
static void
what_an_outage_kept_off_is_made_up_for_within_half_an_hour(void **state)
{
	int64_t back_ms = monday(3).midnight_ms + 10 * HOUR_MS;
	unsigned minutes[TIMETABLE_CATCH_UP_S / 60 + 1] = {0};

	(void)state;
	for (unsigned number = 0; number < 1000; number++) {
		struct calendar calendar;
		struct timetable table;
		int64_t at_ms;
		int east;

		school(number, 500, &calendar, &table, &east);
		table.slots.slots = 2;
		at_ms = timetable_catch_up(&table, back_ms, TIMETABLE_CATCH_UP_S);
		assert_in_range(at_ms - back_ms, 0, (TIMETABLE_CATCH_UP_S + 60) * 1000);
		assert_int_equal(at_ms / MINUTE_MS % 2, table.slots.slot);
		minutes[(at_ms - back_ms) / MINUTE_MS]++;
		/* Whoever takes no turns may measure now; the others as soon as theirs comes.
		 */
		at_ms = timetable_catch_up(&table, back_ms, TIMETABLE_SOON_S);
		assert_in_range(at_ms - back_ms, 0, 2 * MINUTE_MS + 30000);
		assert_int_equal(at_ms / MINUTE_MS % 2, table.slots.slot);
		table.slots.slots = 0;
		assert_int_equal(
		    timetable_catch_up(&table, back_ms, TIMETABLE_SOON_S), back_ms);
		/* A longer round: the very next slot of the school's. */
		table.slots = (struct timetable_slots){number % 100, 100, 60};
		at_ms = timetable_catch_up(&table, back_ms, TIMETABLE_CATCH_UP_S);
		assert_in_range(at_ms - back_ms, 0, 100 * MINUTE_MS + 30000);
		assert_int_equal(at_ms / MINUTE_MS % 100, number % 100);
	}
	for (size_t i = 1; i <= TIMETABLE_CATCH_UP_S / 60; i++)
		assert_in_range(minutes[i], 10, 70);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_day_is_where_the_clock_says),
	    cmocka_unit_test(each_part_of_each_school_day_is_measured_all_month),
	    cmocka_unit_test(a_saturday_is_a_school_day_where_its_bells_ring),
	    cmocka_unit_test(without_a_bell_schedule_there_are_no_breaks_and_lessons_are_usual),
	    cmocka_unit_test(who_measures_oftener_than_hourly_keeps_to_slots_and_parts),
	    cmocka_unit_test(lessons_till_late_leave_capacity_to_the_night),
	    cmocka_unit_test(
		the_same_is_drawn_again_and_something_else_another_day_or_by_another),
	    cmocka_unit_test(nobody_gathers_at_the_full_hour),
	    cmocka_unit_test(the_next_test_is_after_the_moment_and_days_follow_on),
	    cmocka_unit_test(a_thousand_schools_never_ask_more_than_the_server_carries),
	    cmocka_unit_test(two_hundred_schools_are_measured_in_every_part_each_week),
	    cmocka_unit_test(slots_that_make_no_sense_are_none),
	    cmocka_unit_test(what_an_outage_kept_off_is_made_up_for_within_half_an_hour),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
