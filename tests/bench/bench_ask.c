/*
 * bench-ask: asks the addresses on stdin by SNMP, all of them queued at once, and
 * prints one JSON object: how many ended how, requests, seconds, CPU seconds, peak
 * resident set.
 *
 *   bench-ask [-c COMMUNITY]... [-u NAME:AUTH:PASS:PRIV:PASS] [-n AT_ONCE] [-r NEW_A_SECOND]
 * [-v]
 */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "agent/ask/snmp.h"
#include "common/clock.h"
#include "common/loop.h"
#include "common/text.h"

struct bench {
	struct loop *loop;
	struct snmp_asker *asker;
	size_t left, outcomes[4];
	size_t evidence, ports, neighbors;
	bool verbose;
};

static const char *const outcome_names[] = {"silent", "denied", "done", "partial"};

static void
print_answer(const struct snmp_answer *a)
{
	char ip[ADDRESS_TEXT_SIZE];

	address_format(&a->ip, ip);
	printf("%s %s v%u requests=%" PRIu32 " ports=%zu neighbors=%zu%s%s\n", ip,
	    outcome_names[a->outcome], a->version, a->requests, a->n_ports, a->n_neighbors,
	    *a->reason ? " reason=" : "", a->reason);
	for (size_t i = 0; i < a->n_evidence; i++)
		printf("  %s.%s=%s\n", a->evidence[i].source, a->evidence[i].key,
		    a->evidence[i].value);
}

static void
on_answer(void *arg, const struct snmp_answer *answer)
{
	struct bench *b = arg;

	b->outcomes[answer->outcome]++;
	b->evidence += answer->n_evidence;
	b->ports += answer->n_ports;
	b->neighbors += answer->n_neighbors;
	if (b->verbose)
		print_answer(answer);
	if (--b->left == 0)
		loop_stop(b->loop);
}

static void
user_part(char *ret, size_t size, char **rest)
{
	const char *part = strsep(rest, ":");

	(void)text_copy(ret, size, part ? part : "");
}

static void
read_user(struct snmp_user *user, char *text)
{
	user_part(user->name, sizeof(user->name), &text);
	user_part(user->auth_protocol, sizeof(user->auth_protocol), &text);
	user_part(user->auth_passphrase, sizeof(user->auth_passphrase), &text);
	user_part(user->priv_protocol, sizeof(user->priv_protocol), &text);
	user_part(user->priv_passphrase, sizeof(user->priv_passphrase), &text);
}

static int
queue_addresses(struct bench *b)
{
	char line[128];

	while (fgets(line, sizeof(line), stdin)) {
		struct address ip;
		int r;

		line[strcspn(line, " \t\n")] = '\0';
		if (address_parse(line, &ip) < 0)
			continue;
		r = snmp_ask(b->asker, &ip, NULL);
		if (r < 0)
			return r;
		b->left++;
	}
	return 0;
}

static void
print_result(const struct bench *b, size_t devices, uint64_t us)
{
	struct snmp_counters c;
	struct rusage usage;

	snmp_asker_counters(b->asker, &c);
	(void)getrusage(RUSAGE_SELF, &usage);
	printf("{\"devices\":%zu,\"done\":%zu,\"partial\":%zu,\"denied\":%zu,\"silent\":%zu,"
	       "\"requests\":%" PRIu64 ",\"timeouts\":%" PRIu64
	       ",\"evidence\":%zu,\"ports\":%zu,"
	       "\"neighbors\":%zu,\"seconds\":%.3f,\"cpu_s\":%.3f,\"rss_mib\":%.1f}\n",
	    devices, b->outcomes[SNMP_DONE], b->outcomes[SNMP_PARTIAL],
	    b->outcomes[SNMP_DENIED], b->outcomes[SNMP_SILENT], c.requests, c.timeouts,
	    b->evidence, b->ports, b->neighbors, (double)us / 1e6, (double)clock_cpu_us() / 1e6,
	    (double)usage.ru_maxrss / 1024);
}

int
main(int argc, char *argv[])
{
	const char *communities[SNMP_COMMUNITIES_MAX];
	struct snmp_user users[SNMP_USERS_MAX] = {0};
	struct snmp_settings settings = {
	    .communities = communities, .users = users, .new_devices_per_s = 100000};
	struct bench b = {0};
	uint64_t began;
	size_t devices;
	int option, r;

	while ((option = getopt(argc, argv, "c:u:n:r:v")) != -1) {
		if (option == 'c' && settings.n_communities < SNMP_COMMUNITIES_MAX)
			communities[settings.n_communities++] = optarg;
		else if (option == 'u' && settings.n_users < SNMP_USERS_MAX)
			read_user(&users[settings.n_users++], optarg);
		else if (option == 'n')
			settings.devices_at_once = (uint32_t)strtoul(optarg, NULL, 10);
		else if (option == 'r')
			settings.new_devices_per_s = (uint32_t)strtoul(optarg, NULL, 10);
		else if (option == 'v')
			b.verbose = true;
		else
			return 2;
	}
	r = loop_new(&b.loop);
	if (r == 0)
		r = snmp_asker_new(b.loop, &settings, on_answer, &b, &b.asker);
	began = clock_boot_us();
	if (r == 0)
		r = queue_addresses(&b);
	devices = b.left;
	if (r == 0 && devices > 0)
		r = loop_run(b.loop);
	if (r < 0) {
		fprintf(stderr, "bench-ask: %s\n", strerror(-r));
		return 1;
	}
	print_result(&b, devices, clock_boot_us() - began);
	snmp_asker_free(b.asker);
	loop_free(b.loop);
	return 0;
}
