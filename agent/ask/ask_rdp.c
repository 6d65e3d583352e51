/*
 * The security negotiation of RDP (MS-RDPBCGR 2.2.1.1, 2.2.1.2) and, where the server
 * wants network level authentication, the NTLM challenge within CredSSP (MS-CSSP 2.2.1):
 * name and version before anybody logs in. The certificate of TLS bears the name as well.
 */
#include <string.h>

#include "agent/ask/ask.h"
#include "agent/ask/ntlm.h"
#include "common/check.h"
#include "common/cursor.h"

enum {
	RDP_PORT = 3389,
	TPKT_VERSION = 3,
	X224_CONFIRM = 0xd0,
	NEGOTIATION_ANSWER = 2,
	NEGOTIATION_FAILURE = 3,
	FAILURE_NLA_REQUIRED = 5,
	PROTOCOL_TLS = 1,
	PROTOCOL_NLA = 2,
	STAGE_BEGIN = 0,
	STAGE_CONNECTING,
	STAGE_TLS,
	STAGE_NLA,
	STAGE_CHALLENGED,
};

/* TPKT (RFC 1006), X.224 connection request, and the wish for TLS or CredSSP. */
static const uint8_t connect_request[] = {TPKT_VERSION, 0, 0, 19, 14, 0xe0, 0, 0, 0, 0, 0, 1, 0,
    8, 0, PROTOCOL_TLS | PROTOCOL_NLA, 0, 0, 0};

/* TSRequest: version 6, one token; the NEGOTIATE follows. */
static const uint8_t ts_request[] = {0x30, 0x37, 0xa0, 0x03, 0x02, 0x01, 0x06, 0xa1, 0x30, 0x30,
    0x2e, 0x30, 0x2c, 0xa0, 0x2a, 0x04, 0x28};

static enum ask_verdict
confirmed(struct ask *ask, struct cursor *c)
{
	uint8_t kind, protocol;

	(void)cursor_u8(c); /* length */
	if ((cursor_u8(c) & 0xf0) != X224_CONFIRM)
		return ASK_DONE;
	(void)cursor_take(c, 5); /* references, class */
	if (!cursor_ok(c))
		return ASK_DONE;
	kind = cursor_u8(c);
	(void)cursor_take(c, 3);
	protocol = cursor_u8(c);
	if (cursor_ok(c) && kind == NEGOTIATION_ANSWER &&
	    protocol & (PROTOCOL_TLS | PROTOCOL_NLA)) {
		ask_add_text(ask, "security", protocol & PROTOCOL_NLA ? "nla" : "tls");
		ask->stage = protocol & PROTOCOL_NLA ? STAGE_NLA : STAGE_TLS;
		return ASK_TLS;
	}
	ask_add_text(ask, "security",
	    kind == NEGOTIATION_FAILURE && protocol == FAILURE_NLA_REQUIRED ? "nla" : "rdp");
	return ASK_DONE;
}

static enum ask_verdict
connecting(struct ask *ask)
{
	struct cursor c = cursor_over(ask->in.data, ask->in.len), packet;
	enum ask_verdict verdict;
	uint16_t len;
	uint8_t version = cursor_u8(&c);

	(void)cursor_u8(&c);
	len = cursor_be16(&c);
	if (cursor_ok(&c) && (version != TPKT_VERSION || len < 4))
		return ASK_DONE;
	packet = cursor_cut(&c, len >= 4 ? len - 4u : 0);
	if (!cursor_ok(&packet) || len == 0)
		return ask->ended ? ASK_DONE : ASK_MORE;
	verdict = confirmed(ask, &packet);
	ask_consume(ask, len);
	return verdict;
}

static enum ask_verdict
step(struct ask *ask)
{
	switch (ask->stage) {
	case STAGE_BEGIN:
		ask->stage = STAGE_CONNECTING;
		(void)bytes_add(&ask->out, connect_request, sizeof(connect_request));
		return ASK_MORE;
	case STAGE_CONNECTING:
		return connecting(ask);
	case STAGE_TLS:
		ask_add_text(ask, "cert", ask->certificate);
		return ASK_DONE;
	case STAGE_NLA:
		ask_add_text(ask, "cert", ask->certificate);
		ask->stage = STAGE_CHALLENGED;
		(void)bytes_add(&ask->out, ts_request, sizeof(ts_request));
		(void)bytes_add(&ask->out, ntlm_negotiate, sizeof(ntlm_negotiate));
		return ASK_MORE;
	default:
		/* A TSRequest is short; what holds a whole challenge is enough. */
		if (ask->in.len < 2 ||
		    (!ask->ended && ask->in.data[1] == 0x82 &&
			ask->in.len < 4u + (size_t)(ask->in.data[2] << 8 | ask->in.data[3])))
			return ask->ended ? ASK_DONE : ASK_MORE;
		(void)ntlm_read_challenge(ask, ask->in.data, ask->in.len);
		return ASK_DONE;
	}
}

const struct asker asker_rdp = {.name = "rdp",
    .source = "rdp",
    .transport = ASK_TCP,
    .port = RDP_PORT,
    .timeout_ms = 4000,
    .bytes_max = 8192,
    .wants = ask_wants_computer,
    .step = step};
