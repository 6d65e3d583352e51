/*
 * HTTP requests (RFC 9110, RFC 9112, RFC 9113) with libcurl's multi interface on
 * the loop. Names are resolved by common/resolve and handed over as addresses;
 * redirects are followed here, one new request each, because libcurl would
 * resolve their names in a thread. Proxies, netrc and cookies are not used. What
 * libcurl must not be asked from inside its own callbacks waits for the loop.
 */
#include "common/transfer.h"

#include <curl/curl.h>
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/loop.h"
#include "common/resolve.h"
#include "common/text.h"
#include "common/transfer_easy.h"

enum {
	CONNECT_TIMEOUT_MS = 10000,
	TIMEOUT_MS = 60000,
	BODY_BYTES_MAX = 1024 * 1024,
	AUTHORITY_BYTES_MAX = 16 * 1024,
	KEPT_CONNECTIONS = 32,
	REDIRECTS_MAX = 5,
	ADDRESSES_MAX = 32,
};

/* ---- life of a transfer ---- */

static void
easy_drop(struct transfer *t)
{
	if (t->handed && t->pool)
		(void)curl_multi_remove_handle(t->pool->multi, t->easy);
	t->handed = false;
	curl_easy_cleanup(t->easy);
	t->easy = NULL;
	curl_slist_free_all(t->resolved);
	t->resolved = NULL;
}

static void
unlink_transfer(struct transfer *t)
{
	if (!t->pool || !t->linked)
		return;
	t->linked = false;
	if (t->prev)
		t->prev->next = t->next;
	else
		t->pool->first = t->next;
	if (t->next)
		t->next->prev = t->prev;
}

static void
transfer_free(struct transfer *t)
{
	unlink_transfer(t);
	easy_drop(t);
	loop_event_free(t->timer);
	t->timer = NULL;
	if (t->resolving) { /* the resolver still holds it: on_name() comes back here */
		t->pool = NULL;
		return;
	}
	curl_slist_free_all(t->headers);
	curl_slist_free_all(t->connect_to);
	bytes_clear(&t->got);
	bytes_clear(&t->lines);
	bytes_clear(&t->authority);
	free(t->url);
	free(t->method);
	free(t->ca_file);
	free(t->cert_file);
	free(t->key_file);
	free(t->interface);
	free(t->lookup);
	free(t->body);
	free(t->mail_from);
	free(t->user);
	if (t->password)
		explicit_bzero(t->password, strlen(t->password));
	free(t->password);
	curl_slist_free_all(t->recipients);
	free(t);
}

/* Tells the owner, once; t is not on the list any more, so that it cannot be told again. */
static void
tell(struct transfer *t, int error, CURLcode code)
{
	struct transfer_result result = {
	    .error = error,
	    .retry_after_s = -1,
	    .tls_verify = t->verify,
	    .chain_count = t->chain_count,
	    .headers = t->lines.data ? (const char *)t->lines.data : "",
	    .authority = t->authority.data,
	    .authority_len = t->authority.len,
	    .body = t->got.data,
	    .body_len = t->got.len,
	    .dns_us = t->dns_us,
	    .total_us = clock_boot_us() - t->started_us,
	};

	if (t->told)
		return;
	t->told = true;
	memcpy(result.chain_sha256, t->chain_sha256, sizeof(result.chain_sha256));
	(void)text_copy(result.issuer, sizeof(result.issuer), t->issuer);
	if (t->easy && error == 0)
		easy_result(t, (int)code, &result);
	if (result.error < 0)
		(void)text_clean(
		    result.words, sizeof(result.words), t->words, strlen(t->words));
	if (result.error < 0 && !result.words[0])
		(void)text_copy(result.words, sizeof(result.words),
		    code != CURLE_OK ? curl_easy_strerror(code) : strerror(-result.error));
	t->request.on_done(t->request.arg, &result);
}

static void
finish(struct transfer *t, int error, CURLcode code)
{
	unlink_transfer(t);
	tell(t, error, code);
	transfer_free(t);
}

void
transfer_cancel(struct transfer *t)
{
	if (!t || t->told)
		return;
	if (t->pool->inside) { /* libcurl holds it: its next callback fails, and then it is
				  freed */
		t->stop = STOP_CANCELLED;
		tell(t, -ECANCELED, CURLE_OK);
		return;
	}
	finish(t, -ECANCELED, CURLE_OK);
}

