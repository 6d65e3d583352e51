/*
 * The agent's key, certificate and what came with them, as files: see
 * credentials.h. P-256 keys (FIPS 186-4), PKCS #10 requests (RFC 2986) and X.509
 * (RFC 5280) by OpenSSL 3. A certificate's dates are read, not judged: whether
 * one has ended is for the collector to say, since our clock may be wrong. The
 * key is kept through renewals: a new certificate is then one file, and one file
 * can be replaced whole.
 */
#include "agent/uplink/credentials.h"

#include <errno.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/file.h"
#include "common/text.h"

enum { FILE_BYTES_MAX = 64 * 1024 };

static void
pkey_free_at(EVP_PKEY **key)
{
	EVP_PKEY_free(*key);
}

static void
x509_free_at(X509 **certificate)
{
	X509_free(*certificate);
}

static void
bio_free_at(BIO **bio)
{
	(void)BIO_free_all(*bio);
}

static void
req_free_at(X509_REQ **request)
{
	X509_REQ_free(*request);
}

static int
say(char words[static CREDENTIALS_WORDS_SIZE], int r, const char *what)
{
	(void)snprintf(words, CREDENTIALS_WORDS_SIZE, "%s", what);
	return r;
}

static int
read_state(const char *state_dir, const char *name, struct bytes *ret)
{
	char path[CREDENTIALS_PATH_SIZE];
	int r = file_path(path, sizeof(path), state_dir, name);

	*ret = bytes_new(FILE_BYTES_MAX);
	return r < 0 ? r : file_read(path, ret);
}

static int
write_state(const char *state_dir, const char *name, const void *data, size_t len, mode_t mode)
{
	char path[CREDENTIALS_PATH_SIZE];
	int r = file_path(path, sizeof(path), state_dir, name);

	return r < 0 ? r : file_write(path, data, len, mode);
}

static X509 *
certificate_of(const char *pem)
{
	CLEANUP(bio_free_at) BIO *bio = BIO_new_mem_buf(pem, -1);

	return bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
}

/* The private key in a file of the state folder, or NULL. */
static EVP_PKEY *
key_of(const char *state_dir, const char *name)
{
	struct bytes pem;
	int r = read_state(state_dir, name, &pem);
	BIO *bio = r == 0 ? BIO_new_mem_buf(pem.data, (int)pem.len) : NULL;
	EVP_PKEY *key = bio ? PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL) : NULL;

	(void)BIO_free_all(bio);
	bytes_clear(&pem);
	return key;
}

static int64_t
time_ms(const ASN1_TIME *time)
{
	struct tm tm;

	return time && ASN1_TIME_to_tm(time, &tm) == 1 ? (int64_t)timegm(&tm) * 1000 : 0;
}

/* The lines of a small text file, without their ends; -EBADMSG when there are fewer. */
static int
read_lines(const char *state_dir, const char *name, char *const lines[], const size_t sizes[],
    size_t count)
{
	struct bytes text;
	int r = read_state(state_dir, name, &text);
	char *at = (char *)text.data;

	for (size_t i = 0; r == 0 && i < count; i++) {
		char *end = at ? strchr(at, '\n') : NULL;

		if (!end) {
			r = -EBADMSG;
			break;
		}
		*end = '\0';
		(void)text_copy(lines[i], sizes[i], at);
		at = end + 1;
	}
	bytes_clear(&text);
	return r;
}

