/*
 * Opens the sockets that the HTTPS listeners accept on. Resolves no name: what is
 * listened on is an address.
 */
#include "collector/http/listen.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "common/cleanup.h"
#include "common/text.h"

enum { LISTEN_BACKLOG = 1024 };

int
endpoint_parse(const char *text, struct address *ret, uint16_t *ret_port)
{
	const char *colon = strrchr(text, ':'), *host_at;
	char host[ADDRESS_TEXT_SIZE + 2];
	size_t len;
	int64_t port;

	if (!colon || (size_t)(colon - text) >= sizeof(host) ||
	    text_i64(colon + 1, 0, 65535, &port) < 0)
		return -EINVAL;
	len = (size_t)(colon - text);
	memcpy(host, text, len);
	host[len] = '\0';
	host_at = host;
	if (len > 2 && host[0] == '[' && host[len - 1] == ']') {
		host[len - 1] = '\0';
		host_at = host + 1;
	}
	if (address_parse(host_at, ret) < 0)
		return -EINVAL;
	*ret_port = (uint16_t)port;
	return 0;
}

/* Where the kernel knows no IPv6, "[::]" means all of IPv4. */
static int
socket_of(struct address *address)
{
	static const uint8_t any[4];
	const int type = SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK;
	int fd = socket(address->family == ADDRESS_IPV6 ? AF_INET6 : AF_INET, type, 0);

	if (fd >= 0 || errno != EAFNOSUPPORT || !address_is_unspecified(address))
		return fd;
	*address = address_v4(any);
	return socket(AF_INET, type, 0);
}

int
listen_open(const char *text, int *ret, uint16_t *ret_port)
{
	CLEANUP(close_at) int fd = -1;
	struct sockaddr_storage at;
	struct address address, bound;
	uint16_t port;
	socklen_t len = sizeof(at);
	int on = 1, off = 0;

	if (endpoint_parse(text, &address, &port) < 0)
		return -EINVAL;
	fd = socket_of(&address);
	if (fd < 0)
		return -errno;
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (address.family == ADDRESS_IPV6) /* "[::]" hears IPv4 as well */
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
	len = (socklen_t)address_to_sockaddr(&address, port, &at);
	if (bind(fd, (struct sockaddr *)&at, len) < 0 || listen(fd, LISTEN_BACKLOG) < 0)
		return -errno;
	len = sizeof(at);
	if (getsockname(fd, (struct sockaddr *)&at, &len) < 0)
		return -errno;
	if (address_from_sockaddr((struct sockaddr *)&at, &bound, ret_port) < 0)
		return -EINVAL;
	*ret = TAKE(fd, -1);
	return 0;
}
