/*
 * parta-link: an emulated line between two network namespaces.
 *
 *   parta-link -a NAMESPACE:DEVICE -b NAMESPACE:DEVICE [-S SOCKET] [COMMAND]...
 *   parta-link -S SOCKET -x COMMAND
 *
 * It makes a TUN device in each namespace and carries packets between them, one
 * thread a direction, in real time where the kernel lets it. "down" is from b to a,
 * "up" from a to b. Commands, at the start and at run time:
 *
 *   [down|up] rate MBPS      at the physical layer: 38 bytes are charged for each packet
 *                            (Ethernet 14, FCS 4, preamble 8, gap 12), so that "100" behaves as
 *                            Fast Ethernet and an IP packet of 1500 bytes flows at 97.53
 *   [down|up] queue KB       that wait for the bottleneck (64)
 *   [down|up] delay MS       one way
 *   [down|up] jitter MS      none to this much more, order is kept
 *   [down|up] loss PERCENT
 *   [down|up] overhead BYTES
 *   [down|up] cut            a black hole; "restore" ends it
 *   stats                    one line of JSON
 *
 * SIGTERM and SIGINT end it; it then prints its counters.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "common/check.h"
#include "common/cleanup.h"
#include "common/text.h"
#include "tests/link/link.h"

enum {
	IN_FLIGHT_MAX = 65536,
	PACKET_MAX = 2048,
	READ_BATCH = 64,
	COMMAND_MAX = 256,
	ANSWER_MAX = 1024
};

struct packet {
	int64_t at_ns;
	size_t len;
	uint8_t bytes[];
};

struct direction {
	const char *name;
	int from, to;
	pthread_t thread;
	pthread_mutex_t lock; /* of settings and of state.counters */
	struct link_settings settings;
	struct link_state state;
	struct packet *queue[IN_FLIGHT_MAX]; /* a ring, in order of at_ns */
	size_t first, n;
};

static struct direction down = {.name = "down"}, up = {.name = "up"};
static atomic_bool ending;

static int64_t
now_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void
take_packet(struct direction *d, const uint8_t *bytes, size_t len)
{
	enum link_fate fate;
	struct packet *p;
	int64_t at;

	(void)pthread_mutex_lock(&d->lock);
	fate = link_enter(&d->state, &d->settings, len, now_ns(), &at);
	(void)pthread_mutex_unlock(&d->lock);
	if (fate != LINK_PASSES || d->n == IN_FLIGHT_MAX)
		return;
	p = malloc(sizeof(*p) + len);
	if (!p)
		return;
	p->at_ns = at;
	p->len = len;
	memcpy(p->bytes, bytes, len);
	d->queue[(d->first + d->n++) % IN_FLIGHT_MAX] = p;
}

static void
deliver_due(struct direction *d)
{
	struct packet *p;
	int64_t now = now_ns();
	bool cut;

	(void)pthread_mutex_lock(&d->lock);
	cut = d->settings.cut;
	(void)pthread_mutex_unlock(&d->lock);
	while (d->n > 0 && d->queue[d->first]->at_ns <= now) {
		p = d->queue[d->first];
		d->first = (d->first + 1) % IN_FLIGHT_MAX;
		d->n--;
		if (!cut)
			(void)!write(d->to, p->bytes, p->len);
		free(p);
	}
}

/* The next packet's time, or a while in which to look whether the end has come. */
static struct timespec
patience(const struct direction *d)
{
	int64_t wait = d->n > 0 ? d->queue[d->first]->at_ns - now_ns() : 100000000;

	if (wait < 0)
		wait = 0;
	if (wait > 100000000)
		wait = 100000000;
	return (struct timespec){.tv_nsec = wait};
}

static void *
carry(void *arg)
{
	struct direction *d = arg;
	struct pollfd wait = {.fd = d->from, .events = POLLIN};
	struct sched_param priority = {.sched_priority = 10};
	uint8_t bytes[PACKET_MAX];
	struct timespec timeout;
	ssize_t len;
	int i;

	(void)prctl(PR_SET_TIMERSLACK, 1000, 0, 0, 0);
	if (pthread_setschedparam(pthread_self(), SCHED_FIFO, &priority) != 0)
		(void)setpriority(PRIO_PROCESS, 0, -15);
	while (!atomic_load(&ending)) {
		timeout = patience(d);
		(void)ppoll(&wait, 1, &timeout, NULL);
		for (i = 0; i < READ_BATCH; i++) {
			len = read(d->from, bytes, sizeof(bytes));
			if (len <= 0)
				break;
			take_packet(d, bytes, (size_t)len);
		}
		deliver_due(d);
	}
	while (d->n > 0)
		free(d->queue[(d->first + --d->n) % IN_FLIGHT_MAX]);
	return NULL;
}

