/*
 * A LibreSpeed server (github.com/librespeed/speedtest, its backend folder): PHP
 * names or those without a suffix, below /backend or where the URL points. A
 * download comes in mebibytes ("ckSize"); an upload has a length, because chunked
 * ones were refused by many; it does not count. Its own factor of 1.06 for
 * overhead is not used.
 */
#include <inttypes.h>

#include "agent/probe/speed_backend.h"
#include "common/check.h"

enum { MEBIBYTE = 1024 * 1024, CHUNKS_MAX = 100 };

static const struct speed_paths paths[] = {
    {"/backend/empty.php", "/backend/garbage.php", "/backend/empty.php"},
    {"/backend/empty", "/backend/garbage", "/backend/empty"},
    {"/empty.php", "/garbage.php", "/empty.php"},
    {"/empty", "/garbage", "/empty"},
};

static bool
alive(long status, size_t body_len)
{
	return (status == 200 || status == 204) && body_len == 0;
}

static int
download_url(const struct speed_place *place, uint64_t bytes, unsigned nonce, struct bytes *ret)
{
	uint64_t chunks = bytes / MEBIBYTE;
	int r = speed_url_begin(place, place->paths->download, ret);

	if (chunks < 1 || chunks > CHUNKS_MAX)
		chunks = chunks < 1 ? 1 : CHUNKS_MAX;
	return r < 0 ? r
		     : bytes_add_format(
			   ret, "ckSize=%" PRIu64 "&r=%.8s%08x", chunks, place->test_id, nonce);
}

static int
upload_url(const struct speed_place *place, unsigned nonce, struct bytes *ret)
{
	int r = speed_url_begin(place, place->paths->upload, ret);

	return r < 0 ? r : bytes_add_format(ret, "r=%.8s%08x", place->test_id, nonce);
}

const struct speed_backend speed_librespeed = {
    .name = "librespeed",
    .paths = paths,
    .n_paths = COUNT_OF(paths),
    .alive = alive,
    .download_bytes = (uint64_t)CHUNKS_MAX * MEBIBYTE,
    .upload_bytes = 16 * MEBIBYTE, /* 20 MB is the least that its servers take */
    .download_url = download_url,
    .upload_url = upload_url,
};
