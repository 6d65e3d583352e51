/*
 * Enrolment and renewal: see enrol.h and proto/README.md. The conversation of two
 * requests is a small machine; what is written to disk, and whether a certificate
 * may be, is credentials.c's. The secret is never sent to a server that is not
 * verified by the authority of the token.
 */
#include "agent/uplink/enrol.h"

#include <errno.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/arena.h"
#include "common/cleanup.h"
#include "common/file.h"
#include "common/text.h"
#include "common/token.h"
#include "common/transfer.h"
#include "common/wire/limits.h"
#include "common/wire/report_codec.h"
#include "parta/v1/enrolment.pb-c.h"
#include "parta/v1/exchange.pb-c.h"

enum { ANSWER_BYTES_MAX = 64 * 1024, ANSWER_ARENA_BYTES = 512 * 1024, TIMEOUT_MS = 30000 };

struct enrol {
	struct transfers *transfers;
	char url[256], token[TOKEN_TEXT_SIZE], host_name[256], state_dir[256];
	char ca_file[CREDENTIALS_PATH_SIZE];
	uint8_t authority_sha256[32];
	enrol_done_fn on_done;
	void *arg;
};

int
enrol_request(const char *state_dir, const char *host_name, const char *token, bool fresh,
    struct bytes *ret)
{
	Parta__V1__EnrolRequest request = PARTA__V1__ENROL_REQUEST__INIT;
	struct bytes csr = bytes_new(ANSWER_BYTES_MAX);
	int r = credentials_request(state_dir, host_name, fresh, &csr);

	if (r == 0) {
		request.token = (char *)(token ? token : "");
		request.csr = (ProtobufCBinaryData){.len = csr.len, .data = csr.data};
		request.host_name = (char *)host_name;
		request.agent_version = (char *)PARTA_VERSION;
		r = wire_pack(&request.base, ret);
	}
	bytes_clear(&csr);
	return r;
}

/* Bytes that hold PEM, as text in the arena; NULL when they cannot be that. */
static const char *
pem_text(struct arena *arena, const ProtobufCBinaryData *bytes)
{
	if (bytes->len == 0 || memchr(bytes->data, '\0', bytes->len))
		return NULL;
	return arena_text(arena, (const char *)bytes->data, bytes->len);
}

int
enrol_answer(const char *state_dir, const void *body, size_t len, bool fresh,
    char words[static CREDENTIALS_WORDS_SIZE])
{
	CLEANUP(free_at) void *memory = malloc(ANSWER_ARENA_BYTES);
	struct arena arena = arena_over(memory, ANSWER_ARENA_BYTES);
	const Parta__V1__EnrolAnswer *answer;
	struct credentials_grant grant;
	ProtobufCMessage *message;

	if (!memory)
		return -ENOMEM;
	(void)snprintf(words, CREDENTIALS_WORDS_SIZE, "the collector's answer cannot be read");
	if (wire_unpack(&parta__v1__enrol_answer__descriptor, &arena, body, len, &message) < 0)
		return -EBADMSG;
	answer = (const Parta__V1__EnrolAnswer *)message;
	grant = (struct credentials_grant){.agent_id = answer->agent_id.data,
	    .certificate = pem_text(&arena, &answer->certificate),
	    .authority = pem_text(&arena, &answer->authority),
	    .policy_key = answer->policy_key.data,
	    .school_code = answer->school_code,
	    .school_name = answer->school_name,
	    .collector_url = answer->agents_url};
	if (!grant.certificate || !grant.authority || answer->agent_id.len != 16 ||
	    answer->policy_key.len != 32)
		return -EBADMSG;
	return credentials_store(state_dir, &grant, fresh, words);
}

static void
finish(struct enrol *enrol, int error, const char *words)
{
	(void)unlink(enrol->ca_file);
	enrol->on_done(enrol->arg, error, words);
}

/* Why the collector refused, in its own words if it gave any. */
static void
refusal_words(const struct transfer_result *result, char ret[static CREDENTIALS_WORDS_SIZE])
{
	unsigned char memory[16 * 1024];
	struct arena arena = arena_over(memory, sizeof(memory));
	ProtobufCMessage *message;

	if (result->error < 0)
		(void)snprintf(ret, CREDENTIALS_WORDS_SIZE, "could not reach the collector: %s",
		    result->words);
	else if (result->body_len > 0 && result->body_len < 1024 &&
		 wire_unpack(&parta__v1__error_answer__descriptor, &arena, result->body,
		     result->body_len, &message) == 0 &&
		 *((const Parta__V1__ErrorAnswer *)message)->reason)
		(void)snprintf(ret, CREDENTIALS_WORDS_SIZE, "the collector refused: %s",
		    ((const Parta__V1__ErrorAnswer *)message)->reason);
	else
		(void)snprintf(ret, CREDENTIALS_WORDS_SIZE,
		    "the collector refused with status %ld", result->status);
}

