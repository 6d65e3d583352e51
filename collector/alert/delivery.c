/*
 * A message is claimed for a while, sent, and settled. What cannot be settled
 * because the database is away is settled when it is back: until its claim is
 * over nobody else sends it. Webhooks are signed with HMAC-SHA-256 over the body.
 */
#include "collector/alert/delivery.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "collector/store/call.h"
#include "common/bytes.h"
#include "common/cleanup.h"
#include "common/clock.h"
#include "common/digest.h"
#include "common/file.h"
#include "common/log.h"
#include "common/loop.h"
#include "common/resolve.h"
#include "common/text.h"

enum {
	TICK_MS = 500,
	AT_ONCE_MAX = 16,
	LEASE_S = 120,
	TRANSFER_MS = 60000, /* well within the lease */
	MESSAGE_BYTES_MAX = 1024 * 1024,
	ANSWER_BYTES_MAX = 64 * 1024,
	REPEAT_S = 60,
	REPEAT_LOOK_MS = 5000,
	DATABASE_RETRY_MS = 5000,
	STATEMENT_TIMEOUT_S = 10,
	CREDENTIALS_BYTES_MAX = 4096,
	UNSENT_RETRY_MS = 600 * 1000,
};

enum way { WAY_EMAIL, WAY_WEBHOOK, WAY_ALERTMANAGER };

/* One message on its way, then what became of it. */
struct sending {
	struct delivery *delivery;
	struct sending *next; /* of those to be settled */
	int64_t id;           /* 0: a repetition, which nobody notes */
	enum way way;
	unsigned attempts;
	enum compose_outcome outcome;
	uint64_t wait_ms;
	char error[256];
};

struct delivery {
	char *conninfo, *smtp_url, *smtp_from, *user, *password, *ca_file;
	enum transfer_starttls starttls;
	void (*attempted)(enum compose_outcome outcome);

	struct db *db;
	struct call call;
	struct loop *loop;
	struct resolver *resolver;
	struct transfers *transfers;
	struct loop_event *tick;
	size_t under_way;
	struct sending *ended; /* waits to be settled */
	uint64_t database_at_ms, repeat_at_ms;
	bool complained;

	pthread_t thread;
	atomic_bool stopping;
};

/* ---------------------------------------------------------------- the database */

static bool
database_there(struct delivery *d)
{
	char words[DB_ERROR_SIZE] = "";
	uint64_t now_ms = clock_boot_ms();

	if (d->db)
		return true;
	if (now_ms < d->database_at_ms)
		return false;
	d->database_at_ms = now_ms + DATABASE_RETRY_MS;
	if (db_open(d->conninfo, "parta_ingest", STATEMENT_TIMEOUT_S, &d->db, words) < 0) {
		d->db = NULL;
		if (!d->complained)
			(void)log_warn(
			    0, "could not reach the outbox, trying again (%s)", words);
		d->complained = true;
		return false;
	}
	if (d->complained)
		(void)log_info("the outbox is reached again");
	d->complained = false;
	return true;
}

static void
database_lost(struct delivery *d, int r)
{
	if (!d->complained)
		(void)log_warn(
		    r, "could not use the outbox, trying again (%s)", db_error(d->db));
	d->complained = true;
	db_close(d->db);
	d->db = NULL;
}

static int
settle(struct delivery *d, const struct sending *s)
{
	static const char *const states[] = {[COMPOSE_DELIVERED] = "delivered",
	    [COMPOSE_RETRY] = "waiting",
	    [COMPOSE_DEAD] = "dead"};
	int64_t now_ms = clock_wall_ms();

	call_start(&d->call);
	call_int(&d->call, ARRAY_BIGINT, s->id);
	call_text(&d->call, states[s->outcome]);
	call_time(&d->call, now_ms);
	call_time_or_null(
	    &d->call, s->outcome == COMPOSE_RETRY ? now_ms + (int64_t)s->wait_ms : 0);
	call_text(&d->call, s->error);
	return call_run(&d->call, d->db, STATEMENT_SETTLE_OUTBOX, NULL);
}

