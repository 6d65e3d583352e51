/*
 * Services that say one line of what they are: SSH with ssh="SSH-2.0-..." (RFC 4253
 * 4.2; the key exchange is not done), RTSP with rtsp="SERVER" (RFC 2326 10.1, OPTIONS
 * alone) and SIP by UDP with sip="USER AGENT" (RFC 3261 11.2, OPTIONS alone).
 */
#include <stdio.h>
#include <string.h>

#include "tests/school/school.h"
#include "tests/school/tcp.h"

enum { SSH_PORT = 22, RTSP_PORT = 554, SIP_PORT = 5060, LINE_MAX = 200, ANSWER_MAX = 1500 };

static bool
ssh_listens(const struct host *h)
{
	return h->ssh != NULL;
}

static void
ssh_greet(const struct host *h, struct packet *answer)
{
	packet_append_text(answer, h->ssh);
	packet_append_text(answer, "\r\n");
}

static bool
ssh_answer(
    struct school *s, struct host *h, const char *request, struct packet *answer, bool *closes)
{
	(void)s;
	(void)h;
	(void)request;
	(void)answer;
	*closes = true;
	return true;
}

/* The value of a header, with its name and line end, for an answer that repeats it. */
static void
repeat_header(const char *request, const char *name, char *ret, size_t size)
{
	char line[32];
	const char *at;

	(void)snprintf(line, sizeof(line), "\r\n%s:", name);
	at = strcasestr(request, line);
	*ret = '\0';
	if (at)
		(void)snprintf(ret, size, "%.*s\r\n", (int)strcspn(at + 2, "\r\n"), at + 2);
}

static bool
rtsp_listens(const struct host *h)
{
	return h->rtsp != NULL;
}

static bool
rtsp_answer(
    struct school *s, struct host *h, const char *request, struct packet *answer, bool *closes)
{
	char text[ANSWER_MAX], sequence[LINE_MAX];
	bool known = strncmp(request, "OPTIONS ", 8) == 0;

	(void)s;
	(void)closes;
	if (!strstr(request, "\r\n\r\n"))
		return false;
	repeat_header(request, "CSeq", sequence, sizeof(sequence));
	(void)snprintf(text, sizeof(text), "RTSP/1.0 %s\r\n%sServer: %s\r\n%s\r\n",
	    known ? "200 OK" : "401 Unauthorized", sequence, h->rtsp,
	    known ? "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN\r\n" : "");
	packet_append_text(answer, text);
	return true;
}

static bool
sip_datagram(struct school *s, struct host *h, const struct datagram *d)
{
	static const char *const repeated[] = {"Via", "From", "Call-ID", "CSeq"};
	struct route back = route_back(h, d);
	char request[ANSWER_MAX], line[LINE_MAX];
	struct packet p;

	if (!h->sip)
		return false;
	(void)snprintf(request, sizeof(request), "%.*s",
	    (int)(d->len < sizeof(request) - 1 ? d->len : sizeof(request) - 1),
	    (const char *)d->data);
	if (strncmp(request, "OPTIONS ", 8) != 0)
		return true;
	packet_reset(&p);
	packet_append_text(&p, "SIP/2.0 200 OK\r\n");
	for (size_t i = 0; i < sizeof(repeated) / sizeof(repeated[0]); i++) {
		repeat_header(request, repeated[i], line, sizeof(line));
		packet_append_text(&p, line);
	}
	repeat_header(request, "To", line, sizeof(line));
	line[strcspn(line, "\r\n")] = '\0';
	packet_append_text(&p, line);
	packet_append_text(&p, ";tag=8321234356\r\nUser-Agent: ");
	packet_append_text(&p, h->sip);
	packet_append_text(
	    &p, "\r\nAllow: INVITE, ACK, OPTIONS, CANCEL, BYE\r\nContent-Length: 0\r\n\r\n");
	school_send(s, h, &back, &p, h->latency_us / 8);
	return true;
}

const struct tcp_service service_ssh = {SSH_PORT, ssh_listens, ssh_greet, ssh_answer};
const struct tcp_service service_rtsp = {RTSP_PORT, rtsp_listens, NULL, rtsp_answer};
const struct protocol protocol_sip = {"sip", SIP_PORT, sip_datagram, NULL};
