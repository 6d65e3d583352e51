/* The rules of accounts are in sql/functions/access_account.sql; the words of what they refuse
 * in reply.h. */
#include "collector/access/people.h"

#include <ctype.h>
#include <errno.h>
#include <jansson.h>
#include <string.h>

#include "collector/access/password.h"
#include "collector/access/reply.h"
#include "collector/store/connection.h"
#include "common/check.h"
#include "common/cleanup.h"
#include "common/text.h"

enum { SCHOOLS_TEXT = 4096, NAME_LONGEST = 255, LOGIN_LONGEST = 63 };

static const char *const refused[] = {"is_there", "no_account", "bad_login", "bad_role",
    "bad_language", "no_password", "no_school", "needs_school", "beyond", "yourself"};

/* A static text for the one that came with rows. */
static const char *
refused_of(const char *code)
{
	for (size_t i = 0; code && i < COUNT_OF(refused); i++) {
		if (strcmp(refused[i], code) == 0)
			return refused[i];
	}
	return code ? "failed" : NULL;
}

static int
put(struct db *db, const struct asker *by, const struct person *person, const char *hash,
    enum person_must must, const char **ret_wrong)
{
	static const char *const musts[] = {"", "new", "old"};
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	char id[16];
	const char *const values[] = {by ? id : NULL, person->login, person->name, person->role,
	    person->schools, person->municipality, person->language, hash, person->disabled,
	    musts[must]};
	int r;

	(void)snprintf(id, sizeof(id), "%d", by ? (int)by->account_id : 0);
	r = db_query(db, "SELECT access.put_account($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
	    values, 10, &rows);
	if (r == 0)
		*ret_wrong = refused_of(db_field(rows, 0, 0));
	return r;
}

int
person_put(struct db *db, const struct asker *by, const struct person *person,
    enum person_must must, const char **ret_wrong)
{
	const char *const login[] = {by ? by->login : "console"};
	char hash[PASSWORD_HASH_SIZE];
	int r = 0;

	*ret_wrong = person->password ? password_judge(person->password, person->login) : NULL;
	if (*ret_wrong)
		return 0;
	if (person->password)
		r = password_hash(person->password, hash);
	if (r == 0)
		r = db_begin(db);
	if (r == 0)
		r = db_query(db, "SELECT set_config('app.login', $1, true)", login, 1, NULL);
	if (r == 0)
		r = put(db, by, person, person->password ? hash : NULL, must, ret_wrong);
	if (r == 0 && !*ret_wrong)
		r = db_commit(db);
	db_rollback(db);
	return r;
}

int
person_schools(const char *codes, char *ret, size_t size)
{
	size_t len = strlen(codes);

	if (len + 3 > size)
		return -EINVAL;
	for (size_t i = 0; i < len; i++) {
		if (!isalnum((unsigned char)codes[i]) && !strchr("._-,", codes[i]))
			return -EINVAL;
	}
	(void)snprintf(ret, size, "{%s}", codes);
	return 0;
}

/* ---------------------------------------------------------------- on the page */

static void
decref_at(json_t **value)
{
	json_decref(*value);
}

/* The codes of a JSON array; "" when the key is absent: then *ret is NULL. False: malformed. */
static bool
schools_read(const json_t *body, char text[static SCHOOLS_TEXT], const char **ret)
{
	const json_t *list = json_object_get(body, "schools"), *code;
	char codes[SCHOOLS_TEXT] = "";
	size_t len = 0, i;

	*ret = NULL;
	if (!list || json_is_null(list))
		return true;
	if (!json_is_array(list))
		return false;
	json_array_foreach(list, i, code)
	{
		const char *one = json_string_value(code);

		if (!one || !*one || strchr(one, ',') || len + strlen(one) + 2 > sizeof(codes))
			return false;
		len += (size_t)snprintf(
		    codes + len, sizeof(codes) - len, "%s%s", i ? "," : "", one);
	}
	*ret = text;
	return person_schools(codes, text, SCHOOLS_TEXT) == 0;
}

/* NULL and false: a text that cannot be; NULL and true: the key is absent. */
static bool
text_read(const json_t *body, const char *key, size_t longest, const char **ret)
{
	const json_t *value = json_object_get(body, key);

	*ret = value && !json_is_null(value) ? body_text(body, key, longest) : NULL;
	return *ret || !value || json_is_null(value);
}

/* NULL, or the code of what is wrong. */
static const char *
person_read(const json_t *body, char schools[static SCHOOLS_TEXT], struct person *ret)
{
	const json_t *disabled = json_object_get(body, "disabled");

	memset(ret, 0, sizeof(*ret));
	if (!text_read(body, "login", LOGIN_LONGEST, &ret->login) || !ret->login)
		return "bad_login";
	if (!text_read(body, "name", NAME_LONGEST, &ret->name) || (ret->name && !*ret->name))
		return "bad_name";
	if (!text_read(body, "role", 32, &ret->role))
		return "bad_role";
	if (!text_read(body, "municipality", NAME_LONGEST, &ret->municipality))
		return "malformed";
	if (!text_read(body, "language", 2, &ret->language))
		return "bad_language";
	if (!text_read(body, "password", 4 * PASSWORD_LONGEST, &ret->password) ||
	    (disabled && !json_is_boolean(disabled)) ||
	    !schools_read(body, schools, &ret->schools))
		return "malformed";
	if (ret->password && !*ret->password)
		ret->password = NULL;
	if (disabled)
		ret->disabled = json_is_true(disabled) ? "true" : "false";
	return NULL;
}

void
person_save(struct db *db, const struct asker *asker, struct http_request *request,
    struct http_reply *ret)
{
	CLEANUP(decref_at) json_t *body = body_object(request);
	char schools[SCHOOLS_TEXT];
	struct person person;
	const char *wrong = body ? person_read(body, schools, &person) : "malformed", *login;
	int r = 0;

	if (!wrong)
		r = person_put(db, asker, &person, PERSON_EITHER, &wrong);
	if (r < 0)
		reply_failure(ret, r, db, asker->language);
	else if (wrong)
		reply_refusal(ret, wrong, asker->language);
	else
		reply_json(ret, json_pack("{s:s}", "login", person.login));
	login = body ? body_text(body, "login", LOGIN_LONGEST) : NULL;
	if (login)
		(void)text_copy(ret->object, sizeof(ret->object), login);
}
