/*
 * Whole runs over an emulated line (tests/link/link.h) in virtual time: streams that
 * start slowly, halve at a loss and share a drop-tail queue, sampled as a test samples
 * them, stopped and judged as a test is. Every run is the same at every time.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "common/check.h"
#include "common/speed/plan.h"
#include "tests/link/link.h"

enum {
	STREAMS_MAX = 16,
	PAYLOAD_BYTES = 1448,
	PACKET_BYTES = 1500,
	ETHERNET_BYTES = 38,
	SAMPLE_NS = 100000000,
	SAMPLES = 100,
	WAITING_MAX = 1 << 15,
	FIRST_WINDOW = 10, /* RFC 6928 */
};

static const double cut_at_loss = 0.7; /* RFC 9438 */

struct line {
	double target_mbps;
	unsigned rtt_ms;
	uint32_t queue_bytes, loss_ppm;
};

struct stream {
	double window, threshold;
	unsigned in_flight;
	int64_t deaf_ns; /* until then a loss belongs to the one before */
};

/* What will be heard of a packet. */
struct echo {
	int64_t at_ns, arrived_ns;
	unsigned stream;
	bool lost;
};

struct run {
	struct link_settings settings;
	struct link_state link;
	struct stream streams[STREAMS_MAX];
	struct echo echoes[WAITING_MAX]; /* a ring, in order */
	size_t first, n;
	int64_t rtt_ns, now_ns;
	struct speed_sample samples[SAMPLES];
};

static void
echo_add(struct run *run, struct echo echo)
{
	size_t at = run->n;

	assert_true(run->n < WAITING_MAX);
	/* A loss is told of a little late: it may stand behind what came through. */
	for (; at > 0; at--) {
		struct echo *before = &run->echoes[(run->first + at - 1) % WAITING_MAX];

		if (before->at_ns <= echo.at_ns)
			break;
		run->echoes[(run->first + at) % WAITING_MAX] = *before;
	}
	run->echoes[(run->first + at) % WAITING_MAX] = echo;
	run->n++;
}

static void
send_all(struct run *run, unsigned at)
{
	struct stream *s = &run->streams[at];

	while (s->in_flight < s->window) {
		struct echo echo = {.stream = at};
		enum link_fate fate = link_enter(
		    &run->link, &run->settings, PACKET_BYTES, run->now_ns, &echo.arrived_ns);
		int64_t queue_ns = run->link.free_ns - run->now_ns;

		echo.lost = fate != LINK_PASSES;
		echo.at_ns = echo.lost ? run->now_ns + run->rtt_ns + queue_ns
				       : echo.arrived_ns + run->rtt_ns / 2;
		echo_add(run, echo);
		s->in_flight++;
	}
}

static void
hear(struct run *run, const struct echo *echo)
{
	struct stream *s = &run->streams[echo->stream];
	size_t slot = (size_t)(echo->arrived_ns / SAMPLE_NS);

	s->in_flight--;
	if (!echo->lost) {
		s->window += s->window < s->threshold ? 1 : 1 / s->window;
		if (slot < SAMPLES)
			run->samples[slot].size_bytes += PAYLOAD_BYTES;
	} else if (echo->at_ns >= s->deaf_ns) {
		s->threshold = s->window * cut_at_loss;
		s->window = s->threshold > 2 ? s->threshold : 2;
		s->deaf_ns = echo->at_ns + run->rtt_ns;
	}
}

/* Runs until the samples before `end` are whole; goes on where it was. */
static void
run_to(struct run *run, size_t end)
{
	while (run->n > 0 && run->now_ns < (int64_t)end * SAMPLE_NS + run->rtt_ns) {
		struct echo echo = run->echoes[run->first];

		run->first = (run->first + 1) % WAITING_MAX;
		run->n--;
		run->now_ns = echo.at_ns;
		hear(run, &echo);
		send_all(run, echo.stream);
	}
}

static void
run_start(
    struct run *run, const struct line *line, double mbps, unsigned streams, unsigned seed)
{
	memset(run, 0, sizeof(*run));
	run->settings = (struct link_settings){.rate_mbps = mbps,
	    .queue_bytes = line->queue_bytes,
	    .delay_us = line->rtt_ms * 500,
	    .jitter_us = line->rtt_ms * 10,
	    .loss_ppm = line->loss_ppm,
	    .overhead_bytes = ETHERNET_BYTES};
	run->rtt_ns = (int64_t)line->rtt_ms * 1000000;
	run->link.random = seed;
	for (size_t i = 0; i < SAMPLES; i++)
		run->samples[i].length_us = SAMPLE_NS / 1000;
	for (unsigned i = 0; i < streams; i++) {
		run->streams[i] = (struct stream){.window = FIRST_WINDOW, .threshold = 1e9};
		run->now_ns = (int64_t)(i * seed % 7) * 1000000;
		send_all(run, i);
	}
}

