/*
 * What is worth telling a person, and when: facts and a clock in, changes of
 * alerts out. Pure: the caller brings the facts, keeps what changed and tells
 * people. Facts that are too old make an alert stale, never resolved; what is
 * ended is told only where its beginning was.
 */
#ifndef PARTA_COLLECTOR_ALERT_ENGINE_H
#define PARTA_COLLECTOR_ALERT_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum alert_severity { ALERT_INFO, ALERT_WARNING, ALERT_CRITICAL };

enum alert_trait {
	ALERT_SLOW = 1,        /* its facts are asked for once a minute, not at every pass */
	ALERT_LESSON_ONLY = 2, /* begins in lesson time alone */
	ALERT_BY_SILENCE = 4,  /* not before we ourselves have listened that long */
	ALERT_LINE = 8,        /* says that a school is off: its provider may be the cause */
};

#define ALERT_MUTED(kind) (1u << ALERT_##kind)

/*
 * THE LIST of kinds: how grave in lesson time and off it, the value from which it
 * begins and the one below which it ends, how long each must hold, how old its
 * facts may be (0: they do not age), by which kinds of the same school it is
 * muted, its traits. Values grow with the trouble; sql/functions/alert_facts.sql
 * makes them, sql/reference/alert_kind.csv has the words. Order is meaning: what
 * mutes stands before what it mutes.
 */
/* clang-format off */
#define ALERT_KINDS(X) \
	X(agent_silent,        .lesson = ALERT_CRITICAL, .off_lesson = ALERT_WARNING, .raise = 75, .clear = 60, /* seconds */ \
	  .clear_hold_s = 10, .muted_by = ALERT_MUTED(connectivity_drop), .traits = ALERT_BY_SILENCE | ALERT_LINE) \
	X(connectivity_drop,   .lesson = ALERT_CRITICAL, .off_lesson = ALERT_WARNING, .raise = 1, .clear = 1, /* open outages */ \
	  .raise_hold_s = 10, .clear_hold_s = 15, .fresh_s = 300, .muted_by = ALERT_MUTED(agent_silent), .traits = ALERT_LINE) \
	X(line_below_norm,     .lesson = ALERT_WARNING, .off_lesson = ALERT_WARNING, .raise = 8, .clear = 3, /* percent missing */ \
	  .fresh_s = 86400, .muted_by = ALERT_OFF, .traits = ALERT_SLOW) \
	X(line_below_contract, .lesson = ALERT_WARNING, .off_lesson = ALERT_WARNING, .raise = 8, .clear = 3, /* percent missing */ \
	  .fresh_s = 86400, .muted_by = ALERT_OFF | ALERT_MUTED(line_below_norm), .traits = ALERT_SLOW) \
	X(filter_leak,         .lesson = ALERT_CRITICAL, .off_lesson = ALERT_WARNING, .raise = 1, .clear = 1, /* addresses */ \
	  .fresh_s = 86400, .muted_by = ALERT_OFF, .traits = ALERT_SLOW) \
	X(filter_overblock,    .lesson = ALERT_WARNING, .off_lesson = ALERT_INFO, .raise = 1, .clear = 1, /* addresses */ \
	  .fresh_s = 86400, .muted_by = ALERT_OFF, .traits = ALERT_SLOW) \
	X(device_gone,         .lesson = ALERT_WARNING, .off_lesson = ALERT_WARNING, .raise = 100, .clear = 100, /* percent of the absence allowed */ \
	  .fresh_s = 7 * 86400, .muted_by = ALERT_OFF, .traits = ALERT_SLOW | ALERT_LESSON_ONLY) \
	X(device_new_unknown,  .lesson = ALERT_INFO, .off_lesson = ALERT_INFO, .raise = 1, .clear = 1, /* devices of the last day */ \
	  .muted_by = ALERT_OFF, .traits = ALERT_SLOW) \
	X(certificate_ending,  .lesson = ALERT_WARNING, .off_lesson = ALERT_WARNING, .raise = -60, .clear = -90, /* days since the end */ \
	  .muted_by = ALERT_OFF, .traits = ALERT_SLOW) \
	X(clock_wrong,         .lesson = ALERT_WARNING, .off_lesson = ALERT_WARNING, .raise = 60, .clear = 10, /* seconds */ \
	  .raise_hold_s = 120, .clear_hold_s = 60, .fresh_s = 300, .muted_by = ALERT_OFF) \
	X(spool_full,          .lesson = ALERT_WARNING, .off_lesson = ALERT_WARNING, .raise = 80, .clear = 60, /* percent */ \
	  .raise_hold_s = 60, .clear_hold_s = 60, .fresh_s = 900, .muted_by = ALERT_OFF)
/* clang-format on */

