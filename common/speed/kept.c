/* Counts become samples: see kept.h. */
#include "common/speed/kept.h"

#include <string.h>

#include "common/check.h"

#define LIMIT(kind, field)                                                                     \
	{                                                                                      \
#field, SPEED_LIMIT_##kind, offsetof(struct speed_limits, field)               \
	}

const struct speed_limit speed_limits[] = {
    LIMIT(REAL, cpu_pct),
    LIMIT(REAL, steal_pct),
    LIMIT(REAL, softirq_pct),
    LIMIT(REAL, stalled_pct),
    LIMIT(REAL, cipher_mbps),
    LIMIT(COUNT, lan_speed_mbps),
    LIMIT(COUNT, packet_bytes),
    LIMIT(COUNT, extra_bytes),
    LIMIT(FLAG, half_duplex),
    LIMIT(FLAG, wireless),
    LIMIT(REAL, nic_bad_pct),
    LIMIT(REAL, rwnd_limited),
    LIMIT(REAL, sndbuf_limited),
    LIMIT(REAL, server_cpu_pct),
    LIMIT(REAL, server_rwnd_limited),
    LIMIT(REAL, server_sndbuf_limited),
    LIMIT(FLAG, server_refused),
    LIMIT(FLAG, broke_off),
};
const size_t speed_limits_count = COUNT_OF(speed_limits);

double
speed_limit_get(const struct speed_limits *limits, const struct speed_limit *limit)
{
	const uint8_t *at = (const uint8_t *)limits + limit->offset;
	double real = 0;
	uint32_t count;
	bool flag;

	switch (limit->kind) {
	case SPEED_LIMIT_REAL:
		memcpy(&real, at, sizeof(real));
		break;
	case SPEED_LIMIT_COUNT:
		memcpy(&count, at, sizeof(count));
		real = count;
		break;
	case SPEED_LIMIT_FLAG:
		memcpy(&flag, at, sizeof(flag));
		real = flag ? 1 : 0;
		break;
	}
	return real;
}

void
speed_limit_put(struct speed_limits *limits, const struct speed_limit *limit, double value)
{
	uint8_t *at = (uint8_t *)limits + limit->offset;
	uint32_t count = value > 0 && value <= UINT32_MAX ? (uint32_t)value : 0;
	bool flag = value != 0;

	switch (limit->kind) {
	case SPEED_LIMIT_REAL:
		memcpy(at, &value, sizeof(value));
		break;
	case SPEED_LIMIT_COUNT:
		memcpy(at, &count, sizeof(count));
		break;
	case SPEED_LIMIT_FLAG:
		memcpy(at, &flag, sizeof(flag));
		break;
	}
}

bool
speed_kept_judge(const struct speed_kept *kept, struct speed_ruled *ret)
{
	struct speed_sample ours[SPEED_SAMPLES_MAX], servers[SPEED_SAMPLES_MAX];
	bool by_server = kept->n_sender > 0;
	size_t first = kept->first_sample, count = by_server ? kept->n_sender : kept->n_samples;
	const uint32_t *bytes = by_server ? kept->sender_bytes : kept->sample_bytes;
	struct speed_record record = {.ip_per_payload = kept->ip_per_payload,
	    .target_mbps = kept->target_mbps,
	    .line_mbps = kept->line_mbps,
	    .limits = kept->limits};

	if (kept->n_samples > SPEED_SAMPLES_MAX || kept->n_sender > SPEED_SAMPLES_MAX ||
	    first > count || first > kept->n_samples)
		return false;
	for (size_t i = 0; i < count; i++)
		ours[i] = (struct speed_sample){kept->sample_us[i], bytes[i],
		    kept->queued_sample > 0 && i + 1 >= kept->queued_sample};
	for (size_t i = 0; by_server && i < kept->n_samples; i++)
		servers[i] =
		    (struct speed_sample){kept->sample_ms * 1000, kept->sample_bytes[i], false};
	record.samples = ours + first;
	record.count = count - first;
	if (by_server) {
		record.server_samples = servers + first;
		record.server_count = kept->n_samples - first;
	}
	ret->judgement = speed_judge(&record);
	speed_rate(by_server ? record.server_samples : record.samples,
	    by_server ? record.server_count : record.count, kept->ip_per_payload, &ret->rate);
	ret->rate.warmup_samples += first;
	return true;
}
