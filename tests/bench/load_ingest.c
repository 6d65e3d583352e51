/*
 * Many agents against a collector, as the lines of stdin after the agents' tokens
 * say; each is answered by one line of JSON on stdout:
 *
 *   report AGENTS SECONDS      report after report, each waiting for its acknowledgement
 *   handshake SECONDS          a new connection each time, its certificate judged, one request
 *   hold CONNECTIONS           so many connections opened and kept
 *   drop                       closes them
 *
 * One blocking thread an agent: the figures are the collector's, not a loop's.
 */
#include <getopt.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "common/bytes.h"
#include "common/check.h"
#include "common/clock.h"
#include "common/wire/report_codec.h"
#include "tests/bench/load_agent.h"

enum {
	AGENTS_MAX = 4096,
	HELD_MAX = 60000,
	TIMES_MAX = 1 << 16,
	HANDSHAKERS = 8,
	OPENERS = 8,
};

static struct {
	struct load_place place;
	unsigned agents, samples, a_body;
} plan = {.place = {.host = "127.0.0.1", .agents_port = 8443, .enrol_port = 8444},
    .agents = 64,
    .samples = 20,
    .a_body = 1};

struct worker {
	pthread_t thread;
	struct load_agent agent;
	uint64_t acknowledged, rejected, refused, failed, handshakes;
	uint32_t *times_us;
	size_t n_times;
	size_t to_hold;
};

static struct worker *workers;
static _Atomic bool stop;
static SSL *held[HELD_MAX];
static _Atomic size_t n_held;

/* ---------------------------------------------------------------- what a worker does */

/* A collector takes so many connections of one address to its listener for strangers, no more.
 */
static void *
join(void *arg)
{
	struct worker *worker = arg;

	for (size_t i = (size_t)(worker - workers); i < plan.agents; i += OPENERS) {
		if (!load_enrol(&workers[i].agent, &plan.place))
			worker->failed++;
	}
	return NULL;
}

static void
answer_count(struct worker *worker, const struct load_answer *answer)
{
	worker->acknowledged += answer->accepted;
	worker->rejected += answer->rejected;
	if (answer->rejected > 0)
		(void)fprintf(stderr, "load_ingest: rejected: %s\n", answer->reason);
	if (answer->status == 0)
		worker->failed++;
	else if (answer->status != 200)
		worker->refused++;
}

static void *
report(void *arg)
{
	struct worker *worker = arg;

	while (!atomic_load(&stop)) {
		struct bytes plain = bytes_new(LOAD_ANSWER_BYTES_MAX * 16),
			     body = bytes_new(LOAD_ANSWER_BYTES_MAX * 16);
		struct load_answer answer;
		uint64_t began_us;

		for (unsigned i = 0; i < plan.a_body; i++)
			load_report(&worker->agent, plan.samples, &plain);
		CHECK(wire_deflate(plain.data, plain.len, &body) == 0);
		began_us = clock_boot_us();
		answer = load_send(&worker->agent, &plan.place, &body);
		if (worker->n_times < TIMES_MAX)
			worker->times_us[worker->n_times++] =
			    (uint32_t)(clock_boot_us() - began_us);
		answer_count(worker, &answer);
		bytes_clear(&plain);
		bytes_clear(&body);
	}
	return NULL;
}

static void *
handshake(void *arg)
{
	struct worker *worker = arg;

	while (!atomic_load(&stop)) {
		SSL *tls = load_open(&worker->agent, &plan.place);

		if (tls && load_knock(tls))
			worker->handshakes++;
		else
			worker->failed++;
		load_close(tls);
	}
	return NULL;
}

static void *
hold(void *arg)
{
	struct worker *worker = arg;

	for (size_t i = 0; i < worker->to_hold; i++) {
		SSL *tls = load_open(&worker->agent, &plan.place);

		if (tls && load_knock(tls)) {
			held[atomic_fetch_add(&n_held, 1)] = tls;
		} else {
			worker->failed++;
			load_close(tls);
		}
	}
	return NULL;
}

/* Runs fn for the first so many agents, each on its thread, for so many seconds or, with 0,
 * until they return. Returns how long it took. */
static double
run(void *(*fn)(void *), unsigned count, double seconds)
{
	struct timespec length = {.tv_sec = (time_t)seconds,
	    .tv_nsec = (long)((seconds - (double)(time_t)seconds) * 1e9)};
	uint64_t began_us = clock_boot_us();

	atomic_store(&stop, false);
	for (unsigned i = 0; i < count; i++) {
		struct worker *worker = &workers[i];

		worker->acknowledged = worker->rejected = worker->refused = 0;
		worker->failed = worker->handshakes = 0;
		worker->n_times = 0;
		CHECK(pthread_create(&worker->thread, NULL, fn, worker) == 0);
	}
	(void)nanosleep(&length, NULL);
	atomic_store(&stop, true);
	for (unsigned i = 0; i < count; i++)
		(void)pthread_join(workers[i].thread, NULL);
	return (double)(clock_boot_us() - began_us) / 1e6;
}

/* ---------------------------------------------------------------- the figures */

