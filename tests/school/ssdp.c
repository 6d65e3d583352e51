/*
 * SSDP and the device description of UPnP (UPnP Device Architecture 1.1) of a host
 * with upnp="DEVICE TYPE|MANUFACTURER|MODEL|MODEL NUMBER|SERIAL|UUID": notices,
 * answers to searches, and the description, which web.c serves. Services, control and events
 * are not done.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "tests/school/fields.h"
#include "tests/school/school.h"
#include "tests/school/ssdp.h"

enum { SSDP_PORT = 1900, TEXT_MAX = 1200 };
enum { FIELD_TYPE, FIELD_MAKER, FIELD_MODEL, FIELD_NUMBER, FIELD_SERIAL, FIELD_UUID };

static const struct mac group_mac = {{0x01, 0x00, 0x5e, 0x7f, 0xff, 0xfa}};
static const uint32_t group_ip = 0xeffffffa;

/* The value of a header of the request; "" when it is not there. */
static void
header_of(const char *request, const char *name, char *ret, size_t size)
{
	size_t len = strlen(name), n;
	const char *at;

	*ret = '\0';
	for (at = strstr(request, "\r\n"); at; at = strstr(at, "\r\n")) {
		at += 2;
		if (strncasecmp(at, name, len) != 0 || at[len] != ':')
			continue;
		at += len + 1;
		at += strspn(at, " ");
		n = strcspn(at, "\r\n");
		(void)snprintf(ret, size, "%.*s", (int)n, at);
		return;
	}
}

/* What a target stands for, as the unique service name says it: "" when this device is not
 * meant. */
static void
usn_of(const struct fields *f, const char *target, char *ret, size_t size)
{
	const char *uuid = fields_at(f, FIELD_UUID);

	*ret = '\0';
	if (strcmp(target, "upnp:rootdevice") == 0 ||
	    strcmp(target, fields_at(f, FIELD_TYPE)) == 0)
		(void)snprintf(ret, size, "uuid:%s::%s", uuid, target);
	else if (strncmp(target, "uuid:", 5) == 0 && strcmp(target + 5, uuid) == 0)
		(void)snprintf(ret, size, "uuid:%s", uuid);
}

static void
send_found(struct school *s, struct host *h, const struct datagram *d, const struct fields *f,
    const char *target, int64_t delay_us)
{
	struct route back = route_back(h, d);
	char usn[256], text[TEXT_MAX], ip[ADDRESS_TEXT_SIZE];
	struct packet p;

	usn_of(f, target, usn, sizeof(usn));
	if (!*usn)
		return;
	address_format(&h->ip, ip);
	(void)snprintf(text, sizeof(text),
	    "HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=1800\r\nEXT:\r\n"
	    "LOCATION: http://%s/description.xml\r\nSERVER: Linux/3.14 UPnP/1.0 %s/%s\r\n"
	    "ST: %s\r\nUSN: %s\r\n\r\n",
	    ip, fields_at(f, FIELD_MODEL), fields_at(f, FIELD_NUMBER), target, usn);
	packet_reset(&p);
	packet_append_text(&p, text);
	school_send(s, h, &back, &p, delay_us);
}

static bool
ssdp_datagram(struct school *s, struct host *h, const struct datagram *d)
{
	char request[TEXT_MAX], target[256];
	struct fields f;
	int64_t delay_us;

	if (!h->upnp)
		return false;
	(void)snprintf(request, sizeof(request), "%.*s",
	    (int)(d->len < TEXT_MAX - 1 ? d->len : TEXT_MAX - 1), (const char *)d->data);
	if (strncmp(request, "M-SEARCH ", 9) != 0)
		return true;
	s->counters.ssdp_searches++;
	fields_cut(h->upnp, &f);
	header_of(request, "ST", target, sizeof(target));
	delay_us = school_random(s) % 1000000;
	if (strcmp(target, "ssdp:all") == 0) {
		send_found(s, h, d, &f, "upnp:rootdevice", delay_us);
		send_found(s, h, d, &f, fields_at(&f, FIELD_TYPE), delay_us + 20000);
	} else {
		send_found(s, h, d, &f, target, delay_us);
	}
	return true;
}

static void
ssdp_announce(struct school *s, struct host *h)
{
	struct route to = {.to_mac = group_mac,
	    .from_ip = host_ip(h),
	    .to_ip = group_ip,
	    .from_port = SSDP_PORT,
	    .to_port = SSDP_PORT,
	    .ttl = 4};
	char text[TEXT_MAX], ip[ADDRESS_TEXT_SIZE];
	struct fields f;
	struct packet p;

	if (!h->upnp)
		return;
	fields_cut(h->upnp, &f);
	address_format(&h->ip, ip);
	(void)snprintf(text, sizeof(text),
	    "NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nCACHE-CONTROL: max-age=1800\r\n"
	    "LOCATION: http://%s/description.xml\r\nNT: upnp:rootdevice\r\nNTS: ssdp:alive\r\n"
	    "SERVER: Linux/3.14 UPnP/1.0 %s/%s\r\nUSN: uuid:%s::upnp:rootdevice\r\n\r\n",
	    ip, fields_at(&f, FIELD_MODEL), fields_at(&f, FIELD_NUMBER),
	    fields_at(&f, FIELD_UUID));
	packet_reset(&p);
	packet_append_text(&p, text);
	school_send(s, h, &to, &p, 0);
}

void
ssdp_description(const struct host *h, char *ret, size_t size)
{
	struct fields f;

	fields_cut(h->upnp, &f);
	(void)snprintf(ret, size,
	    "<?xml version=\"1.0\"?>\n<root xmlns=\"urn:schemas-upnp-org:device-1-0\">"
	    "<specVersion><major>1</major><minor>0</minor></specVersion><device>"
	    "<deviceType>%s</deviceType><friendlyName>%s</friendlyName><manufacturer>%s</"
	    "manufacturer>"
	    "<modelName>%s</modelName><modelNumber>%s</modelNumber><serialNumber>%s</"
	    "serialNumber>"
	    "<UDN>uuid:%s</UDN></device></root>\n",
	    fields_at(&f, FIELD_TYPE), h->name ? h->name : "", fields_at(&f, FIELD_MAKER),
	    fields_at(&f, FIELD_MODEL), fields_at(&f, FIELD_NUMBER),
	    fields_at(&f, FIELD_SERIAL), fields_at(&f, FIELD_UUID));
}

const struct protocol protocol_ssdp = {"ssdp", SSDP_PORT, ssdp_datagram, ssdp_announce};
