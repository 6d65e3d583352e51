/*
 * The paths of a LibreSpeed server (github.com/librespeed/speedtest, its backend
 * folder), with and without the suffix of PHP: garbage, empty and getIP, and the
 * list in which a client finds them. A page of another origin says "cors=true" and
 * asks beforehand (Fetch Standard, CORS protocol), since it watches its upload.
 */
#include <stdio.h>
#include <string.h>

#include "collector/http/measure.h"
#include "collector/http/measure_stream.h"
#include "common/bytes.h"
#include "common/text.h"

enum { CHUNK_BYTES = 1024 * 1024, CHUNKS = 4, CHUNKS_MAX = 1024 };

/* Other origins may read the reply, also one that refuses. */
static void
cors_add(const struct http_request *request, struct http_reply *ret)
{
	const char *cors = http_query(request, "cors");

	if (!cors || strcmp(cors, "true") != 0)
		return;
	(void)http_field_add(ret, "Access-Control-Allow-Origin", "*");
	(void)http_field_add(ret, "Access-Control-Allow-Methods", "GET, POST");
	(void)http_field_add(
	    ret, "Access-Control-Allow-Headers", "Content-Encoding, Content-Type");
}

enum http_progress
measure_garbage(struct http_request *request, struct http_reply *ret)
{
	const char *chunks = http_query(request, "ckSize");
	int64_t count;

	cors_add(request, ret);
	if (!chunks || text_i64(chunks, 1, CHUNKS_MAX, &count) < 0)
		count = CHUNKS;
	return measure_send(request, MEASURE_LIBRESPEED, (uint64_t)count * CHUNK_BYTES, ret);
}

bool
measure_empty_open(struct http_request *request, struct http_reply *ret)
{
	if (measure_receive(request, MEASURE_LIBRESPEED, ret))
		return true;
	cors_add(request, ret);
	return false;
}

enum http_progress
measure_empty(struct http_request *request, struct http_reply *ret)
{
	cors_add(request, ret);
	ret->status = 200;
	return HTTP_NOW;
}

/* What LibreSpeed says of addresses that no provider gave; of all others it is not known here
 * whose they are. */
static void
address_explain(const struct address *client, char ret[static 64])
{
	const char *kind = address_is_loopback(client)     ? "localhost"
			   : address_is_link_local(client) ? "link-local"
			   : address_is_private(client)    ? "private"
							   : NULL;

	ret[0] = '\0';
	if (kind)
		(void)snprintf(ret, 64, " - %s IPv%d access", kind,
		    client->family == ADDRESS_IPV6 ? 6 : 4);
}

enum http_progress
measure_address(struct http_request *request, struct http_reply *ret)
{
	struct bytes text = bytes_new(256);
	bool isp = http_query(request, "isp");
	char client[ADDRESS_TEXT_SIZE], words[64] = "";
	int r;

	address_format(&request->client, client);
	if (isp)
		address_explain(&request->client, words);
	r = bytes_add_format(
	    &text, "{\"processedString\":\"%s%s\",\"rawIspInfo\":\"\"}\n", client, words);
	measure_tell(ret, r, &text);
	cors_add(request, ret);
	return HTTP_NOW;
}
