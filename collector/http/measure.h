/*
 * The collector's end of a throughput test: sends bytes that do not compress,
 * counts bytes that come. It speaks its own protocol (proto/README.md) and those of
 * LibreSpeed, ndt7 (ndt7.h) and responsiveness; all of them share quotas, admission and
 * records.
 */
#ifndef PARTA_COLLECTOR_HTTP_MEASURE_H
#define PARTA_COLLECTOR_HTTP_MEASURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collector/http/message.h"
#include "common/address.h"

struct measure;

enum { MEASURE_SAMPLE_MS = 100, MEASURE_SAMPLES_MAX = 1200, MEASURE_TCP_BYTES_MAX = 2048 };

/* What the collector itself saw of one stream of a test. */
struct measure_record {
	uint8_t test_id[16];
	const char *protocol; /* static text */
	bool upload;
	int64_t started_ms;
	uint64_t size_bytes;
	double duration_s;
	char client[ADDRESS_TEXT_SIZE];
	uint64_t rate_bps;   /* the client asked for no more; 0: as fast as it goes */
	double cpu_pct;      /* of the thread that carries all streams, meanwhile */
	char congestion[16]; /* of the kernel: "bbr"; "" unknown */
	char tcp[MEASURE_TCP_BYTES_MAX]; /* TCP_INFO at its end, a JSON object; "" unknown */
	/* Bytes by steps of the boot clock, MEASURE_SAMPLE_MS each; the first step's number. */
	uint64_t first_sample;
	size_t n_samples;
	uint32_t samples[MEASURE_SAMPLES_MAX];
};

struct measure_config {
	size_t streams_max;          /* at once, all clients together */
	uint64_t request_bytes_max;  /* of one stream */
	uint64_t client_bytes_a_day; /* of one address */
	double capacity_mbps;        /* of the endpoint's line, in each direction */
	char key[128];               /* the parameter "key" that clients must give; "": none */
	/* Called when a stream with a test id is over, from a listener's thread. */
	void (*record)(void *arg, const struct measure_record *record);
	/* Answers a kept call with what is recorded of a test, of which `open` streams are
	 * under way. 0, or a negative errno: then the call is still the caller's. */
	int (*recall)(
	    void *arg, struct http_call *call, const uint8_t test_id[static 16], size_t open);
	void *arg;
};

int measure_new(const struct measure_config *config, struct measure **ret);
void measure_stop(struct measure *measure); /* ends what was taken over; accepts NULL */
void measure_free(struct measure *measure); /* once no listener is left; accepts NULL */

/* Ends streams whose client has gone without a word; call it about once a second. */
void measure_tick(struct measure *measure);

/* What SIGHUP may change; record, recall and arg stay. From any thread. */
void measure_change(struct measure *measure, const struct measure_config *config);

http_opening measure_upload_open, measure_empty_open, measure_slurp_open;
http_handler measure_download, measure_upload, measure_ping, measure_load, measure_recall;
http_handler measure_garbage, measure_empty, measure_address, measure_librespeed;
http_handler measure_locate, measure_nq, measure_small, measure_large;

#endif
