/* Hosts that are asked over sockets: what the engine bounds. The servers are ours, on the
 * loopback interface of a network namespace of the test's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <linux/filter.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/ask/asks.h"
#include "common/clock.h"
#include "common/loop.h"

enum { SERVERS_MAX = 8, TOLD_BYTES = 2048, GIVE_UP_MS = 20000 };

static const char *skipped;

enum { PEERS_MAX = 48 };

/* Says something to whoever connects, and without end when it floods. */
struct server {
	struct loop *loop;
	int fd;
	struct loop_event *io;
	const char *says;
	const char *says_later; /* from the third connection on; NULL: the same */
	bool floods;
	size_t heard;
	unsigned accepted;
	struct peer {
		struct server *server;
		int fd;
		struct loop_event *io; /* NULL: gone */
	} peers[PEERS_MAX];
};

struct round {
	struct loop *loop;
	struct asks *asks;
	struct loop_event *give_up;
	struct server servers[SERVERS_MAX];
	size_t n_servers;
	char told[TOLD_BYTES];
	unsigned idle;
	const struct evidence *known;
	size_t n_known;
	uint16_t forbidden; /* port of the asker that may not */
};

extern const struct asker asker_http;

static int
namespace_begin(void **state)
{
	struct ifreq up = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
	int fd;

	(void)state;
	if (geteuid() != 0)
		skipped = "it needs root";
	else if (unshare(CLONE_NEWNET) < 0)
		skipped = "network namespaces are not to be had here";
	if (skipped) {
		print_message("skipped: %s\n", skipped);
		return 0;
	}
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	assert_int_equal(ioctl(fd, SIOCSIFFLAGS, &up), 0);
	(void)close(fd);
	return 0;
}

static void
peer_close(struct peer *p)
{
	if (!p->io)
		return;
	loop_event_free(p->io);
	p->io = NULL;
	(void)close(p->fd);
}

