#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "collector/ingest/authority.h"

extern char **environ;

enum { DER_MAX = 8192 };
static const int64_t now_ms = 1795000000000;
static const int64_t day_ms = 86400000;
static const uint8_t agent_id[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

struct place {
	char dir[64];
	struct authority *authority;
};

/* Runs a program to its end, quietly; its exit status. */
static int
run(const char *const argv[])
{
	posix_spawn_file_actions_t actions;
	pid_t pid;
	int status;

	assert_int_equal(posix_spawn_file_actions_init(&actions), 0);
	(void)posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	(void)posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
	assert_int_equal(posix_spawnp(&pid, argv[0], &actions, NULL,
			     (char *const *)(uintptr_t)argv, environ),
	    0);
	(void)posix_spawn_file_actions_destroy(&actions);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static const char *
path_of(const struct place *place, const char *name)
{
	static char paths[4][PATH_MAX];
	static unsigned next;
	char *path = paths[next++ % 4];

	(void)snprintf(path, PATH_MAX, "%s/%s", place->dir, name);
	return path;
}

static size_t
read_file(const char *path, uint8_t *ret, size_t size)
{
	FILE *file = fopen(path, "rb");
	size_t len;

	assert_non_null(file);
	len = fread(ret, 1, size, file);
	(void)fclose(file);
	return len;
}

static void
write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
	(void)fclose(file);
}

/* A request as an agent with OpenSSL makes it. */
static size_t
request_make(
    const struct place *place, const char *algorithm, const char *option, uint8_t ret[DER_MAX])
{
	const char *argv[] = {"openssl", "req", "-new", "-newkey", algorithm, "-pkeyopt",
	    option, "-nodes", "-keyout", path_of(place, "agent.key"), "-subj", "/CN=whoever",
	    "-outform", "DER", "-out", path_of(place, "agent.csr"), NULL};

	assert_int_equal(run(argv), 0);
	return read_file(path_of(place, "agent.csr"), ret, DER_MAX);
}

static size_t
request_p256(const struct place *place, uint8_t ret[DER_MAX])
{
	return request_make(place, "ec", "ec_paramgen_curve:prime256v1", ret);
}

static size_t
der_of(const struct place *place, const char *pem, uint8_t ret[DER_MAX])
{
	const char *argv[] = {"openssl", "x509", "-in", path_of(place, "some.crt"), "-outform",
	    "DER", "-out", path_of(place, "some.der"), NULL};

	write_file(path_of(place, "some.crt"), pem);
	assert_int_equal(run(argv), 0);
	return read_file(path_of(place, "some.der"), ret, DER_MAX);
}

static int
setup(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	if (!place)
		return -1;
	(void)snprintf(place->dir, sizeof(place->dir), "/tmp/authority.XXXXXX");
	if (!mkdtemp(place->dir) || authority_create(place->dir, now_ms) < 0 ||
	    authority_open(place->dir, &place->authority) < 0)
		return -1;
	*state = place;
	return 0;
}

static int
teardown(void **state)
{
	struct place *place = *state;
	const char *argv[] = {"rm", "-r", place->dir, NULL};

	authority_close(place->authority);
	(void)run(argv);
	free(place);
	return 0;
}

static void
every_file_is_for_its_owner_only(void **state)
{
	static const char *const names[] = {
	    "ca/ca.key", "ca/ca.crt", "ca/policy.key", "ca/server.key", "ca/server.crt"};
	static const char *const server[] = {"collector.example"};
	struct place *place = *state;
	char *chain, *key;
	bool fresh;
	struct stat st;

	assert_int_equal(
	    authority_server(place->authority, server, 1, now_ms, false, &chain, &key, &fresh),
	    0);
	free(chain);
	free(key);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_int_equal(stat(path_of(place, names[i]), &st), 0);
		assert_int_equal(st.st_mode & 0777, 0600);
	}
	assert_int_equal(stat(path_of(place, "ca"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
}

static void
making_it_again_changes_nothing(void **state)
{
	struct place *place = *state;
	struct authority *again;

	assert_int_equal(authority_create(place->dir, now_ms + day_ms), 0);
	assert_int_equal(authority_open(place->dir, &again), 0);
	assert_memory_equal(
	    authority_facts(again)->sha256, authority_facts(place->authority)->sha256, 32);
	assert_memory_equal(authority_facts(again)->policy_key,
	    authority_facts(place->authority)->policy_key, 32);
	authority_close(again);
}

static void
a_place_without_an_authority_says_so(void **state)
{
	struct authority *none = NULL;

	(void)state;
	assert_int_equal(authority_open("/proc/self", &none), -ENOENT);
	assert_null(none);
}

static void
a_ruined_file_is_told_from_a_missing_one(void **state)
{
	struct place *place = *state;
	struct authority *none = NULL;

	write_file(path_of(place, "ca/ca.key"), "-----BEGIN PRIVATE KEY-----\nAAAA\n");
	assert_int_equal(authority_open(place->dir, &none), -EBADMSG);
	assert_int_equal(authority_create(place->dir, now_ms), -EBADMSG);
	assert_null(none);
}

static int
openssl_verify(const struct place *place, const char *purpose, int64_t at_ms, const char *leaf)
{
	char seconds[32];
	const char *argv[] = {"openssl", "verify", "-x509_strict", "-attime", seconds,
	    "-purpose", purpose, "-CAfile", path_of(place, "ca/ca.crt"), leaf, NULL};

	(void)snprintf(seconds, sizeof(seconds), "%lld", (long long)(at_ms / 1000));
	return run(argv);
}

static void
an_issued_certificate_is_good_for_openssl_until_its_end(void **state)
{
	struct place *place = *state;
	uint8_t request[DER_MAX];
	size_t len = request_p256(place, request);
	char *pem;
	int64_t ends_ms;

	assert_int_equal(
	    authority_issue(place->authority, request, len, agent_id, now_ms, &pem, &ends_ms),
	    0);
	write_file(path_of(place, "agent.crt"), pem);
	free(pem);
	assert_int_equal(ends_ms, now_ms / 1000 * 1000 + AUTHORITY_AGENT_DAYS * day_ms);
	assert_int_equal(
	    openssl_verify(place, "sslclient", now_ms, path_of(place, "agent.crt")), 0);
	assert_int_equal(
	    openssl_verify(place, "sslclient", ends_ms - 1000, path_of(place, "agent.crt")), 0);
	assert_int_not_equal(
	    openssl_verify(place, "sslclient", ends_ms + 1000, path_of(place, "agent.crt")), 0);
	assert_int_not_equal(
	    openssl_verify(place, "sslserver", now_ms, path_of(place, "agent.crt")), 0);
}

static void
an_issued_certificate_is_recognised_by_its_key(void **state)
{
	struct place *place = *state;
	struct http_certificate seen = {0};
	uint8_t request[DER_MAX], der[DER_MAX], key[32];
	size_t len = request_p256(place, request);
	char *pem;
	int64_t ends_ms;

	assert_int_equal(authority_request_key(request, len, key), 0);
	assert_int_equal(
	    authority_issue(place->authority, request, len, agent_id, now_ms, &pem, &ends_ms),
	    0);
	len = der_of(place, pem, der);
	free(pem);
	authority_judge(place->authority, der, len, &seen);
	assert_true(seen.present);
	assert_true(seen.trusted);
	assert_int_equal(seen.ends_ms, ends_ms);
	assert_memory_equal(seen.key_sha256, key, 32);
}

static void
a_changed_certificate_is_not_trusted(void **state)
{
	struct place *place = *state;
	struct http_certificate seen;
	uint8_t request[DER_MAX], der[DER_MAX];
	size_t len = request_p256(place, request);
	char *pem;
	int64_t ends_ms;

	assert_int_equal(
	    authority_issue(place->authority, request, len, agent_id, now_ms, &pem, &ends_ms),
	    0);
	len = der_of(place, pem, der);
	free(pem);
	for (size_t i = 0; i < len; i += 3) {
		memset(&seen, 0, sizeof(seen));
		der[i] ^= 0x10;
		authority_judge(place->authority, der, len, &seen);
		assert_false(seen.trusted);
		der[i] ^= 0x10;
	}
	for (size_t cut = 0; cut < len; cut += 7) {
		memset(&seen, 0, sizeof(seen));
		authority_judge(place->authority, der, cut, &seen);
		assert_false(seen.trusted);
	}
}

static void
a_certificate_of_another_authority_or_for_servers_is_not_trusted(void **state)
{
	static const char *const names[] = {"collector.example"};
	struct place *place = *state;
	struct http_certificate seen = {0};
	void *foreign_state;
	struct place *foreign;
	uint8_t request[DER_MAX], der[DER_MAX];
	size_t len = request_p256(place, request);
	char *pem, *key;
	int64_t ends_ms;
	bool fresh;

	assert_int_equal(setup(&foreign_state), 0);
	foreign = foreign_state;
	assert_int_equal(
	    authority_issue(foreign->authority, request, len, agent_id, now_ms, &pem, &ends_ms),
	    0);
	len = der_of(place, pem, der);
	free(pem);
	authority_judge(place->authority, der, len, &seen);
	assert_true(seen.present);
	assert_false(seen.trusted);
	(void)teardown(&foreign_state);

	assert_int_equal(
	    authority_server(place->authority, names, 1, now_ms, false, &pem, &key, &fresh), 0);
	len = der_of(place, pem, der);
	free(pem);
	free(key);
	authority_judge(place->authority, der, len, &seen);
	assert_false(seen.trusted);
}

static void
other_keys_than_p256_are_not_certified(void **state)
{
	struct place *place = *state;
	uint8_t request[DER_MAX], key[32];
	char *pem = NULL;
	int64_t ends_ms;
	size_t len = request_make(place, "rsa", "rsa_keygen_bits:2048", request);

	assert_int_equal(authority_request_key(request, len, key), -EPROTONOSUPPORT);
	assert_int_equal(
	    authority_issue(place->authority, request, len, agent_id, now_ms, &pem, &ends_ms),
	    -EPROTONOSUPPORT);
	len = request_make(place, "ec", "ec_paramgen_curve:secp384r1", request);
	assert_int_equal(authority_request_key(request, len, key), -EPROTONOSUPPORT);
	assert_null(pem);
}

static void
a_request_signed_by_another_key_is_refused(void **state)
{
	struct place *place = *state;
	uint8_t request[DER_MAX], key[32];
	size_t len = request_p256(place, request);

	request[len - 1] ^= 1; /* the end of the signature's s */
	assert_int_equal(authority_request_key(request, len, key), -EKEYREJECTED);
	request[len - 1] ^= 1;
	for (size_t cut = 0; cut < len; cut++)
		assert_true(authority_request_key(request, cut, key) < 0);
	assert_int_equal(
	    authority_request_key(request, AUTHORITY_REQUEST_BYTES_MAX + 1, key), -EBADMSG);
}

static void
a_policy_is_signed_so_that_openssl_agrees(void **state)
{
	static const char words[] = "what an agent shall do";
	struct place *place = *state;
	uint8_t signature[64];
	FILE *file;

	assert_int_equal(authority_sign(place->authority, (const uint8_t *)words,
			     sizeof(words) - 1, signature),
	    0);
	write_file(path_of(place, "words"), words);
	file = fopen(path_of(place, "signature"), "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(signature, 1, 64, file), 64);
	(void)fclose(file);
	{
		const char *argv[] = {"openssl", "pkeyutl", "-verify", "-rawin", "-inkey",
		    path_of(place, "ca/policy.key"), "-in", path_of(place, "words"), "-sigfile",
		    path_of(place, "signature"), NULL};

		assert_int_equal(run(argv), 0);
	}
}

static void
the_listeners_chain_is_good_for_openssl_and_ends_with_the_authority(void **state)
{
	static const char *const names[] = {"collector.example", "10.0.0.1", "fd00::1"};
	struct place *place = *state;
	char *chain, *key;
	bool fresh = false;

	assert_int_equal(
	    authority_server(place->authority, names, 3, now_ms, false, &chain, &key, &fresh),
	    0);
	assert_true(fresh);
	assert_non_null(strstr(chain, authority_facts(place->authority)->pem));
	write_file(path_of(place, "chain.crt"), chain);
	assert_int_equal(
	    openssl_verify(place, "sslserver", now_ms, path_of(place, "chain.crt")), 0);
	for (size_t i = 0; i < 3; i++) {
		const char *argv[] = {"openssl", "verify", "-no_check_time", "-CAfile",
		    path_of(place, "ca/ca.crt"), i == 0 ? "-verify_hostname" : "-verify_ip",
		    names[i], path_of(place, "chain.crt"), NULL};

		assert_int_equal(run(argv), 0);
	}
	free(chain);
	free(key);
}

/* Whether the listeners' certificate is made anew for these names at this time. */
static bool
made_anew(struct place *place, const char *const names[], size_t count, int64_t at_ms)
{
	char *chain, *key;
	bool fresh;

	assert_int_equal(authority_server(place->authority, names, count, at_ms, false, &chain,
			     &key, &fresh),
	    0);
	free(chain);
	free(key);
	return fresh;
}

static void
the_listeners_certificate_is_made_again_when_names_or_time_ask(void **state)
{
	static const char *const names[] = {"a.example", "10.0.0.1", "b.example"};
	struct place *place = *state;

	assert_true(made_anew(place, names, 2, now_ms));
	assert_false(made_anew(place, names, 2, now_ms));
	assert_false(made_anew(place, names, 2, now_ms + 200 * day_ms));
	assert_true(made_anew(place, names, 2, now_ms + 270 * day_ms));
	assert_true(made_anew(place, names, 3, now_ms + 271 * day_ms));
	assert_true(made_anew(place, names, 2, now_ms + 271 * day_ms));
	assert_true(made_anew(place, names + 1, 1, now_ms + 271 * day_ms));
	write_file(path_of(place, "ca/server.key"), "nothing");
	assert_true(made_anew(place, names + 1, 1, now_ms + 271 * day_ms));
}

static void
certificates_given_before_a_renewal_stay_good(void **state)
{
	struct place *place = *state;
	struct http_certificate seen = {0};
	struct authority *renewed;
	uint8_t request[DER_MAX], der[DER_MAX];
	size_t len = request_p256(place, request);
	char *pem;
	int64_t ends_ms;

	assert_int_equal(
	    authority_issue(place->authority, request, len, agent_id, now_ms, &pem, &ends_ms),
	    0);
	assert_int_equal(authority_renew(place->dir, now_ms + 3000 * day_ms), 0);
	assert_int_equal(authority_open(place->dir, &renewed), 0);
	assert_true(
	    authority_facts(renewed)->ends_ms > authority_facts(place->authority)->ends_ms);
	assert_memory_not_equal(
	    authority_facts(renewed)->sha256, authority_facts(place->authority)->sha256, 32);
	len = der_of(place, pem, der);
	authority_judge(renewed, der, len, &seen);
	assert_true(seen.trusted);
	free(pem);
	authority_close(renewed);
}

static void
a_renewed_certificate_is_taken_while_it_runs(void **state)
{
	struct place *place = *state;
	const struct authority_facts *before = authority_facts(place->authority);
	struct http_certificate seen = {0};
	uint8_t request[DER_MAX], der[DER_MAX], was[32];
	size_t len = request_p256(place, request);
	char *old, *fresh;
	int64_t ends_ms;

	memcpy(was, before->sha256, sizeof(was));
	assert_int_equal(
	    authority_issue(place->authority, request, len, agent_id, now_ms, &old, &ends_ms),
	    0);
	assert_int_equal(authority_reload(place->authority), 0);
	assert_int_equal(authority_renew(place->dir, now_ms + 3000 * day_ms), 0);
	assert_int_equal(authority_reload(place->authority), 1);
	assert_int_equal(authority_reload(place->authority), 0);
	assert_memory_not_equal(authority_facts(place->authority)->sha256, was, 32);
	assert_memory_equal(before->sha256, was, 32);
	assert_int_equal(
	    authority_issue(place->authority, request, len, agent_id, now_ms, &fresh, &ends_ms),
	    0);
	authority_judge(place->authority, der, der_of(place, old, der), &seen);
	assert_true(seen.trusted);
	seen.trusted = false;
	authority_judge(place->authority, der, der_of(place, fresh, der), &seen);
	assert_true(seen.trusted);
	free(old);
	free(fresh);
}

static void
a_certificate_that_is_ruined_or_of_another_key_is_not_taken(void **state)
{
	struct place *place = *state;
	uint8_t was[32];

	memcpy(was, authority_facts(place->authority)->sha256, sizeof(was));
	write_file(path_of(place, "ca/ca.crt"), "nothing");
	assert_int_equal(authority_reload(place->authority), -EBADMSG);
	assert_int_equal(unlink(path_of(place, "ca/ca.crt")), 0);
	assert_int_equal(authority_reload(place->authority), -ENOENT);
	assert_int_equal(unlink(path_of(place, "ca/ca.key")), 0);
	assert_int_equal(authority_create(place->dir, now_ms), 0);
	assert_int_equal(authority_reload(place->authority), -EKEYREJECTED);
	assert_memory_equal(authority_facts(place->authority)->sha256, was, 32);
}

#define WITH_AUTHORITY(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_AUTHORITY(every_file_is_for_its_owner_only),
	    WITH_AUTHORITY(making_it_again_changes_nothing),
	    cmocka_unit_test(a_place_without_an_authority_says_so),
	    WITH_AUTHORITY(a_ruined_file_is_told_from_a_missing_one),
	    WITH_AUTHORITY(an_issued_certificate_is_good_for_openssl_until_its_end),
	    WITH_AUTHORITY(an_issued_certificate_is_recognised_by_its_key),
	    WITH_AUTHORITY(a_changed_certificate_is_not_trusted),
	    WITH_AUTHORITY(a_certificate_of_another_authority_or_for_servers_is_not_trusted),
	    WITH_AUTHORITY(other_keys_than_p256_are_not_certified),
	    WITH_AUTHORITY(a_request_signed_by_another_key_is_refused),
	    WITH_AUTHORITY(a_policy_is_signed_so_that_openssl_agrees),
	    WITH_AUTHORITY(the_listeners_chain_is_good_for_openssl_and_ends_with_the_authority),
	    WITH_AUTHORITY(the_listeners_certificate_is_made_again_when_names_or_time_ask),
	    WITH_AUTHORITY(certificates_given_before_a_renewal_stay_good),
	    WITH_AUTHORITY(a_renewed_certificate_is_taken_while_it_runs),
	    WITH_AUTHORITY(a_certificate_that_is_ruined_or_of_another_key_is_not_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
