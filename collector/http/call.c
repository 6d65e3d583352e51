/*
 * What a handler may ask of a call, and how long one lives: the connection and the
 * handler each hold it. libmicrohttpd never times out a suspended connection, so
 * kept calls have a deadline of their own here.
 */
#include "collector/http/call.h"

#include <errno.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>

#include "collector/http/cookie.h"
#include "collector/http/metrics.h"
#include "common/cleanup.h"
#include "common/clock.h"
#include "common/text.h"

/* ---------------------------------------------------------------- what handlers may ask */

const char *
http_header(const struct http_request *request, const char *name)
{
	return MHD_lookup_connection_value(request->call->connection, MHD_HEADER_KIND, name);
}

const char *
http_query(const struct http_request *request, const char *name)
{
	return MHD_lookup_connection_value(
	    request->call->connection, MHD_GET_ARGUMENT_KIND, name);
}

int
http_socket(const struct http_request *request)
{
	return MHD_get_connection_info(
	    request->call->connection, MHD_CONNECTION_INFO_CONNECTION_FD)
	    ->connect_fd;
}

struct each {
	bool (*fn)(void *arg, const char *name, const char *value);
	void *arg;
};

static enum MHD_Result
each_one(void *arg, enum MHD_ValueKind kind, const char *name, const char *value)
{
	const struct each *each = arg;

	(void)kind;
	return each->fn(each->arg, name, value ? value : "") ? MHD_YES : MHD_NO;
}

void
http_query_each(const struct http_request *request,
    bool (*fn)(void *arg, const char *name, const char *value), void *arg)
{
	struct each each = {fn, arg};

	(void)MHD_get_connection_values(
	    request->call->connection, MHD_GET_ARGUMENT_KIND, each_one, &each);
}

int
http_cookie(const struct http_request *request, const char *name, char *ret, size_t size)
{
	const char *header = http_header(request, MHD_HTTP_HEADER_COOKIE);

	return header ? cookie_find(header, name, ret, size) : -ENOENT;
}

int
http_field_add(struct http_reply *reply, const char *name, const char *value)
{
	size_t len = strlen(value), i = 0;

	while (i < HTTP_FIELDS_MAX && reply->fields[i].name)
		i++;
	if (i == HTTP_FIELDS_MAX || len >= HTTP_FIELD_SIZE || !text_is_clean(value, len))
		return -EINVAL;
	reply->fields[i].name = name;
	memcpy(reply->fields[i].value, value, len + 1);
	return 0;
}

/* ---------------------------------------------------------------- how long it lives */

void
call_drop_body(struct http_call *call)
{
	(void)atomic_fetch_sub(&call->server->bodies_bytes, call->body.len);
	metric_add(METRIC_BODY_BYTES, -(int64_t)call->body.len);
	bytes_clear(&call->body);
}

void
call_drop_reply(struct http_call *call)
{
	if (call->reply_counted)
		(void)atomic_fetch_sub(&call->server->replies_bytes, call->reply.body_len);
	call->reply_counted = false;
	free(TAKE(call->reply.body, NULL));
}

void
call_release(struct http_call *call)
{
	if (!call->gone || call->kept)
		return;
	if (--call->server->calls == 0)
		(void)pthread_cond_broadcast(&call->server->idle);
	call_drop_body(call);
	call_drop_reply(call);
	free(call->stream);
	free(call);
}

/* ---------------------------------------------------------------- its answer */

void
call_answer(struct http_call *call, struct http_reply *reply)
{
	bool waited = call->state == CALL_WAITING;

	call->reply = *reply;
	call->state = CALL_ANSWERED;
	if (waited && !call->claimed)
		TAILQ_REMOVE(&call->server->waiting, call, waiting);
	if (waited)
		MHD_resume_connection(call->connection);
}

bool
http_claim(struct http_call *call)
{
	struct http_server *server = call->server;
	bool ours;

	(void)pthread_mutex_lock(&server->lock);
	ours = call->state != CALL_ANSWERED;
	if (ours && call->state == CALL_WAITING)
		TAILQ_REMOVE(&server->waiting, call, waiting);
	call->claimed = ours;
	if (!ours) {
		call->kept = false;
		call_release(call);
	}
	(void)pthread_mutex_unlock(&server->lock);
	return ours;
}

void
http_answer(struct http_call *call, struct http_reply *reply)
{
	struct http_server *server = call->server;

	(void)pthread_mutex_lock(&server->lock);
	if (call->state == CALL_ANSWERED)
		free(reply->body); /* its deadline was first */
	else
		call_answer(call, reply);
	call->kept = false;
	call_release(call);
	(void)pthread_mutex_unlock(&server->lock);
}

void
calls_give_up(struct http_server *server, uint64_t now_ms)
{
	struct http_call *call;
	struct http_reply reply;

	while ((call = TAILQ_FIRST(&server->waiting)) && call->deadline_ms <= now_ms) {
		memset(&reply, 0, sizeof(reply));
		server->config.hooks.explain(&call->request, MHD_HTTP_SERVICE_UNAVAILABLE,
		    "late", "the database did not take this in time", &reply);
		reply.status = MHD_HTTP_SERVICE_UNAVAILABLE;
		reply.retry_after_s = 10;
		metric_add(METRIC_REFUSED_DEADLINE, 1);
		call_answer(call, &reply);
	}
}
