/*
 * X.509 certificates (RFC 5280) and PKCS #10 requests (RFC 2986) by GnuTLS. Only
 * P-256 keys are certified: one curve is one thing to get right. There is no
 * revocation list: who is revoked is asked of the database, at every request.
 * Does not log.
 */
#include "collector/ingest/authority.h"

#include <errno.h>
#include <fcntl.h>
#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/address.h"
#include "common/cleanup.h"
#include "common/text.h"

enum {
	FILE_BYTES_MAX = 64 * 1024,
	DAY_S = 86400,
	BACKDATE_S = DAY_S, /* clocks at the other end may be behind */
	NAMES_MAX = 64,
};

/* The authority's certificate. Those before a renewal stay until the authority is closed: their
 * facts were lent. */
struct issuer {
	gnutls_x509_crt_t certificate;
	char *pem;
	struct authority_facts facts;
	struct issuer *before;
};

struct authority {
	int dir_fd;
	pthread_mutex_t
	    lock; /* GnuTLS promises nothing for one key or certificate in two threads */
	_Atomic(struct issuer *) now;
	gnutls_privkey_t key, policy_key;
};

/* ---------------------------------------------------------------- GnuTLS's handles */

static void
crt_at(gnutls_x509_crt_t *crt)
{
	if (*crt)
		gnutls_x509_crt_deinit(*crt);
}

static void
crq_at(gnutls_x509_crq_t *crq)
{
	if (*crq)
		gnutls_x509_crq_deinit(*crq);
}

static void
private_at(gnutls_privkey_t *key)
{
	if (*key)
		gnutls_privkey_deinit(*key);
}

static void
public_at(gnutls_pubkey_t *key)
{
	if (*key)
		gnutls_pubkey_deinit(*key);
}

static void
issuer_at(struct issuer **issuer)
{
	if (!*issuer)
		return;
	crt_at(&(*issuer)->certificate);
	free((*issuer)->pem);
	free(*issuer);
}

static void
datum_at(gnutls_datum_t *datum)
{
	gnutls_free(datum->data);
}

static void
unlock_at(pthread_mutex_t **lock)
{
	(void)pthread_mutex_unlock(*lock);
}

/* GnuTLS's failures as ours, where no other meaning is known. */
static int
failure(int code)
{
	return code == GNUTLS_E_MEMORY_ERROR ? -ENOMEM : -EIO;
}

static gnutls_datum_t
datum_of(const void *bytes, size_t len)
{
	return (gnutls_datum_t){(unsigned char *)(uintptr_t)bytes, (unsigned)len};
}

/* ---------------------------------------------------------------- files */

