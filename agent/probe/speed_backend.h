/*
 * What a measuring server speaks: where it is asked, how much at a time, and
 * whether it counts what it receives. A backend is one file and one row in
 * speed_backends; the sampler and the judgement are the same for all.
 */
#ifndef PARTA_AGENT_PROBE_SPEED_BACKEND_H
#define PARTA_AGENT_PROBE_SPEED_BACKEND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/bytes.h"

enum { SPEED_COUNTED_MAX = 1200 };

/* Paths below the server's URL that belong together. */
struct speed_paths {
	const char *ping, *download, *upload;
};

struct speed_place {
	const char *server; /* URL without query and without '/' at the end */
	const char *query;  /* what the URL had behind '?', "" nothing */
	const struct speed_paths *paths;
	char test_id[37]; /* UUID, the same in every request of a test */
};

/* What the server itself counted of one upload, in samples numbered by its own clock. */
struct speed_counted {
	uint64_t size_bytes, first_sample;
	uint32_t sample_ms;
	size_t n_samples;
	uint32_t samples[SPEED_COUNTED_MAX];
};

struct speed_backend {
	const char *name;
	const struct speed_paths *paths; /* tried in this order until a ping is good */
	size_t n_paths;
	/* A ping that was answered so comes from such a server. */
	bool (*alive)(long status, size_t body_len);
	uint64_t
	    download_bytes;    /* asked for at a time; the stream asks again when it has them */
	uint64_t upload_bytes; /* sent at a time */
	bool chunked;          /* an upload may end when it likes */
	/* The whole URL of a download of so many bytes; nonce differs for each. 0, -EFBIG,
	 * -ENOMEM. */
	int (*download_url)(
	    const struct speed_place *place, uint64_t bytes, unsigned nonce, struct bytes *ret);
	int (*upload_url)(const struct speed_place *place, unsigned nonce, struct bytes *ret);
	/* Reads the answer to an upload. 0 or -EBADMSG; NULL: the server does not count. */
	int (*counted)(const void *body, size_t len, struct speed_counted *ret);
};

extern const struct speed_backend speed_parta, speed_librespeed;

/* The one list. */
extern const struct speed_backend *const speed_backends[];
extern const size_t speed_backends_count;

/* By name; NULL: the first. NULL is returned for a name that is not on the list. */
const struct speed_backend *speed_backend_find(const char *name);

/* "server/path?query&": what every URL begins with; parameters may follow. */
int speed_url_begin(const struct speed_place *place, const char *path, struct bytes *ret);

#endif
