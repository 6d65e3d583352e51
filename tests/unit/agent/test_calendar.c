#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>

#include "agent/calendar.h"

#define HOUR_MS INT64_C(3600000)

static struct clock_local
local(unsigned weekday, unsigned hour, unsigned minute, unsigned day)
{
	return (struct clock_local){
	    .weekday = weekday, .minute = hour * 60 + minute, .day = day};
}

static void
without_a_bell_schedule_lessons_are_monday_to_saturday(void **state)
{
	static const struct calendar usual;
	struct clock_local at = local(1, 8, 29, 20261123);

	(void)state;
	assert_int_equal(calendar_period_of(&usual, &at), CALENDAR_OFF_LESSON);
	at.minute++;
	assert_int_equal(calendar_period_of(&usual, &at), CALENDAR_LESSON);
	at.minute = 15 * 60 - 1;
	assert_int_equal(calendar_period_of(&usual, &at), CALENDAR_LESSON);
	at.minute++;
	assert_int_equal(calendar_period_of(&usual, &at), CALENDAR_OFF_LESSON);
	at = local(6, 12, 0, 20261128);
	assert_int_equal(calendar_period_of(&usual, &at), CALENDAR_LESSON);
	at = local(7, 12, 0, 20261129);
	assert_int_equal(calendar_period_of(&usual, &at), CALENDAR_OFF_LESSON);
}

static void
a_bell_schedule_has_breaks_and_holidays_go_before_it(void **state)
{
	const struct calendar calendar = {
	    .lessons = {{1, 510, 550}, {1, 560, 600}},
	    .n_lessons = 2,
	    .holidays = {{20261231, 20270108}},
	    .n_holidays = 1,
	};
	struct clock_local at = local(1, 8, 30, 20261123);

	(void)state;
	assert_int_equal(calendar_period_of(&calendar, &at), CALENDAR_LESSON);
	at.minute = 550;
	assert_int_equal(calendar_period_of(&calendar, &at), CALENDAR_OFF_LESSON);
	at.minute = 599;
	assert_int_equal(calendar_period_of(&calendar, &at), CALENDAR_LESSON);
	at.weekday = 2;
	assert_int_equal(calendar_period_of(&calendar, &at), CALENDAR_OFF_LESSON);
	at = local(1, 9, 30, 20270104);
	assert_int_equal(calendar_period_of(&calendar, &at), CALENDAR_HOLIDAY);
	at.day = 20261231;
	assert_int_equal(calendar_period_of(&calendar, &at), CALENDAR_HOLIDAY);
	at.day = 20270109;
	assert_int_equal(calendar_period_of(&calendar, &at), CALENDAR_LESSON);
	assert_string_equal(calendar_period_name(CALENDAR_LESSON), "lesson");
	assert_string_equal(calendar_period_name(CALENDAR_OFF_LESSON), "off_lesson");
	assert_string_equal(calendar_period_name(CALENDAR_HOLIDAY), "holiday");
}

static const struct calendar_exam *
held_at(const struct calendar *calendar, int64_t now_ms, const struct clock_local *local)
{
	return calendar_exam_between(calendar, now_ms, local, now_ms, local);
}

static void
an_examination_is_held_between_its_times_of_either_clock(void **state)
{
	struct calendar calendar = {0};
	struct clock_local at = local(1, 8, 59, 20270531);

	(void)state;
	assert_null(held_at(&calendar, 1000, &at));
	calendar.exams[0] = (struct calendar_exam){.from = 1000, .to = 2000, .name = "first"};
	assert_int_equal(
	    calendar_exam_parse("2027-05-31T09:00/2027-05-31T14:30", &calendar.exams[1]), 0);
	calendar.n_exams = 2;
	assert_null(held_at(&calendar, 999, &at));
	assert_string_equal(held_at(&calendar, 1000, &at)->name, "first");
	assert_string_equal(held_at(&calendar, 1999, &at)->name, "first");
	assert_null(held_at(&calendar, 2000, &at));
	at.minute++;
	assert_string_equal(
	    held_at(&calendar, 2000, &at)->name, "2027-05-31T09:00/2027-05-31T14:30");
	at = local(1, 14, 29, 20270531);
	assert_non_null(held_at(&calendar, 2000, &at));
	at.minute++;
	assert_null(held_at(&calendar, 2000, &at));
	at = local(2, 9, 30, 20270601);
	assert_null(held_at(&calendar, 2000, &at));
}