/* False when the database is away: the rest waits. */
static bool
settle_ended(struct delivery *d)
{
	while (d->ended) {
		struct sending *s = d->ended;
		int r = settle(d, s);

		if (r == -EAGAIN || r == -EDEADLK) {
			database_lost(d, r);
			return false;
		}
		if (r < 0)
			(void)log_error(r, "could not note what became of message %lld (%s)",
			    (long long)s->id, db_error(d->db));
		d->ended = s->next;
		free(s);
	}
	return true;
}

/* ---------------------------------------------------------------- sending */

static void
end(struct sending *s, enum compose_outcome outcome, const char *error)
{
	struct delivery *d = s->delivery;
	uint16_t chance = 0;

	if (s->id == 0) {
		if (outcome != COMPOSE_DELIVERED)
			(void)log_debug(
			    "could not repeat alerts to an Alertmanager (%s)", error);
		free(s);
		return;
	}
	if (outcome != COMPOSE_DELIVERED)
		(void)log_warn(0, "could not deliver message %lld, %s (%s)", (long long)s->id,
		    outcome == COMPOSE_DEAD ? "it is refused for good" : "trying again later",
		    error);
	if (getrandom(&chance, sizeof(chance), 0) < 0)
		chance = (uint16_t)s->id;
	s->outcome = outcome;
	if (d->attempted)
		d->attempted(outcome);
	if (s->wait_ms == 0)
		s->wait_ms = outcome_backoff_ms(s->attempts, chance);
	(void)text_copy(s->error, sizeof(s->error), error);
	s->next = d->ended;
	d->ended = s;
}

static void
on_done(void *arg, const struct transfer_result *result)
{
	struct sending *s = arg;
	struct delivery *d = s->delivery;
	enum compose_outcome outcome = s->way == WAY_EMAIL
					   ? outcome_of_mail(result->error, result->status)
					   : outcome_of_http(result->error, result->status);
	char words[256] = "";

	d->under_way--;
	if (result->error == -ECANCELED) { /* we end: its claim runs out and it goes again */
		free(s);
		return;
	}
	if (result->error < 0)
		(void)snprintf(words, sizeof(words), "%s", result->words);
	else if (outcome != COMPOSE_DELIVERED)
		(void)snprintf(words, sizeof(words), "the answer was %ld", result->status);
	if (result->retry_after_s > 0)
		s->wait_ms = (uint64_t)result->retry_after_s * 1000;
	end(s, outcome, words);
	if (database_there(d))
		(void)settle_ended(d);
}

static void
start(struct sending *s, struct transfer_request *request)
{
	struct delivery *d = s->delivery;
	struct transfer *transfer;
	int r;

	request->ca_file = d->ca_file[0] ? d->ca_file : NULL;
	request->timeout_ms = TRANSFER_MS;
	request->body_max_bytes = ANSWER_BYTES_MAX;
	request->on_done = on_done;
	request->arg = s;
	r = transfer_start(d->transfers, request, &transfer);
	if (r < 0)
		end(s, r == -EINVAL ? COMPOSE_DEAD : COMPOSE_RETRY, strerror(-r));
	else
		d->under_way++;
}

static void
send_mail(struct sending *s, const struct compose_mail *message)
{
	struct delivery *d = s->delivery;
	struct bytes text = bytes_new(MESSAGE_BYTES_MAX);
	struct transfer_mail mail = {
	    .from = d->smtp_from,
	    .to = message->to,
	    .user = d->user,
	    .password = d->password,
	    .starttls = d->starttls,
	};
	struct transfer_request request = {.url = d->smtp_url, .mail = &mail};
	int r;

	if (!d->smtp_url[0]) {
		s->wait_ms = UNSENT_RETRY_MS;
		end(s, COMPOSE_RETRY, "no mail server is configured (smtp-url)");
		return;
	}
	r = compose_mail(message, &text);
	request.body = text.data;
	request.body_len = text.len;
	if (r < 0)
		end(s, COMPOSE_DEAD, "the message cannot be written as a mail");
	else
		start(s, &request);
	bytes_clear(&text);
}

