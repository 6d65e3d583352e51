/*
 * THE LIST of routes: a row is the whole of one. Paths, answers and status codes
 * are explained in proto/README.md.
 */
#include "collector/routes.h"

#include "collector/access/access.h"
#include "collector/access/people.h"
#include "collector/access/sign_in.h"
#include "collector/http/health.h"
#include "collector/http/measure.h"
#include "collector/http/nonce.h"
#include "collector/ingest/enrol.h"
#include "collector/ingest/ingest.h"
#include "collector/page/list.h"
#include "collector/page/page.h"
#include "common/check.h"
#include "common/wire/limits.h"

/* A route of the page: method, path below /api/v1/, who may (RIGHT_), how it runs (PAGE_),
 * greatest body, page_fn. */
#define PAGE(method, path, right, way, body, answer)                                           \
	{                                                                                      \
		HTTP_PAGE, method, "/api/v1/" path, HTTP_PERSON, body, access_open,            \
		    access_ask, &(const struct page_route)                                     \
		{                                                                              \
			path, RIGHT_##right, PAGE_##way, answer                                \
		}                                                                              \
	}

/* A list of the page is a row of LISTS, collector/page/list.h. */
#define LIST_ROUTE(name, view, sort, period, until, found_by, right)                           \
	{HTTP_PAGE, "GET", "/api/v1/" name, HTTP_PERSON, 0, access_open, access_ask,           \
	    &(const struct page_route){name, right, PAGE_QUICK, page_list}},

/* A path of LibreSpeed under both its names, and what browsers ask of it beforehand. */
#define LIBRESPEED_NAME(path, handler)                                                         \
	{HTTP_MEASURE, "GET", path, HTTP_ANYONE, 0, NULL, handler, NULL},                      \
	    {HTTP_MEASURE, "OPTIONS", path, HTTP_ANYONE, 0, NULL, measure_empty, NULL},
#define LIBRESPEED(path, handler)                                                              \
	LIBRESPEED_NAME(path, handler) LIBRESPEED_NAME(path ".php", handler)

enum { IMPORT_BYTES_MAX = 1024 * 1024 };

