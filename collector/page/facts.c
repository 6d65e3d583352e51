/* The description of the API is read once and lent to every reply. */
#include "collector/page/facts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "collector/page/page.h"
#include "collector/page/refuse.h"
#include "common/cleanup.h"

enum { OPENAPI_BYTES_MAX = 4 * 1024 * 1024 };

int
facts_load(const char *path, struct page_facts *ret)
{
	CLEANUP(fclose_at) FILE *file = fopen(path, "re");
	CLEANUP(free_at) char *text = NULL;
	struct stat st;
	size_t len;

	if (!file || fstat(fileno(file), &st) < 0)
		return -errno;
	if (st.st_size > OPENAPI_BYTES_MAX)
		return -EFBIG;
	text = malloc((size_t)st.st_size + 1);
	if (!text)
		return -ENOMEM;
	len = fread(text, 1, (size_t)st.st_size, file);
	if (len != (size_t)st.st_size)
		return -EIO;
	ret->openapi = TAKE(text, NULL);
	ret->openapi_len = len;
	return 0;
}

void
facts_clear(struct page_facts *facts)
{
	free(TAKE(facts->openapi, NULL));
}

void
page_describe(struct db *db, const struct asker *asker, struct http_request *request,
    struct http_reply *ret)
{
	const struct page_facts *facts = request->services->facts;

	(void)db;
	if (!facts->openapi) {
		refuse_code(ret, asker, "no_description");
		return;
	}
	ret->status = 200;
	ret->content_type = "application/json";
	ret->lent = (const uint8_t *)facts->openapi;
	ret->body_len = facts->openapi_len;
}
