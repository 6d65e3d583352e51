/*
 * HTTP/1.1 over mutual TLS by blocking calls, enrolment, and reports of numbers.
 * The answer must fit LOAD_ANSWER_BYTES_MAX; redirects, chunked answers and
 * certificates' names are left out: the collector is the caller's own.
 */
#include "tests/bench/load_agent.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "common/arena.h"
#include "common/check.h"
#include "common/clock.h"
#include "common/text.h"
#include "common/wire/report_codec.h"
#include "parta/v1/enrolment.pb-c.h"
#include "parta/v1/exchange.pb-c.h"
#include "parta/v1/report.pb-c.h"

enum { ARENA_BYTES = 1024 * 1024, ENROL_TRIES = 60 };

/* ---------------------------------------------------------------- HTTP over TLS */

static int
connect_to(const struct load_place *place, uint16_t port)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
	const struct timeval patience = {.tv_sec = place->patience_s};

	CHECK(inet_pton(AF_INET, place->host, &to.sin_addr) == 1);
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0) {
		if (fd >= 0)
			(void)close(fd);
		return -1;
	}
	return fd;
}

void
load_close(SSL *tls)
{
	int fd;

	if (!tls)
		return;
	fd = SSL_get_fd(tls);
	SSL_free(tls);
	(void)close(fd);
}

/* A connection, with the agent's certificate when it has one. */
static SSL *
tls_open(const struct load_agent *agent, const struct load_place *place, uint16_t port)
{
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());
	SSL *tls = NULL;
	int fd = connect_to(place, port);

	CHECK(context);
	if (agent->certificate)
		CHECK(SSL_CTX_use_certificate(context, agent->certificate) == 1 &&
		      SSL_CTX_use_PrivateKey(context, agent->key) == 1);
	if (agent->authority) {
		CHECK(X509_STORE_add_cert(SSL_CTX_get_cert_store(context), agent->authority) ==
		      1);
		SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
	}
	if (fd >= 0) {
		tls = SSL_new(context);
		CHECK(tls && SSL_set_fd(tls, fd) == 1);
		if (SSL_connect(tls) != 1) {
			ERR_clear_error();
			load_close(tls);
			tls = NULL;
		}
	}
	SSL_CTX_free(context);
	return tls;
}

static bool
send_all(SSL *tls, const void *bytes, size_t len)
{
	size_t put;

	return SSL_write_ex(tls, bytes, len, &put) == 1 && put == len;
}

/* The status of the answer, or 0 when the connection broke; its body goes to *ret. */
static unsigned
answer_read(SSL *tls, struct bytes *ret)
{
	char text[LOAD_ANSWER_BYTES_MAX];
	size_t len = 0, got, head, body;
	char *end, *length;
	unsigned status;

	for (;;) {
		if (len + 1 >= sizeof(text) ||
		    SSL_read_ex(tls, text + len, sizeof(text) - 1 - len, &got) != 1)
			return 0;
		len += got;
		text[len] = '\0';
		end = strstr(text, "\r\n\r\n");
		if (!end)
			continue;
		head = (size_t)(end - text) + 4;
		length = strcasestr(text, "content-length:");
		body = length && length < end ? strtoul(length + 15, NULL, 10) : 0;
		if (len < head + body)
			continue;
		status = (unsigned)strtoul(text + 9, NULL, 10);
		bytes_clear(ret);
		if (bytes_add(ret, text + head, body) < 0)
			return 0;
		return status;
	}
}

/* The status, or 0. */
static unsigned
post(SSL *tls, const char *path, const char *encoding, const struct bytes *body,
    struct bytes *ret)
{
	struct bytes request = bytes_new(LOAD_ANSWER_BYTES_MAX * 64);
	unsigned status = 0;

	if (bytes_add_format(&request,
		"POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-protobuf\r\n%s"
		"Content-Length: %zu\r\n\r\n",
		path, "collector", encoding, body->len) == 0 &&
	    bytes_add(&request, body->data, body->len) == 0 &&
	    send_all(tls, request.data, request.len))
		status = answer_read(tls, ret);
	bytes_clear(&request);
	return status;
}