static int
load_texts(
    const char *state_dir, struct credentials *to, char words[static CREDENTIALS_WORDS_SIZE])
{
	char uuid[40];
	char *const id[] = {uuid}, *const url[] = {to->collector_url};
	char *const school[] = {to->school_code, to->school_name};
	const size_t school_sizes[] = {sizeof(to->school_code), sizeof(to->school_name)};
	const size_t id_size[] = {sizeof(uuid)}, url_size[] = {sizeof(to->collector_url)};
	int r = read_lines(state_dir, "agent.id", id, id_size, 1);

	if (r < 0)
		return say(words, r,
		    r == -ENOENT ? "this agent is not enrolled" : "could not read 'agent.id'");
	if (text_uuid_parse(uuid, to->agent_id) < 0)
		return say(words, -EBADMSG, "'agent.id' does not hold a UUID");
	if (read_lines(state_dir, "school", school, school_sizes, 2) < 0)
		return say(words, -EBADMSG, "could not read 'school'");
	if (read_lines(state_dir, "collector", url, url_size, 1) < 0)
		return say(words, -EBADMSG, "could not read 'collector'");
	return 0;
}

static int
load_policy_key(const char *state_dir, uint8_t ret[static 32])
{
	size_t len = 32;
	struct bytes pem;
	int r = read_state(state_dir, "policy.pub", &pem);
	BIO *bio = r == 0 ? BIO_new_mem_buf(pem.data, (int)pem.len) : NULL;
	CLEANUP(pkey_free_at)
	EVP_PKEY *key = bio ? PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL) : NULL;

	(void)BIO_free_all(bio);
	bytes_clear(&pem);
	if (!key || EVP_PKEY_get_id(key) != EVP_PKEY_ED25519 ||
	    EVP_PKEY_get_raw_public_key(key, ret, &len) != 1 || len != 32)
		return -EBADMSG;
	return 0;
}

static int
load_certificate(
    const char *state_dir, struct credentials *to, char words[static CREDENTIALS_WORDS_SIZE])
{
	CLEANUP(pkey_free_at) EVP_PKEY *key = key_of(state_dir, "agent.key");
	CLEANUP(x509_free_at) X509 *certificate = NULL;
	struct bytes pem;

	if (!key)
		return say(words, -EBADMSG, "could not read the private key 'agent.key'");
	if (read_state(state_dir, "agent.crt", &pem) == 0)
		certificate = certificate_of((const char *)pem.data);
	bytes_clear(&pem);
	if (!certificate)
		return say(words, -EBADMSG, "could not read the certificate 'agent.crt'");
	if (EVP_PKEY_eq(X509_get0_pubkey(certificate), key) != 1)
		return say(words, -EBADMSG, "'agent.crt' is not over the key 'agent.key'");
	to->issued_ms = time_ms(X509_get0_notBefore(certificate));
	to->ends_ms = time_ms(X509_get0_notAfter(certificate));
	return 0;
}

int
credentials_load(
    const char *state_dir, struct credentials *ret, char words[static CREDENTIALS_WORDS_SIZE])
{
	struct credentials loaded = {0};
	int r = load_texts(state_dir, &loaded, words);

	if (r < 0)
		return r;
	if (load_policy_key(state_dir, loaded.policy_key) < 0)
		return say(words, -EBADMSG, "could not read the Ed25519 key 'policy.pub'");
	r = load_certificate(state_dir, &loaded, words);
	if (r < 0)
		return r;
	if (file_path(loaded.key_file, sizeof(loaded.key_file), state_dir, "agent.key") < 0 ||
	    file_path(loaded.cert_file, sizeof(loaded.cert_file), state_dir, "agent.crt") < 0 ||
	    file_path(loaded.ca_file, sizeof(loaded.ca_file), state_dir, "ca.crt") < 0)
		return say(words, -ENAMETOOLONG, "the state folder's name is too long");
	if (access(loaded.ca_file, R_OK) < 0)
		return say(words, -EBADMSG, "could not read the authority 'ca.crt'");
	*ret = loaded;
	return 0;
}

/* A new key, or the one of an enrolment whose answer was lost: the collector knows a token and
 * key that come again. */