/* One that begins and ends while a task would be at work is in its way as well. */
static void
an_examination_is_seen_from_before_it_to_its_end(void **state)
{
	struct calendar calendar = {.exams = {{.from = 1000, .to = 2000}}, .n_exams = 1};
	struct clock_local from = local(1, 8, 0, 20270531), to = local(1, 8, 59, 20270531);

	(void)state;
	assert_null(calendar_exam_between(&calendar, 0, &from, 999, &to));
	assert_non_null(calendar_exam_between(&calendar, 0, &from, 1000, &to));
	assert_non_null(calendar_exam_between(&calendar, 0, &from, 5000, &to));
	assert_non_null(calendar_exam_between(&calendar, 1999, &from, 5000, &to));
	assert_null(calendar_exam_between(&calendar, 2000, &from, 5000, &to));
	assert_int_equal(
	    calendar_exam_parse("2027-05-31T09:00/2027-05-31T09:20", &calendar.exams[0]), 0);
	assert_null(calendar_exam_between(&calendar, 0, &from, 5000, &to));
	to = local(1, 10, 0, 20270531);
	assert_non_null(calendar_exam_between(&calendar, 0, &from, 5000, &to));
	from = local(1, 9, 20, 20270531);
	assert_null(calendar_exam_between(&calendar, 0, &from, 5000, &to));
}

static void
what_is_no_time_of_an_examination_is_refused(void **state)
{
	static const char *const wrong[] = {"", "/", "2027-05-31", "2027-05-31T09:00",
	    "2027-05-31T09:00/", "2027-05-31T09:00/2027-05-31T09:00",
	    "2027-05-31T09:00/2027-05-30T10:00", "2027-13-31T09:00/2027-13-31T10:00",
	    "2027-05-31T09:60/2027-05-31T10:00", "2027-05-31T09:00/2027-05-31T10:00x",
	    "27-05-31T09:00/27-05-31T10:00", "2027-05-31 09:00/2027-05-31 10:00"};
	struct calendar_exam exam;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(calendar_exam_parse(wrong[i], &exam), -EINVAL);
}

/* A year of runs that take no time: each falls into the agent's own place of the interval. */
static void
a_task_runs_once_in_each_interval_at_its_own_place(void **state)
{
	const uint32_t every_s = 3600, seed = 0x40000000; /* a quarter of the interval */
	int64_t now_ms = INT64_C(1795000123456);

	(void)state;
	for (int i = 0; i < 8760; i++) {
		uint64_t delay_ms = calendar_delay_ms(every_s, seed, now_ms);

		assert_in_range(delay_ms, HOUR_MS / 2, HOUR_MS * 3 / 2);
		if (i > 0)
			assert_int_equal(delay_ms, HOUR_MS);
		now_ms += (int64_t)delay_ms;
		assert_int_equal(now_ms % HOUR_MS, HOUR_MS / 4);
	}
}

static void
a_delay_is_sane_whatever_the_clock_says(void **state)
{
	static const int64_t clocks_ms[] = {
	    INT64_MIN, -1, 0, 1, HOUR_MS / 4, INT64_C(4102444800000)};
	static const uint32_t every_s[] = {60, 3600, 604800};

	(void)state;
	for (size_t i = 0; i < sizeof(clocks_ms) / sizeof(clocks_ms[0]); i++)
		for (size_t j = 0; j < sizeof(every_s) / sizeof(every_s[0]); j++)
			for (uint32_t seed = 0; seed < 16; seed++)
				assert_in_range(calendar_delay_ms(every_s[j],
						    seed * 0x11111111u, clocks_ms[i]),
				    every_s[j] * 500, every_s[j] * 1500);
	assert_int_equal(calendar_delay_ms(0, 1, 5), 0);
}

