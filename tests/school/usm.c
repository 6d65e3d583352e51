/*
 * The user-based security model of SNMPv3: engine discovery, time windows, HMAC
 * with MD5, SHA-1 and SHA-2 (RFC 3414, RFC 7860), DES-CBC (RFC 3414) and AES-CFB
 * (RFC 3826; 192 and 256 bits as draft-blumenthal-aes-usm-04 lengthens keys). One
 * context, the default one, and those of VLANs. Cryptography is OpenSSL's.
 */
#include "tests/school/usm.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/provider.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/check.h"
#include "tests/school/ber.h"

enum { FLAG_AUTH = 1, FLAG_PRIV = 2, FLAG_REPORTABLE = 4, SECURITY_MODEL_USM = 3 };
enum {
	TIME_WINDOW_S = 150,
	STARTED_AT_S = 86400,
	PASSWORD_STREAM = 1048576,
	V3_OVERHEAD = 192
};
enum { BYTES_MAX_LEAST = 484 };

struct auth_protocol {
	const char *name, *digest;
	size_t key_len, mac_len;
};

struct priv_protocol {
	const char *name, *cipher;
	size_t key_len, block;
};

/* clang-format off */
static const struct auth_protocol auth_protocols[] = {
	{ "MD5",     "MD5",    16, 12 },
	{ "SHA",     "SHA1",   20, 12 },
	{ "SHA-224", "SHA224", 28, 16 },
	{ "SHA-256", "SHA256", 32, 24 },
	{ "SHA-384", "SHA384", 48, 32 },
	{ "SHA-512", "SHA512", 64, 48 },
};

static const struct priv_protocol priv_protocols[] = {
	{ "DES",     "DES-CBC",     16, 8 },
	{ "AES",     "AES-128-CFB", 16, 1 },
	{ "AES-192", "AES-192-CFB", 24, 1 },
	{ "AES-256", "AES-256-CFB", 32, 1 },
};
/* clang-format on */

enum report {
	REPORT_LEVEL = 1,
	REPORT_TIME = 2,
	REPORT_USER = 3,
	REPORT_ENGINE = 4,
	REPORT_DIGEST = 5,
	REPORT_DECRYPTION = 6,
};

/* One message while it is answered. */
struct session {
	int64_t id, max_size, boots, time;
	unsigned flags;
	struct cursor engine, user_name, mac, salt, data;
	const struct usm_user *user;
	const struct auth_protocol *auth;
	const struct priv_protocol *priv;
	const struct snmp_keys *keys;
	uint8_t plain[4096];
};

/* DES lives in OpenSSL's legacy provider. */
static OSSL_PROVIDER *standard, *legacy;

static const struct auth_protocol *
auth_named(const char *name)
{
	size_t i;

	for (i = 0; name && i < COUNT_OF(auth_protocols); i++) {
		if (strcmp(auth_protocols[i].name, name) == 0)
			return &auth_protocols[i];
	}
	return NULL;
}

static const struct priv_protocol *
priv_named(const char *name)
{
	size_t i;

	for (i = 0; name && i < COUNT_OF(priv_protocols); i++) {
		if (strcmp(priv_protocols[i].name, name) == 0)
			return &priv_protocols[i];
	}
	return NULL;
}

static bool
is_named(const char *protocol)
{
	return protocol && strcmp(protocol, "none") != 0;
}

/* RFC 3414 A.2: a megabyte of the password, over and over, hashed. */
static int
password_key(
    const struct auth_protocol *auth, const char *password, uint8_t ret[static USM_KEY_MAX])
{
	size_t len = strlen(password), i;
	unsigned ret_len = 0;
	uint8_t *stream;
	int ok;

	if (len < 8)
		return -EINVAL;
	stream = malloc(PASSWORD_STREAM);
	if (!stream)
		return -ENOMEM;
	for (i = 0; i < PASSWORD_STREAM; i++)
		stream[i] = (uint8_t)password[i % len];
	ok = EVP_Digest(
	    stream, PASSWORD_STREAM, ret, &ret_len, EVP_get_digestbyname(auth->digest), NULL);
	free(stream);
	return ok ? 0 : -EIO;
}

