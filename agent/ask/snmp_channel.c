/*
 * Sessions by net-snmp's single-session calls (snmp_sess_*). Its timeouts and
 * retries are not used: the asker keeps time. The engine of an SNMPv3 device is
 * known before (snmp_probe), because the library's own discovery would block the
 * loop. Users and engine times, which the library keeps for good, go with the
 * session. GET, GETNEXT and GETBULK are all that can be sent.
 */
#include "agent/ask/snmp_channel.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <net-snmp/net-snmp-config.h>

#include <net-snmp/net-snmp-includes.h>

#include <net-snmp/library/large_fd_set.h>
#include <net-snmp/library/lcd_time.h>
#include <net-snmp/library/snmp_transport.h>
#include <net-snmp/library/snmpusm.h>

#include "common/check.h"

enum { PASSPHRASE_MIN = 8 };

struct snmp_keys {
	char name[33];
	int level;                          /* SNMP_SEC_LEVEL_... */
	oid *auth_protocol, *priv_protocol; /* the library's constants */
	size_t auth_protocol_len, priv_protocol_len;
	u_char auth_key[USM_AUTH_KU_LEN], priv_key[USM_PRIV_KU_LEN];
	size_t auth_key_len, priv_key_len;
};

struct snmp_channel {
	void *handle;
	int fd;
	int version;
	uint8_t engine_id[SNMP_ENGINE_ID_BYTES_MAX];
	size_t engine_id_len;
	char user[33];
	struct snmp_inbox *inbox; /* while reading */
	enum snmp_event event;
};

void
snmp_library_start(void)
{
	static bool started; /* as global as the library itself */

	if (started)
		return;
	started = true;
	(void)setenv("MIBS", "", 1);
	(void)setenv("MIBDIRS", "/nonexistent", 1);
	snmp_disable_log();
	netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_READ_CONFIGS, 1);
	netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_PERSIST_STATE, 1);
	netsnmp_ds_set_boolean(
	    NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DISABLE_PERSISTENT_LOAD, 1);
	netsnmp_ds_set_boolean(
	    NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DISABLE_PERSISTENT_SAVE, 1);
	init_snmp("parta");
	snmp_disable_log();
}

/* ---- keys */

/* The library itself takes any prefix of a name, so names are compared here. */
static int
algorithm(const char *name, const char *const names[], const int types[], size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcasecmp(name, names[i]) == 0)
			return types[i];
	return -1;
}

static int
auth_type(const char *name)
{
	static const char *const names[] = {
	    "", "none", "MD5", "SHA", "SHA-1", "SHA-224", "SHA-256", "SHA-384", "SHA-512"};
	static const int types[] = {NETSNMP_USMAUTH_NOAUTH, NETSNMP_USMAUTH_NOAUTH,
	    NETSNMP_USMAUTH_HMACMD5, NETSNMP_USMAUTH_HMACSHA1, NETSNMP_USMAUTH_HMACSHA1,
	    NETSNMP_USMAUTH_HMAC128SHA224, NETSNMP_USMAUTH_HMAC192SHA256,
	    NETSNMP_USMAUTH_HMAC256SHA384, NETSNMP_USMAUTH_HMAC384SHA512};

	_Static_assert(COUNT_OF(names) == COUNT_OF(types), "one type a name");
	return algorithm(name, names, types, COUNT_OF(names));
}

static int
priv_type(const char *name)
{
	static const char *const names[] = {"", "none", "DES", "AES", "AES-128", "AES-192",
	    "AES-256", "AES-192-C", "AES-256-C"};
	static const int types[] = {USM_CREATE_USER_PRIV_NONE, USM_CREATE_USER_PRIV_NONE,
	    USM_CREATE_USER_PRIV_DES, USM_CREATE_USER_PRIV_AES, USM_CREATE_USER_PRIV_AES,
	    USM_CREATE_USER_PRIV_AES192, USM_CREATE_USER_PRIV_AES256,
	    USM_CREATE_USER_PRIV_AES192_CISCO, USM_CREATE_USER_PRIV_AES256_CISCO};

	_Static_assert(COUNT_OF(names) == COUNT_OF(types), "one type a name");
	return algorithm(name, names, types, COUNT_OF(names));
}