/* ---- from a URL to libcurl's hands ---- */

static bool
scheme_fits(const struct transfer *t, const char *scheme)
{
	if (t->request.mail)
		return !strcasecmp(scheme, "smtp") || !strcasecmp(scheme, "smtps");
	return !strcasecmp(scheme, "http") || !strcasecmp(scheme, "https");
}

/* Takes a URL apart; its host becomes ASCII (RFC 5890), whatever the locale of the process. */
static int
url_parse(CURLU *u, const char *url, struct transfer *t)
{
	locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0), before = (locale_t)0;
	char *scheme = NULL, *host = NULL, *port = NULL, *whole = NULL;
	int64_t number = 0;
	int r = -EINVAL;

	if (utf8)
		before = uselocale(utf8);
	if (curl_url_set(u, CURLUPART_URL, url, CURLU_URLENCODE) == CURLUE_OK &&
	    curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
	    curl_url_get(u, CURLUPART_HOST, &host, CURLU_PUNYCODE) == CURLUE_OK &&
	    curl_url_get(u, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) == CURLUE_OK &&
	    curl_url_set(u, CURLUPART_HOST, host, 0) == CURLUE_OK &&
	    curl_url_get(u, CURLUPART_URL, &whole, 0) == CURLUE_OK &&
	    text_i64(port, 1, 65535, &number) == 0 && scheme_fits(t, scheme) &&
	    strlen(host) < sizeof(t->host)) {
		free(t->url);
		t->url = strdup(whole);
		(void)text_copy(t->host, sizeof(t->host), host);
		t->port = (uint16_t)number;
		r = t->url ? 0 : -ENOMEM;
	}
	if (utf8) {
		(void)uselocale(before);
		freelocale(utf8);
	}
	curl_free(scheme);
	curl_free(host);
	curl_free(port);
	curl_free(whole);
	return r;
}

static int
url_take(struct transfer *t, const char *url)
{
	CURLU *u = curl_url();
	int r = u ? url_parse(u, url, t) : -ENOMEM;

	curl_url_cleanup(u);
	return r;
}

static int
list_add(struct curl_slist **list, const char *text)
{
	struct curl_slist *longer = curl_slist_append(*list, text);

	if (!longer)
		return -ENOMEM;
	*list = longer;
	return 0;
}

/* "+host:port:address,address": what libcurl would have found out ('+': it may forget it in
 * time). */
static int
resolved_set(struct transfer *t, const struct address addresses[], size_t count)
{
	struct bytes line = bytes_new(4096);
	int r = bytes_add_format(&line, "+%s:%u:", t->host, t->port);

	for (size_t i = 0; r == 0 && i < count; i++) {
		char text[ADDRESS_TEXT_SIZE];

		address_format(&addresses[i], text);
		r = bytes_add_format(&line,
		    addresses[i].family == ADDRESS_IPV6 ? "%s[%s]" : "%s%s", i ? "," : "",
		    text);
	}
	if (r == 0)
		r = list_add(&t->resolved, (const char *)line.data);
	bytes_clear(&line);
	return r;
}

static bool
family_fits(const struct transfer *t, const struct address *address)
{
	return t->request.family == ADDRESS_NONE || t->request.family == address->family;
}

/* Those of the family that was asked for. 0, or -EAFNOSUPPORT when there is none. */
static int
addresses_take(struct transfer *t, const struct address addresses[], size_t count)
{
	struct address fitting[ADDRESSES_MAX];
	size_t n = 0;

	for (size_t i = 0; i < count && n < ADDRESSES_MAX; i++)
		if (family_fits(t, &addresses[i]))
			fitting[n++] = addresses[i];
	return n > 0 ? resolved_set(t, fitting, n) : -EAFNOSUPPORT;
}

/* What a name was resolved to, or why it was not. */
static void
name_take(struct transfer *t, int error, const struct address addresses[], size_t count)
{
	t->name_error = error < 0 ? error : addresses_take(t, addresses, count);
	if (t->name_error < 0)
		(void)snprintf(t->words, sizeof(t->words), "could not resolve '%s': %s",
		    t->lookup ? t->lookup : t->host, strerror(-t->name_error));
}

/* The name is known, or is not: the loop takes it from here. */
static void
on_name(void *arg, int error, const struct address addresses[], size_t count)
{
	struct transfer *t = arg;

	t->resolving = false;
	if (!t->pool) {
		transfer_free(t);
		return;
	}
	t->dns_us = clock_boot_us() - t->started_us;
	name_take(t, error, addresses, count);
	(void)loop_timer_set(t->timer, 0);
}

