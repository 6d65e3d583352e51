/*
 * Counters and gauges of the process, relaxed atomics: a number is exact, two
 * numbers read together may be a moment apart. Keeps no histogram: a rate and a
 * mean come from two counters.
 */
#include "collector/http/metrics.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <string.h>

#include "common/bytes.h"

static _Atomic int64_t values[METRIC_COUNT];

static const struct {
	const char *kind, *name, *labels, *meaning;
} rows[] = {
#define METRIC_ROW(id, kind, name, labels, meaning) {#kind, name, labels, meaning},
    METRICS(METRIC_ROW)
#undef METRIC_ROW
};

void
metric_add(enum metric metric, int64_t amount)
{
	atomic_fetch_add_explicit(&values[metric], amount, memory_order_relaxed);
}

void
metric_set(enum metric metric, int64_t value)
{
	atomic_store_explicit(&values[metric], value, memory_order_relaxed);
}

int64_t
metric_get(enum metric metric)
{
	return atomic_load_explicit(&values[metric], memory_order_relaxed);
}

static int
row_write(size_t i, struct bytes *ret)
{
	const char *open = rows[i].labels[0] ? "{" : "", *shut = rows[i].labels[0] ? "}" : "";
	int r = 0;

	if (i == 0 || strcmp(rows[i].name, rows[i - 1].name) != 0)
		r = bytes_add_format(ret, "# HELP %s %s\n# TYPE %s %s\n", rows[i].name,
		    rows[i].meaning, rows[i].name, rows[i].kind);
	if (r < 0)
		return r;
	return bytes_add_format(ret, "%s%s%s%s %" PRId64 "\n", rows[i].name, open,
	    rows[i].labels, shut, metric_get((enum metric)i));
}

int
metrics_write(struct bytes *ret)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < METRIC_COUNT; i++)
		r = row_write(i, ret);
	return r;
}
