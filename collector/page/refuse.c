/* Reasons as rows: a code for programs, a status, words for people. */
#include "collector/page/refuse.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "collector/access/reply.h"
#include "collector/store/connection.h"
#include "common/check.h"
#include "common/text.h"

/* Codes that have no row here are those of reply.h. */
static const struct {
	const char *code;
	unsigned status;
	const char *ru, *en;
} reasons[] = {
    {"no_memory", 503, "не хватает памяти, сузьте отбор",
	"there is not enough memory, ask for less"},
    {"no_description", 404, "описание API не установлено",
	"the description of the API is not installed"},
    {"no_list", 404, "такого списка нет", "there is no such list"},
    {"no_school", 404, "такой школы нет или она вам не видна",
	"there is no such school, or you may not see it"},
    {"bad_contract", 400,
	"договор: номер не длиннее 255 байт, день — с 1990 по 2100 год, плата — больше нуля",
	"a contract has a number of at most 255 bytes, a day from 1990 to 2100 and costs more "
	"than nothing"},
    {"two_contracts", 409,
	"на эти дни приходится не один договор: составьте документ на дни каждого",
	"no one contract was in force on all of these days: make a paper for each"},
    {"bad_paper", 400, "документ — act или journal (html, xlsx) либо data (json)",
	"the paper is act or journal (html, xlsx), or data (json)"},
    {"bad_days", 400, "нужны школа и дни from и to вида 2025-09-01, начало не позже конца",
	"a school and the days from and to like 2025-09-01 are needed, in their order"},
    {"no_device", 404, "такого устройства нет или оно вам не видно",
	"there is no such device, or you may not see it"},
    {"no_candidate", 404, "такого вопроса нет, на него уже ответили или он вам не виден",
	"there is no such question, it is answered, or you may not see it"},
    {"no_agent", 404, "такого агента нет или он вам не виден",
	"there is no such agent, or you may not see it"},
    {"no_class", 400, "такого вида оборудования нет", "there is no such class of devices"},
    {"no_alert", 404, "такого оповещения нет, оно завершено или вам не видно",
	"there is no such alert, it is over, or you may not see it"},
    {"acked", 409, "оповещение уже принято", "the alert is acknowledged already"},
    {"no_kind", 400, "такого вида оповещений нет", "there is no such kind of alerts"},
    {"no_time", 400, "нужны from и to: начало раньше конца; у паузы конец впереди",
	"from and to are needed: the beginning before the end; that of a silence ahead"},
    {"no_silence", 404, "такой паузы нет, она завершена или вам не видна",
	"there is no such silence, it is over, or you may not see it"},
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
    {"bad_lessons", 400,
	"урок — день недели от 1 до 7, начало и конец в минутах от полуночи, начало раньше "
	"конца; не больше 128 уроков в неделю",
	"a lesson is a weekday from 1 to 7, from and to in minutes since midnight, from before "
	"to; no more than 128 lessons a week"},
    {"lessons_overlap", 400, "уроки одного дня пересекаются", "lessons of one day overlap"},
    {"bad_norm", 400,
	"норматив — населённый пункт, направление, дата и скорость больше 0 и до 100000 Мбит/с",
	"a norm is a settlement, a direction, a day and a rate above 0 and up to 100000 "
	"Mbit/s"},
    {"bad_exam", 400,
	"экзамен — дни и часы, начало раньше конца, конец впереди, не больше 31 дня подряд; "
	"название не длиннее 100 байт",
	"an examination is days and hours, the beginning before the end, the end ahead, at "
	"most "
	"31 days on end; its name has at most 100 bytes"},
    {"no_exam", 404, "такого экзамена нет или он вам не виден",
	"there is no such examination, or you may not see it"},
    {"no_norm", 404, "такого норматива никто не задавал", "nobody has set such a norm"},
    {"not_all_schools", 403, "нормативы задаёт тот, кому доступны все школы",
	"norms are set by those who may change all schools"},
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
	char object[sizeof(ret->object)];

	/* What a refused action was to act on stays known to the access log. */
	(void)text_copy(object, sizeof(object), ret->object);
	reply_refuse(ret, status, code, asker_language(asker) == LANGUAGE_RU ? ru : en);
	(void)text_copy(ret->object, sizeof(ret->object), object);
}

const char *
refuse_says(const char *code, enum language language)
{
	for (size_t i = 0; i < COUNT_OF(reasons); i++)
		if (strcmp(reasons[i].code, code) == 0)
			return language == LANGUAGE_RU ? reasons[i].ru : reasons[i].en;
	return refusal_words(code, language == LANGUAGE_RU ? "ru" : "en");
}

void
refuse_code(struct http_reply *ret, const struct asker *asker, const char *code)
{
	for (size_t i = 0; i < COUNT_OF(reasons); i++)
		if (strcmp(reasons[i].code, code) == 0) {
			refuse_words(ret, asker, reasons[i].status, reasons[i].code,
			    reasons[i].ru, reasons[i].en);
			return;
		}
	reply_refusal(ret, code, asker->language);
}

void
refuse_database(struct http_reply *ret, const struct asker *asker, struct db *db, int r)
{
	const char *value = strstr(db_error(db), ": \"");
	char ru[DB_ERROR_SIZE + 64];

	if (r == -ENOMEM || r == -EFBIG) {
		refuse_code(ret, asker, "no_memory");
	} else if (r == -EBADMSG) {
		/* PostgreSQL names the value: invalid input syntax for type uuid: "7" */
		(void)snprintf(ru, sizeof(ru), "значение не подходит%s", value ? value : "");
		refuse_words(ret, asker, 400, "bad_value", ru, db_error(db));
	} else {
		reply_failure(ret, r, db, asker->language);
	}
}
