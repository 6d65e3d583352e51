/*
 * What an administrator does: schools, tokens, agents, settings. Runs as who owns
 * the database, one transaction a call unless said otherwise.
 */
#ifndef PARTA_COLLECTOR_STORE_REGISTRY_H
#define PARTA_COLLECTOR_STORE_REGISTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/classify/classify.h"

struct registry;
struct pg_result;

enum { REGISTRY_ERROR_SIZE = 256 };

/* 0, -EAGAIN, -EACCES, -EPROTO (run migrate first) as store_open(). */
int registry_open(
    const char *conninfo, struct registry **ret, char error[static REGISTRY_ERROR_SIZE]);
void registry_close(struct registry *registry); /* accepts NULL */
/* Why the last call failed, in words for the person who typed it. */
const char *registry_error(const struct registry *registry);

/* A school as text, as a person writes it; NULL: as it is, or its default when it is new. */
struct registry_school {
	const char *code, *name, *municipality, *settlement, *time_zone, *provider;
	const char *contract_down_mbps, *contract_up_mbps, *pupils;
	const char *vantage; /* "school", "control", NULL: as it is */
};
enum registry_change { REGISTRY_SAME, REGISTRY_NEW, REGISTRY_CHANGED };

/* Several changes that hold together or not at all. */
int registry_begin(struct registry *registry);
int registry_commit(struct registry *registry);
void registry_rollback(struct registry *registry);

/* Adds or changes a school. 0, or -EBADMSG: a value that cannot be. */
int registry_school(
    struct registry *registry, const struct registry_school *school, enum registry_change *ret);

/* A token's shadow: only the SHA-256 of its secret is kept. -ENOENT: no such school, or closed.
 */
int registry_token(struct registry *registry, const char *school,
    const uint8_t secret[static 32], unsigned hours, unsigned uses);

/* The import of a school (core.import_agent). -ENOENT: no such school. */
int registry_import(struct registry *registry, const char *school, uint8_t ret[static 16]);

/* -ENOENT: no such agent; -ENOTUNIQ: several of that name; -EALREADY: it is revoked already.
 * agent: its UUID or its host name. */
int registry_revoke(struct registry *registry, const char *agent, const char *reason);

/* A setting of reference.setting, for one school or (NULL) for all; value NULL: as if never
 * set. -ENOENT: no such setting or school. */
int registry_setting(
    struct registry *registry, const char *school, const char *name, const char *value);

/* THE LIST of things that can be listed: columns by name, rows freed with db_free(). */
enum registry_list {
	REGISTRY_SCHOOLS,
	REGISTRY_AGENTS,
	REGISTRY_SETTINGS,
	REGISTRY_ALERTS,     /* that are not over */
	REGISTRY_ALERTS_ALL, /* of the last 30 days */
	REGISTRY_SILENCES,
	REGISTRY_RECEIVERS,
	REGISTRY_OUTBOX, /* what is not delivered */
	REGISTRY_RULE_CANDIDATES,
	REGISTRY_EXAMS, /* that are not over */
	REGISTRY_CONTRACTS,
	REGISTRY_CLAIMS,
};
int registry_list(struct registry *registry, enum registry_list list, const char *school,
    struct pg_result **ret);

/*
 * THE LIST of what is done about alerts and examinations, with its values as text (NULL: not
 * said): ACK alert, by, comment; SILENCE school, kind, hours, comment, by; MAINTENANCE school,
 * from, hours, comment, by; SILENCE_END silence, by; OUTBOX_RETRY message; RECEIVER_PUT name,
 * kind, address, secret, schools, municipality, kinds, severity, language, quiet (lists with
 * commas); RECEIVER_DROP and RECEIVER_TEST name; EXAM_ADD school, municipality, from, to, name,
 * by; EXAM_REMOVE exam, by.
 */
enum registry_act {
	REGISTRY_ACK,
	REGISTRY_SILENCE,
	REGISTRY_MAINTENANCE,
	REGISTRY_SILENCE_END,
	REGISTRY_OUTBOX_RETRY,
	REGISTRY_RECEIVER_PUT,
	REGISTRY_RECEIVER_DROP,
	REGISTRY_RECEIVER_TEST,
	REGISTRY_EXAM_ADD,
	REGISTRY_EXAM_REMOVE,
};
enum { REGISTRY_ACT_VALUES_MAX = 10 };
/* 0 done; -ENOENT what it names is not there (registry_error() is then its key, "no_school");
 * another negative errno. */
int registry_act(struct registry *registry, enum registry_act act,
    const char *const values[static REGISTRY_ACT_VALUES_MAX]);

/*
 * Draws the conclusions from kept evidence again. judge is called for each device
 * with what its sources said last (MAC addresses are { "", "mac", "00:..." }) and
 * fills verdict; what differs is changed and audited. *ret_changed counts those.
 */
typedef int (*registry_judge_fn)(
    void *arg, const struct evidence evidence[], size_t count, struct classification *verdict);
int registry_reclassify(struct registry *registry, registry_judge_fn judge, void *arg,
    size_t *ret_devices, size_t *ret_changed);

#endif
