#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/ask/snmp.h"
#include "common/check.h"
#include "common/clock.h"
#include "common/loop.h"
#include "common/text.h"

/*
 * The asker against real daemons (snmpd) in a network namespace of its own, on
 * addresses of its loopback. It needs root and snmpd; without them it says so and
 * tests nothing.
 */

#define SNMPD "/usr/sbin/snmpd"

enum { WAIT_MS = 60, DAEMONS = 3, ANSWERS_MAX = 8, LIMIT_MS = 30000, TEXT = 256 };
enum { AWAIT_TURNS = 200, AWAIT_TURN_US = 100000 };

/* clang-format off */
static const struct daemon {
	const char *address, *configuration;
} daemons[DAEMONS] = {
	{ "127.0.0.11", "rocommunity school\nsysName both\nsysLocation Кабинет 12\n"
		"createUser audit SHA-256 authpass1 AES privpass1\nrouser audit authpriv\n"
		"createUser watch SHA authpass2\nrouser watch auth\n"
		"createUser legacy MD5 authpass3 DES privpass3\nrouser legacy authpriv\n"
		"createUser strong SHA-512 authpass4 AES-256 privpass4\nrouser strong authpriv\n" },
	{ "127.0.0.12", "sysName three\ncreateUser audit SHA-256 authpass1 AES privpass1\nrouser audit authpriv\n" },
	{ "127.0.0.13", "com2sec all default old\ngroup all v1 all\nview all included .1\n"
		"access all \"\" v1 noauth exact all none none\nsysName one\n" },
};
/* clang-format on */

static pid_t pids[DAEMONS];
static char directory[] = "/tmp/parta-snmp-XXXXXX";
static const char *skipped;

struct told {
	char ip[ADDRESS_TEXT_SIZE];
	enum snmp_outcome outcome;
	uint8_t version;
	char reason[TEXT], name[TEXT], location[TEXT], engine[TEXT];
	size_t ports;
};

struct asking {
	struct loop *loop;
	struct loop_event *limit;
	struct told told[ANSWERS_MAX];
	size_t n, left;
	bool late;
	struct snmp_counters counters;
};

/* ---- daemons */

static void
write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void
daemon_path(char *ret, size_t i, const char *suffix)
{
	(void)snprintf(ret, TEXT, "%s/%zu%s", directory, i, suffix);
}

static pid_t
daemon_start(size_t i)
{
	char configuration[TEXT], state[TEXT], listen[TEXT];
	pid_t pid;

	daemon_path(configuration, i, ".conf");
	daemon_path(state, i, "");
	write_file(configuration, daemons[i].configuration);
	(void)snprintf(listen, sizeof(listen), "udp:%s:161", daemons[i].address);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)setenv("SNMP_PERSISTENT_DIR", state, 1);
		(void)setenv("MIBS", "", 1);
		(void)execl(SNMPD, SNMPD, "-f", "-Lf", "/dev/null", "-C", "-c", configuration,
		    "-I", "-smux", listen, (char *)NULL);
		_exit(127);
	}
	return pid;
}

static bool
loopback_up(void)
{
	struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool up = fd >= 0 && ioctl(fd, SIOCSIFFLAGS, &request) == 0;

	if (fd >= 0)
		(void)close(fd);
	return up;
}

/* ---- asking */

static void
take(char ret[static TEXT], const struct snmp_answer *answer, const char *key)
{
	for (size_t i = 0; i < answer->n_evidence; i++)
		if (strcmp(answer->evidence[i].key, key) == 0)
			(void)text_copy(ret, TEXT, answer->evidence[i].value);
}

static void
on_answer(void *arg, const struct snmp_answer *answer)
{
	struct asking *a = arg;
	struct told *t = &a->told[a->n++];

	address_format(&answer->ip, t->ip);
	t->outcome = answer->outcome;
	t->version = answer->version;
	t->ports = answer->n_ports;
	(void)text_copy(t->reason, sizeof(t->reason), answer->reason);
	take(t->name, answer, "sys_name");
	take(t->location, answer, "sys_location");
	take(t->engine, answer, "engine_id");
	if (--a->left == 0)
		loop_stop(a->loop);
}

