/*
 * `parta-agent scan`: one round (scan.h) in the foreground, then the list of
 * devices (scan_print.h). With --pcap nothing is sent: the capture alone is read.
 * What the settings file says of interfaces, ranges and credentials holds where the
 * command line does not say otherwise.
 */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/ask/snmp_users.h"
#include "agent/command.h"
#include "agent/neighbors.h"
#include "agent/probe/route.h"
#include "agent/scan.h"
#include "agent/scan_memory.h"
#include "agent/scan_print.h"
#include "common/bytes.h"
#include "common/check.h"
#include "common/classify/rule.h"
#include "common/file.h"
#include "common/loop.h"
#include "common/resident.h"
#include "common/sandbox.h"
#include "common/text.h"
#include "common/words.h"

enum {
	DEVICES_MAX = 8192,
	LISTEN_S = 3,
	LISTEN_S_MAX = 86400,
	RANGE_PREFIX_MIN = 16,
	PROGRESS_MS = 500,
	WANTED_MAX = 32,
};

struct scan_command {
	struct command_common common;
	struct agent_settings settings;
	FILE *out, *err;
	/* what is wanted */
	const char *interface_names[WANTED_MAX];
	size_t n_interface_names;
	struct address_range ranges[SENSOR_RANGES_MAX];
	size_t n_ranges;
	const char *communities[SNMP_COMMUNITIES_MAX];
	size_t n_communities;
	struct snmp_user users[SNMP_USERS_MAX];
	size_t n_users;
	const char *credentials, *pcap, *state;
	bool fast;
	int64_t listen_s;
	/* what is at work */
	struct interface interfaces[SENSOR_INTERFACES_MAX];
	size_t n_interfaces;
	struct bytes rules_text;
	struct rules
	    *rules; /* while devices are judged: during the scan they would be memory */
	struct inventory *inventory;
	struct scan_memory *past;
	struct loop *loop;
	struct sensor *sensor;
	struct neighbors neighbors; /* made to learn meanwhile */
	struct scan *scan;
	struct scan_cost *costs; /* of each device, in the inventory's order */
	struct loop_event *progress, *interrupt, *terminate;
	struct scan_statistics statistics;
	bool terminal, done, failed;
};

static const char usage_text[] =
    "usage: parta-agent scan [-i IFACE]... [--range CIDR]... [--community C]... [--credentials "
    "FILE]\n"
    "                        [--fast] [--listen SECONDS] [--state DIR] [--pcap FILE]\n"
    "                        [--format table|json|csv]\n"
    "\n"
    "What is on this network: ARP over the ranges, questions to who is there (SNMP, NetBIOS, "
    "PJLink, IPP,\n"
    "HTTP, SSH, SMB, RDP, RTSP, SIP, UPnP, eSCL, ONVIF; nobody logs in, nothing is changed), "
    "and "
    "what\n"
    "devices say by themselves. Without --range, the own subnets of all Ethernet interfaces "
    "that are\n"
    "up, at most a /22 each.\n"
    "\n"
    "  -i, --interface IFACE  listen and ask here only\n"
    "      --range CIDR       IPv4 network to scan, none larger than a /16\n"
    "      --community C      SNMP v1 and v2c community (default: the settings', else public)\n"
    "      --credentials FILE SNMPv3 users, one a line: NAME AUTH PASSPHRASE PRIV PASSPHRASE\n"
    "      --fast             as fast as replies keep up; the default is gentle to switches\n"
    "      --listen SECONDS   listen at least so long (default 3)\n"
    "      --state DIR        remember there what was learned: the next scan within a day "
    "leaves\n"
    "                         silent devices alone and asks the others for what changes\n"
    "      --pcap FILE        send nothing; read this capture\n";

static int __attribute__((format(printf, 2, 3)))
fail(struct scan_command *c, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)fputs("parta-agent: ", c->err);
	(void)vfprintf(c->err, format, args);
	(void)fputc('\n', c->err);
	va_end(args);
	return COMMAND_FAILED;
}

