/*
 * Many agents that do nothing but report: each enrols with its own token, keeps
 * one mutual TLS connection and sends report after report, waiting for each
 * acknowledgement. Prints acknowledged reports a second and how long they took.
 * One blocking thread an agent: the figures are the collector's, not a loop's.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/arena.h"
#include "common/bytes.h"
#include "common/check.h"
#include "common/clock.h"
#include "common/wire/report_codec.h"
#include "parta/v1/enrolment.pb-c.h"
#include "parta/v1/exchange.pb-c.h"
#include "parta/v1/report.pb-c.h"

enum {
	AGENTS_MAX = 4096,
	SAMPLES_MAX = 1000,
	TIMES_MAX = 1 << 16,
	ANSWER_BYTES_MAX = 64 * 1024,
	ARENA_BYTES = 1024 * 1024,
	SUBJECTS = 4,
	ENROL_TRIES = 60,
};

static struct {
	const char *host;
	uint16_t agents_port, enrol_port;
	unsigned agents, samples, a_body;
	double seconds;
} plan = {.host = "127.0.0.1",
    .agents_port = 8443,
    .enrol_port = 8444,
    .agents = 64,
    .samples = 20,
    .a_body = 1,
    .seconds = 10};

struct agent {
	pthread_t thread;
	char token[128];
	EVP_PKEY *key;
	X509 *certificate;
	X509 *authority;
	uint8_t id[16], boot_id[16];
	uint64_t seq;
	SSL *tls;
	uint64_t acknowledged, rejected, refused, failed;
	uint32_t *times_us;
	size_t n_times;
};

static _Atomic bool go, stop;
static _Atomic unsigned enrolled;

/* ---------------------------------------------------------------- HTTP over TLS */

static int
connect_to(uint16_t port)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

	CHECK(inet_pton(AF_INET, plan.host, &to.sin_addr) == 1);
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0) {
		if (fd >= 0)
			(void)close(fd);
		return -1;
	}
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return fd;
}

static void
tls_close(SSL *tls)
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
tls_open(struct agent *agent, uint16_t port)
{
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());
	SSL *tls = NULL;
	int fd = connect_to(port);

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
			ERR_print_errors_fp(stderr);
			tls_close(tls);
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
	char text[ANSWER_BYTES_MAX];
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

static unsigned
post(SSL *tls, const char *path, const char *encoding, const struct bytes *body,
    struct bytes *ret)
{
	struct bytes request = bytes_new(ANSWER_BYTES_MAX * 64);
	unsigned status = 0;

	if (bytes_add_format(&request,
		"POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-protobuf\r\n%s"
		"Content-Length: %zu\r\n\r\n",
		path, plan.host, encoding, body->len) == 0 &&
	    bytes_add(&request, body->data, body->len) == 0 &&
	    send_all(tls, request.data, request.len))
		status = answer_read(tls, ret);
	bytes_clear(&request);
	return status;
}

/* ---------------------------------------------------------------- enrolment */

static size_t
request_make(struct agent *agent, uint8_t **ret)
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
welcome(struct agent *agent, const struct bytes *body)
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
enrol(struct agent *agent)
{
	Parta__V1__EnrolRequest request = PARTA__V1__ENROL_REQUEST__INIT;
	struct bytes packed = bytes_new(ANSWER_BYTES_MAX), answer = bytes_new(ANSWER_BYTES_MAX);
	char name[] = "load", version[] = "0";
	SSL *tls = tls_open(agent, plan.enrol_port);
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
		(void)fprintf(stderr, "load_ingest: could not enrol: status %u\n", status);
	if (!good)
		EVP_PKEY_free(agent->key);
	tls_close(tls);
	OPENSSL_free(request.csr.data);
	bytes_clear(&packed);
	bytes_clear(&answer);
	return good;
}

/* ---------------------------------------------------------------- reports */

static const char *const metrics[] = {"rtt_ms", "loss_pct", "dns_ms", "jitter_ms", "tls_ms"};