static void
localise(const struct auth_protocol *auth, const uint8_t key[static USM_KEY_MAX],
    const struct host *h, uint8_t ret[static USM_KEY_MAX])
{
	uint8_t bytes[2 * USM_KEY_MAX + ENGINE_ID_MAX], *at = bytes;

	at = (uint8_t *)mempcpy(at, key, auth->key_len);
	at = (uint8_t *)mempcpy(at, h->engine_id, h->engine_id_len);
	at = (uint8_t *)mempcpy(at, key, auth->key_len);
	CHECK(EVP_Digest(
	    bytes, (size_t)(at - bytes), ret, NULL, EVP_get_digestbyname(auth->digest), NULL));
}

/* Where the digest is shorter than the cipher's key, the digest of it is added. */
static void
lengthen(const struct auth_protocol *auth, size_t wanted, uint8_t key[static USM_KEY_MAX])
{
	uint8_t more[EVP_MAX_MD_SIZE];
	size_t len;

	for (len = auth->key_len; len < wanted; len += auth->key_len) {
		CHECK(
		    EVP_Digest(key, len, more, NULL, EVP_get_digestbyname(auth->digest), NULL));
		memcpy(key + len, more,
		    auth->key_len < USM_KEY_MAX - len ? auth->key_len : USM_KEY_MAX - len);
	}
}

/* RFC 3411 SnmpEngineID, format 3: the maker's enterprise number and the MAC address. */
static void
make_engine_id(struct host *h)
{
	struct oid oid = {0};
	uint32_t enterprise = 8072;

	if (h->object_id && oid_parse(h->object_id, &oid) == 0 && oid.len > 6)
		enterprise = oid.part[6];
	h->engine_id[0] = (uint8_t)(0x80 | enterprise >> 24);
	h->engine_id[1] = (uint8_t)(enterprise >> 16);
	h->engine_id[2] = (uint8_t)(enterprise >> 8);
	h->engine_id[3] = (uint8_t)enterprise;
	h->engine_id[4] = 3;
	memcpy(h->engine_id + 5, h->mac.bytes, 6);
	h->engine_id_len = 11;
}

static void
prepare_host(const struct school *s, struct host *h)
{
	const struct usm_user *user;
	const struct auth_protocol *auth;
	const struct priv_protocol *priv;
	size_t i;

	make_engine_id(h);
	for (i = 0; i < s->scenario.n_users; i++) {
		user = &s->scenario.users[i];
		auth = auth_named(user->auth);
		priv = priv_named(user->priv);
		if (!(h->users & 1u << i) || !auth)
			continue;
		localise(auth, s->user_keys[i][0], h, h->keys[i].auth);
		if (!priv)
			continue;
		localise(auth, s->user_keys[i][1], h, h->keys[i].priv);
		lengthen(auth, priv->key_len, h->keys[i].priv);
	}
}

static int
prepare_user(struct school *s, size_t i, char error[static 256])
{
	const struct usm_user *user = &s->scenario.users[i];
	const struct auth_protocol *auth = auth_named(user->auth);
	int r = 0;

	if ((is_named(user->auth) && !auth) ||
	    (is_named(user->priv) && (!priv_named(user->priv) || !auth)))
		r = -EINVAL;
	if (r == 0 && auth)
		r = password_key(
		    auth, user->auth_pass ? user->auth_pass : "", s->user_keys[i][0]);
	if (r == 0 && is_named(user->priv))
		r = password_key(
		    auth, user->priv_pass ? user->priv_pass : "", s->user_keys[i][1]);
	if (r < 0)
		(void)snprintf(error, 256, "user '%.60s' has no usable protocols or passwords",
		    user->name);
	return r;
}

int
usm_prepare(struct school *s, char error[static 256])
{
	size_t i;
	int r = 0;

	standard = OSSL_PROVIDER_load(NULL, "default");
	legacy = OSSL_PROVIDER_load(NULL, "legacy");
	if (!standard || !legacy) {
		(void)snprintf(error, 256, "OpenSSL has no legacy provider");
		return -ENOENT;
	}
	s->user_keys = calloc(SCENARIO_USERS_MAX, sizeof(*s->user_keys));
	if (!s->user_keys)
		return -ENOMEM;
	for (i = 0; i < s->scenario.n_users && r == 0; i++)
		r = prepare_user(s, i, error);
	for (i = 0; i < s->scenario.n_hosts && r == 0; i++) {
		if (s->scenario.hosts[i].v3)
			prepare_host(s, &s->scenario.hosts[i]);
	}
	return r;
}

