/*
 * The TCP connection under a stream of a measurement: how it sends, and what the kernel says of
 * it (struct tcp_info of linux/tcp.h; a kernel that fills less leaves zeros).
 */
#ifndef PARTA_COLLECTOR_HTTP_TCP_H
#define PARTA_COLLECTOR_HTTP_TCP_H

#include <stdbool.h>
#include <stdint.h>

struct bytes;
struct tcp_info;

enum { TCP_CONGESTION_SIZE = 16 };

/* BBR (draft-cardwell-iccrg-bbr) where the kernel allows it, no faster than rate_bps (0: as
 * fast as it goes; pacing of the kernel), and a short queue of unsent bytes, so that a sample
 * tells what left and not what was queued. need_bps is what the client expects, 0 unknown. */
void tcp_prepare(int fd, uint64_t rate_bps, uint64_t need_bps);

/* Whether the kernel lets this process send by BBR: 0 or a negative errno. */
int tcp_try_bbr(void);

/* 0 or a negative errno, *ret is then all zeros. */
int tcp_read(int fd, struct tcp_info *ret);
bool tcp_peer_ended(int fd); /* the other side sends no more */
void tcp_congestion(int fd, char ret[static TCP_CONGESTION_SIZE]);

/* The members of a JSON object, without its braces: keys of ours with their units, or those of
 * ndt7's TCPInfo. 0, -EFBIG or -ENOMEM. */
int tcp_write(const struct tcp_info *info, struct bytes *ret);
int tcp_write_ndt7(const struct tcp_info *info, struct bytes *ret);

/* The members of ndt7's BBRInfo; nothing when the connection does not use BBR. */
int tcp_write_bbr(int fd, struct bytes *ret);

#endif
