/* See knock.h. The round trip that the kernel measured by timestamps (RFC 7323 section 4) is
 * that of the SYN that was answered. */
#include "agent/probe/knock.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

enum { REPEATED_US = 500 * 1000 };

int
knock_begin(const struct address *to, uint16_t port, int *ret_fd)
{
	struct sockaddr_storage at;
	size_t len = address_to_sockaddr(to, port, &at);
	int fd = socket(at.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int r;

	if (fd < 0)
		return -errno;
	if (connect(fd, (const struct sockaddr *)&at, (socklen_t)len) < 0 &&
	    errno != EINPROGRESS) {
		r = -errno;
		(void)close(fd);
		return r;
	}
	*ret_fd = fd;
	return 0;
}

int
knock_answer(int fd)
{
	int error = 0;
	socklen_t len = sizeof(error);

	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0)
		return -errno;
	return -error;
}

bool
knock_was_repeated(int fd, uint64_t after_us)
{
	struct tcp_info info;
	socklen_t len = sizeof(info);

	return getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) == 0 && info.tcpi_rtt > 0 &&
	       after_us > info.tcpi_rtt + REPEATED_US;
}
