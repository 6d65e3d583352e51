/*
 * What the page is answered below /api/v1: lists, single figures, live changes and
 * actions. Each function is the whole of a route (PAGE_ROUTES, collector/routes.c)
 * and a page_fn of asker.h; the contract is docs/openapi.json.
 */
#ifndef PARTA_COLLECTOR_PAGE_PAGE_H
#define PARTA_COLLECTOR_PAGE_PAGE_H

#include "collector/access/asker.h"
#include "collector/http/message.h"

/* A list of LISTS, by the last word of the path. */
page_fn page_list;

page_fn page_summary, page_series, page_words, page_live;

/* A paper or the data of a claim, as a file. */
page_fn page_claim;

/* docs/openapi.json, for everybody. */
page_fn page_describe;

/* Actions. */
page_fn page_school_put, page_school_import, page_token_make, page_agent_revoke,
    page_device_correct, page_candidate_answer, page_alert_ack, page_silence_add,
    page_silence_end, page_maintenance_add, page_lessons_put, page_norm_put, page_contract_put,
    page_exam_add, page_exam_remove;

#endif
