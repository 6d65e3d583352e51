/*
 * Who asks, what they may do, and how a route of the page is written. A route is a
 * row of PAGE() in collector/routes.c; its function runs on a worker of the
 * page, which may wait for the database.
 */
#ifndef PARTA_COLLECTOR_ACCESS_ASKER_H
#define PARTA_COLLECTOR_ACCESS_ASKER_H

#include <stdbool.h>
#include <stdint.h>

#include "collector/http/message.h"

struct db;

/* THE LIST of roles: X(id, key in database and API). Words are in sql/reference/role.csv. */
#define ACCESS_ROLES(X)                                                                        \
	X(MUNICIPAL, "municipal")                                                              \
	X(AUDITOR, "auditor")                                                                  \
	X(SCHOOL, "school")                                                                    \
	X(HEAD, "head")                                                                        \
	X(VIEWER, "viewer")

enum access_role {
#define ROLE_ID(id, key) ROLE_##id,
	ACCESS_ROLES(ROLE_ID)
#undef ROLE_ID
	    ROLE_COUNT
};

/* THE LIST of rights: X(id, key in the API, roles that have it). Of which schools is said by
 * the database (row-level security), not here. */
#define ROLE_BIT(id)  (1u << ROLE_##id)
#define ROLE_EVERYONE ((1u << ROLE_COUNT) - 1)
#define ACCESS_RIGHTS(X)                                                                       \
	X(READ, "read", ROLE_EVERYONE)                                                         \
	X(ALERT, "alert", ROLE_BIT(MUNICIPAL) | ROLE_BIT(SCHOOL))     /* ack, silence */       \
	X(CORRECT, "correct", ROLE_BIT(MUNICIPAL) | ROLE_BIT(SCHOOL)) /* devices */            \
	X(TOKEN, "token", ROLE_BIT(MUNICIPAL) | ROLE_BIT(SCHOOL))     /* enrolment */          \
	X(SCHOOL, "school", ROLE_BIT(MUNICIPAL))   /* schools, agents, maintenance */          \
	X(ACCOUNT, "account", ROLE_BIT(MUNICIPAL)) /* users */                                 \
	X(LOG, "log", ROLE_BIT(MUNICIPAL) | ROLE_BIT(AUDITOR)) /* read the access log */       \
	X(CLAIM, "claim",                                                                      \
	    ROLE_BIT(MUNICIPAL) | ROLE_BIT(AUDITOR) | ROLE_BIT(SCHOOL)) /* papers */

enum access_right {
#define RIGHT_ID(id, key, roles) RIGHT_##id,
	ACCESS_RIGHTS(RIGHT_ID)
#undef RIGHT_ID
	    RIGHT_COUNT,
	RIGHT_OPEN = RIGHT_COUNT, /* no session is needed */
};

struct asker {
	int32_t account_id; /* 0 without a session */
	char login[64];
	enum access_role role;
	char language[3]; /* "ru" or "en" */
};

/* Pure. */
bool role_may(enum access_role role, enum access_right right);
const char *role_key(enum access_role role);
const char *right_key(enum access_right right);
/* 0 or -EINVAL. */
int role_of_key(const char *key, enum access_role *ret);

/* How a route's function is run. */
enum page_way {
	/*
	 * In a transaction of role parta_web that knows who asks, so that schema api shows
	 * their schools and nothing else. It commits when ret->status is below 400, else it is
	 * rolled back. The function neither begins nor ends it.
	 */
	PAGE_QUICK,
	/* The same for what takes long: never more than some of the workers at once. A request
	 * with format=csv or format=xlsx is slow on any route.
	 */
	PAGE_SLOW,
	/* Without a transaction, as parta_access, likewise bounded: what opens accounts and
	 * sessions. */
	PAGE_INSIDE,
	PAGE_WAYS,
};

/*
 * Answers by filling *ret (status 0 becomes 500), or, for a reply whose body comes in pieces,
 * by http_begin(request->call), http_send(), http_end(): then ret->streamed is set and the
 * request is not touched after http_end(), which may be called later and by another thread. An
 * action says in ret->object what it acted on, for the access log. reply_failure() makes a
 * refusal of what a call of store/connection.h returned.
 */
typedef void page_fn(struct db *db, const struct asker *asker, struct http_request *request,
    struct http_reply *ret);

/* For handlers of way PAGE_INSIDE. asker_begin(): a transaction as the others have it, to be
 * ended by the handler. asker_note(): a line of the access log. Both return as db_query(). */
int asker_begin(struct db *db, const struct asker *asker);
int asker_note(struct db *db, const struct asker *asker, const struct address *client,
    const char *action, const char *object, unsigned status);

struct page_route {
	const char *path; /* below /api/v1/: stands in the access log as the action */
	enum access_right right;
	enum page_way way;
	page_fn *answer;
};

/* A POST: needs the token against forged requests and is written to the access log. */
bool asker_acts(const struct http_request *request);

#endif