/* ---- arguments */

static int
take_range(struct scan_command *c, const char *text)
{
	struct address_range range;

	if (address_range_parse(text, &range) < 0 || range.base.family != ADDRESS_IPV4 ||
	    range.prefix_len < RANGE_PREFIX_MIN) {
		(void)fail(c,
		    "--range takes an IPv4 network no larger than a /16, like 192.168.1.0/24, "
		    "not '%s'",
		    text);
		return COMMAND_USAGE;
	}
	if (c->n_ranges == SENSOR_RANGES_MAX) {
		(void)fail(c, "at most %d ranges are taken", SENSOR_RANGES_MAX);
		return COMMAND_USAGE;
	}
	c->ranges[c->n_ranges++] = range;
	return COMMAND_DONE;
}

static int
take_text(struct scan_command *c, const char *list[], size_t *n, size_t max, const char *what,
    const char *text)
{
	if (*n == max) {
		(void)fail(c, "at most %zu %s are taken", max, what);
		return COMMAND_USAGE;
	}
	list[(*n)++] = text;
	return COMMAND_DONE;
}

static int
take_option(struct scan_command *c, int option)
{
	switch (option) {
	case 'i':
		return take_text(c, c->interface_names, &c->n_interface_names, WANTED_MAX,
		    "interfaces", optarg);
	case 'r':
		return take_range(c, optarg);
	case 'C':
		return take_text(c, c->communities, &c->n_communities, SNMP_COMMUNITIES_MAX,
		    "communities", optarg);
	case 'u':
		c->credentials = optarg;
		return COMMAND_DONE;
	case 'f':
		c->fast = true;
		return COMMAND_DONE;
	case 'p':
		c->pcap = optarg;
		return COMMAND_DONE;
	case 's':
		c->state = optarg;
		return COMMAND_DONE;
	case 'l':
		if (text_i64(optarg, 0, LISTEN_S_MAX, &c->listen_s) == 0)
			return COMMAND_DONE;
		(void)fail(
		    c, "--listen takes seconds, 0 to %d, not '%s'", LISTEN_S_MAX, optarg);
		return COMMAND_USAGE;
	default:
		(void)fail(c, "see parta-agent scan --help");
		return COMMAND_USAGE;
	}
}

static int
take_arguments(struct scan_command *c, int argc, char *argv[])
{
	/* clang-format off */
	static const struct option options[] = {
		{ "interface",   required_argument, NULL, 'i' },
		{ "range",       required_argument, NULL, 'r' },
		{ "community",   required_argument, NULL, 'C' },
		{ "credentials", required_argument, NULL, 'u' },
		{ "fast",        no_argument,       NULL, 'f' },
		{ "listen",      required_argument, NULL, 'l' },
		{ "pcap",        required_argument, NULL, 'p' },
		{ "state",       required_argument, NULL, 's' },
		{ NULL, 0, NULL, 0 },
	};
	/* clang-format on */
	int option, status = COMMAND_DONE;

	optind = 0;
	opterr = 0;
	while (status == COMMAND_DONE &&
	       (option = getopt_long(argc, argv, ":i:", options, NULL)) != -1) {
		if (option == '?' || option == ':') {
			(void)fail(c,
			    option == '?' ? "'%s' is no option of scan" : "'%s' needs a value",
			    argv[optind - 1]);
			status = COMMAND_USAGE;
		} else {
			status = take_option(c, option);
		}
	}
	if (status == COMMAND_DONE && optind < argc) {
		(void)fail(c, "scan takes no argument '%s'", argv[optind]);
		status = COMMAND_USAGE;
	}
	return status;
}

/* ---- what the settings say where the command line is silent */

