/* What the kernel knows of a stream of a throughput test (struct tcp_info) and which port it
 * leaves by. */
#ifndef PARTA_AGENT_PROBE_SPEED_SOCKET_H
#define PARTA_AGENT_PROBE_SPEED_SOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/probe/speed.h"

/* One reading: all counts since the connection began, but for what waits to be read now. */
struct speed_reading {
	struct speed_tcp tcp;
	uint32_t cwnd_segments;
	uint32_t rcv_rtt_us;                /* as the receiver of a flow guesses it */
	uint64_t bytes_sent;                /* retransmitted ones too */
	uint32_t segments_in, segments_out; /* with payload */
	uint32_t unread_bytes;
	bool timestamps;
};

/* 0 or a negative errno. */
int speed_socket_read(int fd, struct speed_reading *ret);

/* A download that is read no faster than share_bps (0: as it can) leaves little unread in the
 * kernel, or what arrives would come in lumps. Enough for a round trip of a quarter of a
 * second. */
void speed_socket_prepare_download(int fd, uint64_t share_bps);

/* An upload keeps little unsent in the kernel, so that it ends when it is told to, and asks for
 * BBR where the kernel lets it: a lossy line is not a slow one. share_bps: no faster than that;
 * 0: as it can. */
void speed_socket_prepare_upload(int fd, uint64_t share_bps);

/* The congestion control in force, "" unknown. */
void speed_socket_congestion(int fd, char *ret, size_t size);

bool speed_socket_is_ipv6(int fd);

/* The name of the port that has the stream's own address, "" unknown. */
void speed_socket_interface(int fd, char *ret, size_t size);

#endif