static void
on_limit(void *arg)
{
	struct asking *a = arg;

	a->late = true;
	loop_stop(a->loop);
}

static void
ask(struct asking *a, const struct snmp_settings *settings, const char *const addresses[],
    size_t n)
{
	struct snmp_asker *asker = NULL;
	struct address ip;

	memset(a, 0, sizeof(*a));
	assert_true(n <= ANSWERS_MAX);
	assert_int_equal(loop_new(&a->loop), 0);
	assert_int_equal(loop_timer(a->loop, on_limit, a, &a->limit), 0);
	assert_int_equal(loop_timer_set(a->limit, LIMIT_MS), 0);
	assert_int_equal(snmp_asker_new(a->loop, settings, on_answer, a, &asker), 0);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(address_parse(addresses[i], &ip), 0);
		assert_int_equal(snmp_ask(asker, &ip, NULL), 0);
		assert_int_equal(snmp_ask(asker, &ip, NULL), -EEXIST);
	}
	a->left = n;
	assert_int_equal(snmp_pending(asker), n);
	assert_int_equal(loop_run(a->loop), 0);
	assert_false(a->late);
	assert_int_equal(snmp_pending(asker), 0);
	snmp_asker_counters(asker, &a->counters);
	snmp_asker_free(asker);
	loop_event_free(a->limit);
	loop_free(a->loop);
}

static const struct told *
told_of(const struct asking *a, const char *ip)
{
	for (size_t i = 0; i < a->n; i++)
		if (strcmp(a->told[i].ip, ip) == 0)
			return &a->told[i];
	fail_msg("nothing was told of %s", ip);
	return NULL;
}

static struct snmp_user
user(const char *name, const char *auth, const char *auth_pass, const char *priv,
    const char *priv_pass)
{
	struct snmp_user u = {0};

	(void)text_copy(u.name, sizeof(u.name), name);
	(void)text_copy(u.auth_protocol, sizeof(u.auth_protocol), auth);
	(void)text_copy(u.auth_passphrase, sizeof(u.auth_passphrase), auth_pass);
	(void)text_copy(u.priv_protocol, sizeof(u.priv_protocol), priv);
	(void)text_copy(u.priv_passphrase, sizeof(u.priv_passphrase), priv_pass);
	return u;
}

/* A daemon is there when it answers; how long it takes to start is the machine's business. */
static void
await_daemons(void)
{
	static const char *const communities[] = {"school"};
	const struct snmp_settings settings = {
	    .timeout_ms = WAIT_MS, .communities = communities, .n_communities = 1};
	const char *addresses[DAEMONS];
	struct asking a;
	size_t there = 0;

	for (size_t i = 0; i < DAEMONS; i++)
		addresses[i] = daemons[i].address;
	for (int turn = 0; turn < AWAIT_TURNS && there < 2; turn++) {
		if (turn > 0)
			(void)usleep(
			    AWAIT_TURN_US); /* who does not listen yet refuses at once */
		ask(&a, &settings, addresses, DAEMONS);
		there = 0;
		for (size_t i = 0; i < a.n; i++)
			there += a.told[i].outcome != SNMP_SILENT;
	}
	assert_true(there >= 2); /* the third speaks version 1 with another community */
}

static int
daemons_begin(void **state)
{
	char path[TEXT];

	(void)state;
	if (geteuid() != 0)
		skipped = "it needs root";
	else if (access(SNMPD, X_OK) != 0)
		skipped = "there is no snmpd";
	else if (unshare(CLONE_NEWNET) < 0 || !loopback_up())
		skipped = "network namespaces are not to be had here";
	if (skipped) {
		print_message("skipped: %s\n", skipped);
		return 0;
	}
	assert_non_null(mkdtemp(directory));
	for (size_t i = 0; i < DAEMONS; i++) {
		daemon_path(path, i, "");
		pids[i] = daemon_start(i);
	}
	await_daemons();
	return 0;
}

