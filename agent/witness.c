/* The router as a witness: see witness.h. Each thing it says is told once an outage. What the
 * router says changes no class but one: when it started within our own absence, the power was
 * off. */
#include "agent/witness.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/ask/router.h"
#include "agent/ask/ups.h"
#include "agent/probe/mains.h"
#include "common/clock.h"
#include "common/loop.h"
#include "common/options.h"
#include "common/text.h"

enum {
	DOWN_EVERY_MS = 2000,
	UP_EVERY_MS = 600 * 1000,
	FIRST_MS = 2000,
	BEFORE_MS = 30 * 1000, /* our last mark may be that old */
	AFTER_MS = 180 * 1000, /* what starts after a power cut takes its time */
	ABSENCE_TRIES = 15,
};

struct witness {
	struct loop *loop;
	struct witness_settings settings;
	char *communities[OPTION_LIST_MAX];
	size_t n_communities;
	struct router *router; /* NULL: not known yet */
	struct address ip;     /* of it */
	char name[ADDRESS_TEXT_SIZE];
	struct router_facts before;
	struct snmp_get *ups; /* NULL: none is known */
	bool ups_told;        /* in this outage */
	char ups_name[ADDRESS_TEXT_SIZE];
	enum connectivity_state state;
	unsigned said; /* bits by enum router_word, in this outage */
	struct outage absence;
	unsigned absence_tries; /* left; 0: nobody wants to know */
	struct loop_event *timer;
};

static void
say(struct witness *w, enum router_word word, const char *observed)
{
	if (w->state != CONNECTIVITY_DOWN || word == ROUTER_SAYS_NOTHING ||
	    (w->said & 1u << word))
		return;
	w->said |= 1u << word;
	connectivity_witness(w->settings.connectivity, "router", w->name, observed);
}

/* It started while we were away, or a little after. */
static void
judge_absence(struct witness *w, const struct router_facts *facts)
{
	int64_t started_ms = clock_wall_ms() - (int64_t)facts->up_time_ms;
	struct outage_evidence *e = &w->absence.evidence[w->absence.n_evidence];
	char since[25];

	w->absence_tries = 0;
	if (facts->up_time_ms == 0 || w->absence.n_evidence == CONNECTIVITY_EVIDENCE_MAX)
		return;
	if (started_ms >= w->absence.onset_ms - BEFORE_MS &&
	    started_ms <= w->absence.end_ms + AFTER_MS)
		w->absence.class = OUTAGE_POWER;
	clock_format(started_ms, since);
	(void)text_copy(e->rung, sizeof(e->rung), "router");
	(void)text_copy(e->target, sizeof(e->target), w->name);
	(void)snprintf(e->observed, sizeof(e->observed), "runs since %s", since);
	e->at_ms = clock_wall_ms();
	w->absence.n_evidence++;
	w->settings.on_absence(w->settings.arg, &w->absence);
}

static void
on_look(void *arg, int error, const struct router_facts *facts)
{
	struct witness *w = arg;
	char observed[ROUTER_OBSERVED_SIZE];
	enum router_word word;

	if (error < 0 && error != -ETIMEDOUT && error != -ECONNREFUSED)
		return;
	/* Silence says something only of one that spoke before. */
	if (!facts && w->before.at_ms == 0)
		return;
	word = router_judge(&w->before, facts, observed);
	say(w, word, observed);
	if (!facts)
		return;
	if (w->absence_tries > 0)
		judge_absence(w, facts);
	w->before = *facts;
}

/* Once an outage. */
static void
on_ups(void *arg, int error, const struct snmp_reply *reply)
{
	char observed[UPS_OBSERVED_SIZE];
	struct witness *w = arg;

	if (error == 0 && !w->ups_told && w->state == CONNECTIVITY_DOWN &&
	    ups_on_battery(reply, observed)) {
		w->ups_told = true;
		connectivity_witness(w->settings.connectivity, "power", w->ups_name, observed);
	}
}

static void
look_at_ups(struct witness *w)
{
	struct snmp_request request;

	if (!w->ups || w->ups_told || w->state != CONNECTIVITY_DOWN)
		return;
	ups_ask(&request);
	(void)snmp_get_ask(w->ups, &request, on_ups, w); /* busy: it is being asked */
}