/* "X-Parta-Signature: sha256=..." over the body; "" without a secret. */
static void
sign(char ret[static 96], const char *secret, const char *body)
{
	uint8_t sum[DIGEST_BYTES];
	char hex[2 * DIGEST_BYTES + 1];

	ret[0] = '\0';
	if (!*secret || digest_hmac(secret, strlen(secret), body, strlen(body), sum) < 0)
		return;
	text_hex(hex, sum, sizeof(sum));
	(void)snprintf(ret, 96, "X-Parta-Signature: sha256=%s", hex);
}

static void
post(struct sending *s, const char *url, const char *key, const char *secret, const char *body)
{
	char whole[640], idempotency[80], signature[96];
	const char *headers[4] = {"Content-Type: application/json"};
	size_t n = 1, len = strlen(url);
	struct transfer_request request = {.method = "POST",
	    .url = whole,
	    .headers = headers,
	    .body = body,
	    .body_len = strlen(body)};

	while (s->way == WAY_ALERTMANAGER && len > 0 && url[len - 1] == '/')
		len--;
	(void)snprintf(whole, sizeof(whole), "%.*s%s", (int)len, url,
	    s->way == WAY_ALERTMANAGER ? "/api/v2/alerts" : "");
	if (key) {
		(void)snprintf(idempotency, sizeof(idempotency), "Idempotency-Key: %s", key);
		headers[n++] = idempotency;
	}
	sign(signature, secret, body);
	if (signature[0])
		headers[n++] = signature;
	headers[n] = NULL;
	start(s, &request);
}

static struct sending *
sending_new(struct delivery *d, int64_t id, enum way way, unsigned attempts)
{
	struct sending *s = calloc(1, sizeof(*s));

	if (s)
		*s =
		    (struct sending){.delivery = d, .id = id, .way = way, .attempts = attempts};
	return s;
}

/* Columns as in STATEMENT_CLAIM_OUTBOX. */
static void
send_row(struct delivery *d, const struct pg_result *rows, size_t i)
{
	const char *key = db_field(rows, i, 1), *kind = db_field(rows, i, 2);
	const char *address = db_field(rows, i, 3);
	enum way way = strcmp(kind, "email") == 0          ? WAY_EMAIL
		       : strcmp(kind, "alertmanager") == 0 ? WAY_ALERTMANAGER
							   : WAY_WEBHOOK;
	struct sending *s =
	    sending_new(d, db_number(rows, i, 0), way, (unsigned)db_number(rows, i, 9));
	struct compose_mail message = {
	    .from = d->smtp_from,
	    .to = address,
	    .key = key,
	    .at_ms = db_number(rows, i, 8),
	    .title = db_field(rows, i, 5),
	    .body = db_field(rows, i, 6),
	};

	if (!s)
		return; /* its claim runs out, and then there may be memory */
	if (way == WAY_EMAIL)
		send_mail(s, &message);
	else
		post(s, address, key, db_field(rows, i, 4), db_field(rows, i, 7));
}

static void
send_due(struct delivery *d)
{
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	int r;

	if (d->under_way >= AT_ONCE_MAX)
		return;
	call_start(&d->call);
	call_time(&d->call, clock_wall_ms());
	call_int(&d->call, ARRAY_INTEGER, (int64_t)(AT_ONCE_MAX - d->under_way));
	call_number(&d->call, LEASE_S);
	r = call_run(&d->call, d->db, STATEMENT_CLAIM_OUTBOX, &rows);
	if (r < 0) {
		database_lost(d, r);
		return;
	}
	for (size_t i = 0; i < db_rows(rows); i++)
		send_row(d, rows, i);
}

static void
repeat_due(struct delivery *d)
{
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	int r;

	if (!d->db || clock_boot_ms() < d->repeat_at_ms)
		return;
	d->repeat_at_ms = clock_boot_ms() + REPEAT_LOOK_MS;
	call_start(&d->call);
	call_time(&d->call, clock_wall_ms());
	call_number(&d->call, REPEAT_S);
	r = call_run(&d->call, d->db, STATEMENT_REPEAT_ALERTS, &rows);
	if (r < 0) {
		database_lost(d, r);
		return;
	}
	for (size_t i = 0; i < db_rows(rows); i++) {
		struct sending *s = sending_new(d, 0, WAY_ALERTMANAGER, 0);

		if (s)
			post(s, db_field(rows, i, 0), NULL, "", db_field(rows, i, 1));
	}
}

