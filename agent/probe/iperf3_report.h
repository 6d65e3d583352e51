/* What the program iperf3 says in JSON at the end of a test (-J), version 3.1 to 3.17. Bytes
 * in, a struct out. */
#ifndef PARTA_AGENT_PROBE_IPERF3_REPORT_H
#define PARTA_AGENT_PROBE_IPERF3_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/probe/speed_backend.h"

struct iperf3_report {
	struct speed_counted counted; /* by the receiver, all streams together */
	uint32_t mss_bytes;           /* 0 unknown */
	uint32_t rtt_us;              /* mean, of an upload; 0 unknown */
	double cpu_pct;               /* of the program itself */
	bool ipv6;
	char congestion[16]; /* of the sender */
	char error[128];     /* why there was no test; "" there was one */
};

/* 0, also when the program says an error; -EBADMSG: not such a report, or nothing was received.
 */
int iperf3_report_read(const char *text, size_t len, struct iperf3_report *ret);

#endif
