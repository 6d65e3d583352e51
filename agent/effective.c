/*
 * Settings over policy over defaults: see effective.h. The bounds that the option
 * table puts on a person's values hold for the collector's as well: a policy can
 * ask for much, not for more than is decent.
 */
#include "agent/effective.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/text.h"

enum {
	REPORT_EVERY_S = 300,
	REPORT_EVERY_S_MIN = 10,
	SCAN_EVERY_S = 4 * 3600,
	SPEED_EVERY_S = 3600,
	FILTER_EVERY_S = 12 * 3600,
	TASK_EVERY_S_MIN = 60,
	PORT_MAX = 65535,
	HTTPS_PORT = 443,
};

#define SPEED_BUDGET_BYTES       (UINT64_C(2) << 30)
#define SPEED_BUDGET_MONTH_BYTES (UINT64_C(30) << 30)

static const struct policy no_policy;

static uint32_t
every(int64_t own_s, uint32_t policy_s, uint32_t usual_s, uint32_t min_s)
{
	uint32_t s = own_s > 0 ? (uint32_t)own_s : policy_s > 0 ? policy_s : usual_s;

	return s < min_s ? min_s : s;
}

static uint64_t
bytes_of(int64_t own, uint64_t policy, uint64_t usual)
{
	return own > 0 ? (uint64_t)own : policy > 0 ? policy : usual;
}

static const char *
either(const char *own, const char *policy, const char *usual)
{
	return *own ? own : *policy ? policy : usual;
}

static void
fill_exams(
    const struct agent_settings *settings, const struct policy *policy, struct calendar *ret)
{
	for (size_t i = 0; i < settings->exams.count; i++)
		if (calendar_exam_parse(settings->exams.text[i], &ret->exams[ret->n_exams]) ==
		    0)
			ret->n_exams++;
	for (size_t i = 0; i < policy->n_exams; i++)
		ret->exams[ret->n_exams++] =
		    (struct calendar_exam){.from = policy->exams[i].from_ms,
			.to = policy->exams[i].to_ms,
			.name = policy->exams[i].name};
}

static void
fill_calendar(const struct policy *policy, struct calendar *ret)
{
	for (size_t i = 0; i < policy->n_lessons; i++)
		ret->lessons[ret->n_lessons++] =
		    (struct calendar_lesson){policy->lessons[i].weekday,
			policy->lessons[i].from_minute, policy->lessons[i].to_minute};
	for (size_t i = 0; i < policy->n_holidays; i++)
		ret->holidays[ret->n_holidays++] = (struct calendar_days){
		    policy->holidays[i].from_day, policy->holidays[i].to_day};
}

static void
fill_ranges(
    const struct agent_settings *settings, const struct policy *policy, struct effective *ret)
{
	for (size_t i = 0; i < settings->ranges.count && i < SENSOR_RANGES_MAX; i++)
		if (address_range_parse(
			settings->ranges.text[i], &ret->ranges[ret->n_ranges]) == 0)
			ret->n_ranges++;
	if (ret->n_ranges > 0)
		return;
	memcpy(ret->ranges, policy->ranges, sizeof(ret->ranges));
	ret->n_ranges = policy->n_ranges;
}

static void
fill_texts(
    const struct agent_settings *settings, const struct policy *policy, struct effective *ret)
{
	for (size_t i = 0; i < settings->communities.count; i++)
		ret->communities[ret->n_communities++] = settings->communities.text[i];
	for (size_t i = 0; i < policy->n_communities && settings->communities.count == 0; i++)
		ret->communities[ret->n_communities++] = policy->communities[i];
	if (ret->n_communities == 0)
		ret->communities[ret->n_communities++] = "public";

	for (size_t i = 0; i < settings->speed_servers.count && i < POLICY_SERVERS_MAX; i++)
		ret->speed_servers[ret->n_speed_servers++] = settings->speed_servers.text[i];
	for (size_t i = 0; i < policy->n_speed_servers && settings->speed_servers.count == 0;
	     i++)
		ret->speed_servers[ret->n_speed_servers++] = policy->speed_servers[i];
}

