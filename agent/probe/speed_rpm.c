/*
 * Endpoints of draft-ietf-ippm-responsiveness (also Apple's networkQuality): a
 * small and a large object and a place for uploads, named in a JSON object at
 * /.well-known/nq or where the server's URL points, over HTTP/2 where it is spoken,
 * so that probes share connections with the load. Both spellings of the names are
 * read; an object of another version is not.
 */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "agent/probe/speed_http.h"
#include "agent/probe/speed_stream.h"
#include "common/text.h"

static const char config_path[] = "/.well-known/nq";

static int
question(const struct speed_server *server, struct bytes *ret_url)
{
	const char *host = strstr(server->url, "://");
	bool named = host && strchr(host + 3, '/');
	char url[SPEED_URL_SIZE];
	int r = speed_url_make(server, named ? "" : config_path, url);

	return r < 0 ? r : bytes_add_text(ret_url, url);
}

/* "scheme://host": what the three URLs have to share. */
static size_t
origin_len(const char *url)
{
	const char *host = strstr(url, "://");

	return host ? (size_t)(host - url) + 3 + strcspn(host + 3, "/?#") : 0;
}

static int
url_take(
    const json_t *urls, const char *name, const char *older, char ret[static SPEED_URL_SIZE])
{
	const char *url = json_string_value(json_object_get(urls, name));

	if (!url)
		url = json_string_value(json_object_get(urls, older));
	if (!url ||
	    (strncasecmp(url, "https://", 8) != 0 && strncasecmp(url, "http://", 7) != 0) ||
	    strlen(url) >= SPEED_URL_SIZE)
		return -EBADMSG;
	memcpy(ret, url, strlen(url) + 1);
	return 0;
}

static int
config_take(const json_t *config, struct speed_place *ret)
{
	const json_t *urls = json_object_get(config, "urls");
	const char *endpoint = json_string_value(json_object_get(config, "test_endpoint"));
	size_t len;

	if (json_integer_value(json_object_get(config, "version")) != 1 ||
	    url_take(urls, "small_download_url", "small_https_download_url", ret->ping) < 0 ||
	    url_take(urls, "large_download_url", "large_https_download_url", ret->download) <
		0 ||
	    url_take(urls, "upload_url", "https_upload_url", ret->upload) < 0)
		return -EBADMSG;
	len = origin_len(ret->ping);
	if (origin_len(ret->download) != len || origin_len(ret->upload) != len ||
	    strncasecmp(ret->ping, ret->download, len) != 0 ||
	    strncasecmp(ret->ping, ret->upload, len) != 0)
		return -EBADMSG;
	if (endpoint && (!text_is_clean(endpoint, strlen(endpoint)) ||
			    strlen(endpoint) >= sizeof(ret->connect_to)))
		return -EBADMSG;
	(void)text_copy(ret->connect_to, sizeof(ret->connect_to), endpoint ? endpoint : "");
	return 0;
}

static int
places(const struct speed_server *server, const void *answer, size_t len,
    struct speed_place ret[static SPEED_PLACES_MAX], size_t *ret_count)
{
	json_t *config = json_loadb(answer, len, JSON_REJECT_DUPLICATES, NULL);
	int r = config_take(config, ret);

	(void)server;
	json_decref(config);
	if (r == 0)
		*ret_count = 1;
	return r;
}

static bool
alive(long status, size_t body_len)
{
	return status == 200 && body_len == 1;
}

static int
download_url(const struct speed_place *place, const struct speed_ask *ask, struct bytes *ret)
{
	(void)ask;
	return bytes_add_text(ret, place->download);
}

static int
upload_url(const struct speed_place *place, const struct speed_ask *ask, struct bytes *ret)
{
	(void)ask;
	return bytes_add_text(ret, place->upload);
}

static const struct speed_http http = {
    .upload_bytes = UINT64_MAX,
    .chunked = true,
    .http2 = true,
    .download_url = download_url,
    .upload_url = upload_url,
};

const struct speed_backend speed_rpm = {
    .name = "rpm",
    .streams_first = 4,
    .streams_max = SPEED_STREAMS_MAX,
    .responsiveness = true,
    .question = question,
    .places = places,
    .alive = alive,
    .carrier = &speed_http_carrier,
    .http = &http,
};
