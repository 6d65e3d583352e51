#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/uplink/credentials.h"

enum { DAYS = 400 };

/* A certificate authority as small as can be, and an agent's empty state folder. */
struct world {
	char folder[64];
	EVP_PKEY *ca_key;
	X509 *ca;
};

static X509 *
certificate(EVP_PKEY *key, const char *name, EVP_PKEY *issuer_key, X509 *issuer)
{
	X509 *made = X509_new();
	X509_NAME *subject = X509_get_subject_name(made);

	assert_int_equal(X509_set_version(made, X509_VERSION_3), 1);
	assert_int_equal(ASN1_INTEGER_set(X509_get_serialNumber(made), 7), 1);
	assert_non_null(X509_gmtime_adj(X509_getm_notBefore(made), 0));
	assert_non_null(X509_gmtime_adj(X509_getm_notAfter(made), DAYS * 86400L));
	assert_int_equal(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
			     (const unsigned char *)name, -1, -1, 0),
	    1);
	assert_int_equal(
	    X509_set_issuer_name(made, issuer ? X509_get_subject_name(issuer) : subject), 1);
	assert_int_equal(X509_set_pubkey(made, key), 1);
	if (!issuer) { /* an authority says that it is one */
		X509_EXTENSION *is_ca =
		    X509V3_EXT_conf_nid(NULL, NULL, NID_basic_constraints, "critical,CA:TRUE");

		assert_int_equal(X509_add_ext(made, is_ca, -1), 1);
		X509_EXTENSION_free(is_ca);
	}
	assert_true(X509_sign(made, issuer_key, EVP_sha256()) > 0);
	return made;
}

/* The PEM of a certificate; the caller frees. */
static char *
pem(X509 *of)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *data, *text;
	long len;

	assert_int_equal(PEM_write_bio_X509(bio, of), 1);
	len = BIO_get_mem_data(bio, &data);
	text = strndup(data, (size_t)len);
	(void)BIO_free(bio);
	return text;
}

static int
make_world(void **state)
{
	struct world *world = calloc(1, sizeof(*world));

	(void)snprintf(world->folder, sizeof(world->folder), "/tmp/parta-credentials-XXXXXX");
	assert_non_null(mkdtemp(world->folder));
	world->ca_key = EVP_EC_gen("P-256");
	world->ca = certificate(world->ca_key, "authority", world->ca_key, NULL);
	*state = world;
	return 0;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
	(void)st;
	(void)type;
	(void)where;
	return remove(path);
}

