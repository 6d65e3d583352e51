/*
 * What a measuring server speaks: where it is asked, how a stream of it is
 * carried, and whether it counts what it receives. A backend is one file and one
 * row in speed_backends; the sampler and the judgement are the same for all.
 */
#ifndef PARTA_AGENT_PROBE_SPEED_BACKEND_H
#define PARTA_AGENT_PROBE_SPEED_BACKEND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/bytes.h"

struct speed_stream; /* speed_stream.h */

enum { SPEED_COUNTED_MAX = 1200, SPEED_URL_SIZE = 2048, SPEED_PLACES_MAX = 4 };

/* A server as somebody named it. */
struct speed_server {
	const char *url;   /* without query and without '/' at the end */
	const char *query; /* what the URL had behind '?', "" nothing */
};

/* Where a server is asked: whole URLs, of which each may have a query of its own. */
struct speed_place {
	char ping[SPEED_URL_SIZE]; /* "": nothing there can be pinged */
	char download[SPEED_URL_SIZE], upload[SPEED_URL_SIZE];
	char record[SPEED_URL_SIZE]; /* what it recorded of a test; "": it tells nobody */
	char connect_to[256]; /* the name of the address to connect to; "": the URLs' own */
	char test_id[37];     /* UUID, the same in every request of a test */
};

/* What the server's own end had to do with the rate of a run, by its record. */
struct speed_server_part {
	double cpu_pct; /* of the thread that carried the busiest stream; < 0 unknown */
	/* Shares of the time in which it sent a download, -1 unknown: the receiver's window was
	 * shut; it had nothing to send. */
	double rwnd_limited, sndbuf_limited;
};

/* What the server itself counted of one upload, in samples numbered by its own clock. */
struct speed_counted {
	uint64_t size_bytes, first_sample;
	uint32_t sample_ms;
	size_t n_samples;
	uint32_t samples[SPEED_COUNTED_MAX];
};

/* How a stream comes to its bytes. The counting of a stream is the same for all. */
struct speed_carrier {
	bool once;     /* a stream that ends is not started again: the test is over */
	bool together; /* one start carries all streams, in its own time, and nothing can be
			  seen of them before the count at the end */
	/* Begins, and later tells speed_stream_end(). 0 or a negative errno: then it does not.
	 */
	int (*start)(struct speed_stream *stream);
	/* The test is over: true when the stream will end by itself soon, with the server's
	 * count. */
	bool (*ends)(const struct speed_stream *stream);
	/* Cuts it; speed_stream_end() is told before this returns. */
	void (*cancel)(struct speed_stream *stream);
	/* Reads on, after speed_stream_took() told it to rest. */
	void (*resume)(struct speed_stream *stream);
};

/* What a request asks for. */
struct speed_ask {
	uint64_t bytes;     /* of a download */
	uint64_t rate_bps;  /* of payload, at most; 0: all it can */
	unsigned need_mbps; /* that all streams together need of the server; 0: not known */
	unsigned nonce;     /* differs for each */
};

/* How URLs become streams: speed_http.c. */
struct speed_http {
	/* Asked for at a time; the stream asks again when it has them. */
	uint64_t download_bytes, upload_bytes;
	bool chunked; /* an upload may end when it likes */
	bool http2;   /* where the server speaks it: pings share connections with the load */
	/* The whole URL. 0, -EFBIG, -ENOMEM. */
	int (*download_url)(
	    const struct speed_place *place, const struct speed_ask *ask, struct bytes *ret);
	int (*upload_url)(
	    const struct speed_place *place, const struct speed_ask *ask, struct bytes *ret);
	/* Reads the answer to an upload. 0 or -EBADMSG; NULL: the server does not count. */
	int (*counted)(const void *body, size_t len, struct speed_counted *ret);
};

struct speed_backend {
	const char *name;
	const char *usual_server; /* for a person who names none; NULL: there is none */
	/* A service asks the usual server, which is somebody else's, no more often. */
	uint32_t usual_every_s;
	unsigned streams_first, streams_max;
	bool
	    responsiveness; /* what a capacity test is about: it goes on until that is stable */
	bool handshakes; /* a ping asks nothing: it is a TCP handshake, and none is made under
			  * load
			  */
	/* What is asked before the places are known. 0, -ENOENT: nothing; NULL: never anything.
	 */
	int (*question)(const struct speed_server *server, struct bytes *ret_url);
	/* The places to try, in that order, until a ping is good: *ret_count of them, 1 or
	 * more; answer: to the question. 0 or a negative errno. Their test_id is filled by
	 * others. */
	int (*places)(const struct speed_server *server, const void *answer, size_t len,
	    struct speed_place ret[static SPEED_PLACES_MAX], size_t *ret_count);
	/* A ping that was answered so comes from such a server. */
	bool (*alive)(long status, size_t body_len);
	/* What a server recorded of a test: where it is told, and what that says of the last
	 * run in a direction. 0; -EAGAIN: a stream is still under way; -ENOENT nothing;
	 * -EBADMSG. NULL: such servers record nothing. */
	int (*record_url)(const struct speed_place *place, struct bytes *ret);
	int (*record)(const void *body, size_t len, bool upload, struct speed_server_part *ret);
	const struct speed_carrier *carrier;
	const struct speed_http *http; /* for the carrier of that name, else NULL */
};

extern const struct speed_backend speed_parta, speed_librespeed, speed_ndt7, speed_rpm,
    speed_iperf3;

/* The one list. */
extern const struct speed_backend *const speed_backends[];
extern const size_t speed_backends_count;

/* By name; NULL: the first. NULL is returned for a name that is not on the list. */
const struct speed_backend *speed_backend_find(const char *name);

/* How often a service may measure against these, that wants to every so often; *ret_public: one
 * of them is the usual server, and is not asked again sooner because it failed. */
uint32_t speed_backend_every_s(const struct speed_backend *backend, const char *const servers[],
    size_t count, uint32_t every_s, bool *ret_public);

/* "server" + path + "?query", when there is one, into ret of SPEED_URL_SIZE. 0 or -EFBIG. */
int speed_url_make(const struct speed_server *server, const char *path, char *ret);

/* The URL with what more it is asked, by printf's rules: behind a '?' or a '&'. */
int speed_url_ask(struct bytes *ret, const char *url, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
