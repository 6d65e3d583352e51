/* Flat messages over an AF_UNIX SEQPACKET pair: see pipe.h. The type is the first four bytes of
 * a datagram. */
#include "common/pipe.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

int
pipe_pair(int ret[static 2])
{
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds) < 0)
		return -errno;
	ret[0] = fds[0];
	ret[1] = fds[1];
	return 0;
}

static int
failure(void)
{
	if (errno == EAGAIN || errno == ENOBUFS || errno == EINTR)
		return -EAGAIN;
	if (errno == ECONNRESET || errno == EPIPE || errno == ENOTCONN)
		return -EPIPE;
	return -errno;
}

int
pipe_send(int fd, uint32_t type, const void *body, size_t len)
{
	union { /* sendmsg() only reads, but its struct has no const */
		const void *in;
		void *out;
	} bytes = {.in = body};
	struct iovec parts[2] = {
	    {.iov_base = &type, .iov_len = sizeof(type)},
	    {.iov_base = bytes.out, .iov_len = len},
	};
	struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};

	if (len > PIPE_MESSAGE_MAX)
		return -EMSGSIZE;
	if (sendmsg(fd, &message, MSG_NOSIGNAL) < 0)
		return failure();
	return 0;
}

int
pipe_receive(int fd, uint32_t *ret_type, void *body, size_t size, size_t *ret_len)
{
	uint32_t type;
	struct iovec parts[2] = {
	    {.iov_base = &type, .iov_len = sizeof(type)},
	    {.iov_base = body, .iov_len = size},
	};
	struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
	ssize_t got = recvmsg(fd, &message, 0);

	if (got < 0)
		return failure();
	if (got == 0)
		return -EPIPE;
	if ((size_t)got < sizeof(type) || message.msg_flags & MSG_TRUNC)
		return -EBADMSG;
	*ret_type = type;
	*ret_len = (size_t)got - sizeof(type);
	return 0;
}
