/*
 * What a DHCP client (RFC 2131) says aloud when it comes up: a request for the
 * address it had, with its name, vendor class and parameter list
 * (dhcp="VENDOR CLASS|1,3,6,..."). Nobody's answer is waited for.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/school/fields.h"
#include "tests/school/school.h"

enum { CLIENT_PORT = 68, SERVER_PORT = 67, MESSAGE_REQUEST = 3, ETHERNET = 1 };
enum {
	OPTION_NAME = 12,
	OPTION_REQUESTED_ADDRESS = 50,
	OPTION_MESSAGE = 53,
	OPTION_PARAMETERS = 55,
	OPTION_VENDOR_CLASS = 60,
	OPTION_CLIENT_ID = 61,
	OPTION_END = 255,
};

static void
add_option(struct packet *p, unsigned code, const void *value, size_t len)
{
	packet_append_u8(p, code);
	packet_append_u8(p, (unsigned)len);
	packet_append(p, value, len);
}

static void
add_parameters(struct packet *p, const char *list)
{
	uint8_t codes[64];
	size_t n = 0;
	char *end;

	while (*list && n < sizeof(codes)) {
		codes[n++] = (uint8_t)strtoul(list, &end, 10);
		if (end == list)
			return;
		list = *end == ',' ? end + 1 : end;
	}
	if (n > 0)
		add_option(p, OPTION_PARAMETERS, codes, n);
}

static void
dhcp_announce(struct school *s, struct host *h)
{
	struct route to = {.to_mac = {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}},
	    .to_ip = UINT32_MAX,
	    .from_port = CLIENT_PORT,
	    .to_port = SERVER_PORT,
	    .ttl = 64};
	static const uint8_t request = MESSAGE_REQUEST, cookie[4] = {99, 130, 83, 99};
	uint8_t client_id[7] = {ETHERNET};
	struct fields f;
	struct packet p;

	if (!h->dhcp)
		return;
	fields_cut(h->dhcp, &f);
	memcpy(client_id + 1, h->mac.bytes, 6);
	packet_reset(&p);
	packet_append_be32(&p, 0x01010600); /* request, Ethernet, 6 bytes, no hops */
	packet_append_be32(&p, school_random(s));
	packet_append(&p, (const uint8_t[20]){0}, 20);
	packet_append(&p, h->mac.bytes, 6);
	packet_append(&p, (const uint8_t[10 + 64 + 128]){0}, 10 + 64 + 128);
	packet_append(&p, cookie, sizeof(cookie));
	add_option(&p, OPTION_MESSAGE, &request, 1);
	add_option(&p, OPTION_CLIENT_ID, client_id, sizeof(client_id));
	add_option(&p, OPTION_REQUESTED_ADDRESS, h->ip.bytes, 4);
	if (h->name)
		add_option(&p, OPTION_NAME, h->name, strnlen(h->name, 63));
	if (*fields_at(&f, 0))
		add_option(&p, OPTION_VENDOR_CLASS, f.at[0], strlen(f.at[0]));
	add_parameters(&p, fields_at(&f, 1));
	packet_append_u8(&p, OPTION_END);
	while (packet_len(&p) < 300)
		packet_append_u8(&p, 0);
	s->counters.dhcp_sent++;
	school_send(s, h, &to, &p, 0);
}

const struct protocol protocol_dhcp = {"dhcp", 0, NULL, dhcp_announce};