void
usm_free(struct school *s)
{
	free(s->user_keys);
	if (standard)
		(void)OSSL_PROVIDER_unload(standard);
	if (legacy)
		(void)OSSL_PROVIDER_unload(legacy);
}

static int64_t
engine_time(const struct school *s)
{
	return (school_now_us() - s->started_us) / 1000000 + STARTED_AT_S;
}

static bool
read_message(struct session *x, struct cursor message)
{
	struct cursor global = ber_expect(&message, BER_SEQUENCE), flags, security, parameters;
	int64_t model;

	x->id = ber_integer(&global);
	x->max_size = ber_integer(&global);
	flags = ber_expect(&global, BER_OCTETS);
	x->flags = cursor_u8(&flags);
	model = ber_integer(&global);
	security = ber_expect(&message, BER_OCTETS);
	parameters = ber_expect(&security, BER_SEQUENCE);
	x->engine = ber_expect(&parameters, BER_OCTETS);
	x->boots = ber_integer(&parameters);
	x->time = ber_integer(&parameters);
	x->user_name = ber_expect(&parameters, BER_OCTETS);
	x->mac = ber_expect(&parameters, BER_OCTETS);
	x->salt = ber_expect(&parameters, BER_OCTETS);
	x->data = message;
	return cursor_ok(&global) && cursor_ok(&flags) && cursor_ok(&parameters) &&
	       model == SECURITY_MODEL_USM && x->max_size >= BYTES_MAX_LEAST;
}

static void
find_user(const struct school *s, const struct host *h, struct session *x)
{
	const struct usm_user *user;
	size_t i;

	for (i = 0; i < s->scenario.n_users; i++) {
		user = &s->scenario.users[i];
		if ((h->users & 1u << i) && strlen(user->name) == cursor_left(&x->user_name) &&
		    memcmp(user->name, x->user_name.at, cursor_left(&x->user_name)) == 0) {
			x->user = user;
			x->keys = &h->keys[i];
			x->auth = auth_named(user->auth);
			x->priv = priv_named(user->priv);
		}
	}
}

static bool
digest_fits(const struct session *x, const struct datagram *d)
{
	uint8_t copy[4096], mac[EVP_MAX_MD_SIZE];
	size_t at = (size_t)(x->mac.at - d->data);

	if (cursor_left(&x->mac) != x->auth->mac_len || d->len > sizeof(copy))
		return false;
	memcpy(copy, d->data, d->len);
	memset(copy + at, 0, x->auth->mac_len);
	return HMAC(EVP_get_digestbyname(x->auth->digest), x->keys->auth, (int)x->auth->key_len,
		   copy, d->len, mac, NULL) &&
	       CRYPTO_memcmp(mac, x->mac.at, x->auth->mac_len) == 0;
}

static void
make_iv(const struct session *x, uint32_t boots, uint32_t time, const uint8_t salt[static 8],
    uint8_t ret[static 16])
{
	int i;

	memset(ret, 0, 16);
	if (x->priv->block == 8) {
		for (i = 0; i < 8; i++)
			ret[i] = x->keys->priv[8 + i] ^ salt[i];
		return;
	}
	for (i = 0; i < 4; i++) {
		ret[i] = (uint8_t)(boots >> (24 - 8 * i));
		ret[4 + i] = (uint8_t)(time >> (24 - 8 * i));
	}
	memcpy(ret + 8, salt, 8);
}

/* Encrypts (direction 1) or decrypts (0) without padding. */
static bool
run_cipher(const struct session *x, int direction, const uint8_t iv[static 16],
    const uint8_t *from, size_t len, uint8_t *to)
{
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	int done = 0;
	bool ok;

	ok = context &&
	     EVP_CipherInit_ex(context, EVP_get_cipherbyname(x->priv->cipher), NULL,
		 x->keys->priv, iv, direction) &&
	     EVP_CIPHER_CTX_set_padding(context, 0) &&
	     EVP_CipherUpdate(context, to, &done, from, (int)len) && done == (int)len;
	EVP_CIPHER_CTX_free(context);
	return ok;
}