static int
name_find(struct transfer *t)
{
	struct address literal;
	char bare[sizeof(t->host)];
	size_t len = text_copy(bare, sizeof(bare), t->host[0] == '[' ? t->host + 1 : t->host);

	t->name_error = 0;
	if (len > 0 && bare[len - 1] == ']')
		bare[len - 1] = '\0';
	if (t->request.connect_to)
		return loop_timer_set(t->timer, 0);
	if (address_parse(t->lookup ? t->lookup : bare, &literal) == 0) {
		if (t->lookup || !family_fits(t, &literal)) /* else libcurl reads it */
			name_take(t, 0, &literal, 1);
		return loop_timer_set(t->timer, 0);
	}
	t->resolving = true;
	(void)loop_timer_set(t->timer, t->request.connect_timeout_ms);
	resolver_ask(t->pool->resolver, t->lookup ? t->lookup : t->host, on_name, t);
	return 0;
}

static void
on_timer(void *arg)
{
	struct transfer *t = arg;
	int r = t->name_error;

	if (t->resolving) {
		(void)snprintf(
		    t->words, sizeof(t->words), "could not resolve '%s' in time", t->host);
		finish(t, -ETIMEDOUT, CURLE_OK);
		return;
	}
	if (r == 0)
		r = easy_make(t);
	t->handed_us = clock_boot_us();
	if (r == 0 && curl_multi_add_handle(t->pool->multi, t->easy) != CURLM_OK)
		r = -ENOMEM;
	t->handed = r == 0;
	if (r < 0)
		finish(t, r, CURLE_OK);
}

/* ---- redirects ---- */

static bool
same_origin(const struct transfer *t, const char *host, uint16_t port)
{
	return t->port == port && !strcasecmp(t->host, host);
}

/* RFC 9110, 15.4: 303 is fetched, and so is a POST that 301 or 302 sends on, as all clients do.
 */
static void
method_turn(struct transfer *t, long status)
{
	bool post = t->method && !strcmp(t->method, "POST");

	if (!(status == 303 || (post && (status == 301 || status == 302))) ||
	    (t->method && !strcmp(t->method, "HEAD")))
		return;
	free(t->method);
	t->method = NULL;
	t->request.on_send = NULL;
	t->request.body_len = 0;
}

/* Starts again at the place the answer names. */
static int
redirect_follow(struct transfer *t)
{
	char *target = NULL, host[sizeof(t->host)];
	uint16_t port = t->port;
	long status = 0;
	int r;

	if (t->redirects_left == 0)
		return -ELOOP;
	t->redirects_left--;
	(void)text_copy(host, sizeof(host), t->host);
	(void)curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
	(void)curl_easy_getinfo(t->easy, CURLINFO_REDIRECT_URL, &target);
	r = target ? url_take(t, target) : -EINVAL;
	if (r < 0)
		return r == -EINVAL ? -EPROTONOSUPPORT : r;
	easy_drop(t);
	method_turn(t, status);
	if (!same_origin(
		t, host, port)) { /* what was meant for one server is not for another */
		curl_slist_free_all(t->headers);
		t->headers = NULL;
	}
	bytes_clear(&t->got);
	bytes_clear(&t->lines);
	return name_find(t);
}

static void
on_finished(struct transfer *t, CURLcode code)
{
	curl_socket_t fd = CURL_SOCKET_BAD;
	int r;

	if (t->request.channel && code == CURLE_OK && t->stop == STOP_NOT &&
	    curl_easy_getinfo(t->easy, CURLINFO_ACTIVESOCKET, &fd) == CURLE_OK &&
	    fd != CURL_SOCKET_BAD) {
		t->request.on_channel(t->request.arg, fd);
		return;
	}

	if (code != CURLE_OK || t->stop != STOP_NOT || !easy_redirects(t)) {
		finish(t, 0, code);
		return;
	}
	r = redirect_follow(t);
	if (r < 0) {
		(void)snprintf(t->words, sizeof(t->words), "could not follow the redirect: %s",
		    strerror(-r));
		finish(t, r, code);
	}
}

/* ---- the pool ---- */

/* Gives libcurl the floor, then sees to what it has finished and to what was cancelled
 * meanwhile. */
