#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "agent/probe/ladder_samples.h"
#include "common/check.h"

struct told {
	struct outage outages[8];
	size_t n;
	enum connectivity_state state;
};

static void
on_outage(void *arg, const struct outage *outage)
{
	struct told *told = arg;

	assert_true(told->n < COUNT_OF(told->outages));
	told->outages[told->n++] = *outage;
}

static void
on_state(void *arg, enum connectivity_state state, int64_t at_ms)
{
	struct told *told = arg;

	(void)at_ms;
	told->state = state;
}

static void
begin(struct samples_replay *replay, struct told *told)
{
	memset(told, 0, sizeof(*told));
	samples_replay_init(replay, true);
	replay->on_outage = on_outage;
	replay->on_state = on_state;
	replay->arg = told;
}

/* Recorded on real lines by `parta-agent watch --samples`; a line "# truth CLASS FROM_MS TO_MS"
 * says what was done to it. */
static void
recorded_lines_are_judged_as_they_were(void **state)
{
	static const char *const names[] = {"cable", "gateway", "blackhole", "transit",
	    "portal", "all_dns", "proxy", "no_collector"};
	static struct samples_replay replay;
	struct told told;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		char path[80], line[256], class[32] = "";
		long long from_ms = 0, to_ms = 0;
		const struct outage *last;
		FILE *file;

		(void)snprintf(path, sizeof(path), "tests/golden/line/%s.samples", names[i]);
		file = fopen(path, "re");
		assert_non_null(file);
		begin(&replay, &told);
		while (fgets(line, sizeof(line), file)) {
			(void)sscanf(line, "# truth %31s %lld %lld", class, &from_ms, &to_ms);
			assert_int_equal(samples_replay_line(&replay, line), 0);
		}
		(void)fclose(file);
		assert_true(told.n >= 2);
		last = &told.outages[told.n - 1];
		assert_string_equal(outage_class_name(last->class), class);
		assert_in_range(last->onset_ms, from_ms - 20, from_ms + 1000);
		assert_in_range(last->end_ms, to_ms - 20, to_ms + 1000);
		assert_int_equal(told.state, CONNECTIVITY_UP);
	}
}

static void
what_is_written_is_read_again(void **state)
{
	static struct samples_replay replay;
	char line[SAMPLES_LINE_BYTES];
	struct told told;
	struct ladder l;
	int target;

	(void)state;
	begin(&replay, &told);
	ladder_init(&l, 0);
	target = ladder_add(&l, RUNG_INTERNET, "192.0.2.1");
	samples_begin_format(1000000, line);
	assert_int_equal(samples_replay_line(&replay, line), 0);
	samples_target_format(&l, target, line);
	assert_int_equal(samples_replay_line(&replay, line), 0);
	for (uint64_t at_ms = 0; at_ms < 20000; at_ms += 1000) {
		bool cut = at_ms >= 5000 && at_ms < 15000;

		samples_note_format(at_ms + (cut ? 800 : 5), target,
		    cut ? LADDER_MISS : LADDER_HIT, at_ms, 5000, "timeout", line);
		assert_int_equal(samples_replay_line(&replay, line), 0);
	}
	assert_int_equal(told.n, 2);
	assert_int_equal(told.outages[1].onset_ms, 1005000);
	assert_int_equal(told.outages[1].end_ms, 1015000);
	assert_string_equal(told.outages[1].evidence[0].observed, "timeout");
}

static void
what_is_no_sample_is_refused(void **state)
{
	static const char *const bad[] = {
	    "hello",
	    "parta-samples 2 0",
	    "target 1 internet a", /* the first one is 0 */
	    "target 0 cellar a",   /* no such rung */
	    "target 0",
	    "5 0 hit 1 1",     /* no such target */
	    "100 0 hit 200 5", /* told before it left */
	    "100 0 lost 90 5",
	    "100 0 hit 90",
	    "-1 0 miss 0 x",
	    "100 0 miss 90 \x01",
	};
	static struct samples_replay replay;
	char text[2 * SAMPLES_LINE_BYTES];
	struct told told;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		begin(&replay, &told);
		if (i >= 2) {
			assert_int_equal(
			    samples_replay_line(&replay, "parta-samples 1 0\n"), 0);
			if (i >= 6)
				assert_int_equal(
				    samples_replay_line(&replay, "target 0 internet a"), 0);
		}
		if (i == 5)
			assert_int_equal(samples_replay_line(&replay, "# nothing"), 0);
		assert_int_equal(samples_replay_line(&replay, bad[i]), -EBADMSG);
	}
	begin(&replay, &told);
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(samples_replay_line(&replay, text), -EBADMSG);
	/* Time does not run back. */
	assert_int_equal(samples_replay_line(&replay, "parta-samples 1 0"), 0);
	assert_int_equal(samples_replay_line(&replay, "target 0 internet a"), 0);
	assert_int_equal(samples_replay_line(&replay, "100 0 hit 90 5"), 0);
	assert_int_equal(samples_replay_line(&replay, "99 0 hit 90 5"), -EBADMSG);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(recorded_lines_are_judged_as_they_were),
	    cmocka_unit_test(what_is_written_is_read_again),
	    cmocka_unit_test(what_is_no_sample_is_refused),
	};

	return cmocka_run_group_tests_name("agent/probe/ladder_samples", tests, NULL, NULL);
}
