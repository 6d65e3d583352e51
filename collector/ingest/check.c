/*
 * Bounds of everything a report may carry. The descriptors of the generated
 * messages say what fields there are; the tables here say what those may hold, so
 * a new field is checked for what all fields share (length, text, finite numbers,
 * plausible times) before anybody writes a row. Unknown fields and unknown enum
 * values pass: a newer agent loses nothing to an older collector.
 */
#include "collector/ingest/check.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "common/check.h"
#include "common/text.h"
#include "common/wire/limits.h"

static const int64_t day_ms = 86400000;

/* How many a list may hold; WIRE_LIST_MAX without a row. */
static const struct {
	const char *message, *field;
	size_t max;
} lists[] = {
    {"Report", "measurements", WIRE_MEASUREMENTS_MAX},
    {"Inventory", "devices", WIRE_DEVICES_MAX},
    {"Device", "evidence", WIRE_EVIDENCE_MAX},
    {"Device", "ports", WIRE_PORTS_MAX},
    {"Device", "neighbors", WIRE_PORTS_MAX},
    {"Device", "mac", WIRE_PORTS_MAX},
    {"Device", "ip", WIRE_PORTS_MAX},
    {"SpeedTest", "directions", 2},
    {"SpeedTest", "steps", 8},
    {"SpeedDirection", "sample_bytes", WIRE_SAMPLES_MAX},
    {"SpeedDirection", "sender_sample_bytes", WIRE_SAMPLES_MAX},
    {"SpeedDirection", "sample_us", WIRE_SAMPLES_MAX},
    {"SpeedDirection", "tcp_samples", WIRE_SAMPLES_MAX},
    {"SpeedDirection", "ping_us", WIRE_SAMPLES_MAX},
    {"Connectivity", "windows", WIRE_WINDOWS_MAX},
    {"FilterRun", "observations", WIRE_OBSERVATIONS_MAX},
};

/* What a field of bytes is as long as. */
static const struct {
	const char *field;
	size_t len, or_len;
	bool may_be_empty;
} lengths[] = {
    {"agent_id", 16, 16, false},
    {"boot_id", 16, 16, false},
    {"scan_id", 16, 16, false},
    {"test_id", 16, 16, false},
    {"run_id", 16, 16, false},
    {"outage_id", 16, 16, false},
    {"mac", 6, 6, true},
    {"ip", 4, 16, false},
    {"addresses", 4, 16, false},
    {"address", 4, 16, true},
    {"body_sha256", 32, 32, true},
    {"chain_sha256", 32, 32, false},
};

/* What a number may be; negative where it stands for "not measured". */
static const struct {
	const char *message, *field;
	double min, max;
} numbers[] = {
    {"SpeedTest", "target_mbps", 0, 1e6},
    {"SpeedTest", "latency_idle_ms", -1, 1e6},
    {"SpeedTest", "latency_loaded_ms", -1, 1e6},
    {"SpeedTest", "loss_pct", -1, 100},
    {"SpeedTest", "cpu_pct", -1, 1e5},
    {"SpeedTest", "cross_traffic_mbps", -1, 1e6},
    {"SpeedDirection", "ip_mbps", 0, 1e6},
    {"SpeedDirection", "line_mbps", -1, 1e6},
    {"SpeedDirection", "ip_per_payload", 0, 10},
    {"SpeedDirection", "goodput_mbps", 0, 1e6},
    {"SpeedDirection", "duration_s", 0, 3600},
    {"SpeedDirection", "confidence", 0, 1},
    {"SpeedDirection", "target_mbps", 0, 1e6},
    {"SpeedDirection", "sample_ms", 1, 60000},
    {"SpeedDirection", "rpm", 0, 1e9},
    {"SpeedLimits", "cpu_pct", -1, 1e6},
    {"SpeedLimits", "steal_pct", -1, 1e6},
    {"SpeedLimits", "softirq_pct", -1, 1e6},
    {"SpeedLimits", "stalled_pct", -1, 1e6},
    {"SpeedLimits", "cipher_mbps", -1, 1e6},
    {"SpeedLimits", "nic_bad_pct", -1, 1e6},
    {"SpeedLimits", "rwnd_limited", -1, 1e6},
    {"SpeedLimits", "sndbuf_limited", -1, 1e6},
    {"SpeedLimits", "server_cpu_pct", -1, 1e6},
    {"SpeedLimits", "server_rwnd_limited", -1, 1e6},
    {"SpeedLimits", "server_sndbuf_limited", -1, 1e6},
    {"ConnectivityWindow", "rtt_min_ms", -1, 1e6},
    {"ConnectivityWindow", "rtt_median_ms", -1, 1e6},
    {"ConnectivityWindow", "rtt_max_ms", -1, 1e6},
    {"FilterObservation", "confidence", 0, 1},
    {"FilterDns", "rtt_ms", -1, 1e6},
    {"FilterTcp", "rtt_ms", -1, 1e6},
};

