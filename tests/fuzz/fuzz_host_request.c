/* The head of a request from the school's network. */
#include <assert.h>
#include <errno.h>
#include <stdint.h>

#include "agent/host/host_request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct host_request request;
	int r = host_request_read((const char *)data, size, &request);

	if (r < 0) {
		assert(r == -EAGAIN || r == -ENOENT || r == -EFBIG || r == -EACCES ||
		       r == -EBADMSG);
		return 0;
	}
	assert(request.head_bytes <= size && request.head_bytes <= HOST_HEAD_BYTES_MAX);
	assert(request.body_bytes >= 1 && request.body_bytes <= HOST_BODY_BYTES_MAX);
	return 0;
}
