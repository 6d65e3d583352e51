/*
 * The run of a list: a few URLs at a time, each name, connection, handshake and
 * page in turn and never beyond its max_stage. Canaries before and after the
 * run tell whether anything can be said at all. What is not "allowed" is asked
 * again, and two of three decide. Bodies are looked at in memory, at most
 * FILTER_BODY_BYTES of them, and never kept. Loopback, unspecified addresses and
 * foreign ports are never connected to.
 */
#include "agent/probe/filter.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/probe/dns_client.h"
#include "agent/probe/filter_judge.h"
#include "agent/probe/page.h"
#include "common/check.h"
#include "common/cleanup.h"
#include "common/clock.h"
#include "common/digest.h"
#include "common/loop.h"
#include "common/text.h"
#include "common/transfer.h"

enum {
	FILTER_AT_ONCE = 4,
	FILTER_AT_ONCE_MAX = 16,
	FILTER_TRIES = 3,
	FILTER_BODY_BYTES = 64 * 1024,
	DNS_MS = 4000,
	TCP_MS = 5000,
	TLS_MS = 8000,
	HTTP_MS = 10000,
	AGAIN_MS = 300,
};

struct slot {
	struct filter_run *run;
	size_t entry;
	bool busy, https, insecure;
	unsigned tries;
	enum filter_verdict verdicts[FILTER_TRIES];
	struct filter_observation o;
	char host[256];
	struct dns_question *question;
	int fd;
	struct loop_event *io, *timer;
	uint64_t began_us;
	struct transfer *transfer;
	bool connected;
	char *body;
	size_t body_len;
	struct digest *sum;
};

struct filter_run {
	struct loop *loop;
	struct transfers *transfers;
	const struct filter_list *list;
	struct address resolver;
	char ca_file[256];
	bool repeat_doubtful, cancelled;
	void (*on_observation)(void *arg, const struct filter_observation *observation);
	void (*on_done)(void *arg, int error);
	void *arg;
	struct slot slots[FILTER_AT_ONCE_MAX];
	size_t n_slots, next, done;
	struct filter_observation *found; /* one an entry */
	struct transfer *canary;
	bool healthy, closing;
	struct loop_event *timer;
};

static void fill_slots(struct filter_run *run);

/* ------------------------------------------------- the end of one URL */

static void
slot_clear(struct slot *s)
{
	dns_cancel(TAKE(s->question, NULL));
	loop_event_free(TAKE(s->io, NULL));
	if (s->fd >= 0)
		(void)close(TAKE(s->fd, -1));
	if (s->sum) {
		uint8_t unused[DIGEST_BYTES];

		digest_end(TAKE(s->sum, NULL), unused);
	}
	s->body_len = 0;
	s->connected = s->insecure = false;
}

/* Two of three; three different words are none. */
static bool
decided(struct slot *s)
{
	const enum filter_verdict *v = s->verdicts;

	if (s->tries == 1)
		return v[0] == FILTER_ALLOWED || !s->run->repeat_doubtful;
	if (s->tries == 2)
		return v[0] == v[1];
	if (v[2] != v[0] && v[2] != v[1]) {
		s->o.verdict = FILTER_ANOMALY;
		s->o.confidence = 0.3;
		s->o.outcome = filter_outcome_of(s->o.entry->expect, FILTER_ANOMALY);
	}
	return true;
}

static void begin(struct slot *s);
static void tcp_end(struct slot *s, int error);

/* A connection's patience while there is one, else the moment to ask. */
static void
on_slot_time(void *arg)
{
	struct slot *s = arg;

	if (s->fd >= 0)
		tcp_end(s, ETIMEDOUT);
	else
		begin(s);
}

static void
slot_end(struct slot *s)
{
	struct filter_run *run = s->run;

	slot_clear(s);
	filter_judge(&s->o, run->list, true);
	s->verdicts[s->tries++] = s->o.verdict;
	if (!decided(s)) {
		(void)loop_timer_set(s->timer, AGAIN_MS * s->tries);
		return;
	}
	run->found[s->entry] = s->o;
	s->busy = false;
	run->done++;
	fill_slots(run);
}

/* ------------------------------------------------- TLS and HTTP */

static bool
on_body(void *arg, const void *bytes, size_t len)
{
	struct slot *s = arg;
	size_t room = FILTER_BODY_BYTES - s->body_len, n = len < room ? len : room;

	memcpy(s->body + s->body_len, bytes, n);
	s->body_len += n;
	digest_add(s->sum, bytes, n);
	s->o.http.body_bytes += len;
	return s->body_len < FILTER_BODY_BYTES;
}