SSL *
load_open(const struct load_agent *agent, const struct load_place *place)
{
	return tls_open(agent, place, place->agents_port);
}

bool
load_knock(SSL *tls)
{
	static const char request[] = "GET /none HTTP/1.1\r\nHost: collector\r\n\r\n";
	struct bytes body = bytes_new(LOAD_ANSWER_BYTES_MAX);
	bool good =
	    send_all(tls, request, sizeof(request) - 1) && answer_read(tls, &body) == 404;

	bytes_clear(&body);
	return good;
}

/* ---------------------------------------------------------------- enrolment */

static size_t
request_make(struct load_agent *agent, uint8_t **ret)
{
	X509_REQ *request = X509_REQ_new();
	int len;

	agent->key = EVP_EC_gen("P-256");
	CHECK(request && agent->key && X509_REQ_set_pubkey(request, agent->key) == 1 &&
	      X509_REQ_sign(request, agent->key, EVP_sha256()) > 0);
	*ret = NULL;
	len = i2d_X509_REQ(request, ret);
	CHECK(len > 0);
	X509_REQ_free(request);
	return (size_t)len;
}

static X509 *
certificate_of(const ProtobufCBinaryData *pem)
{
	BIO *bio = BIO_new_mem_buf(pem->data, (int)pem->len);
	X509 *certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL);

	(void)BIO_free(bio);
	return certificate;
}

static bool
welcome(struct load_agent *agent, const struct bytes *body)
{
	void *memory = malloc(ARENA_BYTES);
	struct arena arena = arena_over(memory, ARENA_BYTES);
	struct ProtobufCMessage *message;
	const Parta__V1__EnrolAnswer *answer;
	bool good = false;

	CHECK(memory);
	if (wire_unpack(&parta__v1__enrol_answer__descriptor, &arena, body->data, body->len,
		&message) == 0) {
		answer = (const Parta__V1__EnrolAnswer *)message;
		agent->certificate = certificate_of(&answer->certificate);
		agent->authority = certificate_of(&answer->authority);
		good = answer->agent_id.len == 16 && agent->certificate && agent->authority;
		if (good)
			memcpy(agent->id, answer->agent_id.data, 16);
	}
	free(memory);
	return good;
}

static bool
enrol(struct load_agent *agent, const struct load_place *place)
{
	Parta__V1__EnrolRequest request = PARTA__V1__ENROL_REQUEST__INIT;
	struct bytes packed = bytes_new(LOAD_ANSWER_BYTES_MAX),
		     answer = bytes_new(LOAD_ANSWER_BYTES_MAX);
	char name[] = "load", version[] = "0";
	SSL *tls = tls_open(agent, place, place->enrol_port);
	unsigned status = 0;
	bool good;

	request.token = agent->token;
	request.csr.len = request_make(agent, &request.csr.data);
	request.host_name = name;
	request.agent_version = version;
	CHECK(wire_pack(&request.base, &packed) == 0);
	if (tls)
		status = post(tls, "/v1/enrol", "", &packed, &answer);
	good = status == 200 && welcome(agent, &answer);
	if (!good && status != 429)
		(void)fprintf(stderr, "load: could not enrol: status %u\n", status);
	if (!good)
		EVP_PKEY_free(agent->key);
	load_close(tls);
	OPENSSL_free(request.csr.data);
	bytes_clear(&packed);
	bytes_clear(&answer);
	return good;
}

bool
load_enrol(struct load_agent *agent, const struct load_place *place)
{
	const struct timespec second = {.tv_sec = 1};

	CHECK(getrandom(agent->boot_id, sizeof(agent->boot_id), 0) == sizeof(agent->boot_id));
	for (unsigned i = 0; i < ENROL_TRIES; i++) {
		if (enrol(agent, place))
			return true;
		(void)nanosleep(&second, NULL); /* everybody comes from one address */
	}
	return false;
}

