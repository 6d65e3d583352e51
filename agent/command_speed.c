/*
 * `parta-agent speed`: one throughput test now. Servers, authority and targets that
 * are not named come from the settings; the day's byte budget is the service's
 * and is not asked here.
 */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/command.h"
#include "agent/probe/line.h"
#include "agent/probe/speed.h"
#include "agent/probe/speed_backend.h"
#include "agent/speed_print.h"
#include "agent/speed_replay.h"
#include "agent/uplink/credentials.h"
#include "common/bytes.h"
#include "common/file.h"
#include "common/loop.h"
#include "common/resolve.h"
#include "common/text.h"
#include "common/transfer.h"

enum { SERVERS_MAX = 8, REPLAY_BYTES_MAX = 64 * 1024 * 1024 };

struct errand {
	struct speed_settings settings;
	const char *servers[SERVERS_MAX];
	const char *log_path;
	FILE *log, *err;
	bool progress, shown, mode_given, replay;
	struct loop *loop;
	const struct agent_settings *own;
	struct speed_result result;
};

static const char usage[] =
    "usage: parta-agent speed [-c FILE] [--server URL]... [--backend NAME] [--target MBPS]\n"
    "    [--verify|--capacity] [--direction down|up|both] [--ca FILE] [--interface NAME]\n"
    "    [--ipv4|--ipv6] [--stream-log FILE] [--format table|json|csv]\n"
    "  parta-agent speed --replay FILE... [--target MBPS]\n"
    "backends: parta, librespeed, ndt7, rpm, iperf3\n";

static const struct option options[] = {
    {"server", required_argument, NULL, 's'},
    {"backend", required_argument, NULL, 'b'},
    {"target", required_argument, NULL, 't'},
    {"verify", no_argument, NULL, 'y'},
    {"capacity", no_argument, NULL, 'p'},
    {"direction", required_argument, NULL, 'd'},
    {"ca", required_argument, NULL, 'a'},
    {"interface", required_argument, NULL, 'i'},
    {"ipv4", no_argument, NULL, '4'},
    {"ipv6", no_argument, NULL, '6'},
    {"stream-log", required_argument, NULL, 'l'},
    {"replay", no_argument, NULL, 'r'},
    {0},
};

static int
direction_take(const char *value, unsigned *ret)
{
	if (!strcmp(value, "down"))
		*ret = SPEED_DOWN;
	else if (!strcmp(value, "up"))
		*ret = SPEED_UP;
	else if (!strcmp(value, "both"))
		*ret = SPEED_DOWN | SPEED_UP;
	else
		return -EINVAL;
	return 0;
}

static int
option_take(struct errand *e, int option, const char *value)
{
	struct speed_settings *s = &e->settings;

	switch (option) {
	case 's':
		if (s->n_servers == SERVERS_MAX)
			return -EINVAL;
		e->servers[s->n_servers++] = value;
		return 0;
	case 'b':
		s->backend = value;
		return *value && speed_backend_find(value) ? 0 : -EINVAL;
	case 't':
		if (text_f64(value, 0.01, 1e6, &s->target_down_mbps) < 0)
			return -EINVAL;
		s->target_up_mbps = s->target_down_mbps;
		return 0;
	case 'y':
	case 'p':
		s->mode = option == 'y' ? SPEED_VERIFY : SPEED_CAPACITY;
		e->mode_given = true;
		return 0;
	case 'd':
		return direction_take(value, &s->want);
	case 'a':
		s->ca_file = value;
		return 0;
	case 'i':
		s->interface = value;
		return 0;
	case '4':
	case '6':
		s->family = option == '4' ? ADDRESS_IPV4 : ADDRESS_IPV6;
		return 0;
	case 'l':
		e->log_path = value;
		return 0;
	case 'r':
		e->replay = true;
		return 0;
	default:
		return -ENOENT;
	}
}

