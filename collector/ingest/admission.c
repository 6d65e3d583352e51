/*
 * The order of the questions is the order of what an agent can do about the
 * answer: enrol, be readmitted by a person, or renew. A certificate whose time is
 * over may still renew itself: a school's summer is longer than we are strict.
 */
#include "collector/ingest/admission.h"

#include <stddef.h>

unsigned
admission_judge(enum http_role role, const struct http_certificate *certificate,
    const struct roll_entry *agent, int64_t now_ms, const char **ret_code,
    const char **ret_reason)
{
	if (!certificate->present) {
		*ret_code = "no_certificate";
		*ret_reason = "this listener asks for an agent's certificate";
		return 401;
	}
	if (!certificate->trusted) {
		*ret_code = "foreign_certificate";
		*ret_reason = "the certificate was not issued by this collector for an agent";
		return 401;
	}
	if (!agent) {
		*ret_code = "unknown_agent";
		*ret_reason = "no agent with this certificate's key is known";
		return 401;
	}
	if (agent->revoked) {
		*ret_code = "revoked";
		*ret_reason = "this agent was revoked";
		return 403;
	}
	if (role != HTTP_RENEWING &&
	    (now_ms > certificate->ends_ms || now_ms < certificate->begins_ms)) {
		*ret_code = "expired";
		*ret_reason = "the certificate is not in force now; it may be renewed";
		return 401;
	}
	return 0;
}