/* Times that name a partition of the database: as old as a report may be, and never absent. */
static const struct {
	const char *message, *field;
} recent[] = {
    {"Report", "created_ms"},
    {"Measurement", "at_ms"},
    {"ConnectivityWindow", "from_ms"},
    {"ConnectivityWindow", "to_ms"},
};

/* Lengths of time and times to come, whose names end like those of moments. */
static const char *const not_moments[] = {"certificate_ends_ms"};

struct walk {
	int64_t now_ms;
	struct check_failure *failure;
};

static bool
refuse(const struct walk *walk, const char *code, const ProtobufCMessageDescriptor *message,
    const ProtobufCFieldDescriptor *field, const char *what)
{
	walk->failure->code = code;
	(void)snprintf(walk->failure->reason, sizeof(walk->failure->reason),
	    "field '%s' of %s %s", field->name, message->short_name, what);
	return false;
}

static size_t
list_max(const ProtobufCMessageDescriptor *message, const ProtobufCFieldDescriptor *field)
{
	for (size_t i = 0; i < COUNT_OF(lists); i++) {
		if (strcmp(lists[i].field, field->name) == 0 &&
		    strcmp(lists[i].message, message->short_name) == 0)
			return lists[i].max;
	}
	return WIRE_LIST_MAX;
}

static bool
bytes_good(const struct walk *walk, const ProtobufCMessageDescriptor *message,
    const ProtobufCFieldDescriptor *field, const ProtobufCBinaryData *value)
{
	for (size_t i = 0; i < COUNT_OF(lengths); i++) {
		if (strcmp(lengths[i].field, field->name) != 0)
			continue;
		if (value->len == lengths[i].len || value->len == lengths[i].or_len)
			return true;
		if (value->len == 0 && lengths[i].may_be_empty)
			return true;
		return refuse(walk, "malformed", message, field, "has a wrong length");
	}
	if (value->len > WIRE_TEXT_BYTES_MAX)
		return refuse(
		    walk, "too_large", message, field, "is longer than any field may be");
	return true;
}

static bool
text_good(const struct walk *walk, const ProtobufCMessageDescriptor *message,
    const ProtobufCFieldDescriptor *field, const char *value)
{
	size_t len = strlen(value);

	if (len > WIRE_TEXT_BYTES_MAX)
		return refuse(
		    walk, "too_large", message, field, "is longer than a text may be");
	if (!text_is_clean(value, len))
		return refuse(
		    walk, "data", message, field, "has control characters in its text");
	return true;
}

static bool
number_good(const struct walk *walk, const ProtobufCMessageDescriptor *message,
    const ProtobufCFieldDescriptor *field, double value)
{
	if (!isfinite(value))
		return refuse(walk, "data", message, field, "is not a finite number");
	for (size_t i = 0; i < COUNT_OF(numbers); i++) {
		if (strcmp(numbers[i].field, field->name) != 0 ||
		    strcmp(numbers[i].message, message->short_name) != 0)
			continue;
		if (value < numbers[i].min || value > numbers[i].max)
			return refuse(walk, "data", message, field, "is out of range");
	}
	return true;
}

static bool
is_recent(const ProtobufCMessageDescriptor *message, const ProtobufCFieldDescriptor *field)
{
	for (size_t i = 0; i < COUNT_OF(recent); i++) {
		if (strcmp(recent[i].field, field->name) == 0 &&
		    strcmp(recent[i].message, message->short_name) == 0)
			return true;
	}
	return false;
}

static bool
is_moment(const ProtobufCFieldDescriptor *field)
{
	size_t len = strlen(field->name);

	for (size_t i = 0; i < COUNT_OF(not_moments); i++) {
		if (strcmp(not_moments[i], field->name) == 0)
			return false;
	}
	return len > 3 && strcmp(field->name + len - 3, "_ms") == 0;
}

