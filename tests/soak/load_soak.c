/*
 * Agents that report all the time and never give up a report before it is
 * acknowledged, whatever becomes of the collector or the line. At SIGTERM they
 * make no more reports, wait until those they have are acknowledged, and the
 * program writes every acknowledged key to a file: "agent boot seq", one a line.
 *
 *   load_soak [-h ADDRESS] [-a AGENTS] [-s SAMPLES] [-p PAUSE_MS] LEDGER <TOKENS
 */
#include <getopt.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/bytes.h"
#include "common/check.h"
#include "common/text.h"
#include "common/wire/report_codec.h"
#include "tests/bench/load_agent.h"

enum { AGENTS_MAX = 256, PATIENCE_S = 4, AGAIN_MS = 200 };

static struct {
	struct load_place place;
	unsigned agents, samples, pause_ms;
} plan = {.place = {.host = "127.0.0.1",
	      .agents_port = 8443,
	      .enrol_port = 8444,
	      .patience_s = PATIENCE_S},
    .agents = 16,
    .samples = 5,
    .pause_ms = 20};

struct worker {
	pthread_t thread;
	struct load_agent agent;
	uint64_t repeats; /* reports sent more than once */
	char refused[160];
};

static struct worker workers[AGENTS_MAX];
static _Atomic bool stop;

static void
wait_ms(unsigned ms)
{
	const struct timespec time = {
	    .tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};

	(void)nanosleep(&time, NULL);
}

/* Sends one report until it is acknowledged. A report that is rejected ends the agent: none of
 * these is wrong. */
static bool
deliver(struct worker *worker)
{
	struct bytes plain = bytes_new(LOAD_ANSWER_BYTES_MAX),
		     body = bytes_new(LOAD_ANSWER_BYTES_MAX);
	struct load_answer answer;

	load_report(&worker->agent, plan.samples, &plain);
	CHECK(wire_deflate(plain.data, plain.len, &body) == 0);
	for (;;) {
		answer = load_send(&worker->agent, &plan.place, &body);
		if (answer.status == 200)
			break;
		worker->repeats++;
		wait_ms(AGAIN_MS);
	}
	bytes_clear(&plain);
	bytes_clear(&body);
	if (answer.accepted == 1)
		return true;
	(void)text_copy(worker->refused, sizeof(worker->refused), answer.reason);
	return false;
}

static void *
live(void *arg)
{
	struct worker *worker = arg;

	while (!atomic_load(&stop) && deliver(worker))
		wait_ms(plan.pause_ms);
	return NULL;
}

static void
uuid_print(FILE *file, const uint8_t id[static 16], const char *end)
{
	for (unsigned i = 0; i < 16; i++)
		(void)fprintf(file, "%02x", id[i]);
	(void)fprintf(file, "%s", end);
}

static int
ledger_write(const char *path)
{
	FILE *file = fopen(path, "we");
	uint64_t acknowledged = 0, repeats = 0;
	int status = 0;

	CHECK(file);
	for (unsigned i = 0; i < plan.agents; i++) {
		const struct worker *worker = &workers[i];
		uint64_t last = worker->agent.seq - (*worker->refused ? 1 : 0);

		if (*worker->refused) {
			(void)fprintf(stderr, "load_soak: rejected: %s\n", worker->refused);
			status = 1;
		}
		for (uint64_t seq = 1; seq <= last; seq++) {
			uuid_print(file, worker->agent.id, "\t");
			uuid_print(file, worker->agent.boot_id, "\t");
			(void)fprintf(file, "%" PRIu64 "\n", seq);
		}
		acknowledged += last;
		repeats += worker->repeats;
	}
	CHECK(fclose(file) == 0);
	(void)printf(
	    "acknowledged %" PRIu64 ", sent again %" PRIu64 "\n", acknowledged, repeats);
	return status;
}

static void
join(void)
{
	struct load_agent *agents[AGENTS_MAX];

	for (unsigned i = 0; i < plan.agents; i++)
		agents[i] = &workers[i].agent;
	load_tokens(agents, plan.agents);
	for (unsigned i = 0; i < plan.agents; i++) {
		if (!load_enrol(agents[i], &plan.place))
			exit(1);
	}
	(void)printf("enrolled\n");
	(void)fflush(stdout);
}

int
main(int argc, char *argv[])
{
	sigset_t ends;
	int option, signal_number;

	while ((option = getopt(argc, argv, "h:a:s:p:")) != -1) {
		if (option == 'h')
			plan.place.host = optarg;
		else if (option == 'a')
			plan.agents = (unsigned)strtoul(optarg, NULL, 10);
		else if (option == 's')
			plan.samples = (unsigned)strtoul(optarg, NULL, 10);
		else if (option == 'p')
			plan.pause_ms = (unsigned)strtoul(optarg, NULL, 10);
		else
			return 2;
	}
	CHECK(optind + 1 == argc && plan.agents <= AGENTS_MAX &&
	      plan.samples <= LOAD_SAMPLES_MAX);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)sigemptyset(&ends);
	(void)sigaddset(&ends, SIGTERM);
	(void)pthread_sigmask(SIG_BLOCK, &ends, NULL);
	join();
	for (unsigned i = 0; i < plan.agents; i++)
		CHECK(pthread_create(&workers[i].thread, NULL, live, &workers[i]) == 0);
	(void)sigwait(&ends, &signal_number);
	atomic_store(&stop, true);
	for (unsigned i = 0; i < plan.agents; i++)
		(void)pthread_join(workers[i].thread, NULL);
	return ledger_write(argv[optind]);
}
