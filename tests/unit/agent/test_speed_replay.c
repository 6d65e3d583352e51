/* Recorded throughput tests judged again: our own, iperf3's, and what is neither. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/speed_replay.h"
#include "common/bytes.h"
#include "common/file.h"

static struct speed_result result;
static char words[SPEED_REPLAY_WORDS_SIZE];

static int
replay_text(const char *text, double target_mbps)
{
	return speed_replay(text, strlen(text), target_mbps, &result, words);
}

static void
replay_file(const char *path, double target_mbps)
{
	struct bytes text = bytes_new(1 << 20);

	assert_int_equal(file_read(path, &text), 0);
	assert_int_equal(
	    speed_replay((const char *)text.data, text.len, target_mbps, &result, words), 0);
	bytes_clear(&text);
}

/* A run at so many Mbit/s of payload, judged as a test judges it. */
static struct speed_direction *
run_at(double mbps, enum speed_step_kind step, double target_mbps)
{
	struct speed_direction *d = calloc(1, sizeof(*d));

	assert_non_null(d);
	d->step = step;
	d->streams = 4;
	d->n_samples = step == SPEED_STEP_LONG ? 100 : 20;
	d->ip_per_payload = 1.0374;
	d->line_mbps = -1;
	d->limits = (struct speed_limits){.cpu_pct = 12.25,
	    .steal_pct = -1,
	    .softirq_pct = 3,
	    .nic_bad_pct = -1,
	    .rwnd_limited = -1,
	    .sndbuf_limited = -1,
	    .server_cpu_pct = 41.5,
	    .server_rwnd_limited = 0.25,
	    .server_sndbuf_limited = -1,
	    .lan_speed_mbps = 1000};
	for (size_t i = 0; i < d->n_samples; i++) {
		d->sample_us[i] = 100000 + (uint32_t)(i * 7919 % 1000);
		d->sample_bytes[i] =
		    (uint32_t)(mbps * d->sample_us[i] / 8) + (uint32_t)(i * 104729 % 20000);
	}
	d->target_mbps = target_mbps;
	speed_direction_judge(d);
	return d;
}

/* As a log has them. */
static char *
written(struct speed_direction *const runs[], size_t count, double target_mbps)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	assert_int_equal(
	    fputs("{\"direction\":\"down\",\"elapsed_s\":0.1,\"stream\":0}\n", out) < 0, 0);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(speed_replay_write(runs[i], target_mbps, out), 0);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void
says_again_what_a_test_said(void **state)
{
	struct speed_direction *runs[] = {run_at(78, SPEED_STEP_VERIFY, 100),
	    run_at(79, SPEED_STEP_STREAMS, 100), run_at(77, SPEED_STEP_LONG, 100)};
	char *text = written(runs, 3, 100);

	(void)state;
	assert_int_equal(replay_text(text, 0), 0);
	assert_int_equal(result.n_steps, 3);
	assert_int_equal(result.n_directions, 1);
	assert_int_equal(result.directions[0].verdict, SPEED_FAIL_ISP);
	assert_true(result.target_mbps[0] == 100);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(result.steps[i].verdict, runs[i]->verdict);
		assert_true(result.steps[i].ip_mbps == runs[i]->ip_mbps);
		assert_true(result.steps[i].confidence == runs[i]->confidence);
		assert_true(result.steps[i].limits.cpu_pct == 12.25);
		free(runs[i]);
	}
	/* Another target is another question. */
	assert_int_equal(replay_text(text, 50), 0);
	assert_int_equal(result.directions[0].verdict, SPEED_PASS);
	free(text);
}

static void
a_fail_that_was_not_confirmed_stays_open(void **state)
{
	struct speed_direction *run = run_at(78, SPEED_STEP_VERIFY, 100);
	char *text = written(&run, 1, 100);

	(void)state;
	assert_int_equal(replay_text(text, 0), 0);
	assert_int_equal(result.steps[0].verdict, SPEED_FAIL_ISP);
	assert_int_equal(result.directions[0].verdict, SPEED_INCONCLUSIVE);
	assert_int_equal(result.directions[0].cause, SPEED_CAUSE_UNCONFIRMED);
	free(text);
	free(run);
}

static void
what_was_near_is_kept_and_counts(void **state)
{
	struct speed_direction *run = run_at(78, SPEED_STEP_LONG, 100);
	char *text;

	(void)state;
	run->limits.wireless = true;
	text = written(&run, 1, 100);
	assert_int_equal(replay_text(text, 0), 0);
	assert_int_equal(result.directions[0].verdict, SPEED_LIMITED_LAN);
	assert_int_equal(result.directions[0].cause, SPEED_CAUSE_WIRELESS);
	free(text);
	free(run);
}