/* "NAMESPACE:DEVICE": makes the device there. A descriptor or a negative errno. */
static int
tun_open(const char *where)
{
	struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
	const char *colon = strchr(where, ':');
	CLEANUP(close_at) int namespace = -1;
	CLEANUP(close_at) int fd = -1;
	char path[128];

	if (!colon || strlen(colon + 1) >= IFNAMSIZ)
		return -EINVAL;
	(void)snprintf(path, sizeof(path), "/run/netns/%.*s", (int)(colon - where), where);
	(void)text_copy(request.ifr_name, IFNAMSIZ, colon + 1);
	namespace = open(path, O_RDONLY | O_CLOEXEC);
	if (namespace < 0 || setns(namespace, CLONE_NEWNET) < 0)
		return -errno;
	fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 || ioctl(fd, TUNSETIFF, &request) < 0)
		return -errno;
	return TAKE(fd, -1);
}

static int
set_one(struct link_settings *s, const char *verb, double value)
{
	if (strcmp(verb, "rate") == 0)
		s->rate_mbps = value;
	else if (strcmp(verb, "queue") == 0)
		s->queue_bytes = (uint32_t)(value * 1024);
	else if (strcmp(verb, "delay") == 0)
		s->delay_us = (uint32_t)(value * 1000);
	else if (strcmp(verb, "jitter") == 0)
		s->jitter_us = (uint32_t)(value * 1000);
	else if (strcmp(verb, "loss") == 0)
		s->loss_ppm = (uint32_t)(value * 10000);
	else if (strcmp(verb, "overhead") == 0)
		s->overhead_bytes = (uint32_t)value;
	else
		return -EINVAL;
	return 0;
}

static int
set_direction(struct direction *d, const char *verb, const char *value)
{
	double number = 0;
	int r = 0;

	(void)pthread_mutex_lock(&d->lock);
	if (strcmp(verb, "cut") == 0 || strcmp(verb, "restore") == 0)
		d->settings.cut = verb[0] == 'c';
	else if (!value || text_f64(value, 0, 1e6, &number) < 0)
		r = -EINVAL;
	else
		r = set_one(&d->settings, verb, number);
	(void)pthread_mutex_unlock(&d->lock);
	return r;
}

static void
print_direction(struct direction *d, FILE *out)
{
	struct link_counters c;

	(void)pthread_mutex_lock(&d->lock);
	c = d->state.counters;
	(void)pthread_mutex_unlock(&d->lock);
	(void)fprintf(out,
	    "\"%s\":{\"packets\":%llu,\"bytes\":%llu,\"queue_drops\":%llu,\"loss_drops\":%llu,"
	    "\"cut_drops\":%llu,\"backlog_max_bytes\":%llu}",
	    d->name, (unsigned long long)c.packets, (unsigned long long)c.bytes,
	    (unsigned long long)c.queue_drops, (unsigned long long)c.loss_drops,
	    (unsigned long long)c.cut_drops, (unsigned long long)c.backlog_max_bytes);
}

static void
print_stats(FILE *out)
{
	(void)fputc('{', out);
	print_direction(&down, out);
	(void)fputc(',', out);
	print_direction(&up, out);
	(void)fputs("}\n", out);
}

/* Prints what a command has to say; 0 or -EINVAL. */
static int
run_command(const char *text, FILE *out)
{
	char copy[COMMAND_MAX], *rest = copy, *verb, *value;
	bool only_down, only_up;
	int r = 0;

	(void)text_copy(copy, sizeof(copy), text);
	verb = strsep(&rest, " ");
	only_down = strcmp(verb, "down") == 0;
	only_up = strcmp(verb, "up") == 0;
	if (only_down || only_up)
		verb = strsep(&rest, " ");
	value = strsep(&rest, " ");
	if (verb && strcmp(verb, "stats") == 0) {
		print_stats(out);
		return 0;
	}
	if (!verb)
		r = -EINVAL;
	if (r == 0 && !only_up)
		r = set_direction(&down, verb, value);
	if (r == 0 && !only_down)
		r = set_direction(&up, verb, value);
	return r;
}

static int
control_socket(const char *path, struct sockaddr_un *ret)
{
	*ret = (struct sockaddr_un){.sun_family = AF_UNIX};
	if (strlen(path) >= sizeof(ret->sun_path))
		return -ENAMETOOLONG;
	memcpy(ret->sun_path, path, strlen(path) + 1);
	return socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
}

static int
control_open(const char *path)
{
	struct sockaddr_un address;
	CLEANUP(close_at) int fd = control_socket(path, &address);

	(void)unlink(path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    listen(fd, 8) < 0)
		return -errno;
	return TAKE(fd, -1);
}

