/*
 * Where on this host a client finds what it speaks: M-Lab's Locate (v2) for ndt7,
 * /.well-known/nq for responsiveness (draft-ietf-ippm-responsiveness, section 7, and
 * the older names of its URLs), /.well-known/librespeed. Hosts and keys stand in the
 * answers as the client gave them, once they hold nothing but what such words may.
 */
#include <stdio.h>
#include <string.h>

#include "collector/http/measure.h"
#include "collector/http/measure_stream.h"
#include "common/bytes.h"
#include "common/check.h"

enum { PLACE_TEXT_MAX = 8192, HOST_SIZE = 256, KEY_SIZE = 160 };

#define LARGE_BYTES 8589934592 /* 8 GiB: nobody takes all of it */

/* Letters, digits and those. */
static bool
word_fits(const char *word, const char *others, size_t size)
{
	static const char plain[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
	size_t len = strlen(word), at = 0;

	while (at < len && (strchr(plain, word[at]) || strchr(others, word[at])))
		at++;
	return len > 0 && len < size && at == len;
}

/* As "collector.town.test:8445" or "[fd00::1]:8445". */
static bool
host_read(const struct http_request *request, char ret[static HOST_SIZE])
{
	const char *host = http_header(request, "Host");

	if (!host || !word_fits(host, ".-:[]", HOST_SIZE))
		return false;
	(void)snprintf(ret, HOST_SIZE, "%s", host);
	return true;
}

/* "key=WORD", after the mark that joins it to a URL; "" without a key. */
static void
key_write(const struct http_request *request, char mark, char ret[static KEY_SIZE])
{
	const char *key = http_query(request, "key");

	ret[0] = '\0';
	if (key && word_fits(key, ".-_~", KEY_SIZE - 8))
		(void)snprintf(ret, KEY_SIZE, "%ckey=%s", mark, key);
}

static void
no_host(struct http_reply *ret)
{
	measure_refuse(ret, 400, "the request says no Host that can be read\n", 0,
	    METRIC_REFUSED_MALFORMED);
}

/* Pages of other origins may read it. */
static void
tell_everybody(struct http_reply *ret, int r, struct bytes *json)
{
	measure_tell(ret, r, json);
	(void)http_field_add(ret, "Access-Control-Allow-Origin", "*");
}

/* ---------------------------------------------------------------- Locate */

/* Without its port. */
static void
port_cut(char *host)
{
	char *colon = strrchr(host, ':');

	if (colon && !strchr(colon, ']'))
		*colon = '\0';
}

enum http_progress
measure_locate(struct http_request *request, struct http_reply *ret)
{
	struct bytes text = bytes_new(PLACE_TEXT_MAX);
	unsigned port = request->services->measure->ndt7_port;
	char host[HOST_SIZE], key[KEY_SIZE];
	int r;

	if (!host_read(request, host)) {
		no_host(ret);
		return HTTP_NOW;
	}
	port_cut(host);
	key_write(request, '?', key);
	if (port == 0)
		r = bytes_add_text(&text, "{\"results\":[]}\n");
	else
		r = bytes_add_format(&text,
		    "{\"results\":[{\"machine\":\"%s\",\"hostname\":\"%s\",\"urls\":{"
		    "\"wss:///ndt/v7/download\":\"wss://%s:%u/ndt/v7/download%s\","
		    "\"wss:///ndt/v7/upload\":\"wss://%s:%u/ndt/v7/upload%s\"}}]}\n",
		    host, host, host, port, key, host, port, key);
	tell_everybody(ret, r, &text);
	return HTTP_NOW;
}

/* ---------------------------------------------------------------- responsiveness */

enum http_progress
measure_nq(struct http_request *request, struct http_reply *ret)
{
	static const struct {
		const char *name, *old_name, *path;
	} urls[] = {
	    {"small_download_url", "small_https_download_url", "/v1/measure/small"},
	    {"large_download_url", "large_https_download_url", "/v1/measure/large"},
	    {"upload_url", "https_upload_url", "/v1/measure/slurp"},
	};
	struct bytes text = bytes_new(PLACE_TEXT_MAX);
	char host[HOST_SIZE], key[KEY_SIZE];
	int r;

	if (!host_read(request, host)) {
		no_host(ret);
		return HTTP_NOW;
	}
	key_write(request, '?', key);
	r = bytes_add_text(&text, "{\"version\":1,\"urls\":{");
	for (size_t i = 0; r == 0 && i < COUNT_OF(urls); i++)
		r = bytes_add_format(&text,
		    "%s\"%s\":\"https://%s%s%s\",\"%s\":\"https://%s%s%s\"", i ? "," : "",
		    urls[i].name, host, urls[i].path, key, urls[i].old_name, host, urls[i].path,
		    key);
	if (r == 0)
		r = bytes_add_text(&text, "}}\n");
	tell_everybody(ret, r, &text);
	return HTTP_NOW;
}

enum http_progress
measure_small(struct http_request *request, struct http_reply *ret)
{
	static const uint8_t byte = 'x';

	(void)request;
	ret->status = 200;
	ret->content_type = "application/octet-stream";
	ret->lent = &byte;
	ret->body_len = 1;
	return HTTP_NOW;
}

enum http_progress
measure_large(struct http_request *request, struct http_reply *ret)
{
	return measure_send(request, MEASURE_RPM, LARGE_BYTES, ret);
}

bool
measure_slurp_open(struct http_request *request, struct http_reply *ret)
{
	return measure_receive(request, MEASURE_RPM, ret);
}

/* ---------------------------------------------------------------- LibreSpeed's list */

enum http_progress
measure_librespeed(struct http_request *request, struct http_reply *ret)
{
	struct bytes text = bytes_new(PLACE_TEXT_MAX);
	char host[HOST_SIZE], key[KEY_SIZE];
	int r;

	if (!host_read(request, host)) {
		no_host(ret);
		return HTTP_NOW;
	}
	key_write(request, '?', key);
	r = bytes_add_format(&text,
	    "[{\"id\":1,\"name\":\"parta\",\"server\":\"https://%s/backend/\","
	    "\"dlURL\":\"garbage%s\",\"ulURL\":\"empty%s\",\"pingURL\":\"empty\","
	    "\"getIpURL\":\"getIP\"}]\n",
	    host, key, key);
	tell_everybody(ret, r, &text);
	return HTTP_NOW;
}
