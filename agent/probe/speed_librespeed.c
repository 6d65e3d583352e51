/*
 * A LibreSpeed server (github.com/librespeed/speedtest, its backend folder): PHP
 * names or those without a suffix, below /backend or where the URL points. A
 * download comes in mebibytes ("ckSize"); an upload has a length, because chunked
 * ones were refused by many; it does not count. Its own factor of 1.06 for
 * overhead is not used.
 */
#include <errno.h>
#include <inttypes.h>

#include "agent/probe/speed_http.h"
#include "agent/probe/speed_stream.h"
#include "common/check.h"

enum { MEBIBYTE = 1024 * 1024, CHUNKS_MAX = 100 };

static int
places(const struct speed_server *server, const void *answer, size_t len,
    struct speed_place ret[static SPEED_PLACES_MAX], size_t *ret_count)
{
	static const struct {
		const char *empty, *garbage;
	} paths[SPEED_PLACES_MAX] = {
	    {"/backend/empty.php", "/backend/garbage.php"},
	    {"/backend/empty", "/backend/garbage"},
	    {"/empty.php", "/garbage.php"},
	    {"/empty", "/garbage"},
	};

	(void)answer;
	(void)len;
	for (size_t i = 0; i < COUNT_OF(paths); i++)
		if (speed_url_make(server, paths[i].empty, ret[i].ping) < 0 ||
		    speed_url_make(server, paths[i].garbage, ret[i].download) < 0 ||
		    speed_url_make(server, paths[i].empty, ret[i].upload) < 0)
			return -EFBIG;
	*ret_count = COUNT_OF(paths);
	return 0;
}

static bool
alive(long status, size_t body_len)
{
	return (status == 200 || status == 204) && body_len == 0;
}

static int
download_url(const struct speed_place *place, const struct speed_ask *ask, struct bytes *ret)
{
	uint64_t chunks = ask->bytes / MEBIBYTE;

	if (chunks < 1 || chunks > CHUNKS_MAX)
		chunks = chunks < 1 ? 1 : CHUNKS_MAX;
	return speed_url_ask(ret, place->download, "ckSize=%" PRIu64 "&r=%.8s%08x", chunks,
	    place->test_id, ask->nonce);
}

static int
upload_url(const struct speed_place *place, const struct speed_ask *ask, struct bytes *ret)
{
	return speed_url_ask(ret, place->upload, "r=%.8s%08x", place->test_id, ask->nonce);
}

static const struct speed_http http = {
    .download_bytes = (uint64_t)CHUNKS_MAX * MEBIBYTE,
    .upload_bytes = 16 * MEBIBYTE, /* 20 MB is the least that its servers take */
    .download_url = download_url,
    .upload_url = upload_url,
};

const struct speed_backend speed_librespeed = {
    .name = "librespeed",
    .streams_first = 4,
    .streams_max = SPEED_STREAMS_MAX,
    .places = places,
    .alive = alive,
    .carrier = &speed_http_carrier,
    .http = &http,
};
