/*
 * An attempt to sign in is counted before the password is looked at and forgiven
 * when it was right, so that attempts made at once count too. A login that nobody
 * has costs the same work and gets the same answer as a wrong password.
 */
#include "collector/access/sign_in.h"

#include <ctype.h>
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "collector/access/password.h"
#include "collector/access/reply.h"
#include "collector/access/session.h"
#include "collector/access/throttle.h"
#include "collector/store/connection.h"
#include "common/cleanup.h"
#include "common/clock.h"
#include "common/text.h"

enum { KEY_SIZE = 96, LOGIN_LONGEST = 63 };

static void
decref_at(json_t **value)
{
	json_decref(*value);
}

/* ---------------------------------------------------------------- who I am */

static json_t *
rights_of(enum access_role role)
{
	json_t *list = json_array();

	for (enum access_right right = 0; right < RIGHT_COUNT; right++) {
		if (role_may(role, right))
			(void)json_array_append_new(list, json_string(right_key(right)));
	}
	return list;
}

/* In a transaction of the asker's. Returns as db_query(). */
static int
me_fill(struct db *db, const char *token, struct http_reply *ret)
{
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	CLEANUP(decref_at) json_t *me = NULL;
	char csrf[SESSION_TEXT_SIZE];
	enum access_role role;
	int r = db_query(db, "SELECT to_jsonb(m), m.role FROM api.me AS m", NULL, 0, &rows);

	if (r == 0)
		r = session_csrf(token, csrf);
	if (r < 0)
		return r;
	if (db_rows(rows) == 0 || role_of_key(db_field(rows, 0, 1), &role) < 0)
		return -EAGAIN; /* disabled this very moment */
	me = json_loads(db_field(rows, 0, 0), 0, NULL);
	if (!me || json_object_set_new(me, "csrf", json_string(csrf)) < 0 ||
	    json_object_set_new(me, "version", json_string(PARTA_VERSION)) < 0 ||
	    json_object_set_new(me, "rights", rights_of(role)) < 0)
		return -ENOMEM;
	reply_json(ret, TAKE(me, NULL));
	return 0;
}

void
me_show(struct db *db, const struct asker *asker, struct http_request *request,
    struct http_reply *ret)
{
	char token[SESSION_TEXT_SIZE];
	int r = session_of(request, token);

	if (r == 0)
		r = me_fill(db, token, ret);
	if (r < 0)
		reply_failure(ret, r, db, asker->language);
}

/* ---------------------------------------------------------------- the throttle */

struct keys {
	char login[KEY_SIZE], address[KEY_SIZE];
};

/* Of IPv6 the network counts: one machine has as many addresses there as it likes. */
static void
keys_make(const char *login, const struct address *client, struct keys *ret)
{
	struct address network = *client;
	char text[ADDRESS_TEXT_SIZE];

	if (network.family == ADDRESS_IPV6)
		memset(network.bytes + 8, 0, 8);
	address_format(&network, text);
	(void)snprintf(ret->login, sizeof(ret->login), "login:%s", login);
	(void)snprintf(ret->address, sizeof(ret->address), "address:%s", text);
}

static int
attempt_set(struct db *db, const char *key, unsigned failures)
{
	char count[16];
	const char *const values[] = {key, count};

	(void)snprintf(count, sizeof(count), "%u", failures);
	return db_query(db, "SELECT access.set_attempts($1, $2)", values, 2, NULL);
}

/* In a transaction. *ret_wait_ms 0: the attempt is counted and may go on. */
static int
attempt_count(struct db *db, const struct keys *keys, uint64_t *ret_wait_ms)
{
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	const char *const values[] = {keys->login, keys->address};
	int64_t now_ms = clock_wall_ms();
	unsigned failures[2] = {0, 0};
	int r = db_query(db,
	    "SELECT failures, failed_ms FROM access.lock_attempts(ARRAY[$1, $2])"
	    " ORDER BY key = $1 DESC",
	    values, 2, &rows);

	*ret_wait_ms = 0;
	if (r < 0)
		return r;
	for (size_t i = 0; i < 2 && i < db_rows(rows); i++) {
		struct throttle throttle = {
		    (unsigned)db_number(rows, i, 0), db_number(rows, i, 1)};
		uint64_t wait_ms = throttle_wait_ms(
		    i == 0 ? THROTTLE_LOGIN : THROTTLE_ADDRESS, &throttle, now_ms);

		failures[i] = throttle_failed(&throttle, now_ms);
		if (wait_ms > *ret_wait_ms)
			*ret_wait_ms = wait_ms;
	}
	if (*ret_wait_ms > 0)
		return 0;
	r = attempt_set(db, keys->login, failures[0]);
	return r == 0 ? attempt_set(db, keys->address, failures[1]) : r;
}

