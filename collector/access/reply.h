/* JSON in and out: what the page's handlers read and say. */
#ifndef PARTA_COLLECTOR_ACCESS_REPLY_H
#define PARTA_COLLECTOR_ACCESS_REPLY_H

#include "collector/http/message.h"

struct json_t;

/* Whatever *ret held becomes {"error":{"code","message"}}. code is for programs, message for
 * people. */
void reply_refuse(
    struct http_reply *ret, unsigned status, const char *code, const char *message);

/* THE LIST of refusals of this room: X(code, status, English, Russian). */
#define REPLY_REFUSALS(X)                                                                                                                   \
	X("no_session", 401, "sign in first", "сначала войдите в систему")                                                                  \
	X("no_right", 403, "your role may not do this", "ваша роль этого не позволяет")                                                     \
	X("csrf", 403, "this request does not come from the page",                                                                          \
	    "запрос пришёл не со страницы системы")                                                                                         \
	X("malformed", 400, "the request cannot be understood", "запрос не удалось разобрать")                                              \
	X("wrong", 401, "the login or the password is wrong",                                                                               \
	    "имя для входа или пароль неверны")                                                                                             \
	X("too_often", 429, "too many attempts: try again later",                                                                           \
	    "слишком много попыток, повторите позже")                                                                                       \
	X("busy", 503, "too many people ask at once: try again in a moment",                                                                \
	    "слишком много запросов сразу, повторите через минуту")                                                                         \
	X("away", 503, "the database does not answer: try again in a moment",                                                               \
	    "база данных не отвечает, повторите через минуту")                                                                              \
	X("failed", 500, "this could not be done", "не удалось выполнить")                                                                  \
	X("is_there", 400, "this login is taken", "такое имя для входа уже есть")                                                           \
	X("no_account", 400, "there is no such user", "такого пользователя нет")                                                            \
	X("bad_login", 400,                                                                                                                 \
	    "a login has 1 to 63 small Latin letters, digits, dots, dashes, underscores or @",                                              \
	    "имя для входа: от 1 до 63 строчных латинских букв, цифр, точек, дефисов, " \
	    "подчёркиваний или @")                                                                                                          \
	X("bad_role", 400, "the role must be municipal, auditor, school, head or viewer",                                                   \
	    "роль должна быть municipal, auditor, school, head или viewer")                                                                 \
	X("bad_language", 400, "the language must be ru or en", "язык должен быть ru или en")                                               \
	X("bad_name", 400, "the name must have 1 to 255 bytes",                                                                             \
	    "имя должно быть не пустым и не длиннее 255 байт")                                                                              \
	X("no_password", 400, "a new user needs a password",                                                                                \
	    "новому пользователю нужен пароль")                                                                                             \
	X("password_short", 400, "a password has at least 10 characters",                                                                   \
	    "пароль должен быть не короче 10 знаков")                                                                                       \
	X("password_long", 400, "a password has at most 128 bytes",                                                                         \
	    "пароль должен быть не длиннее 128 байт")                                                                                       \
	X("password_plain", 400, "this password is too easy to guess",                                                                      \
	    "такой пароль слишком легко угадать")                                                                                           \
	X("no_school", 400, "one of the schools is not known", "одной из школ нет в системе")                                               \
	X("needs_school", 400, "a user of role school needs a school",                                                                      \
	    "пользователю с ролью «школа» нужна школа")                                                                                     \
	X("beyond", 403, "this is beyond your municipality",                                                                                \
	    "это за пределами вашего муниципалитета")                                                                                       \
	X("yourself", 400,                                                                                                                  \
	    "nobody disables themselves or changes their own role or password here",                                                        \
	    "нельзя отключить себя, сменить собственную роль или, здесь, собственный пароль")

/* A refusal of the list, in that language ("ru", "en"); a code that is not in it is "failed".
 */
void reply_refusal(struct http_reply *ret, const char *code, const char *language);
/* Its words; NULL when it is not in the list. */
const char *refusal_words(const char *code, const char *language);

/* The refusal of a negative errno of store/connection.h: "away", or "failed" and a line in the
 * log. */
struct db;
void reply_failure(struct http_reply *ret, int r, struct db *db, const char *language);

/* Status 200 and the value, which it takes over; 503 when there is no memory for it, or value
 * is NULL. */
void reply_json(struct http_reply *ret, struct json_t *value);

/* The body as a JSON object, new: the caller owns it. NULL: it is none, a key is there twice,
 * or it is deeper than any of ours. Its length is bounded by the route. */
struct json_t *body_object(const struct http_request *request);

/* A text of the object: its clean UTF-8 of at most `longest` bytes; "" when the key is absent
 * or null; NULL when it is something else. Lives as long as the object. */
const char *body_text(const struct json_t *object, const char *key, size_t longest);

#endif