static int
take_settings(struct scan_command *c)
{
	const struct agent_settings *s = &c->settings;
	char error[256];
	int status = COMMAND_DONE;

	if (c->n_interface_names == 0)
		for (size_t i = 0; i < s->interfaces.count && i < WANTED_MAX; i++)
			c->interface_names[c->n_interface_names++] = s->interfaces.text[i];
	if (c->n_ranges == 0)
		for (size_t i = 0; i < s->ranges.count && status == COMMAND_DONE; i++)
			status = take_range(c, s->ranges.text[i]);
	if (c->n_communities == 0)
		for (size_t i = 0; i < s->communities.count && i < SNMP_COMMUNITIES_MAX; i++)
			c->communities[c->n_communities++] = s->communities.text[i];
	if (!c->credentials && *s->credentials_file)
		c->credentials = s->credentials_file;
	if (status == COMMAND_DONE && c->credentials &&
	    snmp_users_read(c->credentials, c->users, &c->n_users, error) < 0)
		return fail(c, "%s", error);
	if (c->n_communities == 0)
		c->communities[c->n_communities++] = "public";
	return status;
}

static int
parse_rules(struct scan_command *c)
{
	char path[SETTINGS_PATH_MAX + 32], error[RULES_ERROR_SIZE];
	int r;

	(void)snprintf(path, sizeof(path), "%s/device_rule.csv", c->settings.data_dir);
	if (!c->rules_text.data) {
		c->rules_text = bytes_new(RULES_BYTES_MAX);
		r = file_read(path, &c->rules_text);
		if (r < 0)
			return fail(c, "%s: could not read it: %s", path, strerror(-r));
	}
	if (rules_parse(path, (const char *)c->rules_text.data, c->rules_text.len, &c->rules,
		error) < 0)
		return fail(c, "%s", error);
	return COMMAND_DONE;
}

/* Whether they are good is told before anybody waits for a scan. */
static int
check_rules(struct scan_command *c)
{
	int status = parse_rules(c);

	rules_free(c->rules);
	c->rules = NULL;
	return status;
}

static bool
is_wanted(const struct scan_command *c, const struct interface *interface)
{
	for (size_t i = 0; i < c->n_interface_names; i++)
		if (strcmp(c->interface_names[i], interface->name) == 0)
			return true;
	return c->n_interface_names == 0;
}

static int
find_interfaces(struct scan_command *c)
{
	struct interface all[SENSOR_INTERFACES_MAX];
	int n = interfaces_list(all);

	if (n < 0)
		return fail(c, "could not list the network interfaces: %s", strerror(-n));
	for (int i = 0; i < n; i++)
		if (is_wanted(c, &all[i]))
			c->interfaces[c->n_interfaces++] = all[i];
	for (size_t i = 0; i < c->n_interface_names; i++) {
		bool found = false;

		for (size_t j = 0; j < c->n_interfaces; j++)
			found |= strcmp(c->interfaces[j].name, c->interface_names[i]) == 0;
		if (!found)
			return fail(c, "'%s' is no Ethernet interface that is up",
			    c->interface_names[i]);
	}
	if (c->n_interfaces == 0 && c->n_ranges == 0)
		return fail(c,
		    "no Ethernet interface is up: connect one, or name networks with --range");
	return COMMAND_DONE;
}

/* ---- events */

static void
on_sighting(void *arg, const struct sighting *sighting)
{
	struct scan_command *c = arg;

	if (c->common.verbose)
		sighting_print(sighting, c->err);
	if (c->scan)
		scan_sighting(c->scan, sighting);
	else
		(void)scan_note(c->inventory, sighting, c->interfaces, c->n_interfaces);
}

static void
on_sweep(void *arg, const struct sweep_result *result)
{
	struct scan_command *c = arg;

	if (c->scan)
		scan_sweep(c->scan, result);
}

static void
on_slowed(void *arg, uint32_t broadcasts_per_s)
{
	struct scan_command *c = arg;

	if (c->scan)
		scan_slowed(c->scan, broadcasts_per_s);
}

static void
on_lost(void *arg, int error)
{
	struct scan_command *c = arg;

	(void)fail(c, "the sensor ended: %s", strerror(error < 0 ? -error : error));
	c->failed = true;
	loop_stop(c->loop);
}

