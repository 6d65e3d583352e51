/*
 * A signed policy becomes plain structs: see policy.h. The signature is checked
 * before a byte of what it signs is read. A range, target or address that cannot
 * be read is left out, since the rest of the policy still serves the school; a
 * policy without a version is none.
 */
#include "agent/uplink/policy.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "common/arena.h"
#include "common/cleanup.h"
#include "common/text.h"
#include "common/wire/limits.h"
#include "common/wire/report_codec.h"
#include "parta/v1/policy.pb-c.h"

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static bool
signature_holds(const Parta__V1__SignedPolicy *policy, const uint8_t key[static 32])
{
	EVP_PKEY *public = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, key, 32);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool holds = public && context &&
		     EVP_DigestVerifyInit(context, NULL, NULL, NULL, public) == 1 &&
		     EVP_DigestVerify(context, policy->signature.data, policy->signature.len,
			 policy->policy.data, policy->policy.len) == 1;

	EVP_MD_CTX_free(context);
	EVP_PKEY_free(public);
	return holds;
}

static void
read_calendar(const Parta__V1__Policy *from, struct policy *to)
{
	(void)text_copy(to->time_zone, sizeof(to->time_zone), from->time_zone);
	for (size_t i = 0; i < least(from->n_lessons, POLICY_LESSONS_MAX); i++) {
		const Parta__V1__Lesson *lesson = from->lessons[i];

		if (lesson->weekday < 1 || lesson->weekday > 7 || lesson->to_minute > 24 * 60 ||
		    lesson->from_minute >= lesson->to_minute)
			continue;
		to->lessons[to->n_lessons++] = (struct policy_lesson){
		    lesson->weekday, lesson->from_minute, lesson->to_minute};
	}
	for (size_t i = 0; i < least(from->n_holidays, POLICY_HOLIDAYS_MAX); i++)
		if (from->holidays[i]->from_day <= from->holidays[i]->to_day)
			to->holidays[to->n_holidays++] = (struct policy_days){
			    from->holidays[i]->from_day, from->holidays[i]->to_day};
	for (size_t i = 0; i < least(from->n_exams, POLICY_EXAMS_MAX); i++) {
		struct policy_exam *exam = &to->exams[to->n_exams];

		if (from->exams[i]->from_ms >= from->exams[i]->to_ms)
			continue;
		exam->from_ms = from->exams[i]->from_ms;
		exam->to_ms = from->exams[i]->to_ms;
		(void)text_copy(exam->name, sizeof(exam->name), from->exams[i]->name);
		to->n_exams++;
	}
}

static double
rate(double mbps)
{
	return mbps > 0 && mbps < 1e6 ? mbps : 0;
}

static void
read_speed(const Parta__V1__Policy *from, struct policy *to)
{
	to->target_down_mbps = rate(from->target_down_mbps);
	to->target_up_mbps = rate(from->target_up_mbps);
	to->speed_every_s = from->speed_every_s;
	to->speed_budget_bytes_a_day = from->speed_budget_bytes_a_day;
	to->speed_budget_bytes_a_month = from->speed_budget_bytes_a_month;
	if (from->speed_slots)
		to->speed_slots = (struct policy_slots){from->speed_slots->slot,
		    from->speed_slots->slots, from->speed_slots->length_s};
	(void)text_copy(to->speed_backend, sizeof(to->speed_backend), from->speed_backend);
	for (size_t i = 0; i < least(from->n_speed_servers, POLICY_SERVERS_MAX); i++)
		(void)text_copy(to->speed_servers[to->n_speed_servers++],
		    sizeof(to->speed_servers[0]), from->speed_servers[i]);
}

static void
read_network(const Parta__V1__Policy *from, struct policy *to)
{
	to->scan_every_s = from->scan_every_s;
	for (size_t i = 0; i < least(from->n_ranges, SENSOR_RANGES_MAX); i++)
		if (address_range_parse(from->ranges[i], &to->ranges[to->n_ranges]) == 0 &&
		    to->ranges[to->n_ranges].base.family == ADDRESS_IPV4)
			to->n_ranges++;
	for (size_t i = 0; i < least(from->n_communities, POLICY_COMMUNITIES_MAX); i++)
		(void)text_copy(to->communities[to->n_communities++],
		    sizeof(to->communities[0]), from->communities[i]);
	for (size_t i = 0; i < least(from->n_targets, CONNECTIVITY_TARGETS_MAX); i++) {
		struct connectivity_target *target = &to->targets[to->n_targets];

		if (address_parse(from->targets[i]->address, &target->address) < 0)
			continue;
		(void)text_copy(target->kind, sizeof(target->kind),
		    *from->targets[i]->kind ? from->targets[i]->kind : "icmp");
		to->n_targets++;
	}
}

static bool
hash_copy(const ProtobufCBinaryData *from, uint8_t ret[static 32])
{
	if (from->len != 32)
		return false;
	memcpy(ret, from->data, 32);
	return true;
}

static void
read_control(const Parta__V1__FilterControl *from, struct filter_control *to)
{
	to->known = true;
	to->reachable = from->reachable;
	to->at_ms = from->at_ms;
	to->status = from->status;
	to->body_bytes = from->body_bytes;
	(void)text_copy(to->title, sizeof(to->title), from->title);
	to->has_body_sha256 = hash_copy(&from->body_sha256, to->body_sha256);
	for (size_t i = 0; i < least(from->n_addresses, FILTER_ADDRESSES_MAX); i++) {
		const ProtobufCBinaryData *bytes = &from->addresses[i];

		if (bytes->len == 4)
			to->addresses[to->n_addresses++] = address_v4(bytes->data);
		else if (bytes->len == 16)
			to->addresses[to->n_addresses++] = address_v6(bytes->data);
	}
	for (size_t i = 0; i < least(from->n_chain_sha256, FILTER_CHAIN_MAX); i++)
		to->n_chain += hash_copy(&from->chain_sha256[i], to->chain_sha256[to->n_chain]);
}

