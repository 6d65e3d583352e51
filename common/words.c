/*
 * The words of tables that people read, English and Russian side by side: the
 * one list of them. A key may be scoped ("speed.pass"); where no such row
 * stands, the part after the dot is looked up. This is no message catalogue:
 * log lines and errors are English, the page has its own words.
 */
#include "common/words.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "common/check.h"

struct word {
	const char *key, *en, *ru;
};

/* clang-format off */
static const struct word words[] = {
	/* device classes */
	{ "desktop_pc",        "desktop PC",          "стационарный ПК" },
	{ "all_in_one",        "all-in-one PC",       "моноблок" },
	{ "thin_client",       "thin client",         "тонкий клиент" },
	{ "laptop",            "laptop",              "ноутбук" },
	{ "tablet",            "tablet",              "планшет" },
	{ "server",            "server",              "сервер" },
	{ "interactive_panel", "interactive panel",   "интерактивная панель" },
	{ "interactive_board", "interactive board",   "интерактивная доска" },
	{ "projector",         "projector",           "проектор" },
	{ "printer",           "printer",             "принтер" },
	{ "mfp",               "multifunction printer", "МФУ" },
	{ "scanner",           "scanner",             "сканер" },
	{ "copier",            "copier",              "ксерокс" },
	{ "info_kiosk",        "information kiosk",   "инфомат" },
	{ "document_camera",   "document camera",     "документ-камера" },
	{ "microscope",        "digital microscope",  "цифровой микроскоп" },
	{ "digital_lab",       "digital laboratory",  "цифровая лаборатория" },
	{ "graphics_tablet",   "graphics tablet",     "графический планшет" },
	{ "3d_printer",        "3D printer",          "3D-принтер" },
	{ "vr_headset",        "VR headset",          "VR-шлем" },
	{ "robotics_kit",      "robotics kit",        "набор робототехники" },
	{ "monitor",           "monitor",             "монитор" },
	{ "switch",            "switch",              "коммутатор" },
	{ "router",            "router",              "маршрутизатор" },
	{ "firewall",          "firewall",            "межсетевой экран" },
	{ "wifi_ap",           "Wi-Fi access point",  "точка доступа Wi-Fi" },
	{ "wlan_controller",   "Wi-Fi controller",    "контроллер Wi-Fi" },
	{ "wireless_bridge",   "wireless bridge",     "радиомост" },
	{ "modem",             "modem",               "модем" },
	{ "ip_camera",         "IP camera",           "IP-камера" },
	{ "nvr",               "video recorder",      "видеорегистратор" },
	{ "ip_phone",          "IP phone",            "IP-телефон" },
	{ "smartphone",        "smartphone",          "смартфон" },
	{ "pbx",               "telephone exchange",  "АТС" },
	{ "video_terminal",    "video terminal",      "терминал ВКС" },
	{ "skud",              "access control",      "СКУД" },
	{ "ups",               "UPS",                 "ИБП" },
	{ "pdu",               "power distribution unit", "блок распределения питания" },
	{ "power",             "power equipment",     "оборудование электропитания" },
	{ "sensor",            "sensor",              "датчик" },
	{ "smart_device",      "smart home device",   "устройство умного дома" },
	{ "bmc",               "server management controller", "контроллер управления сервером" },
	{ "kvm",               "KVM switch",          "переключатель KVM" },
	{ "nas",               "network storage",     "сетевое хранилище" },
	{ "media_player",      "media player",        "медиаплеер" },
	{ "tv",                "TV set",              "телевизор" },
	{ "personal",          "personal device",     "личное устройство" },
	{ "unknown",           "unknown",             "не определено" },

	/* titles of columns */
	{ "ip",           "IP address",   "IP-адрес" },
	{ "mac",          "MAC address",  "MAC-адрес" },
	{ "name",         "name",         "имя" },
	{ "class",        "class",        "класс" },
	{ "vendor",       "maker",        "производитель" },
	{ "model",        "model",        "модель" },
	{ "serial",       "serial number", "серийный номер" },
	{ "firmware",     "firmware",     "прошивка" },
	{ "os",           "operating system", "операционная система" },
	{ "location",     "location",     "место" },
	{ "confidence",   "confidence",   "достоверность" },
	{ "rule",         "rule",         "правило" },
	{ "first_seen",   "first seen",   "впервые замечено" },
	{ "last_seen",    "last seen",    "замечено" },
	{ "school",       "school",       "школа" },
	{ "agent",        "agent",        "агент" },
	{ "count",        "count",        "количество" },
	{ "with_serial",  "with serial number", "с серийным номером" },
	{ "total",        "total",        "всего" },
	{ "direction",    "direction",    "направление" },
	{ "down",         "down",         "приём" },
	{ "up",           "up",           "передача" },
	{ "norm_mbps",    "norm, Mbit/s", "норма, Мбит/с" },
	{ "contract_mbps", "contract, Mbit/s", "договор, Мбит/с" },
	{ "median_mbps",  "median, Mbit/s", "медиана, Мбит/с" },
	{ "p5_mbps",      "5th percentile, Mbit/s", "5-й процентиль, Мбит/с" },
	{ "ip_mbps",      "IP layer, Mbit/s", "уровень IP, Мбит/с" },
	{ "goodput_mbps", "payload, Mbit/s", "полезная, Мбит/с" },
	{ "samples",      "samples",      "измерений" },
	{ "verdict",      "verdict",      "вывод" },
	{ "passed",       "passed",       "не ниже порога" },
	{ "share_pct",    "share, %",     "доля, %" },
	{ "share_low_pct", "share at least, %", "доля не менее, %" },
	{ "share_high_pct", "share at most, %", "доля не более, %" },
	{ "passive",      "proven by traffic", "подтверждено трафиком" },
	{ "compliance",   "compliance",   "соответствие норме" },
	{ "contract_compliance", "compliance with the contract", "соответствие договору" },
	{ "party",        "whose to mend", "сторона" },
	{ "lesson_s",     "in lessons, s", "в учебное время, с" },
	{ "indicator",    "indicator",    "показатель" },
	{ "period",       "period",       "период" },
	{ "value",        "value",        "значение" },
	{ "plan",         "plan",         "план" },
	{ "target_mbps",  "target, Mbit/s", "норма, Мбит/с" },
	{ "megabytes",    "MB",           "МБ" },
	{ "latency_idle_ms", "latency idle, ms", "задержка без нагрузки, мс" },
	{ "rpm",          "responsiveness, round trips a minute", "отзывчивость, обменов в минуту" },
	{ "latency_loaded_ms", "latency loaded, ms", "задержка под нагрузкой, мс" },
	{ "exam",         "examination",  "экзамен" },
	{ "from",         "from",         "с" },
	{ "to",           "to",           "до" },
	{ "minutes",      "minutes",      "минут" },
	{ "watched_min",  "watched, min", "под наблюдением, мин" },
	{ "bad_min",      "bad, min",     "плохих, мин" },
	{ "loss_pct",     "loss, %",      "потери, %" },
	{ "jitter_ms",    "jitter, ms",   "джиттер, мс" },
	{ "outages",      "outages",      "перебоев" },
	{ "down_s",       "without Internet, s", "без Интернета, с" },
	{ "upload_mbps",  "upload, Mbit/s", "передача, Мбит/с" },
	{ "onset",        "onset",        "начало" },
	{ "end",          "end",          "конец" },
	{ "duration",     "duration",     "длительность" },
	{ "duration_s",   "duration, s",  "длительность, с" },
	{ "state",        "state",        "состояние" },
	{ "evidence",     "evidence",     "основание" },
	{ "filter",       "filter",       "фильтр" },
	{ "url",          "URL",          "URL" },
	{ "expect",       "expected",     "ожидалось" },
	{ "checked",      "checked",      "проверено" },
	{ "leak",         "leak",         "пропущено" },
	{ "overblock",    "overblock",    "лишняя блокировка" },
	{ "excluded",     "excluded",     "исключено" },
	{ "layer",        "layer",        "уровень" },
	{ "outcome",      "outcome",      "итог" },
	{ "date",         "date",         "дата" },
	{ "status",       "status",       "состояние" },

	/* filter: what is expected, seen, concluded */
	{ "block",        "block",        "блокировать" },
	{ "allow",        "allow",        "разрешать" },
	{ "info",         "info",         "справочно" },
	{ "filter.pass",  "as expected",  "как положено" },
	{ "allowed",      "allowed",      "доступно" },
	{ "blocked_dns",  "blocked by DNS", "заблокировано DNS" },
	{ "blocked_tcp",  "blocked at TCP", "заблокировано на TCP" },
	{ "blocked_tls",  "blocked at TLS", "заблокировано на TLS" },
	{ "blocked_http", "blocked at HTTP", "заблокировано на HTTP" },
	{ "blocked_page", "block page",   "страница блокировки" },
	{ "redirected",   "redirected",   "перенаправлено" },
	{ "throttled",    "throttled",    "замедлено" },
	{ "site_down",    "site is down", "сайт не работает" },
	{ "anomaly",      "anomaly",      "аномалия" },
	{ "not_measured", "not measured", "не измерено" },

	/* speed */
	{ "speed.cause.port", "the computer's port carries no more, Mbit/s", "порт компьютера больше не пропускает, Мбит/с" },
	{ "speed.cause.duplex", "the port is half duplex", "порт работает в полудуплексе" },
	{ "speed.cause.wireless", "measured over Wi-Fi", "измерено через Wi-Fi" },
	{ "speed.cause.nic", "the port loses packets", "порт теряет пакеты" },
	{ "speed.cause.cpu", "the processor is busy", "процессор занят" },
	{ "speed.cause.steal", "the processor's time goes to other machines", "время процессора уходит другим машинам" },
	{ "speed.cause.softirq", "the processor is busy with packets", "процессор занят пакетами" },
	{ "speed.cause.stalled", "the computer did not keep up", "компьютер не успевал" },
	{ "speed.cause.cipher", "the computer ciphers no faster", "компьютер не шифрует быстрее" },
	{ "speed.cause.sender", "the computer had nothing ready to send", "компьютер не успевал готовить данные" },
	{ "speed.cause.receiver", "the server did not keep up", "сервер не успевал" },
	{ "speed.cause.refused", "the server is full", "сервер занят" },
	{ "speed.cause.broke_off", "the connection broke off", "связь прервалась" },
	{ "speed.cause.impossible", "more than can be: not believed", "больше возможного: не засчитано" },
	{ "speed.cause.cross_traffic", "others used the line meanwhile", "линию занимали другие" },
	{ "speed.cause.server_cpu", "the server's processor was busy", "процессор сервера был занят" },
	{ "speed.cause.server_sender", "the server had nothing ready to send", "сервер не успевал готовить данные" },
	{ "speed.cause.window", "the computer took no more at once", "компьютер не принимал больше сразу" },
	{ "speed.cause.one_server", "by one server alone, no other was asked", "по одному серверу, другой не опрошен" },
	{ "speed.cause.unconfirmed", "a fail that was not confirmed", "не подтверждённая нехватка" },
	{ "speed.down",     "download",              "приём" },
	{ "speed.up",       "upload",                "передача" },
	{ "pass",           "meets the norm",        "соответствует норме" },
	{ "fail_isp",       "below the norm: provider", "ниже нормы: провайдер" },
	{ "limited_agent",  "limited by the agent",  "ограничено агентом" },
	{ "limited_lan",    "limited by the LAN",    "ограничено локальной сетью" },
	{ "limited_server", "limited by the server", "ограничено сервером" },
	{ "inconclusive",   "inconclusive",          "не определено" },
	{ "no_data",        "no data",               "нет данных" },
	{ "good",           "good",                  "хорошая" },
	{ "poor",           "poor",                  "плохая" },

	/* outages: where it broke */
	{ "lan_link",       "no link",               "нет соединения в ЛВС" },
	{ "lan_address",    "no address",            "нет адреса в ЛВС" },
	{ "gateway",        "gateway",               "шлюз" },
	{ "isp_access",     "provider's access line", "линия провайдера" },
	{ "isp_core",       "provider's network",    "сеть провайдера" },
	{ "dns_local",      "school's DNS",          "DNS школы" },
	{ "dns_all",        "all DNS",               "все DNS" },
	{ "portal",         "captive portal",        "портал авторизации" },
	{ "tls_intercept",  "TLS interception",      "перехват TLS" },
	{ "destination",    "one destination",       "один узел назначения" },
	{ "collector_only", "collector alone",       "только сервер сбора" },
	{ "agent_down",     "agent was down",        "агент не работал" },
	{ "power",          "no power",              "не было питания" },
	{ "degraded",       "degraded",              "с перебоями" },
	{ "state.up",       "up",                    "есть связь" },
	{ "state.down",     "down",                  "нет связи" },
	{ "lesson",         "lesson",                "урок" },
	{ "off_lesson",     "off lesson",            "вне уроков" },
	{ "holiday",        "holiday",               "каникулы" },
	{ "yes",            "yes",                   "да" },
	{ "no",             "no",                    "нет" },

	/* status of the agent */
	{ "status.service",       "service",            "служба" },
	{ "status.running",       "running",            "работает" },
	{ "status.stopped",       "not running",        "не работает" },
	{ "status.as_of",         "as of",              "на момент" },
	{ "status.agent_id",      "agent",              "агент" },
	{ "status.school",        "school",             "школа" },
	{ "status.connectivity",  "line",               "линия связи" },
	{ "status.exam",          "examination",        "идёт экзамен" },
	{ "status.metered",       "costs by the byte",  "платный трафик" },
	{ "metered.mobile",       "yes, a mobile modem", "да, мобильный модем" },
	{ "metered.other",        "perhaps, not the usual line", "возможно, не обычный канал" },
	{ "status.hears",         "hears devices",      "слышит устройства" },
	{ "status.collector_url", "collector",          "сервер сбора" },
	{ "status.reached",       "reached",            "связь с ним была" },
	{ "status.error",         "last failure",       "последняя ошибка" },
	{ "status.policy_version", "policy",            "политика" },
	{ "status.certificate_ends", "certificate ends", "сертификат до" },
	{ "status.spool",         "reports that wait",  "отчёты в очереди" },
	{ "status.reports",       "accepted, rejected, dropped", "принято, отклонено, утрачено" },
	{ "status.measuring",     "measuring, day, month", "измерения, сутки, месяц" },
	{ "status.last",          "last",               "последний раз" },
	{ "status.next",          "next",               "следующий" },
	{ "status.now",           "now",                "сейчас" },
	{ "scan",                 "scan",               "сканирование" },
	{ "speed",                "speed",              "скорость" },
};
/* clang-format on */

enum language
words_language_of(const char *locale)
{
	if (!locale || strncmp(locale, "ru", 2) != 0)
		return LANGUAGE_EN;
	switch (locale[2]) {
	case '\0':
	case '_':
	case '.':
	case '@':
	case '-':
		return LANGUAGE_RU;
	default:
		return LANGUAGE_EN;
	}
}

enum language
words_language(void)
{
	static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		const char *locale = getenv(names[i]);

		if (locale && *locale)
			return words_language_of(locale);
	}
	return LANGUAGE_EN;
}

static const struct word *
word_find(const char *key)
{
	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (strcmp(words[i].key, key) == 0)
			return &words[i];
	return NULL;
}

const char *
words_of(enum language language, const char *key)
{
	const struct word *word = word_find(key);
	const char *dot = strchr(key, '.');

	if (!word && dot) {
		key = dot + 1;
		word = word_find(key);
	}
	if (!word)
		return key;
	return language == LANGUAGE_RU ? word->ru : word->en;
}
