/*
 * PJLink (JBMIA, class 1 and 2): a projector without a password tells what it is.
 * Commands that would change something are refused; class 2 adds serial number,
 * software version and the search by broadcast.
 */
#include <stdio.h>
#include <string.h>

#include "tests/school/school.h"
#include "tests/school/tcp.h"

enum { PJLINK_PORT = 4352, LINE_MAX = 136 };

static bool
is_class_2(const struct host *h)
{
	return h->pjlink[0] == '2';
}

static bool
listens(const struct host *h)
{
	return h->pjlink != NULL;
}

static void
greet(const struct host *h, struct packet *answer)
{
	(void)h;
	packet_append_text(answer, "PJLINK 0\r");
}

/* The value for a query, or NULL for a command that this projector has not. request: "%1NAME
 * ?": the digit is the command's class. */
static const char *
value_of(const struct host *h, const char *request, char own[static 32])
{
	const char *command = request + 2;

	(void)snprintf(
	    own, 32, memcmp(command, "LAMP", 4) == 0 ? "%u 1" : "%u", host_ip(h) % 4000);
	const struct {
		const char *command, *value;
		bool class_2;
	} known[] = {
	    {"POWR", "1", false},
	    {"INPT", "31", false},
	    {"INST", "11 31 32", false},
	    {"AVMT", "30", false},
	    {"ERST", "000000", false},
	    {"LAMP", own, false},
	    {"NAME", h->name ? h->name : "", false},
	    {"INF1", h->vendor, false},
	    {"INF2", h->model, false},
	    {"INFO", h->firmware, false},
	    {"CLSS", h->pjlink, false},
	    {"SNUM", h->hidden ? h->hidden : h->serial, true},
	    {"SVER", h->firmware, true},
	    {"RLMP", "ELPLP97", true},
	    {"FILT", own, true},
	    {"IRES", "1920x1080", true},
	    {"FREZ", "0", true},
	};
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strncmp(known[i].command, command, 4) == 0 &&
		    request[1] == (known[i].class_2 ? '2' : '1') &&
		    (!known[i].class_2 || is_class_2(h)))
			return known[i].value;
	}
	return NULL;
}

static bool
answer_line(
    struct school *s, struct host *h, const char *request, struct packet *answer, bool *closes)
{
	char own[32], line[LINE_MAX + 64];
	const char *value;

	(void)closes;
	if (!strchr(request, '\r'))
		return false;
	s->counters.pjlink_commands++;
	if (strlen(request) < 8 || request[0] != '%' || request[6] != ' ') {
		packet_append_text(answer, "ERR1\r");
		return true;
	}
	value = value_of(h, request, own);
	if (!value)
		value = "ERR1";
	else if (request[7] != '?')
		value = "ERR3";
	(void)snprintf(line, sizeof(line), "%.6s=%.128s\r", request, value);
	packet_append_text(answer, line);
	return true;
}

static bool
pjlink_datagram(struct school *s, struct host *h, const struct datagram *d)
{
	struct route back = route_back(h, d);
	char line[64], mac[MAC_TEXT_SIZE];
	struct packet p;

	if (!h->pjlink || !is_class_2(h))
		return false;
	if (d->len < 7 || memcmp(d->data, "%2SRCH\r", 7) != 0)
		return true;
	mac_format(&h->mac, mac);
	(void)snprintf(line, sizeof(line), "%%2ACKN=%s\r", mac);
	packet_reset(&p);
	packet_append_text(&p, line);
	back.from_port = PJLINK_PORT;
	school_send(s, h, &back, &p, school_random(s) % 100000);
	return true;
}

const struct protocol protocol_pjlink = {"pjlink", PJLINK_PORT, pjlink_datagram, NULL};
const struct tcp_service service_pjlink = {PJLINK_PORT, listens, greet, answer_line};