static void
control_serve(int listening)
{
	CLEANUP(close_at) int fd = accept4(listening, NULL, NULL, SOCK_CLOEXEC);
	char command[COMMAND_MAX], answer[ANSWER_MAX] = "";
	CLEANUP(fclose_at) FILE *out = fmemopen(answer, sizeof(answer), "w");
	ssize_t len;

	if (fd < 0 || !out || (len = recv(fd, command, sizeof(command) - 1, 0)) <= 0)
		return;
	command[len] = '\0';
	if (run_command(command, out) < 0)
		(void)fputs("error: no such command\n", out);
	(void)fflush(out);
	(void)send(fd, *answer ? answer : "ok\n", *answer ? strlen(answer) : 3, MSG_NOSIGNAL);
}

static int
control_send(const char *path, const char *command)
{
	struct sockaddr_un address;
	CLEANUP(close_at) int fd = control_socket(path, &address);
	char answer[ANSWER_MAX];
	ssize_t len = -1;

	if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0 &&
	    send(fd, command, strlen(command), MSG_NOSIGNAL) > 0)
		len = recv(fd, answer, sizeof(answer), 0);
	if (len <= 0) {
		(void)fprintf(stderr, "parta-link: no link listens at '%s'\n", path);
		return 1;
	}
	(void)fwrite(answer, 1, (size_t)len, stdout);
	return strncmp(answer, "error", 5) == 0;
}

static void
direction_start(struct direction *d, int from, int to, uint64_t seed)
{
	d->from = from;
	d->to = to;
	d->state.random = seed;
	d->settings.queue_bytes = 64 * 1024;
	d->settings.overhead_bytes = 38;
	CHECK(pthread_mutex_init(&d->lock, NULL) == 0);
}

static int
serve(const char *a, const char *b, const char *socket_path, char *commands[])
{
	int from_a = tun_open(a), from_b = tun_open(b), signals, control = -1;
	struct pollfd wait[2];
	sigset_t mask;

	if (from_a < 0 || from_b < 0) {
		(void)fprintf(stderr, "parta-link: no device '%s': %s\n", from_a < 0 ? a : b,
		    strerror(from_a < 0 ? -from_a : -from_b));
		return 1;
	}
	(void)sigemptyset(&mask);
	(void)sigaddset(&mask, SIGTERM);
	(void)sigaddset(&mask, SIGINT);
	CHECK(pthread_sigmask(SIG_BLOCK, &mask, NULL) == 0);
	signals = signalfd(-1, &mask, SFD_CLOEXEC);
	if (socket_path && (control = control_open(socket_path)) < 0) {
		(void)fprintf(stderr, "parta-link: no control socket at '%s'\n", socket_path);
		return 1;
	}
	direction_start(&down, from_b, from_a, 0x9e3779b97f4a7c15ull);
	direction_start(&up, from_a, from_b, 0xd1b54a32d192ed03ull);
	for (; *commands; commands++) {
		if (run_command(*commands, stdout) < 0) {
			(void)fprintf(
			    stderr, "parta-link: no such command as '%s'\n", *commands);
			return 2;
		}
	}
	CHECK(pthread_create(&down.thread, NULL, carry, &down) == 0);
	CHECK(pthread_create(&up.thread, NULL, carry, &up) == 0);
	(void)puts("ready");
	(void)fflush(stdout);
	wait[0] = (struct pollfd){.fd = signals, .events = POLLIN};
	wait[1] = (struct pollfd){.fd = control, .events = POLLIN};
	while (poll(wait, 2, -1) >= 0 && !wait[0].revents) {
		if (wait[1].revents)
			control_serve(control);
	}
	atomic_store(&ending, true);
	(void)pthread_join(down.thread, NULL);
	(void)pthread_join(up.thread, NULL);
	print_stats(stdout);
	if (socket_path)
		(void)unlink(socket_path);
	return 0;
}

int
main(int argc, char *argv[])
{
	const char *a = NULL, *b = NULL, *socket_path = NULL, *command = NULL;
	int option;

	while ((option = getopt(argc, argv, "a:b:S:x:")) != -1) {
		if (option == 'a')
			a = optarg;
		else if (option == 'b')
			b = optarg;
		else if (option == 'S')
			socket_path = optarg;
		else if (option == 'x')
			command = optarg;
		else
			a = b = NULL;
	}
	if (command && socket_path)
		return control_send(socket_path, command);
	if (a && b)
		return serve(a, b, socket_path, argv + optind);
	(void)fputs("usage: parta-link -a NAMESPACE:DEVICE -b NAMESPACE:DEVICE [-S SOCKET] "
		    "[COMMAND]...\n"
		    "       parta-link -S SOCKET -x COMMAND\n",
	    stderr);
	return 2;
}
