/* Looks at a router, one request after the other: see router.h. The way out is learned at the
 * first look and again now and then; while there is none, the one that was is looked at. */
#include "agent/ask/router.h"

#include <errno.h>
#include <stdlib.h>

#include "common/clock.h"

enum { WAY_EVERY_MS = 600 * 1000 };

struct router {
	struct snmp_get *get;
	struct router_facts facts;
	uint64_t way_next_ms; /* UINT64_MAX: it was given */
	router_fn fn;         /* NULL: nobody looks */
	void *arg;
};

static void
finish(struct router *r, int error)
{
	router_fn fn = r->fn;

	r->fn = NULL;
	r->facts.at_ms = clock_boot_ms();
	fn(r->arg, error, error < 0 ? NULL : &r->facts);
}

static void
on_state(void *arg, int error, const struct snmp_reply *reply)
{
	struct router *r = arg;

	if (error == 0)
		router_read_state(reply, &r->facts);
	finish(r, error);
}

static void
ask_state(struct router *r)
{
	struct snmp_request request;

	router_ask_state(r->facts.if_index, &request);
	(void)snmp_get_ask(r->get, &request, on_state, r);
}

static void
on_name(void *arg, int error, const struct snmp_reply *reply)
{
	struct router *r = arg;

	if (error < 0) {
		finish(r, error);
		return;
	}
	router_read_name(reply, &r->facts);
	ask_state(r);
}

static void
on_way(void *arg, int error, const struct snmp_reply *reply)
{
	struct router *r = arg;
	struct snmp_request request;
	uint32_t if_index = error < 0 ? 0 : router_read_way(reply);

	if (error < 0) {
		finish(r, error);
		return;
	}
	if (if_index == 0) {
		ask_state(r);
		return;
	}
	r->way_next_ms = clock_boot_ms() + WAY_EVERY_MS;
	r->facts.if_index = if_index;
	router_ask_name(if_index, &request);
	(void)snmp_get_ask(r->get, &request, on_name, r);
}

int
router_look(struct router *router, router_fn fn, void *arg)
{
	struct snmp_request request;

	if (router->fn)
		return -EBUSY;
	router->fn = fn;
	router->arg = arg;
	if (clock_boot_ms() < router->way_next_ms) {
		ask_state(router);
		return 0;
	}
	router_ask_way(&request);
	return snmp_get_ask(router->get, &request, on_way, router);
}

void
router_set_way(struct router *router, uint32_t if_index)
{
	router->facts.if_index = if_index;
	router->way_next_ms = UINT64_MAX;
}

int
router_new(struct loop *loop, const struct snmp_get_settings *settings,
    const struct address *ip, struct router **ret)
{
	struct router *router = calloc(1, sizeof(*router));
	int r;

	if (!router)
		return -ENOMEM;
	r = snmp_get_new(loop, settings, ip, &router->get);
	if (r < 0) {
		free(router);
		return r;
	}
	*ret = router;
	return 0;
}

void
router_free(struct router *router)
{
	if (!router)
		return;
	snmp_get_free(router->get);
	free(router);
}