static void
read_header_names(struct slot *s, const char *headers)
{
	size_t used = 0, size = sizeof(s->o.http.headers);

	while (*headers) {
		size_t line = strcspn(headers, "\n"), name = strcspn(headers, ":\n");

		if (name < line && used + name + 2 < size) {
			used += text_clean(
			    s->o.http.headers + used, size - used - 1, headers, name);
			s->o.http.headers[used++] = '\n';
			s->o.http.headers[used] = '\0';
		}
		headers += line;
		headers += *headers == '\n';
	}
}

static void
read_page(struct slot *s)
{
	CLEANUP(free_at) char *text = malloc(FILTER_BODY_BYTES);

	page_title(s->body, s->body_len, s->o.http.title, sizeof(s->o.http.title));
	if (!s->o.http.location[0])
		page_meta_refresh(
		    s->body, s->body_len, s->o.http.location, sizeof(s->o.http.location));
	if (!text)
		return;
	(void)page_text(s->body, s->body_len, text, FILTER_BODY_BYTES);
	if (page_is_statutory_block(text))
		(void)text_copy(
		    s->o.http.fingerprint, sizeof(s->o.http.fingerprint), "statutory");
}

static void
read_tls(struct slot *s, const struct transfer_result *result)
{
	bool failed = result->error && result->tls_us == 0 && !result->status;

	s->o.reached = FILTER_STAGE_TLS;
	s->o.tls.error = failed ? result->curl_code : 0;
	s->o.tls.os_errno = result->error == -ETIMEDOUT ? ETIMEDOUT : result->os_errno;
	s->o.tls.trusted_public = !failed && result->tls_verify == 0;
	s->o.tls.n_chain = result->chain_count;
	memcpy(s->o.tls.chain_sha256, result->chain_sha256, sizeof(s->o.tls.chain_sha256));
	(void)text_copy(s->o.tls.issuer, sizeof(s->o.tls.issuer), result->issuer);
}

static void
read_http(struct slot *s, const struct transfer_result *result)
{
	s->o.reached = s->o.entry->max_stage;
	s->o.http.error = result->error ? result->curl_code : 0;
	s->o.http.os_errno = result->error == -ETIMEDOUT ? ETIMEDOUT : result->os_errno;
	s->o.http.status = (unsigned)result->status;
	(void)transfer_header(
	    result, "Location", s->o.http.location, sizeof(s->o.http.location));
	read_header_names(s, result->headers);
	digest_end(TAKE(s->sum, NULL), s->o.http.body_sha256);
	read_page(s);
}

static void ask_page(struct slot *s);

static void
on_transferred(void *arg, const struct transfer_result *result)
{
	struct slot *s = arg;

	s->transfer = NULL;
	if (s->run->cancelled)
		return;
	if (s->https && !s->insecure)
		read_tls(s, result);
	if (s->o.entry->max_stage < FILTER_STAGE_HTTP_HEAD) {
		slot_end(s);
		return;
	}
	/* The chain is not the public's: the page is still read, once, to see whether it is a
	 * block page. */
	if (s->https && !s->insecure && s->o.tls.error && s->o.tls.n_chain > 0) {
		s->insecure = true;
		ask_page(s);
		return;
	}
	if (!s->https || !s->o.tls.error || s->insecure)
		read_http(s, result);
	slot_end(s);
}

static void
ask_page(struct slot *s)
{
	struct transfer_request request = {
	    .method = s->o.entry->max_stage == FILTER_STAGE_HTTP_HEAD ? "HEAD" : "GET",
	    .url = s->o.entry->url,
	    .ca_file = s->run->ca_file[0] ? s->run->ca_file : NULL,
	    .insecure = s->insecure,
	    .want_chain = true,
	    .fresh_connection = true,
	    .connect_only = s->o.entry->max_stage == FILTER_STAGE_TLS,
	    .http11 = true,
	    .connect_to = &s->o.tcp.address,
	    .connect_timeout_ms = TLS_MS,
	    .timeout_ms = HTTP_MS,
	    .on_body = on_body,
	    .on_done = on_transferred,
	    .arg = s,
	};

	s->body_len = 0;
	s->o.http.body_bytes = 0;
	if ((!s->sum && digest_new(&s->sum) < 0) ||
	    transfer_start(s->run->transfers, &request, &s->transfer) < 0)
		slot_end(s);
}