/* A moment is a signed 64-bit number whose name ends in _ms; 0 stands for none. */
static bool
moment_good(const struct walk *walk, const ProtobufCMessageDescriptor *message,
    const ProtobufCFieldDescriptor *field, int64_t value)
{
	bool strict = is_recent(message, field);

	if (!is_moment(field) || (value == 0 && !strict))
		return true;
	if (value > walk->now_ms + (int64_t)WIRE_FUTURE_S_MAX * 1000)
		return refuse(walk, "future", message, field,
		    "lies in the future; is the agent's clock right?");
	if (value < 0 || (strict && value < walk->now_ms - WIRE_AGE_DAYS_MAX * day_ms))
		return refuse(walk, "too_old", message, field, "lies too far in the past");
	return true;
}

static bool message_good(const struct walk *walk, const ProtobufCMessage *message);

static bool
value_good(const struct walk *walk, const ProtobufCMessageDescriptor *message,
    const ProtobufCFieldDescriptor *field, const void *at)
{
	switch (field->type) {
	case PROTOBUF_C_TYPE_MESSAGE: {
		const ProtobufCMessage *inner = *(const ProtobufCMessage *const *)at;

		return !inner || message_good(walk, inner);
	}
	case PROTOBUF_C_TYPE_STRING: {
		const char *text = *(const char *const *)at;

		return !text || text_good(walk, message, field, text);
	}
	case PROTOBUF_C_TYPE_BYTES:
		return bytes_good(walk, message, field, at);
	case PROTOBUF_C_TYPE_DOUBLE:
		return number_good(walk, message, field, *(const double *)at);
	case PROTOBUF_C_TYPE_INT64:
		return moment_good(walk, message, field, *(const int64_t *)at);
	case PROTOBUF_C_TYPE_UINT64: /* kept in a signed column */
		return *(const uint64_t *)at <= INT64_MAX ||
		       refuse(walk, "data", message, field, "is out of range");
	case PROTOBUF_C_TYPE_UINT32:
		return number_good(walk, message, field, *(const uint32_t *)at);
	case PROTOBUF_C_TYPE_INT32:
	case PROTOBUF_C_TYPE_SINT32:
	case PROTOBUF_C_TYPE_SFIXED32:
	case PROTOBUF_C_TYPE_SINT64:
	case PROTOBUF_C_TYPE_SFIXED64:
	case PROTOBUF_C_TYPE_FIXED32:
	case PROTOBUF_C_TYPE_FIXED64:
	case PROTOBUF_C_TYPE_FLOAT:
	case PROTOBUF_C_TYPE_BOOL:
	case PROTOBUF_C_TYPE_ENUM:
		break;
	}
	return true;
}

static size_t
value_size(ProtobufCType type)
{
	switch (type) {
	case PROTOBUF_C_TYPE_MESSAGE:
	case PROTOBUF_C_TYPE_STRING:
		return sizeof(void *);
	case PROTOBUF_C_TYPE_BYTES:
		return sizeof(ProtobufCBinaryData);
	case PROTOBUF_C_TYPE_DOUBLE:
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_UINT64:
	case PROTOBUF_C_TYPE_SINT64:
	case PROTOBUF_C_TYPE_SFIXED64:
	case PROTOBUF_C_TYPE_FIXED64:
		return 8;
	case PROTOBUF_C_TYPE_UINT32:
	case PROTOBUF_C_TYPE_INT32:
	case PROTOBUF_C_TYPE_SINT32:
	case PROTOBUF_C_TYPE_SFIXED32:
	case PROTOBUF_C_TYPE_FIXED32:
	case PROTOBUF_C_TYPE_FLOAT:
	case PROTOBUF_C_TYPE_ENUM:
		return sizeof(uint32_t);
	case PROTOBUF_C_TYPE_BOOL:
		return sizeof(protobuf_c_boolean);
	}
	return 0;
}

static bool
list_good(const struct walk *walk, const ProtobufCMessageDescriptor *message,
    const ProtobufCFieldDescriptor *field, const char *base)
{
	size_t count = *(const size_t *)(const void *)(base + field->quantifier_offset);
	const char *items = *(const char *const *)(const void *)(base + field->offset);
	size_t size = value_size(field->type);

	if (count > list_max(message, field))
		return refuse(walk, "too_large", message, field, "has too many entries");
	for (size_t i = 0; i < count; i++) {
		if (!value_good(walk, message, field, items + i * size))
			return false;
	}
	return true;
}

