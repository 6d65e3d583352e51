/* OPTIONS of RTSP (RFC 2326 10.1): a camera's Server header. */
#include <string.h>

#include "agent/ask/ask.h"
#include "agent/ask/http_answer.h"

enum { RTSP_PORT = 554 };

static bool
wants(const struct ask_known *known, struct ask_place *place)
{
	(void)place;
	return !ask_known_snmp(known) || ask_known_value(known, "mdns", "service", "_rtsp*") ||
	       ask_known_value(known, "wsd", "type", "NetworkVideo*");
}

static enum ask_verdict
step(struct ask *ask)
{
	struct http_answer head;
	struct http_span server;
	char ip[ADDRESS_TEXT_SIZE];
	const uint8_t *end;

	if (ask->stage == 0) {
		bool v6 = ask->known->ip.family == ADDRESS_IPV6;

		ask->stage = 1;
		address_format(&ask->known->ip, ip);
		(void)bytes_add_format(&ask->out,
		    "OPTIONS rtsp://%s%s%s:%u/ RTSP/1.0\r\nCSeq: 1\r\nUser-Agent: "
		    "parta/" PARTA_VERSION "\r\n\r\n",
		    v6 ? "[" : "", ip, v6 ? "]" : "", ask->place.port);
		return ASK_MORE;
	}
	end = ask->in.len ? memmem(ask->in.data, ask->in.len, "\r\n\r\n", 4) : NULL;
	if (!end)
		return ask->ended ? ASK_DONE : ASK_MORE;
	if (memcmp(ask->in.data, "RTSP/1.", ask->in.len < 7 ? ask->in.len : 7) != 0)
		return ASK_DONE;
	/* The head has the form of HTTP's. */
	head = (struct http_answer){
	    .head = (const char *)ask->in.data, .head_len = (size_t)(end - ask->in.data)};
	server = http_answer_header(&head, "server");
	if (server.len)
		ask_add(ask, "server", server.at, server.len);
	else
		ask_add_text(ask, "server", "RTSP");
	return ASK_DONE;
}

const struct asker asker_rtsp = {.name = "rtsp",
    .source = "rtsp",
    .transport = ASK_TCP,
    .port = RTSP_PORT,
    .timeout_ms = 2000,
    .bytes_max = 2048,
    .wants = wants,
    .step = step};
