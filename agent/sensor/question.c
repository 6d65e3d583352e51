/*
 * Multicast DNS (RFC 6762) asked by the rules of service discovery (RFC 6763
 * section 9), SSDP (UPnP Device Architecture 2.0, 1.3.2) and WS-Discovery (April
 * 2005, section 5.3). mDNS questions want a unicast answer (5.4), as befits the
 * first time that somebody asks; they name no known answers (7.1). What may get lost
 * on its way, or its answer, is asked twice, services a second apart (5.2).
 */
#include "agent/sensor/question.h"

#include <stdio.h>
#include <string.h>

#include "common/check.h"
#include "common/text.h"

enum {
	MDNS_PORT = 5353,
	SSDP_PORT = 1900,
	WSD_PORT = 3702,
	DNS_PTR = 12,
	CLASS_IN_UNICAST = 0x8001, /* 5.4: the top bit asks for a unicast answer */
	POINTER = 0xc000,          /* RFC 1035 section 4.1.4 */
};

/* ---------------------------------------------------------------- multicast DNS */

/* What is found in schools; any other is told by the list of types. */
static const char *const services[] = {"_ipp", "_ipps", "_printer", "_pdl-datastream", "_uscan",
    "_uscans", "_scanner", "_http", "_https", "_ssh", "_smb", "_afpovertcp", "_nfs",
    "_workstation", "_device-info", "_rfb", "_rdp", "_rtsp", "_axis-video", "_airplay",
    "_googlecast", "_androidtvremote2", "_sip", "_companion-link", "_hap", "_hue",
    "_octoprint"};

struct writing {
	uint8_t *at;
	size_t len;
};

static void
put16(struct writing *w, unsigned value)
{
	w->at[w->len++] = (uint8_t)(value >> 8);
	w->at[w->len++] = (uint8_t)value;
}

static void
put_label(struct writing *w, const char *label)
{
	size_t len = strlen(label);

	w->at[w->len++] = (uint8_t)len;
	memcpy(w->at + w->len, label, len);
	w->len += len;
}

static struct writing
mdns_begin(uint8_t *ret, unsigned questions_n)
{
	struct writing w = {ret, 0};

	put16(&w, 0); /* 18.1: no id, and (18.2) no flag */
	put16(&w, 0);
	put16(&w, questions_n);
	memset(w.at + w.len, 0, 6);
	w.len += 6;
	return w;
}

static void
put_question_end(struct writing *w)
{
	put16(w, DNS_PTR);
	put16(w, CLASS_IN_UNICAST);
}

static size_t
mdns_types(uint8_t ret[static QUESTION_BYTES_MAX], const uint8_t id[static 16], bool ipv6)
{
	struct writing w = mdns_begin(ret, 1);

	(void)id;
	(void)ipv6;
	put_label(&w, "_services");
	put_label(&w, "_dns-sd");
	put_label(&w, "_udp");
	put_label(&w, "local");
	w.at[w.len++] = 0;
	put_question_end(&w);
	return w.len;
}

static size_t
mdns_services(uint8_t ret[static QUESTION_BYTES_MAX], const uint8_t id[static 16], bool ipv6)
{
	struct writing w = mdns_begin(ret, COUNT_OF(services));
	size_t ending = 0; /* where "_tcp.local" stands */

	(void)id;
	(void)ipv6;
	for (size_t i = 0; i < COUNT_OF(services); i++) {
		put_label(&w, services[i]);
		if (ending) {
			put16(&w, (unsigned)(POINTER | ending));
		} else {
			ending = w.len;
			put_label(&w, "_tcp");
			put_label(&w, "local");
			w.at[w.len++] = 0;
		}
		put_question_end(&w);
	}
	return w.len;
}

/* ---------------------------------------------------------------- SSDP, WS-Discovery */

static size_t
ssdp(uint8_t ret[static QUESTION_BYTES_MAX], const uint8_t id[static 16], bool ipv6)
{
	int len = snprintf((char *)ret, QUESTION_BYTES_MAX,
	    "M-SEARCH * HTTP/1.1\r\n"
	    "HOST: %s:1900\r\n"
	    "MAN: \"ssdp:discover\"\r\n"
	    "MX: 2\r\n"
	    "ST: ssdp:all\r\n"
	    "USER-AGENT: Linux UPnP/2.0 parta/" PARTA_VERSION "\r\n"
	    "\r\n",
	    ipv6 ? "[FF02::C]" : "239.255.255.250");

	(void)id;
	return (size_t)len;
}

/* A probe without types is meant for all, but some answer only to one for their own. */
static size_t
probe(uint8_t ret[static QUESTION_BYTES_MAX], const uint8_t id[static 16], const char *body)
{
	char uuid[37];
	int len;

	text_uuid(uuid, id);
	len = snprintf((char *)ret, QUESTION_BYTES_MAX,
	    "<?xml version=\"1.0\" encoding=\"utf-8\"?>"
	    "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\""
	    " xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\""
	    " xmlns:d=\"http://schemas.xmlsoap.org/ws/2005/04/discovery\""
	    " xmlns:wsdp=\"http://schemas.xmlsoap.org/ws/2006/02/devprof\">"
	    "<s:Header><a:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To>"
	    "<a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</a:Action>"
	    "<a:MessageID>urn:uuid:%s</a:MessageID></s:Header>"
	    "<s:Body>%s</s:Body></s:Envelope>",
	    uuid, body);
	return len > 0 && len < QUESTION_BYTES_MAX ? (size_t)len : 0;
}

static size_t
wsd_all(uint8_t ret[static QUESTION_BYTES_MAX], const uint8_t id[static 16], bool ipv6)
{
	(void)ipv6;
	return probe(ret, id, "<d:Probe/>");
}

static size_t
wsd_devices(uint8_t ret[static QUESTION_BYTES_MAX], const uint8_t id[static 16], bool ipv6)
{
	(void)ipv6;
	return probe(ret, id, "<d:Probe><d:Types>wsdp:Device</d:Types></d:Probe>");
}

/* ---------------------------------------------------------------- the list */

#define LINK_LOCAL(last)                                                                       \
	{                                                                                      \
		0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last                        \
	}
#define MDNS {224, 0, 0, 251}, LINK_LOCAL(0xfb), MDNS_PORT, 255 /* RFC 6762 section 11 */
#define SSDP {239, 255, 255, 250}, LINK_LOCAL(0x0c), SSDP_PORT, 2
#define WSD  {239, 255, 255, 250}, LINK_LOCAL(0x0c), WSD_PORT, 1

const struct question questions[] = {
    {MDNS, mdns_services},
    {SSDP, ssdp},
    {WSD, wsd_all},
    {MDNS, mdns_types},
    {SSDP, ssdp},
    {WSD, wsd_devices},
    {MDNS, mdns_services},
};
const size_t questions_count = COUNT_OF(questions);
