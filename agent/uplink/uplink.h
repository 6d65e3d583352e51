/*
 * Carries the spool to the collector: batches over mutual TLS, heartbeats, the
 * policy, the renewal of the certificate. What is next is uplink_plan.h's to say.
 */
#ifndef PARTA_AGENT_UPLINK_UPLINK_H
#define PARTA_AGENT_UPLINK_UPLINK_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/uplink/credentials.h"
#include "agent/uplink/policy.h"
#include "agent/uplink/report.h"
#include "agent/uplink/spool.h"

struct loop;
struct transfers;
struct uplink;

struct uplink_settings {
	struct spool *spool;
	struct credentials *credentials; /* renewed in place */
	const char *state_dir;
	const char *collector_url; /* NULL or "": of the credentials */
	const char *host_name;
	uint8_t boot_id[16];
};

struct uplink_events {
	/* A new policy, verified, now yours to free. */
	void (*on_policy)(void *arg, struct policy *policy);
	/* The collector was reached, or is not any more. */
	void (*on_reach)(void *arg, bool reached);
};

struct uplink_stat {
	uint64_t requests, reports_sent, reports_accepted, reports_rejected, reports_lost;
	uint64_t failures, policies_refused, bytes_sent;
	bool reached;
	int64_t reached_ms;      /* when the collector last answered, 0 never */
	int64_t clock_offset_ms; /* the collector's clock minus the kernel's, as of then */
	char words[256];         /* what went wrong last, "" nothing */
	struct address public_address; /* ours, as the collector sees it; family 0: not told */
};

/* 0 or a negative errno. events are copied. */
int uplink_start(struct loop *loop, struct transfers *transfers,
    const struct uplink_settings *settings, const struct uplink_events *events, void *arg,
    struct uplink **ret);
void uplink_stop(struct uplink *uplink); /* accepts NULL */

/* The head that the next report must carry. */
void uplink_head(const struct uplink *uplink, struct report_head *ret);
/* The spool has something new. */
void uplink_wake(struct uplink *uplink);
/* The line works again: no need to wait out a back-off. */
void uplink_line_up(struct uplink *uplink);
/* Nothing is under way and nothing waits that could be sent now. */
bool uplink_idle(const struct uplink *uplink);
/* Fetches the policy though its version is the same: what a control saw is newer. */
void uplink_ask_policy(struct uplink *uplink);
/* The version of the policy in force here, so that only another one is fetched. */
void uplink_policy_is(struct uplink *uplink, const struct policy *policy);

void uplink_stat(const struct uplink *uplink, struct uplink_stat *ret);

/* The signed policy kept in the state folder. 0, -ENOENT, or what policy_open() says. */
int uplink_policy_load(
    const char *state_dir, const struct credentials *credentials, struct policy **ret);

#endif