static void
on_done(void *arg, const struct scan_statistics *statistics)
{
	struct scan_command *c = arg;

	c->statistics = *statistics;
	c->done = true;
	loop_stop(c->loop);
}

static void
on_signal(int signo, void *arg)
{
	struct scan_command *c = arg;

	(void)signo;
	loop_stop(c->loop);
}

static void
on_progress(void *arg)
{
	static const char *const stages[] = {"sweeping", "asking", "listening", "done"};
	struct scan_command *c = arg;
	struct scan_progress p;

	scan_progress(c->scan, &p);
	(void)fprintf(c->err,
	    "\r%s: %u addresses, %u hosts, %u of %u asked by SNMP, %u being talked to\033[K",
	    stages[p.stage], p.addresses, p.hosts, p.asked - p.pending, p.asked, p.talking);
	(void)fflush(c->err);
	(void)loop_timer_set(c->progress, PROGRESS_MS);
}

/* ---- the round */

static int
start_sensor(struct scan_command *c)
{
	static const struct sensor_events events = {.on_sighting = on_sighting,
	    .on_sweep = on_sweep,
	    .on_slowed = on_slowed,
	    .on_lost = on_lost};
	int r;

	if (c->n_interfaces == 0)
		return COMMAND_DONE;
	r = sensor_start(c->loop, c->interfaces, c->n_interfaces, &events, c, &c->sensor);
	if (r == -EPERM) {
		(void)fail(c, "without CAP_NET_RAW (run it as root) no frame can be heard or "
			      "sent; going on with what the "
			      "kernel's neighbour table and SNMP tell");
		return COMMAND_DONE;
	}
	if (r < 0)
		return fail(c, "could not start the sensor: %s", strerror(-r));
	return COMMAND_DONE;
}

static int
start_scan(struct scan_command *c)
{
	const struct scan_settings settings = {.interfaces = c->interfaces,
	    .n_interfaces = c->n_interfaces,
	    .ranges = c->ranges,
	    .n_ranges = c->n_ranges,
	    .past = c->past,
	    .snmp = {.communities = c->communities,
		.n_communities = c->n_communities,
		.users = c->users,
		.n_users = c->n_users},
	    .pjlink_password = c->settings.pjlink_password,
	    .broadcasts_per_s = (uint32_t)c->settings.scan_rate,
	    .fast = c->fast,
	    .listen_ms = c->sensor ? (uint32_t)c->listen_s * 1000 : 0};
	int r = scan_start(c->loop, c->sensor, c->inventory, &settings, on_done, c, &c->scan);

	if (r == -EINVAL)
		return fail(c, "no interface has an IPv4 address: name networks with --range");
	if (r < 0)
		return fail(c, "could not start the scan: %s", strerror(-r));
	if (!c->terminal)
		return COMMAND_DONE;
	if (loop_timer(c->loop, on_progress, c, &c->progress) < 0)
		return fail(c, "out of memory");
	(void)loop_timer_set(c->progress, PROGRESS_MS);
	return COMMAND_DONE;
}

static int
watch_signals(struct scan_command *c)
{
	if (loop_signal(c->loop, SIGINT, on_signal, c, &c->interrupt) < 0 ||
	    loop_signal(c->loop, SIGTERM, on_signal, c, &c->terminate) < 0)
		return fail(c, "could not watch for signals");
	return COMMAND_DONE;
}

/* What each device was asked, while the scan still knows. */
static void
take_costs(struct scan_command *c)
{
	size_t n = inventory_count(c->inventory);

	c->costs = calloc(n + 1, sizeof(*c->costs));
	for (size_t i = 0; c->costs && i < n; i++)
		scan_cost(c->scan, inventory_at(c->inventory, i), &c->costs[i]);
}