/* False: refused with *ret. */
static bool
attempt_admit(
    struct db *db, const struct keys *keys, const char *language, struct http_reply *ret)
{
	uint64_t wait_ms = 0;
	int r = db_begin(db);

	if (r == 0)
		r = attempt_count(db, keys, &wait_ms);
	/* Of a login that was not looked at nothing is kept: there are as many as one likes. */
	if (r == 0 && wait_ms == 0)
		r = db_commit(db);
	db_rollback(db);
	if (r < 0)
		reply_failure(ret, r, db, language);
	else if (wait_ms > 0) {
		reply_refusal(ret, "too_often", language);
		ret->retry_after_s = (unsigned)((wait_ms + 999) / 1000);
	}
	return r == 0 && wait_ms == 0;
}

static int
attempt_forgive(struct db *db, const struct keys *keys)
{
	const char *const values[] = {keys->login, keys->address};

	return db_query(db, "SELECT access.forgive_attempt($1, $2)", values, 2, NULL);
}

/* ---------------------------------------------------------------- signing in */

struct attempt {
	char login[LOGIN_LONGEST + 1];
	const char *password, *language;
};

/* A login is told without regard to case. NULL, or the code of the refusal. */
static const char *
attempt_read(const json_t *body, struct attempt *ret)
{
	const char *login = body_text(body, "login", LOGIN_LONGEST);

	ret->password = body_text(body, "password", PASSWORD_LONGEST);
	ret->language = body_text(body, "language", 2);
	if (!login || !ret->password || !ret->language)
		return "malformed";
	if (ret->language[0] && strcmp(ret->language, "ru") != 0 &&
	    strcmp(ret->language, "en") != 0)
		return "bad_language";
	(void)text_copy(ret->login, sizeof(ret->login), login);
	for (char *c = ret->login; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return NULL;
}

/* *ret_account 0: the login or the password is wrong. */
static int
attempt_judge(struct db *db, const struct attempt *attempt, int32_t *ret_account)
{
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	const char *const values[] = {attempt->login};
	const char *hash;
	bool right, disabled;
	int r = db_query(db,
	    "SELECT account_id, password_hash, is_disabled::int FROM access.find_account($1)",
	    values, 1, &rows);

	*ret_account = 0;
	if (r < 0)
		return r;
	hash = db_rows(rows) > 0 ? db_field(rows, 0, 1) : NULL;
	right = password_check(hash, attempt->password);
	disabled = hash && db_number(rows, 0, 2) != 0;
	if (right && !disabled)
		*ret_account = (int32_t)db_number(rows, 0, 0);
	return 0;
}

static int
session_open(struct db *db, int32_t account_id, const char *token, const char *language,
    const struct address *client)
{
	char id[16], from[ADDRESS_TEXT_SIZE], shadow[SESSION_SHADOW_SIZE];
	const char *const values[] = {id, shadow, from, language[0] ? language : NULL};
	int r = session_shadow(token, shadow);

	(void)snprintf(id, sizeof(id), "%d", (int)account_id);
	address_format(client, from);
	return r == 0
		   ? db_query(db, "SELECT access.open_session($1, $2, $3, $4)", values, 4, NULL)
		   : r;
}

/* The right password: the session, its line in the log, the reply. */
static int
attempt_welcome(struct db *db, const struct asker *asker, const struct attempt *attempt,
    const struct keys *keys, const struct http_request *request, struct http_reply *ret)
{
	char token[SESSION_TEXT_SIZE];
	int r = session_make(token);

	if (r == 0)
		r = attempt_forgive(db, keys);
	if (r == 0)
		r = session_open(
		    db, asker->account_id, token, attempt->language, &request->client);
	if (r == 0)
		r = asker_note(db, asker, &request->client, "login", "", 200);
	if (r == 0)
		r = asker_begin(db, asker);
	if (r == 0)
		r = me_fill(db, token, ret);
	db_rollback(db);
	return r == 0 ? session_cookie(ret, token) : r;
}

/* What was typed is written down only where it can be a login: a password typed into the wrong
 * field is not. */
static bool
is_login(const char *text)
{
	return text[0] &&
	       text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789._@-")] == '\0';
}

static void
attempt_answer(struct db *db, const struct attempt *attempt, struct http_request *request,
    const char *language, struct http_reply *ret)
{
	struct asker asker = {0};
	struct keys keys;
	int r;

	keys_make(attempt->login, &request->client, &keys);
	if (!attempt_admit(db, &keys, language, ret))
		return;
	(void)text_copy(
	    asker.login, sizeof(asker.login), is_login(attempt->login) ? attempt->login : "");
	r = attempt_judge(db, attempt, &asker.account_id);
	if (r == 0 && asker.account_id)
		r = attempt_welcome(db, &asker, attempt, &keys, request, ret);
	else if (r == 0) {
		reply_refusal(ret, "wrong", language);
		r = asker_note(db, &asker, &request->client, "login", "", 401);
	}
	if (r < 0)
		reply_failure(ret, r, db, language);
}

void
sign_in(struct db *db, const struct asker *asker, struct http_request *request,
    struct http_reply *ret)
{
	CLEANUP(decref_at) json_t *body = body_object(request);
	struct attempt attempt;
	const char *wrong = body ? attempt_read(body, &attempt) : "malformed";

	if (wrong)
		reply_refusal(ret, wrong, asker->language);
	else
		attempt_answer(db, &attempt, request,
		    attempt.language[0] ? attempt.language : asker->language, ret);
}

void
sign_out(struct db *db, const struct asker *asker, struct http_request *request,
    struct http_reply *ret)
{
	char token[SESSION_TEXT_SIZE], shadow[SESSION_SHADOW_SIZE];
	const char *const values[] = {shadow};
	int r = session_of(request, token);

	if (r == 0)
		r = session_shadow(token, shadow);
	if (r == 0)
		r = db_query(db, "SELECT access.end_session($1)", values, 1, NULL);
	if (r == 0)
		r = session_cookie(ret, NULL);
	if (r < 0)
		reply_failure(ret, r, db, asker->language);
	else
		reply_json(ret, json_object());
}

/* ---------------------------------------------------------------- changing one's own */

static int
hash_of(struct db *db, const struct asker *asker, struct pg_result **ret)
{
	char id[16];
	const char *const values[] = {id};

	(void)snprintf(id, sizeof(id), "%d", (int)asker->account_id);
	return db_query(db, "SELECT access.hash_of($1)", values, 1, ret);
}

static int
password_set(struct db *db, const struct asker *asker, const char *token, const char *fresh)
{
	char id[16], hash[PASSWORD_HASH_SIZE], shadow[SESSION_SHADOW_SIZE];
	const char *const values[] = {id, hash, shadow};
	int r = password_hash(fresh, hash);

	(void)snprintf(id, sizeof(id), "%d", (int)asker->account_id);
	if (r == 0)
		r = session_shadow(token, shadow);
	return r == 0 ? db_query(db, "SELECT access.set_password($1, $2, $3)", values, 3, NULL)
		      : r;
}

/* The old password is asked for, so that a browser left open is not an account lost; and its
 * attempts are counted as those to sign in. */
static int
password_change(struct db *db, const struct asker *asker, const char *old, const char *fresh,
    struct http_request *request, struct http_reply *ret)
{
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	char token[SESSION_TEXT_SIZE];
	struct keys keys;
	int r = session_of(request, token);

	if (r < 0)
		return r;
	keys_make(asker->login, &request->client, &keys);
	if (!attempt_admit(db, &keys, asker->language, ret))
		return 0;
	r = hash_of(db, asker, &rows);
	if (r < 0)
		return r;
	if (!password_check(db_field(rows, 0, 0), old)) {
		reply_refusal(ret, "wrong", asker->language);
		ret->status = 403; /* the session is a good one */
		return 0;
	}
	r = attempt_forgive(db, &keys);
	if (r == 0)
		r = password_set(db, asker, token, fresh);
	if (r == 0)
		reply_json(ret, json_object());
	return r;
}

void
me_password(struct db *db, const struct asker *asker, struct http_request *request,
    struct http_reply *ret)
{
	CLEANUP(decref_at) json_t *body = body_object(request);
	const char *old = body ? body_text(body, "old", PASSWORD_LONGEST) : NULL;
	const char *fresh = body ? body_text(body, "new", 4 * PASSWORD_LONGEST) : NULL;
	const char *wrong = old && fresh ? password_judge(fresh, asker->login) : "malformed";
	int r = 0;

	if (wrong)
		reply_refusal(ret, wrong, asker->language);
	else
		r = password_change(db, asker, old, fresh, request, ret);
	if (r < 0)
		reply_failure(ret, r, db, asker->language);
}

void
me_language(struct db *db, const struct asker *asker, struct http_request *request,
    struct http_reply *ret)
{
	CLEANUP(decref_at) json_t *body = body_object(request);
	const char *language = body ? body_text(body, "language", 2) : NULL;
	char id[16];
	const char *const values[] = {id, language};
	int r;

	(void)snprintf(id, sizeof(id), "%d", (int)asker->account_id);
	if (!language || (strcmp(language, "ru") != 0 && strcmp(language, "en") != 0)) {
		reply_refusal(ret, language ? "bad_language" : "malformed", asker->language);
		return;
	}
	r = db_query(db, "SELECT access.set_language($1, $2)", values, 2, NULL);
	if (r < 0)
		reply_failure(ret, r, db, asker->language);
	else
		reply_json(ret, json_object());
}