/* COMMAND_DONE, or COMMAND_USAGE with words on err. */
static int
arguments_take(struct errand *e, int argc, char *argv[])
{
	int option, index = 0;

	optind = 0; /* from the beginning, whoever parsed before */
	opterr = 0;
	while ((option = getopt_long(argc, argv, "", options, &index)) != -1) {
		int r = option_take(e, option, optarg);

		if (r == -ENOENT)
			(void)fprintf(e->err,
			    "parta-agent: speed does not take '%s', or a value is missing\n%s",
			    argv[optind - 1], usage);
		else if (r < 0)
			(void)fprintf(e->err, "parta-agent: --%s does not take '%s'\n%s",
			    options[index].name, optarg ? optarg : "", usage);
		if (r < 0)
			return COMMAND_USAGE;
	}
	if (optind < argc && !e->replay) {
		(void)fprintf(e->err, "parta-agent: speed takes no argument '%s'\n%s",
		    argv[optind], usage);
		return COMMAND_USAGE;
	}
	return COMMAND_DONE;
}

/* Servers that were not named: the settings', or those that everybody asks by a protocol that
 * the settings do not speak. */
static void
servers_fill(struct errand *e, const struct agent_settings *settings, const char *usual_backend)
{
	struct speed_settings *s = &e->settings;
	const struct speed_backend *backend = speed_backend_find(s->backend);

	if (s->n_servers > 0)
		return;
	if (backend && backend->usual_server && strcmp(s->backend, usual_backend) != 0) {
		e->servers[s->n_servers++] = backend->usual_server;
		return;
	}
	while (s->n_servers < settings->speed_servers.count && s->n_servers < SERVERS_MAX) {
		e->servers[s->n_servers] = settings->speed_servers.text[s->n_servers];
		s->n_servers++;
	}
}

/* What the command line left open. */
static void
settings_fill(
    struct errand *e, const struct agent_settings *settings, const struct credentials *own)
{
	const char *usual = settings->speed_backend[0] ? settings->speed_backend : "parta";
	struct speed_settings *s = &e->settings;
	bool parta;

	if (!s->backend)
		s->backend = usual;
	servers_fill(e, settings, usual);
	parta = !strcmp(s->backend, "parta");
	if (s->target_down_mbps <= 0) {
		s->target_down_mbps = settings->target_down_mbps;
		s->target_up_mbps = settings->target_up_mbps;
	}
	if (!s->ca_file && settings->speed_ca_file[0])
		s->ca_file = settings->speed_ca_file;
	else if (!s->ca_file && parta && own)
		s->ca_file = own->ca_file;
	if (!e->mode_given)
		s->mode = s->target_down_mbps > 0 || s->target_up_mbps > 0 ? SPEED_VERIFY
									   : SPEED_CAPACITY;
	s->servers = e->servers;
}

/* ---- running ---- */

static void
on_progress(void *arg, bool upload, double elapsed_s, double mbps)
{
	struct errand *e = arg;

	if (!e->progress)
		return;
	(void)fprintf(
	    e->err, "\r%s %4.1f s %8.1f Mbit/s ", upload ? "up  " : "down", elapsed_s, mbps);
	(void)fflush(e->err);
	e->shown = true;
}

static void
on_stream(void *arg, bool upload, double elapsed_s, unsigned stream, uint64_t size_bytes,
    const struct speed_tcp *tcp)
{
	struct errand *e = arg;

	speed_print_stream(upload, elapsed_s, stream, size_bytes, tcp, e->log);
}

static void
on_done(void *arg, const struct speed_result *result)
{
	struct errand *e = arg;

	e->result = *result;
	loop_stop(e->loop);
}

static int
measure(struct errand *e)
{
	struct resolver *resolver = NULL;
	const char *communities[OPTION_LIST_MAX];
	struct line_settings counted = {.communities = communities,
	    .n_communities = e->own->communities.count,
	    .if_index = (uint32_t)e->own->line_interface};
	struct transfers *transfers = NULL;
	struct speed_test *test;
	int r = loop_new(&e->loop);

	if (*e->own->line_router)
		(void)address_parse(e->own->line_router, &counted.router);
	for (size_t i = 0; i < counted.n_communities; i++)
		communities[i] = e->own->communities.text[i];
	if (r == 0 && counted.n_communities > 0)
		r = line_new(e->loop, &counted, &e->settings.line);
	if (r == 0)
		r = resolver_new(e->loop, NULL, &resolver);
	if (r == 0)
		r = transfers_new(e->loop, resolver, &transfers);
	if (r == 0)
		r = speed_start(
		    e->loop, transfers, &e->settings, on_progress, on_done, e, &test);
	if (r == 0)
		r = loop_run(e->loop);
	transfers_free(transfers);
	resolver_free(resolver);
	line_free(e->settings.line);
	loop_free(e->loop);
	return r;
}

