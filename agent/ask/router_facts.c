/*
 * Requests and replies of a look at a router: see router.h. The default route is the
 * first row of the table for destination 0.0.0.0: IP-FORWARD-MIB (RFC 4292)
 * inetCidrRouteIfIndex, its ancestor ipCidrRouteIfIndex, or RFC 1213 ipRouteIfIndex.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/ask/router.h"
#include "common/check.h"
#include "common/text.h"

enum {
	OPER_UP = 1,
	RESTART_SLACK_MS = 30000, /* a router's clock may run that much apart between looks */
	RATE_MIN_BPS = 2000,      /* broadcasts and keepalives are no Internet */
};

static const struct snmp_oid up_time = SNMP_OID(1, 3, 6, 1, 2, 1, 1, 3);

/* Columns, and what the index of a default route begins with. */
static const struct snmp_oid ways[] = {
    SNMP_OID(1, 3, 6, 1, 2, 1, 4, 24, 7, 1, 7, 1, 4, 0, 0, 0, 0, 0),
    SNMP_OID(1, 3, 6, 1, 2, 1, 4, 24, 4, 1, 5, 0, 0, 0, 0, 0, 0, 0, 0),
    SNMP_OID(1, 3, 6, 1, 2, 1, 4, 21, 1, 2, 0, 0, 0, 0),
};

static const struct snmp_oid if_name = SNMP_OID(1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 1);
static const struct snmp_oid if_descr = SNMP_OID(1, 3, 6, 1, 2, 1, 2, 2, 1, 2);
static const struct snmp_oid oper_status = SNMP_OID(1, 3, 6, 1, 2, 1, 2, 2, 1, 8);
static const struct snmp_oid hc_in_octets = SNMP_OID(1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 6);
static const struct snmp_oid hc_out_octets = SNMP_OID(1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 10);
static const struct snmp_oid out_octets = SNMP_OID(1, 3, 6, 1, 2, 1, 2, 2, 1, 16);
static const struct snmp_oid in_octets = SNMP_OID(1, 3, 6, 1, 2, 1, 2, 2, 1, 10);

/* Everything is asked by GETNEXT of what stands just before it: of an object that a device
 * lacks SNMPv1 (RFC 1157 section 4.1.2) would else tell nothing but that. */
static void
want(struct snmp_request *request, const struct snmp_oid *object, uint32_t if_index)
{
	struct snmp_oid *oid = &request->oids[request->n++];

	request->operation = SNMP_OP_GETNEXT;
	oid_copy(oid, object);
	if (if_index)
		(void)oid_append(oid, if_index - 1);
}

void
router_ask_way(struct snmp_request *ret)
{
	memset(ret, 0, sizeof(*ret));
	for (size_t i = 0; i < COUNT_OF(ways); i++) {
		want(ret, &ways[i], 0);
		ret->oids[i].len--;
	}
}

uint32_t
router_read_way(const struct snmp_reply *reply)
{
	for (size_t i = 0; i < COUNT_OF(ways); i++)
		for (size_t v = 0; v < reply->n; v++) {
			const struct snmp_var *var = &reply->vars[v];

			if (var->type == SNMP_NUMBER && oid_under(&var->oid, &ways[i]) &&
			    var->number > 0 && var->number <= INT32_MAX)
				return (uint32_t)var->number;
		}
	return 0;
}

void
router_ask_name(uint32_t if_index, struct snmp_request *ret)
{
	memset(ret, 0, sizeof(*ret));
	want(ret, &if_name, if_index);
	want(ret, &if_descr, if_index);
}

void
router_ask_state(uint32_t if_index, struct snmp_request *ret)
{
	memset(ret, 0, sizeof(*ret));
	want(ret, &up_time, 0);
	if (if_index == 0)
		return;
	want(ret, &oper_status, if_index);
	want(ret, &hc_in_octets, if_index);
	want(ret, &in_octets, if_index);
	want(ret, &hc_out_octets, if_index);
	want(ret, &out_octets, if_index);
}

static const struct snmp_var *
find(const struct snmp_reply *reply, const struct snmp_oid *object, enum snmp_type type,
    uint32_t instance)
{
	for (size_t i = 0; i < reply->n; i++) {
		const struct snmp_var *var = &reply->vars[i];

		if (var->type == type && oid_under(&var->oid, object) &&
		    var->oid.len == object->len + 1 && var->oid.arc[object->len] == instance)
			return var;
	}
	return NULL;
}