static void
on_peer(int fd, unsigned what, void *arg)
{
	static const char line[1024] = "no line end";
	struct peer *p = arg;
	char heard[512];
	ssize_t n;

	if (what & LOOP_READ) {
		n = recv(fd, heard, sizeof(heard), MSG_DONTWAIT);
		if (n > 0)
			p->server->heard += (size_t)n;
		if (n == 0 || (n < 0 && errno != EAGAIN)) {
			peer_close(p);
			return;
		}
	}
	if (what & LOOP_WRITE && p->server->floods)
		(void)send(fd, line, sizeof(line), MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void
on_accept(int fd, unsigned what, void *arg)
{
	struct server *s = arg;
	const char *says = s->accepted >= 2 && s->says_later ? s->says_later : s->says;
	struct peer *p = &s->peers[s->accepted++];

	(void)what;
	assert_true(s->accepted <= PEERS_MAX);
	*p = (struct peer){.server = s, .fd = accept(fd, NULL, NULL)};
	assert_true(p->fd >= 0);
	if (says)
		(void)send(p->fd, says, strlen(says), MSG_NOSIGNAL);
	assert_int_equal(loop_io(s->loop, p->fd, s->floods ? LOOP_READ | LOOP_WRITE : LOOP_READ,
			     on_peer, p, &p->io),
	    0);
}

static struct server *
serve(struct round *r, const char *ip, uint16_t port, const char *says)
{
	struct server *s = &r->servers[r->n_servers++];
	struct sockaddr_storage at;
	struct address address;
	size_t len;

	assert_int_equal(address_parse(ip, &address), 0);
	len = address_to_sockaddr(&address, port, &at);
	*s = (struct server){.loop = r->loop, .says = says};
	s->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(
	    setsockopt(s->fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int)), 0);
	assert_int_equal(bind(s->fd, (const struct sockaddr *)&at, (socklen_t)len), 0);
	assert_int_equal(listen(s->fd, 16), 0);
	assert_int_equal(loop_io(r->loop, s->fd, LOOP_READ, on_accept, s, &s->io), 0);
	return s;
}

static void
on_answer(void *arg, const struct asks_answer *answer)
{
	struct round *r = arg;

	for (size_t i = 0; i < answer->n_evidence; i++) {
		size_t at = strlen(r->told);

		(void)snprintf(r->told + at, sizeof(r->told) - at, "%s.%s=%s\n",
		    answer->evidence[i].source, answer->evidence[i].key,
		    answer->evidence[i].value);
	}
}

static void
on_idle(void *arg, const struct address *ip)
{
	struct round *r = arg;

	(void)ip;
	r->idle++;
	if (asks_pending(r->asks) == 0)
		loop_stop(r->loop);
}

static size_t
on_known(void *arg, const struct address *ip, struct evidence ret[], size_t max)
{
	struct round *r = arg;

	(void)ip;
	assert_true(r->n_known <= max);
	if (r->n_known)
		memcpy(ret, r->known, r->n_known * sizeof(ret[0]));
	return r->n_known;
}

static bool
on_may(void *arg, const struct address *ip, const struct mac *mac, unsigned asker)
{
	const struct round *r = arg;

	assert_int_equal(ip->family, ADDRESS_IPV4);
	assert_false(mac_is_zero(mac));
	return askers[asker]->port != r->forbidden;
}

static void
on_give_up(void *arg)
{
	(void)arg;
	fail_msg("nobody is idle after %d s", GIVE_UP_MS / 1000);
}

static void
round_begin(struct round *r, const struct asks_settings *settings)
{
	static const struct asks_events events = {on_answer, on_idle, on_known, on_may};

	*r = (struct round){.idle = 0};
	assert_int_equal(loop_new(&r->loop), 0);
	assert_int_equal(loop_timer(r->loop, on_give_up, r, &r->give_up), 0);
	assert_int_equal(asks_new(r->loop, settings, &events, r, &r->asks), 0);
}

static void
ask_host(struct round *r, const char *ip)
{
	const struct mac mac = {{0, 1, 2, 3, 4, 5}};
	struct address address;

	assert_int_equal(address_parse(ip, &address), 0);
	assert_int_equal(asks_host(r->asks, &address, &mac), 0);
}

static void
round_run(struct round *r)
{
	assert_int_equal(loop_timer_set(r->give_up, GIVE_UP_MS), 0);
	if (asks_pending(r->asks) > 0)
		assert_int_equal(loop_run(r->loop), 0);
}

static void
round_end(struct round *r)
{
	asks_free(r->asks);
	loop_event_free(r->give_up);
	for (size_t i = 0; i < r->n_servers; i++) {
		loop_event_free(r->servers[i].io);
		for (size_t k = 0; k < PEERS_MAX; k++)
			peer_close(&r->servers[i].peers[k]);
		(void)close(r->servers[i].fd);
	}
	loop_free(r->loop);
}

static const char page[] =
    "HTTP/1.1 200 OK\r\nServer: t\r\nContent-Length: 18\r\n\r\n<title>One</title>";

static void
a_host_tells_by_all_that_listens(void **state)
{
	static const struct asks_settings settings = {0};
	struct asks_counters counters;
	struct asks_cost cost;
	struct server *web, *shell;
	struct address ip;
	struct round r;

	(void)state;
	if (skipped)
		skip();
	round_begin(&r, &settings);
	web = serve(&r, "127.0.0.1", 80, page);
	shell = serve(&r, "127.0.0.1", 22, "SSH-2.0-test\r\n");
	ask_host(&r, "127.0.0.1");
	round_run(&r);
	assert_string_equal(r.told, "http.server=t\nhttp.title=One\nssh.banner=SSH-2.0-test\n");
	assert_int_equal(r.idle, 1);
	/* Beside the one conversation no connection waits: it is opened anew. */
	assert_in_range(web->accepted, 1, 2);
	assert_int_equal(shell->heard, 0); /* to SSH nothing is said */
	asks_counters(r.asks, &counters);
	assert_int_equal(counters.hosts, 1);
	assert_int_equal(counters.answers, 2);
	assert_int_equal(address_parse("127.0.0.1", &ip), 0);
	asks_cost(r.asks, &ip, &cost);
	assert_int_equal(cost.bytes_received, sizeof(page) - 1 + 14);
	assert_int_equal(cost.bytes_sent, counters.bytes_sent);
	/* What is asked once is not asked again. */
	ask_host(&r, "127.0.0.1");
	assert_int_equal(asks_pending(r.asks), 0);
	round_end(&r);
}

static void
who_may_not_ask_stays_away(void **state)
{
	static const struct asks_settings settings = {0};
	struct server *web, *shell;
	struct round r;

	(void)state;
	if (skipped)
		skip();
	round_begin(&r, &settings);
	r.forbidden = asker_http.port;
	web = serve(&r, "127.0.0.1", 80, page);
	shell = serve(&r, "127.0.0.1", 22, "SSH-2.0-test\r\n");
	ask_host(&r, "127.0.0.1");
	round_run(&r);
	assert_int_equal(web->accepted, 0);
	assert_in_range(shell->accepted, 1, 2);
	assert_string_equal(r.told, "ssh.banner=SSH-2.0-test\n");
	round_end(&r);
}

/* It speaks without end: it is heard as far as its asker wants, and costs no more. */
static void
a_flood_is_cut(void **state)
{
	static const struct asks_settings settings = {0};
	struct asks_counters counters;
	struct server *web;
	struct round r;

	(void)state;
	if (skipped)
		skip();
	round_begin(&r, &settings);
	web = serve(&r, "127.0.0.1", 22, NULL);
	web->floods = true;
	ask_host(&r, "127.0.0.1");
	round_run(&r);
	asks_counters(r.asks, &counters);
	assert_in_range(counters.bytes_received, 1024, 1024 + 4096);
	round_end(&r);
}

/* It takes connections and says nothing: each conversation has its time, and the host its own.
 */
static void
a_mute_host_costs_its_deadline_only(void **state)
{
	static const struct asks_settings settings = {.deadline_ms = 1000};
	static const uint16_t ports[] = {22, 80, 445, 554, 3389, 4352};
	struct asks_counters counters;
	uint64_t began_ms = clock_boot_ms();
	struct round r;

	(void)state;
	if (skipped)
		skip();
	round_begin(&r, &settings);
	for (size_t i = 0; i < sizeof(ports) / sizeof(ports[0]); i++)
		(void)serve(&r, "127.0.0.1", ports[i], NULL);
	(void)serve(&r, "127.0.0.2", 80, page);
	ask_host(&r, "127.0.0.1");
	ask_host(&r, "127.0.0.2");
	round_run(&r);
	/* The first conversation, PJLink's, may end; then the deadline is over. */
	assert_in_range(clock_boot_ms() - began_ms, 1000, 7500);
	asks_counters(r.asks, &counters);
	assert_int_equal(counters.over_budget, 1);
	assert_int_equal(r.idle, 2);
	assert_string_equal(r.told, "http.server=t\nhttp.title=One\n");
	round_end(&r);
}

/* What one connection lost, a further one brings; what was told is not asked again. The first
 * one may be closed before it is its turn. */
static void
a_projector_that_falls_silent_is_asked_anew(void **state)
{
	static const struct asks_settings settings = {0};
	struct server *projector;
	struct round r;

	(void)state;
	if (skipped)
		skip();
	round_begin(&r, &settings);
	projector = serve(&r, "127.0.0.1", 4352, "PJLINK 0\r%1CLSS=1\r");
	projector->says_later =
	    "PJLINK 0\r%1CLSS=1\r%1INF1=ACME\r%1INF2=P1\r%1INFO=ERR2\r%1NAME=Hall\r"
	    "%1LAMP=7 1\r%1INST=11\r%1ERST=000000\r";
	ask_host(&r, "127.0.0.1");
	round_run(&r);
	assert_string_equal(r.told, "pjlink.class=1\npjlink.maker=ACME\npjlink.model=P1\n"
				    "pjlink.name=Hall\npjlink.lamp_hours=7\n"
				    "pjlink.inputs=11\npjlink.errors=000000\n");
	assert_int_equal(projector->accepted, 3);
	round_end(&r);
}

static struct sock_filter nothing = BPF_STMT(BPF_RET | BPF_K, 0);

static void
on_passable(void *arg)
{
	struct server *s = arg;

	assert_int_equal(
	    setsockopt(s->fd, SOL_SOCKET, SO_DETACH_FILTER, &(int){0}, sizeof(int)), 0);
}

/* The first SYN is lost; that the host lives is told by its resets. */
static void
an_unheard_port_of_a_host_that_speaks_is_tried_again(void **state)
{
	static const struct asks_settings settings = {.connect_ms = 500, .connect_tries = 1};
	static const struct sock_fprog filter = {.len = 1, .filter = &nothing};
	struct loop_event *passable;
	struct server *deaf;
	struct round r;

	(void)state;
	if (skipped)
		skip();
	round_begin(&r, &settings);
	deaf = serve(&r, "127.0.0.1", 80, page);
	assert_int_equal(
	    setsockopt(deaf->fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter)), 0);
	assert_int_equal(loop_timer(r.loop, on_passable, deaf, &passable), 0);
	assert_int_equal(loop_timer_set(passable, 250), 0);
	ask_host(&r, "127.0.0.1");
	round_run(&r);
	assert_string_equal(r.told, "http.server=t\nhttp.title=One\n");
	loop_event_free(passable);
	round_end(&r);
}