static int
make_key(const struct snmp_keys *keys, const char *passphrase, u_char *ret, size_t *ret_len)
{
	size_t len = strlen(passphrase);
	size_t key_len = USM_AUTH_KU_LEN;

	if (len < PASSPHRASE_MIN)
		return -EINVAL;
	if (generate_Ku(keys->auth_protocol, (u_int)keys->auth_protocol_len,
		(const u_char *)passphrase, len, ret, &key_len) != SNMPERR_SUCCESS)
		return -EINVAL;
	*ret_len = key_len;
	return 0;
}

static int
fill_keys(struct snmp_keys *keys, const struct snmp_user *user)
{
	int auth = auth_type(user->auth_protocol), priv = priv_type(user->priv_protocol);
	int r;

	if (auth < 0 || priv < 0 || !*user->name)
		return -EINVAL;
	memcpy(keys->name, user->name, sizeof(keys->name));
	keys->level = SNMP_SEC_LEVEL_NOAUTH;
	keys->auth_protocol = sc_get_auth_oid(auth, &keys->auth_protocol_len);
	keys->priv_protocol = sc_get_priv_oid(priv, &keys->priv_protocol_len);
	if (auth == NETSNMP_USMAUTH_NOAUTH)
		return priv == USM_CREATE_USER_PRIV_NONE ? 0 : -EINVAL;
	if (!keys->auth_protocol || !keys->priv_protocol)
		return -EINVAL;
	r = make_key(keys, user->auth_passphrase, keys->auth_key, &keys->auth_key_len);
	keys->level = SNMP_SEC_LEVEL_AUTHNOPRIV;
	if (r < 0 || priv == USM_CREATE_USER_PRIV_NONE)
		return r;
	keys->level = SNMP_SEC_LEVEL_AUTHPRIV;
	return make_key(keys, user->priv_passphrase, keys->priv_key, &keys->priv_key_len);
}

int
snmp_keys_new(const struct snmp_user *user, struct snmp_keys **ret)
{
	struct snmp_keys *keys = calloc(1, sizeof(*keys));
	int r;

	if (!keys)
		return -ENOMEM;
	snmp_library_start();
	r = fill_keys(keys, user);
	if (r < 0) {
		snmp_keys_free(keys);
		return r;
	}
	*ret = keys;
	return 0;
}

void
snmp_keys_free(struct snmp_keys *keys)
{
	if (!keys)
		return;
	explicit_bzero(keys, sizeof(*keys));
	free(keys);
}

/* ---- what came */

static void
copy_oid(struct snmp_oid *to, const oid *arcs, size_t len)
{
	to->len = len < SNMP_OID_MAX ? (uint32_t)len : SNMP_OID_MAX;
	for (uint32_t i = 0; i < to->len; i++)
		to->arc[i] = (uint32_t)arcs[i];
}

static void
copy_bytes(struct snmp_inbox *inbox, struct snmp_var *to, const netsnmp_variable_list *from)
{
	size_t len = from->val_len;

	if (len > sizeof(inbox->bytes) - inbox->used)
		len = sizeof(inbox->bytes) - inbox->used;
	to->bytes = inbox->bytes + inbox->used;
	to->len = len;
	if (len > 0)
		memcpy(inbox->bytes + inbox->used, from->val.string, len);
	inbox->used += len;
}

static int64_t
counter64(const netsnmp_variable_list *from)
{
	uint64_t value =
	    (uint64_t)from->val.counter64->high << 32 | (from->val.counter64->low & UINT32_MAX);

	return value > INT64_MAX ? INT64_MAX : (int64_t)value;
}