int
effective_target(const char *text, struct connectivity_target *ret)
{
	const char *at = strchr(text, '@');
	struct connectivity_target target = {.kind = "icmp"};
	int64_t port;

	if (at) {
		size_t len = (size_t)(at - text);

		if (len >= sizeof(target.kind))
			return -EINVAL;
		memcpy(target.kind, text, len);
		target.kind[len] = '\0';
	}
	if (strcmp(target.kind, "icmp") != 0 && strcmp(target.kind, "dns") != 0 &&
	    (strncmp(target.kind, "tcp:", 4) != 0 ||
		text_i64(target.kind + 4, 1, PORT_MAX, &port) < 0))
		return -EINVAL;
	if (address_parse(at ? at + 1 : text, &target.address) < 0)
		return -EINVAL;
	*ret = target;
	return 0;
}

void
effective_host(const char *url, char *ret, size_t size, uint16_t *ret_port)
{
	const char *at = strstr(url, "://"), *end;
	int64_t port = HTTPS_PORT;
	char digits[8];
	size_t len;

	at = at ? at + 3 : url;
	end = *at == '[' ? strchr(at, ']') : at + strcspn(at, ":/");
	if (!end)
		end = at + strlen(at);
	if (*at == '[')
		at++;
	len = (size_t)(end - at) < size ? (size_t)(end - at) : size - 1;
	memcpy(ret, at, len);
	ret[len] = '\0';
	end += *end == ']';
	len = *end == ':' ? strcspn(end + 1, "/") : sizeof(digits);
	if (len < sizeof(digits)) {
		memcpy(digits, end + 1, len);
		digits[len] = '\0';
		(void)text_i64(digits, 1, PORT_MAX, &port);
	}
	*ret_port = (uint16_t)port;
}

void
effective_dns_name(
    const struct agent_settings *settings, const char *host, char *ret, size_t size)
{
	struct address address;

	if (*settings->dns_name)
		(void)text_copy(ret, size, settings->dns_name);
	else if (!*host || address_parse(host, &address) == 0)
		ret[0] = '\0';
	else
		(void)snprintf(ret, size, "*.%s", host);
}

static void
fill_targets(
    const struct agent_settings *settings, const struct policy *policy, struct effective *ret)
{
	for (size_t i = 0; i < settings->targets.count && i < CONNECTIVITY_TARGETS_MAX; i++)
		if (effective_target(
			settings->targets.text[i], &ret->targets[ret->n_targets]) == 0)
			ret->n_targets++;
	if (ret->n_targets > 0)
		return;
	memcpy(ret->targets, policy->targets, sizeof(ret->targets));
	ret->n_targets = policy->n_targets;
}

void
effective_make(
    const struct agent_settings *settings, const struct policy *policy, struct effective *ret)
{
	if (!policy)
		policy = &no_policy;
	memset(ret, 0, sizeof(*ret));
	ret->time_zone = either(settings->time_zone, policy->time_zone, "");
	fill_calendar(policy, &ret->calendar);
	fill_exams(settings, policy, &ret->calendar);
	ret->report_every_s = every(settings->report_every_s, policy->report_every_s,
	    REPORT_EVERY_S, REPORT_EVERY_S_MIN);
	ret->scan_every_s =
	    every(settings->scan_every_s, policy->scan_every_s, SCAN_EVERY_S, TASK_EVERY_S_MIN);
	ret->speed_every_s = every(
	    settings->speed_every_s, policy->speed_every_s, SPEED_EVERY_S, TASK_EVERY_S_MIN);
	ret->filter_every_s = every(
	    settings->filter_every_s, policy->filter_every_s, FILTER_EVERY_S, TASK_EVERY_S_MIN);
	fill_ranges(settings, policy, ret);
	fill_texts(settings, policy, ret);
	fill_targets(settings, policy, ret);
	ret->target_down_mbps = settings->target_down_mbps > 0 ? settings->target_down_mbps
							       : policy->target_down_mbps;
	ret->target_up_mbps =
	    settings->target_up_mbps > 0 ? settings->target_up_mbps : policy->target_up_mbps;
	ret->speed_backend = either(settings->speed_backend, policy->speed_backend, "parta");
	ret->speed_budget_bytes = bytes_of(
	    settings->speed_budget_bytes, policy->speed_budget_bytes_a_day, SPEED_BUDGET_BYTES);
	ret->speed_budget_month_bytes = bytes_of(settings->speed_budget_month_bytes,
	    policy->speed_budget_bytes_a_month, SPEED_BUDGET_MONTH_BYTES);
	ret->speed_slots = (struct timetable_slots){
	    policy->speed_slots.slot, policy->speed_slots.slots, policy->speed_slots.slot_s};
	if (!*settings->filter_list && policy->filter.n_entries > 0)
		ret->filter = &policy->filter;
}