void
router_read_name(const struct snmp_reply *reply, struct router_facts *facts)
{
	const struct snmp_var *name = find(reply, &if_name, SNMP_OCTETS, facts->if_index);

	if (!name || name->len == 0)
		name = find(reply, &if_descr, SNMP_OCTETS, facts->if_index);
	if (name && name->len > 0)
		(void)text_clean(
		    facts->interface, sizeof(facts->interface), name->bytes, name->len);
	else
		(void)snprintf(
		    facts->interface, sizeof(facts->interface), "%" PRIu32, facts->if_index);
}

void
router_read_state(const struct snmp_reply *reply, struct router_facts *facts)
{
	const struct snmp_var *time = find(reply, &up_time, SNMP_NUMBER, 0);
	uint32_t way = facts->if_index;
	const struct snmp_var *status = find(reply, &oper_status, SNMP_NUMBER, way);
	const struct snmp_var *in = find(reply, &in_octets, SNMP_NUMBER, way);
	const struct snmp_var *out = find(reply, &out_octets, SNMP_NUMBER, way);
	const struct snmp_var *hc_in = find(reply, &hc_in_octets, SNMP_NUMBER, way);
	const struct snmp_var *hc_out = find(reply, &hc_out_octets, SNMP_NUMBER, way);

	facts->wide = hc_in && (hc_out || !out);
	if (facts->wide) {
		in = hc_in;
		out = hc_out;
	}
	facts->up_time_ms = time ? (uint64_t)time->number * 10 : 0;
	facts->oper_status = status ? (uint32_t)status->number : 0;
	facts->counts = in != NULL;
	facts->in_octets = in ? (uint64_t)in->number : 0;
	facts->counts_both = in && out;
	facts->out_octets = out ? (uint64_t)out->number : 0;
}

static bool
restarted(const struct router_facts *before, const struct router_facts *now)
{
	return now->up_time_ms > 0 &&
	       now->up_time_ms + RESTART_SLACK_MS <
		   before->up_time_ms + (now->at_ms - before->at_ms) &&
	       now->up_time_ms < before->up_time_ms;
}

/* Bits a second that came in between, < 0 not known. */
static double
rate_bps(const struct router_facts *before, const struct router_facts *now)
{
	if (!before->counts || !now->counts || before->if_index != now->if_index ||
	    now->in_octets < before->in_octets || now->at_ms <= before->at_ms)
		return -1;
	return (double)(now->in_octets - before->in_octets) * 8000 /
	       (double)(now->at_ms - before->at_ms);
}

enum router_word
router_judge(const struct router_facts *before, const struct router_facts *now,
    char ret_observed[static ROUTER_OBSERVED_SIZE])
{
	double rate;

	ret_observed[0] = '\0';
	if (!now) {
		(void)text_copy(ret_observed, ROUTER_OBSERVED_SIZE, "no answer to SNMP");
		return ROUTER_SILENT;
	}
	if (before->at_ms && restarted(before, now)) {
		(void)snprintf(ret_observed, ROUTER_OBSERVED_SIZE,
		    "restarted, up for %" PRIu64 " s", now->up_time_ms / 1000);
		return ROUTER_RESTARTED;
	}
	if (now->if_index == 0 || now->oper_status == 0)
		return ROUTER_SAYS_NOTHING;
	if (now->oper_status != OPER_UP) {
		(void)snprintf(ret_observed, ROUTER_OBSERVED_SIZE,
		    "%.20s: ifOperStatus %" PRIu32, now->interface, now->oper_status);
		return ROUTER_LINE_DOWN;
	}
	rate = before->at_ms ? rate_bps(before, now) : -1;
	if (rate < 0)
		return ROUTER_SAYS_NOTHING;
	(void)snprintf(ret_observed, ROUTER_OBSERVED_SIZE, "%.16s is up, %.0f kbit/s come in",
	    now->interface, rate / 1000);
	return rate < RATE_MIN_BPS ? ROUTER_LINE_SILENT : ROUTER_LINE_BUSY;
}