/* Recorded over emulated lines of 80 and 100 Mbit/s at the physical layer, 78.0 and 97.5 at IP.
 */
static void
judges_runs_of_iperf3(void **state)
{
	(void)state;
	replay_file("tests/golden/speed/iperf3-80.json", 97);
	assert_int_equal(result.n_steps, 2);
	assert_int_equal(result.directions[0].verdict, SPEED_FAIL_ISP);
	assert_true(fabs(result.directions[0].ip_mbps / 78.03 - 1) < 0.015);
	assert_int_equal(result.directions[0].streams, 4);
	replay_file("tests/golden/speed/iperf3-100.json", 97);
	assert_int_equal(result.n_steps, 1); /* cut where a test would have ended */
	assert_true(result.steps[0].n_samples < 30);
	assert_int_equal(result.directions[0].verdict, SPEED_PASS);
}

/* Recorded over an emulated line of 97.5 Mbit/s at IP, 80 ms and a queue of 1 MB: its batches
 * differ by a quarter of the rate, as losses hold back what was received, and it is 0.83 of
 * the target. */
static void
is_sure_of_a_rate_that_losses_hold_back(void **state)
{
	(void)state;
	replay_file("tests/golden/speed/parta-held-back.jsonl", 0);
	assert_int_equal(result.steps[0].verdict, SPEED_FAIL_ISP);
	assert_true(result.steps[0].confidence > 0.99);
}

static void
believes_no_sender(void **state)
{
	static const char sent[] =
	    "{\"start\":{\"test_start\":{\"reverse\":0}},\"intervals\":[{\"sum\":"
	    "{\"seconds\":0.1,\"bytes\":1000000}}]}";

	(void)state;
	assert_int_equal(replay_text(sent, 100), -EBADMSG);
	assert_non_null(strstr(words, "--get-server-output"));
}

static void
refuses_what_is_no_recording(void **state)
{
	static const char *const bad[] = {
	    "",
	    "\n",
	    "{}",
	    "[1,2]",
	    "\"run\"",
	    "{\"run\":null}",
	    "{\"run\":{\"direction\":\"down\"}}",
	    "{\"run\":{\"direction\":\"down\",\"step\":\"verify\",\"sample_bytes\":[1],"
	    "\"sender_bytes\":[],\"sample_us\":[1,2],\"ip_per_payload\":1.03}}",
	    "{\"run\":{\"direction\":\"down\",\"step\":\"verify\",\"sample_bytes\":[1],"
	    "\"sender_bytes\":[],\"sample_us\":[1],\"first_sample\":2,\"ip_per_payload\":1.03}"
	    "}",
	    "{\"run\":{\"direction\":\"down\",\"step\":\"verify\",\"sample_bytes\":[-1],"
	    "\"sender_bytes\":[],\"sample_us\":[1],\"ip_per_payload\":1.03}}",
	    "{\"run\":{\"direction\":\"down\",\"step\":\"later\",\"sample_bytes\":[1],"
	    "\"sender_bytes\":[],\"sample_us\":[1],\"ip_per_payload\":1.03}}",
	    "{\"intervals\":7}",
	    "{\"intervals\":[{\"sum\":{\"seconds\":5,\"bytes\":1}}],"
	    "\"start\":{\"test_start\":{\"reverse\":1}}}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(replay_text(bad[i], 100), -EBADMSG);
		assert_true(strlen(words) > 0);
	}
}

static void
takes_no_more_samples_than_there_is_room_for(void **state)
{
	struct bytes text = bytes_new(1 << 20);

	(void)state;
	(void)bytes_add_text(&text,
	    "{\"run\":{\"direction\":\"down\",\"step\":\"verify\",\"sample_us\":[],"
	    "\"sender_bytes\":[],\"ip_per_payload\":1.03,\"sample_bytes\":[0");
	for (int i = 0; i < SPEED_SAMPLES_MAX; i++)
		(void)bytes_add_text(&text, ",1");
	(void)bytes_add_text(&text, "]}}");
	assert_int_equal(
	    speed_replay((const char *)text.data, text.len, 100, &result, words), -EBADMSG);
	bytes_clear(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(says_again_what_a_test_said),
	    cmocka_unit_test(a_fail_that_was_not_confirmed_stays_open),
	    cmocka_unit_test(what_was_near_is_kept_and_counts),
	    cmocka_unit_test(judges_runs_of_iperf3),
	    cmocka_unit_test(is_sure_of_a_rate_that_losses_hold_back),
	    cmocka_unit_test(believes_no_sender),
	    cmocka_unit_test(refuses_what_is_no_recording),
	    cmocka_unit_test(takes_no_more_samples_than_there_is_room_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