static void
pool_run(struct transfers *pool, curl_socket_t fd, int what)
{
	CURLMsg *message;
	int running, left;

	pool->inside++;
	(void)curl_multi_socket_action(pool->multi, fd, what, &running);
	pool->inside--;
	while ((message = curl_multi_info_read(pool->multi, &left))) {
		struct transfer *t = NULL;

		if (message->msg != CURLMSG_DONE)
			continue;
		(void)curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &t);
		on_finished(t, message->data.result);
	}
	for (struct transfer *t = pool->first, *next; t; t = next) {
		next = t->next;
		if (t->told)
			transfer_free(t);
	}
}

static ssize_t
channel_result(CURLcode code, size_t count)
{
	return code == CURLE_OK ? (ssize_t)count : code == CURLE_AGAIN ? -EAGAIN : -ECONNRESET;
}

ssize_t
transfer_read(struct transfer *t, void *buffer, size_t size)
{
	size_t count = 0;
	CURLcode code = curl_easy_recv(t->easy, buffer, size, &count);

	return channel_result(code, count);
}

ssize_t
transfer_write(struct transfer *t, const void *bytes, size_t len)
{
	size_t count = 0;
	CURLcode code = curl_easy_send(t->easy, bytes, len, &count);

	return channel_result(code, count);
}

void
transfer_pause(struct transfer *t)
{
	if (!t->told)
		(void)curl_easy_pause(t->easy, CURLPAUSE_RECV);
}

void
transfer_resume(struct transfer *t)
{
	if (t->told || !t->handed)
		return;
	t->pool->inside++; /* what was kept back is delivered here */
	(void)curl_easy_pause(t->easy, CURLPAUSE_CONT);
	t->pool->inside--;
}

static void
on_socket_ready(int fd, unsigned what, void *arg)
{
	pool_run(arg, fd,
	    (what & LOOP_READ ? CURL_CSELECT_IN : 0) |
		(what & LOOP_WRITE ? CURL_CSELECT_OUT : 0));
}

static void
on_pool_timer(void *arg)
{
	pool_run(arg, CURL_SOCKET_TIMEOUT, 0);
}

static int
on_want_timer(CURLM *multi, long delay_ms, void *arg)
{
	struct transfers *pool = arg;

	(void)multi;
	if (delay_ms < 0)
		loop_timer_cancel(pool->timer);
	else
		(void)loop_timer_set(pool->timer, (uint64_t)delay_ms);
	return 0;
}

static int
on_want_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *at)
{
	struct transfers *pool = arg;
	struct loop_event *event = at;
	unsigned want =
	    (what & CURL_POLL_IN ? LOOP_READ : 0u) | (what & CURL_POLL_OUT ? LOOP_WRITE : 0u);

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		loop_event_free(event);
		(void)curl_multi_assign(pool->multi, fd, NULL);
		return 0;
	}
	if (event)
		return loop_io_want(event, want) < 0 ? -1 : 0;
	if (loop_io(pool->loop, fd, want, on_socket_ready, pool, &event) < 0)
		return -1;
	(void)curl_multi_assign(pool->multi, fd, event);
	return 0;
}

int
transfers_new(struct loop *loop, struct resolver *resolver, struct transfers **ret)
{
	struct transfers *pool;

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) /* counted by libcurl */
		return -ENOMEM;
	pool = calloc(1, sizeof(*pool));
	if (!pool) {
		curl_global_cleanup();
		return -ENOMEM;
	}
	pool->loop = loop;
	pool->resolver = resolver;
	pool->multi = curl_multi_init();
	if (!pool->multi || loop_timer(loop, on_pool_timer, pool, &pool->timer) < 0 ||
	    curl_multi_setopt(pool->multi, CURLMOPT_SOCKETFUNCTION, on_want_socket) !=
		CURLM_OK ||
	    curl_multi_setopt(pool->multi, CURLMOPT_SOCKETDATA, pool) != CURLM_OK ||
	    curl_multi_setopt(pool->multi, CURLMOPT_TIMERFUNCTION, on_want_timer) != CURLM_OK ||
	    curl_multi_setopt(pool->multi, CURLMOPT_TIMERDATA, pool) != CURLM_OK ||
	    curl_multi_setopt(pool->multi, CURLMOPT_MAXCONNECTS, (long)KEPT_CONNECTIONS) !=
		CURLM_OK) {
		transfers_free(pool);
		return -ENOMEM;
	}
	*ret = pool;
	return 0;
}

