/* JSON becomes the record that collector/rejudge.h judges: see claim_line.h. */
#include "collector/claim_line.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/text.h"

/* Numbers of one list. */
struct list {
	uint32_t values[SPEED_SAMPLES_MAX];
	size_t count;
};

struct lists {
	struct list samples, sender, lengths;
};

struct record {
	struct rejudge_run runs[SPEED_STEPS_MAX];
	struct lists lists[SPEED_STEPS_MAX];
	struct list samples; /* of the direction */
	struct rejudge_test test;
};

static bool
list_take(const json_t *array, struct list *ret)
{
	ret->count = json_array_size(array);
	if (!json_is_array(array) || ret->count > SPEED_SAMPLES_MAX)
		return false;
	for (size_t i = 0; i < ret->count; i++) {
		const json_t *item = json_array_get(array, i);
		json_int_t value = json_integer_value(item);

		if (!json_is_integer(item) || value < 0 || value > UINT32_MAX)
			return false;
		ret->values[i] = (uint32_t)value;
	}
	return true;
}

/* Unknown where it is null or not there. */
static double
real_of(const json_t *object, const char *key, double unknown)
{
	const json_t *value = json_object_get(object, key);

	return json_is_number(value) ? json_number_value(value) : unknown;
}

static size_t
size_of(const json_t *object, const char *key)
{
	json_int_t value = json_integer_value(json_object_get(object, key));

	return value >= 0 && value <= INT32_MAX ? (size_t)value : SIZE_MAX;
}

static const char *
word_of(const json_t *object, const char *key)
{
	const char *word = json_string_value(json_object_get(object, key));

	return word ? word : "";
}

static void
found_take(const json_t *object, struct rejudge_found *ret)
{
	*ret = (struct rejudge_found){.verdict = word_of(object, "verdict"),
	    .ip_mbps = real_of(object, "ip_mbps", -1),
	    .duration_s = real_of(object, "duration_s", -1),
	    .confidence = real_of(object, "confidence", -1),
	    .warmup_samples = size_of(object, "warmup_samples")};
}

static void
limits_take(const json_t *object, struct speed_limits *ret)
{
	for (size_t i = 0; i < speed_limits_count; i++) {
		const struct speed_limit *limit = &speed_limits[i];
		const json_t *value = json_object_get(object, limit->name);

		speed_limit_put(ret, limit,
		    json_is_boolean(value)  ? json_is_true(value)
		    : json_is_number(value) ? json_number_value(value)
					    : 0);
	}
}

/* An agent that tells no lengths sampled evenly. */
static bool
lengths_take(const json_t *array, uint32_t sample_ms, size_t own, struct list *ret)
{
	if (!list_take(array, ret))
		return false;
	for (; json_array_size(array) == 0 && ret->count < own; ret->count++)
		ret->values[ret->count] = sample_ms * 1000;
	return ret->count == own;
}

static enum speed_step_kind
step_of(const char *name)
{
	for (int kind = SPEED_STEP_CAPACITY; kind <= SPEED_STEP_LONG; kind++)
		if (strcmp(name, speed_step_name((enum speed_step_kind)kind)) == 0)
			return (enum speed_step_kind)kind;
	return SPEED_STEP_UNSPECIFIED;
}

static bool
run_take(const json_t *run, struct lists *lists, struct rejudge_run *ret)
{
	size_t sample_ms = size_of(run, "sample_ms"), own;

	if (!list_take(json_object_get(run, "sample_bytes"), &lists->samples) ||
	    !list_take(json_object_get(run, "sender_bytes"), &lists->sender) ||
	    sample_ms > 60000)
		return false;
	own = lists->sender.count > 0 ? lists->sender.count : lists->samples.count;
	if (!lengths_take(
		json_object_get(run, "sample_us"), (uint32_t)sample_ms, own, &lists->lengths))
		return false;
	ret->kept = (struct speed_kept){.sample_bytes = lists->samples.values,
	    .n_samples = lists->samples.count,
	    .sender_bytes = lists->sender.values,
	    .n_sender = lists->sender.count,
	    .sample_us = lists->lengths.values,
	    .sample_ms = (uint32_t)sample_ms,
	    .first_sample = size_of(run, "first_sample"),
	    .queued_sample = size_of(run, "queued_sample"),
	    .ip_per_payload = real_of(run, "ip_per_payload", 0),
	    .target_mbps = real_of(run, "target_mbps", 0),
	    .line_mbps = real_of(run, "line_mbps", -1)};
	limits_take(json_object_get(run, "limits"), &ret->kept.limits);
	ret->step = step_of(word_of(run, "step"));
	ret->cause = word_of(run, "cause");
	found_take(run, &ret->found);
	return true;
}

static bool
test_take(const json_t *object, struct record *record)
{
	const json_t *runs = json_object_get(object, "runs");
	size_t count = json_array_size(runs);

	if (count > SPEED_STEPS_MAX ||
	    !list_take(json_object_get(object, "sample_bytes"), &record->samples))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!run_take(json_array_get(runs, i), &record->lists[i], &record->runs[i]))
			return false;
	record->test = (struct rejudge_test){.runs = record->runs,
	    .n_runs = count,
	    .sample_bytes = record->samples.values,
	    .n_samples = record->samples.count};
	found_take(object, &record->test.found);
	return true;
}

int
claim_line_judge(const char *line, size_t len, struct claim_line *ret)
{
	CLEANUP(free_at) struct record *record = calloc(1, sizeof(*record));
	json_t *object = json_loadb(line, len, JSON_REJECT_DUPLICATES, NULL);
	bool is_object = json_is_object(object) && *word_of(object, "kind");

	*ret = (struct claim_line){0};
	if (record && is_object) {
		ret->is_test = strcmp(word_of(object, "kind"), "test") == 0 &&
			       strcmp(word_of(object, "mode"), "passive") != 0;
		(void)text_copy(ret->test, sizeof(ret->test), word_of(object, "test"));
		(void)text_copy(
		    ret->direction, sizeof(ret->direction), word_of(object, "direction"));
		if (ret->is_test)
			ret->found = test_take(object, record) ? rejudge(&record->test)
							       : REJUDGE_BROKEN_RECORD;
	}
	json_decref(object);
	return !record ? -ENOMEM : is_object ? 0 : -EBADMSG;
}