void
load_clear(struct load_agent *agent)
{
	load_close(agent->tls);
	X509_free(agent->certificate);
	X509_free(agent->authority);
	if (agent->certificate)
		EVP_PKEY_free(agent->key);
}

void
load_tokens(struct load_agent *agents[], unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		if (!fgets(agents[i]->token, sizeof(agents[i]->token), stdin)) {
			(void)fprintf(stderr,
			    "load: give %u tokens, one a line, to the standard input\n", count);
			exit(2);
		}
		agents[i]->token[strcspn(agents[i]->token, "\n")] = '\0';
	}
}

/* ---------------------------------------------------------------- reports */

static const char *const metrics[] = {"rtt_ms", "loss_pct", "dns_ms", "jitter_ms", "tls_ms"};
static const char *const subjects[] = {"10.1.0.1", "77.88.8.8", "77.88.8.1", "collector"};

void
load_report(struct load_agent *agent, unsigned samples, struct bytes *body)
{
	Parta__V1__Report report = PARTA__V1__REPORT__INIT;
	Parta__V1__Measurement measurements[LOAD_SAMPLES_MAX], *list[LOAD_SAMPLES_MAX];
	struct bytes packed = bytes_new(LOAD_ANSWER_BYTES_MAX);
	char version[] = "0.1.0";
	int64_t now_ms = clock_wall_ms();

	report.agent_id = (ProtobufCBinaryData){16, agent->id};
	report.boot_id = (ProtobufCBinaryData){16, agent->boot_id};
	report.seq = ++agent->seq;
	report.created_ms = now_ms;
	report.agent_version = version;
	report.clock_synchronised = 1;
	report.n_measurements = samples;
	report.measurements = list;
	for (size_t i = 0; i < samples; i++) {
		parta__v1__measurement__init(&measurements[i]);
		measurements[i].metric = (char *)(uintptr_t)metrics[i % COUNT_OF(metrics)];
		measurements[i].subject =
		    (char *)(uintptr_t)subjects[i / COUNT_OF(metrics) % COUNT_OF(subjects)];
		measurements[i].at_ms = now_ms - (int64_t)i * 1000;
		measurements[i].value = (double)(agent->seq * 31 + i * 17 % 1000) / 7;
		list[i] = &measurements[i];
	}
	CHECK(wire_pack(&report.base, &packed) == 0 &&
	      wire_frame(body, packed.data, packed.len) == 0);
	bytes_clear(&packed);
}

static void
answer_take(const struct bytes *body, struct load_answer *ret)
{
	uint8_t memory[LOAD_ANSWER_BYTES_MAX];
	struct arena arena = arena_over(memory, sizeof(memory));
	struct ProtobufCMessage *message;
	const Parta__V1__ReportsAnswer *answer;

	if (wire_unpack(&parta__v1__reports_answer__descriptor, &arena, body->data, body->len,
		&message) < 0) {
		ret->status = 0;
		return;
	}
	answer = (const Parta__V1__ReportsAnswer *)message;
	ret->accepted = answer->accepted;
	ret->rejected = (uint32_t)answer->n_rejected;
	if (answer->n_rejected > 0)
		(void)text_copy(ret->reason, sizeof(ret->reason), answer->rejected[0]->reason);
}

struct load_answer
load_send(struct load_agent *agent, const struct load_place *place, const struct bytes *body)
{
	struct bytes answer = bytes_new(LOAD_ANSWER_BYTES_MAX);
	struct load_answer ret = {0};

	if (!agent->tls)
		agent->tls = load_open(agent, place);
	if (agent->tls)
		ret.status = post(
		    agent->tls, "/v1/reports", "Content-Encoding: zstd\r\n", body, &answer);
	if (ret.status == 200)
		answer_take(&answer, &ret);
	if (ret.status == 0) {
		load_close(agent->tls);
		agent->tls = NULL;
	}
	bytes_clear(&answer);
	return ret;
}
