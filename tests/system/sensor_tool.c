/*
 * The sensor at work without the agent: what it sees and finds, as text, for the
 * system tests and the golden captures.
 *
 *   sensor_tool list                                  interfaces
 *   sensor_tool pcap FILE                             a capture's sightings, then the counters
 *   sensor_tool listen SECONDS IFACE...               sightings as they come
 *   sensor_tool sweep [-f] [-s] [-r RATE] [-n TIMES] IFACE[,IFACE] RANGE...   -f fast; -s print
 * sightings sensor_tool echo icmp|arp IFACE ADDRESS TIMEOUT_MS [TTL]
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/decode/sighting.h"
#include "agent/sensor/sensor.h"
#include "common/check.h"
#include "common/log.h"
#include "common/loop.h"
#include "common/text.h"

struct tool {
	struct loop *loop;
	struct sensor *sensor;
	struct loop_event *timer;
	struct sweep_plan plan;
	int64_t sweeps;
	bool quiet, wait_late;
	unsigned sightings;
	int status;
};

static void
print_counters(const struct sensor_counters *c)
{
	printf("frames %llu not_mine %llu headers_malformed %llu cut %llu dropped %llu "
	       "sightings_dropped %llu\n",
	    (unsigned long long)c->frames, (unsigned long long)c->not_mine,
	    (unsigned long long)c->headers_malformed, (unsigned long long)c->cut,
	    (unsigned long long)c->dropped_by_kernel, (unsigned long long)c->sightings_dropped);
	for (size_t i = 0; i < c->n; i++) {
		if (c->decoder[i].ok + c->decoder[i].malformed == 0)
			continue;
		printf("decoder %s ok %llu malformed %llu\n", c->decoder[i].name,
		    (unsigned long long)c->decoder[i].ok,
		    (unsigned long long)c->decoder[i].malformed);
	}
}

static void
on_sighting(void *arg, const struct sighting *s)
{
	struct tool *t = arg;

	t->sightings++;
	if (!t->quiet)
		sighting_print(s, stdout);
	(void)fflush(stdout);
}

static void
on_counters(void *arg, const struct sensor_counters *counters)
{
	(void)arg;
	print_counters(counters);
}

static void
on_sweep(void *arg, const struct sweep_result *r)
{
	struct tool *t = arg;

	printf("swept asked %u answered %u requests %u ms %llu error %d\n", r->asked,
	    r->answered, r->requests_sent, (unsigned long long)r->duration_ms, r->error);
	(void)fflush(stdout);
	t->status = r->error ? EXIT_FAILURE : EXIT_SUCCESS;
	if (--t->sweeps > 0 && sensor_sweep(t->sensor, &t->plan) == 0)
		return;
	loop_stop(t->loop);
}

static void
on_echo(void *arg, const struct echo_result *r)
{
	char from[ADDRESS_TEXT_SIZE] = "-";
	struct tool *t = arg;

	if (r->from.family != ADDRESS_NONE)
		address_format(&r->from, from);
	printf("echo %u answered %d late %d rtt_us %u icmp %u/%u from %s error %d\n", r->id,
	    r->answered, r->late, r->rtt_us, r->icmp_type, r->icmp_code, from, r->error);
	(void)fflush(stdout);
	t->status = r->answered ? EXIT_SUCCESS : EXIT_FAILURE;
	if (r->answered || r->error || !t->wait_late)
		loop_stop(t->loop);
}

static void
on_lost(void *arg, int error)
{
	struct tool *t = arg;

	printf("lost %d\n", error);
	t->status = EXIT_FAILURE;
	loop_stop(t->loop);
}

static void
on_time(void *arg)
{
	struct tool *t = arg;

	loop_stop(t->loop);
}

static size_t
pick(const char *names, struct interface ret[static SENSOR_INTERFACES_MAX])
{
	struct interface all[SENSOR_INTERFACES_MAX];
	int n = interfaces_list(all);
	size_t picked = 0;

	for (int i = 0; i < n; i++) {
		size_t len = strlen(all[i].name);

		for (const char *at = names; (at = strstr(at, all[i].name)); at += len)
			if ((at == names || at[-1] == ',') &&
			    (at[len] == '\0' || at[len] == ',')) {
				ret[picked++] = all[i];
				break;
			}
	}
	return picked;
}

static int
start(struct tool *t, const char *names, struct interface ret[static SENSOR_INTERFACES_MAX])
{
	static const struct sensor_events events = {
	    .on_sighting = on_sighting,
	    .on_sweep = on_sweep,
	    .on_echo = on_echo,
	    .on_counters = on_counters,
	    .on_lost = on_lost,
	};
	size_t n = pick(names, ret);
	int r = n ? loop_new(&t->loop) : -ENODEV;

	if (r == 0)
		r = loop_timer(t->loop, on_time, t, &t->timer);
	if (r == 0)
		r = sensor_start(t->loop, ret, n, &events, t, &t->sensor);
	return r;
}

static int
finish(struct tool *t, int r)
{
	if (r == 0)
		r = loop_run(t->loop);
	sensor_stop(t->sensor);
	loop_event_free(t->timer);
	loop_free(t->loop);
	if (r < 0) {
		printf("error %d\n", r);
		return EXIT_FAILURE;
	}
	return t->status;
}

static int
run_list(void)
{
	struct interface all[SENSOR_INTERFACES_MAX];
	int n = interfaces_list(all);

	for (int i = 0; i < n; i++) {
		char mac[MAC_TEXT_SIZE], ip[ADDRESS_TEXT_SIZE] = "-";
		char subnet[ADDRESS_RANGE_TEXT_SIZE] = "-";

		mac_format(&all[i].mac, mac);
		if (all[i].ipv4.family != ADDRESS_NONE) {
			address_format(&all[i].ipv4, ip);
			address_range_format(&all[i].subnet, subnet);
		}
		printf("%s %s %s %s %s\n", all[i].name, mac, ip, subnet,
		    all[i].carrier ? "carrier" : "no-carrier");
	}
	return n < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int
run_pcap(const char *path)
{
	struct tool t = {.status = EXIT_SUCCESS};
	struct sensor_counters counters;
	char error[256];
	int r = capture_read_file(path, on_sighting, &t, &counters, error);

	if (r < 0)
		printf("error %d: %s\n", r, error);
	if (r != -ENOENT && r != -EACCES)
		print_counters(&counters);
	return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int
run_listen(const char *seconds, const char *names)
{
	struct interface interfaces[SENSOR_INTERFACES_MAX];
	struct tool t = {.status = EXIT_SUCCESS};
	int64_t s;
	int r = text_i64(seconds, 1, 3600, &s);

	if (r == 0)
		r = start(&t, names, interfaces);
	if (r == 0) {
		printf("listening\n");
		(void)fflush(stdout);
		r = loop_timer_set(t.timer, (uint64_t)s * 1000);
	}
	return finish(&t, r);
}

static int
run_sweep(int argc, char *argv[])
{
	struct interface interfaces[SENSOR_INTERFACES_MAX];
	struct tool t = {.quiet = true, .sweeps = 1};
	struct sweep_plan *plan = &t.plan;
	int64_t rate = 0;
	int option, r = 0;

	while ((option = getopt(argc, argv, "fsn:r:")) != -1) {
		if (option == 'f')
			plan->fast = true;
		else if (option == 's')
			t.quiet = false;
		else if (option == 'n' && text_i64(optarg, 1, 1000, &t.sweeps) < 0)
			return 2;
		else if (option == 'r' && text_i64(optarg, 1, 100000, &rate) < 0)
			return 2;
		else if (option != 'n' && option != 'r')
			return 2;
	}
	if (argc - optind < 2)
		return 2;
	plan->broadcasts_per_s = (uint32_t)rate;
	for (int i = optind + 1; i < argc && plan->n_ranges < SENSOR_RANGES_MAX && r == 0; i++)
		r = address_range_parse(argv[i], &plan->ranges[plan->n_ranges++]);
	if (r == 0)
		r = start(&t, argv[optind], interfaces);
	if (r == 0)
		r = sensor_sweep(t.sensor, plan);
	r = finish(&t, r);
	printf("sightings %u\n", t.sightings);
	return r;
}

static int
run_echo(int argc, char *argv[])
{
	struct interface interfaces[SENSOR_INTERFACES_MAX];
	struct tool t = {.quiet = true, .wait_late = true};
	struct address to;
	int64_t timeout_ms, ttl = 0;
	int r;

	if (argc < 5 || address_parse(argv[3], &to) < 0 ||
	    text_i64(argv[4], 1, SENSOR_TIMEOUT_MS_MAX, &timeout_ms) < 0 ||
	    (argc > 5 && text_i64(argv[5], 0, 255, &ttl) < 0))
		return 2;
	r = start(&t, argv[2], interfaces);
	if (r == 0)
		r = sensor_echo(t.sensor,
		    strcmp(argv[1], "arp") == 0 ? SENSOR_PROBE_ARP : SENSOR_PROBE_ICMP, 7,
		    interfaces[0].ifindex, &to, (uint8_t)ttl, (uint32_t)timeout_ms);
	if (r == 0) /* and as long again for a late word */
		r = loop_timer_set(t.timer, (uint64_t)timeout_ms + 3000);
	return finish(&t, r);
}

int
main(int argc, char *argv[])
{
	if (argc == 3 && strcmp(argv[1], "-P") == 0)
		return sensor_main();
	log_open("sensor_tool", LOG_LEVEL_DEBUG);
	if (argc == 2 && strcmp(argv[1], "list") == 0)
		return run_list();
	if (argc == 3 && strcmp(argv[1], "pcap") == 0)
		return run_pcap(argv[2]);
	if (argc == 4 && strcmp(argv[1], "listen") == 0)
		return run_listen(argv[2], argv[3]);
	if (argc > 2 && strcmp(argv[1], "sweep") == 0)
		return run_sweep(argc - 1, argv + 1);
	if (argc > 2 && strcmp(argv[1], "echo") == 0)
		return run_echo(argc - 1, argv + 1);
	(void)fprintf(stderr,
	    "usage: list | pcap FILE | listen SECONDS IFACE[,IFACE] | sweep ... | "
	    "echo ...\n");
	return 2;
}