static void
read_entry(const Parta__V1__FilterEntry *from, struct filter_entry *to)
{
	(void)text_copy(to->id, sizeof(to->id), from->id);
	(void)text_copy(to->url, sizeof(to->url), from->url);
	(void)text_copy(to->category, sizeof(to->category), from->category);
	to->expect = (enum filter_expect)from->expect;
	to->max_stage = (enum filter_stage)from->max_stage;
	if (from->control)
		read_control(from->control, &to->control);
}

/* An entry that this agent can carry out as it was meant: newer words for what to do are left
 * alone. */
static bool
entry_usable(const Parta__V1__FilterEntry *entry)
{
	return strlen(entry->url) < sizeof(((struct filter_entry *)NULL)->url) &&
	       (unsigned)entry->expect <= FILTER_INFO &&
	       (unsigned)entry->max_stage <= FILTER_STAGE_HTTP_BODY;
}

static const char *const *
read_texts(struct arena *arena, char *const from[], size_t count, size_t *ret_count)
{
	char **list = arena_take(arena, (count + 1) * sizeof(*list));
	size_t n = 0;

	for (size_t i = 0; list && i < count; i++) {
		list[n] = arena_text(arena, from[i], strlen(from[i]));
		n += list[n] != NULL;
	}
	*ret_count = n;
	return (const char *const *)list;
}

static int
read_filter(const Parta__V1__FilterList *from, struct policy *to)
{
	size_t count = from ? least(from->n_entries, POLICY_FILTER_ENTRIES_MAX) : 0, texts = 0;
	struct filter_entry *entries;
	struct arena arena;
	size_t size;

	if (!from)
		return 0;
	for (size_t i = 0; i < from->n_block_addresses; i++)
		texts += strlen(from->block_addresses[i]) + 64;
	for (size_t i = 0; i < from->n_block_hosts; i++)
		texts += strlen(from->block_hosts[i]) + 64;
	size = (count + 1) * sizeof(*entries) + texts + 256;
	to->memory = calloc(1, size);
	if (!to->memory)
		return -ENOMEM;
	arena = arena_over(to->memory, size);
	entries = arena_take(&arena, (count + 1) * sizeof(*entries));
	if (!entries)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		if (entry_usable(from->entries[i]))
			read_entry(from->entries[i], &entries[to->filter.n_entries++]);
	to->filter.entries = to->filter_entries = entries;
	(void)text_copy(to->filter.version, sizeof(to->filter.version), from->version);
	(void)text_copy(to->filter.canary_url, sizeof(to->filter.canary_url), from->canary_url);
	to->filter.has_canary_sha256 =
	    hash_copy(&from->canary_sha256, to->filter.canary_sha256);
	to->filter.block_addresses = read_texts(&arena, from->block_addresses,
	    from->n_block_addresses, &to->filter.n_block_addresses);
	to->filter.block_hosts = read_texts(
	    &arena, from->block_hosts, from->n_block_hosts, &to->filter.n_block_hosts);
	return 0;
}

static int
read_policy(const Parta__V1__Policy *from, struct policy **ret)
{
	struct policy *policy;
	int r;

	if (!*from->version || strlen(from->version) >= sizeof(policy->version))
		return -EBADMSG;
	policy = calloc(1, sizeof(*policy));
	if (!policy)
		return -ENOMEM;
	(void)text_copy(policy->version, sizeof(policy->version), from->version);
	policy->issued_ms = from->issued_ms;
	policy->report_every_s = from->report_every_s;
	policy->filter_every_s = from->filter_every_s;
	read_calendar(from, policy);
	read_speed(from, policy);
	read_network(from, policy);
	r = read_filter(from->filter, policy);
	if (r < 0) {
		policy_free(policy);
		return r;
	}
	*ret = policy;
	return 0;
}

int
policy_open(
    const void *signed_policy, size_t len, const uint8_t key[static 32], struct policy **ret)
{
	CLEANUP(free_at) void *memory = malloc(WIRE_ARENA_BYTES);
	struct arena arena = arena_over(memory, WIRE_ARENA_BYTES);
	const Parta__V1__SignedPolicy *outer;
	ProtobufCMessage *message;
	int r;

	if (!memory)
		return -ENOMEM;
	if (len > POLICY_BYTES_MAX)
		return -EFBIG;
	r = wire_unpack(
	    &parta__v1__signed_policy__descriptor, &arena, signed_policy, len, &message);
	if (r < 0)
		return r;
	outer = (const Parta__V1__SignedPolicy *)message;
	if (!signature_holds(outer, key))
		return -EKEYREJECTED;
	r = wire_unpack(&parta__v1__policy__descriptor, &arena, outer->policy.data,
	    outer->policy.len, &message);
	if (r < 0)
		return r;
	return read_policy((const Parta__V1__Policy *)message, ret);
}

void
policy_expire_controls(struct policy *policy, uint64_t now_boot_ms)
{
	for (size_t i = 0; i < policy->filter.n_entries; i++) {
		struct filter_control *control = &policy->filter_entries[i].control;
		int64_t age_ms = policy->issued_ms - control->at_ms +
				 (int64_t)(now_boot_ms - policy->received_boot_ms);

		if (policy->received_boot_ms == 0 || age_ms > POLICY_CONTROL_MS)
			control->known = false;
	}
}

void
policy_free(struct policy *policy)
{
	if (!policy)
		return;
	free(policy->memory);
	free(policy);
}
