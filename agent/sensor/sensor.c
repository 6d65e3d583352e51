/*
 * The agent's end of the sensor (sensor.h): makes the child, checks what it says,
 * and tells when it is gone. The child is not trusted: it reads strangers' frames.
 */
#include "agent/sensor/sensor.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/sensor/message.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/loop.h"
#include "common/pipe.h"
#include "common/sandbox.h"

enum {
	READY_WITHIN_MS = 10000,
	END_WITHIN_MS = 2000,
	MESSAGES_A_TURN = 256,
};

struct sensor {
	struct sensor_events events;
	void *arg;
	struct loop_event *readable;
	int fd;
	pid_t pid; /* 0 once it is reaped */
	bool sweeping;
	uint32_t echoes; /* whose fate is not yet told */
	struct interface interfaces[SENSOR_INTERFACES_MAX];
	size_t n_interfaces;
	bool *gone; /* set when a callback frees us */
};

/* ---- the child's life */

/* In the child: nothing of the agent's comes along but the pipe and the standard streams. */
static void
exec_sensor(int fd)
{
	static char name[] = "parta-agent", flag[] = "-P", process[] = "sensor";
	char *argv[] = {name, flag, process, NULL};
	sigset_t none;

	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	if (fd == MESSAGE_FD) {
		if (fcntl(fd, F_SETFD, 0) < 0)
			_exit(EXIT_FAILURE);
	} else if (dup2(fd, MESSAGE_FD) < 0) {
		_exit(EXIT_FAILURE);
	}
	if (close_range(MESSAGE_FD + 1, ~0u, 0) < 0 || sandbox_keep_net_raw() < 0)
		_exit(EXIT_FAILURE);
	execv("/proc/self/exe", argv);
	_exit(EXIT_FAILURE);
}

