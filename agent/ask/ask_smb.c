/*
 * SMB2 NEGOTIATE and the first half of SESSION_SETUP (MS-SMB2 2.2.3 to 2.2.6): the
 * server's GUID and, in the NTLM challenge, its name and version. Nobody logs in:
 * the connection closes when the challenge has come.
 */
#include <stdio.h>
#include <string.h>

#include "agent/ask/ask.h"
#include "agent/ask/ntlm.h"
#include "common/check.h"
#include "common/cursor.h"
#include "common/text.h"

enum {
	SMB_PORT = 445,
	HEADER_BYTES = 64,
	COMMAND_NEGOTIATE = 0,
	COMMAND_SESSION_SETUP = 1,
	STATUS_MORE_PROCESSING = 0x16, /* of 0xc0000016 */
	GUID_BYTES = 16,
	STAGE_BEGIN = 0,
	STAGE_NEGOTIATING,
	STAGE_SETTING_UP,
};

static void
put(struct ask *ask, const void *bytes, size_t len)
{
	(void)bytes_add(&ask->out, bytes, len);
}

/* The length (MS-SMB2 2.1), then the header (2.2.1.2). */
static void
put_header(struct ask *ask, uint8_t command, uint8_t message, size_t body_len)
{
	size_t len = HEADER_BYTES + body_len;
	uint8_t head[4 + HEADER_BYTES] = {0, (uint8_t)(len >> 16), (uint8_t)(len >> 8),
	    (uint8_t)len, 0xfe, 'S', 'M', 'B', HEADER_BYTES};

	head[4 + 12] = command;
	head[4 + 14] = 1; /* credits */
	head[4 + 24] = message;
	put(ask, head, sizeof(head));
}

static void
put_negotiate(struct ask *ask)
{
	/* 2.2.3: five dialects, signing enabled; then one context (2.2.3.1.1): SHA-512. */
	static const uint8_t fixed[] = {36, 0, 5, 0, 1, 0, 0, 0, 0, 0, 0, 0};
	static const uint8_t dialects[] = {112, 0, 0, 0, 1, 0, 0,
	    0, /* where and how many contexts */
	    0x02, 0x02, 0x10, 0x02, 0x00, 0x03, 0x02, 0x03, 0x11, 0x03, 0, 0};
	static const uint8_t context[] = {1, 0, 38, 0, 0, 0, 0, 0, 1, 0, 32, 0, 1, 0};
	const size_t salt = 2 * sizeof(ask->random);

	put_header(ask, COMMAND_NEGOTIATE, 0,
	    sizeof(fixed) + GUID_BYTES + sizeof(dialects) + sizeof(context) + salt);
	put(ask, fixed, sizeof(fixed));
	put(ask, ask->random, GUID_BYTES);
	put(ask, dialects, sizeof(dialects));
	put(ask, context, sizeof(context));
	put(ask, ask->random, sizeof(ask->random));
	put(ask, ask->random, sizeof(ask->random));
}

static void
put_session_setup(struct ask *ask)
{
	/* 2.2.5, its buffer at 88 */
	static const uint8_t fixed[] = {
	    25, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 88, 0, 74, 0, 0, 0, 0, 0, 0, 0, 0, 0};
	/* NegTokenInit (RFC 4178 4.2.1) with one mechanism, NTLM */
	static const uint8_t spnego[] = {0x60, 0x48, 0x06, 0x06, 0x2b, 0x06, 0x01, 0x05, 0x05,
	    0x02, 0xa0, 0x3e, 0x30, 0x3c, 0xa0, 0x0e, 0x30, 0x0c, 0x06, 0x0a, 0x2b, 0x06, 0x01,
	    0x04, 0x01, 0x82, 0x37, 0x02, 0x02, 0x0a, 0xa2, 0x2a, 0x04, 0x28};

	put_header(ask, COMMAND_SESSION_SETUP, 1,
	    sizeof(fixed) + sizeof(spnego) + sizeof(ntlm_negotiate));
	put(ask, fixed, sizeof(fixed));
	put(ask, spnego, sizeof(spnego));
	put(ask, ntlm_negotiate, sizeof(ntlm_negotiate));
}

static const char *
dialect_name(uint16_t dialect)
{
	static const struct {
		uint16_t dialect;
		const char *name;
	} names[] = {{0x0202, "2.0.2"}, {0x0210, "2.1"}, {0x0300, "3.0"}, {0x0302, "3.0.2"},
	    {0x0311, "3.1.1"}};

	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (names[i].dialect == dialect)
			return names[i].name;
	return "";
}

/* A GUID's first three parts are little-endian (MS-DTYP 2.3.4.2). */
static void
add_guid(struct ask *ask, const uint8_t *guid)
{
	static const uint8_t order[GUID_BYTES] = {
	    3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
	uint8_t turned[GUID_BYTES];
	char text[37];

	for (size_t i = 0; i < GUID_BYTES; i++)
		turned[i] = guid[order[i]];
	text_uuid(text, turned);
	ask_add_text(ask, "guid", text);
}

/* 2.2.4 */
static enum ask_verdict
negotiated(struct ask *ask, struct cursor *c)
{
	uint16_t dialect;
	const uint8_t *guid;

	(void)cursor_be32(c); /* size, security mode */
	dialect = cursor_le16(c);
	(void)cursor_be16(c);
	guid = cursor_take(c, GUID_BYTES);
	if (!guid)
		return ASK_DONE;
	ask_add_text(ask, "dialect", dialect_name(dialect));
	add_guid(ask, guid);
	ask->stage = STAGE_SETTING_UP;
	put_session_setup(ask);
	return ASK_MORE;
}

static enum ask_verdict
read_message(struct ask *ask, struct cursor *message)
{
	static const uint8_t protocol[4] = {0xfe, 'S', 'M', 'B'};
	const uint8_t *head = cursor_take(message, HEADER_BYTES);

	if (!head || memcmp(head, protocol, sizeof(protocol)) != 0)
		return ASK_DONE;
	if (ask->stage == STAGE_NEGOTIATING && head[12] == COMMAND_NEGOTIATE && head[11] == 0)
		return negotiated(ask, message);
	if (ask->stage == STAGE_SETTING_UP && head[12] == COMMAND_SESSION_SETUP &&
	    head[8] == STATUS_MORE_PROCESSING)
		(void)ntlm_read_challenge(ask, message->at, message->left);
	return ASK_DONE;
}

static enum ask_verdict
step(struct ask *ask)
{
	struct cursor c = cursor_over(ask->in.data, ask->in.len), message;
	uint32_t len;
	enum ask_verdict verdict;

	if (ask->stage == STAGE_BEGIN) {
		ask->stage = STAGE_NEGOTIATING;
		put_negotiate(ask);
		return ASK_MORE;
	}
	len = cursor_be32(&c);
	message = cursor_cut(&c, len);
	if (!cursor_ok(&c) || !cursor_ok(&message))
		return ask->ended ? ASK_DONE : ASK_MORE;
	verdict = read_message(ask, &message);
	ask_consume(ask, 4 + (size_t)len);
	return verdict;
}

const struct asker asker_smb = {.name = "smb",
    .source = "smb",
    .transport = ASK_TCP,
    .port = SMB_PORT,
    .timeout_ms = 3000,
    .bytes_max = 4096,
    .wants = ask_wants_computer,
    .step = step};
