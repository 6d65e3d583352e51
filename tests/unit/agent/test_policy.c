#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <openssl/evp.h>
#include <string.h>

#include "agent/uplink/policy.h"
#include "common/wire/report_codec.h"
#include "parta/v1/policy.pb-c.h"

/* Generated structs hold texts as char *; nobody writes to these. */
#define TEXT(words) ((char *)(uintptr_t)(words))

struct signer {
	EVP_PKEY *key;
	uint8_t public[32];
};

static int
make_signer(void **state)
{
	static struct signer signer;
	size_t len = 32;

	signer.key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	assert_int_equal(EVP_PKEY_get_raw_public_key(signer.key, signer.public, &len), 1);
	*state = &signer;
	return 0;
}

static int
free_signer(void **state)
{
	struct signer *signer = *state;

	EVP_PKEY_free(signer->key);
	return 0;
}

static struct bytes
signed_by(const struct signer *signer, const Parta__V1__Policy *policy)
{
	Parta__V1__SignedPolicy outer = PARTA__V1__SIGNED_POLICY__INIT;
	struct bytes inner = bytes_new(POLICY_BYTES_MAX), packed = bytes_new(POLICY_BYTES_MAX);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	uint8_t signature[64];
	size_t len = sizeof(signature);

	assert_int_equal(wire_pack(&policy->base, &inner), 0);
	assert_int_equal(EVP_DigestSignInit(context, NULL, NULL, NULL, signer->key), 1);
	assert_int_equal(EVP_DigestSign(context, signature, &len, inner.data, inner.len), 1);
	EVP_MD_CTX_free(context);
	outer.policy = (ProtobufCBinaryData){.len = inner.len, .data = inner.data};
	outer.signature = (ProtobufCBinaryData){.len = len, .data = signature};
	assert_int_equal(wire_pack(&outer.base, &packed), 0);
	bytes_clear(&inner);
	return packed;
}

static Parta__V1__Policy
small(void)
{
	Parta__V1__Policy policy = PARTA__V1__POLICY__INIT;

	policy.version = TEXT("v7");
	policy.issued_ms = 42;
	policy.time_zone = TEXT("Asia/Yekaterinburg");
	policy.target_down_mbps = 100;
	policy.scan_every_s = 3600;
	return policy;
}

static void
a_signed_policy_is_read(void **state)
{
	Parta__V1__Policy from = small();
	struct policy *policy = NULL;
	struct bytes packed = signed_by(*state, &from);
	const struct signer *signer = *state;

	assert_int_equal(policy_open(packed.data, packed.len, signer->public, &policy), 0);
	assert_string_equal(policy->version, "v7");
	assert_int_equal(policy->issued_ms, 42);
	assert_string_equal(policy->time_zone, "Asia/Yekaterinburg");
	assert_true(policy->target_down_mbps == 100);
	assert_int_equal(policy->filter.n_entries, 0);
	policy_free(policy);
	bytes_clear(&packed);
}

static void
turns_budgets_and_examinations_are_read(void **state)
{
	Parta__V1__ExamWindow first = PARTA__V1__EXAM_WINDOW__INIT, none = first;
	Parta__V1__ExamWindow *exams[] = {&none, &first};
	Parta__V1__SpeedSlots slots = PARTA__V1__SPEED_SLOTS__INIT;
	Parta__V1__Policy from = small();
	const struct signer *signer = *state;

	first.from_ms = 5, first.to_ms = 6, first.name = TEXT("first");
	for (unsigned given = 0; given < 2; given++) {
		struct policy *policy = NULL;
		struct bytes packed;

		from.exams = exams;
		from.n_exams = 2;
		slots.slot = 4, slots.slots = 9, slots.length_s = 60;
		from.speed_slots = given ? &slots : NULL;
		from.speed_budget_bytes_a_month = 77;
		packed = signed_by(signer, &from);
		assert_int_equal(
		    policy_open(packed.data, packed.len, signer->public, &policy), 0);
		assert_int_equal(policy->speed_slots.slots, given ? 9 : 0);
		assert_int_equal(policy->speed_slots.slot, given ? 4 : 0);
		assert_int_equal(policy->speed_slots.slot_s, given ? 60 : 0);
		assert_int_equal(policy->speed_budget_bytes_a_month, 77);
		assert_int_equal(policy->n_exams, 1); /* the other has no length */
		assert_int_equal(policy->exams[0].from_ms, 5);
		assert_string_equal(policy->exams[0].name, "first");
		policy_free(policy);
		bytes_clear(&packed);
	}
}

static void
a_single_flipped_bit_anywhere_is_refused(void **state)
{
	Parta__V1__Policy from = small();
	struct bytes packed = signed_by(*state, &from);
	const struct signer *signer = *state;

	for (size_t i = 0; i < packed.len; i++) {
		struct policy *policy = NULL;
		int r;

		packed.data[i] ^= 0x10;
		r = policy_open(packed.data, packed.len, signer->public, &policy);
		assert_true(r == -EKEYREJECTED || r == -EBADMSG);
		assert_null(policy);
		packed.data[i] ^= 0x10;
	}
	bytes_clear(&packed);
}

static void
every_shorter_policy_is_refused(void **state)
{
	Parta__V1__Policy from = small();
	struct bytes packed = signed_by(*state, &from);
	const struct signer *signer = *state;
	struct policy *policy = NULL;

	for (size_t len = 0; len < packed.len; len++)
		assert_true(policy_open(packed.data, len, signer->public, &policy) < 0);
	assert_null(policy);
	bytes_clear(&packed);
}

