/*
 * A LibreSpeed server (github.com/librespeed/speedtest, its backend folder): PHP
 * names or those without a suffix, below /backend or where the URL points; or a list
 * of servers, as its clients take it, of which the first that answers is used. A
 * download comes in mebibytes ("ckSize"); an upload has a length, because chunked
 * ones were refused by many; it does not count. Its own factor of 1.06 for
 * overhead is not used.
 */
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "agent/probe/speed_http.h"
#include "agent/probe/speed_stream.h"
#include "common/check.h"

enum { MEBIBYTE = 1024 * 1024, CHUNKS_MAX = 100 };

/* ---- a list of servers ---- */

static int
question(const struct speed_server *server, struct bytes *ret_url)
{
	static const char *const lists[] = {"/.well-known/librespeed", "/servers.php", ".json"};
	size_t len = strlen(server->url);
	char url[SPEED_URL_SIZE];

	for (size_t i = 0; i < COUNT_OF(lists); i++) {
		size_t tail = strlen(lists[i]);

		if (len > tail && strcmp(server->url + len - tail, lists[i]) == 0)
			return speed_url_make(server, "", url) < 0
				   ? -EFBIG
				   : bytes_add_text(ret_url, url);
	}
	return -ENOENT;
}

/* The URL of one of its files, by https where the list leaves that open. */
static int
listed_url(const json_t *server, const char *key, char ret[static SPEED_URL_SIZE])
{
	const char *base = json_string_value(json_object_get(server, "server"));
	const char *path = json_string_value(json_object_get(server, key));
	size_t len = base ? strlen(base) : 0;
	int n;

	if (len < 4 || !path || !*path ||
	    (strncmp(base, "//", 2) != 0 && strncasecmp(base, "https://", 8) != 0 &&
		strncasecmp(base, "http://", 7) != 0))
		return -EINVAL;
	n = snprintf(ret, SPEED_URL_SIZE, "%s%s%s%s", *base == '/' ? "https:" : "", base,
	    base[len - 1] == '/' ? "" : "/", path);
	return n < 0 || n >= SPEED_URL_SIZE ? -EFBIG : 0;
}

static int
listed(const void *answer, size_t len, struct speed_place ret[static SPEED_PLACES_MAX],
    size_t *ret_count)
{
	json_t *list = json_loadb(answer, len, JSON_REJECT_DUPLICATES, NULL), *server;
	int r = json_is_array(list) ? -ENOENT : -EBADMSG;
	size_t count = 0, at;

	json_array_foreach(list, at, server)
	{
		if (count < SPEED_PLACES_MAX &&
		    listed_url(server, "pingURL", ret[count].ping) == 0 &&
		    listed_url(server, "dlURL", ret[count].download) == 0 &&
		    listed_url(server, "ulURL", ret[count].upload) == 0)
			count++;
	}
	json_decref(list);
	if (count == 0)
		return r;
	*ret_count = count;
	return 0;
}

/* ---- a server ---- */

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

	if (answer)
		return listed(answer, len, ret, ret_count);
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
    .question = question,
    .places = places,
    .alive = alive,
    .carrier = &speed_http_carrier,
    .http = &http,
};
