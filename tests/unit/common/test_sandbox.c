#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/sandbox.h"

/* Each claim is tried in a child, since a sandbox has no way out. The exit status is the number
 * of the first that fails. */
static int
status_of(int (*inside)(void))
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit(inside());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status))
		return 1000 + WTERMSIG(status);
	return WEXITSTATUS(status);
}

static int
in_sensor(void)
{
	if (sandbox_enter(SANDBOX_SENSOR) < 0)
		return 1;
	if (open("/etc/hostname", O_RDONLY | O_CLOEXEC) >= 0)
		return 2;
	if (socket(AF_INET, SOCK_DGRAM, 0) >= 0)
		return 3;
	if (execl("/bin/true", "true", (char *)NULL) == 0)
		return 4;
	return getpid() > 0 ? 0 : 5;
}

static int
in_service(void)
{
	int fd;

	if (sandbox_drop_capabilities() < 0 || sandbox_enter(SANDBOX_SERVICE) < 0)
		return 1;
	fd = open("/etc/passwd", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 2;
	if (socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0) < 0)
		return 3;
	if (socket(AF_PACKET, SOCK_RAW, 0) >= 0)
		return 4;
	if (socket(AF_INET, SOCK_RAW, IPPROTO_ICMP) >= 0)
		return 5;
	if (execl("/bin/true", "true", (char *)NULL) == 0)
		return 6;
	if (sandbox_has_net_raw())
		return 7;
	return 0;
}

static int
in_service_tracing(void)
{
	if (sandbox_enter(SANDBOX_SERVICE) < 0)
		return 1;
	(void)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	return 0;
}

static void
the_sensor_opens_nothing(void **state)
{
	(void)state;
	assert_int_equal(status_of(in_sensor), 0);
}

static void
the_service_has_files_and_sockets_and_no_more(void **state)
{
	(void)state;
	assert_int_equal(status_of(in_service), 0);
}

static void
an_intruders_call_ends_the_process(void **state)
{
	(void)state;
	assert_int_equal(status_of(in_service_tracing), 1000 + SIGSYS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_sensor_opens_nothing),
	    cmocka_unit_test(the_service_has_files_and_sockets_and_no_more),
	    cmocka_unit_test(an_intruders_call_ends_the_process),
	};

	return cmocka_run_group_tests_name("common/sandbox", tests, NULL, NULL);
}