static void
another_signer_is_refused(void **state)
{
	Parta__V1__Policy from = small();
	struct bytes packed = signed_by(*state, &from);
	struct policy *policy = NULL;
	const uint8_t other[32] = {1};

	assert_int_equal(policy_open(packed.data, packed.len, other, &policy), -EKEYREJECTED);
	assert_null(policy);
	bytes_clear(&packed);
}

static void
lists_are_bounded_and_what_cannot_be_read_is_left_out(void **state)
{
	enum { MANY = 300 };
	Parta__V1__Lesson lesson = PARTA__V1__LESSON__INIT, bad = PARTA__V1__LESSON__INIT;
	Parta__V1__InternetTarget target = PARTA__V1__INTERNET_TARGET__INIT;
	Parta__V1__Lesson *lessons[MANY];
	Parta__V1__InternetTarget *targets[MANY];
	Parta__V1__Policy from = small();
	char *ranges[] = {TEXT("10.1.0.0/24"), TEXT("not a range"), TEXT("2001:db8::/64"),
	    TEXT("10.2.0.0/24")};
	const struct signer *signer = *state;
	struct policy *policy;
	struct bytes packed;

	lesson.weekday = 1;
	lesson.from_minute = 510;
	lesson.to_minute = 555;
	bad.weekday = 9;
	target.address = TEXT("192.0.2.1");
	for (size_t i = 0; i < MANY; i++) {
		lessons[i] = i == 0 ? &bad : &lesson;
		targets[i] = &target;
	}
	from.lessons = lessons;
	from.n_lessons = MANY;
	from.targets = targets;
	from.n_targets = MANY;
	from.ranges = ranges;
	from.n_ranges = 4;
	packed = signed_by(signer, &from);
	assert_int_equal(policy_open(packed.data, packed.len, signer->public, &policy), 0);
	assert_int_equal(policy->n_lessons, POLICY_LESSONS_MAX - 1);
	assert_int_equal(policy->n_targets, CONNECTIVITY_TARGETS_MAX);
	assert_string_equal(policy->targets[0].kind, "icmp");
	assert_int_equal(policy->n_ranges, 2);
	policy_free(policy);
	bytes_clear(&packed);
}

static void
a_filter_list_keeps_its_control_and_leaves_out_what_is_newer(void **state)
{
	Parta__V1__FilterEntry known = PARTA__V1__FILTER_ENTRY__INIT, newer = known;
	Parta__V1__FilterEntry *entries[] = {&newer, &known};
	Parta__V1__FilterControl control = PARTA__V1__FILTER_CONTROL__INIT;
	Parta__V1__FilterList list = PARTA__V1__FILTER_LIST__INIT;
	Parta__V1__Policy from = small();
	ProtobufCBinaryData addresses[] = {
	    {4, (uint8_t[]){192, 0, 2, 1}}, {3, (uint8_t[]){1, 2, 3}}};
	uint8_t hash[32] = {9};
	ProtobufCBinaryData chain[] = {{32, hash}, {5, hash}, {32, hash}};
	char *hosts[] = {TEXT("block.example"), TEXT("")};
	const struct signer *signer = *state;
	struct policy *policy;
	struct bytes packed;

	newer.url = TEXT("https://n.example/");
	newer.max_stage = (Parta__V1__FilterStage)77;
	known.id = TEXT("e1");
	known.url = TEXT("https://k.example/");
	known.expect = PARTA__V1__FILTER_EXPECT__FILTER_EXPECT_ALLOW;
	known.max_stage = PARTA__V1__FILTER_STAGE__FILTER_STAGE_TLS;
	known.control = &control;
	control.reachable = 1;
	control.at_ms = from.issued_ms - 12;
	control.addresses = addresses;
	control.n_addresses = 2;
	control.chain_sha256 = chain;
	control.n_chain_sha256 = 3;
	list.version = TEXT("l3");
	list.entries = entries;
	list.n_entries = 2;
	list.block_hosts = hosts;
	list.n_block_hosts = 2;
	from.filter = &list;
	packed = signed_by(signer, &from);
	assert_int_equal(policy_open(packed.data, packed.len, signer->public, &policy), 0);
	assert_int_equal(policy->filter.n_entries, 1);
	assert_string_equal(policy->filter.entries[0].id, "e1");
	assert_int_equal(policy->filter.entries[0].expect, FILTER_ALLOW);
	assert_int_equal(policy->filter.entries[0].max_stage, FILTER_STAGE_TLS);
	assert_true(policy->filter.entries[0].control.known);
	assert_int_equal(policy->filter.entries[0].control.n_addresses, 1);
	assert_int_equal(policy->filter.entries[0].control.n_chain, 2);
	policy->received_boot_ms = 1000;
	policy_expire_controls(policy, 1000 + POLICY_CONTROL_MS - 12);
	assert_true(policy->filter.entries[0].control.known);
	policy_expire_controls(policy, 1000 + POLICY_CONTROL_MS - 11);
	assert_false(policy->filter.entries[0].control.known);
	assert_int_equal(policy->filter.n_block_hosts, 2);
	assert_string_equal(policy->filter.block_hosts[0], "block.example");
	policy_free(policy);
	bytes_clear(&packed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_signed_policy_is_read),
	    cmocka_unit_test(turns_budgets_and_examinations_are_read),
	    cmocka_unit_test(a_single_flipped_bit_anywhere_is_refused),
	    cmocka_unit_test(every_shorter_policy_is_refused),
	    cmocka_unit_test(another_signer_is_refused),
	    cmocka_unit_test(lists_are_bounded_and_what_cannot_be_read_is_left_out),
	    cmocka_unit_test(a_filter_list_keeps_its_control_and_leaves_out_what_is_newer),
	};

	return cmocka_run_group_tests(tests, make_signer, free_signer);
}