static bool
decrypt(struct session *x)
{
	struct cursor secret = ber_expect(&x->data, BER_OCTETS);
	size_t len = cursor_left(&secret);
	uint8_t iv[16];

	if (!cursor_ok(&secret) || cursor_left(&x->salt) != 8 || len > sizeof(x->plain) ||
	    len % x->priv->block != 0)
		return false;
	make_iv(x, (uint32_t)x->boots, (uint32_t)x->time, x->salt.at, iv);
	if (!run_cipher(x, 0, iv, secret.at, len, x->plain))
		return false;
	x->data = cursor_over(x->plain, len);
	return true;
}

static void
encrypt(struct school *s, const struct session *x, struct packet *p, uint32_t time,
    uint8_t salt[static 8])
{
	static uint8_t secret[PACKET_SIZE];
	uint8_t iv[16];
	uint32_t number = school_random(s);
	size_t len;
	int i;

	for (i = 0; i < 4; i++) {
		salt[i] = (uint8_t)((uint32_t)ENGINE_BOOTS >> (24 - 8 * i));
		salt[4 + i] = (uint8_t)(number >> (24 - 8 * i));
	}
	while (packet_len(p) % x->priv->block != 0)
		packet_append_u8(p, 0);
	len = packet_len(p);
	make_iv(x, ENGINE_BOOTS, time, salt, iv);
	CHECK(run_cipher(x, 1, iv, packet_start(p), len, secret));
	packet_reset(p);
	packet_append(p, secret, len);
	ber_push_header(p, BER_OCTETS, len);
}

/* The scoped PDU in the packet becomes a message at the given level of security. */
static void
seal(struct school *s, const struct host *h, const struct session *x, unsigned level,
    struct packet *p)
{
	static const uint8_t zeros[EVP_MAX_MD_SIZE];
	uint8_t salt[8], mac[EVP_MAX_MD_SIZE], flags = (uint8_t)level;
	uint32_t time = (uint32_t)engine_time(s);
	const struct auth_protocol *auth = level & FLAG_AUTH ? x->auth : NULL;
	size_t after, mac_len = auth ? auth->mac_len : 0, mac_at;

	if (level & FLAG_PRIV)
		encrypt(s, x, p, time, salt);
	after = packet_len(p);
	ber_push_octets(p, salt, level & FLAG_PRIV ? sizeof(salt) : 0);
	packet_push(p, zeros, mac_len);
	mac_at = p->from;
	ber_push_header(p, BER_OCTETS, mac_len);
	ber_push_octets(p, x->user_name.at, cursor_left(&x->user_name));
	ber_push_integer(p, time);
	ber_push_integer(p, ENGINE_BOOTS);
	ber_push_octets(p, h->engine_id, h->engine_id_len);
	ber_push_header(p, BER_SEQUENCE, packet_len(p) - after);
	ber_push_header(p, BER_OCTETS, packet_len(p) - after);
	after = packet_len(p);
	ber_push_integer(p, SECURITY_MODEL_USM);
	ber_push_octets(p, &flags, 1);
	ber_push_integer(p, 65507);
	ber_push_integer(p, x->id);
	ber_push_header(p, BER_SEQUENCE, packet_len(p) - after);
	ber_push_integer(p, SNMP_V3);
	ber_push_header(p, BER_SEQUENCE, packet_len(p));
	if (!auth)
		return;
	CHECK(HMAC(EVP_get_digestbyname(auth->digest), x->keys->auth, (int)auth->key_len,
	    packet_start(p), packet_len(p), mac, NULL));
	memcpy(p->bytes + mac_at, mac, mac_len);
}

static void
push_scope(const struct host *h, const struct cursor *context, struct packet *p)
{
	ber_push_octets(p, context->at, cursor_left(context));
	ber_push_octets(p, h->engine_id, h->engine_id_len);
	ber_push_header(p, BER_SEQUENCE, packet_len(p));
}