static int
compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static double
percentile_ms(const uint32_t times_us[], size_t count, double part)
{
	return count ? times_us[(size_t)((double)(count - 1) * part)] / 1000.0 : 0;
}

static void
times_print(unsigned count)
{
	size_t n = 0, at = 0;
	uint32_t *all;

	for (unsigned i = 0; i < count; i++)
		n += workers[i].n_times;
	all = calloc(n + 1, sizeof(*all));
	CHECK(all);
	for (unsigned i = 0; i < count; i++) {
		memcpy(all + at, workers[i].times_us, workers[i].n_times * sizeof(*all));
		at += workers[i].n_times;
	}
	qsort(all, n, sizeof(*all), compare);
	(void)printf("\"p50_ms\":%.1f,\"p99_ms\":%.1f,\"max_ms\":%.1f,",
	    percentile_ms(all, n, 0.5), percentile_ms(all, n, 0.99), percentile_ms(all, n, 1));
	free(all);
}

static void
sums_print(unsigned count, double seconds)
{
	uint64_t acknowledged = 0, rejected = 0, refused = 0, failed = 0, handshakes = 0;

	for (unsigned i = 0; i < count; i++) {
		acknowledged += workers[i].acknowledged;
		rejected += workers[i].rejected;
		refused += workers[i].refused;
		failed += workers[i].failed;
		handshakes += workers[i].handshakes;
	}
	(void)printf("\"seconds\":%.3f,\"acknowledged\":%" PRIu64 ",\"handshakes\":%" PRIu64
		     ",\"connections\":%zu,\"rejected\":%" PRIu64 ",\"refused\":%" PRIu64
		     ",\"failed\":%" PRIu64 "}\n",
	    seconds, acknowledged, handshakes, atomic_load(&n_held), rejected, refused, failed);
	(void)fflush(stdout);
}

/* ---------------------------------------------------------------- what is asked */

static void
hold_so_many(size_t count)
{
	CHECK(count <= HELD_MAX);
	for (unsigned i = 0; i < OPENERS; i++)
		workers[i].to_hold = count / OPENERS + (i < count % OPENERS);
	(void)printf("{");
	sums_print(OPENERS, run(hold, OPENERS, 0));
}

static void
drop(void)
{
	for (size_t i = 0; i < atomic_load(&n_held); i++)
		load_close(held[i]);
	atomic_store(&n_held, 0);
	(void)printf("{");
	sums_print(0, 0);
}

static void
obey(const char *line)
{
	unsigned count;
	double seconds;

	if (sscanf(line, "report %u %lf", &count, &seconds) == 2 && count <= plan.agents) {
		double took = run(report, count, seconds);

		(void)printf("{");
		times_print(count);
		sums_print(count, took);
	} else if (sscanf(line, "handshake %lf", &seconds) == 1) {
		double took = run(handshake, HANDSHAKERS, seconds);

		(void)printf("{");
		sums_print(HANDSHAKERS, took);
	} else if (sscanf(line, "hold %u", &count) == 1) {
		hold_so_many(count);
	} else if (strncmp(line, "drop", 4) == 0) {
		drop();
	} else {
		(void)fprintf(stderr, "load_ingest: cannot do '%s'\n", line);
		exit(2);
	}
}

static void
prepare(void)
{
	struct rlimit files = {HELD_MAX + 4096, HELD_MAX + 4096};
	struct load_agent **agents = calloc(plan.agents, sizeof(struct load_agent *));

	CHECK(agents);
	(void)setrlimit(RLIMIT_NOFILE, &files);
	(void)signal(SIGPIPE, SIG_IGN);
	workers = calloc(plan.agents, sizeof(*workers));
	CHECK(workers);
	for (unsigned i = 0; i < plan.agents; i++) {
		agents[i] = &workers[i].agent;
		workers[i].times_us = calloc(TIMES_MAX, sizeof(uint32_t));
		CHECK(workers[i].times_us);
	}
	load_tokens(agents, plan.agents);
	free(agents);
}

int
main(int argc, char *argv[])
{
	char line[128];
	int option;

	while ((option = getopt(argc, argv, "h:a:s:b:")) != -1) {
		if (option == 'h')
			plan.place.host = optarg;
		else if (option == 'a')
			plan.agents = (unsigned)strtoul(optarg, NULL, 10);
		else if (option == 's')
			plan.samples = (unsigned)strtoul(optarg, NULL, 10);
		else if (option == 'b')
			plan.a_body = (unsigned)strtoul(optarg, NULL, 10);
		else
			return 2;
	}
	CHECK(plan.agents >= HANDSHAKERS && plan.agents <= AGENTS_MAX &&
	      plan.samples <= LOAD_SAMPLES_MAX && plan.a_body > 0);
	prepare();
	(void)printf("{");
	sums_print(OPENERS, run(join, OPENERS, 0));
	while (fgets(line, sizeof(line), stdin))
		obey(line);
	for (unsigned i = 0; i < plan.agents; i++) {
		load_clear(&workers[i].agent);
		free(workers[i].times_us);
	}
	free(workers);
	return 0;
}
