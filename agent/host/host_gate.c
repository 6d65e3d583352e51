/*
 * The gate of host facts. Facts are no secret, so they travel in the clear; that
 * they come from who has the school's key, and once, is what is looked at. The
 * address is counted before anything is computed.
 */
#include "agent/host/host_gate.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/check.h"
#include "common/digest.h"
#include "common/text.h"

struct bucket {
	struct address from;
	uint64_t filled_ms; /* when its tokens were counted last */
	unsigned tokens;
};

struct nonce {
	uint8_t bytes[HOST_NONCE_BYTES];
	int64_t time_s; /* that it was signed with; 0 a free place */
};

struct host_gate {
	struct host_keys keys;
	struct bucket all, sources[HOST_SOURCES_MAX];
	size_t n_sources;
	struct nonce nonces[HOST_NONCES_MAX];
};

int
host_keys_parse(
    const char *name, const char *text, struct host_keys *ret, char error[static 256])
{
	struct host_keys keys = {.count = 0};
	unsigned number = 1;

	for (const char *at = text; *at; number++) {
		size_t len = strcspn(at, "\r\n");
		char line[80];

		(void)snprintf(line, sizeof(line), "%.*s", (int)(len < 79 ? len : 79), at);
		line[strcspn(line, " \t")] = '\0';
		if (*line && *line != '#') {
			if (keys.count == HOST_KEYS_MAX || strlen(line) != 2 * HOST_KEY_BYTES ||
			    text_unhex(keys.keys[keys.count], HOST_KEY_BYTES, line) !=
				HOST_KEY_BYTES) {
				(void)snprintf(error, 256,
				    "%s:%u: write at most %d keys, each a line of 64 "
				    "hexadecimal digits",
				    name, number, HOST_KEYS_MAX);
				return -EINVAL;
			}
			keys.count++;
		}
		at += len;
		at += *at == '\r';
		at += *at == '\n';
	}
	if (keys.count == 0) {
		(void)snprintf(error, 256, "%s: there is no key in it", name);
		return -EINVAL;
	}
	*ret = keys;
	return 0;
}

int
host_gate_new(struct host_gate **ret)
{
	struct host_gate *gate = calloc(1, sizeof(*gate));

	if (!gate)
		return -ENOMEM;
	gate->all.tokens = HOST_BURST_ALL;
	*ret = gate;
	return 0;
}

void
host_gate_free(struct host_gate *gate)
{
	if (gate)
		explicit_bzero(&gate->keys, sizeof(gate->keys));
	free(gate);
}

void
host_gate_keys(struct host_gate *gate, const struct host_keys *keys)
{
	gate->keys = *keys;
}

/* ---------------------------------------------------------------- buckets */

static void
bucket_fill(struct bucket *bucket, unsigned burst, uint64_t refill_ms, uint64_t boot_ms)
{
	uint64_t more = (boot_ms - bucket->filled_ms) / refill_ms;

	if (bucket->tokens + more >= burst) {
		bucket->tokens = burst;
		bucket->filled_ms = boot_ms;
	} else {
		bucket->tokens += (unsigned)more;
		bucket->filled_ms += more * refill_ms;
	}
}

/* The bucket of an address. When all are taken, the one that was used longest ago is emptied
 * into a new one. */
static struct bucket *
bucket_of(struct host_gate *gate, const struct address *from, uint64_t boot_ms)
{
	struct bucket *oldest = &gate->sources[0];

	for (size_t i = 0; i < gate->n_sources; i++) {
		if (address_equal(&gate->sources[i].from, from))
			return &gate->sources[i];
		if (gate->sources[i].filled_ms < oldest->filled_ms)
			oldest = &gate->sources[i];
	}
	if (gate->n_sources < HOST_SOURCES_MAX)
		oldest = &gate->sources[gate->n_sources++];
	*oldest = (struct bucket){.from = *from, .filled_ms = boot_ms, .tokens = HOST_BURST};
	return oldest;
}