static void
report_add(struct agent *agent, struct bytes *body)
{
	static const char *const subjects[SUBJECTS] = {
	    "10.1.0.1", "77.88.8.8", "77.88.8.1", "collector"};
	Parta__V1__Report report = PARTA__V1__REPORT__INIT;
	Parta__V1__Measurement measurements[SAMPLES_MAX], *list[SAMPLES_MAX];
	struct bytes packed = bytes_new(ANSWER_BYTES_MAX);
	char version[] = "0.1.0";
	int64_t now_ms = clock_wall_ms();

	report.agent_id = (ProtobufCBinaryData){16, agent->id};
	report.boot_id = (ProtobufCBinaryData){16, agent->boot_id};
	report.seq = ++agent->seq;
	report.created_ms = now_ms;
	report.agent_version = version;
	report.clock_synchronised = 1;
	report.n_measurements = plan.samples;
	report.measurements = list;
	for (size_t i = 0; i < plan.samples; i++) {
		parta__v1__measurement__init(&measurements[i]);
		measurements[i].metric = (char *)(uintptr_t)metrics[i % COUNT_OF(metrics)];
		measurements[i].subject =
		    (char *)(uintptr_t)subjects[i / COUNT_OF(metrics) % SUBJECTS];
		measurements[i].at_ms = now_ms - (int64_t)i * 1000;
		measurements[i].value = (double)(agent->seq * 31 + i * 17 % 1000) / 7;
		list[i] = &measurements[i];
	}
	CHECK(wire_pack(&report.base, &packed) == 0 &&
	      wire_frame(body, packed.data, packed.len) == 0);
	bytes_clear(&packed);
}

static void
answer_count(struct agent *agent, const struct bytes *body)
{
	uint8_t memory[ANSWER_BYTES_MAX];
	struct arena arena = arena_over(memory, sizeof(memory));
	struct ProtobufCMessage *message;
	const Parta__V1__ReportsAnswer *answer;

	if (wire_unpack(&parta__v1__reports_answer__descriptor, &arena, body->data, body->len,
		&message) < 0) {
		agent->failed++;
		return;
	}
	answer = (const Parta__V1__ReportsAnswer *)message;
	agent->acknowledged += answer->accepted;
	agent->rejected += answer->n_rejected;
	for (size_t i = 0; i < answer->n_rejected && agent->rejected < 3; i++)
		(void)fprintf(stderr, "load_ingest: rejected: %s: %s\n",
		    answer->rejected[i]->code, answer->rejected[i]->reason);
}

static void
report_send(struct agent *agent)
{
	struct bytes plain = bytes_new(ANSWER_BYTES_MAX * 16),
		     body = bytes_new(ANSWER_BYTES_MAX * 16);
	struct bytes answer = bytes_new(ANSWER_BYTES_MAX);
	uint64_t began_us;
	unsigned status;

	for (unsigned i = 0; i < plan.a_body; i++)
		report_add(agent, &plain);
	CHECK(wire_deflate(plain.data, plain.len, &body) == 0);
	began_us = clock_boot_us();
	status = post(agent->tls, "/v1/reports", "Content-Encoding: zstd\r\n", &body, &answer);
	if (agent->n_times < TIMES_MAX)
		agent->times_us[agent->n_times++] = (uint32_t)(clock_boot_us() - began_us);
	if (status == 200)
		answer_count(agent, &answer);
	else if (status != 0)
		agent->refused++;
	if (status == 0) {
		agent->failed++;
		tls_close(agent->tls);
		agent->tls = tls_open(agent, plan.agents_port);
	}
	bytes_clear(&plain);
	bytes_clear(&body);
	bytes_clear(&answer);
}

static void *
live(void *arg)
{
	struct agent *agent = arg;
	const struct timespec moment = {.tv_nsec = 5000000};

	const struct timespec second = {.tv_sec = 1};
	unsigned tries = 0;

	CHECK(getrandom(agent->boot_id, sizeof(agent->boot_id), 0) == sizeof(agent->boot_id));
	while (!enrol(agent) && ++tries < ENROL_TRIES)
		(void)nanosleep(&second, NULL); /* everybody comes from one address */
	if (agent->certificate)
		agent->tls = tls_open(agent, plan.agents_port);
	(void)atomic_fetch_add(&enrolled, 1);
	while (!atomic_load(&go))
		(void)nanosleep(&moment, NULL);
	while (agent->tls && !atomic_load(&stop))
		report_send(agent);
	tls_close(agent->tls);
	X509_free(agent->certificate);
	X509_free(agent->authority);
	EVP_PKEY_free(agent->key);
	return NULL;
}

/* ---------------------------------------------------------------- the figures */

static int
compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static double
percentile_ms(const uint32_t times_us[], size_t count, double part)
{
	return count ? times_us[(size_t)((double)(count - 1) * part)] / 1000.0 : 0;
}