static EVP_PKEY *
key_wanted(const char *state_dir)
{
	EVP_PKEY *waiting = key_of(state_dir, "agent.key.wanted");
	CLEANUP(pkey_free_at) EVP_PKEY *key = waiting ? NULL : EVP_EC_gen("P-256");
	CLEANUP(bio_free_at) BIO *bio = BIO_new(BIO_s_mem());
	char *pem;
	long len;

	if (waiting)
		return waiting;
	if (!key || !bio || PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) != 1)
		return NULL;
	len = BIO_get_mem_data(bio, &pem);
	if (len <= 0 || write_state(state_dir, "agent.key.wanted", pem, (size_t)len, 0600) < 0)
		return NULL;
	return TAKE(key, NULL);
}

int
credentials_request(const char *state_dir, const char *host_name, bool fresh, struct bytes *ret)
{
	CLEANUP(pkey_free_at)
	EVP_PKEY *key = fresh ? key_wanted(state_dir) : key_of(state_dir, "agent.key");
	CLEANUP(req_free_at) X509_REQ *request = X509_REQ_new();
	X509_NAME *subject = request ? X509_REQ_get_subject_name(request) : NULL;
	unsigned char *der = NULL;
	char name[64];
	int len, r;

	if (!key || !request)
		return errno ? -errno : -EIO;
	(void)text_copy(name, sizeof(name), host_name);
	if (X509_REQ_set_version(request, X509_REQ_VERSION_1) != 1 ||
	    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
		(const unsigned char *)(*name ? name : "parta-agent"), -1, -1, 0) != 1 ||
	    X509_REQ_set_pubkey(request, key) != 1 ||
	    X509_REQ_sign(request, key, EVP_sha256()) <= 0)
		return -EIO;
	len = i2d_X509_REQ(request, &der);
	if (len <= 0)
		return -EIO;
	r = bytes_add(ret, der, (size_t)len);
	OPENSSL_free(der);
	return r;
}

/* The certificate is signed by the authority; dates are not looked at. */
static bool
issued_by(X509 *certificate, X509 *authority)
{
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *context = X509_STORE_CTX_new();
	bool issued = false;

	if (store && context && X509_STORE_add_cert(store, authority) == 1 &&
	    X509_STORE_CTX_init(context, store, certificate, NULL) == 1) {
		X509_STORE_CTX_set_flags(context, X509_V_FLAG_NO_CHECK_TIME);
		issued = X509_verify_cert(context) == 1;
	}
	X509_STORE_CTX_free(context);
	X509_STORE_free(store);
	return issued;
}

/* A renewal may bring a renewed authority, but only one over the key we already trust. */
static bool
same_authority(const char *state_dir, X509 *authority)
{
	CLEANUP(x509_free_at) X509 *trusted = NULL;
	struct bytes pem;

	if (read_state(state_dir, "ca.crt", &pem) == 0)
		trusted = certificate_of((const char *)pem.data);
	bytes_clear(&pem);
	return trusted &&
	       EVP_PKEY_eq(X509_get0_pubkey(trusted), X509_get0_pubkey(authority)) == 1;
}

static int
grant_check(const char *state_dir, const struct credentials_grant *grant, bool fresh,
    char words[static CREDENTIALS_WORDS_SIZE])
{
	CLEANUP(pkey_free_at)
	EVP_PKEY *key = key_of(state_dir, fresh ? "agent.key.wanted" : "agent.key");
	CLEANUP(x509_free_at) X509 *certificate = certificate_of(grant->certificate);
	CLEANUP(x509_free_at) X509 *authority = certificate_of(grant->authority);

	if (!key)
		return say(words, -EBADMSG, "could not read the own private key");
	if (!certificate)
		return say(words, -EBADMSG, "the collector's answer holds no certificate");
	if (!authority)
		return say(words, -EBADMSG, "the collector's answer holds no authority");
	if (EVP_PKEY_eq(X509_get0_pubkey(certificate), key) != 1)
		return say(words, -EBADMSG, "the collector's certificate is over another key");
	if (!issued_by(certificate, authority))
		return say(
		    words, -EBADMSG, "the collector's certificate is not by its authority");
	if (!fresh && !same_authority(state_dir, authority))
		return say(words, -EBADMSG,
		    "the collector's authority is not the one of the enrolment");
	if (strncmp(grant->collector_url, "https://", 8) != 0 ||
	    strpbrk(grant->collector_url, "\r\n"))
		return say(
		    words, -EBADMSG, "the collector's answer holds no https URL for reports");
	return 0;
}