bool
host_gate_admits(struct host_gate *gate, const struct address *from, uint64_t boot_ms)
{
	struct bucket *bucket = bucket_of(gate, from, boot_ms);

	bucket_fill(bucket, HOST_BURST, HOST_REFILL_MS, boot_ms);
	bucket_fill(&gate->all, HOST_BURST_ALL, HOST_REFILL_ALL_MS, boot_ms);
	if (bucket->tokens == 0 || gate->all.tokens == 0)
		return false;
	bucket->tokens--;
	gate->all.tokens--;
	return true;
}

/* ---------------------------------------------------------------- signatures */

/* Takes as long whatever differs. */
static bool
is_same(const uint8_t *a, const uint8_t *b, size_t len)
{
	unsigned differs = 0;

	for (size_t i = 0; i < len; i++)
		differs |= (unsigned)(a[i] ^ b[i]);
	return differs == 0;
}

static int
signer_of(const struct host_gate *gate, const struct host_request *request, const char *body,
    size_t len)
{
	char nonce[2 * HOST_NONCE_BYTES + 1], head[96];
	uint8_t expected[DIGEST_BYTES], *signed_bytes;
	int key = -1, head_len;

	text_hex(nonce, request->nonce, sizeof(request->nonce));
	head_len = snprintf(
	    head, sizeof(head), "parta-host-1\n%" PRId64 "\n%s\n", request->time_s, nonce);
	signed_bytes = malloc((size_t)head_len + len);
	if (!signed_bytes)
		return -1;
	memcpy(signed_bytes, head, (size_t)head_len);
	memcpy(signed_bytes + head_len, body, len);
	for (size_t i = 0; i < gate->keys.count; i++)
		if (digest_hmac(gate->keys.keys[i], HOST_KEY_BYTES, signed_bytes,
			(size_t)head_len + len, expected) == 0 &&
		    is_same(expected, request->signature, sizeof(expected)))
			key = (int)i;
	free(signed_bytes);
	return key;
}

void
host_gate_sign_time(const struct host_gate *gate, int key,
    const uint8_t nonce[static HOST_NONCE_BYTES], int64_t now_s,
    char ret[static 2 * HOST_SIGNATURE_BYTES + 1])
{
	char hex[2 * HOST_NONCE_BYTES + 1], text[96];
	uint8_t signature[DIGEST_BYTES] = {0};
	int len;

	CHECK(key >= 0 && (size_t)key < gate->keys.count);
	text_hex(hex, nonce, HOST_NONCE_BYTES);
	len = snprintf(text, sizeof(text), "parta-host-1-time\n%s\n%" PRId64, hex, now_s);
	(void)digest_hmac(gate->keys.keys[key], HOST_KEY_BYTES, text, (size_t)len, signature);
	text_hex(ret, signature, sizeof(signature));
}

/* A place for the nonce, NULL with *ret_seen when it is there already, NULL when all places
 * hold nonces that could still be replayed. */
static struct nonce *
nonce_place(struct host_gate *gate, const uint8_t *bytes, int64_t now_s, bool *ret_seen)
{
	struct nonce *place = NULL;

	*ret_seen = false;
	for (size_t i = 0; i < HOST_NONCES_MAX; i++) {
		struct nonce *nonce = &gate->nonces[i];
		bool stale = nonce->time_s < now_s - HOST_WINDOW_S;

		if (!stale && memcmp(nonce->bytes, bytes, HOST_NONCE_BYTES) == 0) {
			*ret_seen = true;
			return NULL;
		}
		if (!place && stale)
			place = nonce;
	}
	return place;
}

enum host_verdict
host_gate_judge(struct host_gate *gate, const struct host_request *request, const char *body,
    size_t len, int64_t now_s, int *ret_key)
{
	struct nonce *place;
	bool seen;

	*ret_key = signer_of(gate, request, body, len);
	if (*ret_key < 0)
		return HOST_UNSIGNED;
	if (request->time_s < now_s - HOST_WINDOW_S || request->time_s > now_s + HOST_WINDOW_S)
		return HOST_CLOCK;
	place = nonce_place(gate, request->nonce, now_s, &seen);
	if (!place)
		return seen ? HOST_REPLAYED : HOST_BUSY;
	memcpy(place->bytes, request->nonce, HOST_NONCE_BYTES);
	place->time_s = request->time_s;
	return HOST_TAKEN;
}