#define ALERT_ENUM(kind, ...) ALERT_##kind,
enum alert_kind { ALERT_KINDS(ALERT_ENUM) ALERT_KINDS_COUNT };
#undef ALERT_ENUM

/* A school that is off: whatever else it has is a consequence. */
#define ALERT_OFF (ALERT_MUTED(agent_silent) | ALERT_MUTED(connectivity_drop))

struct alert_rule {
	const char *kind;
	enum alert_severity lesson, off_lesson;
	double raise, clear;
	unsigned raise_hold_s, clear_hold_s, fresh_s, muted_by, traits;
};
extern const struct alert_rule alert_rules[ALERT_KINDS_COUNT];

/* -ENOENT: no such kind. */
int alert_kind_of(const char *kind, enum alert_kind *ret);

enum alert_state { ALERT_OK, ALERT_PENDING, ALERT_FIRING, ALERT_STALE };

enum {
	ALERT_SUBJECT_SIZE = 64,
	ALERT_TRANSITIONS_MAX = 8,
	/* Beginnings and ends within an hour; with more it flaps and must hold. */
	ALERT_FLAPS = 4,
	ALERT_FLAP_HOLD_S = 1800,
	/* A provider's schools that must be off at once to be its own incident. */
	ALERT_PROVIDER_SCHOOLS = 3,
	ALERT_PROVIDER_PCT = 30,
	ALERT_PROVIDER_FADES_PCT = 15,
};

/* How a school stands for its provider. */
enum alert_reach { ALERT_REACH_ON, ALERT_REACH_SUSPECT, ALERT_REACH_OFF };

/* One thing that is known now about a subject of a school. */
struct alert_fact {
	enum alert_kind kind;
	int32_t school_id;
	char subject[ALERT_SUBJECT_SIZE]; /* an agent, a device, a direction; "" the school */
	double value;
	int64_t at_ms;    /* when it was so, 0 never */
	int64_t since_ms; /* since when, 0 not known */
	bool lesson;      /* the school has lessons now */
	bool silenced;    /* a person does not want to be told */
	bool moot;        /* the subject is no more: revoked, closed, merged */
	/* Of ALERT_LINE kinds: */
	enum alert_reach reach;
	int32_t provider; /* 0 none */
	uint32_t provider_schools;
};

/* Everything that must be kept of an alert. */
struct alert {
	enum alert_kind kind;
	int32_t school_id;
	char subject[ALERT_SUBJECT_SIZE];
	enum alert_state state;
	enum alert_severity severity;
	double value;
	int64_t since_ms;   /* the onset */
	int64_t pending_ms; /* beyond its threshold since, by our clock */
	int64_t raised_ms, ended_ms;
	bool told, told_lesson; /* people know of it; and did so in lesson time */
	bool grouped;           /* told as part of its provider's incident */
	bool flapping;
	int64_t transitions[ALERT_TRANSITIONS_MAX]; /* the last ones, oldest first; 0 none */

	/* Of the passes since the start alone: */
	int64_t clear_ms;
	bool silenced, waits, lesson;
	int32_t provider;
};

enum alert_event {
	ALERT_EVENT_PENDING = 1,
	ALERT_EVENT_WITHDRAWN = 2, /* it had not begun: forget it */
	ALERT_EVENT_RAISED = 4,
	ALERT_EVENT_STALE = 8,
	ALERT_EVENT_FRESH = 16,
	ALERT_EVENT_RESOLVED = 32,
	ALERT_EVENT_TOLD = 64,       /* tell its beginning now */
	ALERT_EVENT_ESCALATED = 128, /* lessons have begun: tell those who were not told */
	ALERT_EVENT_GROUPED = 256,   /* it belongs to its provider's incident */
	ALERT_EVENT_UNGROUPED = 512, /* that incident is over, this is not */
	ALERT_EVENT_UPDATED = 1024,  /* its onset is known better */
};

struct alert_change {
	struct alert alert; /* after it */
	unsigned events;
};

struct engine;

struct engine_pass {
	int64_t now_ms;
	int64_t watching_ms; /* since when we listen without a gap */
	bool slow;           /* the facts of ALERT_SLOW kinds are here too */
};

int engine_new(struct engine **ret); /* 0 or -ENOMEM */
void engine_free(struct engine *engine);

/* An alert as it was kept. 0 or -ENOMEM. */
int engine_put(struct engine *engine, const struct alert *alert);

/*
 * Judges everything anew. Facts may be in any order (they are sorted in place); an
 * open alert without one is stale. 0 or -ENOMEM; *ret lives until the next call.
 * When the changes could not be kept, the engine must be made anew from what is.
 */
int engine_judge(struct engine *engine, const struct engine_pass *pass,
    struct alert_fact facts[], size_t count, const struct alert_change **ret,
    size_t *ret_count);

#endif