/* Ends it, kindly at first, and takes its status. */
static int
reap(pid_t pid)
{
	struct pollfd ended = {.fd = pidfd_open(pid, 0), .events = POLLIN};
	int status = 0;

	if (ended.fd < 0 || poll(&ended, 1, END_WITHIN_MS) <= 0)
		(void)kill(pid, SIGKILL);
	if (ended.fd >= 0)
		(void)close(ended.fd);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

static int
send_interfaces(int fd, uint32_t type, const struct interface interfaces[], size_t n)
{
	struct message_interfaces m = {.n = (uint32_t)n};

	if (n > SENSOR_INTERFACES_MAX)
		return -EINVAL;
	memcpy(m.interfaces, interfaces, n * sizeof(interfaces[0]));
	if (!message_sane(type, &m, sizeof(m)))
		return -EINVAL;
	return pipe_send(fd, type, &m, sizeof(m));
}

/* The child's first word. */
static int
wait_ready(int fd)
{
	struct pollfd readable = {.fd = fd, .events = POLLIN};
	struct message_ready ready;
	uint32_t type;
	size_t len;
	int r;

	r = poll(&readable, 1, READY_WITHIN_MS);
	if (r <= 0)
		return log_error(r < 0 ? -errno : -ETIMEDOUT, "the sensor did not start");
	r = pipe_receive(fd, &type, &ready, sizeof(ready), &len);
	if (r < 0)
		return log_error(r, "the sensor did not start");
	if (type != MESSAGE_READY || !message_sane(type, &ready, len))
		return log_error(-EBADMSG, "the sensor did not start");
	if (ready.error < 0)
		return log_error(ready.error, "%s", ready.words);
	return 0;
}

static int
make_child(struct sensor *s)
{
	int ends[2], r = pipe_pair(ends);

	if (r < 0)
		return r;
	s->pid = fork();
	if (s->pid < 0) {
		r = -errno;
		s->pid = 0;
		(void)close(ends[0]);
		(void)close(ends[1]);
		return r;
	}
	if (s->pid == 0)
		exec_sensor(ends[1]);
	(void)close(ends[1]);
	s->fd = ends[0];
	return 0;
}

/* ---- what the child says */

static void
lost(struct sensor *s, int error)
{
	int status;

	loop_event_free(s->readable);
	s->readable = NULL;
	(void)close(s->fd);
	s->fd = -1;
	status = reap(s->pid);
	s->pid = 0;
	if (WIFSIGNALED(status))
		log_error(error, "the sensor was ended by signal %d", WTERMSIG(status));
	else
		log_error(error, "the sensor ended with status %d", WEXITSTATUS(status));
	s->events.on_lost(s->arg, error);
}

static void
told_fate(struct sensor *s, const struct echo_result *result)
{
	if (!result->late && s->echoes)
		s->echoes--;
	if (s->events.on_echo)
		s->events.on_echo(s->arg, result);
}

static void
told_swept(struct sensor *s, const struct sweep_result *result)
{
	s->sweeping = false;
	if (s->events.on_sweep)
		s->events.on_sweep(s->arg, result);
}

static void
hand_over(struct sensor *s, uint32_t type, const void *body)
{
	if (type == MESSAGE_SIGHTING)
		s->events.on_sighting(s->arg, body);
	else if (type == MESSAGE_SWEPT)
		told_swept(s, body);
	else if (type == MESSAGE_SLOWED && s->events.on_slowed)
		s->events.on_slowed(
		    s->arg, ((const struct message_rate *)body)->broadcasts_per_s);
	else if (type == MESSAGE_FATE)
		told_fate(s, body);
	else if (type == MESSAGE_COUNTERS && s->events.on_counters)
		s->events.on_counters(s->arg, body);
}

static void
on_readable(int fd, unsigned what, void *arg)
{
	struct sensor *s = arg;
	bool gone = false;

	(void)what;
	for (int i = 0; i < MESSAGES_A_TURN; i++) {
		_Alignas(max_align_t) uint8_t body[MESSAGE_BYTES_MAX] = {0};
		uint32_t type;
		size_t len;
		int r = pipe_receive(fd, &type, body, sizeof(body), &len);

		if (r == -EAGAIN)
			return;
		if (r == 0 && (message_is_order(type) || !message_sane(type, body, len)))
			r = -EBADMSG;
		if (r < 0) {
			lost(s, r);
			return;
		}
		if (type == MESSAGE_SIGHTING) /* the child was told the time by nobody */
			((struct sighting *)(void *)body)->seen_ms = clock_wall_ms();
		s->gone = &gone;
		hand_over(s, type, body);
		if (gone)
			return;
		s->gone = NULL;
	}
}

/* ---- the agent's calls */

static void
keep_interfaces(struct sensor *s, const struct interface interfaces[], size_t n)
{
	memcpy(s->interfaces, interfaces, n * sizeof(interfaces[0]));
	s->n_interfaces = n;
}

int
sensor_start(struct loop *loop, const struct interface interfaces[], size_t n_interfaces,
    const struct sensor_events *events, void *arg, struct sensor **ret)
{
	struct sensor *s;
	int r;

	if (!sandbox_has_net_raw())
		return -EPERM;
	s = calloc(1, sizeof(*s));
	if (!s)
		return -ENOMEM;
	s->events = *events;
	s->arg = arg;
	s->fd = -1;
	r = make_child(s);
	if (r == 0)
		r = send_interfaces(s->fd, MESSAGE_START, interfaces, n_interfaces);
	if (r == 0)
		r = wait_ready(s->fd);
	if (r == 0)
		r = loop_io(loop, s->fd, LOOP_READ, on_readable, s, &s->readable);
	if (r < 0) {
		sensor_stop(s);
		return r;
	}
	keep_interfaces(s, interfaces, n_interfaces);
	*ret = s;
	return 0;
}

void
sensor_stop(struct sensor *s)
{
	if (!s)
		return;
	if (s->gone)
		*s->gone = true;
	loop_event_free(s->readable);
	if (s->fd >= 0)
		(void)close(s->fd);
	if (s->pid)
		(void)reap(s->pid);
	free(s);
}

int
sensor_update(struct sensor *s, const struct interface interfaces[], size_t n_interfaces)
{
	int r = -EPIPE;

	if (s->fd >= 0)
		r = send_interfaces(s->fd, MESSAGE_INTERFACES, interfaces, n_interfaces);
	if (r == 0)
		keep_interfaces(s, interfaces, n_interfaces);
	return r;
}

static bool
is_on_link(const struct sensor *s, const struct address_range *range)
{
	if (s->n_interfaces == 1)
		return true;
	for (size_t i = 0; i < s->n_interfaces; i++)
		if (s->interfaces[i].ipv4.family != ADDRESS_NONE &&
		    address_in_range(&range->base, &s->interfaces[i].subnet))
			return true;
	return false;
}

static int
check_plan(const struct sensor *s, const struct sweep_plan *plan)
{
	uint64_t count = 0;

	if (plan->n_ranges == 0 || plan->n_ranges > SENSOR_RANGES_MAX)
		return -EINVAL;
	for (size_t i = 0; i < plan->n_ranges; i++) {
		if (plan->ranges[i].base.family != ADDRESS_IPV4 ||
		    plan->ranges[i].prefix_len > 32)
			return -EINVAL;
		count += address_range_count(&plan->ranges[i]);
		if (!is_on_link(s, &plan->ranges[i]))
			return -EADDRNOTAVAIL;
	}
	if (count > SENSOR_SWEEP_ADDRESSES_MAX)
		return -E2BIG;
	return message_sane(MESSAGE_SWEEP, plan, sizeof(*plan)) ? 0 : -EINVAL;
}

int
sensor_sweep(struct sensor *s, const struct sweep_plan *plan)
{
	int r;

	if (s->fd < 0)
		return -EPIPE;
	if (s->sweeping)
		return -EBUSY;
	r = check_plan(s, plan);
	if (r == 0)
		r = pipe_send(s->fd, MESSAGE_SWEEP, plan, sizeof(*plan));
	s->sweeping = r == 0;
	return r;
}

void
sensor_sweep_end(struct sensor *s)
{
	if (s->sweeping && s->fd >= 0)
		(void)pipe_send(s->fd, MESSAGE_SWEEP_END, NULL, 0);
}

int
sensor_sweep_rate(struct sensor *s, uint32_t broadcasts_per_s)
{
	const struct message_rate m = {.broadcasts_per_s = broadcasts_per_s};

	if (s->fd < 0)
		return -EPIPE;
	return pipe_send(s->fd, MESSAGE_RATE, &m, sizeof(m));
}

int
sensor_search(struct sensor *s)
{
	return s->fd < 0 ? -EPIPE : pipe_send(s->fd, MESSAGE_SEARCH, NULL, 0);
}

int
sensor_echo(struct sensor *s, enum sensor_probe kind, uint32_t id, uint32_t ifindex,
    const struct address *to, uint8_t ttl, uint32_t timeout_ms)
{
	struct message_probe m = {
	    .kind = kind,
	    .id = id,
	    .ifindex = ifindex,
	    .timeout_ms = timeout_ms,
	    .to = *to,
	    .ttl = ttl,
	};
	int r;

	if (s->fd < 0)
		return -EPIPE;
	if (!message_sane(MESSAGE_PROBE, &m, sizeof(m)))
		return -EINVAL;
	if (s->echoes >= SENSOR_ECHOES_MAX)
		return -EBUSY;
	r = pipe_send(s->fd, MESSAGE_PROBE, &m, sizeof(m));
	if (r == 0)
		s->echoes++;
	return r;
}