static int
free_world(void **state)
{
	struct world *world = *state;

	assert_int_equal(nftw(world->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
	X509_free(world->ca);
	EVP_PKEY_free(world->ca_key);
	free(world);
	return 0;
}

/* The certificate that this authority gives for what the agent asks. */
static char *
granted(const struct world *world, bool fresh, EVP_PKEY *ca_key, X509 *ca)
{
	struct bytes der = bytes_new(4096);
	const unsigned char *at;
	X509_REQ *request;
	EVP_PKEY *key;
	X509 *made;
	char *text;

	assert_int_equal(credentials_request(world->folder, "school-host", fresh, &der), 0);
	at = der.data;
	request = d2i_X509_REQ(NULL, &at, (long)der.len);
	assert_non_null(request);
	key = X509_REQ_get0_pubkey(request);
	assert_int_equal(X509_REQ_verify(request, key), 1);
	assert_int_equal(EVP_PKEY_get_bits(key), 256);
	made = certificate(key, "agent", ca_key, ca);
	text = pem(made);
	X509_free(made);
	X509_REQ_free(request);
	bytes_clear(&der);
	return text;
}

static const uint8_t agent_id[16] = {0x12, 0x34};
static const uint8_t policy_key[32] = {5, 6, 7};

static int
store(const struct world *world, const char *certificate_pem, X509 *authority, bool fresh)
{
	char words[CREDENTIALS_WORDS_SIZE] = "";
	char *authority_pem = pem(authority);
	const struct credentials_grant grant = {.agent_id = agent_id,
	    .certificate = certificate_pem,
	    .authority = authority_pem,
	    .policy_key = policy_key,
	    .school_code = "s-1",
	    .school_name = "Школа № 1",
	    .collector_url = "https://c.example:8443"};
	int r = credentials_store(world->folder, &grant, fresh, words);

	if (r < 0)
		assert_true(strlen(words) > 10);
	free(authority_pem);
	return r;
}

static void
enrol(const struct world *world)
{
	char *certificate_pem = granted(world, true, world->ca_key, world->ca);

	assert_int_equal(store(world, certificate_pem, world->ca, true), 0);
	free(certificate_pem);
}

static int
load(const struct world *world, struct credentials *ret)
{
	char words[CREDENTIALS_WORDS_SIZE] = "";

	return credentials_load(world->folder, ret, words);
}

static void
nobody_is_enrolled_in_an_empty_folder(void **state)
{
	struct credentials credentials;

	assert_int_equal(load(*state, &credentials), -ENOENT);
}

static void
what_was_granted_is_loaded_again(void **state)
{
	const struct world *world = *state;
	struct credentials credentials;
	struct stat st;

	enrol(world);
	assert_int_equal(load(world, &credentials), 0);
	assert_memory_equal(credentials.agent_id, agent_id, 16);
	assert_memory_equal(credentials.policy_key, policy_key, 32);
	assert_string_equal(credentials.school_code, "s-1");
	assert_string_equal(credentials.school_name, "Школа № 1");
	assert_string_equal(credentials.collector_url, "https://c.example:8443");
	assert_int_equal((credentials.ends_ms - credentials.issued_ms) / 86400000, DAYS);
	assert_int_equal(stat(credentials.key_file, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void
a_certificate_over_another_key_is_refused(void **state)
{
	const struct world *world = *state;
	EVP_PKEY *other_key = EVP_EC_gen("P-256");
	X509 *other = certificate(other_key, "agent", world->ca_key, world->ca);
	struct credentials credentials;
	char *good = granted(world, true, world->ca_key, world->ca), *bad = pem(other);

	assert_int_equal(store(world, bad, world->ca, true), -EBADMSG);
	assert_int_equal(load(world, &credentials), -ENOENT);
	assert_int_equal(store(world, good, world->ca, true), 0);
	free(good);
	free(bad);
	X509_free(other);
	EVP_PKEY_free(other_key);
}

/* The answer was lost: who asks again asks with the same key, and the first answer still fits.
 */
static void
an_enrolment_tried_again_keeps_its_key(void **state)
{
	const struct world *world = *state;
	struct credentials credentials;
	char *first = granted(world, true, world->ca_key, world->ca);
	char *second = granted(world, true, world->ca_key, world->ca);

	assert_int_equal(store(world, first, world->ca, true), 0);
	assert_int_equal(load(world, &credentials), 0);
	free(first);
	free(second);
}

static void
a_certificate_by_another_authority_is_refused(void **state)
{
	const struct world *world = *state;
	EVP_PKEY *other_key = EVP_EC_gen("P-256");
	X509 *other = certificate(other_key, "authority", other_key, NULL);
	char *certificate_pem = granted(world, true, other_key, other);
	struct credentials credentials;

	assert_int_equal(store(world, certificate_pem, world->ca, true), -EBADMSG);
	assert_int_equal(load(world, &credentials), -ENOENT);
	free(certificate_pem);
	X509_free(other);
	EVP_PKEY_free(other_key);
}

static void
a_renewal_keeps_the_key_and_takes_only_the_known_authority(void **state)
{
	const struct world *world = *state;
	struct credentials credentials;
	EVP_PKEY *other_key = EVP_EC_gen("P-256");
	X509 *other = certificate(other_key, "authority", other_key, NULL);
	X509 *renewed = certificate(world->ca_key, "authority", world->ca_key, NULL);
	char *good, *bad;

	enrol(world);
	bad = granted(world, false, other_key, other);
	assert_int_equal(store(world, bad, other, false), -EBADMSG);
	assert_int_equal(load(world, &credentials), 0);
	good = granted(world, false, world->ca_key, world->ca);
	assert_int_equal(store(world, good, renewed, false), 0);
	assert_int_equal(load(world, &credentials), 0);
	assert_memory_equal(credentials.agent_id, agent_id, 16);
	free(good);
	free(bad);
	X509_free(renewed);
	X509_free(other);
	EVP_PKEY_free(other_key);
}

static void
a_ruined_file_is_named(void **state)
{
	static const char *const names[] = {
	    "agent.id", "agent.key", "agent.crt", "policy.pub", "school", "collector"};
	const struct world *world = *state;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char words[CREDENTIALS_WORDS_SIZE] = "";
		struct credentials credentials;
		char path[160];
		int fd;

		enrol(world);
		(void)snprintf(path, sizeof(path), "%s/%s", world->folder, names[i]);
		fd = open(path, O_WRONLY | O_TRUNC);
		assert_int_equal(write(fd, "rubbish", 7), 7);
		assert_int_equal(close(fd), 0);
		assert_int_equal(
		    credentials_load(world->folder, &credentials, words), -EBADMSG);
		assert_non_null(strstr(words, names[i]));
	}
}

static void
a_fingerprint_is_over_the_der(void **state)
{
	const struct world *world = *state;
	uint8_t seen[32], expected[32];
	char *text = pem(world->ca);

	assert_int_equal(X509_digest(world->ca, EVP_sha256(), expected, NULL), 1);
	assert_int_equal(credentials_fingerprint(text, seen), 0);
	assert_memory_equal(seen, expected, 32);
	assert_int_equal(credentials_fingerprint("no certificate", seen), -EBADMSG);
	free(text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_world, free_world)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(nobody_is_enrolled_in_an_empty_folder),
	    TEST(what_was_granted_is_loaded_again),
	    TEST(a_certificate_over_another_key_is_refused),
	    TEST(an_enrolment_tried_again_keeps_its_key),
	    TEST(a_certificate_by_another_authority_is_refused),
	    TEST(a_renewal_keeps_the_key_and_takes_only_the_known_authority),
	    TEST(a_ruined_file_is_named),
	    TEST(a_fingerprint_is_over_the_der),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
