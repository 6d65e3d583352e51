/*
 * The collector's own measuring endpoint (proto/README.md, listener "measuring").
 * It counts uploads where they arrive, so an upload is chunked: it ends when the
 * test does, and the answer brings the server's samples.
 */
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>

#include "agent/probe/speed_http.h"
#include "agent/probe/speed_stream.h"

static int
places(const struct speed_server *server, const void *answer, size_t len,
    struct speed_place ret[static SPEED_PLACES_MAX], size_t *ret_count)
{
	(void)answer;
	(void)len;
	*ret_count = 1;
	return speed_url_make(server, "/v1/measure/ping", ret->ping) < 0 ||
		       speed_url_make(server, "/v1/measure/download", ret->download) < 0 ||
		       speed_url_make(server, "/v1/measure/upload", ret->upload) < 0
		   ? -EFBIG
		   : 0;
}

static bool
alive(long status, size_t body_len)
{
	return status == 204 && body_len == 0;
}

/* What the server reckons with and, of a download, how fast it may send (proto/README.md,
 * "Measuring"). */
static int
url_ask(const char *url, const char *test_id, const struct speed_ask *ask, const char *bytes,
    struct bytes *ret)
{
	char need[24] = "", rate[32] = "";

	if (ask->need_mbps > 0)
		(void)snprintf(need, sizeof(need), "need=%u&", ask->need_mbps);
	if (*bytes && ask->rate_bps > 0)
		(void)snprintf(rate, sizeof(rate), "rate=%" PRIu64 "&", ask->rate_bps);
	return speed_url_ask(ret, url, "%s%s%stest=%s", bytes, need, rate, test_id);
}

static int
download_url(const struct speed_place *place, const struct speed_ask *ask, struct bytes *ret)
{
	char bytes[32];

	(void)snprintf(bytes, sizeof(bytes), "bytes=%" PRIu64 "&", ask->bytes);
	return url_ask(place->download, place->test_id, ask, bytes, ret);
}

static int
upload_url(const struct speed_place *place, const struct speed_ask *ask, struct bytes *ret)
{
	return url_ask(place->upload, place->test_id, ask, "", ret);
}

static bool
take_number(const json_t *object, const char *key, uint64_t max, uint64_t *ret)
{
	const json_t *value = json_object_get(object, key);
	json_int_t number = json_integer_value(value);

	if (!json_is_integer(value) || number < 0 || (uint64_t)number > max)
		return false;
	*ret = (uint64_t)number;
	return true;
}

static bool
take_samples(const json_t *array, struct speed_counted *ret)
{
	size_t count = json_array_size(array);

	if (!json_is_array(array) || count > SPEED_COUNTED_MAX)
		return false;
	for (size_t i = 0; i < count; i++) {
		const json_t *value = json_array_get(array, i);
		json_int_t number = json_integer_value(value);

		if (!json_is_integer(value) || number < 0 || number > UINT32_MAX)
			return false;
		ret->samples[i] = (uint32_t)number;
	}
	ret->n_samples = count;
	return true;
}

static int
counted(const void *body, size_t len, struct speed_counted *ret)
{
	json_t *answer = json_loadb(body, len, 0, NULL);
	struct speed_counted c;
	uint64_t sample_ms = 0;
	bool good = take_number(answer, "bytes", INT64_MAX, &c.size_bytes) &&
		    take_number(answer, "first_sample", INT64_MAX, &c.first_sample) &&
		    take_number(answer, "sample_ms", 10000, &sample_ms) && sample_ms > 0 &&
		    take_samples(json_object_get(answer, "samples"), &c);

	json_decref(answer);
	if (!good)
		return -EBADMSG;
	c.sample_ms = (uint32_t)sample_ms;
	*ret = c;
	return 0;
}

static const struct speed_http http = {
    .download_bytes = 256 * 1024 * 1024,
    .upload_bytes = 256 * 1024 * 1024,
    .chunked = true,
    .download_url = download_url,
    .upload_url = upload_url,
    .counted = counted,
};

const struct speed_backend speed_parta = {
    .name = "parta",
    .streams_first = 4,
    .streams_max = SPEED_STREAMS_MAX,
    .places = places,
    .alive = alive,
    .carrier = &speed_http_carrier,
    .http = &http,
};