/* The inventory may know another by now. */
static void
find_ups(struct witness *w)
{
	const struct snmp_get_settings settings = {
	    .communities = (const char *const *)w->communities,
	    .n_communities = w->n_communities};
	struct address address;

	snmp_get_free(w->ups);
	w->ups = NULL;
	w->ups_told = false;
	if (!w->settings.find_ups || !w->settings.find_ups(w->settings.arg, &address))
		return;
	address_format(&address, w->ups_name);
	if (snmp_get_new(w->loop, &settings, &address, &w->ups) < 0)
		w->ups = NULL;
}

static void
find_router(struct witness *w)
{
	const struct address *gateway = connectivity_gateway(w->settings.connectivity);
	const struct snmp_get_settings settings = {
	    .communities = (const char *const *)w->communities,
	    .n_communities = w->n_communities};

	if (!gateway || (w->router && address_equal(gateway, &w->ip)))
		return;
	router_free(w->router);
	w->router = NULL;
	memset(&w->before, 0, sizeof(w->before));
	w->ip = *gateway;
	address_format(gateway, w->name);
	if (router_new(w->loop, &settings, gateway, &w->router) < 0)
		w->router = NULL;
}

static void
on_timer(void *arg)
{
	struct witness *w = arg;
	bool often = w->state == CONNECTIVITY_DOWN || w->absence_tries > 0;

	find_router(w);
	if (w->absence_tries > 0)
		w->absence_tries--;
	if (w->router)
		(void)router_look(w->router, on_look, w); /* busy: it is being looked at */
	look_at_ups(w);
	(void)loop_timer_set(w->timer, often ? DOWN_EVERY_MS : UP_EVERY_MS);
}

void
witness_state(struct witness *witness, enum connectivity_state state)
{
	bool began = state == CONNECTIVITY_DOWN && witness->state != CONNECTIVITY_DOWN;

	if (began) {
		witness->said = 0;
		witness->before.counts = false; /* what came in before says nothing now */
		find_ups(witness);
		(void)loop_timer_set(witness->timer, 1);
	}
	witness->state = state;
	if (began && mains_now(MAINS_FOLDER) == MAINS_OFF)
		connectivity_witness(
		    witness->settings.connectivity, "power", "mains", "off, on battery");
}

void
witness_absence(struct witness *witness, const struct outage *outage)
{
	if (outage->class != OUTAGE_AGENT_DOWN || !outage->machine_restarted)
		return;
	witness->absence = *outage;
	witness->absence_tries = ABSENCE_TRIES;
	(void)loop_timer_set(witness->timer, FIRST_MS);
}

static bool
same_communities(const struct witness *w, const char *const communities[], size_t count)
{
	if (count != w->n_communities)
		return false;
	for (size_t i = 0; i < count; i++)
		if (strcmp(w->communities[i], communities[i]) != 0)
			return false;
	return true;
}

void
witness_communities(struct witness *witness, const char *const communities[], size_t count)
{
	if (count > OPTION_LIST_MAX)
		count = OPTION_LIST_MAX;
	if (same_communities(witness, communities, count))
		return;
	for (size_t i = 0; i < witness->n_communities; i++)
		free(witness->communities[i]);
	witness->n_communities = 0;
	for (size_t i = 0; i < count; i++) {
		witness->communities[i] = strdup(communities[i]);
		if (!witness->communities[i])
			break;
		witness->n_communities++;
	}
	router_free(witness->router);
	witness->router = NULL;
	(void)loop_timer_set(witness->timer, FIRST_MS);
}

int
witness_new(struct loop *loop, const struct witness_settings *settings, struct witness **ret)
{
	struct witness *w = calloc(1, sizeof(*w));
	int r;

	if (!w)
		return -ENOMEM;
	w->loop = loop;
	w->settings = *settings;
	r = loop_timer(loop, on_timer, w, &w->timer);
	if (r < 0) {
		witness_free(w);
		return r;
	}
	witness_communities(w, settings->communities, settings->n_communities);
	*ret = w;
	return 0;
}

void
witness_free(struct witness *witness)
{
	if (!witness)
		return;
	router_free(witness->router);
	snmp_get_free(witness->ups);
	loop_event_free(witness->timer);
	for (size_t i = 0; i < witness->n_communities; i++)
		free(witness->communities[i]);
	free(witness);
}
