/* One device's questions: see snmp_get.h. A credential that answered is tried first from then
 * on, and twice; when it is silent the others are tried again. */
#include "agent/ask/snmp_get.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "agent/ask/snmp.h"
#include "agent/ask/snmp_channel.h"
#include "common/loop.h"

enum { TRIES = 2, VERSIONS = 2, TIMEOUT_MS = 500 };

struct snmp_get {
	struct loop *loop;
	struct address ip;
	uint16_t port;
	uint32_t timeout_ms;
	char *communities[SNMP_COMMUNITIES_MAX];
	size_t n_communities;
	size_t credential; /* of n_communities * VERSIONS; the first tried */
	size_t tried;      /* credentials, for the request under way */
	unsigned tries;    /* with this one */
	bool known;        /* it answered before */
	struct snmp_channel *channel;
	struct loop_event *io, *timer;
	struct snmp_inbox *inbox;
	struct snmp_request request;
	uint32_t tag;
	snmp_get_fn fn; /* NULL: nothing is asked */
	void *arg;
};

static void
channel_close(struct snmp_get *g)
{
	loop_event_free(g->io);
	g->io = NULL;
	snmp_channel_close(g->channel);
	g->channel = NULL;
}

static void
finish(struct snmp_get *g, int error)
{
	snmp_get_fn fn = g->fn;

	g->fn = NULL;
	loop_timer_cancel(g->timer);
	if (error < 0)
		channel_close(g);
	fn(g->arg, error, error < 0 ? NULL : &g->inbox->reply);
}

static void on_readable(int fd, unsigned what, void *arg);

static int
channel_open(struct snmp_get *g)
{
	size_t at = g->credential % (g->n_communities * VERSIONS);
	const struct snmp_credential credential = {.version = at < g->n_communities ? 2 : 1,
	    .community = g->communities[at % g->n_communities]};
	int r = snmp_channel_open(&credential, &g->ip, g->port, &g->channel);

	if (r == 0)
		r = loop_io(
		    g->loop, snmp_channel_fd(g->channel), LOOP_READ, on_readable, g, &g->io);
	if (r < 0)
		channel_close(g);
	return r;
}

static int
send_request(struct snmp_get *g)
{
	int r = g->channel ? 0 : channel_open(g);

	if (r == 0)
		r = snmp_channel_send(g->channel, &g->request, ++g->tag);
	g->tries++;
	return r;
}

/* The same once more, else the next credential. What cannot be sent now waits as if it had
 * been. */
static void
on_timer(void *arg)
{
	struct snmp_get *g = arg;

	if (g->tries >= (g->known ? TRIES : 1)) {
		channel_close(g);
		g->known = false;
		g->tries = 0;
		g->credential++;
		if (++g->tried >= g->n_communities * VERSIONS) {
			finish(g, -ETIMEDOUT);
			return;
		}
	}
	(void)send_request(g);
	(void)loop_timer_set(g->timer, g->timeout_ms);
}

static void
on_readable(int fd, unsigned what, void *arg)
{
	struct snmp_get *g = arg;
	enum snmp_event event = snmp_channel_read(g->channel, g->inbox);

	(void)fd;
	(void)what;
	if (!g->fn)
		return;
	if (event == SNMP_EVENT_REFUSED) {
		finish(g, -ECONNREFUSED);
	} else if (event == SNMP_EVENT_REPLY && g->inbox->tag == g->tag) {
		g->known = true;
		finish(g, 0);
	}
}

int
snmp_get_ask(
    struct snmp_get *get, const struct snmp_request *request, snmp_get_fn fn, void *arg)
{
	if (get->fn)
		return -EBUSY;
	get->request = *request;
	get->fn = fn;
	get->arg = arg;
	get->tried = 0;
	get->tries = 0;
	(void)send_request(get);
	return loop_timer_set(get->timer, get->timeout_ms);
}

static int
communities_take(struct snmp_get *g, const struct snmp_get_settings *settings)
{
	for (size_t i = 0; i < settings->n_communities && i < SNMP_COMMUNITIES_MAX; i++) {
		g->communities[i] = strdup(settings->communities[i]);
		if (!g->communities[i])
			return -ENOMEM;
		g->n_communities++;
	}
	return g->n_communities > 0 ? 0 : -EINVAL;
}

int
snmp_get_new(struct loop *loop, const struct snmp_get_settings *settings,
    const struct address *ip, struct snmp_get **ret)
{
	struct snmp_get *g;
	int r;

	if (ip->family == ADDRESS_NONE)
		return -EINVAL;
	g = calloc(1, sizeof(*g));
	if (!g)
		return -ENOMEM;
	g->loop = loop;
	g->ip = *ip;
	g->port = settings->port ? settings->port : 161;
	g->timeout_ms = settings->timeout_ms ? settings->timeout_ms : TIMEOUT_MS;
	g->inbox = calloc(1, sizeof(*g->inbox));
	r = g->inbox ? communities_take(g, settings) : -ENOMEM;
	if (r == 0)
		r = loop_timer(loop, on_timer, g, &g->timer);
	if (r < 0) {
		snmp_get_free(g);
		return r;
	}
	*ret = g;
	return 0;
}

void
snmp_get_free(struct snmp_get *get)
{
	if (!get)
		return;
	channel_close(get);
	loop_event_free(get->timer);
	for (size_t i = 0; i < get->n_communities; i++)
		free(get->communities[i]);
	free(get->inbox);
	free(get);
}