static int
daemons_end(void **state)
{
	char command[TEXT];
	pid_t pid;

	(void)state;
	if (skipped)
		return 0;
	for (size_t i = 0; i < DAEMONS; i++) {
		(void)kill(pids[i], SIGKILL);
		(void)waitpid(pids[i], NULL, 0);
	}
	pid = fork();
	if (pid == 0) {
		(void)snprintf(command, sizeof(command), "%s", directory);
		(void)execlp("rm", "rm", "-r", "--", command, (char *)NULL);
		_exit(127);
	}
	return waitpid(pid, NULL, 0) == pid ? 0 : -1;
}

/* ---- tests */

#define SKIP_WITHOUT_DAEMONS                                                                   \
	do {                                                                                   \
		(void)state;                                                                   \
		if (skipped)                                                                   \
			skip();                                                                \
	} while (0)

static void
communities_are_tried_until_one_fits(void **state)
{
	static const char *const communities[] = {"wrong", "school", "old"};
	static const char *const addresses[] = {"127.0.0.11", "127.0.0.13"};
	const struct snmp_settings settings = {
	    .timeout_ms = WAIT_MS, .communities = communities, .n_communities = 3};
	struct asking a;

	SKIP_WITHOUT_DAEMONS;
	ask(&a, &settings, addresses, 2);
	assert_int_equal(told_of(&a, "127.0.0.11")->outcome, SNMP_DONE);
	assert_int_equal(told_of(&a, "127.0.0.11")->version, 2);
	assert_string_equal(told_of(&a, "127.0.0.11")->name, "both");
	assert_string_equal(told_of(&a, "127.0.0.11")->location, "Кабинет 12");
	assert_true(told_of(&a, "127.0.0.11")->ports >= 1);
	assert_int_equal(told_of(&a, "127.0.0.13")->outcome, SNMP_DONE);
	assert_int_equal(told_of(&a, "127.0.0.13")->version, 1);
	assert_string_equal(told_of(&a, "127.0.0.13")->name, "one");
}

static void
every_algorithm_opens_its_door(void **state)
{
	static const char *const addresses[] = {"127.0.0.11"};
	const struct snmp_user users[] = {
	    user("audit", "SHA-256", "authpass1", "AES", "privpass1"),
	    user("watch", "SHA", "authpass2", "none", ""),
	    user("legacy", "MD5", "authpass3", "DES", "privpass3"),
	    user("strong", "SHA-512", "authpass4", "AES-256", "privpass4"),
	};

	SKIP_WITHOUT_DAEMONS;
	for (size_t i = 0; i < COUNT_OF(users); i++) {
		const struct snmp_settings settings = {
		    .timeout_ms = WAIT_MS, .users = &users[i], .n_users = 1};
		struct asking a;

		ask(&a, &settings, addresses, 1);
		if (a.told[0].outcome != SNMP_DONE)
			fail_msg("%s: %s", users[i].name, a.told[0].reason);
		assert_int_equal(a.told[0].version, 3);
		assert_string_equal(a.told[0].name, "both");
		assert_true(strlen(a.told[0].engine) >= 10);
	}
}

static void
a_user_that_does_not_fit_gives_way_to_the_next(void **state)
{
	static const char *const addresses[] = {"127.0.0.11", "127.0.0.12"};
	const struct snmp_user users[] = {
	    user("nobody", "SHA-256", "authpass1", "AES", "privpass1"),
	    user("audit", "SHA-256", "not this one", "AES", "privpass1"),
	    user("audit", "SHA-256", "authpass1", "AES", "privpass1"),
	};
	const struct snmp_settings settings = {
	    .timeout_ms = WAIT_MS, .users = users, .n_users = 3};
	struct asking a;

	SKIP_WITHOUT_DAEMONS;
	ask(&a, &settings, addresses, 2);
	assert_int_equal(told_of(&a, "127.0.0.11")->outcome, SNMP_DONE);
	assert_int_equal(told_of(&a, "127.0.0.12")->outcome, SNMP_DONE);
	assert_string_equal(told_of(&a, "127.0.0.12")->name, "three");
}