static void
copy_var(struct snmp_inbox *inbox, struct snmp_var *to, const netsnmp_variable_list *from)
{
	copy_oid(&to->oid, from->name, from->name_length);
	to->type = SNMP_NOTHING;
	to->number = 0;
	to->bytes = NULL;
	to->len = 0;
	to->object.len = 0;
	switch (from->type) {
	case ASN_INTEGER:
		to->type = SNMP_NUMBER;
		to->number = from->val.integer ? *from->val.integer : 0;
		break;
	case ASN_COUNTER:
	case ASN_GAUGE:
	case ASN_TIMETICKS:
	case ASN_UINTEGER:
		to->type = SNMP_NUMBER;
		to->number = from->val.integer
				 ? (int64_t)((uint64_t)*from->val.integer & UINT32_MAX)
				 : 0;
		break;
	case ASN_COUNTER64:
		to->type = SNMP_NUMBER;
		to->number = from->val.counter64 ? counter64(from) : 0;
		break;
	case ASN_OCTET_STR:
	case ASN_OPAQUE:
		to->type = SNMP_OCTETS;
		copy_bytes(inbox, to, from);
		break;
	case ASN_IPADDRESS:
		to->type = SNMP_IP_ADDRESS;
		copy_bytes(inbox, to, from);
		break;
	case ASN_OBJECT_ID:
		to->type = SNMP_OBJECT_ID;
		copy_oid(&to->object, from->val.objid, from->val_len / sizeof(oid));
		break;
	case SNMP_ENDOFMIBVIEW:
		to->type = SNMP_END_OF_VIEW;
		break;
	default:
		break;
	}
}

static void
copy_reply(struct snmp_inbox *inbox, const netsnmp_pdu *pdu)
{
	struct snmp_reply *reply = &inbox->reply;

	inbox->used = 0;
	reply->error_status = pdu->errstat;
	reply->error_index = pdu->errindex;
	reply->n = 0;
	for (const netsnmp_variable_list *v = pdu->variables;
	     v && reply->n < SNMP_REPLY_VARS_MAX; v = v->next_variable)
		copy_var(inbox, &reply->vars[reply->n++], v);
}

static const char *
report_words(int type)
{
	switch (type) {
	case SNMPERR_UNSUPPORTED_SEC_LEVEL:
		return "the security level is not supported for this user";
	case SNMPERR_NOT_IN_TIME_WINDOW:
		return "its clock of boots and seconds does not hold still";
	case SNMPERR_UNKNOWN_USER_NAME:
		return "the user is unknown there";
	case SNMPERR_UNKNOWN_ENG_ID:
		return "it does not know its own engine identifier";
	case SNMPERR_AUTHENTICATION_FAILURE:
		return "the authentication passphrase or algorithm is wrong";
	case SNMPERR_DECRYPTION_ERR:
		return "the privacy passphrase or algorithm is wrong";
	default:
		return "SNMPv3 is refused";
	}
}

/*
 * A report of notInTimeWindow has set the library's idea of the device's clock
 * right, and the library sends the request again by itself, once. RESEND only
 * says so; TIMED_OUT comes when a session with open requests is closed.
 */
static int
on_message(
    int operation, netsnmp_session *session, int request_id, netsnmp_pdu *pdu, void *magic)
{
	struct snmp_channel *channel = session->callback_magic;
	struct snmp_inbox *inbox = channel->inbox;

	(void)request_id;
	if (!inbox || !pdu || channel->event != SNMP_EVENT_NONE)
		return 1;
	if (operation == NETSNMP_CALLBACK_OP_SEC_ERROR) {
		channel->event = SNMP_EVENT_DENIED;
		inbox->words = report_words(snmpv3_get_report_type(pdu));
	} else if (operation != NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE) {
		return 1;
	} else if (pdu->command == SNMP_MSG_RESPONSE) {
		channel->event = SNMP_EVENT_REPLY;
		copy_reply(inbox, pdu);
	}
	inbox->tag = (uint32_t)(uintptr_t)magic;
	return 1;
}

enum snmp_event
snmp_channel_read(struct snmp_channel *channel, struct snmp_inbox *inbox)
{
	const netsnmp_session *session = snmp_sess_session(channel->handle);
	netsnmp_large_fd_set set;
	int r;

	netsnmp_large_fd_set_init(&set, channel->fd + 1);
	NETSNMP_LARGE_FD_ZERO(&set);
	NETSNMP_LARGE_FD_SET(channel->fd, &set);
	channel->inbox = inbox;
	channel->event = SNMP_EVENT_NONE;
	r = snmp_sess_read2(channel->handle, &set);
	channel->inbox = NULL;
	netsnmp_large_fd_set_cleanup(&set);
	if (r == 0 || channel->event != SNMP_EVENT_NONE)
		return channel->event;
	if (session->s_snmp_errno != SNMPERR_BAD_RECVFROM)
		return SNMP_EVENT_MALFORMED;
	return session->s_errno == ECONNREFUSED ? SNMP_EVENT_REFUSED : SNMP_EVENT_NONE;
}

