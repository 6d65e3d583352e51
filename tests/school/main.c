/*
 * parta-school: a virtual school at the far end of a veth pair.
 *
 *   parta-school -i INTERFACE -s SCENARIO [-S SOCKET]     speak for the scenario's hosts
 *   parta-school -S SOCKET -x COMMAND                     steer a running one (control.c)
 *   parta-school -s SCENARIO -n                           check a scenario
 *
 * It prints "ready" when it answers. SIGTERM and SIGINT end it; it then prints its
 * counters.
 */
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "tests/school/control.h"
#include "tests/school/mib_make.h"
#include "tests/school/net.h"
#include "tests/school/school.h"
#include "tests/school/usm.h"
#include "tests/school/wire.h"

enum { FIRST_ANNOUNCEMENT_US = 500000, TURNS_A_WAKE = 16, TIMER_SLACK_NS = 1000 };

struct arguments {
	const char *interface, *scenario, *socket, *command;
	bool check;
};

static int
take_address(struct school *s, struct host *h, const struct address *ip)
{
	uint32_t base = 0, at = 0;
	int i;

	for (i = 0; i < 4; i++) {
		base = base << 8 | s->scenario.range.base.bytes[i];
		at = at << 8 | ip->bytes[i];
	}
	if (at - base >= s->n_addresses || s->by_address[at - base])
		return -EEXIST;
	if (!h->real)
		s->by_address[at - base] = h;
	return 0;
}

static int
school_populate(struct school *s, char error[static 256])
{
	struct address other;
	struct host *h;
	size_t i, j;
	int r;

	s->n_addresses = address_range_count(&s->scenario.range);
	s->random = 0x9e3779b97f4a7c15ull * (s->scenario.seed + 1u);
	s->by_address = calloc(s->n_addresses, sizeof(struct host *));
	if (!s->by_address)
		return -ENOMEM;
	for (i = 0; i < s->scenario.n_hosts; i++) {
		h = &s->scenario.hosts[i];
		r = take_address(s, h, &h->ip);
		for (j = 0; j < h->more_ips.n && r == 0; j++) {
			r = address_parse(h->more_ips.at[j], &other);
			if (r == 0)
				r = take_address(s, h, &other);
		}
		if (r < 0) {
			(void)snprintf(
			    error, 256, "line %u: an address stands twice or is none", h->line);
			return r;
		}
	}
	return 0;
}

static int
school_open(struct school *s, const struct arguments *a, char error[static 256])
{
	int r = scenario_load(a->scenario, &s->scenario, error);

	s->started_us = school_now_us();
	if (r == 0)
		r = school_populate(s, error);
	if (r == 0)
		r = mibs_make(s, error);
	if (r == 0)
		r = usm_prepare(s, error);
	if (r == 0 && !a->check) {
		r = wire_open(a->interface, &s->wire);
		if (r < 0)
			(void)snprintf(
			    error, 256, "interface '%.60s': %s", a->interface, strerror(-r));
	}
	return r;
}

static void
school_close(struct school *s)
{
	wire_close(s->wire);
	mibs_free(s);
	free(s->by_address);
	usm_free(s);
	scenario_free(&s->scenario);
}

/* A few hosts at a time, so that announcements are spread as they are on a real wire. */
static int64_t
announce_due(struct school *s, int64_t now)
{
	static int64_t next;
	static size_t at;
	size_t n = s->scenario.n_hosts;
	int64_t step = (int64_t)s->scenario.announce_s * 1000000 / (int64_t)(n ? n : 1);

	if (next == 0)
		next = now + FIRST_ANNOUNCEMENT_US;
	while (n > 0 && now >= next) {
		school_announce(s, &s->scenario.hosts[at % n]);
		at++;
		/* The first round goes faster: everything has just been switched on. */
		next += at < n ? 2000 : step;
	}
	return next;
}

static void
school_run(struct school *s, int signals, int control)
{
	struct pollfd wait[3] = {{.fd = signals, .events = POLLIN},
	    {.fd = control, .events = POLLIN}, {.fd = wire_fd(s->wire), .events = POLLIN}};
	struct timespec timeout;
	int64_t now, due, announce;
	int turn;

	for (;;) {
		now = school_now_us();
		announce = announce_due(s, now);
		due = wire_flush(s->wire, now);
		if (due > announce)
			due = announce;
		now = school_now_us();
		due = due > now ? due - now : 0;
		timeout =
		    (struct timespec){.tv_sec = due / 1000000, .tv_nsec = due % 1000000 * 1000};
		if (ppoll(wait, 3, &timeout, NULL) < 0 && errno != EINTR)
			return;
		if (wait[0].revents)
			return;
		if (wait[1].revents)
			control_serve(s, control);
		for (turn = 0; turn < TURNS_A_WAKE; turn++) {
			if (wire_receive(s->wire, net_frame, s) == 0)
				break;
			(void)wire_flush(s->wire, school_now_us());
		}
	}
}

static int
serve(struct school *s, const struct arguments *a)
{
	int control = -1, signals;
	sigset_t mask;

	(void)sigemptyset(&mask);
	(void)sigaddset(&mask, SIGTERM);
	(void)sigaddset(&mask, SIGINT);
	(void)sigprocmask(SIG_BLOCK, &mask, NULL);
	(void)prctl(PR_SET_TIMERSLACK, TIMER_SLACK_NS, 0, 0, 0);
	signals = signalfd(-1, &mask, SFD_CLOEXEC);
	if (a->socket)
		control = control_open(a->socket);
	if (signals < 0 || (a->socket && control < 0)) {
		(void)fprintf(stderr, "parta-school: no control socket at '%s'\n", a->socket);
		return 1;
	}
	(void)printf("ready %zu hosts\n", s->scenario.n_hosts);
	(void)fflush(stdout);
	school_run(s, signals, control);
	control_print(s, stdout);
	if (a->socket)
		(void)unlink(a->socket);
	return 0;
}

static int
usage(void)
{
	(void)fputs("usage: parta-school -i INTERFACE -s SCENARIO [-S SOCKET]\n"
		    "       parta-school -S SOCKET -x COMMAND\n"
		    "       parta-school -s SCENARIO -n\n",
	    stderr);
	return 2;
}

int
main(int argc, char *argv[])
{
	struct arguments a = {0};
	static struct school school;
	char error[256] = "out of memory";
	int option, r;

	while ((option = getopt(argc, argv, "i:s:S:x:n")) != -1) {
		if (option == 'i')
			a.interface = optarg;
		else if (option == 's')
			a.scenario = optarg;
		else if (option == 'S')
			a.socket = optarg;
		else if (option == 'x')
			a.command = optarg;
		else if (option == 'n')
			a.check = true;
		else
			return usage();
	}
	if (a.command && a.socket)
		return control_send(a.socket, a.command);
	if (!a.scenario || (!a.interface && !a.check))
		return usage();
	r = school_open(&school, &a, error);
	if (r < 0)
		(void)fprintf(stderr, "parta-school: %s\n", error);
	else
		r = a.check ? 0 : serve(&school, &a);
	school_close(&school);
	return r == 0 ? 0 : 1;
}
