/* Reasons as rows: a code for programs, a status, words for people. */
#include "collector/page/refuse.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "collector/access/reply.h"
#include "collector/store/connection.h"
#include "common/check.h"
#include "common/log.h"

/* The first stands for every code that has no row. */
static const struct {
	const char *code;
	unsigned status;
	const char *ru, *en;
} reasons[] = {
    {"failed", 500, "внутренняя ошибка, подробности в журнале сборщика",
	"something went wrong inside, the collector's log says what"},
    {"busy", 503, "база данных сейчас недоступна, повторите позже",
	"the database is away at the moment, try again later"},
    {"no_memory", 503, "не хватает памяти, сузьте отбор",
	"there is not enough memory, ask for less"},
    {"bad_body", 400, "тело запроса — не объект JSON нужного вида",
	"the body is no JSON object of the right form"},
    {"no_list", 404, "такого списка нет", "there is no such list"},
    {"no_school", 404, "такой школы нет или она вам не видна",
	"there is no such school, or you may not see it"},
    {"no_device", 404, "такого устройства нет или оно вам не видно",
	"there is no such device, or you may not see it"},
    {"no_agent", 404, "такого агента нет или он вам не виден",
	"there is no such agent, or you may not see it"},
    {"no_class", 400, "такого вида оборудования нет", "there is no such class of devices"},
    {"is_revoked", 409, "агент уже отозван", "the agent is revoked already"},
    {"bad_code", 400,
	"код школы — от 1 до 31 латинской буквы, цифры, точки, дефиса или подчёркивания",
	"a school's code is 1 to 31 Latin letters, digits, dots, dashes or underscores"},
    {"bad_name", 400, "название школы пустое или длиннее 255 байт",
	"the school's name is empty or longer than 255 bytes"},
    {"bad_settlement", 400, "населённый пункт — urban или rural",
	"the settlement is urban or rural"},
    {"bad_time_zone", 400, "часовой пояс не известен, пишите как Asia/Yekaterinburg",
	"the time zone is not known, write it like Asia/Yekaterinburg"},
    {"bad_rate", 400, "скорость по договору — число от 0 до 100000 Мбит/с",
	"a contracted rate is a number up to 100000 Mbit/s"},
    {"bad_pupils", 400, "число обучающихся — целое от 0 до 100000",
	"the number of pupils is a whole number up to 100000"},
    {"bad_vantage", 400, "точка замера — school или control",
	"the vantage is school or control"},
    {"bad_municipality", 403, "вам доступны школы только своего муниципалитета",
	"you may change schools of your own municipality only"},
    {"bad_series", 400,
	"нужны school, name (down, up, latency, availability или loss), from и to",
	"school, name (down, up, latency, availability or loss), from and to are needed"},
    {"too_many_rows", 413,
	"в книгу xlsx столько строк не помещается: сузьте отбор или "
	"возьмите csv",
	"a workbook does not hold so many rows: ask for less, or for csv"},
};

enum language
asker_language(const struct asker *asker)
{
	return strcmp(asker->language, "ru") == 0 ? LANGUAGE_RU : LANGUAGE_EN;
}

void
refuse_words(struct http_reply *ret, const struct asker *asker, unsigned status,
    const char *code, const char *ru, const char *en)
{
	reply_refuse(ret, status, code, asker_language(asker) == LANGUAGE_RU ? ru : en);
}

void
refuse_code(struct http_reply *ret, const struct asker *asker, const char *code)
{
	size_t i = COUNT_OF(reasons) - 1;

	while (i > 0 && strcmp(reasons[i].code, code) != 0)
		i--;
	refuse_words(
	    ret, asker, reasons[i].status, reasons[i].code, reasons[i].ru, reasons[i].en);
}

void
refuse_database(struct http_reply *ret, const struct asker *asker, const struct db *db, int r)
{
	char ru[DB_ERROR_SIZE + 64];

	if (r == -EBADMSG) {
		(void)snprintf(ru, sizeof(ru), "значение не подходит: %s", db_error(db));
		refuse_words(ret, asker, 400, "bad_value", ru, db_error(db));
	} else if (r == -EAGAIN || r == -EDEADLK) {
		refuse_code(ret, asker, "busy");
	} else if (r == -ENOMEM || r == -EFBIG) {
		refuse_code(ret, asker, "no_memory");
	} else {
		(void)log_error(r, "could not answer the page: %s", db_error(db));
		refuse_code(ret, asker, "failed");
	}
}