/* ---------------------------------------------------------------- the thread */

static void
on_tick(void *arg)
{
	struct delivery *d = arg;

	if (atomic_load(&d->stopping)) {
		loop_stop(d->loop);
		return;
	}
	if (database_there(d) && settle_ended(d)) {
		send_due(d);
		repeat_due(d);
	}
	(void)loop_timer_set(d->tick, TICK_MS);
}

static void *
work(void *arg)
{
	struct delivery *d = arg;

	(void)loop_timer_set(d->tick, 0);
	(void)loop_run(d->loop);
	transfers_free(TAKE(d->transfers, NULL));
	if (d->db)
		(void)settle_ended(d);
	return NULL;
}

static void
delivery_free(struct delivery *d)
{
	for (struct sending *s; (s = d->ended);) {
		d->ended = s->next;
		free(s);
	}
	transfers_free(d->transfers);
	resolver_free(d->resolver);
	loop_event_free(d->tick);
	loop_free(d->loop);
	db_close(d->db);
	call_clear(&d->call);
	free(d->conninfo);
	free(d->smtp_url);
	free(d->smtp_from);
	free(d->ca_file);
	free(d->user);
	if (d->password)
		explicit_bzero(d->password, strlen(d->password));
	free(d->password);
	free(d);
}

/* The first two lines of a file that is not for everybody's eyes. */
static int
credentials_read(struct delivery *d, const char *path)
{
	struct bytes text = bytes_new(CREDENTIALS_BYTES_MAX);
	char *line, *rest = NULL;
	struct stat st;
	int r;

	if (!*path)
		return 0;
	if (stat(path, &st) < 0)
		return -errno;
	if (st.st_mode & (S_IROTH | S_IWOTH))
		return -EACCES;
	r = file_read(path, &text);
	if (r == 0 && text.len > 0) {
		line = strtok_r((char *)text.data, "\r\n", &rest);
		d->user = line ? strdup(line) : NULL;
		line = strtok_r(NULL, "\r\n", &rest);
		d->password = line ? strdup(line) : NULL;
		explicit_bzero(text.data, text.len);
	}
	bytes_clear(&text);
	if (r == 0 && (!d->user || !d->password))
		r = -EINVAL;
	d->starttls = TRANSFER_STARTTLS_REQUIRED; /* no password goes in the clear */
	return r;
}

static int
settings_copy(struct delivery *d, const struct delivery_config *config)
{
	d->conninfo = strdup(config->conninfo);
	d->smtp_url = strdup(config->smtp_url);
	d->smtp_from = strdup(config->smtp_from);
	d->ca_file = strdup(config->ca_file);
	d->starttls = config->starttls;
	d->attempted = config->attempted;
	return d->conninfo && d->smtp_url && d->smtp_from && d->ca_file ? 0 : -ENOMEM;
}

int
delivery_start(const struct delivery_config *config, struct delivery **ret)
{
	struct delivery *d = calloc(1, sizeof(*d));
	int r = d ? settings_copy(d, config) : -ENOMEM;

	if (!d)
		return r;
	if (r == 0)
		r = credentials_read(d, config->smtp_credentials);
	if (r == 0)
		r = loop_new(&d->loop);
	if (r == 0)
		r = resolver_new(d->loop, NULL, &d->resolver);
	if (r == 0)
		r = transfers_new(d->loop, d->resolver, &d->transfers);
	if (r == 0)
		r = loop_timer(d->loop, on_tick, d, &d->tick);
	if (r == 0)
		r = -pthread_create(&d->thread, NULL, work, d);
	if (r < 0) {
		delivery_free(d);
		return r;
	}
	*ret = d;
	return 0;
}

void
delivery_stop(struct delivery *d)
{
	if (!d)
		return;
	atomic_store(&d->stopping, true);
	(void)pthread_join(d->thread, NULL);
	delivery_free(d);
}
