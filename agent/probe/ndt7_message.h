/* What servers of ndt7 and M-Lab's locator tell in JSON (m-lab/ndt-server,
 * spec/ndt7-protocol.md; m-lab/locate, v2). Bytes in, structs out. */
#ifndef PARTA_AGENT_PROBE_NDT7_MESSAGE_H
#define PARTA_AGENT_PROBE_NDT7_MESSAGE_H

#include <stddef.h>
#include <stdint.h>

#include "agent/probe/speed_backend.h"

/* A server's measurement: its own TCP_INFO, of which an older kernel leaves parts out. */
struct ndt7_measurement {
	uint64_t elapsed_us;
	uint64_t received_bytes; /* of TCP */
	uint32_t rtt_us;         /* smoothed; 0 unknown */
	/* Of a download, so far: how long it sent, and of that how long our window was shut and
	 * how long it had nothing to send. */
	uint64_t busy_us, rwnd_limited_us, sndbuf_limited_us;
};

/* 0 or -EBADMSG: no such object, or without a TCPInfo that tells the time. */
int ndt7_measurement_read(const char *text, size_t len, struct ndt7_measurement *ret);

enum { NDT7_MEASUREMENTS_MAX = 256 };

/* The samples that measurements of one upload say, by the server's clock; payload_per_byte: of
 * what TCP received. 0, or -ENODATA: fewer than two. */
int ndt7_counted(const struct ndt7_measurement series[], size_t count, double payload_per_byte,
    struct speed_counted *ret);

/* The locator's answer: servers, the best first, at most SPEED_PLACES_MAX, by TLS
 * where they speak it. 0, -ENOENT none has room, -EBADMSG. */
int ndt7_located(const char *text, size_t len, struct speed_place ret[static SPEED_PLACES_MAX],
    size_t *ret_count);

/* ws and wss become http and https: what a connection is made by. 0, -EINVAL, -EFBIG. */
int ndt7_url(const char *url, char ret[static SPEED_URL_SIZE]);

#endif