/* More hosts than sockets: all are asked, one after another. */
static void
sockets_are_bounded(void **state)
{
	static const struct asks_settings settings = {.sockets_at_once = 4};
	struct round r;
	char ip[24];

	(void)state;
	if (skipped)
		skip();
	round_begin(&r, &settings);
	(void)serve(&r, "0.0.0.0", 80, page);
	for (int i = 1; i <= 20; i++) {
		(void)snprintf(ip, sizeof(ip), "127.0.1.%d", i);
		ask_host(&r, ip);
	}
	assert_int_equal(asks_pending(r.asks), 20);
	round_run(&r);
	assert_int_equal(r.idle, 20);
	assert_in_range(r.servers[0].accepted, 20, 40);
	round_end(&r);
}

static void
what_a_device_names_is_asked_where_it_is_harmless(void **state)
{
	static const struct asks_settings settings = {0};
	struct evidence location = {"ssdp", "location", "http://127.0.0.1:9100/"};
	struct server *printing, *other;
	struct round r;

	(void)state;
	if (skipped)
		skip();
	round_begin(&r, &settings);
	printing = serve(&r, "127.0.0.1", 9100, NULL);
	(void)serve(&r, "127.0.0.1", 8200, "HTTP/1.1 200 OK\r\n\r\n");
	r.known = &location;
	r.n_known = 1;
	ask_host(&r, "127.0.0.1");
	round_run(&r);
	assert_int_equal(printing->accepted, 0);
	round_end(&r);

	round_begin(&r, &settings);
	other = serve(&r, "127.0.0.1", 8200,
	    "HTTP/1.1 200 OK\r\nContent-Length: "
	    "54\r\n\r\n<root><device><modelName>M</modelName></device></root>");
	location.value = "http://127.0.0.1:8200/";
	r.known = &location;
	r.n_known = 1;
	ask_host(&r, "127.0.0.1");
	round_run(&r);
	assert_in_range(other->accepted, 1, 2);
	assert_string_equal(r.told, "upnp.model=M\n");
	round_end(&r);
}

static void
freed_in_the_middle_nothing_is_left(void **state)
{
	static const struct asks_settings settings = {0};
	struct round r;

	(void)state;
	if (skipped)
		skip();
	round_begin(&r, &settings);
	(void)serve(&r, "127.0.0.1", 80, NULL);
	ask_host(&r, "127.0.0.1");
	assert_int_equal(asks_pending(r.asks), 1);
	round_end(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_host_tells_by_all_that_listens),
	    cmocka_unit_test(who_may_not_ask_stays_away),
	    cmocka_unit_test(a_flood_is_cut),
	    cmocka_unit_test(a_mute_host_costs_its_deadline_only),
	    cmocka_unit_test(a_projector_that_falls_silent_is_asked_anew),
	    cmocka_unit_test(an_unheard_port_of_a_host_that_speaks_is_tried_again),
	    cmocka_unit_test(sockets_are_bounded),
	    cmocka_unit_test(what_a_device_names_is_asked_where_it_is_harmless),
	    cmocka_unit_test(freed_in_the_middle_nothing_is_left),
	};

	return cmocka_run_group_tests(tests, namespace_begin, NULL);
}
