/* A stream of a measurement and the endpoint it belongs to. Private to this room. */
#ifndef PARTA_COLLECTOR_HTTP_MEASURE_STREAM_H
#define PARTA_COLLECTOR_HTTP_MEASURE_STREAM_H

#include <pthread.h>
#include <sys/queue.h>

#include "collector/http/capacity.h"
#include "collector/http/limit.h"
#include "collector/http/measure.h"
#include "collector/http/metrics.h"

enum { MEASURE_BLOCK_BYTES = 1024 * 1024, MEASURE_BUSY_RETRY_S = 5 };

/* The one list: id, and the name in records. */
#define MEASURE_PROTOCOLS(X)                                                                   \
	X(PARTA, "parta")                                                                      \
	X(LIBRESPEED, "librespeed")                                                            \
	X(NDT7, "ndt7")                                                                        \
	X(RPM, "rpm")

enum measure_protocol {
#define PROTOCOL_ID(id, name) MEASURE_##id,
	MEASURE_PROTOCOLS(PROTOCOL_ID)
#undef PROTOCOL_ID
};

/* A stream under way. */
struct stream {
	struct measure *measure;
	struct measure_record record;
	bool has_test;
	int socket_fd;
	uint64_t began_us, last_us, cpu_us;
	uint64_t bytes_max;
	uint64_t uncounted_bytes; /* not yet told to the capacity */
	struct capacity *line;
	struct capacity_test *test;
	LIST_ENTRY(stream) among;
	enum measure_protocol protocol;
	struct address client;
};

struct measure {
	struct measure_config config; /* this and all below under the lock, but for the block */
	pthread_mutex_t lock;
	size_t n_streams;
	LIST_HEAD(stream_list, stream) streams;
	struct limit limit;      /* bytes of a client */
	struct limit errands;    /* of the database, for a client */
	struct capacity line[2]; /* down, up */
	uint16_t ndt7_port;      /* 0: nobody listens; as it was before the first request */
	uint8_t *block;          /* MEASURE_BLOCK_BYTES that do not compress */
};

/* What a client asks for; the texts are those of the query, NULL absent. */
struct stream_ask {
	enum measure_protocol protocol;
	bool upload;
	struct address client;
	int socket_fd; /* of its connection */
	const char *test, *need, *rate, *key;
};

struct refusal {
	unsigned status, wait_s; /* 0: no Retry-After */
	enum metric metric;
	const char *words;
};

/* A place among the streams, for stream_end(). NULL: *ret says why not. */
struct stream *stream_new(
    struct measure *measure, const struct stream_ask *ask, struct refusal *ret);

/* It carried more. False: beyond what a stream may carry, in bytes or in time. */
bool stream_count(struct stream *stream, size_t len);

/* What it carried counts, also when it was cut off. On the thread that began it. */
void stream_end(struct stream *stream);

/* Whom limits know a client by: an address, of IPv6 the 64 bits of its network. */
uint64_t measure_client_key(const struct address *client);

/* Whether a client may trouble the database once more: strangers may not fill its errands. */
bool measure_may_trouble(struct measure *measure, const struct address *client);

/* Replies. */
void measure_refuse(struct http_reply *ret, unsigned status, const char *words,
    unsigned retry_after_s, enum metric metric);
/* Status 200 and the text of *json, which is taken; r below 0: 503 in its place. */
void measure_tell(struct http_reply *ret, int r, struct bytes *json);
/* A download of so many bytes, or of fewer when a stream may not carry them. */
enum http_progress measure_send(struct http_request *request, enum measure_protocol protocol,
    uint64_t bytes, struct http_reply *ret);
/* An upload's bytes are counted as they come. */
bool measure_receive(
    struct http_request *request, enum measure_protocol protocol, struct http_reply *ret);

#endif
