/*
 * TCP_INFO, congestion control and port of a stream: see speed_socket.h.
 * The kernel's own header is used, as that of the C library ends before the
 * counts of bytes. A kernel that fills less leaves zeros.
 */
#include "agent/probe/speed_socket.h"

#include <errno.h>
#include <ifaddrs.h>
#include <limits.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "common/address.h"
#include "common/text.h"

enum { UNSENT_BYTES_MAX = 128 * 1024, WINDOW_LEAST_BYTES = 48 * 1024 };

int
speed_socket_read(int fd, struct speed_reading *ret)
{
	struct tcp_info i = {0};
	socklen_t len = sizeof(i);
	int unread = 0;

	if (ioctl(fd, SIOCINQ, &unread) < 0 ||
	    getsockopt(fd, IPPROTO_TCP, TCP_INFO, &i, &len) < 0)
		return -errno;
	*ret = (struct speed_reading){
	    .tcp =
		{
		    .rtt_us = i.tcpi_rtt,
		    .rttvar_us = i.tcpi_rttvar,
		    .min_rtt_us = i.tcpi_min_rtt,
		    .total_retrans = i.tcpi_total_retrans,
		    .snd_mss_bytes = i.tcpi_snd_mss,
		    .rcv_mss_bytes = i.tcpi_rcv_mss,
		    .bytes_acked = i.tcpi_bytes_acked,
		    .bytes_received = i.tcpi_bytes_received,
		    .busy_us = i.tcpi_busy_time,
		    .rwnd_limited_us = i.tcpi_rwnd_limited,
		    .sndbuf_limited_us = i.tcpi_sndbuf_limited,
		    .delivery_rate_bytes_per_s = i.tcpi_delivery_rate,
		},
	    .cwnd_segments = i.tcpi_snd_cwnd,
	    .rcv_rtt_us = i.tcpi_rcv_rtt,
	    .bytes_sent = i.tcpi_bytes_sent,
	    .segments_in = i.tcpi_data_segs_in,
	    .segments_out = i.tcpi_data_segs_out,
	    .unread_bytes = unread > 0 ? (uint32_t)unread : 0,
	    .timestamps = i.tcpi_options & TCPI_OPT_TIMESTAMPS,
	};
	return 0;
}

void
speed_socket_prepare_download(int fd, uint64_t share_bps)
{
	uint64_t window = share_bps / 8 / 4 + WINDOW_LEAST_BYTES;
	int bytes = window < INT_MAX ? (int)window : INT_MAX;

	if (share_bps > 0)
		(void)setsockopt(fd, IPPROTO_TCP, TCP_WINDOW_CLAMP, &bytes, sizeof(bytes));
}

void
speed_socket_prepare_upload(int fd, uint64_t share_bps)
{
	uint64_t pace = share_bps / 8;
	int unsent = UNSENT_BYTES_MAX;

	(void)setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent, sizeof(unsent));
	(void)setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, "bbr", 3);
	if (pace > 0)
		(void)setsockopt(fd, SOL_SOCKET, SO_MAX_PACING_RATE, &pace, sizeof(pace));
}

void
speed_socket_congestion(int fd, char *ret, size_t size)
{
	char name[16] = "";
	socklen_t len = sizeof(name) - 1;

	if (getsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name, &len) < 0)
		len = 0;
	(void)text_clean(ret, size, name, len);
}

static int
own_address(int fd, struct address *ret)
{
	struct sockaddr_storage name = {0};
	socklen_t len = sizeof(name);
	uint16_t port;

	if (getsockname(fd, (struct sockaddr *)&name, &len) < 0)
		return -errno;
	return address_from_sockaddr((struct sockaddr *)&name, ret, &port);
}

bool
speed_socket_is_ipv6(int fd)
{
	struct address own = {0};

	return own_address(fd, &own) == 0 && own.family == ADDRESS_IPV6;
}

void
speed_socket_interface(int fd, char *ret, size_t size)
{
	struct ifaddrs *all = NULL;
	struct address own, theirs;
	uint16_t port;

	*ret = '\0';
	if (own_address(fd, &own) < 0 || getifaddrs(&all) < 0)
		return;
	for (const struct ifaddrs *i = all; i; i = i->ifa_next)
		if (i->ifa_addr && address_from_sockaddr(i->ifa_addr, &theirs, &port) == 0 &&
		    address_equal(&own, &theirs)) {
			(void)text_copy(ret, size, i->ifa_name);
			break;
		}
	freeifaddrs(all);
}
