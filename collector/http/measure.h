/*
 * The collector's end of a throughput test: sends bytes that do not compress,
 * counts bytes that come. The paths of LibreSpeed are served as well.
 */
#ifndef PARTA_COLLECTOR_HTTP_MEASURE_H
#define PARTA_COLLECTOR_HTTP_MEASURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collector/http/message.h"
#include "common/address.h"

struct measure;

enum { MEASURE_SAMPLE_MS = 100, MEASURE_SAMPLES_MAX = 1200 };

/* What the collector itself saw of one stream of a test. */
struct measure_record {
	uint8_t test_id[16];
	bool upload;
	int64_t started_ms;
	uint64_t size_bytes;
	double duration_s;
	char client[ADDRESS_TEXT_SIZE];
};

struct measure_config {
	size_t streams_max;          /* at once, all clients together */
	uint64_t request_bytes_max;  /* of one stream */
	uint64_t client_bytes_a_day; /* of one address */
	char key[128];               /* the parameter "key" that clients must give; "": none */
	/* Called when a stream with a test id is over, from a listener's thread. */
	void (*record)(void *arg, const struct measure_record *record);
	void *arg;
};

int measure_new(const struct measure_config *config, struct measure **ret);
void measure_free(struct measure *measure); /* once no listener is left; accepts NULL */

/* What SIGHUP may change; record and arg stay. From any thread. */
void measure_change(struct measure *measure, const struct measure_config *config);

http_opening measure_upload_open;
http_handler measure_download, measure_upload, measure_ping, measure_garbage, measure_empty,
    measure_address;

#endif
