/* What every body has: its first parameters and the words of its enums. And the two smallest
 * bodies: health and gaps. */
#include "collector/store/body.h"

#include <ctype.h>
#include <string.h>

#include "common/text.h"

void
body_word(char ret[static WORD_SIZE], const ProtobufCEnumDescriptor *type, int value,
    const char *prefix)
{
	const ProtobufCEnumValue *row = protobuf_c_enum_descriptor_get_value(type, value);
	size_t skip = strlen(prefix);

	if (!row || strncmp(row->name, prefix, skip) != 0) {
		(void)text_copy(ret, WORD_SIZE, "unspecified");
		return;
	}
	(void)text_copy(ret, WORD_SIZE, row->name + skip);
	for (char *c = ret; *c; c++)
		*c = (char)tolower((unsigned char)*c);
}

void
body_start(struct body *body)
{
	call_start(body->call);
	call_int(body->call, ARRAY_BIGINT, body->report_id);
	call_int(body->call, ARRAY_INTEGER, body->school_id);
	call_uuid(body->call, body->item->agent_id);
}

int
body_health(struct body *body, const Parta__V1__AgentHealth *health)
{
	struct call *call = body->call;
	struct array *warnings, *names, *values;

	body_start(body);
	call_time(call, body->item->report->created_ms);
	call_time_or_null(call, health->started_ms);
	call_count(call, health->uptime_s);
	call_count(call, health->rss_bytes);
	call_count(call, health->spool_bytes);
	call_count(call, health->spool_limit_bytes);
	call_count(call, health->spool_reports);
	call_text(call, health->os);
	call_text(call, health->policy_version);
	call_time_or_null(call, health->certificate_ends_ms);
	warnings = call_column(call, ARRAY_TEXT);
	for (size_t i = 0; i < health->n_warnings; i++)
		array_add_text(warnings, health->warnings[i]);
	names = call_column(call, ARRAY_TEXT);
	values = call_column(call, ARRAY_BIGINT);
	for (size_t i = 0; i < health->n_counters; i++) {
		array_add_text(names, health->counters[i]->name);
		array_add_count(values, health->counters[i]->value);
	}
	return call_run(call, body->db, STATEMENT_TAKE_HEALTH, NULL);
}

int
body_gap(struct body *body, const Parta__V1__Gap *gap)
{
	struct call *call = body->call;

	body_start(body);
	call_count(call, gap->first_seq);
	call_count(call, gap->last_seq);
	call_time_or_null(call, gap->first_created_ms);
	call_time_or_null(call, gap->last_created_ms);
	call_count(call, gap->reports);
	call_count(call, gap->size_bytes);
	call_text(call, gap->reason);
	return call_run(call, body->db, STATEMENT_TAKE_GAP, NULL);
}