/* ---- life */

static void
fill_v3(netsnmp_session *s, const struct snmp_keys *keys, const struct snmp_engine *engine)
{
	s->version = SNMP_VERSION_3;
	s->securityModel = SNMP_SEC_MODEL_USM;
	s->securityLevel = keys->level;
	/* The library copies all of these; it only lacks the const. */
	s->securityName = strndup(keys->name, sizeof(keys->name));
	s->securityNameLen = strlen(keys->name);
	s->securityEngineID = malloc(engine->id_len);
	s->securityEngineIDLen = engine->id_len;
	s->contextEngineID = malloc(engine->id_len);
	s->contextEngineIDLen = engine->id_len;
	if (s->securityEngineID)
		memcpy(s->securityEngineID, engine->id, engine->id_len);
	if (s->contextEngineID)
		memcpy(s->contextEngineID, engine->id, engine->id_len);
	s->securityAuthProto = keys->auth_protocol;
	s->securityAuthProtoLen = keys->auth_protocol_len;
	s->securityPrivProto = keys->priv_protocol;
	s->securityPrivProtoLen = keys->priv_protocol_len;
	if (keys->level != SNMP_SEC_LEVEL_NOAUTH) {
		memcpy(s->securityAuthKey, keys->auth_key, keys->auth_key_len);
		s->securityAuthKeyLen = keys->auth_key_len;
	}
	if (keys->level == SNMP_SEC_LEVEL_AUTHPRIV) {
		memcpy(s->securityPrivKey, keys->priv_key, keys->priv_key_len);
		s->securityPrivKeyLen = keys->priv_key_len;
	}
}

static void
fill_session(netsnmp_session *s, const struct snmp_credential *credential)
{
	if (credential->version == 3) {
		fill_v3(s, credential->keys, credential->engine);
		return;
	}
	s->version = credential->version == 1 ? SNMP_VERSION_1 : SNMP_VERSION_2c;
	s->community = (u_char *)strdup(credential->community);
	s->community_len = strlen(credential->community);
}

static void
clear_session(netsnmp_session *s)
{
	free(s->community);
	free(s->securityName);
	free(s->securityEngineID);
	free(s->contextEngineID);
	explicit_bzero(s, sizeof(*s));
}

/* What the library keeps of a user and an engine beyond the session. */
static void
forget_engine(struct snmp_channel *channel)
{
	struct usmUser *user;

	if (channel->version != 3)
		return;
	user = usm_get_user(channel->engine_id, channel->engine_id_len, channel->user);
	if (user) {
		(void)usm_remove_user(user);
		user->next = NULL;
		user->prev = NULL;
		(void)usm_free_user(user);
	}
	free_enginetime(channel->engine_id, channel->engine_id_len);
}

/* Datagrams from elsewhere are dropped by the kernel, and ICMP errors come to us. */
static int
connect_to(int fd, const struct address *ip, uint16_t port)
{
	struct sockaddr_storage peer;
	size_t len = address_to_sockaddr(ip, port, &peer);

	if (connect(fd, (const struct sockaddr *)&peer, (socklen_t)len) < 0)
		return -errno;
	return 0;
}

static int
channel_start(struct snmp_channel *channel, const struct snmp_credential *credential,
    const struct address *ip, uint16_t port)
{
	char text[ADDRESS_TEXT_SIZE], peer[ADDRESS_TEXT_SIZE + 24];
	netsnmp_session template;

	address_format(ip, text);
	(void)snprintf(peer, sizeof(peer),
	    ip->family == ADDRESS_IPV6 ? "udp6:[%s]:%u" : "udp:%s:%u", text, port);
	snmp_sess_init(&template);
	fill_session(&template, credential);
	template.peername = peer;
	template.retries = 1; /* of what a notInTimeWindow report asks for; nothing else is
				 resent by the library */
	template.callback = on_message;
	template.callback_magic = channel;
	template.flags |= SNMP_FLAGS_DONT_PROBE;
	channel->handle = snmp_sess_open(&template);
	clear_session(&template);
	if (!channel->handle)
		return -EIO;
	channel->fd = snmp_sess_transport(channel->handle)->sock;
	if (credential->version == 3)
		(void)set_enginetime(channel->engine_id, (u_int)channel->engine_id_len,
		    credential->engine->boots, credential->engine->time_s, TRUE);
	return connect_to(channel->fd, ip, port);
}