static void
after_the_users_the_communities_are_tried(void **state)
{
	static const char *const communities[] = {"school"};
	static const char *const addresses[] = {"127.0.0.11", "127.0.0.12"};
	const struct snmp_user users[] = {user("nobody", "SHA", "authpass1", "none", "")};
	const struct snmp_settings settings = {.timeout_ms = WAIT_MS,
	    .communities = communities,
	    .n_communities = 1,
	    .users = users,
	    .n_users = 1};
	struct asking a;

	SKIP_WITHOUT_DAEMONS;
	ask(&a, &settings, addresses, 2);
	assert_int_equal(told_of(&a, "127.0.0.11")->outcome, SNMP_DONE);
	assert_int_equal(told_of(&a, "127.0.0.11")->version, 2);
	assert_int_equal(told_of(&a, "127.0.0.12")->outcome, SNMP_DENIED);
	assert_string_equal(told_of(&a, "127.0.0.12")->reason, "the user is unknown there");
}

static void
a_wrong_passphrase_is_denied_in_words(void **state)
{
	static const char *const addresses[] = {"127.0.0.12"};
	const struct snmp_user wrong_auth =
	    user("audit", "SHA-256", "not this one", "AES", "privpass1");
	const struct snmp_user wrong_priv =
	    user("audit", "SHA-256", "authpass1", "AES", "not this one");
	struct snmp_settings settings = {
	    .timeout_ms = WAIT_MS, .users = &wrong_auth, .n_users = 1};
	struct asking a;

	SKIP_WITHOUT_DAEMONS;
	ask(&a, &settings, addresses, 1);
	assert_int_equal(a.told[0].outcome, SNMP_DENIED);
	assert_non_null(strstr(a.told[0].reason, "authentication passphrase"));
	assert_int_equal(a.counters.denied, 1);
	settings.users = &wrong_priv;
	ask(&a, &settings, addresses, 1);
	assert_int_equal(a.told[0].outcome, SNMP_DENIED);
}

static void
an_engine_without_a_user_is_denied_and_named(void **state)
{
	static const char *const communities[] = {"wrong"};
	static const char *const addresses[] = {"127.0.0.12"};
	const struct snmp_settings settings = {
	    .timeout_ms = WAIT_MS, .communities = communities, .n_communities = 1};
	struct asking a;

	SKIP_WITHOUT_DAEMONS;
	ask(&a, &settings, addresses, 1);
	assert_int_equal(a.told[0].outcome, SNMP_DENIED);
	assert_int_equal(a.told[0].version, 3);
	assert_true(strlen(a.told[0].engine) >= 10);
}

static int
mute_listener(const char *text)
{
	struct sockaddr_storage sa;
	struct address ip;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(address_parse(text, &ip), 0);
	assert_int_equal(
	    bind(fd, (struct sockaddr *)&sa, (socklen_t)address_to_sockaddr(&ip, 161, &sa)), 0);
	return fd;
}

/* So many datagrams came that say a text, of so many. */
static size_t
heard_of(int fd, const char *text, size_t *ret_all)
{
	uint8_t bytes[512];
	size_t n = 0;
	ssize_t len;

	*ret_all = 0;
	while ((len = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT)) > 0) {
		++*ret_all;
		n += memmem(bytes, (size_t)len, text, strlen(text)) != NULL;
	}
	return n;
}