static int
store_text(const char *state_dir, const char *name, const char *first, const char *second)
{
	char text[512];
	int n = second ? snprintf(text, sizeof(text), "%s\n%s\n", first, second)
		       : snprintf(text, sizeof(text), "%s\n", first);

	if (n < 0 || (size_t)n >= sizeof(text))
		return -EFBIG;
	return write_state(state_dir, name, text, (size_t)n, 0600);
}

static int
store_policy_key(const char *state_dir, const uint8_t raw[static 32])
{
	CLEANUP(pkey_free_at)
	EVP_PKEY *key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, raw, 32);
	CLEANUP(bio_free_at) BIO *bio = BIO_new(BIO_s_mem());
	char *pem;
	long len;

	if (!key || !bio || PEM_write_bio_PUBKEY(bio, key) != 1)
		return -EBADMSG;
	len = BIO_get_mem_data(bio, &pem);
	return len <= 0 ? -EIO : write_state(state_dir, "policy.pub", pem, (size_t)len, 0644);
}

static int
store_identity(const char *state_dir, const struct credentials_grant *grant)
{
	char wanted[CREDENTIALS_PATH_SIZE], key[CREDENTIALS_PATH_SIZE],
	    id[CREDENTIALS_PATH_SIZE];
	char uuid[37];
	int r;

	if (file_path(wanted, sizeof(wanted), state_dir, "agent.key.wanted") < 0 ||
	    file_path(key, sizeof(key), state_dir, "agent.key") < 0 ||
	    file_path(id, sizeof(id), state_dir, "agent.id") < 0)
		return -ENAMETOOLONG;
	/* From here until agent.id is written again nobody is enrolled. */
	if (unlink(id) < 0 && errno != ENOENT)
		return -errno;
	if (rename(wanted, key) < 0)
		return -errno;
	text_uuid(uuid, grant->agent_id);
	r = write_state(
	    state_dir, "agent.crt", grant->certificate, strlen(grant->certificate), 0644);
	if (r == 0)
		r = store_policy_key(state_dir, grant->policy_key);
	if (r == 0)
		r = store_text(state_dir, "school", grant->school_code, grant->school_name);
	if (r == 0)
		r = store_text(state_dir, "collector", grant->collector_url, NULL);
	if (r == 0)
		r = write_state(
		    state_dir, "ca.crt", grant->authority, strlen(grant->authority), 0644);
	return r < 0 ? r : store_text(state_dir, "agent.id", uuid, NULL);
}

int
credentials_store(const char *state_dir, const struct credentials_grant *grant, bool fresh,
    char words[static CREDENTIALS_WORDS_SIZE])
{
	int r = grant_check(state_dir, grant, fresh, words);

	if (r < 0)
		return r;
	if (fresh)
		r = store_identity(state_dir, grant);
	else
		r = write_state(
		    state_dir, "ca.crt", grant->authority, strlen(grant->authority), 0644);
	if (r == 0 && !fresh)
		r = write_state(state_dir, "agent.crt", grant->certificate,
		    strlen(grant->certificate), 0644);
	return r < 0 ? say(words, r, "could not write to the state folder") : 0;
}

int
credentials_fingerprint(const char *pem, uint8_t ret[static 32])
{
	CLEANUP(x509_free_at) X509 *certificate = certificate_of(pem);
	unsigned len = 32;

	if (!certificate || X509_digest(certificate, EVP_sha256(), ret, &len) != 1)
		return -EBADMSG;
	return 0;
}