static void
tell_costs(const struct scan_command *c)
{
	for (size_t i = 0; i < inventory_count(c->inventory); i++) {
		const struct device *device = inventory_at(c->inventory, i);
		char ip[ADDRESS_TEXT_SIZE];
		struct scan_cost cost = c->costs[i];

		if (cost.snmp_requests + cost.connections == 0)
			continue;
		address_format(&device->ips[0], ip);
		(void)fprintf(c->err,
		    "%s: %u SNMP requests, %u connections, %u bytes sent, %u received\n", ip,
		    cost.snmp_requests, cost.connections, cost.bytes_sent, cost.bytes_received);
	}
}

static void
tell_statistics(struct scan_command *c)
{
	const struct scan_statistics *t = &c->statistics;

	if (c->terminal)
		(void)fputs("\r\033[K", c->err);
	if (!c->done) {
		(void)fail(c, "ended early; what was seen so far follows");
		c->failed = true;
		return;
	}
	if (t->error < 0) {
		(void)fail(c, "the sweep could not be made: %s", strerror(-t->error));
		c->failed = true;
	}
	if (t->memory_error < 0)
		(void)fail(
		    c, "what was learned could not be kept: %s", strerror(-t->memory_error));
	if (t->overflows > 0)
		(void)fail(c,
		    "the kernel's neighbour table overflowed %llu times, so that devices may "
		    "be "
		    "missing: raise net.ipv4.neigh.default.gc_thresh3",
		    (unsigned long long)t->overflows);
	if (c->terminal || c->common.verbose)
		(void)fprintf(c->err,
		    "%u addresses, %u hosts, %u told of; SNMP: %u answered, %u of them "
		    "unchanged, %u in part, %u refused, %u silent, %u left alone, %llu asked "
		    "once more, %llu requests; others: %llu connections, %llu answers, %llu "
		    "bytes sent, %llu "
		    "received; %.1f s (sweep %.1f, SNMP %.1f)\n",
		    t->addresses, t->hosts, t->told, t->snmp_done, t->snmp_unchanged,
		    t->snmp_partial, t->snmp_denied, t->snmp_silent, t->snmp_left,
		    (unsigned long long)t->snmp.insisted, (unsigned long long)t->snmp.requests,
		    (unsigned long long)t->asks.connections,
		    (unsigned long long)t->asks.answers, (unsigned long long)t->asks.bytes_sent,
		    (unsigned long long)t->asks.bytes_received, (double)t->duration_ms / 1000,
		    (double)t->swept_ms / 1000, (double)t->snmp_ms / 1000);
	if (c->common.verbose && c->costs)
		tell_costs(c);
}

/* What comes from the network is read without any right, as in the service; the sensor, which
 * is born before, alone keeps one. */
static int
shut_sandbox(struct scan_command *c)
{
	int r = sandbox_drop_capabilities();

	resident_release();
	if (r == 0)
		r = sandbox_enter(SANDBOX_SERVICE);
	return r < 0 ? fail(c, "could not shut the sandbox: %s", strerror(-r)) : COMMAND_DONE;
}

static int
open_past(struct scan_command *c)
{
	char path[SETTINGS_PATH_MAX + 32];

	if (!c->state)
		return COMMAND_DONE;
	(void)snprintf(path, sizeof(path), "%s/scan.memory", c->state);
	if (access(c->state, W_OK | X_OK) < 0)
		return fail(c, "cannot write to '%s': %s", c->state, strerror(errno));
	return scan_memory_open(path, &c->past) < 0 ? fail(c, "out of memory") : COMMAND_DONE;
}