/* The request id of a scoped PDU in the clear; 0 when it is not to be had (RFC 3412 7.1.3). */
static int64_t
clear_request_id(struct cursor scoped)
{
	struct cursor scope = ber_expect(&scoped, BER_SEQUENCE), pdu;
	int64_t id;
	uint8_t tag;

	(void)ber_next(&scope, &tag);
	(void)ber_next(&scope, &tag);
	pdu = ber_next(&scope, &tag);
	id = ber_integer(&pdu);
	return cursor_ok(&pdu) && cursor_ok(&scope) ? id : 0;
}

static bool
send_report(
    struct school *s, struct host *h, struct session *x, enum report report, struct packet *p)
{
	const struct oid counter = {11, {1, 3, 6, 1, 6, 3, 15, 1, 1, report, 0}};
	const struct cursor none = cursor_over(NULL, 0);
	int64_t id = x->flags & FLAG_PRIV ? 0 : clear_request_id(x->data);

	if (!(x->flags & FLAG_REPORTABLE))
		return false;
	s->counters.snmp_reports++;
	snmp_push_report(p, id, &counter, (uint32_t)s->counters.snmp_reports);
	push_scope(h, &none, p);
	seal(s, h, x, report == REPORT_TIME ? FLAG_AUTH : 0, p);
	return true;
}

/* What is wrong with the message's security, 0 when nothing is (RFC 3414 3.2). */
static int
check_security(
    const struct school *s, const struct host *h, struct session *x, const struct datagram *d)
{
	int64_t apart = engine_time(s) - x->time;

	if (cursor_left(&x->engine) != h->engine_id_len ||
	    memcmp(x->engine.at, h->engine_id, h->engine_id_len) != 0)
		return REPORT_ENGINE;
	find_user(s, h, x);
	if (!x->user)
		return REPORT_USER;
	if (((x->flags & FLAG_AUTH) && !x->auth) || ((x->flags & FLAG_PRIV) && !x->priv) ||
	    (x->flags & (FLAG_AUTH | FLAG_PRIV)) == FLAG_PRIV)
		return REPORT_LEVEL;
	if (!(x->flags & FLAG_AUTH))
		return 0;
	if (!digest_fits(x, d))
		return REPORT_DIGEST;
	if (x->boots != ENGINE_BOOTS || apart > TIME_WINDOW_S || apart < -TIME_WINDOW_S)
		return REPORT_TIME;
	if ((x->flags & FLAG_PRIV) && !decrypt(x))
		return REPORT_DECRYPTION;
	return 0;
}

bool
usm_message(struct school *s, struct host *h, const struct datagram *d, struct cursor message,
    struct packet *p, struct snmp_result *ret)
{
	struct session x;
	struct cursor scope, context;
	const struct mib *mib;
	size_t bytes_max;
	unsigned level;
	uint8_t tag;
	int report;

	s->counters.snmp_v3++;
	x.user = NULL;
	x.auth = NULL;
	x.priv = NULL;
	if (!read_message(&x, message)) {
		s->counters.snmp_malformed++;
		return false;
	}
	report = check_security(s, h, &x, d);
	if (report != 0)
		return send_report(s, h, &x, (enum report)report, p);
	if (h->fault == SNMP_FAULT_dead_v3) {
		s->counters.snmp_faults++;
		return false;
	}
	level = x.flags & (FLAG_AUTH | FLAG_PRIV);
	scope = ber_expect(&x.data, BER_SEQUENCE);
	(void)ber_next(&scope, &tag);
	context = ber_expect(&scope, BER_OCTETS);
	bytes_max = h->bytes_max < x.max_size ? h->bytes_max : (size_t)x.max_size;
	mib = snmp_mib_of(h, "vlan-", context.at, cursor_left(&context));
	if (!cursor_ok(&scope) || !mib ||
	    !snmp_answer_pdu(s, h, mib, SNMP_V3, scope, bytes_max - V3_OVERHEAD,
		(x.auth && !(level & FLAG_AUTH)) || (x.priv && !(level & FLAG_PRIV)), p, ret))
		return false;
	push_scope(h, &context, p);
	seal(s, h, &x, level, p);
	return true;
}