void
transfers_free(struct transfers *pool)
{
	if (!pool)
		return;
	pool->closing = true;
	for (struct transfer *t; (t = pool->first);) {
		pool->first = t->next;
		if (t->next)
			t->next->prev = NULL;
		t->linked = false;
		finish(t, -ECANCELED, CURLE_OK);
	}
	(void)curl_multi_cleanup(pool->multi);
	loop_event_free(pool->timer);
	free(pool);
	curl_global_cleanup();
}

/* ---- starting ---- */

/* A copy of a text that may be absent. */
static int
copy_text(char **ret, const char *text)
{
	if (!text)
		return 0;
	*ret = strdup(text);
	return *ret ? 0 : -ENOMEM;
}

static int
mail_copy(struct transfer *t, const struct transfer_mail *mail)
{
	if (!mail)
		return 0;
	t->starttls = mail->starttls;
	if (copy_text(&t->mail_from, mail->from) < 0 || copy_text(&t->user, mail->user) < 0 ||
	    copy_text(&t->password, mail->password ? mail->password : "") < 0)
		return -ENOMEM;
	return list_add(&t->recipients, mail->to);
}

static int
request_copy(struct transfer *t, const struct transfer_request *request)
{
	int r = 0;

	if (copy_text(&t->method, request->method) < 0 ||
	    copy_text(&t->ca_file, request->ca_file) < 0 ||
	    copy_text(&t->cert_file, request->cert_file) < 0 ||
	    copy_text(&t->key_file, request->key_file) < 0 ||
	    copy_text(&t->interface, request->interface) < 0 ||
	    copy_text(&t->lookup, request->lookup) < 0)
		return -ENOMEM;
	if (request->body && request->body_len > 0) {
		t->body = malloc(request->body_len);
		if (!t->body)
			return -ENOMEM;
		memcpy(t->body, request->body, request->body_len);
	}
	r = mail_copy(t, request->mail);
	for (size_t i = 0; r == 0 && request->headers && request->headers[i]; i++)
		r = list_add(&t->headers, request->headers[i]);
	if (r == 0 && (request->body_len > 0 || request->on_send))
		r = list_add(&t->headers, "Expect:"); /* nobody waits a second for a 100 */
	return r;
}

/* "::address:port": whatever the URL says, that is where the connection goes. */
static int
connect_to_copy(struct transfer *t, const struct address *to)
{
	char line[ADDRESS_TEXT_SIZE + 16], text[ADDRESS_TEXT_SIZE];

	if (!to)
		return 0;
	t->literal = *to;
	t->request.connect_to = &t->literal;
	address_format(to, text);
	(void)snprintf(
	    line, sizeof(line), to->family == ADDRESS_IPV6 ? "::[%s]:" : "::%s:", text);
	return list_add(&t->connect_to, line);
}

int
transfer_start(
    struct transfers *pool, const struct transfer_request *request, struct transfer **ret)
{
	struct transfer *t;
	int r;

	if (pool->closing)
		return -ECANCELED;
	t = calloc(1, sizeof(*t));
	if (!t)
		return -ENOMEM;
	t->pool = pool;
	t->request = *request;
	t->redirects_left = REDIRECTS_MAX;
	t->started_us = clock_boot_us();
	t->lines = bytes_new(TRANSFER_HEADERS_BYTES_MAX);
	t->got = bytes_new(request->body_max_bytes ? request->body_max_bytes : BODY_BYTES_MAX);
	t->authority = bytes_new(AUTHORITY_BYTES_MAX);
	if (!request->connect_timeout_ms)
		t->request.connect_timeout_ms = CONNECT_TIMEOUT_MS;
	if (!request->timeout_ms)
		t->request.timeout_ms = TIMEOUT_MS;
	r = url_take(t, request->url);
	if (r == 0)
		r = request_copy(t, request);
	if (r == 0)
		r = connect_to_copy(t, request->connect_to);
	if (r == 0)
		r = loop_timer(pool->loop, on_timer, t, &t->timer);
	if (r == 0)
		r = name_find(t);
	if (r < 0) {
		transfer_free(t);
		return r;
	}
	t->linked = true;
	t->next = pool->first;
	if (t->next)
		t->next->prev = t;
	pool->first = t;
	*ret = t;
	return 0;
}
