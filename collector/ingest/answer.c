/* Packs what the collector says back: see proto/parta/v1/exchange.proto. */
#include "collector/ingest/answer.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "common/bytes.h"
#include "common/wire/limits.h"
#include "common/wire/report_codec.h"
#include "parta/v1/exchange.pb-c.h"

enum { LATER_MIN_S = 3, LATER_SPREAD_S = 10 };

void
answer_message(const struct ProtobufCMessage *message, struct http_reply *ret)
{
	struct bytes packed = bytes_new(WIRE_INFLATED_BYTES_MAX);

	memset(ret, 0, sizeof(*ret));
	if (wire_pack(message, &packed) < 0) {
		bytes_clear(&packed);
		ret->status = 503;
		ret->retry_after_s = LATER_MIN_S;
		return;
	}
	ret->status = 200;
	ret->content_type = ANSWER_TYPE;
	ret->body = packed.data;
	ret->body_len = packed.len;
}

void
answer_refusal(unsigned status, const char *code, const char *reason, struct http_reply *ret)
{
	Parta__V1__ErrorAnswer error = PARTA__V1__ERROR_ANSWER__INIT;
	char code_text[64], reason_text[256];

	(void)snprintf(code_text, sizeof(code_text), "%s", code);
	(void)snprintf(reason_text, sizeof(reason_text), "%s", reason);
	error.code = code_text;
	error.reason = reason_text;
	answer_message(&error.base, ret);
	ret->status = status;
}

/* Agents that were turned away together come back one after another. */
void
answer_later(const char *code, const char *reason, struct http_reply *ret)
{
	static _Atomic unsigned turn;

	answer_refusal(503, code, reason, ret);
	ret->retry_after_s = LATER_MIN_S + atomic_fetch_add(&turn, 1) * 7 % LATER_SPREAD_S;
}