static int
file_read(int dir_fd, const char *name, char **ret)
{
	CLEANUP(close_at) int fd = openat(dir_fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	CLEANUP(free_at) char *text = NULL;
	size_t len = 0;
	ssize_t got;

	if (fd < 0)
		return -errno;
	text = malloc(FILE_BYTES_MAX);
	if (!text)
		return -ENOMEM;
	while ((got = read(fd, text + len, FILE_BYTES_MAX - 1 - len)) > 0)
		len += (size_t)got;
	if (got < 0)
		return -errno;
	text[len] = '\0';
	*ret = TAKE(text, NULL);
	return 0;
}

static int
write_whole(int fd, const char *text, size_t len)
{
	while (len > 0) {
		ssize_t put = write(fd, text, len);

		if (put < 0 && errno != EINTR)
			return -errno;
		if (put > 0) {
			text += put;
			len -= (size_t)put;
		}
	}
	return fsync(fd) < 0 ? -errno : 0;
}

/* Whole or not at all, even when the power goes. */
static int
file_write(int dir_fd, const char *name, const char *text)
{
	CLEANUP(close_at) int fd = -1;
	char fresh[64];
	int r;

	(void)snprintf(fresh, sizeof(fresh), "%s.new", name);
	fd = openat(dir_fd, fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return -errno;
	if (fchmod(fd, 0600) < 0)
		return -errno;
	r = write_whole(fd, text, strlen(text));
	if (r < 0)
		return r;
	if (renameat(dir_fd, fresh, dir_fd, name) < 0 || fsync(dir_fd) < 0)
		return -errno;
	return 0;
}

static int
dir_open(const char *state_dir, bool create, int *ret)
{
	CLEANUP(close_at) int state = open(state_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int fd;

	if (state < 0)
		return -errno;
	if (create && mkdirat(state, "ca", 0700) < 0 && errno != EEXIST)
		return -errno;
	fd = openat(state, "ca", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return -errno;
	*ret = fd;
	return 0;
}

/* ---------------------------------------------------------------- keys */

static int
key_make(gnutls_pk_algorithm_t algorithm, unsigned bits, gnutls_privkey_t *ret)
{
	CLEANUP(private_at) gnutls_privkey_t key = NULL;
	int code = gnutls_privkey_init(&key);

	if (code >= 0)
		code = gnutls_privkey_generate(key, algorithm, bits, 0);
	if (code < 0)
		return failure(code);
	*ret = TAKE(key, NULL);
	return 0;
}

static int
key_save(int dir_fd, const char *name, gnutls_privkey_t key)
{
	CLEANUP(datum_at) gnutls_datum_t pem = {NULL, 0};
	gnutls_x509_privkey_t plain;
	int code = gnutls_privkey_export_x509(key, &plain), r;

	if (code < 0)
		return failure(code);
	code = gnutls_x509_privkey_export2_pkcs8(
	    plain, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, &pem);
	gnutls_x509_privkey_deinit(plain);
	if (code < 0)
		return failure(code);
	r = file_write(dir_fd, name, (const char *)pem.data);
	gnutls_memset(pem.data, 0, pem.size);
	return r;
}

static int
key_read(int dir_fd, const char *name, gnutls_privkey_t *ret)
{
	CLEANUP(free_at) char *text = NULL;
	CLEANUP(private_at) gnutls_privkey_t key = NULL;
	gnutls_datum_t pem;
	int code, r = file_read(dir_fd, name, &text);

	if (!text)
		return r;
	if (gnutls_privkey_init(&key) < 0)
		return -ENOMEM;
	pem = datum_of(text, strlen(text));
	code = gnutls_privkey_import_x509_raw(
	    key, &pem, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN);
	gnutls_memset(text, 0, strlen(text));
	if (code < 0)
		return -EBADMSG;
	*ret = TAKE(key, NULL);
	return 0;
}

/* The key of a file, made when there is none. */
static int
key_need(int dir_fd, const char *name, gnutls_pk_algorithm_t algorithm, unsigned bits,
    gnutls_privkey_t *ret)
{
	CLEANUP(private_at) gnutls_privkey_t key = NULL;
	int r = key_read(dir_fd, name, ret);

	if (r != -ENOENT)
		return r;
	r = key_make(algorithm, bits, &key);
	if (r == 0)
		r = key_save(dir_fd, name, key);
	if (r == 0)
		*ret = TAKE(key, NULL);
	return r;
}

static const unsigned p256_bits = GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1);

static int
public_of(gnutls_privkey_t key, gnutls_pubkey_t *ret)
{
	CLEANUP(public_at) gnutls_pubkey_t public = NULL;
	int code = gnutls_pubkey_init(&public);

	if (code >= 0)
		code = gnutls_pubkey_import_privkey(public, key, 0, 0);
	if (code < 0)
		return failure(code);
	*ret = TAKE(public, NULL);
	return 0;
}

/* ---------------------------------------------------------------- certificates */

/* A positive serial number of full length, RFC 5280 section 4.1.2.2. */
static int
crt_serial(gnutls_x509_crt_t crt)
{
	unsigned char serial[16];
	int code = gnutls_rnd(GNUTLS_RND_NONCE, serial, sizeof(serial));

	if (code < 0)
		return code;
	serial[0] = (unsigned char)((serial[0] & 0x3f) | 0x40);
	return gnutls_x509_crt_set_serial(crt, serial, sizeof(serial));
}

static int
crt_frame(
    gnutls_x509_crt_t crt, gnutls_pubkey_t key, const char *name, int64_t now_ms, int days)
{
	unsigned char id[20];
	size_t id_len = sizeof(id);
	time_t now = (time_t)(now_ms / 1000);
	int code = gnutls_x509_crt_set_version(crt, 3);

	if (code >= 0)
		code = crt_serial(crt);
	if (code >= 0)
		code = gnutls_x509_crt_set_activation_time(crt, now - BACKDATE_S);
	if (code >= 0)
		code = gnutls_x509_crt_set_expiration_time(crt, now + (time_t)days * DAY_S);
	if (code >= 0)
		code = gnutls_x509_crt_set_dn_by_oid(
		    crt, GNUTLS_OID_X520_COMMON_NAME, 0, name, (unsigned)strlen(name));
	if (code >= 0)
		code = gnutls_x509_crt_set_pubkey(crt, key);
	if (code >= 0)
		code = gnutls_pubkey_get_key_id(key, GNUTLS_KEYID_USE_SHA1, id, &id_len);
	if (code >= 0)
		code = gnutls_x509_crt_set_subject_key_id(crt, id, id_len);
	return code < 0 ? failure(code) : 0;
}

static int
crt_leaf(gnutls_x509_crt_t crt, gnutls_x509_crt_t issuer, const char *purpose)
{
	unsigned char id[64];
	size_t id_len = sizeof(id);
	int code = gnutls_x509_crt_set_basic_constraints(crt, 0, -1);

	if (code >= 0)
		code = gnutls_x509_crt_set_key_usage(crt, GNUTLS_KEY_DIGITAL_SIGNATURE);
	if (code >= 0)
		code = gnutls_x509_crt_set_key_purpose_oid(crt, purpose, 0);
	if (code >= 0)
		code = gnutls_x509_crt_get_subject_key_id(issuer, id, &id_len, NULL);
	if (code >= 0)
		code = gnutls_x509_crt_set_authority_key_id(crt, id, id_len);
	return code < 0 ? failure(code) : 0;
}

static int
crt_sign(gnutls_x509_crt_t crt, gnutls_x509_crt_t issuer, gnutls_privkey_t key)
{
	int code = gnutls_x509_crt_privkey_sign(crt, issuer, key, GNUTLS_DIG_SHA256, 0);

	return code < 0 ? failure(code) : 0;
}

static int
crt_pem(gnutls_x509_crt_t crt, char **ret)
{
	CLEANUP(datum_at) gnutls_datum_t pem = {NULL, 0};
	int code = gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_PEM, &pem);
	char *text;

	if (code < 0)
		return failure(code);
	text = strndup((const char *)pem.data, pem.size);
	if (!text)
		return -ENOMEM;
	*ret = text;
	return 0;
}

static int
crt_read(int dir_fd, const char *name, gnutls_x509_crt_t *ret)
{
	CLEANUP(free_at) char *text = NULL;
	CLEANUP(crt_at) gnutls_x509_crt_t crt = NULL;
	gnutls_datum_t pem;
	int r = file_read(dir_fd, name, &text);

	if (!text)
		return r;
	pem = datum_of(text, strlen(text));
	if (gnutls_x509_crt_init(&crt) < 0)
		return -ENOMEM;
	if (gnutls_x509_crt_import(crt, &pem, GNUTLS_X509_FMT_PEM) < 0)
		return -EBADMSG;
	*ret = TAKE(crt, NULL);
	return 0;
}

/* ---------------------------------------------------------------- the authority itself */

static int
authority_certify(int dir_fd, gnutls_privkey_t key, const char *name, int64_t now_ms)
{
	CLEANUP(crt_at) gnutls_x509_crt_t crt = NULL;
	CLEANUP(public_at) gnutls_pubkey_t public = NULL;
	CLEANUP(free_at) char *pem = NULL;
	int code, r = public_of(key, &public);

	if (r < 0)
		return r;
	if (gnutls_x509_crt_init(&crt) < 0)
		return -ENOMEM;
	r = crt_frame(crt, public, name, now_ms, AUTHORITY_DAYS);
	if (r < 0)
		return r;
	code = gnutls_x509_crt_set_basic_constraints(crt, 1, 0);
	if (code >= 0)
		code = gnutls_x509_crt_set_key_usage(
		    crt, GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN);
	if (code < 0)
		return failure(code);
	r = crt_sign(crt, crt, key);
	if (r == 0)
		r = crt_pem(crt, &pem);
	return r == 0 ? file_write(dir_fd, "ca.crt", pem) : r;
}

/* A name that no other collector has: two authorities in one trust store must not be mixed up.
 */
static int
authority_name(char *ret, size_t size)
{
	unsigned char random[4];
	char hex[9];
	int code = gnutls_rnd(GNUTLS_RND_NONCE, random, sizeof(random));

	if (code < 0)
		return failure(code);
	text_hex(hex, random, sizeof(random));
	(void)snprintf(ret, size, "parta collector authority %s", hex);
	return 0;
}

int
authority_create(const char *state_dir, int64_t now_ms)
{
	CLEANUP(close_at) int dir_fd = -1;
	CLEANUP(private_at) gnutls_privkey_t key = NULL;
	CLEANUP(private_at) gnutls_privkey_t policy = NULL;
	char name[64];
	int r = dir_open(state_dir, true, &dir_fd);

	if (r == 0)
		r = key_need(dir_fd, "ca.key", GNUTLS_PK_ECDSA, p256_bits, &key);
	if (r == 0)
		r = key_need(dir_fd, "policy.key", GNUTLS_PK_EDDSA_ED25519, 0, &policy);
	if (r < 0)
		return r;
	if (faccessat(dir_fd, "ca.crt", F_OK, 0) == 0)
		return 0;
	r = authority_name(name, sizeof(name));
	return r == 0 ? authority_certify(dir_fd, key, name, now_ms) : r;
}

/* The certificate and key belong together. */
static bool
is_pair(gnutls_x509_crt_t crt, gnutls_privkey_t key)
{
	CLEANUP(public_at) gnutls_pubkey_t public = NULL;
	unsigned char of_key[32], of_crt[32];
	size_t key_len = sizeof(of_key), crt_len = sizeof(of_crt);

	return public_of(key, &public) == 0 &&
	       gnutls_pubkey_get_key_id(public, GNUTLS_KEYID_USE_SHA256, of_key, &key_len) >=
		   0 &&
	       gnutls_x509_crt_get_key_id(crt, GNUTLS_KEYID_USE_SHA256, of_crt, &crt_len) >=
		   0 &&
	       memcmp(of_key, of_crt, sizeof(of_key)) == 0;
}

static int
facts_fill(struct issuer *issuer, gnutls_privkey_t policy_key)
{
	CLEANUP(public_at) gnutls_pubkey_t public = NULL;
	CLEANUP(datum_at) gnutls_datum_t x = {NULL, 0};
	struct authority_facts *facts = &issuer->facts;
	gnutls_x509_crt_t crt = issuer->certificate;
	size_t len = sizeof(facts->sha256), name_len = sizeof(facts->subject);
	gnutls_ecc_curve_t curve;
	int r = crt_pem(crt, &issuer->pem);

	if (r == 0)
		r = public_of(policy_key, &public);
	if (r < 0)
		return r;
	if (gnutls_x509_crt_get_fingerprint(crt, GNUTLS_DIG_SHA256, facts->sha256, &len) < 0 ||
	    gnutls_x509_crt_get_dn_by_oid(
		crt, GNUTLS_OID_X520_COMMON_NAME, 0, 0, facts->subject, &name_len) < 0 ||
	    gnutls_pubkey_export_ecc_raw2(public, &curve, &x, NULL, 0) < 0 ||
	    curve != GNUTLS_ECC_CURVE_ED25519 || x.size != sizeof(facts->policy_key))
		return -EBADMSG;
	facts->pem = issuer->pem;
	memcpy(facts->policy_key, x.data, sizeof(facts->policy_key));
	facts->begins_ms = (int64_t)gnutls_x509_crt_get_activation_time(crt) * 1000;
	facts->ends_ms = (int64_t)gnutls_x509_crt_get_expiration_time(crt) * 1000;
	return 0;
}

static int
issuer_read(struct authority *authority, struct issuer **ret)
{
	CLEANUP(issuer_at) struct issuer *issuer = calloc(1, sizeof(*issuer));
	int r;

	if (!issuer)
		return -ENOMEM;
	r = crt_read(authority->dir_fd, "ca.crt", &issuer->certificate);
	if (r == 0)
		r = facts_fill(issuer, authority->policy_key);
	if (r == 0)
		*ret = TAKE(issuer, NULL);
	return r;
}

int
authority_open(const char *state_dir, struct authority **ret)
{
	struct authority *authority = calloc(1, sizeof(*authority));
	struct issuer *issuer = NULL;
	int r;

	if (!authority)
		return -ENOMEM;
	authority->dir_fd = -1;
	(void)pthread_mutex_init(&authority->lock, NULL);
	r = dir_open(state_dir, false, &authority->dir_fd);
	if (r == 0)
		r = key_read(authority->dir_fd, "ca.key", &authority->key);
	if (r == 0)
		r = key_read(authority->dir_fd, "policy.key", &authority->policy_key);
	if (r == 0)
		r = issuer_read(authority, &issuer);
	if (r < 0) {
		authority_close(authority);
		return r;
	}
	atomic_store(&authority->now, issuer);
	*ret = authority;
	return 0;
}

void
authority_close(struct authority *authority)
{
	struct issuer *issuer, *before;

	if (!authority)
		return;
	for (issuer = atomic_load(&authority->now); issuer; issuer = before) {
		before = issuer->before;
		issuer_at(&issuer);
	}
	private_at(&authority->key);
	private_at(&authority->policy_key);
	close_at(&authority->dir_fd);
	(void)pthread_mutex_destroy(&authority->lock);
	free(authority);
}

int
authority_reload(struct authority *authority)
{
	CLEANUP(unlock_at) pthread_mutex_t *lock = &authority->lock;
	CLEANUP(issuer_at) struct issuer *fresh = NULL;
	struct issuer *now = atomic_load(&authority->now);
	int r;

	(void)pthread_mutex_lock(lock);
	r = issuer_read(authority, &fresh);
	if (r != 0)
		return r;
	if (memcmp(fresh->facts.sha256, now->facts.sha256, sizeof(now->facts.sha256)) == 0)
		return 0;
	if (!is_pair(fresh->certificate, authority->key))
		return -EKEYREJECTED;
	fresh->before = now;
	atomic_store(&authority->now, TAKE(fresh, NULL));
	return 1;
}

int
authority_renew(const char *state_dir, int64_t now_ms)
{
	struct authority *authority;
	int r = authority_open(state_dir, &authority);

	if (r < 0)
		return r;
	r = authority_certify(
	    authority->dir_fd, authority->key, authority_facts(authority)->subject, now_ms);
	authority_close(authority);
	return r;
}

const struct authority_facts *
authority_facts(const struct authority *authority)
{
	return &atomic_load(&authority->now)->facts;
}

/* Who signs now. */
static gnutls_x509_crt_t
issuer_of(const struct authority *authority)
{
	return atomic_load(&authority->now)->certificate;
}

/* ---------------------------------------------------------------- agents */

static int
request_read(const uint8_t *request, size_t len, gnutls_x509_crq_t *ret)
{
	CLEANUP(crq_at) gnutls_x509_crq_t crq = NULL;
	gnutls_datum_t der = datum_of(request, len);

	if (len == 0 || len > AUTHORITY_REQUEST_BYTES_MAX)
		return -EBADMSG;
	if (gnutls_x509_crq_init(&crq) < 0)
		return -ENOMEM;
	if (gnutls_x509_crq_import(crq, &der, GNUTLS_X509_FMT_DER) < 0)
		return -EBADMSG;
	*ret = TAKE(crq, NULL);
	return 0;
}

/* The key of a request that is P-256 and proves that its sender holds it. */
static int
request_key(const uint8_t *request, size_t len, gnutls_pubkey_t *ret)
{
	CLEANUP(crq_at) gnutls_x509_crq_t crq = NULL;
	CLEANUP(public_at) gnutls_pubkey_t key = NULL;
	gnutls_ecc_curve_t curve;
	int r = request_read(request, len, &crq);

	if (r < 0)
		return r;
	if (gnutls_pubkey_init(&key) < 0)
		return -ENOMEM;
	if (gnutls_pubkey_import_x509_crq(key, crq, 0) < 0)
		return -EBADMSG;
	if (gnutls_pubkey_get_pk_algorithm(key, NULL) != GNUTLS_PK_ECDSA ||
	    gnutls_pubkey_export_ecc_raw2(key, &curve, NULL, NULL, 0) < 0 ||
	    curve != GNUTLS_ECC_CURVE_SECP256R1)
		return -EPROTONOSUPPORT;
	if (gnutls_x509_crq_verify(crq, 0) < 0)
		return -EKEYREJECTED;
	*ret = TAKE(key, NULL);
	return 0;
}

int
authority_request_key(const uint8_t *request, size_t len, uint8_t ret_key_sha256[static 32])
{
	CLEANUP(public_at) gnutls_pubkey_t key = NULL;
	unsigned char id[32];
	size_t id_len = sizeof(id);
	int r = request_key(request, len, &key);

	if (r < 0)
		return r;
	if (gnutls_pubkey_get_key_id(key, GNUTLS_KEYID_USE_SHA256, id, &id_len) < 0)
		return -EIO;
	memcpy(ret_key_sha256, id, sizeof(id));
	return 0;
}

int
authority_issue(struct authority *authority, const uint8_t *request, size_t len,
    const uint8_t agent_id[static 16], int64_t now_ms, char **ret_pem, int64_t *ret_ends_ms)
{
	CLEANUP(unlock_at) pthread_mutex_t *lock = &authority->lock;
	CLEANUP(public_at) gnutls_pubkey_t key = NULL;
	CLEANUP(crt_at) gnutls_x509_crt_t crt = NULL;
	char uuid[37], urn[48];
	int r;

	(void)pthread_mutex_lock(lock);
	r = request_key(request, len, &key);
	if (r < 0)
		return r;
	if (gnutls_x509_crt_init(&crt) < 0)
		return -ENOMEM;
	text_uuid(uuid, agent_id);
	(void)snprintf(urn, sizeof(urn), "urn:uuid:%s", uuid);
	r = crt_frame(crt, key, uuid, now_ms, AUTHORITY_AGENT_DAYS);
	if (r == 0)
		r = crt_leaf(crt, issuer_of(authority), GNUTLS_KP_TLS_WWW_CLIENT);
	if (r == 0 && gnutls_x509_crt_set_subject_alt_name(
			  crt, GNUTLS_SAN_URI, urn, (unsigned)strlen(urn), 0) < 0)
		r = -EIO;
	if (r == 0)
		r = crt_sign(crt, issuer_of(authority), authority->key);
	if (r == 0)
		r = crt_pem(crt, ret_pem);
	if (r == 0)
		*ret_ends_ms = (int64_t)gnutls_x509_crt_get_expiration_time(crt) * 1000;
	return r;
}

static bool
is_for_clients(gnutls_x509_crt_t crt)
{
	char oid[64];
	size_t len = sizeof(oid);

	return gnutls_x509_crt_get_key_purpose_oid(crt, 0, oid, &len, NULL) >= 0 &&
	       strcmp(oid, GNUTLS_KP_TLS_WWW_CLIENT) == 0;
}

/* Time is the caller's to compare: a certificate that is over may still be renewed. */
static bool
is_ours(struct authority *authority, gnutls_x509_crt_t crt)
{
	gnutls_x509_crt_t issuer = issuer_of(authority);
	unsigned flaws = 0;

	return gnutls_x509_crt_verify(
		   crt, &issuer, 1, GNUTLS_VERIFY_DISABLE_TIME_CHECKS, &flaws) >= 0 &&
	       flaws == 0;
}

void
authority_judge(
    struct authority *authority, const uint8_t *der, size_t len, struct http_certificate *ret)
{
	CLEANUP(unlock_at) pthread_mutex_t *lock = &authority->lock;
	CLEANUP(crt_at) gnutls_x509_crt_t crt = NULL;
	gnutls_datum_t bytes = datum_of(der, len);
	size_t id_len = sizeof(ret->key_sha256);

	(void)pthread_mutex_lock(lock);
	ret->present = true;
	ret->trusted = false;
	if (gnutls_x509_crt_init(&crt) < 0 ||
	    gnutls_x509_crt_import(crt, &bytes, GNUTLS_X509_FMT_DER) < 0)
		return;
	if (gnutls_x509_crt_get_key_id(crt, GNUTLS_KEYID_USE_SHA256, ret->key_sha256, &id_len) <
	    0)
		return;
	ret->begins_ms = (int64_t)gnutls_x509_crt_get_activation_time(crt) * 1000;
	ret->ends_ms = (int64_t)gnutls_x509_crt_get_expiration_time(crt) * 1000;
	ret->trusted = is_ours(authority, crt) && is_for_clients(crt);
}

int
authority_sign(
    struct authority *authority, const uint8_t *bytes, size_t len, uint8_t ret[static 64])
{
	CLEANUP(unlock_at) pthread_mutex_t *lock = &authority->lock;
	CLEANUP(datum_at) gnutls_datum_t signature = {NULL, 0};
	gnutls_datum_t data = datum_of(bytes, len);

	(void)pthread_mutex_lock(lock);
	if (gnutls_privkey_sign_data2(
		authority->policy_key, GNUTLS_SIGN_EDDSA_ED25519, 0, &data, &signature) < 0 ||
	    signature.size != 64)
		return -EIO;
	memcpy(ret, signature.data, 64);
	return 0;
}

/* ---------------------------------------------------------------- listeners */

static int
san_add(gnutls_x509_crt_t crt, const char *name)
{
	struct address address;

	if (address_parse(name, &address) == 0)
		return gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_IPADDRESS,
		    address.bytes, (unsigned)address_len(&address), GNUTLS_FSAN_APPEND);
	return gnutls_x509_crt_set_subject_alt_name(
	    crt, GNUTLS_SAN_DNSNAME, name, (unsigned)strlen(name), GNUTLS_FSAN_APPEND);
}

static bool
san_is(gnutls_x509_crt_t crt, unsigned i, const char *name)
{
	unsigned char held[256];
	size_t len = sizeof(held);
	struct address address;
	int kind = gnutls_x509_crt_get_subject_alt_name(crt, i, held, &len, NULL);

	if (kind == GNUTLS_SAN_IPADDRESS)
		return address_parse(name, &address) == 0 && address_len(&address) == len &&
		       memcmp(address.bytes, held, len) == 0;
	return kind == GNUTLS_SAN_DNSNAME && strlen(name) == len &&
	       memcmp(held, name, len) == 0;
}

static bool
san_are(gnutls_x509_crt_t crt, const char *const names[], size_t count)
{
	unsigned char rest[256];
	size_t len = sizeof(rest);

	for (size_t i = 0; i < count; i++) {
		if (!san_is(crt, (unsigned)i, names[i]))
			return false;
	}
	return gnutls_x509_crt_get_subject_alt_name(crt, (unsigned)count, rest, &len, NULL) ==
	       GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE;
}

static bool
is_young(gnutls_x509_crt_t crt, int64_t now_ms)
{
	time_t begins = gnutls_x509_crt_get_activation_time(crt);
	time_t ends = gnutls_x509_crt_get_expiration_time(crt), now = (time_t)(now_ms / 1000);

	return now >= begins && now - begins <= (ends - begins) / 3 * 2;
}

static bool
server_good(
    struct authority *authority, const char *const names[], size_t count, int64_t now_ms)
{
	CLEANUP(crt_at) gnutls_x509_crt_t crt = NULL;
	CLEANUP(private_at) gnutls_privkey_t key = NULL;

	return crt_read(authority->dir_fd, "server.crt", &crt) == 0 &&
	       key_read(authority->dir_fd, "server.key", &key) == 0 && is_pair(crt, key) &&
	       is_ours(authority, crt) && san_are(crt, names, count) && is_young(crt, now_ms);
}

static int
server_issue(
    struct authority *authority, const char *const names[], size_t count, int64_t now_ms)
{
	CLEANUP(private_at) gnutls_privkey_t key = NULL;
	CLEANUP(public_at) gnutls_pubkey_t public = NULL;
	CLEANUP(crt_at) gnutls_x509_crt_t crt = NULL;
	CLEANUP(free_at) char *pem = NULL;
	int r = key_make(GNUTLS_PK_ECDSA, p256_bits, &key);

	if (r == 0)
		r = public_of(key, &public);
	if (r < 0)
		return r;
	if (gnutls_x509_crt_init(&crt) < 0)
		return -ENOMEM;
	r = crt_frame(crt, public, names[0], now_ms, AUTHORITY_SERVER_DAYS);
	if (r == 0)
		r = crt_leaf(crt, issuer_of(authority), GNUTLS_KP_TLS_WWW_SERVER);
	for (size_t i = 0; r == 0 && i < count; i++)
		r = san_add(crt, names[i]) < 0 ? -EINVAL : 0;
	if (r == 0)
		r = crt_sign(crt, issuer_of(authority), authority->key);
	if (r == 0)
		r = crt_pem(crt, &pem);
	/* A cut between the two files is seen by is_pair(), and both are made again. */
	if (r == 0)
		r = key_save(authority->dir_fd, "server.key", key);
	return r == 0 ? file_write(authority->dir_fd, "server.crt", pem) : r;
}

int
authority_server(struct authority *authority, const char *const names[], size_t count,
    int64_t now_ms, bool force, char **ret_chain, char **ret_key, bool *ret_fresh)
{
	CLEANUP(unlock_at) pthread_mutex_t *lock = &authority->lock;
	CLEANUP(free_at) char *leaf = NULL;
	CLEANUP(free_at) char *key = NULL;
	bool fresh;
	char *chain;
	int r;

	(void)pthread_mutex_lock(lock);
	if (count == 0 || count > NAMES_MAX)
		return -EINVAL;
	fresh = force || !server_good(authority, names, count, now_ms);
	r = fresh ? server_issue(authority, names, count, now_ms) : 0;
	if (r == 0)
		r = file_read(authority->dir_fd, "server.crt", &leaf);
	if (r == 0)
		r = file_read(authority->dir_fd, "server.key", &key);
	if (r < 0)
		return r;
	if (asprintf(&chain, "%s%s", leaf, authority_facts(authority)->pem) < 0)
		return -ENOMEM;
	*ret_chain = chain;
	*ret_key = TAKE(key, NULL);
	*ret_fresh = fresh;
	return 0;
}
