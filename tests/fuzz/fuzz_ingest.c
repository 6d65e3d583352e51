/*
 * What strangers hand to the collector beside the codec: the first byte says
 * whether the rest is a report to check, a certificate request, a certificate, a
 * token or an address. A report that passes names the same key to the one who
 * only peeks.
 */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <protobuf-c/protobuf-c.h>

#include "collector/http/listen.h"
#include "collector/ingest/authority.h"
#include "collector/ingest/check.h"
#include "collector/ingest/peek.h"
#include "common/token.h"
#include "common/wire/report_codec.h"
#include "parta/v1/report.pb-c.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const int64_t now_ms = 1795000000000;
static const uint8_t agent_id[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
static uint8_t memory[4 * 1024 * 1024];

static void
try_report(const uint8_t *data, size_t size)
{
	struct arena arena = arena_over(memory, sizeof(memory));
	struct peeked key = peek_report(data, size);
	struct check_failure failure = {.code = NULL};
	struct ProtobufCMessage *message;
	const Parta__V1__Report *report;

	if (wire_unpack(&parta__v1__report__descriptor, &arena, data, size, &message) < 0)
		return;
	report = (const Parta__V1__Report *)message;
	if (!check_report(report, agent_id, now_ms, &failure)) {
		assert(failure.code && *failure.code && *failure.reason);
		return;
	}
	assert(key.has_boot_id && memcmp(key.boot_id, report->boot_id.data, 16) == 0);
	assert(key.seq == report->seq);
}

/* An authority in a folder that is gone again once it was read. */
static struct authority *
authority_borrow(void)
{
	static struct authority *authority;
	static const char *const files[] = {"ca.key", "ca.crt", "policy.key"};
	char dir[] = "/tmp/fuzz-ingest-XXXXXX", path[64];

	if (authority)
		return authority;
	if (!mkdtemp(dir) || authority_create(dir, now_ms) < 0 ||
	    authority_open(dir, &authority) < 0)
		abort();
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s/ca/%s", dir, files[i]);
		(void)unlink(path);
	}
	(void)snprintf(path, sizeof(path), "%s/ca", dir);
	(void)rmdir(path);
	(void)rmdir(dir);
	return authority;
}

static void
try_request(const uint8_t *data, size_t size)
{
	uint8_t key[32];
	char *pem = NULL;
	int64_t ends_ms;
	int r = authority_request_key(data, size, key);
	int issued =
	    authority_issue(authority_borrow(), data, size, agent_id, now_ms, &pem, &ends_ms);

	assert((r == 0) == (issued == 0) && (pem != NULL) == (issued == 0));
	free(pem);
}

/* Nothing that a fuzzer finds is signed by the key that was made a moment ago. */
static void
try_certificate(const uint8_t *data, size_t size)
{
	struct http_certificate seen = {.present = false};

	authority_judge(authority_borrow(), data, size, &seen);
	assert(seen.present && !seen.trusted);
}

static void
try_text(const uint8_t *data, size_t size)
{
	char text[256], again[TOKEN_TEXT_SIZE];
	struct token token;
	struct address address;
	uint16_t port;

	if (size >= sizeof(text))
		return;
	memcpy(text, data, size);
	text[size] = '\0';
	(void)endpoint_parse(text, &address, &port);
	if (token_parse(text, &token) < 0)
		return;
	token_format(&token, again);
	assert(strcmp(text, again) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const tries[])(const uint8_t *data, size_t size) = {
	    try_report, try_request, try_certificate, try_text};

	if (size > 0)
		tries[data[0] % 4](data + 1, size - 1);
	return 0;
}
