#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/loop.h"
#include "common/pipe.h"

struct seen {
	struct loop *loop;
	int fds[2];
	struct loop_event *timer, *io, *signal;
	unsigned ticks, messages, signals;
};

static void
on_timer(void *at)
{
	struct seen *s = at;

	if (++s->ticks == 1)
		assert_int_equal(pipe_send(s->fds[1], 7, "hello", 5), 0);
	else
		assert_int_equal(raise(SIGUSR1), 0);
}

static void
on_io(int fd, unsigned what, void *at)
{
	struct seen *s = at;
	uint32_t type;
	char body[16];
	size_t len;

	assert_int_equal(what, LOOP_READ);
	assert_int_equal(pipe_receive(fd, &type, body, sizeof(body), &len), 0);
	assert_int_equal(type, 7);
	assert_int_equal(len, 5);
	assert_memory_equal(body, "hello", 5);
	s->messages++;
	loop_event_free(s->io); /* inside its own callback */
	s->io = NULL;
	assert_int_equal(loop_timer_set(s->timer, 1), 0);
}

static void
on_signal(int signo, void *at)
{
	struct seen *s = at;

	assert_int_equal(signo, SIGUSR1);
	s->signals++;
	loop_stop(s->loop);
}

static void
timers_messages_and_signals_arrive(void **state)
{
	struct seen s = {0};

	(void)state;
	assert_int_equal(loop_new(&s.loop), 0);
	assert_int_equal(pipe_pair(s.fds), 0);
	assert_int_equal(loop_timer(s.loop, on_timer, &s, &s.timer), 0);
	assert_int_equal(loop_io(s.loop, s.fds[0], LOOP_READ, on_io, &s, &s.io), 0);
	assert_int_equal(loop_signal(s.loop, SIGUSR1, on_signal, &s, &s.signal), 0);
	assert_int_equal(loop_timer_set(s.timer, 1), 0);
	assert_int_equal(loop_run(s.loop), 0);
	assert_int_equal(s.ticks, 2);
	assert_int_equal(s.messages, 1);
	assert_int_equal(s.signals, 1);
	loop_event_free(s.timer);
	loop_event_free(s.signal);
	loop_free(s.loop);
	close(s.fds[0]);
	close(s.fds[1]);
}

static void
a_pipe_tells_empty_large_and_gone(void **state)
{
	int fds[2];
	uint32_t type;
	char body[4], large[PIPE_MESSAGE_MAX + 1] = {0};
	size_t len;

	(void)state;
	assert_int_equal(pipe_pair(fds), 0);
	assert_int_equal(pipe_receive(fds[0], &type, body, sizeof(body), &len), -EAGAIN);
	assert_int_equal(pipe_send(fds[1], 1, large, sizeof(large)), -EMSGSIZE);
	assert_int_equal(pipe_send(fds[1], 1, large, 5), 0);
	assert_int_equal(pipe_receive(fds[0], &type, body, sizeof(body), &len), -EBADMSG);
	assert_int_equal(write(fds[1], "ab", 2), 2); /* too short for a type */
	assert_int_equal(pipe_receive(fds[0], &type, body, sizeof(body), &len), -EBADMSG);
	close(fds[1]);
	assert_int_equal(pipe_receive(fds[0], &type, body, sizeof(body), &len), -EPIPE);
	assert_int_equal(pipe_send(fds[0], 1, NULL, 0), -EPIPE);
	close(fds[0]);
}

static void
clocks_agree_with_the_calendar(void **state)
{
	char text[25];
	struct clock_local local;

	(void)state;
	clock_format(INT64_C(1795640626123), text);
	assert_string_equal(text, "2026-11-25T21:03:46.123Z");
	clock_format(-1, text);
	assert_string_equal(text, "1969-12-31T23:59:59.999Z");
	local = clock_local_of(INT64_C(1795640626123), "Asia/Yekaterinburg");
	assert_int_equal(local.day, 20261126);
	assert_int_equal(local.weekday, 4);
	assert_int_equal(local.minute, 2 * 60 + 3);
	local = clock_local_of(INT64_C(1795640626123), "UTC");
	assert_int_equal(local.weekday, 3);
	assert_true(clock_boot_us() >= clock_boot_ms() * 1000 || clock_boot_us() > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(timers_messages_and_signals_arrive),
	    cmocka_unit_test(a_pipe_tells_empty_large_and_gone),
	    cmocka_unit_test(clocks_agree_with_the_calendar),
	};

	return cmocka_run_group_tests_name("common/loop, pipe, clock", tests, NULL, NULL);
}