/* Agents that differ in one byte are spread over the whole interval. */
static void
agents_are_spread_and_an_agent_keeps_its_place(void **state)
{
	unsigned quarters[4] = {0};
	uint8_t id[16] = {0};

	(void)state;
	for (int i = 0; i < 256; i++) {
		id[15] = (uint8_t)i;
		quarters[calendar_seed(id, "speed") >> 30]++;
	}
	for (size_t i = 0; i < 4; i++)
		assert_in_range(quarters[i], 40, 90);
	assert_int_equal(calendar_seed(id, "speed"), calendar_seed(id, "speed"));
	assert_int_not_equal(calendar_seed(id, "speed"), calendar_seed(id, "scan"));
}

static void
a_days_bytes_are_spent_once_and_begin_anew(void **state)
{
	struct calendar_budget budget = {0};

	(void)state;
	assert_int_equal(calendar_left_bytes(&budget, 20261123, 100, 1000), 100);
	calendar_spend(&budget, 20261123, 60);
	assert_int_equal(calendar_left_bytes(&budget, 20261123, 100, 1000), 40);
	calendar_spend(&budget, 20261123, 60);
	assert_int_equal(calendar_left_bytes(&budget, 20261123, 100, 1000), 0);
	assert_int_equal(calendar_left_bytes(&budget, 20261124, 100, 1000), 100);
	calendar_spend(&budget, 20261124, 1);
	assert_int_equal(calendar_left_bytes(&budget, 20261124, 100, 1000), 99);
}

static void
a_months_bytes_stop_whatever_the_day_has_left(void **state)
{
	struct calendar_budget budget = {0};

	(void)state;
	calendar_spend(&budget, 20261129, 70);
	calendar_spend(&budget, 20261130, 50);
	assert_int_equal(calendar_left_bytes(&budget, 20261130, 100, 150), 30);
	assert_int_equal(calendar_left_bytes(&budget, 20261130, 100, 120), 0);
	assert_int_equal(calendar_left_bytes(&budget, 20261130, 100, 100), 0);
	assert_int_equal(calendar_left_bytes(&budget, 20261201, 100, 120), 100);
	calendar_spend(&budget, 20261201, 20);
	assert_int_equal(calendar_left_bytes(&budget, 20261201, 100, 110), 80);
	assert_int_equal(calendar_left_bytes(&budget, 20271201, 100, 110), 100);
}

/* A clock that is set to and fro makes no bytes. */
static void
a_clock_that_is_set_back_begins_nothing_anew(void **state)
{
	struct calendar_budget budget = {0};

	(void)state;
	calendar_spend(&budget, 20261130, 60);
	assert_int_equal(calendar_left_bytes(&budget, 20261129, 100, 100), 40);
	assert_int_equal(calendar_left_bytes(&budget, 19700101, 100, 100), 40);
	calendar_spend(&budget, 20261129, 30);
	assert_int_equal(calendar_left_bytes(&budget, 20261129, 100, 100), 10);
	/* And one that was wrongly ahead stops nothing for years. */
	calendar_spend(&budget, 20710101, 60);
	calendar_spend(&budget, 20261130, 30);
	assert_int_equal(calendar_left_bytes(&budget, 20261130, 100, 1000), 10);
	assert_int_equal(calendar_left_bytes(&budget, 20261201, 100, 1000), 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(without_a_bell_schedule_lessons_are_monday_to_saturday),
	    cmocka_unit_test(a_bell_schedule_has_breaks_and_holidays_go_before_it),
	    cmocka_unit_test(an_examination_is_held_between_its_times_of_either_clock),
	    cmocka_unit_test(an_examination_is_seen_from_before_it_to_its_end),
	    cmocka_unit_test(what_is_no_time_of_an_examination_is_refused),
	    cmocka_unit_test(a_task_runs_once_in_each_interval_at_its_own_place),
	    cmocka_unit_test(a_delay_is_sane_whatever_the_clock_says),
	    cmocka_unit_test(agents_are_spread_and_an_agent_keeps_its_place),
	    cmocka_unit_test(a_days_bytes_are_spent_once_and_begin_anew),
	    cmocka_unit_test(a_months_bytes_stop_whatever_the_day_has_left),
	    cmocka_unit_test(a_clock_that_is_set_back_begins_nothing_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