static void
on_answer(void *arg, const struct transfer_result *result)
{
	char words[CREDENTIALS_WORDS_SIZE] = "";
	struct enrol *enrol = arg;
	int r;

	if (result->error == 0 && result->status == 200) {
		r = enrol_answer(enrol->state_dir, result->body, result->body_len, true, words);
	} else {
		refusal_words(result, words);
		r = result->error < 0 ? result->error : result->status == 403 ? -EACCES : -EIO;
	}
	finish(enrol, r, words);
}

static int
send_request(struct enrol *enrol)
{
	static const char *const headers[] = {"Content-Type: application/x-protobuf", NULL};
	struct bytes body = bytes_new(ANSWER_BYTES_MAX);
	struct transfer *transfer;
	char url[300];
	int r = enrol_request(enrol->state_dir, enrol->host_name, enrol->token, true, &body);

	(void)snprintf(url, sizeof(url), "%s/v1/enrol", enrol->url);
	if (r == 0) {
		struct transfer_request request = {.method = "POST",
		    .url = url,
		    .headers = headers,
		    .body = body.data,
		    .body_len = body.len,
		    .ca_file = enrol->ca_file,
		    .fresh_connection = true,
		    .timeout_ms = TIMEOUT_MS,
		    .body_max_bytes = ANSWER_BYTES_MAX,
		    .on_done = on_answer,
		    .arg = enrol};

		r = transfer_start(enrol->transfers, &request, &transfer);
	}
	bytes_clear(&body);
	return r;
}

/* The authority that the chain ended in is the one of the token: it verifies the second
 * request. */
static int
authority_store(struct enrol *enrol, const uint8_t *der, size_t len)
{
	X509 *authority = d2i_X509(NULL, &der, (long)len);
	BIO *bio = BIO_new(BIO_s_mem());
	uint8_t sha256[32];
	char *pem = NULL;
	long pem_len = 0;
	int r = -EBADMSG;

	if (authority && bio && X509_digest(authority, EVP_sha256(), sha256, NULL) == 1) {
		r = memcmp(sha256, enrol->authority_sha256, sizeof(sha256)) == 0
			? 0
			: -EKEYREJECTED;
		if (r == 0 && PEM_write_bio_X509(bio, authority) == 1)
			pem_len = BIO_get_mem_data(bio, &pem);
	}
	if (r == 0)
		r = pem_len > 0 ? file_write(enrol->ca_file, pem, (size_t)pem_len, 0600) : -EIO;
	(void)BIO_free_all(bio);
	X509_free(authority);
	return r;
}

static void
on_chain(void *arg, const struct transfer_result *result)
{
	char words[CREDENTIALS_WORDS_SIZE];
	struct enrol *enrol = arg;
	int r;

	if (result->authority_len == 0) {
		refusal_words(result, words);
		finish(enrol, result->error < 0 ? result->error : -EPROTO, words);
		return;
	}
	r = authority_store(enrol, result->authority, result->authority_len);
	if (r == 0)
		r = send_request(enrol);
	if (r == -EKEYREJECTED)
		finish(enrol, r,
		    "the server is not of the authority that the token tells: wrong address, "
		    "or somebody stands in between");
	else if (r < 0)
		finish(enrol, r, "could not write to the state folder");
}

int
enrol_start(struct transfers *transfers, const struct enrol_settings *settings,
    enrol_done_fn on_done, void *arg, struct enrol **ret)
{
	struct transfer *transfer;
	struct enrol *enrol;
	struct token token;
	char url[300];
	size_t len;
	int r;

	if (token_parse(settings->token, &token) < 0 ||
	    strncmp(settings->collector_url, "https://", 8) != 0 ||
	    strlen(settings->collector_url) >= sizeof(enrol->url))
		return -EINVAL;
	enrol = calloc(1, sizeof(*enrol));
	if (!enrol)
		return -ENOMEM;
	enrol->transfers = transfers;
	enrol->on_done = on_done;
	enrol->arg = arg;
	memcpy(
	    enrol->authority_sha256, token.authority_sha256, sizeof(enrol->authority_sha256));
	(void)text_copy(enrol->token, sizeof(enrol->token), settings->token);
	(void)text_copy(enrol->host_name, sizeof(enrol->host_name), settings->host_name);
	(void)text_copy(enrol->state_dir, sizeof(enrol->state_dir), settings->state_dir);
	len = text_copy(enrol->url, sizeof(enrol->url), settings->collector_url);
	while (len > 0 && enrol->url[len - 1] == '/')
		enrol->url[--len] = '\0';
	(void)snprintf(url, sizeof(url), "%s/healthz", enrol->url);
	struct transfer_request request = {.url = url,
	    .insecure = true,
	    .want_chain = true,
	    .fresh_connection = true,
	    .timeout_ms = TIMEOUT_MS,
	    .on_done = on_chain,
	    .arg = enrol};
	r = file_path(
	    enrol->ca_file, sizeof(enrol->ca_file), enrol->state_dir, "ca.crt.wanted");
	if (r == 0)
		r = transfer_start(transfers, &request, &transfer);
	if (r < 0) {
		free(enrol);
		return r;
	}
	*ret = enrol;
	return 0;
}

void
enrol_free(struct enrol *enrol)
{
	free(enrol);
}
