/* OPTIONS of SIP (RFC 3261 11.1) to what shows itself a telephone: its Server or User-Agent
 * header. */
#include <string.h>

#include "agent/ask/ask.h"
#include "agent/ask/http_answer.h"
#include "common/check.h"
#include "common/text.h"

enum { SIP_PORT = 5060 };

static bool
wants(const struct ask_known *known, struct ask_place *place)
{
	static const struct {
		const char *source, *key, *pattern;
	} signs[] = {
	    {"lldp", "capabilities", "*telephone*"},
	    {"lldp", "med_class", "3"},
	    {"cdp", "capabilities", "*telephone*"},
	    {"mdns", "service", "_sip*"},
	    {"dhcp", "vendor_class",
		"*phone*|*yealink*|*grandstream*|*snom*|*polycom*|*fanvil*|*eltex*vp*|*"
		"gigaset*"},
	};

	(void)place;
	for (size_t i = 0; i < COUNT_OF(signs); i++)
		if (ask_known_value(known, signs[i].source, signs[i].key, signs[i].pattern))
			return true;
	return false;
}

static enum ask_verdict
step(struct ask *ask)
{
	struct http_answer head;
	struct http_span agent;
	char ip[ADDRESS_TEXT_SIZE], id[33];

	if (ask->stage == 0) {
		ask->stage = 1;
		address_format(&ask->known->ip, ip);
		text_hex(id, ask->random, sizeof(ask->random));
		(void)bytes_add_format(&ask->out,
		    "OPTIONS sip:%s SIP/2.0\r\n"
		    "Via: SIP/2.0/UDP parta.invalid;rport;branch=z9hG4bK%.16s\r\n"
		    "Max-Forwards: 1\r\n"
		    "From: <sip:parta@parta.invalid>;tag=%.8s\r\n"
		    "To: <sip:%s>\r\n"
		    "Call-ID: %s\r\n"
		    "CSeq: 1 OPTIONS\r\n"
		    "Content-Length: 0\r\n\r\n",
		    ip, id, id + 16, ip, id);
		return ASK_MORE;
	}
	if (ask->in.len < 8 || memcmp(ask->in.data, "SIP/2.0 ", 8) != 0)
		return ask->ended ? ASK_DONE : ASK_MORE;
	head =
	    (struct http_answer){.head = (const char *)ask->in.data, .head_len = ask->in.len};
	agent = http_answer_header(&head, "server");
	if (agent.len == 0)
		agent = http_answer_header(&head, "user-agent");
	ask_add(ask, "agent", agent.at, agent.len);
	return ASK_DONE;
}

const struct asker asker_sip = {.name = "sip",
    .source = "sip",
    .transport = ASK_UDP,
    .port = SIP_PORT,
    .timeout_ms = 1000,
    .bytes_max = 4096,
    .wants = wants,
    .step = step};