int
snmp_channel_open(const struct snmp_credential *credential, const struct address *ip,
    uint16_t port, struct snmp_channel **ret)
{
	struct snmp_channel *channel = calloc(1, sizeof(*channel));
	int r;

	if (!channel)
		return -ENOMEM;
	snmp_library_start();
	channel->fd = -1;
	channel->version = credential->version;
	if (credential->version == 3) {
		CHECK(credential->engine->id_len <= sizeof(channel->engine_id));
		memcpy(channel->engine_id, credential->engine->id, credential->engine->id_len);
		channel->engine_id_len = credential->engine->id_len;
		memcpy(channel->user, credential->keys->name, sizeof(channel->user));
	}
	r = channel_start(channel, credential, ip, port);
	if (r < 0) {
		snmp_channel_close(channel);
		return r;
	}
	*ret = channel;
	return 0;
}

void
snmp_channel_close(struct snmp_channel *channel)
{
	if (!channel)
		return;
	if (channel->handle)
		(void)snmp_sess_close(channel->handle);
	forget_engine(channel);
	free(channel);
}

int
snmp_channel_fd(const struct snmp_channel *channel)
{
	return channel->fd;
}

static netsnmp_pdu *
make_pdu(const struct snmp_request *request)
{
	netsnmp_pdu *pdu;

	switch (request->operation) {
	case SNMP_OP_GET:
		pdu = snmp_pdu_create(SNMP_MSG_GET);
		break;
	case SNMP_OP_GETNEXT:
		pdu = snmp_pdu_create(SNMP_MSG_GETNEXT);
		break;
	case SNMP_OP_GETBULK:
	default:
		pdu = snmp_pdu_create(SNMP_MSG_GETBULK);
		break;
	}
	if (!pdu)
		return NULL;
	if (request->operation == SNMP_OP_GETBULK) {
		pdu->non_repeaters = 0;
		pdu->max_repetitions = request->repetitions;
	}
	for (size_t i = 0; i < request->n; i++) {
		oid name[SNMP_OID_MAX];

		for (uint32_t a = 0; a < request->oids[i].len; a++)
			name[a] = request->oids[i].arc[a];
		if (!snmp_add_null_var(pdu, name, request->oids[i].len)) {
			snmp_free_pdu(pdu);
			return NULL;
		}
	}
	return pdu;
}

/* What the library would take from the session. */
static int
set_vlan(const struct snmp_channel *channel, netsnmp_pdu *pdu, unsigned vlan)
{
	const netsnmp_session *session = snmp_sess_session(channel->handle);
	char *text;
	int len;

	if (channel->version == 3)
		len = asprintf(&text, "vlan-%u", vlan);
	else
		len = asprintf(&text, "%.*s@%u", (int)session->community_len,
		    (const char *)session->community, vlan);
	if (len < 0)
		return -ENOMEM;
	if (channel->version == 3) {
		pdu->contextName = text;
		pdu->contextNameLen = (size_t)len;
	} else {
		pdu->community = (u_char *)text;
		pdu->community_len = (size_t)len;
	}
	return 0;
}

int
snmp_channel_send(
    struct snmp_channel *channel, const struct snmp_request *request, uint32_t tag)
{
	netsnmp_pdu *pdu = make_pdu(request);

	if (!pdu)
		return -ENOMEM;
	if (request->vlan && set_vlan(channel, pdu, request->vlan) < 0) {
		snmp_free_pdu(pdu);
		return -ENOMEM;
	}
	errno = 0;
	if (snmp_sess_async_send(channel->handle, pdu, on_message, (void *)(uintptr_t)tag))
		return 0;
	snmp_free_pdu(pdu);
	if (errno == EAGAIN || errno == ENOBUFS)
		return -EAGAIN;
	return errno > 0 ? -errno : -EIO;
}