static bool
message_good(const struct walk *walk, const ProtobufCMessage *message)
{
	const ProtobufCMessageDescriptor *type = message->descriptor;
	const char *base = (const char *)message;

	for (unsigned i = 0; i < type->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &type->fields[i];
		bool good;

		if (field->label == PROTOBUF_C_LABEL_REPEATED) {
			good = list_good(walk, type, field, base);
		} else if ((field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) &&
			   *(const uint32_t *)(const void *)(base + field->quantifier_offset) !=
			       field->id) {
			good = true;
		} else {
			good = value_good(walk, type, field, base + field->offset);
		}
		if (!good)
			return false;
	}
	return true;
}

/* ---------------------------------------------------------------- what fields say of each
 * other */

static bool
contradicts(const struct walk *walk, const char *reason)
{
	walk->failure->code = "data";
	(void)snprintf(walk->failure->reason, sizeof(walk->failure->reason), "%s", reason);
	return false;
}

static bool
inventory_good(const struct walk *walk, const Parta__V1__Inventory *inventory)
{
	if (inventory->parts > 0 && inventory->part >= inventory->parts)
		return contradicts(walk, "the inventory's part number is beyond its parts");
	if (inventory->finished_ms && inventory->finished_ms < inventory->started_ms)
		return contradicts(walk, "the inventory ended before it began");
	return true;
}

static bool
connectivity_good(const struct walk *walk, const Parta__V1__Connectivity *connectivity)
{
	for (size_t i = 0; i < connectivity->n_windows; i++) {
		const Parta__V1__ConnectivityWindow *window = connectivity->windows[i];

		if (window->to_ms < window->from_ms)
			return contradicts(walk, "a connectivity window ends before it begins");
		if (window->received > window->sent)
			return contradicts(
			    walk, "a connectivity window has more answers than questions");
	}
	for (size_t i = 0; i < connectivity->n_outages; i++) {
		const Parta__V1__Outage *outage = connectivity->outages[i];

		if (outage->onset_ms == 0)
			return contradicts(walk, "an outage has no onset");
		if (outage->end_ms && outage->end_ms < outage->onset_ms)
			return contradicts(walk, "an outage ends before it begins");
	}
	return true;
}

static bool
body_good(const struct walk *walk, const Parta__V1__Report *report)
{
	switch (report->body_case) {
	case PARTA__V1__REPORT__BODY_INVENTORY:
		return inventory_good(walk, report->inventory);
	case PARTA__V1__REPORT__BODY_CONNECTIVITY:
		return connectivity_good(walk, report->connectivity);
	case PARTA__V1__REPORT__BODY_FILTER:
		if (report->filter->finished_ms &&
		    report->filter->finished_ms < report->filter->started_ms)
			return contradicts(walk, "the filter run ended before it began");
		return true;
	case PARTA__V1__REPORT__BODY_GAP:
		if (report->gap->last_seq < report->gap->first_seq)
			return contradicts(walk, "the gap ends before it begins");
		return true;
	case PARTA__V1__REPORT__BODY_SPEED:
	case PARTA__V1__REPORT__BODY_HEALTH:
	case PARTA__V1__REPORT__BODY__NOT_SET:
	case _PARTA__V1__REPORT__BODY__CASE_IS_INT_SIZE:
		break;
	}
	return true;
}

bool
check_report(const Parta__V1__Report *report, const uint8_t agent_id[static 16], int64_t now_ms,
    struct check_failure *ret)
{
	struct walk walk = {.now_ms = now_ms, .failure = ret};

	if (!message_good(&walk, &report->base))
		return false;
	if (memcmp(report->agent_id.data, agent_id, 16) != 0) {
		ret->code = "foreign_agent";
		(void)snprintf(ret->reason, sizeof(ret->reason),
		    "the report names another agent than the certificate does");
		return false;
	}
	for (size_t i = 0; i < report->n_measurements; i++) {
		if (report->measurements[i]->metric[0] == '\0')
			return contradicts(&walk, "a measurement has no name");
	}
	return body_good(&walk, report);
}
