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
	bool queued; /* a queue stood before the bottleneck: the line was full by then */
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

/* A full packet at the IP layer with such a payload; 0 of 0. */
uint32_t speed_packet_bytes(const struct speed_wire *wire, uint32_t mss_bytes);

/* How many samples at the beginning are warm-up; count: all of them, it is not over. It ends
 * when two steps in a row grew by at most a tenth, or one by at most a quarter while a queue
 * stood, after 3 samples at the earliest and 20 at the latest. */
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

/* The most that a port carries at the IP layer, Mbit/s, in packets of so many bytes: each costs
 * 38 more on the wire (IEEE 802.3: preamble, header, FCS and gap) and extra_bytes (802.1Q: 4;
 * PPPoE, RFC 2516: 8). */
double speed_port_ceiling_mbps(double port_mbps, uint32_t packet_bytes, uint32_t extra_bytes);

/* Traffic that proves the target: 0.97 of it. */
bool speed_reaches(double ip_mbps, double target_mbps);

/* What else may have been the bottleneck. Of a double < 0 is unknown. */
struct speed_limits {
	double cpu_pct;          /* busiest second of our own process */
	double steal_pct;        /* of the machine's time, that went to other machines */
	double softirq_pct;      /* of the busiest processor's time, that went to packets */
	double stalled_pct;      /* of the samples, that were late because we did not run */
	double cipher_mbps;      /* what this machine deciphers; 0: nothing is ciphered */
	uint32_t lan_speed_mbps; /* of the port, 0 unknown */
	uint32_t packet_bytes;   /* of a full packet, 0: 1500 */
	uint32_t extra_bytes;    /* as of speed_port_ceiling_mbps() */
	bool half_duplex, wireless;
	double nic_bad_pct;    /* packets that the port dropped or found broken */
	double rwnd_limited;   /* share of the busy time that the peer's window was shut, upload
				*/
	double sndbuf_limited; /* share that we had nothing to send, upload */
	double server_cpu_pct; /* of the server's thread that carried the streams */
	double server_rwnd_limited; /* share of the server's busy time that our window was shut,
				       download */
	double server_sndbuf_limited; /* share that it had nothing to send, download */
	bool server_refused;          /* 429 or 503 in the middle */
	bool broke_off;               /* nothing came any more: away is not slow */
};

/* What a rate was limited by, when not by the line. */
enum speed_cause {
	SPEED_CAUSE_NONE,
	SPEED_CAUSE_PORT,
	SPEED_CAUSE_DUPLEX,
	SPEED_CAUSE_WIRELESS,
	SPEED_CAUSE_NIC,
	SPEED_CAUSE_CPU,
	SPEED_CAUSE_STEAL,
	SPEED_CAUSE_SOFTIRQ,
	SPEED_CAUSE_STALLED,
	SPEED_CAUSE_CIPHER,
	SPEED_CAUSE_SENDER,   /* we had nothing to send */
	SPEED_CAUSE_RECEIVER, /* the server's window was shut */
	SPEED_CAUSE_REFUSED,
	SPEED_CAUSE_BROKE_OFF,
	SPEED_CAUSE_IMPOSSIBLE,    /* more than the port carries, or the router counted */
	SPEED_CAUSE_CROSS_TRAFFIC, /* others took their part of the line meanwhile */
	SPEED_CAUSE_SERVER_CPU,    /* the server's thread was busy */
	SPEED_CAUSE_SERVER_SENDER, /* it had nothing to send */
	SPEED_CAUSE_WINDOW,        /* our own window was shut */
	SPEED_CAUSE_ONE_SERVER,    /* a fail that no other server confirmed */
	SPEED_CAUSE_UNCONFIRMED,   /* a fail that could not be tried again */
};
/* "port", "duplex", ...; "" of none. */
const char *speed_cause_name(enum speed_cause cause);

struct speed_judgement {
	enum speed_verdict verdict;
	double confidence;
	enum speed_cause cause;
};

/* All that the verdict on one run rests on. What is stored gives the same verdict again. */
struct speed_record {
	/* Our own count from the last growth of the streams on, warm-up included. */
	const struct speed_sample *samples;
	size_t count;
	/* An upload as the server counted it; 0: it did not. */
	const struct speed_sample *server_samples;
	size_t server_count;
	double ip_per_payload, target_mbps;
	/* All traffic of the line meanwhile, at the IP layer, by the router's counters; < 0
	 * unknown. */
	double line_mbps;
	struct speed_limits limits;
};

/*
 * A failed ruling is the provider's only when nothing nearer was the bottleneck, and
 * the line did not carry the rest for others. A port that cannot carry the target is
 * compared with its own ceiling: it is limited by it, or the line is worse still. An
 * upload's own samples end the test, and the server's may confirm them or leave it
 * open, but not contradict. target_mbps 0: inconclusive, confidence 0.
 */
struct speed_judgement speed_judge(const struct speed_record *record);

#endif