static int
figures_print(struct agent agents[], double seconds, FILE *out)
{
	uint64_t acknowledged = 0, rejected = 0, refused = 0, failed = 0;
	size_t count = 0, at = 0;
	uint32_t *all;

	for (unsigned i = 0; i < plan.agents; i++)
		count += agents[i].n_times;
	all = calloc(count + 1, sizeof(*all));
	CHECK(all);
	for (unsigned i = 0; i < plan.agents; i++) {
		memcpy(all + at, agents[i].times_us, agents[i].n_times * sizeof(*all));
		at += agents[i].n_times;
		acknowledged += agents[i].acknowledged;
		rejected += agents[i].rejected;
		refused += agents[i].refused;
		failed += agents[i].failed;
	}
	qsort(all, count, sizeof(*all), compare);
	(void)fprintf(out,
	    "{\"agents\":%u,\"samples\":%u,\"seconds\":%.2f,\"acknowledged\":%" PRIu64
	    ",\"reports_per_s\":%.0f,"
	    "\"p50_ms\":%.1f,\"p99_ms\":%.1f,\"max_ms\":%.1f,\"rejected\":%" PRIu64
	    ",\"refused\":%" PRIu64 ",\"failed\":%" PRIu64 "}\n",
	    plan.agents, plan.samples, seconds, acknowledged, (double)acknowledged / seconds,
	    percentile_ms(all, count, 0.5), percentile_ms(all, count, 0.99),
	    percentile_ms(all, count, 1), rejected, refused, failed);
	free(all);
	return acknowledged > 0 && rejected + refused + failed == 0 ? 0 : 1;
}

static void
tokens_read(struct agent agents[])
{
	for (unsigned i = 0; i < plan.agents; i++) {
		if (!fgets(agents[i].token, sizeof(agents[i].token), stdin)) {
			(void)fprintf(stderr,
			    "load_ingest: give %u tokens, one a line, to the standard input\n",
			    plan.agents);
			exit(2);
		}
		agents[i].token[strcspn(agents[i].token, "\n")] = '\0';
	}
}

static int
run(struct agent agents[])
{
	const struct timespec moment = {.tv_nsec = 10000000};
	struct timespec length = {.tv_sec = (time_t)plan.seconds};
	uint64_t began_us;
	double seconds;

	for (unsigned i = 0; i < plan.agents; i++) {
		agents[i].times_us = calloc(TIMES_MAX, sizeof(uint32_t));
		CHECK(agents[i].times_us &&
		      pthread_create(&agents[i].thread, NULL, live, &agents[i]) == 0);
	}
	while (atomic_load(&enrolled) < plan.agents)
		(void)nanosleep(&moment, NULL);
	/* The script that started us takes the CPU clocks of the others now, and says go. */
	(void)printf("ready\n");
	(void)fflush(stdout);
	{
		char line[16];

		CHECK(fgets(line, sizeof(line), stdin));
	}
	began_us = clock_boot_us();
	atomic_store(&go, true);
	(void)nanosleep(&length, NULL);
	atomic_store(&stop, true);
	for (unsigned i = 0; i < plan.agents; i++)
		(void)pthread_join(agents[i].thread, NULL);
	seconds = (double)(clock_boot_us() - began_us) / 1e6;
	return figures_print(agents, seconds, stdout);
}

int
main(int argc, char *argv[])
{
	struct agent *agents;
	int option, status;

	while ((option = getopt(argc, argv, "h:p:e:a:s:b:t:")) != -1) {
		switch (option) {
		case 'h':
			plan.host = optarg;
			break;
		case 'p':
			plan.agents_port = (uint16_t)strtoul(optarg, NULL, 10);
			break;
		case 'e':
			plan.enrol_port = (uint16_t)strtoul(optarg, NULL, 10);
			break;
		case 'a':
			plan.agents = (unsigned)strtoul(optarg, NULL, 10);
			break;
		case 's':
			plan.samples = (unsigned)strtoul(optarg, NULL, 10);
			break;
		case 'b':
			plan.a_body = (unsigned)strtoul(optarg, NULL, 10);
			break;
		case 't':
			plan.seconds = strtod(optarg, NULL);
			break;
		default:
			(void)fprintf(stderr,
			    "usage: load_ingest [-h ADDRESS] [-p AGENTS_PORT] [-e ENROL_PORT] "
			    "[-a AGENTS] "
			    "[-s SAMPLES] [-b REPORTS_A_BODY] [-t SECONDS] <TOKENS\n");
			return 2;
		}
	}
	CHECK(plan.agents > 0 && plan.agents <= AGENTS_MAX && plan.samples <= SAMPLES_MAX &&
	      plan.a_body > 0);
	agents = calloc(plan.agents, sizeof(*agents));
	CHECK(agents);
	tokens_read(agents);
	status = run(agents);
	for (unsigned i = 0; i < plan.agents; i++)
		free(agents[i].times_us);
	free(agents);
	return status;
}
