/*
 * The paths of a LibreSpeed server (github.com/librespeed/speedtest, its backend
 * folder), with and without the suffix of PHP: garbage, empty and getIP.
 */
#include "collector/http/measure.h"
#include "collector/http/measure_stream.h"
#include "common/bytes.h"
#include "common/text.h"

enum { CHUNK_BYTES = 1024 * 1024, CHUNKS = 4, CHUNKS_MAX = 1024 };

enum http_progress
measure_garbage(struct http_request *request, struct http_reply *ret)
{
	const char *chunks = http_query(request, "ckSize");
	int64_t count;

	if (!chunks || text_i64(chunks, 1, CHUNKS_MAX, &count) < 0)
		count = CHUNKS;
	return measure_send(request, MEASURE_LIBRESPEED, (uint64_t)count * CHUNK_BYTES, ret);
}

bool
measure_empty_open(struct http_request *request, struct http_reply *ret)
{
	return measure_receive(request, MEASURE_LIBRESPEED, ret);
}

enum http_progress
measure_empty(struct http_request *request, struct http_reply *ret)
{
	(void)request;
	ret->status = 200;
	return HTTP_NOW;
}

enum http_progress
measure_address(struct http_request *request, struct http_reply *ret)
{
	struct bytes text = bytes_new(256);
	char client[ADDRESS_TEXT_SIZE];
	int r;

	address_format(&request->client, client);
	r = bytes_add_format(
	    &text, "{\"processedString\":\"%s\",\"rawIspInfo\":\"\"}\n", client);
	measure_tell(ret, r, &text);
	return HTTP_NOW;
}