/* Against a target, a direction that does not meet it is a bad verdict, whoever is to blame. */
static int
status_of(const struct speed_result *result)
{
	for (size_t i = 0; i < result->n_directions; i++)
		switch (result->directions[i].verdict) {
		case SPEED_FAIL_ISP:
		case SPEED_LIMITED_AGENT:
		case SPEED_LIMITED_LAN:
		case SPEED_LIMITED_SERVER:
			return COMMAND_BAD_VERDICT;
		case SPEED_UNSPECIFIED:
		case SPEED_PASS:
		case SPEED_INCONCLUSIVE:
			break;
		}
	return COMMAND_DONE;
}

static int
errand_run(struct errand *e, const struct command_common *common, FILE *out)
{
	int r;

	if (e->log_path && !(e->log = fopen(e->log_path, "we"))) {
		(void)fprintf(e->err, "parta-agent: could not write '%s': %s\n", e->log_path,
		    strerror(errno));
		return COMMAND_FAILED;
	}
	e->settings.on_stream = e->log ? on_stream : NULL;
	e->progress = isatty(fileno(e->err)) == 1;
	r = measure(e);
	if (e->shown)
		(void)fprintf(e->err, "\r%30s\r", "");
	for (size_t i = 0; e->log && r == 0 && i < e->result.n_steps; i++)
		r = speed_replay_write(&e->result.steps[i],
		    e->result.target_mbps[e->result.steps[i].upload], e->log);
	if (e->log && fclose(e->log) == EOF && r == 0)
		r = -errno;
	if (r < 0 || e->result.error < 0) {
		(void)fprintf(e->err, "parta-agent: could not measure: %s\n",
		    r < 0 ? strerror(-r) : e->result.words);
		return COMMAND_FAILED;
	}
	r = speed_print(&e->result, common->format, words_language(), out);
	if (r < 0) {
		(void)fprintf(e->err, "parta-agent: could not print: %s\n", strerror(-r));
		return COMMAND_FAILED;
	}
	return status_of(&e->result);
}

/* Recorded runs instead of a line: each file gives a result. */
static int
replay(struct errand *e, char *paths[], const struct command_common *common, FILE *out)
{
	char words[SPEED_REPLAY_WORDS_SIZE] = "";
	int status = COMMAND_DONE;

	for (; *paths; paths++) {
		struct bytes text = bytes_new(REPLAY_BYTES_MAX);
		int r = file_read(*paths, &text);

		if (r == 0)
			r = speed_replay((const char *)text.data, text.len,
			    e->settings.target_down_mbps, &e->result, words);
		bytes_clear(&text);
		if (r < 0) {
			(void)fprintf(e->err, "parta-agent: could not judge '%s': %s\n", *paths,
			    *words ? words : strerror(-r));
			return COMMAND_FAILED;
		}
		r = speed_print(&e->result, common->format, words_language(), out);
		if (r < 0)
			return COMMAND_FAILED;
		if (status_of(&e->result) != COMMAND_DONE)
			status = COMMAND_BAD_VERDICT;
	}
	return status;
}

int
command_speed(int argc, char *argv[], FILE *out, FILE *err)
{
	struct errand e = {.err = err};
	struct agent_settings settings;
	struct command_common common;
	struct credentials own;
	char words[CREDENTIALS_WORDS_SIZE];
	int r = command_common(&argc, argv, &common, err);

	if (r != COMMAND_DONE)
		return r;
	if (common.help) {
		(void)fputs(usage, out);
		return COMMAND_DONE;
	}
	r = arguments_take(&e, argc, argv);
	if (r == COMMAND_DONE && e.replay)
		return replay(&e, argv + optind, &common, out);
	if (r == COMMAND_DONE)
		r = command_settings(&common, &settings, err);
	if (r != COMMAND_DONE)
		return r;
	r = credentials_load(settings.state_dir, &own, words);
	e.own = &settings;
	settings_fill(&e, &settings, r == 0 ? &own : NULL);
	if (e.settings.n_servers == 0) {
		(void)fprintf(err, "parta-agent: name a measuring server with --server, or set "
				   "speed-servers\n");
		return COMMAND_USAGE;
	}
	return errand_run(&e, &common, out);
}
