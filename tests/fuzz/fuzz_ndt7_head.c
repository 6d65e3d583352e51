/* The request that opens a test of ndt7. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "collector/http/ndt7_head.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ndt7_head head, before;
	const char *why = NULL;
	size_t len = ndt7_head_len(data, size);
	unsigned status;

	assert(len <= size && (len == 0 || len >= 4));
	memset(&before, 0xa5, sizeof(before));
	head = before;
	status = ndt7_head_read(data, len ? len : size, &head, &why);
	if (status == 101) {
		assert(strlen(head.websocket_key) == NDT7_KEY_SIZE - 1);
		assert(memchr(head.test, '\0', sizeof(head.test)));
		assert(memchr(head.key, '\0', sizeof(head.key)));
		assert(head.exit_bytes == 0 || !head.upload);
	} else {
		assert(status >= 400 && status < 600 && why);
		assert(memcmp(&head, &before, sizeof(head)) == 0);
	}
	return 0;
}