static void
dead_addresses_hold_up_nobody(void **state)
{
	static const char *const communities[] = {"school"};
	static const char *const addresses[] = {
	    "127.0.0.90", "127.0.0.91", "127.0.0.11", "127.0.0.92"};
	const struct snmp_user users[] = {
	    user("audit", "SHA-256", "authpass1", "AES", "privpass1")};
	const struct snmp_settings settings = {.timeout_ms = WAIT_MS,
	    .communities = communities,
	    .n_communities = 1,
	    .users = users,
	    .n_users = 1};
	struct asking a;
	size_t all;
	int mute;

	SKIP_WITHOUT_DAEMONS;
	mute = mute_listener("127.0.0.91"); /* silent; the others refuse */
	ask(&a, &settings, addresses, 4);
	assert_int_equal(heard_of(mute, "school", &all), 1); /* a community goes out once */
	assert_int_equal(all, 1 + 3); /* what tells no secret may be said again */
	assert_int_equal(close(mute), 0);
	assert_int_equal(told_of(&a, "127.0.0.90")->outcome, SNMP_SILENT);
	assert_int_equal(told_of(&a, "127.0.0.91")->outcome, SNMP_SILENT);
	assert_int_equal(told_of(&a, "127.0.0.11")->outcome, SNMP_DONE);
	assert_int_equal(told_of(&a, "127.0.0.92")->outcome, SNMP_SILENT);
	assert_string_equal(a.told[3].ip, "127.0.0.91"); /* the silent one is the last */
}

static void
an_asker_may_go_while_it_asks(void **state)
{
	static const char *const communities[] = {"school"};
	const struct snmp_settings settings = {
	    .timeout_ms = WAIT_MS, .communities = communities, .n_communities = 1};
	struct asking a = {0};
	struct snmp_asker *asker = NULL;
	struct address ip;

	SKIP_WITHOUT_DAEMONS;
	assert_int_equal(loop_new(&a.loop), 0);
	assert_int_equal(loop_timer(a.loop, on_limit, &a, &a.limit), 0);
	assert_int_equal(snmp_asker_new(a.loop, &settings, on_answer, &a, &asker), 0);
	assert_int_equal(address_parse("127.0.0.11", &ip), 0);
	assert_int_equal(snmp_ask(asker, &ip, NULL), 0);
	assert_int_equal(loop_timer_set(a.limit, 6), 0);
	assert_int_equal(loop_run(a.loop), 0);
	snmp_asker_free(asker);
	loop_event_free(a.limit);
	loop_free(a.loop);
}

static void
users_and_communities_are_bounded_and_checked(void **state)
{
	static const char *const communities[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i"};
	const struct snmp_user bad = user("audit", "SHA-256", "short", "none", "");
	struct snmp_settings settings = {.communities = communities, .n_communities = 9};
	struct snmp_asker *asker = NULL;
	struct loop *loop;

	(void)state;
	assert_int_equal(loop_new(&loop), 0);
	assert_int_equal(snmp_asker_new(loop, &settings, on_answer, NULL, &asker), -E2BIG);
	settings = (struct snmp_settings){.users = &bad, .n_users = 1};
	assert_int_equal(snmp_asker_new(loop, &settings, on_answer, NULL, &asker), -EINVAL);
	assert_null(asker);
	assert_int_equal(snmp_user_valid(&bad), -EINVAL);
	loop_free(loop);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(users_and_communities_are_bounded_and_checked),
	    cmocka_unit_test(communities_are_tried_until_one_fits),
	    cmocka_unit_test(every_algorithm_opens_its_door),
	    cmocka_unit_test(a_user_that_does_not_fit_gives_way_to_the_next),
	    cmocka_unit_test(after_the_users_the_communities_are_tried),
	    cmocka_unit_test(a_wrong_passphrase_is_denied_in_words),
	    cmocka_unit_test(an_engine_without_a_user_is_denied_and_named),
	    cmocka_unit_test(dead_addresses_hold_up_nobody),
	    cmocka_unit_test(an_asker_may_go_while_it_asks),
	};

	return cmocka_run_group_tests(tests, daemons_begin, daemons_end);
}