/* clang-format off */
const struct route routes[] = {
    /* listener, method, path, role, greatest body, opening step, handler, detail */
    {HTTP_AGENTS, "POST", "/v1/reports", HTTP_AGENT, WIRE_BODY_BYTES_MAX, NULL, ingest_reports, NULL},
    {HTTP_AGENTS, "POST", "/v1/heartbeat", HTTP_AGENT, HTTP_SMALL_BODY_BYTES, NULL, ingest_heartbeat, NULL},
    {HTTP_AGENTS, "GET", "/v1/policy", HTTP_AGENT, 0, NULL, ingest_policy, NULL},
    {HTTP_AGENTS, "POST", "/v1/renew", HTTP_RENEWING, HTTP_SMALL_BODY_BYTES, NULL, enrol_renew, NULL},
    {HTTP_PAGE, "POST", "/v1/enrol", HTTP_ANYONE, HTTP_SMALL_BODY_BYTES, NULL, enrol_enrol, NULL},
    {HTTP_PAGE, "GET", "/healthz", HTTP_ANYONE, 0, NULL, health_alive, NULL},
    {HTTP_PAGE, "GET", "/readyz", HTTP_ANYONE, 0, NULL, health_ready, NULL},
    {HTTP_PAGE, "GET", "/metrics", HTTP_ANYONE, 0, NULL, health_metrics, NULL},

    PAGE("POST", "login", OPEN, INSIDE, HTTP_SMALL_BODY_BYTES, sign_in),
    PAGE("POST", "logout", READ, INSIDE, HTTP_SMALL_BODY_BYTES, sign_out),
    PAGE("GET", "me", READ, QUICK, 0, me_show),
    PAGE("POST", "me/password", READ, INSIDE, HTTP_SMALL_BODY_BYTES, me_password),
    PAGE("POST", "me/language", READ, INSIDE, HTTP_SMALL_BODY_BYTES, me_language),
    PAGE("POST", "users/put", ACCOUNT, INSIDE, HTTP_SMALL_BODY_BYTES, person_save),

    LISTS(LIST_ROUTE)
    PAGE("GET", "summary", READ, QUICK, 0, page_summary),
    PAGE("GET", "series", READ, QUICK, 0, page_series),
    PAGE("GET", "claim", CLAIM, SLOW, 0, page_claim),
    PAGE("GET", "words", READ, QUICK, 0, page_words),
    PAGE("GET", "live", READ, QUICK, 0, page_live),
    PAGE("POST", "schools/put", SCHOOL, QUICK, HTTP_SMALL_BODY_BYTES, page_school_put),
    PAGE("POST", "schools/import", SCHOOL, SLOW, IMPORT_BYTES_MAX, page_school_import),
    PAGE("POST", "schools/lessons", SCHOOL, QUICK, HTTP_SMALL_BODY_BYTES, page_lessons_put),
    PAGE("POST", "schools/contract", SCHOOL, QUICK, HTTP_SMALL_BODY_BYTES, page_contract_put),
    PAGE("POST", "exams/add", SCHOOL, QUICK, HTTP_SMALL_BODY_BYTES, page_exam_add),
    PAGE("POST", "exams/remove", SCHOOL, QUICK, HTTP_SMALL_BODY_BYTES, page_exam_remove),
    PAGE("POST", "norms/put", SCHOOL, QUICK, HTTP_SMALL_BODY_BYTES, page_norm_put),
    PAGE("POST", "tokens/make", TOKEN, QUICK, HTTP_SMALL_BODY_BYTES, page_token_make),
    PAGE("POST", "agents/revoke", SCHOOL, QUICK, HTTP_SMALL_BODY_BYTES, page_agent_revoke),
    PAGE("POST", "devices/correct", CORRECT, QUICK, HTTP_SMALL_BODY_BYTES, page_device_correct),
    PAGE("POST", "devices/answer", SCHOOL, QUICK, HTTP_SMALL_BODY_BYTES, page_candidate_answer),
    PAGE("POST", "alerts/ack", ALERT, QUICK, HTTP_SMALL_BODY_BYTES, page_alert_ack),
    PAGE("POST", "silences/add", ALERT, QUICK, HTTP_SMALL_BODY_BYTES, page_silence_add),
    PAGE("POST", "silences/end", ALERT, QUICK, HTTP_SMALL_BODY_BYTES, page_silence_end),
    PAGE("POST", "maintenance/add", SCHOOL, QUICK, HTTP_SMALL_BODY_BYTES, page_maintenance_add),
    PAGE("GET", "openapi.json", OPEN, QUICK, 0, page_describe),

    {HTTP_PLAIN, "GET", "/v1/nonce", HTTP_ANYONE, 0, NULL, nonce_answer, NULL},

    {HTTP_MEASURE, "GET", "/v1/measure/download", HTTP_ANYONE, 0, NULL, measure_download, NULL},
    {HTTP_MEASURE, "POST", "/v1/measure/upload", HTTP_ANYONE, HTTP_ANY_BODY, measure_upload_open, measure_upload, NULL},
    {HTTP_MEASURE, "GET", "/v1/measure/ping", HTTP_ANYONE, 0, NULL, measure_ping, NULL},
    {HTTP_MEASURE, "GET", "/v1/measure/load", HTTP_ANYONE, 0, NULL, measure_load, NULL},
    {HTTP_MEASURE, "GET", "/v1/measure/record", HTTP_ANYONE, 0, NULL, measure_recall, NULL},
    {HTTP_MEASURE, "GET", "/.well-known/nq", HTTP_ANYONE, 0, NULL, measure_nq, NULL},
    {HTTP_MEASURE, "GET", "/v1/measure/small", HTTP_ANYONE, 0, NULL, measure_small, NULL},
    {HTTP_MEASURE, "GET", "/v1/measure/large", HTTP_ANYONE, 0, NULL, measure_large, NULL},
    {HTTP_MEASURE, "POST", "/v1/measure/slurp", HTTP_ANYONE, HTTP_ANY_BODY, measure_slurp_open, measure_upload, NULL},
    {HTTP_MEASURE, "GET", "/v2/nearest/ndt/ndt7", HTTP_ANYONE, 0, NULL, measure_locate, NULL},
    {HTTP_MEASURE, "GET", "/.well-known/librespeed", HTTP_ANYONE, 0, NULL, measure_librespeed, NULL},
    LIBRESPEED("/backend/garbage", measure_garbage)
    LIBRESPEED("/backend/getIP", measure_address)
    LIBRESPEED("/backend/empty", measure_empty)
    {HTTP_MEASURE, "POST", "/backend/empty", HTTP_ANYONE, HTTP_ANY_BODY, measure_empty_open, measure_empty, NULL},
    {HTTP_MEASURE, "POST", "/backend/empty.php", HTTP_ANYONE, HTTP_ANY_BODY, measure_empty_open, measure_empty, NULL},
};
/* clang-format on */

const size_t routes_count = COUNT_OF(routes);

/* The page loads nothing from elsewhere, runs no script that is not a file of ours, and stands
 * in nobody's frame. */
const struct http_always page_headers[] = {
    {"Content-Security-Policy",
	"default-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; "
	"form-action 'self'"},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {NULL, NULL},
};
