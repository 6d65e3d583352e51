/* See speed_record.h. A server hears of the end of a stream that was cut, and writes it down, a
 * moment after us. */
#include "agent/probe/speed_record.h"

#include <errno.h>
#include <stdlib.h>

#include "common/bytes.h"
#include "common/loop.h"
#include "common/transfer.h"

enum { ASKS_MAX = 10, AGAIN_MS = 300, TIMEOUT_MS = 5000, RECORD_BYTES_MAX = 4 * 1024 * 1024 };

struct speed_record_ask {
	struct speed_access access;
	bool upload;
	unsigned asks;
	struct transfer *transfer;
	struct loop_event *timer;
	bool told, over;
	struct speed_server_part server;
	void (*on_done)(void *arg, const struct speed_server_part *server);
	void *arg;
};

void
speed_record_cancel(struct speed_record_ask *ask)
{
	struct transfer *transfer;

	if (!ask)
		return;
	ask->over = true;
	transfer = ask->transfer;
	ask->transfer = NULL;
	transfer_cancel(transfer);
	loop_event_free(ask->timer);
	free(ask);
}

static void
finish(struct speed_record_ask *ask)
{
	ask->on_done(ask->arg, ask->told ? &ask->server : NULL);
	speed_record_cancel(ask);
}

static void
on_answer(void *arg, const struct transfer_result *result)
{
	struct speed_record_ask *ask = arg;
	int r = -EPROTO;

	ask->transfer = NULL;
	if (ask->over)
		return;
	if (result->error == 0 && result->status == 200)
		r = ask->access.backend->record(
		    result->body, result->body_len, ask->upload, &ask->server);
	ask->told = r == 0;
	if (r != -EAGAIN)
		ask->asks = ASKS_MAX;
	(void)loop_timer_set(ask->timer, r == -EAGAIN ? AGAIN_MS : 0);
}

static void
on_timer(void *arg)
{
	struct speed_record_ask *ask = arg;
	struct transfer_request request = speed_request(&ask->access);
	struct bytes url = bytes_new(SPEED_URL_SIZE + 64);
	int r = -ETIMEDOUT;

	if (ask->asks++ < ASKS_MAX)
		r = ask->access.backend->record_url(ask->access.place, &url);
	if (r == 0) {
		request.url = (const char *)url.data;
		request.timeout_ms = request.connect_timeout_ms = TIMEOUT_MS;
		request.body_max_bytes = RECORD_BYTES_MAX;
		request.on_done = on_answer;
		request.arg = ask;
		r = transfer_start(ask->access.transfers, &request, &ask->transfer);
	}
	bytes_clear(&url);
	if (r < 0)
		finish(ask);
}

int
speed_record_start(const struct speed_access *access, bool upload,
    void (*on_done)(void *arg, const struct speed_server_part *server), void *arg,
    struct speed_record_ask **ret)
{
	struct speed_record_ask *ask;
	int r;

	if (!access->backend->record)
		return -ENOTSUP;
	ask = calloc(1, sizeof(*ask));
	if (!ask)
		return -ENOMEM;
	ask->access = *access;
	ask->upload = upload;
	ask->on_done = on_done;
	ask->arg = arg;
	r = loop_timer(access->loop, on_timer, ask, &ask->timer);
	if (r < 0) {
		free(ask);
		return r;
	}
	(void)loop_timer_set(ask->timer, AGAIN_MS);
	*ret = ask;
	return 0;
}
