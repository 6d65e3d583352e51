/* May this certificate do that now? Pure. */
#ifndef PARTA_COLLECTOR_INGEST_ADMISSION_H
#define PARTA_COLLECTOR_INGEST_ADMISSION_H

#include "collector/http/message.h"
#include "collector/ingest/roll.h"

/* agent: the roll's entry of the certificate's key, NULL when there is none. 0, or the HTTP
 * status to refuse with; *ret_code and *ret_reason then say why. */
unsigned admission_judge(enum http_role role, const struct http_certificate *certificate,
    const struct roll_entry *agent, int64_t now_ms, const char **ret_code,
    const char **ret_reason);

#endif
