/* A claim's file for the page. That it left is written down before it does: who asked, for
 * which paper, and its SHA-256. */
#include <errno.h>
#include <string.h>

#include "collector/page/claim.h"
#include "collector/page/page.h"
#include "collector/page/refuse.h"
#include "collector/store/connection.h"
#include "common/cleanup.h"

static const struct {
	const char *format, *content_type;
} formats[] = {
    {"html", "text/html; charset=utf-8"},
    {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    {"json", "application/x-ndjson"},
};

static int
export_note(struct db *db, const struct http_request *request, const struct claim_ask *ask,
    const struct claim_file *file)
{
	char address[ADDRESS_TEXT_SIZE], what[160], number[24];
	const char *const values[] = {address, "claim", number, file->file_sha256, what};

	address_format(&request->client, address);
	(void)snprintf(number, sizeof(number), "%lld", (long long)file->claim_id);
	(void)snprintf(what, sizeof(what), "%s.%s school=%s from=%s to=%s", ask->paper,
	    ask->format, ask->school, ask->from, ask->to);
	return db_query(
	    db, "SELECT core.note_export($1::inet, $2, $3::bigint, $4, $5)", values, 5, NULL);
}

static void
file_give(const struct claim_ask *ask, struct claim_file *file, struct http_reply *ret)
{
	char value[HTTP_FIELD_SIZE];

	(void)snprintf(value, sizeof(value), "attachment; filename=\"parta-%s-%s-%s-%s.%s\"",
	    ask->paper, ask->school, ask->from, ask->to, ask->format);
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (strcmp(formats[i].format, ask->format) == 0)
			ret->content_type = formats[i].content_type;
	(void)http_field_add(ret, "Content-Disposition", value);
	ret->status = 200;
	ret->body_len = file->bytes.len;
	ret->body = TAKE(file->bytes.data, NULL);
}

void
page_claim(struct db *db, const struct asker *asker, struct http_request *request,
    struct http_reply *ret)
{
	const struct claim_ask ask = {
	    .school = http_query(request, "school"),
	    .from = http_query(request, "from"),
	    .to = http_query(request, "to"),
	    .paper = http_query(request, "paper"),
	    .format = http_query(request, "format"),
	};
	const char *wrong = claim_wrong(&ask);
	struct claim_file file = {0};
	int r;

	if (wrong) {
		refuse_code(ret, asker, wrong);
		return;
	}
	r = claim_make(db, &ask, &file);
	if (r == 0)
		r = export_note(db, request, &ask, &file);
	if (r == 0)
		file_give(&ask, &file, ret);
	else if (r == -ENOENT)
		refuse_code(ret, asker, "no_school");
	else if (r == -EXDEV)
		refuse_code(ret, asker, "two_contracts");
	else if (r == -EFBIG)
		refuse_code(ret, asker, "too_many_rows");
	else
		refuse_database(ret, asker, db, r);
	bytes_clear(&file.bytes);
}
