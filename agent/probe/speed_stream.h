/*
 * One stream of a throughput test and how it is counted: by the kernel while
 * something is under way, a download by what arrived, read or not yet, an upload by
 * what the peer's kernel acknowledged. A carrier (speed_backend.h) moves the bytes
 * and says so here; the run (speed_run.c) looks and adds up.
 */
#ifndef PARTA_AGENT_PROBE_SPEED_STREAM_H
#define PARTA_AGENT_PROBE_SPEED_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/probe/speed.h"
#include "agent/probe/speed_access.h"
#include "agent/probe/speed_health.h"
#include "agent/probe/speed_socket.h"
#include "common/speed/judge.h"

enum { SPEED_BLOCK_BYTES = 1024 * 1024 };

#define SPEED_TLS_USUAL                                                                        \
	(1 + 22.0 / 16384) /* bytes of a full record each of payload, RFC 8446 5.2 */

/* How what was under way came to its end. */
struct speed_end {
	int error;         /* 0 as it should; negative errno, -ECANCELED: cut by us */
	bool refused;      /* the server has no room for us */
	const char *words; /* of an error; NULL: strerror() */
	const struct speed_counted *counted; /* by the receiver; NULL: it did not count */
};

struct speed_stream {
	struct speed_flow *flow;
	void *work;       /* the carrier's, while something is under way; else NULL */
	int fd;           /* likewise, -1: no connection yet */
	uint64_t counted; /* payload at the receiver, of what is finished */
	uint64_t current; /* the same of what is under way */
	uint64_t read;    /* payload that we took from it, download */
	uint64_t handed;  /* payload given away in it, upload */
	size_t block_at;
	uint32_t told_rtt_us; /* by the server's kernel, last; 0: it does not tell */
	uint64_t told_busy_us, told_rwnd_us, told_sndbuf_us; /* likewise */
	bool used;                                           /* it has had a connection */
	bool resting; /* it took its share and does not read for a while */
	bool has_last;
	uint64_t last_counted;  /* at the last reading */
	uint64_t first_counted; /* at the first */
	struct speed_reading first,
	    last; /* of what is under way: when it began, and the last */
};

/* The streams of a direction and what they have in common. */
struct speed_flow {
	struct speed_access access;
	bool upload, stopping;
	uint64_t share_bps; /* of payload, for each stream, that no more is asked for; 0: all */
	unsigned need_mbps; /* of all streams together; 0: not known */
	struct speed_stream streams[SPEED_STREAMS_MAX];
	unsigned n_streams;
	/* Of a carrier of all streams together: how long it shall measure, the payload that it
	 * may take, and the rate that is asked about; 0: any. */
	unsigned seconds;
	uint64_t budget_bytes;
	double target_mbps;
	double cpu_pct; /* of a program that carries them; 0: it is we */
	uint8_t *block; /* SPEED_BLOCK_BYTES to be sent, of an upload */
	unsigned nonce;
	struct speed_wire wire;     /* of what is finished */
	char interface[16];         /* that carries them, "" not known yet */
	struct speed_health before; /* as it was when the first stream began */
	char congestion[16];
	struct loop_event *rest; /* wakes streams that rest */
	unsigned turn;
	double credit_bytes; /* that may be read at credit_us */
	uint64_t credit_us;
	void (*on_end)(void *arg, struct speed_stream *stream, const struct speed_end *end);
	void *arg;
};

/* Fills what is open in a flow without streams. 0 or -ENOMEM. */
int speed_flow_make(struct speed_flow *flow);
void speed_flow_clear(struct speed_flow *flow);

/* Has the carrier begin again. 0 or a negative errno. */
int speed_stream_start(struct speed_stream *stream);

/* From a carrier: the connection stands and its bytes begin to count. */
void speed_stream_connected(struct speed_stream *stream, int fd);

/* From a carrier: the next bytes to send, at most size, copied; how many. */
size_t speed_stream_fill(struct speed_stream *stream, void *buffer, size_t size);

/* From a carrier: so much payload was read. True: read no more until resume() is called. All
 * streams together have one allowance, so that a slow one leaves its share to the others. */
bool speed_stream_took(struct speed_stream *stream, size_t len);

/* From a carrier: it is over, `current` counts as it stands. The stream may be gone after. */
void speed_stream_end(struct speed_stream *stream, const struct speed_end *end);

/* A look at the kernel's counts. */
void speed_stream_look(struct speed_stream *stream);

/* Payload at the receiver so far. */
uint64_t speed_stream_counted(const struct speed_stream *stream);

/* Bytes at the IP layer for each byte of payload, by what the streams carried. */
double speed_flow_ip_per_payload(const struct speed_flow *flow);

#endif
