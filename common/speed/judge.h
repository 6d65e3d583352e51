/*
 * Samples of a throughput test become a rate at the IP layer and a verdict. Pure:
 * the same samples always give the same answer, so a later and better rule can be
 * tried on what was stored.
 */
#ifndef PARTA_COMMON_SPEED_JUDGE_H
#define PARTA_COMMON_SPEED_JUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The numbers are those of parta.v1.SpeedVerdict. */
enum speed_verdict {
	SPEED_UNSPECIFIED,
	SPEED_PASS,
	SPEED_FAIL_ISP,
	SPEED_LIMITED_AGENT,
	SPEED_LIMITED_LAN,
	SPEED_LIMITED_SERVER,
	SPEED_INCONCLUSIVE,
};
const char *speed_verdict_name(enum speed_verdict verdict); /* "pass", "fail_isp", ... */

/* Payload that reached the receiver in one stretch of time, all streams together. */
struct speed_sample {
	uint32_t length_us;
	uint32_t size_bytes;
};

/* What carried the payload: counted by the kernel, 0 where it did not say. */
struct speed_wire {
	uint64_t payload_bytes; /* the part of the payload that the next two carried */
	uint64_t tcp_bytes;     /* TCP payload: TLS and HTTP included */
	uint64_t segments;      /* with payload */
	uint32_t mss_bytes;     /* payload of a full segment, options subtracted */
	bool ipv6, timestamps, tls;
};

/*
 * Bytes at the IP layer for each byte of payload: headers of IP (20, RFC 791; 40,
 * RFC 8200) and TCP (20, and 12 with timestamps, RFC 7323) for each segment, and TLS
 * records (22 bytes for each 16 KiB, RFC 8446). Counted where the counts make
 * sense, else by the numbers of a full segment (1448 when even that is unknown).
 */
double speed_ip_per_payload(const struct speed_wire *wire);

/* How many samples at the beginning are warm-up; count: all of them, it is not over. It ends
 * when two steps in a row grew by at most a tenth, after 3 samples at the earliest and 20 at
 * the latest. */
size_t speed_warmup(const struct speed_sample samples[], size_t count);

struct speed_rate {
	size_t warmup_samples;
	double duration_s; /* of what was counted */
	double ip_mbps, goodput_mbps;
};

/* The mean after the warm-up; all zero when nothing is left to count. */
void speed_rate(const struct speed_sample samples[], size_t count, double ip_per_payload,
    struct speed_rate *ret);

/* The line against its target, by the samples alone. */
enum speed_ruling { SPEED_RULING_OPEN, SPEED_RULING_PASS, SPEED_RULING_FAIL };

/*
 * Wald's sequential probability ratio test (1945) of "at most 0.92 of the target"
 * against "at least 0.97 of it", over batches of three samples after the warm-up,
 * with an error of 5 % for PASS and 1 % for FAIL: a school's complaint must stand.
 * Between the two lines neither is claimed. *ret_confidence: 0.5 (nothing is known) to 1,
 * that the likelier side is right.
 */
enum speed_ruling speed_rule(const struct speed_sample samples[], size_t count,
    double ip_per_payload, double target_mbps, double *ret_confidence);

/* What else may have been the bottleneck. */
struct speed_limits {
	double cpu_pct;          /* busiest second of our own process; < 0 unknown */
	double stalled_pct;      /* of the samples, that were late because we did not run */
	uint32_t lan_speed_mbps; /* of the port, 0 unknown */
	double rwnd_limited; /* share of the busy time that the peer's window was shut, upload;
				< 0 unknown */
	double sndbuf_limited; /* share that we had nothing to send, upload; < 0 unknown */
	bool server_refused;   /* 429 or 503 in the middle */
};

struct speed_judgement {
	enum speed_verdict verdict;
	double confidence;
};

/* The end of a direction: a failed ruling is the provider's only when nothing nearer was the
 * bottleneck. target_mbps 0: inconclusive, confidence 0. */
struct speed_judgement speed_judge(const struct speed_sample samples[], size_t count,
    double ip_per_payload, double target_mbps, const struct speed_limits *limits);

#endif
