/*
 * WS-Discovery (OASIS 1.1, with the 2005 namespace that devices use) of a host with
 * wsd="TYPES|SCOPES|UUID": Hello, and ProbeMatches for each Probe whose types it
 * has. TYPES are qualified names with the prefixes declared below. Resolve and the
 * metadata exchange are not done.
 */
#include <stdio.h>
#include <string.h>

#include "tests/school/fields.h"
#include "tests/school/school.h"

enum { WSD_PORT = 3702, TEXT_MAX = 3000 };
enum { FIELD_TYPES, FIELD_SCOPES, FIELD_UUID };

static const struct mac group_mac = {{0x01, 0x00, 0x5e, 0x7f, 0xff, 0xfa}};
static const uint32_t group_ip = 0xeffffffa;

static const char envelope[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
    "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" "
    "xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\" "
    "xmlns:d=\"http://schemas.xmlsoap.org/ws/2005/04/discovery\" "
    "xmlns:wsdp=\"http://schemas.xmlsoap.org/ws/2006/02/devprof\" "
    "xmlns:pub=\"http://schemas.microsoft.com/windows/pub/2005/07\" "
    "xmlns:wprt=\"http://schemas.microsoft.com/windows/2006/08/wdp/print\" "
    "xmlns:wscn=\"http://schemas.microsoft.com/windows/2006/08/wdp/scan\" "
    "xmlns:dn=\"http://www.onvif.org/ver10/network/wsdl\">";

/* The text of the first element with this local name; "" when there is none. */
static void
element_of(const char *xml, const char *name, char *ret, size_t size)
{
	const char *at = xml, *end;
	size_t len = strlen(name);

	*ret = '\0';
	while ((at = strstr(at, name)) != NULL) {
		if (at > xml && (at[-1] == ':' || at[-1] == '<') &&
		    (at[len] == '>' || at[len] == ' ')) {
			at = strchr(at, '>');
			end = at ? strchr(at, '<') : NULL;
			if (end)
				(void)snprintf(ret, size, "%.*s", (int)(end - at - 1), at + 1);
			return;
		}
		at += len;
	}
}

/* Prefixes are the sender's own, so local names are compared. No types: everybody is meant. */
static bool
is_meant(const char *asked, const char *types)
{
	char copy[256], *rest = copy, *word, *local;

	(void)snprintf(copy, sizeof(copy), "%s", asked);
	while ((word = strsep(&rest, " \r\n\t")) != NULL) {
		local = strchr(word, ':');
		local = local ? local + 1 : word;
		if (*local && !strstr(types, local))
			return false;
	}
	return true;
}

static void
append_endpoint(const struct host *h, const struct fields *f, char *ret, size_t size)
{
	char ip[ADDRESS_TEXT_SIZE];

	address_format(&h->ip, ip);
	(void)snprintf(ret, size,
	    "<a:EndpointReference><a:Address>urn:uuid:%s</a:Address></a:EndpointReference>"
	    "<d:Types>%s</d:Types><d:Scopes>%s</d:Scopes><d:XAddrs>http://%s/onvif/"
	    "device_service</d:XAddrs>"
	    "<d:MetadataVersion>1</d:MetadataVersion>",
	    fields_at(f, FIELD_UUID), fields_at(f, FIELD_TYPES), fields_at(f, FIELD_SCOPES),
	    ip);
}

static void
message_id(struct school *s, char ret[static 48])
{
	(void)snprintf(ret, 48, "urn:uuid:%08x-%04x-4%03x-8%03x-%08x%04x", school_random(s),
	    school_random(s) & 0xffff, school_random(s) & 0xfff, school_random(s) & 0xfff,
	    school_random(s), school_random(s) & 0xffff);
}

static bool
wsd_datagram(struct school *s, struct host *h, const struct datagram *d)
{
	char xml[TEXT_MAX], asked[256], relates[128], own[48], endpoint[1400], text[TEXT_MAX];
	struct route back = route_back(h, d);
	struct fields f;
	struct packet p;

	if (!h->wsd)
		return false;
	(void)snprintf(xml, sizeof(xml), "%.*s",
	    (int)(d->len < TEXT_MAX - 1 ? d->len : TEXT_MAX - 1), (const char *)d->data);
	if (!strstr(xml, "/discovery/Probe"))
		return true;
	fields_cut(h->wsd, &f);
	element_of(xml, "Types", asked, sizeof(asked));
	element_of(xml, "MessageID", relates, sizeof(relates));
	if (!is_meant(asked, fields_at(&f, FIELD_TYPES)))
		return true;
	s->counters.wsd_probes++;
	message_id(s, own);
	append_endpoint(h, &f, endpoint, sizeof(endpoint));
	(void)snprintf(text, sizeof(text),
	    "%s<s:Header><a:To>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/"
	    "anonymous</a:To>"
	    "<a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/ProbeMatches</a:Action>"
	    "<a:MessageID>%s</a:MessageID><a:RelatesTo>%s</a:RelatesTo></s:Header>"
	    "<s:Body><d:ProbeMatches><d:ProbeMatch>%s</d:ProbeMatch></d:ProbeMatches></"
	    "s:Body></s:Envelope>",
	    envelope, own, relates, endpoint);
	packet_reset(&p);
	packet_append_text(&p, text);
	school_send(s, h, &back, &p, school_random(s) % 500000);
	return true;
}

static void
wsd_announce(struct school *s, struct host *h)
{
	struct route to = {.to_mac = group_mac,
	    .from_ip = host_ip(h),
	    .to_ip = group_ip,
	    .from_port = WSD_PORT,
	    .to_port = WSD_PORT,
	    .ttl = 1};
	char own[48], endpoint[1400], text[TEXT_MAX];
	struct fields f;
	struct packet p;

	if (!h->wsd)
		return;
	fields_cut(h->wsd, &f);
	message_id(s, own);
	append_endpoint(h, &f, endpoint, sizeof(endpoint));
	(void)snprintf(text, sizeof(text),
	    "%s<s:Header><a:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To>"
	    "<a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Hello</a:Action>"
	    "<a:MessageID>%s</a:MessageID></s:Header><s:Body><d:Hello>%s</d:Hello></s:Body></"
	    "s:Envelope>",
	    envelope, own, endpoint);
	packet_reset(&p);
	packet_append_text(&p, text);
	school_send(s, h, &to, &p, 0);
}

const struct protocol protocol_wsd = {"wsd", WSD_PORT, wsd_datagram, wsd_announce};