static int
scan_network(struct scan_command *c)
{
	int status, r;

	status = find_interfaces(c);
	if (status == COMMAND_DONE)
		status = open_past(c);
	if (status == COMMAND_DONE && loop_new(&c->loop) < 0)
		status = fail(c, "out of memory");
	if (status == COMMAND_DONE)
		status = start_sensor(c);
	if (status == COMMAND_DONE)
		status = watch_signals(c);
	if (status == COMMAND_DONE && c->sensor)
		neighbors_teach(c->interfaces, c->n_interfaces, &c->neighbors);
	if (status == COMMAND_DONE)
		status = shut_sandbox(c);
	if (status == COMMAND_DONE)
		status = start_scan(c);
	if (status != COMMAND_DONE)
		return status;
	r = loop_run(c->loop);
	if (r < 0)
		return fail(c, "could not wait for events: %s", strerror(-r));
	take_costs(c);
	tell_statistics(c);
	scan_free(c->scan); /* what was heard stands in the inventory: the rest is memory */
	c->scan = NULL;
	r = neighbors_restore(&c->neighbors);
	if (r < 0)
		(void)fail(c, "could not set arp_accept back to 0: %s", strerror(-r));
	sensor_stop(c->sensor);
	c->sensor = NULL;
	return COMMAND_DONE;
}

static int
scan_capture(struct scan_command *c)
{
	struct sensor_counters counters = {.frames = 0};
	char error[256] = "";
	int r = sandbox_enter(SANDBOX_SERVICE);

	/* Capabilities stay: a capture is often a file that only its owner may read. */
	if (r < 0)
		return fail(c, "could not shut the sandbox: %s", strerror(-r));
	if (capture_read_file(c->pcap, on_sighting, c, &counters, error) < 0) {
		(void)fail(c, "%s: %s", c->pcap, error);
		if (counters.frames == 0)
			return COMMAND_FAILED;
		c->failed = true; /* what stands before the fault is told all the same */
	}
	if (c->common.verbose)
		(void)fprintf(c->err, "%llu frames\n", (unsigned long long)counters.frames);
	return COMMAND_DONE;
}

static int
scan_and_print(struct scan_command *c)
{
	int status = check_rules(c), r;
	struct route route;

	if (status == COMMAND_DONE && inventory_new(DEVICES_MAX, &c->inventory) < 0)
		status = fail(c, "out of memory");
	if (status == COMMAND_DONE)
		status = c->pcap ? scan_capture(c) : scan_network(c);
	if (status == COMMAND_DONE)
		status = parse_rules(c);
	if (status != COMMAND_DONE)
		return status;
	if (c->pcap || route_default(&route, NULL) < 0)
		route.gateway.family = ADDRESS_NONE;
	r = scan_print(c->inventory, c->costs, c->rules, &route.gateway, c->common.format,
	    words_language(), c->out);
	if (r < 0)
		return fail(c, "could not write the result: %s", strerror(-r));
	return c->failed ? COMMAND_FAILED : COMMAND_DONE;
}

static void
scan_command_free(struct scan_command *c)
{
	scan_free(c->scan);
	(void)neighbors_restore(&c->neighbors);
	scan_memory_free(c->past);
	sensor_stop(c->sensor);
	loop_event_free(c->progress);
	loop_event_free(c->interrupt);
	loop_event_free(c->terminate);
	if (c->loop)
		loop_free(c->loop);
	if (c->inventory)
		inventory_free(c->inventory);
	rules_free(c->rules);
	bytes_clear(&c->rules_text);
	free(c->costs);
	explicit_bzero(c->users, sizeof(c->users));
	free(c);
}

int
command_scan(int argc, char *argv[], FILE *out, FILE *err)
{
	struct scan_command *c = calloc(1, sizeof(*c));
	int status;

	if (!c)
		return COMMAND_FAILED;
	c->out = out;
	c->err = err;
	c->listen_s = LISTEN_S;
	c->terminal = isatty(fileno(err)) == 1;
	status = command_common(&argc, argv, &c->common, err);
	if (status == COMMAND_DONE && c->common.help) {
		(void)fputs(usage_text, out);
		scan_command_free(c);
		return COMMAND_DONE;
	}
	if (status == COMMAND_DONE)
		status = take_arguments(c, argc, argv);
	if (status == COMMAND_DONE)
		status = command_settings(&c->common, &c->settings, err);
	if (status == COMMAND_DONE)
		status = take_settings(c);
	if (status == COMMAND_DONE)
		status = scan_and_print(c);
	scan_command_free(c);
	return status;
}