/* ------------------------------------------------- the connection */

static void
tcp_end(struct slot *s, int error)
{
	s->o.tcp.error = error;
	s->o.tcp.rtt_ms = (double)(clock_boot_us() - s->began_us) / 1000.0;
	loop_event_free(TAKE(s->io, NULL));
	if (s->fd >= 0)
		(void)close(TAKE(s->fd, -1));
	if (error || s->o.entry->max_stage == FILTER_STAGE_TCP ||
	    (s->o.entry->max_stage == FILTER_STAGE_TLS && !s->https))
		slot_end(s);
	else
		ask_page(s);
}

static void
on_connected(int fd, unsigned what, void *arg)
{
	int error = 0;
	socklen_t len = sizeof(error);

	(void)what;
	(void)getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len);
	loop_timer_cancel(((struct slot *)arg)->timer);
	tcp_end(arg, error);
}

static void
connect_to(struct slot *s)
{
	struct sockaddr_storage to;
	size_t len = address_to_sockaddr(&s->o.tcp.address, s->https ? 443 : 80, &to);

	s->o.reached = FILTER_STAGE_TCP;
	s->began_us = clock_boot_us();
	s->fd = socket(to.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (s->fd < 0 ||
	    (connect(s->fd, (const struct sockaddr *)&to, (socklen_t)len) < 0 &&
		errno != EINPROGRESS) ||
	    loop_io(s->run->loop, s->fd, LOOP_WRITE, on_connected, s, &s->io) < 0) {
		tcp_end(s, errno);
		return;
	}
	(void)loop_timer_set(s->timer, TCP_MS);
}

/* ------------------------------------------------- the name */

/* An address that a connection may go to: 0.0.0.0 is this machine itself, loopback too. */
static const struct address *
usable(const struct dns_answer *answer)
{
	for (size_t i = 0; i < answer->n_addresses; i++)
		if (!address_is_unspecified(&answer->addresses[i]) &&
		    !address_is_loopback(&answer->addresses[i]) &&
		    !address_is_multicast(&answer->addresses[i]))
			return &answer->addresses[i];
	return NULL;
}

static void
on_answer(void *arg, const struct dns_answer *answer)
{
	struct slot *s = arg;
	const struct address *to = usable(answer);

	s->question = NULL;
	s->o.dns.rcode = answer->rcode;
	s->o.dns.n_addresses = answer->n_addresses;
	memcpy(s->o.dns.addresses, answer->addresses, sizeof(s->o.dns.addresses));
	s->o.dns.n_cnames = answer->n_cnames;
	memcpy(s->o.dns.cnames, answer->cnames, sizeof(s->o.dns.cnames));
	s->o.dns.ttl_s = answer->ttl_s;
	s->o.dns.ede = answer->ede;
	s->o.dns.rtt_ms = answer->rtt_ms;
	if (!to || s->o.entry->max_stage == FILTER_STAGE_DNS) {
		slot_end(s);
		return;
	}
	s->o.tcp.address = *to;
	connect_to(s);
}

static void
begin(struct slot *s)
{
	struct filter_run *run = s->run;
	const struct filter_entry *entry = &run->list->entries[s->entry];

	memset(&s->o, 0, sizeof(s->o));
	s->o.entry = entry;
	s->o.at_ms = clock_wall_ms();
	s->o.dns.ede = DNS_NO_EDE;
	s->o.dns.rcode = DNS_NO_ANSWER;
	s->o.reached = FILTER_STAGE_DNS;
	address_format(&run->resolver, s->o.dns.resolver);
	if (!filter_url_host(entry->url, s->host, sizeof(s->host), &s->https) ||
	    dns_ask(run->loop, &run->resolver, s->host, DNS_MS, on_answer, s, &s->question) < 0)
		slot_end(s);
}

/* ------------------------------------------------- the run */

static void
run_free(struct filter_run *run)
{
	for (size_t i = 0; i < run->n_slots; i++) {
		slot_clear(&run->slots[i]);
		loop_event_free(run->slots[i].timer);
		free(run->slots[i].body);
	}
	loop_event_free(run->timer);
	free(run->found);
	free(run);
}

static void
finish(struct filter_run *run, int error)
{
	void (*on_done)(void *arg, int error) = run->on_done;
	void *arg = run->arg;

	for (size_t i = 0; error == 0 && i < run->list->n_entries; i++) {
		if (!run->healthy || !run->found[i].entry) {
			run->found[i].entry = &run->list->entries[i];
			filter_judge(&run->found[i], run->list, false);
		}
		run->on_observation(run->arg, &run->found[i]);
	}
	run_free(run);
	on_done(arg, error);
}

static void
on_canary(void *arg, const struct transfer_result *result)
{
	struct filter_run *run = arg;
	uint8_t sum[DIGEST_BYTES];
	bool good = !result->error && result->status / 100 == 2;

	run->canary = NULL;
	if (run->cancelled)
		return;
	if (good && run->list->has_canary_sha256)
		good = digest_of(result->body, result->body_len, sum) == 0 &&
		       memcmp(sum, run->list->canary_sha256, sizeof(sum)) == 0;
	run->healthy = good;
	if (run->closing || !good)
		finish(run, 0);
	else
		fill_slots(run);
}

static void
ask_canary(struct filter_run *run)
{
	struct transfer_request request = {
	    .url = run->list->canary_url,
	    .ca_file = run->ca_file[0] ? run->ca_file : NULL,
	    .fresh_connection = true,
	    .timeout_ms = HTTP_MS,
	    .on_done = on_canary,
	    .arg = run,
	};

	if (transfer_start(run->transfers, &request, &run->canary) == 0)
		return;
	run->healthy = false;
	finish(run, 0);
}

static void
fill_slots(struct filter_run *run)
{
	for (size_t i = 0; i < run->n_slots && run->next < run->list->n_entries; i++) {
		struct slot *s = &run->slots[i];

		if (s->busy)
			continue;
		s->busy = true;
		s->tries = 0;
		s->entry = run->next++;
		(void)loop_timer_set(
		    s->timer, 1); /* never deep in the call of the one before */
	}
	if (run->done < run->list->n_entries || run->closing)
		return;
	run->closing = true;
	(void)loop_timer_set(run->timer, 1);
}

static void
on_timer(void *arg)
{
	struct filter_run *run = arg;

	if (run->list->canary_url[0]) {
		ask_canary(run);
		return;
	}
	run->healthy = true;
	if (run->closing)
		finish(run, 0);
	else
		fill_slots(run);
}

static int
slots_new(struct filter_run *run, size_t at_once)
{
	run->n_slots = at_once ? at_once : FILTER_AT_ONCE;
	if (run->n_slots > FILTER_AT_ONCE_MAX)
		run->n_slots = FILTER_AT_ONCE_MAX;
	for (size_t i = 0; i < run->n_slots; i++) {
		struct slot *s = &run->slots[i];
		int r;

		s->run = run;
		s->fd = -1;
		s->body = malloc(FILTER_BODY_BYTES);
		if (!s->body)
			return -ENOMEM;
		r = loop_timer(run->loop, on_slot_time, s, &s->timer);
		if (r < 0)
			return r;
	}
	return loop_timer(run->loop, on_timer, run, &run->timer);
}

int
filter_start(struct loop *loop, struct transfers *transfers, const struct filter_list *list,
    const struct filter_settings *settings,
    void (*on_observation)(void *arg, const struct filter_observation *observation),
    void (*on_done)(void *arg, int error), void *arg, struct filter_run **ret)
{
	struct filter_run *run = calloc(1, sizeof(*run));
	int r;

	if (!run)
		return -ENOMEM;
	run->loop = loop;
	run->transfers = transfers;
	run->list = list;
	run->repeat_doubtful = settings->repeat_doubtful;
	run->on_observation = on_observation;
	run->on_done = on_done;
	run->arg = arg;
	(void)text_copy(
	    run->ca_file, sizeof(run->ca_file), settings->ca_file ? settings->ca_file : "");
	r = settings->resolver && *settings->resolver
		? address_parse(settings->resolver, &run->resolver)
		: dns_own_resolver(&run->resolver);
	run->found = calloc(list->n_entries + 1, sizeof(*run->found));
	if (r == 0 && !run->found)
		r = -ENOMEM;
	if (r == 0)
		r = slots_new(run, settings->at_once);
	if (r < 0) {
		run_free(run);
		return r;
	}
	(void)loop_timer_set(run->timer, 1);
	*ret = run;
	return 0;
}

void
filter_cancel(struct filter_run *run)
{
	if (!run)
		return;
	run->cancelled = true;
	for (size_t i = 0; i < run->n_slots; i++)
		if (run->slots[i].transfer)
			transfer_cancel(run->slots[i].transfer);
	if (run->canary)
		transfer_cancel(run->canary);
	finish(run, -ECANCELED);
}
