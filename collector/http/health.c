/*
 * Liveness says that the process answers; readiness that it can take reports now.
 * A load balancer asks the second, a supervisor the first.
 */
#include "collector/http/health.h"

#include <stdlib.h>
#include <string.h>

#include "collector/http/metrics.h"
#include "common/bytes.h"

enum { METRICS_BYTES_MAX = 64 * 1024 };

static enum http_progress
say(struct http_reply *ret, unsigned status, const char *text)
{
	char *copy = strdup(text);

	ret->status = copy ? status : 503;
	ret->content_type = "text/plain; charset=utf-8";
	ret->body = (uint8_t *)copy;
	ret->body_len = copy ? strlen(copy) : 0;
	return HTTP_NOW;
}

enum http_progress
health_alive(struct http_request *request, struct http_reply *ret)
{
	(void)request;
	return say(ret, 200, "alive\n");
}

enum http_progress
health_ready(struct http_request *request, struct http_reply *ret)
{
	const struct health *health = request->services->health;

	if (health->ready(health->arg))
		return say(ret, 200, "ready\n");
	ret->retry_after_s = 5;
	return say(
	    ret, 503, "not ready: the database is away or too many reports are waiting\n");
}

enum http_progress
health_metrics(struct http_request *request, struct http_reply *ret)
{
	struct bytes text = bytes_new(METRICS_BYTES_MAX);

	(void)request;
	if (metrics_write(&text) < 0) {
		bytes_clear(&text);
		return say(ret, 503, "there is no memory for the metrics\n");
	}
	ret->status = 200;
	ret->content_type = "text/plain; version=0.0.4; charset=utf-8";
	ret->body = text.data;
	ret->body_len = text.len;
	return HTTP_NOW;
}