/* One step of a test's plan: how long it takes, and what it says. */
static size_t
step(struct run *run, enum speed_step_kind kind, double target_mbps, struct speed_finding *ret)
{
	struct speed_record record = {.samples = run->samples,
	    .ip_per_payload = (double)PACKET_BYTES / PAYLOAD_BYTES,
	    .target_mbps = target_mbps,
	    .line_mbps = -1};
	struct speed_rate rate;
	size_t n = 0;

	do
		run_to(run, ++n);
	while (n < SAMPLES &&
	       !speed_step_enough(kind, run->samples, n, record.ip_per_payload, target_mbps));
	record.count = n;
	*ret = (struct speed_finding){.step.kind = kind, .measured = true};
	ret->judgement = speed_judge(&record);
	speed_rate(run->samples, n, record.ip_per_payload, &rate);
	ret->ip_mbps = rate.ip_mbps;
	return n;
}

struct sum {
	unsigned runs, right;
	size_t samples; /* of the first steps */
	double error;   /* the largest of a line that failed */
};

/* A test of a line of that many times the target at the IP layer. */
static void
test_line(const struct line *line, double of_target, unsigned seed, struct sum *sum)
{
	static struct run run;
	double target_mbps = line->target_mbps;
	struct speed_plan plan = {.target_mbps = target_mbps};
	double mbps = of_target * target_mbps * (PACKET_BYTES + ETHERNET_BYTES) / PACKET_BYTES;
	enum speed_verdict wanted = of_target > 0.945 ? SPEED_PASS : SPEED_FAIL_ISP, got;
	struct speed_step next;
	double error;

	for (unsigned i = 0; speed_plan_next(&plan, &next); i++) {
		struct speed_finding finding;
		size_t samples;
		run_start(&run, line, mbps, next.streams, seed + i);
		samples = step(&run, next.kind, target_mbps, &finding);
		speed_plan_note(&plan, &finding);
		sum->samples += i == 0 ? samples : 0;
	}
	got = speed_plan_conclude(&plan).verdict;
	error =
	    fabs(plan.findings[plan.n_findings - 1].ip_mbps / (of_target * target_mbps) - 1);
	sum->runs++;
	sum->right += got == wanted;
	if (got == SPEED_FAIL_ISP && error > sum->error)
		sum->error = error;
	if (got != wanted)
		print_message("%.2f of %.0f Mbit/s, %u ms, %u bytes, %u ppm, seed %u: %s\n",
		    of_target, target_mbps, line->rtt_ms, line->queue_bytes, line->loss_ppm,
		    seed, speed_verdict_name(got));
}

static void
judges_rightly_outside_of_the_zone(void **state)
{
	static const double of_target[] = {
	    0.3, 0.7, 0.8, 0.85, 0.88, 0.9, 0.98, 1, 1.03, 1.1, 1.5, 3};
	/* Where 16 such streams can fill the line. */
	static const struct line lines[] = {{10, 20, 32 << 10, 0}, {10, 80, 1 << 20, 1000},
	    {10, 5, 32 << 10, 10000}, {20, 20, 64 << 10, 1000}, {50, 5, 32 << 10, 1000},
	    {50, 20, 256 << 10, 0}, {100, 20, 256 << 10, 300}, {100, 80, 1 << 20, 0}};
	struct sum sum = {0};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(of_target); i++)
		for (size_t line = 0; line < COUNT_OF(lines); line++)
			for (unsigned seed = 1; seed <= 3; seed++)
				test_line(&lines[line], of_target[i], seed * 31, &sum);
	print_message("%u of %u right, %.2f s each without confirmation, at most %.2f %% off\n",
	    sum.right, sum.runs, (double)sum.samples / 10 / sum.runs, 100 * sum.error);
	assert_true(sum.runs >= 200);
	assert_true(sum.right * 100 >= sum.runs * 99);
	assert_true(sum.error <= 0.015);
	assert_true(sum.samples < 30 * (size_t)sum.runs);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(judges_rightly_outside_of_the_zone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
